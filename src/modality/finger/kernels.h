// The inner loops of comparison, over many minutiae at a time; private to this module. One source for all processors
// (kernels.cc), chosen when the program runs; the answers are the same, bit for bit, on every one of them and in
// `scalar`, which defines them: popcounts and comparisons of integers, and single IEEE operations on floats, never
// summed across lanes.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
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
inline constexpr float kPerCell = 1 / 8.0f;  // cells a pixel

// The ridges of a print: in each cell the wave whose brightness at p is cos(phase + across . (p - the cell's middle)),
// phase in 1/256 turn, p in cells, y downwards.
struct Waves {
  static constexpr float kUnknown = -1;
  int columns = 0, rows = 0;
  float left = 0, top = 0;   // of the first cell's corner in the image, pixels
  std::vector<float> phase;  // kUnknown where no ridges were seen
  std::vector<float> across_x, across_y;
  std::vector<std::int32_t> orientation;  // pi/256 each, 0..255; kUnseen where no ridges were seen
  static constexpr std::int32_t kUnseen = -1;
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
inline constexpr float kLikely = 0.15f;
std::size_t compare_surroundings(const Columns& probe, const Columns& reference, float* likeness,
                                 std::uint32_t* likely);
inline std::uint32_t likely_key(float likeness, int probe, int reference) {
  return static_cast<std::uint32_t>(likeness * 32768) << 16 | static_cast<std::uint32_t>(probe << 8 | reference);
}

// The kNear nearest minutiae of each minutia, in its own frame, in whole pixels and 1/65536 turns: as the probe's are
// read, and as the reference's, where round r has each minutia's neighbour (k + r) % kNear at k: eight rounds bring
// every two together.
inline constexpr int kNear = 8;
struct Neighbourhoods {
  static constexpr std::int16_t kNobody = 8000;     // pixels; there are fewer
  std::vector<std::int16_t> along, across, turned;  // of minutia i at i * kNear
  std::vector<std::uint16_t> strictness;            // 2^18 / (squared pixels within which another is alike)
  std::vector<std::int16_t> round_along, round_across, round_turned;  // of minutia i at i * kNear * kNear
};

// How many neighbours lie and point alike, for the pairs that keys name (their likeness is not read): 0 to kNear, in
// 1/kAlike each.
inline constexpr int kAlike = 254;
inline constexpr int kApart = 2925;  // 2^24 / (greatest difference of direction, 0.55 radians)
void compare_neighbours(const Neighbourhoods& probe, const Neighbourhoods& reference, const std::uint32_t* keys,
                        std::size_t count, std::uint16_t* alike);

// The likeliest pairs of minutiae, probe and reference, in columns.
inline constexpr int kRankedMax = 64;
struct Ranked {
  int count = 0;
  std::array<float, kRankedMax> px{}, py{}, qx{}, qy{};
  std::array<float, kRankedMax> cosine{}, sine{};   // of the rotation that the pair proposes
  std::array<std::int32_t, kRankedMax> rotation{};  // the same, 0..65535
  std::array<std::int32_t, kRankedMax> probe{}, reference{};
};

// Moves the keys of `least` (above 0) and more to the front, in their order; returns how many.
std::size_t keep_from(std::uint32_t least, std::uint32_t* keys, std::size_t count);

// Which pairs could be true together with each that is wanted (bit a; below ranked.count): bit b of agree[a] says that
// b lies where a puts it, give or take what skin stretches and a degree of turning.
inline constexpr float kAgreeNear = 49, kAgreeFar = 0.037f;  // squared pixels; and a share of the squared distance
inline constexpr int kAgreeTurnMax = 5215;                   // 0.5 radians
void find_agreement(const Ranked& ranked, std::uint64_t wanted, std::uint64_t* agree);

// Which minutiae meet: those of the reference within `reach` pixels and kTurnMax of each placed one of the probe, as
// probe << 16 | reference, in that order. `placed` has only x, y and angle. Returns how many.
inline constexpr int kTurnMax = 6258;  // 0.6 radians
std::size_t find_near(const Columns& placed, const Columns& reference, float reach, std::uint32_t* near);

// Probe to reference, y upwards: linear and shift, then what skin bends, quadratic about a centre. Rotation is the
// rigid part's.
struct Alignment {
  float a = 1, b = 0, c = 0, d = 1;  // linear part, row by row
  float shift_x = 0, shift_y = 0;
  float rotation = 0;
  float centre_x = 0, centre_y = 0;         // in the probe
  std::array<float, 3> bend_x{}, bend_y{};  // of u², uv, v², with u, v in kBendUnit from the centre

