// A sketch: what the coarse stage of a search looks at, of one fingerprint. Part of finger.h.
#pragma once
#include <array>
#include <cstdint>
#include <vector>

namespace puente::finger {

struct Template;
struct Minutia;

// 64 bits of each of the clearest minutiae: what the ridges around it do in the minutia's own frame. Descriptors of one
// minutia in two prints differ by 10 to 22 bits, those of strangers by 32 on average. Of strangers' prints the most
// alike of a thousand pairs also come down to 16: it takes several together, at places that fit, to mean anything.
// Fingers of minutiae alone have none (count 0).
struct Sketch {
  static constexpr int kDescriptors = 32;
  int count = 0;
  std::array<std::uint64_t, kDescriptors> bits{};    // beyond count: the first ones again
  std::array<std::uint32_t, kDescriptors> places{};  // make_place; beyond count: kNoPlace
};
inline constexpr std::uint32_t kNoPlace = 0xffffffff;
// x and y in half pixels from the print's left and top minutia, y upwards, 12 bits each; direction in 1/256 turn.
constexpr std::uint32_t make_place(int half_x, int half_y, int direction) {
  return static_cast<std::uint32_t>(half_x) << 20 | static_cast<std::uint32_t>(half_y) << 8 |
         static_cast<std::uint32_t>(direction);
}

Sketch sketch(const Template& features);  // about 0.1 ms

// Two descriptors speak for each other when they differ by less than this many bits.
inline constexpr int kDescriptorReach = 22;

// For fitting the projection that makes the bits (docs/formats/index.md): samples of the ridges around a minutia in its
// own frame, -64 … 64, 0 where nothing was recorded: their brightness on a lattice, then the cosine and sine of the
// doubled orientation on rings.
inline constexpr int kSketchSamples = 173;
using SketchSamples = std::array<std::int8_t, kSketchSamples>;
SketchSamples sketch_samples(const Template& features, const Minutia& minutia);

}  // namespace puente::finger
