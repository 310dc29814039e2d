// Store: the durable truth of a node, as an interface. A driver keeps it (sqlite/: one database in the data directory,
// written by one process); contract_test.cc says what every driver owes. What identifies a person is sealed (vault.h)
// before a driver gets it. Format, keys and what erasing means: docs/formats/database.md.
//
// Keys: the store is opened with the node key. Under it lie the keys of single things (a person, an exhibit, released
// data, a queued message, a task, the details of a log entry); destroying a thing destroys its key and its rows, and
// nothing of them stays in any file. Ids and dates are in clear, and what the lookups below need; no name, image or
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
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "core/agreement.h"
#include "core/case.h"
#include "core/json.h"
#include "core/log_line.h"
#include "core/log_storage.h"
#include "core/person.h"
#include "core/practice.h"
#include "core/protection.h"
#include "core/task.h"
#include "core/wait_stats.h"
#include "core/watchlist.h"

namespace puente::store {

struct EncounterId {
  std::string person_id, encounter_id;
  bool operator==(const EncounterId&) const = default;
};

struct Template {
  Features features;
  std::optional<Cut> cut;  // none: not known, as of what an older version enrolled
};

struct TemplateRow {
  std::string person_id, encounter_id;
  Features features;
  std::optional<Cut> cut;
  Standing standing;  // of its encounter
};

// A message that waits for a peer. The payload is sealed under the item's own key.
struct OutboxItem {
  std::string id;    // of the message
  std::string peer;  // a country, or an overseer's name
  std::string kind;  // "question", "release", …: the service's word; a newer version's may be unknown to it
  Bytes payload;
  std::int64_t created_ms = 0, expires_ms = 0, next_try_ms = 0;
  int attempts = 0;
  // Not kept: taken whatever waits for the peer already. For what there is no more of than of cases.
  bool whatever_waits = false;
};
// The same before anything is opened: what is damaged inside stops nobody from being told of it.
struct OutboxHead {
  std::string id, peer, kind;
  std::int64_t expires_ms = 0;
  int attempts = 0;
};

// A place in the list of cases. Whoever is decided leaves theirs for another; the place stays.
struct CasePlace {
  bool over = false;
  std::int64_t rank = 0, number = 0;
  bool seeded = false;
};
struct ListedCase {
  std::string case_id;
  CasePlace place;
};

// Which cases, and from where on: open ones first, those with least time left before all others; then what is over,
// newest first.
struct CasePage {
  std::optional<CaseState> state{};
  std::string partner{};             // empty: all
  std::optional<CasePlace> after{};  // where the page before ended, whatever stands there by now; none: from the first
  std::size_t limit = 1000;
  // Seeded cases among them, in the places that hits would have: those that are opened by then. None: hits alone.
  std::optional<std::int64_t> seeded_until_ms{};
};

// What a row is found by, in the order in which they came; nothing of it is opened. No number is used again.
struct CaseHead {
  std::int64_t number = 0;
  std::string case_id;
  CaseState state = CaseState::kOpen;
};
// Seeded ones: few, and nothing else finds them.
struct PracticeHead {
  std::string case_id;
  CaseState state = CaseState::kOpen;
  std::int64_t opened_ms = 0, expires_ms = 0;
};
struct PairHead {
  std::string pair_id;
  Truth truth = Truth::kNonMate;
  std::int64_t added_ms = 0;
};
struct QuestionHead {
  std::int64_t number = 0;
  std::string exchange_id;
  bool holds_released = false;
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

// Questions of one country under the agreements between two for one purpose in one hour (hours since 1970).
struct QuotaKey {
  std::string countries;  // the two
  Purpose purpose = Purpose::kBorderIdentification;
  std::string country;  // that asks
  std::int64_t hour = 0;
};

// Work that outlives its request: put, done once by whoever works, its result fetched until it expires.
struct Task {
  std::string task_id;
  std::string kind;       // the service's word
  std::string requester;  // a user's id
  TaskState state = TaskState::kWaiting;
  std::int64_t created_ms = 0, expires_ms = 0;
  std::string callback;  // the name of whom to tell, or empty
  Bytes request;         // empty it when it is done: what is not needed is not kept
  Bytes result;
};

// What somebody who may call again was answered, kept with the effect of their call. `name` stands for caller and key,
// `caller` for whose it is; both of the service's making, and say nothing by themselves.
struct Once {
  std::string name, caller;
  std::int64_t forget_after_ms = 0;
  // Whom the body names, by person_id: erased with any of them. That the call was made stays known.
  std::set<std::string> about;
  Bytes body;  // empty: it was erased
};

// Why a transaction brings no entry for the log: nobody could be asked about what it changed. A commit that says one
// may contain nothing but messages, queue and tasks.
enum class Housekeeping {
  kDelivery,     // a queued message goes out later, or no more
  kForgetting,   // ids of messages, and answers that may be fetched again, past their time
  kCosignature,  // an overseer's line under a checkpoint of ours
  kTask,         // work that waits, or its result: what it does to people and cases has entries of its own
  kState,        // what the node remembers of itself
};

// All or nothing: what is not committed when it is destroyed never was. A refusal (kAlreadyExists, kNotFound,
// kReplayed, kInvalidInput, …) changes nothing and the transaction goes on; after a failure of the storage itself every
// further call, commit() too, returns that failure.
class Transaction {
 public:
  Transaction() = default;
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  virtual ~Transaction() = default;

