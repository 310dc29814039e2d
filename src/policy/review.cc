#include "policy/review.h"

#include "core/limits.h"
#include "core/person.h"
#include "policy/release.h"

namespace puente::policy {

Decision may_examine(const Competence& examiner) {
  if (examiner.certified_until_ms == 0) return Decision::deny({"certificate_missing"});
  if (examiner.now_ms >= examiner.certified_until_ms) return Decision::deny({"certificate_expired"});
  return Decision::permit("examiner_certified");
}

Decision may_decide(const Review& review) {
  std::vector<std::string> against;
  if (!is_id(review.examiner)) against.emplace_back("examiner_missing");
  if (written(review.reasons) < kReasonsMin) against.emplace_back("verdict_reasons_too_short");
  if (review.reasons.size() > limits::kTextBytesMax) against.emplace_back("verdict_reasons_too_long");
  if (!against.empty()) return Decision::deny(std::move(against), Code::kInvalidInput);
  if (review.has_given_one) against.emplace_back("verdict_given_before");
  if (review.seen < review.pairs) against.emplace_back("pairs_not_seen");
  if (review.doubts_not_seen > 0) against.emplace_back("doubts_not_seen");
  if (review.confirms_several_people) against.emplace_back("several_people");
  if (!against.empty()) return Decision::deny(std::move(against));
  return Decision::permit("verdict_with_reasons");
}

std::size_t examiners_needed(Purpose purpose) {
  return names_an_offence(purpose) ? 2 : 1;
}

}  // namespace puente::policy
