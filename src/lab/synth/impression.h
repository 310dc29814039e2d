// An impression before it is marked: for capture and slaps, and for measuring the mark's false alarms. Inside this
// module only.
#pragma once
#include <vector>

#include "lab/synth/stream.h"
#include "lab/synth/synth.h"

namespace puente::synth {

// How a finger is laid down, beside what chance does.
struct Hold {
  double wider = 1, longer = 1;  // the contact's size
  bool upright = false;          // neither turned nor moved off the middle
};

// What a finger leaves on a sheet of options.width x height pixels, row by row.
struct Contact {
  std::vector<float> ink;     // 0..1: how much of the pixel the skin touches
  std::vector<float> within;  // 0..1: 0 outside the contact, 1 well within
  double moisture = 0;        // > 0 wet, < 0 dry
};
Contact touched(const GrownFinger& finger, Stream& stream, const CaptureOptions& options, const Hold& hold = {});

Image press(const GrownFinger& finger, std::uint32_t impression, const CaptureOptions& options);

}  // namespace puente::synth
