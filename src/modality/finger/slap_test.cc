#include "modality/finger/slap_parts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "modality/finger/finger.h"

namespace puente::finger {
namespace {

using enum Finger;

// A fingertip of concentric ridges, and below it a middle phalanx of straight ones.
struct Drawn {
  double x = 0, y = 0;  // of the tip
  double width = 280, height = 440;
  double angle = 0;
  bool middle = true;
};

constexpr int kWidth = 1600, kHeight = 1000;

// How dark a finger is at a place, 0..1; `scale` as of the resolution.
double ink(const Drawn& d, double x, double y) {
  const double c = std::cos(d.angle), s = std::sin(d.angle);
  const double u = c * (x - d.x) - s * (y - d.y), v = s * (x - d.x) + c * (y - d.y);
  const double along = v - d.height / 2;
  const double a = u / (d.width / 2), b = along / (d.height / 2);
  // rings around the middle; below it they grow straight, as the ridges along a finger's base run across it
  const double across = u * std::clamp(1 - along / (0.35 * d.height), 0.0, 1.0);
  if (a * a + b * b * b * b < 1) return 0.5 + 0.5 * std::sin(2 * M_PI * std::hypot(across, along * 0.8) / 9);
  if (d.middle && v > d.height + 16 && v < d.height + 180 && std::fabs(u) < 0.42 * d.width)
    return 0.5 + 0.5 * std::sin(2 * M_PI * (v + 0.2 * u) / 9);
  return 0;
}

Image draw(const std::vector<Drawn>& fingers, double ppi = 500, bool inverted = false) {
  Image image;
  const double scale = ppi / 500;
  image.width = static_cast<int>(kWidth * scale);
  image.height = static_cast<int>(kHeight * scale);
  image.ppi = ppi;
  unsigned noise = 7;
  for (int y = 0; y < image.height; ++y)
    for (int x = 0; x < image.width; ++x) {
      double dark = 0;
      for (const Drawn& d : fingers) dark = std::max(dark, ink(d, (x + 0.5) / scale, (y + 0.5) / scale));
      noise = noise * 1664525 + 1013904223;
      const double value = 235 - 180 * dark + (noise >> 24) / 32.0;
      image.pixels.push_back(static_cast<std::uint8_t>(inverted ? 255 - value : value));
    }
  return image;
}

// Right hand: index, middle, ring and little finger from left to right.
std::vector<Drawn> right_hand() {
  return {{230, 250}, {570, 80}, {920, 190}, {1270, 460, 230, 360}};
}
std::vector<Drawn> left_hand() {
  return {{330, 460, 230, 360}, {680, 190}, {1030, 80}, {1370, 250}};
}

std::vector<Finger> positions(const Slap& slap) {
  std::vector<Finger> out;
  for (const Segment& segment : slap.fingers) out.push_back(segment.position);
  return out;
}

bool says(const std::vector<std::string>& reasons, const char* reason) {
  return std::find(reasons.begin(), reasons.end(), reason) != reasons.end();
}

void expect_boxes(const Slap& slap, const std::vector<Drawn>& drawn, float scale = 1) {
  ASSERT_EQ(slap.fingers.size(), drawn.size());
  for (std::size_t i = 0; i < drawn.size(); ++i) {
    const Drawn& d = drawn[i];
    const Segment& s = slap.fingers[i];
    EXPECT_NEAR(s.width / scale, d.width, 25) << i;
    EXPECT_NEAR(s.height / scale, d.height, 40) << i;
    EXPECT_NEAR(s.x / scale, d.x + std::sin(d.angle) * d.height / 2, 16) << i;
    EXPECT_NEAR(s.y / scale, d.y + std::cos(d.angle) * d.height / 2, 24) << i;
    EXPECT_NEAR(s.angle, d.angle, 0.08) << i;
  }
}

TEST(Slap, finds_the_four_distal_phalanges_of_a_right_hand_and_not_what_is_below) {
  const Result<Slap> slap = segment_slap(draw(right_hand()), FingerCapture::kPlainRightFour);
  ASSERT_TRUE(slap.ok());
  EXPECT_EQ(positions(*slap), (std::vector{kRightIndex, kRightMiddle, kRightRing, kRightLittle}));
  expect_boxes(*slap, right_hand());
  EXPECT_GT(slap->right_hand, 1);
  EXPECT_TRUE(slap->reasons.empty());
  EXPECT_GT(slap->confidence, 0.4);
}

TEST(Slap, finds_a_left_hand) {
  const Result<Slap> slap = segment_slap(draw(left_hand()), FingerCapture::kPlainLeftFour);
  ASSERT_TRUE(slap.ok());
  EXPECT_EQ(positions(*slap), (std::vector{kLeftLittle, kLeftRing, kLeftMiddle, kLeftIndex}));
  expect_boxes(*slap, left_hand());
  EXPECT_LT(slap->right_hand, -1);
}

TEST(Slap, follows_the_tilt_of_each_finger) {
  std::vector<Drawn> hand = right_hand();
  const double tilts[] = {0.3, 0.22, 0.12, 0.02};
  for (int i = 0; i < 4; ++i) hand[i].angle = tilts[i], hand[i].y += 40;
  const Result<Slap> slap = segment_slap(draw(hand), FingerCapture::kPlainRightFour);
  ASSERT_TRUE(slap.ok());
  expect_boxes(*slap, hand);
}

TEST(Slap, is_the_same_at_1000_ppi_and_with_light_ridges) {
  const std::vector<Drawn> hand = right_hand();
  const Result<Slap> fine = segment_slap(draw(hand, 1000), FingerCapture::kPlainRightFour);
  ASSERT_TRUE(fine.ok());
  expect_boxes(*fine, hand, 2);
  const Result<Slap> light = segment_slap(draw(hand, 500, true), FingerCapture::kPlainRightFour);
  ASSERT_TRUE(light.ok());
  expect_boxes(*light, hand);
}

TEST(Slap, gives_the_others_their_own_positions_when_a_finger_is_missing) {
  for (int gone = 0; gone < 4; ++gone) {
    std::vector<Drawn> hand = right_hand();
    hand.erase(hand.begin() + gone);
    std::vector<Finger> wanted = {kRightIndex, kRightMiddle, kRightRing, kRightLittle};
    const std::vector<Finger> missing = {wanted[gone]};
    wanted.erase(wanted.begin() + gone);
    const Result<Slap> slap = segment_slap(draw(hand), FingerCapture::kPlainRightFour, missing);
    ASSERT_TRUE(slap.ok());
    EXPECT_EQ(positions(*slap), wanted) << gone;
    EXPECT_FALSE(says(slap->reasons, "too_few_fingers")) << gone;
  }
}

TEST(Slap, says_when_fingers_are_too_few_or_too_many) {
  std::vector<Drawn> three = right_hand();
  three.erase(three.begin() + 1);
  const Result<Slap> few = segment_slap(draw(three), FingerCapture::kPlainRightFour);
  ASSERT_TRUE(few.ok());
  EXPECT_TRUE(says(few->reasons, "too_few_fingers"));
  EXPECT_EQ(positions(*few), (std::vector{kRightIndex, kRightRing, kRightLittle}));  // by the gap
  const std::vector<Finger> missing = {kRightLittle};
  const Result<Slap> many = segment_slap(draw(right_hand()), FingerCapture::kPlainRightFour, missing);
  ASSERT_TRUE(many.ok());
  EXPECT_TRUE(says(many->reasons, "too_many_fingers"));
  EXPECT_EQ(many->fingers.size(), 3u);
  EXPECT_LT(many->confidence, 0.4);
}

TEST(Slap, says_when_the_other_hand_was_laid_down) {
  const Result<Slap> slap = segment_slap(draw(left_hand()), FingerCapture::kPlainRightFour);
  ASSERT_TRUE(slap.ok());
  EXPECT_TRUE(says(slap->reasons, "other_hand"));
  EXPECT_LT(slap->confidence, 0.4);
}

TEST(Slap, says_which_finger_is_cut_by_the_edge) {
  std::vector<Drawn> hand = right_hand();
  hand[1].y = -150;
  const Result<Slap> slap = segment_slap(draw(hand), FingerCapture::kPlainRightFour);
  ASSERT_TRUE(slap.ok());
  ASSERT_EQ(slap->fingers.size(), 4u);
  EXPECT_TRUE(says(slap->reasons, "cut_at_edge"));
  EXPECT_TRUE(says(slap->fingers[1].reasons, "cut_at_edge"));
  EXPECT_FALSE(says(slap->fingers[2].reasons, "cut_at_edge"));
  EXPECT_EQ(slap->fingers[1].top, 0);
}

TEST(Slap, takes_touching_fingers_apart) {
  std::vector<Drawn> hand = right_hand();
  for (int i = 0; i < 4; ++i) hand[i].x = 250 + 272 * i;
  hand[3].x -= 20;
  const Result<Slap> slap = segment_slap(draw(hand), FingerCapture::kPlainRightFour);
  ASSERT_TRUE(slap.ok());
  ASSERT_EQ(slap->fingers.size(), 4u);
  EXPECT_TRUE(says(slap->reasons, "fingers_too_close"));
  for (int i = 0; i < 4; ++i) EXPECT_NEAR(slap->fingers[i].x, hand[i].x, 30) << i;
}

TEST(Slap, finds_thumbs) {
  const std::vector<Drawn> thumbs = {{500, 150, 330, 500, -0.1}, {1100, 170, 320, 500, 0.1}};
  const Result<Slap> both = segment_slap(draw(thumbs), FingerCapture::kPlainThumbs);
  ASSERT_TRUE(both.ok());
  EXPECT_EQ(positions(*both), (std::vector{kLeftThumb, kRightThumb}));
  expect_boxes(*both, thumbs);
  const Result<Slap> one = segment_slap(draw({thumbs[1]}), FingerCapture::kRightThumb);
  ASSERT_TRUE(one.ok());
  EXPECT_EQ(positions(*one), std::vector{kRightThumb});
}

// Turned anticlockwise by so many quarters.
Image turned_image(const Image& from, int quarters) {
  if (quarters == 0) return from;
  Image out = from;
  std::swap(out.width, out.height);
  for (int y = 0; y < out.height; ++y)
    for (int x = 0; x < out.width; ++x)
      out.pixels[static_cast<std::size_t>(y) * out.width + x] = from.at(from.width - 1 - y, x);
  return turned_image(out, quarters - 1);
}

TEST(Slap, is_named_rightly_whichever_way_it_lies) {
  for (const bool right : {true, false})
    for (int quarters = 0; quarters < 4; ++quarters) {
      const std::vector<Drawn> hand = right ? right_hand() : left_hand();
      const Image image = turned_image(draw(hand), quarters);
      const Result<Slap> slap =
          segment_slap(image, right ? FingerCapture::kPlainRightFour : FingerCapture::kPlainLeftFour);
      ASSERT_TRUE(slap.ok());
      ASSERT_EQ(slap->fingers.size(), 4u) << quarters;
      EXPECT_EQ(positions(*slap)[0], right ? kRightIndex : kLeftLittle);
      EXPECT_EQ(says(slap->reasons, "upside_down"), quarters == 2);
      EXPECT_EQ(says(slap->reasons, "on_its_side"), quarters % 2 == 1);
      EXPECT_FALSE(says(slap->reasons, "orientation_unclear")) << quarters;
      EXPECT_GT(slap->confidence, 0.5) << quarters;
      for (std::size_t i = 0; i < hand.size(); ++i) {
        const Segment& s = slap->fingers[i];
        const double x = hand[i].x, y = hand[i].y + hand[i].height / 2;
        const double wanted_x = quarters == 0 ? x : quarters == 1 ? y : quarters == 2 ? kWidth - x : kHeight - y;
        const double wanted_y = quarters == 0 ? y : quarters == 1 ? kWidth - x : quarters == 2 ? kHeight - y : x;
        EXPECT_NEAR(s.x, wanted_x, 24) << quarters;
        EXPECT_NEAR(s.y, wanted_y, 24) << quarters;
        EXPECT_NEAR((s.left + s.right) / 2, wanted_x, 24) << quarters;
        EXPECT_NEAR((s.top + s.bottom) / 2, wanted_y, 24) << quarters;
        EXPECT_NEAR(std::remainder(s.angle - quarters * M_PI / 2, 2 * M_PI), 0, 0.1) << quarters;
        const Image cut = cut_out(image, s);
        EXPECT_GT(cut.height, cut.width) << quarters;
      }
    }
}

TEST(Slap, whose_tips_cannot_be_told_from_their_ends_is_called_unclear) {
  Image image = draw(right_hand());
  for (int y = 0; y < image.height / 2; ++y)  // the same from above and from below, as ridges never are
    for (int x = 0; x < image.width; ++x)
      image.pixels[static_cast<std::size_t>(image.height - 1 - y) * image.width + (image.width - 1 - x)] =
          image.at(x, y);
  const Result<Slap> slap = segment_slap(turned_image(image, 2), FingerCapture::kPlainRightFour);
  ASSERT_TRUE(slap.ok());
  EXPECT_NE(std::find(slap->reasons.begin(), slap->reasons.end(), "orientation_unclear"), slap->reasons.end());
  EXPECT_LT(slap->confidence, 0.5);
}

TEST(Slap, thumbs_upside_down_are_not_taken_for_each_other) {
  const std::vector<Drawn> thumbs = {{500, 150, 330, 500, -0.1}, {1100, 170, 320, 500, 0.1}};
  const Result<Slap> both = segment_slap(turned_image(draw(thumbs), 2), FingerCapture::kPlainThumbs);
  ASSERT_TRUE(both.ok());
  ASSERT_EQ(both->fingers.size(), 2u);
  EXPECT_EQ(positions(*both), (std::vector{kLeftThumb, kRightThumb}));
  EXPECT_TRUE(both->confidence < 0.5 || both->fingers[0].x > both->fingers[1].x);
}

TEST(CountFingers, tells_several_from_one) {
  EXPECT_EQ(count_fingers(draw(right_hand())), 4);
  EXPECT_EQ(count_fingers(turned_image(draw(right_hand()), 2)), 4);
  EXPECT_EQ(count_fingers(draw({right_hand()[1]})), 1);
  EXPECT_EQ(count_fingers(draw({})), 0);
}

TEST(CountFingers, of_what_was_given_as_one_print_says_that_there_are_several) {
  const auto is_several = [](const Image& image) {
    const Result<Extraction> print = extract(image);
    EXPECT_TRUE(print.ok()) << print.error().message;
    return print.ok() && says(print->quality.reasons, "several_fingers");
  };
  EXPECT_TRUE(is_several(draw(right_hand())));
  EXPECT_TRUE(is_several(draw(right_hand(), 1000)));
  EXPECT_FALSE(is_several(draw({right_hand()[1]}))) << "one finger on a large sheet";
}

TEST(Slap, refuses_what_holds_no_finger) {
  EXPECT_EQ(segment_slap(draw({}), FingerCapture::kPlainRightFour).error().code, Code::kNoFeatures);
  EXPECT_EQ(segment_slap(Image{}, FingerCapture::kPlainRightFour).error().code, Code::kInvalidInput);
  Image flat{500, 500, 1, 500, std::vector<std::uint8_t>(250000, 200)};
  EXPECT_EQ(segment_slap(flat, FingerCapture::kPlainThumbs).error().code, Code::kNoFeatures);
  Image wide{3000, 600, 1, 500, std::vector<std::uint8_t>(1800000, 200)};
  EXPECT_EQ(segment_slap(wide, FingerCapture::kPlainRightFour).error().code, Code::kTooLarge);
  const auto thumbs = fingers_of(FingerCapture::kPlainThumbs);
  EXPECT_EQ(segment_slap(draw({}), FingerCapture::kPlainThumbs, thumbs).error().code, Code::kInvalidInput);
}

Result<Segment> upright(const Image& finger) {
  const Result<Slap> slap = segment_slap(finger, FingerCapture::kRightThumb);
  if (!slap.ok()) return slap.error();
  return slap->fingers[0];
}

TEST(Slap, cuts_a_finger_out_upright_at_500_ppi) {
  std::vector<Drawn> hand = right_hand();
  hand[0].angle = 0.25;
  for (const double ppi : {500.0, 1000.0}) {
    const Image image = draw(hand, ppi);
    const Result<Slap> slap = segment_slap(image, FingerCapture::kPlainRightFour);
    ASSERT_TRUE(slap.ok());
    const Image finger = cut_out(image, slap->fingers[0]);
    EXPECT_EQ(finger.ppi, 500);
    EXPECT_NEAR(finger.width, 304, 25);
    EXPECT_NEAR(finger.height, 464, 40);
    const Result<Segment> again = upright(finger);
    ASSERT_TRUE(again.ok());
    EXPECT_NEAR(again->angle, 0, 0.15) << "two looks, each within 0.08; uncut it is 0.25";
  }
}

TEST(To500Ppi, keeps_ridges_and_drops_what_is_finer) {
  const auto waves = [](double period, double ppi) {
    Image image{300, 300, 1, ppi, {}};
    for (int y = 0; y < 300; ++y)
      for (int x = 0; x < 300; ++x)
        image.pixels.push_back(static_cast<std::uint8_t>(128 + 100 * std::sin(2 * M_PI * x / period)));
    return image;
  };
  const auto depth = [](const Image& image) {
    int least = 255, most = 0;
    for (int x = 20; x < image.width - 20; ++x) {
      least = std::min<int>(least, image.at(x, image.height / 2));
      most = std::max<int>(most, image.at(x, image.height / 2));
    }
    return most - least;
  };
  const Result<Image> ridges = to_500_ppi(waves(18, 1000)), grain = to_500_ppi(waves(2.5, 1000));
  ASSERT_TRUE(ridges.ok());
  ASSERT_TRUE(grain.ok());
  EXPECT_EQ(ridges->ppi, 500);
  EXPECT_EQ(ridges->width, 150);
  EXPECT_GT(depth(*ridges), 180);
  EXPECT_LT(depth(*grain), 30);
  const Image same = waves(9, 500);
  EXPECT_EQ(to_500_ppi(same)->pixels, same.pixels);
  EXPECT_EQ(to_500_ppi(waves(11, 600))->width, 250);
  EXPECT_EQ(to_500_ppi(waves(11, 9000)).error().code, Code::kInvalidInput);
}

// Whatever the image, segments lie in it and are as many as asked for at most.
TEST(Slap, bears_any_image) {
  unsigned seed = 20261123;
  std::printf("seed %u\n", seed);
  const auto next = [&seed] { return seed = seed * 1664525 + 1013904223, seed >> 8; };
  for (int round = 0; round < 40; ++round) {
    const int width = 170 + static_cast<int>(next() % 500), height = 170 + static_cast<int>(next() % 500);
    Image image{width, height, round % 5 == 4 ? 3 : 1, round % 3 == 2 ? 1000.0 : 500.0, {}};
    const double period = 3 + next() % 14, turn = next() % 100, blotch = 40 + next() % 100;
    for (int i = 0; i < width * height * image.channels; ++i) {
      const int x = i / image.channels % width, y = i / image.channels / width;
      const double wave = std::sin(2 * M_PI * (x * std::cos(turn) + y * std::sin(turn)) / period);
      const double patch = std::sin(x / blotch) * std::sin(y / blotch);
      image.pixels.push_back(static_cast<std::uint8_t>(round % 2 ? 128 + 100 * wave * (patch > 0)
                                                                 : 128 + (next() % 60) + 60 * wave * patch));
    }
    for (const FingerCapture position : {FingerCapture::kPlainRightFour, FingerCapture::kPlainThumbs}) {
      const Result<Slap> slap = segment_slap(image, position);
      if (!slap.ok()) continue;
      EXPECT_LE(slap->fingers.size(), fingers_of(position).size());
      for (const Segment& s : slap->fingers) {
        EXPECT_TRUE(0 <= s.left && s.left < s.right && s.right <= width);
        EXPECT_TRUE(0 <= s.top && s.top < s.bottom && s.bottom <= height);
        EXPECT_TRUE(s.confidence >= 0 && s.confidence <= 1);
        EXPECT_GT(cut_out(image, s).pixels.size(), 0u);
      }
    }
  }
}

TEST(Slap, of_a_position_that_is_none_is_refused) {
  EXPECT_EQ(segment_slap(draw(right_hand()), FingerCapture::kRightIndex).error().code, Code::kInvalidInput);
  EXPECT_TRUE(fingers_of(FingerCapture::kUnknown).empty());
}

}  // namespace
}  // namespace puente::finger
