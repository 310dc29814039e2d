// BMP: Windows' and OS/2's bitmaps, as scanners' programs save them ("Bitmap Storage", BITMAPCOREHEADER to
// BITMAPV5HEADER).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>

#include "format/image/plain.h"

namespace puente::format {
namespace {

constexpr double kMetresInInch = 0.0254;
constexpr std::size_t kFileHeader = 14;
constexpr std::uint32_t kCoreHeader = 12, kInfoHeader = 40, kHeaderWithMasks = 52;
enum Compression : std::uint32_t { kPixels = 0, kRuns8 = 1, kRuns4 = 2, kMasks = 3, kMasksAndAlpha = 6 };

Error damaged(const char* what) {
  return {Code::kInvalidInput, fmt::format("damaged BMP image: {}", what)};
}

// Numbers are little-endian here.
std::uint32_t number(ByteView bytes, std::size_t at, std::size_t size) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < size && at + i < bytes.size(); ++i) value |= std::uint32_t{bytes[at + i]} << 8 * i;
  return value;
}

std::int64_t signed_number(ByteView bytes, std::size_t at) {
  return static_cast<std::int32_t>(number(bytes, at, 4));
}

struct Colour {
  std::uint8_t red = 0, green = 0, blue = 0;
};

struct Bitmap {
  std::int64_t width = 0, height = 0;
  bool top_down = false;
  std::uint32_t bits = 0, compression = kPixels;
  double ppi = 0;
  std::vector<Colour> palette;
  std::array<std::uint32_t, 3> masks{};  // of red, green, blue
  ByteView pixels;
};

bool is_header_size(std::uint32_t size) {
  constexpr std::uint32_t kSizes[] = {kCoreHeader, 16, kInfoHeader, kHeaderWithMasks, 56, 64, 108, 124};
  return std::find(std::begin(kSizes), std::end(kSizes), size) != std::end(kSizes);
}

void read_palette(ByteView file, std::size_t at, std::size_t entry, std::size_t count, std::size_t end, Bitmap& out) {
  for (; out.palette.size() < count && at + entry <= std::min(end, file.size()); at += entry)
    out.palette.push_back({file[at + 2], file[at + 1], file[at]});
}

void read_masks(ByteView file, Bitmap& out) {
  if (out.compression == kMasks || out.compression == kMasksAndAlpha) {  // behind a short header, or in a longer one
    for (std::size_t i = 0; i < 3; ++i) out.masks[i] = number(file, kFileHeader + kInfoHeader + 4 * i, 4);
  } else {
    out.masks = out.bits == 16 ? std::array<std::uint32_t, 3>{0x7c00, 0x3e0, 0x1f}
                               : std::array<std::uint32_t, 3>{0xff0000, 0xff00, 0xff};
  }
}

Status check_kind(const Bitmap& bitmap) {
  const std::uint32_t bits = bitmap.bits;
  const bool known = bits == 1 || bits == 4 || bits == 8 || bits == 16 || bits == 24 || bits == 32;
  if (!known) return damaged("no such number of bits a pixel");
  const bool masks = bitmap.compression == kMasks || bitmap.compression == kMasksAndAlpha;
  if (bitmap.compression == kPixels || (masks && bits >= 16) || (bitmap.compression == kRuns8 && bits == 8) ||
      (bitmap.compression == kRuns4 && bits == 4))
    return {};
  return {Code::kUnsupported, fmt::format("BMP images of compression {} are not read; save it uncompressed, or as PNG",
                                          bitmap.compression)};
}

Result<Bitmap> read_header(ByteView file) {
  const std::uint32_t header = number(file, kFileHeader, 4);
  if (file.size() < kFileHeader + header || !is_header_size(header)) return damaged("it ends within its header");
  Bitmap out;
  const bool core = header == kCoreHeader;
  out.width = core ? number(file, 18, 2) : signed_number(file, 18);
  out.height = core ? number(file, 20, 2) : signed_number(file, 22);
  out.bits = number(file, core ? 24 : 28, 2);
  out.top_down = out.height < 0;
  out.height = std::abs(out.height);
  std::size_t colours = 0;
  if (header >= kInfoHeader) {
    out.compression = number(file, 30, 4);
    const double across = number(file, 38, 4), down = number(file, 42, 4);
    out.ppi = plausible_ppi(across * kMetresInInch, down * kMetresInInch);
    colours = number(file, 46, 4);
  }
  TRY(check_size(out.width, out.height));
  TRY(check_kind(out));
  read_masks(file, out);
  const std::size_t begin = number(file, 10, 4);
  if (begin > file.size()) return damaged("its pixels begin behind its end");
  out.pixels = file.subspan(begin);
  if (out.bits <= 8) {
    const std::size_t most = std::size_t{1} << out.bits;
    const bool masks_between = header == kInfoHeader && out.compression == kMasks;
    read_palette(file, kFileHeader + header + (masks_between ? 12 : 0), core ? 3 : 4,
                 colours == 0 || colours > most ? most : colours, begin, out);
    if (out.palette.empty()) return damaged("its palette is missing");
  }
  return out;
}

