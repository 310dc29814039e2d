// RowTally: one keyed digest of all rows that somebody may be asked about, kept in step with a connection's writes. The
// sum of the rows' own digests (exclusive or: which row came when does not matter, and one that goes is taken out),
// never shown but under a key again: whoever has no key can neither count it nor see how it changes. Inside
// store/sqlite/ only; by one thread at a time. Must outlive the connections that it was given.
#pragma once
#include "core/crypto.h"
#include "store/sqlite/database.h"

namespace puente::store {

class RowTally {
 public:
  explicit RowTally(SecretKey key) : key_(std::move(key)) {}
  RowTally(const RowTally&) = delete;
  RowTally& operator=(const RowTally&) = delete;

  Status join(const Database& database);    // once a connection, before the others
  Status follow(const Database& database);  // what this connection changes from here on is counted as it does
  Status recount(const Database& database);

  const Digest& sum() const { return sum_; }
  void set_sum(const Digest& sum) { sum_ = sum; }  // back to an earlier one: what came since was undone
  Digest digest() const;

 private:
  void count(ByteView arguments);
  SecretKey key_;
  Digest sum_{};
};

}  // namespace puente::store
