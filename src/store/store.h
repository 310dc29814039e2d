// Store: the durable truth of a node. One SQLite database in its data directory (DIR/puente.db), written by one
// process; what identifies a person is sealed before it gets there. Format, keys and what erasing means:
// docs/formats/database.md.
//
// Keys: the store is opened with the node key. Under it lie the keys of single things (a person, a probe, released
// data, a queued message, the details of a log entry); destroying a thing destroys its key and its rows, zeroes their
// pages and empties the write-ahead log. Ids and dates are in clear, and what the lookups below need; no name, image or
// template.
//
// Threads: any thread may call anything on a Store. Reads see what is committed. begin() waits until no other
// Transaction lives; a Transaction is used by the thread that began it. While one lives, nobody else changes anything,
// so reading, deciding and writing inside it is atomic. Reads inside a Transaction do not see its own writes.
//
// Errors of every call: kStorageFull (disk full or not writable: the transaction is rolled back, the store stays
// usable), kCorrupt (damaged file, or a sealed record that does not open), kNotFound, kConflict where said.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/agreement.h"
#include "core/case.h"
#include "core/json.h"
#include "core/log_storage.h"
#include "core/person.h"

namespace puente::store {

enum class Mode {
  kCreate,    // a new database; kAlreadyExists when there is one
  kOpen,      // kNotFound when there is none
  kReadOnly,  // takes no lock, so beside a running node too; begin() gives a Transaction that refuses everything
};

using Template = std::pair<Finger, Bytes>;  // the features as modality/finger writes them

struct TemplateRow {
  std::string person_id, encounter_id;
  Finger position = Finger::kUnknown;
  Bytes features;
  std::vector<std::string> withheld_from;  // of its encounter
};

struct EncounterId {
  std::string person_id, encounter_id;
  bool operator==(const EncounterId&) const = default;
};

// A message that waits for a peer. The payload is sealed under the item's own key.
struct OutboxItem {
  std::string id;    // of the message
  std::string peer;  // a country, or an overseer's name
  std::string kind;  // "question", "release", …: the service's word
  Bytes payload;
  std::int64_t created_ms = 0, expires_ms = 0, next_try_ms = 0;
  int attempts = 0;
};

// What we answered a partner's question, so that the same question gets the same answer without a second search.
enum class Outcome { kNoHit = 1, kReference = 2, kRefused = 3 };  // numbers are stored
struct Answer {
  std::string partner, exchange_id;
  Outcome outcome = Outcome::kNoHit;
  std::string reference;             // kReference: the case id
  std::vector<std::string> reasons;  // kRefused
  std::int64_t forget_after_ms = 0;
};

// Questions of one country under one agreement for one purpose on one UTC day (days since 1970).
struct QuotaKey {
  std::string agreement_id;
  Purpose purpose = Purpose::kBorderIdentification;
  std::string country;
  std::int64_t day = 0;
};

class Transaction;

class Store final : public LogStorage, public WitnessStorage {
 public:
  // kConflict: another process has this directory open. kUnsupported: a database of a newer version, or not ours.
  // kUnauthenticated: another node key. `random` must outlive the store.
  static Result<std::unique_ptr<Store>> open(const std::string& directory, Mode mode, SecretKey node_key,
                                             Random& random);
  ~Store() override;

  // People
  Result<Encounter> encounter(const std::string& person_id, const std::string& encounter_id) const;
  Result<std::vector<std::string>> encounter_ids(const std::string& person_id) const;  // oldest first; empty: unknown
  Result<std::size_t> people() const;
  // Every template, in the order of their enrolment: fills the gallery at start. Stops at the first error of `take`.
  Status each_template(const std::function<Status(TemplateRow)>& take) const;
  Result<std::vector<EncounterId>> encounters_past_retention(std::int64_t now_ms, std::size_t limit) const;

  // The answering side
  Result<Case> case_record(const std::string& case_id) const;
  Result<Case> case_of_exchange(const std::string& partner, const std::string& exchange_id) const;
  Result<std::vector<Case>> cases(std::optional<CaseState> state, std::size_t limit) const;  // newest first
  Result<std::vector<Case>> open_cases_past(std::int64_t now_ms, std::size_t limit) const;   // expires_ms <= now
  Result<Bytes> case_probe(const std::string& case_id) const;                                // kNotFound: destroyed
  Result<std::int64_t> quota_used(const QuotaKey& key) const;
  Result<std::optional<Answer>> answer(const std::string& partner, const std::string& exchange_id) const;

