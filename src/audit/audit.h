// The transparency log: an RFC 6962 Merkle tree over the leaves (core/entry.h), checkpoints and cosignatures as C2SP
// signed notes (tlog-checkpoint, tlog-cosignature), the overseer's part (tlog-witness), offline proofs (tlog-proof),
// export as static files (tlog-tiles). Formats and what a verifier must check: docs/formats/log.md.
// Everything here is pure but export_tiles and TileStorage, which read and write files. Values may be used from any
// thread, one at a time; a Log and a Witness say themselves.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/log_storage.h"

namespace puente::audit {

// ---- tree (RFC 6962 section 2.1)

Digest leaf_hash(ByteView leaf);  // SHA-256(0x00, leaf)
Digest node_hash(const Digest& left, const Digest& right);
using Proof = std::vector<Digest>;

// Keeps the hash of every complete subtree: 64 bytes a leaf. Sizes up to size() may be asked about.
class Tree {
 public:
  void append(const Digest& leaf_hash);  // amortised two hashes
  std::uint64_t size() const { return levels_.empty() ? 0 : levels_[0].size(); }
  Digest root() const { return root(size()); }
  Digest root(std::uint64_t size) const;                                    // size <= size()
  Proof inclusion(std::uint64_t index, std::uint64_t size) const;           // index < size <= size()
  Proof consistency(std::uint64_t old_size, std::uint64_t new_size) const;  // old_size <= new_size <= size()
  const std::vector<Digest>& level(std::size_t height) const;               // complete subtrees of 2^height leaves

 private:
  Digest hash(std::uint64_t begin, std::uint64_t end) const;
  std::vector<std::vector<Digest>> levels_;
};

bool verify_inclusion(const Digest& leaf_hash, std::uint64_t index, std::uint64_t size, std::span<const Digest> proof,
                      const Digest& root);
bool verify_consistency(std::uint64_t old_size, const Digest& old_root, std::uint64_t new_size, const Digest& new_root,
                        std::span<const Digest> proof);

// ---- checkpoints and keys (C2SP signed-note, tlog-checkpoint, tlog-cosignature)

using puente::KeyType;
using puente::VerifierKey;
std::string to_vkey(const VerifierKey& key);            // name+hex key id+base64(type, key)
Result<VerifierKey> parse_vkey(std::string_view text);  // surrounding white space allowed
bool is_key_name(std::string_view name);

struct Checkpoint {
  std::string origin;
  std::uint64_t size = 0;
  Digest root{};
  bool operator==(const Checkpoint&) const = default;
};
// A note; the key's name is the origin. `time_ms`: what the log's clock says, on a line of its own (an extension line).
std::string sign_checkpoint(const Checkpoint& checkpoint, const SigningKey& key,
                            std::optional<std::int64_t> time_ms = std::nullopt);
// Without looking at signatures. kInvalidInput. Bounded: at most kNoteBytesMax.
Result<Checkpoint> parse_checkpoint(std::string_view note);
std::optional<std::int64_t> time_of_checkpoint(std::string_view note);  // what it says itself, signed or not
// Signed by this log, and its origin the key's name. kUnauthenticated when not.
Result<Checkpoint> verify_checkpoint(std::string_view note, const VerifierKey& log);
inline constexpr std::size_t kNoteBytesMax = 16u << 10;

std::string cosign(std::string_view note, const std::string& name, const SigningKey& key,
                   std::int64_t time_s);  // one line
// The time (POSIX seconds) of this overseer's cosignature; kNotFound when it has none, kUnauthenticated when it is bad.
Result<std::int64_t> verify_cosignature(std::string_view note, const VerifierKey& overseer);
// The note with those lines of an overseer's answer that verify. kUnauthenticated when none does.
Result<std::string> with_cosignatures(std::string_view note, std::string_view lines,
                                      std::span<const VerifierKey> overseers);

// ---- the node's own log

// One writer: the caller serialises next, store, accept (the service does so inside its transaction). The other calls
// may run at the same time as each other but not as accept.
class Log {
 public:
  // Recomputes the tree from the first leaf. kCorrupt, naming the entry, when a stored hash or the last checkpoint does
  // not fit. `key` must outlive the log.
  static Result<Log> open(const LogStorage& storage, std::string origin, const SigningKey& key);

  // The row that a leaf would make, checkpoint signed; nothing changes until it is stored durably and then accepted.
  // A signed row that was not accepted must not leave the process.
  LogRow next(Bytes leaf) const;
  std::vector<LogRow> next(std::vector<Bytes> leaves) const;  // the same for several in one transaction
  void accept(const LogRow& row);

  const std::string& origin() const { return origin_; }
  VerifierKey verifier_key() const;
  std::uint64_t size() const { return tree_.size(); }
  Digest root() const { return tree_.root(); }
  const Tree& tree() const { return tree_; }
  // Of the size now, signed; and the body for an overseer who has seen old_size <= size(), with the same checkpoint.
  std::string checkpoint(std::optional<std::int64_t> time_ms = std::nullopt) const;
  std::string add_checkpoint_request(std::uint64_t old_size, std::optional<std::int64_t> time_ms = std::nullopt) const;

