#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <span>
#include <string_view>
#include <utility>

#include "core/limits.h"
#include "core/tally.h"
#include "format/image/codec.h"
#include "format/image/exif.h"
#include "format/image/image.h"
#include "format/image/plain.h"

namespace puente::format {
namespace {

using namespace std::string_view_literals;

struct Known {
  std::string_view start;
  const char* name;
};

constexpr Known kRead[] = {{"\x89PNG\r\n\x1a\n"sv, "PNG"},
                           {"\xff\xd8\xff"sv, "JPEG"},
                           {"\xff\xa0"sv, "WSQ"},
                           {"\0\0\0\x0cjP  "sv, "JPEG 2000"},
                           {"\xff\x4f\xff\x51"sv, "JPEG 2000"}};
// Files that people do send and that we do not read.
constexpr Known kNotRead[] = {{"GIF8"sv, "GIF"}, {"%PDF"sv, "PDF"}, {"8BPS"sv, "Photoshop"}};

std::string_view name_among(std::span<const Known> known, std::string_view start) {
  for (const Known& each : known)
    if (start.starts_with(each.start)) return each.name;
  return {};
}

// The name of a file of boxes (ISO/IEC 14496-12) by its brands: the first, and those that it is compatible with.
std::string_view name_of_boxes(ByteView bytes) {
  constexpr std::string_view kHeic[] = {"heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs"};
  ByteReader in(bytes);
  const std::uint32_t size = in.u32();
  if (text(in.raw(4)) != "ftyp" || size < 16) return {};
  std::string_view brands = text(bytes).substr(8, std::min<std::size_t>(size, 1024) - 8);
  std::string_view name = "MPEG-4 (film)";
  for (; brands.size() >= 4; brands.remove_prefix(4)) {
    const std::string_view brand = brands.substr(0, 4);
    if (std::find(std::begin(kHeic), std::end(kHeic), brand) != std::end(kHeic)) return "HEIC";
    if (brand == "avif" || brand == "avis") return "AVIF";
    if (brand == "mif1" || brand == "msf1") name = "HEIF";
  }
  return name;
}

std::string_view name_not_read(ByteView bytes) {
  const std::string_view start = text(bytes);
  if (start.starts_with("RIFF") && start.substr(0, 12).ends_with("WEBP")) return "WebP";
  const std::string_view name = name_among(kNotRead, start);
  return name.empty() ? name_of_boxes(bytes) : name;
}

// How a picture of each Exif orientation was turned to be upright.
constexpr const char* kTurns[] = {"",
                                  "upright",
                                  "mirrored",
                                  "turned by 180 degrees",
                                  "mirrored, and turned by 180 degrees",
                                  "mirrored, and turned left by 90 degrees",
                                  "turned right by 90 degrees",
                                  "mirrored, and turned right by 90 degrees",
                                  "turned left by 90 degrees"};

}  // namespace

bool is_same_ppi(double a, double b) {
  return std::abs(a - b) <= 0.01 * std::max(a, b);
}

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

void spread_mask(Bytes& pixels, Remarks& remarks) {
  if (pixels.empty()) return;
  const auto [least, most] = std::minmax_element(pixels.begin(), pixels.end());
  const bool mask = *most == 1, reversed = *least == 254;
  if (!mask && !reversed) return;
  const int white = mask ? 1 : 255;
  for (std::uint8_t& pixel : pixels) pixel = pixel == white ? 255 : 0;
  remarks.push_back("its values are 0 and 1 alone: read as black and white");
}

namespace {

Result<Image> gray_of(Result<Image> image) {
  if (!image.ok() || image->channels == 1) return image;
  Bytes& pixels = image->pixels;
  for (std::size_t i = 0; i < pixels.size() / 3; ++i)
    pixels[i] = luma(pixels[3 * i], pixels[3 * i + 1], pixels[3 * i + 2]);
  pixels.resize(pixels.size() / 3);
  image->channels = 1;
  return image;
}

Result<Image> decode_stored(ByteView bytes, Remarks& remarks) {
  const std::string_view start = text(bytes);
  if (start.starts_with("\x89PNG\r\n\x1a\n"sv)) return decode_png(bytes, remarks);
  if (start.starts_with("\xff\xd8\xff"sv)) return decode_jpeg(bytes);
  if (start.starts_with("\xff\xa0"sv)) return decode_wsq(bytes);
  if (start.starts_with("\0\0\0\x0cjP  "sv) || start.starts_with("\xff\x4f\xff\x51"sv)) return decode_jpeg2000(bytes);
  if (is_plain_image(bytes)) {
    ASSIGN_OR_RETURN(Image image, decode_plain(bytes, remarks));
    spread_mask(image.pixels, remarks);  // of colours before they are grays, as as_png does
    return gray_of(std::move(image));
  }
  if (const std::string_view name = name_not_read(bytes); !name.empty())
    return {Code::kUnsupported,
            fmt::format("{} files are not read; send PNG, JPEG, JPEG 2000, WSQ, TIFF, BMP or PGM", name)};
  return {Code::kInvalidInput, "not an image; send PNG, JPEG, JPEG 2000, WSQ, TIFF, BMP or PGM"};
}

}  // namespace

std::string_view image_name(ByteView bytes) {
  std::string_view name = name_among(kRead, text(bytes));
  if (is_plain_image(bytes)) name = is_bmp(bytes) ? "BMP" : is_pnm(bytes) ? "PGM or PPM" : "TIFF";
  return name.empty() ? name_not_read(bytes) : name;
}

Result<Image> decode_image(ByteView bytes, Remarks* wanted) {
  tally(Work::kDecode);
  if (bytes.empty()) return {Code::kInvalidInput, "image is empty"};
  if (bytes.size() > limits::kImageBytesMax) {
    return {Code::kTooLarge,
            fmt::format("image file has {} bytes; the limit is {}", bytes.size(), limits::kImageBytesMax)};
  }
  Remarks remarks;
  ASSIGN_OR_RETURN(Image stored, decode_stored(bytes, remarks));
  spread_mask(stored.pixels, remarks);
  const int orientation = orientation_of(bytes);
  if (wanted != nullptr) {
    if (orientation != 1)
      remarks.push_back(fmt::format("its Exif orientation is {}: the picture is {}", orientation, kTurns[orientation]));
    remark_ends(bytes, remarks);
    wanted->insert(wanted->end(), remarks.begin(), remarks.end());
  }
  return upright(std::move(stored), orientation);
}

}  // namespace puente::format
