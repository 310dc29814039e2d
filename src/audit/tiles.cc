// Export as static files and reading them back: C2SP tlog-tiles.
#include <algorithm>
#include <filesystem>
#include <fstream>

#include "audit/note.h"
#include "core/check.h"
#include "core/files.h"
#include "core/json.h"

namespace puente::audit {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kWidth = 256;
constexpr std::size_t kBundleBytesMax = kWidth * (kLeafBytesMax + 2);
constexpr std::size_t kTileBytesMax = kWidth * 32;
constexpr std::size_t kCosignedBytesMax = 64u << 20;
constexpr std::size_t kCosignedMax = 1000;  // an export carries the newest
constexpr std::size_t kLevelsMax = 8;       // 256^8 leaves

std::string index_path(std::uint64_t index) {
  const auto part = [](std::uint64_t number) {
    const std::string digits = std::to_string(number);
    return std::string(3 - digits.size(), '0') + digits;
  };
  std::string out = part(index % 1000);
  for (index /= 1000; index > 0; index /= 1000) out = "x" + part(index % 1000) + "/" + out;
  return out;
}

// Tile or bundle `index` of `count` hashes on its level, relative to the export.
std::string tile_path(const std::string& level, std::uint64_t index, std::uint64_t count) {
  const std::uint64_t width = std::min(kWidth, count - index * kWidth);
  return "tile/" + level + "/" + index_path(index) + (width < kWidth ? ".p/" + std::to_string(width) : "");
}

std::uint64_t count_at(std::uint64_t size, std::size_t level) {
  return size >> (8 * level);
}

// Not synced one by one, which would take minutes for a large log: a tile that a crash lost is missed by the verifier.
Status write(const fs::path& path, ByteView bytes) {
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  if (error) return Error{Code::kUnavailable, "cannot make " + path.parent_path().string() + ": " + error.message()};
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file.good()) return Error{Code::kStorageFull, "cannot write " + path.string() + ": is the disk full?"};
  return {};
}

// All of one level, `hashes` being its hashes in order.
Status write_tiles(const fs::path& directory, std::size_t level, std::span<const Digest> hashes) {
  for (std::uint64_t tile = 0; tile * kWidth < hashes.size(); ++tile) {
    ByteWriter out;
    for (const Digest& hash : hashes.subspan(tile * kWidth, std::min(kWidth, hashes.size() - tile * kWidth)))
      out.raw(hash);
    TRY(write(directory / tile_path(std::to_string(level), tile, hashes.size()), out.take()));
  }
  return {};
}

Result<std::vector<Digest>> read_tile(const std::string& directory, std::size_t level, std::uint64_t tile,
                                      std::uint64_t count) {
  const std::string path = tile_path(std::to_string(level), tile, count);
  auto bytes = read_file(directory + "/" + path, kTileBytesMax);
  if (!bytes.ok()) return Error{Code::kCorrupt, path + " cannot be read: " + bytes.error().message};
  const std::uint64_t width = std::min(kWidth, count - tile * kWidth);
  if (bytes->size() != width * 32) return Error{Code::kCorrupt, path + " has not " + std::to_string(width) + " hashes"};
  std::vector<Digest> out;
  ByteReader reader(*bytes);
  for (std::uint64_t i = 0; i < width; ++i) out.push_back(*fixed<32>(reader.raw(32)));
  return out;
}

// The leaves of a bundle that may be damaged. The leaf at which it stops making sense comes out longer than any leaf
// may be, so that it cannot have its hash and the verifier names it.
std::vector<Bytes> leaves_of(ByteView bytes, std::uint64_t width) {
  std::vector<Bytes> out;
  ByteReader reader(bytes);
  while (out.size() < width && reader.ok()) {
    const ByteView leaf = reader.raw(reader.u16());
    out.emplace_back(leaf.begin(), leaf.end());
  }
  if (!reader.done()) out.back().resize(kLeafBytesMax + 1);
  out.resize(width);
  return out;
}

}  // namespace

Result<std::vector<Bytes>> parse_bundle(ByteView bytes) {
  std::vector<Bytes> out;
  ByteReader reader(bytes);
  while (reader.left() > 0) {
    if (out.size() == kWidth) return Error{Code::kInvalidInput, "a bundle has more than 256 entries"};
    const ByteView leaf = reader.raw(reader.u16());
    if (!reader.ok()) return Error{Code::kInvalidInput, "a bundle ends within an entry"};
    out.emplace_back(leaf.begin(), leaf.end());
  }
  return out;
}

