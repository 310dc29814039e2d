// What an alignment amounts to: how well the paired minutiae fit, and whether the ridges themselves agree where both
// prints were recorded (after the ridge-phase comparison of Feng 2008 and the correlation of Bazen et al. 2000).
#include <algorithm>
#include <cmath>

#include "modality/finger/alignment.h"

namespace puente::finger {
namespace {

constexpr int kStep = 2;   // every second cell each way is compared
constexpr int kBlock = 6;  // cells; within a block of this side ridges must keep step

const RidgeCell* cell_at(const Prepared::Data& print, float x, float y) {  // y downwards
  const int column = static_cast<int>(std::floor((x - static_cast<float>(print.cells_left)) / kCell));
  const int row = static_cast<int>(std::floor((y - static_cast<float>(print.cells_top)) / kCell));
  if (column < 0 || row < 0 || column >= print.columns || row >= print.rows) return nullptr;
  const RidgeCell* cell = &print.cells[static_cast<std::size_t>(row) * print.columns + column];
  return cell->quality ? cell : nullptr;
}

int count_inside(const Prepared::Data& from, const Prepared::Data& to, const Alignment& t, bool inverse) {
  const float determinant = t.a * t.d - t.b * t.c;
  int inside = 0;
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
    inside += cell_at(to, x, -y) != nullptr;
  }
  return inside;
}

const std::array<float, 257>& cosines() {  // of a full turn in 256 steps
  static const auto kCosines = [] {
    std::array<float, 257> table{};
    for (int i = 0; i <= 256; ++i) table[i] = pixels::cosine(2 * pixels::kPi * static_cast<float>(i) / 256);
    return table;
  }();
  return kCosines;
}

void compare_fields(const Prepared::Data& probe, const Prepared::Data& reference, Scratch::Data& s, Evidence& e) {
  const Alignment& t = s.best.alignment;
  const auto& table = cosines();
  const int turned = static_cast<int>(std::floor(t.rotation * (256 / pixels::kPi) + 0.5f));  // pi = 256
  const int blocks_across = probe.columns / kBlock + 1;
  s.block_phase.assign(static_cast<std::size_t>(blocks_across) * (probe.rows / kBlock + 1), {0.0f, 0.0f});
  int overlap = 0;
  float orientation_sum = 0;
  for (int r = 0; r < probe.rows; r += kStep)
    for (int c = 0; c < probe.columns; c += kStep) {
      const RidgeCell& p = probe.cells[static_cast<std::size_t>(r) * probe.columns + c];
      if (p.quality == 0) continue;
      const float px = static_cast<float>(probe.cells_left + c * kCell + kCell / 2);
      const float py = -static_cast<float>(probe.cells_top + r * kCell + kCell / 2);
      const float x = t.a * px + t.b * py + t.shift_x, y = -(t.c * px + t.d * py + t.shift_y);  // y downwards
      const RidgeCell* q = cell_at(reference, x, y);
      if (!q) continue;
      ++overlap;
      const int difference = (p.orientation + turned - q->orientation) & 511;  // of the normals, 512 = full turn
      orientation_sum += table[difference & 255];
      // the reference's phase at that very place, along the probe's normal
      const float fx = (x - static_cast<float>(reference.cells_left)) / kCell,
                  fy = (y - static_cast<float>(reference.cells_top)) / kCell;
      const float dx = (fx - std::floor(fx) - 0.5f) * kCell, dy = (fy - std::floor(fy) - 0.5f) * kCell;
      const int normal = (q->orientation + 128) & 511;
      const float nx = table[(normal >> 1) & 255], ny = -table[((normal >> 1) - 64) & 255];
      const float phase = static_cast<float>(q->phase) + 2048 / static_cast<float>(q->period) * (nx * dx + ny * dy);
      const bool reversed = difference > 128 && difference < 384;
      const int step = (p.phase - static_cast<int>(std::floor((reversed ? -phase : phase) + 0.5f))) & 255;
      auto& sum = s.block_phase[static_cast<std::size_t>(r / kBlock) * blocks_across + c / kBlock];
      sum.first += table[step];
      sum.second += table[(step - 64) & 255];
    }
  e.overlap_area = static_cast<float>(overlap * kStep * kStep * kCell * kCell);
  if (overlap == 0) return;
  float phase_sum = 0;
  for (const auto& [cosine, sine] : s.block_phase) phase_sum += std::sqrt(cosine * cosine + sine * sine);
  e.orientation_agreement = orientation_sum / static_cast<float>(overlap);
  e.phase_agreement = phase_sum / static_cast<float>(overlap);
}

}  // namespace

Evidence weigh(const Prepared::Data& probe, const Prepared::Data& reference, Scratch::Data& s) {
  Evidence e;
  const Alignment& t = s.best.alignment;
  e.pairs = static_cast<int>(s.best.pairs.size());
  if (e.pairs == 0) return e;
  float off2 = 0, turned2 = 0, likeness = 0;
  for (const auto& [i, j] : s.best.pairs) {
    const Point &p = probe.points[i], &q = reference.points[j];
    const float dx = q.x - (t.a * p.x + t.b * p.y + t.shift_x), dy = q.y - (t.c * p.x + t.d * p.y + t.shift_y);
    const float turned = turn_between(p.direction + t.rotation, q.direction);
    off2 += dx * dx + dy * dy;
    turned2 += turned * turned;
    likeness += s.likeness[static_cast<std::size_t>(i) * reference.points.size() + j];
  }
  const float count = static_cast<float>(e.pairs);
  e.residual = std::sqrt(off2 / count);
  e.direction_residual = std::sqrt(turned2 / count);
  e.surroundings = likeness / count;
  e.overlap_probe = count_inside(probe, reference, t, false);
  e.overlap_reference = count_inside(reference, probe, t, true);
  compare_fields(probe, reference, s, e);
  return e;
}

}  // namespace puente::finger
