// Protecting: somebody is hidden from countries, for a reason of law.
#pragma once
#include <optional>
#include <set>

#include "core/protection.h"
#include "policy/decision.h"

namespace puente::policy {

// Of whom nobody outside is told anything (8 USC 1367; R2), or whose data nobody outside has by default (R34): hidden
// from every country, whichever were named.
bool hides_from_everybody(ProtectionClass of_class);

// Nobody is hidden without saying why, nor from nowhere. kInvalidInput.
Decision may_protect(std::optional<ProtectionClass> of_class, bool names_countries);

// From whom somebody of these classes is hidden, where these countries were named.
std::set<std::string> hidden_from(std::set<std::string> named, const std::set<ProtectionClass>& classes);

}  // namespace puente::policy
