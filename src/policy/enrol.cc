#include "policy/enrol.h"

#include <algorithm>
#include <set>

#include "core/biographic.h"
#include "core/clock.h"
#include "core/fold.h"
#include "core/user.h"
#include "policy/age.h"

namespace puente::policy {
namespace {

constexpr std::int64_t kFurthestZoneMs = 14 * kHourMs;  // there is a place where it is tomorrow already

// The earliest day on which the fingers may have been taken: where it is not stated, it may still be yesterday there.
std::optional<std::int64_t> captured_on(const std::optional<std::string>& encounter_date, std::int64_t enrolled_ms) {
  return encounter_date ? day_of(*encounter_date) : enrolled_ms - kFurthestZoneMs;
}

void judge_age(const Enrolment& enrolment, std::vector<std::string>& against) {
  if (!enrolment.date_of_birth) return;
  const std::optional<std::int64_t> captured = captured_on(enrolment.encounter_date, enrolment.now_ms);
  const std::optional<std::int64_t> born = day_of(*enrolment.date_of_birth);
  if (!born || !captured) {
    against.emplace_back("age_in_doubt");
  } else if (*born > enrolment.now_ms + kFurthestZoneMs || *born > *captured + kDayMs) {
    against.emplace_back("not_yet_born");
  } else if (!has_turned(kYoungestYears, *born, std::min(*captured, enrolment.now_ms))) {
    against.emplace_back("under_six");
  }
}

// However it is written: all words of the user's name are in the guardian's, or it is the same by its letters.
bool names_capturer(std::string_view guardian, std::string_view capturer) {
  if (same_user(guardian, capturer)) return true;
  const std::set<std::string> user = folded_words(capturer), said = folded_words(guardian);
  return !user.empty() && std::ranges::includes(said, user);
}

// Of who is old enough to be enrolled at all.
void judge_guardian(const Enrolment& enrolment, std::vector<std::string>& against) {
  constexpr std::ptrdiff_t kNameMin = 2;  // bytes that are neither blank nor control
  if (!enrolment.date_of_birth || !was_child(*enrolment.date_of_birth, enrolment.encounter_date, enrolment.now_ms))
    return;
  const auto letters =
      std::ranges::count_if(enrolment.guardian, [](char c) { return static_cast<unsigned char>(c) > 0x20; });
  if (letters < kNameMin) {
    against.emplace_back("guardian_missing");
  } else if (names_capturer(enrolment.guardian, enrolment.capturer)) {
    against.emplace_back("guardian_is_capturer");
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

bool was_too_young(const std::string& date_of_birth, const std::optional<std::string>& encounter_date,
                   std::int64_t enrolled_ms, std::int64_t now_ms) {
  const std::optional<std::int64_t> born = day_of(date_of_birth);
  if (!born || *born > now_ms + kFurthestZoneMs) return false;
  std::vector<std::string> against;
  judge_age({.date_of_birth = date_of_birth, .encounter_date = encounter_date, .now_ms = enrolled_ms}, against);
  return std::ranges::count(against, "under_six") + std::ranges::count(against, "not_yet_born") > 0;
}

bool was_child(const std::string& date_of_birth, const std::optional<std::string>& encounter_date,
               std::int64_t enrolled_ms) {
  const std::optional<std::int64_t> born = day_of(date_of_birth);
  const std::optional<std::int64_t> captured = captured_on(encounter_date, enrolled_ms);
  return born && captured && !has_turned(kOfAge, *born, std::min(*captured, enrolled_ms));
}

Decision may_overrule(bool contradicts) {
  if (!contradicts) return Decision::deny({"nothing_to_overrule"}, Code::kConflict);
  return Decision::permit("identity_overruled");
}

Decision may_enrol(const Enrolment& enrolment) {
  std::vector<std::string> against;
  judge_age(enrolment, against);
  if (!against.empty()) return Decision::deny(std::move(against));
  against = of_fingers(enrolment);
  const bool overruled = !against.empty() && enrolment.supervisor_overrules;
  if (overruled) against.clear();
  judge_guardian(enrolment, against);
  if (enrolment.below_floor && !enrolment.best_prints) against.emplace_back(kCaptureAgain);
  const bool known = enrolment.known_under_another_id;
  if (known && !enrolment.officer_insists) against.emplace_back("already_known");
  if (!against.empty()) return Decision::deny(std::move(against), Code::kConflict);
  return Decision::permit(overruled ? "identity_overruled" : known ? "known_and_insisted" : "not_known_before");
}

}  // namespace puente::policy
