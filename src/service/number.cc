#include "service/number.h"

#include <algorithm>

#include "core/limits.h"
#include "service/protection.h"

namespace puente::service {
namespace {

constexpr std::size_t kNumberMin = 4;  // "1" or "NONE" would hide everybody of whom a clerk wrote it

// People who are enrolled with this document already. Every encounter's facts are opened: it is done seldom, and
// outside any transaction.
Result<std::set<std::string>> enrolled_with(const Node::Inside& in, std::string_view id) {
  std::set<std::string> out;
  ASSIGN_OR_RETURN(const auto people, in.store->encounters_of_each());
  for (const auto& [person_id, encounters] : people) {
    ASSIGN_OR_RETURN(const std::vector<std::string> all, in.store->encounter_ids(person_id));
    for (const std::string& each : all) {
      const auto facts = in.store->encounter_facts(person_id, each);
      if (!facts.ok() && facts.error().code == Code::kNotFound) continue;  // erased a moment ago
      ASSIGN_OR_RETURN(const bool readable, is_readable(in, facts, each));
      if (!readable) continue;
      const auto number = facts->biographic.find(DataElement::kDocumentNumber);
      if (number != facts->biographic.end() && number_id(in, NumberKind::kDocument, number->second) == id)
        out.insert(person_id);
    }
  }
  return out;
}

}  // namespace

std::string number_id(const Node::Inside& in, NumberKind kind, std::string_view number) {
  const std::string plain = plain_number(number);
  const bool has_digit = std::ranges::any_of(plain, [](char c) { return c >= '0' && c <= '9'; });
  if (plain.size() < kNumberMin || !has_digit || number.size() > limits::kTextBytesMax) return "";
  const std::string name = to_string(kind);
  return name + ":" + in.journal.pseudonym_of(name + " " + plain);  // no id has a blank in it
}

bool is_number_id(std::string_view person_id) {
  for (const NumberKind each : {NumberKind::kDocument, NumberKind::kFile})
    if (person_id.starts_with(std::string(to_string(each)) + ":")) return true;
  return false;
}

std::string document_id(const Node::Inside& in, const BiographicData& known) {
  const auto number = known.find(DataElement::kDocumentNumber);
  return number == known.end() ? std::string() : number_id(in, NumberKind::kDocument, number->second);
}

Result<ProtectionView> Node::protect_number(const Caller& caller, NumberKind kind, const std::string& number,
                                            const ProtectRequest& request, const Once<ProtectionView>& once) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kProtect));
  const std::string id = number_id(in, kind, number);
  if (id.empty())
    return Error{Code::kInvalidInput,
                 "number: the document's or the file's, four letters or digits of ASCII at least, a digit among them"};
  if (kind == NumberKind::kFile) return protect_all(in, caller, id, {}, request, once);
  // The number first: who is enrolled while the others are looked for is hidden by it.
  TRY(protect_all(in, caller, id, {}, request, {}));
  ASSIGN_OR_RETURN(std::set<std::string> enrolled, enrolled_with(in, id));
  return protect_all(in, caller, id, std::move(enrolled), request, once);
}

}  // namespace puente::service