  // kAlreadyExists when the person has an encounter of that id; kInvalidInput for a template of no place. Makes the
  // person's key at the first encounter.
  virtual Status put_encounter(const Encounter& encounter, std::span<const Template> templates) = 0;
  virtual Status erase_person(const std::string& person_id) = 0;  // kNotFound
  // kNotFound. With the last encounter the person goes.
  virtual Status erase_encounter(const std::string& person_id, const std::string& encounter_id) = 0;

  // What a database of before version 7 asks for once, at the first start: the key of each person to where its holder
  // is not hidden. Does nothing later.
  virtual Status seal_keys_anew() = 0;
  virtual Status put_protection(const Protection& protection) = 0;    // adds or replaces
  virtual Status erase_protection(const std::string& person_id) = 0;  // no error when there is none
  virtual Result<std::int64_t> put_alarm(const Alarm& alarm) = 0;     // its number
  virtual Status update_alarm(const Alarm& alarm) = 0;                // kNotFound
  // Adds or replaces, with the ids of its hand. next_end_ms: when the service must look at it.
  virtual Status put_watchlist_entry(const WatchlistEntry& entry, std::int64_t next_end_ms) = 0;
  virtual Status erase_watchlist_entry(const std::string& entry_id) = 0;              // kNotFound; its alerts stay
  virtual Result<std::int64_t> put_watchlist_alert(const WatchlistAlert& alert) = 0;  // its number
  virtual Status update_watchlist_alert(const WatchlistAlert& alert) = 0;             // kNotFound
  virtual Status erase_watchlist_alert(std::int64_t number) = 0;                      // kNotFound
  // A small thing that the node remembers of itself, by name; replaced, its older value is gone for good.
  virtual Status put_state(const std::string& name, ByteView value) = 0;
  virtual Status erase_state(const std::string& name) = 0;  // no error when there is none

  virtual Status put_agreement(const AgreementRecord& agreement) = 0;     // kAlreadyExists
  virtual Status update_agreement(const AgreementRecord& agreement) = 0;  // kNotFound

  virtual Status erase_case(const std::string& case_id) = 0;          // with its exhibit. kNotFound
  virtual Status erase_question(const std::string& exchange_id) = 0;  // with what was released. kNotFound

  virtual Status put_case(const Case& record) = 0;  // kAlreadyExists: the id, or this partner's exchange id
  virtual Status update_case(const Case& record) = 0;
  virtual Status put_case_exhibit(const std::string& case_id, ByteView exhibit) = 0;
  virtual Status destroy_case_exhibit(const std::string& case_id) = 0;  // no error when it is gone already
  // Seeded pairs, which wait, and cases made of them: never among the cases of hits but in a CasePage that asks.
  virtual Status put_practice_pair(const PracticePair& pair) = 0;                      // kAlreadyExists
  virtual Status erase_practice_pair(const std::string& pair_id) = 0;                  // kNotFound
  virtual Status put_practice_case(const PracticeCase& record, ByteView exhibit) = 0;  // kAlreadyExists
  virtual Status update_practice_case(const PracticeCase& record) = 0;                 // kNotFound
  virtual Status destroy_practice_exhibit(const std::string& case_id) = 0;             // as of a case's
  virtual Status erase_practice_case(const std::string& case_id) = 0;                  // kNotFound
  virtual Status put_answer(const Answer& answer) = 0;                                 // kAlreadyExists
  virtual Status add_quota(const QuotaKey& key) = 0;                                   // counts one question
  // kReplayed when this partner's message was seen before.
  virtual Status remember_message(const std::string& partner, const std::string& message_id,
                                  std::int64_t forget_after_ms) = 0;
  virtual Status forget_messages(std::int64_t now_ms) = 0;  // past their time
  // Answers past their time and quotas of days long over: how many.
  virtual Result<std::int64_t> forget_answers(std::int64_t now_ms) = 0;

