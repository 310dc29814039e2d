#include "policy/protect.h"

#include <algorithm>

namespace puente::policy {

bool hides_from_everybody(ProtectionClass of_class) {
  return of_class == ProtectionClass::kVictimOfCrime || of_class == ProtectionClass::kHumanitarianSource;
}

Decision may_protect(std::optional<ProtectionClass> of_class, bool names_countries) {
  if (!of_class) return Decision::deny({"protection_class_missing"}, Code::kInvalidInput);
  if (hides_from_everybody(*of_class)) return Decision::permit("hidden_from_everybody");
  if (!names_countries) return Decision::deny({"hidden_from_nobody"}, Code::kInvalidInput);
  return Decision::permit("hidden_from_countries");
}

std::set<std::string> hidden_from(std::set<std::string> named, const std::set<ProtectionClass>& classes) {
  if (std::ranges::any_of(classes, hides_from_everybody)) named.insert(kEveryCountry);
  return named;
}

}  // namespace puente::policy
