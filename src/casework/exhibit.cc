#include "casework/exhibit.h"

#include <bit>
#include <cmath>

#include "core/limits.h"

namespace puente::casework {
namespace {

constexpr std::uint8_t kVersion = 3;  // 1 and 2 are lists of samples
constexpr std::uint8_t kProbeAlone = 2;

std::uint32_t bits(float value) {
  return std::bit_cast<std::uint32_t>(value);
}
float number(std::uint32_t value) {
  return std::bit_cast<float>(value);
}

void write(const ExhibitSide& side, ByteWriter& out) {
  out.u8(static_cast<std::uint8_t>(side.place.modality)).u8(side.place.code);
  out.counted(side.image);
  out.u32(static_cast<std::uint32_t>(std::lround(side.ppi * 1000)));  // thousandths of a pixel an inch
  out.u32(static_cast<std::uint32_t>(side.width)).u32(static_cast<std::uint32_t>(side.height));
  out.u16(static_cast<std::uint16_t>(side.marks.size()));
  for (const Mark& mark : side.marks) out.u32(bits(mark.x)).u32(bits(mark.y)).u32(bits(mark.direction)).u8(mark.type);
}

Result<ExhibitSide> read_side(ByteReader& in) {
  constexpr std::size_t kMarkBytes = 13;
  ExhibitSide side;
  const int modality = in.u8();
  const auto place = checked_place(modality, in.u8());
  if (!place) return Error{Code::kCorrupt, "an exhibit of no place on a body"};
  side.place = *place;
  const ByteView image = in.counted();
  side.image.assign(image.begin(), image.end());
  side.ppi = in.u32() / 1000.0;
  side.width = static_cast<int>(in.u32());
  side.height = static_cast<int>(in.u32());
  const std::size_t marks = in.u16();
  if (!in.ok() || in.left() < marks * kMarkBytes) return Error{Code::kCorrupt, "an exhibit that ends too soon"};
  for (std::size_t i = 0; i < marks; ++i) {
    Mark& mark = side.marks.emplace_back();
    mark.x = number(in.u32()), mark.y = number(in.u32()), mark.direction = number(in.u32());
    mark.type = in.u8();
  }
  return side;
}

}  // namespace

Bytes encode_exhibit(const Exhibit& exhibit) {
  ByteWriter out;
  out.u8(kVersion).u8(static_cast<std::uint8_t>(exhibit.pairs.size()));
  for (const ExhibitPair& pair : exhibit.pairs) {
    write(pair.probe, out);
    write(pair.reference, out);
    out.u32(bits(pair.rotation)).u16(static_cast<std::uint16_t>(pair.matched.size()));
    for (const auto& [probe, reference] : pair.matched) out.u16(probe).u16(reference);
  }
  return out.take();
}

Result<Exhibit> decode_exhibit(ByteView bytes) {
  ByteReader in(bytes);
  const std::uint8_t version = in.u8();
  if (version == 0) return Error{Code::kCorrupt, "an exhibit cannot be read"};
  if (version <= kProbeAlone) return Error{Code::kUnsupported, "of this case the probe alone was kept"};
  if (version > kVersion) return Error{Code::kUnsupported, "an exhibit of a later version"};
  Exhibit out;
  const std::size_t pairs = in.u8();
  for (std::size_t i = 0; i < pairs; ++i) {
    ExhibitPair& pair = out.pairs.emplace_back();
    ASSIGN_OR_RETURN(pair.probe, read_side(in));
    ASSIGN_OR_RETURN(pair.reference, read_side(in));
    pair.rotation = number(in.u32());
    const std::size_t matched = in.u16();
    for (std::size_t k = 0; k < matched; ++k) {
      const std::uint16_t probe = in.u16(), reference = in.u16();
      if (!in.ok() || probe >= pair.probe.marks.size() || reference >= pair.reference.marks.size())
        return Error{Code::kCorrupt, "an exhibit that pairs minutiae which it does not have"};
      pair.matched.emplace_back(probe, reference);
    }
  }
  if (!in.done()) return Error{Code::kCorrupt, "an exhibit cannot be read"};
  return out;
}

}  // namespace puente::casework
