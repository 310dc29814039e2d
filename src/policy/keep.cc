#include "policy/keep.h"

#include "core/clock.h"

namespace puente::policy {

std::int64_t kept_until_ms(const PurposeTerms& terms, std::int64_t decided_ms) {
  return decided_ms + terms.retention_days * kDayMs;
}

Decision may_keep(std::int64_t until_ms, std::int64_t now_ms) {
  return now_ms < until_ms ? Decision::permit("within_retention") : Decision::deny({"retention_over"});
}

}  // namespace puente::policy
