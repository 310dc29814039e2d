// Searches that outlive the request for them.
#include "flow/world.h"
#include "intake/intake.h"

namespace puente::flow {
namespace {

class Tasks : public ::testing::Test {
 protected:
  World world;
  service::Node& node() { return *world.usa.node; }
};

TEST_F(Tasks, a_search_for_later_is_done_in_the_background_and_fetched_by_who_asked) {
  world.enrol(world.usa, 1, "p-1");
  const auto waiting = must(node().identify_later(kOfficer, fingers_of(1, 2), kOurFile));
  EXPECT_EQ(waiting.state, TaskState::kWaiting);
  world.start(world.usa);  // it is durable
  EXPECT_EQ(must(node().task(kOfficer, waiting.task_id)).state, TaskState::kWaiting);
  const auto logged = node().health().log_size;
  node().work();
  const auto done = must(node().task(kOfficer, waiting.task_id));
  ASSERT_EQ(done.state, TaskState::kDone);
  const auto at_once = must(node().identify(kOfficer, fingers_of(1, 2), kOurFile));
  ASSERT_EQ(done.answer->candidates.size(), 1u);
  EXPECT_EQ(done.answer->candidates[0].person_id, "p-1");
  EXPECT_EQ(done.answer->candidates[0].score, at_once.candidates[0].score);
  EXPECT_EQ(done.answer->candidates[0].scores.size(), at_once.candidates[0].scores.size());
  EXPECT_EQ(done.answer->quality.size(), at_once.quality.size());
  EXPECT_EQ(done.answer->receipt.index, logged);  // the entry that stands behind it
}

TEST_F(Tasks, nobody_else_sees_one_and_it_is_gone_after_a_day) {
  const auto task = must(node().identify_later(kOfficer, fingers_of(1, 2), kOurFile));
  EXPECT_EQ(node().task({"officer.two", Role::kOfficer}, task.task_id).error().code, Code::kNotFound);
  EXPECT_EQ(node().task(kExaminer, task.task_id).error().code, Code::kDenied);
  EXPECT_EQ(node().identify_later(kExaminer, fingers_of(1, 2), kOurFile).error().code, Code::kDenied);
  node().work();
  world.clock.advance_ms(kDayMs + 1000);
  node().work();
  EXPECT_EQ(node().task(kOfficer, task.task_id).error().code, Code::kNotFound);
}

TEST_F(Tasks, what_cannot_be_searched_fails_with_its_reason) {
  const Image blank{300, 300, 1, 500, Bytes(90'000, 255)};
  const auto task = must(node().identify_later(kOfficer, {{.image = must(format::encode_png(blank))}}, kOurFile));
  node().work();
  const auto failed = must(node().task(kOfficer, task.task_id));
  EXPECT_EQ(failed.state, TaskState::kFailed);
  EXPECT_FALSE(failed.failure.empty());
}

TEST_F(Tasks, of_an_older_version_without_a_file_are_done_all_the_same) {
  world.enrol(world.usa, 1, "p-1");
  world.plant(world.usa, [&](store::Transaction& transaction) {
    const std::int64_t now_ms = world.clock.now_ms();
    must(transaction.put_task({"t-1",
                               "identify",
                               kOfficer.user,
                               TaskState::kWaiting,
                               now_ms,
                               now_ms + kDayMs,
                               "",
                               intake::encode_samples(fingers_of(1, 2)),
                               {}}));
  });
  node().work();
  EXPECT_EQ(must(node().task(kOfficer, "t-1")).answer->candidates.size(), 1u);
  const auto entry = must(node().log_entries(kAuditor, {.event = "identified"})).lines.at(0);
  EXPECT_TRUE(entry.details["case_reference"].is_null());
}

TEST_F(Tasks, a_callback_is_one_that_the_operator_named_and_learns_only_that_it_is_done) {
  EXPECT_EQ(node().identify_later(kOfficer, fingers_of(1, 2), kOurFile, "elsewhere").error().code, Code::kInvalidInput);
  world.enrol(world.usa, 1, "p-1");
  const auto task = must(node().identify_later(kOfficer, fingers_of(1, 2), kOurFile, "client"));
  world.line_down = true;
  node().work();
  EXPECT_EQ(must(node().task(kOfficer, task.task_id)).state, TaskState::kDone);
  EXPECT_EQ(node().health().outbox, 1u);
  world.line_down = false;
  world.clock.advance_ms(5'000);
  node().work();
  EXPECT_EQ(node().health().outbox, 0u);
  ASSERT_EQ(world.called_back.size(), 1u);
  EXPECT_EQ(text(world.called_back[0]), "{\"state\":\"done\",\"task_id\":\"" + task.task_id + "\"}");
}

}  // namespace
}  // namespace puente::flow
