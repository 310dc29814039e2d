#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "core/check.h"
#include "modality/pixels/pixels.h"

namespace puente::pixels {

Plane to_gray(const Image& image) {
  CHECK(image.channels == 1 || image.channels == 3);
  Plane gray = Plane::unset(image.width, image.height);
  CHECK(image.pixels.size() == gray.values.size() * image.channels);
  if (image.channels == 1) {
    for (std::size_t i = 0; i < gray.values.size(); ++i) gray.values[i] = image.pixels[i];
  } else {
    for (std::size_t i = 0; i < gray.values.size(); ++i) {
      const std::uint8_t* p = &image.pixels[3 * i];
      gray.values[i] = 0.299f * p[0] + 0.587f * p[1] + 0.114f * p[2];
    }
  }
  return gray;
}

Plane crop(const Plane& plane, int x, int y, int width, int height) {
  CHECK(x >= 0 && y >= 0 && width >= 0 && height >= 0 && x + width <= plane.width && y + height <= plane.height);
  Plane out = Plane::unset(width, height);
  for (int r = 0; r < height; ++r) std::copy_n(plane.row(y + r) + x, width, out.row(r));
  return out;
}

namespace {

// Cubic convolution (Keys 1981): keeps fine ridges that a triangle would fade.
double cubic(double x) {
  x = std::fabs(x);
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
}

// For each output position, where its filter starts in the input and the weights, all of one length.
struct Taps {
  int count = 0;
  std::vector<int> starts;
  std::vector<float> weights;
};

Taps make_taps(int input, int output, double scale) {
  const double step = std::max(1.0, 1 / scale), reach = 2 * step;
  Taps taps;
  taps.count = static_cast<int>(std::ceil(2 * reach)) + 1;
  for (int i = 0; i < output; ++i) {
    const double centre = (i + 0.5) / scale - 0.5;
    const int first = static_cast<int>(std::ceil(centre - reach));
    std::vector<double> weight(taps.count, 0);
    double sum = 0;
    for (int k = 0; k < taps.count; ++k) sum += weight[k] = cubic((first + k - centre) / step);
    taps.starts.push_back(first);
    for (double w : weight) taps.weights.push_back(static_cast<float>(w / sum));
  }
  for (int& start : taps.starts) start = std::clamp(start, -taps.count, input);
  return taps;
}

// to[x] = the sum over k of weights[k] * rows[k][x], added up in that order: what smoothing spends its time in. One
// source for all vector units; the bits are the same, as a lane is a pixel.
using WeighRows = void (*)(const std::vector<const float*>& rows, const float* weights, int width, float* to);

template <int kLanes>
[[gnu::always_inline]] inline void weigh_here(const std::vector<const float*>& rows, const float* weights, int width,
                                              float* to) {
  typedef float Register __attribute__((vector_size(kLanes * sizeof(float))));
  constexpr int kRegisters = 4, kAtOnce = kRegisters * kLanes;
  int x = 0;
  for (; x + kAtOnce <= width; x += kAtOnce) {
    Register sums[kRegisters] = {};
    for (std::size_t k = 0; k < rows.size(); ++k)
      for (int r = 0; r < kRegisters; ++r) {
        Register part;
        std::memcpy(&part, rows[k] + x + r * kLanes, sizeof part);
        sums[r] += weights[k] * part;
      }
    std::memcpy(to + x, sums, sizeof sums);
  }
  for (; x < width; ++x) {
    float sum = 0;
    for (std::size_t k = 0; k < rows.size(); ++k) sum += weights[k] * rows[k][x];
    to[x] = sum;
  }
}

void weigh_plain(const std::vector<const float*>& rows, const float* weights, int width, float* to) {
  weigh_here<4>(rows, weights, width, to);
}
#if defined(__x86_64__)
[[gnu::target("avx2")]] void weigh_avx2(const std::vector<const float*>& rows, const float* weights, int width,
                                        float* to) {
  weigh_here<8>(rows, weights, width, to);
}
#endif

WeighRows weigh_rows() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) return weigh_avx2;
#endif
  return weigh_plain;
}

}  // namespace

Plane resample(const Plane& plane, double scale) {
  CHECK(scale > 0);
  const int width = std::max(1, static_cast<int>(std::lround(plane.width * scale)));
  const int height = std::max(1, static_cast<int>(std::lround(plane.height * scale)));
  const Taps across = make_taps(plane.width, width, scale), down = make_taps(plane.height, height, scale);
  Plane rows = Plane::unset(width, plane.height);
  for (int y = 0; y < plane.height; ++y) {
    const float* in = plane.row(y);
    for (int x = 0; x < width; ++x) {
      float sum = 0;
      for (int k = 0; k < across.count; ++k)
        sum += across.weights[static_cast<std::size_t>(x) * across.count + k] *
               in[std::clamp(across.starts[x] + k, 0, plane.width - 1)];
      rows.at(x, y) = sum;
    }
  }
  Plane out = Plane::unset(width, height);
  std::vector<const float*> under(down.count);
  const WeighRows weigh = weigh_rows();
  for (int y = 0; y < height; ++y) {
    for (int k = 0; k < down.count; ++k) under[k] = rows.row(std::clamp(down.starts[y] + k, 0, plane.height - 1));
    weigh(under, &down.weights[static_cast<std::size_t>(y) * down.count], width, out.row(y));
  }
  return out;
}

