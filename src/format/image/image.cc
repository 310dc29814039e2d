#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>

#include "core/limits.h"
#include "core/tally.h"
#include "format/image/codec.h"
#include "format/image/image.h"

namespace puente::format {
namespace {

using namespace std::string_view_literals;

struct Known {
  std::string_view start;
  const char* name;
};

// Files that people do send and that we do not read.
constexpr Known kNotRead[] = {
    {"II*\0"sv, "TIFF"}, {"MM\0*"sv, "TIFF"},          {"GIF8"sv, "GIF"}, {"BM"sv, "BMP"}, {"RIFF"sv, "WebP"},
    {"%PDF"sv, "PDF"},   {"\0\0\0 ftyphei"sv, "HEIC"},
};

}  // namespace

Status check_size(std::int64_t width, std::int64_t height) {
  if (width < 1 || height < 1) return {Code::kInvalidInput, "image has no pixels"};
  if (width > limits::kImageSideMax || height > limits::kImageSideMax) {
    return {Code::kTooLarge,
            fmt::format("image is {} x {} pixels; the limit a side is {}", width, height, limits::kImageSideMax)};
  }
  if (width * height > limits::kImagePixelsMax) {
    return {Code::kTooLarge, fmt::format("image has {:.1f} million pixels; the limit is {:.1f}",
                                         static_cast<double>(width * height) * 1e-6,
                                         static_cast<double>(limits::kImagePixelsMax) * 1e-6)};
  }
  return {};
}

double plausible_ppi(double x_ppi, double y_ppi) {
  if (!(x_ppi >= limits::kPpiMin && x_ppi <= limits::kPpiMax)) return 0;
  if (!(std::abs(x_ppi - y_ppi) <= 0.01 * x_ppi)) return 0;
  const double whole = std::round(x_ppi);
  return std::abs(x_ppi - whole) <= 0.05 ? whole : x_ppi;
}

Result<Image> decode_image(ByteView bytes) {
  tally(Work::kDecode);
  if (bytes.empty()) return {Code::kInvalidInput, "image is empty"};
  if (bytes.size() > limits::kImageBytesMax) {
    return {Code::kTooLarge,
            fmt::format("image file has {} bytes; the limit is {}", bytes.size(), limits::kImageBytesMax)};
  }
  const std::string_view start = text(bytes);
  if (start.starts_with("\x89PNG\r\n\x1a\n"sv)) return decode_png(bytes);
  if (start.starts_with("\xff\xd8\xff"sv)) return decode_jpeg(bytes);
  if (start.starts_with("\xff\xa0"sv)) return decode_wsq(bytes);
  if (start.starts_with("\0\0\0\x0cjP  "sv) || start.starts_with("\xff\x4f\xff\x51"sv)) return decode_jpeg2000(bytes);
  for (const Known& known : kNotRead) {
    if (start.starts_with(known.start)) {
      return {Code::kUnsupported, fmt::format("{} files are not read; send PNG, JPEG, JPEG 2000 or WSQ", known.name)};
    }
  }
  return {Code::kInvalidInput, "not an image; send PNG, JPEG, JPEG 2000 or WSQ"};
}

}  // namespace puente::format
