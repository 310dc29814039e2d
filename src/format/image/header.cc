// What an image file says of itself, without decoding it: PNG 11.2.2, ITU-T T.81 B.2.2, IAFIS-IC-0110 (SOF), ISO/IEC
// 15444-1 A.5.1 and I.5.3.1.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "format/image/codec.h"
#include "format/image/exif.h"
#include "format/image/image.h"
#include "format/image/jpeg2000_header.h"
#include "format/image/wsq.h"

namespace puente::format {
namespace {

using namespace std::string_view_literals;

Error cut_short(std::string_view name) {
  return {Code::kInvalidInput, "damaged " + std::string(name) + " image: it ends before it says how large it is"};
}

Result<ImageHeader> png_header(ByteView bytes) {
  ByteReader in(bytes);
  in.raw(16);
  ImageHeader out{.kind = ImageKind::kPng};
  out.width = in.u32();
  out.height = in.u32();
  out.bits = in.u8();
  const int colour = in.u8();  // 0 gray, 2 RGB, 3 palette, 4 gray and alpha, 6 RGB and alpha
  if (!in.ok()) return cut_short("PNG");
  out.components = colour == 0 || colour == 4 ? 1 : 3;
  out.orientation = orientation_of(bytes);
  out.lossless = true;
  return out;
}

std::uint16_t next_marker(ByteReader& in) {  // any number of bytes 0xff may come before one, to fill
  std::uint16_t marker = in.u16();
  while (in.ok() && marker == 0xffff) marker = static_cast<std::uint16_t>(0xff00 | in.u8());
  return marker;
}

// Markers one after the other until the frame; each but the few without contents states its length.
Result<ImageHeader> jpeg_header(ByteView bytes) {
  ByteReader in(bytes);
  in.raw(2);
  while (in.ok()) {
    const std::uint16_t marker = next_marker(in), length = in.u16();
    if (!in.ok() || marker < 0xffc0 || length < 2) break;
    const bool frame = marker <= 0xffcf && marker != 0xffc4 && marker != 0xffc8 && marker != 0xffcc;
    if (!frame) {
      in.raw(length - 2u);
      continue;
    }
    ImageHeader out{.kind = ImageKind::kJpeg};
    out.bits = in.u8();
    out.height = in.u16();
    out.width = in.u16();
    out.components = in.u8();
    out.lossless = (marker & 3) == 3;  // SOF3, 7, 11, 15
    if (!in.ok()) break;
    out.orientation = orientation_of(bytes);
    return out;
  }
  return cut_short("JPEG");
}

Result<ImageHeader> wsq_header(ByteView bytes) {
  ByteReader in(bytes);
  in.raw(2);
  while (in.ok()) {
    const std::uint16_t marker = next_marker(in), length = in.u16();
    if (!in.ok() || marker < wsq::kStart || marker > wsq::kComment || length < 2) break;
    if (marker != wsq::kFrame) {
      in.raw(length - 2u);
      continue;
    }
    in.raw(2);  // black, white
    ImageHeader out{.kind = ImageKind::kWsq, .components = 1, .bits = 8};
    out.height = in.u16();
    out.width = in.u16();
    if (!in.ok()) break;
    return out;
  }
  return cut_short("WSQ");
}

Result<ImageHeader> jpeg2000_header(ByteView bytes) {
  ByteReader in(jpeg2000::codestream_of(bytes));
  in.raw(8);  // SOC, SIZ, its length, capabilities
  const std::uint32_t right = in.u32(), bottom = in.u32(), left = in.u32(), top = in.u32();
  in.raw(16);
  ImageHeader out{.kind = ImageKind::kJpeg2000};
  out.components = in.u16();
  out.bits = (in.u8() & 0x7f) + 1;
  if (!in.ok() || right < left || bottom < top) return cut_short("JPEG 2000");
  out.width = right - left;
  out.height = bottom - top;
  in.raw(2u + 3u * static_cast<std::size_t>(out.components - 1));  // sampling, the other components
  while (in.ok()) {
    const std::uint16_t marker = in.u16(), length = in.u16();
    if (!in.ok() || marker == 0xff90 || length < 2) break;  // SOT: the pixels begin
    if (marker != 0xff52) {
      in.raw(length - 2u);
      continue;
    }
    in.raw(9);                    // COD: style, progression, layers, transform, levels, code block, its style
    out.lossless = in.u8() == 1;  // the reversible 5-3 wavelet
    break;
  }
  return out;
}

}  // namespace

std::vector<std::string> wsq_comments(ByteView bytes) {
  std::vector<std::string> out;
  ByteReader in(bytes);
  if (in.u16() != wsq::kStart) return out;
  while (in.ok()) {  // up to the first block: what follows its segment is coded values
    const std::uint16_t marker = next_marker(in), length = in.u16();
    if (!in.ok() || marker == wsq::kBlock || marker == wsq::kEnd || length < 2) break;
    const std::string_view contents = text(in.raw(length - 2u));
    if (in.ok() && marker == wsq::kComment && !contents.starts_with("NIST_COM")) out.emplace_back(contents);
  }
  return out;
}

bool is_image(ByteView bytes) {
  const std::string_view start = text(bytes.first(std::min<std::size_t>(bytes.size(), 16)));
  return start.starts_with("\x89PNG\r\n\x1a\n"sv) || start.starts_with("\xff\xd8\xff"sv) ||
         start.starts_with("\xff\xa0"sv) || start.starts_with("\0\0\0\x0cjP  "sv) ||
         start.starts_with("\xff\x4f\xff\x51"sv);
}

Result<ImageHeader> image_header(ByteView bytes) {
  if (!is_image(bytes)) return Error{Code::kInvalidInput, "not an image; send PNG, JPEG, JPEG 2000 or WSQ"};
  switch (bytes[1]) {
    case 'P':
      return png_header(bytes);
    case 0xd8:
      return jpeg_header(bytes);
    case 0xa0:
      return wsq_header(bytes);
    default:
      return jpeg2000_header(bytes);
  }
}

}  // namespace puente::format
