// What a card has beside the print: ruled, printed, written, stamped, punched, smeared, creased, and the next finger's
// print. Inside this module only.
#pragma once
#include "lab/synth/synth.h"

namespace puente::synth {

// Draws the marks of options.card on an impression before it is marked as synthetic. They are the same for the same
// finger and impression, on a card of either kind: only their places differ.
void paint_card(Image& image, const GrownFinger& finger, std::uint32_t impression, const CaptureOptions& options);

}  // namespace puente::synth
