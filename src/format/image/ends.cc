// How an image file ends, where a decoder no longer looks: PNG 1.2 chapter 3, ITU-T T.81 annex B, IAFIS-IC-0110,
// ISO/IEC 15444-1 annexes A and I.
#include <fmt/format.h>

#include <algorithm>

#include "format/image/codec.h"
#include "format/image/image.h"
#include "format/image/jpeg2000_header.h"
#include "format/image/segments.h"
#include "format/image/wsq.h"

namespace puente::format {
namespace {

void remark_rest(std::size_t bytes, Remarks& remarks) {
  if (bytes > 0) remarks.push_back(fmt::format("{} bytes follow the end of the image", bytes));
}

void remark_no_end(std::string_view marker, Remarks& remarks) {
  remarks.push_back(fmt::format("the image's last marker, {}, is missing", marker));
}

constexpr const char* kMorePictures = "it has more than one picture: the first is read";

// Behind the end of a picture: another one, or what is none.
void remark_next(ByteView rest, Remarks& remarks) {
  if (image_header(rest).ok()) remarks.emplace_back(kMorePictures);
  remark_rest(rest.size(), remarks);
}

void png_ends(ByteView file, Remarks& remarks) {
  ByteReader in(file);
  in.raw(8);
  bool pixels = false,
       animated = false;  // by an acTL before the pixels; of one picture it is none (PNG, third edition)
  while (const auto chunk = next_chunk(in)) {
    pixels = pixels || chunk->type == "IDAT";
    if (chunk->type == "acTL" && !pixels) animated = animated || ByteReader(chunk->contents).u32() > 1;
    if (chunk->type != "IEND") continue;
    const ByteView rest = file.last(in.left());
    if (animated || image_header(rest).ok()) remarks.emplace_back(kMorePictures);
    return remark_rest(rest.size(), remarks);
  }
  if (animated) remarks.emplace_back(kMorePictures);
  remark_no_end("IEND", remarks);
}

void jpeg_ends(ByteView file, Remarks& remarks) {
  for (std::size_t at = 2; const auto found = next_marker(file, at);) {
    at = found->end;
    if (found->marker == kJpegEnd) return remark_next(file.subspan(at), remarks);
    if (found->marker == 1 || is_jpeg_restart(found->marker)) continue;
    const auto segment = segment_at(file, at);
    if (!segment) break;
    at += 2 + segment->size();
    if (found->marker == kJpegScan) at = past_values(file, at, ends_jpeg_values);
  }
  remark_no_end("EOI", remarks);
}

// Tables may stand before any block, but none has a use behind the last.
void wsq_ends(ByteView file, Remarks& remarks) {
  int behind = 0;  // the first such table
  for (std::size_t at = 2; const auto found = next_marker(file, at);) {
    at = found->end;
    const int marker = 0xff00 | found->marker;
    if (marker == wsq::kEnd) {
      if (behind != 0) remarks.push_back(fmt::format("a table (marker {:04x}) follows the image's last block", behind));
      return remark_rest(file.size() - at, remarks);
    }
    const auto segment = at + 2 <= file.size() ? segment_at(file, at) : std::nullopt;
    if (!segment) break;
    at += 2 + segment->size();
    if (marker == wsq::kBlock) {
      at = past_values(file, at, wsq::ends_values);
      behind = 0;
    } else if (marker != wsq::kComment && behind == 0) {
      behind = marker;
    }
  }
  remark_no_end("EOI", remarks);
}

void jpeg2000_ends(ByteView file, Remarks& remarks) {
  const ByteView codestream = jpeg2000::codestream_of(file);
  const auto checked = jpeg2000::check_codestream(codestream);
  if (!checked.ok()) return;
  if (!checked->ended) remark_no_end("EOC", remarks);
  remark_rest(codestream.size() - checked->bytes.size(), remarks);
  if (codestream.data() == file.data()) return;
  const auto is_letter = [](char c) { return c >= ' ' && c <= '~'; };
  while (const auto box = jpeg2000::first_box(file)) {  // other boxes may stand behind the picture's
    if (!std::all_of(box->type.begin(), box->type.end(), is_letter)) break;
    file = file.subspan(box->size);
  }
  remark_rest(file.size(), remarks);
}

}  // namespace

void remark_ends(ByteView file, Remarks& remarks) {
  const auto header = image_header(file);
  if (!header.ok()) return;
  switch (header->kind) {
    case ImageKind::kPng:
      return png_ends(file, remarks);
    case ImageKind::kJpeg:
      return jpeg_ends(file, remarks);
    case ImageKind::kJpeg2000:
      return jpeg2000_ends(file, remarks);
    case ImageKind::kWsq:
      return wsq_ends(file, remarks);
  }
}

void remark_more_pictures(ByteView file, Remarks& remarks) {
  Remarks all;
  remark_ends(file, all);
  if (std::ranges::count(all, kMorePictures) > 0) remarks.emplace_back(kMorePictures);
}

}  // namespace puente::format
