#include "core/agreement.h"

#include <algorithm>
#include <iterator>

namespace puente {
namespace {
constexpr const char* kPurposes[kPurposeCount] = {"traveller_facilitation", "border_identification",
                                                  "trafficking_investigation", "serious_crime_investigation",
                                                  "missing_person_search"};
}

const char* to_string(Purpose purpose) {
  return kPurposes[static_cast<int>(purpose)];
}

Result<Purpose> parse_purpose(std::string_view name) {
  const auto found = std::find(std::begin(kPurposes), std::end(kPurposes), name);
  if (found == std::end(kPurposes)) {
    std::string known;
    for (const char* purpose : kPurposes) known += std::string(known.empty() ? "" : ", ") + purpose;
    return Error{Code::kInvalidInput, "unknown purpose: use one of " + known};
  }
  return static_cast<Purpose>(found - std::begin(kPurposes));
}

const Party* Agreement::party(std::string_view country) const {
  for (const Party& each : parties) {
    if (each.country == country) return &each;
  }
  return nullptr;
}

const Party* Agreement::partner_of(std::string_view country) const {
  if (parties[0].country == country) return &parties[1];
  if (parties[1].country == country) return &parties[0];
  return nullptr;
}

const PurposeTerms* Agreement::terms(Purpose purpose) const {
  for (const PurposeTerms& each : purposes) {
    if (each.purpose == purpose) return &each;
  }
  return nullptr;
}

}  // namespace puente
