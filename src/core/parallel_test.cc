#include "core/parallel.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <thread>

namespace puente {
namespace {

TEST(InParallel, every_item_has_one_turn_on_a_thread_of_those_asked_for) {
  for (const int threads : {0, 1, 3, 200}) {
    std::array<std::atomic<int>, 100> turns{};
    std::atomic<bool> strange = false;
    in_parallel(threads, turns.size(), [&](int thread, std::size_t item) {
      ++turns[item];
      if (thread < 0 || thread >= std::max(1, threads)) strange = true;
    });
    for (const auto& count : turns) EXPECT_EQ(count, 1) << threads;
    EXPECT_FALSE(strange);
  }
}

TEST(InParallel, of_no_items_there_is_no_turn) {
  in_parallel(4, 0, [](int, std::size_t) { FAIL(); });
  EXPECT_GE(cores(), 1);
}

TEST(RunApart, is_as_nice_as_it_should_be_and_so_are_its_threads_while_its_caller_stays_as_it_was) {
  const auto niceness = [] { return ::getpriority(PRIO_PROCESS, static_cast<id_t>(::gettid())); };
  const int before = niceness();
  if (before != 0) GTEST_SKIP() << "what runs this is made nice or the contrary: its threads cannot say whose it is";
  std::array<int, 4> seen{};
  run_apart(7, [&] {
    seen[0] = niceness();
    std::jthread([&] { seen[1] = niceness(); }).join();
    give_way();
    seen[2] = niceness();
    give_way(3);  // there is no way back
    seen[3] = niceness();
  });
  EXPECT_EQ(seen, (std::array<int, 4>{7, 7, kNicest, kNicest}));
  EXPECT_EQ(niceness(), before);
  run_apart(kNiceToNobody, [&] { seen[0] = niceness(); });
  EXPECT_EQ(seen[0], before);
}

}  // namespace
}  // namespace puente
