#include "identify/consensus.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "identify/kernel.h"

namespace puente::identify {
namespace {

constexpr int kNear = 12;    // sure bits that differ: fewer, or the pair is not looked at
constexpr int kChance = 16;  // that differ between strangers, on average: a pair counts by what it is below that
constexpr int kTried = 12;   // of the nearest pairs, each as the movement; mates' true one is nearly always there
constexpr int kDescriptorsBias = 30;
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

std::uint32_t pack(int distance, int i, int j) {
  return static_cast<std::uint32_t>(distance << 10 | i << 5 | j);
}

void add(const finger::Sketch& probe, const finger::Sketch& reference, std::uint32_t packed, Pairs& pairs) {
  const auto k = static_cast<std::size_t>(pairs.count++);
  pairs.distance[k] = static_cast<std::uint8_t>(packed >> 10);
  pairs.i[k] = packed >> 5 & 31;
  pairs.j[k] = packed & 31;
  const std::uint32_t p = probe.places[pairs.i[k]], q = reference.places[pairs.j[k]];
  pairs.px[k] = static_cast<float>(p >> 20);
  pairs.py[k] = static_cast<float>(p >> 8 & 0xfff);
  pairs.qx[k] = static_cast<float>(q >> 20);
  pairs.qy[k] = static_cast<float>(q >> 8 & 0xfff);
  pairs.turn[k] = static_cast<std::int32_t>((q - p) & 255);
}

// The pairs of descriptors that differ least, at most kPairsMax, the nearest first; of equal ones, as they come.
Pairs list_pairs(const finger::Sketch& probe, const finger::Sketch& reference) {
  std::array<std::uint32_t, finger::Sketch::kDescriptors> near;
  near_descriptors(probe, reference, kNear, near.data());
  const auto there = static_cast<std::uint32_t>((std::uint64_t{1} << reference.count) - 1);
  std::array<std::uint32_t, finger::Sketch::kDescriptors * finger::Sketch::kDescriptors> found;
  std::array<std::size_t, kNear + 1> before{};  // how many are nearer
  std::size_t count = 0;
  for (int i = 0; i < probe.count; ++i) {
    for (std::uint32_t left = near[i] & there; left != 0; left &= left - 1) {
      const int j = std::countr_zero(left), distance = distance_of(probe, reference, i, j);
      found[count++] = pack(distance, i, j);
      ++before[static_cast<std::size_t>(distance) + 1];
    }
  }
  for (std::size_t distance = 1; distance < before.size(); ++distance) before[distance] += before[distance - 1];
  std::array<std::uint32_t, kPairsMax> order;
  for (std::size_t k = 0; k < count; ++k) {
    const std::size_t place = before[found[k] >> 10]++;
    if (place < kPairsMax) order[place] = found[k];
  }
  Pairs pairs;
  for (std::size_t k = 0; k < std::min<std::size_t>(count, kPairsMax); ++k) add(probe, reference, order[k], pairs);
  return pairs;
}

}  // namespace

int consensus(const finger::Sketch& probe, const finger::Sketch& reference) {
  const Pairs pairs = list_pairs(probe, reference);
  const std::uint64_t there = pairs.count == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << pairs.count) - 1;
  int best = 0;
  for (int a = 0; a < std::min(pairs.count, kTried); ++a) {
    const Turn& turn = turns()[pairs.turn[a]];
    std::uint64_t left =
        agreeing(pairs, {pairs.px[a], pairs.py[a], pairs.qx[a], pairs.qy[a], turn.cosine, turn.sine, pairs.turn[a]});
    left &= there & ~(std::uint64_t{1} << a);
    std::uint32_t used_i = std::uint32_t{1} << pairs.i[a], used_j = std::uint32_t{1} << pairs.j[a];
    int sum = 0;
    for (; left != 0; left &= left - 1) {
      const int b = std::countr_zero(left);
      if ((used_i >> pairs.i[b] & 1) != 0 || (used_j >> pairs.j[b] & 1) != 0) continue;
      used_i |= std::uint32_t{1} << pairs.i[b];
      used_j |= std::uint32_t{1} << pairs.j[b];
      sum += kChance - pairs.distance[b];
    }
    if (sum > 0) best = std::max(best, sum + kChance - pairs.distance[a]);
  }
  // those with many descriptors would agree by chance
  return best * (kDescriptorsBias + finger::Sketch::kDescriptors) / (kDescriptorsBias + reference.count);
}

}  // namespace puente::identify