namespace {

// own[x] = above[x] + comes[x] - goes[x]. In pairs by hand: g++ 12 takes a detour through memory to widen floats.
void slide(const double* above, const float* comes, const float* goes, int width, double* own) {
  typedef float Pair __attribute__((vector_size(8)));
  typedef double WidePair __attribute__((vector_size(16)));
  int x = 0;
  for (; x + 2 <= width; x += 2) {
    Pair coming, going;
    WidePair sum;
    std::memcpy(&coming, comes + x, sizeof coming);
    std::memcpy(&going, goes + x, sizeof going);
    std::memcpy(&sum, above + x, sizeof sum);
    sum = sum + __builtin_convertvector(coming, WidePair) - __builtin_convertvector(going, WidePair);
    std::memcpy(own + x, &sum, sizeof sum);
  }
  for (; x < width; ++x) own[x] = above[x] + static_cast<double>(comes[x]) - static_cast<double>(goes[x]);
}

}  // namespace

// A row's sum runs on from pixel to pixel and would wait for itself; those of four rows do not wait for each other.
// Each is added up as it would be alone.
Plane box_mean(const Plane& plane, int radius) {
  constexpr int kRows = 4;
  const int width = plane.width, height = plane.height, before = radius + 1;
  Plane out = Plane::unset(width, height);
  std::vector<double> shares(width);
  for (int x = 0; x < width; ++x) shares[x] = 1.0 / (std::min(x + radius, width - 1) - std::max(x - radius, 0) + 1);
  // of each column's pixels that lie within reach of a row; nothing on either side of them
  std::array<std::vector<double>, kRows> columns;
  for (std::vector<double>& row : columns) row.assign(static_cast<std::size_t>(before) + width + radius, 0);
  for (int y = 0; y < std::min(radius, height); ++y)
    for (int x = 0; x < width; ++x) columns.back()[before + x] += plane.at(x, y);
  const std::vector<float> nothing(width, 0);
  std::vector<float> left_over(width);  // of rows below the last
  for (int y = 0; y < height; y += kRows) {
    std::array<double, kRows> share{}, sum{};
    std::array<const double*, kRows> of{};
    std::array<float*, kRows> to{};
    for (int k = 0; k < kRows; ++k) {
      const int here = y + k, leaves = here - radius - 1, comes = here + radius;
      const float* last = comes < height ? plane.row(comes) : nothing.data();
      const float* gone = leaves >= 0 && leaves < height ? plane.row(leaves) : nothing.data();
      const double* above = columns[(k + kRows - 1) % kRows].data() + before;
      double* own = columns[k].data() + before;
      slide(above, last, gone, width, own);
      for (int x = 0; x < radius; ++x) sum[k] += own[x];
      share[k] = 1.0 / (std::min(comes, height - 1) - std::max(leaves + 1, 0) + 1);
      of[k] = columns[k].data();
      to[k] = here < height ? out.row(here) : left_over.data();
    }
    for (int x = 0; x < width; ++x)
      for (int k = 0; k < kRows; ++k) {
        sum[k] += of[k][x + before + radius];
        sum[k] -= of[k][x];
        to[k][x] = static_cast<float>(sum[k] * (shares[x] * share[k]));
      }
  }
  return out;
}

Plane smooth(const Plane& plane, float sigma) {
  const int radius = std::max(1, static_cast<int>(std::ceil(2.5f * sigma)));
  std::vector<float> kernel(2 * radius + 1);
  float total = 0;
  for (int k = -radius; k <= radius; ++k)
    total += kernel[k + radius] = exponential(-0.5f * static_cast<float>(k * k) / (sigma * sigma));
  for (float& weight : kernel) weight /= total;
  const int width = plane.width, height = plane.height;
  Plane out = Plane::unset(width, height);
  const int reach = 2 * radius + 1;
  Plane rows = Plane::unset(width, reach);  // smoothed along; as many as one row of `out` is made of, in turns
  std::vector<float> padded(width + 2 * radius);
  std::vector<const float*> beside(reach), under(reach);
  for (int k = 0; k < reach; ++k) beside[k] = padded.data() + k;
  const WeighRows weigh = weigh_rows();
  for (int y = 0, made = 0; y < height; ++y) {
    for (; made <= std::min(y + radius, height - 1); ++made) {
      const float* in = plane.row(made);
      std::fill_n(padded.begin(), radius, in[0]);
      std::copy_n(in, width, padded.begin() + radius);
      std::fill_n(padded.begin() + radius + width, radius, in[width - 1]);
      weigh(beside, kernel.data(), width, rows.row(made % reach));
    }
    for (int k = 0; k < reach; ++k) under[k] = rows.row(std::clamp(y + k - radius, 0, height - 1) % reach);
    weigh(under, kernel.data(), width, out.row(y));
  }
  return out;
}

}  // namespace puente::pixels