  virtual Status put_question(const Question& question) = 0;  // kAlreadyExists
  virtual Status update_question(const Question& question) = 0;
  virtual Status erase_released(const std::string& exchange_id) = 0;  // the released data only; no error without any
  // kAlreadyExists; kQuotaExceeded over limits::kOutboxPerPeerMax for its peer, unless it is taken whatever waits.
  virtual Status enqueue(const OutboxItem& item) = 0;
  virtual Status rewrite_payload(const std::string& id, ByteView payload) = 0;     // under a new key. kNotFound
  virtual Status reschedule(const std::string& id, std::int64_t next_try_ms) = 0;  // counts the attempt
  virtual Status hasten(const std::string& id, std::int64_t next_try_ms) = 0;      // as if never tried. kNotFound
  virtual Status remove_outbox(const std::string& id) = 0;                         // no error when it is gone already

  virtual Status put_task(const Task& task) = 0;              // kAlreadyExists; kQuotaExceeded over limits::kTasksMax
  virtual Status update_task(const Task& task) = 0;           // kNotFound; destroys the key and the bytes of before
  virtual Status erase_task(const std::string& task_id) = 0;  // no error when it is gone already

  // kAlreadyExists; kQuotaExceeded over limits::kOncePerCallerMax of its caller. What is past its time at `now_ms`
  // counts for nothing.
  virtual Status put_once(const Once& once, std::int64_t now_ms) = 0;
  virtual Status forget_once(std::int64_t now_ms) = 0;  // past their time
  // The bodies that name this id, which is somebody's or their papers'. Of who is erased the store does so by itself.
  virtual Status erase_answers_about(const std::string& id) = 0;

  // kConflict when row.index is not the next, kTooLarge over kLeafBytesMax. details: what the leaf's commitment covers,
  // salt included; null is an empty object.
  // about: pseudonyms of whom the details name, by which they are found when somebody is erased.
  virtual Status append_log(const LogRow& row, const Json& details, const std::set<std::string>& about = {}) = 0;
  virtual Status erase_log_details(std::uint64_t index) = 0;            // no error when they are gone already
  virtual Status add_cosigned_checkpoint(const std::string& note) = 0;  // of our own log, with overseers' lines

  // A keyed digest of every row that somebody may be asked about, this transaction's changes with them: the entry that
  // is committed with them carries it, so that a row which something else adds, changes or removes is noticed.
  virtual Digest rows_digest() const = 0;

  // Durable when it returns; only then may anybody be told. Whoever commits without an entry in the log says why; a
  // CHECK fails when that is not so.
  virtual Status commit() = 0;
  virtual Status commit(Housekeeping why) = 0;
};

// Of a database that an older version wrote: no entry of its log carries a digest of the rows yet.
inline constexpr const char* kNotYetBound = "not-yet-bound";

// A state of this name is destroyed with whoever is erased: the key of a file that holds what people were.
inline constexpr const char* kKeyOfPeople = "key-of-people";

// What is kept of people, to be read by whoever has it.
class People {
 public:
  People() = default;
  People(const People&) = delete;
  People& operator=(const People&) = delete;
  virtual ~People() = default;
  virtual Result<Encounter> encounter(const std::string& person_id, const std::string& encounter_id) const = 0;
  // The same without its samples: no image is opened, whole or damaged.
  virtual Result<Encounter> encounter_facts(const std::string& person_id, const std::string& encounter_id) const = 0;
  virtual Result<std::vector<std::string>> encounter_ids(const std::string& person_id) const = 0;  // oldest first
  virtual Result<std::vector<Template>> templates(const EncounterId& id) const = 0;  // as they were put; kNotFound
};

class Store : public LogStorage, public WitnessStorage, public People {
 public:
  // People
  // For one question of this country's, or one answer to it: what opens people for it are keys of its own, among which
  // there is none of anybody who is hidden from it (R2, R3). Who is hidden is for it not there: kNotFound, no
  // encounters. Must not outlive the store. Whoever is hidden from a set of countries that nobody was hidden from
  // before is not there for it either.
  virtual std::unique_ptr<const People> people_for(const std::string& country) const = 0;
  virtual Result<std::size_t> people() const = 0;
  virtual Result<std::map<std::string, std::int64_t>> encounters_of_each() const = 0;  // how many, by person
  // Every template, in the order of their enrolment: fills the gallery at start. Stops at the first error of `take`.
  virtual Status each_template(const std::function<Status(TemplateRow)>& take) const = 0;
  virtual Result<std::vector<EncounterId>> encounters_past_retention(std::int64_t now_ms, std::size_t limit) const = 0;

