#include "modality/finger/finger.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>
#include <thread>

#include "core/limits.h"
#include "core/testing_paper.h"
#include "modality/finger/stages.h"

namespace puente::finger {
namespace {

constexpr double kTau = 2 * std::numbers::pi;

struct Fork {
  double x, y;
  int sign;
};

// Ridges as the level lines of a phase: a plane wave, gently bent, plus a spiral of phase at each minutia (Sherlock &
// Monro 1993; Larkin & Fletcher 2007). Every spiral is one minutia, at a known place.
struct Pattern {
  std::vector<Fork> forks;
  double period = 9;
  double bend = 0.0008;  // radians of turning a pixel

  double brightness(double x, double y) const {
    double phase = kTau / period * (y + 0.5 * bend * x * x);
    for (const Fork& f : forks) phase += f.sign * std::atan2(y - f.y, x - f.x);
    return 128 - 90 * std::cos(phase);
  }
};

// The pattern seen through a round contact, turned by `turn` (counter-clockwise) about the image's middle and moved.
Image press(const Pattern& pattern, int width, int height, double turn = 0, double move_x = 0, double move_y = 0,
            double ppi = 500) {
  Image image;
  image.width = width;
  image.height = height;
  image.ppi = ppi;
  const double scale = 500 / ppi, reach = 0.46 * std::min(width, height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const double u = (x - width / 2.0 - move_x) * scale, v = (y - height / 2.0 - move_y) * scale;
      const double px = u * std::cos(turn) - v * std::sin(turn), py = u * std::sin(turn) + v * std::cos(turn);
      const bool contact = std::hypot(x - width / 2.0, y - height / 2.0) < reach;
      image.pixels.push_back(contact ? static_cast<std::uint8_t>(pattern.brightness(px, py)) : 235);
    }
  return image;
}

Pattern random_pattern(unsigned seed, int count) {
  std::mt19937 random(seed);
  Pattern pattern;
  pattern.period = 8 + static_cast<double>(random() % 24) / 10;
  pattern.bend = (random() % 2 ? 1 : -1) * (0.001 + static_cast<double>(random() % 20) / 10'000);
  while (static_cast<int>(pattern.forks.size()) < count) {
    const Fork f{static_cast<double>(random() % 240) - 120, static_cast<double>(random() % 240) - 120,
                 random() % 2 ? 1 : -1};
    if (std::hypot(f.x, f.y) > 125) continue;
    const bool crowded = std::any_of(pattern.forks.begin(), pattern.forks.end(),
                                     [&](const Fork& g) { return std::hypot(f.x - g.x, f.y - g.y) < 26; });
    if (!crowded) pattern.forks.push_back(f);
  }
  return pattern;
}

Extraction must_extract(const Image& image) {
  Result<Extraction> extraction = extract(image);
  EXPECT_TRUE(extraction.ok()) << (extraction.ok() ? "" : extraction.error().message);
  return extraction.ok() ? *extraction : Extraction{};
}

double compare_images(const Image& a, const Image& b) {
  Scratch scratch;
  return compare_score(prepare(must_extract(a).features), prepare(must_extract(b).features), scratch);
}

const Minutia* nearest(const Template& t, double x, double y) {
  const Minutia* best = nullptr;
  for (const Minutia& m : t.minutiae)
    if (!best || std::hypot(m.x - x, m.y - y) < std::hypot(best->x - x, best->y - y)) best = &m;
  return best;
}

double angle_between(double a, double b) {
  return std::fabs(std::remainder(a - b, kTau));
}

TEST(Extract, finds_each_minutia_where_it_is_and_only_there) {
  const Pattern pattern = random_pattern(7, 14);
  const Template t = must_extract(press(pattern, 340, 340)).features;
  const auto good =
      std::count_if(t.minutiae.begin(), t.minutiae.end(), [](const Minutia& m) { return m.quality >= 40; });
  EXPECT_LE(good, static_cast<int>(pattern.forks.size()) + 2);
  for (const Fork& f : pattern.forks) {
    const Minutia* m = nearest(t, 170 + f.x, 170 + f.y);
    ASSERT_NE(m, nullptr);
    EXPECT_LT(std::hypot(m->x - 170 - f.x, m->y - 170 - f.y), 9) << "minutia at " << f.x << "," << f.y;
    // ridges run along x here: each minutia points left or right, by its sign
    EXPECT_LT(angle_between(m->direction, f.sign > 0 ? 0 : std::numbers::pi), 0.5)
        << "minutia at " << f.x << "," << f.y;
  }
}

TEST(Extract, turns_with_the_finger) {
  const Pattern pattern = random_pattern(8, 12);
  const Template straight = must_extract(press(pattern, 340, 340)).features;
  for (const double turn : {0.4, 1.6, 3.0, 5.1}) {
    const Template turned = must_extract(press(pattern, 340, 340, turn)).features;
    int found = 0;
    for (const Minutia& m : straight.minutiae) {
      const double u = m.x - 170, v = m.y - 170;
      const double x = 170 + u * std::cos(turn) + v * std::sin(turn), y = 170 - u * std::sin(turn) + v * std::cos(turn);
      const Minutia* n = nearest(turned, x, y);
      found += n && std::hypot(n->x - x, n->y - y) < 8 && angle_between(n->direction, m.direction + turn) < 0.4;
    }
    EXPECT_GE(found, static_cast<int>(pattern.forks.size()) - 2) << "turned by " << turn;
  }
}

TEST(Extract, brings_every_resolution_to_500) {
  const Pattern pattern = random_pattern(9, 12);
  const Template at_500 = must_extract(press(pattern, 340, 340)).features;
  for (const double ppi : {569.0, 1000.0, 400.0}) {
    const int side = static_cast<int>(340 * ppi / 500 + 0.5);
    const Template t = must_extract(press(pattern, side, side, 0, 0, 0, ppi)).features;
    EXPECT_NEAR(t.width, 340, 1);
    int found = 0;
    for (const Minutia& m : at_500.minutiae) {
      const Minutia* n = nearest(t, m.x, m.y);
      found += n && std::hypot(n->x - m.x, n->y - m.y) < 6;
    }
    EXPECT_GE(found, static_cast<int>(pattern.forks.size()) - 2) << ppi << " ppi";
  }
}

TEST(Extract, reads_faint_ridges) {
  Image image = press(random_pattern(11, 12), 340, 340);
  const std::size_t count = must_extract(image).features.minutiae.size();
  for (std::uint8_t& p : image.pixels) p = static_cast<std::uint8_t>(120 + p / 16);
  EXPECT_NEAR(static_cast<double>(must_extract(image).features.minutiae.size()), static_cast<double>(count), 2);
}

// What scanners, programs and people do to an image; the finger must still be known.
Image framed(const Image& image, int margin, std::uint8_t fill) {
  Image out;
  out.width = image.width + 2 * margin;
  out.height = image.height + 2 * margin;
  out.ppi = image.ppi;
  out.pixels.assign(static_cast<std::size_t>(out.width) * out.height, fill);
  for (int y = 0; y < image.height; ++y)
    std::copy_n(image.pixels.begin() + static_cast<std::ptrdiff_t>(y) * image.width, image.width,
                out.pixels.begin() + static_cast<std::ptrdiff_t>(y + margin) * out.width + margin);
  return out;
}

template <typename Change>
Image with_pixels(Image image, Change change) {
  for (int y = 0; y < image.height; ++y)
    for (int x = 0; x < image.width; ++x) {
      std::uint8_t& p = image.pixels[static_cast<std::size_t>(y) * image.width + x];
      p = static_cast<std::uint8_t>(std::clamp(change(static_cast<double>(p), x, y), 0.0, 255.0));
    }
  return image;
}

TEST(Extract, reads_light_ridges_on_dark_too) {
  const Image image = press(random_pattern(10, 12), 340, 340);
  const Image light = with_pixels(image, [](double p, int, int) { return 255 - p; });
  const Template dark = must_extract(image).features;
  for (const int margin : {0, 60}) {
    const Template t = must_extract(margin ? framed(light, margin, 255) : light).features;
    for (const Minutia& m : dark.minutiae) {
      if (m.quality < 40) continue;  // at the edge of contact
      const Minutia* same = nearest(t, m.x + static_cast<float>(margin), m.y + static_cast<float>(margin));
      ASSERT_NE(same, nullptr);
      EXPECT_LT(std::hypot(same->x - m.x - static_cast<float>(margin), same->y - m.y - static_cast<float>(margin)), 3);
      EXPECT_EQ(same->type, m.type) << "margin " << margin;
    }
  }
}

TEST(Extract, sees_no_edge_where_a_frame_meets_the_print) {
  const Image print = press(random_pattern(17, 16), 340, 340);
  Image middle;  // ridges to all its sides
  middle.width = middle.height = 200;
  for (int y = 70; y < 270; ++y)
    middle.pixels.insert(middle.pixels.end(), print.pixels.begin() + y * 340 + 70,
                         print.pixels.begin() + y * 340 + 270);
  middle = with_pixels(middle, [](double p, int, int) { return 110 + p / 16; });  // an edge would outweigh the ridges
  const Template bare = must_extract(middle).features;
  for (const int fill : {0, 255}) {
    const Template t = must_extract(framed(middle, 60, static_cast<std::uint8_t>(fill))).features;
    int found = 0;
    for (const Minutia& m : bare.minutiae) {
      const Minutia* same = nearest(t, m.x + 60, m.y + 60);
      found += same && std::hypot(same->x - m.x - 60, same->y - m.y - 60) < 4;
    }
    EXPECT_GE(found, static_cast<int>(bare.minutiae.size()) * 8 / 10) << "filled with " << fill;
  }
}

TEST(Extract, knows_the_finger_whatever_was_done_to_the_image) {
  const Pattern pattern = random_pattern(15, 18);
  const Image image = press(pattern, 340, 340), other = press(random_pattern(16, 18), 340, 340);
  std::mt19937 random(15);
  const std::vector<std::pair<const char*, Image>> changed = {
      {"a tenth of the contrast", with_pixels(image, [](double p, int, int) { return 110 + p / 10; })},
      {"contrast fading to a tenth across",
       with_pixels(image, [](double p, int x, int) { return 200 + (0.1 + 0.9 * x / 340) * (p - 200); })},
      {"a white frame", framed(image, 60, 255)},
      {"a black frame", framed(image, 60, 0)},
      {"noise", with_pixels(image, [&](double p, int, int) { return p + static_cast<double>(random() % 121) - 60; })},
      {"uneven scan lines",
       with_pixels(image, [](double p, int, int y) { return p + 25 * std::sin(y * y * 0.37) + y * 0.1; })},
      {"inked: black and white only", with_pixels(image, [](double p, int, int) { return p < 140 ? 5.0 : 250.0; })},
      {"250 ppi", press(pattern, 170, 170, 0, 0, 0, 250)},
      {"1000 ppi", press(pattern, 680, 680, 0, 0, 0, 1000)}};
  for (const auto& [what, variant] : changed) {
    EXPECT_GT(compare_images(image, variant), 60) << what;
    EXPECT_GT(compare_images(image, variant), compare_images(other, variant) + 15) << what;
  }
}

TEST(Extract, gives_the_same_bits_on_every_run_and_thread) {
  const Image image = press(random_pattern(12, 12), 340, 340, 0.7);
  const Bytes once = encode(must_extract(image).features);
  std::vector<Bytes> others(4);
  std::vector<std::thread> threads;
  for (Bytes& other : others) threads.emplace_back([&] { other = encode(must_extract(image).features); });
  for (std::thread& thread : threads) thread.join();
  for (const Bytes& other : others) EXPECT_EQ(other, once);
}

Image filled(int width, int height, std::uint8_t (*value)(int, int)) {
  Image image;
  image.width = width;
  image.height = height;
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) image.pixels.push_back(value(x, y));
  return image;
}

void expect_refused(const Image& image, Code code, const char* what) {
  const Result<Extraction> extraction = extract(image);
  ASSERT_FALSE(extraction.ok()) << what << " gave " << extraction->features.minutiae.size() << " minutiae";
  EXPECT_EQ(extraction.error().code, code) << what;
  EXPECT_FALSE(extraction.error().message.empty());
}

TEST(Extract, refuses_what_is_no_fingerprint) {
  expect_refused(filled(400, 400, [](int, int) -> std::uint8_t { return 255; }), Code::kNoFeatures, "white");
  expect_refused(filled(400, 400, [](int x, int) -> std::uint8_t { return static_cast<std::uint8_t>(x / 2); }),
                 Code::kNoFeatures, "shading");
  for (const int block : {1, 2, 3, 4, 5, 7}) {
    std::mt19937 random(static_cast<unsigned>(block));
    Image noise = filled(400, 400, [](int, int) -> std::uint8_t { return 0; });
    std::vector<std::uint8_t> values(400 * 400);
    for (std::uint8_t& v : values) v = static_cast<std::uint8_t>(random());
    for (int y = 0; y < 400; ++y)
      for (int x = 0; x < 400; ++x) noise.pixels[y * 400 + x] = values[(y / block) * 400 + x / block];
    expect_refused(noise, Code::kNoFeatures, "noise");
  }
  expect_refused(
      filled(600, 450,  // soft blobs and edges, as in a photograph
             [](int x, int y) -> std::uint8_t {
               const double blobs = std::sin(x * 0.03) * std::cos(y * 0.041) + std::sin(x * 0.011 + y * 0.017);
               return static_cast<std::uint8_t>(120 + 50 * blobs + (std::hypot(x - 300, y - 200) < 90 ? 20 : 0));
             }),
      Code::kNoFeatures, "photograph");
  expect_refused(filled(30, 30, [](int, int) -> std::uint8_t { return 0; }), Code::kNoFeatures, "tiny");
}

TEST(Extract, refuses_what_is_no_image) {
  expect_refused(Image{}, Code::kInvalidInput, "empty");
  Image image = filled(100, 100, [](int, int) -> std::uint8_t { return 0; });
  image.pixels.pop_back();
  expect_refused(image, Code::kInvalidInput, "short of pixels");
  image.pixels.push_back(0);
  image.ppi = 20;
  expect_refused(image, Code::kInvalidInput, "20 ppi");
}

TEST(Extract, finds_the_print_in_a_large_image) {
  const Pattern pattern = random_pattern(13, 14);
  Image large = filled(4000, 3000, [](int, int) -> std::uint8_t { return 250; });
  const Image print = press(pattern, 340, 340);
  for (int y = 0; y < 340; ++y)
    std::copy_n(print.pixels.begin() + y * 340, 340, large.pixels.begin() + (2100 + y) * 4000 + 2900);
  const Extraction extraction = must_extract(large);
  EXPECT_EQ(extraction.features.width, 4000);
  for (const Fork& f : pattern.forks) {
    const Minutia* m = nearest(extraction.features, 2900 + 170 + f.x, 2100 + 170 + f.y);
    ASSERT_NE(m, nullptr);
    EXPECT_LT(std::hypot(m->x - 3070 - f.x, m->y - 2270 - f.y), 9);
  }
}

// A box of a card as they are printed and scanned, a little askew; a print of 340 x 340 pixels stands in its middle.
constexpr int kCardSide = 600, kCardMargin = (kCardSide - 340) / 2;
constexpr double kAskew = 0.012;  // pixels a pixel

// How far a point is from a straight rule across the card at height `at`, or down it.
double rule_distance(double x, double y, double at, bool down) {
  return down ? std::fabs(x - at + kAskew * y) : std::fabs(y - at - kAskew * x);
}

// Is there ink of a caption whose letters begin at (left, top)? Each is a bar with some of three arms.
bool in_caption(int x, int y, int left, int top) {
  constexpr int kLetters = 9, kPitch = 20, kHeight = 24, kStroke = 5, kArm = 14;
  const int letter = (x - left) / kPitch, u = (x - left) % kPitch, v = y - top;
  if (x < left || letter >= kLetters || v < 0 || v >= kHeight || u >= kArm) return false;
  const int arm = v < kStroke ? 1 : v >= kHeight - kStroke ? 2 : std::abs(v - kHeight / 2) <= kStroke / 2 ? 4 : 0;
  return u < kStroke || ((letter * 5 + 3) & arm) != 0;
}

Image on_card(const Image& print, const std::vector<std::pair<double, bool>>& rules) {
  std::mt19937 random(99);
  return with_pixels(framed(print, kCardMargin, 235), [&](double p, int x, int y) {
    const double grain = static_cast<double>(random() % 9) - 4;  // paper is never quite even
    for (const auto& [at, down] : rules)
      if (rule_distance(x, y, at, down) < 3.5) return 70 + grain;
    if (rules.size() > 1 && (in_caption(x, y, 160, 60) || in_caption(x, y, 200, 522))) return 90 + grain;
    return p + grain;
  });
}

// the print touches two of them
const std::vector<std::pair<double, bool>> kBox = {{130, false}, {560, false}, {140, true}, {575, true}};

TEST(Extract, keeps_the_likeliest_hundred_minutiae_of_a_rolled_print) {
  Pattern pattern;
  for (int y = -240; y <= 240; y += 34)
    for (int x = -240; x <= 240; x += 34)
      if (std::hypot(x, y) < 290)
        pattern.forks.push_back({x + 7.0 * (y / 34 % 2), y + 5.0 * (x / 34 % 2), (x + y) % 4 ? 1 : -1});
  ASSERT_GT(pattern.forks.size(), 150u);
  const Template t = must_extract(press(pattern, 660, 660)).features;
  EXPECT_EQ(t.minutiae.size(), 100u);
  for (const Minutia& m : t.minutiae) EXPECT_LT(std::hypot(m.x - 330, m.y - 330), 300) << "at the edge of contact";
}

TEST(Card, has_rules_that_are_no_ridges) {
  const Pattern pattern = random_pattern(50, 16);
  const Template t = must_extract(on_card(press(pattern, 340, 340), kBox)).features;
  for (const Minutia& m : t.minutiae)
    EXPECT_LT(std::hypot(m.x - kCardSide / 2.0, m.y - kCardSide / 2.0), 175) << m.x << "," << m.y;
  for (const Fork& f : pattern.forks) {
    const Minutia* m = nearest(t, kCardSide / 2.0 + f.x, kCardSide / 2.0 + f.y);
    ASSERT_NE(m, nullptr);
    EXPECT_LT(std::hypot(m->x - kCardSide / 2.0 - f.x, m->y - kCardSide / 2.0 - f.y), 9);
  }
}

TEST(Card, does_not_make_strangers_alike) {
  for (unsigned seed = 70; seed < 76; ++seed) {
    const Image a = press(random_pattern(seed, 18), 340, 340), b = press(random_pattern(seed + 100, 18), 340, 340);
    EXPECT_LT(compare_images(on_card(a, kBox), on_card(b, kBox)), compare_images(a, b) + 15) << seed;
  }
}

TEST(Card, may_have_a_rule_across_the_print) {
  const Pattern pattern = random_pattern(51, 20);
  const Image print = press(pattern, 340, 340);
  for (const bool down : {false, true}) {
    const Image card = on_card(print, {{270, down}});
    for (const Minutia& m : must_extract(card).features.minutiae)
      EXPECT_GT(rule_distance(m.x, m.y, 270, down), 8) << m.x << "," << m.y;
    EXPECT_GT(compare_images(print, card), 60);
  }
}

TEST(Card, has_no_rules_where_ridges_run_straight) {
  for (double period = 6; period <= 14; period += 0.5)
    for (const double turn : {0.0, 0.02, kTau / 4}) {
      Pattern straight;
      straight.period = period;
      straight.bend = 0;
      Plane gray = pixels::to_gray(press(straight, 340, 340, turn));
      EXPECT_TRUE(take_out_marks(gray).values.empty()) << "ridges " << period << " pixels apart, turned by " << turn;
    }
}

// Two prints on one sheet of 760 x 640 pixels; the second's middle lies (across, down) from the first's, which has so
// much of its ink.
Image two_prints(const Pattern& first, const Pattern& second, double turn, int across, int down, double ink = 1) {
  constexpr int kSide = 340, kLeft = 120, kTop = 120;
  const Image a = with_pixels(press(first, kSide, kSide), [&](double p, int, int) { return 235 - ink * (235 - p); });
  const Image b = press(second, kSide, kSide, turn);
  return on_paper(760, 640, 235, {{a, kLeft, kTop}, {b, kLeft + across, kTop + down}});
}

bool has_reason(const Quality& quality, const char* reason) {
  return std::ranges::find(quality.reasons, reason) != quality.reasons.end();
}

TEST(SecondPrint, does_not_hide_the_first) {
  const Pattern first = random_pattern(52, 20), second = random_pattern(53, 20);
  Scratch scratch;
  for (const auto& [across, down] : {std::pair{290, 40}, {310, 120}, {330, 0}}) {
    const Extraction both = must_extract(two_prints(first, second, 1.2, across, down));
    ASSERT_EQ(both.beside.size(), 1u) << across;
    EXPECT_TRUE(!both.second && both.beside[0].second);
    EXPECT_TRUE(has_reason(both.quality, "second_print") && has_reason(both.beside[0].quality, "second_print"));
    const Prepared left = prepare(must_extract(press(first, 340, 340)).features);
    const Prepared right = prepare(must_extract(press(second, 340, 340)).features);
    EXPECT_GT(compare_score(left, prepare(both.features), scratch), 80) << "the one nearer the middle comes first";
    EXPECT_GT(compare_score(right, prepare(both.beside[0].features), scratch), 80) << across;
    EXPECT_LT(compare_score(right, prepare(both.features), scratch), 30) << across;
  }
}

TEST(SecondPrint, may_be_far_darker_than_the_first) {
  const Pattern first = random_pattern(55, 20), second = random_pattern(56, 20);
  const Extraction both = must_extract(two_prints(first, second, 1.2, 310, 60, 0.22));
  ASSERT_EQ(both.beside.size(), 1u);
  const auto cells = [](const Extraction& e) {
    return std::ranges::count_if(e.features.cells, [](const RidgeCell& cell) { return cell.quality > 0; });
  };
  EXPECT_GT(cells(both), 0.8 * static_cast<double>(cells(must_extract(press(first, 340, 340)))));
}

TEST(SecondPrint, is_read_where_the_first_cannot_be) {
  const Pattern second = random_pattern(53, 20);
  const Extraction one = must_extract(two_prints(random_pattern(52, 0), second, 1.2, 310, 120));
  EXPECT_TRUE(one.beside.empty());
  EXPECT_TRUE(one.second) << "it is not the one that was meant";
  EXPECT_TRUE(has_reason(one.quality, "second_print"));
  Scratch scratch;
  const Prepared alone = prepare(must_extract(press(second, 340, 340)).features);
  EXPECT_GT(compare_score(alone, prepare(one.features), scratch), 80);
}

// Ink that was smeared where the print that is meant lies, and beside it a neighbour's, alone to be read.
TEST(SecondPrint, is_told_beside_ink_that_shows_no_ridges) {
  const Image beside = press(random_pattern(53, 20), 340, 340);
  const auto sheet = [&](int left, int top, std::uint8_t shade) {
    Image out = on_paper(800, 760, 235, {{beside, left, top}});
    for (int y = 0; y < out.height; ++y)
      for (int x = 0; x < out.width; ++x) {
        const int across = x - 400, down = y - 380;
        std::uint8_t& pixel = out.pixels[static_cast<std::size_t>(y) * out.width + x];
        if (across * across + down * down < 200 * 200) pixel = std::min(pixel, shade);
      }
    return out;
  };
  const Extraction one = must_extract(sheet(520, 420, 90));
  EXPECT_TRUE(one.second);
  EXPECT_TRUE(has_reason(one.quality, "second_print"));
  EXPECT_FALSE(must_extract(sheet(520, 420, 235)).second) << "on empty paper it is the one, wherever it lies";
  EXPECT_FALSE(must_extract(sheet(230, 210, 150)).second) << "in the middle too";
}

TEST(SecondPrint, that_cannot_be_read_as_the_first_cannot_refuses_nobody) {
  const Extraction whole = must_extract(two_prints(random_pattern(52, 0), random_pattern(53, 0), 1.2, 230, 60));
  EXPECT_TRUE(whole.beside.empty());
  EXPECT_FALSE(whole.second);
  EXPECT_TRUE(has_reason(whole.quality, "second_print")) << "there are two all the same";
}

TEST(SecondPrint, does_not_stand_beside_a_resolution_that_no_skin_has) {
  Pattern first = random_pattern(52, 20), second = random_pattern(53, 20);
  first.period = second.period = 7;
  Image sheet = two_prints(first, second, 1.2, 310, 120);
  ASSERT_EQ(must_extract(sheet).beside.size(), 1u);
  sheet.ppi = 540;
  const Extraction doubted = must_extract(sheet);
  EXPECT_EQ(doubted.quality.reasons, std::vector<std::string>{"implausible_resolution"});
  EXPECT_TRUE(doubted.beside.empty());
}

TEST(SecondPrint, is_not_seen_where_there_is_one) {
  Pattern rolled = random_pattern(54, 24);
  for (const double bend : {0.0008, 0.003, -0.005}) {  // down to ridges that turn by 150 degrees over its breadth
    rolled.bend = bend;
    const Extraction one = must_extract(press(rolled, 620, 620));
    EXPECT_TRUE(one.beside.empty()) << bend;
    EXPECT_FALSE(has_reason(one.quality, "second_print")) << bend;
  }
}

TEST(Quality, falls_with_contact_and_says_why) {
  const Pattern pattern = random_pattern(14, 16);
  const Quality whole = must_extract(press(pattern, 360, 360)).quality;
  const Quality part = must_extract(press(pattern, 150, 150)).quality;
  EXPECT_GT(whole.score, part.score);
  EXPECT_NE(std::find(part.reasons.begin(), part.reasons.end(), "too_small"), part.reasons.end());
}

std::vector<std::string> reasons_at(Image image, double stated) {
  image.ppi = stated;
  return must_extract(image).quality.reasons;
}

TEST(Quality, doubts_a_resolution_at_which_no_skin_has_such_ridges) {
  Pattern pattern = random_pattern(5, 24);
  pattern.period = 9.6;
  const Image print = press(pattern, 420, 440);
  const std::vector<std::string> alone = {"implausible_resolution"};
  for (const double stated : {300.0, 1000.0}) EXPECT_EQ(reasons_at(print, stated), alone) << stated;
  EXPECT_GT(must_extract(print).quality.score, 50);
  Image wrong = print;
  wrong.ppi = 300;
  EXPECT_LE(must_extract(wrong).quality.score, kScoreInDoubtMost) << "large and clear, and found by nobody";
  for (const double stated : {400.0, 800.0}) EXPECT_FALSE(reasons_at(print, stated).empty()) << stated;
  const std::vector<std::string> at_600 = reasons_at(print, 600);
  EXPECT_NE(std::find(at_600.begin(), at_600.end(), "unusual_resolution"), at_600.end());
  for (const double period : {7.0, 9.6, 12.0}) {  // what people have
    pattern.period = period;
    EXPECT_TRUE(reasons_at(press(pattern, 420, 440), 500).empty()) << period;
  }
}

TEST(Quality, names_the_resolution_at_which_there_would_be_a_print) {
  Pattern pattern = random_pattern(5, 24);
  pattern.period = 9.6;
  Image print = press(pattern, 840, 880, 0, 0, 0, 1000);
  print.ppi = 0;
  const Result<Extraction> assumed = extract(print);
  ASSERT_FALSE(assumed.ok());
  EXPECT_NE(assumed.error().message.find("about 1000"), std::string::npos) << assumed.error().message;
  EXPECT_NE(assumed.error().message.find("assumed"), std::string::npos) << assumed.error().message;
  EXPECT_EQ(assumed.error().message.find("again"), std::string::npos) << assumed.error().message;
}

// 2000 is what some programs write for want of knowing.
TEST(Quality, names_the_usual_resolution_for_a_print_that_is_said_to_be_four_times_as_fine) {
  Pattern pattern = random_pattern(5, 24);
  pattern.period = 9.6;
  Image print = press(pattern, 420, 440);
  print.ppi = 2000;
  const Result<Extraction> wrong = extract(print);
  ASSERT_FALSE(wrong.ok());
  EXPECT_NE(wrong.error().message.find("about 500"), std::string::npos) << wrong.error().message;
  EXPECT_TRUE(extract(press(pattern, 1680, 1760, 0, 0, 0, 2000)).ok()) << "one that is so fine is read as ever";

  std::mt19937 random(3);
  Image noise{400, 400, 1, 500, {}};
  for (int i = 0; i < 400 * 400; ++i) noise.pixels.push_back(static_cast<std::uint8_t>(random() % 256));
  for (const double stated : {500.0, 1000.0, 2000.0}) {
    noise.ppi = stated;
    const Result<Extraction> none = extract(noise);
    ASSERT_FALSE(none.ok()) << stated;
    EXPECT_EQ(none.error().message.find("about"), std::string::npos) << none.error().message;
  }
}

TEST(Compare, knows_a_finger_turned_and_moved_from_another) {
  double lowest_same = 1e9, highest_other = 0;
  for (unsigned seed = 20; seed < 26; ++seed) {
    SCOPED_TRACE(seed);
    const Image first = press(random_pattern(seed, 18), 340, 340);
    for (const double turn : {0.0, 0.5, 2.2, 3.14, 4.5})
      lowest_same =
          std::min(lowest_same, compare_images(first, press(random_pattern(seed, 18), 340, 340, turn, 25, -20)));
    highest_other = std::max(highest_other, compare_images(first, press(random_pattern(seed + 100, 18), 340, 340)));
  }
  EXPECT_GT(lowest_same, highest_other);
}

Image flipped(Image image) {
  for (int y = 0; y < image.height; ++y) {
    const auto row = image.pixels.begin() + static_cast<std::ptrdiff_t>(y) * image.width;
    std::reverse(row, row + image.width);
  }
  return image;
}

TEST(Compare, knows_a_print_seen_in_a_mirror_once_its_template_is_turned_over) {
  Scratch scratch;
  for (unsigned seed = 40; seed < 44; ++seed) {
    SCOPED_TRACE(seed);
    const Image image = press(random_pattern(seed, 18), 340, 340);
    const Template print = must_extract(image).features, in_mirror = must_extract(flipped(image)).features;
    const auto score = [&](const Template& a, const Template& b) {
      return compare_score(prepare(a), prepare(b), scratch);
    };
    const double same = score(in_mirror, in_mirror);
    EXPECT_LT(score(print, in_mirror), 0.5 * same);
    EXPECT_GT(score(mirrored(print), in_mirror), 0.8 * same) << "ridges as well as minutiae";
    EXPECT_NEAR(score(mirrored(mirrored(print)), print), score(print, print), 1);
    Template points = print;
    points.columns = points.rows = 0;
    points.cells.clear();
    EXPECT_GT(score(mirrored(points), in_mirror), 40);
  }
}

TEST(Compare, explains_its_score) {
  const Pattern pattern = random_pattern(30, 16);
  const Image a = press(pattern, 340, 340), b = press(pattern, 340, 340, 1.0);
  const Template ta = must_extract(a).features, tb = must_extract(b).features;
  Scratch scratch;
  const Prepared pa = prepare(ta), pb = prepare(tb);
  const Comparison comparison = compare(pa, pb, scratch);
  EXPECT_EQ(comparison.score, compare_score(pa, pb, scratch));
  EXPECT_GE(comparison.pairs.size(), 12u);
  EXPECT_NEAR(std::remainder(comparison.rotation - 1.0, kTau), 0, 0.1);
  for (const auto& [i, j] : comparison.pairs) {
    const double u = ta.minutiae[i].x - 170, v = ta.minutiae[i].y - 170;
    EXPECT_NEAR(tb.minutiae[j].x, 170 + u * std::cos(1.0) + v * std::sin(1.0), 8);
    EXPECT_NEAR(tb.minutiae[j].y, 170 - u * std::sin(1.0) + v * std::cos(1.0), 8);
  }
  const Image picture = draw_comparison(a, ta, b, tb, comparison);
  EXPECT_EQ(picture.channels, 3);
  EXPECT_GE(picture.width, 680);
  EXPECT_EQ(picture.pixels.size(), static_cast<std::size_t>(picture.width) * picture.height * 3);
}

TEST(Picture, clean_is_what_was_captured_and_aligned_lays_matched_minutiae_on_one_another) {
  Image probe{200, 200, 1, 500, std::vector<std::uint8_t>(40000, 255)}, reference = probe;
  Template left, right;
  left.width = left.height = right.width = right.height = 200;
  // the reference is the probe turned by a right angle: (x, y) -> (200 - y, x)
  for (const auto& [x, y] : {std::pair(50, 40), std::pair(120, 60), std::pair(90, 150)}) {
    left.minutiae.push_back({static_cast<float>(x), static_cast<float>(y), 0, MinutiaType::kEnding, 50});
    right.minutiae.push_back({static_cast<float>(200 - y), static_cast<float>(x), 0, MinutiaType::kEnding, 50});
    for (int dy = -3; dy <= 3; ++dy)
      for (int dx = -3; dx <= 3; ++dx) {
        probe.pixels[static_cast<std::size_t>(y + dy) * 200 + x + dx] = 10;
        reference.pixels[static_cast<std::size_t>(x + dy) * 200 + 200 - y + dx] = 10;
      }
  }
  Comparison comparison;
  comparison.pairs = {{0, 0}, {1, 1}, {2, 2}};
  const auto at = [](const Image& picture, int x, int y) {
    return picture.pixels[(static_cast<std::size_t>(y) * picture.width + x) * 3];
  };
  const Image clean = draw_comparison(probe, left, reference, right, comparison, Drawing::kClean);
  EXPECT_EQ(at(clean, 50, 40), 10);
  EXPECT_EQ(at(clean, 100, 10), 255);
  const int beside = clean.width - 200;
  const Image aligned = draw_comparison(probe, left, reference, right, comparison, Drawing::kAligned);
  for (const Minutia& m : right.minutiae) {
    EXPECT_EQ(at(aligned, static_cast<int>(m.x), static_cast<int>(m.y)), 10) << "the probe, turned";
    EXPECT_EQ(at(aligned, beside + static_cast<int>(m.x), static_cast<int>(m.y)), 10);
  }
  EXPECT_EQ(at(aligned, 50, 40), 255);
}

TEST(Picture, says_below_each_print_which_it_is_and_how_long_a_centimetre_is) {
  const auto drawn = [](int width, double ppi) {
    const Image print{width, 300, 1, ppi, std::vector<std::uint8_t>(static_cast<std::size_t>(width) * 300, 255)};
    Template features;
    features.width = width, features.height = 300;
    return draw_comparison(print, features, print, features, {}, Drawing::kClean);
  };
  const auto is_black = [](const Image& picture, int x, int y) {
    return picture.pixels[(static_cast<std::size_t>(y) * picture.width + x) * 3] == 0;
  };
  const auto longest_line = [&](const Image& picture, int from, int to) {
    int longest = 0;
    for (int y = picture.height - 26; y < picture.height; ++y)
      for (int x = from, run = 0; x < to; ++x) longest = std::max(longest, run = is_black(picture, x, y) ? run + 1 : 0);
    return longest;
  };
  const Image known = drawn(400, 500);
  const int right = known.width - 400;
  for (const int left : {0, right})
    EXPECT_EQ(longest_line(known, left, left + 400), 198) << "10 mm at 500 ppi, and its ends";
  bool alike = true;
  for (int y = 300; y < known.height; ++y)
    for (int x = 0; x < 12; ++x) alike = alike && is_black(known, x, y) == is_black(known, right + x, y);
  EXPECT_FALSE(alike) << "A and B";
  for (int y = 0; y < 300; ++y)
    for (int x = 0; x < known.width; ++x) ASSERT_FALSE(is_black(known, x, y)) << "nothing is drawn over the prints";
  EXPECT_LT(longest_line(drawn(400, 0), 0, 400), 10) << "of a resolution that nobody states there is no scale";
  EXPECT_EQ(longest_line(drawn(200, 500), 0, 200), 99) << "where there is no room for ten there are five";
  const Image large = drawn(1600, 500);
  EXPECT_EQ(longest_line(large, 0, 800), 99) << "drawn at half its size, it is half as long";
}

TEST(Compare, nothing_matches_nothing) {
  Scratch scratch;
  const Prepared empty = prepare(Template{});
  const Prepared full = prepare(must_extract(press(random_pattern(31, 14), 340, 340)).features);
  EXPECT_EQ(compare_score(empty, empty, scratch), 0);
  EXPECT_EQ(compare_score(empty, full, scratch), 0);
  EXPECT_EQ(compare_score(full, empty, scratch), 0);
}

TEST(Compare, works_with_minutiae_alone_on_either_side) {
  const auto bare = [](Template t) {
    t.cells.clear();
    t.columns = t.rows = 0;
    return t;
  };
  double lowest_same = 1e9, highest_other = 0;
  Scratch scratch;
  for (unsigned seed = 60; seed < 66; ++seed) {
    SCOPED_TRACE(seed);
    const Template a = must_extract(press(random_pattern(seed, 18), 340, 340)).features;
    const Template b = must_extract(press(random_pattern(seed, 18), 340, 340, 2.2, 25, -20)).features;
    const Template other = must_extract(press(random_pattern(seed + 100, 18), 340, 340)).features;
    for (const auto& [p, q] : {std::pair{bare(a), bare(b)}, {a, bare(b)}, {bare(a), b}})
      lowest_same = std::min(lowest_same, compare_score(prepare(p), prepare(q), scratch));
    for (const auto& [p, q] : {std::pair{bare(a), bare(other)}, {a, bare(other)}, {bare(a), other}})
      highest_other = std::max(highest_other, compare_score(prepare(p), prepare(q), scratch));
  }
  EXPECT_GT(lowest_same, highest_other);
}

TEST(Score, counts_ridge_flow_no_wider_than_it_was_fitted_on) {
  Evidence plain, rolled;
  plain.pairs = rolled.pairs = 20;
  plain.orientation_agreement = rolled.orientation_agreement = 0.9f;
  plain.overlap_area = 300 * 387.5f;  // square millimetres
  rolled.overlap_area = 600 * 387.5f;
  EXPECT_EQ(score_features(plain), score_features(rolled));
  rolled.phase_agreement = plain.phase_agreement = 0.3f;  // ridges that keep step do count
  EXPECT_NE(score_features(plain), score_features(rolled));
}

TEST(Score, stands_for_a_rate_that_falls) {
  double before = 1;
  EXPECT_EQ(false_match_rate(-5), 1);
  for (double score = 1; score < 200; score += 1) {
    const double rate = false_match_rate(score);
    EXPECT_GT(rate, 0);
    EXPECT_LT(rate, before);
    before = rate;
  }
}

TEST(TemplateFormat, keeps_everything) {
  const Template t = must_extract(press(random_pattern(40, 14), 340, 340, 0.3)).features;
  const Bytes bytes = encode(t);
  EXPECT_LT(bytes.size(), limits::kTemplateBytesMax);
  const Result<Template> again = decode(bytes);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(encode(*again), bytes);
  ASSERT_EQ(again->minutiae.size(), t.minutiae.size());
  for (std::size_t i = 0; i < t.minutiae.size(); ++i) {
    EXPECT_EQ(again->minutiae[i].x, t.minutiae[i].x);
    EXPECT_EQ(again->minutiae[i].y, t.minutiae[i].y);
    EXPECT_EQ(again->minutiae[i].direction, t.minutiae[i].direction);
    EXPECT_EQ(again->minutiae[i].type, t.minutiae[i].type);
    EXPECT_EQ(again->minutiae[i].quality, t.minutiae[i].quality);
  }
  Scratch scratch;
  const Template other = must_extract(press(random_pattern(41, 14), 340, 340)).features;
  EXPECT_EQ(compare_score(prepare(t), prepare(other), scratch),
            compare_score(prepare(*again), prepare(other), scratch));
}

TEST(TemplateFormat, refuses_what_it_does_not_know) {
  Bytes bytes = encode(must_extract(press(random_pattern(42, 10), 340, 340)).features);
  Bytes newer = bytes;
  newer[4] = 99;
  ASSERT_FALSE(decode(newer).ok());
  EXPECT_EQ(decode(newer).error().code, Code::kUnsupported);
  for (std::size_t size = 0; size < bytes.size(); size += size < 40 ? 1 : 97) {
    const Result<Template> cut = decode(ByteView(bytes).first(size));
    ASSERT_FALSE(cut.ok()) << size;
    EXPECT_EQ(cut.error().code, Code::kInvalidInput) << size;
  }
  bytes.push_back(0);
  EXPECT_FALSE(decode(bytes).ok());
  Bytes thin = encode(Template{});
  thin[thin.size() - 2] = 100;  // blocks across, and one down: wider than any window
  thin[thin.size() - 1] = 1;
  thin.resize(thin.size() + 13);
  EXPECT_FALSE(decode(thin).ok());
  Bytes vast = encode(Template{});
  for (std::size_t i = vast.size() - 4; i < vast.size(); ++i) vast[i] = 0xff;  // 255 x 255 blocks
  ASSERT_FALSE(decode(vast).ok());
  EXPECT_EQ(decode(vast).error().code, Code::kInvalidInput);
}

}  // namespace
}  // namespace puente::finger
