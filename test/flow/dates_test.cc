// What is kept has a date: cases, questions and what stands sealed beside the log; and who is erased is named no more.
// Lists show all that is there, page by page.
#include "core/limits.h"
#include "flow/world.h"

namespace puente::flow {
namespace {

class Dates : public ::testing::Test {
 protected:
  World world;
  service::Node& usa() { return *world.usa.node; }
  service::Node& col() { return *world.col.node; }

  bool is_named(service::Node& node, const std::string& word) {
    for (const auto& line : must(node.log_entries(kAuditor, {})).lines)
      if (!line.details.is_null() && canonical(line.details).find(word) != std::string::npos) return true;
    return false;
  }
};

TEST_F(Dates, who_is_erased_is_named_by_no_details_and_no_case_any_more) {
  world.enrol(world.col, 1, "CC-1020304050");
  must(col().identify(kOfficer, fingers_of(1, 2), kOurFile));
  const Question hit = world.ask(world.usa, world.col, 1);
  must(world.decide(world.col, hit.reference, Verdict::kReject, "the scar of Ana Ruiz is missing"));
  const Question open = world.ask(world.usa, world.col, 1);
  EXPECT_TRUE(is_named(col(), "CC-1020304050"));
  EXPECT_TRUE(is_named(col(), "Ana Ruiz"));

  must(col().erase_person(kSupervisor, "CC-1020304050", "naturalised, decree 12"));
  EXPECT_FALSE(is_named(col(), "CC-1020304050"));
  EXPECT_FALSE(is_named(col(), "Ana Ruiz"));
  EXPECT_EQ(world.count(world.col, "details_erased"), 1);
  const auto ended = must(col().log_entries(kAuditor, {.event = "case_decided"}));
  EXPECT_EQ(*ended.lines.back().details["why"].as_string(), "the person is erased");
  for (const Case& each : must(col().cases(kExaminer)).cases) {
    EXPECT_TRUE(each.person_id.empty() && each.verdict_reasons.empty()) << each.case_id;
    EXPECT_NE(each.state, CaseState::kOpen) << "nobody is shown them any more";
  }
  col().work();
  EXPECT_EQ(world.state(world.usa, open).state, QuestionState::kNotConfirmed);
  EXPECT_TRUE(world.verify_log(world.col).ok) << "the tree stands as it was";
}

TEST_F(Dates, whose_retention_is_over_is_named_no_more_either) {
  service::EnrolRequest request;
  request.person_id = "CC-1020304050";
  request.samples = fingers_of(1, 1);
  request.retention_days = 10;
  must(usa().enrol(kOfficer, std::move(request)));
  must(usa().identify(kOfficer, fingers_of(1, 2), kOurFile));
  world.clock.advance_ms(11 * kDayMs);
  usa().work();
  EXPECT_FALSE(is_named(usa(), "CC-1020304050"));
}

TEST_F(Dates, r11_cases_questions_and_details_go_when_their_time_is_over) {
  world.enrol(world.col, 1, "bogota-1");
  const Question hit = world.ask(world.usa, world.col, 1);
  must(world.decide(world.col, hit.reference, Verdict::kConfirm, "same ridge flow and minutiae"));
  col().work();
  ASSERT_EQ(world.state(world.usa, hit).state, QuestionState::kReleased);
  world.clock.advance_ms((defaults::kRecordDays - 1) * kDayMs);
  for (Country* country : {&world.usa, &world.col}) country->node->work();
  EXPECT_EQ(must(col().cases(kExaminer)).cases.size(), 1u);
  world.clock.advance_ms(10 * kDayMs);
  for (Country* country : {&world.usa, &world.col}) country->node->work();
  EXPECT_EQ(must(col().cases(kExaminer)).cases.size(), 0u);
  EXPECT_EQ(world.count(world.col, "case_erased"), 1);
  EXPECT_EQ(usa().question(kOfficer, hit.exchange_id).error().code, Code::kNotFound);
  EXPECT_EQ(world.count(world.usa, "question_erased"), 1);

  EXPECT_TRUE(is_named(col(), kExaminer.user));
  world.clock.advance_ms((defaults::kDetailsDays - defaults::kRecordDays) * kDayMs);
  col().work();
  EXPECT_EQ(world.count(world.col, "details_erased"), 1);
  const auto page = must(col().log_entries(kAuditor, {.event = "case_decided"}));
  ASSERT_EQ(page.lines.size(), 1u);
  EXPECT_TRUE(page.lines[0].details.is_null());
  EXPECT_TRUE(world.verify_log(world.col).ok);
}

TEST_F(Dates, a_list_shows_every_case_page_by_page_the_most_urgent_first) {
  constexpr int kCases = 1'250;
  world.plant(world.col, [&](store::Transaction& transaction) {
    for (int i = 0; i < kCases; ++i) {
      Case each;
      each.case_id = each.exchange_id = "c-" + std::to_string(i);
      each.partner = i % 2 == 0 ? "USA" : "VEN";
      each.agreement_id = "test-1";
      each.state = i < 1'200 ? CaseState::kRejected : CaseState::kOpen;
      each.expires_ms = world.clock.now_ms() + (kCases - i) * kMinuteMs;
      must(transaction.put_case(each));
    }
  });
  const auto [first, next] = must(col().cases(kExaminer));
  ASSERT_EQ(first.size(), limits::kPageMax);
  EXPECT_EQ(first.front().case_id, "c-1249") << "open, and its time is over first";
  EXPECT_EQ(first[49].case_id, "c-1200");
  EXPECT_EQ(first[50].state, CaseState::kRejected);
  const auto rest = must(col().cases(kExaminer, {.after = next})).cases;
  EXPECT_EQ(rest.size(), kCases - limits::kPageMax);
  EXPECT_EQ(must(col().cases(kExaminer, {.state = CaseState::kOpen, .partner = "VEN"})).cases.size(), 25u);
  EXPECT_EQ(col().health().cases_open, 50u);
}

}  // namespace
}  // namespace puente::flow
