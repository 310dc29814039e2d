#include <gtest/gtest.h>

#include "policy/example_test.h"

namespace puente::policy {
namespace {

using Reasons = std::vector<std::string>;

TEST(MayDo, r28_nobody_who_asks_decides_and_nobody_has_everything) {
  for (int r = 0; r < kRoleCount; ++r) {
    const Role role = static_cast<Role>(r);
    EXPECT_FALSE(may_do(role, Action::kAsk).permitted && may_do(role, Action::kDecideCase).permitted);
    bool all = true;
    for (int a = 0; a < kActionCount; ++a) {
      const Decision decision = may_do(role, static_cast<Action>(a));
      all = all && decision.permitted;
      ASSERT_EQ(decision.reasons.size(), 1u);
      EXPECT_NE(explain(decision.reasons[0]), decision.reasons[0]);
      EXPECT_EQ(decision.reasons[0].find("_may_not_") == std::string::npos, decision.permitted);
    }
    EXPECT_FALSE(all) << to_string(role);
    EXPECT_EQ(*parse_role(to_string(role)), role);
  }
  EXPECT_TRUE(may_do(Role::kOfficer, Action::kAsk).permitted);
  EXPECT_TRUE(may_do(Role::kExaminer, Action::kDecideCase).permitted);
  EXPECT_TRUE(may_do(Role::kSupervisor, Action::kErase).permitted);
  EXPECT_TRUE(may_do(Role::kAuditor, Action::kReadLog).permitted);
  EXPECT_FALSE(may_do(Role::kAuditor, Action::kViewCase).permitted);
  EXPECT_EQ(may_do(Role::kAuditor, Action::kViewCase).reasons, Reasons{"auditor_may_not_view_case"});
  EXPECT_FALSE(parse_role("admin").ok());
}

TEST(MayDo, agreements_are_the_supervisor_s_and_seen_by_all_but_examiners) {
  for (const Action action :
       {Action::kAcceptAgreement, Action::kSuspendAgreement, Action::kResumeAgreement, Action::kTerminateAgreement}) {
    for (int r = 0; r < kRoleCount; ++r) {
      const auto role = static_cast<Role>(r);
      EXPECT_EQ(may_do(role, action).permitted, role == Role::kSupervisor) << to_string(role) << to_string(action);
    }
  }
  EXPECT_TRUE(may_do(Role::kOfficer, Action::kListAgreements).permitted);
  EXPECT_TRUE(may_do(Role::kAuditor, Action::kListAgreements).permitted);
  EXPECT_FALSE(may_do(Role::kExaminer, Action::kListAgreements).permitted);
}

}  // namespace
}  // namespace puente::policy
