#include "format/image/exif.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "format/image/codec.h"
#include "format/image/segments.h"

namespace puente::format {
namespace {

using namespace std::string_view_literals;

constexpr std::uint32_t kOrientation = 274, kXResolution = 282, kYResolution = 283, kResolutionUnit = 296;
constexpr int kShort = 3, kLong = 4;
constexpr int kUpright = 1, kOnItsSide = 5, kLast = 8;

int orientation_of_jpeg(ByteView file) {
  for (std::size_t at = 2; const auto found = next_marker(file, at);) {
    at = found->end;
    if (found->marker == 1 || is_jpeg_restart(found->marker)) continue;
    if (found->marker == kJpegEnd || found->marker == kJpegScan) break;
    const auto segment = segment_at(file, at);
    if (!segment) break;
    at += 2 + segment->size();
    if (found->marker == 0xe1 && text(*segment).starts_with("Exif\0"sv) && segment->size() > 6)
      return Exif(segment->subspan(6)).orientation();
  }
  return kUpright;
}

// Some programs copy what marks Exif in a JPEG into a PNG too.
ByteView without_marker(ByteView exif) {
  constexpr std::string_view kMarker = "Exif\0\0"sv;
  return text(exif).starts_with(kMarker) ? exif.subspan(kMarker.size()) : exif;
}

int orientation_of_png(ByteView file) {
  ByteReader in(file);
  in.raw(8);
  while (const auto chunk = next_chunk(in)) {
    if (chunk->type == "eXIf") return Exif(without_marker(chunk->contents)).orientation();
    if (chunk->type == "IEND") break;
  }
  return kUpright;
}

}  // namespace

template <typename Each>
void Exif::each_entry(Each each) const {
  const std::size_t directory = number(4, 4);
  const std::size_t entries = number(directory, 2);
  for (std::size_t i = 0; i < entries; ++i) {
    const std::size_t entry = directory + 2 + 12 * i;
    if (entry + 12 > tiff_.size() || !each(number(entry, 2), entry)) return;
  }
}

double Exif::ppi() const {
  double x = 0, y = 0, per_inch = 1;
  each_entry([&](std::uint32_t tag, std::size_t entry) {
    if (tag == kXResolution) x = rational(number(entry + 8, 4));
    if (tag == kYResolution) y = rational(number(entry + 8, 4));
    if (tag == kResolutionUnit && number(entry + 8, 2) == 3) per_inch = kCentimetresInInch;
    return true;
  });
  return plausible_ppi(x * per_inch, y * per_inch);
}

int Exif::orientation() const {
  if (!text(tiff_).starts_with("II*\0"sv) && !text(tiff_).starts_with("MM\0*"sv)) return kUpright;
  std::uint32_t said = kUpright;
  each_entry([&](std::uint32_t tag, std::size_t entry) {
    if (tag != kOrientation) return true;
    const std::uint32_t type = number(entry + 2, 2);
    said = type == kShort ? number(entry + 8, 2) : type == kLong ? number(entry + 8, 4) : kUpright;
    return false;
  });
  return said >= kUpright && said <= kLast ? static_cast<int>(said) : kUpright;
}

std::uint32_t Exif::number(std::size_t at, std::size_t size) const {
  if (at > tiff_.size() || size > tiff_.size() - at) return 0;
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < size; ++i) value = value << 8 | tiff_[at + (little_ ? size - 1 - i : i)];
  return value;
}

double Exif::rational(std::size_t at) const {
  const double divisor = number(at + 4, 4);
  return divisor > 0 ? number(at, 4) / divisor : 0;
}

int orientation_of(ByteView file) {
  if (text(file).starts_with("\xff\xd8"sv)) return orientation_of_jpeg(file);
  if (text(file).starts_with("\x89PNG\r\n\x1a\n"sv)) return orientation_of_png(file);
  return kUpright;
}

Bytes exif_of(int orientation, std::size_t bytes_max) {
  ByteWriter out;
  out.raw(view("MM\0*"sv)).u32(8).u16(1).u16(kOrientation).u16(kShort).u32(1);
  out.u16(static_cast<std::uint16_t>(orientation)).u16(0).u32(0);  // no directory follows
  Bytes bytes = out.take();
  bytes.resize(std::min(bytes.size(), bytes_max));
  return bytes;
}

Image upright(Image stored, int orientation) {
  if (orientation <= kUpright || orientation > kLast) return stored;
  const bool on_its_side = orientation >= kOnItsSide;
  Image out{stored.width, stored.height, stored.channels, stored.ppi, {}};
  if (on_its_side) std::swap(out.width, out.height);
  out.pixels.reserve(stored.pixels.size());
  const int right = stored.width - 1, bottom = stored.height - 1;
  for (int y = 0; y < out.height; ++y) {
    for (int x = 0; x < out.width; ++x) {
      const int along = on_its_side ? y : x, across = on_its_side ? x : y;
      const bool from_right = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
      const bool from_bottom = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
      const int column = from_right ? right - along : along, row = from_bottom ? bottom - across : across;
      const auto from = (static_cast<std::ptrdiff_t>(row) * stored.width + column) * stored.channels;
      out.pixels.insert(out.pixels.end(), stored.pixels.begin() + from, stored.pixels.begin() + from + stored.channels);
    }
  }
  return out;
}

}  // namespace puente::format
