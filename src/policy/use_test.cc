#include "policy/use.h"

#include <gtest/gtest.h>

#include "policy/example_test.h"

namespace puente::policy {
namespace {

using Reasons = std::vector<std::string>;

TEST(MayUse, r13_what_was_released_is_used_for_the_purpose_of_its_question_alone_and_in_its_time) {
  const Question released = released_question();
  const std::int64_t within = at("2026-06-10");
  EXPECT_TRUE(may_use(released, released.purpose, within).permitted);
  EXPECT_EQ(may_use(released, Purpose::kSeriousCrimeInvestigation, within).reasons,
            Reasons{"purpose_other_than_released"});
  EXPECT_FALSE(may_use(released, released.purpose, released.retention_until_ms).permitted);
}

}  // namespace
}  // namespace puente::policy
