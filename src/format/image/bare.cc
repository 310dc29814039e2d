// Image files without their words: what a decoder needs of the container, and nothing else. No library reads them here,
// so that what was compressed stays the same bits. PNG: PNG 1.2 chapters 3 and 4; JPEG: ITU-T T.81 annex B; WSQ:
// IAFIS-IC-0110; JPEG 2000: jpeg2000_bare.cc.
#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "core/limits.h"
#include "format/image/codec.h"
#include "format/image/exif.h"
#include "format/image/image.h"
#include "format/image/segments.h"
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

void put_chunk(ByteWriter& out, const Chunk& chunk) {
  out.u32(static_cast<std::uint32_t>(chunk.contents.size())).raw(view(chunk.type)).raw(chunk.contents);
  out.raw(chunk.checksum);
}

// PNG 1.2, appendix 15, a bit at a time: for few bytes.
std::uint32_t checksum_of(ByteView type_and_contents) {
  std::uint32_t sum = 0xffffffff;
  for (const std::uint8_t byte : type_and_contents) {
    sum ^= byte;
    for (int bit = 0; bit < 8; ++bit) sum = sum & 1 ? sum >> 1 ^ 0xedb88320 : sum >> 1;
  }
  return ~sum;
}

// Which way up the picture is, and no more of its eXIf than that.
void put_orientation(ByteWriter& out, ByteView said, int orientation) {
  const Bytes exif = exif_of(orientation, said.size());
  const Bytes checked = ByteWriter().raw(view("eXIf")).raw(exif).take();
  out.u32(static_cast<std::uint32_t>(exif.size())).raw(checked).u32(checksum_of(checked));
}

Result<Bytes> bare_png(ByteView file) {
  const int orientation = orientation_of(file);
  ByteReader in(file);
  ByteWriter out;
  out.raw(in.raw(8));
  Bytes turned;
  bool pixels = false, said = false;  // behind the first run of pixels a decoder does not look for others
  for (bool behind = false; const auto chunk = next_chunk(in);) {
    if (chunk->type == "eXIf" && !std::exchange(said, true) && orientation != 1) {
      ByteWriter exif;
      put_orientation(exif, chunk->contents, orientation);
      turned = exif.take();
      if (!pixels) out.raw(std::exchange(turned, {}));
    }
    if (chunk->type == "IEND") {
      if (pixels) out.raw(turned).u32(0).raw(view("IEND")).u32(0xae426082);
      turned.clear();
      break;
    }
    behind |= pixels && chunk->type != "IDAT";
    pixels |= chunk->type == "IDAT";
    if (!behind && png_needs(chunk->type, chunk->contents.size())) put_chunk(out, *chunk);
  }
  if (!pixels) return cut_short("PNG");
  return out.raw(turned).take();
}

// ---- JPEG and WSQ: markers, segments of a stated length, and coded values up to the next marker

void put_segment(ByteWriter& out, int marker, ByteView contents) {
  out.u16(static_cast<std::uint16_t>(0xff00 | marker)).u16(static_cast<std::uint16_t>(contents.size() + 2));
  out.raw(contents);
}

// Coded values to the first marker that ends them, among them restarts and what else a decoder passes over; moves `at`
// there.
void put_values(ByteWriter& out, ByteView bytes, std::size_t& at, bool (*ends)(int marker)) {
  const std::size_t end = past_values(bytes, at, ends);
  out.raw(bytes.subspan(at, end - at));
  at = end;
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
  const int orientation = orientation_of(file);
  bool said = orientation == 1, values = false;
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
    if (found->marker == 0xe1 && text(*segment).starts_with("Exif\0"sv) && segment->size() > 6 &&
        !std::exchange(said, true))
      put_segment(out, 0xe1,
                  ByteWriter().raw(view("Exif\0\0"sv)).raw(exif_of(orientation, segment->size() - 6)).take());
    if (found->marker == kJpegScan) put_values(out, file, at, ends_jpeg_values);
    values |= found->marker == kJpegScan;
  }
  if (!values) return cut_short("JPEG");
  return out.take();
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
    if (marker == wsq::kBlock) put_values(out, file, at, wsq::ends_values);
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
