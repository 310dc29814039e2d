#include "service/turns.h"

#include <gtest/gtest.h>

#include <future>
#include <thread>

namespace puente::service {
namespace {

TEST(Turns, a_search_takes_the_cores_that_are_free) {
  Turns turns(4);
  const Turns::Turn extraction = turns.one();
  EXPECT_EQ(extraction.threads(), 1);
  {
    const Turns::Turn search = turns.some();
    EXPECT_EQ(search.threads(), 3);
  }
  const Turns::Turn another = turns.one();
  const Turns::Turn search = turns.some();
  EXPECT_EQ(search.threads(), 2);
}

TEST(Turns, where_no_core_is_free_one_waits_and_those_who_came_first_go_first) {
  Turns turns(1);
  std::promise<void> first_came;
  std::vector<int> order;
  std::jthread first, second;
  {
    const Turns::Turn mine = turns.some();
    first = std::jthread([&] {
      first_came.set_value();
      const Turns::Turn turn = turns.some();
      order.push_back(1);  // one core: one at a time
    });
    first_came.get_future().wait();
    while (turns.waiting() < 1) std::this_thread::yield();
    second = std::jthread([&] {
      const Turns::Turn turn = turns.one();
      order.push_back(2);
    });
    while (turns.waiting() < 2) std::this_thread::yield();
    EXPECT_TRUE(order.empty());
  }
  first.join();
  second.join();
  EXPECT_EQ(order, (std::vector<int>{1, 2}));
}

TEST(Turns, who_falls_out_of_favour_gives_its_turn_back_and_goes_on_without_one) {
  Turns turns(2);
  Turns::Favour favour(turns);
  {
    const Turns::Turn of_favour = favour.some();
    EXPECT_EQ(of_favour.threads(), 2);
    std::jthread([&] { favour.lose(); }).join();  // by a thread that works for it
    const Turns::Turn others = turns.some();
    EXPECT_EQ(others.threads(), 2);
    const Turns::Turn next = favour.some();  // nothing to wait for
    EXPECT_EQ(next.threads(), 1);
    favour.lose();
  }
  EXPECT_EQ(turns.some().threads(), 2);  // given back once
}

TEST(Turns, who_is_out_of_favour_works_on_the_cores_that_nobody_has_and_keeps_them_from_nobody) {
  Turns turns(3);
  Turns::Favour favour(turns);
  favour.lose();
  {
    const Turns::Turn mine = favour.some();
    EXPECT_EQ(mine.threads(), 3);
    EXPECT_EQ(turns.some().threads(), 3) << "as if nobody were there";
    Turns::Favour another(turns);
    another.lose();
    EXPECT_EQ(another.some().threads(), 1)
        << "nor does a crowd of them come to more than there are cores, and one each";
  }
  EXPECT_EQ(favour.one().threads(), 1);
  {
    const Turns::Turn others = turns.one();
    EXPECT_EQ(favour.some().threads(), 2);
    EXPECT_EQ(turns.some().threads(), 2);
  }
  std::jthread waits;
  const Turns::Turn others = turns.some();
  EXPECT_EQ(others.threads(), 3);
  waits = std::jthread([&] { (void)turns.one(); });
  while (turns.waiting() < 1) std::this_thread::yield();
  EXPECT_EQ(favour.some().threads(), 1);
}

}  // namespace
}  // namespace puente::service
