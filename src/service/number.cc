#include "service/number.h"

#include <algorithm>

#include "core/limits.h"
#include "service/protection.h"

namespace puente::service {
namespace {

constexpr std::size_t kNumberMin = 4;  // "1" or "NONE" would hide everybody of whom a clerk wrote it

// People who are enrolled with one of these documents already. Every encounter's facts are opened: it is done seldom,
// and outside any transaction.
Result<std::set<std::string>> enrolled_with(const Node::Inside& in, const std::set<std::string>& documents) {
  std::set<std::string> out;
  if (documents.empty()) return out;
  ASSIGN_OR_RETURN(const auto people, in.store->encounters_of_each());
  for (const auto& [person_id, encounters] : people) {
    ASSIGN_OR_RETURN(const std::set<std::string> own, documents_of(in, {person_id}));
    if (std::ranges::any_of(own, [&](const auto& each) { return documents.contains(each); })) out.insert(person_id);
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

Result<std::set<std::string>> documents_of(const Node::Inside& in, const std::set<std::string>& ids) {
  std::set<std::string> out;
  for (const std::string& id : ids) {
    ASSIGN_OR_RETURN(const std::vector<std::string> encounters, in.store->encounter_ids(id));
    for (const std::string& each : encounters) {
      const auto facts = in.store->encounter_facts(id, each);
      if (!facts.ok() && facts.error().code == Code::kNotFound) continue;  // erased a moment ago
      ASSIGN_OR_RETURN(const bool readable, is_readable(in, facts, each));
      if (readable) out.insert(document_id(in, facts->biographic));
    }
  }
  out.erase("");
  return out;
}

// The hand first, at once. Then whoever bears one of its documents, under whatever id: everybody's facts are looked at.
Result<ProtectionView> Node::protect(const Caller& caller, const std::string& person_id, const ProtectRequest& request,
                                     const Once<ProtectionView>& once) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kProtect));
  if (is_number_id(person_id)) {  // "file:" with a number typed behind it would hide nothing
    ASSIGN_OR_RETURN(const std::optional<Protection> made, in.store->protection(person_id));
    ASSIGN_OR_RETURN(const auto encounters, in.store->encounter_ids(person_id));  // of before there were numbers
    if (!made && encounters.empty())
      return Error{Code::kNotFound, "no number stands under this id: hide it by the number itself"};
  }
  ASSIGN_OR_RETURN(ProtectionView hidden, protect_all(in, caller, person_id, {}, request, {}));
  ASSIGN_OR_RETURN(const std::set<std::string> documents, documents_of(in, hidden.same_hand));
  ASSIGN_OR_RETURN(std::set<std::string> bearers, enrolled_with(in, documents));
  if (once.claim == nullptr && std::ranges::includes(hidden.same_hand, bearers)) return hidden;
  return protect_all(in, caller, person_id, std::move(bearers), request, once);
}

Result<ProtectionView> Node::protect_number(const Caller& caller, NumberKind kind, const std::string& number,
                                            const ProtectRequest& request, const Once<ProtectionView>& once) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kProtect));
  if (!is_plain_number(number))
    return Error{Code::kInvalidInput,
                 "number: has letters of another alphabet than a passport's: type it as its machine readable zone has "
                 "it"};
  const std::string id = number_id(in, kind, number);
  if (id.empty())
    return Error{Code::kInvalidInput,
                 "number: the document's or the file's, four letters or digits of ASCII at least, a digit among them"};
  if (kind == NumberKind::kFile) return protect_all(in, caller, id, {}, request, once);
  // The number first: who is enrolled while the others are looked for is hidden by it.
  TRY(protect_all(in, caller, id, {}, request, {}));
  ASSIGN_OR_RETURN(std::set<std::string> enrolled, enrolled_with(in, {id}));
  return protect_all(in, caller, id, std::move(enrolled), request, once);
}

}  // namespace puente::service
