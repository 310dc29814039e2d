#include "store/sqlite/migrations.h"

#include "core/check.h"
#include "store/sqlite/schema.h"
#include "store/store.h"

namespace puente::store {
namespace {

// The tables as version 1 made them. Never to be changed: whether a file of then is whole is seen by them.
constexpr const char* kSchema1 = R"sql(
CREATE TABLE node (one INTEGER PRIMARY KEY CHECK (one = 1), sealed_check BLOB NOT NULL) STRICT;

CREATE TABLE person (person_id TEXT PRIMARY KEY, sealed_key BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE encounter (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  person_id TEXT NOT NULL REFERENCES person,
  encounter_id TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  retention_until_ms INTEGER NOT NULL,
  sealed_body BLOB NOT NULL,
  UNIQUE (person_id, encounter_id)) STRICT;
CREATE INDEX encounter_retention ON encounter (retention_until_ms);
CREATE TABLE sample (
  encounter INTEGER NOT NULL REFERENCES encounter ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  sealed_sample BLOB NOT NULL,
  PRIMARY KEY (encounter, ordinal)) STRICT;
CREATE TABLE template (
  encounter INTEGER NOT NULL REFERENCES encounter ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  position INTEGER NOT NULL,
  sealed_features BLOB NOT NULL,
  PRIMARY KEY (encounter, ordinal)) STRICT, WITHOUT ROWID;

CREATE TABLE review (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  case_id TEXT NOT NULL UNIQUE,
  partner TEXT NOT NULL,
  exchange_id TEXT NOT NULL,
  state INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL,
  sealed_body BLOB NOT NULL,
  UNIQUE (partner, exchange_id)) STRICT;
CREATE INDEX review_state ON review (state, expires_ms);
CREATE TABLE probe (
  case_id TEXT PRIMARY KEY REFERENCES review (case_id) ON DELETE CASCADE,
  sealed_key BLOB NOT NULL,
  sealed_probe BLOB NOT NULL) STRICT;
CREATE TABLE answer (
  partner TEXT NOT NULL,
  exchange_id TEXT NOT NULL,
  outcome INTEGER NOT NULL,
  reference TEXT NOT NULL,
  reasons BLOB NOT NULL,
  forget_after_ms INTEGER NOT NULL,
  PRIMARY KEY (partner, exchange_id)) STRICT, WITHOUT ROWID;
CREATE TABLE quota (
  agreement_id TEXT NOT NULL,
  purpose TEXT NOT NULL,
  country TEXT NOT NULL,
  day INTEGER NOT NULL,
  used INTEGER NOT NULL,
  PRIMARY KEY (agreement_id, purpose, country, day)) STRICT, WITHOUT ROWID;
CREATE TABLE message (
  partner TEXT NOT NULL,
  message_id TEXT NOT NULL,
  forget_after_ms INTEGER NOT NULL,
  PRIMARY KEY (partner, message_id)) STRICT, WITHOUT ROWID;
CREATE INDEX message_forget ON message (forget_after_ms);

CREATE TABLE question (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  exchange_id TEXT NOT NULL UNIQUE,
  state INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL,
  retention_until_ms INTEGER NOT NULL,
  sealed_body BLOB NOT NULL) STRICT;
CREATE INDEX question_state ON question (state, expires_ms);
CREATE TABLE released (
  exchange_id TEXT PRIMARY KEY REFERENCES question (exchange_id) ON DELETE CASCADE,
  sealed_key BLOB NOT NULL,
  sealed_data BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE outbox (
  id TEXT PRIMARY KEY,
  peer TEXT NOT NULL,
  kind TEXT NOT NULL,
  sealed_key BLOB NOT NULL,
  sealed_payload BLOB NOT NULL,
  created_ms INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL,
  next_try_ms INTEGER NOT NULL,
  attempts INTEGER NOT NULL) STRICT;
CREATE INDEX outbox_due ON outbox (next_try_ms);

CREATE TABLE log (
  number INTEGER PRIMARY KEY,
  leaf BLOB NOT NULL,
  leaf_hash BLOB NOT NULL,
  checkpoint TEXT NOT NULL) STRICT;
CREATE TRIGGER log_is_never_changed BEFORE UPDATE ON log BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER log_is_never_cut BEFORE DELETE ON log BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TABLE log_details (
  number INTEGER PRIMARY KEY REFERENCES log,
  sealed_key BLOB NOT NULL,
  sealed_details BLOB NOT NULL) STRICT;
CREATE TABLE cosigned (number INTEGER PRIMARY KEY AUTOINCREMENT, note TEXT NOT NULL UNIQUE) STRICT;

CREATE TABLE witnessed (
  origin TEXT PRIMARY KEY,
  size INTEGER NOT NULL,
  root BLOB NOT NULL,
  checkpoint TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE evidence (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  origin TEXT NOT NULL,
  request BLOB NOT NULL,
  UNIQUE (origin, request)) STRICT;
)sql";

// Of a template of version 1, whose bytes say their own form: four letters, then its number.
std::uint16_t format_of(ByteView features) {
  return features.size() > 4 ? features[4] : 0;
}

// What version 1 took for a finger that is none: a slap's position, or a number that stands for nothing.
class PutRight {
 public:
  Finger finger(std::int64_t position) {
    const auto finger = position >= 0 && position < kFingerCount ? finger_of(static_cast<FingerCapture>(position))
                                                                 : std::optional<Finger>();
    if (!finger) ++count_[position];
    return finger.value_or(Finger::kUnknown);
  }
  std::vector<std::string> notes() const {
    std::vector<std::string> out;
    for (const auto& [position, count] : count_) {
      out.push_back(std::to_string(count) + (count == 1 ? " template was" : " templates were") +
                    " of finger position " + std::to_string(position) +
                    ", which is no finger; now of an unknown finger, and compared with every one");
    }
    return out;
  }

 private:
  std::map<std::int64_t, int> count_;
};

// Seals one person's templates anew: bound to place and format, which have columns now.
Status move_templates(const Database& database, const Vault& vault, const Statement& encounter, PutRight& put_right) {
  const EncounterId id{encounter.text(1), encounter.text(2)};
  ASSIGN_OR_RETURN(const SecretKey key, vault.open_key_6(id.person_id, encounter.blob(3)));
  return database
      .query("SELECT ordinal, position, sealed_features FROM template_1 WHERE encounter = ? ORDER BY ordinal",
             encounter.integer(0))
      .each([&](const Statement& row) -> Status {
        const std::int64_t ordinal = row.integer(0);
        auto opened = vault.open_template_1(key, id, ordinal, row.integer(1), row.blob(2));
        if (!opened.ok())
          return Error{opened.error().code, "a template of encounter " + id.person_id + "/" + id.encounter_id + ": " +
                                                opened.error().message};
        Bytes features = *std::move(opened);
        const Finger finger = put_right.finger(row.integer(1));
        const std::uint16_t format = format_of(features);
        const Template made{{place_of(finger), format, std::move(features)}, std::nullopt};
        return database.run("INSERT INTO template VALUES (?, ?, ?, ?, ?, ?)", encounter.integer(0), ordinal,
                            static_cast<int>(Modality::kFinger), static_cast<int>(finger), int{format},
                            vault.seal(key, id, ordinal, made));
      });
}

// New tables are made with the words of schema.h, as what opens them compares the words; so nothing is renamed into
// place that somebody refers to. The rows of cases and probes go over as they are.
constexpr const char* kTablesOf2 = R"sql(
ALTER TABLE template RENAME TO template_1;
CREATE TABLE template (
  encounter INTEGER NOT NULL REFERENCES encounter ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  modality INTEGER NOT NULL,
  place INTEGER NOT NULL,
  format INTEGER NOT NULL,
  sealed_template BLOB NOT NULL,
  PRIMARY KEY (encounter, ordinal)) STRICT, WITHOUT ROWID;
CREATE TABLE agreement (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  agreement_id TEXT NOT NULL UNIQUE,
  state INTEGER NOT NULL,
  sealed_body BLOB NOT NULL) STRICT;
CREATE TABLE "case" (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  case_id TEXT NOT NULL UNIQUE,
  partner TEXT NOT NULL,
  exchange_id TEXT NOT NULL,
  state INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL,
  sealed_body BLOB NOT NULL,
  UNIQUE (partner, exchange_id)) STRICT;
CREATE INDEX case_state ON "case" (state, expires_ms);
CREATE TABLE exhibit (
  case_id TEXT PRIMARY KEY REFERENCES "case" (case_id) ON DELETE CASCADE,
  sealed_key BLOB NOT NULL,
  sealed_exhibit BLOB NOT NULL) STRICT;
CREATE TABLE task (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  task_id TEXT NOT NULL UNIQUE,
  state INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL,
  sealed_key BLOB NOT NULL,
  sealed_task BLOB NOT NULL) STRICT;
CREATE INDEX task_state ON task (state, number);
CREATE INDEX task_expires ON task (expires_ms);
INSERT INTO "case" SELECT * FROM review ORDER BY number;
INSERT INTO exhibit SELECT * FROM probe ORDER BY rowid;
DROP TABLE probe;
DROP TABLE review;
)sql";

Status from_1_to_2(const Database& database, const Vault& vault, std::vector<std::string>& notes) {
  TRY(database.script(kTablesOf2));
  PutRight put_right;
  TRY(database
          .query("SELECT number, person_id, encounter_id, sealed_key FROM encounter JOIN person USING (person_id) "
                 "ORDER BY number")
          .each([&](const Statement& row) { return move_templates(database, vault, row, put_right); }));
  ASSIGN_OR_RETURN(const std::int64_t left, database.number(0,
                                                            "SELECT (SELECT count(*) FROM template_1) - "
                                                            "(SELECT count(*) FROM template)"));
  if (left != 0) return Error{Code::kCorrupt, "a template belongs to no encounter: the database is damaged"};
  TRY(database.script("DROP TABLE template_1"));
  for (std::string& note : put_right.notes()) notes.push_back(std::move(note));
  return {};
}

Status from_2_to_3(const Database& database, const Vault& vault) {
  TRY(database.script(kNewIn3));
  const Keyed sealed = vault.seal_state(kNotYetBound, view("by a version that bound no rows"));
  return database.run("INSERT INTO state VALUES (?, ?, ?)", kNotYetBound, sealed.key, sealed.thing);
}

Status step_from(std::int64_t version, const Database& database, const Vault& vault, std::vector<std::string>& notes) {
  if (version == 1) return from_1_to_2(database, vault, notes);
  if (version == 2) return from_2_to_3(database, vault);
  if (version == 3) return database.script(kNewIn4);
  if (version == 4) return database.script(kNewIn5);
  if (version == 5) return database.script(kNewIn6);
  // No table changes. People's keys go to where their holders are not hidden at the first start, with an entry of the
  // log beside: what lies here must be what the log says, before and after (Transaction::seal_keys_anew).
  return {};
}

}  // namespace

std::string schema_of(std::int64_t version) {
  CHECK(version >= 1 && version <= kSchemaVersion);
  if (version == 1) return kSchema1;
  std::string out = kSchema2;
  if (version >= 3) out += kNewIn3;
  if (version >= 4) out += kNewIn4;
  if (version >= 5) out += kNewIn5;
  if (version >= 6) out += kNewIn6;
  return out;
}

Status migrate_from(std::int64_t version, const Database& database, const Vault& vault,
                    std::vector<std::string>& notes) {
  CHECK(version >= 1 && version < kSchemaVersion);
  TRY(database.script("BEGIN IMMEDIATE"));
  const std::string mark = "PRAGMA user_version = " + std::to_string(version + 1);
  std::vector<std::string> fresh;
  Status moved = step_from(version, database, vault, fresh);
  if (moved.ok()) moved = database.script(mark.c_str());
  if (moved.ok()) moved = database.script("COMMIT");
  if (!moved.ok()) {
    if (database.in_transaction()) discard(database.script("ROLLBACK"), "the failure before it is what is told");
    return moved;
  }
  notes.push_back("the database was brought from version " + std::to_string(version) + " to version " +
                  std::to_string(version + 1));
  for (std::string& note : fresh) notes.push_back(std::move(note));
  return {};
}

}  // namespace puente::store
