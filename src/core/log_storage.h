// LogStorage: where the log's rows lie. store/ implements it over its database, audit/ over exported tiles. Read only:
// rows are appended by the one writer inside its transaction.
#pragma once
#include <string>
#include <vector>

#include "core/crypto.h"

namespace puente {

struct LogRow {
  std::uint64_t index = 0;
  Bytes leaf;          // what is hashed (core/entry.h)
  Digest leaf_hash{};  // RFC 6962: SHA-256(0x00, leaf)
  std::string
      checkpoint;  // C2SP tlog-checkpoint of the tree of size index + 1, signed by the node; may be empty in an export
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

}  // namespace puente
