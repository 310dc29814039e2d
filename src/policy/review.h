// Reviewing: an examiner marks what the question's prints show, then looks at the candidate's, then gives a verdict
// about the hit (R7, R9, misuse story 5). Whether the case's state allows it is casework's.
#pragma once
#include <span>

#include "core/case.h"
#include "policy/decision.h"

namespace puente::policy {

// Whether somebody may give verdicts at all (R7, R8): only by a certificate of competence that is not over.
struct Competence {
  std::int64_t certified_until_ms = 0;  // exclusive; 0: nobody has certified any
  std::int64_t now_ms = 0;
  std::int64_t suspended_ms = 0;  // since they confirmed a seeded pair of two people; 0: they are not
};
Decision may_examine(const Competence& examiner);

// What an examiner found on the question's prints before any of the candidate's was shown.
struct Marking {
  std::span<const ExhibitPair> pairs;
  const std::vector<std::vector<Mark>>& marks;  // by pair; none: of no value, or sent as minutiae without a picture
  std::size_t not_seen = 0;                     // how many of the prints this examiner has not looked at alone
  bool locked_before = false;                   // by this examiner
};
// kInvalidInput: marks that a look at the prints cannot give; kDenied: no look, or a second time.
Decision may_lock(const Marking& marking);
// Whether the candidate's prints may be shown to an examiner.
Decision may_see_candidate(bool has_locked);

struct Review {
  std::string_view examiner;             // user id
  std::string_view reasons;              // in the examiner's words
  std::size_t pairs = 0;                 // of fingers that the case has
  std::size_t seen = 0;                  // of them by this examiner
  std::size_t doubts_not_seen = 0;       // what else speaks against it, and was not shown to this examiner
  bool confirms_several_people = false;  // that the fingers of more than one person are this one's
  bool has_given_one = false;            // this examiner, by whatever spelling of the name, of this case
  bool has_locked = false;               // this examiner, what the question's prints show
  bool confirms_no_value = false;        // though no print of the question was of value to this examiner
};
// kInvalidInput: the words; kDenied: what was not looked at, or cannot be said.
Decision may_decide(const Review& review);

// How many, each alone, must come to the same verdict (R8): two where the release names an offence.
std::size_t examiners_needed(Purpose purpose);
// The same of one verdict: that nobody can tell, two must say, whatever the purpose. One who cannot asks another.
std::size_t examiners_needed(Purpose purpose, Verdict verdict);

}  // namespace puente::policy
