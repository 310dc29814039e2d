// Laying one print over another; private to this module.
#pragma once
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "modality/finger/prepared.h"

namespace puente::finger {

struct Pairing {
  Alignment alignment;
  std::vector<std::pair<int, int>> pairs;
  Evidence evidence;
  double score = 0;
};

struct Scratch::Data {
  std::vector<float> likeness;        // probe x reference, row by row of reference's padded
  std::vector<std::uint32_t> likely;  // keys of compare_surroundings
  std::vector<std::uint16_t> alike;   // of compare_neighbours
  Ranked ranked;
  std::array<float, kRankedMax> worth{};          // likeness of the ranked
  std::array<std::uint64_t, kRankedMax> agree{};  // of find_agreement
  std::array<float, kRankedMax> support{};        // how much the others agree with each
  std::vector<int> seeds;                         // ranked ones, best supported first
  Columns placed;                                 // the probe's minutiae where an alignment puts them
  std::vector<std::uint32_t> near;                // of find_near
  std::size_t near_count = 0;
  std::vector<std::uint64_t> options;  // cost, probe, reference
  std::vector<float> weights;
  std::vector<std::uint8_t> used_probe, used_reference;
  struct Block {
    float cosine = 0, sine = 0, count = 0;
  };
  std::vector<Block> blocks;
  Met met;    // of lay_over
  Rows rows;  // of add_up
  std::vector<Pairing> hypotheses;
  Pairing best, trial;
};

// Fills scratch.likeness, then scratch.best with the alignment that scores best; no pairs when nothing fits.
void align(const Prepared::Data& probe, const Prepared::Data& reference, Scratch::Data& scratch);

// Shifts and bends an alignment until the ridges of both prints keep step where they overlap.
void settle(const Prepared::Data& probe, const Prepared::Data& reference, Alignment& alignment, Scratch::Data& scratch);

// Whether the ridges' flow agrees (-1..1) by `least` or more where the alignment lays one print over the other; not
// when they hardly meet.
bool flow_agrees(const Prepared::Data& probe, const Prepared::Data& reference, const Alignment& alignment, float least);

// What the alignment and pairs in scratch.trial amount to; the probe's ridges are looked at in as many places as
// detail says.
Evidence weigh(const Prepared::Data& probe, const Prepared::Data& reference, Detail detail, Scratch::Data& scratch);

// Evidence to score; score.cc. With ridges, or of minutiae only.
double score_of(const Evidence& evidence, bool with_ridges);

}  // namespace puente::finger
