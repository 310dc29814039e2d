// What an alignment amounts to: how well the paired minutiae fit, and whether the ridges themselves agree where both
// prints were recorded (after the ridge-phase comparison of Feng 2008 and the correlation of Bazen et al. 2000).
#include <algorithm>
#include <cmath>
#include <tuple>

#include "modality/finger/alignment.h"

namespace puente::finger {
namespace {

constexpr float kPairWindow = 314 * 0.19f;  // square pixels within reach, times the share of directions that would do
constexpr float kBendStiffness = 20;
constexpr int kSettleRounds = 2;
constexpr int kStep = 2;   // every second cell each way is compared
constexpr int kBlock = 8;  // cells; within a block of this side ridges must keep step

struct Spot {
  const RidgeCell* cell = nullptr;  // null where nothing was recorded
  float dx = 0, dy = 0;             // from the cell's centre, y upwards
};

Spot spot_at(const Prepared::Data& print, float x, float y) {  // y upwards
  const float u = (x - static_cast<float>(print.cells_left)) / kCell,
              v = (-y - static_cast<float>(print.cells_top)) / kCell;
  if (!(u >= 0 && v >= 0 && u < static_cast<float>(print.columns) && v < static_cast<float>(print.rows))) return {};
  const int column = static_cast<int>(u), row = static_cast<int>(v);
  const RidgeCell* cell = &print.cells[static_cast<std::size_t>(row) * print.columns + column];
  if (cell->quality == 0) return {};
  return {cell, (u - static_cast<float>(column) - 0.5f) * kCell, (static_cast<float>(row) + 0.5f - v) * kCell};
}

// How many of a print's minutiae lie where the other was recorded, and their weights' sum.
std::pair<int, float> inside(const Prepared::Data& from, const Prepared::Data& to, const Alignment& t, bool inverse) {
  const float determinant = t.a * t.d - t.b * t.c;
  int count = 0;
  float weight = 0;
  for (const Point& p : from.points) {
    float x, y;
    if (!inverse) {
      std::tie(x, y) = t.place(p.x, p.y);
    } else {
      const float u = p.x - t.shift_x, v = p.y - t.shift_y;
      x = (t.d * u - t.b * v) / determinant;
      y = (t.a * v - t.c * u) / determinant;
    }
    if (!spot_at(to, x, y).cell) continue;
    ++count;
    weight += p.weight;
  }
  return {count, weight};
}

const std::array<float, 257>& cosines() {  // of a full turn in 256 steps
  static const auto kCosines = [] {
    std::array<float, 257> table{};
    for (int i = 0; i <= 256; ++i) table[i] = pixels::cosine(2 * pixels::kPi * static_cast<float>(i) / 256);
    return table;
  }();
  return kCosines;
}

// One place where both prints show ridges.
struct Meeting {
  int column, row;           // probe's cell
  float probe_x, probe_y;    // y upwards
  float x, y;                // in the reference, y upwards
  float normal_x, normal_y;  // of the reference's ridges there, y upwards
  float period;              // of the reference, pixels
  int turned;                // between the ridges, pi = 256
  int lag;                   // reference's phase minus probe's along that normal, 2pi = 256, -128..127
};

template <typename Visit>
void meet(const Prepared::Data& probe, const Prepared::Data& reference, const Alignment& t, int step, Visit visit) {
  const auto& table = cosines();
  const int turned = static_cast<int>(t.rotation * (256 / pixels::kPi) + 1024.5f);
  for (int r = 0; r < probe.rows; r += step)
    for (int c = (r / step & 1) * step / 2; c < probe.columns; c += step) {
      const RidgeCell& p = probe.cells[static_cast<std::size_t>(r) * probe.columns + c];
      if (p.quality == 0) continue;
      const float px = static_cast<float>(probe.cells_left + c * kCell + kCell / 2);
      const float py = -static_cast<float>(probe.cells_top + r * kCell + kCell / 2);
      Meeting m;
      m.column = c;
      m.row = r;
      m.probe_x = px;
      m.probe_y = py;
      std::tie(m.x, m.y) = t.place(px, py);
      const Spot spot = spot_at(reference, m.x, m.y);
      if (!spot.cell) continue;
      const RidgeCell* q = spot.cell;
      const int difference = (p.orientation + turned - q->orientation) & 511;  // of the normals, 512 = full turn
      m.turned = difference & 255;
      // the reference's phase at that very place
      const int normal = (q->orientation + 128) & 511;
      m.normal_x = table[normal >> 1];
      m.normal_y = table[((normal >> 1) - 64) & 255];
      m.period = static_cast<float>(q->period) / 8;
      const float phase = static_cast<float>(q->phase) + 256 / m.period * (m.normal_x * spot.dx + m.normal_y * spot.dy);
      const bool reversed = difference > 128 && difference < 384;
      const int lag = (static_cast<int>(phase + 4096.5f) - (reversed ? -p.phase : p.phase)) & 255;
      m.lag = lag > 127 ? lag - 256 : lag;
      visit(m);
    }
}

void compare_fields(const Prepared::Data& probe, const Prepared::Data& reference, int step, Scratch::Data& s,
                    Evidence& e) {
  const auto& table = cosines();
  const int blocks_across = probe.columns / kBlock + 1;
  s.blocks.assign(static_cast<std::size_t>(blocks_across) * (probe.rows / kBlock + 1), Scratch::Data::Block{});
  int overlap = 0;
  float orientation_sum = 0, lock = 0;
  meet(probe, reference, s.trial.alignment, step, [&](const Meeting& m) {
    ++overlap;
    orientation_sum += table[m.turned];
    auto& block = s.blocks[static_cast<std::size_t>(m.row / kBlock) * blocks_across + m.column / kBlock];
    block.cosine += table[m.lag & 255];
    block.sine += table[(m.lag - 64) & 255];
    block.count += 1;
    lock += table[m.lag & 255];
  });
  e.overlap_area = static_cast<float>(overlap * step * step * kCell * kCell);
  if (overlap == 0) return;
  float kept = 0, most = 1e-6f;  // of each block's pairs of cells: how many keep step; random phases give 0
  for (const auto& block : s.blocks) {
    if (block.count < 2) continue;
    kept += (block.cosine * block.cosine + block.sine * block.sine) / block.count - 1;
    most += block.count - 1;
  }
  e.orientation_agreement = orientation_sum / static_cast<float>(overlap);
  e.phase_agreement = std::max(0.0f, kept / most);
  e.phase_lock = lock / static_cast<float>(overlap);
}

}  // namespace

namespace {

constexpr int kBasis = 6, kUnknowns = 2 * kBasis;  // 1, u, v, u², uv, v² for each axis
using System = std::array<std::array<float, kUnknowns + 1>, kUnknowns>;

// Solves a positive definite system, of which the upper triangle and the right side are given: no pivoting needed.
std::array<float, kUnknowns> solve(System& system) {
  for (int i = 0; i < kUnknowns; ++i)
    for (int j = 0; j < i; ++j) system[i][j] = system[j][i];
  for (int i = 0; i < kUnknowns; ++i)
    for (int k = i + 1; k < kUnknowns; ++k) {
      const float factor = system[k][i] / system[i][i];
      for (int j = i; j <= kUnknowns; ++j) system[k][j] -= factor * system[i][j];
    }
  std::array<float, kUnknowns> solution{};
  for (int i = kUnknowns - 1; i >= 0; --i) {
    float sum = system[i][kUnknowns];
    for (int j = i + 1; j < kUnknowns; ++j) sum -= system[i][j] * solution[j];
    solution[i] = sum / system[i][i];
  }
  return solution;
}

// Which lags do the ridges show, and so where should the alignment move: normal . (change of place) = lag, least
// squares.
System lags(const Prepared::Data& probe, const Prepared::Data& reference, const Alignment& t) {
  System system{};
  meet(probe, reference, t, 3, [&](const Meeting& m) {
    if (cosines()[m.turned] < 0.6f) return;
    const float weight = 0.5f + 0.5f * cosines()[m.lag & 255];
    const float off = -static_cast<float>(m.lag) * m.period / 256;
    const float u = (m.probe_x - t.centre_x) / Alignment::kBendUnit,
                v = (m.probe_y - t.centre_y) / Alignment::kBendUnit;
    const std::array<float, kBasis> basis = {1, u, v, u * u, u * v, v * v};
    std::array<float, kUnknowns + 1> row;
    for (int i = 0; i < kBasis; ++i) {
      row[i] = m.normal_x * basis[i];
      row[kBasis + i] = m.normal_y * basis[i];
    }
    row[kUnknowns] = off;
    for (int i = 0; i < kUnknowns; ++i) {
      const float weighted = weight * row[i];
      for (int j = i; j <= kUnknowns; ++j) system[i][j] += weighted * row[j];
    }
  });
  return system;
}

}  // namespace

void settle(const Prepared::Data& probe, const Prepared::Data& reference, Alignment& t) {
  constexpr std::array<float, kBasis> kStiffness = {4, 15, 15, kBendStiffness, kBendStiffness, kBendStiffness};
  float x = 0, y = 0;
  int count = 0;
  meet(probe, reference, t, 4, [&](const Meeting& m) { x += m.probe_x, y += m.probe_y, ++count; });
  if (count < 8) return;
  t.centre_x = x / static_cast<float>(count);
  t.centre_y = y / static_cast<float>(count);
  for (int round = 0; round < kSettleRounds; ++round) {
    System system = lags(probe, reference, t);
    for (int i = 0; i < kUnknowns; ++i) system[i][i] += kStiffness[i % kBasis];
    const std::array<float, kUnknowns> change = solve(system);
    const float* dx = &change[0];
    const float* dy = &change[kBasis];
    t.a += dx[1] / Alignment::kBendUnit;
    t.b += dx[2] / Alignment::kBendUnit;
    t.c += dy[1] / Alignment::kBendUnit;
    t.d += dy[2] / Alignment::kBendUnit;
    t.shift_x += dx[0] - (dx[1] * t.centre_x + dx[2] * t.centre_y) / Alignment::kBendUnit;
    t.shift_y += dy[0] - (dy[1] * t.centre_x + dy[2] * t.centre_y) / Alignment::kBendUnit;
    for (int i = 0; i < 3; ++i) {
      t.bend_x[i] += dx[3 + i];
      t.bend_y[i] += dy[3 + i];
    }
    t.rotation = pixels::arc_tangent(t.c - t.b, t.a + t.d);
  }
}

Evidence weigh(const Prepared::Data& probe, const Prepared::Data& reference, int step, Scratch::Data& s) {
  Evidence e;
  const Alignment& t = s.trial.alignment;
  e.pairs = static_cast<int>(s.trial.pairs.size());
  if (e.pairs == 0) return e;
  float off2 = 0, turned2 = 0, likeness = 0, paired_weight = 0;
  for (const auto& [i, j] : s.trial.pairs) {
    const Point &p = probe.points[i], &q = reference.points[j];
    const auto [x, y] = t.place(p.x, p.y);
    const float dx = q.x - x, dy = q.y - y;
    const auto angle = static_cast<std::uint16_t>(p.angle + to_angle(t.rotation));
    const float turned = static_cast<float>(turn_between(angle, q.angle)) * kRadiansPerStep;
    const float gap2 = dx * dx + dy * dy, weight = std::sqrt(p.weight * q.weight);
    paired_weight += weight;
    e.support += weight * pixels::exponential(-gap2 / 60 - turned * turned / 0.1f);
    off2 += gap2;
    turned2 += turned * turned;
    likeness += s.likeness[static_cast<std::size_t>(i) * reference.columns_of_points.padded + j];
  }
  const float count = static_cast<float>(e.pairs);
  e.residual = std::sqrt(off2 / count);
  e.direction_residual = std::sqrt(turned2 / count);
  e.surroundings = likeness / count;
  const auto [probe_count, probe_weight] = inside(probe, reference, t, false);
  const auto [reference_count, reference_weight] = inside(reference, probe, t, true);
  e.overlap_probe = probe_count;
  e.overlap_reference = reference_count;
  e.missing = std::max(0.0f, 0.5f * (probe_weight + reference_weight) - paired_weight);
  compare_fields(probe, reference, step, s, e);
  e.chance = probe_weight * reference_weight * kPairWindow / (e.overlap_area + 2000);
  return e;
}

}  // namespace puente::finger
