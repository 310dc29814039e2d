// What an alignment amounts to: how well the paired minutiae fit, and whether the ridges themselves agree where both
// prints were recorded (after the ridge-phase comparison of Feng 2008 and the correlation of Bazen et al. 2000).
#include <algorithm>
#include <bit>
#include <cmath>

#include "modality/finger/alignment.h"

namespace puente::finger {
namespace {

constexpr float kPairWindow = 314 * 0.19f;  // square pixels within reach, times the share of directions that would do
constexpr float kBendStiffness = 20;
constexpr int kSettleRounds = 2;
constexpr float kSpotArea = 4 * kCell * kCell;  // square pixels that a spot stands for
constexpr int kSpotsMin = 8;                    // a meeting of fewer says nothing

bool in_hull(const Prepared::Data& print, float x, float y) {
  constexpr float kBeyond = 12;  // pixels: prints reach beyond their outermost minutiae
  for (std::size_t i = 0; i < print.hull.size(); ++i) {
    const auto &a = print.hull[i], &b = print.hull[(i + 1) % print.hull.size()];
    const float dx = b.first - a.first, dy = b.second - a.second;
    if (dx * (y - a.second) - dy * (x - a.first) < -kBeyond * std::sqrt(dx * dx + dy * dy)) return false;
  }
  return !print.hull.empty();
}

// The same as find_recorded for a print without cells.
void find_in_hull(const Columns& points, const Alignment& t, Way way, const Prepared::Data& print, Recorded& recorded) {
  recorded.fill(0);
  for (int i = 0; i < points.count; ++i) {
    const auto [x, y] = way == Way::kBack ? t.place_back(points.x[i], points.y[i]) : t.place(points.x[i], points.y[i]);
    if (in_hull(print, x, y)) recorded[i / 64] |= std::uint64_t{1} << (i % 64);
  }
}

// How many of a print's minutiae lie where the other was recorded, and their weights' sum.
std::pair<int, float> inside(const Prepared::Data& from, const Prepared::Data& to, const Alignment& t, Way way) {
  Recorded recorded;
  if (to.has_cells())
    find_recorded(from.columns, t, way, to.waves, recorded);
  else
    find_in_hull(from.columns, t, way, to, recorded);
  int count = 0;
  float weight = 0;
  for (std::size_t word = 0; word < recorded.size(); ++word)
    for (std::uint64_t bits = recorded[word]; bits; bits &= bits - 1) {
      ++count;
      weight += from.points[64 * word + std::countr_zero(bits)].weight;
    }
  return {count, weight};
}

const std::array<float, 256> kCosines = [] {  // of a full turn in 256 steps
  std::array<float, 256> table{};
  for (int i = 0; i < 256; ++i) table[i] = pixels::cosine(2 * pixels::kPi * static_cast<float>(i) / 256);
  return table;
}();

int steps_of(const Alignment& t) {  // its rotation in pi/256
  return static_cast<int>(t.rotation * (256 / pixels::kPi) + 1024.5f) & 511;
}

// Fills s.met; returns how many of it.
int meet(const Prepared::Data& probe, const Prepared::Data& reference, const Alignment& t, Detail detail,
         Scratch::Data& s) {
  if (!reference.has_cells()) return 0;
  const std::size_t padded = probe.spots.padded;
  if (s.met.lag.size() < padded) {
    s.met.lag.resize(padded);
    s.met.turned.resize(padded);
    s.met.cell.resize(padded);
  }
  const int count = probe.spots_of_detail[static_cast<int>(detail)];
  lay_over(probe.spots, count, t, steps_of(t), reference.waves, s.met);
  return count;
}

void compare_fields(const Prepared::Data& probe, const Prepared::Data& reference, Detail detail, Scratch::Data& s,
                    Evidence& e) {
  s.blocks.assign(probe.area_count, Scratch::Data::Block{});
  int overlap = 0;
  float orientation_sum = 0, lock = 0;
  const int count = meet(probe, reference, s.trial.alignment, detail, s);
  for (int k = 0; k < count; ++k) {
    const int lag = s.met.lag[k];
    if (lag == Met::kNothing) continue;
    ++overlap;
    orientation_sum += kCosines[s.met.turned[k]];
    auto& block = s.blocks[probe.areas[k]];
    block.cosine += kCosines[lag & 255];
    block.sine += kCosines[(lag - 64) & 255];
    block.count += 1;
    lock += kCosines[lag & 255];
  }
  e.overlap_area = static_cast<float>(overlap) * kSpotArea * static_cast<float>(1 << (2 - static_cast<int>(detail)));
  if (overlap == 0) return;
  float kept = 0, most = 1e-6f;  // of each area's pairs of spots: how many keep step; random phases give 0
  for (const auto& block : s.blocks) {
    if (block.count < 2) continue;
    kept += (block.cosine * block.cosine + block.sine * block.sine) / block.count - 1;
    most += block.count - 1;
  }
  e.orientation_agreement = orientation_sum / static_cast<float>(overlap);
  e.phase_agreement = std::max(0.0f, kept / most);
  e.phase_lock = lock / static_cast<float>(overlap);
}

constexpr int kBasis = 6, kUnknowns = 2 * kBasis;  // 1, u, v, u², uv, v² for each axis
static_assert(kUnknowns == kEquations && kUnknowns < kRow);

// Solves a positive definite system, its right side in column kUnknowns: no pivoting needed.
std::array<float, kUnknowns> solve(Matrix& system) {
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
Matrix lags(const Prepared::Data& probe, const Prepared::Data& reference, const Alignment& t, Scratch::Data& s) {
  s.rows.clear();
  s.weights.clear();
  const int count = meet(probe, reference, t, Detail::kHalf, s);
  for (int k = 0; k < count; ++k) {
    const int lag = s.met.lag[k];
    if (lag == Met::kNothing || kCosines[s.met.turned[k]] < 0.6f) continue;
    const int cell = s.met.cell[k];
    // the slope of the reference's wave there, in 1/256 turn a pixel, y upwards
    const float across_x = reference.waves.across_x[cell] * kPerCell;
    const float across_y = -reference.waves.across_y[cell] * kPerCell;
    const float slope = std::sqrt(across_x * across_x + across_y * across_y);
    const float normal_x = across_x / slope, normal_y = across_y / slope;
    s.weights.push_back(0.5f + 0.5f * kCosines[lag & 255]);
    const float off = -static_cast<float>(lag) / slope;
    const float u = (probe.spots.x[k] - t.centre_x) / Alignment::kBendUnit,
                v = (probe.spots.y[k] - t.centre_y) / Alignment::kBendUnit;
    const std::array<float, kBasis> basis = {1, u, v, u * u, u * v, v * v};
    std::array<float, kRow>& row = s.rows.emplace_back();
    for (int i = 0; i < kBasis; ++i) {
      row[i] = normal_x * basis[i];
      row[kBasis + i] = normal_y * basis[i];
    }
    row[kUnknowns] = off;
  }
  Matrix system;
  add_up(s.rows, s.weights, system);
  return system;
}

}  // namespace

bool flow_agrees(const Prepared::Data& probe, const Prepared::Data& reference, const Alignment& t, float least) {
  constexpr int kTurn = 8 * kLanes;  // spots
  if (!reference.has_cells()) return false;
  const int spots = probe.spots_of_detail[static_cast<int>(Detail::kQuarter)], steps = steps_of(t);
  const auto agreement = [](int apart, int seen) {
    return 1 - static_cast<float>(apart) / static_cast<float>(64 * seen);
  };
  Flow flow;
  for (int first = 0; first < spots; first += kTurn) {
    const int last = std::min(first + kTurn, spots);
    const Flow part = compare_flow(probe.spots, first, last, t, steps, reference.waves);
    flow.spots += part.spots;
    flow.apart += part.apart;
    // if all that is left agreed wholly
    if (flow.spots > 0 && agreement(flow.apart, flow.spots + spots - last) < least) return false;
  }
  return flow.spots >= kSpotsMin && agreement(flow.apart, flow.spots) >= least;
}

void settle(const Prepared::Data& probe, const Prepared::Data& reference, Alignment& t, Scratch::Data& s) {
  constexpr std::array<float, kBasis> kStiffness = {4, 15, 15, kBendStiffness, kBendStiffness, kBendStiffness};
  float x = 0, y = 0;
  int count = 0;
  for (int k = 0, spots = meet(probe, reference, t, Detail::kQuarter, s); k < spots; ++k) {
    if (s.met.lag[k] == Met::kNothing) continue;
    x += probe.spots.x[k], y += probe.spots.y[k], ++count;
  }
  if (count < kSpotsMin) return;
  t.centre_x = x / static_cast<float>(count);
  t.centre_y = y / static_cast<float>(count);
  for (int round = 0; round < kSettleRounds; ++round) {
    Matrix system = lags(probe, reference, t, s);
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

Evidence weigh(const Prepared::Data& probe, const Prepared::Data& reference, Detail detail, Scratch::Data& s) {
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
    likeness += s.likeness[static_cast<std::size_t>(i) * reference.columns.padded + j];
  }
  const float count = static_cast<float>(e.pairs);
  e.residual = std::sqrt(off2 / count);
  e.direction_residual = std::sqrt(turned2 / count);
  e.surroundings = likeness / count;
  const auto [probe_count, probe_weight] = inside(probe, reference, t, Way::kForth);
  const auto [reference_count, reference_weight] = inside(reference, probe, t, Way::kBack);
  e.overlap_probe = probe_count;
  e.overlap_reference = reference_count;
  e.missing = std::max(0.0f, 0.5f * (probe_weight + reference_weight) - paired_weight);
  if (probe.has_cells() && reference.has_cells()) {
    compare_fields(probe, reference, detail, s, e);
  } else {
    const Prepared::Data& bare = probe.has_cells() ? reference : probe;
    const int shared = &bare == &probe ? probe_count : reference_count;
    e.overlap_area = bare.hull_area * static_cast<float>(shared) / static_cast<float>(bare.points.size());
  }
  e.chance = probe_weight * reference_weight * kPairWindow / (e.overlap_area + 2000);
  return e;
}

}  // namespace puente::finger
