// TIFF by libtiff: one page of whatever scanners and archives write, in any of the compressions that have no library of
// their own. Which page: page_to_read, below.
#include <fmt/format.h>
#include <tiffio.h>

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <memory>

#include "format/image/exif.h"
#include "format/image/plain.h"

namespace puente::format {
namespace {

constexpr tmsize_t kAllocationMax = tmsize_t{128} << 20;  // the library's own, one at a time

// The library's file, bytes in memory, and the first thing that it complained of.
struct Memory {
  ByteView file;
  std::uint64_t at = 0;
  std::string complaint;
};

tmsize_t read_some(thandle_t user, void* buffer, tmsize_t size) {
  auto& memory = *static_cast<Memory*>(user);
  if (memory.at >= memory.file.size() || size <= 0) return 0;
  const std::size_t count = std::min<std::size_t>(static_cast<std::size_t>(size), memory.file.size() - memory.at);
  std::memcpy(buffer, memory.file.data() + memory.at, count);
  memory.at += count;
  return static_cast<tmsize_t>(count);
}
tmsize_t write_nothing(thandle_t, void*, tmsize_t) {
  return 0;
}
toff_t seek_to(thandle_t user, toff_t place, int from) {
  auto& memory = *static_cast<Memory*>(user);
  memory.at = from == SEEK_CUR ? memory.at + place : from == SEEK_END ? memory.file.size() + place : place;
  return memory.at;
}
int close_nothing(thandle_t) {
  return 0;
}
toff_t size_of(thandle_t user) {
  return static_cast<Memory*>(user)->file.size();
}

int keep_complaint(TIFF*, void* user, const char*, const char* format, va_list arguments) {
  auto& complaint = static_cast<Memory*>(user)->complaint;
  if (!complaint.empty()) return 1;
  char words[160] = "";
  std::vsnprintf(words, sizeof words, format, arguments);
  for (const char* c = words; *c != '\0'; ++c) complaint += *c >= ' ' && *c <= '~' ? *c : '?';
  return 1;
}
// Of tags that nobody knows there are many warnings. What a decoder of pixels warns of is missing from the picture.
int keep_warning(TIFF* tiff, void* user, const char* module, const char* format, va_list arguments) {
  const std::string_view from = module == nullptr ? "" : module;
  return from == "JPEGLib" || from.starts_with("Fax") ? keep_complaint(tiff, user, module, format, arguments) : 1;
}

struct Close {
  void operator()(TIFF* tiff) const { TIFFClose(tiff); }
};
using Tiff = std::unique_ptr<TIFF, Close>;

Tiff open(Memory& memory) {
  TIFFOpenOptions* options = TIFFOpenOptionsAlloc();
  if (options == nullptr) return nullptr;
  TIFFOpenOptionsSetMaxSingleMemAlloc(options, kAllocationMax);
  TIFFOpenOptionsSetErrorHandlerExtR(options, keep_complaint, &memory);
  TIFFOpenOptionsSetWarningHandlerExtR(options, keep_warning, &memory);
  Tiff tiff(TIFFClientOpenExt("image", "rm", &memory, read_some, write_nothing, seek_to, close_nothing, size_of,
                              nullptr, nullptr, options));
  TIFFOpenOptionsFree(options);
  return tiff;
}

Error damaged(const Memory& memory) {
  return {Code::kInvalidInput,
          "damaged TIFF image: " + (memory.complaint.empty() ? "it cannot be read" : memory.complaint)};
}

struct Header {
  std::uint32_t width = 0, height = 0;
  std::uint16_t bits = 1, samples = 1, compression = COMPRESSION_NONE, photometric = PHOTOMETRIC_MINISBLACK;
  std::uint16_t format = SAMPLEFORMAT_UINT, orientation = ORIENTATION_TOPLEFT;
  double ppi = 0;
  bool reduced = false;  // a small copy, or a mask, of another page
};

double ppi_of(TIFF* tiff) {
  float across = 0, down = 0;
  std::uint16_t unit = RESUNIT_INCH;
  TIFFGetField(tiff, TIFFTAG_XRESOLUTION, &across);
  TIFFGetField(tiff, TIFFTAG_YRESOLUTION, &down);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_RESOLUTIONUNIT, &unit);
  if (unit == RESUNIT_NONE) return 0;
  const double inches = unit == RESUNIT_CENTIMETER ? kCentimetresInInch : 1;
  return plausible_ppi(double{across} * inches, double{down} * inches);
}

Header header_of(TIFF* tiff) {
  Header out;
  TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &out.width);
  TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &out.height);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_BITSPERSAMPLE, &out.bits);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLESPERPIXEL, &out.samples);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_COMPRESSION, &out.compression);
  TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &out.photometric);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLEFORMAT, &out.format);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_ORIENTATION, &out.orientation);
  out.ppi = ppi_of(tiff);
  std::uint32_t kind = 0;
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SUBFILETYPE, &kind);
  out.reduced = (kind & (FILETYPE_REDUCEDIMAGE | FILETYPE_MASK)) != 0;
  return out;
}

