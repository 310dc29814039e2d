#include <algorithm>

#include "core/check.h"
#include "core/limits.h"
#include "store/inside.h"

namespace puente::store {
namespace {

constexpr std::int64_t kQuotaDaysKept = 7;

Error not_found(const char* what) {
  return {Code::kNotFound, std::string("there is no such ") + what};
}

Status require_ids(std::initializer_list<std::string_view> ids) {
  for (std::string_view id : ids) {
    if (!is_id(id)) return Error{Code::kInvalidInput, "an id must be 1 to 64 letters, digits or . _ : -"};
  }
  return {};
}

// What the storage itself failed at, as against what the caller may not do.
bool of_storage(Code code) {
  return code == Code::kStorageFull || code == Code::kCorrupt || code == Code::kUnavailable || code == Code::kInternal;
}

}  // namespace

struct Transaction::Work {
  explicit Work(Store::Inside& store) : inside(store), lock(store.write_mutex) {
    failure = inside.writer ? inside.writer->script("BEGIN IMMEDIATE")
                            : Status(Code::kDenied, "the database is open for reading only");
  }
  ~Work() {
    if (inside.writer) roll_back();
  }
  Store::Inside& inside;
  std::unique_lock<std::mutex> lock;
  Status failure;
  bool erased = false;

  const Database& writer() const { return *inside.writer; }
  void roll_back() {
    if (writer().in_transaction()) (void)writer().script("ROLLBACK").ok();
  }
  // Runs one call of the transaction: undone when it refuses; when the storage fails, everything is.
  template <typename Do>
  auto attempt(Do&& work) -> decltype(work()) {
    if (!failure.ok()) return failure.error();
    if (Status begun = writer().script("SAVEPOINT call"); !begun.ok()) return fail(begun.error());
    auto result = work();
    if (!result.ok() && of_storage(result.error().code)) return fail(result.error());
    if (!result.ok()) {
      if (Status undone = writer().script("ROLLBACK TO call"); !undone.ok()) return fail(undone.error());
    }
    if (Status ended = writer().script("RELEASE call"); !ended.ok()) return fail(ended.error());
    return result;
  }
  Error fail(Error error) {
    failure = Status(error);
    roll_back();
    return error;
  }

