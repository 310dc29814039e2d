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
  EXPECT_EQ(budget.may_send("USA").error().code, Code::kQuotaExceeded);
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
  EXPECT_FALSE(budget.is_over_share("USA"));
  budget.note_work("USA", 10'000 * cores() * limits::kPartnerWorkShare / 100 + 1);
  EXPECT_TRUE(budget.is_over_share("USA"));
  EXPECT_FALSE(budget.is_over_share("MEX"));
  clock.pass_ms(10'000);
  EXPECT_FALSE(budget.is_over_share("USA"));
}

}  // namespace
}  // namespace puente::service