Status check_header(const Header& header) {
  constexpr std::uint16_t kRead[] = {COMPRESSION_NONE,      COMPRESSION_CCITTRLE, COMPRESSION_CCITTFAX3,
                                     COMPRESSION_CCITTFAX4, COMPRESSION_LZW,      COMPRESSION_JPEG,
                                     COMPRESSION_PACKBITS,  COMPRESSION_DEFLATE,  COMPRESSION_ADOBE_DEFLATE};
  TRY(check_size(header.width, header.height));
  if (std::find(std::begin(kRead), std::end(kRead), header.compression) == std::end(kRead))
    return {Code::kUnsupported,
            fmt::format("TIFF images of compression {} are not read; save it as PNG", header.compression)};
  if (header.photometric == PHOTOMETRIC_SEPARATED)
    return {Code::kUnsupported, "TIFF image is not gray or RGB (CMYK); convert it to gray"};
  if (header.format != SAMPLEFORMAT_UINT && header.format != SAMPLEFORMAT_VOID)
    return {Code::kUnsupported, "TIFF images of signed or fractional values are not read; save it as PNG"};
  constexpr std::uint16_t kSamplesMax = 8;  // colours and what else lies beside them
  if (header.samples > kSamplesMax) return {Code::kUnsupported, "TIFF images of more than eight channels are not read"};
  return {};
}

// Strips or tiles that share their bytes would make a small file read for hours: each copies all that it states.
Status check_work(TIFF* tiff, std::size_t file_bytes) {
  const std::uint32_t pieces = TIFFIsTiled(tiff) != 0 ? TIFFNumberOfTiles(tiff) : TIFFNumberOfStrips(tiff);
  std::uint64_t sum = 0;
  for (std::uint32_t i = 0; i < pieces; ++i) {
    const std::uint64_t count = TIFFGetStrileByteCount(tiff, i);
    sum += count;
    if (sum > 2 * std::uint64_t{file_bytes} || (count == 0 && pieces > 1))
      return {Code::kInvalidInput, "damaged TIFF image: its pieces are not of the file's size"};
  }
  return {};
}

// Gray of 16 bits, which the library's own picture would take eight of, whichever a sensor used.
Result<Image> deep_gray(TIFF* tiff, const Header& header, const Memory& memory, Remarks& remarks) {
  Image image{static_cast<int>(header.width), static_cast<int>(header.height), 1, header.ppi, {}};
  const std::size_t count = static_cast<std::size_t>(header.width) * header.height;
  if (TIFFScanlineSize64(tiff) != 2u * header.width) return damaged(memory);
  std::vector<std::uint16_t> values(count);
  for (std::uint32_t y = 0; y < header.height; ++y)
    if (TIFFReadScanline(tiff, values.data() + static_cast<std::size_t>(y) * header.width, y, 0) < 0)
      return damaged(memory);
  const unsigned range = range_used(*std::max_element(values.begin(), values.end()), remarks);
  const bool white_is_zero = header.photometric == PHOTOMETRIC_MINISWHITE;
  image.pixels.reserve(count);
  for (const std::uint16_t value : values) {
    const std::uint8_t gray = eight_bits(value, range);
    image.pixels.push_back(white_is_zero ? static_cast<std::uint8_t>(255 - gray) : gray);
  }
  return image;
}

// The library's picture on white paper. An alpha that hides everything is one that nobody wrote.
Result<Image> of_picture(TIFF* tiff, const Header& header, const Memory& memory, Remarks& remarks) {
  char why[1024] = "";
  if (TIFFRGBAImageOK(tiff, why) == 0)
    return Error{Code::kUnsupported, "TIFF images of this kind are not read; save it as PNG"};
  const std::size_t count = static_cast<std::size_t>(header.width) * header.height;
  std::vector<std::uint32_t> raster(count);
  constexpr int kStopAtErrors = 1;
  if (TIFFReadRGBAImageOriented(tiff, header.width, header.height, raster.data(), header.orientation, kStopAtErrors) ==
      0)
    return damaged(memory);
  constexpr std::uint32_t kHidden = 8;
  const bool hidden = std::all_of(raster.begin(), raster.end(), [](std::uint32_t p) { return TIFFGetA(p) <= kHidden; });
  if (hidden) remarks.push_back("wholly transparent: read as if it were not");
  Image image{static_cast<int>(header.width), static_cast<int>(header.height), 3, header.ppi, {}};
  image.pixels.reserve(3 * count);
  for (const std::uint32_t pixel : raster) {  // its colours are multiplied by alpha
    const std::uint32_t paper = hidden ? 0 : 255 - TIFFGetA(pixel);
    for (const std::uint32_t colour : {TIFFGetR(pixel), TIFFGetG(pixel), TIFFGetB(pixel)})
      image.pixels.push_back(static_cast<std::uint8_t>(std::min<std::uint32_t>(colour + paper, 255)));
  }
  return image;
}

