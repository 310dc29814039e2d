#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "modality/finger/filter.h"
#include "modality/finger/stages.h"

namespace puente::finger {
namespace {

struct Start {
  float x, y;
  int side;  // +1: of the ridge that begins, towards +x
};

// Level ridges, and a turn of phase wherever one begins.
Plane ridges_with(const std::vector<Start>& starts, int width, int height, float period) {
  Plane ridges(width, height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      double phase = 2 * std::numbers::pi / period * y;
      for (const Start& s : starts)
        phase += s.side * std::atan2(static_cast<double>(y) - s.y, static_cast<double>(x) - s.x);
      ridges.at(x, y) = static_cast<float>(std::cos(phase));
    }
  return ridges;
}

Field level_field(int width, int height, float period) {
  Field field;
  field.columns = (width + kCell - 1) / kCell;
  field.rows = (height + kCell - 1) / kCell;
  const std::size_t cells = static_cast<std::size_t>(field.columns) * field.rows;
  field.foreground.assign(cells, 1);
  field.cosine2.assign(cells, 1);
  field.sine2.assign(cells, 0);
  field.coherence.assign(cells, 1);
  field.clarity.assign(cells, 1);
  field.period.assign(cells, period);
  return field;
}

TEST(Spirals, are_where_ridges_begin_and_point_along_them) {
  const std::vector<Start> starts = {{60, 60, 1}, {140, 70, -1}, {90, 130, -1}, {150, 140, 1}};
  for (const Breadth breadth : {Breadth::kNarrow, Breadth::kBroad}) {
    const Field field = level_field(200, 200, 9);
    const std::vector<Spiral> spirals =
        find_spirals(enhance(FilterInput(ridges_with(starts, 200, 200, 9), kReachOfFilters), field, breadth), field);
    for (const Start& s : starts) {
      int here = 0;
      for (const Spiral& spiral : spirals) {
        if (std::hypot(spiral.x - s.x, spiral.y - s.y) > 6) continue;
        ++here;
        EXPECT_NEAR(std::cos(spiral.direction), s.side, 0.2) << s.x << "," << s.y;
      }
      EXPECT_EQ(here, 1) << s.x << "," << s.y;
    }
    int inside = 0;  // of the filter's reach: at the plane's edge ridges end
    for (const Spiral& spiral : spirals) inside += spiral.x > 20 && spiral.y > 20 && spiral.x < 180 && spiral.y < 180;
    EXPECT_EQ(inside, 4);
  }
}

TEST(Spirals, are_not_in_unbroken_ridges) {
  const Field field = level_field(160, 160, 8);
  for (const Spiral& spiral : find_spirals(
           enhance(FilterInput(ridges_with({}, 160, 160, 8), kReachOfFilters), field, Breadth::kNarrow), field))
    EXPECT_TRUE(spiral.x < 12 || spiral.y < 12 || spiral.x > 148 || spiral.y > 148) << spiral.x << "," << spiral.y;
}

}  // namespace
}  // namespace puente::finger
