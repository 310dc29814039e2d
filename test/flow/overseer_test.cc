// What a node does when its overseers have seen another history of its log, or see nothing of it any more.
#include <sqlite3.h>

#include "flow/world.h"

namespace puente::flow {
namespace {

class ClockBeside final : public Clock {
 public:
  explicit ClockBeside(const Clock& clock) : clock_(clock) {}
  std::int64_t now_ms() const override { return clock_.now_ms() + ahead_ms; }
  std::int64_t ahead_ms = 0;

 private:
  const Clock& clock_;
};

class Watched : public testing::Test, public Transport {
 protected:
  Watched() {
    directory = world.root + "/overseer";
    std::filesystem::create_directories(directory);
    overseer_key = SigningKey::generate(world.random);
    overseer_node_key = SecretKey::generate(world.random);
    must(store::open(directory, store::Mode::kCreate, World::copy(overseer_node_key), world.random));
    overseer = must(open_overseer());
    world.col.node.reset();
    node = open(world.col.directory);
  }
  Result<Reply> post_when_reached(const std::string&, const std::string&, const Body& make, std::int64_t) override {
    ++asked;
    if (down) return Error{Code::kUnavailable, "out of reach"};
    ASSIGN_OR_RETURN(const Bytes body, make());
    const service::OverseerReply reply = overseer->add_checkpoint(text(body));
    return Reply{reply.status, to_bytes(reply.body)};
  }
  Result<std::unique_ptr<service::Overseer>> open_overseer() {
    service::OverseerConfig config;
    config.directory = directory;
    config.name = "o.example";
    config.node_key = World::copy(overseer_node_key);
    config.signing_key = must(SigningKey::from_seed(overseer_key.seed()));
    config.logs = {{"puente/COL", KeyType::kLog, world.col.log.public_key()}};
    return service::Overseer::open(std::move(config), overseer_clock, world.random);
  }
  std::unique_ptr<service::Node> open(const std::string& where) {
    service::Config config = world.config_of(world.col);
    config.directory = where;
    config.overseers = {{"o.example", KeyType::kOverseer, overseer_key.public_key()}};
    config.uncosigned_hours = 24;
    return must(service::Node::open(std::move(config), {world.clock, world.random, *this}));
  }
  bool says(const char* what) const {
    const auto attention = node->health().attention;
    return std::find(attention.begin(), attention.end(), what) != attention.end();
  }
  void answer_the_copys_alarm() {
    for (const Alarm& each : must(node->alarms(kSupervisor, true)))
      must(node->alarm_seen({"other.supervisor", Role::kSupervisor}, each.number));
  }
  void pass(std::int64_t ms) {
    world.clock.advance_ms(ms);
    node->work();
  }
  std::string copy_of_database() {
    const std::string out = world.root + "/copy";
    std::filesystem::create_directories(out);
    node.reset();
    std::filesystem::copy_file(world.col.directory + "/puente.db", out + "/puente.db");
    node = open(world.col.directory);
    return out;
  }

