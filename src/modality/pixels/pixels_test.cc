#include "modality/pixels/pixels.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace puente::pixels {
namespace {

TEST(Arithmetic, agrees_with_the_library) {
  for (double a = -40; a <= 40; a += 0.0137) {
    EXPECT_NEAR(sine(static_cast<float>(a)), std::sin(static_cast<float>(a)), 1e-6);
    EXPECT_NEAR(cosine(static_cast<float>(a)), std::cos(static_cast<float>(a)), 1e-6);
    const auto y = static_cast<float>(std::sin(a) * a), x = static_cast<float>(std::cos(a) * a);
    EXPECT_NEAR(std::remainder(arc_tangent(y, x) - std::atan2(y, x), 2 * kPi), 0, 2e-6) << y << "," << x;
    EXPECT_NEAR(exponential(static_cast<float>(a)) / std::exp(static_cast<float>(a)), 1, 1e-6);
    if (a > 0) {
      EXPECT_NEAR(logarithm(a), std::log(a), 1e-12);
    }
  }
  EXPECT_EQ(arc_tangent(0, 0), 0);
  EXPECT_NEAR(arc_tangent(0, -1), kPi, 1e-6);
  EXPECT_EQ(exponential(-1000), 0);
}

TEST(Resample, keeps_a_bright_plane_and_a_slope) {
  Plane slope(90, 70);
  for (int y = 0; y < 70; ++y)
    for (int x = 0; x < 90; ++x) slope.at(x, y) = static_cast<float>(x) + 10;
  for (const double scale : {0.5, 0.8787, 1.25, 2.0}) {
    const Plane out = resample(slope, scale);
    EXPECT_EQ(out.width, std::lround(90 * scale));
    EXPECT_EQ(out.height, std::lround(70 * scale));
    for (int x = 8; x + 8 < out.width; ++x)
      EXPECT_NEAR(out.at(x, out.height / 2), 10 + (x + 0.5) / scale - 0.5, 0.15) << "scale " << scale << " x " << x;
  }
}

TEST(Resample, does_not_alias) {
  Plane stripes(200, 20);  // two pixels a stripe: gone at a quarter of the size
  for (int y = 0; y < 20; ++y)
    for (int x = 0; x < 200; ++x) stripes.at(x, y) = x / 2 % 2 ? 255.0f : 0.0f;
  const Plane out = resample(stripes, 0.25);
  for (int x = 3; x + 3 < out.width; ++x) EXPECT_NEAR(out.at(x, 2), 127.5, 8);
}

TEST(BoxMean, is_the_mean_of_what_lies_inside) {
  std::mt19937 random(5);
  for (const int radius : {1, 3, 40}) {  // also wider than the plane
    Plane plane(23, 17);
    for (float& v : plane.values) v = static_cast<float>(random() % 256);
    const Plane mean = box_mean(plane, radius);
    for (int y = 0; y < 17; ++y)
      for (int x = 0; x < 23; ++x) {
        double sum = 0;
        int count = 0;
        for (int v = std::max(0, y - radius); v <= std::min(16, y + radius); ++v)
          for (int u = std::max(0, x - radius); u <= std::min(22, x + radius); ++u) {
            sum += plane.at(u, v);
            ++count;
          }
        EXPECT_NEAR(mean.at(x, y), sum / count, 1e-3) << "radius " << radius << " at " << x << "," << y;
      }
  }
}

TEST(Smooth, keeps_constants_and_spreads_a_point) {
  Plane plane(31, 31, 7);
  for (float v : smooth(plane, 2).values) EXPECT_NEAR(v, 7, 1e-4);
  plane = Plane(31, 31);
  plane.at(15, 15) = 1;
  const Plane spread = smooth(plane, 2);
  float sum = 0;
  for (float v : spread.values) sum += v;
  EXPECT_NEAR(sum, 1, 1e-4);
  EXPECT_GT(spread.at(15, 15), spread.at(17, 15));
  EXPECT_EQ(spread.at(13, 15), spread.at(17, 15));
}

TEST(ToGray, weighs_colours) {
  Image image;
  image.width = 2;
  image.height = 1;
  image.channels = 3;
  image.pixels = {255, 255, 255, 0, 255, 0};
  const Plane gray = to_gray(image);
  EXPECT_NEAR(gray.at(0, 0), 255, 0.01);
  EXPECT_NEAR(gray.at(1, 0), 149.7, 0.1);
}

}  // namespace
}  // namespace puente::pixels
