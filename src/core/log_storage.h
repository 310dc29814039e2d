// LogStorage: where the log's rows lie. store/ implements it over its database, audit/ over exported tiles. Read only:
// rows are appended by the one writer inside its transaction. WitnessStorage: what an overseer remembers of the logs it
// watches; store/ implements it.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/crypto.h"

namespace puente {

inline constexpr std::size_t kLeafBytesMax = 65'535;  // a leaf's length is two bytes in an exported bundle

struct LogRow {
  std::uint64_t index = 0;
  Bytes leaf;          // what is hashed (core/entry.h)
  Digest leaf_hash{};  // RFC 6962: SHA-256(0x00, leaf)
  std::string
      checkpoint;  // C2SP tlog-checkpoint of the tree of size index + 1, signed by the node; may be empty in an export
};

// Who signs: a log its checkpoints, an overseer its cosignatures. The byte is in key ids and vkeys.
enum class KeyType : std::uint8_t { kLog = 0x01, kOverseer = 0x04 };
struct VerifierKey {
  std::string name;  // of a log: its origin. No white space, no '+'
  KeyType type = KeyType::kLog;
  SigningPublicKey key{};
  bool operator==(const VerifierKey&) const = default;
};

class LogStorage {
 public:
  virtual ~LogStorage() = default;
  virtual Result<std::uint64_t> log_size() const = 0;
  virtual Result<std::vector<LogRow>> log_rows(std::uint64_t first,
                                               std::size_t count_max) const = 0;  // fewer at the end
  virtual Result<std::vector<std::string>> cosigned_checkpoints()
      const = 0;  // newest last: notes that also carry an overseer's line
};

struct Witnessed {
  std::uint64_t size = 0;
  Digest root{};
  std::string checkpoint;  // the note as the log signed it, with our own line
};

// A signed checkpoint that does not follow from what was witnessed. Proven: another root was cosigned for the same
// size, so that the log has two histories. Otherwise it may only be old, or the proof beside it wrong: anybody can send
// such.
struct Shown {
  std::uint64_t size = 0;
  Digest root{};
  std::string checkpoint;  // with the log's own lines alone
  bool proven = false;
};

class WitnessStorage {
 public:
  virtual ~WitnessStorage() = default;
  virtual Result<std::optional<Witnessed>> witnessed(const std::string& origin) const = 0;
  // Durable when it returns. kConflict, and nothing changed, when what is stored has not old_size (0: nothing stored).
  virtual Status remember_witnessed(const std::string& origin, std::uint64_t old_size, const Witnessed& now) = 0;
  // The root of an earlier size that was cosigned here; nullopt: that size never was.
  virtual Result<std::optional<Digest>> witnessed_root(const std::string& origin, std::uint64_t size) const = 0;
  // A checkpoint that the log has signed and that was not cosigned, kept once for its size and root.
  virtual Status keep_shown(const std::string& origin, const Shown& shown) = 0;
  virtual Result<std::vector<Shown>> shown(const std::string& origin) const = 0;  // proven ones first
  virtual Result<std::vector<std::string>> witnessed_origins() const = 0;
  // The log goes on from a restored copy: what was witnessed of it counts no more, but is kept as if it had been shown.
  virtual Status forget_witnessed(const std::string& origin) = 0;
};

}  // namespace puente
