// Whether this build and this machine may search at all.
#include <array>
#include <vector>

#include "identify/identify.h"
#include "identify/kernel.h"

namespace puente::identify {

Status self_test() {
  std::uint64_t state = 1;
  const auto next = [&state] {  // SplitMix64
    std::uint64_t z = state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
  };
  finger::Sketch probe, reference;
  probe.count = reference.count = finger::Sketch::kDescriptors;
  for (int k = 0; k < finger::Sketch::kDescriptors; ++k) {
    probe.bits[k] = next();
    probe.sure[k] = next();
    reference.bits[k] = probe.bits[k] ^ (next() & next());
  }
  constexpr std::size_t kBlocks = 3;
  std::vector<std::uint64_t> words(kBlocks * kBlockWords);
  for (std::uint64_t& word : words) word = probe.bits[next() % finger::Sketch::kDescriptors] ^ (next() & next());
  std::array<std::uint16_t, kBlocks * kLanes> scores{}, scores_expected{};
  coarse_scores(probe, words.data(), kBlocks, scores.data());
  coarse_scores_scalar(probe, words.data(), kBlocks, scores_expected.data());
  std::array<std::uint32_t, finger::Sketch::kDescriptors> near{}, near_expected{};
  near_descriptors(probe, reference, 12, near.data());
  near_descriptors_scalar(probe, reference, 12, near_expected.data());
  Pairs pairs;
  for (std::size_t k = 0; k < kPairsMax; ++k) {
    pairs.px[k] = static_cast<float>(next() % 64);
    pairs.py[k] = static_cast<float>(next() % 64);
    pairs.qx[k] = static_cast<float>(next() % 64);
    pairs.qy[k] = static_cast<float>(next() % 64);
    pairs.turn[k] = static_cast<std::int32_t>(next() % 40);
  }
  const Movement movement = {30, 30, 30, 30, 0.96f, 0.28f, 20};
  if (scores == scores_expected && near == near_expected &&
      agreeing(pairs, movement) == agreeing_scalar(pairs, movement)) {
    return {};
  }
  return {Code::kInternal, "self-test: " + kernel_target() +
                               " code gives other answers than it must; this build or machine must not search"};
}

}  // namespace puente::identify
