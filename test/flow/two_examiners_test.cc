// R7, R8, story 5: where it is about a crime two examiners come to the same verdict, each alone; a third settles a
// dispute. Nobody is shown what another found, nor that anybody has looked.
#include <gtest/gtest.h>

#include "flow/world.h"

namespace puente::flow {
namespace {

constexpr const char* kSame = "same ridge flow and minutiae";
constexpr const char* kOther = "the cores differ clearly";
const Caller kThirdExaminer = examiner("examiner.three");

class TwoExaminers : public ::testing::Test {
 protected:
  TwoExaminers() {
    const std::string text = world.agreement(
        "test-2", world.usa, world.col,
        Json::array({World::clause("border_identification"), World::clause("serious_crime_investigation")}));
    for (Country* each : {&world.usa, &world.col})
      must(each->node->accept_agreement(kSupervisor, text, "order 12 of the ministry"));
    world.enrol(world.col, 1, "bogota-1");
    hit = ask(Purpose::kSeriousCrimeInvestigation);
  }
  Question ask(Purpose purpose) {
    const Question asked = must(world.try_ask(world.usa, world.col, 1, purpose));
    world.usa.node->work();
    return world.state(world.usa, asked);
  }
  service::Node& col() { return *world.col.node; }
  CaseState verdict(const Caller& examiner, Verdict verdict, const char* reasons = kSame) {
    return must(examine_as(examiner, world.col, hit.reference, verdict, reasons)).state;
  }
  service::ShownCase facts(const Caller& caller) {
    if (caller.role == Role::kExaminer) return must(col().case_facts(caller, hit.reference));
    const auto listed = must(col().cases(caller)).cases;
    const auto found = std::ranges::find_if(listed, [&](const auto& each) { return each.case_id == hit.reference; });
    return found == listed.end() ? service::ShownCase() : *found;
  }
  std::string details_of(const char* event) {
    std::string out;
    for (const auto& line : must(col().log_entries(kAuditor, {.event = event})).lines) out += canonical(line.details);
    return out;
  }
  QuestionState told() {
    world.clock.advance_ms(kHourMs);
    col().work();
    return world.state(world.usa, hit).state;
  }
  Result<Case> release(const Caller& caller = kSupervisor) {
    must(col().release_card(caller, hit.reference));
    return col().decide_release(caller, hit.reference, ReleaseDecision::kRelease, kFacts, kOffence);
  }

