#include "core/role.h"

#include <array>

namespace puente {

const char* to_string(Role role) {
  switch (role) {
    case Role::kOfficer:
      return "officer";
    case Role::kExaminer:
      return "examiner";
    case Role::kSupervisor:
      return "supervisor";
    case Role::kAuditor:
      return "auditor";
    case Role::kAdministrator:
      return "administrator";
  }
  return "unknown";
}

Result<Role> parse_role(std::string_view name) {
  for (int i = 0; i < kRoleCount; ++i) {
    if (name == to_string(static_cast<Role>(i))) return static_cast<Role>(i);
  }
  return Error{Code::kInvalidInput, "unknown role: use officer, examiner, supervisor, auditor or administrator"};
}

namespace {

struct NamedAction {
  Action action;
  const char* name;
};
constexpr std::array<NamedAction, kActionCount> kActionNames{{
    {Action::kEnrol, "enrol"},
    {Action::kIdentify, "identify"},
    {Action::kVerify, "verify"},
    {Action::kAsk, "ask"},
    {Action::kViewQuestion, "view_question"},
    {Action::kListCases, "list_cases"},
    {Action::kViewCase, "view_case"},
    {Action::kDecideCase, "decide_case"},
    {Action::kErase, "erase"},
    {Action::kReadLog, "read_log"},
    {Action::kReadMetrics, "read_metrics"},
    {Action::kReadEncounter, "read_encounter"},
    {Action::kListAgreements, "list_agreements"},
    {Action::kAcceptAgreement, "accept_agreement"},
    {Action::kSuspendAgreement, "suspend_agreement"},
    {Action::kResumeAgreement, "resume_agreement"},
    {Action::kTerminateAgreement, "terminate_agreement"},
    {Action::kReadDetails, "read_details"},
    {Action::kProtect, "protect"},
    {Action::kLiftProtection, "lift_protection"},
    {Action::kOverruleIdentity, "overrule_identity"},
    {Action::kConfirmClock, "confirm_clock"},
    {Action::kReadAlarms, "read_alarms"},
    {Action::kDecideRelease, "decide_release"},
    {Action::kProposeWatchlist, "propose_watchlist"},
    {Action::kReadWatchlist, "read_watchlist"},
    {Action::kDecideWatchlist, "decide_watchlist"},
    {Action::kRemoveWatchlist, "remove_watchlist"},
    {Action::kAddPractice, "add_practice"},
    {Action::kReadCompetence, "read_competence"},
    {Action::kRenewCertificate, "renew_certificate"},
    {Action::kSignIn, "sign_in"},
    {Action::kListUsers, "list_users"},
    {Action::kEndSessions, "end_sessions"},
    {Action::kReviewUrgent, "review_urgent"},
    {Action::kSearchNames, "search_names"},
}};
constexpr bool each_action_at_its_place() {
  for (std::size_t i = 0; i < kActionNames.size(); ++i) {
    if (kActionNames[i].action != static_cast<Action>(i) || kActionNames[i].name == nullptr) return false;
  }
  return true;
}
static_assert(each_action_at_its_place());

}  // namespace

const char* to_string(Action action) {
  const auto at = static_cast<std::size_t>(action);
  return at < kActionNames.size() ? kActionNames[at].name : "unknown";
}

}  // namespace puente
