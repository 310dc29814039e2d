// Finding: is somebody enrolled compared at all, in a search on this behalf? Asked before comparing (R2), so that a
// protected "no" is a true one in all that can be seen of it (R3). identify/ applies the same rule to what lies beside
// each encounter; test/flow holds the two together.
#pragma once
#include <span>

#include "core/standing.h"
#include "policy/decision.h"

namespace puente::policy {

// Hidden in doubt: an entry of withheld_from that is no country code hides from every partner, as does a partner that
// is none.
Decision may_find(const Standing& standing, const Scope& scope);

// R10: somebody who is under this age, by any date of birth that is known, is not found for the investigation of
// crime: an agreement has no place yet for the further grounds that this would need.
inline constexpr int kCrimeYears = 14;
bool asks_age(Purpose purpose);  // whether it matters: dates of birth cost a look
Decision may_find_for(Purpose purpose, std::span<const std::string> dates_of_birth, std::int64_t now_ms);

}  // namespace puente::policy
