#include "format/image/plain.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/check.h"
#include "core/limits.h"
#include "core/tally.h"
#include "format/image/image.h"

namespace puente::format {
namespace {

// One channel where the three say the same.
void reduce(Image& image) {
  if (image.channels != 3) return;
  Bytes& pixels = image.pixels;
  for (std::size_t i = 0; i < pixels.size(); i += 3)
    if (pixels[i] != pixels[i + 1] || pixels[i] != pixels[i + 2]) return;
  for (std::size_t i = 0; i < pixels.size() / 3; ++i) pixels[i] = pixels[3 * i];
  pixels.resize(pixels.size() / 3);
  image.channels = 1;
}

}  // namespace

unsigned range_used(unsigned most, Remarks& remarks) {
  if (most == 1) return 255;  // a mask: spread_mask says it
  int bits = 16;
  for (const int fewer : {14, 12, 10, 8})
    if (most < 1u << fewer) bits = fewer;
  if (most == 0) bits = 16;
  if (bits < 16) remarks.push_back(fmt::format("16 bits a channel, of which {} are used", bits));
  return (1u << bits) - 1;
}

Result<Image> decode_plain(ByteView file, Remarks& remarks) {
  CHECK(is_plain_image(file));
  Result<Image> image = is_bmp(file)   ? decode_bmp(file)
                        : is_pnm(file) ? decode_pnm(file, remarks)
                                       : decode_tiff(file, remarks);
  if (image.ok()) reduce(*image);
  return image;
}

bool is_plain_image(ByteView bytes) {
  return is_bmp(bytes) || is_pnm(bytes) || is_tiff(bytes);
}

Result<Bytes> as_png(ByteView bytes, std::vector<std::string>* wanted) {
  if (!is_plain_image(bytes)) return {Code::kInvalidInput, "no BMP, TIFF, PGM or PPM image"};
  if (bytes.size() > limits::kImageBytesMax)
    return {Code::kTooLarge,
            fmt::format("image file has {} bytes; the limit is {}", bytes.size(), limits::kImageBytesMax)};
  tally(Work::kDecode);
  Remarks remarks;
  ASSIGN_OR_RETURN(Image image, decode_plain(bytes, remarks));
  spread_mask(image.pixels, remarks);
  if (wanted != nullptr) wanted->insert(wanted->end(), remarks.begin(), remarks.end());
  return encode_png(image);
}

}  // namespace puente::format
