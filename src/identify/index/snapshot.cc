// An index in a file, sealed chunk by chunk: docs/formats/index.md.
#include <fmt/format.h>

#include <algorithm>

#include "core/files.h"
#include "core/limits.h"
#include "identify/index/chunk.h"
#include "identify/index/snapshot.h"

namespace puente::index {
namespace {

constexpr std::uint32_t kMagic = 0x50464758;  // "PFGX"
constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kIdBytes = 16;
constexpr std::uint32_t kChunksMax = 1u << 20;

const Error kDamaged{Code::kCorrupt, "index snapshot: damaged, or of another key; the store has all that was in it"};

struct Header {
  std::uint64_t sketch_version = 0;
  Bytes id;
  std::uint32_t chunks = 0;

  // What every chunk is sealed with: it can be opened as nothing but this one of this snapshot.
  std::string context(std::size_t number) const {
    return fmt::format("index snapshot {} {:016x} {} {}/{}", kVersion, sketch_version, to_hex(id), number, chunks);
  }
};

Result<Header> read_header(ByteReader& in) {
  if (in.u32() != kMagic) return Error{Code::kInvalidInput, "not an index snapshot"};
  const std::uint8_t version = in.u8();
  Header header;
  header.sketch_version = in.u64();
  const ByteView id = in.raw(kIdBytes);
  header.id.assign(id.begin(), id.end());
  header.chunks = in.u32();
  if (!in.ok()) return kDamaged;
  if (version != kVersion || header.sketch_version != finger::sketch_version()) {
    return Error{Code::kUnsupported,
                 "index snapshot: of another version of the program; the store has all that was in it"};
  }
  if (header.chunks > kChunksMax) return kDamaged;
  return header;
}

// Templates that this program wrote: the seal vouches for the rest of them.
bool is_of_this_version(ByteView features) {
  constexpr std::size_t kMagicAndVersion = 5;
  static const Bytes kWritten = finger::encode(finger::Template());
  return features.size() >= kWritten.size() &&
         std::equal(features.begin(), features.begin() + kMagicAndVersion, kWritten.begin());
}

Result<Print> read_finger(ByteReader& in) {
  Print finger;
  const std::uint8_t position = in.u8();
  const int count = in.u8();
  if (position >= kPositions || count > finger::Sketch::kDescriptors) return kDamaged;
  finger.position = static_cast<Finger>(position);
  finger.sketch.count = count;
  finger.sketch.places.fill(finger::kNoPlace);
  for (int k = 0; k < count; ++k) {
    finger.sketch.bits[k] = in.u64();
    finger.sketch.places[k] = in.u32();
    if (finger.sketch.places[k] == finger::kNoPlace) return kDamaged;
  }
  for (int k = count; count > 0 && k < finger::Sketch::kDescriptors; ++k)
    finger.sketch.bits[k] = finger.sketch.bits[k % count];
  const ByteView features = in.counted();
  finger.features.assign(features.begin(), features.end());
  if (!in.ok() || !is_of_this_version(finger.features)) return kDamaged;
  return finger;
}

}  // namespace

Bytes write_encounters(const Chunk& chunk) {
  ByteWriter out;
  out.u16(static_cast<std::uint16_t>(chunk.encounters()));
  for (int e = 0; e < chunk.encounters(); ++e) {
    const Encounter encounter = chunk.encounter(e);
    out.counted(view(encounter.person_id)).counted(view(encounter.encounter_id));
    out.u16(static_cast<std::uint16_t>(encounter.fingers.size()));
    for (const Print& finger : encounter.fingers) {
      out.u8(static_cast<std::uint8_t>(finger.position)).u8(static_cast<std::uint8_t>(finger.sketch.count));
      for (int k = 0; k < finger.sketch.count; ++k) out.u64(finger.sketch.bits[k]).u32(finger.sketch.places[k]);
      out.counted(finger.features);
    }
  }
  return out.take();
}

Result<std::vector<Encounter>> read_encounters(ByteView bytes) {
  ByteReader in(bytes);
  std::vector<Encounter> encounters;
  std::size_t fingers = 0;
  for (int left = in.u16(); left > 0; --left) {
    Encounter& encounter = encounters.emplace_back();
    encounter.person_id = text(in.counted());
    encounter.encounter_id = text(in.counted());
    if (encounter.person_id.size() > limits::kIdBytesMax || encounter.encounter_id.size() > limits::kIdBytesMax)
      return kDamaged;
    const std::size_t count = in.u16();
    fingers += count;
    if (!in.ok() || count == 0 || fingers > 65535) return kDamaged;
    for (std::size_t k = 0; k < count; ++k) {
      ASSIGN_OR_RETURN(Print finger, read_finger(in));
      encounter.fingers.push_back(std::move(finger));
    }
  }
  if (!in.done()) return kDamaged;
  return encounters;
}

Status save(const View& view, const std::string& path, const SecretKey& key, Random& random) {
  std::vector<const Chunk*> chunks;  // those that were emptied are left out
  for (const auto& chunk : view.chunks)
    if (chunk->encounters() > 0) chunks.push_back(chunk.get());
  Header header{finger::sketch_version(), Bytes(kIdBytes), static_cast<std::uint32_t>(chunks.size())};
  random.fill(header.id);
  return write_file_in_parts(path, [&](std::size_t part) -> Result<Bytes> {
    ByteWriter out;
    if (part == 0) {
      out.u32(kMagic).u8(kVersion).u64(header.sketch_version).raw(header.id).u32(header.chunks);
    } else if (part <= chunks.size()) {
      out.counted(seal(key, write_encounters(*chunks[part - 1]), header.context(part - 1), random));
    }
    return out.take();
  });
}

Result<std::vector<std::shared_ptr<const Chunk>>> load(ByteView bytes, const SecretKey& key, int threads) {
  ByteReader in(bytes);
  ASSIGN_OR_RETURN(const Header header, read_header(in));
  std::vector<ByteView> sealed;
  for (std::uint32_t number = 0; number < header.chunks && in.ok(); ++number) sealed.push_back(in.counted());
  if (!in.done()) return kDamaged;
  std::vector<std::shared_ptr<const Chunk>> chunks(sealed.size());  // null where one does not open
  in_parallel(threads, sealed.size(), [&](int, std::size_t number) {
    const Result<Bytes> plain = open(key, sealed[number], header.context(number));
    if (!plain.ok()) return;
    const Result<std::vector<Encounter>> encounters = read_encounters(*plain);
    if (encounters.ok()) chunks[number] = Chunk::compose(*encounters);
  });
  if (std::find(chunks.begin(), chunks.end(), nullptr) != chunks.end()) return kDamaged;
  return chunks;
}

}  // namespace puente::index