  // The asking side
  Result<Question> question(const std::string& exchange_id) const;
  Result<std::vector<Question>> questions(std::optional<QuestionState> state, std::size_t limit) const;  // newest first
  // Those that hold released data whose retention_until_ms <= now.
  Result<std::vector<Question>> questions_past_retention(std::int64_t now_ms, std::size_t limit) const;
  // Those still queued or waiting for the partner's examiner whose expires_ms <= now.
  Result<std::vector<Question>> questions_past_deadline(std::int64_t now_ms, std::size_t limit) const;
  Result<std::vector<OutboxItem>> outbox_due(std::int64_t now_ms, std::size_t limit) const;  // longest due first
  Result<OutboxItem> outbox_item(const std::string& id) const;                               // kNotFound
  Result<std::size_t> outbox_size() const;

  // The log
  Result<std::uint64_t> log_size() const override;
  Result<std::vector<LogRow>> log_rows(std::uint64_t first, std::size_t count_max) const override;
  Result<std::vector<std::string>> cosigned_checkpoints() const override;
  Result<Json> log_details(std::uint64_t index) const;  // kNotFound: none, or erased

  // What this node, as an overseer, remembers of others' logs. Each call is a transaction of its own: never inside one.
  Result<std::optional<Witnessed>> witnessed(const std::string& origin) const override;
  Status remember_witnessed(const std::string& origin, std::uint64_t old_size, const Witnessed& now) override;
  Status keep_evidence(const std::string& origin, ByteView request) override;

  Transaction begin();  // waits for its turn

  // fsck: the file's own structure, every sealed record opens, every reference leads somewhere, every leaf has its
  // hash. One line a problem, at most 100; empty when all is well. Does not verify the Merkle tree: audit::verify does.
  std::vector<std::string> check() const;

  struct Inside;  // store/ alone knows what it is

 private:
  explicit Store(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

// All or nothing: what is not committed when it is destroyed never was. A refusal (kAlreadyExists, kNotFound,
// kReplayed, kInvalidInput, …) changes nothing and the transaction goes on; after a failure of the storage itself every
// further call, commit() too, returns that failure.
class Transaction {
 public:
  Transaction(Transaction&&) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();

  // kAlreadyExists when the person has an encounter of that id. Makes the person's key at the first encounter.
  Status put_encounter(const Encounter& encounter, std::span<const Template> templates);
  Status erase_person(const std::string& person_id);  // kNotFound
  // kNotFound. With the last encounter the person goes.
  Status erase_encounter(const std::string& person_id, const std::string& encounter_id);

  Status put_case(const Case& record);  // kAlreadyExists: the id, or this partner's exchange id
  Status update_case(const Case& record);
  Status erase_case(const std::string& case_id);  // probe as well
  Status put_case_probe(const std::string& case_id, ByteView probe);
  Status destroy_case_probe(const std::string& case_id);  // no error when it is gone already
  Status put_answer(const Answer& answer);                // kAlreadyExists
  Result<std::int64_t> add_quota(const QuotaKey& key);    // counts one question; the count with it
  // kReplayed when this partner's message was seen before.
  Status remember_message(const std::string& partner, const std::string& message_id, std::int64_t forget_after_ms);
  Status forget_messages(std::int64_t now_ms);  // messages and answers past their time; also old quota days

  Status put_question(const Question& question);  // kAlreadyExists
  Status update_question(const Question& question);
  Status erase_released(const std::string& exchange_id);  // the released data only; no error when there are none
  Status erase_question(const std::string& exchange_id);
  Status enqueue(const OutboxItem& item);  // kAlreadyExists; kQuotaExceeded over limits::kOutboxMax
  Status reschedule(const std::string& id, std::int64_t next_try_ms);  // counts the attempt
  Status remove_outbox(const std::string& id);                         // no error when it is gone already

  // kConflict when row.index is not the next, kTooLarge over kLeafBytesMax. details: what the leaf's commitment covers,
  // salt included; null for none.
  Status append_log(const LogRow& row, const Json& details);
  Status erase_log_details(std::uint64_t index);            // no error when they are gone already
  Status add_cosigned_checkpoint(const std::string& note);  // of our own log, with overseers' lines

  Status commit();  // durable when it returns; only then may anybody be told

 private:
  friend class Store;
  struct Work;
  explicit Transaction(std::unique_ptr<Work> work);
  std::unique_ptr<Work> work_;
};

// The log of a data directory, or of a copy of one, without any key: leaves are not sealed. Read only, no lock.
Result<std::unique_ptr<LogStorage>> open_log(const std::string& directory);

}  // namespace puente::store
