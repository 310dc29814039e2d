// From any image to gray at 500 ppi; of a very large one only the window that looks most like print.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include "core/limits.h"
#include "modality/finger/stages.h"

namespace puente::finger {
namespace {

constexpr int kSideMin = 64;  // pixels at 500 ppi: 3 mm

// Deviation of gray in square blocks; the window with the largest sum of it, each block counted up to a limit so that a
// dark edge does not outweigh ridges.
Window busiest_window(const Image& image, int side) {
  const int block = std::max(4, side / 64);
  const int columns = image.width / block, rows = image.height / block;
  std::vector<double> sums(static_cast<std::size_t>(columns + 1) * (rows + 1), 0);
  for (int r = 0; r < rows; ++r) {
    double line = 0;
    for (int c = 0; c < columns; ++c) {
      double sum = 0, squares = 0;
      for (int y = r * block; y < (r + 1) * block; ++y)
        for (int x = c * block; x < (c + 1) * block; ++x) {
          const double v = image.pixels[(static_cast<std::size_t>(y) * image.width + x) * image.channels];
          sum += v;
          squares += v * v;
        }
      const double count = static_cast<double>(block) * block;
      const double variance = squares / count - (sum / count) * (sum / count);
      line += std::min(40.0, std::sqrt(std::max(0.0, variance)));
      sums[static_cast<std::size_t>(r + 1) * (columns + 1) + c + 1] =
          sums[static_cast<std::size_t>(r) * (columns + 1) + c + 1] + line;
    }
  }
  const int across = std::min(columns, side / block), down = std::min(rows, side / block);
  Window best{0, 0, std::min(image.width, side), std::min(image.height, side)};
  double best_sum = -1;
  auto at = [&](int r, int c) { return sums[static_cast<std::size_t>(r) * (columns + 1) + c]; };
  for (int r = 0; r + down <= rows; ++r)
    for (int c = 0; c + across <= columns; ++c) {
      const double sum = at(r + down, c + across) - at(r, c + across) - at(r + down, c) + at(r, c);
      if (sum > best_sum) {
        best_sum = sum;
        best.x = std::min(c * block, image.width - best.width);
        best.y = std::min(r * block, image.height - best.height);
      }
    }
  return best;
}

// NISTIR 7839: Gaussian filter, then every second pixel.
Plane halved(const Plane& gray) {
  constexpr int kReach = 4;
  constexpr float kDeviation = 0.8475f;
  std::array<float, kReach + 1> weight;
  float sum = 0;
  for (int k = 0; k <= kReach; ++k) {
    weight[k] = pixels::exponential(-0.5f * static_cast<float>(k * k) / (kDeviation * kDeviation));
    sum += k == 0 ? weight[k] : 2 * weight[k];
  }
  Plane across((gray.width + 1) / 2, gray.height), out(across.width, (gray.height + 1) / 2);
  for (int y = 0; y < across.height; ++y)
    for (int x = 0; x < across.width; ++x)
      for (int k = -kReach; k <= kReach; ++k)
        across.at(x, y) += weight[std::abs(k)] / sum * gray.at(std::clamp(2 * x + k, 0, gray.width - 1), y);
  for (int y = 0; y < out.height; ++y)
    for (int k = -kReach; k <= kReach; ++k) {
      const float* from = across.row(std::clamp(2 * y + k, 0, across.height - 1));
      for (int x = 0; x < out.width; ++x) out.at(x, y) += weight[std::abs(k)] / sum * from[x];
    }
  return out;
}

}  // namespace

Image cut(const Image& image, const Window& window) {
  Image out;
  out.width = window.width;
  out.height = window.height;
  out.channels = image.channels;
  const std::size_t line = static_cast<std::size_t>(window.width) * image.channels;
  out.pixels.resize(line * window.height);
  for (int y = 0; y < window.height; ++y)
    std::copy_n(
        image.pixels.begin() + ((static_cast<std::ptrdiff_t>(window.y) + y) * image.width + window.x) * image.channels,
        line, out.pixels.begin() + static_cast<std::ptrdiff_t>(line) * y);
  return out;
}

Result<Image> to_500_ppi(const Image& image, double ppi) {
  ASSIGN_OR_RETURN(const double scale, scale_to_500(image, {ppi}));
  Plane gray = pixels::to_gray(image);
  if (std::fabs(scale - 0.5) < 0.005)
    gray = halved(gray);
  else if (std::fabs(scale - 1) > 0.01)
    gray = pixels::resample(gray, scale);
  Image out;
  out.width = gray.width;
  out.height = gray.height;
  out.ppi = 500;
  for (const float v : gray.values) out.pixels.push_back(static_cast<std::uint8_t>(std::clamp(v, 0.0f, 255.0f) + 0.5f));
  return out;
}

Result<double> scale_to_500(const Image& image, const ExtractOptions& options) {
  if (image.width <= 0 || image.height <= 0 || (image.channels != 1 && image.channels != 3) ||
      image.pixels.size() != static_cast<std::size_t>(image.width) * image.height * image.channels)
    return {Code::kInvalidInput, "not an image: give 8-bit gray or RGB pixels"};
  if (static_cast<std::int64_t>(image.width) * image.height > limits::kImagePixelsMax ||
      std::max(image.width, image.height) > limits::kImageSideMax)
    return {Code::kTooLarge, "image too large: crop it to the finger"};
  double ppi = options.ppi != 0 ? options.ppi : image.ppi;
  if (ppi == 0) ppi = 500;
  if (!(ppi >= limits::kPpiMin && ppi <= limits::kPpiMax))
    return {Code::kInvalidInput, "resolution outside 100 to 2000 pixels an inch: give the scanner's"};
  return 500 / ppi;
}

Result<Region> to_region(const Image& image, const ExtractOptions& options) {
  ASSIGN_OR_RETURN(const double scale, scale_to_500(image, options));
  Region region;
  region.width = std::max(1, static_cast<int>(std::lround(image.width * scale)));
  region.height = std::max(1, static_cast<int>(std::lround(image.height * scale)));
  if (std::min(region.width, region.height) < kSideMin)
    return {Code::kNoFeatures, "too small for a fingerprint: at least 3 mm each way are needed; check the resolution"};
  const int side = static_cast<int>(kWindow / scale + 1e-6);
  if (image.width > side || image.height > side) {
    const Window window = busiest_window(image, side);
    region.left = static_cast<int>(std::lround(window.x * scale));
    region.top = static_cast<int>(std::lround(window.y * scale));
    region.gray = pixels::to_gray(cut(image, window));
  } else {
    region.gray = pixels::to_gray(image);
  }
  if (std::fabs(scale - 1) > 0.01) region.gray = pixels::resample(region.gray, scale);
  return region;
}

}  // namespace puente::finger
