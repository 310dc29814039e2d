// What SqliteStore reads, and the two things that it writes outside any Transaction.
#include <algorithm>
#include <functional>

#include "core/limits.h"
#include "store/sqlite/driver.h"

namespace puente::store {
namespace {

constexpr std::int64_t kProofsMax = 100, kUnprovenMax = 100;  // of one log

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
      written_(vault_.tally_key()),
      writer_(std::move(opened.writer)),
      read_(vault_.tally_key()),
      reader_(std::move(opened.reader)) {
  const MutexLock guard(write_mutex_);
  if (writable_) empty_write_ahead_log();  // what was erased just before a crash
}

SqliteStore::~SqliteStore() {
  const MutexLock guard(write_mutex_);
  if (!writable_) return;
  empty_write_ahead_log();
  if (!residue_) writer_->let_close_delete_the_log();
}

void SqliteStore::tidy() {
  const MutexLock guard(write_mutex_);
  if (writable_ && residue_) empty_write_ahead_log();
}

void SqliteStore::empty_write_ahead_log() {
  const MutexLock guard(read_mutex_);  // our own reader must not stand in the way; another process's may
  writer_->wait_ms(200);
  residue_ = !writer_->empty_log().ok();
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

// ---- all rows together

Status SqliteStore::count_rows() {
  {
    const MutexLock guard(read_mutex_);
    TRY(read_.join(reader_));
  }
  const MutexLock guard(write_mutex_);
  if (!writable_) return {};
  TRY(written_.join(*writer_));
  TRY(written_.follow(*writer_));
  TRY(written_.recount(*writer_));
  ASSIGN_OR_RETURN(opened_, judge(*writer_, vault_, written_));
  return {};
}

namespace {

Result<std::optional<LogRow>> newest_entry(const Database& database, std::uint64_t log_size) {
  if (log_size == 0) return std::optional<LogRow>();
  ASSIGN_OR_RETURN(std::vector<LogRow> rows, read_log_rows(database, log_size - 1, 1));
  if (rows.empty()) return Error{Code::kCorrupt, "the log's newest entry is missing"};
  return std::optional(std::move(rows.front()));
}

}  // namespace

Result<Store::Rows> judge(const Database& database, const Vault& vault, const RowTally& tally) {
  using Seal = Store::Rows::Seal;
  Store::Rows out{tally.digest(), tally.digest_of_before(), 0, tally.sums().told == Digest{}, Seal::kNone};
  ASSIGN_OR_RETURN(out.log_size, read_log_size(database));
  Statement row = database.query("SELECT sealed_key, sealed_value FROM state WHERE name = ?", kSeal);
  ASSIGN_OR_RETURN(const bool found, row.step());
  if (!found) return out;
  ASSIGN_OR_RETURN(const std::optional<LogRow> newest, newest_entry(database, out.log_size));
  const auto seal = vault.open_state(kSeal, {row.blob(0), row.blob(1)});
  out.seal = seal.ok() && *seal == tally.seal(newest) ? Seal::kFits : Seal::kBroken;
  return out;
}

// With the log's newest entry: one of an earlier moment does not fit after the next entry. Nothing of it is worth
// hiding, so the one before need not be overwritten.
Status SqliteStore::seal_rows() {
  ASSIGN_OR_RETURN(const std::uint64_t log_size, read_log_size(*writer_));
  ASSIGN_OR_RETURN(const std::optional<LogRow> newest, newest_entry(*writer_, log_size));
  const Keyed sealed = vault_.seal_state(kSeal, written_.seal(newest));
  return writer_->run("INSERT OR REPLACE INTO state VALUES (?, ?, ?)", kSeal, sealed.key, sealed.thing);
}

Result<Store::Rows> SqliteStore::rows() const {  // a Reading holds read_mutex_
  const Reading reading(*this);
  TRY(read_.recount(reading.database()));
  return judge(reading.database(), vault_, read_);
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

namespace {

Result<std::string> first_text(const Statement& row) {
  return row.text(0);
}

}  // namespace

Result<std::vector<ListedCase>> SqliteStore::listed_cases(const CasePage& page) const {
  const Reading reading(*this);
  const CasePlace after = page.after.value_or(CasePlace());
  return reading
      ->query(
          "WITH listed AS (SELECT case_id, state, partner, state NOT IN (?1, ?6) AS over, "
          "iif(state = ?1 OR state = ?6, expires_ms, -number) AS rank, number, 0 AS seeded FROM \"case\" "
          "UNION ALL SELECT case_id, state, partner, state NOT IN (?1, ?6), "
          "iif(state = ?1 OR state = ?6, expires_ms, -follows), number, 1 FROM practice_case WHERE opened_ms <= ?7) "
          "SELECT case_id, over, rank, number, seeded FROM listed WHERE (?2 = 0 OR state = ?2) AND "
          "(?3 = '' OR partner = ?3) AND (?4 = 0 OR (over, rank, number, seeded) > (?8, ?9, ?10, ?11)) "
          "ORDER BY over, rank, number, seeded LIMIT ?5",
          static_cast<int>(CaseState::kOpen), page.state ? static_cast<int>(*page.state) : 0, page.partner,
          int{page.after.has_value()}, bounded(page.limit), static_cast<int>(CaseState::kConfirmed),
          page.seeded_until_ms.value_or(std::numeric_limits<std::int64_t>::min()), int{after.over}, after.rank,
          after.number, int{after.seeded})
      .all([](const Statement& row) {
        return Result<ListedCase>(
            {row.text(0), {row.integer(1) != 0, row.integer(2), row.integer(3), row.integer(4) != 0}});
      });
}

Result<std::vector<CaseHead>> SqliteStore::cases_since(std::int64_t number) const {
  const Reading reading(*this);
  return reading->query("SELECT number, case_id, state FROM \"case\" WHERE number > ? ORDER BY number", number)
      .all([](const Statement& row) {
        return Result<CaseHead>({row.integer(0), row.text(1), static_cast<CaseState>(row.integer(2))});
      });
}

Result<std::size_t> SqliteStore::count_cases(CaseState state) const {
  const Reading reading(*this);
  ASSIGN_OR_RETURN(const std::int64_t count,
                   reading->number(0, "SELECT count(*) FROM \"case\" WHERE state = ?", static_cast<int>(state)));
  return static_cast<std::size_t>(count);
}

Result<std::vector<std::string>> SqliteStore::undecided_cases_past(std::int64_t now_ms, std::size_t limit) const {
  const Reading reading(*this);
  return reading
      ->query("SELECT case_id FROM \"case\" WHERE state IN (?, ?) AND expires_ms <= ? ORDER BY expires_ms LIMIT ?",
              static_cast<int>(CaseState::kOpen), static_cast<int>(CaseState::kConfirmed), now_ms, bounded(limit))
      .all(first_text);
}

Result<std::vector<std::string>> SqliteStore::ended_cases_past(std::int64_t now_ms, std::size_t limit) const {
  const Reading reading(*this);
  return reading
      ->query(
          "SELECT case_id FROM \"case\" WHERE state NOT IN (?, ?) AND expires_ms <= ? AND "
          "case_id NOT IN (SELECT id FROM outbox) ORDER BY expires_ms LIMIT ?",
          static_cast<int>(CaseState::kOpen), static_cast<int>(CaseState::kConfirmed), now_ms, bounded(limit))
      .all(first_text);
}

Result<Bytes> SqliteStore::case_exhibit(const std::string& case_id) const {
  const Reading reading(*this);
  Statement row = reading->query("SELECT sealed_key, sealed_exhibit FROM exhibit WHERE case_id = ?", case_id);
  ASSIGN_OR_RETURN(const bool found, row.step());
  if (!found) return not_found("exhibit: it is destroyed with the verdict");
  return vault_.open_exhibit(case_id, {row.blob(0), row.blob(1)});
}

Result<std::int64_t> SqliteStore::quota_used(const QuotaKey& key, std::int64_t hours) const {
  const Reading reading(*this);
  return reading->number(0,
                         "SELECT sum(used) FROM quota WHERE countries = ?1 AND purpose = ?2 AND country = ?3 AND "
                         "hour > ?4 - ?5 AND hour <= ?4",
                         key.countries, to_string(key.purpose), key.country, key.hour, hours);
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

Result<std::vector<std::string>> SqliteStore::questions_before(const std::string& exchange_id,
                                                               std::size_t limit) const {
  const Reading reading(*this);
  return reading
      ->query(
          "SELECT exchange_id FROM question WHERE ?1 = '' OR number < (SELECT number FROM question WHERE exchange_id = "
          "?1) ORDER BY number DESC LIMIT ?2",
          exchange_id, bounded(limit))
      .all(first_text);
}

Result<std::vector<QuestionHead>> SqliteStore::questions_since(std::int64_t number) const {
  const Reading reading(*this);
  return reading
      ->query(
          "SELECT number, question.exchange_id, released.sealed_key IS NOT NULL FROM question "
          "LEFT JOIN released USING (exchange_id) WHERE number > ? ORDER BY number",
          number)
      .all([](const Statement& row) {
        return Result<QuestionHead>({row.integer(0), row.text(1), row.integer(2) != 0});
      });
}

Result<std::vector<std::string>> SqliteStore::questions_past_retention(std::int64_t now_ms, std::size_t limit) const {
  const Reading reading(*this);
  return reading
      ->query(
          "SELECT exchange_id FROM question JOIN released USING (exchange_id) WHERE retention_until_ms <= ? "
          "ORDER BY retention_until_ms LIMIT ?",
          now_ms, bounded(limit))
      .all(first_text);
}

Result<std::vector<std::string>> SqliteStore::questions_past_deadline(QuestionState state, std::int64_t now_ms,
                                                                      std::size_t limit) const {
  const Reading reading(*this);
  return reading
      ->query("SELECT exchange_id FROM question WHERE state = ? AND expires_ms <= ? ORDER BY expires_ms LIMIT ?",
              static_cast<int>(state), now_ms, bounded(limit))
      .all(first_text);
}

Result<std::vector<std::string>> SqliteStore::ended_questions_past(std::int64_t now_ms, std::size_t limit) const {
  const Reading reading(*this);
  return reading
      ->query(
          "SELECT exchange_id FROM question LEFT JOIN released USING (exchange_id) WHERE released.sealed_key IS NULL "
          "AND state NOT IN (?, ?) AND expires_ms <= ? ORDER BY expires_ms LIMIT ?",
          static_cast<int>(QuestionState::kQueued), static_cast<int>(QuestionState::kHit), now_ms, bounded(limit))
      .all(first_text);
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

namespace {

#define OUTBOX_HEADS "SELECT id, peer, kind, expires_ms, attempts FROM outbox "

Result<OutboxHead> read_outbox_head(const Statement& row) {
  return OutboxHead{row.text(0), row.text(1), row.text(2), row.integer(3), static_cast<int>(row.integer(4))};
}

}  // namespace

Result<std::vector<std::string>> SqliteStore::outbox_peers(std::int64_t now_ms) const {
  const Reading reading(*this);
  return reading
      ->query(
          "SELECT DISTINCT peer FROM outbox WHERE (next_try_ms <= ?1 OR next_try_ms > ?1 + ?2) AND expires_ms > ?1 "
          "ORDER BY peer",
          now_ms, limits::kOutboxBackoffMsMax)
      .all(first_text);
}

Result<std::vector<OutboxHead>> SqliteStore::outbox_due(const std::string& peer, std::int64_t now_ms,
                                                        std::size_t limit) const {
  const Reading reading(*this);
  return reading
      ->query(OUTBOX_HEADS
              "WHERE peer = ?1 AND (next_try_ms <= ?2 OR next_try_ms > ?2 + ?3) AND expires_ms > ?2 "
              "ORDER BY attempts, next_try_ms, rowid LIMIT ?4",
              peer, now_ms, limits::kOutboxBackoffMsMax, bounded(limit))
      .all(read_outbox_head);
}

Result<std::vector<OutboxHead>> SqliteStore::outbox_past(std::int64_t now_ms, std::size_t limit) const {
  const Reading reading(*this);
  return reading->query(OUTBOX_HEADS "WHERE expires_ms <= ? ORDER BY expires_ms LIMIT ?", now_ms, bounded(limit))
      .all(read_outbox_head);
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

Result<std::vector<Alarm>> SqliteStore::alarms(bool unseen_only, std::size_t limit, std::int64_t after) const {
  const Reading reading(*this);
  return reading
      ->query(
          "SELECT number, sealed_key, sealed_alarm FROM alarm WHERE seen <= ? AND number > ? ORDER BY number LIMIT ?",
          unseen_only ? 0 : 1, after, bounded(limit))
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

// ---- seeded cases

Result<std::vector<PairHead>> SqliteStore::practice_pairs() const {
  const Reading reading(*this);
  return reading->query("SELECT pair_id, truth, added_ms FROM practice_pair ORDER BY number")
      .all([](const Statement& row) {
        return Result<PairHead>({row.text(0), static_cast<Truth>(row.integer(1)), row.integer(2)});
      });
}

Result<PracticePair> SqliteStore::practice_pair(const std::string& pair_id) const {
  const Reading reading(*this);
  Statement row = reading->query("SELECT sealed_key, sealed_pair FROM practice_pair WHERE pair_id = ?", pair_id);
  ASSIGN_OR_RETURN(const bool found, row.step());
  if (!found) return not_found("seeded pair");
  return vault_.open_practice_pair(pair_id, {row.blob(0), row.blob(1)});
}

Result<std::vector<PracticeHead>> SqliteStore::practice_heads() const {
  const Reading reading(*this);
  return reading->query("SELECT case_id, state, opened_ms, expires_ms FROM practice_case ORDER BY number")
      .all([](const Statement& row) {
        return Result<PracticeHead>(
            {row.text(0), static_cast<CaseState>(row.integer(1)), row.integer(2), row.integer(3)});
      });
}

Result<PracticeCase> SqliteStore::practice_case(const std::string& case_id) const {
  const Reading reading(*this);
  Statement row = reading->query("SELECT sealed_body FROM practice_case WHERE case_id = ?", case_id);
  ASSIGN_OR_RETURN(const bool found, row.step());
  if (!found) return not_found("case");
  return vault_.open_practice_case(case_id, row.blob(0));
}

Result<Bytes> SqliteStore::practice_exhibit(const std::string& case_id) const {
  const Reading reading(*this);
  Statement row = reading->query("SELECT sealed_key, sealed_exhibit FROM practice_exhibit WHERE case_id = ?", case_id);
  ASSIGN_OR_RETURN(const bool found, row.step());
  if (!found) return not_found("exhibit: it is destroyed with the verdict");
  return vault_.open_practice_exhibit(case_id, {row.blob(0), row.blob(1)});
}

// ---- watchlists

Result<WatchlistEntry> SqliteStore::watchlist_entry(const std::string& entry_id) const {
  const Reading reading(*this);
  Statement row = reading->query("SELECT sealed_key, sealed_entry FROM watchlist WHERE entry_id = ?", entry_id);
  ASSIGN_OR_RETURN(const bool found, row.step());
  if (!found) return not_found("entry of a watchlist");
  return vault_.open_watchlist_entry(entry_id, {row.blob(0), row.blob(1)});
}

namespace {
Result<std::vector<std::string>> first_column(Statement rows) {
  return rows.all([](const Statement& row) { return Result<std::string>(row.text(0)); });
}
}  // namespace

Result<std::vector<std::string>> SqliteStore::watchlist_ids() const {
  const Reading reading(*this);
  return first_column(reading->query("SELECT entry_id FROM watchlist ORDER BY number"));
}

Result<std::vector<std::string>> SqliteStore::watchlist_about(const std::string& person_id) const {
  const Reading reading(*this);
  return first_column(reading->query("SELECT entry_id FROM watchlist_hand WHERE person_id = ?", person_id));
}

Result<std::vector<std::string>> SqliteStore::watchlist_past(std::int64_t now_ms, std::size_t limit) const {
  const Reading reading(*this);
  return first_column(reading->query(
      "SELECT entry_id FROM watchlist WHERE next_end_ms <= ? ORDER BY next_end_ms LIMIT ?", now_ms, bounded(limit)));
}

Result<std::vector<WatchlistAlert>> SqliteStore::watchlist_alerts() const {
  const Reading reading(*this);
  return reading->query("SELECT number, sealed_key, sealed_alert FROM watchlist_alert ORDER BY number DESC")
      .all([&](const Statement& row) {
        return vault_.open_watchlist_alert(row.integer(0), {row.blob(1), row.blob(2)});
      });
}

Result<std::vector<std::int64_t>> SqliteStore::watchlist_alerts_past(std::int64_t now_ms, std::size_t limit) const {
  const Reading reading(*this);
  return reading
      ->query("SELECT number FROM watchlist_alert WHERE expires_ms <= ? ORDER BY expires_ms LIMIT ?", now_ms,
              bounded(limit))
      .all([](const Statement& row) { return Result<std::int64_t>(row.integer(0)); });
}

// ---- tasks

Result<Task> SqliteStore::task(const std::string& task_id) const {
  const Reading reading(*this);
  Statement row = reading->query("SELECT sealed_key, sealed_task FROM task WHERE task_id = ?", task_id);
  ASSIGN_OR_RETURN(const bool found, row.step());
  if (!found) return not_found("task: it never was, or has expired");
  return vault_.open_task(task_id, {row.blob(0), row.blob(1)});
}

Result<std::vector<std::string>> SqliteStore::tasks_waiting(std::size_t limit) const {
  const Reading reading(*this);
  return reading
      ->query("SELECT task_id FROM task WHERE state = ? ORDER BY number LIMIT ?", static_cast<int>(TaskState::kWaiting),
              bounded(limit))
      .all(first_text);
}

Result<std::vector<std::string>> SqliteStore::tasks_past(std::int64_t now_ms, std::size_t limit) const {
  const Reading reading(*this);
  return reading
      ->query("SELECT task_id FROM task WHERE expires_ms <= ? ORDER BY expires_ms LIMIT ?", now_ms, bounded(limit))
      .all([](const Statement& row) { return Result<std::string>(row.text(0)); });
}

// ---- calls that may come again

Result<std::optional<Once>> SqliteStore::once(const std::string& name, std::int64_t now_ms) const {
  const Reading reading(*this);
  Statement row = reading->query(
      "SELECT caller, forget_after_ms, sealed_key, sealed_answer FROM once WHERE name = ? AND forget_after_ms > ?",
      name, now_ms);
  ASSIGN_OR_RETURN(const bool found, row.step());
  if (!found) return std::optional<Once>();
  Once out{name, row.text(0), row.integer(1), {}, {}};
  const Keyed sealed{row.blob(2), row.blob(3)};
  if (sealed.key.empty()) return std::optional(std::move(out));
  ASSIGN_OR_RETURN(out.body, vault_.open_once(name, sealed));
  return std::optional(std::move(out));
}

Result<std::size_t> SqliteStore::count_once(const std::string& caller, std::int64_t now_ms) const {
  const Reading reading(*this);
  ASSIGN_OR_RETURN(const std::int64_t count, reading->number(0, kCountOnce, caller, now_ms));
  return static_cast<std::size_t>(count);
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

namespace {

Result<std::uint64_t> first_index(const Statement& row) {
  return static_cast<std::uint64_t>(row.integer(0));
}

}  // namespace

Result<Json> SqliteStore::log_details(std::uint64_t index) const {
  const Reading reading(*this);
  Statement row = reading->query("SELECT sealed_key, sealed_details FROM log_details WHERE number = ?", index);
  ASSIGN_OR_RETURN(const bool found, row.step());
  if (!found) return not_found("details: they were erased");
  return vault_.open_details(index, {row.blob(0), row.blob(1)});
}

Result<std::vector<std::uint64_t>> SqliteStore::log_details_from(std::uint64_t first, std::size_t limit) const {
  const Reading reading(*this);
  return reading
      ->query("SELECT number FROM log_details WHERE number >= ? ORDER BY number LIMIT ?", first, bounded(limit))
      .all(first_index);
}

Result<std::vector<std::uint64_t>> SqliteStore::log_details_about(const std::string& pseudonym) const {
  const Reading reading(*this);
  return reading->query("SELECT number FROM log_about WHERE pseudonym = ? ORDER BY number", pseudonym).all(first_index);
}

Result<std::vector<std::uint64_t>> SqliteStore::newest_log_details_about(const std::string& pseudonym,
                                                                         std::size_t limit) const {
  const Reading reading(*this);
  return reading
      ->query("SELECT number FROM log_about WHERE pseudonym = ? ORDER BY number DESC LIMIT ?", pseudonym,
              bounded(limit))
      .all(first_index);
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

Status SqliteStore::in_one(const std::function<Status(const Database&)>& work) {
  const Database& writer = *writer_;
  const RowSums before = written_.sums();
  TRY(writer.script("BEGIN IMMEDIATE"));
  Status done = work(writer);
  if (done.ok() && written_.sums() != before) done = seal_rows();
  if (done.ok()) done = writer.script("COMMIT");
  if (done.ok()) return {};
  written_.set_sums(before);
  if (writer.in_transaction()) discard(writer.script("ROLLBACK"), "the failure before it is told");
  return done;
}

namespace {

const Error kReadOnlyError{Code::kDenied, "the database is open for reading only"};

// Proofs make room for nobody; of the others the newest are kept.
Status put_shown(const Database& writer, const std::string& origin, const Shown& shown) {
  TRY(
      writer.run("INSERT INTO shown (origin, size, root, proven, checkpoint) SELECT ?1, ?2, ?3, ?4, ?5 "
                 "WHERE ?4 = 0 OR (SELECT count(*) FROM shown WHERE origin = ?1 AND proven = 1) < ?6 "
                 "ON CONFLICT (origin, size, root) DO UPDATE SET proven = max(proven, ?4)",
                 origin, shown.size, shown.root, shown.proven ? 1 : 0, shown.checkpoint, kProofsMax));
  return writer.run(
      "DELETE FROM shown WHERE origin = ?1 AND proven = 0 AND number NOT IN "
      "(SELECT number FROM shown WHERE origin = ?1 AND proven = 0 ORDER BY number DESC LIMIT ?2)",
      origin, kUnprovenMax);
}

}  // namespace

Status SqliteStore::remember_witnessed(const std::string& origin, std::uint64_t old_size, const Witnessed& now) {
  if (!writable_) return kReadOnlyError;
  const MutexLock guard(write_mutex_);
  return in_one([&](const Database& writer) -> Status {  // the size is compared and replaced at once
    TRY(
        writer.run("INSERT INTO witnessed SELECT ?1, ?2, ?3, ?4 WHERE ?5 = 0 OR EXISTS "
                   "(SELECT 1 FROM witnessed WHERE origin = ?1) "
                   "ON CONFLICT (origin) DO UPDATE SET size = ?2, root = ?3, checkpoint = ?4 WHERE size = ?5",
                   origin, now.size, now.root, now.checkpoint, old_size));
    if (writer.changes() != 1) return {Code::kConflict, "another checkpoint of this log was witnessed meanwhile"};
    TRY(writer.run("INSERT OR IGNORE INTO witnessed_before VALUES (?, ?, ?)", origin, now.size, now.root));
    TRY(writer.run("DELETE FROM shown WHERE origin = ? AND size = ? AND root = ?", origin, now.size, now.root));
    return writer.run("UPDATE shown SET proven = 1 WHERE origin = ? AND size = ?", origin, now.size);
  });
}

Result<std::optional<Digest>> SqliteStore::witnessed_root(const std::string& origin, std::uint64_t size) const {
  const Reading reading(*this);
  Statement row = reading->query(
      "SELECT root FROM witnessed_before WHERE origin = ?1 AND size = ?2 "
      "UNION ALL SELECT root FROM witnessed WHERE origin = ?1 AND size = ?2",
      origin, size);
  ASSIGN_OR_RETURN(const bool found, row.step());
  if (!found) return std::optional<Digest>();
  ASSIGN_OR_RETURN(const Digest root, fixed<32>(row.blob(0)));
  return std::optional(root);
}

Status SqliteStore::keep_shown(const std::string& origin, const Shown& shown) {
  if (!writable_) return kReadOnlyError;
  const MutexLock guard(write_mutex_);
  return in_one([&](const Database& writer) { return put_shown(writer, origin, shown); });
}

Result<std::vector<Shown>> SqliteStore::shown(const std::string& origin) const {
  const Reading reading(*this);
  return reading
      ->query("SELECT size, root, checkpoint, proven FROM shown WHERE origin = ? ORDER BY proven DESC, number", origin)
      .all([](const Statement& row) -> Result<Shown> {
        ASSIGN_OR_RETURN(const Digest root, fixed<32>(row.blob(1)));
        return Shown{static_cast<std::uint64_t>(row.integer(0)), root, row.text(2), row.integer(3) != 0};
      });
}

Result<std::vector<std::string>> SqliteStore::witnessed_origins() const {
  const Reading reading(*this);
  return reading->query("SELECT origin FROM witnessed UNION SELECT origin FROM shown").all([](const Statement& row) {
    return Result<std::string>(row.text(0));
  });
}

Status SqliteStore::forget_witnessed(const std::string& origin) {
  ASSIGN_OR_RETURN(const std::optional<Witnessed> known, witnessed(origin));
  if (!known) return not_found("log of which a checkpoint was witnessed");
  if (!writable_) return kReadOnlyError;
  const MutexLock guard(write_mutex_);
  return in_one([&](const Database& writer) -> Status {
    TRY(put_shown(writer, origin, {known->size, known->root, known->checkpoint, false}));
    TRY(writer.run("DELETE FROM witnessed_before WHERE origin = ?", origin));
    return writer.run("DELETE FROM witnessed WHERE origin = ?", origin);
  });
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
