#include <algorithm>
#include <cmath>

#include "core/check.h"
#include "modality/pixels/pixels.h"

namespace puente::pixels {

Plane to_gray(const Image& image) {
  CHECK(image.channels == 1 || image.channels == 3);
  Plane gray(image.width, image.height);
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
  Plane out(width, height);
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
}  // namespace

Plane resample(const Plane& plane, double scale) {
  CHECK(scale > 0);
  const int width = std::max(1, static_cast<int>(std::lround(plane.width * scale)));
  const int height = std::max(1, static_cast<int>(std::lround(plane.height * scale)));
  const Taps across = make_taps(plane.width, width, scale), down = make_taps(plane.height, height, scale);
  Plane rows(width, plane.height);
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
  Plane out(width, height);
  for (int y = 0; y < height; ++y) {
    float* to = out.row(y);
    for (int k = 0; k < down.count; ++k) {
      const float weight = down.weights[static_cast<std::size_t>(y) * down.count + k];
      const float* in = rows.row(std::clamp(down.starts[y] + k, 0, plane.height - 1));
      for (int x = 0; x < width; ++x) to[x] += weight * in[x];
    }
  }
  return out;
}

Plane box_mean(const Plane& plane, int radius) {
  const int width = plane.width, height = plane.height;
  Plane out(width, height);
  std::vector<double> shares(width), sums(width, 0);  // sums: of each column's pixels that lie within reach
  for (int x = 0; x < width; ++x) shares[x] = 1.0 / (std::min(x + radius, width - 1) - std::max(x - radius, 0) + 1);
  for (int y = 0; y < std::min(radius, height); ++y)
    for (int x = 0; x < width; ++x) sums[x] += plane.at(x, y);
  for (int y = 0; y < height; ++y) {
    if (y + radius < height)
      for (int x = 0; x < width; ++x) sums[x] += plane.at(x, y + radius);
    if (y - radius - 1 >= 0)
      for (int x = 0; x < width; ++x) sums[x] -= plane.at(x, y - radius - 1);
    const double share = 1.0 / (std::min(y + radius, height - 1) - std::max(y - radius, 0) + 1);
    float* to = out.row(y);
    double sum = 0;
    for (int x = 0; x < std::min(radius, width); ++x) sum += sums[x];
    for (int x = 0; x < width; ++x) {
      if (x + radius < width) sum += sums[x + radius];
      if (x - radius - 1 >= 0) sum -= sums[x - radius - 1];
      to[x] = static_cast<float>(sum * (shares[x] * share));
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
  Plane rows(width, height), out(width, height);
  std::vector<float> padded(width + 2 * radius);
  for (int y = 0; y < height; ++y) {
    for (int x = -radius; x < width + radius; ++x) padded[x + radius] = plane.at(std::clamp(x, 0, width - 1), y);
    float* to = rows.row(y);
    for (int k = 0; k <= 2 * radius; ++k) {
      const float weight = kernel[k];
      const float* in = padded.data() + k;
      for (int x = 0; x < width; ++x) to[x] += weight * in[x];
    }
  }
  for (int y = 0; y < height; ++y) {
    float* to = out.row(y);
    for (int k = -radius; k <= radius; ++k) {
      const float weight = kernel[k + radius];
      const float* in = rows.row(std::clamp(y + k, 0, height - 1));
      for (int x = 0; x < width; ++x) to[x] += weight * in[x];
    }
  }
  return out;
}

}  // namespace puente::pixels
