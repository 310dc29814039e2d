#include "policy/find.h"

#include <algorithm>

#include "core/biographic.h"
#include "core/person.h"
#include "policy/age.h"

namespace puente::policy {

Decision may_find(const Standing& standing, const Scope& scope) {
  std::vector<std::string> against;
  if (!standing.active) against.emplace_back("not_active");
  if (std::none_of(scope.galleries().begin(), scope.galleries().end(),
                   [&](const std::string& each) { return standing.galleries.contains(each); })) {
    against.emplace_back("in_no_such_gallery");
  }
  if (!scope.is_own()) {
    const std::string& country = scope.country();
    if (!is_country(country)) against.emplace_back("asker_is_no_country");
    if (std::any_of(standing.withheld_from.begin(), standing.withheld_from.end(),
                    [&](const std::string& each) { return each == country || !is_country(each); })) {
      against.emplace_back("withheld_from_asker");
    }
    if (standing.disputed) against.emplace_back("disputed");
  }
  return against.empty() ? Decision::permit("open_to_search") : Decision::deny(std::move(against));
}

bool asks_age(Purpose purpose) {
  return purpose == Purpose::kSeriousCrimeInvestigation;
}

Decision may_find_for(Purpose purpose, std::span<const std::string> dates_of_birth, std::int64_t now_ms) {
  const bool child = std::ranges::any_of(dates_of_birth, [&](const std::string& each) {
    const auto born = day_of(each);
    return born && !has_turned(kCrimeYears, *born, now_ms);
  });
  if (child && asks_age(purpose)) return Decision::deny({"under_fourteen"});
  return Decision::permit("open_to_search");
}

}  // namespace puente::policy
