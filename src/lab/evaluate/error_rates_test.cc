#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "lab/evaluate/evaluate.h"

namespace puente::evaluate {
namespace {

TEST(ErrorRates, perfect_separation_has_no_errors) {
  const Rates rates = error_rates(std::vector{5.0, 6.0, 7.0}, std::vector{1.0, 2.0, 4.9});
  EXPECT_EQ(rates.eer, 0);
  EXPECT_EQ(rates.fnmr_at_fmr_1_in_100, 0);
  EXPECT_EQ(rates.zero_fmr, 0);
}

TEST(ErrorRates, one_overlap_counted_by_hand) {
  // Genuine 1 4 5 6, impostor 0 0 2 0. At 4: FMR 0, FNMR 1/4; at 2: FMR 1/4, FNMR 1/4: the curves meet there.
  const Rates rates = error_rates(std::vector{1.0, 4.0, 5.0, 6.0}, std::vector{0.0, 0.0, 2.0, 0.0});
  EXPECT_DOUBLE_EQ(rates.eer, 0.25);
  EXPECT_DOUBLE_EQ(rates.zero_fmr, 0.25);
}

TEST(ErrorRates, curves_that_jump_past_each_other_meet_in_the_middle_of_the_smaller_gap) {
  // Genuine 1 2 9 9 9, impostor 0 1 2 3. At 2: FMR 1/2, FNMR 1/5 (sum 0.7); at 3: FMR 1/4, FNMR 2/5 (sum 0.65).
  const Rates rates = error_rates(std::vector{1.0, 2.0, 9.0, 9.0, 9.0}, std::vector{0.0, 1.0, 2.0, 3.0});
  EXPECT_DOUBLE_EQ(rates.eer, 0.325);
  EXPECT_DOUBLE_EQ(rates.zero_fmr, 0.4);
}

TEST(ErrorRates, a_failed_image_is_never_a_match) {
  const Rates rates = error_rates(std::vector{kFailedScore, 9.0}, std::vector{kFailedScore, 1.0});
  EXPECT_DOUBLE_EQ(rates.eer, 0.5);  // at 1: FMR 1/2, FNMR 1/2
  EXPECT_DOUBLE_EQ(rates.zero_fmr, 0.5);
}

TEST(ErrorRates, equal_scores_everywhere_are_as_good_as_a_coin) {
  EXPECT_DOUBLE_EQ(error_rates(std::vector{3.0, 3.0}, std::vector{3.0, 3.0, 3.0}).eer, 0.5);
}

TEST(ErrorRates, the_smallest_threshold_at_a_false_match_rate_is_used) {
  // 1000 impostors 0 … 999: FMR at t is (1000 - t) / 1000. FMR 0.01 at 990, 0.001 at 999, 0 at the first genuine above.
  std::vector<double> impostor(1000), genuine{989, 990, 998, 999, 1000};
  for (int i = 0; i < 1000; ++i) impostor[i] = i;
  const Rates rates = error_rates(genuine, impostor);
  EXPECT_DOUBLE_EQ(rates.fnmr_at_fmr_1_in_100, 0.2);
  EXPECT_DOUBLE_EQ(rates.fnmr_at_fmr_1_in_1000, 0.6);
  EXPECT_DOUBLE_EQ(rates.zero_fmr, 0.8);
}

// The definitions, word for word, at every threshold that can matter.
Rates brute_force(const std::vector<double>& genuine, const std::vector<double>& impostor) {
  std::vector<double> thresholds = genuine;
  thresholds.insert(thresholds.end(), impostor.begin(), impostor.end());
  thresholds.push_back(1e9);
  std::sort(thresholds.begin(), thresholds.end());
  const auto fmr = [&](double t) {
    const auto accepted = std::count_if(impostor.begin(), impostor.end(), [t](double s) { return s >= t; });
    return static_cast<double>(accepted) / static_cast<double>(impostor.size());
  };
  const auto fnmr = [&](double t) {
    const auto refused = std::count_if(genuine.begin(), genuine.end(), [t](double s) { return s < t; });
    return static_cast<double>(refused) / static_cast<double>(genuine.size());
  };
  const auto fnmr_at = [&](double fmr_max) {
    for (const double t : thresholds) {
      if (fmr(t) <= fmr_max) return fnmr(t);
    }
    return 1.0;
  };
  double before = 0, after = 0;
  for (const double t : thresholds) {
    if (fnmr(t) <= fmr(t)) before = fnmr(t) + fmr(t);
  }
  for (auto t = thresholds.rbegin(); t != thresholds.rend(); ++t) {
    if (fnmr(*t) >= fmr(*t)) after = fnmr(*t) + fmr(*t);
  }
  return {std::min(before, after) / 2, fnmr_at(0.01), fnmr_at(0.001), fnmr_at(0)};
}

TEST(ErrorRates, agree_with_brute_force_on_random_scores) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 300; ++round) {
    std::vector<double> genuine(1 + random() % 40), impostor(1 + random() % 300);
    const int steps = 2 + static_cast<int>(random() % 50);  // few steps: many equal scores
    for (double& score : genuine) score = static_cast<double>(random() % steps) + steps / 4;
    for (double& score : impostor) score = static_cast<double>(random() % steps);
    const Rates got = error_rates(genuine, impostor), want = brute_force(genuine, impostor);
    ASSERT_NEAR(got.eer, want.eer, 1e-12) << "round " << round;
    ASSERT_NEAR(got.fnmr_at_fmr_1_in_100, want.fnmr_at_fmr_1_in_100, 1e-12) << "round " << round;
    ASSERT_NEAR(got.fnmr_at_fmr_1_in_1000, want.fnmr_at_fmr_1_in_1000, 1e-12) << "round " << round;
    ASSERT_NEAR(got.zero_fmr, want.zero_fmr, 1e-12) << "round " << round;
  }
}

