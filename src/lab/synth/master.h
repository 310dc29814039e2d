// The master fingerprint: what the skin is, before anyone presses it on a sensor.
#pragma once
#include <cstdint>
#include <vector>

#include "lab/synth/pattern.h"

namespace puente::synth {

inline constexpr int kMasterWidth = 416, kMasterHeight = 576;  // 21 x 29 mm: a whole pad
inline constexpr int kCentreColumn = 208, kCentreRow = 272;    // of the pattern's centre
// The pad's outline is an ellipse around the pattern's centre, longer below; beyond it the skin curves away.
inline constexpr double kPadAcross = 200, kPadAbove = 266, kPadBelow = 298;

struct GrownFinger::Master {
  std::uint64_t seed;
  std::uint32_t number;
  Finger position;
  PatternClass kind;
  std::vector<float> relief;  // row by row; +1 on a ridge's crest, -1 in a furrow, pores and scars included
};

}  // namespace puente::synth
