// From an area of ridges to the distal phalanx in it: its tilt, its crease, its box.
#include <algorithm>
#include <cmath>

#include "modality/finger/slap_parts.h"

namespace puente::finger {
namespace {

constexpr float kTall = 1.62f;     // of a distal phalanx, by its width …
constexpr float kLength = 450;     // … and in pixels, as 23 mm are: half as the one says, half as the other
constexpr float kTiltMax = 0.45f;  // radians: of a finger beside the others
constexpr float kWide = 300;       // pixels: the usual width

float percentile(std::vector<float>& values, double share) {
  const auto nth = values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), nth, values.end());
  return *nth;
}

float centre_x(const SlapMap& map, int cell) {
  return static_cast<float>(cell % map.columns * kCell) + 0.5f * kCell;
}
float centre_y(const SlapMap& map, int cell) {
  return static_cast<float>(cell / map.columns * kCell) + 0.5f * kCell;
}

struct Extent {
  float left, right, top, bottom;
};

Extent extent_of(const SlapMap& map, const std::vector<int>& cells, const Frame& frame) {
  std::vector<float> across, down;
  for (const int i : cells) {
    across.push_back(frame.across(centre_x(map, i), centre_y(map, i)));
    down.push_back(frame.down(centre_x(map, i), centre_y(map, i)));
  }
  constexpr float kHalf = 0.25f * kCell;  // what the tails cut off and half a cell, on average
  return {percentile(across, 0.01) - kHalf, percentile(across, 0.99) + kHalf, percentile(down, 0.005) - kHalf,
          percentile(down, 0.995) + kHalf};
}

// The tilt beside the frame's, from the ellipse of inertia of the cells down to `reach` below the tip; nearly round
// areas have none.
float tilt_of(const SlapMap& map, const std::vector<int>& cells, const Frame& frame, float until) {
  double n = 0, u = 0, v = 0, uu = 0, uv = 0, vv = 0;
  for (const int i : cells) {
    const double x = frame.across(centre_x(map, i), centre_y(map, i));
    const double y = frame.down(centre_x(map, i), centre_y(map, i));
    if (y > until) continue;
    n += 1, u += x, v += y, uu += x * x, uv += x * y, vv += y * y;
  }
  if (n < 3) return 0;
  uu = uu / n - u / n * (u / n);
  vv = vv / n - v / n * (v / n);
  uv = uv / n - u / n * (v / n);
  if (vv < 1.15 * uu) return 0;
  const double root = std::sqrt((vv - uu) * (vv - uu) + 4 * uv * uv);
  const double longer = (uu + vv + root) / 2, shorter = std::max(1.0, (uu + vv - root) / 2);
  const float tilt = 0.5f * pixels::arc_tangent(static_cast<float>(2 * uv), static_cast<float>(vv - uu));
  const float trust = static_cast<float>(std::clamp((std::sqrt(longer / shorter) - 1.08) / 0.25, 0.0, 1.0));
  return std::clamp(trust * tilt, -kTiltMax, kTiltMax);
}

constexpr int kStep = 4;  // pixels

// Mean gray along the finger, from its tip, over the middle of its width; lines across it rise by `slope`.
std::vector<float> profile_of(const SlapMap& map, const Frame& frame, const Extent& e, float slope) {
  std::vector<float> profile;
  const float middle = (e.left + e.right) / 2, half = 0.36f * (e.right - e.left);
  for (float down = e.top; down < e.bottom; down += kStep) {
    float sum = 0, count = 0;
    for (float off = -half; off <= half; off += kStep) {
      const int x = static_cast<int>(frame.x(middle + off, down - slope * off));
      const int y = static_cast<int>(frame.y(middle + off, down - slope * off));
      if (x < 0 || y < 0 || x >= map.gray.width || y >= map.gray.height) continue;
      sum += map.gray.at(x, y);
      count += 1;
    }
    profile.push_back(count > 0 ? sum / count : profile.empty() ? 255 : profile.back());
  }
  return profile;
}

float usual_length(float width) {
  return (kTall * std::min(width, 1.3f * kWide) + kLength) / 2;
}

struct Crease {
  float at = 0;    // pixels from the tip
  float seen = 0;  // 0..1: how light it is beside what it divides, by the ground
};

