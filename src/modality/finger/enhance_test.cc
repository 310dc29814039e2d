#include <gtest/gtest.h>

#include <random>

#include "modality/finger/filter.h"
#include "modality/finger/stages.h"

namespace puente::finger {
namespace {

Field random_field(std::mt19937& random, int columns, int rows) {
  Field field;
  field.columns = columns;
  field.rows = rows;
  for (int i = 0; i < columns * rows; ++i) {
    const float turn = pixels::kPi * static_cast<float>(random() % 1000) / 500;
    field.foreground.push_back(random() % 4 != 0);
    field.cosine2.push_back(pixels::cosine(turn));
    field.sine2.push_back(pixels::sine(turn));
    field.period.push_back(5 + static_cast<float>(random() % 100) / 10);
  }
  return field;
}

// What an earlier field left behind does not show.
TEST(Enhance, again_is_as_the_first_time) {
  std::mt19937 random(31);
  Plane ridges(61, 43);
  for (float& v : ridges.values) v = static_cast<float>(random() % 4001) / 1000 - 2;
  const FilterInput input(ridges, kReachOfFilters);
  for (const Breadth breadth : {Breadth::kNarrow, Breadth::kBroad}) {
    Field field = random_field(random, 8, 6);
    Response response = enhance(input, field, breadth);
    const Response first = response;
    for (std::size_t i = 0; i < field.size(); ++i) {  // some cells become others, some end, some begin
      if (random() % 3 == 0) field.foreground[i] = !field.foreground[i];
      if (random() % 3 == 0) field.period[i] += 1;
      if (random() % 8 == 0) field.cosine2[i] = -field.cosine2[i];
    }
    enhance_again(input, field, response);
    const Response fresh = enhance(input, field, breadth);
    EXPECT_EQ(response.even.values, fresh.even.values);
    EXPECT_EQ(response.odd.values, fresh.odd.values);
    EXPECT_EQ(response.orientation, fresh.orientation);
    EXPECT_NE(first.even.values, fresh.even.values);
  }
}

}  // namespace
}  // namespace puente::finger
