// Inside format/person: looking at the pictures of a file that may hold thousands, and at no more than can be afforded.
#pragma once
#include <algorithm>
#include <cstdint>
#include <string>

#include "core/limits.h"
#include "core/result.h"
#include "format/itl/itl.h"

namespace puente::format {

struct RecordDescription;

inline Error too_much() {
  return {Code::kTooLarge, "there are too many images"};
}

// A file may hold 65,535 views, and what is said of one takes fifty times its bytes; a hundred bytes of JPEG 2000 may
// stand for a picture of 24 million pixels, and there may be a thousand of them: so much is shown, so much decoded.
class Allowance {
 public:
  std::size_t take_views(std::size_t views) {
    const std::size_t taken = std::min(views, views_);
    views_ -= taken;
    return taken;
  }

  bool take_pixels(std::int64_t width, std::int64_t height) {
    if (width > limits::kImageSideMax || height > limits::kImageSideMax) return true;  // refused by its decoder
    if (width * height > pixels_) return false;
    pixels_ -= width * height;
    return true;
  }

 private:
  std::size_t views_ = 100;
  std::int64_t pixels_ = 4 * limits::kImagePixelsMax;
};

// As describe_record, of what stands within another file.
Result<RecordDescription> describe_within(ByteView bytes, Allowance& allowance);

}  // namespace puente::format
