#include "format/iso/iso39794.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <optional>
#include <utility>

#include "core/limits.h"
#include "format/image/image.h"

namespace puente::format {
namespace {

constexpr std::uint8_t kSequence = 0x30, kApplication = 0x60, kContext = 0x80, kConstructed = 0x20;
constexpr std::uint32_t kGeneration = 3;
constexpr std::size_t kViewsMax = 1000;
constexpr std::uint32_t kRangeOverflow = 2;  // RangingErrorCode; 0 unassigned, 1 failed
constexpr std::uint8_t kLossy = 2;           // CompressionHistoryCode of 39794-6

// Codes of one image format here and in 19794:2011. PGM is a header and the pixels that are raw there.
struct ImageFormat {
  ImagePart part;
  std::uint32_t code, code_2011;
  bool lossy;
};
constexpr ImageFormat kFormats[] = {
    {ImagePart::kFinger, 0, 0, false}, {ImagePart::kFinger, 1, 2, true},  {ImagePart::kFinger, 2, 4, true},
    {ImagePart::kFinger, 3, 5, false}, {ImagePart::kFinger, 4, 6, false}, {ImagePart::kFace, 2, 0, true},
    {ImagePart::kFace, 3, 1, true},    {ImagePart::kFace, 4, 2, false},   {ImagePart::kIris, 0, 2, false},
    {ImagePart::kIris, 2, 14, false},  {ImagePart::kIris, 3, 10, false},  {ImagePart::kIris, 4, 10, true},
};
bool is_raw(ImagePart part, std::uint32_t code_2011) {
  return (part == ImagePart::kFinger && code_2011 == 0) || (part == ImagePart::kIris && code_2011 == 2);
}

Error damaged_ber(std::string_view what) {
  return {Code::kInvalidInput, fmt::format("ISO/IEC 39794 record: {}", what)};
}

// ---- DER (ISO/IEC 8825-1): definite lengths, tags below 31 ----------------------------------------------------------

struct Node {
  std::uint8_t tag = 0;
  ByteView content;
};

// The element that `in` begins with; taken off it.
std::optional<Node> take(ByteView& in) {
  if (in.size() < 2 || (in[0] & 0x1f) == 0x1f) return std::nullopt;
  Node node{in[0], {}};
  std::size_t header = 2, length = in[1];
  if (length & 0x80) {
    const std::size_t digits = length & 0x7f;
    if (digits == 0 || digits > 4 || in.size() < 2 + digits) return std::nullopt;
    header += digits;
    length = 0;
    for (std::size_t i = 2; i < header; ++i) length = length << 8 | in[i];
  }
  if (in.size() - header < length) return std::nullopt;
  node.content = in.subspan(header, length);
  in = in.subspan(header + length);
  return node;
}

// The first child [number]; nullopt when there is none.
std::optional<Node> node_of(std::optional<ByteView> parent, int number) {
  if (!parent) return std::nullopt;
  for (ByteView in = *parent; !in.empty();) {
    const auto node = take(in);
    if (!node) return std::nullopt;
    if ((node->tag & ~kConstructed) == (kContext | number)) return node;
  }
  return std::nullopt;
}
std::optional<ByteView> child(std::optional<ByteView> parent, int number) {
  const auto node = node_of(parent, number);
  return node ? std::optional(node->content) : std::nullopt;
}

// INTEGER or ENUMERATED, not negative.
std::optional<std::uint32_t> number_of(std::optional<ByteView> content) {
  if (!content || content->empty() || content->size() > 5 || (*content)[0] & 0x80) return std::nullopt;
  if (content->size() == 5 && (*content)[0] != 0) return std::nullopt;
  std::uint32_t value = 0;
  for (const std::uint8_t byte : *content) value = value << 8 | byte;
  return value;
}

// CHOICE { code [0], extensionBlock [1] SEQUENCE { fallback [0] code, … } }
std::optional<std::uint32_t> code_of(std::optional<ByteView> choice) {
  const auto code = number_of(child(choice, 0));
  return code ? code : number_of(child(child(choice, 1), 0));
}

Bytes element(int tag, ByteView content) {
  ByteWriter out;
  out.u8(static_cast<std::uint8_t>(tag));
  if (content.size() < 0x80) {
    out.u8(static_cast<std::uint8_t>(content.size()));
  } else {
    int digits = 1;
    while (digits < 4 && content.size() >> 8 * digits != 0) ++digits;
    out.u8(static_cast<std::uint8_t>(0x80 | digits));
    for (int i = digits - 1; i >= 0; --i) out.u8(static_cast<std::uint8_t>(content.size() >> 8 * i));
  }
  return out.raw(content).take();
}
Bytes primitive(int number, ByteView content) {
  return element(kContext | number, content);
}
Bytes constructed(int number, std::initializer_list<Bytes> parts) {
  ByteWriter out;
  for (const Bytes& part : parts) out.raw(part);
  return element(kContext | kConstructed | number, out.take());
}
Bytes integer(int number, std::uint32_t value) {
  Bytes content;
  for (int shift = 24; shift >= 0; shift -= 8)
    if (value >> shift != 0 || shift == 0) content.push_back(static_cast<std::uint8_t>(value >> shift));
  if (content[0] & 0x80) content.insert(content.begin(), 0);
  return primitive(number, content);
}
Bytes code(int number, std::uint32_t value) {
  return constructed(number, {integer(0, value)});
}

// ---- parts that all three have --------------------------------------------------------------------------------------

constexpr std::uint16_t kNotKnown = 0xffff;

// CaptureDateTimeBlock: year [0] … millisecond [6], all but the year optional.
Bytes write_time(int number, const Capture& capture) {
  ByteWriter parts;
  const std::uint32_t values[] = {capture.year,   capture.month,  capture.day,        capture.hour,
                                  capture.minute, capture.second, capture.millisecond};
  for (int i = 0; i < 7; ++i)
    if (values[i] != (i == 0 || i == 6 ? 0xffffu : 0xffu)) parts.raw(integer(i, values[i]));
  return element(kContext | kConstructed | number, parts.take());
}
void read_time(std::optional<ByteView> block, Capture& capture) {
  const auto value = [&](int number, std::uint32_t max) {
    return std::min(number_of(child(block, number)).value_or(max), max);
  };
  capture.year = static_cast<std::uint16_t>(value(0, 0xffff));
  std::uint8_t* const parts[] = {&capture.month, &capture.day, &capture.hour, &capture.minute, &capture.second};
  for (int i = 0; i < 5; ++i) *parts[i] = static_cast<std::uint8_t>(value(i + 1, 0xff));
  capture.millisecond = static_cast<std::uint16_t>(value(6, 0xffff));
}

// QualityBlocks: each of algorithmIdBlock [0] { organization [0], id [1] }, scoreOrError [1] { score [0] }.
Bytes write_qualities(int number, const Capture& capture) {
  ByteWriter blocks;
  for (const QualityBlock& quality : capture.qualities) {
    const Bytes score = quality.value <= 100 ? integer(0, quality.value) : code(1, 0);
    ByteWriter block;
    block.raw(constructed(0, {integer(0, quality.vendor), integer(1, quality.algorithm)}));
    block.raw(constructed(1, {score}));
    blocks.raw(element(kSequence, block.take()));
  }
  return element(kContext | kConstructed | number, blocks.take());
}
void read_qualities(std::optional<ByteView> blocks, Capture& capture) {
  for (ByteView in = blocks.value_or(ByteView()); !in.empty() && capture.qualities.size() < 255;) {
    const auto block = take(in);
    if (!block) return;
    const auto id = child(block->content, 0);
    capture.qualities.push_back(
        {static_cast<std::uint8_t>(std::min(number_of(child(child(block->content, 1), 0)).value_or(255), 255u)),
         static_cast<std::uint16_t>(number_of(child(id, 0)).value_or(0)),
         static_cast<std::uint16_t>(number_of(child(id, 1)).value_or(0))});
  }
}

// ---- images ---------------------------------------------------------------------------------------------------------

// PGM: "P5", width, height, 255, one white space, pixels.
Status read_pgm(ByteView bytes, ImageView& view) {
  std::string_view rest = text(bytes);
  if (!rest.starts_with("P5")) return damaged_ber("its PGM image begins with \"P5\"");
  rest.remove_prefix(2);
  std::uint32_t values[3] = {};
  for (std::uint32_t& value : values) {
    const std::size_t begin = rest.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos || begin == 0) return damaged_ber("a PGM image without its sizes");
    rest.remove_prefix(begin);
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
    if (error != std::errc()) return damaged_ber("a PGM image without its sizes");
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
  }
  if (rest.empty() || values[2] != 255 || values[0] > 0xffff || values[1] > 0xffff ||
      rest.size() - 1 != std::size_t{values[0]} * values[1])
    return damaged_ber("a PGM image of 8 bits and of as many pixels as it says is wanted");
  view.width = values[0];
  view.height = values[1];
  view.depth = 8;
  view.image = to_bytes(rest.substr(1));
  return {};
}

Result<Bytes> image_bytes(ImagePart part, const ImageView& view) {
  if (!is_raw(part, view.compression)) return view.image;
  if (view.depth != 8 || view.image.size() != std::size_t{view.width} * view.height)
    return damaged_ber("raw pixels are wanted of 8 bits, and as many as the record says");
  Bytes out = to_bytes(fmt::format("P5\n{} {}\n255\n", view.width, view.height));
  out.insert(out.end(), view.image.begin(), view.image.end());
  return out;
}

Status read_image(ImagePart part, std::optional<std::uint32_t> format, std::optional<ByteView> bytes, ImageView& view) {
  if (!format || !bytes) return damaged_ber("a representation without image or format");
  for (const ImageFormat& each : kFormats) {
    if (each.part != part || each.code != *format) continue;
    view.compression = each.code_2011;
    if (is_raw(part, view.compression)) return read_pgm(*bytes, view);
    view.image.assign(bytes->begin(), bytes->end());
    if (const Result<ImageHeader> header = image_header(*bytes); header.ok() && view.width == 0) {
      view.width = static_cast<std::uint32_t>(std::min<std::int64_t>(header->width, 0xffff));
      view.height = static_cast<std::uint32_t>(std::min<std::int64_t>(header->height, 0xffff));
    }
    return {};
  }
  return {Code::kUnsupported, fmt::format("ISO/IEC 39794 record: image format {} is not read", *format)};
}

Result<std::uint32_t> format_code(ImagePart part, const ImageView& view) {
  const bool lossy = part == ImagePart::kIris ? (view.iris().image_properties >> 6 & 3) == kLossy : true;
  for (const bool exactly : {true, false})
    for (const ImageFormat& each : kFormats)
      if (each.part == part && each.code_2011 == view.compression && (each.lossy == lossy || !exactly))
        return each.code;
  return Error{Code::kUnsupported,
               fmt::format("ISO/IEC 39794-{} has no image format like {}", static_cast<int>(part), view.compression)};
}

// ---- representations ------------------------------------------------------------------------------------------------

// ImpressionCode of 39794-4, which no longer tells ink from scanners, or kinds of latents.
std::uint32_t impression_code(std::uint32_t impression) {
  constexpr std::uint32_t kPlain = 0, kRolled = 1, kLatent = 4, kOther = 28;
  constexpr std::uint32_t kKept[] = {kPlain, kRolled, kLatent, 8, 24, 25, kOther, 29, 41, 42};
  if (impression == 2 || impression == 3) return impression == 2 ? kPlain : kRolled;
  if (impression >= 5 && impression <= 7) return kLatent;
  return std::find(std::begin(kKept), std::end(kKept), impression) != std::end(kKept) ? impression : kOther;
}

// 39794-4: position [0], impression [1], imageDataFormat [2], imageData [3], time [4], qualities [6], rate [7]
Result<Bytes> write_finger(const ImageView& view, std::uint32_t format, ByteView image) {
  const FingerView& finger = view.finger();
  ByteWriter out;
  out.raw(code(0, view.position))
      .raw(code(1, impression_code(finger.impression)))
      .raw(code(2, format))
      .raw(primitive(3, image));
  if (view.capture.year != kNotKnown) out.raw(write_time(4, view.capture));
  if (!view.capture.qualities.empty()) out.raw(write_qualities(6, view.capture));
  // samplesPerUnit [0], unitDimension [1]: 0 inch, 1 centimetre
  if (finger.image_x > 0) out.raw(constructed(7, {integer(0, finger.image_x), integer(1, finger.scale_units == 2)}));
  return out.take();
}
Status read_finger(ByteView block, ImageView& view) {
  view.depth = 8;
  TRY(read_image(ImagePart::kFinger, code_of(child(block, 2)), child(block, 3), view));
  view.position = code_of(child(block, 0)).value_or(0) & 0xff;
  FingerView& finger = view.finger();
  finger.impression = code_of(child(block, 1)).value_or(29) & 0xff;
  read_time(child(block, 4), view.capture);
  read_qualities(child(block, 6), view.capture);
  const auto rate = child(block, 7);
  finger.scale_units = number_of(child(rate, 1)).value_or(0) == 1 ? 2 : 1;
  finger.scan_x = finger.scan_y = finger.image_x = finger.image_y = number_of(child(rate, 0)).value_or(0) & 0xffff;
  return {};
}

// 39794-5: representationId [0], imageRepresentation [1], time [2], qualities [3]. The image lies in three choices:
// base [0], imageRepresentation2DBlock [0] of data [0] and information [1]: format [0], size [7].
Result<Bytes> write_face(const ImageView& view, std::uint32_t format, ByteView image, std::uint32_t id) {
  const Bytes size = constructed(7, {integer(0, view.width), integer(1, view.height)});
  const Bytes picture = constructed(0, {primitive(0, image), constructed(1, {code(0, format), size})});
  ByteWriter out;
  out.raw(integer(0, id)).raw(constructed(1, {constructed(0, {picture})}));
  if (view.capture.year != kNotKnown) out.raw(write_time(2, view.capture));
  if (!view.capture.qualities.empty()) out.raw(write_qualities(3, view.capture));
  return out.take();
}
Status read_face(ByteView block, ImageView& view) {
  const auto picture = child(child(child(block, 1), 0), 0);
  const auto information = child(picture, 1), size = child(information, 7);
  view.width = number_of(child(size, 0)).value_or(0) & 0xffff;
  view.height = number_of(child(size, 1)).value_or(0) & 0xffff;
  TRY(read_image(ImagePart::kFace, code_of(child(information, 0)), child(picture, 0), view));
  read_time(child(block, 2), view.capture);
  read_qualities(child(block, 3), view.capture);
  return {};
}

// 39794-6: eye [0], kind [1], bitDepth [2], format [3], orientations [4] [5], compression history [6], range or error
// [7], time [8], image [9], qualities [11]. Some write the range as [9], so that time and image are [7] and [8].
Result<Bytes> write_iris(const ImageView& view, std::uint32_t format, ByteView image) {
  if (view.capture.year == kNotKnown) return damaged_ber("39794-6 wants the time of an iris's capture");
  const IrisView& iris = view.iris();
  const std::uint32_t properties = iris.image_properties;
  const bool ranged = iris.range >= 2 && iris.range <= 65533;
  ByteWriter out;
  out.raw(integer(0, view.position)).raw(code(1, iris.image_type)).raw(integer(2, view.depth)).raw(code(3, format));
  out.raw(integer(4, properties & 3)).raw(integer(5, properties >> 2 & 3)).raw(integer(6, properties >> 6 & 3));
  out.raw(constructed(7, {ranged ? integer(0, iris.range) : integer(1, std::min(iris.range, kRangeOverflow))}));
  out.raw(write_time(8, view.capture)).raw(primitive(9, image));
  if (!view.capture.qualities.empty()) out.raw(write_qualities(11, view.capture));
  return out.take();
}
std::uint32_t range_of(std::optional<ByteView> range_or_error) {  // as 19794-6:2011 has it: 0 unassigned, 1 failed
  if (const auto range = number_of(child(range_or_error, 0))) return *range & 0xffff;
  const std::uint32_t error = number_of(child(range_or_error, 1)).value_or(0);
  return error < kRangeOverflow ? error : 0xffff;
}
Status read_iris(ByteView block, ImageView& view) {
  const auto two_bits = [&](int number) { return number_of(child(block, number)).value_or(0) & 3; };
  const auto eighth = node_of(block, 8);
  const bool image_first = eighth && (eighth->tag & kConstructed) == 0;
  const int time = image_first ? 7 : 8, image = image_first ? 8 : 9, range = image_first ? 9 : 7;
  view.depth = number_of(child(block, 2)).value_or(8) & 0xff;
  TRY(read_image(ImagePart::kIris, code_of(child(block, 3)), child(block, image), view));
  view.position = number_of(child(block, 0)).value_or(0) & 0xff;
  IrisView& iris = view.iris();
  iris.image_type = code_of(child(block, 1)).value_or(0) & 0xff;
  iris.image_properties = two_bits(4) | two_bits(5) << 2 | two_bits(6) << 6;
  iris.range = range_of(child(block, range));
  iris.roll = iris.roll_uncertainty = 0xffff;
  read_time(child(block, time), view.capture);
  read_qualities(child(block, 11), view.capture);
  return {};
}

}  // namespace

