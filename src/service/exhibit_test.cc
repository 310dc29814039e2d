#include "service/exhibit.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "format/image/image.h"

namespace puente::service {
namespace {

ExhibitSide side() {
  const Image paper{120, 120, 1, 500, std::vector<std::uint8_t>(std::size_t{120} * 120, 255)};
  return {.place = place_of(Finger::kRightIndex),
          .image = *format::encode_png(paper),
          .width = 120,
          .height = 120,
          .marks = {{40, 40, 1, 1}, {80, 60, 2, 2}}};
}
ExhibitPair pair_with(std::vector<std::pair<std::uint16_t, std::uint16_t>> matched, float rotation) {
  return {side(), side(), std::move(matched), rotation};
}
Bytes drawn(const ExhibitPair& pair, PictureKind kind) {
  const auto png = draw_png(pair, kind);
  EXPECT_TRUE(png.ok()) << (png.ok() ? "" : png.error().message);
  return png.ok() ? *png : Bytes();
}

TEST(Exhibits, show_no_more_in_a_picture_of_what_the_search_took_for_the_same) {
  const ExhibitPair much = pair_with({{0, 0}, {1, 1}}, 0.1f), nothing = pair_with({}, 0.1f);
  EXPECT_EQ(drawn(much, PictureKind::kMarked), drawn(nothing, PictureKind::kMarked));
  EXPECT_EQ(drawn(much, PictureKind::kClean), drawn(nothing, PictureKind::kClean));
  const ExhibitPair turned = pair_with({{0, 1}, {1, 0}}, 3);
  EXPECT_EQ(drawn(turned, PictureKind::kAligned), drawn(nothing, PictureKind::kAligned))
      << "so far nobody turns a finger: nothing was found";
}

TEST(Exhibits, are_given_out_without_an_opinion) {
  Exhibit exhibit;
  exhibit.pairs = {pair_with({{0, 0}}, 0.1f), pair_with({}, 2), pair_with({}, -2.9f), pair_with({}, -0.7f)};
  exhibit = without_opinion(std::move(exhibit));
  const float step = std::numbers::pi_v<float> / 36;
  const float expected[] = {step, 0, 0, -8 * step};
  for (std::size_t i = 0; i < exhibit.pairs.size(); ++i) {
    EXPECT_TRUE(exhibit.pairs[i].matched.empty());
    EXPECT_FALSE(exhibit.pairs[i].reference.marks.empty()) << "what is on the print itself stays";
    EXPECT_NEAR(exhibit.pairs[i].rotation, expected[i], 1e-5) << i;
  }
}

}  // namespace
}  // namespace puente::service
