// Inside format/: one decoder per file type, and the checks that they share.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "core/bytes.h"
#include "core/image.h"
#include "core/result.h"

namespace puente::format {

// What a decoder met that a sound file does not have, and made good: a line each.
using Remarks = std::vector<std::string>;

// Pixels as they are stored, whichever way up.
Result<Image> decode_png(ByteView bytes, Remarks& remarks);
Result<Image> decode_jpeg(ByteView bytes);
Result<Image> decode_wsq(ByteView bytes);
Result<Image> decode_jpeg2000(ByteView bytes);
Result<Bytes> bare_jpeg2000(ByteView bytes);

// Of what stands, or does not stand, behind the picture.
void remark_ends(ByteView file, Remarks& remarks);

// The range of 16-bit values of which none is over `most`. Sensors write their 8 to 14 bits as they are, which then
// would all be black: where no more are used, those are the range, and that is remarked.
unsigned range_used(unsigned most, Remarks& remarks);

// A picture of zeros and ones, as programs save a mask, is black to whoever looks at it, or white where zero is white.
// It becomes black and white, and that is remarked. Every decoder leaves such values as they are.
void spread_mask(Bytes& pixels, Remarks& remarks);

// A value of a channel that goes to `most`, as one of 255.
inline std::uint8_t eight_bits(std::uint64_t value, std::uint64_t most) {
  return static_cast<std::uint8_t>((value * 255 + most / 2) / most);
}

// Sides and pixels against core/limits.h; to be called before allocating.
Status check_size(std::int64_t width, std::int64_t height);

// A density as a file states it, or 0 if it is no plausible resolution of a scan. Within 0.05 of a whole number it is
// that number: 500 ppi in pixels a metre comes back as 499.999.
double plausible_ppi(double x_ppi, double y_ppi);

inline std::uint8_t luma(int red, int green, int blue) {  // ITU-R BT.601 in 1/256; gray stays what it is
  return static_cast<std::uint8_t>((77 * red + 150 * green + 29 * blue + 128) >> 8);
}

}  // namespace puente::format