bool is_iso39794(ByteView bytes) {
  return !bytes.empty() && bytes[0] >= (kApplication | 4) && bytes[0] <= (kApplication | 6);
}

Result<ImageRecord> read_iso39794(ByteView bytes) {
  if (!is_iso39794(bytes)) return damaged_ber("it begins with [APPLICATION 4], 5 or 6");
  if (bytes.size() > limits::kRecordBytesMax) return Error{Code::kTooLarge, "an ISO/IEC 39794 record over 64 MiB"};
  ImageRecord record;
  record.part = static_cast<ImagePart>(bytes[0] & 0x1f);
  ByteView rest = bytes;
  const auto root = take(rest);
  if (!root) return damaged_ber("it is shorter than its length says");
  record.from_39794 = true;
  record.after.assign(rest.begin(), rest.end());
  const auto blocks = child(root->content, 1);
  if (number_of(child(child(root->content, 0), 0)).value_or(0) == 0 || !blocks)
    return damaged_ber("a version [0] and representations [1] are wanted");
  for (ByteView in = *blocks; !in.empty();) {
    // one alone may lie there without a SEQUENCE around it
    const bool bare = record.views.empty() && in[0] != kSequence;
    const auto block = bare ? Node{kSequence, std::exchange(in, {})} : take(in);
    if (!block || block->tag != kSequence) return damaged_ber("a representation is a SEQUENCE");
    if (record.views.size() >= kViewsMax)
      return Error{Code::kTooLarge, fmt::format("ISO/IEC 39794 record: more than {} representations", kViewsMax)};
    ImageView& view = record.add_view();
    TRY(record.part == ImagePart::kFinger ? read_finger(block->content, view)
        : record.part == ImagePart::kFace ? read_face(block->content, view)
                                          : read_iris(block->content, view));
    view.view_number = record.part == ImagePart::kFace ? 0 : static_cast<std::uint32_t>(record.views.size());
  }
  return record;
}

