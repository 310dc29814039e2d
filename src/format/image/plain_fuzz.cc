#include "core/check.h"
#include "core/limits.h"
#include "format/image/image.h"

// Any bytes are a BMP, TIFF, PGM or PPM that becomes a PNG of the same pixels, or a one-line error. Seeds:
// test/data/fuzz/plain_fuzz, made by plain_test.cc.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace puente;
  const ByteView bytes(data, size);
  if (!format::is_plain_image(bytes)) return 0;
  const auto image = format::decode_image(bytes);
  if (!image.ok()) {
    CHECK(!image.error().message.empty() && image.error().message.find('\n') == std::string::npos);
    return 0;
  }
  CHECK(static_cast<std::int64_t>(image->pixels.size()) <= limits::kImagePixelsMax);
  CHECK(image->pixels.size() == static_cast<std::size_t>(image->width) * image->height);
  if (image->pixels.size() > 100'000) return 0;
  const auto png = format::as_png(bytes);
  CHECK(png.ok());
  CHECK(format::decode_image(*png)->pixels == image->pixels);
  return 0;
}
