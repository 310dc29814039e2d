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

template <int kWidth>
[[gnu::always_inline]] inline void project_here(const float* sums, const float* differences, int taps,
                                                const float* weights, float* even, float* odd) {
  Samples<kWidth> even_sum, odd_sum;
  for (int tap = 0; tap < taps; ++tap, weights += 2 * kWavesAtOnce) {
    even_sum.add(sums[tap], weights);
    odd_sum.add(differences[tap], weights + kWavesAtOnce);
  }
  even_sum.store(even);
  odd_sum.store(odd);
}

void filter_plain(const float* corner, std::ptrdiff_t line, const FilterWindow& window, const float* weights,
                  float* even, float* odd) {
  filter_here<4>(corner, line, window, weights, even, odd);
}

void project_plain(const float* sums, const float* differences, int taps, const float* weights, float* even,
                   float* odd) {
  project_here<4>(sums, differences, taps, weights, even, odd);
}

#if defined(__x86_64__)
[[gnu::target("avx2")]] void project_avx2(const float* sums, const float* differences, int taps, const float* weights,
                                          float* even, float* odd) {
  project_here<8>(sums, differences, taps, weights, even, odd);
}

[[gnu::target("avx2")]] void filter_avx2(const float* corner, std::ptrdiff_t line, const FilterWindow& window,
                                         const float* weights, float* even, float* odd) {
  filter_here<8>(corner, line, window, weights, even, odd);
}

[[gnu::target("avx512f")]] void project_avx512(const float* sums, const float* differences, int taps,
                                               const float* weights, float* even, float* odd) {
  project_here<16>(sums, differences, taps, weights, even, odd);
}

[[gnu::target("avx512f")]] void filter_avx512(const float* corner, std::ptrdiff_t line, const FilterWindow& window,
                                              const float* weights, float* even, float* odd) {
  filter_here<16>(corner, line, window, weights, even, odd);
}
#endif

}  // namespace

FilterInput::FilterInput(const pixels::Plane& plane, int radius)
    : columns_((plane.width + kBlock - 1) / kBlock * kBlock + 2 * radius) {
  const int lines = (plane.height + kBlock - 1) / kBlock * kBlock + 2 * radius;
  values_.assign((static_cast<std::size_t>(lines) * columns_ + kBlock) * kBlock, 0);
  for (int y = 0; y < plane.height; ++y) {
    const float* row = plane.row(y);
    for (int below = 0; below < kBlock; ++below) {
      const int line = y + radius - below;
      if (line < 0) continue;
      float* to = &values_[(static_cast<std::size_t>(line) * columns_ + radius) * kBlock + below];
      for (int x = 0; x < plane.width; ++x) to[static_cast<std::ptrdiff_t>(x) * kBlock] = row[x];
    }
  }
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
