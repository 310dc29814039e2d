#include "lab/synth/card.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "core/crypto.h"
#include "lab/synth/lettering.h"

namespace puente::synth {
namespace {

CaptureOptions on_card(Card card) {
  CaptureOptions options;
  options.card = card;
  options.width = options.height = kCardSide;
  return options;
}

// Share of the pixels of an ellipse around the middle that differ by more than the mark of synthetic people.
double changed(const Image& a, const Image& b, double half_width, double half_height) {
  double differ = 0, all = 0;
  for (int y = 0; y < a.height; ++y)
    for (int x = 0; x < a.width; ++x) {
      const double u = (x - a.width / 2.0) / half_width, v = (y - a.height / 2.0) / half_height;
      if (u * u + v * v > 1) continue;
      all += 1;
      differ += std::abs(a.at(x, y) - b.at(x, y)) > 12;
    }
  return differ / all;
}

TEST(Card, is_the_same_on_every_machine_and_marked) {
  const GrownFinger finger = grow_finger(1, 1, Finger::kRightIndex);
  const Image around = capture(finger, 1, on_card(Card::kAround)), across = capture(finger, 1, on_card(Card::kAcross));
  EXPECT_EQ(to_hex(sha256(around.pixels)).substr(0, 16), "9add69603a3a3bd2");
  EXPECT_EQ(to_hex(sha256(across.pixels)).substr(0, 16), "b51609df1f526d08");
  EXPECT_TRUE(is_synthetic(around));
  EXPECT_TRUE(is_synthetic(across));
}

TEST(Card, has_its_marks_around_the_print_or_through_it_and_the_same_print_beneath) {
  double through = 0;
  constexpr std::uint32_t kCards = 12;
  for (std::uint32_t number = 1; number <= kCards; ++number) {
    const GrownFinger finger = grow_finger(5, number, static_cast<Finger>(1 + number % 10));
    const Image blank = capture(finger, 1, on_card(Card::kBlank));
    const Image around = capture(finger, 1, on_card(Card::kAround)),
                across = capture(finger, 1, on_card(Card::kAcross));
    EXPECT_EQ(changed(blank, around, 45, 45), 0) << number;
    EXPECT_GT(changed(blank, around, kCardSide, kCardSide), 0.01) << number;
    EXPECT_GT(changed(blank, across, kCardSide, kCardSide), 0.01) << number;
    through += changed(blank, across, 150, 180) / kCards;
  }
  EXPECT_GT(through, 0.03);
  EXPECT_LT(through, 0.3);
}

TEST(Card, bears_the_marks_that_were_named_and_no_others) {
  const GrownFinger finger = grow_finger(5, 2, Finger::kRightRing);
  const Image blank = capture(finger, 1, on_card(Card::kBlank));
  std::set<std::string> seen;
  for (int code = 0; code < kCardMarkCount; ++code) {
    CaptureOptions options = on_card(Card::kAcross);
    options.marks = {static_cast<CardMark>(code)};
    const Image marked = capture(finger, 1, options);
    EXPECT_GT(changed(blank, marked, kCardSide, kCardSide), 0.001) << to_string(options.marks[0]);
    EXPECT_LT(changed(blank, marked, kCardSide, kCardSide), 0.4) << to_string(options.marks[0]);
    seen.insert(to_hex(sha256(marked.pixels)));
  }
  EXPECT_EQ(seen.size(), static_cast<std::size_t>(kCardMarkCount));
}

TEST(Lettering, stands_on_the_line_and_goes_on_to_the_right) {
  for (const char letter : std::string("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.")) {
    const auto strokes = lettering(std::string(1, letter));
    EXPECT_FALSE(strokes.empty()) << letter;
    for (const auto& [a, b] : strokes)
      for (const Point& point : {a, b}) {
        EXPECT_GE(point.x, 0) << letter;
        EXPECT_LE(point.x, 0.7) << letter;
        EXPECT_GE(point.y, -1) << letter;
        EXPECT_LE(point.y, 0) << letter;
      }
  }
  EXPECT_TRUE(lettering(" -").empty());
  EXPECT_GT(lettering("II")[1].first.x, lettering("II")[0].first.x + 0.5);
}

}  // namespace
}  // namespace puente::synth
