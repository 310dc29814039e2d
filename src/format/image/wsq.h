// Inside format/: what the WSQ decoder and encoder share. Wavelet scalar quantisation, the FBI's image compression for
// fingerprints: Criminal Justice Information Services, "WSQ Gray-Scale Fingerprint Image Compression Specification",
// IAFIS-IC-0110 version 3 (1997); J. N. Bradley, C. M. Brislawn, T. Hopper 1993.
//
// Not certified by the FBI.
#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/bytes.h"
#include "core/image.h"
#include "core/result.h"

namespace puente::format::wsq {

inline constexpr int kSteps = 20;  // times that an area is split into four by the wavelet
inline constexpr int kBands = 64;
inline constexpr int kTapsMax = 32;    // of a filter
inline constexpr int kBandsUsed = 60;  // the outermost four, of the finest diagonal detail, are never sent

enum Marker : std::uint16_t {
  kStart = 0xffa0,
  kEnd = 0xffa1,
  kFrame = 0xffa2,
  kBlock = 0xffa3,
  kFilters = 0xffa4,
  kQuantisation = 0xffa5,
  kHuffman = 0xffa6,
  kRestartInterval = 0xffa7,
  kComment = 0xffa8,
  kRestartFirst = 0xffb0,  // to kRestartLast: between pieces of a block's values, each from a whole byte on
  kRestartLast = 0xffb7,
};

// Whether the marker of this last byte ends a block's values: restarts do not.
inline bool ends_values(int marker) {
  return marker < (kRestartFirst & 0xff) || marker > (kRestartLast & 0xff);
}

// What a Huffman code stands for (IAFIS-IC-0110, table 3): a run of zeros, a value that follows in 8 or 16 bits, or a
// value by itself.
enum Symbol : std::uint8_t {
  kRunMax = 100,  // 1 to 100: so many zeros
  kPositive8 = 101,
  kNegative8 = 102,
  kPositive16 = 103,
  kNegative16 = 104,
  kRun8 = 105,
  kRun16 = 106,
  kValueOfZero = 180,  // 107 to 254: -73 to 74
};
inline constexpr int kValueMin = -73, kValueMax = 74;
inline constexpr int kCodeBitsMax = 16;

struct Area {
  int x = 0, y = 0, width = 0, height = 0;
};

// How an image is split. Each step's area is split in the order of the array, and put together in the reverse order;
// where `high_first`, the high-pass half lies at the left (or top), so that frequencies run on across the border.
struct Step {
  Area area;
  bool columns_high_first = false, rows_high_first = false;
};
std::array<Step, kSteps> steps_of(int width, int height);
std::array<Area, kBands> bands_of(int width, int height);

// Filters that put halves together, taps in order. Files state the ones that took them apart: low first, each from its
// middle outwards.
struct Filters {
  std::vector<float> low, high;
};
Filters synthesis_of(std::span<const float> analysis_low_half, bool low_is_odd,
                     std::span<const float> analysis_high_half, bool high_is_odd);

// Puts an area together from its low and high frequencies, down and then across, in place. `pitch` is the whole image's
// width. The sums run in the order of the taps, in single precision, as in the reference decoder: the same bits.
void synthesise(const Filters& filters, const Step& step, int pitch, std::vector<float>& coefficients);

struct Quantisation {
  float centre = 0.44f;                         // where in its bin a coefficient is put back
  std::array<float, kBands> bin{}, zero_bin{};  // widths; a bin of width 0: the band was not sent
};

}  // namespace puente::format::wsq
