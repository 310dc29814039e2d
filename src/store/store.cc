#include "store/store.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/check.h"
#include "store/inside.h"
#include "store/schema.h"

namespace puente::store {
namespace {

constexpr const char* kFile = "/puente.db";
constexpr std::size_t kRowsMax = 10'000;  // of one listing, whatever the caller asks for
constexpr std::int64_t kEvidenceMax = 100;

std::int64_t bounded(std::size_t limit) {
  return static_cast<std::int64_t>(std::min(limit, kRowsMax));
}

Error not_found(const char* what) {
  return {Code::kNotFound, std::string("there is no such ") + what};
}

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
  while (true) {
    ASSIGN_OR_RETURN(const bool more, rows.step());
    if (!more) return out;
    for (int column = 0; column < 4; ++column) out += rows.text(column) + "\n";
  }
}

// Damage or tampering may have changed what the tables are, not only what they hold.
Status check_tables(const Database& database) {
  ASSIGN_OR_RETURN(const Database fresh, Database::in_memory());
  TRY(fresh.script(kSchema));
  ASSIGN_OR_RETURN(const std::string expected, tables_of(fresh));
  ASSIGN_OR_RETURN(const std::string found, tables_of(database));
  if (found != expected) return Error{Code::kCorrupt, "puente.db's tables are not those of its version: it is damaged"};
  return {};
}

// Ours, of a version that we know, and whole.
Status check_version(const Database& database) {
  ASSIGN_OR_RETURN(const std::int64_t application, database.number(0, "PRAGMA application_id"));
  ASSIGN_OR_RETURN(const std::int64_t version, database.number(0, "PRAGMA user_version"));
  if (application != kApplicationId) return Error{Code::kUnsupported, "puente.db is not a database of puente"};
  if (version > kSchemaVersion) {
    return Error{Code::kUnsupported, "puente.db is of a newer version (" + std::to_string(version) +
                                         ", this program reads " + std::to_string(kSchemaVersion) +
                                         "): run the newer puente"};
  }
  if (version < 1) return Error{Code::kCorrupt, "puente.db has no version: it is damaged"};
  return check_tables(database);
}

}  // namespace

// ---- opening

Result<DirectoryLock> DirectoryLock::take(const std::string& directory) {
  DirectoryLock lock;
  const std::string path = directory + "/lock";
  lock.descriptor_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock.descriptor_ < 0) return system_refuses(path).error();
  if (::flock(lock.descriptor_, LOCK_EX | LOCK_NB) != 0)
    return Error{Code::kConflict, "another puente is using this data directory: stop it first"};
  return lock;
}

DirectoryLock::~DirectoryLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<SecretKey> Store::Inside::unwrap(ByteView wrapped, std::string_view context) const {
  ASSIGN_OR_RETURN(Bytes plain, puente::open(node_key, wrapped, context));
  Result<SecretKey> key = SecretKey::from_bytes(plain);
  std::fill(plain.begin(), plain.end(), std::uint8_t{0});
  return key;
}

void Store::Inside::empty_write_ahead_log() {
  const std::lock_guard guard(read_mutex);  // our own reader must not stand in the way; another process's may
  writer->wait_ms(200);
  Statement checkpoint = writer->query("PRAGMA wal_checkpoint(TRUNCATE)");
  const auto row = checkpoint.step();
  residue = !(row.ok() && *row && checkpoint.integer(0) == 0);
  writer->wait_ms(5000);
}

namespace {

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

Status make_tables(const Database& database, const Store::Inside& inside) {
  TRY(database.script("BEGIN IMMEDIATE"));
  TRY(database.script(kSchema));
  const std::string stamp = "PRAGMA application_id = " + std::to_string(kApplicationId) +
                            "; PRAGMA user_version = " + std::to_string(kSchemaVersion);
  TRY(database.script(stamp.c_str()));
  TRY(database.run("INSERT INTO node VALUES (1, ?)",
                   seal(inside.node_key, view("puente"), context::kNodeKey, inside.random)));
  return database.script("COMMIT");
}

Status check_node_key(const Database& database, const SecretKey& key) {
  Statement row = database.query("SELECT sealed_check FROM node");
  ASSIGN_OR_RETURN(const bool found, row.step());
  if (!found) return Error{Code::kCorrupt, "puente.db lacks its key check: it is damaged"};
  if (!puente::open(key, row.blob(0), context::kNodeKey).ok())
    return Error{Code::kUnauthenticated, "the node key is not the one that this database was made with"};
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
  if (!database.ok()) return database;
  TRY(check_version(*database));
  return database;
}

}  // namespace

