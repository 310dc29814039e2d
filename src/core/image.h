// Image: decoded pixels, the noun between format/ and modality/. A plain value; any thread may hold its own.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace puente {

inline constexpr double kCentimetresInInch = 2.54;  // resolutions are stated in either

struct Image {
  int width = 0;
  int height = 0;
  int channels = 1;                  // 1 gray, 3 RGB
  double ppi = 0;                    // pixels an inch; 0 when the file does not say
  std::vector<std::uint8_t> pixels;  // row by row, channels interleaved; size width*height*channels

  std::uint8_t at(int x, int y) const { return pixels[static_cast<std::size_t>(y) * width + x]; }  // gray only
};

}  // namespace puente
