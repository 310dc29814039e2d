// Image files without their words: what a decoder needs of the container, and nothing else. No library reads them here,
// so that what was compressed stays the same bits. PNG: PNG 1.2 chapters 3 and 4; JPEG: ITU-T T.81 annex B; WSQ:
// IAFIS-IC-0110; JPEG 2000: jpeg2000_bare.cc.
#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "core/limits.h"
#include "format/image/codec.h"
#include "format/image/image.h"
#include "format/image/wsq.h"

namespace puente::format {
namespace {

using namespace std::string_view_literals;

Error cut_short(std::string_view name) {
  return {Code::kInvalidInput, fmt::format("damaged {} image: it ends early", name)};
}

// ---- PNG: chunks of a length, a type, contents and a checksum

bool png_needs(std::string_view type, std::size_t length) {
  return type == "IHDR" || type == "IDAT" || (type == "PLTE" && length <= 768) || (type == "tRNS" && length <= 256);
}

Result<Bytes> bare_png(ByteView file) {
  ByteReader in(file);
  ByteWriter out;
  out.raw(in.raw(8));
  bool pixels = false;  // behind the first run of them a decoder does not look
  for (bool behind = false; in.left() >= 12;) {
    const std::size_t length = in.u32();
    const std::string_view type = text(in.raw(4));
    if (type == "IEND") {
      if (pixels) out.u32(0).raw(view("IEND")).u32(0xae426082);
      break;
    }
    if (length > in.left() || in.left() - length < 4) break;
    const ByteView contents = in.raw(length), checksum = in.raw(4);
    behind |= pixels && type != "IDAT";
    pixels |= type == "IDAT";
    if (behind || !png_needs(type, length)) continue;
    out.u32(static_cast<std::uint32_t>(length)).raw(view(type)).raw(contents).raw(checksum);
  }
  if (!pixels) return cut_short("PNG");
  return out.take();
}

// ---- JPEG and WSQ: markers, segments of a stated length, and coded values up to the next marker

struct Found {
  std::uint8_t marker = 0;
  std::size_t begin = 0, end = 0;  // of its bytes, those that fill before it among them
};

// The next marker among coded values: bytes 0xff with a zero behind are values.
std::optional<Found> next_marker(ByteView bytes, std::size_t at) {
  while (at < bytes.size()) {
    if (bytes[at] != 0xff) {
      ++at;
      continue;
    }
    Found found{.begin = at};
    while (at < bytes.size() && bytes[at] == 0xff) ++at;
    if (at == bytes.size()) break;
    found.marker = bytes[at++];
    found.end = at;
    if (found.marker != 0) return found;
  }
  return std::nullopt;
}

// The segment behind a marker, its length not in it.
std::optional<ByteView> segment_at(ByteView bytes, std::size_t at) {
  ByteReader in(bytes.subspan(at));
  const std::size_t length = in.u16();
  const ByteView segment = in.raw(std::max<std::size_t>(length, 2) - 2);
  if (!in.ok() || length < 2) return std::nullopt;
  return segment;
}

void put_segment(ByteWriter& out, int marker, ByteView contents) {
  out.u16(static_cast<std::uint16_t>(0xff00 | marker)).u16(static_cast<std::uint16_t>(contents.size() + 2));
  out.raw(contents);
}

// Coded values to the first marker that ends them, among them restarts and what else a decoder passes over; moves `at`
// there.
void put_values(ByteWriter& out, ByteView bytes, std::size_t& at, bool (*ends)(int marker)) {
  const std::size_t begin = at;
  while (const auto found = next_marker(bytes, at)) {
    if (ends(found->marker)) {
      out.raw(bytes.subspan(begin, found->begin - begin));
      at = found->begin;
      return;
    }
    at = found->end;
  }
  out.raw(bytes.subspan(begin));
  at = bytes.size();
}

constexpr int kJpegEnd = 0xd9, kJpegScan = 0xda;

bool is_jpeg_restart(int marker) {
  return marker >= 0xd0 && marker <= 0xd7;
}

bool ends_jpeg_values(int marker) {
  return marker >= 0xc0 && !is_jpeg_restart(marker);
}

bool jpeg_needs(int marker) {
  const bool frame = marker >= 0xc0 && marker <= 0xcf && marker != 0xc8;  // Huffman and arithmetic tables among them
  return frame || marker == kJpegScan || marker == 0xdb || marker == 0xdd;
}

// What applications say tells a decoder which colours the numbers are: that there is a JFIF segment, and one byte of
// Adobe's. Both are written anew with nothing else in them: no resolution, no picture in small.
void put_colours(ByteWriter& out, int marker, ByteView segment) {
  const std::string_view words = text(segment);
  if (marker == 0xe0 && segment.size() >= 14 && words.starts_with("JFIF\0"sv))
    put_segment(out, marker, view("JFIF\0\1\1\0\0\1\0\1\0\0"sv));
  if (marker == 0xee && segment.size() >= 12 && words.starts_with("Adobe"sv)) {
    Bytes adobe = to_bytes("Adobe\0\x64\0\0\0\0"sv);
    adobe.push_back(segment[11]);
    put_segment(out, marker, adobe);
  }
}

Result<Bytes> bare_jpeg(ByteView file) {
  ByteWriter out;
  out.raw(file.first(2));
  std::size_t at = 2;
  while (const auto found = next_marker(file, at)) {  // decoders too go over what lies between
    at = found->end;
    if (found->marker == kJpegEnd) return out.u16(0xff00 | kJpegEnd).take();
    if (found->marker == 1 || is_jpeg_restart(found->marker)) continue;
    const auto segment = segment_at(file, at);
    if (!segment) break;
    at += 2 + segment->size();
    if (jpeg_needs(found->marker)) put_segment(out, found->marker, *segment);
    put_colours(out, found->marker, *segment);
    if (found->marker == kJpegScan) put_values(out, file, at, ends_jpeg_values);
  }
  return cut_short("JPEG");
}

// How much of a segment of WSQ a decoder reads; more may stand there.
std::size_t wsq_needs(int marker, ByteView segment) {
  if (marker == wsq::kFilters && segment.size() >= 2)
    return 2 + 6 * (static_cast<std::size_t>(segment[0] + 1) / 2 + static_cast<std::size_t>(segment[1] + 1) / 2);
  if (marker == wsq::kQuantisation) return 3 + 6 * std::size_t{wsq::kBands};
  if (marker == wsq::kFrame) return 15;
  if (marker == wsq::kBlock) return 1;
  if (marker == wsq::kRestartInterval) return 2;
  return segment.size();
}

bool ends_wsq_values(int marker) {
  return marker < (wsq::kRestartFirst & 0xff) || marker > (wsq::kRestartLast & 0xff);
}

Result<Bytes> bare_wsq(ByteView file) {
  ByteWriter out;
  out.raw(file.first(2));
  bool values = false;
  for (std::size_t at = 2; const auto found = next_marker(file, at);) {
    const int marker = 0xff00 | found->marker;
    if (marker == wsq::kEnd) {
      out.u16(wsq::kEnd);
      break;
    }
    if (file.size() - found->end < 2) break;
    const auto segment = segment_at(file, found->end);
    if (found->begin != at || marker < wsq::kFrame || marker > wsq::kComment || !segment)
      return Error{Code::kInvalidInput, fmt::format("damaged WSQ image: no segment at byte {}", at)};
    at = found->end + 2 + segment->size();
    if (marker == wsq::kComment) continue;
    put_segment(out, found->marker, segment->first(std::min(segment->size(), wsq_needs(marker, *segment))));
    values |= marker == wsq::kBlock;
    if (marker == wsq::kBlock) put_values(out, file, at, ends_wsq_values);
  }
  if (!values) return cut_short("WSQ");
  return out.take();
}

}  // namespace

Result<Bytes> bare_image(ByteView bytes) {
  if (!is_image(bytes)) return Error{Code::kInvalidInput, "not an image; send PNG, JPEG, JPEG 2000 or WSQ"};
  if (bytes.size() > limits::kImageBytesMax) {
    return Error{Code::kTooLarge,
                 fmt::format("image file has {} bytes; the limit is {}", bytes.size(), limits::kImageBytesMax)};
  }
  switch (bytes[1]) {
    case 'P':
      return bare_png(bytes);
    case 0xd8:
      return bare_jpeg(bytes);
    case 0xa0:
      return bare_wsq(bytes);
    default:
      return bare_jpeg2000(bytes);
  }
}

}  // namespace puente::format
