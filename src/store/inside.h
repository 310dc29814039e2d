// What Store and Transaction share. Inside store/ only.
#pragma once
#include <mutex>
#include <optional>

#include "store/records.h"
#include "store/sqlite.h"

namespace puente::store {

// The directory's lock: held as long as this lives.
class DirectoryLock {
 public:
  static Result<DirectoryLock> take(const std::string& directory);
  DirectoryLock() = default;
  DirectoryLock(DirectoryLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  DirectoryLock& operator=(DirectoryLock&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~DirectoryLock();

 private:
  int descriptor_ = -1;
};

struct Store::Inside {
  Inside(SecretKey key, Random& chance) : node_key(std::move(key)), random(chance) {}
  DirectoryLock lock;
  SecretKey node_key;
  Random& random;
  std::mutex write_mutex;          // one Transaction at a time; taken before read_mutex where both are
  std::optional<Database> writer;  // none when read only
  bool residue = false;            // something was erased and the write-ahead log still holds it
  mutable std::mutex read_mutex;   // of reader
  std::optional<Database> reader;

  Result<SecretKey> unwrap(ByteView wrapped, std::string_view context) const;
  // Zeroes nothing itself: the pages are zeroed by secure_delete; this brings them into the file and empties the log.
  void empty_write_ahead_log();
};

// One consistent view for the reads of one call.
class Reading {
 public:
  explicit Reading(const Store::Inside& inside);
  ~Reading();
  const Database* operator->() const { return &*inside_.reader; }
  const Database& database() const { return *inside_.reader; }

 private:
  const Store::Inside& inside_;
  std::lock_guard<std::mutex> guard_;
};

Result<std::uint64_t> read_log_size(const Database& database);
Result<std::vector<LogRow>> read_log_rows(const Database& database, std::uint64_t first, std::size_t count_max);
Result<std::vector<std::string>> read_cosigned(const Database& database);
Result<SecretKey> read_person_key(const Database& database, const Store::Inside& inside, const std::string& person_id);

inline constexpr const char* kOutboxColumns =
    "SELECT id, peer, kind, sealed_key, sealed_payload, created_ms, expires_ms, next_try_ms, attempts FROM outbox ";
Result<OutboxItem> read_outbox_item(const Statement& row, const Store::Inside& inside);
Result<Case> read_case(const Statement& row, const Store::Inside& inside);  // case_id, sealed_body
Result<Question> read_question(const Statement& row,
                               const Store::Inside& inside);  // exchange_id, sealed_body, released key, data

}  // namespace puente::store
