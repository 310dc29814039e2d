// The coarse stage's inner loop: how much of a probe's ridges is found in each of many fingers. Private to this module.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "modality/finger/finger.h"

namespace puente::identify {

// Fingers lie in blocks of kLanes, so that one vector holds the same descriptor of several: for each of a sketch's
// kDescriptors, kLanes words, one a finger.
inline constexpr int kLanes = 8;
inline constexpr int kBlockWords = finger::Sketch::kDescriptors * kLanes;

// scores[block * kLanes + lane] = sum over the probe's descriptors of max(0, kDescriptorReach - distance)², at most
// 65535, where distance is the fewest of the sure bits by which that descriptor differs from any of the finger's. Runs
// on the best vector unit there is; coarse_scores_scalar says what the answer is. `words` and `scores` need no
// alignment.
void coarse_scores(const finger::Sketch& probe, const std::uint64_t* words, std::size_t blocks, std::uint16_t* scores);
void coarse_scores_scalar(const finger::Sketch& probe, const std::uint64_t* words, std::size_t blocks,
                          std::uint16_t* scores);

// near[i] bit j: the probe's descriptor i differs from the reference's j by less than limit of its sure bits. For i <
// probe.count.
void near_descriptors(const finger::Sketch& probe, const finger::Sketch& reference, int limit, std::uint32_t* near);
void near_descriptors_scalar(const finger::Sketch& probe, const finger::Sketch& reference, int limit,
                             std::uint32_t* near);

// Pairs of a probe's and a reference's descriptors, side by side.
inline constexpr int kPairsMax = 64;
struct Pairs {
  int count = 0;
  std::array<float, kPairsMax> px{}, py{}, qx{}, qy{};  // places in the probe and in the reference, half pixels
  std::array<std::int32_t, kPairsMax> turn{};           // of the direction, 0 … 255
  std::array<std::uint8_t, kPairsMax> i{}, j{}, distance{};
};
struct Movement {  // that lays one pair's places on one another
  float px = 0, py = 0, qx = 0, qy = 0, cosine = 1, sine = 0;
  std::int32_t turn = 0;
};
// Bit k: the pair k fits the movement, give or take what skin does. Bits beyond the count may be set.
std::uint64_t agreeing(const Pairs& pairs, const Movement& movement);
std::uint64_t agreeing_scalar(const Pairs& pairs, const Movement& movement);

// For tests and reports: the vector units that the program was built for and this machine has, best first; the one that
// coarse_scores runs on, as its own code says; and another choice (not while anything searches).
std::vector<std::string> kernel_targets();
std::string kernel_target();
void use_kernel_target(const std::string& name);

}  // namespace puente::identify
