#include "policy/roles.h"

#include <algorithm>

namespace puente::policy {
namespace {
constexpr std::string_view kMay = "_may_";  // role + this + action; "_may_not_" of a denial
}

std::span<const Grant> grants() {
  using enum Action;
  static const std::vector<Grant> kGrants = {
      {Role::kOfficer,
       {kEnrol, kIdentify, kVerify, kAsk, kViewQuestion, kReadEncounter, kListAgreements, kProtect, kProposeWatchlist,
        kReadWatchlist, kRemoveWatchlist, kSignIn, kSearchNames}},
      {Role::kExaminer, {kListCases, kViewCase, kDecideCase, kSignIn}},
      {Role::kSupervisor,
       {kListCases,
        kViewQuestion,
        kErase,
        kReadLog,
        kReadMetrics,
        kReadEncounter,
        kListAgreements,
        kAcceptAgreement,
        kSuspendAgreement,
        kResumeAgreement,
        kTerminateAgreement,
        kReadDetails,
        kProtect,
        kLiftProtection,
        kOverruleIdentity,
        kConfirmClock,
        kReadAlarms,
        kDecideRelease,
        kProposeWatchlist,
        kReadWatchlist,
        kDecideWatchlist,
        kRemoveWatchlist,
        kAddPractice,
        kReadCompetence,
        kRenewCertificate,
        kSignIn,
        kListUsers,
        kEndSessions,
        kReviewUrgent,
        kSearchNames}},
      {Role::kAuditor, {kReadLog, kReadMetrics, kListAgreements, kReadDetails, kReadAlarms, kReadCompetence, kSignIn}},
      {Role::kAdministrator, {kReadMetrics, kListAgreements, kSignIn, kListUsers, kEndSessions}},
  };
  return kGrants;
}

Decision may_do(Role role, Action action) {
  const bool may = std::any_of(grants().begin(), grants().end(),
                               [&](const Grant& each) { return each.role == role && each.actions.contains(action); });
  const std::string reason = to_string(role) + std::string(kMay) + (may ? "" : "not_") + to_string(action);
  return may ? Decision::permit(reason) : Decision::deny({reason});
}

std::optional<std::string> explain_role(std::string_view reason) {
  const auto at = reason.find(kMay);
  if (at == std::string_view::npos || !parse_role(reason.substr(0, at)).ok()) return std::nullopt;
  std::string out = "the role of " + std::string(reason);
  std::replace(out.begin(), out.end(), '_', ' ');
  return out;
}

}  // namespace puente::policy
