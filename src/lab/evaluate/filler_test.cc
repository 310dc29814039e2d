#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "lab/evaluate/evaluate.h"

namespace puente::evaluate {
namespace {

// Ridges all of one direction, 9 pixels apart: what bending does to them is easily said.
finger::Template straight() {
  finger::Template t;
  t.width = t.height = 320;
  t.columns = t.rows = 40;
  for (int row = 0; row < t.rows; ++row)
    for (int column = 0; column < t.columns; ++column) {
      // ridges along x, normal upwards: the phase falls as y, downwards, grows
      const double phase = -(row + 0.5) * finger::kCell / 9.0;
      t.cells.push_back({0, static_cast<std::uint8_t>(static_cast<int>(std::floor(phase * 256 + 0.5)) & 255), 72, 80});
    }
  for (int i = 0; i < 30; ++i) {
    t.minutiae.push_back({30.0f + 9 * static_cast<float>(i), 40.0f + 8 * static_cast<float>(i % 29),
                          i % 2 ? 0 : std::numbers::pi_v<float>, finger::MinutiaType::kEnding, 70});
  }
  return t;
}

TEST(Filler, is_a_function_of_seed_and_number) {
  const Filler filler({straight()}, 1), other({straight()}, 2);
  EXPECT_EQ(finger::encode(filler.make(7)), finger::encode(Filler({straight()}, 1).make(7)));
  EXPECT_NE(finger::encode(filler.make(7)), finger::encode(filler.make(8)));
  EXPECT_NE(finger::encode(filler.make(7)), finger::encode(other.make(7)));
}

TEST(Filler, keeps_what_a_template_is_like) {
  const Filler filler({straight()}, 1);
  for (std::uint64_t number = 0; number < 50; ++number) {
    const finger::Template t = filler.make(number);
    EXPECT_GE(t.minutiae.size(), 20u);
    double period = 0, recorded = 0;
    for (const finger::RidgeCell& cell : t.cells) {
      if (cell.quality == 0) continue;
      EXPECT_EQ(cell.quality, 80);
      period += cell.period / 8.0;
      ++recorded;
    }
    EXPECT_GT(recorded, 0.75 * 1600);
    EXPECT_NEAR(period / recorded, 9, 1.5);
    // bytes and back: it is a template like any other
    EXPECT_TRUE(finger::decode(finger::encode(t)).ok());
  }
}

// The wave of a cell, followed to the next cell's centre, is that cell's: cells still belong together.
TEST(Filler, ridges_stay_whole) {
  const Filler filler({straight()}, 3);
  int near = 0, all = 0;
  for (std::uint64_t number = 0; number < 20; ++number) {
    const finger::Template t = filler.make(number);
    for (int row = 0; row < t.rows; ++row)
      for (int column = 0; column + 1 < t.columns; ++column) {
        const finger::RidgeCell& a = t.cells[static_cast<std::size_t>(row) * t.columns + column];
        const finger::RidgeCell& b = t.cells[static_cast<std::size_t>(row) * t.columns + column + 1];
        if (a.quality == 0 || b.quality == 0) continue;
        const double normal = (a.orientation / 256.0 + 0.5) * std::numbers::pi;
        const double turned = std::abs(static_cast<double>(a.orientation) - b.orientation);
        const double sign = turned > 128 ? -1 : 1;  // orientation passed through 0: the normal turned round
        const double followed = a.phase + 256 * finger::kCell * 8.0 / a.period * std::cos(normal);
        const double off = std::remainder(followed - sign * b.phase, 256.0);
        near += std::abs(off) < 40;
        ++all;
      }
  }
  EXPECT_GT(near, 0.97 * all) << near << " of " << all;
}

// A minutia's direction lies along the ridges before and after.
TEST(Filler, minutiae_turn_with_the_ridges) {
  const Filler filler({straight()}, 4);
  for (std::uint64_t number = 0; number < 20; ++number) {
    const finger::Template t = filler.make(number);
    for (const finger::Minutia& m : t.minutiae) {
      const int column = (static_cast<int>(m.x) - t.cells_left) / finger::kCell;
      const int row = (static_cast<int>(m.y) - t.cells_top) / finger::kCell;
      if (column < 0 || row < 0 || column >= t.columns || row >= t.rows) continue;
      const finger::RidgeCell& cell = t.cells[static_cast<std::size_t>(row) * t.columns + column];
      if (cell.quality == 0) continue;
      const double off = std::remainder(m.direction - cell.orientation * std::numbers::pi / 256, std::numbers::pi);
      EXPECT_LT(std::abs(off), 0.15);
    }
  }
}

}  // namespace
}  // namespace puente::evaluate
