#include "service/number.h"

#include "core/limits.h"
#include "service/protection.h"

namespace puente::service {
namespace {

constexpr std::size_t kNumberMin = 3;  // "1" would hide everybody of whom a clerk wrote it

// People who are enrolled with this document already. Every encounter's facts are opened: it is done seldom, and
// outside any transaction; who is enrolled meanwhile is looked for once more, by number alone, at their enrolment.
Result<std::set<std::string>> enrolled_with(const Node::Inside& in, std::string_view id) {
  std::set<std::string> out;
  ASSIGN_OR_RETURN(const auto people, in.store->encounters_of_each());
  for (const auto& [person_id, encounters] : people) {
    ASSIGN_OR_RETURN(const std::vector<std::string> all, in.store->encounter_ids(person_id));
    for (const std::string& each : all) {
      const auto facts = in.store->encounter_facts(person_id, each);
      if (!facts.ok() && facts.error().code == Code::kNotFound) continue;  // erased a moment ago
      if (!facts.ok()) return facts.error();
      const auto number = facts->biographic.find(DataElement::kDocumentNumber);
      if (number != facts->biographic.end() && number_id(in, NumberKind::kDocument, number->second) == id)
        out.insert(person_id);
    }
  }
  return out;
}

}  // namespace

std::string number_id(const Node::Inside& in, NumberKind kind, std::string_view number) {
  std::string plain;
  for (const char c : number) {
    const bool is_small = c >= 'a' && c <= 'z';
    const bool counts =
        is_small || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || static_cast<std::uint8_t>(c) > 0x7f;
    if (counts) plain += is_small ? static_cast<char>(c - 'a' + 'A') : c;
  }
  if (plain.size() < kNumberMin || number.size() > limits::kTextBytesMax) return "";
  const std::string name = to_string(kind);
  return name + ":" + in.journal.pseudonym_of(name + " " + plain);  // no id has a blank in it
}

bool is_number_id(std::string_view person_id) {
  for (const NumberKind each : {NumberKind::kDocument, NumberKind::kFile})
    if (person_id.starts_with(std::string(to_string(each)) + ":")) return true;
  return false;
}

std::set<std::string> withheld_by_number(const Node::Inside& in, const BiographicData& known) {
  const auto number = known.find(DataElement::kDocumentNumber);
  if (number == known.end()) return {};
  return in.roster.withheld_from(number_id(in, NumberKind::kDocument, number->second));
}

Result<ProtectionView> Node::protect_number(const Caller& caller, NumberKind kind, const std::string& number,
                                            const std::vector<std::string>& withheld_from, const std::string& reasons,
                                            const Once<ProtectionView>& once) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kProtect));
  const std::string id = number_id(in, kind, number);
  if (id.empty())
    return Error{Code::kInvalidInput, "number: the document's or the file's, three letters or digits at least"};
  std::set<std::string> enrolled;
  if (kind == NumberKind::kDocument) {
    ASSIGN_OR_RETURN(enrolled, enrolled_with(in, id));
  }
  return protect_all(in, caller, id, std::move(enrolled), withheld_from, reasons, once);
}

}  // namespace puente::service
