// SqliteTransaction: one at a time, each of its calls undone by itself when it refuses.
#include <algorithm>
#include <chrono>

#include "core/check.h"
#include "core/limits.h"
#include "core/text.h"
#include "store/sqlite/driver.h"

namespace puente::store {
namespace {

constexpr std::int64_t kQuotaHoursKept = 7 * 24;

Status require_ids(std::initializer_list<std::string_view> ids) {
  for (std::string_view id : ids) {
    if (!is_id(id)) return Error{Code::kInvalidInput, std::string("an id must be ") + kIdInWords};
  }
  return {};
}

// What the storage itself failed at, as against what the caller may not do.
bool of_storage(Code code) {
  return code == Code::kStorageFull || code == Code::kCorrupt || code == Code::kUnavailable || code == Code::kInternal;
}

}  // namespace

// Holds the store's write_mutex_ for as long as it lives, by which it may use what that guards. An object that goes
// from hand to hand with a lock in it is more than clang's analysis follows, so it is told to look away, here alone.
class SqliteTransaction final : public Transaction {
 public:
  explicit SqliteTransaction(SqliteStore& store) NO_THREAD_SAFETY_ANALYSIS;
  ~SqliteTransaction() override NO_THREAD_SAFETY_ANALYSIS;

  Status put_encounter(const Encounter& encounter, std::span<const Template> templates) override;
  Status erase_person(const std::string& person_id) override;
  Status erase_encounter(const std::string& person_id, const std::string& encounter_id) override;
  Status seal_keys_anew() override;
  Status put_protection(const Protection& protection) override;
  Status erase_protection(const std::string& person_id) override;
  Result<std::int64_t> put_alarm(const Alarm& alarm) override;
  Status update_alarm(const Alarm& alarm) override;
  Status put_watchlist_entry(const WatchlistEntry& entry, std::int64_t next_end_ms) override;
  Status erase_watchlist_entry(const std::string& entry_id) override;
  Result<std::int64_t> put_watchlist_alert(const WatchlistAlert& alert) override;
  Status update_watchlist_alert(const WatchlistAlert& alert) override;
  Status erase_watchlist_alert(std::int64_t number) override;
  Status put_state(const std::string& name, ByteView value) override;
  Status erase_state(const std::string& name) override;
  Status put_agreement(const AgreementRecord& agreement) override;
  Status update_agreement(const AgreementRecord& agreement) override;
  Status put_case(const Case& record) override;
  Status update_case(const Case& record) override;
  Status put_case_exhibit(const std::string& case_id, ByteView exhibit) override;
  Status destroy_case_exhibit(const std::string& case_id) override;
  Status put_practice_pair(const PracticePair& pair) override;
  Status erase_practice_pair(const std::string& pair_id) override;
  Status put_practice_case(const PracticeCase& record, ByteView exhibit) override;
  Status update_practice_case(const PracticeCase& record) override;
  Status destroy_practice_exhibit(const std::string& case_id) override;
  Status erase_practice_case(const std::string& case_id) override;
  Status put_answer(const Answer& answer) override;
  Status add_quota(const QuotaKey& key) override;
  Status remember_message(const std::string& partner, const std::string& message_id,
                          std::int64_t forget_after_ms) override;
  Status forget_messages(std::int64_t now_ms) override;
  Result<std::int64_t> forget_answers(std::int64_t now_ms) override;
  Status put_question(const Question& question) override;
  Status update_question(const Question& question) override;
  Status erase_released(const std::string& exchange_id) override;
  Status enqueue(const OutboxItem& item) override;
  Status rewrite_payload(const std::string& id, ByteView payload) override;
  Status hasten(const std::string& id, std::int64_t next_try_ms) override;
  Status erase_case(const std::string& case_id) override;
  Status erase_question(const std::string& exchange_id) override;
  Status erase_log_details(std::uint64_t index) override;
  Status reschedule(const std::string& id, std::int64_t next_try_ms) override;
  Status remove_outbox(const std::string& id) override;
  Status put_task(const Task& task) override;
  Status update_task(const Task& task) override;
  Status erase_task(const std::string& task_id) override;
  Status put_once(const Once& once, std::int64_t now_ms) override;
  Status forget_once(std::int64_t now_ms) override;
  Status erase_answers_about(const std::string& id) override;
  Status append_log(const LogRow& row, const Json& details, const std::set<std::string>& about) override;
  Status add_cosigned_checkpoint(const std::string& note) override;
  Digest rows_digest() const override NO_THREAD_SAFETY_ANALYSIS { return store_.written_.digest(); }
  Status commit() override;
  Status commit(Housekeeping why) override;

