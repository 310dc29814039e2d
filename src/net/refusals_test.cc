#include "net/refusals.h"

#include <gtest/gtest.h>

namespace puente::net {
namespace {

using std::chrono::seconds;

TEST(Refusals, who_guesses_waits_longer_each_time_and_others_do_not) {
  Refusals refusals({5, 50, 2000});
  const Refusals::Time now = Refusals::Time() + std::chrono::hours(1);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(refusals.note("guesser", now), 0);
  EXPECT_GT(refusals.note("guesser", now), 0);
  for (int i = 0; i < 200; ++i) refusals.note("guesser", now);
  EXPECT_EQ(refusals.note("guesser", now), 2000);
  EXPECT_EQ(refusals.note("other", now), 0);
  EXPECT_EQ(refusals.note("guesser", now + seconds(61)), 0);
}

TEST(Refusals, are_told_once_a_minute_with_their_number) {
  Refusals refusals({5, 50, 2000});
  const Refusals::Time now = Refusals::Time() + std::chrono::hours(1);
  EXPECT_FALSE(refusals.due(now));
  refusals.note("a", now);
  EXPECT_EQ(refusals.due(now), 1u);
  for (int i = 0; i < 7; ++i) refusals.note("a", now);
  EXPECT_FALSE(refusals.due(now + seconds(59)));
  EXPECT_EQ(refusals.due(now + seconds(60)), 7u);
}

}  // namespace
}  // namespace puente::net
