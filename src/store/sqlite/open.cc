// Opening a data directory: ours, of this version or brought up to it, and made with this node key.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "store/sqlite/driver.h"
#include "store/sqlite/migrations.h"
#include "store/sqlite/schema.h"

namespace puente::store {
namespace {

constexpr const char* kFile = "/puente.db";

Status system_refuses(const std::string& path) {
  const Code code = errno == ENOSPC || errno == EDQUOT ? Code::kStorageFull : Code::kUnavailable;
  return Error{code, "cannot write " + path + ": " + std::strerror(errno)};
}

// Private to us before SQLite writes the first byte; its side files take the same rights.
Status make_file(const std::string& directory) {
  if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) return system_refuses(directory);
  const std::string path = directory + kFile;
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return system_refuses(path);
  ::close(file);
  const int folder = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = folder >= 0 && ::fsync(folder) == 0;
  if (folder >= 0) ::close(folder);
  if (!synced) return system_refuses(directory);
  return {};
}

Status require_file(const std::string& directory) {
  struct stat facts {};
  if (::stat((directory + kFile).c_str(), &facts) == 0) return {};
  return Error{Code::kNotFound,
               "no database in " + directory + ": name a data directory, or make one with `puente node init`"};
}

Result<std::string> tables_of(const Database& database) {
  Statement rows = database.query("SELECT type, name, tbl_name, ifnull(sql, '') FROM sqlite_master ORDER BY name");
  std::string out;
  TRY(rows.each([&](const Statement& row) -> Status {
    for (int column = 0; column < 4; ++column) out += row.text(column) + "\n";
    return {};
  }));
  return out;
}

// Damage or tampering may have changed what the tables are, not only what they hold.
Status check_tables(const Database& database, std::int64_t version) {
  ASSIGN_OR_RETURN(const Database fresh, Database::in_memory());
  TRY(fresh.script(schema_of(version).c_str()));
  ASSIGN_OR_RETURN(const std::string expected, tables_of(fresh));
  ASSIGN_OR_RETURN(const std::string found, tables_of(database));
  if (found != expected) return Error{Code::kCorrupt, "puente.db's tables are not those of its version: it is damaged"};
  return {};
}

// The version of what is ours, of a version that we know, and whole.
Result<std::int64_t> checked_version(const Database& database) {
  ASSIGN_OR_RETURN(const std::int64_t application, database.number(0, "PRAGMA application_id"));
  ASSIGN_OR_RETURN(const std::int64_t version, database.number(0, "PRAGMA user_version"));
  if (application != kApplicationId) return Error{Code::kUnsupported, "puente.db is not a database of puente"};
  if (version > kSchemaVersion) {
    return Error{Code::kUnsupported, "puente.db is of a newer version (" + std::to_string(version) +
                                         ", this program reads " + std::to_string(kSchemaVersion) +
                                         "): run the newer puente"};
  }
  if (version < 1) return Error{Code::kCorrupt, "puente.db has no version: it is damaged"};
  TRY(check_tables(database, version));
  return version;
}

// Nothing in it, or what a crash left of an earlier try: the tables come in one transaction.
Status check_empty(const Database& database) {
  ASSIGN_OR_RETURN(const std::int64_t tables, database.number(0, "SELECT count(*) FROM sqlite_master"));
  if (tables != 0) return Error{Code::kAlreadyExists, "there is a database in this directory already"};
  return {};
}

Status prepare_to_write(const Database& database) {
  Statement journal = database.query("PRAGMA journal_mode = WAL");
  ASSIGN_OR_RETURN(const bool answered, journal.step());
  if (!answered || journal.text(0) != "wal")
    return Error{Code::kUnsupported, "this file system cannot hold the database: it lacks shared memory"};
  TRY(journal.run());
  return database.script(
      "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY");
}

Status make_tables(const Database& database, const Vault& vault) {
  TRY(database.script("BEGIN IMMEDIATE"));
  TRY(database.script(schema_of(kSchemaVersion).c_str()));
  const std::string mark = "PRAGMA application_id = " + std::to_string(kApplicationId) +
                           "; PRAGMA user_version = " + std::to_string(kSchemaVersion);
  TRY(database.script(mark.c_str()));
  TRY(database.run("INSERT INTO node VALUES (1, ?)", vault.stamp()));
  return database.script("COMMIT");
}

Status check_node_key(const Database& database, const Vault& vault) {
  Statement row = database.query("SELECT sealed_check FROM node");
  ASSIGN_OR_RETURN(const bool found, row.step());
  if (!found) return Error{Code::kCorrupt, "puente.db lacks its key check: it is damaged"};
  if (!vault.is_stamp(row.blob(0)))
    return Error{Code::kUnauthenticated, "the node key is not the one that this database was made with"};
  return {};
}

Status bring_up_to_date(const Database& database, const Vault& vault, std::vector<std::string>& notes) {
  ASSIGN_OR_RETURN(std::int64_t version, checked_version(database));
  TRY(check_node_key(database, vault));
  TRY(prepare_to_write(database));
  for (; version < kSchemaVersion; ++version) {
    TRY(migrate_from(version, database, vault, notes));
    TRY(check_tables(database, version + 1));
  }
  return {};
}

Result<Database> open_reader(const std::string& directory, bool frozen_if_needed) {
  const std::string path = directory + kFile;
  TRY(require_file(directory));
  auto database = Database::open(path, Database::Access::kRead);
  const auto usable = database.ok() ? database->number(0, "SELECT count(*) FROM sqlite_master")
                                    : Result<std::int64_t>(database.error());
  struct stat facts {};
  const bool log_waits = ::stat((path + "-wal").c_str(), &facts) == 0 && facts.st_size > 0;
  if (!usable.ok() && usable.error().code != Code::kCorrupt && frozen_if_needed && !log_waits)
    database = Database::open(path, Database::Access::kReadFrozen);  // a copy on a read-only place
  return database;
}

constexpr const char* kForeignLog =
    "puente.db and puente.db-wal beside it do not belong together. If puente.db was put back from a copy, the other "
    "was "
    "left by the database that was here before: remove puente.db-wal and puente.db-shm, and start again. Nothing was "
    "changed. Else look with `puente log fsck`";

bool has_log_beside(const std::string& directory) {
  struct stat facts {};
  return ::stat((directory + kFile + "-wal").c_str(), &facts) == 0 && facts.st_size > 0;
}

Result<Store::Rows::Seal> look_at_seal(const std::string& directory, const Vault& vault) {
  ASSIGN_OR_RETURN(const Database database, open_reader(directory, false));
  ASSIGN_OR_RETURN(const std::int64_t version, checked_version(database));
  if (version < kSchemaVersion) return Store::Rows::Seal::kNone;
  RowTally tally(vault.tally_key());
  TRY(tally.join(database));
  TRY(tally.recount(database));
  ASSIGN_OR_RETURN(const Store::Rows rows, judge(database, vault, tally));
  return rows.seal;
}

// Whoever opens a database for writing writes the write-ahead log that lies beside it into the file, whatever database
// it is of. So after a crash, when there is one, both together are looked at first.
Status require_own_log(const std::string& directory, const Vault& vault) {
  if (!has_log_beside(directory)) return {};
  const auto seal = look_at_seal(directory, vault);
  const bool torn = !seal.ok() && seal.error().code == Code::kCorrupt;
  if (torn || (seal.ok() && *seal == Store::Rows::Seal::kBroken)) return Error{Code::kCorrupt, kForeignLog};
  return {};
}

class OnlyTheLog final : public LogStorage {
 public:
  explicit OnlyTheLog(Database database) : database_(std::move(database)) {}
  Result<std::uint64_t> log_size() const override {
    const MutexLock guard(mutex_);
    return read_log_size(database_);
  }
  Result<std::vector<LogRow>> log_rows(std::uint64_t first, std::size_t count_max) const override {
    const MutexLock guard(mutex_);
    return read_log_rows(database_, first, count_max);
  }
  Result<std::vector<std::string>> cosigned_checkpoints() const override {
    const MutexLock guard(mutex_);
    return read_cosigned(database_);
  }

