// The log tells what happened: what left, what was held back, who read what. Whatever changes between the verdict and
// the delivery, and whatever fails on the way.
#include "core/limits.h"
#include "flow/damage.h"

namespace puente::flow {
namespace {

using Events = std::vector<std::string>;
constexpr const char* kTruthWhy = "order 12 of the ministry";

// What the public leaves say of the one question there was: events, actors by the order they appear in, other members.
std::vector<std::string> leaves_of_the_question(const std::string& directory) {
  std::vector<std::string> out;
  std::map<std::string, std::size_t> actors;
  for (const LogRow& row : must(must(store::open_log(directory))->log_rows(0, 1000))) {
    const Json leaf = must(parse_json(text(row.leaf)));
    if (leaf["exchange"].as_string() == nullptr) continue;
    std::string said = std::to_string(actors.emplace(*leaf["actor"].as_string(), actors.size()).first->second) + " ";
    for (const char* member : {"event", "agreement", "purpose", "subject", "reasons"}) {
      const std::string* const value = leaf[member].as_string();
      said += (value == nullptr ? leaf[member].is_null() ? "-" : "+" : *value) + std::string(" ");
    }
    out.push_back(said);
  }
  return out;
}

std::vector<std::string> leaves_after(Verdict verdict, const char* when_hidden) {
  World world;
  world.enrol(world.col, 1, "bogota-1");
  const Question hit = world.ask(world.usa, world.col, 1);
  const auto hide_if = [&](std::string_view when) {
    if (when == when_hidden)
      must(world.col.node->protect(kSupervisor, "bogota-1", {ProtectionClass::kAsylum, {"USA"}, kTruthWhy}));
  };
  hide_if("before");
  must(world.decide(world.col, hit.reference, verdict, "looked at every ridge of them"));
  hide_if("after");
  world.col.node->work();
  EXPECT_EQ(world.state(world.usa, hit).state, QuestionState::kNotConfirmed);
  return leaves_of_the_question(world.col.directory);
}

TEST(Truths, r3_who_reads_the_log_cannot_tell_somebody_hidden_from_somebody_rejected) {
  const std::vector<std::string> rejected = leaves_after(Verdict::kReject, "never");
  EXPECT_GE(rejected.size(), 4u);
  EXPECT_EQ(leaves_after(Verdict::kInconclusive, "never"), rejected);
  EXPECT_EQ(leaves_after(Verdict::kConfirm, "before"), rejected);
  EXPECT_EQ(leaves_after(Verdict::kConfirm, "after"), rejected);
}

class Truth : public ::testing::Test {
 protected:
  World world;
  service::Node& usa() { return *world.usa.node; }
  service::Node& col() { return *world.col.node; }

