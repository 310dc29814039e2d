// Finding: is somebody enrolled compared at all, in a search on this behalf? Asked before comparing (R2), so that a
// protected "no" is a true one in all that can be seen of it (R3). identify/ applies the same rule to what lies beside
// each encounter; test/flow holds the two together.
#pragma once
#include "core/standing.h"
#include "policy/decision.h"

namespace puente::policy {

// Hidden in doubt: an entry of withheld_from that is no country code hides from every partner, as does a partner that
// is none.
Decision may_find(const Standing& standing, const Scope& scope);

}  // namespace puente::policy
