// Watchlists, told as what a lawyer would ask of them (R26, R40, misuse story 9): who is on one and for how long, by
// whose decision, what it may stand on, who is told when the person is met, and that nobody else can tell.
#include "core/limits.h"
#include "exchange/exchange.h"
#include "flow/damage.h"

namespace puente::flow {
namespace {

constexpr const char* kWatchlistWhy = "read the file: it is as it says";
const Caller kOwner{"officer.nine", Role::kOfficer}, kSecond{"supervisor.two", Role::kSupervisor};

class Watchlist : public ::testing::Test {
 protected:
  Watchlist() { world.enrol(world.col, 1, "bogota-1"); }

  service::Node& col() { return *world.col.node; }
  std::string day(std::int64_t days) const { return to_iso8601(world.clock.now_ms() + days * kDayMs).substr(0, 10); }
  Json document(const std::string& person = "bogota-1") const {
    return Json::object(
        {{"format", 1},
         {"person_id", person},
         {"owner", kOwner.user},
         {"category", "suspect"},
         {"file", "BOG-2026-88"},
         {"legal_basis", "Ley 906 de 2004, art. 251"},
         {"facts", Json::array({Json::object({{"fact", "drove the lorry that was stopped at the bridge"},
                                              {"source", "highway police, patrol 12"},
                                              {"date", day(-20)},
                                              {"document", "report 2026/881"}})})},
         {"assessments", Json::array({Json::object({{"assessment", "thought to work for the same ring"},
                                                    {"by", "analyst.three"},
                                                    {"grade", "corroborated"},
                                                    {"expires", day(40)}})})},
         {"review", day(60)},
         {"expires", day(120)}});
  }
  std::string propose(const Json& document) { return must(col().propose_watchlist(kOfficer, document)).entry.entry_id; }
  std::string in_force(const Json& document) {
    const std::string entry = propose(document);
    must(col().decide_watchlist(kSecond, entry, ListingDecision::kInForce, kWatchlistWhy));
    return entry;
  }
  std::string in_force() { return in_force(document()); }
  std::string refusal(const Json& document) {
    const auto refused = col().propose_watchlist(kOfficer, document);
    return refused.ok() ? "" : refused.error().message;
  }
  std::vector<WatchlistAlert> alerts(const Caller& caller = kOwner) { return must(col().watchlist_alerts(caller)); }
  std::size_t entries() { return must(col().watchlist(kSupervisor)).size(); }
  void identify(std::uint32_t person = 1) { must(col().identify(kOfficer, fingers_of(person, 3), {"file 2026/114"})); }
  Json newest(const char* event) { return must(col().log_entries(kAuditor, {.event = event})).lines.back().details; }
  std::vector<Json> leaves(const char* event) {
    std::vector<Json> out;
    for (const auto& line : must(col().log_entries(kAuditor, {.event = event})).lines) out.push_back(line.leaf);
    return out;
  }
  void later(std::int64_t days) {
    world.clock.advance_ms(days * kDayMs);
    col().work();
  }

