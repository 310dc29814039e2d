// R7, story 12: seeded cases, whose truth is known, stand among an examiner's cases and are to them like any
// (docs/decisions/0112). That they are sent alike, byte for byte and in the same time, is in test/contract; that
// nothing which leaves can be made of one in test/no_compile.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "flow/world.h"

namespace puente::flow {
namespace {

constexpr const char* kPractisedSame = "same ridge flow and minutiae";
constexpr const char* kPractisedOther = "the cores differ clearly";

class Practice : public ::testing::Test {
 protected:
  World world;
  Question hit;
  service::Node& col() { return *world.col.node; }

  Practice() {
    world.change_config = [](service::Config& config) {
      config.cores = 1;
    };  // where one in another would wait for ever
    world.start(world.col);
    world.enrol(world.col, 1, "bogota-1");
    hit = world.ask(world.usa, world.col, 1);
  }
  // A seeded case beside the hit, with the hit's own exhibit, as if it had been opened at the same moment.
  std::string plant(Truth truth, const std::string& case_id = "c-seeded") {
    const Case real = record_of(world, world.col, hit.reference);
    Bytes exhibit;
    {
      const auto store =
          must(store::open(world.col.directory, store::Mode::kReadOnly, World::copy(world.col.node_key), world.random));
      exhibit = must(store->case_exhibit(hit.reference));
    }
    PracticeCase seeded;
    static_cast<Examination&>(seeded) = real;
    seeded.case_id = case_id;
    seeded.truth = truth;
    world.plant(world.col, [&](store::Transaction& t) { must(t.put_practice_case(seeded, exhibit)); });
    return case_id;
  }
  std::vector<std::string> listed(const Caller& caller) {
    std::vector<std::string> out;
    for (const service::ShownCase& each : must(col().cases(caller)).cases) out.push_back(each.case_id);
    return out;
  }
  Result<service::Receipt> add_pair(Truth truth, std::uint32_t person = 800) {
    return col().add_practice_pair(kSupervisor, truth, fingers_of(person, 1),
                                   fingers_of(truth == Truth::kMate ? person : person + 1, 2));
  }
  std::size_t waiting() { return must(col().practice(kSupervisor)).waiting; }
  void one_more_hit() {
    world.clock.advance_ms(kDayMs / 2);  // for the quota of the day, and until what is due opens
    must(world.usa.node->ask(kOfficer, request_to("COL", minutiae_of(1, 2))));
    world.usa.node->work();
    col().work();
  }
  int ask_until_one_is_seeded() {  // how many hits there were
    int hits = 1;
    for (const std::size_t before = waiting(); waiting() == before && hits < 400; ++hits) one_more_hit();
    EXPECT_LT(hits, 400);
    return hits;
  }
  CaseState judge(const std::string& case_id, Verdict verdict, const Caller& examiner = kExaminer) {
    return must(examine_as(examiner, world.col, case_id, verdict,
                           verdict == Verdict::kConfirm ? kPractisedSame : kPractisedOther))
        .state;
  }
  service::ExaminerReport report_of(const Caller& examiner) {
    for (service::ExaminerReport& each : must(col().practice(kSupervisor)).examiners)
      if (each.user == examiner.user) return each;
    ADD_FAILURE() << "nothing is known of " << examiner.user;
    return {};
  }
  std::size_t told(const char* kind) {
    const auto all = must(col().alarms(kSupervisor, true));
    return static_cast<std::size_t>(std::ranges::count_if(all, [&](const Alarm& each) { return each.kind == kind; }));
  }
};

TEST_F(Practice, r7_after_one_hit_in_nineteen_a_pair_that_waits_becomes_a_case_some_time_later) {
  for (const std::uint32_t person : {800u, 810u, 820u})
    for (const Truth truth : {Truth::kMate, Truth::kNonMate}) must(add_pair(truth, person));
  EXPECT_EQ(waiting(), 6u);
  const int hits = ask_until_one_is_seeded();
  EXPECT_EQ(waiting(), 5u);
  EXPECT_EQ(static_cast<int>(listed(kExaminer).size()), hits + 1);
  EXPECT_EQ(static_cast<int>(listed(kSupervisor).size()), hits) << "examiners alone are shown it";
  EXPECT_TRUE(world.verify_log(world.col).ok);
}

TEST_F(Practice, r7_when_the_last_of_a_kind_is_taken_a_supervisor_is_told) {
  must(add_pair(Truth::kMate));
  must(add_pair(Truth::kNonMate));
  ask_until_one_is_seeded();
  EXPECT_EQ(told("practice_used_up"), 1u);
}

TEST_F(Practice, who_was_enrolled_since_is_in_no_seeded_case) {
  must(add_pair(Truth::kMate));
  must(add_pair(Truth::kNonMate));
  world.enrol(world.col, 800, "bogota-800");
  for (int i = 0; i < 400 && waiting() == 2; ++i) one_more_hit();
  for (int i = 0; i < 3; ++i) {
    world.clock.advance_ms(kDayMs / 2);
    col().work();
  }
  EXPECT_LT(waiting(), 2u) << "one that was drawn was of that person's prints, and is erased";
  EXPECT_EQ(listed(kExaminer).size(), listed(kSupervisor).size());
}

TEST_F(Practice, r7_what_is_said_of_a_pair_is_held_against_our_own_search_and_nobody_enrolled_becomes_one) {
  const auto add = [&](Truth truth, std::uint32_t one, std::uint32_t other) {
    const auto added = col().add_practice_pair(kSupervisor, truth, fingers_of(one, 1), fingers_of(other, 2));
    return added.ok() ? std::optional<Code>() : added.error().code;
  };
  EXPECT_EQ(add(Truth::kNonMate, 800, 800), Code::kInvalidInput) << "whoever confirms it would be right";
  EXPECT_EQ(add(Truth::kMate, 800, 801), Code::kInvalidInput);
  EXPECT_EQ(add(Truth::kMate, 1, 1), Code::kInvalidInput) << "bogota-1's fingers";
  EXPECT_EQ(add(Truth::kNonMate, 800, 1), Code::kInvalidInput);
  auto elsewhere = fingers_of(1, 1);
  elsewhere[0].position = FingerCapture::kLeftRing, elsewhere[1].position = FingerCapture::kRightLittle;
  EXPECT_EQ(col().add_practice_pair(kSupervisor, Truth::kMate, elsewhere, elsewhere).error().code, Code::kInvalidInput)
      << "under whatever position";
  EXPECT_EQ(world.count(world.col, "practice"), 5) << "each attempt is an entry";
  EXPECT_EQ(col().add_practice_pair(kExaminer, Truth::kMate, fingers_of(800, 1), fingers_of(800, 2)).error().code,
            Code::kDenied);
  EXPECT_EQ(waiting(), 0u);
  must(add_pair(Truth::kMate));
  EXPECT_EQ(add_pair(Truth::kMate).error().code, Code::kAlreadyExists);
}

TEST_F(Practice, story_12_whoever_confirms_a_pair_of_two_people_is_found_and_judges_nothing_until_renewed) {
  const std::string seeded = plant(Truth::kNonMate);
  EXPECT_EQ(judge(seeded, Verdict::kConfirm), CaseState::kConfirmed) << "as a hit would be";
  EXPECT_EQ(told("examiner_found"), 1u);
  EXPECT_NE(report_of(kExaminer).suspended_ms, 0);
  const auto refused = col().decide_case(kExaminer, hit.reference, Verdict::kReject, kPractisedOther);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, Code::kDenied);
  EXPECT_NE(refused.error().message.find("known to be of two"), std::string::npos) << refused.error().message;
  EXPECT_EQ(col().lock_probe(kExaminer, hit.reference, {}).error().code, Code::kDenied);
  EXPECT_EQ(judge(hit.reference, Verdict::kReject, kSecondExaminer), CaseState::kRejected) << "others judge on";

