#include <algorithm>
#include <memory>
#include <utility>

#include "core/check.h"
#include "format/image/wsq.h"

namespace puente::format::wsq {
namespace {

// The halves of a length: the first is the longer where it is odd, unless told otherwise.
struct Halves {
  int first = 0, second = 0;
};
Halves halve(int length, bool longer_second) {
  const int longer = (length + 1) / 2, shorter = length / 2;
  return longer_second ? Halves{shorter, longer} : Halves{longer, shorter};
}

// Quarters in the order left top, right top, left bottom, right bottom.
std::array<Area, 4> quarter(const Area& area, bool right_longer = false, bool bottom_longer = false) {
  const Halves across = halve(area.width, right_longer), down = halve(area.height, bottom_longer);
  const int middle = area.x + across.first, centre = area.y + down.first;
  return {{{area.x, area.y, across.first, down.first},
           {middle, area.y, across.second, down.first},
           {area.x, centre, across.first, down.second},
           {middle, centre, across.second, down.second}}};
}

// An area split twice, in the order in which its sixteenths are sent: quarter by quarter. Where frequencies run
// backwards the longer half is the second.
void put_sixteenths(const Area& area, bool backwards_across, bool backwards_down, std::array<Area, kBands>& bands,
                    int at) {
  const auto quarters = quarter(area, backwards_across, backwards_down);
  for (int q = 0; q < 4; ++q) {
    const auto parts = quarter(quarters[q], q % 2 == 1, q / 2 == 1);
    std::copy(parts.begin(), parts.end(), bands.begin() + at + 4 * q);
  }
}

// How one half's line is continued beyond its ends: mirrored about its last sample or beside it, with the sign kept or
// turned. Turned about a sample, that sample is a zero just beyond the end.
enum class Mirror { kAbout, kBeside, kTurnedBeside, kTurnedAbout };
struct Half {
  const std::vector<float>& taps;
  int count = 0;  // coefficients of the line
  int start = 0;  // the first sample's first coefficient, on the continued line
  int shift = 0;  // 0: the first sample takes the odd taps, and the second starts at the same coefficient
  Mirror left, right;

  int first_tap(int parity) const { return (parity + shift) % 2 == 0 ? 1 : 0; }
  int first_coefficient(int parity) const { return start + (parity + shift) / 2; }
};

struct Halved {
  Half low, high;
};

Halved halved(const Filters& filters, int length) {
  const int low = (length + 1) / 2, high = length / 2, l = static_cast<int>(filters.low.size()),
            h = static_cast<int>(filters.high.size());
  const bool odd = length % 2 == 1;
  if (l % 2 == 1) {
    return {
        {filters.low, low, -((l - 1) / 4), 1 - (l - 1) / 2 % 2, Mirror::kAbout, odd ? Mirror::kAbout : Mirror::kBeside},
        {filters.high, high, -((h + 1) / 4), 1 - (h + 1) / 2 % 2, Mirror::kBeside,
         odd ? Mirror::kBeside : Mirror::kAbout}};
  }
  return {{filters.low, low, -(l / 4), 1 - l / 2 % 2, Mirror::kBeside, odd ? Mirror::kAbout : Mirror::kBeside},
          {filters.high, high, -(h / 4), 1 - h / 2 % 2, Mirror::kTurnedBeside,
           odd ? Mirror::kTurnedAbout : Mirror::kTurnedBeside}};
}

struct Place {
  int at = 0;
  float sign = 1;
};

Place mirrored(const Half& half, int at) {
  if (half.count == 1) return {0, 1};
  float sign = 1;
  while (at < 0 || at >= half.count) {
    const Mirror mirror = at < 0 ? half.left : half.right;
    if (mirror == Mirror::kTurnedAbout && at == half.count) return {0, 0};
    if (mirror == Mirror::kTurnedBeside || mirror == Mirror::kTurnedAbout) sign = -sign;
    const int twice = at < 0 ? (mirror == Mirror::kAbout ? 0 : -1)
                             : 2 * half.count - (mirror == Mirror::kAbout         ? 2
                                                 : mirror == Mirror::kTurnedAbout ? 0
                                                                                  : 1);
    at = twice - at;  // what it is mirrored at, twice
  }
  return {at, sign};
}

// What makes one sample, or a row of them: so many coefficients by their taps, summed in this order.
struct Sum {
  std::array<const float*, 2 * kTapsMax> rows{};
  std::array<float, 2 * kTapsMax> factors{};
  int count = 0;

