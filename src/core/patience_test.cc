#include "core/patience.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace puente {
namespace {

TEST(Patience, ends_when_all_threads_together_have_worked_so_long) {
  const Patience patience(60);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 3; ++i)
      threads.emplace_back([&] {
        while (!patience.is_over()) {
        }
      });
  }
  EXPECT_TRUE(patience.is_over());
  EXPECT_GE(patience.used_ms(), 60);
  EXPECT_FALSE(patience.was_stopped());
}

TEST(Patience, does_not_count_what_is_done_elsewhere) {
  const Patience patience(1'000'000);
  EXPECT_FALSE(patience.is_over());
  {
    const Patience other(50);
    while (!other.is_over()) {
    }
  }
  EXPECT_FALSE(patience.is_over());
  EXPECT_LT(patience.used_ms(), 40);
}

TEST(Patience, without_a_limit_ends_only_from_outside) {
  std::atomic<bool> stopping{false};
  const Patience patience(0, &stopping);
  EXPECT_FALSE(patience.is_over());
  stopping = true;
  EXPECT_TRUE(patience.is_over());
  EXPECT_TRUE(patience.was_stopped());
}

}  // namespace
}  // namespace puente
