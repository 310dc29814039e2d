#include "core/patience.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <latch>
#include <thread>
#include <vector>

#include "core/parallel.h"

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

TEST(Patience, whoever_has_lost_favour_is_told_once_and_each_of_its_threads_gives_way) {
  if (::getpriority(PRIO_PROCESS, 0) > 9) GTEST_SKIP() << "what runs this is as nice already";
  Patience patience(100);
  std::atomic<int> lost{0}, nice{0};
  patience.favour(20, 9, [&] { ++lost; });
  {
    std::latch all_there(3);  // nobody works before each has looked
    std::vector<std::jthread> threads;
    for (int i = 0; i < 3; ++i)
      threads.emplace_back([&] {
        EXPECT_FALSE(patience.is_over());
        EXPECT_EQ(lost, 0);
        all_there.arrive_and_wait();
        while (!patience.is_over()) {
        }
        nice += ::getpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()));
      });
  }
  EXPECT_EQ(lost, 1);
  EXPECT_EQ(nice, 3 * 9);
}

TEST(Patience, who_works_little_stays_in_favour) {
  run_apart(kNiceToNobody, [] {
    Patience patience(0);
    bool lost = false;
    patience.favour(60'000, 9, [&] { lost = true; });
    for (int i = 0; i < 1000; ++i) EXPECT_FALSE(patience.is_over());
    EXPECT_FALSE(lost);
    EXPECT_EQ(::getpriority(PRIO_PROCESS, static_cast<id_t>(::gettid())), ::getpriority(PRIO_PROCESS, 0));
  });
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
