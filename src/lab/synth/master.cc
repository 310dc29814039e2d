#include "lab/synth/master.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "core/check.h"
#include "lab/synth/exact.h"

namespace puente::synth {
namespace {

constexpr int kAngles = 32;  // over half a turn
constexpr int kPeriods = 16;
constexpr double kPeriodMin = 6.6, kPeriodMax = 12.4;  // pixels at 500 ppi

typedef float Lanes __attribute__((vector_size(16)));  // four at a time; g++ and clang know it on every machine

// Gabor filters without a mean, one an angle and period, for a grid `scale` times coarser than 500 ppi. The envelope's
// deviation of 0.4 periods leaves three crests, as in SFinGe. Rows are padded to whole vectors.
template <int kRadius>
class FilterBank {
 public:
  static constexpr int kSide = 2 * kRadius + 1, kStride = (kSide + 7) / 8 * 8;
  explicit FilterBank(double scale, double spread)
      : taps_(static_cast<std::size_t>(kAngles) * kPeriods * kSide * kStride) {
    for (int angle = 0; angle < kAngles; ++angle)
      for (int period = 0; period < kPeriods; ++period)
        fill(angle * kPi / kAngles, period_of(period) / scale, spread, &taps_[offset(angle * kPeriods + period)]);
  }
  static double period_of(int index) { return kPeriodMin + (kPeriodMax - kPeriodMin) * (index + 0.5) / kPeriods; }

  // The response at `centre` of an image with `stride` floats a row and at least kStride - kRadius around on each side.
  // Eight running sums in a fixed order: the same bits on every machine.
  float respond(int filter, const float* centre, std::ptrdiff_t stride) const {
    Lanes low{}, high{};
    const float* taps = &taps_[offset(filter)];
    const float* row = centre - kRadius * stride - kRadius;
    for (int y = 0; y < kSide; ++y, row += stride, taps += kStride)
      for (int x = 0; x < kStride; x += 8) {
        low += loaded(taps + x) * loaded(row + x);
        high += loaded(taps + x + 4) * loaded(row + x + 4);
      }
    low += high;
    return (low[0] + low[1]) + (low[2] + low[3]);
  }

 private:
  static Lanes loaded(const float* from) {
    Lanes lanes;
    std::memcpy(&lanes, from, sizeof lanes);
    return lanes;
  }
  static std::size_t offset(int filter) { return static_cast<std::size_t>(filter) * kSide * kStride; }
  static void fill(double angle, double period, double spread, float* taps) {
    const double c = cosine(angle), s = sine(angle), sigma = spread * period;
    double wave[kSide][kSide], envelope[kSide][kSide], wave_sum = 0, envelope_sum = 0, energy = 0;
    for (int y = 0; y < kSide; ++y)
      for (int x = 0; x < kSide; ++x) {
        const double dx = x - kRadius, dy = kRadius - y;  // y towards the tip
        envelope[y][x] = exponential(-(dx * dx + dy * dy) / (2 * sigma * sigma));
        wave[y][x] = envelope[y][x] * cosine(2 * kPi * (-s * dx + c * dy) / period);
        wave_sum += wave[y][x];
        envelope_sum += envelope[y][x];
      }
    for (int y = 0; y < kSide; ++y)
      for (int x = 0; x < kSide; ++x) {
        wave[y][x] -= envelope[y][x] * wave_sum / envelope_sum;
        const double dx = x - kRadius, dy = kRadius - y;
        energy += wave[y][x] * cosine(2 * kPi * (-s * dx + c * dy) / period);
      }
    for (int y = 0; y < kSide; ++y)
      for (int x = 0; x < kStride; ++x) taps[y * kStride + x] = x < kSide ? static_cast<float>(wave[y][x] / energy) : 0;
  }
  std::vector<float> taps_;
};

// A grid of floats with a margin of zeros that filters may read.
class Sheet {
 public:
  static constexpr int kMargin = 16;
  Sheet(int width, int height)
      : width_(width), height_(height), values_(static_cast<std::size_t>(stride()) * (height + 2 * kMargin)) {}
  int width() const { return width_; }
  int height() const { return height_; }
  std::ptrdiff_t stride() const { return width_ + 2 * kMargin; }
  float* row(int y) { return &values_[(y + kMargin) * stride() + kMargin]; }
  const float* row(int y) const { return &values_[(y + kMargin) * stride() + kMargin]; }

