// Laying one print over another; private to this module.
#pragma once
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "modality/finger/prepared.h"

namespace puente::finger {

// Probe to reference, y upwards: linear and shift, then what skin bends, quadratic about a centre. Rotation is the
// rigid part's.
struct Alignment {
  float a = 1, b = 0, c = 0, d = 1;  // linear part, row by row
  float shift_x = 0, shift_y = 0;
  float rotation = 0;
  float centre_x = 0, centre_y = 0;         // in the probe
  std::array<float, 3> bend_x{}, bend_y{};  // of u², uv, v², with u, v in kBendUnit from the centre

  std::pair<float, float> place(float px, float py) const {
    const float u = (px - centre_x) / kBendUnit, v = (py - centre_y) / kBendUnit;
    return {a * px + b * py + shift_x + bend_x[0] * u * u + bend_x[1] * u * v + bend_x[2] * v * v,
            c * px + d * py + shift_y + bend_y[0] * u * u + bend_y[1] * u * v + bend_y[2] * v * v};
  }
  static constexpr float kBendUnit = 64;  // pixels
};

struct Pairing {
  Alignment alignment;
  std::vector<std::pair<int, int>> pairs;
  Evidence evidence;
  double score = 0;
};

struct Scratch::Data {
  std::vector<float> likeness;        // probe x reference, row by row of reference's padded
  std::vector<std::uint32_t> likely;  // keys of compare_surroundings
  Ranked ranked;
  std::array<float, kRankedMax> worth{};          // likeness of the ranked
  std::array<std::uint64_t, kRankedMax> agree{};  // of find_agreement
  std::array<float, kRankedMax> support{};        // how much the others agree with each
  std::vector<int> seeds;                         // ranked ones, best supported first
  Columns placed;                                 // the probe's minutiae where an alignment puts them
  std::vector<std::uint32_t> near;                // of find_near
  std::vector<std::uint64_t> options;             // cost, probe, reference
  std::vector<float> weights;
  std::vector<std::uint8_t> used_probe, used_reference;
  struct Block {
    float cosine = 0, sine = 0, count = 0;
  };
  std::vector<Block> blocks;
  std::vector<Pairing> hypotheses;
  Pairing best, trial;
};

// Fills scratch.likeness, then scratch.best with the alignment that scores best; no pairs when nothing fits.
void align(const Prepared::Data& probe, const Prepared::Data& reference, Scratch::Data& scratch);

// Shifts and bends an alignment until the ridges of both prints keep step where they overlap.
void settle(const Prepared::Data& probe, const Prepared::Data& reference, Alignment& alignment);

// What the alignment and pairs in scratch.trial amount to; of the cells, every step-th each way is looked at.
Evidence weigh(const Prepared::Data& probe, const Prepared::Data& reference, int step, Scratch::Data& scratch);

// Evidence to score; score.cc.
double score_of(const Evidence& evidence);

}  // namespace puente::finger
