// Makes a template ready for comparison: describes the ridges around each minutia in the minutia's own frame, as bits
// (in the spirit of the texture vectors of Jain, Prabhakar, Hong & Pankanti 2000 and of binary descriptors, Calonder
// 2010).
#include <algorithm>
#include <cmath>

#include "core/check.h"
#include "core/tally.h"
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
  waves.left = static_cast<float>(t.cells_left);
  waves.top = static_cast<float>(t.cells_top);
  waves.orientation.assign(t.cells.size(), Waves::kUnseen);
  waves.phase.assign(t.cells.size(), Waves::kUnknown);
  waves.across_x.assign(t.cells.size(), 0);
  waves.across_y.assign(t.cells.size(), 0);
  for (std::size_t i = 0; i < t.cells.size(); ++i) {
    const RidgeCell& cell = t.cells[i];
    if (cell.quality == 0) continue;
    const float rate = 256.0f * 8 * kCell / static_cast<float>(cell.period);
    waves.orientation[i] = cell.orientation;
    waves.phase[i] = static_cast<float>(cell.phase);
    waves.across_x[i] = rate * kNormals[cell.orientation].first;
    waves.across_y[i] = rate * kNormals[cell.orientation].second;
  }
  return waves;
}

// One recorded cell of each block, every fourth block first, then every other, then the rest.
void choose_spots(const Template& t, Prepared::Data& data) {
  constexpr int kArea = 8;  // cells
  const int across = t.columns / kArea + 1;
  data.area_count = across * (t.rows / kArea + 1);
  for (int detail = 0; detail < 3; ++detail) {
    for (int r = 0; r < t.rows; r += 2)
      for (int c = 0; c < t.columns; c += 2) {
        const bool even = (c / 2 + r / 4) % 2 == 0;  // blocks alternate in rows and from row pair to row pair
        const int first_seen = !even ? 2 : r % 4 == 0 ? 0 : 1;
        if (first_seen != detail) continue;
        const RidgeCell& cell = t.cells[static_cast<std::size_t>(r) * t.columns + c];
        if (cell.quality == 0) continue;
        data.spots.x.push_back(static_cast<float>(t.cells_left + c * kCell + kCell / 2));
        data.spots.y.push_back(-static_cast<float>(t.cells_top + r * kCell + kCell / 2));
        data.spots.orientation.push_back(cell.orientation);
        data.spots.phase.push_back(cell.phase);
        data.areas.push_back(static_cast<std::uint16_t>(r / kArea * across + c / kArea));
      }
    data.spots_of_detail[detail] = static_cast<int>(data.areas.size());
  }
  data.spots.count = static_cast<int>(data.areas.size());
  data.spots.padded = (data.spots.count + kLanes - 1) / kLanes * kLanes;
  data.spots.x.resize(data.spots.padded, kFar);
  data.spots.y.resize(data.spots.padded, kFar);
  data.spots.orientation.resize(data.spots.padded, 0);
  data.spots.phase.resize(data.spots.padded, 0);
}

// Andrew's monotone chain.
void span_hull(Prepared::Data& data) {
  std::vector<std::pair<float, float>> points;
  for (const Point& p : data.points) points.push_back({p.x, p.y});
  std::sort(points.begin(), points.end());
  const auto side = [](const auto& a, const auto& b, const auto& c) {
    return (b.first - a.first) * (c.second - a.second) - (b.second - a.second) * (c.first - a.first);
  };
  auto& hull = data.hull;
  for (int half = 0; half < 2; ++half) {
    const std::size_t start = hull.size();
    for (const auto& p : points) {
      while (hull.size() >= start + 2 && side(hull[hull.size() - 2], hull.back(), p) <= 0) hull.pop_back();
      hull.push_back(p);
    }
    if (!hull.empty()) hull.pop_back();
    std::reverse(points.begin(), points.end());
  }
  for (std::size_t i = 0; i < hull.size(); ++i) {
    const auto &a = hull[i], &b = hull[(i + 1) % hull.size()];
    data.hull_area += 0.5f * (a.first * b.second - a.second * b.first);
  }
}

}  // namespace

Prepared::Prepared(std::shared_ptr<const Data> data) : data_(std::move(data)) {
  CHECK(data_);
}

std::size_t Prepared::memory_bytes() const {
  return sizeof(Data) + data_->points.size() * (sizeof(Point) + (4 + 3 * kNear) * kNear * sizeof(std::int16_t)) +
         data_->columns.padded * (3 * sizeof(float) + 2 * kWords * sizeof(std::uint32_t)) +
         data_->waves.phase.size() * 4 * sizeof(float) + data_->spots.padded * 4 * sizeof(float) +
         data_->areas.size() * sizeof(std::uint16_t);
}

Prepared prepare(const Template& features) {
  tally(Work::kPrepare);
  CHECK(features.minutiae.size() <= 256);  // kernels name them in 8 bits
  auto data = std::make_shared<Prepared::Data>();
  Columns& columns = data->columns;
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
    const Point p{m.x,
                  -m.y,
                  to_angle(m.direction),
                  pixels::cosine(m.direction),
                  pixels::sine(m.direction),
                  0.2f + 0.005f * static_cast<float>(m.quality),
                  m.type};
    data->points.push_back(p);
    columns.x[i] = p.x;
    columns.y[i] = p.y;
    columns.angle[i] = p.angle;
    frames.push_back({(m.x - static_cast<float>(features.cells_left)) * kPerCell,
                      (m.y - static_cast<float>(features.cells_top)) * kPerCell, p.cosine, p.sine});
  }
  data->neighbours = find_neighbours(data->points);
  data->waves = waves_of(features);
  choose_spots(features, *data);
  if (data->has_cells())
    describe_surroundings(data->waves, offsets(), frames, columns);
  else
    span_hull(*data);
  return Prepared(std::move(data));
}

}  // namespace puente::finger
