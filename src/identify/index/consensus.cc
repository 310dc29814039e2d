#include "identify/index/consensus.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "identify/index/kernel.h"

namespace puente::index {
namespace {

constexpr int kNear = 12;    // sure bits that differ: fewer, or the pair is not looked at
constexpr int kChance = 16;  // that differ between strangers, on average: a pair counts by what it is below that
constexpr int kPairsMax = 64;
constexpr int kTurnMax = 14;  // of 256: 20 degrees, what a bent finger's minutiae differ by
constexpr float kSlack = 12;  // half pixels
constexpr float kStretch = 0.08f;

struct Pair {
  int distance = 0, i = 0, j = 0;        // sure bits that differ; descriptors
  std::uint8_t turn = 0;                 // from probe to reference
  float px = 0, py = 0, qx = 0, qy = 0;  // places, half pixels
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

int distance_of(const finger::Sketch& probe, const finger::Sketch& reference, int i, int j) {
  return std::popcount((probe.bits[i] ^ reference.bits[j]) & probe.sure[i]);
}

Pair make_pair(const finger::Sketch& probe, const finger::Sketch& reference, std::uint32_t packed) {
  const int i = packed >> 5 & 31, j = packed & 31;
  const std::uint32_t p = probe.places[i], q = reference.places[j];
  const auto x = [](std::uint32_t place) { return static_cast<float>(place >> 20); };
  const auto y = [](std::uint32_t place) { return static_cast<float>(place >> 8 & 0xfff); };
  return {static_cast<int>(packed >> 10), i, j, static_cast<std::uint8_t>(q - p), x(p), y(p), x(q), y(q)};
}

bool agree(const Pair& a, const Pair& b, const Turn& turn) {
  if (std::abs(static_cast<std::int8_t>(static_cast<std::uint8_t>(b.turn - a.turn))) > kTurnMax) return false;
  const float dx = b.px - a.px, dy = b.py - a.py;
  const float ex = turn.cosine * dx - turn.sine * dy - (b.qx - a.qx);
  const float ey = turn.sine * dx + turn.cosine * dy - (b.qy - a.qy);
  const float far = std::fabs(dx), wide = std::fabs(dy);  // their length, within 4 %: max + 0.4 min
  const float tolerance = kSlack + kStretch * (far > wide ? far + 0.4f * wide : wide + 0.4f * far);
  return ex * ex + ey * ey < tolerance * tolerance;
}

// The pairs of descriptors that differ least, at most kPairsMax.
std::size_t list_pairs(const finger::Sketch& probe, const finger::Sketch& reference,
                       std::array<Pair, kPairsMax>& pairs) {
  std::array<std::uint32_t, finger::Sketch::kDescriptors> near;
  near_descriptors(probe, reference, kNear, near.data());
  const auto there = static_cast<std::uint32_t>((std::uint64_t{1} << reference.count) - 1);
  std::array<std::uint32_t, finger::Sketch::kDescriptors * finger::Sketch::kDescriptors> order;
  std::size_t count = 0;
  for (int i = 0; i < probe.count; ++i) {
    for (std::uint32_t left = near[i] & there; left != 0; left &= left - 1) {
      const int j = std::countr_zero(left);
      order[count++] = static_cast<std::uint32_t>(distance_of(probe, reference, i, j) << 10 | i << 5 | j);
    }
  }
  const auto end = order.begin() + static_cast<std::ptrdiff_t>(count);
  if (count > kPairsMax) std::nth_element(order.begin(), order.begin() + kPairsMax, end);
  const std::size_t kept = std::min<std::size_t>(count, kPairsMax);
  std::sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(kept));
  for (std::size_t k = 0; k < kept; ++k) pairs[k] = make_pair(probe, reference, order[k]);
  return kept;
}

}  // namespace

int consensus(const finger::Sketch& probe, const finger::Sketch& reference) {
  std::array<Pair, kPairsMax> pairs;
  const std::size_t count = list_pairs(probe, reference, pairs);
  std::array<std::uint64_t, 16> by_turn{};  // which pairs turn by 16k … 16k + 15
  for (std::size_t k = 0; k < count; ++k) by_turn[pairs[k].turn >> 4] |= std::uint64_t{1} << k;
  int best = 0;
  for (std::size_t a = 0; a < count; ++a) {
    const Turn& turn = turns()[pairs[a].turn];
    const int sixteenth = pairs[a].turn >> 4;
    std::uint32_t used_i = std::uint32_t{1} << pairs[a].i, used_j = std::uint32_t{1} << pairs[a].j;
    int sum = 0;
    for (std::uint64_t left = by_turn[(sixteenth + 15) & 15] | by_turn[sixteenth] | by_turn[(sixteenth + 1) & 15];
         left != 0; left &= left - 1) {
      const Pair& other = pairs[static_cast<std::size_t>(std::countr_zero(left))];
      if ((used_i >> other.i & 1) != 0 || (used_j >> other.j & 1) != 0 || !agree(pairs[a], other, turn)) continue;
      used_i |= std::uint32_t{1} << other.i;
      used_j |= std::uint32_t{1} << other.j;
      sum += kChance - other.distance;
    }
    if (sum > 0) best = std::max(best, sum + kChance - pairs[a].distance);
  }
  return best;
}

}  // namespace puente::index
