#include "modality/finger/filter.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <random>
#include <set>
#include <string>

namespace puente::finger {
namespace {

pixels::Plane random_plane(int width, int height, unsigned seed) {
  std::mt19937 random(seed);
  pixels::Plane plane(width, height);
  for (float& v : plane.values) v = static_cast<float>(random() % 4001) / 1000 - 2;
  return plane;
}

FilterWindow round_window(int radius) {
  FilterWindow window{radius, {}};
  for (int y = 0; y <= radius; ++y) window.half_row.push_back(y == radius ? radius / 2 : radius);
  return window;
}

std::vector<float> random_weights(const FilterWindow& window, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<float> weights;
  for (int y = -window.radius; y <= window.radius; ++y)
    for (int x = 0; x <= 2 * window.half_row[std::abs(y)]; ++x)
      for (int part = 0; part < 2; ++part) weights.push_back(static_cast<float>(random() % 2001) / 1000 - 1);
  return weights;
}

TEST(Filter, sums_what_lies_under_the_window) {
  const FilterWindow window = round_window(3);
  const std::vector<float> weights = random_weights(window, 1);
  for (const auto& [width, height] : {std::pair{8, 8}, {5, 7}, {1, 1}, {13, 4}, {4, 13}}) {
    const pixels::Plane plane = random_plane(width, height, 2);
    const FilterInput input(plane, window.radius + 2);  // a border for broader ones
    for (int y = 0; y < height; y += kBlock)
      for (int x = 0; x < width; x += kBlock) {
        float even[kBlock * kBlock], odd[kBlock * kBlock];
        filter_targets().back().filter(input.at(x, y, window), input.line(), window, weights.data(), even, odd);
        for (int v = 0; v < kBlock; ++v)
          for (int u = 0; u < kBlock; ++u) {
            double sums[2] = {0, 0};
            const float* weight = weights.data();
            for (int ky = -3; ky <= 3; ++ky)
              for (int kx = -window.half_row[std::abs(ky)]; kx <= window.half_row[std::abs(ky)]; ++kx, weight += 2) {
                const int px = x + u + kx, py = y + v + ky;
                if (px < 0 || py < 0 || px >= width || py >= height) continue;
                sums[0] += weight[0] * plane.at(px, py);
                sums[1] += weight[1] * plane.at(px, py);
              }
            EXPECT_NEAR(even[u * kBlock + v], sums[0], 1e-4)
                << width << "x" << height << " at " << x + u << "," << y + v;
            EXPECT_NEAR(odd[u * kBlock + v], sums[1], 1e-4)
                << width << "x" << height << " at " << x + u << "," << y + v;
          }
      }
  }
}

TEST(Filter, every_target_gives_the_same_bits) {
  std::set<std::string> ran;
  for (const FilterTarget& target : filter_targets()) ran.insert(target.name);
  ASSERT_TRUE(ran.contains("plain"));
#if defined(__x86_64__)
  EXPECT_EQ(ran.contains("avx2"), __builtin_cpu_supports("avx2") != 0);
  EXPECT_EQ(ran.contains("avx512"), __builtin_cpu_supports("avx512f") != 0);
#endif
  for (const int radius : {1, 2, 5, 8, 13}) {
    const FilterWindow window = round_window(radius);
    const std::vector<float> weights = random_weights(window, static_cast<unsigned>(radius));
    const pixels::Plane plane = random_plane(23, 17, static_cast<unsigned>(radius) + 100);
    const FilterInput input(plane, radius);
    for (int y = 0; y < plane.height; y += kBlock)
      for (int x = 0; x < plane.width; x += kBlock) {
        float expected[2][kBlock * kBlock];
        filter_targets().front().filter(input.at(x, y, window), input.line(), window, weights.data(), expected[0],
                                        expected[1]);
        for (const FilterTarget& target : filter_targets()) {
          float got[2][kBlock * kBlock];
          target.filter(input.at(x, y, window), input.line(), window, weights.data(), got[0], got[1]);
          EXPECT_EQ(std::memcmp(got, expected, sizeof got), 0) << target.name << " radius " << radius;
        }
      }
  }
}

TEST(ProjectWaves, sums_and_every_target_gives_the_same_bits) {
  for (const int taps : {1, 2, 7, 158})
    for (const int waves : {kWavesAtOnce, 4 * kWavesAtOnce, 6 * kWavesAtOnce}) {
      std::mt19937 random(static_cast<unsigned>(taps));
      auto numbers = [&](int count) {
        std::vector<float> out(static_cast<std::size_t>(count));
        for (float& v : out) v = static_cast<float>(random() % 2001) / 1000 - 1;
        return out;
      };
      const std::vector<float> sums = numbers(taps), differences = numbers(taps), weights = numbers(2 * waves * taps);
      std::vector<float> even_sums(waves), odd_sums(waves);
      filter_targets().front().project(sums.data(), differences.data(), taps, weights.data(), waves, even_sums.data(),
                                       odd_sums.data());
      for (int w = 0; w < waves; ++w) {
        double even = 0, odd = 0;
        for (int t = 0; t < taps; ++t) {
          const int at = (w / kWavesAtOnce * taps + t) * 2 * kWavesAtOnce + w % kWavesAtOnce;
          even += sums[t] * weights[at];
          odd += differences[t] * weights[at + kWavesAtOnce];
        }
        EXPECT_NEAR(even_sums[w], even, 1e-4);
        EXPECT_NEAR(odd_sums[w], odd, 1e-4);
      }
      for (const FilterTarget& target : filter_targets()) {
        std::vector<float> even(waves), odd(waves);
        target.project(sums.data(), differences.data(), taps, weights.data(), waves, even.data(), odd.data());
        EXPECT_EQ(even, even_sums) << target.name << ", " << taps << " taps";
        EXPECT_EQ(odd, odd_sums) << target.name << ", " << taps << " taps";
      }
    }
}

}  // namespace
}  // namespace puente::finger
