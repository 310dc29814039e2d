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

class WitnessStorage {
 public:
  virtual ~WitnessStorage() = default;
  virtual Result<std::optional<Witnessed>> witnessed(const std::string& origin) const = 0;
  // Durable when it returns. kConflict, and nothing changed, when what is stored has not old_size (0: nothing stored).
  virtual Status remember_witnessed(const std::string& origin, std::uint64_t old_size, const Witnessed& now) = 0;
  // A validly signed request that contradicts what was witnessed: proof of misbehaviour. The first ones are kept.
  virtual Status keep_evidence(const std::string& origin, ByteView request) = 0;
};

}  // namespace puente