  virtual Result<std::optional<Protection>> protection(const std::string& person_id) const = 0;
  virtual Result<std::vector<Protection>> protections() const = 0;  // all
  // Oldest first, from the one after that number.
  virtual Result<std::vector<Alarm>> alarms(bool unseen_only, std::size_t limit, std::int64_t after = 0) const = 0;
  virtual Result<std::optional<Bytes>> state(const std::string& name) const = 0;

  // Watchlists
  virtual Result<WatchlistEntry> watchlist_entry(const std::string& entry_id) const = 0;             // kNotFound
  virtual Result<std::vector<std::string>> watchlist_ids() const = 0;                                // oldest first
  virtual Result<std::vector<std::string>> watchlist_about(const std::string& person_id) const = 0;  // of whose hand
  virtual Result<std::vector<std::string>> watchlist_past(std::int64_t now_ms,
                                                          std::size_t limit) const = 0;  // next_end_ms <= now
  virtual Result<std::vector<WatchlistAlert>> watchlist_alerts() const = 0;              // newest first
  virtual Result<std::vector<std::int64_t>> watchlist_alerts_past(std::int64_t now_ms, std::size_t limit) const = 0;

  // Agreements
  virtual Result<std::vector<AgreementRecord>> agreements() const = 0;  // in the order they were accepted
  virtual Result<AgreementRecord> agreement(const std::string& id) const = 0;

  // The answering side
  virtual Result<Case> case_record(const std::string& case_id) const = 0;
  virtual Result<std::vector<ListedCase>> listed_cases(const CasePage& page) const = 0;
  virtual Result<std::vector<CaseHead>> cases_since(std::int64_t number) const = 0;  // all of a greater one
  virtual Result<std::size_t> count_cases(CaseState state) const = 0;
  // Undecided ones, open or confirmed, whose expires_ms <= now; and those that are over. Longest past first.
  virtual Result<std::vector<std::string>> undecided_cases_past(std::int64_t now_ms, std::size_t limit) const = 0;
  virtual Result<std::vector<std::string>> ended_cases_past(std::int64_t now_ms, std::size_t limit) const = 0;
  virtual Result<Bytes> case_exhibit(const std::string& case_id) const = 0;  // kNotFound: destroyed
  virtual Result<std::vector<PairHead>> practice_pairs() const = 0;          // oldest first
  virtual Result<PracticePair> practice_pair(const std::string& pair_id) const = 0;
  virtual Result<std::vector<PracticeHead>> practice_heads() const = 0;  // oldest first
  virtual Result<PracticeCase> practice_case(const std::string& case_id) const = 0;
  virtual Result<Bytes> practice_exhibit(const std::string& case_id) const = 0;  // kNotFound: destroyed
  // In so many hours, its own the last.
  virtual Result<std::int64_t> quota_used(const QuotaKey& key, std::int64_t hours) const = 0;
  virtual Result<std::optional<Answer>> answer(const std::string& partner, const std::string& exchange_id) const = 0;

  // The asking side
  virtual Result<Question> question(const std::string& exchange_id) const = 0;
  // Newest first, those asked before this one; of an empty id from the newest.
  virtual Result<std::vector<std::string>> questions_before(const std::string& exchange_id,
                                                            std::size_t limit) const = 0;
  virtual Result<std::vector<QuestionHead>> questions_since(std::int64_t number) const = 0;  // all of a greater one
  // Those that hold released data whose retention_until_ms <= now.
  virtual Result<std::vector<std::string>> questions_past_retention(std::int64_t now_ms, std::size_t limit) const = 0;
  // Those in this state whose expires_ms <= now; and those over, holding nothing released, whose expires_ms <= now.
  virtual Result<std::vector<std::string>> questions_past_deadline(QuestionState state, std::int64_t now_ms,
                                                                   std::size_t limit) const = 0;
  virtual Result<std::vector<std::string>> ended_questions_past(std::int64_t now_ms, std::size_t limit) const = 0;
  // Whom something is due for that has not expired: next_try_ms <= now, or further off than any pause is, so that the
  // clock was changed.
  virtual Result<std::vector<std::string>> outbox_peers(std::int64_t now_ms) const = 0;
  virtual Result<std::vector<OutboxHead>> outbox_due(const std::string& peer, std::int64_t now_ms,
                                                     std::size_t limit) const = 0;  // least tried first, then longest
  virtual Result<std::vector<OutboxHead>> outbox_past(std::int64_t now_ms,
                                                      std::size_t limit) const = 0;  // expires <= now
  virtual Result<OutboxItem> outbox_item(const std::string& id) const = 0;           // kNotFound
  virtual Result<std::size_t> outbox_size() const = 0;