  World world;
  ClockBeside overseer_clock{world.clock};
  std::string directory;
  SigningKey overseer_key;
  SecretKey overseer_node_key;
  std::unique_ptr<service::Overseer> overseer;
  std::unique_ptr<service::Node> node;
  bool down = false;
  int asked = 0;
};

TEST_F(Watched, how_much_was_cosigned_is_known_after_a_restart) {
  node->work();
  const std::uint64_t cosigned = node->health().cosigned_size;
  EXPECT_GT(cosigned, 0u);
  down = true;
  node.reset();
  node = open(world.col.directory);
  EXPECT_EQ(node->health().cosigned_size, cosigned);
}

TEST_F(Watched, a_copy_is_told_by_its_overseer_before_it_answers_anybody) {
  node->work();
  const std::string copy = copy_of_database();
  for (int i = 0; i < 3; ++i) {
    node.reset();
    node = open(world.col.directory);
    node->work();
  }
  node.reset();
  const auto restored = open(copy);
  EXPECT_NE(restored->ask_overseers().find("o.example has seen"), std::string::npos);
}

TEST_F(Watched, whose_copy_was_cosigned_says_so_and_tries_again_with_pauses) {
  node->work();
  const std::string copy = copy_of_database();
  {
    const auto other = open(copy);
    other->work();
  }
  must(node->identify(kOfficer, fingers_of(9, 1), kOurFile));
  pass(1'000);
  pass(10'000);
  EXPECT_TRUE(says("other_history"));
  EXPECT_EQ(node->receive("USA", {}).error().code, Code::kUnavailable) << "nobody is answered until somebody decides";
  const int before = asked;
  for (int i = 0; i < 100; ++i) pass(500);
  EXPECT_LT(asked - before, 10) << "in fifty seconds";
  EXPECT_FALSE(must(overseer->shown())["puente/COL"].empty());
}

TEST_F(Watched, unseen_for_too_long_no_partner_is_answered_until_an_overseer_signs_again) {
  node->work();
  down = true;
  must(node->identify(kOfficer, fingers_of(9, 1), kOurFile));
  pass(6'000);
  EXPECT_NE(node->receive("USA", {}).error().code, Code::kUnavailable);
  for (int hour = 0; hour < 25; ++hour) pass(kHourMs);
  EXPECT_TRUE(says("uncosigned"));
  EXPECT_EQ(node->receive("USA", {}).error().code, Code::kUnavailable);
  down = false;
  pass(kHourMs);
  EXPECT_FALSE(says("uncosigned"));
  EXPECT_NE(node->receive("USA", {}).error().code, Code::kUnavailable);
}

// Whoever was hidden after the copy was made is hidden no more: so nobody abroad asks before somebody has looked.
TEST_F(Watched, r2_a_restored_node_answers_no_partner_until_a_supervisor_has_looked_what_it_forgot) {
  must(node->adopt_copy({"an operator", Role::kSupervisor, true}, "the old disk has failed"));
  for (int starts = 0; starts < 2; ++starts) {
    EXPECT_EQ(node->receive("USA", {}).error().code, Code::kUnavailable);
    EXPECT_TRUE(says("copy_adopted"));
    node.reset();
    node = open(world.col.directory);
  }
  const auto told = must(node->alarms(kSupervisor, true));
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].kind, "copy_adopted");
  const Caller at_the_keys{kSupervisor.user, Role::kSupervisor, true};
  EXPECT_EQ(node->alarm_seen(at_the_keys, told[0].number).error().code, Code::kDenied)
      << "who restored it has the keys";
  EXPECT_EQ(node->receive("USA", {}).error().code, Code::kUnavailable);
  must(node->alarm_seen(kSupervisor, told[0].number));
  EXPECT_NE(node->receive("USA", {}).error().code, Code::kUnavailable);
  EXPECT_FALSE(says("copy_adopted"));
}

// One that was terminated after the copy was made would be in force again.
TEST_F(Watched, a_restored_node_has_no_agreement_in_force_until_a_supervisor_resumes_it) {
  must(node->adopt_copy({"an operator", Role::kSupervisor, true}, "the old disk has failed"));
  must(node->alarm_seen(kSupervisor, must(node->alarms(kSupervisor, true)).at(0).number));
  for (int starts = 0; starts < 2; ++starts) {
    const auto all = must(node->agreements(kSupervisor));
    ASSERT_EQ(all.size(), 1u);
    EXPECT_EQ(all[0].standing, "suspended");
    node.reset();
    node = open(world.col.directory);
  }
  must(node->resume_agreement(kSupervisor, "test-1", "neither suspended nor terminated since"));
  EXPECT_EQ(must(node->agreements(kSupervisor)).at(0).standing, "in_force");
}

TEST_F(Watched, r2_each_restore_has_an_alarm_of_its_own_and_says_until_when_the_copy_reaches) {
  const Caller operator_{"an operator", Role::kSupervisor, true};
  const std::string last = to_iso8601(world.clock.now_ms());
  node.reset();
  world.clock.advance_ms(25 * kHourMs);
  node = open(world.col.directory);  // which is an entry of its own
  must(node->adopt_copy(operator_, "the old disk has failed"));
  must(node->adopt_copy(operator_, "and the next one too"));
  const auto told = must(node->alarms(kSupervisor, true));
  ASSERT_EQ(told.size(), 2u);
  for (const Alarm& each : told) EXPECT_NE(each.sentence.find(last), std::string::npos) << each.sentence;
  must(node->alarm_seen(kSupervisor, told[0].number));
  EXPECT_EQ(node->receive("USA", {}).error().code, Code::kUnavailable) << "the other waits";
  must(node->alarm_seen(kSupervisor, told[1].number));
  EXPECT_NE(node->receive("USA", {}).error().code, Code::kUnavailable);
}

TEST_F(Watched, a_log_that_goes_on_from_a_restored_copy_is_cosigned_when_the_overseer_agrees) {
  node->work();
  const std::string copy = copy_of_database();
  must(node->identify(kOfficer, fingers_of(9, 1), kOurFile));
  must(node->identify(kOfficer, fingers_of(9, 1), kOurFile));
  node->work();
  node.reset();
  node = open(copy);
  ASSERT_NE(node->ask_overseers(), "");
  must(node->adopt_copy(kSupervisor, "the old disk has failed"));
  EXPECT_TRUE(must(node->is_adopted_copy()));
  pass(kHourMs);
  EXPECT_TRUE(says("other_history"));
  must(overseer->restart_log("puente/COL"));
  pass(kHourMs);
  EXPECT_FALSE(says("other_history"));
  EXPECT_EQ(node->health().cosigned_size, node->health().log_size);
  EXPECT_FALSE(must(node->is_adopted_copy()));
  EXPECT_FALSE(must(overseer->shown())["puente/COL"].empty()) << "the old checkpoint is kept";
}

// A number of entries is no history: as many may be others.
TEST_F(Watched, a_fork_of_as_many_entries_as_were_cosigned_is_told_after_a_restart) {
  node->work();
  const std::string copy = copy_of_database();
  {
    const auto other = open(copy);
    for (int i = 0; i < 5; ++i) must(other->identify(kOfficer, fingers_of(9, 1), kOurFile));
    other->work();
  }
  const std::uint64_t theirs = must(overseer->witnessed_entries());
  while (node->health().log_size < theirs) must(node->identify(kOfficer, fingers_of(9, 1), kOurFile));
  ASSERT_EQ(node->health().log_size, theirs);
  node->work();
  EXPECT_TRUE(says("other_history"));
  EXPECT_EQ(node->receive("USA", {}).error().code, Code::kUnavailable);
  pass(kHourMs);
  EXPECT_TRUE(says("other_history")) << "and stays";
}

TEST_F(Watched, what_was_cosigned_before_a_restart_is_compared_and_then_left_alone) {
  node->work();
  node.reset();
  node = open(world.col.directory);
  node->work();
  EXPECT_FALSE(says("other_history"));
  const int before = asked;
  for (int i = 0; i < 10; ++i) pass(10'000);
  EXPECT_EQ(asked, before);
}

// What an overseer said is not forgotten with a restart at which it is out of reach.
TEST_F(Watched, who_heard_of_another_history_is_silent_after_a_restart_until_an_operator_decides) {
  node->work();
  const std::string copy = copy_of_database();
  {
    const auto other = open(copy);
    other->work();
  }
  must(node->identify(kOfficer, fingers_of(9, 1), kOurFile));
  pass(10'000);
  ASSERT_TRUE(says("other_history"));
  down = true;
  node.reset();
  node = open(world.col.directory);
  EXPECT_NE(node->ask_overseers(), "");
  EXPECT_EQ(node->receive("USA", {}).error().code, Code::kUnavailable);
  must(node->adopt_copy(kSupervisor, "the copy ran for a drill by mistake"));
  answer_the_copys_alarm();
  EXPECT_NE(node->receive("USA", {}).error().code, Code::kUnavailable);
  node.reset();
  node = open(world.col.directory);
  EXPECT_NE(node->receive("USA", {}).error().code, Code::kUnavailable);
  down = false;
  pass(kHourMs);
  EXPECT_TRUE(says("other_history")) << "it is still said";
  EXPECT_NE(node->receive("USA", {}).error().code, Code::kUnavailable) << "and was decided";
}

TEST_F(Watched, a_clock_that_is_not_the_overseers_is_said_at_both_ends_and_by_whoever_verifies) {
  node->work();
  EXPECT_FALSE(says("clock_differs"));
  const auto verified = [&] {
    const std::vector<VerifierKey> overseers{{"o.example", KeyType::kOverseer, overseer_key.public_key()}};
    return audit::verify(*must(store::open_log(world.col.directory)),
                         {"puente/COL", KeyType::kLog, world.col.log.public_key()}, overseers);
  };
  EXPECT_EQ(verified().clock_problem, "");
  for (const std::int64_t days : {-3'700, 3'700}) {
    overseer_clock.ahead_ms = days * kDayMs;
    must(node->identify(kOfficer, fingers_of(9, 1), kOurFile));
    pass(6'000);
    EXPECT_TRUE(says("clock_differs")) << days;
    EXPECT_EQ(overseer->logs_whose_clock_differs(), std::vector<std::string>{"puente/COL"}) << days;
    EXPECT_EQ(node->health().cosigned_size, node->health().log_size) << "that it only grows is seen all the same";
    EXPECT_TRUE(verified().ok);
    EXPECT_NE(verified().clock_problem, "") << days;
    overseer_clock.ahead_ms = 30'000;
    must(node->identify(kOfficer, fingers_of(9, 1), kOurFile));
    pass(6'000);
    EXPECT_FALSE(says("clock_differs")) << days;
    EXPECT_TRUE(overseer->logs_whose_clock_differs().empty()) << days;
  }
}

TEST_F(Watched, an_overseers_memory_that_was_changed_by_hand_is_not_signed_by) {
  node->work();
  overseer.reset();
  sqlite3* handle = nullptr;
  ASSERT_EQ(sqlite3_open((directory + "/puente.db").c_str(), &handle), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(handle, "DELETE FROM witnessed", nullptr, nullptr, nullptr), SQLITE_OK);
  EXPECT_GT(sqlite3_total_changes(handle), 0);
  sqlite3_close(handle);
  EXPECT_EQ(open_overseer().error().code, Code::kCorrupt);
  EXPECT_EQ(must(service::differences_from_log(directory, overseer_node_key)).size(), 1u);
}

}  // namespace
}  // namespace puente::flow
