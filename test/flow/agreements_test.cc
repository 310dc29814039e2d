// The law as a node's state: what two agreements say beside each other, and what a supervisor's step changes at once.
#include "core/limits.h"
#include "flow/damage.h"

namespace puente::flow {
namespace {

constexpr const char* kAgreementsWhy = "order 12 of the ministry";

class Agreements : public ::testing::Test {
 protected:
  World world;
  service::Node& usa() { return *world.usa.node; }
  service::Node& col() { return *world.col.node; }

  void accept_at_both(const std::string& document) {
    must(usa().accept_agreement(kSupervisor, document, kAgreementsWhy));
    must(col().accept_agreement(kSupervisor, document, kAgreementsWhy));
  }
  std::string trafficking(const std::string& id, const std::string& replaces = "") {
    return world.agreement(id, world.usa, world.col, Json::array({World::clause("trafficking_investigation")}),
                           replaces);
  }
  void work_after(std::int64_t ms) {
    world.clock.advance_ms(ms);
    usa().work();
    col().work();
    col().work();  // what was held goes on, and then out
  }
  void confirm(const Question& hit) {
    must(world.decide(world.col, hit.reference, Verdict::kConfirm, "same ridge flow and minutiae"));
  }
  AgreementState state_at(service::Node& node, const std::string& id) {
    for (const AcceptedAgreement& each : must(node.agreements(kSupervisor)))
      if (each.id == id) return each.state;
    ADD_FAILURE() << "no agreement " << id;
    return {};
  }
};

TEST_F(Agreements, two_between_the_same_countries_answer_each_for_its_purpose) {
  accept_at_both(trafficking("test-2"));
  world.enrol(world.col, 1, "bogota-1");
  const Question border = world.ask(world.usa, world.col, 1);
  EXPECT_EQ(border.state, QuestionState::kHit);
  EXPECT_EQ(border.agreement_id, "test-1");
  const Question asked = must(world.try_ask(world.usa, world.col, 1, Purpose::kTraffickingInvestigation));
  usa().work();
  EXPECT_EQ(world.state(world.usa, asked).state, QuestionState::kHit);
  EXPECT_EQ(asked.agreement_id, "test-2");
}

TEST_F(Agreements, the_list_says_which_of_them_a_question_goes_by_now) {
  world.clock.advance_ms(kDayMs);
  accept_at_both(
      world.agreement("test-2", world.usa, world.col, Json::array({World::clause("border_identification")})));
  accept_at_both(trafficking("test-3"));
  must(usa().suspend_agreement(kSupervisor, "test-3", "order 12 of the ministry"));
  const auto said = [&] {
    std::string out;
    for (const service::AgreementView& each : must(usa().agreements(kSupervisor)))
      out += each.id + " " + each.standing + " " + std::to_string(each.used_for.size()) + "; ";
    return out;
  };
  EXPECT_EQ(said(), "test-1 in_force 0; test-2 in_force 1; test-3 suspended 0; ") << "both in force: the newer is used";
  world.clock.advance_ms(101 * kDayMs);
  EXPECT_EQ(said(), "test-1 ended 0; test-2 ended 0; test-3 suspended 0; ");
}

TEST_F(Agreements, a_newer_one_takes_the_questions_and_leaves_the_older_one_its_cases) {
  world.enrol(world.col, 1, "bogota-1");
  const Question old_case = world.ask(world.usa, world.col, 1);
  accept_at_both(
      world.agreement("test-2", world.usa, world.col, Json::array({World::clause("border_identification")}), "test-1"));
  const Question fresh = world.ask(world.usa, world.col, 1);
  EXPECT_EQ(fresh.agreement_id, "test-2");
  EXPECT_EQ(fresh.state, QuestionState::kHit);
  confirm(old_case);
  work_after(0);
  EXPECT_EQ(world.state(world.usa, old_case).state, QuestionState::kReleased);
}

TEST_F(Agreements, a_purpose_that_the_newer_one_dropped_is_asked_no_more) {
  accept_at_both(trafficking("test-2", "test-1"));
  const auto asked = world.try_ask(world.usa, world.col, 1);
  ASSERT_FALSE(asked.ok());
  EXPECT_EQ(asked.error().code, Code::kDenied);
}

TEST_F(Agreements, r32_under_a_suspended_one_nothing_is_asked_and_a_queued_question_waits) {
  world.enrol(world.col, 1, "bogota-1");
  const Question queued = must(world.try_ask(world.usa, world.col, 1));
  must(usa().suspend_agreement(kSupervisor, "test-1", kAgreementsWhy));
  work_after(0);
  EXPECT_TRUE(world.seen.empty());
  const auto refused = world.try_ask(world.usa, world.col, 1);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message.find("suspended"), std::string::npos) << refused.error().message;
  world.start(world.usa);  // a restart is no pardon
  work_after(limits::kOutboxBackoffMsMax);
  EXPECT_TRUE(world.seen.empty());
  EXPECT_EQ(world.state(world.usa, queued).state, QuestionState::kQueued);

