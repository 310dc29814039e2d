#include "modality/finger/extract_kernels.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "modality/finger/kernels.h"

namespace puente::finger {
namespace {

TEST(ExtractKernels, do_as_their_twins_do) {
  on_every_target([](const std::string& target) {
    std::mt19937 random(11);
    const auto between = [&random](float least, float most) {
      return least + (most - least) * static_cast<float>(random() % 10001) / 10000;
    };
    for (const auto& [width, height] : {std::pair{200, 150}, {40, 33}, {1, 1}}) {
      pixels::Plane plane(width, height);
      for (float& v : plane.values) v = between(-2, 2);
      for (int round = 0; round < 60; ++round) {
        const float turn = between(0, pixels::kPi), c = pixels::cosine(turn), s = pixels::sine(turn);
        const Signature where{
            between(-5, static_cast<float>(width) + 5), between(-5, static_cast<float>(height) + 5), c, -s, -s, -c};
        std::array<float, kAcross> sums{}, twin_sums{};
        sum_along(plane, where, sums);
        scalar::sum_along(plane, where, twin_sums);
        ASSERT_EQ(sums, twin_sums) << target << ", round " << round;
        std::array<float, kLags> lags{}, twin_lags{};
        correlate(sums, lags);
        scalar::correlate(sums, twin_lags);
        ASSERT_EQ(lags, twin_lags) << target << ", round " << round;
      }
    }
  });
}

TEST(ExtractKernels, see_stripes_by_their_period) {
  pixels::Plane stripes(120, 120);  // level ones, 8 pixels each
  for (int y = 0; y < 120; ++y)
    for (int x = 0; x < 120; ++x) stripes.at(x, y) = y % 8 < 4 ? 1.0f : -1.0f;
  std::array<float, kAcross> signature{};
  sum_along(stripes, {60, 60, 1, 0, 0, -1}, signature);
  for (int t = 0; t < kAcross; ++t) EXPECT_EQ(signature[t], stripes.at(60, 60 - (t - kAcross / 2)) * kAlong) << t;
  std::array<float, kLags> lags{};
  correlate(signature, lags);
  EXPECT_GT(lags[8], 0);
  EXPECT_LT(lags[4], 0);
}

}  // namespace
}  // namespace puente::finger
