// Reviewing: an examiner gives a verdict about a hit (R7, R9). Whether the case's state allows one is casework's.
#pragma once
#include "core/agreement.h"
#include "policy/decision.h"

namespace puente::policy {

// Whether somebody may give verdicts at all (R7, R8): only by a certificate of competence that is not over.
struct Competence {
  std::int64_t certified_until_ms = 0;  // exclusive; 0: nobody has certified any
  std::int64_t now_ms = 0;
};
Decision may_examine(const Competence& examiner);

struct Review {
  std::string_view examiner;             // user id
  std::string_view reasons;              // in the examiner's words
  std::size_t pairs = 0;                 // of fingers that the case has
  std::size_t seen = 0;                  // of them by this examiner
  std::size_t doubts_not_seen = 0;       // what else speaks against it, and was not shown to this examiner
  bool confirms_several_people = false;  // that the fingers of more than one person are this one's
  bool has_given_one = false;            // this examiner, by whatever spelling of the name, of this case
};
// kInvalidInput: the words; kDenied: what was not looked at, or cannot be said.
Decision may_decide(const Review& review);

// How many, each alone, must come to the same verdict (R8): two where the release names an offence.
std::size_t examiners_needed(Purpose purpose);

}  // namespace puente::policy
