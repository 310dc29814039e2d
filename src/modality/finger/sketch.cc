// Binary descriptors by linear discriminants: samples of the ridges around a minutia are projected on the directions
// that tell minutiae apart best for how much they vary between two prints of the same one, and the signs are kept
// (after C. Strecha, A. Bronstein, M. Bronstein, P. Fua: "LDAHash: Improved Matching with Smaller Descriptors", IEEE
// PAMI 34(1), 2012). The projection is fitted on synthetic fingers.
#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

#include "core/check.h"
#include "modality/finger/finger.h"
#include "modality/pixels/pixels.h"

namespace puente::finger {
namespace {

constexpr int kBits = 64;
struct Projection {
  std::int32_t threshold;
  std::int8_t weights[kSketchSamples];
};
constexpr Projection kProjections[kBits] = {
#include "modality/finger/sketch_projection.inc"
};

struct Offset {
  float along, across;
};
constexpr int kLattice = 89, kRings = 42;
static_assert(kLattice + 2 * kRings == kSketchSamples);

std::vector<Offset> lattice() {
  constexpr float kReach = 36, kStep = 7;  // pixels
  std::vector<Offset> offsets;
  for (int y = -5; y <= 5; ++y)
    for (int x = -5; x <= 5; ++x) {
      const Offset o{kStep * static_cast<float>(x), kStep * static_cast<float>(y)};
      if (o.along * o.along + o.across * o.across <= kReach * kReach) offsets.push_back(o);
    }
  CHECK(offsets.size() == kLattice);
  return offsets;
}

std::vector<Offset> rings() {
  constexpr int kOnRing[] = {6, 10, 12, 14};
  std::vector<Offset> offsets;
  for (int ring = 0; ring < 4; ++ring) {
    const float radius = 18 * static_cast<float>(ring + 1);
    for (int k = 0; k < kOnRing[ring]; ++k) {
      const float angle = 2 * pixels::kPi * (static_cast<float>(k) + 0.5f * static_cast<float>(ring % 2)) /
                          static_cast<float>(kOnRing[ring]);
      offsets.push_back({radius * pixels::cosine(angle), radius * pixels::sine(angle)});
    }
  }
  CHECK(offsets.size() == kRings);
  return offsets;
}

std::int8_t rounded(float v) {
  return static_cast<std::int8_t>(static_cast<int>(std::floor(64 * v + 0.5f)));
}

struct Spot {
  const RidgeCell* cell = nullptr;  // null: nothing recorded there
  float dx = 0, dy = 0;             // from its centre
};

Spot spot_at(const Template& t, float x, float y) {
  const float column = std::floor((x - static_cast<float>(t.cells_left)) / kCell);
  const float row = std::floor((y - static_cast<float>(t.cells_top)) / kCell);
  if (column < 0 || row < 0 || column >= static_cast<float>(t.columns) || row >= static_cast<float>(t.rows)) return {};
  const RidgeCell& cell = t.cells[static_cast<std::size_t>(row) * t.columns + static_cast<std::size_t>(column)];
  if (cell.quality == 0) return {};
  return {&cell, x - static_cast<float>(t.cells_left) - (column + 0.5f) * kCell,
          y - static_cast<float>(t.cells_top) - (row + 0.5f) * kCell};
}

std::uint64_t describe(const Template& features, const Minutia& minutia) {
  const SketchSamples samples = sketch_samples(features, minutia);
  std::uint64_t bits = 0;
  for (int b = 0; b < kBits; ++b) {
    std::int32_t sum = 0;
    for (int i = 0; i < kSketchSamples; ++i) sum += std::int32_t{kProjections[b].weights[i]} * samples[i];
    if (sum > kProjections[b].threshold) bits |= std::uint64_t{1} << b;
  }
  return bits;
}

}  // namespace

SketchSamples sketch_samples(const Template& t, const Minutia& m) {
  static const std::vector<Offset> kLatticeOffsets = lattice(), kRingOffsets = rings();
  SketchSamples out{};
  const float c = pixels::cosine(m.direction), s = pixels::sine(m.direction);
  const auto spot = [&](const Offset& o) {
    return spot_at(t, m.x + o.along * c - o.across * s, m.y - o.along * s - o.across * c);
  };
  for (int k = 0; k < kLattice; ++k) {
    const Spot at = spot(kLatticeOffsets[k]);
    if (!at.cell) continue;
    const float normal = (static_cast<float>(at.cell->orientation) / 256 + 0.5f) * pixels::kPi;
    const float along = pixels::cosine(normal) * at.dx - pixels::sine(normal) * at.dy;
    out[k] = rounded(pixels::cosine(static_cast<float>(at.cell->phase) * (pixels::kPi / 128) +
                                    2 * pixels::kPi * 8 / static_cast<float>(at.cell->period) * along));
  }
  for (int k = 0; k < kRings; ++k) {
    const Spot at = spot(kRingOffsets[k]);
    if (!at.cell) continue;
    const float doubled = 2 * (static_cast<float>(at.cell->orientation) * (pixels::kPi / 256) - m.direction);
    out[kLattice + 2 * k] = rounded(pixels::cosine(doubled));
    out[kLattice + 2 * k + 1] = rounded(pixels::sine(doubled));
  }
  return out;
}

Sketch sketch(const Template& features) {
  Sketch out;
  out.places.fill(kNoPlace);
  if (features.cells.empty() || features.minutiae.empty()) return out;
  std::vector<int> order(features.minutiae.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](int a, int b) { return features.minutiae[a].quality > features.minutiae[b].quality; });
  out.count = std::min<int>(Sketch::kDescriptors, static_cast<int>(order.size()));
  float left = features.minutiae[order[0]].x, bottom = features.minutiae[order[0]].y;
  for (int k = 0; k < out.count; ++k) {
    left = std::min(left, features.minutiae[order[k]].x);
    bottom = std::max(bottom, features.minutiae[order[k]].y);
  }
  const auto half = [](float pixels) { return static_cast<int>(std::min(2 * pixels + 0.5f, 4094.0f)); };
  for (int k = 0; k < out.count; ++k) {
    const Minutia& m = features.minutiae[order[k]];
    out.bits[k] = describe(features, m);
    const int direction = static_cast<int>(m.direction * (128 / pixels::kPi) + 0.5f) & 255;
    out.places[k] = make_place(half(m.x - left), half(bottom - m.y), direction);
  }
  for (int k = out.count; k < Sketch::kDescriptors; ++k) out.bits[k] = out.bits[k % out.count];
  return out;
}

}  // namespace puente::finger
