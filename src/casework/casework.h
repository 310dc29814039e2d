// Casework: the only place that moves a Case or a Question from state to state. Pure; a transition takes the old value
// and gives the new one, or kConflict with the old value untouched at the caller. Whether the data may go is policy's.
//
//   Case:      open ─an examiner's marks, locked→ open
//              open ─confirm→ confirmed (*)                        Question: queued ─→ no_hit
//              open ─reject→  rejected                                       queued ─→ refused
//              open ─inconclusive→ inconclusive                              queued ─time, who asked→ expired
//              open ─time→    expired                                        queued ─→ hit ─→ released
//              confirmed ─a second person→ cleared ─acknowledged→ released             hit ─→ not_confirmed
//              cleared ─it would be another→ confirmed
//              confirmed, cleared ─held back, time→ withdrawn                          hit ─time→ expired
// (*) Where two examiners are needed, and for inconclusive everywhere, a verdict settles when it is the second of its
// kind, or the third; until then open. No path to released but through an examiner's verdict and a second person's
// decision (R7, R39). A message that says again what is known changes nothing.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "casework/competence.h"
#include "casework/exhibit.h"
#include "core/case.h"
#include "core/practice.h"

namespace puente::casework {

// ---- the answering side

// `hit` carries everything but state, times and verdict. An examiner has until expires_ms.
Case open_case(Case hit, std::int64_t now_ms, std::int64_t expires_ms);

// What an examiner found on the question's prints, each seen alone: from now on the candidate's may be shown to them.
// kInvalidInput, kDenied: what policy::may_lock says; kConflict: decided, expired.
Result<Case> lock_probe(Case open, const Exhibit& exhibit, std::vector<std::vector<Mark>> marks,
                        std::string_view examiner, std::int64_t now_ms);

// Adds a verdict, and moves the case when that settles it. kInvalidInput, kDenied: what policy::may_decide says of the
// examiner's name and words, of marks that are not locked, and of a second verdict. The marks go when the case is over,
// their numbers stay. kConflict: already decided or expired. A verdict is final.
Result<Case> decide(Case open, Verdict verdict, std::string_view examiner, std::string_view reasons,
                    std::int64_t now_ms);

// The same of a seeded case, whose examiner is not to know it for one.
PracticeCase open_practice(PracticeCase seeded, std::int64_t opens_ms, std::int64_t expires_ms);
Result<PracticeCase> lock_probe(PracticeCase open, const Exhibit& exhibit, std::vector<std::vector<Mark>> marks,
                                std::string_view examiner, std::int64_t now_ms);
Result<PracticeCase> decide(PracticeCase open, Verdict verdict, std::string_view examiner, std::string_view reasons,
                            std::int64_t now_ms);
Result<PracticeCase> expire(PracticeCase open, std::int64_t now_ms);

// What a second person decides of a confirmed case; who may, and with what words, is policy's (may_clear). One that is
// cleared may still be held back. kConflict: not confirmed, decided already, or too late.
Result<Case> clear(Case confirmed, ReleaseDecision decision, std::string_view releaser, std::string_view facts,
                   std::string_view offence, std::int64_t now_ms);

// What would leave is not what the second person was shown: confirmed again, and there is as much time as before. Only
// from cleared; from confirmed it changes nothing.
Result<Case> reopen(Case cleared, std::int64_t now_ms);

// The partner has acknowledged the release. Only from cleared; from released it changes nothing.
Result<Case> release(Case cleared);

// Confirmed, and nothing of it left or will. Only from confirmed and cleared; from withdrawn it changes nothing.
Result<Case> withdraw(Case confirmed);

// Undecided at expires_ms: an open one expires, a confirmed one is withdrawn. kConflict before that or when decided;
// from expired it changes nothing.
Result<Case> expire(Case open, std::int64_t now_ms);
// Open or confirmed, and past expires_ms: expire it, destroy the probe.
bool is_due(const Examination& open, std::int64_t now_ms);

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
