// A sketch: what the coarse stage of a search looks at, of one fingerprint. Part of finger.h.
#pragma once
#include <array>
#include <cstdint>
#include <vector>

namespace puente::finger {

struct Template;
struct Minutia;

// 64 bits of each of the clearest minutiae: what the ridges around it do in the minutia's own frame. Two prints of a
// minutia may differ in bits that were nearly the other way; a probe's sketch knows which of its own were not, and only
// they are compared. Fingers of minutiae alone have no descriptors (count 0).
struct Sketch {
  static constexpr int kDescriptors = 32;
  static constexpr int kSureBits = 32;
  int count = 0;
  std::array<std::uint64_t, kDescriptors> bits{};    // beyond count: the first ones again
  std::array<std::uint64_t, kDescriptors> sure{};    // kSureBits of them: those furthest from the other value
  std::array<std::uint32_t, kDescriptors> places{};  // make_place; beyond count: kNoPlace
};
inline constexpr std::uint32_t kNoPlace = 0xffffffff;
// x and y in half pixels from the print's left and top minutia, y upwards, 12 bits each; direction in 1/256 turn.
constexpr std::uint32_t make_place(int half_x, int half_y, int direction) {
  return static_cast<std::uint32_t>(half_x) << 20 | static_cast<std::uint32_t>(half_y) << 8 |
         static_cast<std::uint32_t>(direction);
}

Sketch sketch(const Template& features);  // about 60 microseconds

std::uint64_t sketch_version();  // another number: bits made otherwise, that mean nothing to this program

// Two descriptors speak for each other when fewer than this many of the probe's sure bits differ. Of strangers' 16 do
// on average.
inline constexpr int kDescriptorReach = 11;

// For fitting the projection that makes the bits (docs/formats/index.md): samples of the ridges around a minutia in its
// own frame, -64 … 64, kNotRecorded where there are none: their brightness on a lattice, then the cosine and sine of
// the doubled orientation on rings.
inline constexpr int kSketchSamples = 173;
inline constexpr std::int8_t kNotRecorded = -128;
using SketchSamples = std::array<std::int8_t, kSketchSamples>;
SketchSamples sketch_samples(const Template& features, const Minutia& minutia);

}  // namespace puente::finger
