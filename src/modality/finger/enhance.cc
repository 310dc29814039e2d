// Contextual filtering (Hong, Wan & Jain 1998) with a complex Gabor filter: for each small block the one that is tuned
// to its ridges' direction and period. Real part: the ridges, cleaned; angle: the ridge phase; magnitude against the
// unfiltered signal: how clear the ridges are.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>

#include "modality/finger/stages.h"

namespace puente::finger {
namespace {

constexpr int kDirections = 32, kPeriods = 12;
constexpr int kRadius = 8, kSide = 2 * kRadius + 1;
// The window is round: this far to each side on the row at distance 0..kRadius from the middle.
constexpr int kHalfRow[kRadius + 1] = {8, 8, 8, 8, 7, 7, 6, 5, 3};
constexpr int kBlock = 4;  // pixels that share a filter
constexpr float kPeriodFirst = 5, kPeriodStep = 0.9f;
constexpr float kSigmaAlong = 4.5f, kSigmaAcross = 3.8f;

struct Kernel {
  float even[kSide * kSide];
  float odd[kSide * kSide];
};

Kernel make_kernel(float orientation, float period) {
  Kernel kernel{};
  const float ux = pixels::cosine(orientation), uy = -pixels::sine(orientation), vx = uy, vy = -ux;
  float envelope_sum = 0, even_sum = 0;
  float envelope[kSide * kSide] = {};
  for (int y = -kRadius; y <= kRadius; ++y)
    for (int x = -kHalfRow[std::abs(y)]; x <= kHalfRow[std::abs(y)]; ++x) {
      const float fx = static_cast<float>(x), fy = static_cast<float>(y);
      const float u = fx * ux + fy * uy, v = fx * vx + fy * vy;
      const int i = (y + kRadius) * kSide + x + kRadius;
      envelope[i] =
          pixels::exponential(-0.5f * (u * u / (kSigmaAlong * kSigmaAlong) + v * v / (kSigmaAcross * kSigmaAcross)));
      kernel.even[i] = envelope[i] * pixels::cosine(2 * pixels::kPi * v / period);
      kernel.odd[i] = envelope[i] * pixels::sine(2 * pixels::kPi * v / period);
      envelope_sum += envelope[i];
      even_sum += kernel.even[i];
    }
  float gain_even = 0, gain_odd = 0;
  for (int i = 0; i < kSide * kSide; ++i)
    kernel.even[i] -= even_sum / envelope_sum * envelope[i];  // blind to a constant
  for (int y = -kRadius; y <= kRadius; ++y)
    for (int x = -kHalfRow[std::abs(y)]; x <= kHalfRow[std::abs(y)]; ++x) {
      const float v = static_cast<float>(x) * vx + static_cast<float>(y) * vy;
      const int i = (y + kRadius) * kSide + x + kRadius;
      gain_even += kernel.even[i] * pixels::cosine(2 * pixels::kPi * v / period);
      gain_odd += kernel.odd[i] * pixels::sine(2 * pixels::kPi * v / period);
    }
  for (int i = 0; i < kSide * kSide; ++i) {
    kernel.even[i] /= gain_even;
    kernel.odd[i] /= gain_odd;
  }
  return kernel;
}

const Kernel& kernel_for(float orientation, float period) {
  static const std::vector<Kernel> bank = [] {
    std::vector<Kernel> kernels;
    for (int d = 0; d < kDirections; ++d)
      for (int p = 0; p < kPeriods; ++p)
        kernels.push_back(make_kernel(pixels::kPi * static_cast<float>(d) / kDirections,
                                      kPeriodFirst + kPeriodStep * static_cast<float>(p)));
    return kernels;
  }();
  const int d = static_cast<int>(orientation * (kDirections / pixels::kPi) + 0.5f);
  const int p = std::clamp(static_cast<int>((period - kPeriodFirst) / kPeriodStep + 0.5f), 0, kPeriods - 1);
  return bank[static_cast<std::size_t>(d % kDirections) * kPeriods + p];
}

using Four = float __attribute__((vector_size(16)));  // of GCC and Clang on every processor

Four load(const float* from) {
  Four four;
  std::memcpy(&four, from, sizeof four);
  return four;
}

// One block of 4 x 4 outputs. A vector holds neighbouring outputs, so no sum is ever reordered.
void filter_block(const float* in, int stride, const Kernel& kernel, float sign, float* even, float* odd,
                  int out_stride) {
  Four e0{}, e1{}, e2{}, e3{}, o0{}, o1{}, o2{}, o3{};
  for (int ky = 0; ky < kSide; ++ky) {
    const int half = kHalfRow[std::abs(ky - kRadius)];
    for (int kx = kRadius - half; kx <= kRadius + half; ++kx) {
      const float ke = kernel.even[ky * kSide + kx], ko = kernel.odd[ky * kSide + kx];
      const float* p = in + static_cast<std::ptrdiff_t>(ky) * stride + kx;
      const Four p0 = load(p), p1 = load(p + stride), p2 = load(p + 2 * stride), p3 = load(p + 3 * stride);
      e0 += ke * p0, e1 += ke * p1, e2 += ke * p2, e3 += ke * p3;
      o0 += ko * p0, o1 += ko * p1, o2 += ko * p2, o3 += ko * p3;
    }
  }
  const Four evens[kBlock] = {e0, e1, e2, e3}, odds[kBlock] = {o0 * sign, o1 * sign, o2 * sign, o3 * sign};
  for (int y = 0; y < kBlock; ++y) {
    std::memcpy(even + static_cast<std::ptrdiff_t>(y) * out_stride, &evens[y], sizeof(Four));
    std::memcpy(odd + static_cast<std::ptrdiff_t>(y) * out_stride, &odds[y], sizeof(Four));
  }
}

}  // namespace

Response enhance(const Plane& ridges, const Field& field) {
  const int width = ridges.width, height = ridges.height;
  const int stride = (width + kBlock - 1) / kBlock * kBlock, lines = (height + kBlock - 1) / kBlock * kBlock;
  Plane padded(stride + 2 * kRadius, lines + 2 * kRadius);
  for (int y = 0; y < height; ++y) std::copy_n(ridges.row(y), width, padded.row(y + kRadius) + kRadius);
  Plane even(stride, lines), odd(stride, lines);
  for (int y = 0; y < height; y += kBlock)
    for (int x = 0; x < width; x += kBlock) {
      const std::size_t cell = field.index(x / kCell, y / kCell);
      if (!field.foreground[cell]) continue;
      const float orientation =
          orientation_at(field, static_cast<float>(x) + kBlock / 2, static_cast<float>(y) + kBlock / 2);
      // nearest bank direction may be pi, which is 0 with the normal turned round
      const bool wraps = static_cast<int>(orientation * (kDirections / pixels::kPi) + 0.5f) >= kDirections;
      filter_block(&padded.values[static_cast<std::size_t>(y) * padded.width + x], padded.width,
                   kernel_for(orientation, field.period[cell]), wraps ? -1.0f : 1.0f, &even.at(x, y), &odd.at(x, y),
                   stride);
    }
  return {pixels::crop(even, 0, 0, width, height), pixels::crop(odd, 0, 0, width, height)};
}

void judge_clarity(const Plane& ridges, const Response& response, Field& field) {
  Plane explained(field.columns, field.rows), all(field.columns, field.rows);
  for (int r = 0; r < field.rows; ++r)
    for (int c = 0; c < field.columns; ++c) {
      if (!field.foreground[field.index(c, r)]) continue;
      float filtered = 0, raw = 0;
      for (int y = r * kCell; y < std::min((r + 1) * kCell, ridges.height); ++y)
        for (int x = c * kCell; x < std::min((c + 1) * kCell, ridges.width); ++x) {
          const float e = response.even.at(x, y), o = response.odd.at(x, y), v = ridges.at(x, y);
          filtered += 0.5f * (e * e + o * o);
          raw += v * v;
        }
      explained.at(c, r) = filtered;
      all.at(c, r) = raw;
    }
  explained = pixels::smooth(explained, 1.0f);
  all = pixels::smooth(all, 1.0f);
  field.clarity.assign(field.size(), 0);
  for (std::size_t i = 0; i < field.size(); ++i)
    if (field.foreground[i]) field.clarity[i] = std::min(1.0f, explained.values[i] / (all.values[i] + 1e-6f));
}

}  // namespace puente::finger
