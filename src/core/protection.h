// Protection: that somebody is hidden from countries. A property of the person, with a life of its own: encounters come
// and go, it stays until two people have taken it off.
#pragma once
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "core/result.h"

namespace puente {

// What names somebody whom nobody has enrolled yet.
enum class NumberKind { kDocument, kFile };
inline constexpr int kNumberKindCount = static_cast<int>(NumberKind::kFile) + 1;
const char* to_string(NumberKind kind);  // "document", "file"
Result<NumberKind> parse_number_kind(std::string_view name);

// Why somebody is hidden, by the law that asks for it (R2, R34). Numbers are stored. It never leaves the node, and
// stands in no log.
enum class ProtectionClass : std::uint8_t {
  kAsylum = 1,
  kRefugee = 2,
  kWithholding = 3,  // of removal
  kTorture = 4,      // would be feared there
  kTraffickingVictim = 5,
  kVictimOfCrime = 6,  // T, U and VAWA: 8 USC 1367
  kMinor = 7,
  kHumanitarianSource = 8,  // who collected it did so to help
};
inline constexpr int kProtectionClassLast = static_cast<int>(ProtectionClass::kHumanitarianSource);
const char* to_string(ProtectionClass of_class);  // "asylum", …, "victim_of_crime", …
Result<ProtectionClass> parse_protection_class(std::string_view name);

struct Protection {
  std::string person_id;                // or of a number, an id of the node's own making: "document:…", "file:…"
  std::set<std::string> withheld_from;  // countries, whose questions never find this person
  std::int64_t revision = 1;            // one more with each change, so that an older one put back is noticed
  std::int64_t since_ms = 0;
  std::string set_by, reasons;
  std::string lift_proposed_by, lift_reasons;  // empty: nobody has proposed to take it off
  std::set<ProtectionClass> classes{};         // all of the hand's; none: of an older version, or lifted
};

// In withheld_from, beside countries or instead of them: what is no country hides from every partner.
inline constexpr const char* kEveryCountry = "every_country";
// Whether whoever is withheld from these is never found by this country's questions, nor asked about there. policy/
// says which reason that is, store/ who has a key.
bool is_hidden_from(const std::set<std::string>& withheld_from, std::string_view country);

// What a supervisor must be told, until one has read it.
struct Alarm {
  std::int64_t number = 0;  // given by the store
  std::int64_t time_ms = 0;
  std::string kind;      // the service's word
  std::string sentence;  // for people; may name persons, so it is sealed
  std::string person_id;
  std::string seen_by;  // empty: nobody yet
  std::string by{};     // whose acts it is about, ", " between them: somebody else answers it. Empty: nobody's
  std::set<std::string> named{};  // whom else the sentence names
  std::int64_t more = 0;          // times that the same user did the like on that day; each is in the log
};

}  // namespace puente
