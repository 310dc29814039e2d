#include "policy/ask.h"

#include <algorithm>

#include "core/case.h"
#include "core/clock.h"
#include "core/limits.h"
#include "core/person.h"
#include "policy/agreements.h"

namespace puente::policy {
namespace {

void judge_case_reference(std::string_view reference, std::vector<std::string>& against) {
  if (reference.empty()) {
    against.emplace_back("case_reference_missing");
    return;
  }
  if (!is_case_reference(reference)) against.emplace_back("case_reference_malformed");
}

// Not past, and no further off than any node lets a question wait; clocks differ a little.
bool is_deadline(std::int64_t within_ms) {
  return within_ms > -limits::kClockSkewMsMax &&
         within_ms <= bounds::kQuestionHoursMax * kHourMs + limits::kClockSkewMsMax;
}

void judge_terms(const PurposeTerms& terms, const Ask& ask, std::vector<std::string>& against) {
  const auto all_in = [&](const std::set<Modality>& allowed) {
    return std::all_of(ask.modalities.begin(), ask.modalities.end(),
                       [&](Modality each) { return allowed.contains(each); });
  };
  if (!terms.may_ask.contains(ask.asking)) against.emplace_back("country_may_not_ask");
  if (!all_in(terms.modalities)) against.emplace_back("modality_not_in_agreement");
  if (!all_in(ask.compared_here)) against.emplace_back("modality_not_compared_here");
  if (ask.asked_today < 0 || ask.asked_today >= terms.daily_quota) against.emplace_back("quota_used_up");
}

Decision deny(std::vector<std::string> against) {
  const bool only_quota = against.size() == 1 && against.front() == "quota_used_up";
  return Decision::deny(std::move(against), only_quota ? Code::kQuotaExceeded : Code::kDenied);
}

}  // namespace

Decision may_ask(const AcceptedAgreement* agreement, const Ask& ask) {
  std::vector<std::string> against;
  if (ask.asking == ask.answering) against.emplace_back("own_country");
  judge_case_reference(ask.case_reference, against);
  if (ask.modalities.empty()) against.emplace_back("modality_missing");
  if (!is_deadline(ask.answer_within_ms)) against.emplace_back("deadline_implausible");
  if (agreement == nullptr) {
    against.emplace_back("no_agreement");
    return deny(std::move(against));
  }
  for (const char* reason : why_not_in_force(*agreement, ask.now_ms)) against.emplace_back(reason);
  if (ask.now_ms >= agreement->replaced_ms) against.emplace_back("agreement_replaced");
  if (agreement->party(ask.asking) == nullptr) against.emplace_back("asker_not_a_party");
  if (agreement->party(ask.answering) == nullptr) against.emplace_back("answerer_not_a_party");
  const PurposeTerms* terms = agreement->terms(ask.purpose);
  if (terms == nullptr) {
    against.emplace_back("purpose_not_in_agreement");
  } else {
    judge_terms(*terms, ask, against);
  }
  if (!against.empty()) return deny(std::move(against));
  return Decision::permit(clause(*terms), *terms);
}

Decision may_ask_about(const std::set<std::string>& withheld_from, std::string_view answering) {
  const bool against = std::any_of(withheld_from.begin(), withheld_from.end(),
                                   [&](const std::string& each) { return each == answering || !is_country(each); });
  return against ? Decision::deny({"own_rules"}) : Decision::permit("own_rules_permit");
}

}  // namespace puente::policy