 private:
  int width_, height_;
  std::vector<float> values_;
};

// The number of the filter that suits each cell of a grid with `scale` pixels a cell, from the plan sampled every eight
// pixels.
std::vector<std::uint16_t> choose_filters(const Pattern& pattern, int scale) {
  constexpr int kStep = 8, kColumns = kMasterWidth / kStep + 2, kRows = kMasterHeight / kStep + 2;
  struct Node {
    float cosine, sine, period;
  };
  std::vector<Node> nodes(kColumns * kRows);
  for (int r = 0; r < kRows; ++r)
    for (int c = 0; c < kColumns; ++c) {
      const Point at{static_cast<double>(c * kStep - kCentreColumn), static_cast<double>(kCentreRow - r * kStep)};
      const double doubled = 2 * pattern.orientation(at);
      nodes[r * kColumns + c] = {static_cast<float>(cosine(doubled)), static_cast<float>(sine(doubled)),
                                 static_cast<float>(pattern.period(at))};
    }
  std::array<std::uint8_t, 4096> angle_of;  // by the doubled direction's quadrant-free coordinate, see below
  for (int i = 0; i < 4096; ++i) {
    const double t = (i + 0.5) / 1024;  // walks the diamond |x| + |y| = 1 once
    const double x = t < 2 ? 1 - t : t - 3, y = t < 1 ? t : t < 3 ? 2 - t : t - 4;
    const double angle = arc_tangent(y, x) / 2;
    angle_of[i] =
        static_cast<std::uint8_t>((static_cast<int>(std::floor(angle / kPi * kAngles + 0.5)) + kAngles) % kAngles);
  }
  const int width = kMasterWidth / scale, height = kMasterHeight / scale;
  std::vector<std::uint16_t> chosen(static_cast<std::size_t>(width) * height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const int column = x * scale / kStep, row = y * scale / kStep;
      const float a = static_cast<float>(x * scale % kStep) / kStep, b = static_cast<float>(y * scale % kStep) / kStep;
      const Node* n = &nodes[row * kColumns + column];
      const auto blend = [&](float Node::*member) {
        return (n[0].*member * (1 - a) + n[1].*member * a) * (1 - b) +
               (n[kColumns].*member * (1 - a) + n[kColumns + 1].*member * a) * b;
      };
      const float cx = blend(&Node::cosine), sx = blend(&Node::sine);
      const float size = std::fabs(cx) + std::fabs(sx) + 1e-12f;
      const float u = cx / size;
      const float t = sx >= 0 ? 1 - u : 3 + u;
      const int angle = angle_of[std::min(4095, static_cast<int>(t * 1024))];
      const double share = (blend(&Node::period) - kPeriodMin) / (kPeriodMax - kPeriodMin);
      const int period = std::clamp(static_cast<int>(share * kPeriods), 0, kPeriods - 1);
      chosen[static_cast<std::size_t>(y) * width + x] = static_cast<std::uint16_t>(angle * kPeriods + period);
    }
  return chosen;
}

// The columns of a row, on a grid with `scale` pixels a cell, that the pad and a rim around it cover.
struct Span {
  int begin, end;
};
Span span_of_pad(int row, int scale) {
  constexpr double kRim = 1.06;
  const double y = kCentreRow - row * scale;
  const double up = y / (y > 0 ? kPadAbove : kPadBelow) / kRim;
  if (up * up >= 1) return {0, 0};
  const double reach = kRim * kPadAcross * std::sqrt(1 - up * up);
  return {std::max(0, static_cast<int>((kCentreColumn - reach) / scale)),
          std::min(kMasterWidth / scale, static_cast<int>((kCentreColumn + reach) / scale) + 1)};
}

template <int kRadius>
void filter_once(const FilterBank<kRadius>& bank, const std::vector<std::uint16_t>& chosen, int scale, float gain,
                 const Sheet& from, Sheet& to) {
  for (int y = 0; y < from.height(); ++y) {
    const float* in = from.row(y);
    float* out = to.row(y);
    const std::uint16_t* filter = &chosen[static_cast<std::size_t>(y) * from.width()];
    const Span span = span_of_pad(y, scale);
    for (int x = span.begin; x < span.end; ++x)
      out[x] = std::clamp(gain * bank.respond(filter[x], in + x, from.stride()), -1.0f, 1.0f);
  }
}

constexpr int kCoarse = 2;  // ridges grow on a grid of 250 ppi, four samples a period

Sheet grow_ridges(const Pattern& pattern, Stream& stream) {
  static const FilterBank<6> bank(kCoarse, 0.40);
  Sheet ridges(kMasterWidth / kCoarse, kMasterHeight / kCoarse), next = ridges;
  constexpr int kSeeds = 420, kRounds = 20;
  for (int i = 0; i < kSeeds; ++i) {
    const int x = stream.below(ridges.width()), y = stream.below(ridges.height());
    ridges.row(y)[x] = stream.chance(0.5) ? 1.0f : -1.0f;
  }
  const std::vector<std::uint16_t> chosen = choose_filters(pattern, kCoarse);
  for (int round = 0; round < kRounds; ++round) {
    filter_once(bank, chosen, kCoarse, round < 7 ? 6.0f : 2.2f, ridges, next);
    std::swap(ridges, next);
  }
  return ridges;
}

// To 500 ppi: linear interpolation, whose faults the one pass of filters at full resolution takes away.
Sheet refine(const Pattern& pattern, const Sheet& coarse) {
  static const FilterBank<10> bank(1, 0.36);
  Sheet fine(kMasterWidth, kMasterHeight), out = fine;
  for (int y = 0; y < kMasterHeight; ++y) {
    const float* upper = coarse.row(y / 2);
    const float* lower = coarse.row((y + 1) / 2);
    for (int x = 0; x < kMasterWidth; ++x)
      fine.row(y)[x] = 0.25f * (upper[x / 2] + upper[(x + 1) / 2] + lower[x / 2] + lower[(x + 1) / 2]);
  }
  filter_once(bank, choose_filters(pattern, 1), 1, 1.1f, fine, out);
  return out;
}

// What years leave on the skin, the same in every impression of the finger.
void blemish(Stream& stream, std::vector<float>& relief) {
  const auto at = [&](int x, int y) -> float& { return relief[static_cast<std::size_t>(y) * kMasterWidth + x]; };
  // Pores along the crests, about one a period.
  constexpr int kSpacing = 9;
  for (int y = 4; y < kMasterHeight - 12; y += kSpacing)
    for (int x = 4; x < kMasterWidth - 12; x += kSpacing) {
      int px = x + stream.below(kSpacing), py = y + stream.below(kSpacing);
      const float depth = static_cast<float>(stream.uniform(0.2, 1.1));
      for (int hop = 0; hop < 4; ++hop) {  // uphill to the crest
        int bx = px, by = py;
        for (int dy = -1; dy <= 1; ++dy)
          for (int dx = -1; dx <= 1; ++dx)
            if (at(px + dx, py + dy) > at(bx, by)) bx = px + dx, by = py + dy;
        px = std::clamp(bx, 4, kMasterWidth - 5);
        py = std::clamp(by, 4, kMasterHeight - 5);
      }
      if (at(px, py) < 0.5f) continue;
      for (int dy = -2; dy <= 2; ++dy)
        for (int dx = -2; dx <= 2; ++dx)
          at(px + dx, py + dy) -= depth * static_cast<float>(exponential(-(dx * dx + dy * dy) / 2.2));
    }
  // Cuts and creases: lines without ridges.
  struct Cut {
    double angle, length, width, depth;
  };
  const auto cut = [&](Cut made) {
    auto [angle, length, width, depth] = made;
    double x = stream.uniform(60, kMasterWidth - 60), y = stream.uniform(60, kMasterHeight - 120);
    const double turn = stream.normal(0, 0.004);
    for (double gone = 0; gone < length; gone += 1, angle += turn) {
      x += cosine(angle);
      y += sine(angle);
      if (x < 6 || y < 6 || x > kMasterWidth - 7 || y > kMasterHeight - 7) break;
      const double taper = std::min({1.0, gone / 12, (length - gone) / 12}) * stream.uniform(0.7, 1.0);
      for (int dy = -4; dy <= 4; ++dy)
        for (int dx = -4; dx <= 4; ++dx) {
          const double ox = std::floor(x) + dx - x, oy = std::floor(y) + dy - y;
          float& h = at(static_cast<int>(std::floor(x)) + dx, static_cast<int>(std::floor(y)) + dy);
          const float floor_level =
              static_cast<float>(1 - (1 + depth) * taper * exponential(-(ox * ox + oy * oy) / (width * width)));
          h = std::min(h, floor_level);
        }
    }
  };
  if (stream.chance(0.2))  // scars
    for (int count = 1 + stream.below(2); count > 0; --count)
      cut({stream.uniform(0, kPi), stream.uniform(40, 140), stream.uniform(1.4, 2.6), 0.9});
  if (stream.chance(0.3))  // where the skin folds: across the finger
    for (int count = 1 + stream.below(4); count > 0; --count)
      cut({stream.normal(0, 0.15), stream.uniform(40, 170), stream.uniform(1.2, 2.2), 0.8});
  if (stream.chance(0.3))  // the fine creases of dry or old skin
    for (int count = 2 + stream.below(8); count > 0; --count)
      cut({stream.uniform(0, kPi), stream.uniform(30, 110), stream.uniform(0.8, 1.3), 0.5});
}

// Ridges have uneven edges and heights; hard work or age wears some patches flat.
void roughen(Stream& stream, std::vector<float>& relief) {
  SmoothNoise patches(stream, 45, 210, 290);
  SmoothNoise grain(stream, 3.2, 210, 290);
  const double wear = stream.chance(0.2) ? stream.uniform(0.3, 0.8) : stream.uniform(0, 0.25);
  for (int y = 0; y < kMasterHeight; y += 1)
    for (int x = 0; x < kMasterWidth; x += 1) {
      float& h = relief[static_cast<std::size_t>(y) * kMasterWidth + x];
      const double worn =
          std::clamp(0.5 * patches.at(x - kCentreColumn, y - kMasterHeight / 2.0) - 0.2, 0.0, 1.0) * wear;
      h = static_cast<float>(h * (1 - worn) + 0.16 * grain.at(x - kCentreColumn, y - kMasterHeight / 2.0));
    }
}

}  // namespace

GrownFinger grow_finger(std::uint64_t seed, std::uint32_t number, Finger position) {
  const Pattern pattern(seed, number, position);
  Stream stream{seed, number, static_cast<std::uint64_t>(position), kForRidges};
  const Sheet relief = refine(pattern, grow_ridges(pattern, stream));
  auto master = std::make_shared<GrownFinger::Master>();
  master->seed = seed;
  master->number = number;
  master->position = position;
  master->kind = pattern.kind();
  master->relief.resize(static_cast<std::size_t>(kMasterWidth) * kMasterHeight);
  for (int y = 0; y < kMasterHeight; ++y)
    std::copy_n(relief.row(y), kMasterWidth, &master->relief[static_cast<std::size_t>(y) * kMasterWidth]);
  Stream skin{seed, number, static_cast<std::uint64_t>(position), kForSkin};
  roughen(skin, master->relief);
  blemish(skin, master->relief);
  return GrownFinger(std::move(master));
}

PatternClass GrownFinger::pattern() const {
  return master_->kind;
}

}  // namespace puente::synth
