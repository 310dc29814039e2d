// Makes a template ready for comparison: describes the ridges around each minutia in the minutia's own frame, as bits
// (in the spirit of the texture vectors of Jain, Prabhakar, Hong & Pankanti 2000 and of binary descriptors, Calonder
// 2010).
#include <algorithm>
#include <cmath>

#include "core/check.h"
#include "modality/finger/prepared.h"

namespace puente::finger {
namespace {

constexpr float kReach = 34;   // pixels: about four ridges each way
constexpr float kSure = 0.3f;  // a sample nearer than this to the edge of a ridge says nothing

struct Offset {
  float along, across;
};

// The kSamples points of a square lattice that lie nearest to its origin.
const std::array<Offset, kSamples>& offsets() {
  static const auto kOffsets = [] {
    std::vector<Offset> lattice;
    const float step = kReach * std::sqrt(pixels::kPi / kSamples);
    for (int y = -12; y <= 12; ++y)
      for (int x = -12; x <= 12; ++x)
        lattice.push_back({step * (static_cast<float>(x) + 0.5f), step * (static_cast<float>(y) + 0.5f)});
    std::stable_sort(lattice.begin(), lattice.end(), [](const Offset& a, const Offset& b) {
      return a.along * a.along + a.across * a.across < b.along * b.along + b.across * b.across;
    });
    std::array<Offset, kSamples> chosen;
    std::copy_n(lattice.begin(), kSamples, chosen.begin());
    return chosen;
  }();
  return kOffsets;
}

struct Wave {  // a ridge cell in floating point: brightness at p is cos(phase + across . (p - centre))
  float phase = 0, across_x = 0, across_y = 0;
};

std::vector<Wave> waves_of(const Template& t) {
  std::vector<Wave> waves(t.cells.size());
  for (std::size_t i = 0; i < t.cells.size(); ++i) {
    const RidgeCell& cell = t.cells[i];
    if (cell.quality == 0) continue;
    const float normal = (static_cast<float>(cell.orientation) / 256 + 0.5f) * pixels::kPi;
    const float rate = 2 * pixels::kPi * 8 / static_cast<float>(cell.period);
    waves[i] = {static_cast<float>(cell.phase) * (pixels::kPi / 128), rate * pixels::cosine(normal),
                -rate * pixels::sine(normal)};
  }
  return waves;
}

Surroundings describe(const Template& t, const std::vector<Wave>& waves, const Minutia& m) {
  Surroundings out;
  const float c = pixels::cosine(m.direction), s = pixels::sine(m.direction);
  for (int k = 0; k < kSamples; ++k) {
    const Offset& o = offsets()[k];
    const float x = m.x + o.along * c - o.across * s - static_cast<float>(t.cells_left);
    const float y = m.y - o.along * s - o.across * c - static_cast<float>(t.cells_top);
    const int column = static_cast<int>(std::floor(x / kCell)), row = static_cast<int>(std::floor(y / kCell));
    if (column < 0 || row < 0 || column >= t.columns || row >= t.rows) continue;
    const std::size_t i = static_cast<std::size_t>(row) * t.columns + column;
    if (t.cells[i].quality == 0) continue;
    const float dx = x - (static_cast<float>(column) + 0.5f) * kCell, dy = y - (static_cast<float>(row) + 0.5f) * kCell;
    const float ridge = pixels::cosine(waves[i].phase + waves[i].across_x * dx + waves[i].across_y * dy);
    if (ridge > 0) out.ridge[k / 64] |= std::uint64_t{1} << (k % 64);
    if (std::fabs(ridge) > kSure) out.mask[k / 64] |= std::uint64_t{1} << (k % 64);
  }
  return out;
}

}  // namespace

Prepared::Prepared(std::shared_ptr<const Data> data) : data_(std::move(data)) {
  CHECK(data_);
}

std::size_t Prepared::memory_bytes() const {
  return sizeof(Data) + data_->points.size() * (sizeof(Point) + sizeof(Surroundings) + 2 * sizeof(float)) +
         data_->cells.size() * sizeof(RidgeCell);
}

Prepared prepare(const Template& features) {
  auto data = std::make_shared<Prepared::Data>();
  const std::vector<Wave> waves = waves_of(features);
  for (const Minutia& m : features.minutiae) {
    data->points.push_back({m.x, -m.y, to_angle(m.direction), pixels::cosine(m.direction), pixels::sine(m.direction),
                            0.2f + 0.008f * static_cast<float>(m.quality), m.type});
    data->xs.push_back(m.x);
    data->ys.push_back(-m.y);
    data->surroundings.push_back(describe(features, waves, m));
  }
  data->cells_left = features.cells_left;
  data->cells_top = features.cells_top;
  data->columns = features.columns;
  data->rows = features.rows;
  data->cells = features.cells;
  for (const RidgeCell& cell : features.cells) data->recorded_cells += cell.quality != 0;
  return Prepared(std::move(data));
}

}  // namespace puente::finger
