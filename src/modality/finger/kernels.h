// The inner loops of comparison, over many minutiae at a time; private to this module. One source for all processors
// (kernels.cc), chosen when the program runs; the answers are the same, bit for bit, on every one of them and in
// `scalar`, which defines them: popcounts and comparisons of integers, and single IEEE operations on floats, never
// summed across lanes.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace puente::finger {

inline constexpr int kSamples = 256;  // of the surroundings of a minutia
inline constexpr int kWords = kSamples / 32;
inline constexpr int kLanes = 16;  // columns are padded to a multiple of this, so that no kernel has a remainder

// The minutiae of a print in columns. Padding has no surroundings and lies far from everything.
struct Columns {
  int count = 0, padded = 0;
  std::vector<float> x, y;                 // pixels, y upwards
  std::vector<std::int32_t> angle;         // 0..65535, a full turn = 65536
  std::vector<std::uint32_t> ridge, mask;  // word w of minutia i at w * padded + i; ridge only where mask
};
inline constexpr float kFar = 1e6f;

// The ridges of a print: in each cell the wave whose brightness at p is cos(phase + across . (p - the cell's middle)),
// phase in 1/256 turn, p in cells, y downwards.
struct Waves {
  static constexpr float kUnknown = -1;
  int columns = 0, rows = 0;
  std::vector<float> phase;  // kUnknown where no ridges were seen
  std::vector<float> across_x, across_y;
};
struct Offsets {  // of the samples from a minutia, in cells, in the minutia's frame
  std::array<float, kSamples> along{}, across{};
};
struct Frame {  // a minutia's place in cells, and its direction
  float x = 0, y = 0, cosine = 1, sine = 0;
};

// Writes the ridge and mask bits of each frame's minutia: whether each sample lies on a ridge, where that is sure.
inline constexpr int kUnsure = 12;  // 1/256 turn: a sample this near to the edge of a ridge says nothing
void describe_surroundings(const Waves& waves, const Offsets& offsets, const std::vector<Frame>& frames, Columns& out);

// How alike the surroundings of each minutia of the probe and each of the reference are, row by row of
// reference.padded: -1..1, and -1 where they share too few sure samples. `likely` gets a key for each pair above
// kLikely: likeness in 1/32768, then probe (8 bits), then reference (8 bits). Returns how many.
inline constexpr int kSharedMin = 80;
inline constexpr float kLikely = 0.2f;
std::size_t compare_surroundings(const Columns& probe, const Columns& reference, float* likeness,
                                 std::uint32_t* likely);

// The likeliest pairs of minutiae, probe and reference, in columns.
inline constexpr int kRankedMax = 64;
struct Ranked {
  int count = 0;
  std::array<float, kRankedMax> px{}, py{}, qx{}, qy{};
  std::array<float, kRankedMax> cosine{}, sine{};   // of the rotation that the pair proposes
  std::array<std::int32_t, kRankedMax> rotation{};  // the same, 0..65535
  std::array<std::int32_t, kRankedMax> probe{}, reference{};
};

// Which pairs could be true together with each: bit b of agree[a] says that b lies where a puts it, give or take what
// skin stretches and a degree of turning.
inline constexpr float kAgreeNear = 49, kAgreeFar = 0.037f;  // squared pixels; and a share of the squared distance
inline constexpr int kAgreeTurnMax = 5215;                   // 0.5 radians
void find_agreement(const Ranked& ranked, std::uint64_t* agree);

// Which minutiae meet: those of the reference within `reach` pixels and kTurnMax of each placed one of the probe, as
// probe << 16 | reference, in that order. `placed` has only x, y and angle. Returns how many.
inline constexpr int kTurnMax = 6258;  // 0.6 radians
std::size_t find_near(const Columns& placed, const Columns& reference, float reach, std::uint32_t* near);

namespace scalar {
void describe_surroundings(const Waves& waves, const Offsets& offsets, const std::vector<Frame>& frames, Columns& out);
std::size_t compare_surroundings(const Columns& probe, const Columns& reference, float* likeness,
                                 std::uint32_t* likely);
void find_agreement(const Ranked& ranked, std::uint64_t* agree);
std::size_t find_near(const Columns& placed, const Columns& reference, float reach, std::uint32_t* near);
}  // namespace scalar

// For tests: runs `what` once on every target that this machine has, giving its name.
void on_every_target(void (*what)(const std::string& target));

}  // namespace puente::finger
