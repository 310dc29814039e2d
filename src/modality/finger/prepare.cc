// Makes a template ready for comparison: describes the ridges around each minutia in the minutia's own frame, as bits
// (in the spirit of the texture vectors of Jain, Prabhakar, Hong & Pankanti 2000 and of binary descriptors, Calonder
// 2010).
#include <algorithm>
#include <cmath>

#include "core/check.h"
#include "modality/finger/prepared.h"

namespace puente::finger {
namespace {

constexpr float kReach = 34;  // pixels: about four ridges each way

// The kSamples points of a square lattice that lie nearest to its origin, in cells.
const Offsets& offsets() {
  static const auto kOffsets = [] {
    struct Offset {
      float along, across;
    };
    std::vector<Offset> lattice;
    const float step = kReach * std::sqrt(pixels::kPi / kSamples) / kCell;
    for (int y = -12; y <= 12; ++y)
      for (int x = -12; x <= 12; ++x)
        lattice.push_back({step * (static_cast<float>(x) + 0.5f), step * (static_cast<float>(y) + 0.5f)});
    std::stable_sort(lattice.begin(), lattice.end(), [](const Offset& a, const Offset& b) {
      return a.along * a.along + a.across * a.across < b.along * b.along + b.across * b.across;
    });
    Offsets chosen;
    for (int k = 0; k < kSamples; ++k) chosen.along[k] = lattice[k].along, chosen.across[k] = lattice[k].across;
    return chosen;
  }();
  return kOffsets;
}

// The ridge cells as plane waves in floating point.
Waves waves_of(const Template& t) {
  static const auto kNormals = [] {
    std::array<std::pair<float, float>, 256> table;
    for (int o = 0; o < 256; ++o) {
      const float normal = (static_cast<float>(o) / 256 + 0.5f) * pixels::kPi;
      table[o] = {pixels::cosine(normal), -pixels::sine(normal)};
    }
    return table;
  }();
  Waves waves;
  waves.columns = t.columns;
  waves.rows = t.rows;
  waves.phase.assign(t.cells.size(), Waves::kUnknown);
  waves.across_x.assign(t.cells.size(), 0);
  waves.across_y.assign(t.cells.size(), 0);
  for (std::size_t i = 0; i < t.cells.size(); ++i) {
    const RidgeCell& cell = t.cells[i];
    if (cell.quality == 0) continue;
    const float rate = 256.0f * 8 * kCell / static_cast<float>(cell.period);
    waves.phase[i] = static_cast<float>(cell.phase);
    waves.across_x[i] = rate * kNormals[cell.orientation].first;
    waves.across_y[i] = rate * kNormals[cell.orientation].second;
  }
  return waves;
}

}  // namespace

Prepared::Prepared(std::shared_ptr<const Data> data) : data_(std::move(data)) {
  CHECK(data_);
}

std::size_t Prepared::memory_bytes() const {
  return sizeof(Data) + data_->points.size() * sizeof(Point) + data_->cells.size() * sizeof(RidgeCell) +
         data_->columns_of_points.padded * (3 * sizeof(float) + 2 * kWords * sizeof(std::uint32_t));
}

Prepared prepare(const Template& features) {
  auto data = std::make_shared<Prepared::Data>();
  const Waves waves = waves_of(features);
  Columns& columns = data->columns_of_points;
  columns.count = static_cast<int>(features.minutiae.size());
  columns.padded = (columns.count + kLanes - 1) / kLanes * kLanes;
  columns.x.assign(columns.padded, kFar);
  columns.y.assign(columns.padded, kFar);
  columns.angle.assign(columns.padded, 0);
  columns.ridge.assign(static_cast<std::size_t>(kWords) * columns.padded, 0);
  columns.mask.assign(static_cast<std::size_t>(kWords) * columns.padded, 0);
  data->points.reserve(columns.count);
  std::vector<Frame> frames;
  frames.reserve(columns.count);
  for (int i = 0; i < columns.count; ++i) {
    const Minutia& m = features.minutiae[i];
    data->points.push_back({m.x, -m.y, to_angle(m.direction), pixels::cosine(m.direction), pixels::sine(m.direction),
                            0.2f + 0.008f * static_cast<float>(m.quality), m.type});
    columns.x[i] = m.x;
    columns.y[i] = -m.y;
    columns.angle[i] = data->points.back().angle;
    const Point& p = data->points.back();
    frames.push_back({(m.x - static_cast<float>(features.cells_left)) / kCell,
                      (m.y - static_cast<float>(features.cells_top)) / kCell, p.cosine, p.sine});
  }
  if (!waves.phase.empty()) describe_surroundings(waves, offsets(), frames, columns);
  data->cells_left = features.cells_left;
  data->cells_top = features.cells_top;
  data->columns = features.columns;
  data->rows = features.rows;
  data->cells = features.cells;
  for (const RidgeCell& cell : features.cells) data->recorded_cells += cell.quality != 0;
  return Prepared(std::move(data));
}

}  // namespace puente::finger
