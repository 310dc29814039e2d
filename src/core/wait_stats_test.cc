#include "core/wait_stats.h"

#include <gtest/gtest.h>

#include <vector>

namespace puente {
namespace {

WaitStats of(const std::vector<double>& waits_ms) {
  WaitStats out;
  for (const double each : waits_ms) {
    const auto ns = static_cast<std::uint64_t>(each * 1e6);
    ++out.count;
    out.total_ns += ns;
    out.longest_ns = std::max(out.longest_ns, ns);
    for (std::size_t i = 0; i < WaitStats::kBoundsMs.size(); ++i)
      out.within[i] += ns <= static_cast<std::uint64_t>(WaitStats::kBoundsMs[i]) * 1'000'000;
  }
  return out;
}

TEST(WaitStats, the_bound_is_the_lowest_that_so_many_kept) {
  const WaitStats waits = of({0.5, 0.5, 4, 30});
  EXPECT_EQ(waits.bound_ms(0.5), 1);
  EXPECT_EQ(waits.bound_ms(0.75), 5);
  EXPECT_EQ(waits.bound_ms(0.76), 50);
  EXPECT_EQ(waits.bound_ms(1), 50);
  EXPECT_EQ(waits.mean_ms(), 35.0 / 4);
}

TEST(WaitStats, of_one_beyond_every_bound_its_own_time_is_told) {
  EXPECT_EQ(of({1, 7000}).bound_ms(1), 7000);
}

TEST(WaitStats, none_are_no_time_at_all) {
  EXPECT_EQ(WaitStats{}.mean_ms(), 0);
  EXPECT_EQ(WaitStats{}.bound_ms(0.99), WaitStats::kBoundsMs[0]);
}

TEST(WaitStats, what_came_since_leaves_out_what_was_before) {
  const WaitStats earlier = of({100, 100});
  const WaitStats later = of({100, 100, 3, 3});
  const WaitStats since = later.since(earlier);
  EXPECT_EQ(since.count, 2u);
  EXPECT_EQ(since.mean_ms(), 3);
  EXPECT_EQ(since.bound_ms(1), 5);
}

}  // namespace
}  // namespace puente
