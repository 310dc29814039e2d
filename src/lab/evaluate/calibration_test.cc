#include <gtest/gtest.h>

#include "lab/evaluate/evaluate.h"

namespace puente::evaluate {
namespace {

// Fingers that are there `impressions` times each; one pair of strangers scores 45.
Json evaluated(int impressions) {
  Evaluation evaluation;
  Database& database = evaluation.databases.emplace_back();
  database.name = "DB";
  database.failures = 1;
  for (int i = 0; i < 20 * impressions; ++i)
    database.samples.push_back({std::to_string(i), std::to_string(i / impressions), 50, {}, ""});
  for (int a = 0; a < 20 * impressions; ++a)
    for (int b = a + 1; b < 20 * impressions; ++b) {
      const bool genuine = a / impressions == b / impressions;
      const double stranger = a == 0 && b == 20 * impressions - 1 ? 45 : 3;
      database.comparisons.push_back({genuine, a, b, genuine ? 60 + a : stranger});
    }
  rate(evaluation, 50);
  return to_json(evaluation);
}

TEST(Source, is_what_the_evaluation_wrote) {
  const auto strangers = read_source("ink", *parse_json(canonical(evaluated(1))));
  ASSERT_TRUE(strangers.ok()) << strangers.error().message;
  EXPECT_FALSE(strangers->rated);
  EXPECT_EQ(strangers->impostor, 190);
  EXPECT_EQ(strangers->failures, 1);
  EXPECT_EQ(strangers->highest, 45);
  EXPECT_EQ(strangers->claims.at(6).seen, 1u);
  EXPECT_NEAR(strangers->claims.at(6).ratio(), 1e4 / 190, 1e-6);
  EXPECT_GT(strangers->claims.at(8).interval.high, 0);
  const auto mates = read_source("clean", *parse_json(canonical(evaluated(2))));
  ASSERT_TRUE(mates.ok()) << mates.error().message;
  EXPECT_TRUE(mates->rated);
  EXPECT_EQ(mates->eer, 0);
  const std::string words = to_text(std::vector{*strangers, *mates});
  EXPECT_NE(words.find("strangers alone"), std::string::npos) << words;
  EXPECT_NE(words.find("52.63 ["), std::string::npos) << words;
  const std::string svg = to_svg(std::vector{*strangers, *mates}, "ink & <live>");
  EXPECT_NE(svg.find("ink &amp; &lt;live&gt;"), std::string::npos);
  EXPECT_NE(svg.find("</svg>"), std::string::npos);
}

TEST(Source, refuses_what_no_evaluation_wrote) {
  for (const char* json : {"[]", "{}", R"({"databases":[],"calibration":[{"score":10}]})",
                           R"({"databases":[],"calibration":[],"pooled":{"eer":"none"}})"})
    EXPECT_EQ(read_source("x", *parse_json(json)).error().code, Code::kInvalidInput) << json;
}

}  // namespace
}  // namespace puente::evaluate