  Question confirmed_hit() {
    world.enrol(world.col, 1, "bogota-1");
    const Question hit = world.ask(world.usa, world.col, 1);
    EXPECT_EQ(hit.state, QuestionState::kHit);
    must(world.decide(world.col, hit.reference, Verdict::kConfirm, "same ridge flow and minutiae"));
    return hit;
  }
  void hide() {  // the same hand once more, for asylum this time
    service::EnrolRequest request;
    request.person_id = "bogota-1";
    request.samples = fingers_of(1, 3);
    request.withheld_from = {"USA"};
    request.protection_class = ProtectionClass::kAsylum;
    must(col().enrol(kOfficer, std::move(request)));
  }
  void later() {
    world.clock.advance_ms(limits::kOutboxBackoffMsMax);
    col().work();
    usa().work();
  }
  // What COL's log says of the release, in its order.
  Events told() {
    Events out;
    for (const std::string& event : world.events(world.col)) {
      if (event.starts_with("released") || event.starts_with("release_acknowledged") || event.starts_with("verdict") ||
          event == "nothing_released")
        out.push_back(event);
    }
    return out;
  }
  CaseState case_state() { return must(col().cases(kExaminer)).cases.at(0).state; }
  Json details(service::Node& node, const char* event) {  // of the newest such entry
    const auto page = must(node.log_entries(kAuditor, {.event = event}));
    return page.lines.empty() ? Json() : page.lines.back().details;
  }
  Events elements_of(const Json& details) {
    Events out;
    for (const Json& each : *details["elements"].as_array()) out.push_back(*each.as_string());
    return out;
  }
  Events elements_of(const Question& question) {
    Events out;
    for (const auto& [element, value] : question.released) out.emplace_back(to_string(element));
    return out;
  }
};

TEST_F(Truth, r20_what_is_logged_as_released_is_what_left_and_both_logs_name_one_digest) {
  const Question hit = confirmed_hit();
  EXPECT_TRUE(told().empty()) << "nothing has left yet";
  col().work();
  EXPECT_EQ(told(), (Events{"released", "release_acknowledged"}));
  const Json released = details(col(), "released");
  EXPECT_EQ(elements_of(released), elements_of(world.state(world.usa, hit)));
  EXPECT_EQ(released["sha256"], details(col(), "release_acknowledged")["sha256"]);
  EXPECT_EQ(released["sha256"], details(usa(), "release_received")["sha256"]);
  EXPECT_EQ(released["sha256"].as_string()->size(), 64u);
}

TEST_F(Truth, story_15_nothing_is_released_while_the_line_is_down_and_once_when_it_is_not) {
  const Question hit = confirmed_hit();
  world.line_down = true;
  for (int i = 0; i < 3; ++i) later();
  EXPECT_TRUE(told().empty());
  world.start(world.col);
  world.line_down = false;
  later();
  EXPECT_EQ(told(), (Events{"released", "release_acknowledged"}));
  EXPECT_EQ(world.state(world.usa, hit).state, QuestionState::kReleased);
}

TEST_F(Truth, story_3_who_is_hidden_after_the_verdict_is_held_back_and_the_log_says_so) {
  const Question hit = confirmed_hit();
  hide();
  col().work();
  EXPECT_EQ(told(), (Events{"nothing_released", "verdict_acknowledged"}));
  EXPECT_EQ(case_state(), CaseState::kWithdrawn);
  EXPECT_EQ(world.state(world.usa, hit).state, QuestionState::kNotConfirmed);
  for (const LogRow& row : must(must(store::open_log(world.col.directory))->log_rows(0, 1000)))
    EXPECT_EQ(text(row.leaf).find("hidden"), std::string_view::npos) << "not in the public leaf";
  EXPECT_EQ(*details(col(), "nothing_released")["why"].as_array()->at(0).as_string(), "hidden_or_erased");
}

TEST_F(Truth, story_3_who_is_hidden_while_the_partner_is_out_of_reach_was_never_released) {
  const Question hit = confirmed_hit();
  world.line_down = true;
  later();
  hide();
  world.line_down = false;
  world.start(world.col);
  later();
  EXPECT_EQ(told(), (Events{"nothing_released", "verdict_acknowledged"}));
  EXPECT_EQ(world.state(world.usa, hit).state, QuestionState::kNotConfirmed);
}

TEST_F(Truth, who_is_hidden_at_the_verdict_is_held_back_at_once_and_the_examiner_sees_it) {
  world.enrol(world.col, 1, "bogota-1");
  const Question hit = world.ask(world.usa, world.col, 1);
  hide();
  const Case decided = must(world.decide(world.col, hit.reference, Verdict::kConfirm, "same ridge flow and minutiae"));
  EXPECT_EQ(decided.state, CaseState::kWithdrawn);
  EXPECT_EQ(*details(col(), "case_decided")["why"].as_array()->at(0).as_string(), "hidden_or_erased");
  col().work();
  EXPECT_EQ(told(), (Events{"nothing_released", "verdict_acknowledged"}));
  EXPECT_EQ(world.state(world.usa, hit).state, QuestionState::kNotConfirmed);
}

TEST_F(Truth, who_is_erased_after_the_verdict_is_held_back) {
  const Question hit = confirmed_hit();
  must(col().erase_person(kSupervisor, "bogota-1", "naturalised, decree 12"));
  col().work();
  EXPECT_EQ(told(), (Events{"nothing_released", "verdict_acknowledged"}));
  EXPECT_EQ(case_state(), CaseState::kWithdrawn);
  EXPECT_EQ(world.state(world.usa, hit).state, QuestionState::kNotConfirmed);
}

TEST_F(Truth, an_agreement_that_ends_after_the_verdict_holds_back) {
  const Question hit = confirmed_hit();
  must(col().terminate_agreement(kSupervisor, "test-1", kTruthWhy));
  col().work();
  EXPECT_EQ(told(), Events{"nothing_released"});
  EXPECT_EQ(case_state(), CaseState::kWithdrawn);
  EXPECT_EQ(world.state(world.usa, hit).state, QuestionState::kHit);
}

TEST_F(Truth, suspended_confirmed_and_resumed_is_released_with_its_entry_first) {
  world.enrol(world.col, 1, "bogota-1");
  const Question hit = world.ask(world.usa, world.col, 1);
  must(col().suspend_agreement(kSupervisor, "test-1", kTruthWhy));
  must(world.decide(world.col, hit.reference, Verdict::kConfirm, "same ridge flow and minutiae"));
  for (int i = 0; i < 3; ++i) later();
  EXPECT_EQ(told(), Events{"nothing_released"}) << "once, however often it is looked at";
  world.start(world.col);
  later();
  must(col().resume_agreement(kSupervisor, "test-1", kTruthWhy));
  later();
  EXPECT_EQ(told(), (Events{"nothing_released", "released", "release_acknowledged"}));
  EXPECT_EQ(world.state(world.usa, hit).state, QuestionState::kReleased);
}

TEST_F(Truth, a_release_whose_acknowledgement_is_lost_is_in_the_log_once) {
  const Question hit = confirmed_hit();
  world.lose_replies = true;
  later();
  EXPECT_EQ(told(), Events{"released"});
  world.lose_replies = false;
  world.start(world.col);
  later();
  EXPECT_EQ(told(), (Events{"released", "release_acknowledged"}));
  EXPECT_EQ(case_state(), CaseState::kReleased);
  EXPECT_EQ(world.state(world.usa, hit).state, QuestionState::kReleased);
}

TEST_F(Truth, story_15_a_case_whose_release_left_unacknowledged_is_not_called_withdrawn) {
  const Question hit = confirmed_hit();
  world.lose_replies = true;
  later();
  hide();
  world.lose_replies = false;
  later();
  EXPECT_EQ(told(), (Events{"released", "nothing_released"}));
  EXPECT_EQ(details(col(), "nothing_released")["sent_before"], details(col(), "released")["sha256"]);
  EXPECT_EQ(case_state(), CaseState::kCleared);
  EXPECT_EQ(world.state(world.usa, hit).state, QuestionState::kReleased) << "it did arrive";
}

TEST_F(Truth, a_release_does_not_leave_again_once_the_partner_was_told_no) {
  const Question hit = confirmed_hit();
  world.lose_replies = true;
  later();  // it leaves, and is not acknowledged
  must(col().protect(kOfficer, "bogota-1", {ProtectionClass::kAsylum, {"USA"}, "claims asylum, file 12"}));
  later();  // "not confirmed" leaves, and is not acknowledged either
  must(col().propose_lift(kSupervisor, "bogota-1", "claim withdrawn in writing"));
  must(col().lift_protection({"supervisor.two", Role::kSupervisor}, "bogota-1", "read the file, it is genuine"));
  const Json sent = details(col(), "released");
  for (int i = 0; i < 3; ++i) later();
  world.lose_replies = false;
  world.start(world.col);
  for (int i = 0; i < 3; ++i) later();
  EXPECT_EQ(told(), (Events{"released", "nothing_released"}));
  EXPECT_EQ(details(col(), "released")["sha256"], sent["sha256"]);
}

TEST_F(Truth, nor_once_the_person_is_erased_though_the_same_ids_are_given_anew) {
  service::EnrolRequest first;
  first.person_id = "bogota-1";
  first.encounter_id = "e-1";
  first.samples = fingers_of(1, 1);
  first.biographic = biography_of(1);
  must(col().enrol(kOfficer, first));
  const Question hit = world.ask(world.usa, world.col, 1);
  must(world.decide(world.col, hit.reference, Verdict::kConfirm, "same ridge flow and minutiae"));
  world.lose_replies = true;
  later();
  must(col().erase_person(kSupervisor, "bogota-1", "naturalised, decree 12"));
  first.samples = fingers_of(1, 1);
  must(col().enrol(kOfficer, first));
  world.lose_replies = false;
  for (int i = 0; i < 3; ++i) later();
  EXPECT_EQ(world.count(world.col, "released"), 1);
  EXPECT_EQ(world.count(world.col, "release_acknowledged"), 0);
}

TEST_F(Truth, what_changed_between_the_verdict_and_the_delivery_is_decided_anew_and_released_as_the_log_says) {
  service::EnrolRequest nameless;
  nameless.person_id = "bogota-1";
  nameless.samples = fingers_of(1, 2);  // the better match
  must(col().enrol(kOfficer, nameless));
  const Question hit = world.ask(world.usa, world.col, 1);
  must(world.decide(world.col, hit.reference, Verdict::kConfirm, "same ridge flow and minutiae"));
  world.enrol(world.col, 1, "bogota-1");  // with a name
  col().work();
  EXPECT_EQ(world.state(world.usa, hit).state, QuestionState::kHit) << "nobody has decided about that";
  must(col().release_card(kSupervisor, hit.reference));
  must(col().decide_release(kSupervisor, hit.reference, ReleaseDecision::kRelease, kFacts));
  col().work();
  const Question released = world.state(world.usa, hit);
  ASSERT_EQ(released.state, QuestionState::kReleased);
  EXPECT_EQ(released.released.at(DataElement::kFamilyName), biography_of(1).at(DataElement::kFamilyName))
      << "what the encounter that matched lacks, another of that person has";
  EXPECT_EQ(elements_of(details(col(), "released")), elements_of(released));
}

TEST_F(Truth, what_was_put_right_is_what_leaves) {
  service::EnrolRequest wrong;
  wrong.person_id = "bogota-1";
  wrong.samples = fingers_of(1, 2);  // the better match
  wrong.biographic[DataElement::kFamilyName] = "Peres";
  must(col().enrol(kOfficer, wrong));
  world.clock.advance_ms(1'000);
  world.enrol(world.col, 1, "bogota-1");  // under the right name
  const Question hit = world.ask(world.usa, world.col, 1);
  must(world.decide(world.col, hit.reference, Verdict::kConfirm, "same ridge flow and minutiae"));
  col().work();
  EXPECT_EQ(world.state(world.usa, hit).released.at(DataElement::kFamilyName),
            biography_of(1).at(DataElement::kFamilyName));
}

TEST_F(Truth, a_release_that_comes_again_is_acknowledged_and_writes_nothing) {
  const Question hit = confirmed_hit();
  world.lose_replies = true;
  col().work();
  world.lose_replies = false;
  later();
  EXPECT_EQ(world.state(world.usa, hit).state, QuestionState::kReleased);
  EXPECT_EQ(world.count(world.usa, "release_received"), 1);
}

TEST_F(Truth, nothing_is_taken_from_a_partner_while_the_agreement_is_suspended_here) {
  const Question hit = confirmed_hit();
  must(usa().suspend_agreement(kSupervisor, hit.agreement_id, "an incident, file 9"));
  col().work();
  EXPECT_EQ(world.state(world.usa, hit).state, QuestionState::kHit);
  must(usa().resume_agreement(kSupervisor, hit.agreement_id, "the incident is over"));
  later();
  later();
  EXPECT_EQ(world.state(world.usa, hit).state, QuestionState::kReleased);
}

TEST_F(Truth, a_verdict_that_only_says_no_is_acknowledged_as_such) {
  world.enrol(world.col, 1, "bogota-1");
  const Question hit = world.ask(world.usa, world.col, 1);
  must(world.decide(world.col, hit.reference, Verdict::kReject, "the cores differ clearly"));
  col().work();
  EXPECT_EQ(told(), (Events{"nothing_released", "verdict_acknowledged"}));
}

TEST_F(Truth, a_case_of_another_text_or_country_under_a_known_id_harms_nothing) {
  const auto plant = [&](const char* id, const char* partner, Digest digest) {
    world.plant(world.col, [&](store::Transaction& transaction) {
      Case decided;
      decided.case_id = decided.exchange_id = id;
      decided.agreement_id = "test-1";
      decided.agreement_digest = digest;
      decided.partner = partner;
      decided.state = CaseState::kCleared;
      decided.expires_ms = world.clock.now_ms();
      must(transaction.put_case(decided));
      store::OutboxItem item;
      item.id = id;
      item.peer = partner;
      item.kind = "verdict";
      item.expires_ms = world.clock.now_ms() + kDayMs;
      must(transaction.enqueue(item));
    });
    col().work();
    EXPECT_EQ(col().health().outbox, 0u);
    EXPECT_EQ(must(col().cases(kExaminer)).cases.at(0).state, CaseState::kWithdrawn);
  };
  plant("c-1", "MEX", {});
  plant("c-2", "USA", sha256(view("another text")));
  EXPECT_EQ(world.seen.size(), 0u);
}

TEST_F(Truth, quotas_of_two_texts_beside_each_other_do_not_add_up) {
  for (int i = 0; i < 3; ++i) EXPECT_EQ(world.ask(world.usa, world.col, 2).state, QuestionState::kNoHit);
  const std::string other =
      world.agreement("test-2", world.usa, world.col, Json::array({World::clause("border_identification")}));
  must(usa().accept_agreement(kSupervisor, other, kTruthWhy));
  must(col().accept_agreement(kSupervisor, other, kTruthWhy));
  EXPECT_EQ(world.try_ask(world.usa, world.col, 2).error().code, Code::kQuotaExceeded);
}

TEST_F(Truth, r23_a_quota_is_of_24_hours_and_midnight_does_not_double_it) {
  world.clock.set_ms((world.clock.now_ms() / kDayMs + 1) * kDayMs - kMinuteMs);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(world.ask(world.usa, world.col, 2).state, QuestionState::kNoHit);
  world.clock.advance_ms(2 * kMinuteMs);
  EXPECT_EQ(world.try_ask(world.usa, world.col, 2).error().code, Code::kQuotaExceeded);
  world.clock.advance_ms(kDayMs);
  EXPECT_EQ(world.ask(world.usa, world.col, 2).state, QuestionState::kNoHit);
}

// ---- who read what

TEST_F(Truth, r20_reading_released_data_and_lists_and_what_a_role_may_not_are_entries) {
  const Question hit = confirmed_hit();
  col().work();
  const Caller colleague{"officer.two", Role::kOfficer};
  EXPECT_EQ(usa().question(colleague, hit.exchange_id).error().code, Code::kNotFound);
  EXPECT_EQ(usa().question(colleague, hit.exchange_id).error().message,
            usa().question(colleague, "x-none").error().message);
  EXPECT_EQ(usa().question_as_transaction(colleague, hit.exchange_id).error().code, Code::kNotFound);
  EXPECT_EQ(world.count(world.usa, "access_refused"), 1) << "one a minute, counted";
  EXPECT_EQ(must(usa().question(kSupervisor, hit.exchange_id)).state, QuestionState::kReleased);
  EXPECT_EQ(world.count(world.usa, "released_read"), 1);
  must(col().cases(kExaminer));
  EXPECT_EQ(world.count(world.col, "cases_listed"), 1);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(col().cases(kOfficer).error().code, Code::kDenied);
  world.clock.advance_ms(kMinuteMs);
  col().work();
  const auto refused = must(col().log_entries(kAuditor, {.event = "access_refused"})).lines;
  ASSERT_EQ(refused.size(), 2u);
  EXPECT_EQ(*refused[0].details["user"].as_string(), "officer.one");
  EXPECT_EQ(*refused[0].details["times"].as_integer() + *refused[1].details["times"].as_integer(), 3);
}

TEST_F(Truth, one_s_own_questions_are_listed_and_a_supervisor_s_are_everybody_s) {
  const Question hit = confirmed_hit();
  col().work();
  std::vector<std::string> others;
  const Caller colleague{"officer.two", Role::kOfficer};
  for (int i = 0; i < 3; ++i) {
    const std::string file = "TX-2026-" + std::to_string(i);
    others.push_back(must(usa().ask(colleague, request_to("COL", fingers_of(9, 2), file))).exchange_id);
    world.clock.advance_ms(kDayMs);  // for the quota
  }
  const auto ids = [&](const Caller& caller, const service::QuestionFilter& filter = {}) {
    std::vector<std::string> out;
    for (const Question& each : must(usa().questions(caller, filter)).questions) {
      EXPECT_TRUE(each.released.empty());
      out.push_back(each.exchange_id);
    }
    return out;
  };
  using Ids = std::vector<std::string>;
  EXPECT_EQ(ids(kOfficer), Ids{hit.exchange_id});
  EXPECT_EQ(ids(colleague), (Ids{others[2], others[1], others[0]}));
  EXPECT_EQ(ids(kSupervisor).size(), 4u);
  EXPECT_EQ(ids(kSupervisor, {.state = QuestionState::kReleased}), Ids{hit.exchange_id});
  EXPECT_EQ(ids(colleague, {.case_reference = "TX-2026-1"}), Ids{others[1]});
  EXPECT_TRUE(ids(colleague, {.partner = "VEN"}).empty());
  const service::QuestionPage page = must(usa().questions(colleague, {.limit = 2}));
  EXPECT_EQ(page.next, others[1]);
  EXPECT_EQ(ids(colleague, {.after = page.next, .limit = 2}), Ids{others[0]});
  EXPECT_EQ(usa().questions(kExaminer).error().code, Code::kDenied);
  EXPECT_EQ(world.count(world.usa, "questions_listed"), 8);
  for (int i = 0; i < 12; ++i) must(usa().questions(colleague, {.case_reference = "TX-2026-1"}));
  must(usa().identify(colleague, minutiae_of(9, 2), {"TX-2026-1"}));
  EXPECT_TRUE(must(usa().alarms(kSupervisor, true)).empty()) << "to list a file's questions is no search under it";
  damage(world.usa, "UPDATE question SET sealed_body = x'00' WHERE exchange_id = '" + others[1] + "'");
  EXPECT_EQ(ids(colleague), (Ids{others[2], others[0]})) << "nor does a damaged one keep the others from being listed";
  EXPECT_EQ(usa().health().attention, std::vector<std::string>{"records_unreadable"});
  EXPECT_EQ(world.count(world.usa, "released_read"), 0) << "a list shows nothing of it";
}

TEST_F(Truth, a_grave_attempt_does_not_hide_behind_a_trivial_one) {
  EXPECT_EQ(col().cases(kOfficer).error().code, Code::kDenied);
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(col().terminate_agreement(kOfficer, "test-1", "nobody needs it").error().code, Code::kDenied);
  EXPECT_EQ(col().cases(kOfficer).error().code, Code::kDenied);
  world.clock.advance_ms(kMinuteMs);
  col().work();
  std::map<std::string, std::int64_t> tried;
  const auto page = must(col().log_entries(kAuditor, {.event = "access_refused"}));
  for (const auto& line : page.lines)
    tried[*line.leaf["reasons"].as_array()->front().as_string()] += *line.details["times"].as_integer();
  EXPECT_EQ(tried, (std::map<std::string, std::int64_t>{{"list_cases", 2}, {"terminate_agreement", 2}}));
  EXPECT_EQ(page.lines.size(), 4u) << "one an action and minute, and one of how often again";
}

TEST_F(Truth, r22_an_auditor_reads_the_log_with_its_details_and_that_is_logged) {
  const Question hit = confirmed_hit();
  col().work();
  for (const Caller& who : {kOfficer, kExaminer}) EXPECT_EQ(col().log_entries(who, {}).error().code, Code::kDenied);
  const auto about = must(col().log_entries(kAuditor, {.person_id = "bogota-1"}));
  Events events;
  for (const auto& line : about.lines) events.push_back(*line.leaf["event"].as_string());
  EXPECT_EQ(events.front(), "enrolled");
  EXPECT_NE(std::find(events.begin(), events.end(), "released"), events.end());
  EXPECT_EQ(*about.lines.front().details["by"].as_string(), kOfficer.user);
  EXPECT_EQ(*about.lines.front().details["of"].as_string(), "bogota-1");
  const auto by_usa = must(col().log_entries(kAuditor, {.partner = "USA"}));
  EXPECT_EQ(by_usa.lines.size(), 2u) << "its question and its acknowledgement";
  EXPECT_GE(must(col().log_entries(kAuditor, {.user = "examiner.one"})).lines.size(), 4u);
  EXPECT_EQ(must(col().log_entries(kAuditor, {.from_ms = world.clock.now_ms() + 1})).lines.size(), 0u);
  EXPECT_GT(must(col().log_entries(kAuditor, {.exchange_id = hit.exchange_id})).lines.size(), 4u);

  std::uint64_t seen = 0;
  std::optional<std::uint64_t> next = 0;
  while (next && seen < 1000) {
    const auto page =
        must(col().log_entries(kSupervisor, {.until_ms = world.clock.now_ms() + 1, .first = *next, .limit = 3}));
    seen += page.lines.size();
    next = page.next;
    if (page.lines.size() < 3) break;
  }
  EXPECT_GE(seen, 12u);
  const auto looks = must(col().log_entries(kAuditor, {.event = "log_read"})).lines;
  EXPECT_TRUE(std::any_of(looks.begin(), looks.end(), [&](const auto& look) {
    return look.details["exchange"] == Json(hit.exchange_id) && look.details["by"] == Json(kAuditor.user);
  }));
}

TEST_F(Truth, no_user_has_the_pseudonym_of_the_node_or_of_a_partner) {
  const Caller sly{"USA", Role::kOfficer}, slyer{"node", Role::kOfficer};
  world.enrol(world.col, 1, "bogota-1");
  world.ask(world.usa, world.col, 1);
  must(col().identify(sly, fingers_of(2, 1), kOurFile));
  must(col().identify(slyer, fingers_of(2, 1), kOurFile));
  std::map<std::string, std::set<std::string>> actors;
  for (const LogRow& row : must(must(store::open_log(world.col.directory))->log_rows(0, 1000))) {
    const Json leaf = must(parse_json(text(row.leaf)));
    actors[*leaf["actor"].as_string()].insert(*leaf["event"].as_string());
  }
  for (const auto& [actor, events] : actors)
    EXPECT_TRUE(events == std::set<std::string>{"identified"} || !events.contains("identified"));
}

}  // namespace
}  // namespace puente::flow
