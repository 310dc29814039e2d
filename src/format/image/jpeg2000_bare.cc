// A JPEG 2000 file without its words: comments and pointers out of its codestream (ISO/IEC 15444-1, annex A), boxes
// that say nothing of its pixels out of the file around it (annex I).
#include <algorithm>
#include <array>

#include "format/image/codec.h"
#include "format/image/jpeg2000_header.h"

namespace puente::format {
namespace {

using namespace jpeg2000;

constexpr std::uint16_t kTilePart = 0xff90, kData = 0xff93;
// What decoding needs: size, coding styles, quantisation, regions, the order of packets, their headers apart. Lengths
// of tiles and packets are left out: they would no longer be true, and nobody has to have them.
constexpr std::array<std::uint16_t, 9> kNeeded = {0xff51, 0xff52, 0xff53, 0xff5c, 0xff5d,
                                                  0xff5e, 0xff5f, 0xff60, 0xff61};

// Segments up to the marker `last`, which is read and not written.
void put_header(ByteReader& in, std::uint16_t last, ByteWriter& out) {
  for (std::uint16_t marker = in.u16(); in.ok() && marker != last; marker = in.u16()) {
    const std::uint16_t length = in.u16();
    const ByteView segment = in.raw(std::max<std::size_t>(length, 2) - 2);
    if (std::find(kNeeded.begin(), kNeeded.end(), marker) != kNeeded.end()) out.u16(marker).u16(length).raw(segment);
  }
}

// Of a codestream that check_codestream has walked to its end.
Bytes bare_codestream(const Codestream& whole) {
  ByteReader in(whole.bytes);
  ByteWriter out;
  out.raw(in.raw(2));
  put_header(in, kTilePart, out);
  for (bool more = true; more && in.ok();) {
    const std::size_t left = in.left();  // from behind the tile-part's marker on
    in.u16();
    const std::uint16_t tile = in.u16();
    const std::size_t size = in.u32();
    const std::uint16_t part = in.u16();
    ByteWriter header;
    put_header(in, kData, header);
    const Bytes kept = header.take();
    const std::size_t end = size != 0 ? left + 2 - size : whole.ended ? 2 : 0;  // bytes behind it
    const ByteView data = in.raw(in.left() - std::min(end, in.left()));
    out.u16(kTilePart).u16(10).u16(tile);
    out.u32(size != 0 ? static_cast<std::uint32_t>(14 + kept.size() + data.size()) : 0).u16(part);
    out.raw(kept).u16(kData).raw(data);
    more = in.left() >= 2 && in.u16() == kTilePart;
  }
  if (whole.ended) out.u16(0xffd9);
  return out.take();
}

void put_box(ByteWriter& out, std::string_view type, ByteView contents) {
  out.u32(static_cast<std::uint32_t>(contents.size() + 8)).raw(view(type)).raw(contents);
}

// A colour space by its number is kept. A profile is words, and not used: it becomes plain gray or sRGB.
void put_colour(ByteWriter& out, ByteView contents, bool gray) {
  constexpr std::uint8_t kByNumber = 1, kByProfile = 2;
  constexpr std::size_t kNumbered = 7;
  constexpr std::uint32_t kSrgb = 16, kGray = 17;
  if (contents.size() < 3) return;
  if (contents[0] == kByProfile && contents.size() < kNumbered) {  // no room for a number: as empty as it was
    Bytes empty(contents.size(), 0);
    empty[0] = kByProfile;
    return put_box(out, "colr", empty);
  }
  if (contents.size() < kNumbered) return;
  const bool lab = contents[3] == 0 && contents[4] == 0 && contents[5] == 0 && contents[6] == 14;  // has ranges behind
  if (contents[0] == kByNumber) put_box(out, "colr", contents.first(lab ? contents.size() : kNumbered));
  if (contents[0] != kByProfile) return;
  put_box(out, "colr", ByteWriter().u8(kByNumber).u16(0).u32(gray ? kGray : kSrgb).take());
}

// Boxes up to the codestream's, those that a header holds wherever they stand: so the decoder takes them.
void put_boxes(ByteWriter& out, ByteView boxes, bool& gray, int depth = 0) {
  for (auto box = first_box(boxes); box && box->type != "jp2c"; box = first_box(boxes)) {
    boxes = boxes.subspan(box->size);
    if (box->type == "ihdr" && box->contents.size() >= 10) gray = box->contents[8] == 0 && box->contents[9] < 3;
    if (box->type == "pclr") gray = false;
    if (box->type == "jp2h" && depth == 0) {
      ByteWriter inner;
      put_boxes(inner, box->contents, gray, 1);
      put_box(out, "jp2h", inner.take());
    }
    if (box->type == "colr") put_colour(out, box->contents, gray);
    constexpr std::array<std::string_view, 7> kKept = {"jP  ", "ftyp", "ihdr", "bpcc", "pclr", "cmap", "cdef"};
    if (std::find(kKept.begin(), kKept.end(), box->type) != kKept.end()) put_box(out, box->type, box->contents);
  }
}

}  // namespace

Result<Bytes> bare_jpeg2000(ByteView bytes) {
  const ByteView codestream = codestream_of(bytes);
  if (codestream.empty()) return Error{Code::kInvalidInput, "damaged JPEG 2000 image: it has no picture"};
  ASSIGN_OR_RETURN(const Codestream checked, check_codestream(codestream));
  Bytes bare = bare_codestream(checked);
  TRY(check_codestream(bare));  // fewer bytes explain less work
  if (codestream.data() == bytes.data()) return bare;
  ByteWriter out;
  bool gray = false;
  put_boxes(out, bytes, gray);
  put_box(out, "jp2c", bare);
  return out.take();
}

}  // namespace puente::format