 private:
  Log(std::string origin, const SigningKey& key) : origin_(std::move(origin)), key_(&key) {}
  std::string origin_;
  const SigningKey* key_;
  Tree tree_;
};

// ---- the overseer (C2SP tlog-witness)

struct WitnessReply {
  int status = 200;  // 200, 400, 403, 404, 409, 422; 500 when it could not be stored
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;                           // 200: cosignature lines; 409: the size that we know, decimal
  std::string origin = {};                    // 200: of which log
  std::optional<std::int64_t> ahead_ms = {};  // 200, where the log says its time: how far its clock is ahead of ours
};
inline constexpr const char* kAddCheckpointPath = "/add-checkpoint";

class Witness {
 public:
  // `key`, `storage` and `clock` must outlive it. Any thread: two requests at once are told apart by the storage.
  Witness(std::string name, const SigningKey& key, std::vector<VerifierKey> logs, WitnessStorage& storage,
          const Clock& clock);
  WitnessReply add_checkpoint(std::string_view body);
  // The last checkpoint that was cosigned, with our line: for GET <prefix>/<hex SHA-256 of the origin>/checkpoint.
  Result<std::string> checkpoint(std::string_view origin_sha256_hex) const;
  VerifierKey verifier_key() const;

 private:
  void keep(const Checkpoint& shown, const std::string& note, bool proven);
  bool contradicts(const Checkpoint& now, const std::string& note, std::uint64_t known_size);
  std::string name_;
  const SigningKey* key_;
  std::vector<VerifierKey> logs_;
  WitnessStorage* storage_;
  const Clock* clock_;
};
// What an overseer's 409 body says; kInvalidInput.
Result<std::uint64_t> parse_tree_size(std::string_view body);

// ---- verifying somebody's log

struct VerifyReport {
  bool ok = false;
  std::uint64_t entries = 0;               // verified, from the first
  Checkpoint head;                         // the last checkpoint
  std::optional<std::uint64_t> bad_index;  // the first entry that is wrong
  std::string problem;                     // what is wrong, one line; empty when ok
  std::size_t checkpoints = 0;             // signatures verified
  std::size_t cosigned = 0;                // overseers' checkpoints that fit this log
  std::uint64_t cosigned_size = 0;         // of the largest of them: what an overseer has seen
  std::int64_t cosigned_time_s = 0;        // of the newest
  // The first entry whose time cannot be that of the log and of an overseer both: one of the two clocks was wrong, or
  // the time was made up. Not an error of the log by itself. Empty where there is none.
  std::string clock_problem;
};
// From genesis: every leaf's hash, every checkpoint's signature and root, every overseer's cosignature. Reads in
// batches; one signature an entry is what it costs. progress(done, total) may be empty.
VerifyReport verify(const LogStorage& storage, const VerifierKey& log, std::span<const VerifierKey> overseers,
                    const std::function<void(std::size_t, std::size_t)>& progress = {});

// ---- offline proof of one entry (C2SP tlog-proof)

Result<Tree> load_tree(const LogStorage& storage);  // from the leaves
// note: a checkpoint whose size is the tree's the proof is made for.
Result<std::string> make_proof(const Tree& tree, std::uint64_t index, std::string_view note);
struct ProvenEntry {
  std::uint64_t index = 0;
  Checkpoint checkpoint;
  std::vector<std::string> overseers;  // whose cosignatures it carries
};
// kInvalidInput, kUnauthenticated (not signed by this log), kCorrupt (the leaf is not that entry).
Result<ProvenEntry> check_proof(std::string_view proof, ByteView leaf, const VerifierKey& log,
                                std::span<const VerifierKey> overseers);

// ---- export (C2SP tlog-tiles)

// Into a new or empty directory: checkpoint, tile/<level>/<index>[.p/<width>], tile/entries/…, and our own additions
// log.vkey (a convenience: trust in it comes from elsewhere) and cosigned.json (overseers' notes). kAlreadyExists.
Status export_tiles(const LogStorage& storage, const VerifierKey& log, const std::string& directory);

// An exported log. Leaf hashes are the level-0 tiles', leaves the bundles'; only the last row has a checkpoint.
class TileStorage final : public LogStorage {
 public:
  static Result<std::unique_ptr<TileStorage>> open(const std::string& directory);  // reads the checkpoint
  Result<std::uint64_t> log_size() const override { return size_; }
  Result<std::vector<LogRow>> log_rows(std::uint64_t first, std::size_t count_max) const override;
  Result<std::vector<std::string>> cosigned_checkpoints() const override;
  // Tiles above level 0 against the hashes below them; kCorrupt names the tile.
  Status check_upper_tiles() const;

 private:
  TileStorage(std::string directory, std::string checkpoint, std::uint64_t size)
      : directory_(std::move(directory)), checkpoint_(std::move(checkpoint)), size_(size) {}
  std::string directory_, checkpoint_;
  std::uint64_t size_ = 0;
};
// The leaves of one bundle, at most 256; kInvalidInput. For the fuzzer as well.
Result<std::vector<Bytes>> parse_bundle(ByteView bytes);

}  // namespace puente::audit
