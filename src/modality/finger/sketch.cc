// Binary descriptors by linear discriminants: samples of the ridges around a minutia are projected on the directions
// that tell minutiae apart best for how much they vary between two prints of the same one, and the signs are kept
// (after C. Strecha, A. Bronstein, M. Bronstein, P. Fua: "LDAHash: Improved Matching with Smaller Descriptors", IEEE
// PAMI 34(1), 2012). The projection is fitted on synthetic fingers.
#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

#include "core/check.h"
#include "core/tally.h"
#include "modality/finger/finger.h"
#include "modality/pixels/pixels.h"

namespace puente::finger {
namespace {

constexpr int kBits = 64;
constexpr int kPadded = (kSketchSamples + 15) / 16 * 16;  // for vector units
struct Projection {
  std::int32_t threshold;
  std::int32_t deviation;  // of the difference between two prints of one minutia
  std::int16_t weights[kPadded];
};
struct Discriminants {
  std::int8_t means[kSketchSamples];  // stand where nothing was recorded
  Projection projections[kBits];
};
constexpr Discriminants kDiscriminants = {
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

// 64 times the cosine of k/256 turn, and unit vectors across the ridges of each orientation, y downwards.
struct Tables {
  std::array<std::int8_t, 256> cosine;
  std::array<std::pair<float, float>, 256> across;
};
const Tables& tables() {
  static const auto kTables = [] {
    Tables made;
    for (int k = 0; k < 256; ++k) {
      const float angle = static_cast<float>(k) * (pixels::kPi / 128);
      made.cosine[k] = static_cast<std::int8_t>(static_cast<int>(std::floor(64 * pixels::cosine(angle) + 0.5f)));
      const float normal = (static_cast<float>(k) / 256 + 0.5f) * pixels::kPi;
      made.across[k] = {pixels::cosine(normal), -pixels::sine(normal)};
    }
    return made;
  }();
  return kTables;
}

struct Spot {
  const RidgeCell* cell = nullptr;  // null: nothing recorded there
  float dx = 0, dy = 0;             // from its centre
};

Spot spot_at(const Template& t, float x, float y) {
  const float u = (x - static_cast<float>(t.cells_left)) / kCell, v = (y - static_cast<float>(t.cells_top)) / kCell;
  if (!(u >= 0 && v >= 0 && u < static_cast<float>(t.columns) && v < static_cast<float>(t.rows))) return {};
  const int column = static_cast<int>(u), row = static_cast<int>(v);
  const RidgeCell& cell = t.cells[static_cast<std::size_t>(row) * t.columns + column];
  if (cell.quality == 0) return {};
  return {&cell, (u - static_cast<float>(column) - 0.5f) * kCell, (v - static_cast<float>(row) - 0.5f) * kCell};
}

void describe(const Template& features, const Minutia& minutia, std::uint64_t& bits, std::uint64_t& sure) {
  std::int16_t samples[kPadded] = {};
  const SketchSamples seen = sketch_samples(features, minutia);
  for (int i = 0; i < kSketchSamples; ++i) samples[i] = seen[i] == kNotRecorded ? kDiscriminants.means[i] : seen[i];
  std::array<std::int32_t, kBits> margins;  // those of all bits differ: the lowest six bits are the bit's number
  bits = 0;
  for (int b = 0; b < kBits; ++b) {
    const Projection& projection = kDiscriminants.projections[b];
    std::int32_t sum = -projection.threshold;
    for (int i = 0; i < kPadded; ++i) sum += std::int32_t{projection.weights[i]} * std::int32_t{samples[i]};
    if (sum > 0) bits |= std::uint64_t{1} << b;
    // in deviations, so that a bit is as sure as it is likely to be the same in another print
    margins[b] = (std::abs(sum) * 256 / projection.deviation) << 6 | b;
  }
  std::ranges::nth_element(margins, margins.begin() + (kBits - Sketch::kSureBits));
  sure = 0;
  for (int k = kBits - Sketch::kSureBits; k < kBits; ++k) sure |= std::uint64_t{1} << (margins[k] & 63);
}

}  // namespace

SketchSamples sketch_samples(const Template& t, const Minutia& m) {
  static const std::vector<Offset> kLatticeOffsets = lattice(), kRingOffsets = rings();
  SketchSamples out;
  out.fill(kNotRecorded);
  const float c = pixels::cosine(m.direction), s = pixels::sine(m.direction);
  const auto spot = [&](const Offset& o) {
    return spot_at(t, m.x + o.along * c - o.across * s, m.y - o.along * s - o.across * c);
  };
  for (int k = 0; k < kLattice; ++k) {
    const Spot at = spot(kLatticeOffsets[k]);
    if (!at.cell) continue;
    const auto [across_x, across_y] = tables().across[at.cell->orientation];
    const float turns = (across_x * at.dx + across_y * at.dy) * (256 * 8 / static_cast<float>(at.cell->period));
    out[k] = tables().cosine[(at.cell->phase + static_cast<int>(turns + 4096.5f)) & 255];  // turns > -4096
  }
  const int direction = static_cast<int>(m.direction * (256 / pixels::kPi) + 0.5f);  // doubled, as the orientation
  for (int k = 0; k < kRings; ++k) {
    const Spot at = spot(kRingOffsets[k]);
    if (!at.cell) continue;
    const int doubled = at.cell->orientation - direction;
    out[kLattice + 2 * k] = tables().cosine[doubled & 255];
    out[kLattice + 2 * k + 1] = tables().cosine[(doubled - 64) & 255];
  }
  return out;
}

// Of the projection's numbers (FNV-1a, 64 bits), and of how places are made.
std::uint64_t sketch_version() {
  constexpr std::uint64_t kPlacesVersion = 1;
  std::uint64_t hash = 0xcbf29ce484222325u + kPlacesVersion;
  const auto add = [&hash](std::int32_t number) {
    hash = (hash ^ static_cast<std::uint32_t>(number)) * 0x100000001b3u;
  };
  for (const std::int8_t mean : kDiscriminants.means) add(mean);
  for (const Projection& projection : kDiscriminants.projections) {
    add(projection.threshold);
    add(projection.deviation);
    for (const std::int16_t weight : projection.weights) add(weight);
  }
  return hash;
}

Sketch sketch(const Template& features) {
  tally(Work::kSketch);
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
    describe(features, m, out.bits[k], out.sure[k]);
    const int direction = static_cast<int>(m.direction * (128 / pixels::kPi) + 0.5f) & 255;
    out.places[k] = make_place(half(m.x - left), half(bottom - m.y), direction);
  }
  for (int k = out.count; k < Sketch::kDescriptors; ++k) {
    out.bits[k] = out.bits[k % out.count];
    out.sure[k] = out.sure[k % out.count];
  }
  return out;
}

}  // namespace puente::finger