Store::Store(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}

Store::~Store() {
  if (inside_->writer) inside_->empty_write_ahead_log();
}

Result<std::unique_ptr<Store>> Store::open(const std::string& directory, Mode mode, SecretKey node_key,
                                           Random& random) {
  auto inside = std::make_unique<Inside>(std::move(node_key), random);
  const std::string path = directory + kFile;
  if (mode == Mode::kCreate) TRY(make_file(directory));
  TRY(require_file(directory));
  if (mode != Mode::kReadOnly) {
    ASSIGN_OR_RETURN(inside->lock, DirectoryLock::take(directory));
    ASSIGN_OR_RETURN(inside->writer, Database::open(path, Database::Access::kWrite));
    TRY(mode == Mode::kCreate ? check_empty(*inside->writer) : check_version(*inside->writer));
    TRY(prepare_to_write(*inside->writer));
    if (mode == Mode::kCreate) TRY(make_tables(*inside->writer, *inside));
  }
  ASSIGN_OR_RETURN(inside->reader, open_reader(directory, mode == Mode::kReadOnly));
  TRY(check_node_key(*inside->reader, inside->node_key));
  if (inside->writer) inside->empty_write_ahead_log();  // what was erased just before a crash
  return std::unique_ptr<Store>(new Store(std::move(inside)));
}

// ---- reading

Reading::Reading(const Store::Inside& inside) : inside_(inside), guard_(inside.read_mutex) {
  (void)inside_.reader->script("BEGIN").ok();  // a failure shows in the reads
}
Reading::~Reading() {
  (void)inside_.reader->script("ROLLBACK").ok();
}

Result<SecretKey> read_person_key(const Database& database, const Store::Inside& inside, const std::string& person_id) {
  Statement row = database.query("SELECT sealed_key FROM person WHERE person_id = ?", person_id);
  ASSIGN_OR_RETURN(const bool found, row.step());
  if (!found) return not_found("person");
  return inside.unwrap(row.blob(0), context::person_key(person_id));
}

namespace {

Result<EncounterBody> open_body(const SecretKey& key, const EncounterId& id, ByteView sealed) {
  ASSIGN_OR_RETURN(const Bytes plain, puente::open(key, sealed, context::encounter(id)));
  return decode_encounter(plain);
}

}  // namespace

Result<Encounter> Store::encounter(const std::string& person_id, const std::string& encounter_id) const {
  const Reading reading(*inside_);
  const EncounterId id{person_id, encounter_id};
  Statement row = reading->query(
      "SELECT number, created_ms, retention_until_ms, sealed_body FROM encounter WHERE person_id = ? AND encounter_id "
      "= ?",
      person_id, encounter_id);
  ASSIGN_OR_RETURN(const bool found, row.step());
  if (!found) return not_found("encounter");
  ASSIGN_OR_RETURN(const SecretKey key, read_person_key(reading.database(), *inside_, person_id));
  ASSIGN_OR_RETURN(EncounterBody body, open_body(key, id, row.blob(3)));
  Encounter out{person_id,
                encounter_id,
                body.created_ms,
                body.retention_until_ms,
                std::move(body.biographic),
                {},
                std::move(body.missing),
                std::move(body.withheld_from)};
  Statement samples =
      reading->query("SELECT ordinal, sealed_sample FROM sample WHERE encounter = ? ORDER BY ordinal", row.integer(0));
  while (true) {
    ASSIGN_OR_RETURN(const bool more, samples.step());
    if (!more) return out;
    ASSIGN_OR_RETURN(const Bytes plain, puente::open(key, samples.blob(1), context::sample(id, samples.integer(0))));
    ASSIGN_OR_RETURN(Sample sample, decode_sample(plain));
    out.samples.push_back(std::move(sample));
  }
}

Result<std::vector<std::string>> Store::encounter_ids(const std::string& person_id) const {
  const Reading reading(*inside_);
  Statement rows = reading->query("SELECT encounter_id FROM encounter WHERE person_id = ? ORDER BY number", person_id);
  std::vector<std::string> out;
  while (true) {
    ASSIGN_OR_RETURN(const bool more, rows.step());
    if (!more) return out;
    out.push_back(rows.text(0));
  }
}

