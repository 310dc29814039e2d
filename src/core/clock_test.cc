#include "core/clock.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace puente {
namespace {

TEST(Iso8601, goes_there_and_back) {
  EXPECT_EQ(to_iso8601(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(to_iso8601(1'772'366'400'000), "2026-03-01T12:00:00.000Z");
  EXPECT_EQ(to_iso8601(-1), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(to_iso8601(951'782'400'000), "2000-02-29T00:00:00.000Z");
  const unsigned seed = 11;
  std::mt19937_64 chance(seed);
  for (int i = 0; i < 1000; ++i) {
    const auto ms = static_cast<std::int64_t>(chance() % 4'000'000'000'000);
    ASSERT_EQ(*parse_iso8601(to_iso8601(ms)), ms) << "seed " << seed;
  }
}

TEST(Iso8601, reads_seconds_and_bare_dates) {
  EXPECT_EQ(*parse_iso8601("2026-03-01T12:00:00Z"), 1'772'366'400'000);
  EXPECT_EQ(*parse_iso8601("2026-03-01T12:00:00.250Z"), 1'772'366'400'250);
  EXPECT_EQ(*parse_iso8601("2026-03-01"), 1'772'323'200'000);
}

TEST(Iso8601, refuses_all_else) {
  for (const char* bad : {"",
                          "2026",
                          "2026-03",
                          "2026-3-1",
                          "2026-02-29",
                          "2026-13-01",
                          "2026-00-01",
                          "2026-01-00",
                          "2026-01-32",
                          "2026-03-01T12:00:00",
                          "2026-03-01T12:00Z",
                          "2026-03-01 12:00:00Z",
                          "2026-03-01T24:00:00Z",
                          "2026-03-01T12:60:00Z",
                          "2026-03-01T12:00:61Z",
                          "2026-03-01T12:00:00.5Z",
                          "2026-03-01T12:00:00.2500Z",
                          "2026-03-01T12:00:00+01:00",
                          "2026-03-01T12:00:00Zx",
                          " 2026-03-01",
                          "2026-03-01 ",
                          "+026-03-01",
                          "-026-03-01",
                          "2026- 3-01",
                          "2026-+3-01",
                          "2026-03-01T-1:00:00Z",
                          "2026-03-01T12:00:00.-50Z",
                          "20260301"})
    EXPECT_FALSE(parse_iso8601(bad).ok()) << bad;
  EXPECT_FALSE(parse_iso8601(std::string("2026-03-01\0", 11)).ok());
}

TEST(Random, ids_are_ids_and_do_not_repeat) {
  SystemRandom random;
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string id = random.id("case-");
    EXPECT_EQ(id.size(), 5u + 26);
    EXPECT_EQ(id.find_first_not_of("abcdefghijklmnopqrstuvwxyz234567", 5), std::string::npos);
    EXPECT_TRUE(seen.insert(id).second);
  }
}

TEST(SystemClock, is_after_this_was_written) {
  EXPECT_GT(SystemClock().now_ms(), 1'700'000'000'000);
}

}  // namespace
}  // namespace puente
