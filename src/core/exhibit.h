// Exhibit: what an examiner sees of one hit, as data: the images of both sides as they were captured, where on the
// body, and which minutiae the search took for the same. No score, no name. Made once, at the hit, from what was
// searched; pictures are drawn from it. Plain values.
#pragma once
#include <cstdint>
#include <utility>
#include <vector>

#include "core/place.h"

namespace puente {

struct Mark {             // a minutia
  float x = 0, y = 0;     // pixels at 500 ppi from the image's top left, y downwards
  float direction = 0;    // radians, counter-clockwise from +x as seen
  std::uint8_t type = 0;  // 1: a ridge ends; 2: it forks; 0: not known
  bool operator==(const Mark&) const = default;
};

struct ExhibitSide {
  Place place;
  Bytes image{};              // a file as it was captured, or PNG of what was cut from a slap; empty: of minutiae alone
  double ppi = 0;             // overrides the file's own; 0 = the file's
  int width = 0, height = 0;  // of the whole at 500 ppi
  std::vector<Mark> marks{};
};

struct ExhibitPair {
  ExhibitSide probe, reference;
  std::vector<std::pair<std::uint16_t, std::uint16_t>> matched{};  // marks of the probe and of the reference
  float rotation = 0;  // of the probe onto the reference, radians counter-clockwise
};

struct Exhibit {
  std::vector<ExhibitPair> pairs;
};

}  // namespace puente
