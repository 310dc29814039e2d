// An impression before it is marked: for capture and slaps, and for measuring the mark's false alarms. Inside this
// module only.
#pragma once
#include <utility>
#include <vector>

#include "lab/synth/bend.h"
#include "lab/synth/stream.h"
#include "lab/synth/synth.h"

namespace puente::synth {

// How a finger is laid down, beside what chance does.
struct Hold {
  double wider = 1, longer = 1;  // the contact's size
  bool upright = false;          // neither turned nor moved off the middle
  Bend* bend = nullptr;          // of the skin, if any; scaled here to CaptureOptions::bend
};

// What a finger leaves on a sheet of options.width x height pixels, row by row.
struct Contact {
  std::vector<float> ink;     // 0..1: how much of the pixel the skin touches
  std::vector<float> within;  // 0..1: 0 outside the contact, 1 well within
  double moisture = 0;        // > 0 wet, < 0 dry
  // Places of the sheet, every few pixels well within the contact, and of the skin that touches there: both in pixels,
  // y upwards. What is known of how two impressions lie on each other.
  std::vector<std::pair<Point, Point>> known;
};
Contact touched(const GrownFinger& finger, Stream& stream, const CaptureOptions& options, const Hold& hold = {});

// The contact that press inks.
Contact laid(const GrownFinger& finger, std::uint32_t impression, const CaptureOptions& options, Stream& stream);
Stream capture_stream(const GrownFinger& finger, std::uint32_t impression);

Image press(const GrownFinger& finger, std::uint32_t impression, const CaptureOptions& options);

}  // namespace puente::synth
