// R7, R39: that two prints are of one person is one act, of an examiner; that the partner is told who it is is another,
// of somebody else. Between them nothing leaves.
#include <gtest/gtest.h>

#include <cctype>

#include "flow/world.h"

namespace puente::flow {
namespace {

constexpr const char* kTwoActsWhy = "same ridge flow and minutiae";

class TwoActs : public ::testing::Test {
 protected:
  World world;
  service::Node& usa() { return *world.usa.node; }
  service::Node& col() { return *world.col.node; }

  Question confirmed_hit() {
    world.enrol(world.col, 1, "bogota-1");
    const Question hit = world.ask(world.usa, world.col, 1);
    const Case confirmed = must(world.examine(world.col, hit.reference, Verdict::kConfirm, kTwoActsWhy));
    EXPECT_EQ(confirmed.state, CaseState::kConfirmed);
    return hit;
  }
  // Whoever may opens the card first.
  Result<Case> release(const Caller& caller, const Question& hit, const std::string& facts = kFacts,
                       const std::string& offence = {}) {
    discard(col().release_card(caller, hit.reference), "who may not see it decides nothing either");
    return release_unseen(caller, hit, facts, offence);
  }
  Result<Case> release_unseen(const Caller& caller, const Question& hit, const std::string& facts = kFacts,
                              const std::string& offence = {}) {
    return col().decide_release(caller, hit.reference, ReleaseDecision::kRelease, facts, offence);
  }
  Result<Case> hold_back(const Caller& caller, const Question& hit) {
    return col().decide_release(caller, hit.reference, ReleaseDecision::kHoldBack, kFacts);
  }
  void learn(BiographicData data, std::uint32_t day) {
    service::EnrolRequest request;
    request.person_id = "bogota-1";
    request.samples = fingers_of(1, day);
    request.guardian = "Marta Gil";
    request.biographic = std::move(data);
    must(col().enrol(kOfficer, std::move(request)));
  }
  // As an older program left it: confirmed, and in the outbox.
  Question of_an_older_program(const std::string& kind, const Json& payload) {
    const Question hit = confirmed_hit();
    Case old = must(col().cases(kExaminer)).cases.at(0);
    old.expires_ms = old.opened_ms + 7 * kDayMs;
    world.clock.advance_ms(7 * kDayMs + kHourMs);
    world.plant(world.col, [&](store::Transaction& transaction) {
      must(transaction.update_case(old));
      store::OutboxItem item;
      item.id = old.case_id;
      item.peer = "USA";
      item.kind = kind;
      item.expires_ms = world.clock.now_ms() + kDayMs;
      if (!payload.is_null()) item.payload = to_bytes(canonical(payload));
      must(transaction.enqueue(item));
    });
    return hit;
  }
  Question refused_by_an_older_program(const std::string& kind, const Json& payload) {
    const Question hit = of_an_older_program(kind, payload);
    EXPECT_EQ(case_state(), CaseState::kWithdrawn);
    EXPECT_EQ(release(kSupervisor, hit).error().code, Code::kConflict);
    EXPECT_EQ(col().health().outbox, 1u) << "it is told as it was";
    return hit;
  }
  Json newest(const char* event) { return must(col().log_entries(kAuditor, {.event = event})).lines.back().details; }
  CaseState case_state() { return must(col().cases(kExaminer)).cases.at(0).state; }
  void later() {
    world.clock.advance_ms(10 * kMinuteMs);
    col().work();
  }
};

TEST_F(TwoActs, r39_what_an_examiner_confirmed_waits_for_a_second_person_and_the_partner_is_told_nothing) {
  const Question hit = confirmed_hit();
  const std::size_t said = world.seen.size();
  later();
  world.start(world.col);
  later();
  EXPECT_EQ(world.seen.size(), said) << "not even that somebody looked";
  EXPECT_EQ(world.state(world.usa, hit).state, QuestionState::kHit);
  EXPECT_EQ(must(release(kSupervisor, hit)).state, CaseState::kCleared);
  EXPECT_EQ(release(kSupervisor, hit).error().code, Code::kConflict) << "final";
  col().work();
  EXPECT_EQ(world.state(world.usa, hit).state, QuestionState::kReleased);
  const Case released = must(col().cases(kExaminer)).cases.at(0);
  EXPECT_EQ(released.state, CaseState::kReleased);
  EXPECT_EQ(released.examiner + " " + released.releaser, kExaminer.user + " " + kSupervisor.user);
}

TEST_F(TwoActs, r39_nobody_is_both_persons_and_no_other_role_is_the_second) {
  world.enrol(world.col, 1, "bogota-1");
  const Question hit = world.ask(world.usa, world.col, 1);
  EXPECT_EQ(release(kSupervisor, hit).error().code, Code::kConflict) << "there is no verdict yet";
  must(world.examine(world.col, hit.reference, Verdict::kConfirm, kTwoActsWhy));
  const Caller promoted{kExaminer.user, Role::kSupervisor}, at_the_keys{kSupervisor.user, Role::kSupervisor, true};
  std::string shouted = kExaminer.user;
  for (char& letter : shouted) letter = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
  const Caller other_spelling{shouted + ".", Role::kSupervisor};
  for (const Caller& caller : {kExaminer, kOfficer, kAuditor, promoted, at_the_keys, other_spelling})
    EXPECT_EQ(release(caller, hit).error().code, Code::kDenied) << caller.user;
  EXPECT_EQ(release(kSupervisor, hit, "yes").error().code, Code::kInvalidInput) << "facts, not a word";
  later();
  EXPECT_EQ(world.state(world.usa, hit).state, QuestionState::kHit);
  EXPECT_EQ(case_state(), CaseState::kConfirmed);
}

TEST_F(TwoActs, r39_nobody_releases_who_has_not_opened_the_card) {
  world.enrol(world.col, 1, "bogota-1");
  const Question hit = world.ask(world.usa, world.col, 1);
  must(col().release_card(kSupervisor, hit.reference));  // before the verdict there is nothing on it
  must(world.examine(world.col, hit.reference, Verdict::kConfirm, kTwoActsWhy));
  const Caller another{"supervisor.two", Role::kSupervisor};
  must(col().release_card(another, hit.reference));
  const auto refused = release_unseen(kSupervisor, hit);
  EXPECT_EQ(refused.error().code, Code::kDenied);
  EXPECT_EQ(refused.error().message, policy::explain("card_not_seen")) << "another's look is not one's own";
  must(col().release_card(kSupervisor, hit.reference));
  EXPECT_EQ(must(release_unseen(kSupervisor, hit)).state, CaseState::kCleared);
}

TEST_F(TwoActs, r39_nor_one_who_has_seen_another_card_than_it_is_now) {
  learn({{DataElement::kDateOfBirth, "1990-01-01"}, {DataElement::kFamilyName, "RIOS"}}, 1);
  const Question hit = world.ask(world.usa, world.col, 1);
  must(world.examine(world.col, hit.reference, Verdict::kConfirm, kTwoActsWhy));
  const auto opened = [&] { return must(col().release_card(kSupervisor, hit.reference)); };
  const auto refused = [&] { return release_unseen(kSupervisor, hit).error().message; };
  opened();
  learn({{DataElement::kNationality, "COL"}}, 3);
  EXPECT_EQ(refused(), policy::explain("card_not_seen")) << "one of our own, and one element more";
  EXPECT_EQ(opened().risks, std::vector<std::string>{"own_national"});
  must(
      col().protect(kOfficer, "bogota-1", {ProtectionClass::kAsylum, {"PER"}, "a trial: hidden from another country"}));
  EXPECT_EQ(refused(), policy::explain("card_not_seen")) << "one thing more to weigh";
  opened();
  learn({{DataElement::kFamilyName, "RIOS VEGA"}}, 4);
  EXPECT_EQ(refused(), policy::explain("card_not_seen")) << "the same elements, another name";
  opened();
  EXPECT_EQ(must(release_unseen(kSupervisor, hit)).state, CaseState::kCleared);
}

// ---- what leaves is what was shown

TEST_F(TwoActs, r39_what_would_be_another_by_the_time_the_partner_is_reached_does_not_leave_and_is_decided_anew) {
  learn({{DataElement::kDateOfBirth, "1990-01-01"}, {DataElement::kFamilyName, "RIOS"}}, 1);
  const Question hit = world.ask(world.usa, world.col, 1);
  must(world.examine(world.col, hit.reference, Verdict::kConfirm, kTwoActsWhy));
  const auto undone = [&](BiographicData learnt, std::uint32_t day) {
    world.line_down = true;
    EXPECT_EQ(must(release(kSupervisor, hit)).state, CaseState::kCleared);
    col().work();
    learn(std::move(learnt), day);
    world.line_down = false;
    const std::size_t said = world.seen.size();
    later();
    EXPECT_EQ(world.seen.size(), said) << "not a word";
    EXPECT_EQ(case_state(), CaseState::kConfirmed);
    EXPECT_EQ(must(col().alarms(kSupervisor, true)).at(0).kind, "release_undone");
    EXPECT_TRUE(release_unseen(kSupervisor, hit).error().message.starts_with(policy::explain("card_not_seen")));
  };
  undone({{DataElement::kFamilyName, "VEGA"}}, 3);
  undone({{DataElement::kDateOfBirth, "2015-01-01"}, {DataElement::kGivenNames, "ANA"}}, 4);
  world.start(world.col);
  EXPECT_EQ(world.count(world.col, "released"), 0);
  must(release(kSupervisor, hit));
  later();
  const Question released = world.state(world.usa, hit);
  ASSERT_EQ(released.state, QuestionState::kReleased);
  EXPECT_EQ(released.released.at(DataElement::kFamilyName), "VEGA");
}

TEST_F(TwoActs, nor_after_a_suspension_or_where_something_more_is_to_weigh) {
  const Question hit = confirmed_hit();
  must(col().suspend_agreement(kSupervisor, "test-1", kFacts));
  must(release(kSupervisor, hit));
  later();
  must(
      col().protect(kOfficer, "bogota-1", {ProtectionClass::kAsylum, {"PER"}, "a trial: hidden from another country"}));
  must(col().resume_agreement(kSupervisor, "test-1", kFacts));
  later();
  EXPECT_EQ(case_state(), CaseState::kConfirmed);
  EXPECT_EQ(world.state(world.usa, hit).state, QuestionState::kHit);
}

TEST_F(TwoActs, what_left_unacknowledged_is_followed_by_nothing_else) {
  const Question hit = confirmed_hit();
  must(release(kSupervisor, hit));
  world.lose_replies = true;
  later();
  const Json sent = newest("released");
  learn({{DataElement::kFamilyName, "VEGA"}}, 3);
  world.lose_replies = false;
  later();
  EXPECT_EQ(world.count(world.col, "released"), 1);
  EXPECT_EQ(newest("nothing_released")["sent_before"], sent["sha256"]);
  EXPECT_EQ(newest("nothing_released")["why"], Json::array({"card_not_seen"}));
  EXPECT_EQ(case_state(), CaseState::kCleared) << "it did leave";
  EXPECT_EQ(must(col().alarms(kSupervisor, true)).at(0).kind, "release_undone");
}

TEST_F(TwoActs, what_is_cleared_is_held_back_as_long_as_it_has_not_left) {
  const Question hit = confirmed_hit();
  world.line_down = true;
  must(release(kSupervisor, hit));
  later();
  EXPECT_EQ(hold_back(kExaminer, hit).error().code, Code::kDenied);
  const Caller another{"supervisor.two", Role::kSupervisor};
  EXPECT_EQ(must(hold_back(another, hit)).state, CaseState::kWithdrawn);
  world.line_down = false;
  later();
  EXPECT_EQ(world.state(world.usa, hit).state, QuestionState::kNotConfirmed);
  EXPECT_EQ(world.count(world.col, "released"), 0);
  EXPECT_EQ(hold_back(another, hit).error().code, Code::kConflict) << "it is over";
}

TEST_F(TwoActs, what_left_unacknowledged_does_not_leave_again_once_held_back_and_is_not_called_withdrawn) {
  const Question hit = confirmed_hit();
  must(release(kSupervisor, hit));
  world.lose_replies = true;
  later();
  world.line_down = true;
  EXPECT_EQ(must(hold_back(kSupervisor, hit)).state, CaseState::kCleared);
  EXPECT_EQ(newest("release_decided")["sent_before"], newest("released")["sha256"]);
  const std::size_t said = world.seen.size();
  world.line_down = world.lose_replies = false;
  later();
  EXPECT_GT(world.seen.size(), said) << "\"not confirmed\"";
  EXPECT_EQ(world.count(world.col, "release_acknowledged"), 0);
  EXPECT_EQ(case_state(), CaseState::kCleared);
}

// ---- by whatever id of the hand

TEST_F(TwoActs, the_card_says_what_is_known_under_other_ids_of_the_hand) {
  learn({{DataElement::kFamilyName, "RIOS"}}, 1);
  const Question hit = world.ask(world.usa, world.col, 1);
  must(world.examine(world.col, hit.reference, Verdict::kConfirm, kTwoActsWhy));
  EXPECT_EQ(must(col().release_card(kSupervisor, hit.reference)).risks, std::vector<std::string>{"age_unknown"});
  service::EnrolRequest second;
  second.person_id = "bogota-1b";
  second.enrol_if_known = true;
  second.guardian = "Marta Gil";
  second.samples = fingers_of(1, 3);
  second.biographic = {{DataElement::kDateOfBirth, "2012-05-01"}, {DataElement::kNationality, "COL"}};
  must(col().enrol(kOfficer, std::move(second)));
  EXPECT_EQ(release_unseen(kSupervisor, hit).error().message, policy::explain("card_not_seen"));
  const service::ReleaseCard card = must(col().release_card(kSupervisor, hit.reference));
  const std::vector<std::string> risks = {"under_18", "own_national"};
  EXPECT_EQ(card.risks, risks);
  EXPECT_EQ(card.same_hand, (std::map<std::string, std::vector<std::string>>{{"bogota-1b", risks}}));
  EXPECT_EQ(card.elements, std::vector<DataElement>{DataElement::kFamilyName}) << "of the case's own id alone";
}

// Or one person with the keys would be both: the examiner of any name there, then themselves with a token.
TEST_F(TwoActs, nobody_confirms_at_the_keys) {
  world.enrol(world.col, 1, "bogota-1");
  const Question hit = world.ask(world.usa, world.col, 1);
  look(world.col, hit.reference);
  const Caller at_the_keys = examiner(kExaminer.user.c_str(), true);
  EXPECT_EQ(col().decide_case(at_the_keys, hit.reference, Verdict::kConfirm, kTwoActsWhy).error().code, Code::kDenied);
  EXPECT_EQ(case_state(), CaseState::kOpen);
  EXPECT_TRUE(col().decide_case(at_the_keys, hit.reference, Verdict::kReject, "other ridges in each").ok())
      << "which lets nothing out";
}

TEST_F(TwoActs, the_second_person_may_hold_back_and_nothing_is_released) {
  const Question hit = confirmed_hit();
  EXPECT_EQ(must(col().decide_release(kSupervisor, hit.reference, ReleaseDecision::kHoldBack, kFacts)).state,
            CaseState::kWithdrawn);
  col().work();
  const Question ended = world.state(world.usa, hit);
  EXPECT_EQ(ended.state, QuestionState::kNotConfirmed) << "the partner learns no more than of a rejection";
  EXPECT_TRUE(ended.released.empty());
  EXPECT_EQ(world.count(world.col, "released"), 0);
  EXPECT_EQ(world.count(world.col, "nothing_released"), 1);
}

TEST_F(TwoActs, what_nobody_decides_in_time_is_withdrawn) {
  const Question hit = confirmed_hit();
  world.clock.advance_ms(6 * kDayMs);
  col().work();
  EXPECT_EQ(case_state(), CaseState::kConfirmed);
  world.clock.advance_ms(2 * kDayMs);
  col().work();
  EXPECT_EQ(case_state(), CaseState::kWithdrawn);
  EXPECT_EQ(release(kSupervisor, hit).error().code, Code::kConflict);
  later();
  EXPECT_EQ(world.state(world.usa, hit).state, QuestionState::kNotConfirmed);
}

TEST_F(TwoActs, who_is_hidden_or_erased_between_them_is_not_released_whatever_is_decided) {
  const Question hit = confirmed_hit();
  must(col().protect(kSupervisor, "bogota-1", {ProtectionClass::kAsylum, {"USA"}, "asylum claim, file 12"}));
  const service::ReleaseCard card = must(col().release_card(kSupervisor, hit.reference));
  EXPECT_EQ(card.against, std::vector<std::string>{"hidden_or_erased"});
  EXPECT_TRUE(card.elements.empty());
  EXPECT_EQ(must(release(kSupervisor, hit)).state, CaseState::kWithdrawn);
  EXPECT_EQ(must(col().release_card(kSupervisor, hit.reference)).against, card.against) << "and why is still said";
  col().work();
  EXPECT_EQ(world.state(world.usa, hit).state, QuestionState::kNotConfirmed);

  world.enrol(world.col, 2, "bogota-2");
  const Question other = world.ask(world.usa, world.col, 2);
  must(world.examine(world.col, other.reference, Verdict::kConfirm, kTwoActsWhy));
  must(col().erase_person(kSupervisor, "bogota-2", "naturalised, decree 12"));
  EXPECT_EQ(release(kSupervisor, other).error().code, Code::kConflict);
  later();
  EXPECT_EQ(world.state(world.usa, other).state, QuestionState::kNotConfirmed);
}

TEST_F(TwoActs, the_card_names_what_would_leave_and_what_to_weigh_and_is_logged_as_a_look) {
  service::EnrolRequest request;
  request.person_id = "bogota-1";
  request.biographic = biography_of(1);
  request.biographic[DataElement::kDateOfBirth] = "2012-05-01";
  request.biographic[DataElement::kNationality] = "COL";
  request.samples = fingers_of(1, 1);
  request.withheld_from = {"VEN"};
  request.protection_class = ProtectionClass::kAsylum;
  request.guardian = "Marta Gil";
  must(col().enrol(kOfficer, std::move(request)));
  const Question hit = world.ask(world.usa, world.col, 1);
  must(world.examine(world.col, hit.reference, Verdict::kConfirm, kTwoActsWhy));
  EXPECT_EQ(col().release_card(kExaminer, hit.reference).error().code, Code::kDenied);
  const std::ptrdiff_t looks = world.count(world.col, "case_viewed");
  const service::ReleaseCard card = must(col().release_card(kSupervisor, hit.reference));
  EXPECT_EQ(world.count(world.col, "case_viewed"), looks + 1);
  EXPECT_EQ(card.risks,
            (std::vector<std::string>{"under_18", "captured_as_child", "own_national", "protected_from_others"}));
  must(release(kSupervisor, hit));
  col().work();
  const Question released = world.state(world.usa, hit);
  EXPECT_EQ(card.elements.size(), released.released.size());
  for (const DataElement element : card.elements) EXPECT_TRUE(released.released.contains(element));
  EXPECT_EQ(card.retention_until_ms, released.retention_until_ms);
  EXPECT_TRUE(must(col().release_card(kSupervisor, hit.reference)).elements.empty()) << "nothing is left to decide";
}

TEST_F(TwoActs, who_reads_the_log_does_not_learn_of_which_question_a_second_act_was) {
  const Question hit = confirmed_hit();
  must(col().release_card(kSupervisor, hit.reference));
  const auto looks = must(col().log_entries(kAuditor, {.event = "case_viewed"}));
  EXPECT_TRUE(looks.lines.back().leaf["exchange"].is_null()) << "a rejected case has no such look";
  must(col().decide_release(kSupervisor, hit.reference, ReleaseDecision::kHoldBack, kFacts));
  const auto page = must(col().log_entries(kAuditor, {.event = "release_decided"}));
  ASSERT_EQ(page.lines.size(), 1u);
  for (const char* key : {"exchange", "agreement", "purpose", "reasons"})
    EXPECT_TRUE(page.lines[0].leaf[key].is_null()) << key;
  EXPECT_EQ(*page.lines[0].details["decision"].as_string(), "hold_back");
  EXPECT_EQ(*page.lines[0].details["facts"].as_string(), kFacts);
}

// A node of before had one act: what it had confirmed and not yet told waits for the second now.
TEST_F(TwoActs, what_an_older_program_confirmed_waits_too) {
  const Question hit = of_an_older_program("verdict", {});
  EXPECT_EQ(col().health().outbox, 0u);
  later();
  EXPECT_EQ(world.state(world.usa, hit).state, QuestionState::kHit);
  EXPECT_EQ(case_state(), CaseState::kConfirmed);
  must(release(kSupervisor, hit));
  later();
  EXPECT_EQ(world.state(world.usa, hit).state, QuestionState::kReleased);
}

TEST_F(TwoActs, also_what_waited_for_a_suspension_to_end_and_what_had_left_before_is_not_forgotten) {
  const std::string digest(64, 'a');
  const Question hit =
      of_an_older_program("verdict", Json::object({{"released", digest}, {"held", "agreement_suspended"}}));
  EXPECT_EQ(case_state(), CaseState::kConfirmed);
  EXPECT_EQ(*newest("release_decided")["sent_before"].as_string(), digest);
  must(release(kSupervisor, hit));
}

TEST_F(TwoActs, what_an_older_program_had_refused_is_released_by_no_second_act) {
  const Question hit = refused_by_an_older_program("refused_verdict", {});
  later();
  EXPECT_EQ(world.state(world.usa, hit).state, QuestionState::kNotConfirmed);
  EXPECT_EQ(*newest("nothing_released")["why"].as_array()->at(0).as_string(), "refused_at_the_verdict");
}

TEST_F(TwoActs, nor_is_what_it_had_held_back_and_that_is_not_said_again) {
  const Question hit =
      refused_by_an_older_program("verdict", Json::object({{"released", ""}, {"held", "hidden_or_erased"}}));
  later();
  EXPECT_EQ(world.state(world.usa, hit).state, QuestionState::kNotConfirmed);
  EXPECT_EQ(world.count(world.col, "nothing_released"), 0) << "its log has it since then";
}

TEST_F(TwoActs, nor_is_what_nobody_can_read_and_the_node_starts) {
  const Question hit = refused_by_an_older_program("verdict", Json::object({{"what", "no program wrote"}}));
  later();
  EXPECT_EQ(world.state(world.usa, hit).state, QuestionState::kHit);
}

}  // namespace
}  // namespace puente::flow
