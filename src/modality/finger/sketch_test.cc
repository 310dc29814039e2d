#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <numbers>

#include "modality/finger/finger.h"

namespace puente::finger {
namespace {

// Ridges around a centre below the print, with minutiae on a coarse grid: enough to be described.
Template curved_ridges() {
  Template made{.width = 320, .height = 400, .minutiae = {}, .columns = 40, .rows = 50, .cells = {}};
  for (int row = 0; row < made.rows; ++row) {
    for (int column = 0; column < made.columns; ++column) {
      const double x = 8 * column + 4 - 160, y = 8 * row + 4 - 520;
      const double turned = std::atan2(y, x) + std::numbers::pi / 2;  // of the ridge, y downwards
      const double orientation = std::fmod(2 * std::numbers::pi - turned, std::numbers::pi);
      made.cells.push_back({static_cast<std::uint8_t>(orientation * 256 / std::numbers::pi),
                            static_cast<std::uint8_t>(std::fmod(std::hypot(x, y) / 9, 1.0) * 255), 72, 80});
    }
  }
  for (int k = 0; k < 12; ++k) {
    const float x = static_cast<float>(60 + 60 * (k % 4)), y = static_cast<float>(80 + 100 * (k / 4));
    made.minutiae.push_back({x, y, static_cast<float>(0.5 * k), MinutiaType::kEnding, 80});
  }
  return made;
}

Template without_columns_from(Template print, int first) {
  for (int row = 0; row < print.rows; ++row)
    for (int column = first; column < print.columns; ++column)
      print.cells[static_cast<std::size_t>(row * print.columns + column)] = {};
  return print;
}

TEST(SketchTest, what_is_not_recorded_is_marked_and_not_taken_for_zero) {
  const Template whole = curved_ridges(), half = without_columns_from(whole, 20);
  const Minutia at_the_edge = {150, 200, 0, MinutiaType::kEnding, 80};
  const SketchSamples all = sketch_samples(whole, at_the_edge), some = sketch_samples(half, at_the_edge);
  int marked = 0;
  for (int i = 0; i < kSketchSamples; ++i) {
    EXPECT_NE(all[i], kNotRecorded);
    if (some[i] == kNotRecorded) {
      ++marked;
    } else {
      EXPECT_EQ(some[i], all[i]);
    }
  }
  EXPECT_GT(marked, kSketchSamples / 4);
  EXPECT_LT(marked, kSketchSamples * 3 / 4);
}

TEST(SketchTest, a_print_cut_in_half_is_still_like_the_whole_one) {
  const Template whole = curved_ridges();
  const Sketch of_all = sketch(whole), of_some = sketch(without_columns_from(whole, 20));
  int differing = 0;
  for (int k = 0; k < of_all.count; ++k) {
    EXPECT_EQ(std::popcount(of_all.sure[k]), Sketch::kSureBits);
    differing += std::popcount((of_all.bits[k] ^ of_some.bits[k]) & of_some.sure[k]);
  }
  EXPECT_LT(differing, 7 * of_all.count);  // 5.8 a minutia; 7.6 when what is not recorded is not filled
}

TEST(SketchTest, without_ridges_there_is_nothing_to_describe) {
  Template bare = curved_ridges();
  bare.columns = bare.rows = 0;
  bare.cells.clear();
  EXPECT_EQ(sketch(bare).count, 0);
}

}  // namespace
}  // namespace puente::finger