 private:
  const Vault& vault() const { return store_.vault_; }
  const Database& writer() const { return *writer_; }
  bool changed() const { return writer().changes() > 0; }
  void roll_back() NO_THREAD_SAFETY_ANALYSIS;
  RowSums sums() const NO_THREAD_SAFETY_ANALYSIS { return store_.written_.sums(); }
  void set_sums(const RowSums& sums) NO_THREAD_SAFETY_ANALYSIS { store_.written_.set_sums(sums); }
  bool left_the_cache() const { return writer().pages_written() != written_before_; }
  Error fail(Error error);
  Status end() NO_THREAD_SAFETY_ANALYSIS;
  // Runs one call of the transaction: undone when it refuses; when the storage fails, everything is.
  template <typename Do>
  auto attempt(Do&& work) -> decltype(work()) {
    if (!failure_.ok()) return failure_.error();
    const RowSums sums_before = sums();
    if (Status begun = writer().script("SAVEPOINT call"); !begun.ok()) return fail(begun.error());
    auto result = work();
    if (!result.ok() && of_storage(result.error().code)) return fail(result.error());
    if (!result.ok()) {
      if (Status undone = writer().script("ROLLBACK TO call"); !undone.ok()) return fail(undone.error());
      set_sums(sums_before);
      erased_ = erased_ || left_the_cache();
    }
    if (Status ended = writer().script("RELEASE call"); !ended.ok()) return fail(ended.error());
    return result;
  }
  // The same, of what somebody may be asked about: the log must tell of it.
  template <typename Do>
  auto account(Do&& work) -> decltype(work()) {
    auto result = attempt(work);
    accountable_ = accountable_ || result.ok();
    return result;
  }
  // Of what has a key of its own: gone for good, with the write-ahead log emptied after the commit.
  Status erase(const char* sql, const std::string& id);
  Status drop_answers_about(const std::string& id);
  Result<SecretKey> person_key(const std::string& person_id);
  Status hide_key(const std::string& person_id, const std::set<std::string>& from);
  Status put_samples(const SecretKey& key, const Encounter& encounter, std::span<const Template> templates);
  Status put_released(const Question& question);

