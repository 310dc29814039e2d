// Samples as one byte string. Version 2 gave them modality, coding and impression; 1, single fingers, is still read.
#include <algorithm>
#include <cmath>

#include "core/limits.h"
#include "intake/intake.h"

namespace puente::intake {
namespace {

constexpr std::uint8_t kVersion = 2, kVersionOfSingleFingers = 1;

std::uint8_t code_of(const Sample& sample) {
  if (sample.modality == Modality::kFinger) return static_cast<std::uint8_t>(sample.position);
  return sample.modality == Modality::kIris ? static_cast<std::uint8_t>(sample.eye) : kFace.code;
}

// The place of a sample from its numbers; false when they are none.
bool put_place(int modality, int code, Sample& sample) {
  if (modality >= kModalityCount) return false;
  sample.modality = static_cast<Modality>(modality);
  if (sample.modality == Modality::kFinger) {
    sample.position = static_cast<FingerCapture>(code);
    return finger_of(sample.position) || is_slap(sample.position);
  }
  const auto place = checked_place(modality, code);
  if (place && sample.modality == Modality::kIris) sample.eye = static_cast<Eye>(place->code);
  return place.has_value();
}

}  // namespace

Bytes encode_samples(const std::vector<Sample>& samples) {
  ByteWriter out;
  out.u8(kVersion).u8(static_cast<std::uint8_t>(samples.size()));
  for (const Sample& sample : samples) {
    out.u8(static_cast<std::uint8_t>(sample.modality)).u8(code_of(sample));
    out.u8(static_cast<std::uint8_t>(sample.coding));
    out.u8(static_cast<std::uint8_t>(std::clamp(sample.impression, 0, 255)));
    out.u32(static_cast<std::uint32_t>(std::lround(sample.ppi * 1000)));  // thousandths of a pixel an inch
    out.counted(sample.image);
  }
  return out.take();
}

Result<std::vector<Sample>> decode_samples(ByteView bytes) {
  ByteReader in(bytes);
  const int version = in.u8();
  bool known = version == kVersion || version == kVersionOfSingleFingers;
  const std::size_t count = in.u8();
  std::vector<Sample> out;
  for (std::size_t i = 0; known && i < count && in.ok(); ++i) {
    Sample& sample = out.emplace_back();
    if (version == kVersionOfSingleFingers) {
      const std::uint8_t position = in.u8();
      sample.position = static_cast<FingerCapture>(position <= 10 ? position : 0);
    } else {
      const int modality = in.u8(), code = in.u8(), coding = in.u8();
      known = put_place(modality, code, sample) && coding <= static_cast<int>(Coding::kMinutiae);
      sample.coding = static_cast<Coding>(coding);
      sample.impression = in.u8();
    }
    sample.ppi = in.u32() / 1000.0;
    const ByteView image = in.counted();
    sample.image.assign(image.begin(), image.end());
    if (sample.coding == Coding::kUnknown) sample.coding = coding_of(sample.image);
  }
  if (!known || !in.done()) return Error{Code::kCorrupt, "kept samples cannot be read"};
  return out;
}

}  // namespace puente::intake