Result<std::size_t> Store::people() const {
  const Reading reading(*inside_);
  ASSIGN_OR_RETURN(const std::int64_t count, reading->number(0, "SELECT count(*) FROM person"));
  return static_cast<std::size_t>(count);
}

// In batches, so that `take` may call the store and a long start holds up nobody.
Status Store::each_template(const std::function<Status(TemplateRow)>& take) const {
  constexpr std::int64_t kBatch = 64;  // encounters
  std::int64_t last = 0;
  while (true) {
    std::vector<TemplateRow> batch;
    std::int64_t encounters = 0;
    {
      const Reading reading(*inside_);
      Statement rows = reading->query(
          "SELECT number, person_id, encounter_id, sealed_body FROM encounter WHERE number > ? ORDER BY number LIMIT ?",
          last, kBatch);
      while (true) {
        ASSIGN_OR_RETURN(const bool more, rows.step());
        if (!more) break;
        ++encounters;
        last = rows.integer(0);
        const EncounterId id{rows.text(1), rows.text(2)};
        ASSIGN_OR_RETURN(const SecretKey key, read_person_key(reading.database(), *inside_, id.person_id));
        ASSIGN_OR_RETURN(const EncounterBody body, open_body(key, id, rows.blob(3)));
        Statement templates = reading->query(
            "SELECT ordinal, position, sealed_features FROM template WHERE encounter = ? ORDER BY ordinal", last);
        while (true) {
          ASSIGN_OR_RETURN(const bool another, templates.step());
          if (!another) break;
          const auto position = static_cast<Finger>(templates.integer(1));
          ASSIGN_OR_RETURN(Bytes features, puente::open(key, templates.blob(2),
                                                        context::finger_template(id, templates.integer(0), position)));
          batch.push_back({id.person_id, id.encounter_id, position, std::move(features), body.withheld_from});
        }
      }
    }
    for (TemplateRow& row : batch) TRY(take(std::move(row)));
    if (encounters == 0) return {};
  }
}

Result<std::vector<EncounterId>> Store::encounters_past_retention(std::int64_t now_ms, std::size_t limit) const {
  const Reading reading(*inside_);
  Statement rows = reading->query(
      "SELECT person_id, encounter_id FROM encounter WHERE retention_until_ms > 0 AND retention_until_ms <= ? "
      "ORDER BY retention_until_ms LIMIT ?",
      now_ms, bounded(limit));
  std::vector<EncounterId> out;
  while (true) {
    ASSIGN_OR_RETURN(const bool more, rows.step());
    if (!more) return out;
    out.push_back({rows.text(0), rows.text(1)});
  }
}

// ---- cases

Result<Case> read_case(const Statement& row, const Store::Inside& inside) {
  ASSIGN_OR_RETURN(const Bytes plain, puente::open(inside.node_key, row.blob(1), context::case_record(row.text(0))));
  return decode_case(plain);
}

namespace {

Result<Case> one_case(Statement row, const Store::Inside& inside) {
  ASSIGN_OR_RETURN(const bool found, row.step());
  if (!found) return not_found("case");
  return read_case(row, inside);
}

Result<std::vector<Case>> all_cases(Statement rows, const Store::Inside& inside) {
  std::vector<Case> out;
  while (true) {
    ASSIGN_OR_RETURN(const bool more, rows.step());
    if (!more) return out;
    ASSIGN_OR_RETURN(Case record, read_case(rows, inside));
    out.push_back(std::move(record));
  }
}

}  // namespace

Result<Case> Store::case_record(const std::string& case_id) const {
  const Reading reading(*inside_);
  return one_case(reading->query("SELECT case_id, sealed_body FROM review WHERE case_id = ?", case_id), *inside_);
}

Result<Case> Store::case_of_exchange(const std::string& partner, const std::string& exchange_id) const {
  const Reading reading(*inside_);
  return one_case(reading->query("SELECT case_id, sealed_body FROM review WHERE partner = ? AND exchange_id = ?",
                                 partner, exchange_id),
                  *inside_);
}

Result<std::vector<Case>> Store::cases(std::optional<CaseState> state, std::size_t limit) const {
  const Reading reading(*inside_);
  const int wanted = state ? static_cast<int>(*state) : 0;
  return all_cases(
      reading->query("SELECT case_id, sealed_body FROM review WHERE ?1 = 0 OR state = ?1 ORDER BY number DESC LIMIT ?2",
                     wanted, bounded(limit)),
      *inside_);
}