  World world;
};

TEST_F(Watchlist, r28_an_urgent_search_that_was_not_justified_tells_nobody_of_whom_it_met) {
  in_force();
  identify();
  must(col().identify(kOfficer, fingers_of(1, 3), {"", "a child alone, in a lorry", true}));
  ASSERT_EQ(alerts().size(), 2u);
  const Alarm told = must(col().alarms(kSupervisor, true)).back();
  ASSERT_EQ(told.kind, "urgent_search");
  must(col().alarm_seen(kSupervisor, told.number, {}, service::UrgentReview{false, "", "looked at the whole of it"}));
  ASSERT_EQ(alerts().size(), 1u);
  EXPECT_EQ(alerts()[0].file, "file 2026/114");
}

// ---- what it may stand on

TEST_F(Watchlist, story_9_one_made_of_points_is_refused_with_its_reason_and_an_entry_and_nothing_else_happens) {
  Json by_member = document(), by_words = document(), by_fact = document();
  by_member.set("points", 8);
  by_words.as_object()->at("assessments").as_array()->front().set("assessment", "8 points: a validated member");
  by_fact.as_object()->at("facts").as_array()->front().set("fact", "tatuaje: 4 puntos, ropa: 4 puntos");
  for (const Json& each : {by_member, by_words, by_fact}) {
    EXPECT_EQ(refusal(each), policy::explain("evidence_of_points")) << canonical(each);
    EXPECT_EQ(canonical(leaves("watchlist_refused").back()["reasons"]), R"(["evidence_of_points"])");
  }
  EXPECT_EQ(world.count(world.col, "watchlist_refused"), 3);
  EXPECT_EQ(entries(), 0u);
  EXPECT_EQ(world.count(world.col, "watchlist_entered"), 0);
  identify();
  EXPECT_TRUE(alerts().empty());
}

TEST_F(Watchlist, r40_what_is_thought_cannot_be_entered_or_read_as_what_is_known) {
  Json mixed = document();
  mixed.set("facts", document()["assessments"]);
  EXPECT_EQ(col().propose_watchlist(kOfficer, mixed).error().code, Code::kInvalidInput);
  Json opinion = document();
  opinion.set("facts", Json(Json::Array()));
  EXPECT_EQ(refusal(opinion), policy::explain("facts_missing"));
  Json bare = document();
  bare.as_object()->at("assessments").as_array()->front().set("grade", "");
  EXPECT_EQ(refusal(bare), policy::explain("assessment_without_grade"));
  const WatchlistEntry kept = must(col().watchlist_entry(kOfficer, in_force())).entry;
  EXPECT_EQ(kept.facts[0].statement, "drove the lorry that was stopped at the bridge");
  EXPECT_EQ(kept.assessments[0].grade, EvidenceGrade::kCorroborated);
}

TEST_F(Watchlist, r26_an_entry_without_owner_or_category_or_beyond_its_time_is_none) {
  const auto with = [&](const char* member, const Json& value) {
    Json changed = document();
    return refusal(changed.set(member, value));
  };
  EXPECT_EQ(with("owner", ""), policy::explain("owner_missing"));
  EXPECT_EQ(with("category", ""), policy::explain("category_missing"));
  EXPECT_EQ(with("expires", day(367)), policy::explain("expiry_too_far"));
  EXPECT_EQ(with("review", ""), policy::explain("review_missing"));
  Json unknown = document();
  unknown.set("category", "unknown").set("expires", day(182));
  EXPECT_EQ(refusal(unknown), policy::explain("category_unknown_too_long"));
  EXPECT_EQ(col().propose_watchlist(kOfficer, document("nobody")).error().code, Code::kNotFound);
  EXPECT_EQ(entries(), 0u);
}

TEST_F(Watchlist, r26_the_owner_is_a_user_who_may_be_told) {
  const auto user = [](const char* role) { return Json::object({{"role", role}, {"token", "00"}}); };
  must(col().note_users(Json::object({{kOwner.user, user("examiner")}})));
  EXPECT_EQ(refusal(document()), policy::explain("owner_not_told"));
  must(col().note_users(Json::object({{kOwner.user, user("officer")}})));
  in_force();
  identify();
  EXPECT_EQ(alerts().size(), 1u);
  must(col().note_users(Json::object({{kOfficer.user, user("officer")}})));
  identify();
  EXPECT_EQ(alerts().size(), 1u) << "the owner is gone: it matches no more";
  Json ended = user("officer");
  ended.set("expires", "2020-01-01T00:00:00Z");
  must(col().note_users(Json::object({{kOwner.user, ended}})));
  identify();
  EXPECT_EQ(alerts().size(), 1u) << "a user who has ended is told nothing";
  EXPECT_EQ(refusal(document()), policy::explain("owner_not_told"));
}

// ---- by whose decision

TEST_F(Watchlist, r28_one_person_puts_nobody_on_a_watchlist) {
  const Caller officer_at_the_keys{kOfficer.user, kOfficer.role, true};
  EXPECT_EQ(col().propose_watchlist(officer_at_the_keys, document()).error().code, Code::kDenied) << "any user's name";
  const std::string entry = propose(document());
  identify();
  EXPECT_TRUE(alerts().empty()) << "proposed is not decided";
  const auto decide = [&](const Caller& caller) {
    return col().decide_watchlist(caller, entry, ListingDecision::kInForce, kWatchlistWhy).error().code;
  };
  const Caller proposer{kOfficer.user, Role::kSupervisor}, owner{"Officer_Nine", Role::kSupervisor},
      at_the_keys{kSecond.user, Role::kSupervisor, true};
  for (const Caller& each : {proposer, owner, at_the_keys, kOfficer, kExaminer, kAuditor})
    EXPECT_EQ(decide(each), Code::kDenied) << each.user;
  EXPECT_EQ(col().decide_watchlist(kSecond, entry, ListingDecision::kInForce, "yes").error().code, Code::kInvalidInput);
  identify();
  EXPECT_TRUE(alerts().empty());
  must(col().decide_watchlist(kSecond, entry, ListingDecision::kInForce, kWatchlistWhy));
  identify();
  EXPECT_EQ(alerts().size(), 1u);
}

TEST_F(Watchlist, what_the_second_person_refuses_is_gone) {
  const std::string entry = propose(document());
  must(col().decide_watchlist(kSecond, entry, ListingDecision::kRefuse, "the report is about somebody else"));
  EXPECT_EQ(entries(), 0u);
  EXPECT_EQ(col().watchlist_entry(kOfficer, entry).error().code, Code::kNotFound);
  EXPECT_EQ(*newest("watchlist_decided")["decision"].as_string(), "refuse");
}

// What a partner released makes no entry by itself, and none without the same second person.
TEST_F(Watchlist, r26_of_a_partners_data_there_is_no_entry_without_a_decision_here_and_none_that_outlives_them) {
  world.enrol(world.usa, 1, "texas-1");
  const Question asked = world.ask(world.col, world.usa, 1);
  Json of_partner = document();
  of_partner.set("from_partner", Json::object({{"country", "USA"}, {"exchange_id", asked.exchange_id}}))
      .set("assessments", Json(Json::Array()))
      .set("review", day(10))
      .set("expires", day(20));
  EXPECT_EQ(refusal(of_partner), policy::explain("source_not_released"));
  must(world.decide(world.usa, asked.reference, Verdict::kConfirm, kWatchlistWhy));
  world.usa.node->work();
  ASSERT_EQ(world.state(world.col, asked).state, QuestionState::kReleased);
  EXPECT_EQ(entries(), 0u) << "a release lists nobody";
  Json too_long = of_partner;
  EXPECT_EQ(refusal(too_long.set("expires", day(40))), policy::explain("outlives_release"));
  Json of_another = of_partner;
  of_another.set("from_partner", Json::object({{"country", "PER"}, {"exchange_id", asked.exchange_id}}));
  EXPECT_EQ(refusal(of_another), policy::explain("source_not_released"));
  const std::string entry = propose(of_partner);
  identify();
  EXPECT_TRUE(alerts().empty());
  must(col().decide_watchlist(kSecond, entry, ListingDecision::kInForce, kWatchlistWhy));
  identify();
  EXPECT_EQ(alerts().size(), 1u);
}

// However the data go: here by the end of the last agreement with whoever released them.
TEST_F(Watchlist, what_was_made_of_a_partners_data_goes_with_them_decided_or_not) {
  world.enrol(world.usa, 1, "texas-1");
  const Question asked = world.ask(world.col, world.usa, 1);
  must(world.decide(world.usa, asked.reference, Verdict::kConfirm, kWatchlistWhy));
  world.usa.node->work();
  Json of_partner = document();
  of_partner.set("from_partner", Json::object({{"country", "USA"}, {"exchange_id", asked.exchange_id}}))
      .set("assessments", Json(Json::Array()))
      .set("review", day(10))
      .set("expires", day(20));
  const std::string entry = in_force(of_partner);
  propose(of_partner);
  const std::string own = in_force();
  identify();
  EXPECT_EQ(alerts().size(), 2u);
  must(col().terminate_agreement(kSupervisor, "test-1", kWatchlistWhy));
  identify();
  EXPECT_EQ(alerts().size(), 3u) << "by our own alone, swept away or not";
  later(1);
  EXPECT_EQ(world.count(world.col, "released_data_erased"), 1);
  EXPECT_EQ(entries(), 1u);
  EXPECT_TRUE(col().watchlist_entry(kSupervisor, own).ok());
  EXPECT_EQ(col().watchlist_entry(kSupervisor, entry).error().code, Code::kNotFound);
  for (const WatchlistAlert& each : alerts()) EXPECT_EQ(each.entry_id, own);
  EXPECT_EQ(*newest("watchlist_removed")["why"].as_string(), "source_not_released");
}

TEST_F(Watchlist, nor_is_one_put_in_force_by_the_words_of_points) {
  const std::string entry = propose(document());
  const auto decide = [&](ListingDecision wanted) {
    return col().decide_watchlist(kSecond, entry, wanted, "8 points says the matrix, enough");
  };
  EXPECT_EQ(decide(ListingDecision::kInForce).error().message, policy::explain("evidence_of_points"));
  EXPECT_EQ(*leaves("watchlist_refused").back()["reasons"].as_array(), Json::Array{"evidence_of_points"});
  EXPECT_TRUE(decide(ListingDecision::kRefuse).ok()) << "because of them";
}

// ---- met

TEST_F(Watchlist, r26_its_owner_is_told_of_each_way_the_person_is_met) {
  in_force();
  world.enrol(world.col, 2, "bogota-2");
  identify(2);
  EXPECT_TRUE(alerts().empty()) << "somebody else";
  service::EnrolRequest again;
  again.person_id = "bogota-9";
  again.samples = fingers_of(1, 2);
  EXPECT_FALSE(must(col().enrol(kOfficer, again)).enrolled) << "known under another id";
  identify();
  must(col().verify(kOfficer, "bogota-1", fingers_of(1, 4), {"file 2026/115"}));
  must(col().verify(kOfficer, "bogota-1", fingers_of(2, 4), kOurFile));  // no match: not met
  EXPECT_EQ(world.ask(world.usa, world.col, 1).state, QuestionState::kHit);
  must(col().identify_later(kOfficer, fingers_of(1, 5), kOurFile));
  col().work();
  const auto told = alerts();
  std::vector<std::string> how;
  for (const WatchlistAlert& each : told) {
    how.emplace_back(to_string(each.how));
    EXPECT_EQ(each.person_id, "bogota-1");
    EXPECT_EQ(to_json(each)["may_be"], Json("bogota-1")) << "a machine says no more";
  }
  EXPECT_EQ(how, (std::vector<std::string>{"identified", "asked", "verified", "identified", "enrolled"}));
  EXPECT_EQ(told[1].file + " " + told[1].partner, "FILE-2026-17 USA");
  EXPECT_EQ(told[2].file, "file 2026/115");
}

TEST_F(Watchlist, r26_every_id_of_the_same_hand_is_the_person_enrolled_before_or_after) {
  const auto as = [&](const char* id, std::uint32_t day_of_capture) {
    service::EnrolRequest request;
    request.person_id = id;
    request.samples = fingers_of(1, day_of_capture);
    request.enrol_if_known = true;
    EXPECT_TRUE(must(col().enrol(kOfficer, request)).enrolled);
  };
  as("before-1", 2);
  const std::string entry = in_force();
  as("after-1", 3);
  EXPECT_EQ(must(col().watchlist_entry(kOfficer, entry)).entry.hand,
            (std::set<std::string>{"bogota-1", "before-1", "after-1"}));
  const std::size_t before = alerts().size();
  for (const char* id : {"before-1", "after-1"}) {
    must(col().verify(kOfficer, id, fingers_of(1, 4), kOurFile));
    EXPECT_EQ(alerts().front().person_id, id);
  }
  EXPECT_EQ(alerts().size(), before + 2);
}

TEST_F(Watchlist, r26_nobody_but_the_owner_is_shown_an_alert) {
  in_force();
  identify();
  for (const Caller& each : {kOfficer, kSupervisor, kSecond}) EXPECT_TRUE(alerts(each).empty()) << each.user;
  for (const Caller& each : {kExaminer, kAuditor, Caller{kOwner.user, Role::kOfficer, true}})
    EXPECT_EQ(col().watchlist_alerts(each).error().code, Code::kDenied) << each.user;
  EXPECT_TRUE(must(col().alarms(kSupervisor, false)).empty());
  EXPECT_EQ(alerts().size(), 1u);
  EXPECT_EQ(world.called_back.size() + world.seen.size(), 0u) << "nothing leaves the node";
}

TEST_F(Watchlist, an_officer_sees_what_they_own_or_proposed_and_of_others_not_that_it_is_there) {
  const std::string entry = in_force();
  const Caller another{"officer.two", Role::kOfficer};
  EXPECT_EQ(col().watchlist_entry(another, entry).error().message,
            col().watchlist_entry(another, "w-none").error().message);
  EXPECT_TRUE(must(col().watchlist(another)).empty());
  EXPECT_EQ(col().remove_watchlist(another, entry, "asked for in writing").error().code, Code::kNotFound);
  for (const Caller& each : {kOfficer, kOwner, kSupervisor}) EXPECT_EQ(must(col().watchlist(each)).size(), 1u);
  must(col().remove_watchlist(kOwner, entry, "the report was about somebody else"));
  identify();
  EXPECT_TRUE(alerts().empty());
}

TEST_F(Watchlist, who_is_hidden_from_a_partner_is_met_as_anybody) {
  must(col().protect(kOfficer, "bogota-1", {ProtectionClass::kAsylum, {"USA"}, "asylum claim, file 12"}));
  in_force();
  identify();
  EXPECT_EQ(alerts().size(), 1u);
  EXPECT_EQ(world.ask(world.usa, world.col, 1).state, QuestionState::kNoHit);
  EXPECT_EQ(alerts().size(), 1u) << "nobody was found";
}

// ---- and nobody else can tell

// Of two nodes that differ in whom an entry is about: all that an officer and a partner get, and the log's leaves.
struct SeenOfOutside {
  std::vector<std::string> answers, leaves;
};

SeenOfOutside act(const char* listed) {
  World world;
  for (std::uint32_t person = 1; person <= 2; ++person)
    world.enrol(world.col, person, "bogota-" + std::to_string(person));
  const auto day = [&](int days) { return to_iso8601(world.clock.now_ms() + days * kDayMs).substr(0, 10); };
  const Json document = Json::object({{"format", 1},
                                      {"person_id", listed},
                                      {"owner", kOwner.user},
                                      {"category", "missing"},
                                      {"file", "BOG-2026-88"},
                                      {"legal_basis", "Ley 589 de 2000"},
                                      {"facts", Json::array({Json::object({{"fact", "not seen since the flood"},
                                                                           {"source", "the family"},
                                                                           {"date", day(-20)},
                                                                           {"document", "report 7"}})})},
                                      {"review", day(60)},
                                      {"expires", day(120)}});
  service::Node& col = *world.col.node;
  const std::string entry = must(col.propose_watchlist(kOfficer, document)).entry.entry_id;
  must(col.decide_watchlist(kSecond, entry, ListingDecision::kInForce, kWatchlistWhy));
  const std::size_t before = world.events(world.col).size();

  SeenOfOutside out;
  const auto receipt = [](const service::Receipt& of) {
    return " " + std::to_string(of.index) + " " + std::to_string(of.size);
  };
  const auto found = must(col.identify(kOfficer, fingers_of(1, 3), {"file 2026/114"}));
  out.answers.push_back(found.candidates.at(0).person_id + receipt(found.receipt));
  const auto verified = must(col.verify(kOfficer, "bogota-1", fingers_of(1, 4), kOurFile));
  out.answers.push_back(std::to_string(verified.score) + receipt(verified.receipt));
  service::EnrolRequest again;
  again.person_id = "bogota-9";
  again.samples = fingers_of(1, 2);
  const auto enrolled = must(col.enrol(kOfficer, again));
  out.answers.push_back(enrolled.known_as.at(0).person_id + receipt(enrolled.receipt));
  world.replied = [&](const Bytes& reply) { out.answers.push_back(std::to_string(reply.size())); };
  EXPECT_EQ(world.ask(world.usa, world.col, 1).state, QuestionState::kHit);
  for (const LogRow& row : must(must(store::open_log(world.col.directory))->log_rows(before, 1000))) {
    const Json leaf = must(parse_json(text(row.leaf)));
    for (const auto& [name, value] : *leaf.as_object())
      out.leaves.push_back(name + "=" + (name == "event" ? canonical(value) : std::to_string(canonical(value).size())));
  }
  const std::size_t met = must(col.watchlist_alerts(kOwner)).size();
  EXPECT_EQ(met, listed == std::string("bogota-1") ? 4u : 0u);
  return out;
}

TEST(WatchlistOutside, r3_whoever_acts_or_asks_or_reads_the_log_sees_the_same_with_an_entry_as_without) {
  const SeenOfOutside met = act("bogota-1"), not_met = act("bogota-2");
  EXPECT_EQ(met.answers, not_met.answers);
  EXPECT_EQ(met.leaves, not_met.leaves);
  EXPECT_GT(met.leaves.size(), 20u);
}

TEST_F(Watchlist, no_leaf_of_the_log_says_whom_an_entry_is_about) {
  const std::string entry = in_force();
  must(col().watchlist_entry(kOwner, entry));
  alerts();
  must(col().remove_watchlist(kOwner, entry, "the report was about somebody else"));
  for (const char* event : {"watchlist_entered", "watchlist_decided", "watchlist_read", "watchlist_removed"}) {
    const auto all = leaves(event);
    ASSERT_FALSE(all.empty()) << event;
    for (const Json& leaf : all)
      for (const char* member : {"subject", "exchange", "agreement", "purpose", "reasons"})
        EXPECT_TRUE(leaf[member].is_null()) << event << ": " << member;
  }
}

// ---- its end

TEST_F(Watchlist, story_9_of_unknown_category_it_is_gone_on_day_181_at_the_latest) {
  Json unknown = document();
  unknown.set("category", "unknown").set("review", day(179)).set("expires", day(180));
  in_force(unknown);
  later(178);
  identify();
  EXPECT_EQ(alerts().size(), 1u);
  world.clock.advance_ms(3 * kDayMs);
  identify();
  EXPECT_EQ(alerts().size(), 1u) << "before anybody has swept";
  EXPECT_EQ(entries(), 0u);
}

TEST_F(Watchlist, r26_an_expired_entry_stops_matching_by_itself_and_is_erased) {
  const std::string entry = in_force();
  must(col().decide_watchlist(kSecond, entry, ListingDecision::kInForce, kWatchlistWhy, day(119)));
  world.clock.advance_ms(118 * kDayMs);
  identify();
  EXPECT_EQ(alerts().size(), 1u);
  world.clock.advance_ms(2 * kDayMs);
  identify();
  EXPECT_EQ(alerts().size(), 1u) << "by the clock, not by the sweep";
  EXPECT_EQ(col().watchlist_entry(kOwner, entry).error().code, Code::kNotFound);
  EXPECT_EQ(world.count(world.col, "watchlist_removed"), 0);
  col().work();
  EXPECT_EQ(*newest("watchlist_removed")["why"].as_string(), "entry_expired");
  EXPECT_TRUE(alerts().empty()) << "they go with the entry";
  world.start(world.col);
  EXPECT_EQ(entries(), 0u);
}

TEST_F(Watchlist, r26_an_entry_that_nobody_reviewed_on_its_day_waits_for_the_second_person) {
  const std::string entry = in_force();
  const auto is_shown_overdue = [&] {
    const bool overdue = must(col().watchlist_entry(kOwner, entry)).entry.review_overdue;
    EXPECT_EQ(must(col().watchlist(kOwner)).front().review_overdue, overdue);
    return overdue;
  };
  EXPECT_FALSE(is_shown_overdue());
  later(60);
  identify();
  EXPECT_TRUE(alerts().empty());
  EXPECT_TRUE(is_shown_overdue()) << "and not as one that watches";
  EXPECT_EQ(col().decide_watchlist(kSecond, entry, ListingDecision::kInForce, kWatchlistWhy).error().message,
            policy::explain("review_missing"));
  must(col().decide_watchlist(kSecond, entry, ListingDecision::kInForce, kWatchlistWhy, day(30)));
  identify();
  EXPECT_EQ(alerts().size(), 1u);
  EXPECT_FALSE(is_shown_overdue());
}

TEST_F(Watchlist, an_entry_past_its_review_by_a_clock_that_is_doubted_tells_nobody) {
  in_force();
  const std::int64_t right_ms = world.clock.now_ms();
  world.clock.set_ms(right_ms + 61 * kDayMs);
  identify();
  EXPECT_TRUE(alerts().empty());
  world.clock.set_ms(right_ms);
  identify();
  EXPECT_EQ(alerts().size(), 1u);
}

TEST_F(Watchlist, a_proposal_that_nobody_decides_about_goes_after_two_weeks) {
  propose(document());
  later(13);
  EXPECT_EQ(entries(), 1u);
  later(2);
  EXPECT_EQ(entries(), 0u);
  EXPECT_EQ(*newest("watchlist_removed")["why"].as_string(), "entry_not_decided");
}

TEST_F(Watchlist, r40_an_assessment_goes_on_its_day_and_the_facts_stay) {
  const std::string entry = in_force();
  world.clock.advance_ms(41 * kDayMs);
  EXPECT_TRUE(must(col().watchlist_entry(kOwner, entry)).entry.assessments.empty()) << "before anybody has swept";
  col().work();
  EXPECT_EQ(*newest("watchlist_removed")["assessments"].as_integer(), 1);
  EXPECT_EQ(must(col().watchlist_entry(kOwner, entry)).entry.facts.size(), 1u);
}

TEST_F(Watchlist, an_alert_is_gone_a_month_later_whether_its_entry_is_there_or_not) {
  in_force();
  identify();
  later(30);
  EXPECT_EQ(alerts().size(), 1u);
  world.clock.advance_ms(kDayMs);
  EXPECT_TRUE(alerts().empty());
  col().work();
  EXPECT_EQ(*newest("watchlist_removed")["alerts"].as_integer(), 1);
  EXPECT_EQ(entries(), 1u);
}

TEST_F(Watchlist, with_a_person_go_their_entries_and_alerts_and_their_name_from_others) {
  world.enrol(world.col, 2, "bogota-2");
  Json of_another = document("bogota-2");
  of_another.as_object()->at("facts").as_array()->front().set("fact", "was seen together with bogota-1 twice");
  in_force();
  const std::string other = in_force(of_another);
  identify();
  identify(2);
  EXPECT_EQ(alerts().size(), 2u);
  must(col().erase_person(kSupervisor, "bogota-1", "naturalised, decree 12"));
  const auto left = must(col().watchlist(kSupervisor));
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(left[0].entry_id, other);
  EXPECT_EQ(left[0].facts[0].statement, "was seen together with [erased] twice");
  ASSERT_EQ(alerts().size(), 1u);
  EXPECT_EQ(alerts()[0].person_id, "bogota-2");
  for (const char* event : {"watchlist_entered", "watchlist_decided"})
    EXPECT_TRUE(must(col().log_entries(kAuditor, {.event = event})).lines.front().details.is_null()) << event;
  world.start(world.col);
}

TEST_F(Watchlist, survives_a_restart_and_is_bound_to_the_log) {
  in_force();
  identify();
  world.start(world.col);
  identify();
  EXPECT_EQ(alerts().size(), 2u);
  world.col.node.reset();
  const std::string database = world.col.directory + "/puente.db", good = world.root + "/good.db";
  std::filesystem::copy_file(database, good);
  for (const char* sql :
       {"DELETE FROM watchlist_alert WHERE number = 1", "UPDATE watchlist SET next_end_ms = 1",
        "DELETE FROM watchlist_hand", "INSERT INTO watchlist_hand SELECT 'bogota-2', entry_id FROM watchlist"}) {
    damage(world.col, sql);
    EXPECT_FALSE(world.try_start(world.col).ok()) << sql;
    std::filesystem::copy_file(good, database, std::filesystem::copy_options::overwrite_existing);
  }
  must(world.try_start(world.col));
}

}  // namespace
}  // namespace puente::flow
