#include "policy/find.h"

#include <algorithm>
#include <set>

#include "core/biographic.h"
#include "core/person.h"
#include "core/protection.h"
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
    if (is_hidden_from(standing.withheld_from, country)) against.emplace_back("withheld_from_asker");
    if (standing.disputed) against.emplace_back("disputed");
  }
  return against.empty() ? Decision::permit("open_to_search") : Decision::deny(std::move(against));
}

Scope scope_of(std::string country, const PurposeTerms* terms) {
  if (terms == nullptr || !terms->conditions) return Scope::partner(std::move(country));
  return Scope::partner(std::move(country), terms->conditions->galleries);
}

bool asks_record(const PurposeTerms& terms) {
  return terms.conditions && (!terms.conditions->own_nationals || limits_age(*terms.conditions));
}

Decision may_find_of(const PurposeTerms& terms, const OnRecord& person, std::string_view own_country,
                     std::int64_t now_ms) {
  if (!asks_record(terms)) return Decision::permit("open_to_search");
  const Conditions& clause = *terms.conditions;
  std::vector<std::string> against;
  if (!clause.own_nationals && std::ranges::find(person.nationalities, own_country) != person.nationalities.end())
    against.emplace_back("own_national");
  const bool other_age = std::ranges::any_of(person.dates_of_birth, [&](const std::string& each) {
    const auto born = day_of(each);
    return born && (!has_turned(static_cast<int>(clause.age_from), *born, now_ms) ||
                    (clause.age_to < kAgeMax && has_turned(static_cast<int>(clause.age_to) + 1, *born, now_ms)));
  });
  if (other_age) against.emplace_back("age_not_in_agreement");
  return against.empty() ? Decision::permit("open_to_search") : Decision::deny(std::move(against));
}

Decision may_tell_about(const PurposeTerms& terms, const std::vector<std::string>& files, const std::string& file) {
  if (!terms.conditions) return Decision::permit("person_quota_left");
  const auto before = std::count(files.begin(), files.end(), file);
  if (before >= kSameFileMax) return Decision::deny({"person_quota_used_up"}, Code::kQuotaExceeded);
  if (before > 0) return Decision::permit("same_file_again");
  const std::set<std::string> others(files.begin(), files.end());
  const bool left = static_cast<std::int64_t>(others.size()) < terms.conditions->person_quota;
  return left ? Decision::permit("person_quota_left") : Decision::deny({"person_quota_used_up"}, Code::kQuotaExceeded);
}

bool reaches_floor(const PurposeTerms& terms, Modality modality, double score) {
  if (!terms.conditions) return true;
  const auto floor = terms.conditions->score_floors.find(modality);
  return floor != terms.conditions->score_floors.end() && score >= static_cast<double>(floor->second);
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
