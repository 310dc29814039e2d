// Slaps: impressions of single fingers with a crease and a middle phalanx below, laid on one sheet as a hand lies.
#include <algorithm>
#include <array>
#include <cmath>

#include "core/check.h"
#include "lab/synth/exact.h"
#include "lab/synth/impression.h"
#include "lab/synth/master.h"
#include "lab/synth/watermark.h"

namespace puente::synth {
namespace {

constexpr double kDegree = kPi / 180;
constexpr int kSheetWidth = 420, kSheetHeight = 1080;  // pixels: a finger's, its pad's centre in the middle

using Plane = std::vector<float>;

// One finger, upright.
struct Sheet {
  Plane ink, within;
  double left = 0, right = 0, top = 0, bottom = 0;  // of the distal phalanx
};

// How the hand lies. Tips below the middle finger's in mm: hands differ by some millimetres.
struct Place {
  double x = 0, y = 0;  // of the tip
  double angle = 0;
};

std::vector<Place> lay_hand(SlapKind kind, const std::vector<double>& widths, Stream& stream,
                            const SlapOptions& options) {
  constexpr double kMillimetre = 500 / 25.4;
  const double d = options.difficulty;
  const double turn = d * std::clamp(stream.normal(0, 7), -18.0, 18.0) * kDegree;
  std::vector<Place> places;
  if (kind == SlapKind::kThumbs) {
    const double apart = std::max(stream.uniform(19, 30) * kMillimetre, (widths[0] + widths[1]) / 2 + 40);
    for (int i = 0; i < 2; ++i) {
      const double lean = (i == 0 ? -1 : 1) * stream.uniform(-4, 14) * kDegree;
      const double y = stream.normal(0, 2.5) * kMillimetre * d;
      places.push_back({(i - 0.5) * apart, y, turn * 0.5 + lean});
    }
  } else {
    const double pitch = stream.uniform(15, 20.5) * kMillimetre;
    const double fan = stream.uniform(-0.5, 5.5) * kDegree;
    std::array<double, 4> below = {stream.normal(9, 3.5), 0, stream.normal(7, 3), stream.normal(22, 4)};
    const double gap = d > 1.2 && stream.chance(0.5) ? -4 : 14;  // pixels, between fingers
    double x = 0;
    for (int i = 0; i < 4; ++i) {
      const int digit = kind == SlapKind::kRightFour ? i : 3 - i;
      // fingers are solid, and where they spread their tips are farther apart than what is below
      const double room =
          i == 0 ? 0 : std::max(pitch, (widths[i - 1] + widths[i]) / 2 + gap + 430 * std::max(0.0, fan));
      x += room;
      const double y = below[digit] * kMillimetre;
      const double own = stream.normal(0, 2.5) * kDegree;
      places.push_back(
          {cosine(turn) * x + sine(turn) * y, cosine(turn) * y - sine(turn) * x, turn + (1.5 - i) * fan + own});
    }
  }
  double left = 1e9, right = -1e9, top = 1e9;
  for (const Place& p : places) left = std::min(left, p.x), right = std::max(right, p.x), top = std::min(top, p.y);
  const double slack = std::max(0.0, (options.width - (right - left) - 330) / 2);
  const double across = options.width / 2.0 - (left + right) / 2 + 0.6 * slack * stream.uniform(-1, 1);
  double down = stream.uniform(40, 150) - top;
  if (stream.chance(0.12 * std::max(0.0, d - 0.5))) down -= stream.uniform(80, 200);  // tips beyond the glass
  for (Place& p : places) p.x += across, p.y += down;
  return places;
}

// What lies below the distal phalanx: a crease, and as much of the middle phalanx as touches.
void add_middle_phalanx(Sheet& sheet, double moisture, Stream& stream) {
  const double gap = stream.chance(0.35) ? stream.uniform(40, 120) : stream.uniform(-10, 8);
  const double crease = sheet.bottom + std::min(gap, 8.0), thick = stream.uniform(7, 15);
  const double start = crease + thick + std::max(0.0, gap);
  const double length = stream.chance(0.25) ? stream.uniform(0, 60) : stream.uniform(80, 330);
  const double half = (sheet.right - sheet.left) / 2 * stream.uniform(0.72, 0.95);
  const double middle = (sheet.left + sheet.right) / 2 + stream.normal(0, 8);
  const double slant = stream.normal(0, 20) * kDegree, period = stream.uniform(8.2, 10.5);
  const double pressure = moisture - stream.uniform(0.1, 0.5);
  SmoothNoise bend(stream, 60, kSheetWidth, kSheetHeight), patches(stream, 25, kSheetWidth, kSheetHeight);
  SmoothNoise grain(stream, 4, kSheetWidth, kSheetHeight);
  const double c = cosine(slant), s = sine(slant);
  for (int y = static_cast<int>(crease) - 12; y < kSheetHeight; ++y)
    for (int x = 0; x < kSheetWidth; ++x) {
      const std::size_t i = static_cast<std::size_t>(y) * kSheetWidth + x;
      const double wave = bend.at(x, y);
      const double from = y - crease - 3 * wave;
      if (from > 0) sheet.ink[i] = sheet.within[i] = 0;
      const double u = (x - middle) / half, v = (y - start - 3 * wave - length / 2) / std::max(1.0, length / 2);
      const double rim = 1 - u * u * u * u - v * v * v * v * v * v + 0.08 * wave;
      if (from < thick || rim <= 0 || length < 8) continue;
      const double ridge = sine(2 * kPi * (c * y + s * x) / period + 2.2 * wave);
      const double level =
          pressure + 0.35 * patches.at(x, y) + 0.4 * grain.at(x, y) - 0.6 * (1 - std::min(1.0, 3 * rim));
      sheet.ink[i] = static_cast<float>(std::clamp(0.5 + 1.1 * (0.9 * ridge + level), 0.0, 1.0));
      sheet.within[i] = static_cast<float>(std::min(0.8, 2 * rim));
    }
}

Sheet lay_finger(const GrownFinger& finger, std::uint32_t impression, SlapKind kind, const SlapOptions& options) {
  const GrownFinger::Master& master = finger.master();
  Stream stream{master.seed,
                master.number,
                static_cast<std::uint64_t>(master.position),
                impression,
                static_cast<std::uint64_t>(kind),
                kForSlap};
  CaptureOptions capture;
  capture.difficulty = options.difficulty;
  capture.width = kSheetWidth;
  capture.height = kSheetHeight;
  Hold hold{stream.uniform(1.02, 1.18), stream.uniform(1.15, 1.35), true};
  Contact contact = touched(finger, stream, capture, hold);
  Sheet sheet{std::move(contact.ink), std::move(contact.within)};
  sheet.left = kSheetWidth, sheet.top = kSheetHeight;
  for (int y = 0; y < kSheetHeight; ++y)
    for (int x = 0; x < kSheetWidth; ++x) {
      if (sheet.within[static_cast<std::size_t>(y) * kSheetWidth + x] < 0.5f) continue;
      sheet.left = std::min<double>(sheet.left, x);
      sheet.right = std::max<double>(sheet.right, x + 1);
      sheet.top = std::min<double>(sheet.top, y);
      sheet.bottom = std::max<double>(sheet.bottom, y + 1);
    }
  CHECK(sheet.right > sheet.left);
  add_middle_phalanx(sheet, contact.moisture, stream);
  return sheet;
}

float blended(const Plane& plane, double u, double v) {
  if (u < 0 || v < 0 || u >= kSheetWidth - 1 || v >= kSheetHeight - 1) return 0;
  const int x = static_cast<int>(u), y = static_cast<int>(v);
  const float a = static_cast<float>(u - x), b = static_cast<float>(v - y);
  const float* p = &plane[static_cast<std::size_t>(y) * kSheetWidth + x];
  return (p[0] * (1 - a) + p[1] * a) * (1 - b) + (p[kSheetWidth] * (1 - a) + p[kSheetWidth + 1] * a) * b;
}

// Lays a finger on the canvas, the top of its box at the place; what lies there already stays under it.
SlapTruth lay(const Sheet& sheet, const Place& place, const SlapOptions& options, float strength, Plane& ink,
              Plane& within) {
  const double c = cosine(place.angle), s = sine(place.angle), middle = (sheet.left + sheet.right) / 2;
  SlapTruth truth{};
  truth.left = options.width, truth.top = options.height;
  double inside = 0, all = 0;
  for (int v = 0; v < kSheetHeight; v += 2)
    for (int u = 0; u < kSheetWidth; u += 2) {
      if (v >= sheet.bottom || sheet.within[static_cast<std::size_t>(v) * kSheetWidth + u] < 0.5f) continue;
      const double x = place.x + c * (u - middle) + s * (v - sheet.top),
                   y = place.y - s * (u - middle) + c * (v - sheet.top);
      all += 1;
      if (x < 0 || y < 0 || x >= options.width || y >= options.height) continue;
      inside += 1;
      truth.left = std::min(truth.left, x), truth.right = std::max(truth.right, x + 1);
      truth.top = std::min(truth.top, y), truth.bottom = std::max(truth.bottom, y + 1);
    }
  truth.outside = 1 - inside / all;
  truth.width = sheet.right - sheet.left;
  truth.height = sheet.bottom - sheet.top;
  truth.x = place.x + s * truth.height / 2;
  truth.y = place.y + c * truth.height / 2;
  truth.angle = place.angle;
  for (int y = 0; y < options.height; ++y)
    for (int x = std::max(0, static_cast<int>(place.x) - 800);
         x < std::min(options.width, static_cast<int>(place.x) + 800); ++x) {
      const double u = c * (x - place.x) - s * (y - place.y) + middle,
                   v = s * (x - place.x) + c * (y - place.y) + sheet.top;
      if (u < 0 || v < 0 || u >= kSheetWidth - 1 || v >= kSheetHeight - 1) continue;
      const std::size_t i = static_cast<std::size_t>(y) * options.width + x;
      ink[i] = std::max(ink[i], strength * blended(sheet.ink, u, v));
      within[i] = std::max(within[i], strength * blended(sheet.within, u, v));
    }
  return truth;
}

// Dust and scratches of the glass.
void soil(Stream& stream, const SlapOptions& options, Plane& ink) {
  const int specks = stream.below(40);
  for (int k = 0; k < specks; ++k) {
    const int x = stream.below(options.width - 8), y = stream.below(options.height - 8), size = 1 + stream.below(5);
    const float dark = static_cast<float>(stream.uniform(0.2, 0.9));
    for (int dy = 0; dy < size; ++dy)
      for (int dx = 0; dx < size; ++dx) {
        float& at = ink[static_cast<std::size_t>(y + dy) * options.width + x + dx];
        at = std::max(at, dark);
      }
  }
}

Image develop(const Plane& ink, const Plane& within, Stream& stream, const SlapOptions& options) {
  const double ground = stream.uniform(222, 246), depth = stream.uniform(150, 205);
  const double film = stream.uniform(0, 22), hiss = stream.uniform(1.2, 3.6);
  const double half_width = options.width / 2.0 + 8, half_height = options.height / 2.0 + 8;
  SmoothNoise light(stream, 160, half_width, half_height), haze(stream, 45, half_width, half_height);
  Image image;
  image.width = options.width;
  image.height = options.height;
  image.ppi = 500;
  image.pixels.resize(ink.size());
  std::vector<double> glow(options.width);
  for (int y = 0; y < options.height; ++y)
    for (int x = 0; x < options.width; ++x) {
      const std::size_t i = static_cast<std::size_t>(y) * options.width + x;
      if (y % 8 == 0)
        glow[x] = x % 8 ? glow[x - 1]
                        : 3 * light.at(x - options.width / 2.0, y - options.height / 2.0) +
                              2.5 * haze.at(x - options.width / 2.0, y - options.height / 2.0);
      const std::uint64_t word = stream.bits();
      const double noise = static_cast<double>((word & 0xFF) + (word >> 8 & 0xFF)) / 104.5 - 2.44;
      const double value = ground + glow[x] - film * within[i] * (1 - ink[i]) - depth * ink[i] + hiss * noise;
      image.pixels[i] = static_cast<std::uint8_t>(std::clamp(value, 0.0, 250.0) + 0.5);
    }
  return image;
}

}  // namespace

std::vector<Finger> fingers_of(SlapKind kind) {
  using enum Finger;
  if (kind == SlapKind::kRightFour) return {kRightIndex, kRightMiddle, kRightRing, kRightLittle};
  if (kind == SlapKind::kLeftFour) return {kLeftLittle, kLeftRing, kLeftMiddle, kLeftIndex};
  return {kLeftThumb, kRightThumb};
}

SlapCapture capture_slap(SlapKind kind, const std::vector<std::optional<GrownFinger>>& fingers,
                         std::uint32_t impression, const SlapOptions& options) {
  const std::vector<Finger> places = fingers_of(kind);
  CHECK(fingers.size() == places.size());
  CHECK(options.width >= 400 && options.width <= 4096 && options.height >= 400 && options.height <= 4096);
  CHECK(options.difficulty >= 0 && options.difficulty <= 4);
  std::uint64_t seed = 0;
  for (const auto& finger : fingers)
    if (finger) seed = mixed(seed ^ mixed(finger->master().seed + 31 * finger->master().number));
  Stream stream{seed, impression, static_cast<std::uint64_t>(kind), kForSlap};
  std::vector<std::optional<Sheet>> sheets;
  std::vector<double> widths;
  for (const auto& finger : fingers) {
    sheets.push_back(finger ? std::optional(lay_finger(*finger, impression, kind, options)) : std::nullopt);
    widths.push_back(finger ? sheets.back()->right - sheets.back()->left : 260);
  }
  const std::vector<Place> hand = lay_hand(kind, widths, stream, options);
  Plane ink(static_cast<std::size_t>(options.width) * options.height), within(ink.size());
  SlapCapture capture;
  bool ghost = stream.chance(0.4);  // what whoever came before left on the glass
  for (std::size_t k = 0; k < fingers.size(); ++k) {
    if (!fingers[k]) continue;
    const Sheet& sheet = *sheets[k];
    if (ghost) {
      const double x = stream.uniform(0, options.width), y = stream.uniform(-100, options.height - 200.0);
      const double angle = stream.uniform(-0.6, 0.6);
      lay(sheet, {x, y, angle}, options, static_cast<float>(stream.uniform(0.03, 0.09)), ink, within);
      ghost = false;
    }
    SlapTruth truth = lay(sheet, hand[k], options, 1, ink, within);
    truth.place = places[k];
    truth.finger = fingers[k]->master().position;
    capture.fingers.push_back(truth);
  }
  soil(stream, options, ink);
  capture.image = develop(ink, within, stream, options);
  mark(capture.image);
  return capture;
}

}  // namespace puente::synth
