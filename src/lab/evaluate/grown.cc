#include <algorithm>
#include <atomic>

#include "core/mutex.h"
#include "core/parallel.h"
#include "lab/evaluate/evaluate.h"
#include "lab/synth/synth.h"

namespace puente::evaluate {

std::vector<MatedFinger> grown_fingers(const GrownFingers& wanted, const Options& options) {
  std::vector<MatedFinger> fingers(static_cast<std::size_t>(wanted.count));
  Mutex mutex;
  std::size_t done = 0;
  puente::in_parallel(options.threads, fingers.size(), [&](int, std::size_t item) {
    const int number = static_cast<int>(item);
    const auto position = static_cast<Finger>(1 + number % 10);
    const synth::GrownFinger finger =
        synth::grow_finger(wanted.seed, static_cast<std::uint32_t>(wanted.first + number), position);
    MatedFinger& made = fingers[item];
    for (std::uint32_t impression = 0; impression < wanted.impressions; ++impression) {
      auto extraction = finger::extract(synth::capture(finger, impression));
      if (!extraction.ok()) continue;
      if (made.enrolled.minutiae.empty()) {
        made.enrolled = std::move(extraction->features);
      } else {
        made.probes.push_back(std::move(extraction->features));
      }
    }
    const MutexLock lock(mutex);
    ++done;
    if (options.progress) options.progress("synthetic fingers", done, fingers.size());
  });
  std::erase_if(fingers, [](const MatedFinger& finger) { return finger.enrolled.minutiae.empty(); });
  return fingers;
}

}  // namespace puente::evaluate