  void add(const float* row, float factor) {
    rows[static_cast<std::size_t>(count)] = row;
    factors[static_cast<std::size_t>(count++)] = factor;
  }
};

constexpr int kBlock = 16;  // samples whose sums stay in registers; each is still one sum, tap after tap

void sum_block(const Sum& sum, int x, float* block) {
  float sums[kBlock];
  for (int i = 0; i < kBlock; ++i) sums[i] = sum.rows[0][x + i] * sum.factors[0];
  for (int tap = 1; tap < sum.count; ++tap) {
    const float* row = sum.rows[static_cast<std::size_t>(tap)] + x;
    const float factor = sum.factors[static_cast<std::size_t>(tap)];
    for (int i = 0; i < kBlock; ++i) sums[i] += row[i] * factor;
  }
  std::copy_n(sums, kBlock, block);
}

float sum_one(const Sum& sum, int x) {
  float value = sum.rows[0][x] * sum.factors[0];
  for (std::size_t tap = 1; tap < static_cast<std::size_t>(sum.count); ++tap) {
    value += sum.rows[tap][x] * sum.factors[tap];
  }
  return value;
}

void sum_rows(const Sum& sum, int count, float* out) {
  int x = 0;
  for (; x + kBlock <= count; x += kBlock) sum_block(sum, x, out + x);
  for (; x < count; ++x) out[x] = sum_one(sum, x);
}

// Even and odd samples by turns.
void sum_line(const Sum& even, const Sum& odd, int width, float* out) {
  int x = 0;
  for (; 2 * (x + kBlock) <= width; x += kBlock) {
    float a[kBlock], b[kBlock];
    sum_block(even, x, a);
    sum_block(odd, x, b);
    for (int i = 0; i < kBlock; ++i) {
      out[2 * (x + i)] = a[i];
      out[2 * (x + i) + 1] = b[i];
    }
  }
  for (int i = 2 * x; i < width; ++i) out[i] = sum_one(i % 2 == 0 ? even : odd, i / 2);
}

void synthesise_down(const Filters& filters, const Step& step, const float* from, int from_pitch, float* to,
                     int to_pitch) {
  const auto [low, high] = halved(filters, step.area.height);
  const float* low_rows = from + (step.columns_high_first ? std::ptrdiff_t{high.count} * from_pitch : 0);
  const float* high_rows = from + (step.columns_high_first ? 0 : std::ptrdiff_t{low.count} * from_pitch);
  for (int y = 0; y < step.area.height; ++y) {
    Sum sum;
    for (const auto& [half, rows] : {std::pair(&low, low_rows), std::pair(&high, high_rows)}) {
      if (half->count == 0) continue;
      int at = half->first_coefficient(y % 2) + y / 2;
      for (std::size_t tap = half->first_tap(y % 2); tap < half->taps.size(); tap += 2, ++at) {
        const Place place = mirrored(*half, at);
        sum.add(rows + std::ptrdiff_t{place.at} * from_pitch, half->taps[tap] * place.sign);
      }
    }
    sum_rows(sum, step.area.width, to + std::ptrdiff_t{y} * to_pitch);
  }
}

// A line with its continuation on both sides, so that every sample is the same sum.
class ContinuedLine {
 public:
  explicit ContinuedLine(const Half& half)
      : half_(half),
        margin_(static_cast<int>(half.taps.size()) / 2 + 2),
        line_(static_cast<std::size_t>(half.count + 2 * margin_), 0.0f) {
    if (half.count == 0) return;
    for (int i = 1; i <= margin_; ++i) {
      for (const int at : {-i, half.count - 1 + i}) beyond_.emplace_back(margin_ + at, mirrored(half, at));
    }
  }
  void set(const float* line) {
    std::copy_n(line, half_.count, line_.begin() + margin_);
    for (const auto& [at, place] : beyond_) line_[static_cast<std::size_t>(at)] = line[place.at] * place.sign;
  }
  void add_to(Sum& sum, int parity) const {
    const float* at = line_.data() + margin_ + half_.first_coefficient(parity);
    for (std::size_t tap = half_.first_tap(parity); tap < half_.taps.size(); tap += 2, ++at) {
      sum.add(at, half_.taps[tap]);
    }
  }

