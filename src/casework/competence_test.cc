#include "casework/competence.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace puente::casework {
namespace {

constexpr std::size_t kExaminers = 10'000;
constexpr std::uint64_t kSeed = 20261201;  // of all that is drawn here

// What a test may foresee; a node draws from the system.
class Drawn final : public Random {
 public:
  explicit Drawn(std::uint64_t seed) : engine_(seed) {}
  void fill(std::span<std::uint8_t> out) override {
    for (std::uint8_t& each : out) each = static_cast<std::uint8_t>(engine_() >> 56);
  }
  double chance() { return std::uniform_real_distribution<double>(0, 1)(engine_); }

 private:
  std::mt19937_64 engine_;
};

struct Examiner {  // shares of what they see
  double confirms_non_mates = 0, rejects_mates = 0;
};

Verdict verdict_of(const Examiner& examiner, Truth truth, Drawn& drawn) {
  const double chance = drawn.chance();
  if (truth == Truth::kMate) return chance < examiner.rejects_mates ? Verdict::kReject : Verdict::kConfirm;
  return chance < examiner.confirms_non_mates ? Verdict::kConfirm : Verdict::kReject;
}

constexpr std::size_t kNever = 1'000'000;  // far beyond whom these tests simulate

// The case, seeded or real, at which somebody is found.
std::size_t found_at(const Examiner& examiner, Drawn& drawn) {
  PracticeOutcomes outcomes;
  for (std::size_t cases = 1; cases < kNever; ++cases) {  // a real one, whose truth nobody knows
    if (!is_followed_by_seeded(drawn)) continue;
    ++cases;
    const Truth truth = next_truth(drawn);
    outcomes = with(outcomes, truth, verdict_of(examiner, truth, drawn));
    if (is_found(outcomes)) return cases;
  }
  return kNever;
}

struct Simulated {
  double median = 0, at_95 = 0;
};
Simulated simulate(const Examiner& examiner) {
  Drawn drawn(kSeed);
  std::vector<std::size_t> cases;
  for (std::size_t i = 0; i < kExaminers; ++i) {
    cases.push_back(found_at(examiner, drawn));
    EXPECT_LT(cases.back(), kNever) << "is not found";
    if (cases.back() == kNever) return {};
  }
  std::sort(cases.begin(), cases.end());
  const Simulated out{static_cast<double>(cases[kExaminers / 2]), static_cast<double>(cases[kExaminers * 95 / 100])};
  std::printf(
      "seed %llu, %zu examiners who confirm %.2f of non-mates: found after %.0f cases in the median, %.0f at 95 %%\n",
      static_cast<unsigned long long>(kSeed), kExaminers, examiner.confirms_non_mates, out.median, out.at_95);
  return out;
}

// What is promised, and by how much a simulation of so many may be off.
constexpr double kWithin = 0.10;

TEST(Competence, story_12_an_examiner_who_confirms_everything_is_found_after_27_cases_in_the_median) {
  const Simulated found = simulate({.confirms_non_mates = 1});
  EXPECT_NEAR(found.median, 27, 27 * kWithin) << "seed " << kSeed;
  EXPECT_NEAR(found.at_95, 121, 121 * kWithin) << "seed " << kSeed;
}

TEST(Competence, story_12_one_who_confirms_one_non_mate_in_ten_is_found_after_285_cases_in_the_median) {
  const Simulated found = simulate({.confirms_non_mates = 0.1, .rejects_mates = 0.075});
  EXPECT_NEAR(found.median, 285, 285 * kWithin) << "seed " << kSeed;
  EXPECT_NEAR(found.at_95, 1236, 1236 * kWithin) << "seed " << kSeed;
}

TEST(Competence, one_case_in_twenty_is_seeded_and_half_of_those_are_no_mates) {
  Drawn drawn(kSeed);
  double seeded = 0, real = 0, mates = 0;
  for (int i = 0; i < 400'000; ++i) {
    ++real;
    if (!is_followed_by_seeded(drawn)) continue;
    ++seeded;
    mates += next_truth(drawn) == Truth::kMate ? 1 : 0;
  }
  EXPECT_NEAR(seeded / (seeded + real), 1.0 / kSeededOneIn, 0.002) << "seed " << kSeed;
  EXPECT_NEAR(mates / seeded, 0.5, 0.02) << "seed " << kSeed;
}

TEST(Competence, who_rejects_mates_or_cannot_tell_is_not_found) {
  PracticeOutcomes outcomes;
  for (int i = 0; i < 100; ++i) {
    outcomes = with(outcomes, Truth::kMate, Verdict::kReject);
    outcomes = with(outcomes, Truth::kNonMate, Verdict::kReject);
    outcomes = with(outcomes, Truth::kNonMate, Verdict::kInconclusive);
    outcomes = with(outcomes, Truth::kMate, Verdict::kInconclusive);
    outcomes = with(outcomes, Truth::kMate, Verdict::kConfirm);
  }
  EXPECT_FALSE(is_found(outcomes));
  EXPECT_EQ(outcomes, (PracticeOutcomes{100, 0, 200, 100, 200}));
  EXPECT_EQ(error_rate(outcomes).errors, 100u) << "it counts in the rate";
  EXPECT_EQ(error_rate(outcomes).of, 300u) << "what is undecided is neither right nor wrong";
  EXPECT_TRUE(is_found(with(outcomes, Truth::kNonMate, Verdict::kConfirm))) << "the first is enough";
}

TEST(Competence, an_office_is_its_examiners_together) {
  const PracticeOutcomes one{1, 2, 3, 4, 5}, other{10, 20, 30, 40, 50};
  EXPECT_EQ(together(one, other), (PracticeOutcomes{11, 22, 33, 44, 55}));
}

// Of none or all of n the limits are in closed form: 1 - 0.025^(1/n); others by a table of the distribution.
TEST(Competence, an_interval_is_clopper_s_and_pearson_s) {
  EXPECT_NEAR(rate(0, 10).high, 0.30850, 1e-4);
  EXPECT_EQ(rate(0, 10).low, 0);
  EXPECT_NEAR(rate(10, 10).low, 0.69150, 1e-4);
  EXPECT_EQ(rate(10, 10).high, 1);
  EXPECT_NEAR(rate(1, 10).low, 0.00253, 1e-4);
  EXPECT_NEAR(rate(1, 10).high, 0.44502, 1e-4);
  EXPECT_NEAR(rate(5, 100).low, 0.01643, 1e-4);
  EXPECT_NEAR(rate(5, 100).high, 0.11284, 1e-4);
  EXPECT_EQ(rate(0, 0).low, 0);
  EXPECT_EQ(rate(0, 0).high, 1) << "nothing is known of whom no pair was shown";
}

// A promise at 95 %: in how many of many drawn examiners the interval holds their true rate.
TEST(Competence, an_interval_holds_the_rate_at_least_as_often_as_it_says) {
  Drawn drawn(kSeed);
  for (const double truth : {0.01, 0.1, 0.4}) {
    int held = 0;
    for (int i = 0; i < 2'000; ++i) {
      std::uint32_t errors = 0;
      for (int k = 0; k < 50; ++k) errors += drawn.chance() < truth ? 1 : 0;
      const ErrorRate found = rate(errors, 50);
      held += found.low <= truth && truth <= found.high ? 1 : 0;
    }
    EXPECT_GE(held, 1'880) << truth << ", seed " << kSeed;
  }
}

}  // namespace
}  // namespace puente::casework