  World world;
  Question hit;
};

TEST_F(TwoExaminers, r8_of_a_crime_one_examiner_alone_confirms_nothing) {
  EXPECT_EQ(verdict(kExaminer, Verdict::kConfirm), CaseState::kOpen);
  EXPECT_EQ(release().error().code, Code::kConflict);
  EXPECT_EQ(told(), QuestionState::kHit) << "nothing has left";
  EXPECT_EQ(world.count(world.col, "case_decided"), 0);
  EXPECT_EQ(world.count(world.col, "probe_destroyed"), 0) << "the next one is to see it";
}

TEST_F(TwoExaminers, r8_two_who_agree_confirm_and_a_supervisor_may_release) {
  verdict(kExaminer, Verdict::kConfirm);
  EXPECT_EQ(verdict(kSecondExaminer, Verdict::kConfirm), CaseState::kConfirmed);
  EXPECT_EQ(world.count(world.col, "probe_destroyed"), 1);
  EXPECT_EQ(must(release()).state, CaseState::kCleared);
  EXPECT_EQ(told(), QuestionState::kReleased);
}

TEST_F(TwoExaminers, r8_two_who_agree_that_it_is_somebody_else_end_it) {
  verdict(kExaminer, Verdict::kReject, kOther);
  EXPECT_EQ(verdict(kSecondExaminer, Verdict::kReject, kOther), CaseState::kRejected);
  EXPECT_EQ(told(), QuestionState::kNotConfirmed);
}

TEST_F(TwoExaminers, r8_for_other_purposes_one_is_enough) {
  hit = ask(Purpose::kBorderIdentification);
  EXPECT_EQ(verdict(kExaminer, Verdict::kConfirm), CaseState::kConfirmed);
}

TEST_F(TwoExaminers, r8_nobody_is_both_examiners) {
  verdict(kExaminer, Verdict::kConfirm);
  for (const char* name : {"examiner.one", "Examiner_One"}) {
    const auto again = examine_as(examiner(name), world.col, hit.reference, Verdict::kConfirm, kSame);
    EXPECT_EQ(again.error().code, Code::kDenied) << name;
    EXPECT_NE(again.error().message.find("you have given your verdict"), std::string::npos) << again.error().message;
  }
  EXPECT_EQ(facts(kExaminer).state, CaseState::kOpen);
}

TEST_F(TwoExaminers, r8_nor_at_the_keys_where_one_may_be_any_user) {
  look(world.col, hit.reference);
  for (const Verdict each : {Verdict::kConfirm, Verdict::kReject, Verdict::kInconclusive}) {
    const Caller at_the_keys = examiner(kExaminer.user.c_str(), true);
    EXPECT_EQ(col().decide_case(at_the_keys, hit.reference, each, kOther).error().code, Code::kDenied)
        << to_string(each);
  }
  EXPECT_EQ(world.count(world.col, "verdict_given"), 0);
}

TEST_F(TwoExaminers, r8_the_second_looks_at_each_pair_too) {
  verdict(kExaminer, Verdict::kConfirm);
  const auto unseen = col().decide_case(kSecondExaminer, hit.reference, Verdict::kConfirm, kSame);
  EXPECT_EQ(unseen.error().code, Code::kDenied);
  EXPECT_NE(unseen.error().message.find("after you have marked"), std::string::npos) << unseen.error().message;
  mark_probe(world.col, hit.reference, kSecondExaminer);
  const auto of_the_candidate = col().decide_case(kSecondExaminer, hit.reference, Verdict::kConfirm, kSame);
  EXPECT_NE(of_the_candidate.error().message.find("every pair of fingers"), std::string::npos)
      << of_the_candidate.error().message;
}

// ---- a dispute

TEST_F(TwoExaminers, story_5_a_dispute_is_a_state_that_nobody_is_told_of_and_a_third_settles_it) {
  verdict(kExaminer, Verdict::kConfirm);
  EXPECT_EQ(verdict(kSecondExaminer, Verdict::kReject, kOther), CaseState::kOpen);
  EXPECT_EQ(told(), QuestionState::kHit);
  EXPECT_TRUE(facts(kThirdExaminer).verdicts.empty()) << "neither what they said, nor that they did";
  EXPECT_EQ(verdict(kThirdExaminer, Verdict::kConfirm), CaseState::kConfirmed);
  EXPECT_EQ(must(col().release_card(kSupervisor, hit.reference)).the_case.verdicts.size(), 3u)
      << "whoever releases knows that one of three saw it otherwise";
  EXPECT_EQ(must(release()).state, CaseState::kCleared);
  EXPECT_EQ(told(), QuestionState::kReleased);
}

TEST_F(TwoExaminers, r7_what_one_of_three_alone_confirms_is_not_confirmed) {
  verdict(kExaminer, Verdict::kConfirm);
  verdict(kSecondExaminer, Verdict::kReject, kOther);
  EXPECT_EQ(verdict(kThirdExaminer, Verdict::kInconclusive, "too little of it is there"), CaseState::kRejected);
  EXPECT_EQ(told(), QuestionState::kNotConfirmed);
  EXPECT_EQ(facts(kExaminer).verdicts.size(), 3u) << "it is over: each sees what the others said";
}

TEST_F(TwoExaminers, r39_none_of_its_examiners_releases_it_whatever_their_verdict_was) {
  verdict(kExaminer, Verdict::kConfirm);
  verdict(kSecondExaminer, Verdict::kReject, kOther);
  verdict(kThirdExaminer, Verdict::kConfirm);
  for (const char* name : {"examiner.one", "examiner.two", "Examiner.Three"}) {
    const auto refused = release({name, Role::kSupervisor});
    EXPECT_EQ(refused.error().code, Code::kDenied) << name;
    EXPECT_NE(refused.error().message.find("another person must"), std::string::npos) << refused.error().message;
  }
  EXPECT_TRUE(release().ok());
}

// ---- who sees what, while it is open

TEST_F(TwoExaminers, r8_who_has_given_a_verdict_sees_their_own_and_a_supervisor_how_many_agree) {
  EXPECT_EQ(facts(kSupervisor).agreeing, 0u);
  EXPECT_EQ(facts(kSupervisor).needed, 2u);
  verdict(kExaminer, Verdict::kConfirm);
  verdict(kSecondExaminer, Verdict::kReject, kOther);
  for (const auto& [examiner, said] : {std::pair(kExaminer, kSame), std::pair(kSecondExaminer, kOther)}) {
    const auto own = facts(examiner);
    ASSERT_EQ(own.verdicts.size(), 1u);
    EXPECT_EQ(own.verdicts[0].reasons, said);
    EXPECT_EQ(own.needed, 0u) << "an examiner is told no numbers";
  }
  const auto supervisor = facts(kSupervisor);
  EXPECT_EQ(supervisor.agreeing, 1u) << "a dispute looks like one verdict";
  EXPECT_TRUE(supervisor.verdicts.empty() && supervisor.seen.empty());
  EXPECT_TRUE(must(col().release_card(kSupervisor, hit.reference)).the_case.verdicts.empty());
}

TEST_F(TwoExaminers, r8_a_verdict_is_an_entry_that_says_neither_which_nor_of_which_exchange) {
  verdict(kExaminer, Verdict::kConfirm);
  verdict(kSecondExaminer, Verdict::kReject, kOther);
  const auto given = must(col().log_entries(kAuditor, {.event = "verdict_given"})).lines;
  ASSERT_EQ(given.size(), 2u);
  for (const auto& line : given) {
    EXPECT_TRUE(line.leaf["exchange"].is_null() && line.leaf["agreement"].is_null()) << canonical(line.leaf);
    EXPECT_TRUE(line.details["verdict"].is_null() && line.details["reasons"].is_null()) << canonical(line.details);
    EXPECT_EQ(*line.details["case_id"].as_string(), hit.reference);
  }
  verdict(kThirdExaminer, Verdict::kReject, kOther);
  const std::string decided = details_of("case_decided");
  for (const char* word : {"examiner.one", "examiner.two", "examiner.three", kSame, kOther})
    EXPECT_NE(decided.find(word), std::string::npos) << "all of it, when it is over: " << word;
}

TEST_F(TwoExaminers, r8_nor_does_a_doubt_that_the_first_one_was_shown_tell_the_second_that_somebody_was_here) {
  service::EnrolRequest request;
  request.person_id = "bogota-1";
  request.samples = fingers_of(2, 1);
  request.overrule = "the earlier prints were taken from the wrong person";
  ASSERT_TRUE(must(col().enrol(kSupervisor, std::move(request))).enrolled);
  mark_probe(world.col, hit.reference, kSecondExaminer);
  const std::set<Doubt> before = facts(kSecondExaminer).doubts;
  verdict(kExaminer, Verdict::kReject, kOther);
  EXPECT_EQ(facts(kSecondExaminer).doubts, before);
  EXPECT_EQ(must(col().view_case(kSecondExaminer, hit.reference)).the_case.doubts,
            std::set<Doubt>{Doubt::kRecordDiffers});
  EXPECT_EQ(verdict(kSecondExaminer, Verdict::kReject, kOther), CaseState::kRejected);
  EXPECT_EQ(facts(kExaminer).doubts, std::set<Doubt>{Doubt::kRecordDiffers}) << "it is over";
}

// ---- time, restarts, erasure

TEST_F(TwoExaminers, r8_a_case_that_waits_for_the_second_ends_on_its_day_as_not_confirmed) {
  verdict(kExaminer, Verdict::kConfirm);
  world.clock.advance_ms(defaults::kCaseDays * kDayMs);
  col().work();
  EXPECT_EQ(told(), QuestionState::kNotConfirmed);
  EXPECT_EQ(facts(kSecondExaminer).state, CaseState::kExpired);
  EXPECT_NE(details_of("case_expired").find(kSame), std::string::npos) << "what the first one said is written down";
}

TEST_F(TwoExaminers, r8_a_restart_between_the_two_changes_nothing) {
  verdict(kExaminer, Verdict::kConfirm);
  world.start(world.col);
  EXPECT_TRUE(facts(kSecondExaminer).verdicts.empty());
  EXPECT_EQ(verdict(kSecondExaminer, Verdict::kConfirm), CaseState::kConfirmed);
}

TEST_F(TwoExaminers, an_open_case_of_a_program_that_knew_one_examiner_waits_for_both) {
  verdict(kExaminer, Verdict::kConfirm);
  Case before =
      must(store::open(world.col.directory, store::Mode::kReadOnly, World::copy(world.col.node_key), world.random))
          ->case_record(hit.reference)
          .value();
  before.verdicts.clear();
  world.plant(world.col, [&](store::Transaction& t) { must(t.update_case(before)); });
  EXPECT_EQ(verdict(kSecondExaminer, Verdict::kConfirm), CaseState::kOpen);
  EXPECT_EQ(verdict(kThirdExaminer, Verdict::kConfirm), CaseState::kConfirmed);
}

TEST_F(TwoExaminers, words_of_each_verdict_go_with_whom_they_name) {
  world.enrol(world.col, 2, "bogota-2");
  verdict(kExaminer, Verdict::kConfirm, "not like the hand of bogota-2");
  verdict(kSecondExaminer, Verdict::kConfirm);
  must(col().erase_person(kSupervisor, "bogota-2", "asked for it in writing"));
  EXPECT_EQ(facts(kExaminer).verdicts[0].reasons, "not like the hand of [erased]");
  EXPECT_EQ(details_of("case_decided").find("bogota-2"), std::string::npos);
  must(col().erase_person(kSupervisor, "bogota-1", "asked for it in writing"));
  for (const Opinion& each : facts(kExaminer).verdicts) EXPECT_EQ(each.reasons, "");
}

}  // namespace
}  // namespace puente::flow