Result<Bytes> write_iso39794(const ImageRecord& record) {
  if (record.edition != 2011 || record.views.empty())
    return damaged_ber("it is made of a record of ISO/IEC 19794:2011 with a view");
  ByteWriter blocks;
  for (std::uint32_t i = 0; i < record.views.size(); ++i) {
    const ImageView& view = record.views[i];
    if (view.part() != record.part) return damaged_ber("its views are of its part");
    ASSIGN_OR_RETURN(const std::uint32_t format, format_code(record.part, view));
    ASSIGN_OR_RETURN(const Bytes image, image_bytes(record.part, view));
    ASSIGN_OR_RETURN(const Bytes block, record.part == ImagePart::kFinger ? write_finger(view, format, image)
                                        : record.part == ImagePart::kFace ? write_face(view, format, image, i)
                                                                          : write_iris(view, format, image));
    blocks.raw(element(kSequence, block));
  }
  const std::uint32_t year = record.part == ImagePart::kIris ? 2021 : 2019;
  ByteWriter body;
  body.raw(constructed(0, {integer(0, kGeneration), integer(1, year)}));
  body.raw(element(kContext | kConstructed | 1, blocks.take()));
  ByteWriter out;
  out.raw(element(kApplication | static_cast<int>(record.part), body.take()));
  return out.raw(record.from_39794 ? record.after : Bytes()).take();
}

}  // namespace puente::format
