// An impression before it is marked: for capture, and for measuring the mark's false alarms. Inside this module only.
#pragma once
#include "lab/synth/synth.h"

namespace puente::synth {

Image press(const Finger& finger, std::uint32_t impression, const CaptureOptions& options);

}  // namespace puente::synth
