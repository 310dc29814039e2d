// RowTally: keyed digests of the rows, kept in step with a connection's writes: one of all that somebody may be asked
// about, which the log carries, and one of those that the node works with, which a seal beside them carries. Each is
// the sum of the rows' own digests (exclusive or: which row came when does not matter, and one that goes is taken out),
// never shown but under a key again: whoever has no key can neither count it nor see how it changes. Inside
// store/sqlite/ only; by one thread at a time. Must outlive the connections that it was given.
#pragma once
#include <optional>

#include "core/crypto.h"
#include "core/log_storage.h"
#include "store/sqlite/database.h"

namespace puente::store {

// The state that is the seal; of all rows it alone is in neither sum.
inline constexpr const char* kSeal = "seal-of-rows";

struct RowSums {
  Digest told{}, worked_with{};
  bool operator==(const RowSums&) const = default;
};

class RowTally {
 public:
  explicit RowTally(SecretKey key) : key_(std::move(key)) {}
  RowTally(const RowTally&) = delete;
  RowTally& operator=(const RowTally&) = delete;

  Status join(const Database& database);    // once a connection, before the others
  Status follow(const Database& database);  // what this connection changes from here on is counted as it does
  Status recount(const Database& database);

  const RowSums& sums() const { return sums_; }
  void set_sums(const RowSums& sums) { sums_ = sums; }    // back to earlier ones: what came since was undone
  Digest digest() const;                                  // for the log
  Digest digest_of_before() const;                        // as versions had it that knew no seal
  Bytes seal(const std::optional<LogRow>& newest) const;  // what the seal says when this is the log's newest entry

 private:
  void count(ByteView arguments, Digest& sum) const;
  SecretKey key_;
  RowSums sums_;
};

}  // namespace puente::store