  must(usa().resume_agreement(kSupervisor, "test-1", kAgreementsWhy));
  work_after(limits::kOutboxBackoffMsMax);
  EXPECT_EQ(world.state(world.usa, queued).state, QuestionState::kHit);
}

TEST_F(Agreements, where_the_partner_suspended_it_the_refusal_says_so) {
  world.enrol(world.col, 1, "bogota-1");
  must(col().suspend_agreement(kSupervisor, "test-1", kAgreementsWhy));
  const Question refused = world.ask(world.usa, world.col, 1);
  EXPECT_EQ(refused.state, QuestionState::kRefused);
  EXPECT_EQ(refused.reasons, std::vector<std::string>{"agreement_suspended"});
  EXPECT_TRUE(must(col().cases(kExaminer)).cases.empty());
  must(col().resume_agreement(kSupervisor, "test-1", kAgreementsWhy));
  EXPECT_EQ(world.ask(world.usa, world.col, 1).state, QuestionState::kHit);
}

TEST_F(Agreements, a_verdict_before_the_suspension_is_released_after_it) {
  world.enrol(world.col, 1, "bogota-1");
  const Question hit = world.ask(world.usa, world.col, 1);
  confirm(hit);
  must(col().suspend_agreement(kSupervisor, "test-1", kAgreementsWhy));
  work_after(0);
  EXPECT_EQ(world.state(world.usa, hit).state, QuestionState::kHit);
  must(col().resume_agreement(kSupervisor, "test-1", kAgreementsWhy));
  work_after(limits::kOutboxBackoffMsMax);
  EXPECT_EQ(world.state(world.usa, hit).state, QuestionState::kReleased);
  EXPECT_EQ(world.count(world.col, "released"), 1);
}

TEST_F(Agreements, a_verdict_during_the_suspension_is_released_after_it_and_not_without_an_entry) {
  world.enrol(world.col, 1, "bogota-1");
  const Question hit = world.ask(world.usa, world.col, 1);
  must(col().suspend_agreement(kSupervisor, "test-1", kAgreementsWhy));
  confirm(hit);
  work_after(limits::kOutboxBackoffMsMax);
  EXPECT_EQ(world.state(world.usa, hit).state, QuestionState::kHit);
  EXPECT_EQ(world.count(world.col, "released"), 0);
  must(col().resume_agreement(kSupervisor, "test-1", kAgreementsWhy));
  work_after(limits::kOutboxBackoffMsMax);
  EXPECT_EQ(world.state(world.usa, hit).state, QuestionState::kReleased);
  EXPECT_EQ(world.count(world.col, "released"), 1);
  EXPECT_EQ(world.count(world.col, "release_refused"), 0);
}

TEST_F(Agreements, r32_under_a_terminated_one_nothing_happens_ever_again) {
  world.enrol(world.col, 1, "bogota-1");
  const Question hit = world.ask(world.usa, world.col, 1);
  confirm(hit);
  const Question queued = must(world.try_ask(world.usa, world.col, 1));
  must(col().terminate_agreement(kSupervisor, "test-1", kAgreementsWhy));
  const std::size_t said = world.seen.size();
  for (int restarts = 0; restarts < 2; ++restarts) {
    EXPECT_EQ(col().resume_agreement(kSupervisor, "test-1", kAgreementsWhy).error().code, Code::kConflict);
    EXPECT_EQ(col().accept_agreement(kSupervisor, world.agreement_text, kAgreementsWhy).error().code,
              Code::kAlreadyExists);
    EXPECT_EQ(world.try_ask(world.col, world.usa, 1).error().code, Code::kDenied);
    work_after(limits::kOutboxBackoffMsMax);
    EXPECT_EQ(world.state(world.usa, queued).state, QuestionState::kQueued);  // not opened by the other side any more
    EXPECT_EQ(world.state(world.usa, hit).state, QuestionState::kHit);
    EXPECT_EQ(state_at(col(), "test-1"), AgreementState::kTerminated);
    world.start(world.col);
  }
  EXPECT_EQ(must(col().cases(kExaminer)).cases.at(0).state, CaseState::kWithdrawn);
  EXPECT_EQ(col().health().outbox, 0u);
  for (std::size_t each = said; each < world.seen.size(); ++each) EXPECT_EQ(world.seen[each].first, "COL");
}

TEST_F(Agreements, r32_with_its_end_what_is_held_of_the_partner_is_erased_and_each_erasure_is_an_entry) {
  accept_at_both(trafficking("test-2"));
  world.enrol(world.col, 1, "bogota-1");
  const Question released = world.ask(world.usa, world.col, 1), waiting = world.ask(world.usa, world.col, 1);
  const Question other = must(world.try_ask(world.usa, world.col, 1, Purpose::kTraffickingInvestigation));
  usa().work();
  for (const Question& each : {released, world.state(world.usa, other)}) confirm(each);
  work_after(0);
  ASSERT_FALSE(world.state(world.usa, released).released.empty());
  for (service::Node* node : {&usa(), &col()}) must(node->terminate_agreement(kSupervisor, "test-1", kAgreementsWhy));
  EXPECT_TRUE(world.state(world.usa, released).released.empty()) << "at once, whether or not the sweep has come by";
  work_after(kMinuteMs);
  EXPECT_EQ(world.count(world.usa, "released_data_erased"), 1);
  EXPECT_EQ(world.count(world.col, "probe_destroyed"), 3) << "two with their verdicts, one with the agreement";
  EXPECT_EQ(must(col().case_facts(kExaminer, waiting.reference)).state, CaseState::kExpired);
  EXPECT_FALSE(world.state(world.usa, other).released.empty()) << "what came under another agreement stays";
}

TEST_F(Agreements, with_its_end_what_is_queued_ends_with_its_fingers_and_a_confirmed_case_is_withdrawn) {
  world.enrol(world.col, 1, "bogota-1");
  const Question confirmed = world.ask(world.usa, world.col, 1);
  must(world.examine(world.col, confirmed.reference, Verdict::kConfirm, "same ridge flow and minutiae"));
  const Question queued = must(world.try_ask(world.usa, world.col, 1));
  for (service::Node* node : {&usa(), &col()}) must(node->terminate_agreement(kSupervisor, "test-1", kAgreementsWhy));
  work_after(kMinuteMs);
  EXPECT_EQ(world.state(world.usa, queued).state, QuestionState::kExpired);
  EXPECT_EQ(usa().health().outbox, 0u) << "the fingers were in it";
  EXPECT_EQ(must(col().case_facts(kExaminer, confirmed.reference)).state, CaseState::kWithdrawn);
  EXPECT_EQ(world.count(world.col, "released"), 0);
}

TEST_F(Agreements, where_a_newer_one_took_its_place_nothing_ends_but_the_text_until_that_one_is_terminated_too) {
  world.enrol(world.col, 1, "bogota-1");
  const Question released = world.ask(world.usa, world.col, 1), waiting = world.ask(world.usa, world.col, 1);
  confirm(released);
  work_after(0);
  ASSERT_FALSE(world.state(world.usa, released).released.empty());
  accept_at_both(
      world.agreement("test-2", world.usa, world.col, Json::array({World::clause("border_identification")}), "test-1"));
  accept_at_both(
      world.agreement("test-3", world.usa, world.col, Json::array({World::clause("border_identification")}), "test-2"));
  for (const char* older : {"test-2", "test-1"}) {
    for (service::Node* node : {&usa(), &col()}) must(node->terminate_agreement(kSupervisor, older, kAgreementsWhy));
    work_after(kMinuteMs);
    EXPECT_FALSE(world.state(world.usa, released).released.empty()) << older;
    EXPECT_EQ(must(col().case_facts(kExaminer, waiting.reference)).state, CaseState::kOpen) << older;
    const auto said = must(usa().log_entries(kAuditor, {.event = "agreement_terminated"})).lines.back().details;
    EXPECT_EQ(said["lives_on_by"], Json("test-3")) << canonical(said);
  }
  for (service::Node* node : {&usa(), &col()}) must(node->terminate_agreement(kSupervisor, "test-3", kAgreementsWhy));
  EXPECT_TRUE(world.state(world.usa, released).released.empty()) << "it lived by that one";
  work_after(kMinuteMs);
  EXPECT_EQ(world.count(world.usa, "released_data_erased"), 1);
  EXPECT_EQ(must(col().case_facts(kExaminer, waiting.reference)).state, CaseState::kExpired);
}

TEST_F(Agreements, of_two_that_took_its_place_each_keeps_it_alive) {
  world.enrol(world.col, 1, "bogota-1");
  const Question released = world.ask(world.usa, world.col, 1);
  confirm(released);
  work_after(0);
  for (const char* id : {"test-2", "test-3"})
    accept_at_both(
        world.agreement(id, world.usa, world.col, Json::array({World::clause("border_identification")}), "test-1"));
  for (const char* each : {"test-1", "test-2"}) {
    must(usa().terminate_agreement(kSupervisor, each, kAgreementsWhy));
    EXPECT_FALSE(world.state(world.usa, released).released.empty()) << each;
  }
  must(usa().suspend_agreement(kSupervisor, "test-3", kAgreementsWhy));
  EXPECT_FALSE(world.state(world.usa, released).released.empty());
  must(usa().terminate_agreement(kSupervisor, "test-3", kAgreementsWhy));
  EXPECT_TRUE(world.state(world.usa, released).released.empty());
}

TEST_F(Agreements, what_outlived_the_agreements_it_was_given_under_ends_with_no_other) {
  world.enrol(world.col, 1, "bogota-1");
  const Question released = world.ask(world.usa, world.col, 1);
  confirm(released);
  work_after(0);
  accept_at_both(
      world.agreement("test-2", world.usa, world.col, Json::array({World::clause("border_identification")}), "test-1"));
  must(usa().terminate_agreement(kSupervisor, "test-1", kAgreementsWhy));
  accept_at_both(
      world.agreement("beside", world.usa, world.col, Json::array({World::clause("missing_person_search")})));
  must(usa().suspend_agreement(kSupervisor, "test-2", kAgreementsWhy));
  must(usa().terminate_agreement(kSupervisor, "beside", kAgreementsWhy));
  EXPECT_FALSE(world.state(world.usa, released).released.empty());
}

TEST_F(Agreements, a_newer_one_that_is_suspended_keeps_nothing_alive) {
  world.enrol(world.col, 1, "bogota-1");
  const Question released = world.ask(world.usa, world.col, 1);
  confirm(released);
  work_after(0);
  accept_at_both(
      world.agreement("test-2", world.usa, world.col, Json::array({World::clause("border_identification")}), "test-1"));
  must(usa().suspend_agreement(kSupervisor, "test-2", kAgreementsWhy));
  must(usa().terminate_agreement(kSupervisor, "test-1", kAgreementsWhy));
  EXPECT_TRUE(world.state(world.usa, released).released.empty());
}

TEST_F(Agreements, one_damaged_record_keeps_no_agreement_from_ending_and_is_said) {
  world.enrol(world.col, 1, "bogota-1");
  const Question damaged = world.ask(world.usa, world.col, 1), whole = world.ask(world.usa, world.col, 1);
  for (const Question* each : {&damaged, &whole}) confirm(*each);
  const Question open = world.ask(world.usa, world.col, 1);
  work_after(0);
  ASSERT_FALSE(world.state(world.usa, whole).released.empty());
  damage(world.usa, "UPDATE question SET sealed_body = x'00' WHERE exchange_id = '" + damaged.exchange_id + "'");
  damage(world.col, "UPDATE \"case\" SET sealed_body = x'00' WHERE case_id = '" + open.reference + "'");
  EXPECT_TRUE(usa().health().attention.empty());
  for (service::Node* node : {&usa(), &col()}) {
    must(node->terminate_agreement(kSupervisor, "test-1", kAgreementsWhy));
    EXPECT_EQ(node->health().attention, std::vector<std::string>{"records_unreadable"});
    const auto said = must(node->log_entries(kAuditor, {.event = "agreement_terminated"})).lines.back().details;
    EXPECT_EQ(said["not_readable"], Json(1)) << canonical(said);
  }
  EXPECT_TRUE(world.state(world.usa, whole).released.empty());
}

TEST_F(Agreements, each_step_is_a_supervisors_with_reasons_and_an_entry) {
  const std::string document = trafficking("test-2");
  const auto steps = [&](const Caller& who, const std::string& why) {
    return std::vector<Result<service::Receipt>>{
        usa().accept_agreement(who, document, why), usa().suspend_agreement(who, "test-2", why),
        usa().resume_agreement(who, "test-2", why), usa().terminate_agreement(who, "test-2", why)};
  };
  const std::size_t before = world.events(world.usa).size();
  for (const Role role : {Role::kOfficer, Role::kExaminer, Role::kAuditor})
    for (const auto& done : steps({"somebody", role}, kAgreementsWhy)) EXPECT_EQ(done.error().code, Code::kDenied);
  EXPECT_EQ(usa().accept_agreement(kSupervisor, document, "too short").error().code, Code::kInvalidInput);
  EXPECT_EQ(usa().suspend_agreement(kSupervisor, "test-1", "too short").error().code, Code::kInvalidInput);
  EXPECT_EQ(usa().terminate_agreement(kSupervisor, "test-1", "  .       .  ").error().code, Code::kInvalidInput);
  EXPECT_EQ(usa().suspend_agreement(kSupervisor, "test-9", kAgreementsWhy).error().code, Code::kNotFound);
  EXPECT_EQ(world.events(world.usa).size(), before + 4) << "of whom the role forbids it, once an action and minute";

  for (const auto& done : steps(kSupervisor, kAgreementsWhy)) must(done);
  const auto all = world.events(world.usa);
  EXPECT_EQ(std::vector<std::string>(all.end() - 4, all.end()),
            (std::vector<std::string>{"agreement_accepted", "agreement_suspended", "agreement_resumed",
                                      "agreement_terminated"}));
  EXPECT_TRUE(world.verify_log(world.usa).ok);
  EXPECT_TRUE(must(usa().agreements({"auditor.one", Role::kAuditor})).size() == 2);
  EXPECT_EQ(usa().agreements(kExaminer).error().code, Code::kDenied);
}

TEST_F(Agreements, a_text_that_has_ended_is_not_taken) {
  const std::string document = trafficking("test-2");
  world.clock.advance_ms(4000 * kDayMs);
  const auto taken = usa().accept_agreement(kSupervisor, document, kAgreementsWhy);
  ASSERT_FALSE(taken.ok());
  EXPECT_EQ(taken.error().code, Code::kInvalidInput);
  EXPECT_NE(taken.error().message.find("ended on"), std::string::npos);
}

TEST_F(Agreements, what_lies_in_the_data_directory_is_taken_into_force_once) {
  EXPECT_EQ(state_at(usa(), "test-1"), AgreementState::kAccepted);
  EXPECT_EQ(world.count(world.usa, "agreement_accepted"), 1);
  must(usa().terminate_agreement(kSupervisor, "test-1", kAgreementsWhy));
  world.start(world.usa);  // it still lies there
  EXPECT_EQ(state_at(usa(), "test-1"), AgreementState::kTerminated);
  EXPECT_EQ(world.count(world.usa, "agreement_accepted"), 1);
}

class RecordingGate final : public PartnerGate {
 public:
  void admit(const std::vector<std::pair<std::string, Digest>>& certificates) override {
    admitted.clear();
    for (const auto& each : certificates) admitted.push_back(each.first);
  }
  std::vector<std::string> admitted{"nobody was told"};
};

TEST_F(Agreements, the_gate_follows_which_certificates_may_connect) {
  Country third;  // keys alone: it is never called
  third.name = "VEN";
  third.signing = SigningKey::generate(world.random);
  third.sealing = SealingKey::generate(world.random);
  RecordingGate gate;
  using Countries = std::vector<std::string>;
  world.gate = &gate;
  world.start(world.usa);
  EXPECT_EQ(gate.admitted, Countries{"COL"});
  Json clause = World::clause("border_identification");
  clause.set("may_ask", Json::array({"USA", "VEN"}));
  must(usa().accept_agreement(kSupervisor, world.agreement("test-3", world.usa, third, Json::array({clause})),
                              kAgreementsWhy));
  EXPECT_EQ(gate.admitted, (Countries{"COL", "VEN"}));
  must(usa().suspend_agreement(kSupervisor, "test-1", kAgreementsWhy));
  EXPECT_EQ(gate.admitted, (Countries{"COL", "VEN"}));  // to be told that it is suspended
  EXPECT_TRUE(world.try_ask(world.usa, third, 1).ok()) << "the other partner's agreement stands";
  must(usa().terminate_agreement(kSupervisor, "test-1", kAgreementsWhy));
  EXPECT_EQ(gate.admitted, Countries{"VEN"});
  world.start(world.usa);
  EXPECT_EQ(gate.admitted, Countries{"VEN"});
  world.usa.node.reset();
}

TEST_F(Agreements, who_has_no_agreement_any_more_may_connect_until_nothing_is_owed) {
  using Countries = std::vector<std::string>;
  RecordingGate at_usa, at_col;
  world.gate = &at_usa;
  world.start(world.usa);
  world.gate = &at_col;
  world.start(world.col);
  const auto a_day_passes = [this] {
    world.clock.advance_ms(kDayMs);
    for (int i = 0; i < 2; ++i) {  // what one says the other hears
      usa().work();
      col().work();
    }
  };
  world.clock.advance_ms(98 * kDayMs);  // of the hundred that are left to it
  world.enrol(world.col, 1, "bogota-1");
  const Question asked = world.ask(world.usa, world.col, 1);
  ASSERT_EQ(asked.state, QuestionState::kHit);
  a_day_passes();
  a_day_passes();
  EXPECT_EQ(state_at(usa(), "test-1"), AgreementState::kAccepted);
  EXPECT_FALSE(world.try_ask(world.usa, world.col, 5).ok()) << "it is over";
  EXPECT_EQ(at_usa.admitted, Countries{"COL"}) << "who is to tell what became of the hit";
  EXPECT_EQ(at_col.admitted, Countries{"USA"}) << "who is to be told";
  world.gate = &at_usa;
  world.start(world.usa);
  EXPECT_EQ(at_usa.admitted, Countries{"COL"}) << "after a restart as well";
  must(world.decide(world.col, asked.reference, Verdict::kReject, "other ridge flow altogether"));
  world.line_down = true;
  a_day_passes();
  EXPECT_EQ(at_col.admitted, Countries{"USA"}) << "it has not been told yet";
  world.line_down = false;
  a_day_passes();
  EXPECT_EQ(world.state(world.usa, asked).state, QuestionState::kNotConfirmed);
  a_day_passes();
  EXPECT_EQ(at_usa.admitted, Countries{});
  EXPECT_EQ(at_col.admitted, Countries{});
  world.usa.node.reset();
  world.col.node.reset();
}

}  // namespace
}  // namespace puente::flow
