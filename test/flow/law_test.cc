// The agreement as code, told as what a lawyer would ask of it: what a clause demands is demanded at both sides before
// anything is compared; and what was decided is decided the same again, from the log and the text alone.
#include "core/limits.h"
#include "core/tally.h"
#include "exchange/exchange.h"
#include "flow/damage.h"

namespace puente::flow {
namespace {

using Reasons = std::vector<std::string>;
constexpr const char* kLawWhy = "order 12 of the ministry";

Json with_conditions(Json clause) {
  return clause.set("subject_categories", Json::array({"suspect", "missing"}))
      .set("aims", Json::array({"identify"}))
      .set("ages", Json::object({{"from", 0}, {"to", 130}}))
      .set("galleries", Json::array({"main"}))
      .set("score_floors", Json::object({{"finger", 40}}))
      .set("own_nationals", true)
      .set("person_quota", 2)
      .set("response_hours", 24)
      .set("onward_transfer", "never")
      .set("needs_order", false)
      .set("impact_assessment_sha256", std::string(64, 'a'))
      .set("daily_quota", 20);
}

Grounds sound_grounds() {
  return {.legal_basis = "Ley 906 de 2004, art. 251",
          .subject_category = SubjectCategory::kSuspect,
          .aim = Aim::kIdentify,
          .urgency = Urgency::kRoutine,
          .age = 30};
}

class Law : public ::testing::Test {
 protected:
  Law() {
    in_use = world.agreement(
        "law-1", world.usa, world.col,
        Json::array({with_conditions(World::clause("border_identification")),
                     with_conditions(World::clause("serious_crime_investigation")).set("needs_order", true)}),
        "test-1");
    for (Country* country : {&world.usa, &world.col})
      must(country->node->accept_agreement(kSupervisor, in_use, kLawWhy));
    world.enrol(world.col, 1, "bogota-1");
    order = CourtOrder{"Juzgado 4 Penal", "2026-118", day(-1), day(30)};
  }

  std::string day(int days) const { return to_iso8601(world.clock.now_ms() + days * kDayMs).substr(0, 10); }

  Result<Question> try_ask(const Grounds& grounds, const std::string& file = "FILE-2026-17",
                           Purpose purpose = Purpose::kBorderIdentification, std::uint32_t person = 1) {
    return try_ask_with(fingers_of(person, 2), grounds, file, purpose);
  }
  Result<Question> try_ask_with(std::vector<Sample> samples, const Grounds& grounds, const std::string& file,
                                Purpose purpose = Purpose::kBorderIdentification) {
    service::AskRequest request;
    request.partner = "COL";
    request.purpose = purpose;
    request.case_reference = file;
    request.grounds = grounds;
    request.samples = std::move(samples);
    auto asked = world.usa.node->ask(kOfficer, std::move(request));
    world.usa.node->work();
    if (!asked.ok()) return asked;
    return world.state(world.usa, *asked);
  }

  // What COL answers to a question that USA's own node would not have let out.
  Reasons answer_to(const Grounds& grounds, Purpose purpose, int version = 3) {
    const AcceptedAgreement accepted{must(policy::read_agreement(in_use))};
    const std::string id = std::to_string(++hostile_);
    exchange::QuestionBody body{purpose, "FILE-2026-17", world.clock.now_ms() + kDayMs, fingers_of(1, 2), grounds};
    exchange::Header header = exchange::new_header(accepted, "USA", "m-" + id, "x-" + id, world.clock.now_ms());
    header.version = version;
    const Bytes sealed = must(exchange::seal(header, body, world.usa.signing, world.col.sealing.public_key()));
    const Bytes reply = must(world.col.node->receive("USA", sealed));
    const auto message =
        must(exchange::open(reply, std::span(&accepted, 1), "USA", world.usa.sealing, world.clock.now_ms()));
    const auto* refusal = std::get_if<exchange::RefusalBody>(&message.body);
    return refusal == nullptr ? Reasons() : refusal->reasons;
  }

  template <typename Take>
  void each_line(const Country& country, Take take) {
    const auto store =
        must(store::open(country.directory, store::Mode::kReadOnly, World::copy(country.node_key), world.random));
    for (const LogRow& row : must(store->log_rows(0, 1000))) {
      const auto details = store->log_details(row.index);
      take(LogLine{row.index, must(parse_json(text(row.leaf))), details.ok() ? *details : Json()});
    }
  }
  puente::Replayed replay(const Country& country) {
    const auto store =
        must(store::open(country.directory, store::Mode::kReadOnly, World::copy(country.node_key), world.random));
    policy::Replay out = must(policy::Replay::begin(must(store->agreements()), country.name));
    each_line(country, [&](const LogLine& line) { must(out.take(line)); });
    return out.result();
  }
  static std::string told(const puente::Replayed& found) {
    std::string out;
    for (const auto& each : found.differences)
      out += std::to_string(each.index) + " " + each.event + ": " + each.words + "\n";
    return out;
  }

  World world;
  std::string in_use;
  CourtOrder order;

