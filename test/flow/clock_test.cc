// A clock that is wrong: nothing is erased and nothing ends for its sake, until it is right again or a person says so.
#include "flow/world.h"

namespace puente::flow {
namespace {

class WrongClock : public testing::Test {
 protected:
  service::Node& node() { return *world.usa.node; }
  bool doubted() {
    const auto attention = node().health().attention;
    return std::find(attention.begin(), attention.end(), "clock_doubted") != attention.end();
  }
  void enrol_many(int count, std::int64_t days) {
    for (int i = 0; i < count; ++i) {
      service::EnrolRequest request;
      request.person_id = "many-" + std::to_string(i);
      request.samples = fingers_of(1, 1);
      request.enrol_if_known = true;
      request.retention_days = days;
      ASSERT_TRUE(must(node().enrol(kOfficer, std::move(request))).enrolled);
    }
  }
  World world;
};

TEST_F(WrongClock, years_ahead_erases_nobody_and_is_written_down_once) {
  world.enrol(world.usa, 1, "p-1");
  const std::int64_t right_ms = world.clock.now_ms();
  world.clock.set_ms(right_ms + 11 * 365 * kDayMs);
  for (int i = 0; i < 5; ++i) {
    node().work();
    world.clock.advance_ms(6'000);
  }
  EXPECT_EQ(node().health().people, 1u);
  EXPECT_TRUE(doubted());
  EXPECT_EQ(world.count(world.usa, "clock_doubted"), 1);
  EXPECT_EQ(world.count(world.usa, "erased"), 0);
  world.clock.set_ms(right_ms + 40'000);
  node().work();
  EXPECT_FALSE(doubted()) << "it came back";
  EXPECT_EQ(world.count(world.usa, "clock_confirmed"), 1);
  EXPECT_TRUE(world.verify_log(world.usa).ok) << world.verify_log(world.usa).problem;
}

TEST_F(WrongClock, at_the_start_is_held_against_the_newest_entry) {
  world.enrol(world.usa, 1, "p-1");
  const std::int64_t right_ms = world.clock.now_ms();
  world.clock.set_ms(right_ms + 3'700 * kDayMs);
  world.start(world.usa);
  node().work();
  EXPECT_TRUE(doubted());
  EXPECT_EQ(node().health().people, 1u);
  world.clock.set_ms(right_ms - 3 * kDayMs);
  world.start(world.usa);
  EXPECT_TRUE(doubted()) << "and so is one that was set back";
  world.clock.set_ms(right_ms + kDayMs);
  world.start(world.usa);
  EXPECT_FALSE(doubted());
}

TEST_F(WrongClock, a_supervisor_alone_confirms_with_reasons_and_then_it_counts) {
  world.enrol(world.usa, 1, "p-1");
  EXPECT_EQ(node().confirm_clock(kSupervisor, "compared with the radio").error().code, Code::kConflict)
      << "nothing waits for it";
  world.clock.set_ms(world.clock.now_ms() + 3'700 * kDayMs);  // the node stood in a cellar for ten years
  node().work();
  EXPECT_EQ(node().confirm_clock(kOfficer, "compared with the radio").error().code, Code::kDenied);
  EXPECT_EQ(node().confirm_clock(kSupervisor, "yes").error().code, Code::kInvalidInput);
  must(node().confirm_clock(kSupervisor, "compared with the radio"));
  EXPECT_FALSE(doubted());
  world.clock.advance_ms(6'000);
  node().work();
  EXPECT_EQ(node().health().people, 0u);
  EXPECT_TRUE(world.verify_log(world.usa).ok);
}

TEST_F(WrongClock, set_back_and_confirmed_is_not_doubted_at_the_next_start_and_the_log_never_steps_back) {
  world.clock.advance_ms(kDayMs);
  world.enrol(world.usa, 1, "p-1");
  world.clock.set_ms(world.clock.now_ms() - 12 * kHourMs);
  node().work();
  ASSERT_TRUE(doubted());
  must(node().confirm_clock(kSupervisor, "it had been set wrongly"));
  world.start(world.usa);
  world.enrol(world.usa, 2, "p-2");
  EXPECT_FALSE(doubted());
  std::string before;
  for (const LogRow& row : must(must(store::open_log(world.usa.directory))->log_rows(0, 1000))) {
    const std::string time(time_in(text(row.leaf)));
    EXPECT_GE(time, before);
    before = time;
  }
}

// Ten years ahead was confirmed by mistake, entries were written, then the clock was put right.
TEST_F(WrongClock, put_right_after_years_ahead_were_confirmed_the_log_never_steps_back_and_details_say_the_true_time) {
  world.enrol(world.usa, 1, "p-1");
  const std::int64_t right_ms = world.clock.now_ms();
  world.clock.set_ms(right_ms + 3'600 * kDayMs);
  node().work();
  must(node().confirm_clock(kSupervisor, "I did not look at a calendar"));
  world.enrol(world.usa, 2, "p-2");
  world.clock.set_ms(right_ms + kDayMs);
  node().work();
  ASSERT_TRUE(doubted());
  must(node().confirm_clock(kSupervisor, "now I did look at one"));
  for (int i = 0; i < 3; ++i) {
    world.start(world.usa);
    EXPECT_FALSE(doubted()) << i;
    world.clock.advance_ms(kHourMs);
    must(node().identify(kOfficer, fingers_of(5, 1), kOurFile));
  }
  EXPECT_TRUE(world.verify_log(world.usa).ok) << world.verify_log(world.usa).problem;
  const std::uint64_t last = node().health().log_size - 1;
  const auto newest = must(must(store::open_log(world.usa.directory))->log_rows(last, 1)).front();
  const std::int64_t written_ms = must(parse_iso8601(std::string(time_in(text(newest.leaf)))));
  EXPECT_GT(written_ms, world.clock.now_ms() + 3'000 * kDayMs) << "no time is before an earlier entry's";
  EXPECT_EQ(must(service::clock_is_held_against(world.usa.directory, world.usa.node_key, written_ms)),
            right_ms + kDayMs);
  world.usa.node.reset();
  const auto store =
      must(store::open(world.usa.directory, store::Mode::kReadOnly, World::copy(world.usa.node_key), world.random));
  EXPECT_EQ(*must(store->log_details(last))["clock"].as_string(), to_iso8601(world.clock.now_ms()));
}

TEST_F(WrongClock, set_back_a_day_gives_a_partner_no_second_quota) {
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(world.try_ask(world.usa, world.col, 1).ok());
  const std::int64_t right_ms = world.clock.now_ms();
  for (const std::int64_t days : {-1, 3}) {
    world.clock.set_ms(right_ms + days * kDayMs);
    EXPECT_EQ(world.try_ask(world.usa, world.col, 1).error().code, Code::kQuotaExceeded) << days;
  }
}

TEST_F(WrongClock, more_people_due_at_once_than_one_would_expect_wait_for_a_supervisor) {
  enrol_many(25, 1);
  world.clock.advance_ms(2 * kDayMs);
  node().work();
  EXPECT_EQ(node().health().people, 25u);
  EXPECT_EQ(node().health().attention, std::vector<std::string>{"erasures_held"});
  EXPECT_EQ(world.count(world.usa, "clock_doubted"), 1);
  must(node().confirm_clock(kSupervisor, "the exercise of last week"));
  world.clock.advance_ms(6'000);
  node().work();
  EXPECT_EQ(node().health().people, 0u);
  EXPECT_TRUE(node().health().attention.empty());
}

}  // namespace
}  // namespace puente::flow
