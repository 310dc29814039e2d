#include "core/role.h"

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
  }
  return "unknown";
}

Result<Role> parse_role(std::string_view name) {
  for (int i = 0; i < kRoleCount; ++i) {
    if (name == to_string(static_cast<Role>(i))) return static_cast<Role>(i);
  }
  return Error{Code::kInvalidInput, "unknown role: use officer, examiner, supervisor or auditor"};
}

const char* to_string(Action action) {
  switch (action) {
    case Action::kEnrol:
      return "enrol";
    case Action::kIdentify:
      return "identify";
    case Action::kVerify:
      return "verify";
    case Action::kAsk:
      return "ask";
    case Action::kViewQuestion:
      return "view_question";
    case Action::kListCases:
      return "list_cases";
    case Action::kViewCase:
      return "view_case";
    case Action::kDecideCase:
      return "decide_case";
    case Action::kErase:
      return "erase";
    case Action::kReadLog:
      return "read_log";
    case Action::kReadMetrics:
      return "read_metrics";
    case Action::kReadEncounter:
      return "read_encounter";
    case Action::kListAgreements:
      return "list_agreements";
    case Action::kAcceptAgreement:
      return "accept_agreement";
    case Action::kSuspendAgreement:
      return "suspend_agreement";
    case Action::kResumeAgreement:
      return "resume_agreement";
    case Action::kTerminateAgreement:
      return "terminate_agreement";
    case Action::kReadDetails:
      return "read_details";
    case Action::kProtect:
      return "protect";
    case Action::kLiftProtection:
      return "lift_protection";
    case Action::kOverruleIdentity:
      return "overrule_identity";
    case Action::kConfirmClock:
      return "confirm_clock";
    case Action::kReadAlarms:
      return "read_alarms";
    case Action::kDecideRelease:
      return "decide_release";
    case Action::kProposeWatchlist:
      return "propose_watchlist";
    case Action::kReadWatchlist:
      return "read_watchlist";
    case Action::kDecideWatchlist:
      return "decide_watchlist";
    case Action::kRemoveWatchlist:
      return "remove_watchlist";
    case Action::kAddPractice:
      return "add_practice";
    case Action::kReadCompetence:
      return "read_competence";
    case Action::kRenewCertificate:
      return "renew_certificate";
  }
  return "unknown";
}

}  // namespace puente