Result<std::vector<Case>> Store::open_cases_past(std::int64_t now_ms, std::size_t limit) const {
  const Reading reading(*inside_);
  return all_cases(reading->query("SELECT case_id, sealed_body FROM review WHERE state = ? AND expires_ms <= ? "
                                  "ORDER BY expires_ms LIMIT ?",
                                  static_cast<int>(CaseState::kOpen), now_ms, bounded(limit)),
                   *inside_);
}

Result<Bytes> Store::case_probe(const std::string& case_id) const {
  const Reading reading(*inside_);
  Statement row = reading->query("SELECT sealed_key, sealed_probe FROM probe WHERE case_id = ?", case_id);
  ASSIGN_OR_RETURN(const bool found, row.step());
  if (!found) return not_found("probe: it is destroyed with the verdict");
  ASSIGN_OR_RETURN(const SecretKey key, inside_->unwrap(row.blob(0), context::probe_key(case_id)));
  return puente::open(key, row.blob(1), context::probe(case_id));
}

Result<std::int64_t> Store::quota_used(const QuotaKey& key) const {
  const Reading reading(*inside_);
  return reading->number(0, "SELECT used FROM quota WHERE agreement_id = ? AND purpose = ? AND country = ? AND day = ?",
                         key.agreement_id, to_string(key.purpose), key.country, key.day);
}

Result<std::optional<Answer>> Store::answer(const std::string& partner, const std::string& exchange_id) const {
  const Reading reading(*inside_);
  Statement row = reading->query(
      "SELECT outcome, reference, reasons, forget_after_ms FROM answer WHERE partner = ? AND exchange_id = ?", partner,
      exchange_id);
  ASSIGN_OR_RETURN(const bool found, row.step());
  if (!found) return std::optional<Answer>();
  const std::int64_t outcome = row.integer(0);
  if (outcome < 1 || outcome > 3) return Error{Code::kCorrupt, "a stored answer has no known outcome"};
  Answer out{partner, exchange_id, static_cast<Outcome>(outcome), row.text(1), {}, row.integer(3)};
  ASSIGN_OR_RETURN(out.reasons, decode_strings(row.blob(2)));
  return std::optional<Answer>(std::move(out));
}

// ---- questions

Result<Question> read_question(const Statement& row, const Store::Inside& inside) {
  const std::string id = row.text(0);
  ASSIGN_OR_RETURN(const Bytes plain, puente::open(inside.node_key, row.blob(1), context::question(id)));
  ASSIGN_OR_RETURN(Question question, decode_question(plain));
  const Bytes wrapped = row.blob(2);
  if (wrapped.empty()) return question;
  ASSIGN_OR_RETURN(const SecretKey key, inside.unwrap(wrapped, context::released_key(id)));
  ASSIGN_OR_RETURN(const Bytes data, puente::open(key, row.blob(3), context::released(id)));
  ASSIGN_OR_RETURN(question.released, decode_biographic(data));
  return question;
}

namespace {

#define QUESTION_COLUMNS                                                                               \
  "SELECT question.exchange_id, sealed_body, released.sealed_key, released.sealed_data FROM question " \
  "LEFT JOIN released USING (exchange_id) "

Result<std::vector<Question>> all_questions(Statement rows, const Store::Inside& inside) {
  std::vector<Question> out;
  while (true) {
    ASSIGN_OR_RETURN(const bool more, rows.step());
    if (!more) return out;
    ASSIGN_OR_RETURN(Question question, read_question(rows, inside));
    out.push_back(std::move(question));
  }
}

}  // namespace

Result<Question> Store::question(const std::string& exchange_id) const {
  const Reading reading(*inside_);
  Statement row = reading->query(QUESTION_COLUMNS "WHERE exchange_id = ?", exchange_id);
  ASSIGN_OR_RETURN(const bool found, row.step());
  if (!found) return not_found("question");
  return read_question(row, *inside_);
}

Result<std::vector<Question>> Store::questions(std::optional<QuestionState> state, std::size_t limit) const {
  const Reading reading(*inside_);
  const int wanted = state ? static_cast<int>(*state) : 0;
  return all_questions(reading->query(QUESTION_COLUMNS "WHERE ?1 = 0 OR state = ?1 ORDER BY number DESC LIMIT ?2",
                                      wanted, bounded(limit)),
                       *inside_);
}