Status export_tiles(const LogStorage& storage, const VerifierKey& log, const std::string& directory) {
  const fs::path root(directory);
  std::error_code error;
  if (fs::exists(root, error) && !fs::is_empty(root, error))
    return Error{Code::kAlreadyExists, directory + " is not empty: name a new directory"};
  ASSIGN_OR_RETURN(const std::uint64_t size, storage.log_size());
  if (size == 0) return Error{Code::kNotFound, "the log is empty: there is nothing to export"};

  Tree tree;
  std::string checkpoint;
  for (std::uint64_t first = 0; first < size; first += kWidth) {
    const std::uint64_t width = std::min(kWidth, size - first);
    ASSIGN_OR_RETURN(const std::vector<LogRow> rows, storage.log_rows(first, static_cast<std::size_t>(width)));
    if (rows.size() != width || rows.back().index != first + width - 1)
      return Error{Code::kCorrupt, "the log lacks entries from " + std::to_string(first) + " on: verify it first"};
    ByteWriter bundle;
    for (const LogRow& row : rows) {
      bundle.u16(static_cast<std::uint16_t>(row.leaf.size())).raw(row.leaf);
      tree.append(row.leaf_hash);
    }
    checkpoint = rows.back().checkpoint;
    TRY(write(root / tile_path("entries", first / kWidth, size), bundle.take()));
  }
  for (std::size_t level = 0; count_at(size, level) > 0 && level < kLevelsMax; ++level)
    TRY(write_tiles(root, level, tree.level(8 * level)));

  ASSIGN_OR_RETURN(const std::vector<std::string> notes, storage.cosigned_checkpoints());
  Json::Array kept;
  for (const std::string& note : std::span(notes).last(std::min(notes.size(), kCosignedMax))) kept.emplace_back(note);
  if (!kept.empty()) TRY(write(root / "cosigned.json", to_bytes(canonical(Json(std::move(kept))) + "\n")));
  TRY(write(root / "log.vkey", to_bytes(to_vkey(log) + "\n")));
  return write_file((root / "checkpoint").string(), to_bytes(checkpoint));  // last: a whole export has one
}

Result<std::unique_ptr<TileStorage>> TileStorage::open(const std::string& directory) {
  ASSIGN_OR_RETURN(const Bytes bytes, read_file(directory + "/checkpoint", kNoteBytesMax));
  const std::string note(text(bytes));
  const auto checkpoint = parse_checkpoint(note);
  if (!checkpoint.ok()) return Error{Code::kCorrupt, directory + "/checkpoint: " + checkpoint.error().message};
  return std::unique_ptr<TileStorage>(new TileStorage(directory, note, checkpoint->size));
}

Result<std::vector<LogRow>> TileStorage::log_rows(std::uint64_t first, std::size_t count_max) const {
  std::vector<LogRow> out;
  for (std::uint64_t index = first; index < size_ && out.size() < count_max;) {
    const std::uint64_t tile = index / kWidth;
    ASSIGN_OR_RETURN(const std::vector<Digest> hashes, read_tile(directory_, 0, tile, size_));
    const std::string path = tile_path("entries", tile, size_);
    const auto bundle = read_file(directory_ + "/" + path, kBundleBytesMax);
    if (!bundle.ok()) return Error{Code::kCorrupt, path + " cannot be read: " + bundle.error().message};
    std::vector<Bytes> leaves = leaves_of(*bundle, hashes.size());
    for (; index / kWidth == tile && index < size_ && out.size() < count_max; ++index) {
      const auto at = static_cast<std::size_t>(index % kWidth);
      out.push_back({index, std::move(leaves[at]), hashes[at], index + 1 == size_ ? checkpoint_ : std::string()});
    }
  }
  return out;
}

Result<std::vector<std::string>> TileStorage::cosigned_checkpoints() const {
  std::vector<std::string> out;
  const auto bytes = read_file(directory_ + "/cosigned.json", kCosignedBytesMax);
  if (!bytes.ok() && bytes.error().code == Code::kNotFound) return out;
  if (!bytes.ok()) return bytes.error();
  const auto json = parse_json(text(*bytes));
  if (!json.ok() || json->as_array() == nullptr) return Error{Code::kCorrupt, "cosigned.json is damaged"};
  for (const Json& note : *json->as_array()) {
    if (note.as_string() == nullptr) return Error{Code::kCorrupt, "cosigned.json is damaged"};
    out.push_back(*note.as_string());
  }
  return out;
}

Status TileStorage::check_upper_tiles() const {
  for (std::size_t level = 1; level < kLevelsMax && count_at(size_, level) > 0; ++level) {
    const std::uint64_t count = count_at(size_, level);
    for (std::uint64_t tile = 0; tile * kWidth < count; ++tile) {
      ASSIGN_OR_RETURN(const std::vector<Digest> hashes, read_tile(directory_, level, tile, count));
      for (std::uint64_t i = 0; i < hashes.size(); ++i) {
        ASSIGN_OR_RETURN(const std::vector<Digest> below,
                         read_tile(directory_, level - 1, tile * kWidth + i, count_at(size_, level - 1)));
        Edge edge;
        for (const Digest& hash : below) edge.append(hash);
        if (edge.root() != hashes[static_cast<std::size_t>(i)])
          return Error{Code::kCorrupt,
                       tile_path(std::to_string(level), tile, count) + ": a hash is not that of the tile below it"};
      }
    }
  }
  return {};
}

}  // namespace puente::audit
