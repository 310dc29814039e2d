// Role and action: who may sit at a node, and what there is to be done. policy/ says which may do what.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.h"

namespace puente {

enum class Role { kOfficer, kExaminer, kSupervisor, kAuditor, kAdministrator };
inline constexpr int kRoleCount = 5;
const char* to_string(Role role);  // "officer", …
Result<Role> parse_role(std::string_view name);

enum class Action {
  kEnrol,
  kIdentify,
  kVerify,
  kAsk,
  kViewQuestion,  // answers and released data that came back to this node
  kListCases,
  kViewCase,
  kDecideCase,
  kErase,
  kReadLog,
  kReadMetrics,
  kReadEncounter,  // who somebody is that this node has enrolled
  kListAgreements,
  kAcceptAgreement,
  kSuspendAgreement,
  kResumeAgreement,
  kTerminateAgreement,
  kReadDetails,  // what stands sealed beside the log
  kProtect,      // hide somebody from a country
  kLiftProtection,
  kOverruleIdentity,  // enrol fingers that contradict the id they are given under
  kConfirmClock,
  kReadAlarms,
  kDecideRelease,  // of a confirmed case: the second act, by a second person
  kProposeWatchlist,
  kReadWatchlist,    // entries, and an owner their alerts
  kDecideWatchlist,  // the second act, by a second person
  kRemoveWatchlist,
  kAddPractice,       // pairs whose truth is known, for seeded cases
  kReadCompetence,    // what examiners made of them
  kRenewCertificate,  // of an examiner who was found
  kSignIn,            // and see who one is, change one's password, sign out
  kListUsers,
  kEndSessions,   // of any user
  kReviewUrgent,  // searches that could not wait for a file
  kSearchNames,   // whom of us somebody's papers, or name and day of birth, are
};
inline constexpr int kActionCount = static_cast<int>(Action::kSearchNames) + 1;
const char* to_string(Action action);  // "enrol", …

struct Caller {  // on whose behalf a use case runs
  std::string user;
  Role role = Role::kOfficer;
  bool at_the_keys = false;  // whoever may read the node's keys may be any user: nobody is a second person there
  std::int64_t certified_until_ms = 0;  // an examiner's competence, until then; 0: nobody has certified any
  bool by_session = false;              // signed in by a password, else by a token or at the keys
};

}  // namespace puente