Result<std::vector<Question>> Store::questions_past_retention(std::int64_t now_ms, std::size_t limit) const {
  const Reading reading(*inside_);
  return all_questions(
      reading->query(QUESTION_COLUMNS "WHERE released.exchange_id IS NOT NULL AND retention_until_ms <= ? LIMIT ?",
                     now_ms, bounded(limit)),
      *inside_);
}

Result<std::vector<Question>> Store::questions_past_deadline(std::int64_t now_ms, std::size_t limit) const {
  const Reading reading(*inside_);
  return all_questions(
      reading->query(QUESTION_COLUMNS "WHERE state IN (?, ?) AND expires_ms <= ? ORDER BY expires_ms LIMIT ?",
                     static_cast<int>(QuestionState::kQueued), static_cast<int>(QuestionState::kHit), now_ms,
                     bounded(limit)),
      *inside_);
}

Result<OutboxItem> read_outbox_item(const Statement& row, const Store::Inside& inside) {
  OutboxItem item;
  item.id = row.text(0);
  item.peer = row.text(1);
  item.kind = row.text(2);
  ASSIGN_OR_RETURN(const SecretKey key, inside.unwrap(row.blob(3), context::outbox_key(item.id)));
  ASSIGN_OR_RETURN(item.payload, puente::open(key, row.blob(4), context::outbox(item.id)));
  item.created_ms = row.integer(5);
  item.expires_ms = row.integer(6);
  item.next_try_ms = row.integer(7);
  item.attempts = static_cast<int>(row.integer(8));
  return item;
}

Result<std::vector<OutboxItem>> Store::outbox_due(std::int64_t now_ms, std::size_t limit) const {
  const Reading reading(*inside_);
  const std::string sql = std::string(kOutboxColumns) + "WHERE next_try_ms <= ? ORDER BY next_try_ms, rowid LIMIT ?";
  Statement rows = reading->query(sql.c_str(), now_ms, bounded(limit));
  std::vector<OutboxItem> out;
  while (true) {
    ASSIGN_OR_RETURN(const bool more, rows.step());
    if (!more) return out;
    ASSIGN_OR_RETURN(OutboxItem item, read_outbox_item(rows, *inside_));
    out.push_back(std::move(item));
  }
}

Result<OutboxItem> Store::outbox_item(const std::string& id) const {
  const Reading reading(*inside_);
  const std::string sql = std::string(kOutboxColumns) + "WHERE id = ?";
  Statement row = reading->query(sql.c_str(), id);
  ASSIGN_OR_RETURN(const bool found, row.step());
  if (!found) return Error{Code::kNotFound, "nothing of this id waits to be sent"};
  return read_outbox_item(row, *inside_);
}

Result<std::size_t> Store::outbox_size() const {
  const Reading reading(*inside_);
  ASSIGN_OR_RETURN(const std::int64_t count, reading->number(0, "SELECT count(*) FROM outbox"));
  return static_cast<std::size_t>(count);
}

// ---- the log

Result<std::uint64_t> read_log_size(const Database& database) {
  ASSIGN_OR_RETURN(const std::int64_t last, database.number(-1, "SELECT ifnull(max(number), -1) FROM log"));
  if (last < -1) return Error{Code::kCorrupt, "the log is damaged: an entry has a negative number"};
  return static_cast<std::uint64_t>(last + 1);
}

Result<std::vector<LogRow>> read_log_rows(const Database& database, std::uint64_t first, std::size_t count_max) {
  Statement rows =
      database.query("SELECT number, leaf, leaf_hash, checkpoint FROM log WHERE number >= ? ORDER BY number LIMIT ?",
                     first, bounded(count_max));
  std::vector<LogRow> out;
  while (true) {
    ASSIGN_OR_RETURN(const bool more, rows.step());
    if (!more) return out;
    LogRow row;
    row.index = static_cast<std::uint64_t>(rows.integer(0));
    row.leaf = rows.blob(1);
    const auto hash = fixed<32>(rows.blob(2));
    if (!hash.ok())
      return Error{Code::kCorrupt, "log entry " + std::to_string(row.index) + ": its stored hash is not 32 bytes"};
    row.leaf_hash = *hash;
    row.checkpoint = rows.text(3);
    out.push_back(std::move(row));
  }
}

Result<std::vector<std::string>> read_cosigned(const Database& database) {
  Statement rows = database.query("SELECT note FROM cosigned ORDER BY number");
  std::vector<std::string> out;
  while (true) {
    ASSIGN_OR_RETURN(const bool more, rows.step());
    if (!more) return out;
    out.push_back(rows.text(0));
  }
}

