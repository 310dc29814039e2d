#include "net/turns.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <string>

namespace puente::net {
namespace {

// Holds the only worker until it is let go. What the job uses is the job's own: it may outlive this.
class Held {
 public:
  explicit Held(Turns& turns) {
    const auto begun = std::make_shared<std::promise<void>>();
    EXPECT_TRUE(turns.take("holder", [begun, gone = gone_](bool) {
      begun->set_value();
      gone.wait();
    }));
    begun->get_future().wait();
  }
  void let_go() { go_.set_value(); }

 private:
  std::promise<void> go_;
  const std::shared_future<void> gone_ = go_.get_future().share();
};

TEST(Turns, a_flood_of_one_waits_behind_one_job_of_another) {
  std::string order;  // one worker: no lock
  std::promise<void> ended;
  {
    Turns turns({1, 1, 100});
    Held held(turns);
    const auto flood = [&](bool runs) {
      if (runs) order += 'f';  // what is dropped at the end is dropped by another thread
    };
    for (int i = 0; i < 50; ++i) EXPECT_TRUE(turns.take("flood", flood));
    EXPECT_TRUE(turns.take("other", [&](bool) { order += 'o'; }));
    EXPECT_TRUE(turns.take("other", [&](bool) {
      order += 'o';
      ended.set_value();
    }));
    held.let_go();
    ended.get_future().wait();
  }
  EXPECT_EQ(order.substr(0, 4), "fofo");
}

// Whoever signs in is nobody yet, and may come from as many addresses as they like.
TEST(Turns, strangers_together_never_take_the_last_worker) {
  std::promise<void> go, served;
  const std::shared_future<void> gone = go.get_future().share();
  Turns turns({2, 2, 100, 1});
  for (int i = 0; i < 50; ++i)
    EXPECT_TRUE(turns.take(
        "address " + std::to_string(i), [gone](bool) { gone.wait(); }, true));
  EXPECT_TRUE(turns.take("officer", [&](bool) { served.set_value(); }));
  EXPECT_EQ(served.get_future().wait_for(std::chrono::seconds(20)), std::future_status::ready);
  go.set_value();
}

TEST(Turns, one_key_never_takes_the_last_worker) {
  std::promise<void> go, served;
  const std::shared_future<void> gone = go.get_future().share();
  Turns turns({2, 1, 100});
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(turns.take("hog", [gone](bool) { gone.wait(); }));
  EXPECT_TRUE(turns.take("other", [&](bool) { served.set_value(); }));
  EXPECT_EQ(served.get_future().wait_for(std::chrono::seconds(20)), std::future_status::ready);
  go.set_value();
}

TEST(Turns, more_than_its_share_may_not_wait) {
  Turns turns({1, 1, 3});
  Held held(turns);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(turns.take("much", [](bool) {}));
  EXPECT_FALSE(turns.take("much", [](bool) {}));
  EXPECT_TRUE(turns.take("other", [](bool) {}));
  held.let_go();
}

TEST(Turns, what_waits_at_the_end_is_told_so) {
  std::atomic<int> dropped{0};
  {
    Turns turns({1, 1, 10});
    Held held(turns);
    for (int i = 0; i < 4; ++i) EXPECT_TRUE(turns.take("a", [&](bool runs) { dropped += runs ? 0 : 1; }));
    turns.drop_waiting();
    EXPECT_EQ(dropped, 4);
    EXPECT_FALSE(turns.take("a", [](bool) {}));
    held.let_go();
  }
  EXPECT_EQ(dropped, 4);
}

}  // namespace
}  // namespace puente::net