 private:
  int hostile_ = 0;
};

TEST_F(Law, r38_without_a_sound_order_in_time_nothing_is_compared_at_either_side) {
  Grounds grounds = sound_grounds();
  const auto compared = [] { return tallied()[static_cast<std::size_t>(Work::kCompare)]; };
  const auto refused = [&](const char* reason) {
    const auto before = compared();
    const auto asked = try_ask(grounds, "FILE-2026-17", Purpose::kSeriousCrimeInvestigation);
    ASSERT_FALSE(asked.ok()) << reason;
    EXPECT_EQ(asked.error().message, policy::explain(reason));
    EXPECT_EQ(answer_to(grounds, Purpose::kSeriousCrimeInvestigation), Reasons{reason});
    EXPECT_EQ(compared(), before) << reason;
  };
  refused("order_missing");
  grounds.order = order;
  grounds.order->number = "by word of mouth";
  refused("order_malformed");
  grounds.order = order;
  grounds.order->expires = grounds.order->date;
  refused("order_expired");
  grounds.order = order;
  grounds.order->date = day(2);
  refused("order_not_yet_valid");
  EXPECT_TRUE(world.seen.empty()) << "nothing left the asking node";
  grounds.order = order;
  const auto before = compared();
  EXPECT_EQ(must(try_ask(grounds, "FILE-2026-17", Purpose::kSeriousCrimeInvestigation)).state, QuestionState::kHit);
  EXPECT_GT(compared(), before) << "with one something is: the count is one that moves";
}

TEST_F(Law, r1_grounds_travel_with_the_question_and_lie_beside_the_case) {
  Grounds grounds = sound_grounds();
  grounds.order = order;
  const Question hit = must(try_ask(grounds));
  ASSERT_EQ(hit.state, QuestionState::kHit);
  EXPECT_EQ(hit.grounds, grounds);
  EXPECT_EQ(record_of(world, world.col, hit.reference).grounds, grounds);
  for (Country* country : {&world.usa, &world.col}) world.start(*country);  // and are kept
  EXPECT_EQ(record_of(world, world.col, hit.reference).grounds, grounds);

  grounds.subject_category = SubjectCategory::kVictim;
  EXPECT_FALSE(try_ask(grounds).ok());
  EXPECT_EQ(answer_to(grounds, Purpose::kBorderIdentification), Reasons{"subject_category_not_in_agreement"});
  EXPECT_EQ(answer_to(sound_grounds(), Purpose::kBorderIdentification, 2),
            (Reasons{"legal_basis_missing", "subject_category_missing", "aim_missing", "urgency_missing"}))
      << "a message of version 2 carries none";
}

// Misuse: who asks for the same hand under file after file learns from the pattern of answers what no answer says.
TEST_F(Law, r23_the_same_hand_under_a_third_file_is_refused_and_a_supervisor_is_told) {
  EXPECT_EQ(must(try_ask(sound_grounds(), "FILE-2026-1")).state, QuestionState::kHit);
  EXPECT_EQ(must(try_ask(sound_grounds(), "FILE-2026-2")).state, QuestionState::kHit);
  EXPECT_EQ(must(try_ask(sound_grounds(), "FILE-2026-1")).state, QuestionState::kHit) << "the same file: one question";
  EXPECT_TRUE(must(world.col.node->alarms(kSupervisor, true)).empty());
  const Question third = must(try_ask(sound_grounds(), "FILE-2026-3"));
  EXPECT_EQ(third.state, QuestionState::kRefused);
  EXPECT_EQ(third.reasons, Reasons{"person_quota_used_up"});
  const auto alarms = must(world.col.node->alarms(kSupervisor, true));
  ASSERT_EQ(alarms.size(), 1u);
  EXPECT_EQ(alarms[0].kind, "asked_again_and_again");
  EXPECT_NE(alarms[0].sentence.find("USA has asked"), std::string::npos) << alarms[0].sentence;
  EXPECT_EQ(must(try_ask(sound_grounds(), "FILE-2026-4")).state, QuestionState::kRefused);
  EXPECT_EQ(must(world.col.node->alarms(kSupervisor, true)).size(), 1u) << "one until it is seen, whatever comes";
  EXPECT_EQ(must(world.col.node->cases(kExaminer)).cases.size(), 3u);
  std::string whose;
  each_line(world.col, [&](const LogLine& line) {  // the partner may read the log
    const std::string leaf = canonical(line.leaf);
    if (line.leaf["event"] == Json("enrolled")) {
      whose = *line.leaf["subject"].as_string();
      return;
    }
    EXPECT_TRUE(whose.empty() || leaf.find(whose) == std::string::npos) << leaf;
    EXPECT_EQ(leaf.find("bogota-1"), std::string::npos) << leaf;
    EXPECT_TRUE(line.leaf["exchange"].is_null() || line.leaf["subject"].is_null()) << leaf;
  });
  EXPECT_FALSE(whose.empty());
  EXPECT_EQ(must(try_ask(sound_grounds(), "FILE-2026-3", Purpose::kBorderIdentification, 2)).state,
            QuestionState::kNoHit)
      << "another hand";
  world.clock.advance_ms(kDayMs);
  EXPECT_EQ(must(try_ask(sound_grounds(), "FILE-2026-3")).state, QuestionState::kHit) << "another day";
}

// The quota is of people who are found; for the partner, whoever is hidden is nobody, however often it asks.
TEST_F(Law, r23_somebody_hidden_who_is_asked_about_again_and_again_is_as_unknown_as_a_stranger) {
  world.enrol(world.col, 3, "bogota-3", {"USA"});
  const auto left_behind = [&](std::uint32_t person) {
    const std::size_t rows = world.events(world.col).size();
    std::string out;
    for (const char* file : {"FILE-2026-1", "FILE-2026-2", "FILE-2026-3", "FILE-2026-4", "FILE-2026-4"}) {
      const Question asked = must(try_ask(sound_grounds(), file, Purpose::kBorderIdentification, person));
      out += std::string(to_string(asked.state)) + canonical(Json::strings(asked.reasons)) + "\n";
    }
    each_line(world.col, [&](const LogLine& line) {
      if (line.index < rows) return;
      const Json& leaf = line.leaf;
      out += canonical(leaf["event"]) + canonical(leaf["reasons"]) + canonical(leaf["purpose"]) +
             (leaf["subject"].is_null() ? "" : " of somebody") + "\n";
    });
    EXPECT_TRUE(must(world.col.node->alarms(kSupervisor, true)).empty()) << person;
    return out;
  };
  EXPECT_EQ(left_behind(3), left_behind(2));
  EXPECT_EQ(told(replay(world.col)), "");
}

// Whom the clause does not let be found is not released either, however late that is learnt.
TEST_F(Law, r4_a_national_of_the_asked_country_as_is_learnt_after_the_hit_is_not_released) {
  const std::string text = world.agreement(
      "law-2", world.usa, world.col,
      Json::array({with_conditions(World::clause("border_identification")).set("own_nationals", false)}), "law-1");
  for (Country* country : {&world.usa, &world.col}) must(country->node->accept_agreement(kSupervisor, text, kLawWhy));
  const auto learn = [&](const char* id, std::uint32_t person) {
    service::EnrolRequest known;
    known.person_id = id;
    known.samples = fingers_of(person, 3);
    known.biographic = {{DataElement::kNationality, "COL"}};
    must(world.col.node->enrol(kOfficer, known));
  };
  for (const std::uint32_t person : {5u, 6u}) {
    service::EnrolRequest unknown;
    unknown.person_id = "bogota-" + std::to_string(person);
    unknown.samples = fingers_of(person, 1);
    must(world.col.node->enrol(kOfficer, unknown));
  }
  const auto ask = [&](std::uint32_t person) {
    return must(try_ask(sound_grounds(), "FILE-2026-17", Purpose::kBorderIdentification, person));
  };
  const auto why = [&](const char* event) {
    return must(world.col.node->log_entries(kAuditor, {.event = event})).lines.back().details["why"];
  };
  const Question before_verdict = ask(5), after_verdict = ask(6);
  learn("bogota-5", 5);
  const auto examine = [&](const Question& hit) {
    return must(world.examine(world.col, hit.reference, Verdict::kConfirm, "same ridge flow and minutiae")).state;
  };
  EXPECT_EQ(examine(before_verdict), CaseState::kWithdrawn);
  EXPECT_EQ(why("case_decided"), Json::array({"own_national"}));

  EXPECT_EQ(examine(after_verdict), CaseState::kConfirmed);
  must(world.col.node->release_card(kSupervisor, after_verdict.reference));
  learn("bogota-6", 6);
  EXPECT_EQ(must(world.col.node->decide_release(kSupervisor, after_verdict.reference, ReleaseDecision::kRelease, kFacts,
                                                kOffence))
                .state,
            CaseState::kWithdrawn);
  EXPECT_EQ(why("release_decided"), Json::array({"own_national"}));
  world.col.node->work();
  for (const Question& each : {before_verdict, after_verdict})
    EXPECT_EQ(world.state(world.usa, each).state, QuestionState::kNotConfirmed);
}

TEST_F(Law, r4_nor_one_who_is_known_for_it_under_another_id_of_the_hand) {
  const std::string text = world.agreement(
      "law-2", world.usa, world.col,
      Json::array({with_conditions(World::clause("border_identification")).set("own_nationals", false)}), "law-1");
  for (Country* country : {&world.usa, &world.col}) must(country->node->accept_agreement(kSupervisor, text, kLawWhy));
  const Question hit = must(try_ask(sound_grounds()));
  must(world.examine(world.col, hit.reference, Verdict::kConfirm, "same ridge flow and minutiae"));
  service::EnrolRequest second;
  second.person_id = "bogota-1b";
  second.enrol_if_known = true;
  second.samples = fingers_of(1, 3);
  second.biographic = {{DataElement::kNationality, "COL"}};
  must(world.col.node->enrol(kOfficer, second));
  EXPECT_EQ(must(world.col.node->release_card(kSupervisor, hit.reference)).against,
            std::vector<std::string>{"own_national"});
  EXPECT_EQ(must(world.col.node->decide_release(kSupervisor, hit.reference, ReleaseDecision::kRelease, kFacts)).state,
            CaseState::kWithdrawn);
}

TEST_F(Law, whose_order_has_ended_by_the_second_act_is_not_released) {
  Grounds grounds = sound_grounds();
  grounds.order = order;
  grounds.order->expires = day(0);
  const Question hit = must(try_ask(grounds, "FILE-2026-17", Purpose::kSeriousCrimeInvestigation));
  ASSERT_EQ(hit.state, QuestionState::kHit);
  must(world.examine(world.col, hit.reference, Verdict::kConfirm, "same ridge flow and minutiae"));
  EXPECT_TRUE(must(world.col.node->release_card(kSupervisor, hit.reference)).against.empty());
  world.clock.advance_ms(kDayMs - world.clock.now_ms() % kDayMs);
  const service::ReleaseCard card = must(world.col.node->release_card(kSupervisor, hit.reference));
  EXPECT_EQ(card.against, std::vector<std::string>{"order_expired"});
  EXPECT_EQ(card.the_case.grounds.order, grounds.order);
  EXPECT_EQ(
      must(world.col.node->decide_release(kSupervisor, hit.reference, ReleaseDecision::kRelease, kFacts, kOffence))
          .state,
      CaseState::kWithdrawn);
  world.col.node->work();
  EXPECT_EQ(world.state(world.usa, hit).state, QuestionState::kNotConfirmed);
}

// Such a clock may be wrong: nothing leaves by it, and nothing is withdrawn for its sake.
TEST_F(Law, whose_order_has_ended_by_a_clock_that_is_doubted_is_neither_released_nor_withdrawn) {
  Grounds grounds = sound_grounds();
  grounds.order = order;
  const auto ask = [&](const char* file) { return try_ask(grounds, file, Purpose::kSeriousCrimeInvestigation); };
  const Question cleared = must(ask("FILE-2026-1")), confirmed = must(ask("FILE-2026-2"));
  for (const Question& each : {cleared, confirmed})
    must(world.examine(world.col, each.reference, Verdict::kConfirm, "same ridge flow and minutiae"));
  const auto release = [&](const Question& each) {
    must(world.col.node->release_card(kSupervisor, each.reference));
    return world.col.node->decide_release(kSupervisor, each.reference, ReleaseDecision::kRelease, kFacts, kOffence);
  };
  must(release(cleared));
  const std::int64_t right_ms = world.clock.now_ms();
  world.clock.set_ms(right_ms + 40 * kDayMs);
  for (Country* each : {&world.usa, &world.col}) each->node->work();
  EXPECT_EQ(world.count(world.col, "released"), 0);
  EXPECT_EQ(release(confirmed).error().code, Code::kUnavailable);
  EXPECT_EQ(ask("FILE-2026-3").error().message, policy::explain("order_expired"));
  world.clock.set_ms(right_ms);
  must(release(confirmed));
  world.clock.advance_ms(limits::kOutboxBackoffMsMax);
  world.col.node->work();
  EXPECT_EQ(world.count(world.col, "released"), 2);
  for (const Country* each : {&world.usa, &world.col}) EXPECT_EQ(told(replay(*each)), "");
}

TEST_F(Law, r23_where_it_cannot_be_read_how_often_the_answer_is_no) {
  const auto lose_case = [&](const Question& hit) {
    damage(world.col, "UPDATE \"case\" SET sealed_body = x'00' WHERE case_id = '" + hit.reference + "'");
  };
  lose_case(must(try_ask(sound_grounds(), "FILE-2026-1")));
  const Question second = must(try_ask(sound_grounds(), "FILE-2026-2"));
  EXPECT_EQ(second.state, QuestionState::kRefused);
  EXPECT_EQ(second.reasons, Reasons{"person_quota_not_readable"});
  EXPECT_TRUE(must(world.col.node->alarms(kSupervisor, true)).empty()) << "nobody has asked too often";
  EXPECT_EQ(world.col.node->health().attention, std::vector<std::string>{"records_unreadable"});
  EXPECT_EQ(told(replay(world.col)), "");
}

TEST_F(Law, a_clause_that_asks_for_no_person_s_quota_reads_none) {
  const std::string text =
      world.agreement("law-2", world.usa, world.col,
                      Json::array({World::clause("border_identification").set("daily_quota", 20)}), "law-1");
  for (Country* country : {&world.usa, &world.col}) must(country->node->accept_agreement(kSupervisor, text, kLawWhy));
  const Question first = must(try_ask(sound_grounds(), "FILE-2026-1"));
  damage(world.col, "UPDATE \"case\" SET sealed_body = x'00' WHERE case_id = '" + first.reference + "'");
  EXPECT_EQ(must(try_ask(sound_grounds(), "FILE-2026-2")).state, QuestionState::kHit);
}

TEST_F(Law, r23_refusals_beyond_what_a_partner_may_write_are_not_written) {
  const std::string text = world.agreement(
      "law-2", world.usa, world.col,
      Json::array({with_conditions(World::clause("border_identification")).set("daily_quota", 1000)}), "law-1");
  for (Country* country : {&world.usa, &world.col}) must(country->node->accept_agreement(kSupervisor, text, kLawWhy));
  for (int i = 1; i <= limits::kPartnerEntriesMax + 10; ++i) {
    const auto state = must(try_ask_with(minutiae_of(1, 2), sound_grounds(), "FILE-2026-" + std::to_string(i))).state;
    EXPECT_EQ(state, i <= 2 ? QuestionState::kHit : QuestionState::kRefused) << i;
  }
  EXPECT_EQ(world.count(world.col, "answer_refused"), limits::kPartnerEntriesMax);
  EXPECT_EQ(told(replay(world.col)), "");
}

TEST_F(Law, r7_a_second_person_below_the_floor_still_speaks_against_the_hit) {
  world.enrol(world.col, 2, "bogota-2");
  const auto ask = [&] {
    service::AskRequest request;
    request.partner = "COL";
    request.case_reference = "FILE-2026-17";
    request.purpose = Purpose::kBorderIdentification;
    request.grounds = sound_grounds();
    request.samples = {fingers_of(1, 2)[0], fingers_of(2, 2)[1]};
    const Question asked = must(world.usa.node->ask(kOfficer, std::move(request)));
    world.usa.node->work();
    const std::string case_id = world.state(world.usa, asked).reference;
    mark_probe(world.col, case_id);
    return must(world.col.node->case_facts(kExaminer, case_id));
  };
  const Case before = ask();
  ASSERT_EQ(before.doubts, std::set<Doubt>{Doubt::kSeveralPeople});
  const std::string text = world.agreement(
      "law-2", world.usa, world.col,
      Json::array({with_conditions(World::clause("border_identification"))
                       .set("score_floors", Json::object({{"finger", static_cast<std::int64_t>(before.score)}}))}),
      "law-1");
  for (Country* country : {&world.usa, &world.col}) must(country->node->accept_agreement(kSupervisor, text, kLawWhy));
  EXPECT_EQ(ask().doubts, std::set<Doubt>{Doubt::kSeveralPeople}) << "whose own score is below " << before.score;
}

TEST_F(Law, r13_what_is_released_is_bound_and_a_case_is_decided_within_the_clause_s_hours) {
  const Question hit = must(try_ask(sound_grounds()));
  const Case waiting = must(world.col.node->case_facts(kExaminer, hit.reference));
  EXPECT_EQ(waiting.expires_ms - waiting.opened_ms, 24 * kHourMs);
  must(world.decide(world.col, hit.reference, Verdict::kConfirm, "same ridge flow and minutiae"));
  world.col.node->work();
  EXPECT_EQ(world.state(world.usa, hit).state, QuestionState::kReleased);
  int told = 0;
  each_line(world.usa, [&](const LogLine& line) {
    if (line.leaf["event"] != Json("release_received")) return;
    ++told;
    EXPECT_EQ(line.details["caveats"], Json::array({"no_onward_transfer", "purpose_bound"}));
  });
  EXPECT_EQ(told, 1);
}

// A document, signed by two, and nothing else: no line of code knows of Peru.
TEST_F(Law, r33_a_third_country_joins_by_a_document_alone_and_who_is_hidden_from_it_stays_so) {
  Country peru;
  world.found(peru, "PER");
  world.third = &peru;
  world.agreement_text.clear();
  world.start(peru);
  EXPECT_FALSE(world.try_ask(peru, world.col, 1).ok()) << "no agreement yet";
  const Json clause = World::clause("border_identification").set("may_ask", Json::array({"COL", "PER"}));
  const std::string text = world.agreement("per-col", peru, world.col, Json::array({clause}));
  for (Country* country : {&peru, &world.col}) must(country->node->accept_agreement(kSupervisor, text, kLawWhy));
  world.enrol(world.col, 3, "bogota-3", {"PER"});
  EXPECT_EQ(world.ask(peru, world.col, 1).state, QuestionState::kHit);
  EXPECT_EQ(world.ask(peru, world.col, 3).state, QuestionState::kNoHit);
  EXPECT_EQ(must(try_ask(sound_grounds(), "FILE-2026-17", Purpose::kBorderIdentification, 3)).state,
            QuestionState::kHit)
      << "from whom the person is not hidden";
  EXPECT_FALSE(world.try_ask(peru, world.usa, 1).ok()) << "these two have signed nothing";
  EXPECT_EQ(told(replay(peru)) + told(replay(world.col)), "");
}

TEST_F(Law, r32_every_decision_of_both_nodes_comes_out_the_same_from_log_and_text) {
  Grounds with_order = sound_grounds();
  with_order.order = order;
  const Question hit = must(try_ask(with_order, "FILE-2026-1", Purpose::kSeriousCrimeInvestigation));
  EXPECT_FALSE(try_ask(sound_grounds(), "FILE-2026-1", Purpose::kSeriousCrimeInvestigation).ok());
  must(try_ask(sound_grounds(), "FILE-2026-2", Purpose::kBorderIdentification, 2));
  answer_to(Grounds{}, Purpose::kBorderIdentification);
  must(world.decide(world.col, hit.reference, Verdict::kConfirm, "same ridge flow and minutiae"));
  world.col.node->work();
  must(world.col.node->suspend_agreement(kSupervisor, "law-1", kLawWhy));
  EXPECT_EQ(must(try_ask(sound_grounds(), "FILE-2026-4")).state, QuestionState::kRefused);
  must(world.col.node->resume_agreement(kSupervisor, "law-1", kLawWhy));
  EXPECT_EQ(must(try_ask(sound_grounds(), "FILE-2026-5")).state, QuestionState::kHit);
  for (const char* file : {"FILE-2026-6", "FILE-2026-7", "FILE-2026-8"}) must(try_ask(sound_grounds(), file));

  const puente::Replayed usa = replay(world.usa), col = replay(world.col);
  EXPECT_EQ(told(usa), "");
  EXPECT_EQ(told(col), "");
  EXPECT_EQ(usa.ours, 8u) << "seven that left, one that did not";
  EXPECT_EQ(usa.partners, 8u) << "seven replies and what was released";
  EXPECT_EQ(col.ours, 9u) << "the same seven, a hostile one, and the release";
  EXPECT_EQ(usa.not_readable + col.not_readable, 0u);
}

// After a clock that was wrong the log's times stand still until they are true again: its steps and questions are of
// the clock that stands in their details.
TEST_F(Law, an_honest_node_is_not_accused_after_a_wrong_clock) {
  const std::int64_t right_ms = world.clock.now_ms();
  for (const std::int64_t ms : {right_ms + 20 * kDayMs, right_ms + kMinuteMs}) {  // confirmed by mistake, and put right
    world.clock.set_ms(ms);
    world.col.node->work();
    must(world.col.node->confirm_clock(kSupervisor, "compared with the radio"));
  }
  const std::string second = world.agreement(
      "law-2", world.usa, world.col, Json::array({with_conditions(World::clause("border_identification"))}), "law-1");
  must(world.col.node->accept_agreement(kSupervisor, second, kLawWhy));
  const Question refused = must(try_ask(sound_grounds()));
  EXPECT_EQ(refused.reasons, Reasons{"agreement_replaced"});
  EXPECT_EQ(told(replay(world.col)), "");
}

// A line put behind COL's log, as it would stand there; what a replay then says of it.
class Replayed : public Law {
 protected:
  Replayed() {
    ask.asking = "USA";
    ask.answering = "COL";
    ask.case_reference = "FILE-2026-9";
    ask.modalities = {Modality::kFinger};
    ask.now_ms = world.clock.now_ms();
    ask.asked_today = 1;
    ask.grounds = sound_grounds();
  }
  Json details() const {
    return Json::object({{"question", policy::ask_document(ask)}, {"counted", true}, {"by", "partner USA"}});
  }
  std::string with(const char* event, Json details, Json reasons = {}) {
    const auto store =
        must(store::open(world.col.directory, store::Mode::kReadOnly, World::copy(world.col.node_key), world.random));
    policy::Replay out = must(policy::Replay::begin(must(store->agreements()), "COL"));
    each_line(world.col, [&](const LogLine& line) { must(out.take(line)); });
    if (!decided.is_null()) must(out.take(line_of("case_decided", decided)));
    if (!cleared.is_null()) must(out.take(line_of("release_decided", cleared)));
    LogLine line = line_of(event, std::move(details));
    if (!reasons.is_null()) line.leaf.set("reasons", std::move(reasons));
    must(out.take(line));
    last = out.result();
    return told(last);
  }
  LogLine line_of(const char* event, Json details) const {
    LogLine line;
    line.index = 999;
    line.details = std::move(details);
    line.leaf = Json::object({{"event", event},
                              {"agreement", "law-1"},
                              {"purpose", purpose},
                              {"time", to_iso8601(world.clock.now_ms())},
                              {"details", to_hex(sha256(view(canonical(line.details))))}});
    return line;
  }

