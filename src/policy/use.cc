#include "policy/use.h"

#include "policy/keep.h"

namespace puente::policy {

Decision may_use(const Question& question, Purpose purpose, std::int64_t now_ms) {
  if (question.state != QuestionState::kReleased) return Decision::deny({"nothing_released"});
  std::vector<std::string> against;
  if (question.purpose != purpose) against.emplace_back("purpose_other_than_released");
  if (!may_keep(question.retention_until_ms, now_ms).permitted) against.emplace_back("retention_over");
  return against.empty() ? Decision::permit("purpose_bound") : Decision::deny(std::move(against));
}

}  // namespace puente::policy
