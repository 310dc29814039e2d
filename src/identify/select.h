// The coarse stage of a search: who is worth an exact comparison? Private to this module.
//
// First the sketches of one or two of the probe's fingers are streamed through vector units, against everybody's, and
// added up by encounter; then, for the best part of them, those of all its fingers are checked for descriptors that
// agree on one rotation and shift. What this loses beside comparing everybody: docs/accuracy.md.
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "identify/identify.h"

namespace puente::identify {

class Chunk;

struct View {  // the gallery as it was at one moment
  std::vector<std::shared_ptr<const Chunk>> chunks;
  std::size_t encounters = 0, prints = 0;
  std::uint64_t as_of = 0;  // the last change that is in it
};

struct Slot {  // of an encounter in a view
  std::uint32_t chunk = 0;
  std::uint16_t encounter = 0;
};

struct Selection {
  std::vector<Slot> slots;   // the likeliest first
  std::size_t compared = 0;  // encounters in scope with one of the probe's fingers, dropped ones included
  double stream_ms = 0, check_ms = 0;
  std::size_t streamed_bytes = 0;
};

inline constexpr std::size_t kExhaustiveMax = 1000;  // so few encounters are all worth it

// Of more, those survive that have 256 prints to compare, or one in 500 of all, whichever is more; of people with many
// fingers at least 24. Encounters with a print that has no sketch (minutiae alone) survive beside them, as do all when
// the probe has none. Whom the scope hides is neither compared nor counted. The same answer for any number of threads.
// Out of patience: any of them, soon.
Selection select(const View& view, std::span<const Probe> probe, const Scope& scope, int threads,
                 const Patience* patience = nullptr);

}  // namespace puente::identify
