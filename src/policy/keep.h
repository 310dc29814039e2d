// Keeping: how long what was released may lie at who asked (R11).
#pragma once
#include "policy/decision.h"

namespace puente::policy {

// From the verdict on, not from the sending: a release that is sent again says the same.
std::int64_t kept_until_ms(const PurposeTerms& terms, std::int64_t decided_ms);
Decision may_keep(std::int64_t until_ms, std::int64_t now_ms);  // until_ms itself is too late

}  // namespace puente::policy