  // Tasks
  virtual Result<Task> task(const std::string& task_id) const = 0;
  virtual Result<std::vector<std::string>> tasks_waiting(std::size_t limit) const = 0;  // oldest first
  virtual Result<std::vector<std::string>> tasks_past(std::int64_t now_ms,
                                                      std::size_t limit) const = 0;  // expires <= now

  // Calls that may come again. Without whom it names, which the body does.
  virtual Result<std::optional<Once>> once(const std::string& name, std::int64_t now_ms) const = 0;
  virtual Result<std::size_t> count_once(const std::string& caller, std::int64_t now_ms) const = 0;

  // The log's details
  virtual Result<Json> log_details(std::uint64_t index) const = 0;  // kNotFound: erased
  virtual Result<std::vector<std::uint64_t>> log_details_about(
      const std::string& pseudonym) const = 0;  // in their order
  virtual Result<std::vector<std::uint64_t>> newest_log_details_about(const std::string& pseudonym,
                                                                      std::size_t limit) const = 0;  // newest first
  // The entries from `first` on whose details are still there, in their order.
  virtual Result<std::vector<std::uint64_t>> log_details_from(std::uint64_t first, std::size_t limit) const = 0;

  // What this node, as an overseer, remembers of others' logs (WitnessStorage): each call is a transaction of its own,
  // never inside one. The node's own log: LogStorage.

  virtual std::unique_ptr<Transaction> begin() = 0;  // waits for its turn
  // Whether the last transaction failed because nothing could be written.
  virtual bool is_full() const = 0;
  virtual WaitStats waited() const = 0;  // in begin(), since the store was opened
  // Whoever works in the background calls it now and then: what a reader or a full disk kept on the disk although it is
  // erased, or of a transaction that was undone, goes as soon as it can.
  virtual void tidy() = 0;

  // What opening put right in a database of an older version, a sentence each: to be told to whoever runs the node.
  virtual const std::vector<std::string>& opening_notes() const = 0;

  // The same as Transaction's, counted anew from the rows as they lie there; of one moment with log_size as it was
  // then.
  struct Rows {
    Digest digest{};
    Digest digest_of_before{};  // the same as versions wrote it that knew no seal
    std::uint64_t log_size = 0;
    bool none = false;  // there is no such row
    // Rows that the node works with and no entry tells of (what waits to be sent, messages seen, tasks, cosignatures,
    // an overseer's memory, …): whether they are as the last transaction left them, by the seal that it left beside
    // them.
    enum class Seal { kFits, kNone, kBroken } seal = Seal::kNone;
  };
  virtual Result<Rows> rows() const = 0;
  virtual const Rows& rows_when_opened() const = 0;  // for writing, before anything was

  // fsck: the file's own structure, every sealed record opens, every reference leads somewhere, every leaf has its
  // hash. One line a problem, at most 100; empty when all is well. Does not verify the Merkle tree: audit::verify does.
  virtual std::vector<std::string> check() const = 0;
};

// The log's first `size` lines, in order, with the details that are still there, until `take` fails.
Status each_line(const Store& store, std::uint64_t size, const std::function<Status(const LogLine&)>& take);

enum class Mode {
  kCreate,    // a new database; kAlreadyExists when there is one
  kOpen,      // kNotFound when there is none; one of an older version is brought up to date
  kReadOnly,  // takes no lock, so beside a running node too; begin() gives a Transaction that refuses everything
};

// kConflict: another process has this directory open. kUnsupported: a database of a newer version, or not ours; read
// only, of an older one as well. kUnauthenticated: another node key. `random` must outlive the store.
Result<std::unique_ptr<Store>> open(const std::string& directory, Mode mode, SecretKey node_key, Random& random);

// The log of a data directory, or of a copy of one, without any key: leaves are not sealed. Read only, no lock, of any
// version.
Result<std::unique_ptr<LogStorage>> open_log(const std::string& directory);

}  // namespace puente::store
