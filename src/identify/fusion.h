// The exact stage of a search: a probe's fingers against an encounter's. Private to this module.
#pragma once
#include <span>
#include <vector>

#include "identify/identify.h"

namespace puente::identify {

struct Reference {
  Finger finger = Finger::kUnknown;
  finger::Prepared features;
};

// The pairs that were compared, at most one a finger, by reference place; scores are lowered where several were tried.
// Fuse them for one answer. Where that would be remarkable, prints on one side that match each other are one finger,
// wherever they are said to be from: all but its best pair are `repeated`, and that one is lowered for the tries.
std::vector<PlaceScore> compare_fingers(std::span<const Probe> probe, std::span<const Reference> references,
                                        finger::Scratch& scratch);

}  // namespace puente::identify
