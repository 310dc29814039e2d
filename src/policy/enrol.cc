#include "policy/enrol.h"

#include <algorithm>
#include <chrono>

#include "core/biographic.h"
#include "core/clock.h"

namespace puente::policy {
namespace {

using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr std::int64_t kFurthestZoneMs = 14 * kHourMs;  // there is a place where it is tomorrow already

year_month_day date_of(std::int64_t ms) {
  return std::chrono::floor<std::chrono::days>(
      std::chrono::sys_time<std::chrono::milliseconds>{std::chrono::milliseconds{ms}});
}

// The birthday of the youngest who may be enrolled on this day; of 29 February on 1 March.
bool is_old_enough(std::int64_t born_ms, std::int64_t day_ms) {
  const year_month_day born = date_of(born_ms);
  const year_month_day birthday = born + std::chrono::years(kYoungestYears);
  const sys_days from = birthday.ok() ? sys_days(birthday) : sys_days(birthday.year() / 3 / 1);
  return sys_days(date_of(day_ms)) >= from;
}

// The earliest day on which the fingers may have been taken: where it is not stated, it may still be yesterday there.
void judge_age(const Enrolment& enrolment, std::vector<std::string>& against) {
  if (!enrolment.date_of_birth) return;
  std::optional<std::int64_t> captured = enrolment.now_ms - kFurthestZoneMs;
  if (enrolment.encounter_date) captured = day_of(*enrolment.encounter_date);
  const std::optional<std::int64_t> born = day_of(*enrolment.date_of_birth);
  if (!born || !captured) {
    against.emplace_back("age_in_doubt");
  } else if (*born > enrolment.now_ms + kFurthestZoneMs || *born > *captured + kDayMs) {
    against.emplace_back("not_yet_born");
  } else if (!is_old_enough(*born, std::min(*captured, enrolment.now_ms))) {
    against.emplace_back("under_six");
  }
}

std::vector<std::string> of_fingers(const Enrolment& enrolment) {
  std::vector<std::string> against;
  if (enrolment.contradicts_person) against.emplace_back("contradicts_person");
  if (enrolment.nothing_in_common) against.emplace_back("nothing_in_common");
  if (enrolment.contradicts_itself) against.emplace_back("contradicts_itself");
  return against;
}

}  // namespace

Decision may_enrol(const Enrolment& enrolment) {
  std::vector<std::string> against;
  judge_age(enrolment, against);
  if (!against.empty()) return Decision::deny(std::move(against));
  against = of_fingers(enrolment);
  const bool overruled = !against.empty() && enrolment.supervisor_overrules;
  if (overruled) against.clear();
  const bool known = enrolment.known_under_another_id;
  if (known && !enrolment.officer_insists) against.emplace_back("already_known");
  if (!against.empty()) return Decision::deny(std::move(against), Code::kConflict);
  return Decision::permit(overruled ? "identity_overruled" : known ? "known_and_insisted" : "not_known_before");
}

}  // namespace puente::policy
