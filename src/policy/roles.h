// Who may do what at the own node: officers meet people and ask, examiners see cases and decide, supervisors oversee,
// erase, and take agreements into force and out of it, auditors read the log. Nobody who asks decides.
#pragma once
#include <set>
#include <span>

#include "core/role.h"
#include "policy/decision.h"

namespace puente::policy {

struct Grant {
  Role role;
  std::set<Action> actions;
};
std::span<const Grant> grants();  // all that is not in it is denied

Decision may_do(Role role, Action action);  // reason: "officer_may_enrol", "auditor_may_not_view_case"
std::optional<std::string> explain_role(std::string_view reason);  // nullopt: not such a reason

}  // namespace puente::policy
