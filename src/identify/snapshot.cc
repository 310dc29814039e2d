// A gallery in a file, sealed chunk by chunk: docs/formats/index.md.
#include "identify/snapshot.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/files.h"
#include "core/limits.h"
#include "core/parallel.h"

namespace puente::identify {
namespace {

constexpr std::uint32_t kMagic = 0x50464758;  // "PFGX"
constexpr std::uint8_t kVersion = 2;
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

Result<Print> read_print(ByteReader& in) {
  Print print;
  const std::uint8_t finger = in.u8();
  const int count = in.u8();
  if (finger >= kFingerCount || count > finger::Sketch::kDescriptors) return kDamaged;
  print.finger = static_cast<Finger>(finger);
  print.sketch.count = count;
  print.sketch.places.fill(finger::kNoPlace);
  for (int k = 0; k < count; ++k) {
    print.sketch.bits[k] = in.u64();
    print.sketch.places[k] = in.u32();
    if (print.sketch.places[k] == finger::kNoPlace) return kDamaged;
  }
  for (int k = count; count > 0 && k < finger::Sketch::kDescriptors; ++k)
    print.sketch.bits[k] = print.sketch.bits[k % count];
  const ByteView features = in.counted();
  print.features.assign(features.begin(), features.end());
  if (!in.ok() || !is_of_this_version(print.features)) return kDamaged;
  return print;
}

constexpr unsigned kActive = 1, kDisputed = 2, kOwnCitizen = 4, kFlags = kActive | kDisputed | kOwnCitizen;

void write(const Standing& standing, ByteWriter& out) {
  out.u8(static_cast<std::uint8_t>((standing.active ? kActive : 0) | (standing.disputed ? kDisputed : 0) |
                                   (standing.own_citizen ? kOwnCitizen : 0)));
  for (const std::set<std::string>* names : {&standing.withheld_from, &standing.galleries}) {
    out.u16(static_cast<std::uint16_t>(names->size()));
    for (const std::string& name : *names) out.counted(view(name));
  }
}

// Names in their order, each once: there is one way to write a standing.
Result<Standing> read_standing(ByteReader& in) {
  Standing standing;
  const unsigned flags = in.u8();
  if ((flags & ~kFlags) != 0) return kDamaged;
  standing.active = (flags & kActive) != 0;
  standing.disputed = (flags & kDisputed) != 0;
  standing.own_citizen = (flags & kOwnCitizen) != 0;
  standing.galleries.clear();
  for (std::set<std::string>* names : {&standing.withheld_from, &standing.galleries}) {
    for (int left = in.u16(); left > 0; --left) {
      std::string name(text(in.counted()));
      if (!in.ok() || (!names->empty() && name <= *names->rbegin())) return kDamaged;
      names->insert(names->end(), std::move(name));
    }
  }
  if (!in.ok()) return kDamaged;
  return standing;
}

Result<std::vector<Standing>> read_standings(ByteReader& in) {
  std::vector<Standing> standings;
  std::set<Standing> different;
  for (int left = in.u16(); left > 0; --left) {
    ASSIGN_OR_RETURN(Standing standing, read_standing(in));
    if (!different.insert(standing).second) return kDamaged;
    standings.push_back(std::move(standing));
  }
  return standings;
}

}  // namespace

Bytes write_encounters(const Chunk& chunk) {
  ByteWriter out;
  out.u16(static_cast<std::uint16_t>(chunk.own().different().size()));
  for (const Standing& standing : chunk.own().different()) write(standing, out);
  out.u16(static_cast<std::uint16_t>(chunk.encounters()));
  for (int e = 0; e < chunk.encounters(); ++e) {
    const Enrolled encounter = chunk.entry(e).enrolled;
    out.counted(view(encounter.person_id)).counted(view(encounter.encounter_id)).u16(chunk.own().number_of(e));
    out.u16(static_cast<std::uint16_t>(encounter.prints.size()));
    for (const Print& print : encounter.prints) {
      out.u8(static_cast<std::uint8_t>(print.finger)).u8(static_cast<std::uint8_t>(print.sketch.count));
      for (int k = 0; k < print.sketch.count; ++k) out.u64(print.sketch.bits[k]).u32(print.sketch.places[k]);
      out.counted(print.features);
    }
  }
  return out.take();
}

Result<std::vector<Entry>> read_encounters(ByteView bytes) {
  ByteReader in(bytes);
  ASSIGN_OR_RETURN(const std::vector<Standing> standings, read_standings(in));
  std::vector<Entry> entries;
  std::size_t prints = 0, met = 0;  // standings are numbered as encounters first have them
  for (int left = in.u16(); left > 0; --left) {
    Enrolled& encounter = entries.emplace_back().enrolled;
    encounter.person_id = text(in.counted());
    encounter.encounter_id = text(in.counted());
    if (encounter.person_id.size() > limits::kIdBytesMax || encounter.encounter_id.size() > limits::kIdBytesMax)
      return kDamaged;
    const std::size_t standing = in.u16(), count = in.u16();
    if (!in.ok() || standing > met || standing >= standings.size()) return kDamaged;
    met = std::max(met, standing + 1);
    encounter.standing = entries.back().effective = standings[standing];
    prints += count;
    if (count == 0 || prints > 65535) return kDamaged;
    for (std::size_t k = 0; k < count; ++k) {
      ASSIGN_OR_RETURN(Print print, read_print(in));
      encounter.prints.push_back(std::move(print));
    }
  }
  if (!in.done() || met != standings.size()) return kDamaged;
  return entries;
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
    const Result<std::vector<Entry>> entries = read_encounters(*plain);
    if (entries.ok()) chunks[number] = Chunk::compose(*entries);
  });
  if (std::find(chunks.begin(), chunks.end(), nullptr) != chunks.end()) return kDamaged;
  return chunks;
}

}  // namespace puente::identify
