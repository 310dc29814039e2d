// What waits to leave: nobody's turn waits for another's, and no queue holds anything for ever.
#include <chrono>
#include <new>
#include <thread>

#include "core/limits.h"
#include "flow/world.h"

namespace puente::flow {
namespace {

using std::chrono::seconds;
using std::chrono::steady_clock;

class CourierFlow : public ::testing::Test {
 protected:
  World world;
  service::Node& usa() { return *world.usa.node; }
  service::Node& col() { return *world.col.node; }

  store::OutboxItem item(const std::string& id, const std::string& peer, const char* kind) {
    store::OutboxItem out;
    out.id = id;
    out.peer = peer;
    out.kind = kind;
    out.created_ms = out.next_try_ms = world.clock.now_ms();
    out.expires_ms = out.created_ms + 30 * kDayMs;
    out.whatever_waits = true;
    return out;
  }
  void befriend_venezuela() {
    venezuela.name = "VEN";
    venezuela.signing = SigningKey::generate(world.random);
    venezuela.sealing = SealingKey::generate(world.random);
    Json clause = World::clause("border_identification");
    clause.set("may_ask", Json::array({"USA", "VEN"}));
    must(usa().accept_agreement(kSupervisor, world.agreement("test-3", world.usa, venezuela, Json::array({clause})),
                                "order 12 of the ministry"));
  }
  // For what the courier does in its own threads.
  void wait_until(const std::function<bool()>& done) {
    const auto end = steady_clock::now() + seconds(20);
    while (!done() && steady_clock::now() < end) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    EXPECT_TRUE(done());
  }
  Country venezuela;  // keys alone
};

TEST_F(CourierFlow, a_partner_that_is_silent_delays_no_other_and_no_end) {
  befriend_venezuela();
  std::atomic<int> held{0};
  world.others["VEN"] = [&](Line& line) -> Result<Reply> {
    ++held;
    // silent until the node ends
    while (!line.stopped) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return Error{Code::kUnavailable, "stopped"};
  };
  for (int i = 0; i < 3; ++i) must(world.try_ask(world.usa, venezuela, 1));
  const Question honest = must(world.try_ask(world.usa, world.col, 1));
  usa().start();
  wait_until([&] { return held > 0; });
  wait_until([&] { return world.state(world.usa, honest).state == QuestionState::kNoHit; });
  EXPECT_EQ(held, 1) << "one at a time to each";
  const auto asked_to_stop = steady_clock::now();
  usa().stop();
  EXPECT_LT(steady_clock::now() - asked_to_stop, seconds(5));
  EXPECT_EQ(usa().health().outbox, 3u);
}

// And an exception, memory that ran out above all, ends no thread.
TEST_F(CourierFlow, beside_a_silent_partner_dates_are_kept_and_overseers_asked_whatever_is_thrown) {
  befriend_venezuela();
  world.change_config = [this](service::Config& config) {
    config.overseers = {{"see.example", KeyType::kOverseer, world.col.signing.public_key()}};
  };
  world.start(world.usa);
  std::atomic<int> held{0}, overseer_asked{0};
  world.others["VEN"] = [&](Line& line) -> Result<Reply> {
    ++held;
    // silent until the node ends
    while (!line.stopped) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return Error{Code::kUnavailable, "stopped"};
  };
  world.others["see.example"] = [&](Line&) -> Result<Reply> {
    ++overseer_asked;
    throw std::bad_alloc();
  };
  const Question too_old = must(world.try_ask(world.usa, venezuela, 1));
  world.clock.advance_ms(4 * kDayMs);
  must(world.try_ask(world.usa, venezuela, 1));
  usa().start();
  wait_until([&] { return held > 0; });
  wait_until([&] { return world.state(world.usa, too_old).state == QuestionState::kExpired; });
  wait_until([&] { return overseer_asked > 1; });
  EXPECT_EQ(held, 1);
  usa().stop();
}

TEST_F(CourierFlow, after_one_failure_the_whole_peer_waits_and_longer_each_time) {
  befriend_venezuela();
  int tried = 0;
  world.others["VEN"] = [&](Line&) -> Result<Reply> {
    ++tried;
    return Error{Code::kDeadlineExceeded, "nobody there"};
  };
  for (int i = 0; i < 3; ++i) must(world.try_ask(world.usa, venezuela, 1));
  for (int steps = 0; steps < 5; ++steps) usa().work();
  EXPECT_EQ(tried, 1);
  for (int second = 0; second < 600; ++second) {
    world.clock.advance_ms(1'000);
    usa().work();
  }
  EXPECT_LE(tried, 12) << "pauses grow to five minutes";
  EXPECT_GE(tried, 9);
}

// Whoever reads the process log is to know which of the two it is, and what to look at.
TEST_F(CourierFlow, what_a_partner_refuses_is_told_by_what_that_means) {
  const Question question = must(world.try_ask(world.usa, world.col, 1));
  for (const auto& [status, words] :
       {std::pair(409, "status 409): made outside its clock's window, or out of order"),
        std::pair(429, "COL has no room now (status 429)"), std::pair(500, "answered with status 500")}) {
    world.others["COL"] = [answer = status](Line&) -> Result<Reply> { return Reply{answer, {}}; };
    world.clock.advance_ms(2 * kHourMs);
    testing::internal::CaptureStdout();  // where this process logs
    usa().work();
    const std::string told = testing::internal::GetCapturedStdout();
    EXPECT_NE(told.find("for COL waits: "), std::string::npos) << status << ": " << told;
    EXPECT_NE(told.find(words), std::string::npos) << status << ": " << told;
    EXPECT_EQ(world.state(world.usa, question).state, QuestionState::kQueued) << status;
  }
}

TEST_F(CourierFlow, what_goes_wrong_with_one_peer_in_this_process_stops_no_other) {
  befriend_venezuela();
  world.others["VEN"] = [&](Line&) -> Result<Reply> { throw std::bad_alloc(); };
  must(world.try_ask(world.usa, venezuela, 1));
  const Question honest = must(world.try_ask(world.usa, world.col, 1));
  usa().start();
  wait_until([&] { return world.state(world.usa, honest).state == QuestionState::kNoHit; });
  usa().stop();
}

TEST_F(CourierFlow, verdicts_that_nobody_acknowledges_hold_nothing_up_and_go_in_the_end) {
  world.plant(world.usa, [&](store::Transaction& transaction) {
    for (int i = 0; i < 150; ++i) {
      Case decided;
      decided.case_id = "c-" + std::to_string(i);
      decided.exchange_id = "x-" + std::to_string(i);
      decided.agreement_id = "test-1";
      decided.partner = "COL";
      decided.state = i % 2 == 0 ? CaseState::kCleared : CaseState::kExpired;
      decided.expires_ms = world.clock.now_ms();
      must(transaction.put_case(decided));
      store::OutboxItem verdict = item(decided.case_id, "COL", "verdict");
      verdict.attempts = 3;
      must(transaction.enqueue(verdict));
    }
  });
  EXPECT_EQ(world.ask(world.usa, world.col, 1).state, QuestionState::kNoHit);
  EXPECT_EQ(usa().health().outbox, 150u) << "COL never asked about these";
  world.clock.advance_ms(31 * kDayMs);
  world.line_down = true;
  for (int i = 0; i < 20 && usa().health().outbox > 0; ++i) {  // a sweep has its time, on a busy machine too
    usa().work();
    world.clock.advance_ms(kMinuteMs);
  }
  EXPECT_EQ(usa().health().outbox, 0u);
  EXPECT_EQ(world.count(world.usa, "verdict_dropped"), 150);
  EXPECT_EQ(must(usa().cases(kExaminer, {.state = CaseState::kCleared})).cases.size(), 0u);
  EXPECT_EQ(must(usa().cases(kExaminer, {.state = CaseState::kWithdrawn})).cases.size(), 75u);
}

TEST_F(CourierFlow, a_damaged_message_stops_itself_alone_and_ends_at_its_date) {
  world.plant(world.usa, [&](store::Transaction& transaction) {
    Question damaged;
    damaged.exchange_id = "x-damaged";
    damaged.agreement_id = "test-1";
    damaged.partner = "COL";
    damaged.expires_ms = world.clock.now_ms() + kDayMs;
    must(transaction.put_question(damaged));
    store::OutboxItem garbage = item("x-damaged", "COL", "question");
    garbage.payload = to_bytes("no samples");
    must(transaction.enqueue(garbage));
    must(transaction.enqueue(item("x-unknown", "COL", "of another version")));
  });
  EXPECT_EQ(world.ask(world.usa, world.col, 1).state, QuestionState::kNoHit);
  world.clock.advance_ms(31 * kDayMs);
  usa().work();
  EXPECT_EQ(usa().health().outbox, 0u);
  EXPECT_EQ(must(usa().question(kSupervisor, "x-damaged")).state, QuestionState::kExpired);
}

TEST_F(CourierFlow, questions_expire_however_many_hits_wait_and_hits_have_a_date_of_their_own) {
  world.plant(world.usa, [&](store::Transaction& transaction) {
    for (int i = 0; i < 150; ++i) {
      Question hit;
      hit.exchange_id = "x-" + std::to_string(i);
      hit.agreement_id = "test-1";
      hit.partner = "COL";
      hit.state = QuestionState::kHit;
      hit.asked_ms = world.clock.now_ms() - 10 * kDayMs;
      hit.expires_ms = world.clock.now_ms() - 7 * kDayMs;
      must(transaction.put_question(hit));
    }
  });
  world.line_down = true;
  const Question queued = world.ask(world.usa, world.col, 1);
  world.clock.advance_ms(4 * kDayMs);
  usa().work();
  EXPECT_EQ(world.state(world.usa, queued).state, QuestionState::kExpired);
  EXPECT_EQ(usa().health().outbox, 0u);
  EXPECT_EQ(must(usa().question(kSupervisor, "x-1")).state, QuestionState::kHit);
  world.clock.advance_ms(limits::kHitDaysMax * kDayMs);
  usa().work();
  EXPECT_EQ(must(usa().question(kSupervisor, "x-1")).state, QuestionState::kExpired);
}

TEST_F(CourierFlow, a_case_ends_and_its_exhibit_goes_whatever_waits_for_the_partner) {
  world.enrol(world.col, 1, "bogota-1");
  const Question hit = world.ask(world.usa, world.col, 1);
  world.plant(world.col, [&](store::Transaction& transaction) {
    for (std::size_t i = 0; i <= limits::kOutboxPerPeerMax; ++i)
      must(transaction.enqueue(item("q-" + std::to_string(i), "USA", "of another version")));
  });
  world.line_down = true;
  EXPECT_EQ(world.try_ask(world.col, world.usa, 2).error().code, Code::kQuotaExceeded);
  world.clock.advance_ms(8 * kDayMs);
  col().work();
  EXPECT_EQ(must(col().cases(kExaminer)).cases.at(0).state, CaseState::kExpired);
  EXPECT_EQ(world.count(world.col, "probe_destroyed"), 1);
  EXPECT_EQ(world.state(world.usa, hit).state, QuestionState::kHit);
  world.line_down = false;
  world.clock.advance_ms(limits::kOutboxBackoffMsMax);
  for (int turns = 0; turns < 3; ++turns) col().work();
  EXPECT_EQ(world.state(world.usa, hit).state, QuestionState::kNotConfirmed);
}

TEST_F(CourierFlow, a_question_that_waits_is_taken_back_or_tried_now_by_who_asked) {
  const Caller colleague{"officer.two", Role::kOfficer};
  world.line_down = true;
  const Question first = world.ask(world.usa, world.col, 1);
  const Question second = must(world.try_ask(world.usa, world.col, 1));
  EXPECT_EQ(usa().cancel_question(colleague, first.exchange_id).error().code, Code::kNotFound);
  EXPECT_EQ(usa().retry_question(colleague, first.exchange_id).error().code, Code::kNotFound);
  EXPECT_EQ(must(usa().cancel_question(kOfficer, first.exchange_id)).state, QuestionState::kExpired);
  EXPECT_EQ(usa().cancel_question(kOfficer, first.exchange_id).error().code, Code::kConflict);
  EXPECT_EQ(usa().retry_question(kOfficer, first.exchange_id).error().code, Code::kConflict);
  world.line_down = false;
  usa().work();
  EXPECT_EQ(world.state(world.usa, second).state, QuestionState::kQueued) << "the line's pause is not over";
  must(usa().retry_question(kOfficer, second.exchange_id));
  usa().work();
  EXPECT_EQ(world.state(world.usa, second).state, QuestionState::kNoHit);
  EXPECT_EQ(world.state(world.usa, first).state, QuestionState::kExpired);
  EXPECT_EQ(world.count(world.usa, "question_expired"), 1);
}

TEST_F(CourierFlow, an_answer_to_a_question_that_was_taken_back_changes_nothing) {
  const Question asked = must(world.try_ask(world.usa, world.col, 1));
  world.change = [&](Bytes&) { must(usa().cancel_question(kOfficer, asked.exchange_id)); };  // while it is on its way
  usa().work();
  EXPECT_EQ(world.state(world.usa, asked).state, QuestionState::kExpired);
  EXPECT_EQ(usa().health().outbox, 0u);
  EXPECT_EQ(world.count(world.usa, "reply_received"), 1);
}

}  // namespace
}  // namespace puente::flow