  Bytes seal_under(const SecretKey& key, ByteView plain, const std::string& context) const {
    return seal(key, plain, context, inside.random);
  }
  Bytes wrap(const SecretKey& key, const std::string& context) const {
    return seal(inside.node_key, key.bytes(), context, inside.random);
  }
  Status erase(const char* sql, const std::string& id) {
    TRY(writer().run(sql, id));
    if (writer().changes() > 0) erased = true;
    return {};
  }
  Result<SecretKey> person_key(const std::string& person_id);
  Status put_samples(const SecretKey& key, const Encounter& encounter, std::span<const Template> templates);
  Status put_released(const Question& question);
};

Transaction::Transaction(std::unique_ptr<Work> work) : work_(std::move(work)) {}
Transaction::Transaction(Transaction&&) noexcept = default;
Transaction::~Transaction() = default;

Transaction Store::begin() {
  return Transaction(std::make_unique<Transaction::Work>(*inside_));
}

Status Transaction::commit() {
  Work& work = *work_;
  if (!work.failure.ok()) return work.failure.error();
  if (Status done = work.writer().script("COMMIT"); !done.ok()) return work.fail(done.error());
  work.failure = Status(Code::kConflict, "this transaction is over");
  if (work.erased || work.inside.residue) work.inside.empty_write_ahead_log();
  return {};
}

// ---- people

Result<SecretKey> Transaction::Work::person_key(const std::string& person_id) {
  auto known = read_person_key(writer(), inside, person_id);
  if (known.ok() || known.error().code != Code::kNotFound) return known;
  SecretKey fresh = SecretKey::generate(inside.random);
  TRY(writer().run("INSERT INTO person VALUES (?, ?)", person_id, wrap(fresh, context::person_key(person_id))));
  return fresh;
}

Status Transaction::Work::put_samples(const SecretKey& key, const Encounter& encounter,
                                      std::span<const Template> templates) {
  const std::int64_t number = writer().last_id();
  const EncounterId id{encounter.person_id, encounter.encounter_id};
  std::int64_t ordinal = 0;
  for (const Sample& sample : encounter.samples) {
    TRY(writer().run("INSERT INTO sample VALUES (?, ?, ?)", number, ordinal,
                     seal_under(key, encode(sample), context::sample(id, ordinal))));
    ++ordinal;
  }
  ordinal = 0;
  for (const auto& [position, features] : templates) {
    TRY(writer().run("INSERT INTO template VALUES (?, ?, ?, ?)", number, ordinal, static_cast<int>(position),
                     seal_under(key, features, context::finger_template(id, ordinal, position))));
    ++ordinal;
  }
  return {};
}

Status Transaction::put_encounter(const Encounter& encounter, std::span<const Template> templates) {
  return work_->attempt([&]() -> Status {
    TRY(require_ids({encounter.person_id, encounter.encounter_id}));
    if (encounter.samples.size() > limits::kSamplesPerEncounterMax ||
        templates.size() > limits::kTemplatesPerEncounterMax)
      return Error{Code::kTooLarge, "an encounter has too many samples"};
    ASSIGN_OR_RETURN(const SecretKey key, work_->person_key(encounter.person_id));
    const EncounterBody body{encounter.created_ms, encounter.retention_until_ms, encounter.biographic,
                             encounter.withheld_from, encounter.missing};
    const Bytes sealed =
        work_->seal_under(key, encode(body), context::encounter({encounter.person_id, encounter.encounter_id}));
    TRY(work_->writer().run(
        "INSERT INTO encounter (person_id, encounter_id, created_ms, retention_until_ms, sealed_body) "
        "VALUES (?, ?, ?, ?, ?)",
        encounter.person_id, encounter.encounter_id, encounter.created_ms, encounter.retention_until_ms, sealed));
    return work_->put_samples(key, encounter, templates);
  });
}

Status Transaction::erase_person(const std::string& person_id) {
  return work_->attempt([&]() -> Status {
    TRY(work_->writer().run("DELETE FROM encounter WHERE person_id = ?", person_id));
    TRY(work_->writer().run("DELETE FROM person WHERE person_id = ?", person_id));
    if (work_->writer().changes() == 0) return not_found("person");
    work_->erased = true;
    return {};
  });
}

Status Transaction::erase_encounter(const std::string& person_id, const std::string& encounter_id) {
  return work_->attempt([&]() -> Status {
    TRY(work_->writer().run("DELETE FROM encounter WHERE person_id = ? AND encounter_id = ?", person_id, encounter_id));
    if (work_->writer().changes() == 0) return not_found("encounter");
    work_->erased = true;
    return work_->writer().run(
        "DELETE FROM person WHERE person_id = ?1 AND NOT EXISTS (SELECT 1 FROM encounter WHERE person_id = ?1)",
        person_id);
  });
}

// ---- the answering side

Status Transaction::put_case(const Case& record) {
  return work_->attempt([&]() -> Status {
    TRY(require_ids({record.case_id, record.exchange_id, record.partner}));
    return work_->writer().run(
        "INSERT INTO review (case_id, partner, exchange_id, state, expires_ms, sealed_body) VALUES (?, ?, ?, ?, ?, ?)",
        record.case_id, record.partner, record.exchange_id, static_cast<int>(record.state), record.expires_ms,
        work_->seal_under(work_->inside.node_key, encode(record), context::case_record(record.case_id)));
  });
}

Status Transaction::update_case(const Case& record) {
  return work_->attempt([&]() -> Status {
    TRY(work_->writer().run(
        "UPDATE review SET partner = ?, exchange_id = ?, state = ?, expires_ms = ?, sealed_body = ? WHERE case_id = ?",
        record.partner, record.exchange_id, static_cast<int>(record.state), record.expires_ms,
        work_->seal_under(work_->inside.node_key, encode(record), context::case_record(record.case_id)),
        record.case_id));
    if (work_->writer().changes() == 0) return not_found("case");
    return {};
  });
}

Status Transaction::erase_case(const std::string& case_id) {
  return work_->attempt([&]() -> Status {
    TRY(work_->erase("DELETE FROM review WHERE case_id = ?", case_id));
    if (work_->writer().changes() == 0) return not_found("case");
    return {};
  });
}

Status Transaction::put_case_probe(const std::string& case_id, ByteView probe) {
  return work_->attempt([&]() -> Status {
    ASSIGN_OR_RETURN(const std::int64_t known,
                     work_->writer().number(0, "SELECT 1 FROM review WHERE case_id = ?", case_id));
    if (known == 0) return not_found("case");
    const SecretKey key = SecretKey::generate(work_->inside.random);
    return work_->writer().run("INSERT INTO probe VALUES (?, ?, ?)", case_id,
                               work_->wrap(key, context::probe_key(case_id)),
                               work_->seal_under(key, probe, context::probe(case_id)));
  });
}

Status Transaction::destroy_case_probe(const std::string& case_id) {
  return work_->attempt([&] { return work_->erase("DELETE FROM probe WHERE case_id = ?", case_id); });
}

Status Transaction::put_answer(const Answer& answer) {
  return work_->attempt([&] {
    return work_->writer().run("INSERT INTO answer VALUES (?, ?, ?, ?, ?, ?)", answer.partner, answer.exchange_id,
                               static_cast<int>(answer.outcome), answer.reference, encode(answer.reasons),
                               answer.forget_after_ms);
  });
}

Result<std::int64_t> Transaction::add_quota(const QuotaKey& key) {
  return work_->attempt([&] {
    return work_->writer().number(
        0, "INSERT INTO quota VALUES (?, ?, ?, ?, 1) ON CONFLICT DO UPDATE SET used = used + 1 RETURNING used",
        key.agreement_id, to_string(key.purpose), key.country, key.day);
  });
}

Status Transaction::remember_message(const std::string& partner, const std::string& message_id,
                                     std::int64_t forget_after_ms) {
  return work_->attempt([&]() -> Status {
    const Status put =
        work_->writer().run("INSERT INTO message VALUES (?, ?, ?)", partner, message_id, forget_after_ms);
    if (!put.ok() && put.error().code == Code::kAlreadyExists)
      return Error{Code::kReplayed, "this message was received before"};
    return put;
  });
}

Status Transaction::forget_messages(std::int64_t now_ms) {
  return work_->attempt([&]() -> Status {
    TRY(work_->writer().run("DELETE FROM message WHERE forget_after_ms < ?", now_ms));
    TRY(work_->writer().run("DELETE FROM answer WHERE forget_after_ms < ?", now_ms));
    return work_->writer().run("DELETE FROM quota WHERE day < ?", now_ms / kDayMs - kQuotaDaysKept);
  });
}

// ---- the asking side

Status Transaction::Work::put_released(const Question& question) {
  if (question.released.empty()) return {};
  const std::string& id = question.exchange_id;
  TRY(erase("DELETE FROM released WHERE exchange_id = ?", id));
  const SecretKey key = SecretKey::generate(inside.random);
  return writer().run("INSERT INTO released VALUES (?, ?, ?)", id, wrap(key, context::released_key(id)),
                      seal_under(key, encode(question.released), context::released(id)));
}

Status Transaction::put_question(const Question& question) {
  return work_->attempt([&]() -> Status {
    TRY(require_ids({question.exchange_id}));
    TRY(work_->writer().run(
        "INSERT INTO question (exchange_id, state, expires_ms, retention_until_ms, sealed_body) VALUES (?, ?, ?, ?, ?)",
        question.exchange_id, static_cast<int>(question.state), question.expires_ms, question.retention_until_ms,
        work_->seal_under(work_->inside.node_key, encode(question), context::question(question.exchange_id))));
    return work_->put_released(question);
  });
}

Status Transaction::update_question(const Question& question) {
  return work_->attempt([&]() -> Status {
    TRY(work_->writer().run(
        "UPDATE question SET state = ?, expires_ms = ?, retention_until_ms = ?, sealed_body = ? WHERE exchange_id = ?",
        static_cast<int>(question.state), question.expires_ms, question.retention_until_ms,
        work_->seal_under(work_->inside.node_key, encode(question), context::question(question.exchange_id)),
        question.exchange_id));
    if (work_->writer().changes() == 0) return not_found("question");
    return work_->put_released(question);
  });
}

Status Transaction::erase_released(const std::string& exchange_id) {
  return work_->attempt([&] { return work_->erase("DELETE FROM released WHERE exchange_id = ?", exchange_id); });
}

Status Transaction::erase_question(const std::string& exchange_id) {
  return work_->attempt([&]() -> Status {
    TRY(work_->erase("DELETE FROM question WHERE exchange_id = ?", exchange_id));
    if (work_->writer().changes() == 0) return not_found("question");
    return {};
  });
}

Status Transaction::enqueue(const OutboxItem& item) {
  return work_->attempt([&]() -> Status {
    TRY(require_ids({item.id}));
    ASSIGN_OR_RETURN(const std::int64_t waiting, work_->writer().number(0, "SELECT count(*) FROM outbox"));
    if (waiting >= static_cast<std::int64_t>(limits::kOutboxMax))
      return Error{Code::kQuotaExceeded, "the outbox is full: partners have been out of reach for too long"};
    const SecretKey key = SecretKey::generate(work_->inside.random);
    return work_->writer().run("INSERT INTO outbox VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", item.id, item.peer, item.kind,
                               work_->wrap(key, context::outbox_key(item.id)),
                               work_->seal_under(key, item.payload, context::outbox(item.id)), item.created_ms,
                               item.expires_ms, item.next_try_ms, item.attempts);
  });
}

Status Transaction::reschedule(const std::string& id, std::int64_t next_try_ms) {
  return work_->attempt([&]() -> Status {
    TRY(work_->writer().run("UPDATE outbox SET next_try_ms = ?, attempts = attempts + 1 WHERE id = ?", next_try_ms,
                            id));
    if (work_->writer().changes() == 0) return not_found("message in the outbox");
    return {};
  });
}

Status Transaction::remove_outbox(const std::string& id) {
  return work_->attempt([&] { return work_->erase("DELETE FROM outbox WHERE id = ?", id); });
}

// ---- the log

Status Transaction::append_log(const LogRow& row, const Json& details) {
  return work_->attempt([&]() -> Status {
    if (row.leaf.size() > kLeafBytesMax) return Error{Code::kTooLarge, "a log entry is too large"};
    ASSIGN_OR_RETURN(const std::uint64_t size, read_log_size(work_->writer()));
    if (row.index != size)
      return Error{Code::kConflict,
                   "the log's next entry is " + std::to_string(size) + ", not " + std::to_string(row.index)};
    TRY(work_->writer().run("INSERT INTO log VALUES (?, ?, ?, ?)", row.index, row.leaf, row.leaf_hash, row.checkpoint));
    if (details.is_null()) return {};
    const SecretKey key = SecretKey::generate(work_->inside.random);
    return work_->writer().run("INSERT INTO log_details VALUES (?, ?, ?)", row.index,
                               work_->wrap(key, context::details_key(row.index)),
                               work_->seal_under(key, to_bytes(canonical(details)), context::details(row.index)));
  });
}

Status Transaction::erase_log_details(std::uint64_t index) {
  return work_->attempt([&]() -> Status {
    TRY(work_->writer().run("DELETE FROM log_details WHERE number = ?", index));
    if (work_->writer().changes() > 0) work_->erased = true;
    return {};
  });
}

Status Transaction::add_cosigned_checkpoint(const std::string& note) {
  return work_->attempt([&] { return work_->writer().run("INSERT OR IGNORE INTO cosigned (note) VALUES (?)", note); });
}

}  // namespace puente::store