TEST(OperatingPoints, go_from_accepting_all_to_accepting_nobody) {
  const auto points = operating_points(std::vector{1.0, 2.0}, std::vector{1.0, 0.0});
  ASSERT_EQ(points.size(), 4u);
  EXPECT_EQ(points.front().fmr, 1);
  EXPECT_EQ(points.front().fnmr, 0);
  EXPECT_EQ(points[1].fmr, 0.5);
  EXPECT_EQ(points[2].fnmr, 0.5);
  EXPECT_EQ(points.back().fmr, 0);
  EXPECT_EQ(points.back().fnmr, 1);
}

// Two databases of `fingers` fingers with two impressions each, scores drawn at random.
Evaluation random_evaluation(std::mt19937& random, int fingers, double separation) {
  Evaluation evaluation;
  for (const char* name : {"A", "B"}) {
    Database& database = evaluation.databases.emplace_back();
    database.name = name;
    for (int i = 0; i < 2 * fingers; ++i) {
      database.samples.push_back(
          {std::to_string(i / 2) + "_" + std::to_string(i % 2), std::to_string(i / 2), 50, {}, ""});
    }
    std::normal_distribution<double> noise;
    for (int a = 0; a < 2 * fingers; ++a) {
      for (int b = a + 1; b < 2 * fingers; ++b) {
        const bool genuine = a / 2 == b / 2;
        database.comparisons.push_back({genuine, a, b, noise(random) + (genuine ? separation : 0)});
      }
    }
  }
  return evaluation;
}

TEST(Rate, intervals_hold_the_rate_and_shrink_with_more_fingers) {
  std::mt19937 random(7);
  Evaluation few = random_evaluation(random, 10, 2), many = random_evaluation(random, 80, 2);
  rate(few, 400);
  rate(many, 400);
  for (const Evaluation* evaluation : {&few, &many}) {
    EXPECT_LE(evaluation->pooled_interval.eer.low, evaluation->pooled.eer);
    EXPECT_GE(evaluation->pooled_interval.eer.high, evaluation->pooled.eer);
  }
  const auto width = [](const Interval& interval) { return interval.high - interval.low; };
  EXPECT_LT(width(many.pooled_interval.eer), 0.6 * width(few.pooled_interval.eer));
  EXPECT_DOUBLE_EQ(few.mean.eer, (few.databases[0].rates.eer + few.databases[1].rates.eer) / 2);
}

