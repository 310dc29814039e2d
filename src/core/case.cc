#include "core/case.h"

#include <algorithm>

#include "core/user.h"

namespace puente {

const char* to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::kConfirm:
      return "confirm";
    case Verdict::kReject:
      return "reject";
    case Verdict::kInconclusive:
      return "inconclusive";
  }
  return "unknown";
}

Result<Verdict> parse_verdict(std::string_view name) {
  for (const Verdict each : {Verdict::kConfirm, Verdict::kReject, Verdict::kInconclusive}) {
    if (name == to_string(each)) return each;
  }
  return Error{Code::kInvalidInput, "unknown verdict: use confirm, reject or inconclusive"};
}

std::set<std::string> examiners_of(const Examination& the_case) {
  std::set<std::string> out;
  for (const Opinion& each : the_case.verdicts) out.insert(each.examiner);
  if (!the_case.examiner.empty()) out.insert(the_case.examiner);
  return out;
}

bool has_judged(const Examination& the_case, std::string_view examiner) {
  return std::ranges::any_of(the_case.verdicts,
                             [&](const Opinion& each) { return same_user(each.examiner, examiner); });
}

const LockedProbe* locked_by(const Examination& the_case, std::string_view examiner) {
  const auto found =
      std::ranges::find_if(the_case.locked, [&](const auto& each) { return same_user(each.first, examiner); });
  return found == the_case.locked.end() ? nullptr : &found->second;
}

std::size_t agreeing(const std::vector<Opinion>& verdicts) {
  std::size_t out = 0;
  for (const Opinion& one : verdicts) {
    const auto same = std::ranges::count_if(verdicts, [&](const Opinion& each) { return each.verdict == one.verdict; });
    out = std::max(out, static_cast<std::size_t>(same));
  }
  return out;
}

const char* to_string(ReleaseDecision decision) {
  switch (decision) {
    case ReleaseDecision::kRelease:
      return "release";
    case ReleaseDecision::kHoldBack:
      return "hold_back";
  }
  return "unknown";
}

Result<ReleaseDecision> parse_release_decision(std::string_view name) {
  for (const ReleaseDecision each : {ReleaseDecision::kRelease, ReleaseDecision::kHoldBack}) {
    if (name == to_string(each)) return each;
  }
  return Error{Code::kInvalidInput, "unknown decision: use release or hold_back"};
}

const char* to_string(CaseState state) {
  switch (state) {
    case CaseState::kOpen:
      return "open";
    case CaseState::kConfirmed:
      return "confirmed";
    case CaseState::kRejected:
      return "rejected";
    case CaseState::kReleased:
      return "released";
    case CaseState::kExpired:
      return "expired";
    case CaseState::kInconclusive:
      return "inconclusive";
    case CaseState::kWithdrawn:
      return "withdrawn";
    case CaseState::kCleared:
      return "cleared";
  }
  return "unknown";
}

Result<CaseState> parse_case_state(std::string_view name) {
  for (int i = 1; i <= kCaseStateLast; ++i) {
    if (name == to_string(static_cast<CaseState>(i))) return static_cast<CaseState>(i);
  }
  return Error{Code::kInvalidInput,
               "state: one of open, confirmed, rejected, released, expired, inconclusive, withdrawn, cleared"};
}

const char* to_string(Doubt doubt) {
  switch (doubt) {
    case Doubt::kRecordDiffers:
      return "record_differs";
    case Doubt::kSeveralPeople:
      return "several_people";
    case Doubt::kCapturedAsChild:
      return "captured_as_child";
  }
  return "unknown";
}

const char* to_string(QuestionState state) {
  switch (state) {
    case QuestionState::kQueued:
      return "queued";
    case QuestionState::kNoHit:
      return "no_hit";
    case QuestionState::kHit:
      return "hit";
    case QuestionState::kReleased:
      return "released";
    case QuestionState::kNotConfirmed:
      return "not_confirmed";
    case QuestionState::kRefused:
      return "refused";
    case QuestionState::kExpired:
      return "expired";
  }
  return "unknown";
}

Result<QuestionState> parse_question_state(std::string_view name) {
  for (int i = 1; i <= static_cast<int>(QuestionState::kExpired); ++i)
    if (name == to_string(static_cast<QuestionState>(i))) return static_cast<QuestionState>(i);
  return Error{Code::kInvalidInput, "state: one of queued, no_hit, hit, released, not_confirmed, refused, expired"};
}

bool is_case_reference(std::string_view text) {
  const auto printable = [](char letter) { return letter >= ' ' && letter <= '~'; };
  const auto digit = [](char letter) { return letter >= '0' && letter <= '9'; };
  return text.size() >= 3 && text.size() <= 64 && std::all_of(text.begin(), text.end(), printable) &&
         std::any_of(text.begin(), text.end(), digit);
}

}  // namespace puente
