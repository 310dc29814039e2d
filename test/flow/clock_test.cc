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

// What forbids goes by the later of the two times: whichever of them is wrong, nothing is used for too long.
TEST_F(WrongClock, while_it_is_doubted_released_data_past_their_end_are_not_shown_and_not_erased) {
  world.enrol(world.col, 1, "bogota-1");
  const Question hit = world.ask(world.usa, world.col, 1);
  must(world.decide(world.col, hit.reference, Verdict::kConfirm, "same ridge flow and minutiae"));
  world.col.node->work();
  ASSERT_FALSE(world.state(world.usa, hit).released.empty());
  const std::int64_t right_ms = world.clock.now_ms();
  world.clock.set_ms(right_ms + 40 * kDayMs);
  world.start(world.usa);
  node().work();
  ASSERT_TRUE(doubted());
  EXPECT_TRUE(world.state(world.usa, hit).released.empty());
  EXPECT_EQ(world.count(world.usa, "released_data_erased"), 0);
  world.clock.set_ms(right_ms);
  EXPECT_FALSE(world.state(world.usa, hit).released.empty()) << "the clock was wrong, and nothing is lost";
}

TEST_F(WrongClock, while_it_is_doubted_an_agreement_past_its_end_permits_nothing) {
  const std::int64_t right_ms = world.clock.now_ms();
  must(world.try_ask(world.usa, world.col, 1));
  world.clock.set_ms(right_ms + 101 * kDayMs);
  node().work();
  ASSERT_TRUE(doubted());
  EXPECT_TRUE(world.seen.empty()) << "nor does what was queued before leave";
  EXPECT_EQ(world.try_ask(world.usa, world.col, 1).error().message, policy::explain("agreement_expired"));
  EXPECT_EQ(must(node().agreements(kSupervisor)).front().standing, "ended");
  world.clock.set_ms(right_ms);
  EXPECT_TRUE(world.try_ask(world.usa, world.col, 1).ok());
}

// Nor does one that has not begun begin by it.
TEST_F(WrongClock, while_it_is_doubted_an_agreement_begins_by_the_time_that_is_believed) {
  const std::int64_t right_ms = world.clock.now_ms();
  world.clock.set_ms(right_ms + 40 * kDayMs);
  const std::string later =
      world.agreement("later", world.usa, world.col, Json::array({World::clause("trafficking_investigation")}));
  world.clock.set_ms(right_ms);
  must(node().accept_agreement(kSupervisor, later, "order 12 of the ministry"));
  world.clock.set_ms(right_ms + 41 * kDayMs);
  EXPECT_EQ(world.try_ask(world.usa, world.col, 1, Purpose::kTraffickingInvestigation).error().message,
            policy::explain("agreement_not_yet_valid"));
}

TEST_F(WrongClock, is_told_to_supervisors_once_a_doubt_until_one_has_looked_or_confirmed_it) {
  const auto told = [&] {
    const auto unseen = must(node().alarms(kSupervisor, true));
    return std::ranges::count(unseen, "clock_doubted", &Alarm::kind);
  };
  for (int doubts = 0; doubts < 2; ++doubts) {
    world.clock.set_ms(world.clock.now_ms() + 40 * kDayMs);
    node().work();
    world.start(world.usa);
    node().work();
    EXPECT_EQ(told(), 1);
    must(node().confirm_clock(kSupervisor, "compared with the radio"));
    EXPECT_EQ(told(), 0);
  }
}

TEST_F(WrongClock, of_a_restored_copy_the_supervisor_is_told_how_far_it_reaches_and_what_the_clock_says) {
  world.enrol(world.usa, 1, "p-1");
  const std::string last = to_iso8601(world.clock.now_ms());
  world.clock.advance_ms(kDayMs);
  world.start(world.usa);  // a try to adopt it that came to nothing
  world.clock.advance_ms(40 * kDayMs);
  const std::string today = to_iso8601(world.clock.now_ms());
  world.start(world.usa);
  must(node().adopt_copy(kSupervisor, "the old disk has failed"));
  const auto alarms = must(node().alarms(kSupervisor, true));
  const auto adopted = std::ranges::find(alarms, "copy_adopted", &Alarm::kind);
  ASSERT_NE(adopted, alarms.end());
  EXPECT_NE(adopted->sentence.find("the last of " + last + "; the clock says " + today), std::string::npos)
      << adopted->sentence;
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