  puente::Replayed last;
  Json decided, cleared;  // the two acts of a case, put before it
  policy::Ask ask;
  std::string purpose = "border_identification";
};

TEST_F(Replayed, a_decision_that_the_text_does_not_give_is_named) {
  must(try_ask(sound_grounds()));
  EXPECT_EQ(told(replay(world.col)), "");
  ask.grounds = {};
  EXPECT_EQ(with("answered_no_hit", details()),
            "999 answered_no_hit: the log says yes, by the text it is refused for legal_basis_missing, "
            "subject_category_missing, aim_missing, urgency_missing\n");
  ask.grounds = sound_grounds();
  EXPECT_EQ(with("answered_no_hit", details()), "");
  EXPECT_NE(with("answer_refused", details().set("counted", false), Json::array({"order_missing"})), "");
  ask.asked_today = 0;
  EXPECT_EQ(with("answered_no_hit", details()),
            "999 answered_no_hit: it was judged as if 0 had been asked that day, the log has 1\n");
  EXPECT_EQ(with("released", Json::object({{"elements", Json::array({"family_name", "sex"})}})),
            "999 released: released sex, which the clause does not list\n");
}

TEST_F(Replayed, what_was_refused_because_nothing_could_be_counted_is_counted_and_no_difference) {
  const auto unread = [&](const char* event, Json details, Json reasons) {
    const std::string differences = with(event, std::move(details), std::move(reasons));
    EXPECT_EQ(differences, "") << event;
    return last.quota_unread;
  };
  const Json why = Json::array({"quota_not_readable"});
  EXPECT_EQ(unread("answer_refused", details().set("counted", false), why), 1u);
  EXPECT_EQ(unread("ask_refused", details().set("reasons", why), {}), 1u);
}

TEST_F(Replayed, r8_a_release_about_a_crime_that_too_few_confirmed_or_one_of_them_released_is_named) {
  Grounds with_order = sound_grounds();
  with_order.order = order;
  const Question hit = must(try_ask(with_order, "FILE-2026-1", Purpose::kSeriousCrimeInvestigation));
  must(world.decide(world.col, hit.reference, Verdict::kConfirm, "same ridge flow and minutiae"));
  purpose = "serious_crime_investigation";
  const auto said = [&](const char* first, const char* releaser) {
    const Json one = Json::object({{"examiner", first}, {"verdict", "confirm"}});
    const Json two = Json::object({{"examiner", "examiner.two"}, {"verdict", "confirm"}});
    decided = Json::object({{"case_id", "c-1"}, {"verdict", "confirmed"}, {"by", "examiner.two"}});
    decided.set("verdicts", Json::array({one, two}));
    cleared = Json::object({{"case_id", "c-1"}, {"decision", "release"}, {"by", releaser}});
    return with("released", Json::object({{"case_id", "c-1"}, {"by", releaser}}));
  };
  EXPECT_EQ(said("examiner.one", "supervisor.one"), "");
  EXPECT_EQ(said("examiner.two", "supervisor.one"),
            "999 released: released, and the log has too few examiners who confirmed it\n");
  EXPECT_EQ(said("examiner.one", "examiner.one"), "999 released: released by somebody else than a second person\n");
}

TEST_F(Replayed, nor_is_it_taken_in_by_what_an_entry_says_of_itself) {
  must(try_ask(sound_grounds()));
  EXPECT_EQ(with("answered_no_hit", details().set("counted", false)),
            "999 answered_no_hit: it was answered and not counted\n");
  EXPECT_EQ(with("answered_no_hit", details().set("by", "partner PER")),
            "999 answered_no_hit: it was judged as if USA had asked COL\n");
  purpose = "serious_crime_investigation";
  EXPECT_EQ(with("answered_no_hit", details()),
            "999 answered_no_hit: it was judged as if it were for border_identification\n");
  purpose = "border_identification";
  ask.now_ms -= kHourMs;
  EXPECT_NE(with("answered_no_hit", details()).find("it was judged as if it were " + to_iso8601(ask.now_ms)),
            std::string::npos);
  ask.now_ms += kHourMs;
  EXPECT_EQ(with("answer_refused", details(), Json::array({"timeout"})), "") << "a probe of no use";
  EXPECT_EQ(with("answer_refused", details(), Json::array({"order_missing"})),
            "999 answer_refused: the log says no for order_missing, by the text it is permitted\n");
  EXPECT_NE(with("answer_refused", details()), "") << "for no reason";
  EXPECT_NE(with("answered_no_hit", details().set("question", "lost")), "");
}

TEST_F(Replayed, how_often_a_person_was_asked_about_is_counted_again) {
  must(try_ask(sound_grounds()));
  Json about = details().set("of", "bogota-1").set("files", Json::array({"FILE-2026-17"}));
  EXPECT_EQ(with("answered_reference", about), "");
  EXPECT_EQ(with("answered_reference", about.set("files", Json::array({}))),
            "999 answered_reference: it was judged as if the person had been asked about under 0 files that day, the "
            "log has 1\n");
  about.set("files", Json::array({"FILE-2026-17", "FILE-2026-18"}));
  EXPECT_NE(with("answered_reference", about).find("the day's questions are used up"), std::string::npos);
  about.set("files", Json::array({"FILE-2026-17"}));
  EXPECT_NE(with("answer_refused", about, Json::array({"person_quota_used_up"})), "");
}

TEST_F(Replayed, what_was_released_was_confirmed_by_one_and_decided_by_another) {
  const Question hit = must(try_ask(sound_grounds()));
  const Json released =
      Json::object({{"case_id", hit.reference}, {"by", kSupervisor.user}, {"elements", Json::array({"family_name"})}});
  const Question other = must(try_ask(sound_grounds(), "FILE-2026-18"));
  must(world.decide(world.col, other.reference, Verdict::kConfirm, "same ridge flow and minutiae"));
  EXPECT_EQ(with("released", released),
            "999 released: released, and the log has no examiner who confirmed it\n"
            "999 released: released, and the log has no second person who decided so\n");
  must(world.examine(world.col, hit.reference, Verdict::kConfirm, "same ridge flow and minutiae"));
  EXPECT_EQ(with("released", released), "999 released: released, and the log has no second person who decided so\n");
  must(world.col.node->release_card(kSupervisor, hit.reference));
  must(world.col.node->decide_release(kSupervisor, hit.reference, ReleaseDecision::kRelease, kFacts, kOffence));
  EXPECT_EQ(with("released", released), "");
  EXPECT_EQ(with("released", Json(released).set("by", kExaminer.user)),
            "999 released: released by somebody else than a second person\n");
}

TEST_F(Law, r10_whoever_is_on_record_with_another_age_is_no_hit_whatever_age_the_asker_says) {
  const std::string text = world.agreement("law-2", world.usa, world.col,
                                           Json::array({with_conditions(World::clause("border_identification"))
                                                            .set("ages", Json::object({{"from", 18}, {"to", 130}}))}),
                                           "law-1");
  for (Country* country : {&world.usa, &world.col}) must(country->node->accept_agreement(kSupervisor, text, kLawWhy));
  service::EnrolRequest known;
  known.person_id = "bogota-5";
  known.samples = fingers_of(5, 2);
  known.biographic = {{DataElement::kDateOfBirth, day(-16 * 365)}};
  known.guardian = "Marta Gil";
  must(world.col.node->enrol(kOfficer, known));
  EXPECT_EQ(must(try_ask(sound_grounds(), "FILE-2026-17", Purpose::kBorderIdentification, 5)).state,
            QuestionState::kNoHit);
  EXPECT_EQ(told(replay(world.usa)) + told(replay(world.col)), "");
}

TEST_F(Law, r4_a_national_of_the_asked_country_is_no_hit_where_the_clause_says_so) {
  const std::string text = world.agreement(
      "law-2", world.usa, world.col,
      Json::array({with_conditions(World::clause("border_identification")).set("own_nationals", false)}), "law-1");
  service::EnrolRequest known;
  known.person_id = "bogota-5";
  known.samples = fingers_of(5, 2);
  known.biographic = {{DataElement::kFamilyName, "RIOS"}, {DataElement::kNationality, "COL"}};
  must(world.col.node->enrol(kOfficer, known));
  const auto ask = [&] {
    return must(try_ask(sound_grounds(), "FILE-2026-17", Purpose::kBorderIdentification, 5)).state;
  };
  EXPECT_EQ(ask(), QuestionState::kHit) << "this clause lets them be found";
  for (Country* country : {&world.usa, &world.col}) must(country->node->accept_agreement(kSupervisor, text, kLawWhy));
  EXPECT_EQ(ask(), QuestionState::kNoHit) << "enrolled before the agreement";
  EXPECT_EQ(told(replay(world.usa)) + told(replay(world.col)), "");
}

// A hand that is known by two ids is one person to whoever asks about it.
TEST_F(Law, r23_questions_about_one_hand_count_together_by_whichever_id_it_is_found) {
  service::EnrolRequest second;
  second.person_id = "bogota-also-1";
  second.samples = fingers_of(1, 3);
  second.enrol_if_known = true;
  must(world.col.node->enrol(kOfficer, second));
  const auto ask = [&](std::uint32_t day_of_capture, const char* file) {
    service::AskRequest request;
    request.partner = "COL";
    request.case_reference = file;
    request.grounds = sound_grounds();
    request.samples = fingers_of(1, day_of_capture);
    const Question question = must(world.usa.node->ask(kOfficer, std::move(request)));
    world.usa.node->work();
    return world.state(world.usa, question);
  };
  std::set<std::string> found;
  for (const auto& [captured, file] : {std::pair(1u, "FILE-2026-1"), std::pair(3u, "FILE-2026-2")}) {
    const Question hit = ask(captured, file);
    ASSERT_EQ(hit.state, QuestionState::kHit);
    found.insert(
        must(world.examine(world.col, hit.reference, Verdict::kReject, "not the same ridges at all")).person_id);
  }
  EXPECT_EQ(found.size(), 2u) << "the best of one and the best of the other";
  for (const std::uint32_t captured : {1u, 3u})
    EXPECT_EQ(ask(captured, "FILE-2026-3").state, QuestionState::kRefused) << "the person's quota is 2";
  EXPECT_EQ(told(replay(world.usa)) + told(replay(world.col)), "");
}

// Beside an own national somebody else is found as beside a stranger.
TEST_F(Law, r4_an_own_national_beside_somebody_else_is_not_told_from_a_stranger) {
  const std::string text = world.agreement(
      "law-2", world.usa, world.col,
      Json::array({with_conditions(World::clause("border_identification")).set("own_nationals", false)}), "law-1");
  for (Country* country : {&world.usa, &world.col}) must(country->node->accept_agreement(kSupervisor, text, kLawWhy));
  service::EnrolRequest national;
  national.person_id = "bogota-5";
  national.samples = fingers_of(5, 1);
  national.biographic = {{DataElement::kNationality, "COL"}};
  must(world.col.node->enrol(kOfficer, national));
  int number = 0;
  const auto ask_beside = [&](std::uint32_t other, std::size_t finger_of_other, FingerCapture said_to_be) {
    service::AskRequest request;
    request.partner = "COL";
    request.case_reference = "FILE-2026-" + std::to_string(++number);
    request.grounds = sound_grounds();
    request.samples = fingers_of(1, 2);
    const Sample more = fingers_of(other, 1)[finger_of_other];  // the national's very impression: the better candidate
    if (said_to_be == FingerCapture::kLeftIndex) request.samples.pop_back();
    request.samples.push_back({said_to_be, more.image, 0});
    const Question question = must(world.usa.node->ask(kOfficer, std::move(request)));
    world.usa.node->work();
    world.clock.advance_ms(kDayMs);
    return world.state(world.usa, question).state;
  };
  for (const std::uint32_t other : {5u, 9u}) {
    EXPECT_EQ(ask_beside(other, 1, FingerCapture::kLeftIndex), QuestionState::kHit) << other;
    EXPECT_EQ(ask_beside(other, 0, FingerCapture::kRightMiddle), QuestionState::kHit) << other;
  }
}

TEST_F(Law, last_year_s_questions_are_put_to_a_draft) {
  must(try_ask(sound_grounds(), "FILE-2026-1"));
  must(try_ask(sound_grounds(), "FILE-2026-2"));
  must(try_ask(sound_grounds(), "FILE-2026-3", Purpose::kBorderIdentification, 2));
  EXPECT_FALSE(try_ask(sound_grounds(), "FILE-2026-4", Purpose::kSeriousCrimeInvestigation).ok());
  const auto put_to = [&](const Country& country, Json clause) {
    const std::string draft = world.agreement("draft", world.usa, world.col, Json::array({std::move(clause)}));
    policy::WhatIf what_if(must(policy::read_agreement(draft)), country.name, 0, world.clock.now_ms() + 1);
    each_line(country, [&](const LogLine& line) { what_if.take(line); });
    return what_if.result();
  };
  const Json clause = with_conditions(World::clause("border_identification"));
  const std::pair border{std::string("USA"), Purpose::kBorderIdentification};
  const std::pair crime{std::string("USA"), Purpose::kSeriousCrimeInvestigation};
  for (Country* country : {&world.usa, &world.col}) {
    EXPECT_EQ(put_to(*country, clause).counts.at(border).asked, 3u);
    EXPECT_EQ(put_to(*country, clause).counts.at(border).refused, 0u);
    const auto narrow = put_to(*country, Json(clause).set("daily_quota", 2));
    EXPECT_EQ(narrow.counts.at(border).reasons, (std::map<std::string, std::uint64_t>{{"quota_used_up", 1}}));
    const auto others = put_to(*country, Json(clause).set("subject_categories", Json::array({"victim"})));
    EXPECT_EQ(others.counts.at(border).refused, 3u);
  }
  EXPECT_EQ(put_to(world.col, Json(clause).set("person_quota", 1)).counts.at(border).reasons,
            (std::map<std::string, std::uint64_t>{{"person_quota_used_up", 1}}))
      << "whom it was about, the answering node knows";
  const auto of_crime = put_to(world.usa, clause).counts.at(crime);
  EXPECT_EQ(of_crime.refused_then, 1u);
  EXPECT_EQ(of_crime.reasons, (std::map<std::string, std::uint64_t>{{"purpose_not_in_agreement", 1}}));
}

}  // namespace
}  // namespace puente::flow
