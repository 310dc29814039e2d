#include "casework/casework.h"

#include <algorithm>
#include <optional>

#include "core/clock.h"
#include "core/limits.h"
#include "policy/policy.h"

namespace puente::casework {
namespace {

Error conflict(CaseState state, const char* event) {
  return {Code::kConflict, std::string("the case is ") + to_string(state) + ": " + event + " is not possible now"};
}

Error conflict(QuestionState state, const char* event) {
  return {Code::kConflict,
          std::string("the question's state is ") + to_string(state) + ": " + event + " is not possible now"};
}

Error other_reference() {
  return {Code::kConflict, "the partner named another reference for this question"};
}

// What the newest of these verdicts settles; none: another examiner is asked.
std::optional<CaseState> settled(const std::vector<Opinion>& verdicts, Purpose purpose) {
  const Verdict newest = verdicts.back().verdict;
  const std::size_t needed = policy::examiners_needed(purpose, newest);
  const auto same = std::ranges::count_if(verdicts, [&](const Opinion& each) { return each.verdict == newest; });
  const bool all_differ = verdicts.size() == static_cast<std::size_t>(kVerdictLast) + 1;
  if (static_cast<std::size_t>(same) < needed) return all_differ ? std::optional(CaseState::kRejected) : std::nullopt;
  switch (newest) {
    case Verdict::kConfirm:
      return CaseState::kConfirmed;
    case Verdict::kReject:
      return CaseState::kRejected;
    case Verdict::kInconclusive:
      return CaseState::kInconclusive;
  }
  CHECK(false);
}

// Every print of the question, seen by itself.
std::size_t probes_not_seen(const Examination& open, std::string_view examiner, std::size_t pairs) {
  const auto found = open.seen.find(std::string(examiner));
  std::size_t out = pairs;
  for (std::uint32_t pair = 0; found != open.seen.end() && pair < pairs; ++pair)
    out -= found->second.contains(probe_of(pair)) ? 1 : 0;
  return out;
}

bool is_of_value(const LockedProbe& locked) {
  return std::ranges::any_of(locked.counts, [](std::uint8_t count) { return count > 0; });
}

// They are of the probe, and go with it.
void forget_marks(Examination& over) {
  for (auto& [examiner, locked] : over.locked) locked.marks.clear();
}

void begin(Examination& fresh, std::int64_t opens_ms, std::int64_t expires_ms) {
  CHECK(is_id(fresh.case_id) && is_country(fresh.partner));
  CHECK(opens_ms < expires_ms);
  fresh.state = CaseState::kOpen;
  fresh.opened_ms = opens_ms;
  fresh.expires_ms = expires_ms;
  fresh.examiner.clear();
  fresh.verdict_reasons.clear();
  fresh.verdicts.clear();
  fresh.locked.clear();
  fresh.decided_ms = 0;
}

Status lock(Examination& open, const Exhibit& exhibit, std::vector<std::vector<Mark>> marks, std::string_view examiner,
            std::int64_t now_ms) {
  if (open.state != CaseState::kOpen) return conflict(open.state, "marking");
  if (is_due(open, now_ms)) return conflict(CaseState::kExpired, "marking");
  TRY(policy::may_lock({exhibit.pairs, marks, probes_not_seen(open, examiner, exhibit.pairs.size()),
                        locked_by(open, examiner) != nullptr})
          .status());
  // What an older version showed before does not count as a look: it is taken again, with the marks behind it.
  std::erase_if(open.seen[std::string(examiner)], [](std::uint32_t each) { return each < probe_of(0); });
  LockedProbe& locked = open.locked[std::string(examiner)];
  locked.locked_ms = now_ms;
  for (std::size_t i = 0; i < marks.size(); ++i) {
    const ExhibitSide& probe = exhibit.pairs[i].probe;
    const std::size_t count = probe.image.empty() ? probe.marks.size() : marks[i].size();  // then the sender marked it
    locked.counts.push_back(static_cast<std::uint8_t>(std::min(count, limits::kProbeMarksMax)));
  }
  locked.marks = std::move(marks);
  return {};
}

Status judge(Examination& open, Verdict verdict, std::string_view examiner, std::string_view reasons,
             std::int64_t now_ms) {
  if (open.state != CaseState::kOpen) return conflict(open.state, "a verdict");
  if (now_ms < open.opened_ms) return Error{Code::kConflict, "the clock stands before the opening of the case"};
  if (is_due(open, now_ms)) return conflict(CaseState::kExpired, "a verdict");
  const LockedProbe* const locked = locked_by(open, examiner);
  TRY(policy::may_decide({.examiner = examiner,
                          .reasons = reasons,
                          .has_given_one = has_judged(open, examiner),
                          .has_locked = locked != nullptr,
                          .confirms_no_value = verdict == Verdict::kConfirm && locked && !is_of_value(*locked)})
          .status());
  open.verdicts.push_back({std::string(examiner), verdict, std::string(reasons), now_ms});
  const std::optional<CaseState> next = settled(open.verdicts, open.purpose);
  if (!next) return {};
  open.state = *next;
  forget_marks(open);
  open.examiner = examiner;
  open.verdict_reasons = reasons;
  open.decided_ms = now_ms;
  // a second person has as long as the first had
  if (*next == CaseState::kConfirmed) open.expires_ms = now_ms + (open.expires_ms - open.opened_ms);
  return {};
}

Status end(Examination& open, std::int64_t now_ms) {
  if (open.state == CaseState::kExpired) return {};
  if (open.state != CaseState::kOpen && open.state != CaseState::kConfirmed) return conflict(open.state, "expiry");
  if (!is_due(open, now_ms)) return Error{Code::kConflict, "the case has not yet expired"};
  open.state = open.state == CaseState::kOpen ? CaseState::kExpired : CaseState::kWithdrawn;
  forget_marks(open);
  return {};
}

}  // namespace

Case open_case(Case hit, std::int64_t now_ms, std::int64_t expires_ms) {
  CHECK(is_id(hit.exchange_id));
  begin(hit, now_ms, expires_ms);
  hit.cleared_ms = 0;
  hit.card = {};
  for (std::string* each : {&hit.releaser, &hit.release_facts, &hit.offence}) each->clear();
  return hit;
}

Result<Case> lock_probe(Case open, const Exhibit& exhibit, std::vector<std::vector<Mark>> marks,
                        std::string_view examiner, std::int64_t now_ms) {
  TRY(lock(open, exhibit, std::move(marks), examiner, now_ms));
  return open;
}

Result<Case> decide(Case open, Verdict verdict, std::string_view examiner, std::string_view reasons,
                    std::int64_t now_ms) {
  TRY(judge(open, verdict, examiner, reasons, now_ms));
  return open;
}

PracticeCase open_practice(PracticeCase seeded, std::int64_t opens_ms, std::int64_t expires_ms) {
  begin(seeded, opens_ms, expires_ms);
  return seeded;
}

Result<PracticeCase> lock_probe(PracticeCase open, const Exhibit& exhibit, std::vector<std::vector<Mark>> marks,
                                std::string_view examiner, std::int64_t now_ms) {
  TRY(lock(open, exhibit, std::move(marks), examiner, now_ms));
  return open;
}

Result<PracticeCase> decide(PracticeCase open, Verdict verdict, std::string_view examiner, std::string_view reasons,
                            std::int64_t now_ms) {
  TRY(judge(open, verdict, examiner, reasons, now_ms));
  return open;
}

Result<PracticeCase> expire(PracticeCase open, std::int64_t now_ms) {
  TRY(end(open, now_ms));
  return open;
}

Result<Case> clear(Case confirmed, ReleaseDecision decision, std::string_view releaser, std::string_view facts,
                   std::string_view offence, std::int64_t now_ms) {
  const auto decided = [&] {
    confirmed.state = decision == ReleaseDecision::kRelease ? CaseState::kCleared : CaseState::kWithdrawn;
    confirmed.releaser = releaser;
    confirmed.release_facts = facts;
    confirmed.offence = offence;
    confirmed.cleared_ms = now_ms;
    return confirmed;
  };
  if (confirmed.state == CaseState::kCleared && decision == ReleaseDecision::kHoldBack) return decided();
  if (confirmed.state != CaseState::kConfirmed) return conflict(confirmed.state, "a release decision");
  if (now_ms < confirmed.decided_ms) return Error{Code::kConflict, "the clock stands before the verdict"};
  if (is_due(confirmed, now_ms)) return conflict(CaseState::kWithdrawn, "a release decision");
  return decided();
}

Result<Case> reopen(Case cleared, std::int64_t now_ms) {
  if (cleared.state == CaseState::kConfirmed) return cleared;
  if (cleared.state != CaseState::kCleared) return conflict(cleared.state, "to decide anew");
  cleared.state = CaseState::kConfirmed;
  cleared.expires_ms = now_ms + (cleared.expires_ms - cleared.decided_ms);  // as long as there was the first time
  cleared.cleared_ms = 0;
  cleared.card = {};
  for (std::string* each : {&cleared.releaser, &cleared.release_facts, &cleared.offence}) each->clear();
  return cleared;
}

Result<Case> release(Case cleared) {
  if (cleared.state == CaseState::kReleased) return cleared;
  if (cleared.state != CaseState::kCleared) return conflict(cleared.state, "a release");
  cleared.state = CaseState::kReleased;
  return cleared;
}

Result<Case> withdraw(Case confirmed) {
  if (confirmed.state == CaseState::kWithdrawn) return confirmed;
  if (confirmed.state != CaseState::kConfirmed && confirmed.state != CaseState::kCleared)
    return conflict(confirmed.state, "holding back");
  confirmed.state = CaseState::kWithdrawn;
  return confirmed;
}

Result<Case> expire(Case open, std::int64_t now_ms) {
  TRY(end(open, now_ms));
  return open;
}

bool is_due(const Examination& open, std::int64_t now_ms) {
  return (open.state == CaseState::kOpen || open.state == CaseState::kConfirmed) && now_ms >= open.expires_ms;
}

Question ask(Question question, std::int64_t now_ms, std::int64_t expires_ms) {
  CHECK(is_id(question.exchange_id) && is_country(question.partner));
  CHECK(now_ms < expires_ms);
  question.state = QuestionState::kQueued;
  question.asked_ms = now_ms;
  question.expires_ms = expires_ms;
  question.reference.clear();
  question.reasons.clear();
  question.released.clear();
  question.retention_until_ms = 0;
  return question;
}

Result<Question> on_no_hit(Question question) {
  if (question.state == QuestionState::kNoHit) return question;
  if (question.state != QuestionState::kQueued) return conflict(question.state, "\"no hit\"");
  question.state = QuestionState::kNoHit;
  return question;
}

Result<Question> on_reference(Question question, std::string_view reference) {
  if (!is_id(reference)) return Error{Code::kInvalidInput, "the partner's reference is malformed"};
  // an answer that comes twice, the second time perhaps after the release: nothing new
  if (!question.reference.empty()) {
    if (question.reference == reference) return question;
    return other_reference();
  }
  if (question.state != QuestionState::kQueued) return conflict(question.state, "a reference");
  question.state = QuestionState::kHit;
  question.reference = reference;
  return question;
}

Result<Question> on_refusal(Question question, std::vector<std::string> reasons) {
  if (question.state == QuestionState::kRefused) return question;
  if (question.state != QuestionState::kQueued) return conflict(question.state, "a refusal");
  question.state = QuestionState::kRefused;
  question.reasons = std::move(reasons);
  return question;
}

Result<Question> on_release(Question question, const Release& release, std::int64_t now_ms) {
  if (question.state != QuestionState::kHit && question.state != QuestionState::kReleased) {
    return conflict(question.state, "a release");
  }
  if (question.reference != release.reference) return other_reference();
  if (question.purpose != release.purpose) {
    return Error{Code::kConflict, "the release is for another purpose than was asked"};
  }
  if (question.state == QuestionState::kReleased) {
    // again, perhaps after its data were erased here: they do not come back
    if (question.retention_until_ms == release.retention_until_ms &&
        (question.released.empty() || question.released == release.elements)) {
      return question;
    }
    return Error{Code::kConflict, "the partner released something else for this question before"};
  }
  if (release.retention_until_ms <= now_ms) {
    return Error{Code::kConflict, "the released data could not be kept any more: their time is over"};
  }
  question.state = QuestionState::kReleased;
  question.released = release.elements;
  question.retention_until_ms = release.retention_until_ms;
  return question;
}

Result<Question> on_not_confirmed(Question question, std::string_view reference) {
  if (question.state != QuestionState::kHit && question.state != QuestionState::kNotConfirmed) {
    return conflict(question.state, "\"not confirmed\"");
  }
  if (question.reference != reference) return other_reference();
  question.state = QuestionState::kNotConfirmed;
  return question;
}

Result<Question> expire(Question question, std::int64_t now_ms) {
  if (question.state == QuestionState::kExpired) return question;
  if (question.state != QuestionState::kQueued && question.state != QuestionState::kHit)
    return conflict(question.state, "expiry");
  if (!is_due(question, now_ms)) return Error{Code::kConflict, "the question has not yet expired"};
  question.state = QuestionState::kExpired;
  return question;
}

bool is_due(const Question& question, std::int64_t now_ms) {
  if (question.state == QuestionState::kQueued) return now_ms >= question.expires_ms;
  return question.state == QuestionState::kHit && now_ms >= question.expires_ms + limits::kHitDaysMax * kDayMs;
}

Result<Question> cancel(Question question, std::int64_t now_ms) {
  if (question.state != QuestionState::kQueued) return conflict(question.state, "taking it back");
  question.expires_ms = std::min(question.expires_ms, now_ms);
  return expire(std::move(question), now_ms);
}

Result<Question> erase_released(Question question, std::int64_t now_ms) {
  if (question.state != QuestionState::kReleased) return conflict(question.state, "erasure");
  if (now_ms < question.retention_until_ms) {
    return Error{Code::kConflict, "the released data may still be kept"};
  }
  question.released.clear();
  return question;
}

}  // namespace puente::casework
