#include "identify/fusion.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "identify/testing_prints.h"

namespace puente::identify {
namespace {

using enum Finger;

const Place kIndexOfRight = place_of(kRightIndex), kIndexOfLeft = place_of(kLeftIndex);
constexpr double kAllowanceDb = 2;  // what fuse takes off each finger, as its header says

TEST(Fuse, one_finger_stands_for_itself_less_the_allowance) {
  const PlaceScore one[] = {{kIndexOfRight, kIndexOfRight, 37.5 + kAllowanceDb}};
  EXPECT_NEAR(fuse(one).score, 37.5, 1e-9);
  EXPECT_NEAR(fuse(one).false_match_rate, std::pow(10, -3.75), 1e-12);
}

TEST(Fuse, two_fingers_by_hand) {
  // Fisher: -ln(0.01 * 0.01) = 9.2103; Erlang tail of two: exp(-9.2103) (1 + 9.2103) = 1.02103e-3.
  const PlaceScore two[] = {{kIndexOfRight, kIndexOfRight, 20 + kAllowanceDb},
                            {kIndexOfLeft, kIndexOfLeft, 20 + kAllowanceDb}};
  EXPECT_NEAR(fuse(two).false_match_rate, 1.02103e-3, 1e-8);
  EXPECT_NEAR(fuse(two).score, 29.91, 0.01);
}

TEST(Fuse, nothing_and_no_evidence_are_no_match) {
  EXPECT_EQ(fuse({}).false_match_rate, 1);
  const PlaceScore zero[] = {{kIndexOfRight, kIndexOfRight, 0}, {kIndexOfLeft, kIndexOfLeft, -3}};
  EXPECT_EQ(fuse(zero).false_match_rate, 1);
  EXPECT_EQ(fuse(zero).score, 0);
}

TEST(Fuse, a_failed_finger_costs_little_and_ten_perfect_ones_stay_finite) {
  const PlaceScore with_failure[] = {{kIndexOfRight, kIndexOfRight, 60}, {kIndexOfLeft, kIndexOfLeft, 0}};
  EXPECT_GT(fuse(with_failure).score, 60 - kAllowanceDb - 15);
  std::vector<PlaceScore> ten(10, {kIndexOfRight, kIndexOfRight, 500});
  EXPECT_TRUE(std::isfinite(fuse(ten).score));
  EXPECT_EQ(fuse(ten).score, 3000);
}

TEST(Fuse, under_the_impostor_hypothesis_the_fused_rate_is_uniform) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> uniform(1e-12, 1);
  for (const int fingers : {1, 2, 4, 10}) {
    int under = 0;
    constexpr int kRounds = 40'000;
    for (int round = 0; round < kRounds; ++round) {
      std::vector<PlaceScore> scores;
      for (int i = 0; i < fingers; ++i)
        scores.push_back({kIndexOfRight, kIndexOfRight, kAllowanceDb - 10 * std::log10(uniform(random))});
      under += fuse(scores).false_match_rate <= 0.05;
    }
    EXPECT_NEAR(under, 0.05 * kRounds, 6 * std::sqrt(0.05 * 0.95 * kRounds)) << fingers;
  }
}

TEST(CompareFingers, pairs_same_fingers_in_the_order_of_the_reference) {
  finger::Scratch scratch;
  const Reference right{kRightIndex, finger::prepare(make_finger(1))},
      left{kLeftIndex, finger::prepare(make_finger(2))};
  const Probe probe_right = make_probe(kRightIndex, impression_of(1));
  const Reference reference[] = {left, right};
  const Probe probe[] = {probe_right, make_probe(kLeftIndex, impression_of(2)),
                         make_probe(kLeftThumb, impression_of(2))};
  const auto scores = compare_fingers(probe, reference, scratch);
  ASSERT_EQ(scores.size(), 2u);
  EXPECT_EQ(scores[0].reference, place_of(kRightIndex));
  EXPECT_EQ(scores[0].score, finger::compare_score(probe_right.features, right.features, scratch));
  EXPECT_EQ(scores[1].reference, place_of(kLeftIndex));
}

// ten prints of one finger, each as another one of the hand
template <typename Make>
auto ten_times(Make make) {
  std::vector<decltype(make(kRightThumb))> out;
  for (int code = 1; code < kFingerCount; ++code) out.push_back(make(static_cast<Finger>(code)));
  return out;
}

TEST(CompareFingers, one_print_repeated_counts_once_and_the_answer_says_so) {
  finger::Scratch scratch;
  const auto probe = ten_times([](Finger finger) { return make_probe(finger, impression_of(1)); });
  const auto records = ten_times([](Finger finger) { return Reference{finger, finger::prepare(make_finger(1))}; });
  const auto once = compare_fingers(std::span(probe).first(1), std::span(records).first(1), scratch);
  ASSERT_EQ(once.size(), 1u);
  ASSERT_GT(fuse(once).score, 30);
  const auto scores = compare_fingers(probe, records, scratch);
  ASSERT_EQ(scores.size(), 10u);
  EXPECT_EQ(std::count_if(scores.begin(), scores.end(), [](const PlaceScore& each) { return each.repeated; }), 9);
  EXPECT_LE(fuse(scores).score, fuse(once).score);
  EXPECT_GE(fuse(scores).score, fuse(once).score - 10.5);  // the best of ten tries
}

TEST(CompareFingers, a_print_of_no_stated_finger_beside_the_same_ones_is_one_finger) {
  finger::Scratch scratch;
  const Probe probe[] = {make_probe(kRightIndex, impression_of(1)), make_probe(kUnknown, impression_of(1))};
  const Reference record[] = {{kRightIndex, finger::prepare(make_finger(1))},
                              {kUnknown, finger::prepare(make_finger(1))}};
  const auto scores = compare_fingers(probe, record, scratch);
  ASSERT_EQ(scores.size(), 2u);
  EXPECT_NE(scores[0].repeated, scores[1].repeated);
}

TEST(CompareFingers, a_record_that_has_one_print_twice_gains_nothing_by_two_probes_of_it) {
  finger::Scratch scratch;
  const Probe probe[] = {make_probe(kRightIndex, make_finger(1)), make_probe(kLeftIndex, impression_of(1))};
  const Reference record[] = {{kRightIndex, finger::prepare(make_finger(1))},
                              {kLeftIndex, finger::prepare(impression_of(1))}};
  const auto scores = compare_fingers(probe, record, scratch);
  ASSERT_EQ(scores.size(), 2u);
  EXPECT_NE(scores[0].repeated, scores[1].repeated);
}

TEST(CompareFingers, different_fingers_of_one_person_all_count) {
  finger::Scratch scratch;
  std::vector<Probe> probe;
  std::vector<Reference> record;
  for (int code = 1; code < kFingerCount; ++code) {
    const auto number = static_cast<unsigned>(code);
    probe.push_back(make_probe(static_cast<Finger>(code), impression_of(number)));
    record.push_back({static_cast<Finger>(code), finger::prepare(make_finger(number))});
  }
  for (const PlaceScore& each : compare_fingers(probe, record, scratch)) EXPECT_FALSE(each.repeated);
}

}  // namespace
}  // namespace puente::identify