  world.start(world.col);
  EXPECT_NE(report_of(kExaminer).suspended_ms, 0) << "a restart forgives nothing";
  Caller spelt_otherwise = kExaminer;
  spelt_otherwise.user[0] = static_cast<char>(std::toupper(spelt_otherwise.user[0]));
  EXPECT_EQ(col().decide_case(spelt_otherwise, hit.reference, Verdict::kReject, kPractisedOther).error().code,
            Code::kDenied);

  Caller at_the_keys = kSupervisor;
  at_the_keys.at_the_keys = true;
  const char* why = "a week of training, forty pairs without an error";
  EXPECT_EQ(col().renew_certificate(at_the_keys, kExaminer.user, why).error().code, Code::kDenied);
  EXPECT_EQ(col().renew_certificate(kExaminer, kExaminer.user, why).error().code, Code::kDenied);
  EXPECT_EQ(col().renew_certificate(kSupervisor, kExaminer.user, "ok").error().code, Code::kInvalidInput);
  EXPECT_EQ(col().renew_certificate(kSupervisor, "nobody", why).error().code, Code::kNotFound);
  must(col().renew_certificate(kSupervisor, kExaminer.user, why));
  EXPECT_EQ(report_of(kExaminer).suspended_ms, 0);
  EXPECT_EQ(report_of(kExaminer).outcomes.confirmed_non_mates, 1u) << "what happened stays";
  world.enrol(world.col, 2, "bogota-2");
  const Question next = world.ask(world.usa, world.col, 2);
  EXPECT_EQ(judge(next.reference, Verdict::kReject), CaseState::kRejected);
  EXPECT_EQ(told("certificate_renewed"), 1u) << "another supervisor knows";
  EXPECT_TRUE(world.verify_log(world.col).ok);
}

TEST_F(Practice, r7_who_releases_is_told_that_one_who_confirmed_is_suspended) {
  EXPECT_EQ(judge(hit.reference, Verdict::kConfirm), CaseState::kConfirmed);
  const auto risks = [&] { return must(col().release_card(kSupervisor, hit.reference)).risks; };
  const auto says = [&] { return std::ranges::count(risks(), "examiner_suspended"); };
  EXPECT_EQ(says(), 0);
  world.enrol(world.col, 2, "bogota-2");
  const Question next = world.ask(world.usa, world.col, 2);
  const Question before = std::exchange(hit, next);
  judge(plant(Truth::kNonMate), Verdict::kConfirm);
  hit = before;
  EXPECT_EQ(says(), 1);
}

TEST_F(Practice, r7_the_log_s_leaves_do_not_tell_a_seeded_case_or_who_is_found) {
  const auto before = world.events(world.col).size();
  judge(plant(Truth::kNonMate), Verdict::kConfirm);
  const auto after = world.events(world.col);
  const std::set<std::string> seen(after.begin() + static_cast<std::ptrdiff_t>(before), after.end());
  for (const std::string& each : seen)
    EXPECT_TRUE(
        std::set<std::string>({"node_started", "case_viewed", "probe_locked", "verdict_given", "supervisor_told", ""})
            .contains(each))
        << each;
  for (const LogRow& row : must(must(store::open_log(world.col.directory))->log_rows(0, 1000))) {
    const Json leaf = must(parse_json(text(row.leaf)));
    if (leaf["event"] != Json("supervisor_told")) continue;
    EXPECT_TRUE(leaf["reasons"].is_null() && leaf["subject"].is_null()) << text(row.leaf);
  }
}

TEST_F(Practice, r7_whoever_is_right_or_cannot_tell_is_counted_and_goes_on) {
  EXPECT_EQ(judge(plant(Truth::kNonMate, "c-seeded-1"), Verdict::kReject), CaseState::kRejected);
  EXPECT_EQ(judge(plant(Truth::kMate, "c-seeded-2"), Verdict::kConfirm), CaseState::kConfirmed);
  EXPECT_EQ(judge(plant(Truth::kMate, "c-seeded-3"), Verdict::kReject), CaseState::kRejected);
  EXPECT_EQ(judge(plant(Truth::kNonMate, "c-seeded-4"), Verdict::kInconclusive), CaseState::kOpen)
      << "another is asked, as of a hit";
  EXPECT_EQ(report_of(kExaminer).outcomes, (PracticeOutcomes{1, 0, 2, 1, 1}));
  EXPECT_EQ(report_of(kExaminer).rate.errors, 1u);
  EXPECT_EQ(report_of(kExaminer).suspended_ms, 0);
  EXPECT_EQ(told("examiner_found"), 0u);
  EXPECT_EQ(must(col().practice(kAuditor)).office, (PracticeOutcomes{1, 0, 2, 1, 1}));
  EXPECT_EQ(col().practice(kExaminer).error().code, Code::kDenied);
}

TEST_F(Practice, r7_of_a_seeded_case_nothing_is_told_or_released) {
  const std::string seeded = plant(Truth::kMate);
  EXPECT_EQ(judge(seeded, Verdict::kConfirm), CaseState::kConfirmed);
  EXPECT_EQ(listed(kSupervisor), std::vector<std::string>{hit.reference});
  EXPECT_EQ(col().release_card(kSupervisor, seeded).error().code, Code::kNotFound);
  EXPECT_EQ(col().decide_release(kSupervisor, seeded, ReleaseDecision::kRelease, kFacts).error().code, Code::kNotFound);
  EXPECT_EQ(col().health().outbox, 0u);
  world.clock.advance_ms(40 * kDayMs);
  for (int i = 0; i < 2; ++i) col().work();  // ends it, then tells
  EXPECT_EQ(must(col().case_facts(kExaminer, seeded)).state, CaseState::kWithdrawn)
      << "as a hit that no second person lets go";
  EXPECT_EQ(world.state(world.usa, hit).state, QuestionState::kNotConfirmed) << "the hit's own end, and no other";
}

TEST_F(Practice, r6_its_prints_go_with_the_verdict_and_the_rest_by_its_date) {
  const std::string judged = plant(Truth::kNonMate, "c-seeded-1");
  plant(Truth::kMate, "c-seeded-2");
  judge(judged, Verdict::kReject);
  const auto kept = [&](const char* case_id) {
    return must(store::open(world.col.directory, store::Mode::kReadOnly, World::copy(world.col.node_key), world.random))
        ->practice_exhibit(case_id)
        .ok();
  };
  EXPECT_FALSE(kept("c-seeded-1"));
  EXPECT_TRUE(kept("c-seeded-2"));
  world.clock.advance_ms(31 * kDayMs);
  col().work();
  EXPECT_FALSE(kept("c-seeded-2"));
  EXPECT_EQ(must(col().case_facts(kExaminer, "c-seeded-2")).state, CaseState::kExpired);
  world.clock.advance_ms(2000 * kDayMs);
  col().work();
  EXPECT_EQ(col().case_facts(kExaminer, "c-seeded-1").error().code, Code::kNotFound);
}

TEST_F(Practice, r11_a_pair_waits_a_year_at_most) {
  must(add_pair(Truth::kMate));
  world.clock.advance_ms(364 * kDayMs);
  col().work();
  EXPECT_EQ(waiting(), 1u);
  world.clock.advance_ms(kDayMs);
  col().work();
  EXPECT_EQ(waiting(), 0u);
}

TEST_F(Practice, under_an_agreement_that_ends_it_ends_too_and_what_is_due_does_not_open) {
  must(add_pair(Truth::kMate));
  must(add_pair(Truth::kNonMate));
  const std::string seeded = plant(Truth::kMate), agreement = record_of(world, world.col, hit.reference).agreement_id;
  const Json due = Json::object({{"agreement_id", agreement},
                                 {"partner", "USA"},
                                 {"purpose", "border_identification"},
                                 {"opens_ms", world.clock.now_ms() + kMinuteMs},
                                 {"lasts_ms", kDayMs}});
  world.plant(world.col,
              [&](store::Transaction& t) { must(t.put_state("practice-due", view(canonical(Json::array({due}))))); });
  must(col().terminate_agreement(kSupervisor, agreement, "the treaty has ended"));
  world.clock.advance_ms(2 * kMinuteMs);
  col().work();
  EXPECT_EQ(must(col().case_facts(kExaminer, seeded)).state, CaseState::kExpired);
  EXPECT_EQ(waiting(), 2u);
}

TEST_F(Practice, r7_who_is_found_by_one_verdict_is_not_heard_with_another_given_at_the_same_time) {
  const std::vector<std::string> seeded = {plant(Truth::kNonMate, "c-seeded-1"), plant(Truth::kNonMate, "c-seeded-2")};
  for (const std::string& each : seeded) look(world.col, each);
  std::atomic<int> heard{0};
  {
    std::vector<std::jthread> both;
    for (const std::string& each : seeded)
      both.emplace_back(
          [&, each] { heard += col().decide_case(kExaminer, each, Verdict::kConfirm, kPractisedSame).ok() ? 1 : 0; });
  }
  EXPECT_EQ(heard, 1);
  EXPECT_EQ(report_of(kExaminer).outcomes.confirmed_non_mates, 1u);
}

TEST_F(Practice, r7_examiners_see_times_to_the_hour_and_prints_by_position) {
  world.clock.advance_ms(17 * kMinuteMs);
  service::AskRequest request = request_to("COL", fingers_of(1, 2));
  std::ranges::reverse(request.samples);
  const Question asked = must(world.usa.node->ask(kOfficer, std::move(request)));
  world.usa.node->work();
  const std::string case_id = world.state(world.usa, asked).reference;
  const service::CaseView view = must(col().view_case(kExaminer, case_id));
  ASSERT_NE(record_of(world, world.col, case_id).opened_ms % kHourMs, 0);
  for (const service::ShownCase& each : {view.the_case, must(col().cases(kExaminer)).cases.front()})
    EXPECT_EQ(each.opened_ms % kHourMs + each.expires_ms % kHourMs, 0);
  ASSERT_EQ(view.exhibit.pairs.size(), 2u);
  EXPECT_LT(view.exhibit.pairs[0].probe.place, view.exhibit.pairs[1].probe.place);
}

TEST_F(Practice, who_is_erased_goes_from_an_examiners_words) {
  const std::string seeded = plant(Truth::kNonMate);
  look(world.col, seeded);
  must(col().decide_case(kExaminer, seeded, Verdict::kReject, "rather like the hand of bogota-1"));
  must(col().erase_person(kSupervisor, "bogota-1", "asked for by the person"));
  EXPECT_EQ(must(col().case_facts(kExaminer, seeded)).verdict_reasons, "rather like the hand of [erased]");
}

}  // namespace
}  // namespace puente::flow
