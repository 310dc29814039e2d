#include "modality/finger/skeleton.h"

#include <gtest/gtest.h>

#include <random>

namespace puente::finger {
namespace {

Field all_foreground(int width, int height) {
  Field field;
  field.columns = (width + kCell - 1) / kCell;
  field.rows = (height + kCell - 1) / kCell;
  field.foreground.assign(static_cast<std::size_t>(field.columns) * field.rows, 1);
  return field;
}

// Guo & Hall 1989, pixel by pixel.
Skeleton thinned_plainly(const Plane& even, const Field& field) {
  const int width = even.width, height = even.height;
  Skeleton skeleton(even.values.size(), 0);
  for (int y = 1; y + 1 < height; ++y)
    for (int x = 1; x + 1 < width; ++x)
      skeleton[static_cast<std::size_t>(y) * width + x] =
          even.at(x, y) > 0 && field.foreground[field.index(x / kCell, y / kCell)];
  const auto around = neighbours(width);
  for (int quiet = 0, round = 0; quiet < 2; ++round) {
    const Skeleton before = skeleton;
    for (int y = 1; y + 1 < height; ++y)
      for (int x = 1; x + 1 < width; ++x) {
        const int at = y * width + x;
        const auto p = [&](int k) { return before[at + around[k & 7]] != 0; };
        int parts = 0, n1 = 0, n2 = 0;
        for (int k = 0; k < 8; k += 2) {
          parts += !p(k) && (p(k + 1) || p(k + 2));
          n1 += p(k + 7) || p(k);
          n2 += p(k) || p(k + 1);
        }
        const int least = std::min(n1, n2), turn = round % 2 * 4;
        const bool keep = (p(turn) || p(turn + 1) || !p(turn + 3)) && p(turn + 2);
        if (parts == 1 && least >= 2 && least <= 3 && !keep) skeleton[at] = 0;
      }
    quiet = skeleton == before ? quiet + 1 : 0;
  }
  return skeleton;
}

TEST(Thin, is_guo_and_halls_thinning) {
  std::mt19937 random(21);
  int left = 0;
  for (const auto& [width, height] : {std::pair{200, 90}, {64, 64}, {65, 40}, {63, 17}, {8, 8}, {3, 3}, {1, 5}})
    for (int grain = 1; grain <= 16; grain *= 2) {  // from noise to broad patches
      Plane coarse((width + grain - 1) / grain, (height + grain - 1) / grain), even(width, height);
      for (float& v : coarse.values) v = random() % 8 < 5 ? 1.0f : -1.0f;
      for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) even.at(x, y) = coarse.at(x / grain, y / grain);
      Field field = all_foreground(width, height);
      for (std::uint8_t& v : field.foreground) v = random() % 6 != 0;
      Response response;
      response.even = even;
      const Skeleton got = thin(response, field);
      ASSERT_EQ(got, thinned_plainly(even, field)) << width << "x" << height << ", grain " << grain;
      for (const std::uint8_t v : got) left += v;
    }
  EXPECT_GT(left, 1000);
}

}  // namespace
}  // namespace puente::finger
