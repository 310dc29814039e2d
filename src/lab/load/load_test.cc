#include "lab/load/load.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace puente::load {
namespace {

TEST(Load, a_small_run_reports_every_kind_of_call_in_every_phase) {
  const auto report = run({.people = 50, .searchers = 2, .seconds = 0.05, .card_fingers = 2, .grown = 2});
  ASSERT_TRUE(report.ok()) << report.error().message;
  EXPECT_EQ(report->people, 50u);
  EXPECT_EQ(report->fingers, 100u);
  EXPECT_GT(report->question_bytes, 1000u);
  EXPECT_GT(report->first_stage.own_ms, 0);
  EXPECT_GT(report->first_stage.partner_ms, 0);
  std::vector<std::string> rows;
  for (const Row& row : report->rows) {
    rows.push_back(row.phase + ": " + row.what);
    EXPECT_GE(row.calls, static_cast<std::size_t>(row.callers)) << rows.back();
    EXPECT_GT(row.per_second, 0) << rows.back();
    EXPECT_GT(row.median_ms, 0) << rows.back();
    EXPECT_LE(row.median_ms, row.p95_ms) << rows.back();
    EXPECT_LE(row.p95_ms, row.p99_ms) << rows.back();
    EXPECT_LE(row.p99_ms, row.max_ms) << rows.back();
    EXPECT_EQ(row.processor_ms > 0, row.phase == "alone") << rows.back();
  }
  EXPECT_EQ(rows, (std::vector<std::string>{"alone: enrol", "alone: question", "alone: commit", "alone: view",
                                            "beside searches: enrol", "beside searches: question",
                                            "searches and questions: commit", "searches and questions: identify",
                                            "searches and questions: question"}));
  ASSERT_EQ(report->waits.size(), 3u);
  for (const Wait& wait : report->waits) {
    EXPECT_GT(wait.waits, 0u) << wait.phase;
    EXPECT_GT(wait.mean_ms, 0) << wait.phase;
    EXPECT_GT(wait.p99_within_ms, 0) << wait.phase;
  }

  const Json json = to_json(*report);
  ASSERT_NE(json["rows"].as_array(), nullptr);
  EXPECT_EQ(json["rows"].as_array()->size(), rows.size());
  EXPECT_EQ(*json["rows"].as_array()->front()["what"].as_string(), "enrol");
  ASSERT_NE(json["waits"].as_array(), nullptr);
  EXPECT_EQ(json["waits"].as_array()->size(), report->waits.size());
  EXPECT_NE(json["first_stage"]["ratio"].as_double(), nullptr);
  const std::string text = to_text(*report);
  EXPECT_EQ(static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')), rows.size() + 6);
}

TEST(Load, of_questions_alone_nothing_else_is_measured) {
  const auto report =
      run({.people = 50, .searchers = 2, .seconds = 0.05, .questions_alone = true, .card_fingers = 2, .grown = 2});
  ASSERT_TRUE(report.ok()) << report.error().message;
  ASSERT_EQ(report->rows.size(), 2u);
  EXPECT_EQ(report->rows[0].phase + ": " + report->rows[0].what, "alone: question");
  EXPECT_EQ(report->rows[1].phase + ": " + report->rows[1].what, "beside searches: question");
}

TEST(Load, each_moment_in_which_a_question_is_decided_is_timed) {
  const auto deciding = measure_deciding({.partners = 3, .questions = 40});
  ASSERT_TRUE(deciding.ok()) << deciding.error().message;
  EXPECT_EQ(deciding->agreements, 3);
  EXPECT_EQ(deciding->denied, 10u) << "those alone that lack their order";
  ASSERT_EQ(deciding->moments.size(), 5u);
  double of_moments = 0;
  for (const Moment& each : deciding->moments) {
    EXPECT_GT(each.median_us, 0) << each.what;
    EXPECT_LE(each.median_us, each.p99_us) << each.what;
    EXPECT_LE(each.p99_us, each.max_us) << each.what;
    if (&each != &deciding->moments.back()) of_moments += each.max_us;
  }
  EXPECT_EQ(deciding->moments.back().what, "all of them");
  EXPECT_LE(deciding->moments.back().max_us, of_moments * 1.001);
  EXPECT_EQ(to_json(*deciding)["moments"].as_array()->size(), 5u);
  const std::string text = to_text(*deciding);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 7);
  EXPECT_FALSE(measure_deciding({.partners = 1'000}).ok()) << "there are not so many countries";
}

}  // namespace
}  // namespace puente::load
