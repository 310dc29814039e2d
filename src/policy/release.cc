#include "policy/release.h"

#include "policy/agreements.h"
#include "policy/keep.h"

namespace puente::policy {

Decision may_release(const AcceptedAgreement& agreement, const Case& decided, std::int64_t now_ms) {
  std::vector<std::string> against;
  if (decided.state != CaseState::kConfirmed) against.emplace_back("case_not_confirmed");
  if (decided.examiner.empty()) against.emplace_back("examiner_missing");
  if (written(decided.verdict_reasons) < kReasonsMin) against.emplace_back("verdict_reasons_too_short");
  if (decided.decided_ms < decided.opened_ms || decided.decided_ms >= decided.expires_ms ||
      decided.decided_ms > now_ms) {
    against.emplace_back("verdict_time_implausible");
  }
  if (decided.agreement_id != agreement.id) against.emplace_back("agreement_mismatch");
  for (const char* reason : why_not_in_force(agreement, now_ms)) against.emplace_back(reason);
  if (agreement.party(decided.partner) == nullptr) against.emplace_back("asker_not_a_party");
  const PurposeTerms* terms = agreement.terms(decided.purpose);
  if (terms == nullptr) {
    against.emplace_back("purpose_not_in_agreement");
  } else {
    if (!terms->may_ask.contains(decided.partner)) against.emplace_back("country_may_not_ask");
    if (!may_keep(kept_until_ms(*terms, decided.decided_ms), now_ms).permitted) against.emplace_back("retention_over");
  }
  if (!against.empty()) return Decision::deny(std::move(against));
  return Decision::permit(clause(*terms), *terms);
}

Result<Disclosure> redact(const AcceptedAgreement& agreement, const Case& decided, const BiographicData& record,
                          std::int64_t now_ms) {
  const Decision decision = may_release(agreement, decided, now_ms);
  TRY(decision.status());
  const PurposeTerms& terms = *decision.terms;
  Disclosure out;
  out.exchange_id_ = decided.exchange_id;
  out.reference_ = decided.case_id;
  out.recipient_ = decided.partner;
  out.agreement_digest_ = agreement.digest;
  out.purpose_ = terms.purpose;
  for (const auto& [element, value] : record) {
    if (terms.release.contains(element) && !value.empty()) out.elements_.emplace(element, value);
  }
  out.retention_until_ms_ = kept_until_ms(terms, decided.decided_ms);
  out.caveats_ = {kNoOnwardTransfer, kPurposeBound};
  return out;
}

}  // namespace puente::policy
