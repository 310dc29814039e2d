// Laying one print over another; private to this module.
#pragma once
#include <cstdint>
#include <utility>
#include <vector>

#include "modality/finger/prepared.h"

namespace puente::finger {

// Probe to reference: q = linear * p + shift, y upwards. Rotation is the rigid part's.
struct Alignment {
  float a = 1, b = 0, c = 0, d = 1;  // linear part, row by row
  float shift_x = 0, shift_y = 0;
  float rotation = 0;
};

struct Likeness {  // a minutia of the probe and one of the reference whose surroundings look alike
  float likeness = 0;
  std::uint16_t probe = 0, reference = 0;
  float rotation = 0;
};

struct Pairing {
  Alignment alignment;
  std::vector<std::pair<int, int>> pairs;
  float merit = 0;  // orders the hypotheses of one comparison
};

struct Scratch::Data {
  std::vector<float> likeness;  // probe x reference, row by row
  std::vector<Likeness> ranked;
  std::vector<std::pair<float, int>> seeds;
  struct Option {
    float cost;
    std::uint16_t probe, reference;
  };
  std::vector<Option> options;
  std::vector<std::uint8_t> used_probe, used_reference;
  std::vector<Point> moved;
  std::vector<std::pair<float, float>> block_phase;
  Pairing best, trial;
};

// Fills scratch.likeness, then scratch.best with the alignment that pairs the prints best; no pairs when nothing fits.
void align(const Prepared::Data& probe, const Prepared::Data& reference, Scratch::Data& scratch);

// What the best alignment amounts to.
Evidence weigh(const Prepared::Data& probe, const Prepared::Data& reference, Scratch::Data& scratch);

// Evidence to score; score.cc.
double score_of(const Evidence& evidence);

}  // namespace puente::finger
