#include "core/protection.h"

#include <algorithm>

#include "core/named.h"
#include "core/person.h"

namespace puente {

const char* to_string(NumberKind kind) {
  switch (kind) {
    case NumberKind::kDocument:
      return "document";
    case NumberKind::kFile:
      return "file";
  }
  return "unknown";
}

Result<NumberKind> parse_number_kind(std::string_view name) {
  return parse_named<NumberKind>(name, "kind of number", kNumberKindCount);
}

const char* to_string(ProtectionClass of_class) {
  switch (of_class) {
    case ProtectionClass::kAsylum:
      return "asylum";
    case ProtectionClass::kRefugee:
      return "refugee";
    case ProtectionClass::kWithholding:
      return "withholding";
    case ProtectionClass::kTorture:
      return "torture";
    case ProtectionClass::kTraffickingVictim:
      return "trafficking_victim";
    case ProtectionClass::kVictimOfCrime:
      return "victim_of_crime";
    case ProtectionClass::kMinor:
      return "minor";
    case ProtectionClass::kHumanitarianSource:
      return "humanitarian_source";
  }
  return "unknown";
}

Result<ProtectionClass> parse_protection_class(std::string_view name) {
  std::string known;
  for (int i = 1; i <= kProtectionClassLast; ++i) {
    const auto each = static_cast<ProtectionClass>(i);
    if (name == to_string(each)) return each;
    known += std::string(known.empty() ? "" : ", ") + to_string(each);
  }
  return Error{Code::kInvalidInput, "unknown class of protection: use one of " + known};
}

bool is_hidden_from(const std::set<std::string>& withheld_from, std::string_view country) {
  return std::ranges::any_of(withheld_from,
                             [&](const std::string& each) { return each == country || !is_country(each); });
}

}  // namespace puente
