// What SqliteStore reads, and the two things that it writes outside any Transaction.
#include <algorithm>

#include "store/sqlite/driver.h"

namespace puente::store {
namespace {

constexpr std::int64_t kEvidenceMax = 100;

}  // namespace

std::int64_t bounded(std::size_t limit) {
  return static_cast<std::int64_t>(std::min(limit, kRowsMax));
}

Error not_found(const char* what) {
  return {Code::kNotFound, std::string("there is no such ") + what};
}

SqliteStore::SqliteStore(Opened opened, Vault vault)
    : vault_(std::move(vault)),
      lock_(std::move(opened.lock)),
      notes_(std::move(opened.notes)),
      writable_(opened.writer.has_value()),
      writer_(std::move(opened.writer)),
      reader_(std::move(opened.reader)) {
  const MutexLock guard(write_mutex_);
  if (writable_) empty_write_ahead_log();  // what was erased just before a crash
}

SqliteStore::~SqliteStore() {
  const MutexLock guard(write_mutex_);
  if (writable_) empty_write_ahead_log();
}

void SqliteStore::empty_write_ahead_log() {
  const MutexLock guard(read_mutex_);  // our own reader must not stand in the way; another process's may
  writer_->wait_ms(200);
  Statement checkpoint = writer_->query("PRAGMA wal_checkpoint(TRUNCATE)");
  const auto row = checkpoint.step();
  residue_ = !(row.ok() && *row && checkpoint.integer(0) == 0);
  writer_->wait_ms(5000);
}

Reading::Reading(const SqliteStore& store) : mutex_(store.read_mutex_), database_(store.reader_) {
  mutex_.lock();
  discard(database_.script("BEGIN"), "a failure shows in the reads");
}
Reading::~Reading() {
  discard(database_.script("ROLLBACK"), "nothing was written");
  mutex_.unlock();
}

// ---- people

Result<SecretKey> read_person_key(const Database& database, const Vault& vault, const std::string& person_id) {
  Statement row = database.query("SELECT sealed_key FROM person WHERE person_id = ?", person_id);
  ASSIGN_OR_RETURN(const bool found, row.step());
  if (!found) return not_found("person");
  return vault.open_key(person_id, row.blob(0));
}

Result<Encounter> SqliteStore::encounter(const std::string& person_id, const std::string& encounter_id) const {
  const Reading reading(*this);
  const EncounterId id{person_id, encounter_id};
  Statement row = reading->query("SELECT number, sealed_body FROM encounter WHERE person_id = ? AND encounter_id = ?",
                                 person_id, encounter_id);
  ASSIGN_OR_RETURN(const bool found, row.step());
  if (!found) return not_found("encounter");
  ASSIGN_OR_RETURN(const SecretKey key, read_person_key(reading.database(), vault_, person_id));
  ASSIGN_OR_RETURN(EncounterBody body, vault_.open_encounter(key, id, row.blob(1)));
  Encounter out;
  out.person_id = person_id;
  out.encounter_id = encounter_id;
  out.created_ms = body.created_ms;
  out.retention_until_ms = body.retention_until_ms;
  out.biographic = std::move(body.biographic);
  out.missing = std::move(body.missing);
  out.standing = std::move(body.standing);
  Statement samples =
      reading->query("SELECT ordinal, sealed_sample FROM sample WHERE encounter = ? ORDER BY ordinal", row.integer(0));
  ASSIGN_OR_RETURN(out.samples, samples.all([&](const Statement& sample) {
    return vault_.open_sample(key, id, sample.integer(0), sample.blob(1));
  }));
  return out;
}

Result<std::vector<std::string>> SqliteStore::encounter_ids(const std::string& person_id) const {
  const Reading reading(*this);
  return reading->query("SELECT encounter_id FROM encounter WHERE person_id = ? ORDER BY number", person_id)
      .all([](const Statement& row) { return Result<std::string>(row.text(0)); });
}

Result<std::size_t> SqliteStore::people() const {
  const Reading reading(*this);
  ASSIGN_OR_RETURN(const std::int64_t count, reading->number(0, "SELECT count(*) FROM person"));
  return static_cast<std::size_t>(count);
}

namespace {

Result<std::vector<Template>> read_templates(const Database& database, const Vault& vault, const SecretKey& key,
                                             const EncounterId& id, std::int64_t number) {
  Statement rows = database.query(
      "SELECT ordinal, modality, place, format, sealed_template FROM template WHERE encounter = ? ORDER BY ordinal",
      number);
  return rows.all([&](const Statement& row) {
    return vault.open_template(key, id, row.integer(0), {row.integer(1), row.integer(2), row.integer(3)}, row.blob(4));
  });
}

}  // namespace

Result<std::vector<Template>> SqliteStore::templates(const EncounterId& id) const {
  const Reading reading(*this);
  ASSIGN_OR_RETURN(const std::int64_t number,
                   reading->number(0, "SELECT number FROM encounter WHERE person_id = ? AND encounter_id = ?",
                                   id.person_id, id.encounter_id));
  if (number == 0) return not_found("encounter");
  ASSIGN_OR_RETURN(const SecretKey key, read_person_key(reading.database(), vault_, id.person_id));
  return read_templates(reading.database(), vault_, key, id, number);
}

// In batches, so that `take` may call the store and a long start holds up nobody.
Status SqliteStore::each_template(const std::function<Status(TemplateRow)>& take) const {
  constexpr std::int64_t kBatch = 64;  // encounters
  std::int64_t last = 0;
  while (true) {
    std::vector<TemplateRow> batch;
    const std::int64_t before = last;
    {
      const Reading reading(*this);
      Statement rows = reading->query(
          "SELECT number, person_id, encounter_id, sealed_body FROM encounter WHERE number > ? ORDER BY number LIMIT ?",
          last, kBatch);
      TRY(rows.each([&](const Statement& row) -> Status {
        last = row.integer(0);
        const EncounterId id{row.text(1), row.text(2)};
        ASSIGN_OR_RETURN(const SecretKey key, read_person_key(reading.database(), vault_, id.person_id));
        ASSIGN_OR_RETURN(const EncounterBody body, vault_.open_encounter(key, id, row.blob(3)));
        ASSIGN_OR_RETURN(std::vector<Template> templates, read_templates(reading.database(), vault_, key, id, last));
        for (Template& each : templates)
          batch.push_back({id.person_id, id.encounter_id, std::move(each.features), each.cut, body.standing});
        return {};
      }));
    }
    for (TemplateRow& row : batch) TRY(take(std::move(row)));
    if (last == before) return {};
  }
}

Result<std::vector<EncounterId>> SqliteStore::encounters_past_retention(std::int64_t now_ms, std::size_t limit) const {
  const Reading reading(*this);
  return reading
      ->query(
          "SELECT person_id, encounter_id FROM encounter WHERE retention_until_ms > 0 AND retention_until_ms <= ? "
          "ORDER BY retention_until_ms LIMIT ?",
          now_ms, bounded(limit))
      .all([](const Statement& row) {
        return Result<EncounterId>(EncounterId{row.text(0), row.text(1)});
      });
}

// ---- agreements

Result<std::vector<AgreementRecord>> SqliteStore::agreements() const {
  const Reading reading(*this);
  return reading->query("SELECT agreement_id, sealed_body FROM agreement ORDER BY number")
      .all([&](const Statement& row) { return vault_.open_agreement(row.text(0), row.blob(1)); });
}

Result<AgreementRecord> SqliteStore::agreement(const std::string& id) const {
  const Reading reading(*this);
  Statement row = reading->query("SELECT sealed_body FROM agreement WHERE agreement_id = ?", id);
  ASSIGN_OR_RETURN(const bool found, row.step());
  if (!found) return not_found("agreement");
  return vault_.open_agreement(id, row.blob(0));
}

// ---- cases

Result<Case> read_case(const Statement& row, const Vault& vault) {
  return vault.open_case(row.text(0), row.blob(1));
}

Result<Case> SqliteStore::case_record(const std::string& case_id) const {
  const Reading reading(*this);
  Statement row = reading->query("SELECT case_id, sealed_body FROM \"case\" WHERE case_id = ?", case_id);
  ASSIGN_OR_RETURN(const bool found, row.step());
  if (!found) return not_found("case");
  return read_case(row, vault_);
}

Result<std::vector<Case>> SqliteStore::cases(std::optional<CaseState> state, std::size_t limit) const {
  const Reading reading(*this);
  const int wanted = state ? static_cast<int>(*state) : 0;
  return reading
      ->query("SELECT case_id, sealed_body FROM \"case\" WHERE ?1 = 0 OR state = ?1 ORDER BY number DESC LIMIT ?2",
              wanted, bounded(limit))
      .all([&](const Statement& row) { return read_case(row, vault_); });
}

Result<std::vector<Case>> SqliteStore::open_cases_past(std::int64_t now_ms, std::size_t limit) const {
  const Reading reading(*this);
  return reading
      ->query(
          "SELECT case_id, sealed_body FROM \"case\" WHERE state = ? AND expires_ms <= ? ORDER BY expires_ms LIMIT ?",
          static_cast<int>(CaseState::kOpen), now_ms, bounded(limit))
      .all([&](const Statement& row) { return read_case(row, vault_); });
}

Result<Bytes> SqliteStore::case_exhibit(const std::string& case_id) const {
  const Reading reading(*this);
  Statement row = reading->query("SELECT sealed_key, sealed_exhibit FROM exhibit WHERE case_id = ?", case_id);
  ASSIGN_OR_RETURN(const bool found, row.step());
  if (!found) return not_found("exhibit: it is destroyed with the verdict");
  return vault_.open_exhibit(case_id, {row.blob(0), row.blob(1)});
}

Result<std::int64_t> SqliteStore::quota_used(const QuotaKey& key) const {
  const Reading reading(*this);
  return reading->number(0, "SELECT used FROM quota WHERE agreement_id = ? AND purpose = ? AND country = ? AND day = ?",
                         key.agreement_id, to_string(key.purpose), key.country, key.day);
}

Result<std::optional<Answer>> SqliteStore::answer(const std::string& partner, const std::string& exchange_id) const {
  const Reading reading(*this);
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

Result<Question> read_question(const Statement& row, const Vault& vault) {
  const std::string id = row.text(0);
  ASSIGN_OR_RETURN(Question question, vault.open_question(id, row.blob(1)));
  const Keyed released{row.blob(2), row.blob(3)};
  if (released.key.empty()) return question;
  ASSIGN_OR_RETURN(question.released, vault.open_released(id, released));
  return question;
}

#define QUESTION_COLUMNS                                                                               \
  "SELECT question.exchange_id, sealed_body, released.sealed_key, released.sealed_data FROM question " \
  "LEFT JOIN released USING (exchange_id) "

Result<Question> SqliteStore::question(const std::string& exchange_id) const {
  const Reading reading(*this);
  Statement row = reading->query(QUESTION_COLUMNS "WHERE exchange_id = ?", exchange_id);
  ASSIGN_OR_RETURN(const bool found, row.step());
  if (!found) return not_found("question");
  return read_question(row, vault_);
}

Result<std::vector<Question>> SqliteStore::questions_past_retention(std::int64_t now_ms, std::size_t limit) const {
  const Reading reading(*this);
  return reading
      ->query(QUESTION_COLUMNS "WHERE released.exchange_id IS NOT NULL AND retention_until_ms <= ? LIMIT ?", now_ms,
              bounded(limit))
      .all([&](const Statement& row) { return read_question(row, vault_); });
}

Result<std::vector<Question>> SqliteStore::questions_past_deadline(std::int64_t now_ms, std::size_t limit) const {
  const Reading reading(*this);
  return reading
      ->query(QUESTION_COLUMNS "WHERE state IN (?, ?) AND expires_ms <= ? ORDER BY expires_ms LIMIT ?",
              static_cast<int>(QuestionState::kQueued), static_cast<int>(QuestionState::kHit), now_ms, bounded(limit))
      .all([&](const Statement& row) { return read_question(row, vault_); });
}

Result<OutboxItem> read_outbox_item(const Statement& row, const Vault& vault) {
  OutboxItem item;
  item.id = row.text(0);
  item.peer = row.text(1);
  item.kind = row.text(2);
  ASSIGN_OR_RETURN(item.payload, vault.open_payload(item.id, {row.blob(3), row.blob(4)}));
  item.created_ms = row.integer(5);
  item.expires_ms = row.integer(6);
  item.next_try_ms = row.integer(7);
  item.attempts = static_cast<int>(row.integer(8));
  return item;
}

Result<std::vector<OutboxItem>> SqliteStore::outbox_due(std::int64_t now_ms, std::size_t limit) const {
  const Reading reading(*this);
  const std::string sql = std::string(kOutboxColumns) + "WHERE next_try_ms <= ? ORDER BY next_try_ms, rowid LIMIT ?";
  return reading->query(sql.c_str(), now_ms, bounded(limit)).all([&](const Statement& row) {
    return read_outbox_item(row, vault_);
  });
}

Result<OutboxItem> SqliteStore::outbox_item(const std::string& id) const {
  const Reading reading(*this);
  const std::string sql = std::string(kOutboxColumns) + "WHERE id = ?";
  Statement row = reading->query(sql.c_str(), id);
  ASSIGN_OR_RETURN(const bool found, row.step());
  if (!found) return Error{Code::kNotFound, "nothing of this id waits to be sent"};
  return read_outbox_item(row, vault_);
}

Result<std::size_t> SqliteStore::outbox_size() const {
  const Reading reading(*this);
  ASSIGN_OR_RETURN(const std::int64_t count, reading->number(0, "SELECT count(*) FROM outbox"));
  return static_cast<std::size_t>(count);
}

// ---- what the node knows of persons beside their encounters, and of itself

namespace {
Result<Protection> read_protection(const Statement& row, const Vault& vault) {
  return vault.open_protection(row.text(0), {row.blob(1), row.blob(2)});
}
}  // namespace

Result<std::optional<Protection>> SqliteStore::protection(const std::string& person_id) const {
  const Reading reading(*this);
  Statement row = reading->query("SELECT * FROM protection WHERE person_id = ?", person_id);
  ASSIGN_OR_RETURN(const bool found, row.step());
  if (!found) return std::optional<Protection>();
  ASSIGN_OR_RETURN(Protection protection, read_protection(row, vault_));
  return std::optional(std::move(protection));
}

Result<std::vector<Protection>> SqliteStore::protections() const {
  const Reading reading(*this);
  return reading->query("SELECT * FROM protection ORDER BY person_id").all([&](const Statement& row) {
    return read_protection(row, vault_);
  });
}

Result<std::vector<Alarm>> SqliteStore::alarms(bool unseen_only, std::size_t limit) const {
  const Reading reading(*this);
  return reading
      ->query("SELECT number, sealed_key, sealed_alarm FROM alarm WHERE seen <= ? ORDER BY number DESC LIMIT ?",
              unseen_only ? 0 : 1, bounded(limit))
      .all([&](const Statement& row) {
        return vault_.open_alarm(row.integer(0), {row.blob(1), row.blob(2)});
      });
}

Result<std::optional<Bytes>> SqliteStore::state(const std::string& name) const {
  const Reading reading(*this);
  Statement row = reading->query("SELECT sealed_key, sealed_value FROM state WHERE name = ?", name);
  ASSIGN_OR_RETURN(const bool found, row.step());
  if (!found) return std::optional<Bytes>();
  ASSIGN_OR_RETURN(Bytes value, vault_.open_state(name, {row.blob(0), row.blob(1)}));
  return std::optional(std::move(value));
}

// ---- tasks

Result<Task> SqliteStore::task(const std::string& task_id) const {
  const Reading reading(*this);
  Statement row = reading->query("SELECT sealed_key, sealed_task FROM task WHERE task_id = ?", task_id);
  ASSIGN_OR_RETURN(const bool found, row.step());
  if (!found) return not_found("task: it never was, or has expired");
  return vault_.open_task(task_id, {row.blob(0), row.blob(1)});
}

Result<std::vector<Task>> SqliteStore::tasks_waiting(std::size_t limit) const {
  const Reading reading(*this);
  return reading
      ->query("SELECT task_id, sealed_key, sealed_task FROM task WHERE state = ? ORDER BY number LIMIT ?",
              static_cast<int>(TaskState::kWaiting), bounded(limit))
      .all([&](const Statement& row) {
        return vault_.open_task(row.text(0), {row.blob(1), row.blob(2)});
      });
}

Result<std::vector<std::string>> SqliteStore::tasks_past(std::int64_t now_ms, std::size_t limit) const {
  const Reading reading(*this);
  return reading
      ->query("SELECT task_id FROM task WHERE expires_ms <= ? ORDER BY expires_ms LIMIT ?", now_ms, bounded(limit))
      .all([](const Statement& row) { return Result<std::string>(row.text(0)); });
}

// ---- the log

Result<std::uint64_t> read_log_size(const Database& database) {
  ASSIGN_OR_RETURN(const std::int64_t last, database.number(-1, "SELECT ifnull(max(number), -1) FROM log"));
  if (last < -1) return Error{Code::kCorrupt, "the log is damaged: an entry has a negative number"};
  return static_cast<std::uint64_t>(last + 1);
}

Result<std::vector<LogRow>> read_log_rows(const Database& database, std::uint64_t first, std::size_t count_max) {
  return database
      .query("SELECT number, leaf, leaf_hash, checkpoint FROM log WHERE number >= ? ORDER BY number LIMIT ?", first,
             bounded(count_max))
      .all([](const Statement& row) -> Result<LogRow> {
        const auto index = static_cast<std::uint64_t>(row.integer(0));
        const auto hash = fixed<32>(row.blob(2));
        if (!hash.ok())
          return Error{Code::kCorrupt, "log entry " + std::to_string(index) + ": its stored hash is not 32 bytes"};
        return LogRow{index, row.blob(1), *hash, row.text(3)};
      });
}

Result<std::vector<std::string>> read_cosigned(const Database& database) {
  return database.query("SELECT note FROM cosigned ORDER BY number").all([](const Statement& row) {
    return Result<std::string>(row.text(0));
  });
}

Result<std::uint64_t> SqliteStore::log_size() const {
  const Reading reading(*this);
  return read_log_size(reading.database());
}

Result<std::vector<LogRow>> SqliteStore::log_rows(std::uint64_t first, std::size_t count_max) const {
  const Reading reading(*this);
  return read_log_rows(reading.database(), first, count_max);
}

Result<std::vector<std::string>> SqliteStore::cosigned_checkpoints() const {
  const Reading reading(*this);
  return read_cosigned(reading.database());
}

// ---- the overseer's memory

Result<std::optional<Witnessed>> SqliteStore::witnessed(const std::string& origin) const {
  const Reading reading(*this);
  Statement row = reading->query("SELECT size, root, checkpoint FROM witnessed WHERE origin = ?", origin);
  ASSIGN_OR_RETURN(const bool found, row.step());
  if (!found) return std::optional<Witnessed>();
  const auto root = fixed<32>(row.blob(1));
  if (!root.ok()) return Error{Code::kCorrupt, "a witnessed checkpoint is damaged"};
  return std::optional<Witnessed>(Witnessed{static_cast<std::uint64_t>(row.integer(0)), *root, row.text(2)});
}

Status SqliteStore::remember_witnessed(const std::string& origin, std::uint64_t old_size, const Witnessed& now) {
  if (!writable_) return Error{Code::kDenied, "the database is open for reading only"};
  const MutexLock guard(write_mutex_);
  // One statement, so one transaction: the size is compared and replaced at once.
  TRY(
      writer_->run("INSERT INTO witnessed SELECT ?1, ?2, ?3, ?4 WHERE ?5 = 0 OR EXISTS "
                   "(SELECT 1 FROM witnessed WHERE origin = ?1) "
                   "ON CONFLICT (origin) DO UPDATE SET size = ?2, root = ?3, checkpoint = ?4 WHERE size = ?5",
                   origin, now.size, now.root, now.checkpoint, old_size));
  if (writer_->changes() == 1) return {};
  return Error{Code::kConflict, "another checkpoint of this log was witnessed meanwhile"};
}

Status SqliteStore::keep_evidence(const std::string& origin, ByteView request) {
  if (!writable_) return Error{Code::kDenied, "the database is open for reading only"};
  const MutexLock guard(write_mutex_);
  return writer_->run(
      "INSERT OR IGNORE INTO evidence (origin, request) SELECT ?1, ?2 "
      "WHERE (SELECT count(*) FROM evidence WHERE origin = ?1) < ?3",
      origin, request, kEvidenceMax);
}

// ---- waiting

void SqliteStore::count_wait(std::uint64_t waited_ns) {
  const MutexLock guard(wait_mutex_);
  ++waits_.count;
  waits_.total_ns += waited_ns;
  waits_.longest_ns = std::max(waits_.longest_ns, waited_ns);
  for (std::size_t i = 0; i < WaitStats::kBoundsMs.size(); ++i)
    waits_.within[i] += waited_ns <= static_cast<std::uint64_t>(WaitStats::kBoundsMs[i]) * 1'000'000;
}

WaitStats SqliteStore::waited() const {
  const MutexLock guard(wait_mutex_);
  return waits_;
}

}  // namespace puente::store
