// The driver for SQLite: what its Store and Transaction share. Inside store/sqlite/ only.
#pragma once
#include <atomic>
#include <optional>

#include "core/lock.h"
#include "core/mutex.h"
#include "store/sqlite/database.h"
#include "store/sqlite/tally.h"
#include "store/vault.h"

namespace puente::store {

// Held as long as this lives: the folder itself, which nobody takes away beneath us as they may a file in it; and the
// file `lock`, by which older versions find each other and us.
struct DirectoryLock {
  Lock folder, file;
  static Result<DirectoryLock> take(const std::string& directory);
};

// What opening gives: connections that are ours, of this version, and made with this node key.
struct Opened {
  DirectoryLock lock;              // none when read only
  std::optional<Database> writer;  // likewise
  Database reader;
  std::vector<std::string> notes;
};
Result<Opened> open_database(const std::string& directory, Mode mode, const Vault& vault);

class SqliteStore final : public Store {
 public:
  SqliteStore(Opened opened, Vault vault);
  ~SqliteStore() override;

  Result<Encounter> encounter(const std::string& person_id, const std::string& encounter_id) const override;
  Result<Encounter> encounter_facts(const std::string& person_id, const std::string& encounter_id) const override;
  Result<std::vector<std::string>> encounter_ids(const std::string& person_id) const override;
  std::unique_ptr<const People> people_for(const std::string& country) const override;
  Result<std::size_t> people() const override;
  Result<std::map<std::string, std::int64_t>> encounters_of_each() const override;
  Result<std::vector<Template>> templates(const EncounterId& id) const override;
  Status each_template(const std::function<Status(TemplateRow)>& take) const override;
  Result<std::vector<EncounterId>> encounters_past_retention(std::int64_t now_ms, std::size_t limit) const override;

  Result<std::optional<Protection>> protection(const std::string& person_id) const override;
  Result<std::vector<Protection>> protections() const override;
  Result<std::vector<Alarm>> alarms(bool unseen_only, std::size_t limit, std::int64_t after) const override;
  Result<std::optional<Bytes>> state(const std::string& name) const override;

  Result<std::vector<PairHead>> practice_pairs() const override;
  Result<PracticePair> practice_pair(const std::string& pair_id) const override;
  Result<std::vector<PracticeHead>> practice_heads() const override;
  Result<PracticeCase> practice_case(const std::string& case_id) const override;
  Result<Bytes> practice_exhibit(const std::string& case_id) const override;
  Result<WatchlistEntry> watchlist_entry(const std::string& entry_id) const override;
  Result<std::vector<std::string>> watchlist_ids() const override;
  Result<std::vector<std::string>> watchlist_about(const std::string& person_id) const override;
  Result<std::vector<std::string>> watchlist_past(std::int64_t now_ms, std::size_t limit) const override;
  Result<std::vector<WatchlistAlert>> watchlist_alerts() const override;
  Result<std::vector<std::int64_t>> watchlist_alerts_past(std::int64_t now_ms, std::size_t limit) const override;

  Result<std::vector<AgreementRecord>> agreements() const override;
  Result<AgreementRecord> agreement(const std::string& id) const override;

  Result<Case> case_record(const std::string& case_id) const override;
  Result<std::vector<ListedCase>> listed_cases(const CasePage& page) const override;
  Result<std::vector<CaseHead>> cases_since(std::int64_t number) const override;
  Result<std::size_t> count_cases(CaseState state) const override;
  Result<std::vector<std::string>> undecided_cases_past(std::int64_t now_ms, std::size_t limit) const override;
  Result<std::vector<std::string>> ended_cases_past(std::int64_t now_ms, std::size_t limit) const override;
  Result<Bytes> case_exhibit(const std::string& case_id) const override;
  Result<std::int64_t> quota_used(const QuotaKey& key, std::int64_t hours) const override;
  Result<std::optional<Answer>> answer(const std::string& partner, const std::string& exchange_id) const override;

  Result<Question> question(const std::string& exchange_id) const override;
  Result<std::vector<std::string>> questions_before(const std::string& exchange_id, std::size_t limit) const override;
  Result<std::vector<QuestionHead>> questions_since(std::int64_t number) const override;
  Result<std::vector<std::string>> questions_past_retention(std::int64_t now_ms, std::size_t limit) const override;
  Result<std::vector<std::string>> questions_past_deadline(QuestionState state, std::int64_t now_ms,
                                                           std::size_t limit) const override;
  Result<std::vector<std::string>> ended_questions_past(std::int64_t now_ms, std::size_t limit) const override;
  Result<std::vector<std::string>> outbox_peers(std::int64_t now_ms) const override;
  Result<std::vector<OutboxHead>> outbox_due(const std::string& peer, std::int64_t now_ms,
                                             std::size_t limit) const override;
  Result<std::vector<OutboxHead>> outbox_past(std::int64_t now_ms, std::size_t limit) const override;
  Result<OutboxItem> outbox_item(const std::string& id) const override;
  Result<std::size_t> outbox_size() const override;

  Result<Task> task(const std::string& task_id) const override;
  Result<std::vector<std::string>> tasks_waiting(std::size_t limit) const override;
  Result<std::vector<std::string>> tasks_past(std::int64_t now_ms, std::size_t limit) const override;

  Result<std::optional<Once>> once(const std::string& name, std::int64_t now_ms) const override;
  Result<std::size_t> count_once(const std::string& caller, std::int64_t now_ms) const override;