 private:
  const Half& half_;
  int margin_;
  std::vector<float> line_;
  std::vector<std::pair<int, Place>> beyond_;
};

void synthesise_across(const Filters& filters, const Step& step, const float* from, int from_pitch, float* to,
                       int to_pitch) {
  const auto [low, high] = halved(filters, step.area.width);
  ContinuedLine low_line(low), high_line(high);
  std::array<Sum, 2> sums;
  for (int parity = 0; parity < 2; ++parity) {
    low_line.add_to(sums[parity], parity);
    high_line.add_to(sums[parity], parity);
  }
  for (int y = 0; y < step.area.height; ++y) {
    const float* line = from + std::ptrdiff_t{y} * from_pitch;
    low_line.set(line + (step.rows_high_first ? high.count : 0));
    high_line.set(line + (step.rows_high_first ? 0 : low.count));
    sum_line(sums[0], sums[1], step.area.width, to + std::ptrdiff_t{y} * to_pitch);
  }
}

}  // namespace

std::array<Step, kSteps> steps_of(int width, int height) {
  std::array<Step, kSteps> steps;
  const auto put = [&steps](int at, const std::array<Area, 4>& areas, int count) {
    for (int i = 0; i < count; ++i) steps[at + i].area = areas[i];
  };
  steps[0].area = {0, 0, width, height};
  put(1, quarter(steps[0].area), 3);
  const auto inner = quarter(steps[1].area);
  steps[4].area = inner[1];
  steps[5].area = inner[2];
  steps[14].area = inner[0];
  put(6, quarter(steps[4].area, true, false), 4);
  put(10, quarter(steps[5].area, false, true), 4);
  put(15, quarter(steps[14].area), 4);
  steps[19].area = quarter(steps[15].area)[0];
  for (const int i : {2, 4, 7, 9, 11, 13, 16, 18}) steps[i].rows_high_first = true;
  for (const int i : {3, 5, 8, 9, 12, 13, 17, 18}) steps[i].columns_high_first = true;
  return steps;
}

std::array<Area, kBands> bands_of(int width, int height) {
  std::array<Area, kBands> bands;
  const auto steps = steps_of(width, height);
  put_sixteenths(steps[14].area, false, false, bands, 3);
  put_sixteenths(steps[4].area, true, false, bands, 19);
  put_sixteenths(steps[0].area, false, false, bands, 48);
  put_sixteenths(steps[5].area, false, true, bands, 35);
  const auto lowest = quarter(steps[19].area);
  std::copy(lowest.begin(), lowest.end(), bands.begin());
  return bands;
}

// An odd filter is symmetric about its middle tap; an even one is symmetric (low) or antisymmetric (high) about the gap
// in its middle. The other half's analysis filter, with every second sign turned, puts a half together.
Filters synthesis_of(std::span<const float> analysis_low_half, bool low_is_odd,
                     std::span<const float> analysis_high_half, bool high_is_odd) {
  const auto unfold = [](std::span<const float> half, bool odd, float even_mirror, bool turn_first) {
    const int count = static_cast<int>(half.size());
    std::vector<float> taps(static_cast<std::size_t>(2 * count - (odd ? 1 : 0)));
    for (int i = 0; i < count; ++i) {
      const float value = (i % 2 == 1) != turn_first ? -half[i] : half[i];
      taps[static_cast<std::size_t>(count - (odd ? 1 : 0) + i)] = value;
      taps[static_cast<std::size_t>(count - 1 - i)] = odd ? value : even_mirror * value;
    }
    return taps;
  };
  Filters filters;
  filters.high = unfold(analysis_low_half, low_is_odd, -1, !low_is_odd);
  filters.low = unfold(analysis_high_half, high_is_odd, 1, !high_is_odd);
  return filters;
}

void synthesise(const Filters& filters, const Step& step, int pitch, std::vector<float>& coefficients) {
  if (step.area.width == 0 || step.area.height == 0) return;
  const auto halfway =
      std::make_unique_for_overwrite<float[]>(static_cast<std::size_t>(step.area.width) * step.area.height);
  float* area = coefficients.data() + std::ptrdiff_t{step.area.y} * pitch + step.area.x;
  // down into a copy of the area's own, across back into its place
  synthesise_down(filters, step, area, pitch, halfway.get(), step.area.width);
  synthesise_across(filters, step, halfway.get(), step.area.width, area, pitch);
}

}  // namespace puente::format::wsq