// The lightest line across, where a crease may be.
Crease lightest_line(const std::vector<float>& profile, float usual, float ground, bool cut_above) {
  std::vector<double> sums(profile.size() + 1, 0);
  for (std::size_t i = 0; i < profile.size(); ++i) sums[i + 1] = sums[i] + profile[i];
  const int length = static_cast<int>(profile.size());
  const auto mean = [&](int from, int to) {
    from = std::clamp(from, 0, length - 1);
    to = std::clamp(to, from + 1, length);
    return static_cast<float>((sums[to] - sums[from]) / (to - from));
  };
  const auto steps = [&](float share) { return static_cast<int>(share * usual) / kStep; };
  const float body = mean(steps(0.12f), steps(0.75f));
  const int first = steps(cut_above ? 0.3f : 0.65f), last = std::min(length - 3, steps(1.4f));
  Crease best;
  for (int i = first; i < last; ++i)
    for (const int half : {1, 2, 4, 7}) {
      const float line = mean(i - half, i + half + 1);
      const float above = mean(i - half - 14, i - half - 2), below = mean(i + half + 3, i + half + 12);
      const float rise = std::min(line - above, 1.5f * (line - below)) / std::max(20.0f, ground - body);
      const float off = cut_above ? 0 : (static_cast<float>(i * kStep) / usual - 1) / 0.3f;
      const float seen = rise * pixels::exponential(-0.5f * off * off);
      if (seen > best.seen) best = {static_cast<float>((i - half) * kStep), seen};
    }
  return best;
}

// Where the crease below the distal phalanx is, in pixels from the tip; 0 when none is seen. What is no longer than a
// distal phalanx is not divided but for a line as light as the ground.
float crease_of(const SlapMap& map, const Frame& frame, const Extent& e, bool cut_above) {
  Crease best;
  const float usual = usual_length(e.right - e.left), tall = (e.bottom - e.top) / usual;
  for (const float slope : {-0.2f, -0.1f, 0.0f, 0.1f, 0.2f}) {
    const Crease crease = lightest_line(profile_of(map, frame, e, slope), usual, map.ground, cut_above);
    if (crease.seen > best.seen) best = crease;
  }
  const float least = 0.06f + 0.3f * std::clamp((1.3f - tall) / 0.2f, 0.0f, 1.0f);
  return best.seen > least ? best.at : 0;
}

// Do ridges lead to the lower left (> 0) or right?
float lean_of(const SlapMap& map, const std::vector<int>& cells, const Frame& frame) {
  float sum = 0, all = 1e-6f;
  const float c2 = frame.cosine * frame.cosine - frame.sine * frame.sine, s2 = 2 * frame.sine * frame.cosine;
  for (const int i : cells) {
    // sine of twice the angle beside the finger's own
    sum += map.ridge[i] * (map.sine2[i] * c2 - map.cosine2[i] * s2);
    all += map.ridge[i];
  }
  return sum / all;
}

// Do ridges open downwards (> 0), as they do around a finger's tip, or upwards? Those along its base run across it.
float arch_of(const SlapMap& map, const std::vector<int>& cells, const Frame& frame, const Extent& e) {
  float sum = 0, all = 1e-6f;
  const float c2 = frame.cosine * frame.cosine - frame.sine * frame.sine, s2 = 2 * frame.sine * frame.cosine;
  const float middle = (e.left + e.right) / 2, half = std::max(1.0f, (e.right - e.left) / 2);
  for (const int i : cells) {
    const float side = std::clamp((frame.across(centre_x(map, i), centre_y(map, i)) - middle) / half, -1.0f, 1.0f);
    sum -= side * map.ridge[i] * (map.sine2[i] * c2 - map.cosine2[i] * s2);
    all += map.ridge[i];
  }
  return sum / all;
}

// A distal phalanx is 10 to 20 mm wide and taller than wide, and all ridges.
float worth_of(const Tip& tip, float hand_angle) {
  const float wide = tip.width / kWide;
  float worth = std::min(1.0f, wide * wide) * std::min(1.0f, tip.height / (1.2f * tip.width));
  worth *= std::clamp(tip.ridge / 0.4f, 0.3f, 1.0f);
  if (tip.width > 1.5f * kWide) worth *= 0.5f;
  if (tip.cut_side) worth *= 0.6f;
  const float turned = (tip.angle - hand_angle) / kTiltMax;
  worth *= 1 - 0.4f * turned * turned;
  return worth;
}

}  // namespace

