#include "modality/finger/filter.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace puente::finger {
namespace {

constexpr int kLanes = 16;
static_assert(kLanes == kBlock * kBlock && kLanes == kWavesAtOnce);

// kLanes samples in as many registers as hold them.
template <int kWidth>
struct Samples {
  static_assert(kLanes % kWidth == 0);
  typedef float Register __attribute__((vector_size(kWidth * sizeof(float))));
  static_assert(sizeof(Register) == kWidth * sizeof(float));
  Register parts[kLanes / kWidth] = {};

  [[gnu::always_inline]] void store(float* to) const { std::memcpy(to, parts, sizeof parts); }
  [[gnu::always_inline]] void add(float factor, const float* samples) {
    for (int k = 0; k < kLanes / kWidth; ++k) {
      Register part;
      std::memcpy(&part, samples + k * kWidth, sizeof part);
      parts[k] += factor * part;
    }
  }
  [[gnu::always_inline]] void add(const Samples& other) {
    for (int k = 0; k < kLanes / kWidth; ++k) parts[k] += other.parts[k];
  }
};

// Each row of the window is summed on its own, so that the processor can work on several at once.
template <int kWidth>
[[gnu::always_inline]] inline void filter_here(const float* corner, std::ptrdiff_t line, const FilterWindow& window,
                                               const float* weights, float* even, float* odd) {
  Samples<kWidth> even_sum, odd_sum;
  for (int row = 0; row <= 2 * window.radius; ++row) {
    const int half = window.half_row[std::abs(row - window.radius)];
    const float* from = corner + row * line + static_cast<std::ptrdiff_t>(window.radius - half) * kBlock;
    Samples<kWidth> even_row, odd_row;
    for (int tap = 0; tap <= 2 * half; ++tap, from += kBlock, weights += 2) {
      even_row.add(weights[0], from);
      odd_row.add(weights[1], from);
    }
    even_sum.add(even_row);
    odd_sum.add(odd_row);
  }
  even_sum.store(even);
  odd_sum.store(odd);
}

// kGroups times kWavesAtOnce waves at once: as many sums as the processor can add to while one of them is under way.
template <int kWidth, int kGroups>
[[gnu::always_inline]] inline void project_here(const float* sums, const float* differences, int taps,
                                                const float* weights, int waves, float* even, float* odd) {
  const std::ptrdiff_t group = static_cast<std::ptrdiff_t>(taps) * 2 * kWavesAtOnce;
  int first = 0;
  for (; first + kGroups * kWavesAtOnce <= waves; first += kGroups * kWavesAtOnce, weights += kGroups * group) {
    Samples<kWidth> even_sum[kGroups], odd_sum[kGroups];
    for (int tap = 0; tap < taps; ++tap)
      for (int g = 0; g < kGroups; ++g) {
        const float* of_tap = weights + g * group + static_cast<std::ptrdiff_t>(tap) * 2 * kWavesAtOnce;
        even_sum[g].add(sums[tap], of_tap);
        odd_sum[g].add(differences[tap], of_tap + kWavesAtOnce);
      }
    for (int g = 0; g < kGroups; ++g) {
      even_sum[g].store(even + first + g * kWavesAtOnce);
      odd_sum[g].store(odd + first + g * kWavesAtOnce);
    }
  }
  if constexpr (kGroups > 1)
    if (first < waves)
      project_here<kWidth, 1>(sums, differences, taps, weights, waves - first, even + first, odd + first);
}

void filter_plain(const float* corner, std::ptrdiff_t line, const FilterWindow& window, const float* weights,
                  float* even, float* odd) {
  filter_here<4>(corner, line, window, weights, even, odd);
}

void project_plain(const float* sums, const float* differences, int taps, const float* weights, int waves, float* even,
                   float* odd) {
  project_here<4, 1>(sums, differences, taps, weights, waves, even, odd);
}

#if defined(__x86_64__)
[[gnu::target("avx2")]] void project_avx2(const float* sums, const float* differences, int taps, const float* weights,
                                          int waves, float* even, float* odd) {
  project_here<8, 1>(sums, differences, taps, weights, waves, even, odd);
}

[[gnu::target("avx2")]] void filter_avx2(const float* corner, std::ptrdiff_t line, const FilterWindow& window,
                                         const float* weights, float* even, float* odd) {
  filter_here<8>(corner, line, window, weights, even, odd);
}

[[gnu::target("avx512f")]] void project_avx512(const float* sums, const float* differences, int taps,
                                               const float* weights, int waves, float* even, float* odd) {
  project_here<16, 3>(sums, differences, taps, weights, waves, even, odd);
}

[[gnu::target("avx512f")]] void filter_avx512(const float* corner, std::ptrdiff_t line, const FilterWindow& window,
                                              const float* weights, float* even, float* odd) {
  filter_here<16>(corner, line, window, weights, even, odd);
}
#endif

}  // namespace

FilterInput::FilterInput(const pixels::Plane& plane, int radius)
    : width_(plane.width),
      height_(plane.height),
      radius_(radius),
      columns_((plane.width + kBlock - 1) / kBlock * kBlock + 2 * radius) {
  static_assert(kBlock == 4);
  const int lines = (plane.height + kBlock - 1) / kBlock * kBlock + 2 * radius;
  const std::size_t beyond = kLanes;  // the last block's samples end there
  values_ = std::make_unique_for_overwrite<float[]>(static_cast<std::size_t>(lines) * line() + beyond);
  const std::vector<float> nothing(plane.width, 0);
  float* to = values_.get();
  for (int y = -radius; y < lines - radius; ++y) {
    const auto row = [&](int v) { return v >= 0 && v < plane.height ? plane.row(v) : nothing.data(); };
    const float *a = row(y), *b = row(y + 1), *c = row(y + 2), *d = row(y + 3);
    to = std::fill_n(to, radius * kBlock, 0.0f);
    for (int x = 0; x < plane.width; ++x, to += kBlock) to[0] = a[x], to[1] = b[x], to[2] = c[x], to[3] = d[x];
    to = std::fill_n(to, (columns_ - radius - plane.width) * kBlock, 0.0f);
  }
  std::fill_n(to, beyond, 0.0f);
}

std::span<const FilterTarget> filter_targets() {
  static const std::vector<FilterTarget> kTargets = [] {
    std::vector<FilterTarget> targets = {{"plain", filter_plain, project_plain}};
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) targets.push_back({"avx2", filter_avx2, project_avx2});
    if (__builtin_cpu_supports("avx512f")) targets.push_back({"avx512", filter_avx512, project_avx512});
#endif
    return targets;
  }();
  return kTargets;
}

}  // namespace puente::finger