Result<std::uint64_t> Store::log_size() const {
  const Reading reading(*inside_);
  return read_log_size(reading.database());
}

Result<std::vector<LogRow>> Store::log_rows(std::uint64_t first, std::size_t count_max) const {
  const Reading reading(*inside_);
  return read_log_rows(reading.database(), first, count_max);
}

Result<std::vector<std::string>> Store::cosigned_checkpoints() const {
  const Reading reading(*inside_);
  return read_cosigned(reading.database());
}

Result<Json> Store::log_details(std::uint64_t index) const {
  const Reading reading(*inside_);
  Statement row = reading->query("SELECT sealed_key, sealed_details FROM log_details WHERE number = ?", index);
  ASSIGN_OR_RETURN(const bool found, row.step());
  if (!found) return not_found("detail of that log entry: it has none, or they were erased");
  ASSIGN_OR_RETURN(const SecretKey key, inside_->unwrap(row.blob(0), context::details_key(index)));
  ASSIGN_OR_RETURN(const Bytes plain, puente::open(key, row.blob(1), context::details(index)));
  return parse_json(text(plain));
}

// ---- the overseer's memory

Result<std::optional<Witnessed>> Store::witnessed(const std::string& origin) const {
  const Reading reading(*inside_);
  Statement row = reading->query("SELECT size, root, checkpoint FROM witnessed WHERE origin = ?", origin);
  ASSIGN_OR_RETURN(const bool found, row.step());
  if (!found) return std::optional<Witnessed>();
  const auto root = fixed<32>(row.blob(1));
  if (!root.ok()) return Error{Code::kCorrupt, "a witnessed checkpoint is damaged"};
  return std::optional<Witnessed>(Witnessed{static_cast<std::uint64_t>(row.integer(0)), *root, row.text(2)});
}

Status Store::remember_witnessed(const std::string& origin, std::uint64_t old_size, const Witnessed& now) {
  if (!inside_->writer) return Error{Code::kDenied, "the database is open for reading only"};
  const std::lock_guard guard(inside_->write_mutex);
  const Database& writer = *inside_->writer;
  // One statement, so one transaction: the size is compared and replaced at once.
  TRY(
      writer.run("INSERT INTO witnessed SELECT ?1, ?2, ?3, ?4 WHERE ?5 = 0 OR EXISTS "
                 "(SELECT 1 FROM witnessed WHERE origin = ?1) "
                 "ON CONFLICT (origin) DO UPDATE SET size = ?2, root = ?3, checkpoint = ?4 WHERE size = ?5",
                 origin, now.size, now.root, now.checkpoint, old_size));
  if (writer.changes() == 1) return {};
  return Error{Code::kConflict, "another checkpoint of this log was witnessed meanwhile"};
}

Status Store::keep_evidence(const std::string& origin, ByteView request) {
  if (!inside_->writer) return Error{Code::kDenied, "the database is open for reading only"};
  const std::lock_guard guard(inside_->write_mutex);
  return inside_->writer->run(
      "INSERT OR IGNORE INTO evidence (origin, request) SELECT ?1, ?2 "
      "WHERE (SELECT count(*) FROM evidence WHERE origin = ?1) < ?3",
      origin, request, kEvidenceMax);
}

// ---- the log without keys

namespace {

class OnlyTheLog final : public LogStorage {
 public:
  explicit OnlyTheLog(Database database) : database_(std::move(database)) {}
  Result<std::uint64_t> log_size() const override {
    const std::lock_guard guard(mutex_);
    return read_log_size(database_);
  }
  Result<std::vector<LogRow>> log_rows(std::uint64_t first, std::size_t count_max) const override {
    const std::lock_guard guard(mutex_);
    return read_log_rows(database_, first, count_max);
  }
  Result<std::vector<std::string>> cosigned_checkpoints() const override {
    const std::lock_guard guard(mutex_);
    return read_cosigned(database_);
  }

 private:
  mutable std::mutex mutex_;
  Database database_;
};

}  // namespace

Result<std::unique_ptr<LogStorage>> open_log(const std::string& directory) {
  ASSIGN_OR_RETURN(Database database, open_reader(directory, true));
  return std::unique_ptr<LogStorage>(new OnlyTheLog(std::move(database)));
}

}  // namespace puente::store
