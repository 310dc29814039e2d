#include "service/samples.h"

#include <cmath>

#include "core/limits.h"

namespace puente::service {
namespace {
constexpr std::uint8_t kVersion = 1;
}

Bytes encode_samples(const std::vector<Sample>& samples) {
  ByteWriter out;
  out.u8(kVersion).u8(static_cast<std::uint8_t>(samples.size()));
  for (const Sample& sample : samples) {
    out.u8(static_cast<std::uint8_t>(sample.position));
    out.u32(static_cast<std::uint32_t>(std::lround(sample.ppi * 1000)));  // thousandths of a pixel an inch
    out.counted(sample.image);
  }
  return out.take();
}

Result<std::vector<Sample>> decode_samples(ByteView bytes) {
  ByteReader in(bytes);
  const bool known = in.u8() == kVersion;
  const std::size_t count = in.u8();
  std::vector<Sample> out;
  for (std::size_t i = 0; known && i < count && in.ok(); ++i) {
    Sample sample;
    const std::uint8_t position = in.u8();
    sample.position = static_cast<FingerCapture>(position <= 10 ? position : 0);
    sample.ppi = in.u32() / 1000.0;
    const ByteView image = in.counted();
    sample.image.assign(image.begin(), image.end());
    out.push_back(std::move(sample));
  }
  if (!known || !in.done()) return Error{Code::kCorrupt, "kept samples cannot be read"};
  return out;
}

}  // namespace puente::service
