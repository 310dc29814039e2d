#include "policy/review.h"

#include <gtest/gtest.h>

namespace puente::policy {
namespace {

using Reasons = std::vector<std::string>;

TEST(MayLock, r7_marks_on_a_print_that_has_no_picture_are_nobodys) {
  std::vector<ExhibitPair> pairs(1);
  pairs[0].probe.width = pairs[0].probe.height = 400;
  const std::vector<std::vector<Mark>> marks = {{{10, 10, 0, 1}, {20, 30, 0, 1}, {40, 10, 0, 2}}};
  EXPECT_EQ(may_lock({pairs, marks}).reasons, Reasons{"marks_without_picture"});
  pairs[0].probe.image = {1};
  EXPECT_TRUE(may_lock({pairs, marks}).permitted);
}

}  // namespace
}  // namespace puente::policy
