#include "format/iso/ber.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "core/limits.h"
#include "format/image/image.h"
#include "format/iso/image_record.h"
#include "format/iso/iso39794.h"
#include "format/iso/minutiae_record.h"

namespace puente::format {
namespace {

constexpr int kLevelsMax = 8;
constexpr std::size_t kObjectsMax = 1000, kRecordsMax = 100;

enum Tag : std::uint32_t {
  kData = 0x53,         // of a PIV card: all of one file
  kFace = 0x75,         // EF.DG2
  kFingers = 0x63,      // EF.DG3
  kIrises = 0x76,       // EF.DG4
  kCbeff = 0xbc,        // PIV: a CBEFF header of 88 bytes, its record, a signature
  kBlock = 0x5f2e,      // a record
  kBlockOf = 0x7f2e,    // a record, in parts or enciphered
  kTemplate = 0x7f60,   // header and record
  kTemplates = 0x7f61,  // how many, and those
};
constexpr std::uint32_t kOutermost[] = {kData,  kFace,    kFingers,  kIrises,   kCbeff,
                                        kBlock, kBlockOf, kTemplate, kTemplates};

struct Object {
  std::uint32_t tag = 0;
  bool constructed = false;
  ByteView contents;
  std::size_t size = 0;     // with tag and length
  std::size_t missing = 0;  // bytes that its length says and that are not there
};

// The first object; nullopt: none that begins here (X.690 8.1, lengths stated).
std::optional<Object> first_object(ByteView bytes) {
  ByteReader in(bytes);
  Object out;
  out.tag = in.u8();
  out.constructed = (out.tag & 0x20) != 0;
  if ((out.tag & 0x1f) == 0x1f) {
    const std::uint8_t second = in.u8();
    if ((second & 0x80) != 0) return std::nullopt;  // longer than any that is used here
    out.tag = out.tag << 8 | second;
  }
  std::uint64_t length = in.u8();
  if (length > 0x80) {
    const std::size_t digits = length & 0x7f;
    if (digits > 4) return std::nullopt;
    length = 0;
    for (std::size_t i = 0; i < digits; ++i) length = length << 8 | in.u8();
  } else if (length == 0x80) {
    return std::nullopt;
  }
  if (!in.ok()) return std::nullopt;
  const std::size_t there = static_cast<std::size_t>(std::min<std::uint64_t>(length, in.left()));
  out.missing = static_cast<std::size_t>(length) - there;
  out.size = bytes.size() - in.left() + there;
  out.contents = in.raw(there);
  return out;
}

bool is_record(ByteView bytes) {
  const bool newer = is_iso39794(bytes) && bytes.size() > 64;
  return is_image(bytes) || is_image_record(bytes) || is_minutiae_record(bytes) || newer;
}

class Walk {
 public:
  Result<Container> of(ByteView bytes) {
    TRY(objects(bytes, 0, CardModality::kUnknown));
    if (out_.records.empty())
      return Error{Code::kInvalidInput,
                   "a BER-TLV container of a passport or card, without a record of ISO/IEC 19794, 39794 or ANSI 378 in "
                   "it: is it encrypted?"};
    return std::move(out_);
  }

 private:
  Status objects(ByteView bytes, int level, CardModality modality) {
    if (level > kLevelsMax) return {Code::kTooLarge, "a BER-TLV container of too many levels"};
    while (!bytes.empty()) {
      const auto object = first_object(bytes);
      const bool known = object && (level > 0 || is_outermost(object->tag));
      if (!known && level > 0) {  // bytes to fill, or templates that nobody sees any more
        const bool filling =
            std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t b) { return b == 0 || b == 0xff; });
        if (!filling)
          out_.findings.push_back(fmt::format("{} bytes within the container were not understood", bytes.size()));
        return {};
      }
      if (!known) {
        out_.findings.push_back(fmt::format("{} bytes follow the container", bytes.size()));
        return {};
      }
      if (++count_ > kObjectsMax) return {Code::kTooLarge, "a BER-TLV container of too many objects"};
      if (object->missing > 0 && !std::exchange(cut_, true))  // what is within it is as short, and said once
        out_.findings.push_back(fmt::format("the container ends {} bytes before it should", object->missing));
      TRY(one(*object, level, modality_of(object->tag, modality)));
      bytes = bytes.subspan(object->size);
    }
    return {};
  }

  Status one(const Object& object, int level, CardModality modality) {
    constexpr std::size_t kCbeffHeader = 88;
    const ByteView contents = object.contents;
    if (is_record(contents)) return add(contents, modality);
    if (object.tag == kCbeff && contents.size() > kCbeffHeader && is_record(contents.subspan(kCbeffHeader))) {
      // the lengths of record and signature stand in the header's bytes 2 to 7
      ByteReader in(contents.subspan(2));
      const std::size_t size = in.u32();
      const ByteView rest = contents.subspan(kCbeffHeader);
      return add(rest.first(size == 0 ? rest.size() : std::min(size, rest.size())), modality);
    }
    if (object.constructed || object.tag == kData) return objects(contents, level + 1, modality);
    if (object.tag == kBlock && !contents.empty())
      out_.findings.push_back(
          fmt::format("a block of {} bytes is no record that is read here: is it encrypted?", contents.size()));
    return {};
  }

  Status add(ByteView record, CardModality modality) {
    if (out_.records.size() >= kRecordsMax) return {Code::kTooLarge, "a BER-TLV container of too many records"};
    out_.records.push_back({record, modality});
    return {};
  }

  static bool is_outermost(std::uint32_t tag) {
    return std::find(std::begin(kOutermost), std::end(kOutermost), tag) != std::end(kOutermost);
  }
  static CardModality modality_of(std::uint32_t tag, CardModality inherited) {
    return tag == kFace      ? CardModality::kFace
           : tag == kFingers ? CardModality::kFinger
           : tag == kIrises  ? CardModality::kIris
                             : inherited;
  }

  Container out_;
  std::size_t count_ = 0;
  bool cut_ = false;
};

}  // namespace

bool is_ber_container(ByteView bytes) {
  const auto object = first_object(bytes);
  if (!object || std::find(std::begin(kOutermost), std::end(kOutermost), object->tag) == std::end(kOutermost))
    return false;
  // letters begin so too ("S", "c", "u", "v"): the length must be about right, and what is inside what belongs there
  constexpr std::uint32_t kInner[] = {0x02, 0xa1, kCbeff, kBlock, kBlockOf, kTemplate, kTemplates};
  const std::size_t inside = object->contents.size();
  if (inside == 0 || object->missing > inside / 2 || bytes.size() - object->size > inside / 2 + 16) return false;
  if (is_record(object->contents)) return true;
  if (object->tag == kCbeff) return object->contents[0] == 3;  // the version of its header
  const auto inner = first_object(object->contents);
  return inner && std::find(std::begin(kInner), std::end(kInner), inner->tag) != std::end(kInner);
}

Result<Container> read_ber_container(ByteView bytes) {
  if (bytes.size() > limits::kRecordBytesMax) return Error{Code::kTooLarge, "a BER-TLV container over 64 MiB"};
  return Walk().of(bytes);
}

}  // namespace puente::format
