// Casework: the only place that moves a Case or a Question from state to state. Pure; a transition takes the old value
// and gives the new one, or kConflict with the old value untouched at the caller. Whether the data may go is policy's.
//
//   Case:      open ─confirm→ confirmed ─release→ released        Question: queued ─→ no_hit
//              open ─reject→  rejected                                      queued ─→ refused
//              open ─inconclusive→ inconclusive
//              open ─time→    expired                                       queued ─time, who asked→ expired
//                                                                           queued ─→ hit ─→ released
//                                                                                     hit ─→ not_confirmed
//              confirmed ─held back→ withdrawn                                        hit ─time→ expired
// No path to released but through an examiner's verdict (R7). A message that says again what is known changes nothing.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "casework/exhibit.h"
#include "core/case.h"

namespace puente::casework {

// ---- the answering side

// `hit` carries everything but state, times and verdict. An examiner has until expires_ms.
Case open_case(Case hit, std::int64_t now_ms, std::int64_t expires_ms);

// kInvalidInput: what policy::may_decide says of the examiner's name and words.
// kConflict: already decided or expired. A verdict is final.
Result<Case> decide(Case open, Verdict verdict, std::string_view examiner, std::string_view reasons,
                    std::int64_t now_ms);

// The partner has acknowledged the release. Only from confirmed; from released it changes nothing.
Result<Case> release(Case confirmed);

// Confirmed, and nothing of it left or will. Only from confirmed; from withdrawn it changes nothing.
Result<Case> withdraw(Case confirmed);

// Undecided at expires_ms. kConflict before that or when decided; from expired it changes nothing.
Result<Case> expire(Case open, std::int64_t now_ms);
bool is_due(const Case& open, std::int64_t now_ms);  // open and past expires_ms: expire it, destroy the probe

// ---- the asking side

// `question` carries everything but state, times and what comes back. Unanswered at expires_ms, it expires.
Question ask(Question question, std::int64_t now_ms, std::int64_t expires_ms);

Result<Question> on_no_hit(Question question);
Result<Question> on_reference(Question question, std::string_view reference);
Result<Question> on_refusal(Question question, std::vector<std::string> reasons);

struct Release {
  std::string reference;
  Purpose purpose = Purpose::kBorderIdentification;
  BiographicData elements;
  std::int64_t retention_until_ms = 0;
};
// Only after on_reference, for that reference and for the purpose that was asked.
Result<Question> on_release(Question question, const Release& release, std::int64_t now_ms);
Result<Question> on_not_confirmed(Question question, std::string_view reference);

// Still queued at expires_ms, or still a hit limits::kHitDaysMax later. kConflict before that or once over; from
// expired it changes nothing.
Result<Question> expire(Question question, std::int64_t now_ms);
bool is_due(const Question& question, std::int64_t now_ms);
Result<Question> cancel(Question question, std::int64_t now_ms);  // queued: as if its time were over now

// Forgets what was released, once its time is over (R11, R13). kConflict before that.
Result<Question> erase_released(Question question, std::int64_t now_ms);

}  // namespace puente::casework
