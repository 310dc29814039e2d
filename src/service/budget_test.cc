#include "service/budget.h"

#include <gtest/gtest.h>

#include "core/limits.h"
#include "core/parallel.h"

namespace puente::service {
namespace {

class SetClock final : public Clock {
 public:
  std::int64_t now_ms() const override { return now_ms_; }
  void pass_ms(std::int64_t ms) { now_ms_ += ms; }

 private:
  std::int64_t now_ms_ = 1'790'000'000'000;
};

struct Budgets : testing::Test {
  SetClock clock;
  Budget budget{clock};
};

TEST_F(Budgets, pay_what_comes_at_once_and_fill_again) {
  for (int i = 0; i < limits::kPartnerEntriesMax; ++i) EXPECT_TRUE(budget.take("USA", Cost::kEntries, 1).ok()) << i;
  EXPECT_EQ(budget.take("USA", Cost::kEntries, 1).error().code, Code::kQuotaExceeded);
  EXPECT_TRUE(budget.take("MEX", Cost::kEntries, 1).ok());   // another partner's is its own
  EXPECT_TRUE(budget.take("USA", Cost::kMessages, 1).ok());  // as is another cost
  clock.pass_ms(kMinuteMs);
  for (int i = 0; i < limits::kPartnerEntriesPerMinute; ++i) EXPECT_TRUE(budget.take("USA", Cost::kEntries, 1).ok());
  EXPECT_FALSE(budget.take("USA", Cost::kEntries, 1).ok());
}

TEST_F(Budgets, are_neither_filled_nor_emptied_by_a_clock_that_is_set_back) {
  for (int i = 0; i < limits::kPartnerEntriesMax; ++i) EXPECT_TRUE(budget.take("USA", Cost::kEntries, 1).ok());
  clock.pass_ms(-kDayMs);
  EXPECT_FALSE(budget.take("USA", Cost::kEntries, 1).ok());
  clock.pass_ms(kMinuteMs);
  EXPECT_TRUE(budget.take("USA", Cost::kEntries, 1).ok());
}

TEST_F(Budgets, are_no_fuller_after_a_restart_than_time_has_filled_them) {
  EXPECT_FALSE(budget.changed_levels());
  for (int i = 0; i < limits::kPartnerEntriesMax; ++i) EXPECT_TRUE(budget.take("USA", Cost::kEntries, 1).ok());
  const auto levels = budget.changed_levels();
  ASSERT_TRUE(levels);
  EXPECT_FALSE(budget.changed_levels()) << "nothing since";
  clock.pass_ms(kMinuteMs);
  Budget next(clock);
  next.restore(*levels);
  for (int i = 0; i < limits::kPartnerEntriesPerMinute; ++i) EXPECT_TRUE(next.take("USA", Cost::kEntries, 1).ok());
  EXPECT_FALSE(next.take("USA", Cost::kEntries, 1).ok());
  EXPECT_TRUE(next.take("MEX", Cost::kEntries, 1).ok());
  for (const char* strange : {"[]", "{\"USA\":3}", "{\"USA\":{\"at\":\"x\",\"entries\":5}}"}) {
    Budget other(clock);
    other.restore(*parse_json(strange));
    EXPECT_TRUE(other.take("USA", Cost::kEntries, 1).ok()) << strange;
  }
}

TEST_F(Budgets, whoever_sends_what_is_refused_may_send_no_more_for_a_while) {
  for (int i = 0; i < limits::kPartnerRefusedMax; ++i) {
    EXPECT_TRUE(budget.may_send("USA").ok());
    budget.note_refused("USA", Code::kInvalidInput);
  }
  EXPECT_EQ(budget.may_send("USA").status.error().code, Code::kQuotaExceeded);
  EXPECT_TRUE(budget.may_send("MEX").ok());
  EXPECT_EQ(budget.refused_total(), static_cast<std::uint64_t>(limits::kPartnerRefusedMax) + 1);
  clock.pass_ms(kMinuteMs);
  EXPECT_TRUE(budget.may_send("USA").ok());
}

TEST_F(Budgets, tell_what_was_refused_once_a_minute_with_its_numbers) {
  EXPECT_FALSE(budget.refused_due("USA"));
  budget.note_refused("USA", Code::kInvalidInput);
  const auto first = budget.refused_due("USA");
  ASSERT_TRUE(first);
  EXPECT_EQ(first->counts.at("invalid_input"), 1);
  for (int i = 0; i < 7; ++i) budget.note_refused("USA", Code::kReplayed);
  budget.note_refused("USA", Code::kUnauthenticated);
  EXPECT_FALSE(budget.refused_due("USA"));
  clock.pass_ms(kMinuteMs);
  const auto second = budget.refused_due("USA");
  ASSERT_TRUE(second);
  EXPECT_EQ(second->counts, (std::map<std::string, std::int64_t>{{"replayed", 7}, {"unauthenticated", 1}}));
  clock.pass_ms(kMinuteMs);
  EXPECT_FALSE(budget.refused_due("USA"));
}

TEST_F(Budgets, a_share_of_the_processors_is_what_was_worked_lately) {
  const std::int64_t share_ms = 10'000 * cores() * limits::kPartnerWorkShare / 100;
  EXPECT_EQ(budget.favour("USA").left_ms, share_ms);
  EXPECT_EQ(budget.favour("USA").niceness, 0);
  budget.note_work("USA", share_ms + 1);
  EXPECT_EQ(budget.favour("USA").left_ms, 0);
  EXPECT_EQ(budget.favour("USA").niceness, Budget::Favour::kLeast);
  EXPECT_EQ(budget.favour("MEX").left_ms, share_ms);
  clock.pass_ms(10'000);
  EXPECT_GT(budget.favour("USA").left_ms, share_ms / 2);
  EXPECT_EQ(budget.favour("USA").niceness, 0);
}

TEST_F(Budgets, who_has_had_more_of_the_processors_gives_way_to_who_has_had_less) {
  const std::int64_t share_ms = 10'000 * cores() * limits::kPartnerWorkShare / 100;
  int last = 0;
  for (int i = 0; i < 3; ++i) {
    budget.note_work("USA", i == 0 ? share_ms : share_ms << (i - 1));  // once, twice, four times its share
    EXPECT_GT(budget.favour("USA").niceness, last);
    last = budget.favour("USA").niceness;
  }
  EXPECT_LT(last, kNicest);
  budget.note_work("USA", 1'000'000'000);
  EXPECT_EQ(budget.favour("USA").niceness, kNicest);
}

TEST_F(Budgets, of_messages_that_nothing_comes_of_the_next_ones_wait_longer_and_longer) {
  for (int i = 0; i < limits::kPartnerVainMax; ++i) {
    budget.note_use("USA", false);
    EXPECT_EQ(budget.may_send("USA").wait_ms, 0);
  }
  std::int64_t before_ms = 0;
  for (int i = 0; i < 20; ++i) {
    budget.note_use("USA", false);
    const Door door = budget.may_send("USA");
    EXPECT_TRUE(door.ok());
    EXPECT_GE(door.wait_ms, std::min(std::max(limits::kPartnerPauseMsMin, 2 * before_ms), limits::kPartnerPauseMsMax));
    EXPECT_LE(door.wait_ms, limits::kPartnerPauseMsMax);
    before_ms = door.wait_ms;
    clock.pass_ms(door.wait_ms);
  }
  EXPECT_EQ(before_ms, limits::kPartnerPauseMsMax);
  EXPECT_EQ(budget.may_send("MEX").wait_ms, 0);
}

TEST_F(Budgets, one_message_of_use_or_a_quiet_minute_ends_the_waiting) {
  const auto send_in_vain = [&] {
    for (int i = 0; i <= limits::kPartnerVainMax; ++i) budget.note_use("USA", false);
    EXPECT_GT(budget.may_send("USA").wait_ms, 0);
  };
  send_in_vain();
  budget.note_use("USA", true);
  EXPECT_EQ(budget.may_send("USA").wait_ms, 0);
  send_in_vain();
  clock.pass_ms(kMinuteMs + 1);
  EXPECT_EQ(budget.may_send("USA").wait_ms, 0);
}

TEST_F(Budgets, what_is_worked_in_vain_is_a_small_part_of_the_time) {
  for (int i = 0; i < limits::kPartnerVainMax; ++i) budget.note_use("USA", false);
  budget.note_work("USA", 150);
  budget.note_work("USA", 50);
  budget.note_use("USA", false);
  EXPECT_EQ(budget.may_send("USA").wait_ms, 200 * limits::kPartnerPauseForWork);
  budget.note_use("USA", true);
  for (int i = 0; i <= limits::kPartnerVainMax; ++i) budget.note_use("USA", false);
  EXPECT_EQ(budget.may_send("USA").wait_ms,
            limits::kPartnerPauseMsMin);  // what came of something is not held against it
}

TEST_F(Budgets, of_many_that_wait_at_once_each_waits_for_those_before_it_and_most_are_refused) {
  for (int i = 0; i < limits::kPartnerVainMax + 6; ++i) budget.note_use("USA", false);
  int taken = 0;
  std::int64_t last_ms = -1;
  for (int i = 0; i < 100; ++i) {
    const Door door = budget.may_send("USA");
    EXPECT_LE(door.wait_ms, limits::kPartnerPauseMsMax);
    if (!door.ok()) continue;
    EXPECT_GT(door.wait_ms, last_ms);
    last_ms = door.wait_ms;
    ++taken;
  }
  EXPECT_GT(taken, 0);
  EXPECT_LT(taken, 5);
  EXPECT_GE(budget.refused_total(), 95u);
}

TEST_F(Budgets, a_clock_that_is_set_back_makes_nobody_wait_for_long) {
  for (int i = 0; i < 20; ++i) budget.note_use("USA", false);
  clock.pass_ms(-kDayMs);
  EXPECT_LE(budget.may_send("USA").wait_ms, limits::kPartnerPauseMsMax);
  clock.pass_ms(4 * limits::kPartnerPauseMsMax);
  EXPECT_TRUE(budget.may_send("USA").ok());
}

}  // namespace
}  // namespace puente::service