TEST(Rate, the_mean_of_databases_is_not_their_heap) {
  // Each database separates perfectly, on scales that do not agree.
  Evaluation evaluation;
  for (const double shift : {0.0, 100.0}) {
    Database& database = evaluation.databases.emplace_back();
    for (const char* stem : {"1_1", "1_2", "2_1"})
      database.samples.push_back({stem, std::string(1, stem[0]), 0, {}, ""});
    database.comparisons = {{true, 0, 1, 2 + shift}, {false, 0, 2, shift}, {false, 1, 2, 1 + shift}};
  }
  rate(evaluation, 10);
  EXPECT_EQ(evaluation.mean.eer, 0);
  EXPECT_EQ(evaluation.pooled.eer, 0.5);
}

TEST(Rate, the_band_around_the_curve_holds_the_curve) {
  std::mt19937 random(11);
  Evaluation evaluation = random_evaluation(random, 40, 1.5);
  rate(evaluation, 300);
  ASSERT_GT(evaluation.pooled_band.size(), 8u);
  EXPECT_EQ(evaluation.pooled_band.front().fmr, 1);
  std::vector<double> genuine, impostor;
  for (const Database& database : evaluation.databases)
    for (const Comparison& comparison : database.comparisons)
      (comparison.genuine ? genuine : impostor).push_back(comparison.score);
  const auto points = operating_points(genuine, impostor);
  for (const Band& at : evaluation.pooled_band) {
    const auto reached = std::ranges::find_if(points, [&](const Operating& point) { return point.fmr <= at.fmr; });
    EXPECT_LE(at.fnmr.low, reached->fnmr) << at.fmr;
    EXPECT_GE(at.fnmr.high, reached->fnmr) << at.fmr;
  }
}

TEST(Rate, strangers_alone_have_claims_and_leave_the_rates_of_others_as_they_are) {
  std::mt19937 random(3);
  Evaluation evaluation = random_evaluation(random, 20, 2);
  rate(evaluation, 20);
  const Rates before = evaluation.pooled;
  Database& strangers = evaluation.databases.emplace_back();
  for (int i = 0; i < 30; ++i) strangers.samples.push_back({"", std::to_string(i), 50, {}, ""});
  for (int a = 0; a < 30; ++a)
    for (int b = a + 1; b < 30; ++b) strangers.comparisons.push_back({false, a, b, a == 0 && b == 1 ? 47.0 : 12.0});
  rate(evaluation, 20);
  EXPECT_EQ(evaluation.pooled.eer, before.eer);
  const Database& alone = evaluation.databases.back();
  EXPECT_FALSE(alone.rated());
  EXPECT_EQ(alone.highest, 47);
  ASSERT_FALSE(alone.claims.empty());
  EXPECT_EQ(alone.claims[0].observed_fmr, 1);
  EXPECT_EQ(alone.claims[6].score, 40);
  EXPECT_EQ(alone.claims[6].seen, 1u);
  EXPECT_NEAR(alone.claims[6].ratio(), 1e4 / 435, 1e-6);
  EXPECT_EQ(alone.claims[8].seen, 0u);
}

// Ten fingers' pairs: the two of poor quality are missed, and they are the first to be discarded.
TEST(Rate, discarding_the_poorest_takes_the_misses_away) {
  Evaluation evaluation;
  Database& database = evaluation.databases.emplace_back();
  for (int finger = 0; finger < 10; ++finger)
    for (int impression = 0; impression < 2; ++impression)
      database.samples.push_back({"", std::to_string(finger), finger < 2 && impression ? 5 : 50 + finger, {}, ""});
  for (int a = 0; a < 20; ++a)
    for (int b = a + 1; b < 20; ++b)
      database.comparisons.push_back({a / 2 == b / 2, a, b, a / 2 != b / 2 ? 10.0 : a < 4 ? 5.0 : 50.0});
  rate(evaluation, 0);
  ASSERT_FALSE(evaluation.discards.empty());
  EXPECT_EQ(evaluation.discards.front().discarded, 0);
  EXPECT_DOUBLE_EQ(evaluation.discards.front().fnmr, 0.2);
  EXPECT_NEAR(evaluation.discards.at(1).discarded, 0.2, 1e-9);  // both at once: they are equally poor
  EXPECT_EQ(evaluation.discards.at(1).fnmr, 0);
  EXPECT_EQ(evaluation.claims.at(0).observed_fmr, 1);  // every stranger scored 10
  EXPECT_EQ(evaluation.claims.at(1).observed_fmr, 0);
  EXPECT_GT(evaluation.claims.at(1).interval.high, 0);  // none seen is not none
}

}  // namespace
}  // namespace puente::evaluate
