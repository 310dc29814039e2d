#include "lab/synth/pattern.h"

#include <algorithm>
#include <cmath>

#include "core/check.h"
#include "lab/synth/exact.h"

namespace puente::synth {
namespace {

// Per cent of arch, tented arch, ulnar loop, radial loop, whorl, double loop, thumb to little finger. Right and left
// hands differ mainly in whorls. After the tables of Cummins and Midlo (1943) and of the FBI's file; over all fingers
// about 3.7, 2.9, 60, 5, 24, 4, as in Wilson, Candela, Watson (1993).
constexpr double kFrequencies[2][5][kPatternClassCount] = {{{2, 1, 51, 0.5, 36, 9.5},
                                                            {6, 5, 38, 20, 26, 5},
                                                            {5, 3, 73, 2, 14, 3},
                                                            {1.5, 1.5, 51, 1, 42, 3},
                                                            {1, 1, 83, 0.5, 13, 1.5}},
                                                           {{4, 1, 58, 0.5, 25, 11.5},
                                                            {7, 6, 38, 19, 24, 6},
                                                            {6, 4, 71, 2, 13, 4},
                                                            {2, 1.5, 64, 0.5, 29, 3},
                                                            {1.5, 1.5, 87, 0.5, 8, 1.5}}};

PatternClass drawn_class(std::uint64_t seed, std::uint32_t number, Finger position) {
  const int code = static_cast<int>(position);
  CHECK(code >= 1 && code <= 10);
  const bool left_hand = code > 5;
  const double* row = kFrequencies[left_hand][(code - 1) % 5];
  // Fingers of one person resemble each other: a person's bent for whorls or arches moves all ten.
  Stream person{seed, number, kForPattern};
  const double bent = person.normal(0, 0.8);
  const double whorl_odds = exponential(bent - 0.3), arch_odds = exponential(-bent - 0.3);
  const double weights[kPatternClassCount] = {row[0] * arch_odds,  row[1] * arch_odds, row[2], row[3],
                                              row[4] * whorl_odds, row[5] * whorl_odds};
  double sum = 0;
  for (const double weight : weights) sum += weight;
  Stream finger{seed, number, static_cast<std::uint64_t>(code), kForPattern};
  double left = finger.uniform() * sum;
  int drawn = 0;
  while (drawn < kPatternClassCount - 1 && left >= weights[drawn]) left -= weights[drawn++];
  switch (drawn) {
    case 0:
      return PatternClass::kArch;
    case 1:
      return PatternClass::kTentedArch;
    case 2:
      return left_hand ? PatternClass::kLeftLoop : PatternClass::kRightLoop;  // ulnar: towards the little finger
    case 3:
      return left_hand ? PatternClass::kRightLoop : PatternClass::kLeftLoop;
    case 4:
      return PatternClass::kWhorl;
    default:
      return PatternClass::kDoubleLoop;
  }
}

double step(double x, double low, double high) {  // 0 below low, 1 above high, smooth between
  const double t = std::clamp((x - low) / (high - low), 0.0, 1.0);
  return t * t * (3 - 2 * t);
}

Stream field_stream(std::uint64_t seed, std::uint32_t number, Finger position, std::uint64_t part) {
  return Stream{seed, number, static_cast<std::uint64_t>(position), part, kForField};
}

SmoothNoise field_noise(std::uint64_t seed, std::uint32_t number, Finger position, std::uint64_t part, double cell) {
  Stream stream = field_stream(seed, number, position, part);
  return SmoothNoise(stream, cell, 260, 360);
}

}  // namespace

SmoothNoise::SmoothNoise(Stream& stream, double cell, double half_width, double half_height)
    : cell_(cell), left_(-half_width), bottom_(-half_height) {
  columns_ = static_cast<int>(2 * half_width / cell) + 4;
  rows_ = static_cast<int>(2 * half_height / cell) + 4;
  values_.resize(static_cast<std::size_t>(columns_) * rows_);
  for (double& value : values_) value = 2.0 * stream.normal();  // a cubic B-spline halves the deviation, about
}

double SmoothNoise::at(double x, double y) const {
  const double column = std::clamp((x - left_) / cell_, 0.0, columns_ - 3.001);
  const double row = std::clamp((y - bottom_) / cell_, 0.0, rows_ - 3.001);
  const auto weights = [](double t) {
    const double u = 1 - t;
    return std::array<double, 4>{u * u * u / 6, (3 * t * t * t - 6 * t * t + 4) / 6,
                                 (3 * u * u * u - 6 * u * u + 4) / 6, t * t * t / 6};
  };
  const int c = static_cast<int>(column), r = static_cast<int>(row);
  const auto across = weights(column - c), along = weights(row - r);
  double sum = 0;
  for (int j = 0; j < 4; ++j) {
    const double* line = &values_[static_cast<std::size_t>(r + j) * columns_ + c];
    sum += along[j] * (across[0] * line[0] + across[1] * line[1] + across[2] * line[2] + across[3] * line[3]);
  }
  return sum;
}

Pattern::Pattern(std::uint64_t seed, std::uint32_t number, Finger position)
    : kind_(drawn_class(seed, number, position)),
      turn_(field_noise(seed, number, position, 1, 70)),
      spread_(field_noise(seed, number, position, 2, 60)) {
  Stream stream = field_stream(seed, number, position, 0);
  place_singularities(stream);
  flank_width_ = stream.uniform(50, 100);
  flank_bottom_ = stream.uniform(-190, -140);
  arch_width_ = stream.uniform(50, 75);
  Stream person{seed, number, kForField};
  const int digit = (static_cast<int>(position) - 1) % 5;
  constexpr double kOfDigit[5] = {0.35, 0, 0.05, 0, -0.35};
  period_mean_ = 9.0 + std::clamp(person.normal(0, 0.55), -1.2, 1.2) + kOfDigit[digit] + stream.normal(0, 0.28);
  period_below_ = stream.uniform(0.04, 0.16);
}

void Pattern::add(Point at, double sign, Stream& stream) {
  Singularity point{at, sign, {}};
  for (int k = 0; k < 4; ++k) point.bending[k] = stream.normal(0, k < 2 ? 0.20 : 0.12);
  singularities_.push_back(point);
}

void Pattern::place_singularities(Stream& stream) {
  const auto normal = [&](double mean, double sigma) { return mean + sigma * std::clamp(stream.normal(), -2.0, 2.0); };
  const double side =
      kind_ == PatternClass::kRightLoop || (kind_ == PatternClass::kDoubleLoop && stream.chance(0.5)) ? -1 : 1;
  switch (kind_) {
    case PatternClass::kArch:
      flank_ = normal(0.75, 0.12);
      break;
    case PatternClass::kTentedArch:
      add({normal(0, 6), normal(0, 8)}, 1, stream);
      add({normal(0, 8), normal(-80, 18)}, -1, stream);
      flank_ = normal(0.5, 0.08);
      break;
    case PatternClass::kLeftLoop:
    case PatternClass::kRightLoop:
      add({normal(0, 6), normal(0, 8)}, 1, stream);
      add({side * normal(97, 22), normal(-112, 26)}, -1, stream);
      flank_ = normal(0.6, 0.08);
      break;
    case PatternClass::kWhorl: {
      const double half = normal(22, 9);
      const double lean = normal(0, 5);
      add({lean, half}, 1, stream);
      add({-lean, -half}, 1, stream);
      add({normal(-106, 19), normal(-117, 24)}, -1, stream);
      add({normal(106, 19), normal(-117, 24)}, -1, stream);
      flank_ = normal(0.3, 0.06);
      break;
    }
    case PatternClass::kDoubleLoop: {
      const double half = normal(38, 6);
      const double lean = side * normal(24, 6);
      add({lean, half}, 1, stream);
      add({-lean, -half}, 1, stream);
      add({normal(-112, 15), normal(-120, 20)}, -1, stream);
      add({normal(112, 15), normal(-120, 20)}, -1, stream);
      flank_ = normal(0.3, 0.06);
      break;
    }
  }
}

double Pattern::orientation(Point at) const {
  double doubled = 0;  // Sherlock and Monro's zeros and poles, each with its angle bent smoothly
  for (const Singularity& point : singularities_) {
    const double x = at.x - point.at.x, y = at.y - point.at.y;
    const double distance = std::sqrt(x * x + y * y) + 1e-9;
    const double c = x / distance, s = y / distance;
    const double far = distance / (distance + 25);  // the singular point itself keeps its shape
    const double bend =
        point.bending[0] * s + point.bending[1] * c + point.bending[2] * 2 * s * c + point.bending[3] * (c * c - s * s);
    doubled += point.sign * (arc_tangent(y, x) + far * bend);
  }
  // Above and beside the centre ridges run around the fingertip; below they lie flat.
  const double rise = step(at.y, flank_bottom_, 10) * (1 - 0.1 * step(at.y, 60, 250));
  const double width = flank_width_ + 0.2 * std::max(at.y, 0.0);
  double flank = at.x / std::sqrt(at.x * at.x + width * width);
  if (kind_ == PatternClass::kArch) {
    const double t = at.x / (arch_width_ + 0.3 * std::max(at.y, 0.0));
    flank = 0.5 * flank + 0.6 * t * exponential(0.5 - 0.5 * t * t);
  }
  return doubled / 2 - flank_ * rise * flank + 0.125 * turn_.at(at.x, at.y);
}

double Pattern::period(Point at) const {
  const double below = step(-at.y, 60, 200);
  const double centre = exponential(-(at.x * at.x + at.y * at.y) / (2 * 60 * 60));
  const double period = period_mean_ * (1 + 0.065 * spread_.at(at.x, at.y) + period_below_ * below - 0.05 * centre);
  return std::clamp(period, 6.6, 12.4);
}

PatternClass pattern_class(std::uint64_t seed, std::uint32_t number, Finger position) {
  return drawn_class(seed, number, position);
}

const char* to_string(PatternClass pattern) {
  switch (pattern) {
    case PatternClass::kArch:
      return "arch";
    case PatternClass::kTentedArch:
      return "tented_arch";
    case PatternClass::kLeftLoop:
      return "left_loop";
    case PatternClass::kRightLoop:
      return "right_loop";
    case PatternClass::kWhorl:
      return "whorl";
    case PatternClass::kDoubleLoop:
      return "double_loop";
  }
  return "unknown";
}

}  // namespace puente::synth
