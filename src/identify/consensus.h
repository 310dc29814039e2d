// The second stage of a search; private to this module.
#pragma once
#include "modality/finger/finger.h"

namespace puente::identify {

// How well two sketches' descriptors agree on one rotation and shift: the sum, over descriptor pairs that fit one such
// movement, of by how much each is nearer than strangers' are, more for a reference of few descriptors. 0 when not two
// do. Under a microsecond.
int consensus(const finger::Sketch& probe, const finger::Sketch& reference);

}  // namespace puente::identify