  std::pair<float, float> place(float px, float py) const {
    const float u = (px - centre_x) * (1 / kBendUnit), v = (py - centre_y) * (1 / kBendUnit);
    return {a * px + b * py + shift_x + ((bend_x[0] * u + bend_x[1] * v) * u + bend_x[2] * v * v),
            c * px + d * py + shift_y + ((bend_y[0] * u + bend_y[1] * v) * u + bend_y[2] * v * v)};
  }
  std::pair<float, float> place_back(float x, float y) const {  // without the bending
    const float scale = 1 / (a * d - b * c), u = x - shift_x, v = y - shift_y;
    return {(d * u - b * v) * scale, (a * v - c * u) * scale};
  }
  static constexpr float kBendUnit = 64;  // pixels
};

// Where the alignment puts points, turned by `turn`: x, y and angle of `placed`, which must hold points.padded of each.
void place_all(const Columns& points, const Alignment& alignment, int turn, Columns& placed);

// Which points come to lie where a print was recorded: bit i of the whole for the i-th. There, or back from the
// reference to the probe, without the bending.
enum class Way { kForth, kBack };
using Recorded = std::array<std::uint64_t, 4>;  // key's probe and reference have 8 bits: there are no more points
void find_recorded(const Columns& points, const Alignment& alignment, Way way, const Waves& print, Recorded& recorded);

// Places where a print's ridges are looked at, in columns padded to kLanes: the coarsest choice of them first.
struct Spots {
  int count = 0, padded = 0;
  std::vector<float> x, y;  // pixels, y upwards
  std::vector<std::int32_t> orientation, phase;
};
// What the probe's spots find in the reference.
struct Met {
  static constexpr std::int32_t kNothing = 1 << 20;
  std::vector<std::int32_t> lag;     // reference's phase there minus probe's, 1/256 turn, -128..127; or kNothing
  std::vector<std::int32_t> turned;  // between the ridges, pi/256, 0..255
  std::vector<std::int32_t> cell;    // of the reference
};
// Lays the first `count` spots of the probe over the reference; rotation is alignment's in pi/256, 0..511. `met` must
// hold spots.padded of each.
void lay_over(const Spots& spots, int count, const Alignment& alignment, int rotation, const Waves& reference,
              Met& met);

// How far the flow differs where they meet: the sum over those spots of the angle between the ridges (pi/256, 0..128).
// Of the spots from `first`, a multiple of kLanes, to the one before `count`.
struct Flow {
  int spots = 0, apart = 0;
};
Flow compare_flow(const Spots& spots, int first, int count, const Alignment& alignment, int rotation,
                  const Waves& reference);

// Sum over k of weight[k] * row[k][i] * row[k][j], added up in that order.
inline constexpr int kRow = 16, kEquations = 12;
using Rows = std::vector<std::array<float, kRow>>;
using Matrix = std::array<std::array<float, kRow>, kEquations>;
void add_up(const Rows& rows, const std::vector<float>& weights, Matrix& sums);

namespace scalar {
void compare_neighbours(const Neighbourhoods& probe, const Neighbourhoods& reference, const std::uint32_t* keys,
                        std::size_t count, std::uint16_t* alike);
Flow compare_flow(const Spots& spots, int first, int count, const Alignment& alignment, int rotation,
                  const Waves& reference);
void add_up(const Rows& rows, const std::vector<float>& weights, Matrix& sums);
void lay_over(const Spots& spots, int count, const Alignment& alignment, int rotation, const Waves& reference,
              Met& met);
void describe_surroundings(const Waves& waves, const Offsets& offsets, const std::vector<Frame>& frames, Columns& out);
std::size_t compare_surroundings(const Columns& probe, const Columns& reference, float* likeness,
                                 std::uint32_t* likely);
void find_agreement(const Ranked& ranked, std::uint64_t wanted, std::uint64_t* agree);
std::size_t find_near(const Columns& placed, const Columns& reference, float reach, std::uint32_t* near);
std::size_t keep_from(std::uint32_t least, std::uint32_t* keys, std::size_t count);
void place_all(const Columns& points, const Alignment& alignment, int turn, Columns& placed);
void find_recorded(const Columns& points, const Alignment& alignment, Way way, const Waves& print, Recorded& recorded);
}  // namespace scalar

// For tests: runs `what` once on every target that this machine has, giving its name.
void on_every_target(void (*what)(const std::string& target));

}  // namespace puente::finger
