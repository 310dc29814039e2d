// The kernels that extraction spends its time in, for whatever vector unit the processor has; private to this module.
#pragma once
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "modality/pixels/pixels.h"

namespace puente::finger {

inline constexpr int kBlock = 4;            // pixels each way that share a filter
inline constexpr int kReachOfFilters = 13;  // pixels: the radius of the broadest

// A round window: on the row at distance d from its middle it reaches half_row[d] pixels to each side.
struct FilterWindow {
  int radius = 0;
  std::vector<int> half_row;
};

// A plane with a border for windows of up to `radius`, laid out for filtering: at each pixel it and the three below it,
// so that the 16 samples which a tap gives to a block of kBlock x kBlock pixels lie side by side.
class FilterInput {
 public:
  FilterInput(const pixels::Plane& plane, int radius);
  int width() const { return width_; }
  int height() const { return height_; }
  // The corner of the window for the block whose corner is pixel (x, y).
  const float* at(int x, int y, const FilterWindow& window) const {
    const int inwards = radius_ - window.radius;
    return &values_[(static_cast<std::size_t>(y + inwards) * columns_ + x + inwards) * kBlock];
  }
  std::ptrdiff_t line() const { return static_cast<std::ptrdiff_t>(columns_) * kBlock; }

 private:
  int width_, height_, radius_, columns_;
  std::unique_ptr<float[]> values_;
};

// Sums of a block's samples under the window, each times the tap's even and odd weight; weights alternate even, odd
// along the window's rows. out[x * kBlock + y] for both. Every target gives the same bits: a lane is a pixel, and no
// lane's sum is ever reordered.
using FilterBlock = void (*)(const float* corner, std::ptrdiff_t line, const FilterWindow& window, const float* weights,
                             float* even, float* odd);

// What waves a patch of samples holds: for each wave the sum over `taps` of sums[tap] times its even weight, and of
// differences[tap] times its odd weight. weights: for each kWavesAtOnce waves, by tap, the even ones of all of them,
// then the odd ones. `waves` is a multiple of kWavesAtOnce.
inline constexpr int kWavesAtOnce = 16;
using ProjectWaves = void (*)(const float* sums, const float* differences, int taps, const float* weights, int waves,
                              float* even, float* odd);

struct FilterTarget {
  const char* name;
  FilterBlock filter;
  ProjectWaves project;
};
std::span<const FilterTarget> filter_targets();  // those that this processor runs, the plainest first, the
                                                 // best last

}  // namespace puente::finger
