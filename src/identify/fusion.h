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
// Fuse them for one answer.
std::vector<PlaceScore> compare_fingers(std::span<const Probe> probe, std::span<const Reference> references,
                                        finger::Scratch& scratch);

}  // namespace puente::identify
