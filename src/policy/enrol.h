// Enrolling: a person is taken in.
#pragma once
#include <optional>
#include <string_view>

#include "policy/decision.h"

namespace puente::policy {

// At the capture; R10. Somebody whose date of birth nobody stated is not known to be younger.
inline constexpr int kYoungestYears = 6;  // from here to eighteen a guardian stands by who is not the capturer

// R25: the reason that counts as a capture that was asked for again.
inline constexpr const char* kCaptureAgain = "capture_again";

struct Enrolment {
  bool known_under_another_id = false;  // a search before found somebody
  bool officer_insists = false;
  std::optional<std::string> date_of_birth;   // as it was stated
  std::optional<std::string> encounter_date;  // when the fingers were captured, where that is stated; else now
  std::int64_t now_ms = 0;
  std::string_view capturer{}, guardian{};  // the user who takes the prints; who stands by a child
  bool below_floor = false;                 // no print is good enough for its person to be found by it
  bool best_prints = false;                 // of this hand, as who captures them says
  bool contradicts_person = false;          // the fingers are not those that the id given has
  bool nothing_in_common = false;           // no finger of the id given could be compared with these
  bool contradicts_itself = false;          // two fingers under one position, or one under two
  bool supervisor_overrules = false;        // what the fingers say; never the age
};
// A hit is no bar (R9): whoever insists enrols a known person under a second id, and both ids are in the log. In doubt
// about an age (R10) or about whose fingers they are: not enrolled. Nor with prints that serve nobody, unless the hand
// has no better ones (R25).
Decision may_enrol(const Enrolment& enrolment);

// A supervisor's word has something to stand against, or there is nothing to say.
Decision may_overrule(bool contradicts);

// Of what is held already, by a date of birth that is learnt only now: whether it was captured before its person was
// old enough. A date that is none, or lies in the future, teaches nothing.
bool was_too_young(const std::string& date_of_birth, const std::optional<std::string>& encounter_date,
                   std::int64_t enrolled_ms, std::int64_t now_ms);

// Whether fingers were captured before their person was eighteen, by a date of birth that is known now; they were
// enrolled at enrolled_ms.
bool was_child(const std::string& date_of_birth, const std::optional<std::string>& encounter_date,
               std::int64_t enrolled_ms);

}  // namespace puente::policy