  Result<Json> log_details(std::uint64_t index) const override;
  Result<std::vector<std::uint64_t>> log_details_about(const std::string& pseudonym) const override;
  Result<std::vector<std::uint64_t>> newest_log_details_about(const std::string& pseudonym,
                                                              std::size_t limit) const override;
  Result<std::vector<std::uint64_t>> log_details_from(std::uint64_t first, std::size_t limit) const override;

  Result<std::uint64_t> log_size() const override;
  Result<std::vector<LogRow>> log_rows(std::uint64_t first, std::size_t count_max) const override;
  Result<std::vector<std::string>> cosigned_checkpoints() const override;
  Result<std::optional<Witnessed>> witnessed(const std::string& origin) const override;
  Status remember_witnessed(const std::string& origin, std::uint64_t old_size, const Witnessed& now) override;
  Result<std::optional<Digest>> witnessed_root(const std::string& origin, std::uint64_t size) const override;
  Status keep_shown(const std::string& origin, const Shown& shown) override;
  Result<std::vector<Shown>> shown(const std::string& origin) const override;
  Result<std::vector<std::string>> witnessed_origins() const override;
  Status forget_witnessed(const std::string& origin) override;

  std::unique_ptr<Transaction> begin() override;
  void tidy() override;
  bool is_full() const override { return full_; }
  WaitStats waited() const override;
  const std::vector<std::string>& opening_notes() const override { return notes_; }
  Result<Rows> rows() const override NO_THREAD_SAFETY_ANALYSIS;
  const Rows& rows_when_opened() const override { return opened_; }
  std::vector<std::string> check() const override;
  Status count_rows();  // before anything else
  Status count_hidden();

 private:
  friend class SqliteTransaction;
  friend class Reading;
  friend class PeopleOfOneCountry;
  // In the file the pages are zeroed by secure_delete; this brings them there, and leaves nothing in the log.
  void empty_write_ahead_log() REQUIRES(write_mutex_);
  void count_wait(std::uint64_t waited_ns);
  void note_hidden(const std::set<std::string>& from);
  PeopleKeys keys_of_all() const;
  Status seal_rows() REQUIRES(write_mutex_);  // inside a transaction, as its last step
  // A transaction of an overseer's memory.
  Status in_one(const std::function<Status(const Database&)>& work) REQUIRES(write_mutex_);

  const Vault vault_;
  const DirectoryLock lock_;
  const std::vector<std::string> notes_;
  const bool writable_;
  Mutex write_mutex_;  // one Transaction at a time; taken before read_mutex_ where both are
  RowTally written_ GUARDED_BY(write_mutex_);
  Rows opened_;  // since count_rows()
  std::optional<Database> writer_ GUARDED_BY(write_mutex_);
  bool residue_ GUARDED_BY(write_mutex_) = false;  // the write-ahead log holds what was erased, or never came to be
  mutable Mutex read_mutex_;
  mutable RowTally read_ GUARDED_BY(read_mutex_);
  Database reader_ GUARDED_BY(read_mutex_);
  mutable Mutex hidden_mutex_;
  // From whom anybody is or was hidden since the store was opened: to each belongs a key.
  std::set<std::set<std::string>> hidden_from_ GUARDED_BY(hidden_mutex_);
  std::atomic<bool> full_{false};
  mutable Mutex wait_mutex_;
  WaitStats waits_ GUARDED_BY(wait_mutex_);
};

// One consistent view for the reads of one call.
class SCOPED_CAPABILITY Reading {
 public:
  explicit Reading(const SqliteStore& store) ACQUIRE(store.read_mutex_);
  ~Reading() RELEASE();
  const Database* operator->() const { return &database_; }
  const Database& database() const { return database_; }

 private:
  Mutex& mutex_;
  const Database& database_;
};

inline constexpr std::size_t kRowsMax = 10'000;  // of one listing, whatever the caller asks for
std::int64_t bounded(std::size_t limit);
Error not_found(const char* what);

// The rows as they were counted, held against the seal beside them.
Result<Store::Rows> judge(const Database& database, const Vault& vault, const RowTally& tally);
Result<std::uint64_t> read_log_size(const Database& database);
Result<std::vector<LogRow>> read_log_rows(const Database& database, std::uint64_t first, std::size_t count_max);
Result<std::vector<std::string>> read_cosigned(const Database& database);
Result<SecretKey> read_person_key(const Database& database, const Vault& vault, const std::string& person_id);
Result<std::optional<Bytes>> read_sealed_key(const Database& database, const std::string& person_id);
// None: no protection.
Result<std::set<std::string>> read_hidden_from(const Database& database, const Vault& vault,
                                               const std::string& person_id);

inline constexpr const char* kOutboxColumns =
    "SELECT id, peer, kind, sealed_key, sealed_payload, created_ms, expires_ms, next_try_ms, attempts FROM outbox ";
inline constexpr const char* kCountOnce = "SELECT count(*) FROM once WHERE caller = ? AND forget_after_ms > ?";
Result<OutboxItem> read_outbox_item(const Statement& row, const Vault& vault);
Result<Case> read_case(const Statement& row, const Vault& vault);  // case_id, sealed_body
Result<Question> read_question(const Statement& row,
                               const Vault& vault);  // exchange_id, sealed_body, released key, data

}  // namespace puente::store
