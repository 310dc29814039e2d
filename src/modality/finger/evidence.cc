// What an alignment amounts to: how well the paired minutiae fit, and whether the ridges themselves agree where both
// prints were recorded (after the ridge-phase comparison of Feng 2008 and the correlation of Bazen et al. 2000).
#include <algorithm>
#include <cmath>

#include "modality/finger/alignment.h"

namespace puente::finger {
namespace {

constexpr float kPairWindow = 314 * 0.19f;  // square pixels within reach, times the share of directions that would do
constexpr int kStep = 2;                    // every second cell each way is compared
constexpr int kBlock = 8;                   // cells; within a block of this side ridges must keep step

const RidgeCell* cell_at(const Prepared::Data& print, float x, float y) {  // y downwards
  const int column = static_cast<int>(std::floor((x - static_cast<float>(print.cells_left)) / kCell));
  const int row = static_cast<int>(std::floor((y - static_cast<float>(print.cells_top)) / kCell));
  if (column < 0 || row < 0 || column >= print.columns || row >= print.rows) return nullptr;
  const RidgeCell* cell = &print.cells[static_cast<std::size_t>(row) * print.columns + column];
  return cell->quality ? cell : nullptr;
}

// How many of a print's minutiae lie where the other was recorded, and their weights' sum.
std::pair<int, float> inside(const Prepared::Data& from, const Prepared::Data& to, const Alignment& t, bool inverse) {
  const float determinant = t.a * t.d - t.b * t.c;
  int count = 0;
  float weight = 0;
  for (const Point& p : from.points) {
    float x, y;
    if (!inverse) {
      x = t.a * p.x + t.b * p.y + t.shift_x;
      y = t.c * p.x + t.d * p.y + t.shift_y;
    } else {
      const float u = p.x - t.shift_x, v = p.y - t.shift_y;
      x = (t.d * u - t.b * v) / determinant;
      y = (t.a * v - t.c * u) / determinant;
    }
    if (!cell_at(to, x, -y)) continue;
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
  float x, y;                // in the reference, y upwards
  float normal_x, normal_y;  // of the reference's ridges there, y upwards
  float period;              // of the reference, pixels
  int turned;                // between the ridges, pi = 256
  int lag;                   // reference's phase minus probe's along that normal, 2pi = 256, -128..127
};

template <typename Visit>
void meet(const Prepared::Data& probe, const Prepared::Data& reference, const Alignment& t, int step, Visit visit) {
  const auto& table = cosines();
  const int turned = static_cast<int>(std::floor(t.rotation * (256 / pixels::kPi) + 0.5f));
  for (int r = 0; r < probe.rows; r += step)
    for (int c = (r / step & 1) * step / 2; c < probe.columns; c += step) {
      const RidgeCell& p = probe.cells[static_cast<std::size_t>(r) * probe.columns + c];
      if (p.quality == 0) continue;
      const float px = static_cast<float>(probe.cells_left + c * kCell + kCell / 2);
      const float py = -static_cast<float>(probe.cells_top + r * kCell + kCell / 2);
      Meeting m;
      m.column = c;
      m.row = r;
      m.x = t.a * px + t.b * py + t.shift_x;
      m.y = t.c * px + t.d * py + t.shift_y;
      const RidgeCell* q = cell_at(reference, m.x, -m.y);
      if (!q) continue;
      const int difference = (p.orientation + turned - q->orientation) & 511;  // of the normals, 512 = full turn
      m.turned = difference & 255;
      // the reference's phase at that very place
      const float fx = (m.x - static_cast<float>(reference.cells_left)) / kCell;
      const float fy = (-m.y - static_cast<float>(reference.cells_top)) / kCell;
      const float dx = (fx - std::floor(fx) - 0.5f) * kCell, dy = (std::floor(fy) + 0.5f - fy) * kCell;
      const int normal = (q->orientation + 128) & 511;
      m.normal_x = table[normal >> 1];
      m.normal_y = table[((normal >> 1) - 64) & 255];
      m.period = static_cast<float>(q->period) / 8;
      const float phase = static_cast<float>(q->phase) + 256 / m.period * (m.normal_x * dx + m.normal_y * dy);
      const bool reversed = difference > 128 && difference < 384;
      const int lag = (static_cast<int>(std::floor(phase + 0.5f)) - (reversed ? -p.phase : p.phase)) & 255;
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

void settle(const Prepared::Data& probe, const Prepared::Data& reference, Alignment& t) {
  constexpr float kShiftStiffness = 4, kShapeStiffness = 6e4f;  // squared pixels each cell weighs
  for (int round = 0; round < 2; ++round) {
    // unknowns: shift x, y; linear part's change, row by row. Normal equations of n . (change of place) = lag along n.
    float cx = 0, cy = 0;
    int count = 0;
    meet(probe, reference, t, 4, [&](const Meeting& m) { cx += m.x, cy += m.y, ++count; });
    if (count < 8) return;
    cx /= static_cast<float>(count), cy /= static_cast<float>(count);
    float normal[6][7] = {};
    meet(probe, reference, t, kStep, [&](const Meeting& m) {
      const float agree = cosines()[m.turned];
      if (agree < 0.6f) return;
      const float weight = 0.5f + 0.5f * cosines()[m.lag & 255];
      const float off = -static_cast<float>(m.lag) * m.period / 256;
      const float x = m.x - cx, y = m.y - cy;
      const float row[6] = {m.normal_x, m.normal_y, m.normal_x * x, m.normal_x * y, m.normal_y * x, m.normal_y * y};
      for (int i = 0; i < 6; ++i) {
        for (int j = i; j < 6; ++j) normal[i][j] += weight * row[i] * row[j];
        normal[i][6] += weight * row[i] * off;
      }
    });
    for (int i = 0; i < 6; ++i) {
      normal[i][i] += i < 2 ? kShiftStiffness : kShapeStiffness;
      for (int j = 0; j < i; ++j) normal[i][j] = normal[j][i];
    }
    for (int i = 0; i < 6; ++i)  // positive definite: no pivoting needed
      for (int k = i + 1; k < 6; ++k) {
        const float factor = normal[k][i] / normal[i][i];
        for (int j = i; j < 7; ++j) normal[k][j] -= factor * normal[i][j];
      }
    float change[6];
    for (int i = 5; i >= 0; --i) {
      float sum = normal[i][6];
      for (int j = i + 1; j < 6; ++j) sum -= normal[i][j] * change[j];
      change[i] = sum / normal[i][i];
    }
    // new place = old + shift + change (old - centre)
    Alignment u = t;
    u.a += change[2] * t.a + change[3] * t.c;
    u.b += change[2] * t.b + change[3] * t.d;
    u.c += change[4] * t.a + change[5] * t.c;
    u.d += change[4] * t.b + change[5] * t.d;
    u.shift_x += change[0] + change[2] * (t.shift_x - cx) + change[3] * (t.shift_y - cy);
    u.shift_y += change[1] + change[4] * (t.shift_x - cx) + change[5] * (t.shift_y - cy);
    u.rotation = pixels::arc_tangent(u.c - u.b, u.a + u.d);
    t = u;
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
    const float dx = q.x - (t.a * p.x + t.b * p.y + t.shift_x), dy = q.y - (t.c * p.x + t.d * p.y + t.shift_y);
    const auto angle = static_cast<std::uint16_t>(p.angle + to_angle(t.rotation));
    const float turned = static_cast<float>(turn_between(angle, q.angle)) * kRadiansPerStep;
    const float gap2 = dx * dx + dy * dy, weight = std::sqrt(p.weight * q.weight);
    paired_weight += weight;
    e.support += weight * pixels::exponential(-gap2 / 60 - turned * turned / 0.1f);
    off2 += gap2;
    turned2 += turned * turned;
    likeness += s.likeness[static_cast<std::size_t>(i) * reference.points.size() + j];
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
