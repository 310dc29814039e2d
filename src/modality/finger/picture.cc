// The examiner's pictures: both prints side by side, as they are, turned alike, or with paired minutiae in one colour
// with one number, linked.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include "core/check.h"
#include "modality/finger/finger.h"
#include "modality/pixels/pixels.h"

namespace puente::finger {
namespace {

using Colour = std::array<std::uint8_t, 3>;

constexpr int kGap = 12;       // pixels between the prints
constexpr int kSideMax = 800;  // of each print in the picture
constexpr int kFoot = 26;      // below them: which is which, and how long a millimetre is
constexpr Colour kInk = {0, 0, 0};
constexpr Colour kUnpaired = {150, 150, 150};
constexpr std::array<Colour, 8> kColours = {{{214, 39, 40},
                                             {31, 119, 180},
                                             {44, 160, 44},
                                             {148, 103, 189},
                                             {255, 127, 14},
                                             {23, 150, 170},
                                             {200, 60, 160},
                                             {120, 85, 30}}};
// 3 x 5 digits, a row in three bits, top row first
constexpr std::array<std::uint16_t, 10> kDigits = {075557, 026227, 071747, 071717, 055711,
                                                   074717, 074757, 071111, 075757, 075717};
constexpr std::uint16_t kLetterA = 025755, kLetterB = 065656, kLetterM = 057755;

void put(Image& image, int x, int y, const Colour& colour, float strength = 1) {
  if (x < 0 || y < 0 || x >= image.width || y >= image.height) return;
  std::uint8_t* p = &image.pixels[(static_cast<std::size_t>(y) * image.width + x) * 3];
  for (int k = 0; k < 3; ++k)
    p[k] = static_cast<std::uint8_t>(static_cast<float>(p[k]) * (1 - strength) +
                                     static_cast<float>(colour[k]) * strength + 0.5f);
}

void line(Image& image, float x0, float y0, float x1, float y1, const Colour& colour, float strength) {
  const int steps = static_cast<int>(std::max(std::fabs(x1 - x0), std::fabs(y1 - y0))) + 1;
  for (int i = 0; i <= steps; ++i) {
    const float t = static_cast<float>(i) / static_cast<float>(steps);
    put(image, static_cast<int>(x0 + t * (x1 - x0) + 0.5f), static_cast<int>(y0 + t * (y1 - y0) + 0.5f), colour,
        strength);
  }
}

constexpr int kGlyphStep = 8;
void glyph(Image& image, int x, int y, std::uint16_t drawn, const Colour& colour) {
  for (int row = 0; row < 5; ++row)
    for (int column = 0; column < 3; ++column)
      if (drawn >> (3 * (4 - row) + 2 - column) & 1)
        for (int k = 0; k < 4; ++k) put(image, x + 2 * column + k % 2, y + 2 * row + k / 2, colour);
}

void number(Image& image, int x, int y, int value, const Colour& colour) {
  for (const char digit : std::to_string(value)) {
    glyph(image, x, y, kDigits[digit - '0'], colour);
    x += kGlyphStep;
  }
}

void minutia(Image& image, float x, float y, float direction, MinutiaType type, const Colour& colour) {
  const float radius = 4;
  for (int k = 0; k < 24; ++k) {  // a ring for an ending, a square for a fork
    const float angle = 2 * pixels::kPi * static_cast<float>(k) / 24;
    float dx = pixels::cosine(angle), dy = pixels::sine(angle);
    if (type == MinutiaType::kBifurcation) {
      const float largest = std::max(std::fabs(dx), std::fabs(dy));
      dx /= largest, dy /= largest;
    }
    put(image, static_cast<int>(x + radius * dx + 0.5f), static_cast<int>(y + radius * dy + 0.5f), colour);
  }
  const float c = pixels::cosine(direction), s = pixels::sine(direction);
  line(image, x + radius * c, y - radius * s, x + 3 * radius * c, y - 3 * radius * s, colour, 1);
}

struct Placed {  // one print in the picture
  int left = 0;
  float scale = 1;  // picture pixels per template pixel
  int width = 0, height = 0;
};

Placed place(const Template& features, int left) {
  const int side = std::max({features.width, features.height, 1});
  Placed p{left, side > kSideMax ? static_cast<float>(kSideMax) / static_cast<float>(side) : 1.0f, 0, 0};
  p.width = std::max(1, static_cast<int>(static_cast<float>(features.width) * p.scale));
  p.height = std::max(1, static_cast<int>(static_cast<float>(features.height) * p.scale));
  return p;
}

void paint(Image& out, const Image& image, const Placed& p, bool faded) {
  const auto shade = [faded](std::uint8_t value) {
    return faded ? static_cast<std::uint8_t>(64 + 3 * value / 4) : value;
  };
  for (int y = 0; y < p.height; ++y)
    for (int x = 0; x < p.width; ++x) {
      const std::size_t sx = static_cast<std::size_t>(x) * image.width / p.width;
      const std::size_t sy = static_cast<std::size_t>(y) * image.height / p.height;
      const std::uint8_t* from = &image.pixels[(sy * image.width + sx) * image.channels];
      put(out, p.left + x, y, {shade(from[0]), shade(from[image.channels / 2]), shade(from[image.channels - 1])});
    }
}

// The rigid movement that lays the probe's paired minutiae on the reference's, by least squares.
struct Movement {
  float cosine = 1, sine = 0, x = 0, y = 0;
};
Movement movement_of(const Template& probe, const Template& reference, const Comparison& comparison) {
  Movement out;
  if (comparison.pairs.empty()) return out;
  const float n = static_cast<float>(comparison.pairs.size());
  float px = 0, py = 0, rx = 0, ry = 0;
  for (const auto& [i, j] : comparison.pairs) {
    px += probe.minutiae[i].x / n, py += probe.minutiae[i].y / n;
    rx += reference.minutiae[j].x / n, ry += reference.minutiae[j].y / n;
  }
  float along = 0, across = 0;
  for (const auto& [i, j] : comparison.pairs) {
    const float ax = probe.minutiae[i].x - px, ay = probe.minutiae[i].y - py;
    const float bx = reference.minutiae[j].x - rx, by = reference.minutiae[j].y - ry;
    along += ax * bx + ay * by, across += ax * by - ay * bx;
  }
  const float length = std::sqrt(along * along + across * across);
  if (length > 0) out.cosine = along / length, out.sine = across / length;
  out.x = rx - out.cosine * px + out.sine * py;
  out.y = ry - out.sine * px - out.cosine * py;
  return out;
}

// The probe as it lies on the reference's paper, at the picture's scale; white where it was not recorded.
Image moved(const Image& probe, const Template& features, const Placed& onto, const Movement& m) {
  Image out{onto.width, onto.height, 1, 500, {}};
  out.pixels.assign(static_cast<std::size_t>(out.width) * out.height, 255);
  const float across = static_cast<float>(probe.width) / static_cast<float>(std::max(features.width, 1));
  const float down = static_cast<float>(probe.height) / static_cast<float>(std::max(features.height, 1));
  for (int y = 0; y < out.height; ++y)
    for (int x = 0; x < out.width; ++x) {
      const float dx = static_cast<float>(x) / onto.scale - m.x, dy = static_cast<float>(y) / onto.scale - m.y;
      const int sx = static_cast<int>(std::floor((m.cosine * dx + m.sine * dy) * across));
      const int sy = static_cast<int>(std::floor((m.cosine * dy - m.sine * dx) * down));
      if (sx < 0 || sy < 0 || sx >= probe.width || sy >= probe.height) continue;
      out.pixels[static_cast<std::size_t>(y) * out.width + x] =
          probe.pixels[(static_cast<std::size_t>(sy) * probe.width + sx) * probe.channels];
    }
  return out;
}

void mark(Image& out, const Template& probe, const Placed& left, const Template& reference, const Placed& right,
          const Comparison& comparison) {
  const auto x_of = [](const Minutia& m, const Placed& p) { return static_cast<float>(p.left) + m.x * p.scale; };
  const auto y_of = [](const Minutia& m, const Placed& p) { return m.y * p.scale; };
  for (const Minutia& m : probe.minutiae) minutia(out, x_of(m, left), y_of(m, left), m.direction, m.type, kUnpaired);
  for (const Minutia& m : reference.minutiae)
    minutia(out, x_of(m, right), y_of(m, right), m.direction, m.type, kUnpaired);
  int count = 0;
  for (const auto& [i, j] : comparison.pairs) {
    const Minutia &m = probe.minutiae[i], &n = reference.minutiae[j];
    const Colour& colour = kColours[count++ % kColours.size()];
    line(out, x_of(m, left), y_of(m, left), x_of(n, right), y_of(n, right), colour, 0.35f);
    minutia(out, x_of(m, left), y_of(m, left), m.direction, m.type, colour);
    minutia(out, x_of(n, right), y_of(n, right), n.direction, n.type, colour);
    number(out, static_cast<int>(x_of(m, left)) + 6, static_cast<int>(y_of(m, left)) + 4, count, colour);
    number(out, static_cast<int>(x_of(n, right)) + 6, static_cast<int>(y_of(n, right)) + 4, count, colour);
  }
}

// Below a print its letter, and a scale where its resolution is known: as many millimetres as there is room for.
void foot(Image& out, const Placed& p, std::uint16_t letter, bool resolution_is_known) {
  constexpr float kTemplatePixelsPerMm = 500 / 25.4f;
  const int top = out.height - kFoot + 8, begin = p.left + 2 * kGlyphStep, words = 5 * kGlyphStep;
  glyph(out, p.left + 2, top, letter, kInk);
  for (const int mm : {10, 5, 1}) {
    const auto at = [&](int tick) {
      return begin + static_cast<int>(static_cast<float>(tick) * kTemplatePixelsPerMm * p.scale + 0.5f);
    };
    if (!resolution_is_known || at(mm) + words > p.left + p.width) continue;
    for (int x = at(0); x <= at(mm); ++x) put(out, x, top + 9, kInk);
    for (int tick = 0; tick <= mm; ++tick)
      for (int y = tick % 5 == 0 ? 0 : 5; y < 9; ++y) put(out, at(tick), top + y, kInk);
    number(out, at(mm) + 6, top, mm, kInk);
    for (const int step : {mm < 10 ? 1 : 2, mm < 10 ? 2 : 3})
      glyph(out, at(mm) + 6 + step * kGlyphStep, top, kLetterM, kInk);
    return;
  }
}

}  // namespace

Image draw_comparison(const Image& probe, const Template& probe_features, const Image& reference,
                      const Template& reference_features, const Comparison& comparison, Drawing drawing) {
  CHECK(probe.channels == 1 || probe.channels == 3);
  CHECK(reference.channels == 1 || reference.channels == 3);
  for (const auto& [i, j] : comparison.pairs)
    CHECK(i >= 0 && j >= 0 && i < static_cast<int>(probe_features.minutiae.size()) &&
          j < static_cast<int>(reference_features.minutiae.size()));
  const bool aligned = drawing == Drawing::kAligned, marked = drawing == Drawing::kMarked;
  const Placed left = place(aligned ? reference_features : probe_features, 0);
  const Placed right = place(reference_features, left.width + kGap);
  Image out;
  out.width = right.left + right.width;
  out.height = std::max(left.height, right.height) + kFoot;
  out.channels = 3;
  out.ppi = 0;
  out.pixels.assign(static_cast<std::size_t>(out.width) * out.height * 3, 255);
  if (aligned) {
    const Movement movement = movement_of(probe_features, reference_features, comparison);
    paint(out, moved(probe, probe_features, left, movement), left, false);
  } else {
    paint(out, probe, left, marked);
  }
  paint(out, reference, right, marked);
  if (marked) mark(out, probe_features, left, reference_features, right, comparison);
  foot(out, left, kLetterA, probe.ppi > 0);
  foot(out, right, kLetterB, reference.ppi > 0);
  return out;
}

Image draw_print(const Image& print, const Template& features) {
  CHECK(print.channels == 1 || print.channels == 3);
  const Placed placed{0, 1, std::max(1, features.width), std::max(1, features.height)};
  Image out;
  out.width = placed.width;
  out.height = placed.height;
  out.channels = 3;
  out.ppi = 500;
  out.pixels.assign(static_cast<std::size_t>(out.width) * out.height * 3, 255);
  paint(out, print, placed, false);
  int count = 0;
  for (const Minutia& m : features.minutiae) {
    const Colour& colour = kColours[count++ % kColours.size()];
    minutia(out, m.x, m.y, m.direction, m.type, colour);
    number(out, static_cast<int>(m.x) + 6, static_cast<int>(m.y) + 4, count, colour);
  }
  return out;
}

Image draw_slap(const Image& image, const Slap& slap) {
  CHECK(image.channels == 1 || image.channels == 3);
  constexpr int kLongMax = 1600;  // pixels of the picture
  const int side = std::max({image.width, image.height, 1});
  const float scale = side > kLongMax ? static_cast<float>(kLongMax) / static_cast<float>(side) : 1.0f;
  const Placed placed{0, scale, std::max(1, static_cast<int>(static_cast<float>(image.width) * scale)),
                      std::max(1, static_cast<int>(static_cast<float>(image.height) * scale))};
  Image out;
  out.width = placed.width;
  out.height = placed.height;
  out.channels = 3;
  out.pixels.assign(static_cast<std::size_t>(out.width) * out.height * 3, 255);
  paint(out, image, placed, true);
  int count = 0;
  for (const Segment& s : slap.fingers) {
    const Colour& colour = kColours[count++ % kColours.size()];
    const float c = pixels::cosine(s.angle), d = pixels::sine(s.angle);
    std::array<std::pair<float, float>, 4> corners;
    for (int k = 0; k < 4; ++k) {
      const float u = (k == 0 || k == 3 ? -0.5f : 0.5f) * s.width, v = (k < 2 ? -0.5f : 0.5f) * s.height;
      corners[k] = {scale * (s.x + u * c + v * d), scale * (s.y - u * d + v * c)};
    }
    for (int k = 0; k < 4; ++k)
      for (float off : {0.0f, 1.0f})
        line(out, corners[k].first + off, corners[k].second + off, corners[(k + 1) % 4].first + off,
             corners[(k + 1) % 4].second + off, colour, 1);
    number(out, static_cast<int>(scale * s.x), static_cast<int>(scale * s.y), static_cast<int>(s.position), colour);
  }
  return out;
}

}  // namespace puente::finger