// What a mask takes out of a pixel, as 0 to 255.
std::uint8_t masked(std::uint32_t pixel, std::uint32_t mask) {
  if (mask == 0) return 0;
  const int shift = std::countr_zero(mask);
  return eight_bits((pixel & mask) >> shift, mask >> shift);
}

class Pixels {
 public:
  explicit Pixels(const Bitmap& bitmap) : bitmap_(bitmap) {
    image_.width = static_cast<int>(bitmap.width);
    image_.height = static_cast<int>(bitmap.height);
    image_.channels = 3;
    image_.ppi = bitmap.ppi;
    image_.pixels.assign(static_cast<std::size_t>(bitmap.width * bitmap.height) * 3, 0);
  }

  Result<Image> read() {
    if (bitmap_.compression == kRuns8 || bitmap_.compression == kRuns4) {
      TRY(runs());
    } else {
      TRY(rows());
    }
    return std::move(image_);
  }

 private:
  // The x-th pixel of the y-th row in the file, which begins at the bottom.
  void set(std::int64_t x, std::int64_t y, Colour colour) {
    const std::int64_t row = bitmap_.top_down ? y : bitmap_.height - 1 - y;
    std::uint8_t* at = image_.pixels.data() + static_cast<std::size_t>(row * bitmap_.width + x) * 3;
    at[0] = colour.red;
    at[1] = colour.green;
    at[2] = colour.blue;
  }
  Colour of_palette(std::size_t index) const {
    return index < bitmap_.palette.size() ? bitmap_.palette[index] : Colour();
  }

  Status rows() {
    const std::size_t stride = (static_cast<std::size_t>(bitmap_.width) * bitmap_.bits + 31) / 32 * 4;
    // the last row's filling may be missing
    const std::size_t needed = stride * static_cast<std::size_t>(bitmap_.height - 1) +
                               (static_cast<std::size_t>(bitmap_.width) * bitmap_.bits + 7) / 8;
    if (bitmap_.pixels.size() < needed) return damaged("it ends within its pixels");
    for (std::int64_t y = 0; y < bitmap_.height; ++y) {
      const ByteView row = bitmap_.pixels.subspan(stride * static_cast<std::size_t>(y));
      for (std::int64_t x = 0; x < bitmap_.width; ++x) set(x, y, colour_at(row, static_cast<std::size_t>(x)));
    }
    return {};
  }

  Colour colour_at(ByteView row, std::size_t x) const {
    if (bitmap_.bits == 24) return {row[3 * x + 2], row[3 * x + 1], row[3 * x]};
    if (bitmap_.bits >= 16) {  // a fourth byte is no alpha: few that write it mean one
      const std::size_t bytes = bitmap_.bits / 8;
      const std::uint32_t pixel = number(row, bytes * x, bytes);
      return {masked(pixel, bitmap_.masks[0]), masked(pixel, bitmap_.masks[1]), masked(pixel, bitmap_.masks[2])};
    }
    const std::size_t bit = x * bitmap_.bits;
    return of_palette(row[bit / 8] >> (8 - bitmap_.bits - bit % 8) & ((1u << bitmap_.bits) - 1));
  }

  // Runs of one colour, or of two that take turns, and stretches as they are. What a jump leaves out stays black; runs
  // that end before the last row without one have lost rows.
  Status runs() {
    ByteReader in(bitmap_.pixels);
    const bool nibbles = bitmap_.compression == kRuns4;
    std::int64_t x = 0, y = 0, covered = 0;
    bool jumped = false;
    const auto put = [&](std::size_t index) {
      if (x < bitmap_.width && y < bitmap_.height) set(x, y, of_palette(index)), ++covered;
      ++x;
    };
    while (y < bitmap_.height) {
      const int count = in.u8(), value = in.u8();
      if (!in.ok()) return damaged("it ends within its pixels");
      if (count > 0) {
        for (int i = 0; i < count; ++i) put(nibbles ? (i % 2 == 0 ? value >> 4 : value & 15) : value);
      } else if (value == 0) {
        x = 0;
        ++y;
      } else if (value == 1) {
        break;
      } else if (value == 2) {
        jumped = true;
        x += in.u8();
        y += in.u8();
      } else {
        const ByteView stretch = in.raw(static_cast<std::size_t>(nibbles ? (value + 1) / 2 : value));
        if (stretch.size() % 2 == 1) in.u8();
        if (stretch.empty()) return damaged("it ends within its pixels");
        for (int i = 0; i < value; ++i)
          put(nibbles ? (i % 2 == 0 ? stretch[i / 2] >> 4 : stretch[i / 2] & 15) : stretch[i]);
      }
    }
    const bool whole = y >= bitmap_.height || (y == bitmap_.height - 1 && x >= bitmap_.width);
    if (covered == 0 || (!whole && !jumped)) return damaged("its runs end before its last row");
    return {};
  }

  const Bitmap& bitmap_;
  Image image_;
};

}  // namespace

bool is_bmp(ByteView file) {
  return text(file).starts_with("BM") && file.size() >= kFileHeader + 4 && is_header_size(number(file, kFileHeader, 4));
}

Result<Image> decode_bmp(ByteView file) {
  ASSIGN_OR_RETURN(const Bitmap bitmap, read_header(file));
  return Pixels(bitmap).read();
}

}  // namespace puente::format
