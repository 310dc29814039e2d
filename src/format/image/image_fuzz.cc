#include "core/check.h"
#include "core/limits.h"
#include "format/image/image.h"

namespace {

using namespace puente;

// What is left without its words: never more, the same again when it is laid bare again, and the same picture.
void check_bare(ByteView bytes, const Result<Image>& image) {
  const auto bare = format::bare_image(bytes);
  if (!bare.ok()) {
    CHECK(!image.ok() || bare.error().code == Code::kTooLarge);
    CHECK(!bare.error().message.empty() && bare.error().message.find('\n') == std::string::npos);
    return;
  }
  CHECK(bare->size() <= bytes.size());
  CHECK(*format::bare_image(*bare) == *bare);
  CHECK(format::wsq_comments(*bare).empty());
  if (!image.ok() || image->pixels.size() > 1'000'000) return;
  const auto again = format::decode_image(*bare);
  CHECK(again.ok() && again->pixels == image->pixels && again->width == image->width && again->ppi == 0);
}

}  // namespace

// Any bytes are an image that keeps to the limits and survives a round trip, or a one-line error.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto image = format::decode_image({data, size});
  check_bare({data, size}, image);
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