constexpr std::size_t kPagesMax = 8;  // that are looked at

std::vector<Header> first_pages(TIFF* tiff) {
  std::vector<Header> out;
  do {
    out.push_back(header_of(tiff));
  } while (out.size() < kPagesMax && TIFFLastDirectory(tiff) == 0 && TIFFReadDirectory(tiff) != 0);
  return out;
}

// A page of the same shape, with at most half the sides of a later one, shows the same smaller.
bool is_small_copy(const std::vector<Header>& pages, std::size_t page) {
  const Header& own = pages[page];
  if (own.reduced) return true;
  constexpr double kSameShape = 0.02;
  return std::any_of(pages.begin() + static_cast<std::ptrdiff_t>(page), pages.end(), [&](const Header& later) {
    const double across = static_cast<double>(later.width) / std::max(own.width, 1u),
                 down = static_cast<double>(later.height) / std::max(own.height, 1u);
    return across >= 2 && std::abs(across - down) <= kSameShape * across;
  });
}

// Those that are no small copies, or the first where all are.
std::vector<std::size_t> pages_to_try(const std::vector<Header>& pages) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < pages.size(); ++i)
    if (!is_small_copy(pages, i)) out.push_back(i);
  if (out.empty()) out.push_back(0);
  return out;
}

// Of one shade all over but for the sensor's grain and a speck, as the back of a sheet is. A mask has no grain.
bool is_blank(const Image& image) {
  constexpr int kGrain = 12;
  constexpr std::size_t kSpecks = 1000;  // one pixel of so many
  std::array<std::size_t, 256> count{};
  for (const std::uint8_t pixel : image.pixels) ++count[pixel];
  const int paper = static_cast<int>(std::max_element(count.begin(), count.end()) - count.begin());
  const auto [least, most] = std::minmax_element(image.pixels.begin(), image.pixels.end());
  const int near = *most - *least > 1 ? kGrain : 0;
  std::size_t ink = 0;
  for (int shade = 0; shade < 256; ++shade)
    if (std::abs(shade - paper) > near) ink += count[static_cast<std::size_t>(shade)];
  return ink * kSpecks <= image.pixels.size();
}

Result<Image> page_of(TIFF* tiff, const std::vector<Header>& pages, std::size_t page, Memory& memory,
                      Remarks& remarks) {
  const auto number = static_cast<tdir_t>(page);
  if (TIFFCurrentDirectory(tiff) != number && TIFFSetDirectory(tiff, number) == 0) return damaged(memory);
  const Header& header = pages[page];
  TRY(check_header(header));
  TRY(check_work(tiff, memory.file.size()));
  const bool gray = header.photometric == PHOTOMETRIC_MINISBLACK || header.photometric == PHOTOMETRIC_MINISWHITE;
  const bool deep =
      gray && header.bits == 16 && header.samples == 1 && header.format == SAMPLEFORMAT_UINT && TIFFIsTiled(tiff) == 0;
  if (!deep && header.bits == 16) remarks.push_back("16 bits a channel, of which the upper eight are read");
  ASSIGN_OR_RETURN(Image image,
                   deep ? deep_gray(tiff, header, memory, remarks) : of_picture(tiff, header, memory, remarks));
  if (!memory.complaint.empty()) return damaged(memory);  // half a finger must not pass for a whole one
  return upright(std::move(image), header.orientation);
}

}  // namespace

bool is_tiff(ByteView file) {
  using namespace std::string_view_literals;
  const std::string_view start = text(file);
  return start.starts_with("II*\0"sv) || start.starts_with("MM\0*"sv) || start.starts_with("II+\0"sv) ||
         start.starts_with("MM\0+"sv);
}

Result<Image> decode_tiff(ByteView file, Remarks& remarks) {
  Memory memory{file, 0, {}};
  const Tiff tiff = open(memory);
  if (tiff == nullptr) return damaged(memory);
  const std::string complaint = memory.complaint;
  const std::vector<Header> pages = first_pages(tiff.get());
  memory.complaint = complaint;  // of a later page that is damaged nothing is read
  const std::vector<std::size_t> order = pages_to_try(pages);
  std::size_t page = order[0];
  Remarks of_page;
  ASSIGN_OR_RETURN(Image image, page_of(tiff.get(), pages, page, memory, of_page));
  for (std::size_t i = 1; i < order.size() && is_blank(image); ++i) {
    Remarks of_next;
    ASSIGN_OR_RETURN(Image next, page_of(tiff.get(), pages, order[i], memory, of_next));
    if (is_blank(next)) continue;
    image = std::move(next), of_page = std::move(of_next), page = order[i];
  }
  if (pages.size() > 1 && page == 0) remarks.push_back("it has more than one page: the first is read");
  if (page > 0)
    remarks.push_back(fmt::format(
        "it has more than one page: page {} is read, since what stands before it is blank or a small copy", page + 1));
  std::move(of_page.begin(), of_page.end(), std::back_inserter(remarks));
  return image;
}

}  // namespace puente::format