  SqliteStore& store_;
  const Database* writer_ = nullptr;  // none when read only: failure_ says so
  Status failure_;
  std::int64_t written_before_ = 0;
  RowSums before_;
  bool erased_ = false;
  bool committed_ = false, accountable_ = false;
  int entries_ = 0;
};

SqliteTransaction::SqliteTransaction(SqliteStore& store) : store_(store) {
  const auto asked = std::chrono::steady_clock::now();
  store_.write_mutex_.lock();
  const std::chrono::nanoseconds waited = std::chrono::steady_clock::now() - asked;
  store_.count_wait(static_cast<std::uint64_t>(waited.count()));
  if (store_.writer_) writer_ = &*store_.writer_;
  failure_ = writer_ != nullptr ? writer().script("BEGIN IMMEDIATE")
                                : Status(Code::kDenied, "the database is open for reading only");
  if (writer_ != nullptr) written_before_ = writer().pages_written();
  before_ = sums();
}

SqliteTransaction::~SqliteTransaction() {
  if (writer_ != nullptr) roll_back();
  if (store_.residue_ && !committed_) store_.empty_write_ahead_log();
  store_.write_mutex_.unlock();
}

std::unique_ptr<Transaction> SqliteStore::begin() {
  return std::make_unique<SqliteTransaction>(*this);
}

// What of it was too much for the cache lies in the write-ahead log, keys and all.
void SqliteTransaction::roll_back() {
  if (writer().in_transaction())
    discard(writer().script("ROLLBACK"), "SQLite undoes it itself, at the latest when it opens");
  if (committed_) return;
  set_sums(before_);
  store_.residue_ = store_.residue_ || left_the_cache();
}

Error SqliteTransaction::fail(Error error) {
  failure_ = Status(error);
  if (error.code == Code::kStorageFull) store_.full_ = true;
  roll_back();
  return error;
}

Status SqliteTransaction::commit() {
  CHECK(!failure_.ok() || entries_ > 0);
  return end();
}

Status SqliteTransaction::commit(Housekeeping) {
  CHECK(!failure_.ok() || (!accountable_ && sums().told == before_.told));
  return end();
}

Status SqliteTransaction::end() {
  if (!failure_.ok()) return failure_.error();
  const bool to_seal = entries_ > 0 || sums() != before_;
  if (Status done = to_seal ? store_.seal_rows() : Status(); !done.ok()) return fail(done.error());
  if (Status done = writer().script("COMMIT"); !done.ok()) return fail(done.error());
  committed_ = true;
  store_.full_ = false;
  failure_ = Status(Code::kConflict, "this transaction is over");
  if (erased_ || store_.residue_) store_.empty_write_ahead_log();
  return {};
}

Status SqliteTransaction::erase(const char* sql, const std::string& id) {
  TRY(writer().run(sql, id));
  erased_ = erased_ || changed();
  return {};
}

// ---- people

Status SqliteTransaction::seal_keys_anew() {
  return account([&]() -> Status {
    Statement stamp = writer().query("SELECT sealed_check FROM node");
    ASSIGN_OR_RETURN(const bool stamped, stamp.step());
    if (!stamped || !vault().is_stamp_of_before(stamp.blob(0))) return {};
    ASSIGN_OR_RETURN(const std::vector<std::string> people,
                     writer().query("SELECT person_id FROM person").all([](const Statement& row) {
                       return Result<std::string>(row.text(0));
                     }));
    for (const std::string& each : people) {
      const auto hidden_from = read_hidden_from(writer(), vault(), each);
      if (hidden_from.ok()) TRY(hide_key(each, *hidden_from));  // whose protection is damaged stays as it is, too
    }
    erased_ = true;
    return writer().run("UPDATE node SET sealed_check = ?", vault().stamp());
  });
}

Result<SecretKey> SqliteTransaction::person_key(const std::string& person_id) {
  auto known = read_person_key(writer(), vault(), person_id);
  if (known.ok() || known.error().code != Code::kNotFound) return known;
  SecretKey fresh = vault().new_key();
  ASSIGN_OR_RETURN(const auto hidden_from, read_hidden_from(writer(), vault(), person_id));
  TRY(writer().run("INSERT INTO person VALUES (?, ?)", person_id, vault().seal_key(person_id, hidden_from, fresh)));
  return fresh;
}

// Whoever is hidden is so by the key too, under which theirs lies from now on. Where what the protection said is
// damaged it is looked for under all that anybody is hidden from; a key that is damaged itself stays as it is, and
// opens for nobody.
Status SqliteTransaction::hide_key(const std::string& person_id, const std::set<std::string>& from) {
  store_.note_hidden(from);
  auto key = read_person_key(writer(), vault(), person_id);  // as the protection before says
  if (!key.ok() && key.error().code == Code::kCorrupt) {
    ASSIGN_OR_RETURN(const std::optional<Bytes> sealed, read_sealed_key(writer(), person_id));
    if (auto found = sealed ? store_.keys_of_all().open_key(person_id, *sealed) : std::nullopt) key = *std::move(found);
  }
  if (!key.ok() && (key.error().code == Code::kNotFound || key.error().code == Code::kCorrupt)) return {};
  if (!key.ok()) return key.error();
  erased_ = true;  // the one before, which others could open
  return writer().run("UPDATE person SET sealed_key = ? WHERE person_id = ?", vault().seal_key(person_id, from, *key),
                      person_id);
}

Status SqliteTransaction::put_samples(const SecretKey& key, const Encounter& encounter,
                                      std::span<const Template> templates) {
  const std::int64_t number = writer().last_id();
  const EncounterId id{encounter.person_id, encounter.encounter_id};
  std::int64_t ordinal = 0;
  for (const Sample& sample : encounter.samples) {
    TRY(writer().run("INSERT INTO sample VALUES (?, ?, ?)", number, ordinal, vault().seal(key, id, ordinal, sample)));
    ++ordinal;
  }
  ordinal = 0;
  for (const Template& each : templates) {
    const auto& [place, format, bytes] = each.features;
    if (!checked_place(static_cast<int>(place.modality), place.code))
      return Error{Code::kInvalidInput, "a template must be of a finger, a face or an eye"};
    TRY(writer().run("INSERT INTO template VALUES (?, ?, ?, ?, ?, ?)", number, ordinal,
                     static_cast<int>(place.modality), int{place.code}, int{format},
                     vault().seal(key, id, ordinal, each)));
    ++ordinal;
  }
  return {};
}

Status SqliteTransaction::put_encounter(const Encounter& encounter, std::span<const Template> templates) {
  return account([&]() -> Status {
    const EncounterId id{encounter.person_id, encounter.encounter_id};
    TRY(require_ids({id.person_id, id.encounter_id}));
    ASSIGN_OR_RETURN(const SecretKey key, person_key(id.person_id));
    const EncounterBody body{encounter.created_ms, encounter.retention_until_ms, encounter.biographic,
                             encounter.standing, encounter.missing};
    TRY(writer().run(
        "INSERT INTO encounter (person_id, encounter_id, created_ms, retention_until_ms, sealed_body) "
        "VALUES (?, ?, ?, ?, ?)",
        id.person_id, id.encounter_id, body.created_ms, body.retention_until_ms, vault().seal(key, id, body)));
    return put_samples(key, encounter, templates);
  });
}

Status SqliteTransaction::erase_person(const std::string& person_id) {
  return account([&]() -> Status {
    TRY(writer().run("DELETE FROM encounter WHERE person_id = ?", person_id));
    TRY(erase("DELETE FROM person WHERE person_id = ?", person_id));
    if (!changed()) return not_found("person");
    TRY(drop_answers_about(person_id));
    return erase("DELETE FROM state WHERE name = ?", kKeyOfPeople);
  });
}

Status SqliteTransaction::erase_encounter(const std::string& person_id, const std::string& encounter_id) {
  return account([&]() -> Status {
    TRY(writer().run("DELETE FROM encounter WHERE person_id = ? AND encounter_id = ?", person_id, encounter_id));
    if (!changed()) return not_found("encounter");
    erased_ = true;
    TRY(writer().run("DELETE FROM state WHERE name = ?", kKeyOfPeople));
    TRY(drop_answers_about(person_id));
    return writer().run(
        "DELETE FROM person WHERE person_id = ?1 AND NOT EXISTS (SELECT 1 FROM encounter WHERE person_id = ?1)",
        person_id);
  });
}

// ---- agreements

Status SqliteTransaction::put_protection(const Protection& protection) {
  return account([&]() -> Status {
    TRY(require_ids({protection.person_id}));
    TRY(hide_key(protection.person_id, protection.withheld_from));
    const Keyed sealed = vault().seal_protection(protection);
    erased_ = true;  // the one before, if there was one
    return writer().run("INSERT OR REPLACE INTO protection VALUES (?, ?, ?)", protection.person_id, sealed.key,
                        sealed.thing);
  });
}

Status SqliteTransaction::erase_protection(const std::string& person_id) {
  return account([&]() -> Status {
    TRY(hide_key(person_id, {}));
    return erase("DELETE FROM protection WHERE person_id = ?", person_id);
  });
}

// Its number is known only when it lies there: it is sealed to it then.
Result<std::int64_t> SqliteTransaction::put_alarm(const Alarm& alarm) {
  return account([&]() -> Result<std::int64_t> {
    TRY(writer().run("INSERT INTO alarm (seen, sealed_key, sealed_alarm) VALUES (0, x'', x'')"));
    const std::int64_t number = writer().last_id();
    const Keyed sealed = vault().seal_alarm(number, alarm);
    TRY(writer().run("UPDATE alarm SET sealed_key = ?, sealed_alarm = ? WHERE number = ?", sealed.key, sealed.thing,
                     number));
    return number;
  });
}

Status SqliteTransaction::update_alarm(const Alarm& alarm) {
  return account([&]() -> Status {
    const Keyed sealed = vault().seal_alarm(alarm.number, alarm);
    TRY(writer().run("UPDATE alarm SET seen = ?, sealed_key = ?, sealed_alarm = ? WHERE number = ?",
                     alarm.seen_by.empty() ? 0 : 1, sealed.key, sealed.thing, alarm.number));
    return changed() ? Status() : not_found("alarm");
  });
}

// ---- watchlists

Status SqliteTransaction::put_watchlist_entry(const WatchlistEntry& entry, std::int64_t next_end_ms) {
  return account([&]() -> Status {
    TRY(require_ids({entry.entry_id, entry.person_id}));
    TRY(erase("DELETE FROM watchlist_hand WHERE entry_id = ?", entry.entry_id));
    const Keyed sealed = vault().seal_watchlist_entry(entry);
    TRY(
        writer().run("INSERT INTO watchlist (entry_id, next_end_ms, sealed_key, sealed_entry) VALUES (?1, ?2, ?3, ?4) "
                     "ON CONFLICT (entry_id) DO UPDATE SET next_end_ms = ?2, sealed_key = ?3, sealed_entry = ?4",
                     entry.entry_id, next_end_ms, sealed.key, sealed.thing));
    for (const std::string& each : entry.hand)
      TRY(writer().run("INSERT INTO watchlist_hand VALUES (?, ?)", each, entry.entry_id));
    return {};
  });
}

Status SqliteTransaction::erase_watchlist_entry(const std::string& entry_id) {
  return account([&]() -> Status {
    TRY(erase("DELETE FROM watchlist WHERE entry_id = ?", entry_id));
    return changed() ? Status() : not_found("entry of a watchlist");
  });
}

// As an alarm.
Result<std::int64_t> SqliteTransaction::put_watchlist_alert(const WatchlistAlert& alert) {
  return account([&]() -> Result<std::int64_t> {
    TRY(writer().run("INSERT INTO watchlist_alert (expires_ms, sealed_key, sealed_alert) VALUES (?, x'', x'')",
                     alert.expires_ms));
    const std::int64_t number = writer().last_id();
    const Keyed sealed = vault().seal_watchlist_alert(number, alert);
    TRY(writer().run("UPDATE watchlist_alert SET sealed_key = ?, sealed_alert = ? WHERE number = ?", sealed.key,
                     sealed.thing, number));
    return number;
  });
}

Status SqliteTransaction::update_watchlist_alert(const WatchlistAlert& alert) {
  return account([&]() -> Status {
    const Keyed sealed = vault().seal_watchlist_alert(alert.number, alert);
    TRY(writer().run("UPDATE watchlist_alert SET expires_ms = ?, sealed_key = ?, sealed_alert = ? WHERE number = ?",
                     alert.expires_ms, sealed.key, sealed.thing, alert.number));
    erased_ = erased_ || changed();
    return changed() ? Status() : not_found("alert");
  });
}

Status SqliteTransaction::erase_watchlist_alert(std::int64_t number) {
  return account([&]() -> Status {
    TRY(writer().run("DELETE FROM watchlist_alert WHERE number = ?", number));
    erased_ = erased_ || changed();
    return changed() ? Status() : not_found("alert");
  });
}

Status SqliteTransaction::put_state(const std::string& name, ByteView value) {
  return attempt([&]() -> Status {
    const Keyed sealed = vault().seal_state(name, value);
    erased_ = true;
    return writer().run("INSERT OR REPLACE INTO state VALUES (?, ?, ?)", name, sealed.key, sealed.thing);
  });
}

Status SqliteTransaction::erase_state(const std::string& name) {
  return attempt([&] { return erase("DELETE FROM state WHERE name = ?", name); });
}

Status SqliteTransaction::put_agreement(const AgreementRecord& agreement) {
  return account([&]() -> Status {
    TRY(require_ids({agreement.id}));
    return writer().run("INSERT INTO agreement (agreement_id, state, sealed_body) VALUES (?, ?, ?)", agreement.id,
                        static_cast<int>(agreement.state), vault().seal(agreement));
  });
}

Status SqliteTransaction::update_agreement(const AgreementRecord& agreement) {
  return account([&]() -> Status {
    TRY(writer().run("UPDATE agreement SET state = ?, sealed_body = ? WHERE agreement_id = ?",
                     static_cast<int>(agreement.state), vault().seal(agreement), agreement.id));
    return changed() ? Status() : not_found("agreement");
  });
}

// ---- the answering side

Status SqliteTransaction::put_case(const Case& record) {
  return account([&]() -> Status {
    TRY(require_ids({record.case_id, record.exchange_id, record.partner}));
    return writer().run(
        "INSERT INTO \"case\" (case_id, partner, exchange_id, state, expires_ms, sealed_body) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        record.case_id, record.partner, record.exchange_id, static_cast<int>(record.state), record.expires_ms,
        vault().seal(record));
  });
}

Status SqliteTransaction::update_case(const Case& record) {
  return account([&]() -> Status {
    TRY(
        writer().run("UPDATE \"case\" SET partner = ?, exchange_id = ?, state = ?, expires_ms = ?, sealed_body = ? "
                     "WHERE case_id = ?",
                     record.partner, record.exchange_id, static_cast<int>(record.state), record.expires_ms,
                     vault().seal(record), record.case_id));
    return changed() ? Status() : not_found("case");
  });
}

Status SqliteTransaction::erase_case(const std::string& case_id) {
  return account([&]() -> Status {
    TRY(erase("DELETE FROM \"case\" WHERE case_id = ?", case_id));
    return changed() ? Status() : not_found("case");
  });
}

Status SqliteTransaction::put_case_exhibit(const std::string& case_id, ByteView exhibit) {
  return account([&]() -> Status {
    ASSIGN_OR_RETURN(const std::int64_t known, writer().number(0, "SELECT 1 FROM \"case\" WHERE case_id = ?", case_id));
    if (known == 0) return not_found("case");
    const Keyed sealed = vault().seal_exhibit(case_id, exhibit);
    return writer().run("INSERT INTO exhibit VALUES (?, ?, ?)", case_id, sealed.key, sealed.thing);
  });
}

Status SqliteTransaction::destroy_case_exhibit(const std::string& case_id) {
  return account([&] { return erase("DELETE FROM exhibit WHERE case_id = ?", case_id); });
}

// ---- seeded cases

Status SqliteTransaction::put_practice_pair(const PracticePair& pair) {
  return account([&]() -> Status {
    TRY(require_ids({pair.pair_id}));
    const Keyed sealed = vault().seal_practice_pair(pair);
    return writer().run(
        "INSERT INTO practice_pair (pair_id, truth, added_ms, sealed_key, sealed_pair) VALUES (?, ?, ?, ?, ?)",
        pair.pair_id, static_cast<int>(pair.truth), pair.added_ms, sealed.key, sealed.thing);
  });
}

Status SqliteTransaction::erase_practice_pair(const std::string& pair_id) {
  return account([&]() -> Status {
    TRY(erase("DELETE FROM practice_pair WHERE pair_id = ?", pair_id));
    return changed() ? Status() : not_found("seeded pair");
  });
}

Status SqliteTransaction::put_practice_case(const PracticeCase& record, ByteView exhibit) {
  return account([&]() -> Status {
    TRY(require_ids({record.case_id, record.partner}));
    TRY(
        writer().run("INSERT INTO practice_case (case_id, partner, state, opened_ms, expires_ms, follows, sealed_body) "
                     "VALUES (?, ?, ?, ?, ?, (SELECT coalesce(max(number), 0) FROM \"case\"), ?)",
                     record.case_id, record.partner, static_cast<int>(record.state), record.opened_ms,
                     record.expires_ms, vault().seal(record)));
    const Keyed sealed = vault().seal_practice_exhibit(record.case_id, exhibit);
    return writer().run("INSERT INTO practice_exhibit VALUES (?, ?, ?)", record.case_id, sealed.key, sealed.thing);
  });
}

Status SqliteTransaction::update_practice_case(const PracticeCase& record) {
  return account([&]() -> Status {
    TRY(writer().run("UPDATE practice_case SET state = ?, expires_ms = ?, sealed_body = ? WHERE case_id = ?",
                     static_cast<int>(record.state), record.expires_ms, vault().seal(record), record.case_id));
    return changed() ? Status() : not_found("case");
  });
}

Status SqliteTransaction::destroy_practice_exhibit(const std::string& case_id) {
  return account([&] { return erase("DELETE FROM practice_exhibit WHERE case_id = ?", case_id); });
}

Status SqliteTransaction::erase_practice_case(const std::string& case_id) {
  return account([&]() -> Status {
    TRY(erase("DELETE FROM practice_case WHERE case_id = ?", case_id));
    return changed() ? Status() : not_found("case");
  });
}

Status SqliteTransaction::put_answer(const Answer& answer) {
  return account([&] {
    return writer().run("INSERT INTO answer VALUES (?, ?, ?, ?, ?, ?)", answer.partner, answer.exchange_id,
                        static_cast<int>(answer.outcome), answer.reference, encode(answer.reasons),
                        answer.forget_after_ms);
  });
}

Status SqliteTransaction::add_quota(const QuotaKey& key) {
  return account([&] {
    return writer().run("INSERT INTO quota VALUES (?, ?, ?, ?, 1) ON CONFLICT DO UPDATE SET used = used + 1",
                        key.countries, to_string(key.purpose), key.country, key.hour);
  });
}

Status SqliteTransaction::remember_message(const std::string& partner, const std::string& message_id,
                                           std::int64_t forget_after_ms) {
  return attempt([&]() -> Status {
    const Status put = writer().run("INSERT INTO message VALUES (?, ?, ?)", partner, message_id, forget_after_ms);
    if (!put.ok() && put.error().code == Code::kAlreadyExists)
      return Error{Code::kReplayed, "this message was received before"};
    return put;
  });
}

Status SqliteTransaction::forget_messages(std::int64_t now_ms) {
  return attempt([&] { return writer().run("DELETE FROM message WHERE forget_after_ms < ?", now_ms); });
}

Result<std::int64_t> SqliteTransaction::forget_answers(std::int64_t now_ms) {
  auto forgotten = attempt([&]() -> Result<std::int64_t> {
    TRY(writer().run("DELETE FROM answer WHERE forget_after_ms < ?", now_ms));
    const std::int64_t answers = writer().changes();
    TRY(writer().run("DELETE FROM quota WHERE hour < ?", now_ms / kHourMs - kQuotaHoursKept));
    return answers + writer().changes();
  });
  accountable_ = accountable_ || (forgotten.ok() && *forgotten > 0);
  return forgotten;
}

// ---- the asking side

Status SqliteTransaction::put_released(const Question& question) {
  if (question.released.empty()) return {};
  const std::string& id = question.exchange_id;
  TRY(erase("DELETE FROM released WHERE exchange_id = ?", id));
  const Keyed sealed = vault().seal_released(id, question.released);
  return writer().run("INSERT INTO released VALUES (?, ?, ?)", id, sealed.key, sealed.thing);
}

Status SqliteTransaction::put_question(const Question& question) {
  return account([&]() -> Status {
    TRY(require_ids({question.exchange_id}));
    TRY(writer().run(
        "INSERT INTO question (exchange_id, state, expires_ms, retention_until_ms, sealed_body) VALUES (?, ?, ?, ?, ?)",
        question.exchange_id, static_cast<int>(question.state), question.expires_ms, question.retention_until_ms,
        vault().seal(question)));
    return put_released(question);
  });
}

Status SqliteTransaction::update_question(const Question& question) {
  return account([&]() -> Status {
    TRY(writer().run(
        "UPDATE question SET state = ?, expires_ms = ?, retention_until_ms = ?, sealed_body = ? WHERE exchange_id = ?",
        static_cast<int>(question.state), question.expires_ms, question.retention_until_ms, vault().seal(question),
        question.exchange_id));
    if (!changed()) return not_found("question");
    return put_released(question);
  });
}

Status SqliteTransaction::erase_released(const std::string& exchange_id) {
  return account([&] { return erase("DELETE FROM released WHERE exchange_id = ?", exchange_id); });
}

Status SqliteTransaction::erase_question(const std::string& exchange_id) {
  return account([&]() -> Status {
    TRY(erase("DELETE FROM question WHERE exchange_id = ?", exchange_id));
    return changed() ? Status() : not_found("question");
  });
}

Status SqliteTransaction::enqueue(const OutboxItem& item) {
  return attempt([&]() -> Status {
    TRY(require_ids({item.id}));
    ASSIGN_OR_RETURN(const std::int64_t waiting,
                     writer().number(0, "SELECT count(*) FROM outbox WHERE peer = ?", item.peer));
    if (!item.whatever_waits && waiting >= static_cast<std::int64_t>(limits::kOutboxPerPeerMax))
      return Error{Code::kQuotaExceeded, "too much waits for " + item.peer + ": it has been out of reach for too long"};
    const Keyed sealed = vault().seal_payload(item.id, item.payload);
    return writer().run("INSERT INTO outbox VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", item.id, item.peer, item.kind,
                        sealed.key, sealed.thing, item.created_ms, item.expires_ms, item.next_try_ms, item.attempts);
  });
}

Status SqliteTransaction::rewrite_payload(const std::string& id, ByteView payload) {
  return attempt([&]() -> Status {
    const Keyed sealed = vault().seal_payload(id, payload);
    TRY(writer().run("UPDATE outbox SET sealed_key = ?, sealed_payload = ? WHERE id = ?", sealed.key, sealed.thing,
                     id));
    if (!changed()) return not_found("message in the outbox");
    erased_ = true;
    return {};
  });
}

Status SqliteTransaction::hasten(const std::string& id, std::int64_t next_try_ms) {
  return attempt([&]() -> Status {
    TRY(writer().run("UPDATE outbox SET next_try_ms = ?, attempts = 0 WHERE id = ?", next_try_ms, id));
    return changed() ? Status() : not_found("message in the outbox");
  });
}

Status SqliteTransaction::reschedule(const std::string& id, std::int64_t next_try_ms) {
  return attempt([&]() -> Status {
    TRY(writer().run("UPDATE outbox SET next_try_ms = ?, attempts = attempts + 1 WHERE id = ?", next_try_ms, id));
    return changed() ? Status() : not_found("message in the outbox");
  });
}

Status SqliteTransaction::remove_outbox(const std::string& id) {
  return attempt([&] { return erase("DELETE FROM outbox WHERE id = ?", id); });
}

// ---- tasks

Status SqliteTransaction::put_task(const Task& task) {
  return attempt([&]() -> Status {
    TRY(require_ids({task.task_id}));
    ASSIGN_OR_RETURN(const std::int64_t kept, writer().number(0, "SELECT count(*) FROM task"));
    if (kept >= static_cast<std::int64_t>(limits::kTasksMax))
      return Error{Code::kQuotaExceeded, "too many tasks wait or are kept: fetch results, or try again later"};
    const Keyed sealed = vault().seal_task(task);
    return writer().run("INSERT INTO task (task_id, state, expires_ms, sealed_key, sealed_task) VALUES (?, ?, ?, ?, ?)",
                        task.task_id, static_cast<int>(task.state), task.expires_ms, sealed.key, sealed.thing);
  });
}

Status SqliteTransaction::update_task(const Task& task) {
  return attempt([&]() -> Status {
    const Keyed sealed = vault().seal_task(task);
    TRY(writer().run("UPDATE task SET state = ?, expires_ms = ?, sealed_key = ?, sealed_task = ? WHERE task_id = ?",
                     static_cast<int>(task.state), task.expires_ms, sealed.key, sealed.thing, task.task_id));
    if (!changed()) return not_found("task");
    erased_ = true;
    return {};
  });
}

Status SqliteTransaction::erase_task(const std::string& task_id) {
  return attempt([&] { return erase("DELETE FROM task WHERE task_id = ?", task_id); });
}

// ---- calls that may come again

Status SqliteTransaction::put_once(const Once& once, std::int64_t now_ms) {
  return attempt([&]() -> Status {
    TRY(require_ids({once.name, once.caller}));
    ASSIGN_OR_RETURN(const std::int64_t kept, writer().number(0, kCountOnce, once.caller, now_ms));
    if (kept >= static_cast<std::int64_t>(limits::kOncePerCallerMax))
      return Error{Code::kQuotaExceeded, "too many of these keys within a day: the oldest go when they are a day old"};
    TRY(writer().run("DELETE FROM once WHERE name = ? AND forget_after_ms <= ?", once.name, now_ms));
    erased_ = erased_ || changed();
    const Keyed sealed = vault().seal_once(once.name, once.body);
    TRY(writer().run("INSERT INTO once VALUES (?, ?, ?, ?, ?)", once.name, once.caller, once.forget_after_ms,
                     sealed.key, sealed.thing));
    for (const std::string& person_id : once.about)
      TRY(writer().run("INSERT INTO once_about VALUES (?, ?)", person_id, once.name));
    return {};
  });
}

Status SqliteTransaction::forget_once(std::int64_t now_ms) {
  return attempt([&]() -> Status {
    TRY(writer().run("DELETE FROM once WHERE forget_after_ms <= ?", now_ms));
    erased_ = erased_ || changed();
    return {};
  });
}

// That the call was made stays: it must have no second effect.
Status SqliteTransaction::drop_answers_about(const std::string& id) {
  TRY(
      erase("UPDATE once SET sealed_key = x'', sealed_answer = x'' WHERE name IN "
            "(SELECT name FROM once_about WHERE person_id = ?)",
            id));
  return erase("DELETE FROM once_about WHERE person_id = ?", id);
}

Status SqliteTransaction::erase_answers_about(const std::string& id) {
  return attempt([&] { return drop_answers_about(id); });
}

// ---- the log

Status SqliteTransaction::append_log(const LogRow& row, const Json& details, const std::set<std::string>& about) {
  return attempt([&]() -> Status {
    if (row.leaf.size() > kLeafBytesMax) return Error{Code::kTooLarge, "a log entry is too large"};
    ASSIGN_OR_RETURN(const std::uint64_t size, read_log_size(writer()));
    if (row.index != size)
      return Error{Code::kConflict,
                   "the log's next entry is " + std::to_string(size) + ", not " + std::to_string(row.index)};
    TRY(writer().run("INSERT INTO log VALUES (?, ?, ?, ?)", row.index, row.leaf, row.leaf_hash, row.checkpoint));
    // Every entry has details, be they empty: one without is one whose details were erased (tally.cc).
    const Keyed sealed = vault().seal_details(row.index, details.is_null() ? Json(Json::Object()) : details);
    TRY(writer().run("INSERT INTO log_details VALUES (?, ?, ?)", row.index, sealed.key, sealed.thing));
    for (const std::string& pseudonym : about)
      TRY(writer().run("INSERT INTO log_about VALUES (?, ?)", pseudonym, row.index));
    ++entries_;
    return {};
  });
}

Status SqliteTransaction::erase_log_details(std::uint64_t index) {
  return account([&]() -> Status {
    TRY(writer().run("DELETE FROM log_details WHERE number = ?", index));
    erased_ = erased_ || changed();
    return {};
  });
}

Status SqliteTransaction::add_cosigned_checkpoint(const std::string& note) {
  return attempt([&] { return writer().run("INSERT OR IGNORE INTO cosigned (note) VALUES (?)", note); });
}

}  // namespace puente::store
