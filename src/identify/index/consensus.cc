#include "identify/index/consensus.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "identify/index/kernel.h"

namespace puente::index {
namespace {

constexpr int kReach = finger::kDescriptorReach + 2;
constexpr int kPairsMax = 32;
constexpr int kTurnMax = 18;  // of 256: 25 degrees, what a bent finger's minutiae differ by
constexpr float kSlack = 16;  // half pixels
constexpr float kStretch = 0.16f;

struct Pair {
  int weight;
  int i, j;              // descriptors
  std::uint8_t turn;     // from probe to reference
  float px, py, qx, qy;  // places, half pixels
};

struct Turn {
  float cosine, sine;
};
const std::array<Turn, 256>& turns() {
  static const auto kTurns = [] {
    std::array<Turn, 256> made;
    for (int k = 0; k < 256; ++k) {
      // exact enough for a tolerance of pixels: the comparison below rounds no score
      const double angle = k * (3.14159265358979323846 / 128);
      made[static_cast<std::size_t>(k)] = {static_cast<float>(std::round(std::cos(angle) * 16384) / 16384),
                                           static_cast<float>(std::round(std::sin(angle) * 16384) / 16384)};
    }
    return made;
  }();
  return kTurns;
}

Pair make_pair(const finger::Sketch& probe, const finger::Sketch& reference, int i, int j) {
  const std::uint32_t p = probe.places[static_cast<std::size_t>(i)], q = reference.places[static_cast<std::size_t>(j)];
  const auto x = [](std::uint32_t place) { return static_cast<float>(place >> 20); };
  const auto y = [](std::uint32_t place) { return static_cast<float>(place >> 8 & 0xfff); };
  const int distance =
      std::popcount(probe.bits[static_cast<std::size_t>(i)] ^ reference.bits[static_cast<std::size_t>(j)]);
  return {kReach - distance, i, j, static_cast<std::uint8_t>(q - p), x(p), y(p), x(q), y(q)};
}

bool agree(const Pair& a, const Pair& b, const Turn& turn) {
  if (std::abs(static_cast<std::int8_t>(static_cast<std::uint8_t>(b.turn - a.turn))) > kTurnMax) return false;
  const float dx = b.px - a.px, dy = b.py - a.py;
  const float ex = turn.cosine * dx - turn.sine * dy - (b.qx - a.qx);
  const float ey = turn.sine * dx + turn.cosine * dy - (b.qy - a.qy);
  const float tolerance = kSlack + kStretch * std::sqrt(dx * dx + dy * dy);
  return ex * ex + ey * ey < tolerance * tolerance;
}

}  // namespace

int consensus(const finger::Sketch& probe, const finger::Sketch& reference) {
  std::array<std::uint32_t, finger::Sketch::kDescriptors> near;
  near_descriptors(probe, reference, kReach, near.data());
  const std::uint32_t there = static_cast<std::uint32_t>((std::uint64_t{1} << reference.count) - 1);
  std::array<Pair, finger::Sketch::kDescriptors * finger::Sketch::kDescriptors> pairs;
  std::size_t count = 0;
  for (int i = 0; i < probe.count; ++i)
    for (std::uint32_t left = near[static_cast<std::size_t>(i)] & there; left != 0; left &= left - 1)
      pairs[count++] = make_pair(probe, reference, i, std::countr_zero(left));
  const auto likelier = [](const Pair& a, const Pair& b) {
    if (a.weight != b.weight) return a.weight > b.weight;
    return a.i != b.i ? a.i < b.i : a.j < b.j;
  };
  const std::size_t kept = std::min<std::size_t>(count, kPairsMax);
  std::partial_sort(pairs.begin(), pairs.begin() + static_cast<std::ptrdiff_t>(kept),
                    pairs.begin() + static_cast<std::ptrdiff_t>(count), likelier);
  int best = 0;
  for (std::size_t a = 0; a < kept; ++a) {
    const Turn& turn = turns()[pairs[a].turn];
    std::uint32_t used_i = std::uint32_t{1} << pairs[a].i, used_j = std::uint32_t{1} << pairs[a].j;
    int sum = 0;
    for (std::size_t b = 0; b < kept; ++b) {
      const Pair& other = pairs[b];
      if ((used_i >> other.i & 1) != 0 || (used_j >> other.j & 1) != 0 || !agree(pairs[a], other, turn)) continue;
      used_i |= std::uint32_t{1} << other.i;
      used_j |= std::uint32_t{1} << other.j;
      sum += other.weight;
    }
    if (sum > 0) best = std::max(best, sum + pairs[a].weight);
  }
  return best;
}

}  // namespace puente::index
