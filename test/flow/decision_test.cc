// A person decides, knowing what speaks against it: a record that contradicts itself, a question about two people, a
// child; and what a partner says and does not say, whoever is hidden meanwhile.
#include <sqlite3.h>

#include "exchange/exchange.h"
#include "flow/world.h"

namespace puente::flow {
namespace {

constexpr const char* kSeen = "same ridge flow and minutiae";

class Decision : public ::testing::Test {
 protected:
  World world;
  service::Node& col() { return *world.col.node; }

  static std::vector<Sample> without_positions(std::vector<Sample> samples) {
    for (Sample& each : samples) each.position = FingerCapture::kUnknown;
    return samples;
  }
  void enrol(const std::string& id, std::vector<Sample> samples, const char* born = nullptr) {
    service::EnrolRequest request;
    request.person_id = id;
    request.samples = std::move(samples);
    request.enrol_if_known = true;
    request.guardian = "Marta Gil";
    if (born != nullptr) request.biographic[DataElement::kDateOfBirth] = born;
    EXPECT_TRUE(must(col().enrol(kOfficer, std::move(request))).enrolled);
  }
  void overrule(const std::string& id, std::vector<Sample> samples) {
    service::EnrolRequest request;
    request.person_id = id;
    request.samples = std::move(samples);
    request.overrule = "the earlier prints were taken from the wrong person";
    EXPECT_TRUE(must(col().enrol(kSupervisor, std::move(request))).enrolled);
  }
  Question ask_with(std::vector<Sample> samples, Purpose purpose = Purpose::kBorderIdentification) {
    service::AskRequest request;
    request.partner = "COL";
    request.purpose = purpose;
    request.case_reference = "FILE-2026-17";
    request.grounds.legal_basis = "a test";
    request.samples = std::move(samples);
    const Question question = must(world.usa.node->ask(kOfficer, std::move(request)));
    world.usa.node->work();
    return world.state(world.usa, question);
  }
  std::set<Doubt> doubts_of(const Question& hit) {
    mark_probe(world.col, hit.reference);  // they are of the candidate
    return must(col().case_facts(kExaminer, hit.reference)).doubts;
  }
  void look_at_pictures_alone(const Question& hit) {
    mark_probe(world.col, hit.reference);
    for (std::size_t pair = 0; pair < 2; ++pair)
      must(col().case_picture(kExaminer, hit.reference, pair, service::PictureKind::kClean));
  }
  Result<service::ShownCase> decide(const Question& hit, Verdict verdict) {
    return col().decide_case(kExaminer, hit.reference, verdict, kSeen);
  }
  void agree_on_crime() {
    const std::string text = world.agreement(
        "test-2", world.usa, world.col,
        Json::array({World::clause("border_identification"), World::clause("serious_crime_investigation")}));
    for (Country* each : {&world.usa, &world.col})
      must(each->node->accept_agreement(kSupervisor, text, "order 12 of the ministry"));
  }
};

// ---- what speaks against a hit

TEST_F(Decision, who_decides_is_shown_that_another_capture_of_the_person_has_other_fingers) {
  world.enrol(world.col, 1, "bogota-1");
  overrule("bogota-1", fingers_of(2, 1));
  for (const std::uint32_t person : {1u, 2u}) {
    const Question hit = ask_with(fingers_of(person, 2));
    ASSERT_EQ(hit.state, QuestionState::kHit);
    EXPECT_EQ(doubts_of(hit), std::set<Doubt>{Doubt::kRecordDiffers});
    look_at_pictures_alone(hit);
    EXPECT_EQ(decide(hit, Verdict::kConfirm).error().code, Code::kDenied) << "nobody has shown it";
    EXPECT_EQ(must(col().view_case(kExaminer, hit.reference)).the_case.doubts, std::set<Doubt>{Doubt::kRecordDiffers});
    EXPECT_EQ(must(decide(hit, Verdict::kConfirm)).state, CaseState::kConfirmed);
    const auto release = [&] {
      return col().decide_release(kSupervisor, hit.reference, ReleaseDecision::kRelease, kFacts, kOffence);
    };
    EXPECT_EQ(release().error().code, Code::kDenied) << "nor the second person";
    EXPECT_EQ(must(col().release_card(kSupervisor, hit.reference)).the_case.doubts,
              std::set<Doubt>{Doubt::kRecordDiffers});
    EXPECT_EQ(must(release()).state, CaseState::kCleared);
    const auto logged = must(col().log_entries(kAuditor, {.event = "case_decided"})).lines.back().details;
    EXPECT_EQ(*(*logged["doubts"].as_array())[0].as_string(), "record_differs");
  }
}

TEST_F(Decision, also_when_it_was_overruled_after_the_look) {
  world.enrol(world.col, 1, "bogota-1");
  const Question hit = ask_with(fingers_of(1, 2));
  look(world.col, hit.reference);
  overrule("bogota-1", fingers_of(2, 1));
  EXPECT_EQ(decide(hit, Verdict::kConfirm).error().code, Code::kDenied);
  must(col().view_case(kExaminer, hit.reference));
  EXPECT_TRUE(decide(hit, Verdict::kConfirm).ok());
}

TEST_F(Decision, or_after_the_verdict) {
  world.enrol(world.col, 1, "bogota-1");
  const Question hit = ask_with(fingers_of(1, 2));
  must(world.examine(world.col, hit.reference, Verdict::kConfirm, kSeen));
  must(col().release_card(kSupervisor, hit.reference));
  overrule("bogota-1", fingers_of(2, 1));
  const auto decided = [&](ReleaseDecision decision) {
    return col().decide_release(kSupervisor, hit.reference, decision, kFacts, kOffence);
  };
  EXPECT_EQ(decided(ReleaseDecision::kRelease).error().code, Code::kDenied);
  EXPECT_TRUE(decided(ReleaseDecision::kHoldBack).ok()) << "to hold back takes no look";
}

// The encounter that was found goes by its date, others of the person stay.
TEST_F(Decision, nor_does_a_case_stand_still_whose_encounter_is_erased) {
  for (const bool confirmed : {false, true}) {
    World two;
    service::Node& node = *two.col.node;
    const auto bring = [&](std::uint32_t day, std::int64_t retention_days) {
      service::EnrolRequest request;
      request.person_id = "bogota-1";
      request.samples = fingers_of(1, day);
      request.retention_days = retention_days;
      must(node.enrol(kOfficer, std::move(request)));
    };
    bring(1, 2);
    const Question hit = two.ask(two.usa, two.col, 1);
    bring(3, 0);
    bring(4, 0);
    if (confirmed) must(two.examine(two.col, hit.reference, Verdict::kConfirm, kSeen));
    two.clock.advance_ms(3 * kDayMs);
    node.work();
    ASSERT_EQ(two.count(two.col, "erased"), 1);
    if (confirmed) {
      EXPECT_EQ(must(node.release_card(kSupervisor, hit.reference)).against,
                std::vector<std::string>{"hidden_or_erased"});
      EXPECT_EQ(must(node.decide_release(kSupervisor, hit.reference, ReleaseDecision::kHoldBack, kFacts)).state,
                CaseState::kWithdrawn);
    } else {
      EXPECT_EQ(must(two.examine(two.col, hit.reference, Verdict::kReject, kSeen)).state, CaseState::kRejected);
    }
  }
}

TEST_F(Decision, an_honest_second_capture_is_no_doubt) {
  world.enrol(world.col, 1, "bogota-1");
  enrol("bogota-1", fingers_of(1, 3));
  const Question hit = ask_with(fingers_of(1, 2));
  EXPECT_TRUE(doubts_of(hit).empty());
  look_at_pictures_alone(hit);
  EXPECT_TRUE(decide(hit, Verdict::kConfirm).ok());
}

TEST_F(Decision, story_12_the_fingers_of_two_people_in_one_question_are_confirmed_as_nobodys) {
  world.enrol(world.col, 1, "bogota-1");
  world.enrol(world.col, 2, "bogota-2");
  const std::vector<Sample> mixed = {fingers_of(1, 2)[0], fingers_of(2, 2)[1]};
  for (const auto& samples : {mixed, without_positions(mixed)}) {
    const Question hit = ask_with(samples);
    ASSERT_EQ(hit.state, QuestionState::kHit) << "which of our people are known it does not say";
    EXPECT_EQ(doubts_of(hit), std::set<Doubt>{Doubt::kSeveralPeople});
    EXPECT_EQ(world.decide(world.col, hit.reference, Verdict::kConfirm, kSeen).error().code, Code::kDenied);
    EXPECT_EQ(must(world.decide(world.col, hit.reference, Verdict::kInconclusive, kSeen)).state,
              CaseState::kInconclusive);
    col().work();
    EXPECT_EQ(world.state(world.usa, hit).state, QuestionState::kNotConfirmed);
    EXPECT_TRUE(world.state(world.usa, hit).released.empty());
  }
}

TEST_F(Decision, one_person_known_by_two_ids_is_not_two_people) {
  enrol("right", {fingers_of(1, 1)[0]});
  enrol("left", {fingers_of(1, 1)[1]});
  enrol("both", fingers_of(1, 3));
  const Question hit = ask_with(fingers_of(1, 2));
  EXPECT_TRUE(doubts_of(hit).empty());
  EXPECT_TRUE(world.decide(world.col, hit.reference, Verdict::kConfirm, kSeen).ok());
}

// ---- a child under fourteen

TEST_F(Decision, r10_a_child_under_fourteen_is_no_hit_where_it_is_about_a_crime) {
  agree_on_crime();
  enrol("bogota-1", fingers_of(1, 1), "2014-05-01");
  enrol("bogota-2", fingers_of(2, 1), "1990-05-01");
  EXPECT_EQ(ask_with(fingers_of(1, 2)).state, QuestionState::kHit);
  EXPECT_EQ(ask_with(fingers_of(1, 2), Purpose::kSeriousCrimeInvestigation).state, QuestionState::kNoHit);
  EXPECT_FALSE(
      must(col().log_entries(kAuditor, {.event = "answered_no_hit"})).lines.back().details["under_fourteen"].is_null());
  EXPECT_EQ(ask_with(fingers_of(2, 2), Purpose::kSeriousCrimeInvestigation).state, QuestionState::kHit);
}

TEST_F(Decision, and_nothing_is_released_where_that_is_learnt_after_the_hit) {
  agree_on_crime();
  enrol("bogota-1", fingers_of(1, 1));
  const Question hit = ask_with(fingers_of(1, 2), Purpose::kSeriousCrimeInvestigation);
  ASSERT_EQ(hit.state, QuestionState::kHit);
  must(world.decide(world.col, hit.reference, Verdict::kConfirm, kSeen));
  enrol("bogota-1", fingers_of(1, 3), "2014-05-01");
  col().work();
  EXPECT_EQ(world.state(world.usa, hit).state, QuestionState::kNotConfirmed);
  EXPECT_EQ(world.count(world.col, "released"), 0);
}

TEST_F(Decision, r10_nor_where_it_is_known_of_the_hand_under_another_id) {
  agree_on_crime();
  enrol("kid-22", fingers_of(1, 1));
  const Question hit = ask_with(fingers_of(1, 2), Purpose::kSeriousCrimeInvestigation);
  const Question other = ask_with(fingers_of(1, 2), Purpose::kSeriousCrimeInvestigation);
  for (const Question& each : {hit, other}) must(world.examine(world.col, each.reference, Verdict::kConfirm, kSeen));
  must(col().release_card(kSupervisor, other.reference));
  must(col().decide_release(kSupervisor, other.reference, ReleaseDecision::kRelease, kFacts, kOffence));
  enrol("kid-22b", fingers_of(1, 3), "2016-03-03");
  EXPECT_EQ(must(col().release_card(kSupervisor, hit.reference)).against, std::vector<std::string>{"under_fourteen"});
  EXPECT_EQ(must(col().decide_release(kSupervisor, hit.reference, ReleaseDecision::kRelease, kFacts, kOffence)).state,
            CaseState::kWithdrawn);
  col().work();
  for (const Question& each : {hit, other}) EXPECT_EQ(world.state(world.usa, each).state, QuestionState::kNotConfirmed);
  EXPECT_EQ(world.count(world.col, "released"), 0);
}

// Dates and names are read without the images beside them.
TEST_F(Decision, a_damaged_image_keeps_nothing_from_being_released) {
  agree_on_crime();
  enrol("bogota-1", fingers_of(1, 1), "1990-05-01");
  const Question hit = ask_with(fingers_of(1, 2), Purpose::kSeriousCrimeInvestigation);
  must(world.examine(world.col, hit.reference, Verdict::kConfirm, kSeen));
  world.col.node.reset();
  sqlite3* handle = nullptr;
  ASSERT_EQ(sqlite3_open((world.col.directory + "/puente.db").c_str(), &handle), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(handle, "UPDATE sample SET sealed_sample = randomblob(length(sealed_sample))", nullptr,
                         nullptr, nullptr),
            SQLITE_OK);
  EXPECT_GT(sqlite3_total_changes(handle), 0);
  sqlite3_close(handle);
  world.start(world.col);
  EXPECT_FALSE(
      col().read_encounter(kSupervisor, "bogota-1", record_of(world, world.col, hit.reference).encounter_id).ok());
  EXPECT_TRUE(must(col().release_card(kSupervisor, hit.reference)).against.empty());
  EXPECT_EQ(must(col().decide_release(kSupervisor, hit.reference, ReleaseDecision::kRelease, kFacts, kOffence)).state,
            CaseState::kCleared);
  col().work();
  EXPECT_EQ(world.state(world.usa, hit).released.at(DataElement::kDateOfBirth), "1990-05-01");
}

// ---- what a partner sends

TEST_F(Decision, a_deadline_that_nobody_can_have_meant_is_refused) {
  const AcceptedAgreement agreement{must(policy::read_agreement(world.agreement_text))};
  const std::int64_t now = world.clock.now_ms();
  int number = 0;
  for (const std::int64_t deadline :
       {std::int64_t{0}, now - kDayMs, now + 100 * kDayMs, std::int64_t{4'000'000'000'000}}) {
    const std::string id = std::to_string(++number);
    const exchange::Header asked = exchange::new_header(agreement, "USA", "m-" + id, "x-" + id, now);
    const exchange::QuestionBody question{Purpose::kBorderIdentification, "FILE-2026-17", deadline, fingers_of(1, 2)};
    const Bytes reply = must(
        col().receive("USA", must(exchange::seal(asked, question, world.usa.signing, world.col.sealing.public_key()))));
    const auto message = must(exchange::open(reply, std::span(&agreement, 1), "USA", world.usa.sealing, now));
    ASSERT_TRUE(std::holds_alternative<exchange::RefusalBody>(message.body)) << deadline;
    EXPECT_EQ(std::get<exchange::RefusalBody>(message.body).reasons, std::vector<std::string>{"deadline_implausible"});
  }
  EXPECT_TRUE(world.try_ask(world.usa, world.col, 1).ok());
}

TEST_F(Decision, of_a_partners_refusal_officers_and_log_have_the_names_we_know) {
  const AcceptedAgreement agreement{must(policy::read_agreement(world.agreement_text))};
  const std::string words = "ana_ruiz_has_an_illness";
  world.answered = [&](const Bytes& sent) -> std::optional<Bytes> {
    const auto question =
        must(exchange::open(sent, std::span(&agreement, 1), "COL", world.col.sealing, world.clock.now_ms()));
    return exchange::seal(exchange::reply_header(question.header, "m-1", world.clock.now_ms()),
                          exchange::RefusalBody{Code::kDenied, {"quota_used_up", words}}, world.col.signing,
                          world.usa.sealing.public_key());
  };
  const Question refused = ask_with(fingers_of(1, 2));
  EXPECT_EQ(refused.state, QuestionState::kRefused);
  EXPECT_EQ(refused.reasons, (std::vector<std::string>{"quota_used_up", "unknown_reason"}));
  const Bytes record = must(world.usa.node->question_as_transaction(kOfficer, refused.exchange_id));
  EXPECT_EQ(text(record).find(words), std::string_view::npos);
  for (const auto& line : must(world.usa.node->log_entries(kAuditor, {})).lines) {
    EXPECT_EQ(canonical(line.leaf).find(words), std::string::npos);
    EXPECT_EQ(canonical(line.details).find(words), std::string::npos);
  }
}

// ---- what a partner can tell of somebody who was hidden after a hit

TEST_F(Decision, the_question_of_before_is_answered_as_before_and_ends_as_a_rejected_one) {
  const auto ends = [](bool hide) {
    World two;
    two.enrol(two.col, 1, "bogota-1");
    std::vector<std::size_t> lengths;
    two.replied = [&](const Bytes& reply) { lengths.push_back(reply.size()); };
    two.lose_replies = true;
    const Question asked = two.ask(two.usa, two.col, 1);
    if (hide)
      must(two.col.node->protect(kOfficer, "bogota-1", {ProtectionClass::kAsylum, {"USA"}, "claims asylum, file 12"}));
    two.lose_replies = false;
    two.clock.advance_ms(kHourMs);
    two.usa.node->work();
    const Question again = two.state(two.usa, asked);
    EXPECT_EQ(again.state, QuestionState::kHit) << "it was told so";
    must(two.decide(two.col, again.reference, hide ? Verdict::kConfirm : Verdict::kReject, kSeen));
    two.clock.advance_ms(kHourMs);
    two.col.node->work();
    EXPECT_EQ(two.state(two.usa, asked).state, QuestionState::kNotConfirmed);
    return lengths;
  };
  EXPECT_EQ(ends(true), ends(false));
}

TEST_F(Decision, r3_a_new_question_is_answered_as_about_a_stranger) {
  world.enrol(world.col, 1, "bogota-1");
  std::vector<std::size_t> lengths;
  world.replied = [&](const Bytes& reply) { lengths.push_back(reply.size()); };
  EXPECT_EQ(ask_with(fingers_of(1, 2)).state, QuestionState::kHit);
  must(col().protect(kOfficer, "bogota-1", {ProtectionClass::kAsylum, {"USA"}, "claims asylum, file 12"}));
  EXPECT_EQ(ask_with(fingers_of(1, 2)).state, QuestionState::kNoHit);
  EXPECT_EQ(ask_with(fingers_of(3, 2)).state, QuestionState::kNoHit);
  EXPECT_EQ(lengths, std::vector<std::size_t>(3, lengths.front()));
}

}  // namespace
}  // namespace puente::flow
