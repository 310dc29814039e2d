#include "core/agreement.h"

#include <gtest/gtest.h>

#include "core/role.h"

namespace puente {
namespace {

TEST(Agreement, the_message_version_is_the_highest_that_both_read) {
  Agreement agreement;
  const auto with = [&](std::set<int> first, std::set<int> second) {
    agreement.parties[0].message_versions = std::move(first);
    agreement.parties[1].message_versions = std::move(second);
    return agreement.message_version();
  };
  EXPECT_EQ(with({1}, {1}), 1);
  EXPECT_EQ(with({1, 2}, {1}), 1);
  EXPECT_EQ(with({1, 2}, {1, 2}), 2);
  EXPECT_EQ(with({1, 2, 9}, {1, 2, 9}), 2) << "this program writes none that it does not know";
  EXPECT_EQ(with({1}, {2}), 0);
  EXPECT_EQ(with({9}, {9}), 0);
}

template <typename Enum>
void expect_names_of_their_own(int count) {
  std::set<std::string> names;
  for (int i = 0; i < count; ++i) {
    const std::string name = to_string(static_cast<Enum>(i));
    EXPECT_NE(name, "unknown") << i;
    EXPECT_TRUE(names.insert(name).second) << name;
  }
}

TEST(Agreement, each_purpose_action_and_role_has_a_name_of_its_own) {
  expect_names_of_their_own<Purpose>(kPurposeCount);
  expect_names_of_their_own<Action>(kActionCount);
  expect_names_of_their_own<Role>(kRoleCount);
}

TEST(Agreement, a_purpose_is_read_by_its_name_and_no_other) {
  for (int i = 0; i < kPurposeCount; ++i) {
    EXPECT_EQ(*parse_purpose(to_string(static_cast<Purpose>(i))), static_cast<Purpose>(i));
  }
  EXPECT_FALSE(parse_purpose("unknown").ok());
}

}  // namespace
}  // namespace puente