Tip find_tip(const SlapMap& map, const Piece& piece, float hand_angle) {
  Tip tip;
  tip.split = piece.split;
  Extent e = extent_of(map, piece.cells, Frame(hand_angle));
  const float reach = e.top + 1.8f * std::min(e.right - e.left, 1.3f * kWide);
  tip.angle = hand_angle + tilt_of(map, piece.cells, Frame(hand_angle), reach);
  const Frame frame(tip.angle);
  // the width of the upper part: a middle phalanx that leans would widen it
  e = extent_of(map, piece.cells, frame);
  std::vector<int> upper;
  for (const int i : piece.cells)
    if (frame.down(centre_x(map, i), centre_y(map, i)) < e.top + 1.8f * std::min(e.right - e.left, 1.3f * kWide))
      upper.push_back(i);
  const float bottom = e.bottom;
  e = extent_of(map, upper, frame);
  tip.length = bottom - e.top;
  e.bottom = bottom;
  const float width = e.right - e.left;
  int touching = 0, touching_side = 0;
  for (const int i : upper) {
    touching += (i / map.columns == 0 && map.top <= 0);
    touching_side += (i % map.columns == 0 && map.left <= 0) ||
                     (i % map.columns == map.columns - 1 && map.left + map.gray.width >= map.width - kCell);
  }
  const bool cut_above = static_cast<float>(touching * kCell) > 0.3f * width;
  tip.cut_side = static_cast<float>(touching_side * kCell) > 0.25f * width;
  tip.cut = cut_above || tip.cut_side;
  const float crease = crease_of(map, frame, e, cut_above);
  tip.crease = crease > 0 || tip.length <= 1.2f * usual_length(width);
  const float length = crease > 0 ? crease : tip.crease ? tip.length : usual_length(width);
  for (const int i : piece.cells)
    if (frame.down(centre_x(map, i), centre_y(map, i)) <= e.top + length) tip.cells.push_back(i);
  if (tip.cells.empty()) tip.cells = piece.cells;
  e = extent_of(map, tip.cells, frame);
  tip.width = e.right - e.left;
  tip.height = e.bottom - e.top;
  const float across = (e.left + e.right) / 2, down = (e.top + e.bottom) / 2;
  tip.x = frame.x(across, down);
  tip.y = frame.y(across, down);
  for (const int i : tip.cells) tip.ridge += map.ridge[i] / static_cast<float>(tip.cells.size());
  tip.lean = lean_of(map, tip.cells, frame);
  tip.arch = arch_of(map, tip.cells, frame, e);
  const Frame hand(hand_angle);
  tip.across = hand.across(tip.x, tip.y);
  tip.tip = hand.down(frame.x(across, e.top), frame.y(across, e.top));
  tip.base = hand.down(frame.x(across, e.bottom), frame.y(across, e.bottom));
  tip.worth = worth_of(tip, hand_angle);
  return tip;
}

std::vector<Tip> keep_tips(std::vector<Tip> tips, float hand_angle) {
  constexpr float kWorthMin = 0.12f;
  std::erase_if(tips, [](const Tip& tip) { return tip.worth < kWorthMin || tip.width < 110; });
  std::sort(tips.begin(), tips.end(), [](const Tip& a, const Tip& b) { return a.tip < b.tip; });
  std::vector<Tip> kept;
  const auto lies_below = [&](const Tip& tip, const Tip& above) {
    // the finger above, led on along its own tilt
    const float down = (tip.tip + tip.base) / 2 - (above.tip + above.base) / 2;
    const float led = above.across + down * Frame(above.angle - hand_angle).sine;
    const float both = std::min({led, tip.across}) + (above.width + tip.width) / 2 - std::max(led, tip.across);
    return tip.tip > above.base - 0.3f * above.height && both > 0.55f * std::min(above.width, tip.width);
  };
  for (Tip& tip : tips) {
    constexpr float kPoor = 0.35f;  // what is that much poorer is no distal phalanx, but a bit of another's print
    std::erase_if(kept, [&](const Tip& above) { return lies_below(tip, above) && above.worth < kPoor * tip.worth; });
    if (std::none_of(kept.begin(), kept.end(), [&](const Tip& above) { return lies_below(tip, above); }))
      kept.push_back(std::move(tip));
  }
  std::sort(kept.begin(), kept.end(), [](const Tip& a, const Tip& b) { return a.across < b.across; });
  return kept;
}

}  // namespace puente::finger
