// Inside format/: one decoder per file type, and the checks that they share.
#pragma once
#include <cstdint>

#include "core/bytes.h"
#include "core/image.h"
#include "core/result.h"

namespace puente::format {

Result<Image> decode_png(ByteView bytes);
Result<Image> decode_jpeg(ByteView bytes);
Result<Image> decode_wsq(ByteView bytes);
Result<Image> decode_jpeg2000(ByteView bytes);
Result<Bytes> bare_jpeg2000(ByteView bytes);

// Sides and pixels against core/limits.h; to be called before allocating.
Status check_size(std::int64_t width, std::int64_t height);

// A density as a file states it, or 0 if it is no plausible resolution of a scan. Within 0.05 of a whole number it is
// that number: 500 ppi in pixels a metre comes back as 499.999.
double plausible_ppi(double x_ppi, double y_ppi);

inline std::uint8_t luma(int red, int green, int blue) {  // ITU-R BT.601 in 1/256; gray stays what it is
  return static_cast<std::uint8_t>((77 * red + 150 * green + 29 * blue + 128) >> 8);
}

}  // namespace puente::format