 private:
  mutable Mutex mutex_;
  Database database_ GUARDED_BY(mutex_);
};

}  // namespace

Result<DirectoryLock> DirectoryLock::take(const std::string& directory) {
  const auto told = [](const Error& error) {
    if (error.code != Code::kConflict) return Error{error.code, "cannot write " + error.message};
    return Error{Code::kConflict, "another puente is using this data directory (" + error.message + "): stop it first"};
  };
  auto folder = Lock::take(directory, Lock::Of::kFolder, std::chrono::milliseconds(0));
  if (!folder.ok()) return told(folder.error());
  auto file = Lock::take(directory + "/lock", Lock::Of::kFile, std::chrono::milliseconds(0));
  if (!file.ok()) return told(file.error());
  return DirectoryLock{*std::move(folder), *std::move(file)};
}

Result<Opened> open_database(const std::string& directory, Mode mode, const Vault& vault) {
  DirectoryLock lock;
  std::optional<Database> writer;
  std::vector<std::string> notes;
  if (mode == Mode::kCreate) TRY(make_file(directory));
  TRY(require_file(directory));
  if (mode != Mode::kReadOnly) {
    ASSIGN_OR_RETURN(lock, DirectoryLock::take(directory));
    if (mode == Mode::kOpen) TRY(require_own_log(directory, vault));
    ASSIGN_OR_RETURN(writer, Database::open(directory + kFile, Database::Access::kWrite));
  }
  if (mode == Mode::kCreate) {
    TRY(check_empty(*writer));
    TRY(prepare_to_write(*writer));
    TRY(make_tables(*writer, vault));
  } else if (mode == Mode::kOpen) {
    TRY(bring_up_to_date(*writer, vault, notes));
  }
  ASSIGN_OR_RETURN(Database reader, open_reader(directory, mode == Mode::kReadOnly));
  ASSIGN_OR_RETURN(const std::int64_t version, checked_version(reader));
  TRY(check_node_key(reader, vault));
  if (version < kSchemaVersion) {
    return Error{Code::kUnsupported, "puente.db is of an older version (" + std::to_string(version) +
                                         "): start the node once, which brings it up to date, or use the older puente"};
  }
  return Opened{std::move(lock), std::move(writer), std::move(reader), std::move(notes)};
}

Result<std::unique_ptr<Store>> open(const std::string& directory, Mode mode, SecretKey node_key, Random& random) {
  Vault vault(std::move(node_key), random);
  ASSIGN_OR_RETURN(Opened opened, open_database(directory, mode, vault));
  auto store = std::make_unique<SqliteStore>(std::move(opened), std::move(vault));
  TRY(store->count_rows());
  TRY(store->count_hidden());
  return std::unique_ptr<Store>(std::move(store));
}

Result<std::unique_ptr<LogStorage>> open_log(const std::string& directory) {
  ASSIGN_OR_RETURN(Database database, open_reader(directory, true));
  const auto version = checked_version(database);
  if (!version.ok() && version.error().code == Code::kCorrupt && has_log_beside(directory))
    return Error{Code::kCorrupt, kForeignLog};
  TRY(version);
  return std::unique_ptr<LogStorage>(new OnlyTheLog(std::move(database)));
}

}  // namespace puente::store
