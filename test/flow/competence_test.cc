// R7, R8, story 12: whoever gives a verdict is certified to be competent that day.
#include <gtest/gtest.h>

#include "flow/world.h"

namespace puente::flow {
namespace {

constexpr const char* kCompetenceWhy = "same ridge flow and minutiae";

class Competent : public ::testing::Test {
 protected:
  World world;
  service::Node& col() { return *world.col.node; }

  Question hit() {
    world.enrol(world.col, 1, "bogota-1");
    return world.ask(world.usa, world.col, 1);
  }
  Error refused(const Caller& examiner, const Question& hit, Verdict verdict) {  // whatever they have looked at
    const auto decided = col().decide_case(examiner, hit.reference, verdict, kCompetenceWhy);
    EXPECT_FALSE(decided.ok());
    return decided.ok() ? Error{Code::kInternal, ""} : decided.error();
  }
};

TEST_F(Competent, story_12_who_is_not_certified_that_day_gives_no_verdict_by_token_or_at_the_keys) {
  const Question question = hit();
  for (const bool at_the_keys : {false, true}) {
    const Caller untrained{"untrained", Role::kExaminer, at_the_keys};
    const Caller over{"over", Role::kExaminer, at_the_keys, world.clock.now_ms()};
    for (const Verdict verdict : {Verdict::kConfirm, Verdict::kReject, Verdict::kInconclusive}) {
      EXPECT_EQ(refused(untrained, question, verdict).code, Code::kDenied);
      EXPECT_NE(refused(untrained, question, verdict).message.find("nobody has certified"), std::string::npos);
      EXPECT_NE(refused(over, question, verdict).message.find("certificate of competence is over"), std::string::npos);
    }
  }
  world.usa.node->work();
  EXPECT_EQ(world.state(world.usa, question).state, QuestionState::kHit) << "nobody has decided anything";
  EXPECT_EQ(world.count(world.col, "verdict_given") + world.count(world.col, "case_decided"), 0);
  EXPECT_GE(world.count(world.col, "access_refused"), 2) << "one a user and minute";
  EXPECT_EQ(must(world.decide(world.col, question.reference, Verdict::kConfirm, kCompetenceWhy)).state,
            CaseState::kCleared);
}

TEST_F(Competent, r7_a_certificate_is_good_to_its_last_moment_and_not_beyond) {
  const Question question = hit();
  const Caller examiner{"today", Role::kExaminer, false, world.clock.now_ms() + 1};
  look(world.col, question.reference, examiner);
  world.clock.advance_ms(1);
  EXPECT_EQ(refused(examiner, question, Verdict::kReject).code, Code::kDenied);
  const Caller renewed{"today", Role::kExaminer, false, world.clock.now_ms() + 1};
  EXPECT_TRUE(examine_as(renewed, world.col, question.reference, Verdict::kReject, kCompetenceWhy).ok());
}

TEST_F(Competent, r7_a_clock_that_is_doubted_prolongs_no_certificate) {
  const Question question = hit();
  const Caller examiner{"today", Role::kExaminer, false, world.clock.now_ms() + 5 * kDayMs};
  look(world.col, question.reference, examiner);
  world.clock.set_ms(world.clock.now_ms() + 10 * kDayMs);  // it may be right
  col().work();
  EXPECT_EQ(refused(examiner, question, Verdict::kReject).code, Code::kDenied);
}

TEST_F(Competent, a_supervisor_is_told_of_each_examiner_whom_nobody_has_certified) {
  const auto user = [](const char* until) {
    return Json::object({{"role", "examiner"}, {"token", until}, {"certified_until", until}});
  };
  const auto told = [&] {
    std::vector<std::string> out;
    for (const Alarm& each : must(col().alarms(kSupervisor, true)))
      if (each.kind == "examiner_not_certified") out.push_back(each.sentence.substr(0, each.sentence.find(' ')));
    return out;
  };
  must(col().note_users(Json::object({{"ana", user("2099-06-30")}})));
  EXPECT_TRUE(told().empty());
  must(col().note_users(Json::object({{"ana", user("2099-06-30")}, {"ben", user("none")}})));
  EXPECT_EQ(told(), std::vector<std::string>{"ben"});
  must(col().note_users(Json::object({{"ana", user("2099-06-30")}, {"ben", user("2099-06-30")}})));
  EXPECT_EQ(told().size(), 1u);
  EXPECT_TRUE(world.verify_log(world.col).ok);
}

}  // namespace
}  // namespace puente::flow
