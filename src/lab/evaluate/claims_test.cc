#include "lab/evaluate/claims.h"

#include <gtest/gtest.h>

#include <random>

namespace puente::evaluate {
namespace {

TEST(IntervalOfCount, is_poissons) {  // exact limits: 0, 3.69; 1.62, 8.77 (from 4: 1.09, 10.24); 81.4, 121.6
  EXPECT_EQ(interval_of_count(0).low, 0);
  EXPECT_NEAR(interval_of_count(0).high, 3.69, 0.05);
  EXPECT_NEAR(interval_of_count(4).low, 1.09, 0.03);
  EXPECT_NEAR(interval_of_count(4).high, 10.24, 0.03);
  EXPECT_NEAR(interval_of_count(100).low, 81.4, 0.1);
  EXPECT_NEAR(interval_of_count(100).high, 121.6, 0.1);
}

// Cards of ten fingers, each alike to one other card in all of its prints: few cards, so little is known.
Evaluation cards(bool whole_cards_alike, bool people_known) {
  constexpr int kCards = 12, kFingers = 10;
  Evaluation evaluation;
  Database& database = evaluation.databases.emplace_back();
  std::mt19937 random(5);
  for (int i = 0; i < kCards * kFingers; ++i) {
    database.samples.push_back({"", std::to_string(i), 50, {}, "", people_known ? std::to_string(i / kFingers) : ""});
  }
  for (int a = 0; a < kCards * kFingers; ++a)
    for (int b = a + 1; b < kCards * kFingers; ++b) {
      const int card_a = a / kFingers, card_b = b / kFingers;
      if (card_a == card_b) continue;
      const bool alike = whole_cards_alike ? card_a / 2 == card_b / 2 : random() % (kCards - 1) == 0;
      database.comparisons.push_back({false, a, b, alike ? 30.0 : 0.0});
    }
  database.impostor = static_cast<int>(database.comparisons.size());
  return evaluation;
}

TEST(Claims, are_less_certain_where_whole_people_are_alike) {
  const auto width = [](Evaluation evaluation) {
    set_claims(evaluation, 300);
    const Claim& at_30 = evaluation.claims.at(4);
    EXPECT_EQ(at_30.score, 30);
    EXPECT_NEAR(at_30.observed_fmr, 1.0 / 11, 0.02);
    EXPECT_LE(at_30.interval.low, at_30.observed_fmr);
    EXPECT_GE(at_30.interval.high, at_30.observed_fmr);
    return at_30.interval.high - at_30.interval.low;
  };
  EXPECT_GT(width(cards(true, true)), 1.5 * width(cards(false, true)));
  EXPECT_GT(width(cards(true, true)), 1.2 * width(cards(true, false)));
}

TEST(Claims, count_every_score_that_is_reached) {
  Evaluation evaluation;
  Database& database = evaluation.databases.emplace_back();
  for (const char* subject : {"1", "2", "3"}) database.samples.push_back({"", subject, 50, {}, ""});
  database.comparisons = {{false, 0, 1, 9.9}, {false, 0, 2, 25}, {false, 1, 2, 400}};
  set_claims(evaluation, 0);
  ASSERT_EQ(evaluation.claims.size(), 13u);
  EXPECT_EQ(evaluation.claims[0].seen, 2u);   // 10
  EXPECT_EQ(evaluation.claims[3].seen, 2u);   // 25
  EXPECT_EQ(evaluation.claims[4].seen, 1u);   // 30
  EXPECT_EQ(evaluation.claims[12].seen, 1u);  // 70
  EXPECT_DOUBLE_EQ(evaluation.claims[12].ratio(), 1e7 / 3);
}

}  // namespace
}  // namespace puente::evaluate
