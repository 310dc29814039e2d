#include "modality/finger/filter.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace puente::finger {
namespace {

using Samples = float __attribute__((vector_size(64)));  // of a block; compilers split it where registers are shorter

// Each row of the window is summed on its own, so that the processor can work on several at once.
[[gnu::always_inline]] inline void filter_here(const float* corner, std::ptrdiff_t line, const FilterWindow& window,
                                               const float* weights, float* even, float* odd) {
  Samples even_sum{}, odd_sum{};
  for (int row = 0; row <= 2 * window.radius; ++row) {
    const int half = window.half_row[std::abs(row - window.radius)];
    const float* from = corner + row * line + static_cast<std::ptrdiff_t>(window.radius - half) * kBlock;
    Samples even_row{}, odd_row{};
    for (int tap = 0; tap <= 2 * half; ++tap, from += kBlock, weights += 2) {
      Samples samples;
      std::memcpy(&samples, from, sizeof samples);
      even_row += weights[0] * samples;
      odd_row += weights[1] * samples;
    }
    even_sum += even_row;
    odd_sum += odd_row;
  }
  std::memcpy(even, &even_sum, sizeof even_sum);
  std::memcpy(odd, &odd_sum, sizeof odd_sum);
}

[[gnu::always_inline]] inline void project_here(const float* sums, const float* differences, int taps,
                                                const float* weights, float* even, float* odd) {
  Samples even_sum{}, odd_sum{};
  for (int tap = 0; tap < taps; ++tap, weights += 2 * kWavesAtOnce) {
    Samples even_weights, odd_weights;
    std::memcpy(&even_weights, weights, sizeof even_weights);
    std::memcpy(&odd_weights, weights + kWavesAtOnce, sizeof odd_weights);
    even_sum += sums[tap] * even_weights;
    odd_sum += differences[tap] * odd_weights;
  }
  std::memcpy(even, &even_sum, sizeof even_sum);
  std::memcpy(odd, &odd_sum, sizeof odd_sum);
}

void filter_plain(const float* corner, std::ptrdiff_t line, const FilterWindow& window, const float* weights,
                  float* even, float* odd) {
  filter_here(corner, line, window, weights, even, odd);
}

void project_plain(const float* sums, const float* differences, int taps, const float* weights, float* even,
                   float* odd) {
  project_here(sums, differences, taps, weights, even, odd);
}

#if defined(__x86_64__)
[[gnu::target("avx2")]] void project_avx2(const float* sums, const float* differences, int taps, const float* weights,
                                          float* even, float* odd) {
  project_here(sums, differences, taps, weights, even, odd);
}

[[gnu::target("avx2")]] void filter_avx2(const float* corner, std::ptrdiff_t line, const FilterWindow& window,
                                         const float* weights, float* even, float* odd) {
  filter_here(corner, line, window, weights, even, odd);
}

[[gnu::target("avx512f")]] void project_avx512(const float* sums, const float* differences, int taps,
                                               const float* weights, float* even, float* odd) {
  project_here(sums, differences, taps, weights, even, odd);
}

[[gnu::target("avx512f")]] void filter_avx512(const float* corner, std::ptrdiff_t line, const FilterWindow& window,
                                              const float* weights, float* even, float* odd) {
  filter_here(corner, line, window, weights, even, odd);
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
