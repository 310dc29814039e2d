#include "core/check.h"
#include "core/limits.h"
#include "format/image/image.h"

// Any bytes are an image that keeps to the limits and survives a round trip, or a one-line error.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace puente;
  const auto image = format::decode_image({data, size});
  if (!image.ok()) {
    CHECK(!image.error().message.empty() && image.error().message.find('\n') == std::string::npos);
    return 0;
  }
  CHECK(image->channels == 1 && image->width > 0 && image->height > 0);
  CHECK(image->pixels.size() == static_cast<std::size_t>(image->width) * image->height);
  CHECK(static_cast<std::int64_t>(image->pixels.size()) <= limits::kImagePixelsMax);
  CHECK(image->ppi == 0 || (image->ppi >= limits::kPpiMin && image->ppi <= limits::kPpiMax));
  if (image->pixels.size() < 100'000) {
    const auto again = format::decode_image(*format::encode_png(*image));
    CHECK(again.ok() && again->pixels == image->pixels);
  }
  return 0;
}
