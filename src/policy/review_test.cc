#include "policy/review.h"

#include <gtest/gtest.h>

#include "core/limits.h"

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

TEST(MayDecide, a_verdict_has_reasons_of_ten_to_512_bytes) {
  const auto reasons = [](const std::string& words) {
    Review review{"examiner-7", words, 2, 2};
    review.has_locked = true;
    return may_decide(review).reasons;
  };
  EXPECT_EQ(reasons("same"), Reasons{"verdict_reasons_too_short"});
  std::string much;
  while (much.size() <= limits::kTextBytesMax) much += "fourteen minutiae agree, ";
  EXPECT_EQ(reasons(much), Reasons{"verdict_reasons_too_long"});
  EXPECT_EQ(reasons("fourteen minutiae agree"), Reasons{"verdict_with_reasons"});
}

}  // namespace
}  // namespace puente::policy
