#include "lab/synth/watermark.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "lab/synth/stream.h"
#include "lab/synth/synth.h"

namespace puente::synth {
namespace {

constexpr int kTile = 64, kCell = 2;
constexpr double kLine = 9;

using Tile = std::array<std::int8_t, kTile * kTile>;

const Tile& tile() {
  static const Tile made = [] {
    Tile t{};
    Stream stream{0x5055454E5445, 0x53594E5448};  // "PUENTE", "SYNTH"
    for (int y = 0; y < kTile; y += kCell)
      for (int x = 0; x < kTile; x += kCell) {
        const std::int8_t sign = stream.chance(0.5) ? 1 : -1;
        for (int dy = 0; dy < kCell; ++dy)
          for (int dx = 0; dx < kCell; ++dx) t[(y + dy) * kTile + x + dx] = sign;
      }
    return t;
  }();
  return made;
}

// The second difference over cells both across and down, of which ridges, being straight, have little and the tile
// much.
template <typename At>
int roughness(const At& at, int x, int y) {
  const auto across = [&](int row) { return at(x - kCell, row) - 2 * at(x, row) + at(x + kCell, row); };
  return across(y - kCell) - 2 * across(y) + across(y + kCell);
}

using Folded = std::array<float, kTile * kTile>;

// The image's roughness, limited so that no pixel weighs much, averaged onto one tile.
Folded folded(const Image& image) {
  constexpr int kLimit = 48;
  std::array<std::int64_t, kTile * kTile> sums{};
  std::array<std::int32_t, kTile * kTile> counts{};
  const auto at = [&](int x, int y) -> int { return image.at(x, y); };
  for (int y = kCell; y < image.height - kCell; ++y)
    for (int x = kCell; x < image.width - kCell; ++x) {
      const int place = (y % kTile) * kTile + x % kTile;
      sums[place] += std::clamp(roughness(at, x, y), -kLimit, kLimit);
      ++counts[place];
    }
  Folded mean{};
  for (int i = 0; i < kTile * kTile; ++i)
    if (counts[i] > 0) mean[i] = static_cast<float>(sums[i]) / static_cast<float>(counts[i]);
  return mean;
}

}  // namespace

void mark(Image& image) {
  const Tile& t = tile();
  const Image plain = image;
  for (int y = 0; y < image.height; ++y)
    for (int x = 0; x < image.width; ++x) {
      // Louder where ridges drown it: two levels on flat ground, five on steep slopes.
      const int before = plain.at(std::max(x - 2, 0), y) + plain.at(x, std::max(y - 2, 0));
      const int after = plain.at(std::min(x + 2, image.width - 1), y) + plain.at(x, std::min(y + 2, image.height - 1));
      const int amplitude = 2 + std::min(3, std::abs(after - before) / 24);
      std::uint8_t& pixel = image.pixels[static_cast<std::size_t>(y) * image.width + x];
      pixel = static_cast<std::uint8_t>(std::clamp(pixel + amplitude * t[(y % kTile) * kTile + x % kTile], 0, 255));
    }
}

double mark_strength(const Image& image) {
  if (image.channels != 1 || image.width < kTile || image.height < kTile) return 0;
  if (image.pixels.size() != static_cast<std::size_t>(image.width) * image.height) return 0;
  const Folded mean = folded(image);
  const auto wrapped = [](int x, int y) -> int { return tile()[(y + kTile) % kTile * kTile + (x + kTile) % kTile]; };
  std::array<float, 2 * kTile * kTile>
      wide{};  // the tile's roughness, twice side by side: rows of every circular shift
  for (int y = 0; y < kTile; ++y)
    for (int x = 0; x < 2 * kTile; ++x) wide[y * 2 * kTile + x] = static_cast<float>(roughness(wrapped, x % kTile, y));
  Folded matches{};
  for (int down = 0; down < kTile; ++down)
    for (int y = 0; y < kTile; ++y) {
      const float* line = &wide[((y + down) % kTile) * 2 * kTile];
      for (int x = 0; x < kTile; ++x) {
        const float value = mean[y * kTile + x];
        float* out = &matches[down * kTile];
        for (int right = 0; right < kTile; ++right) out[right] += value * line[x + right];
      }
    }
  double sum = 0, squares = 0;
  float best = matches[0];
  for (const float match : matches) {
    sum += match;
    squares += static_cast<double>(match) * match;
    best = std::max(best, match);
  }
  const double centre = sum / matches.size();
  const double deviation = std::sqrt(std::max(0.0, squares / matches.size() - centre * centre));
  return deviation > 1e-6 ? (best - centre) / deviation : 0;
}

bool is_synthetic(const Image& image) {
  return mark_strength(image) > kLine;
}

}  // namespace puente::synth
