#include "store/sqlite/database.h"

#include <sqlite3.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <span>
#include <utility>

#include "core/check.h"

namespace puente::store {
namespace {

// Writing that fails is a full disk to us, whatever the system calls it (quota, file size limit): free space, try
// again.
Error io_error(sqlite3* database) {
  switch (sqlite3_extended_errcode(database)) {
    case SQLITE_IOERR_READ:
    case SQLITE_IOERR_SHORT_READ:
    case SQLITE_IOERR_CORRUPTFS:
    case SQLITE_IOERR_DATA:
      return {Code::kCorrupt, "the database cannot be read: check the disk, or restore a copy"};
    case SQLITE_IOERR_NOMEM:
      return {Code::kUnavailable, "out of memory"};
    default:
      return {Code::kStorageFull, "the database cannot be written: the disk is full or failing"};
  }
}

Bytes laid_out(std::span<sqlite3_value*> values) {
  ByteWriter out;
  for (sqlite3_value* value : values) {
    const int type = sqlite3_value_type(value);
    out.u8(static_cast<std::uint8_t>(type));
    if (type == SQLITE_INTEGER) {
      out.u64(static_cast<std::uint64_t>(sqlite3_value_int64(value)));
      continue;
    }
    const auto* bytes = static_cast<const std::uint8_t*>(sqlite3_value_blob(value));
    out.counted({bytes, static_cast<std::size_t>(sqlite3_value_bytes(value))});
  }
  return out.take();
}

void call_kept(sqlite3_context* context, int arguments, sqlite3_value** values) {
  const auto& function = *static_cast<const Database::Function*>(sqlite3_user_data(context));
  function(laid_out({values, static_cast<std::size_t>(arguments)}));
}

Error error_of(sqlite3* database, int result) {
  switch (result & 0xff) {
    case SQLITE_FULL:
      return {Code::kStorageFull, "the database cannot be written: the disk is full"};
    case SQLITE_IOERR:
      return io_error(database);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_MISMATCH:
      return {Code::kCorrupt, "the database is damaged: restore a copy"};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return {Code::kUnavailable, "the database is busy: try again"};
    case SQLITE_CONSTRAINT:
      if (result == SQLITE_CONSTRAINT_PRIMARYKEY || result == SQLITE_CONSTRAINT_UNIQUE ||
          result == SQLITE_CONSTRAINT_ROWID) {
        return {Code::kAlreadyExists, "there is one of that id already"};
      }
      return {Code::kCorrupt, "the database refuses a row: it is damaged"};
    case SQLITE_READONLY:
      return {Code::kDenied, "the database is open for reading only"};
    case SQLITE_CANTOPEN: {
      const int cause = sqlite3_system_errno(database);
      if (cause == ENOSPC || cause == EDQUOT || cause == EFBIG)
        return {Code::kStorageFull, "the database cannot be written: the disk is full"};
      return {Code::kNotFound, "the database cannot be opened: check the path and the rights"};
    }
    case SQLITE_TOOBIG:
      return {Code::kTooLarge, "a record is too large for the database"};
    case SQLITE_NOMEM:
      return {Code::kUnavailable, "out of memory"};
    default:  // SQLITE_ERROR: our SQL against a damaged schema, as far as tests can tell
      return {Code::kCorrupt, std::string("the database does not answer as it should: ") + sqlite3_errmsg(database)};
  }
}

}  // namespace

Statement::Statement(sqlite3* database, const char* sql)
    : database_(database), failure_(sqlite3_prepare_v2(database, sql, -1, &statement_, nullptr)) {}

Statement::Statement(Statement&& other) noexcept
    : database_(other.database_), statement_(std::exchange(other.statement_, nullptr)), failure_(other.failure_) {}

Statement::~Statement() {
  sqlite3_finalize(statement_);
}

void Statement::bind(int position, std::int64_t value) {
  if (failure_ == SQLITE_OK) failure_ = sqlite3_bind_int64(statement_, position, value);
}

void Statement::bind(int position, std::string_view value) {
  if (failure_ != SQLITE_OK) return;
  const char* data = value.empty() ? "" : value.data();
  failure_ = sqlite3_bind_text64(statement_, position, data, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

void Statement::bind(int position, ByteView value) {
  if (failure_ != SQLITE_OK) return;
  failure_ = value.empty() ? sqlite3_bind_zeroblob(statement_, position, 0)
                           : sqlite3_bind_blob64(statement_, position, value.data(), value.size(), SQLITE_TRANSIENT);
}

Result<bool> Statement::step() {
  if (failure_ != SQLITE_OK) return error_of(database_, failure_);
  const int result = sqlite3_step(statement_);
  if (result == SQLITE_ROW) return true;
  if (result == SQLITE_DONE) return false;
  return error_of(database_, sqlite3_extended_errcode(database_));
}

Status Statement::run() {
  while (true) {
    ASSIGN_OR_RETURN(const bool row, step());
    if (!row) return {};
  }
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::string Statement::text(int column) const {
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  return data == nullptr ? std::string()
                         : std::string(data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
}

Bytes Statement::blob(int column) const {
  const auto* data = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, column));
  return data == nullptr ? Bytes() : Bytes(data, data + sqlite3_column_bytes(statement_, column));
}

void Database::Close::operator()(sqlite3* handle) const {
  sqlite3_close_v2(handle);
}

namespace {

// What SQLite keeps aside of a transaction's pages must not become a file of its own, of which nobody knows.
const int kNothingAside = sqlite3_config(SQLITE_CONFIG_STMTJRNL_SPILL, -1);

}  // namespace

Result<Database> Database::open(const std::string& path, Access access) {
  CHECK(kNothingAside == SQLITE_OK);
  std::string name = "file:";
  for (char c : path) {  // a URI, only because immutable has no other spelling
    if (c == '%' || c == '?' || c == '#') {
      name += '%' + to_hex(view(std::string_view(&c, 1)));
    } else {
      name += c;
    }
  }
  if (path.empty() || path[0] != '/') name.insert(5, "./");
  if (access == Access::kReadFrozen) name += "?immutable=1";
  int flags = SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  if (access == Access::kCreate) flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  if (access == Access::kWrite) flags |= SQLITE_OPEN_READWRITE;
  if (access == Access::kRead || access == Access::kReadFrozen) flags |= SQLITE_OPEN_READONLY;
  sqlite3* handle = nullptr;
  const int result = sqlite3_open_v2(name.c_str(), &handle, flags, nullptr);
  Database database(handle);
  if (result != SQLITE_OK) {
    if (handle == nullptr) return Error{Code::kUnavailable, "out of memory"};
    return error_of(handle, result);
  }
  sqlite3_busy_timeout(handle, 5000);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  TRY(database.script("PRAGMA temp_store = MEMORY"));
  return database;
}

Result<Database> Database::in_memory() {
  sqlite3* handle = nullptr;
  const int result = sqlite3_open_v2(":memory:", &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  Database database(handle);
  if (result != SQLITE_OK) return Error{Code::kUnavailable, "out of memory"};
  return database;
}

Status Database::script(const char* sql) const {
  const int result = sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr);
  if (result != SQLITE_OK) return error_of(handle_.get(), result);
  return {};
}

std::int64_t Database::changes() const {
  return sqlite3_changes64(handle_.get());
}
std::int64_t Database::last_id() const {
  return sqlite3_last_insert_rowid(handle_.get());
}
bool Database::in_transaction() const {
  return sqlite3_get_autocommit(handle_.get()) == 0;
}
void Database::wait_ms(int wait_ms_max) const {
  sqlite3_busy_timeout(handle_.get(), wait_ms_max);
}

std::int64_t Database::pages_written() const {
  int now = 0, highest = 0;
  sqlite3_db_status(handle_.get(), SQLITE_DBSTATUS_CACHE_WRITE, &now, &highest, 0);
  return now;
}

void Database::let_close_delete_the_log() const {
  sqlite3_db_config(handle_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, nullptr);
}

Status Database::checkpoint(const char* sql) const {
  Statement statement = query(sql);
  ASSIGN_OR_RETURN(const bool row, statement.step());
  if (!row || statement.integer(0) != 0) return Error{Code::kUnavailable, "somebody reads the write-ahead log"};
  return statement.run();
}

// The header first, and synced: without it nothing after it counts, so that whatever part of the zeroes a loss of power
// leaves, no older page is read again.
Status Database::overwrite_log() const {
  constexpr sqlite3_int64 kHeader = 4096, kAtOnce = 64 << 10;  // SQLite's files take less than 128 KiB at once
  sqlite3_file* log = nullptr;
  sqlite3_file_control(handle_.get(), "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
  if (log == nullptr || log->pMethods == nullptr) return {};
  sqlite3_int64 size = 0;
  int result = log->pMethods->xFileSize(log, &size);
  const Bytes zeroes(static_cast<std::size_t>(std::min(size, kAtOnce)));
  for (sqlite3_int64 at = 0; result == SQLITE_OK && at < size;) {
    const sqlite3_int64 count = std::min(size - at, at == 0 ? kHeader : kAtOnce);
    result = log->pMethods->xWrite(log, zeroes.data(), static_cast<int>(count), at);
    at += count;
    if (result == SQLITE_OK && (at == count || at == size)) result = log->pMethods->xSync(log, SQLITE_SYNC_NORMAL);
  }
  return result == SQLITE_OK ? Status() : Status(error_of(handle_.get(), result));
}

Status Database::add_function(const char* name, Function function) const {
  const auto forget = [](void* kept) { delete static_cast<Function*>(kept); };  // SQLite calls it if it fails, too
  const int result = sqlite3_create_function_v2(handle_.get(), name, -1, SQLITE_UTF8 | SQLITE_INNOCUOUS,
                                                std::make_unique<Function>(std::move(function)).release(), call_kept,
                                                nullptr, nullptr, forget);
  return result == SQLITE_OK ? Status() : Status(error_of(handle_.get(), result));
}

Status Database::empty_log() const {
  TRY(checkpoint("PRAGMA wal_checkpoint(RESTART)"));
  TRY(overwrite_log());
  return checkpoint("PRAGMA wal_checkpoint(TRUNCATE)");
}

}  // namespace puente::store
