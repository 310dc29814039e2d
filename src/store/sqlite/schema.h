// The database's tables: those of version 2, and what versions 3 to 6 add (7 adds none); version 1's are in
// migrations.cc. Inside store/sqlite/ only. Every column and what is sealed: docs/formats/database.md.
#pragma once
#include <cstdint>

namespace puente::store {

inline constexpr std::int64_t kSchemaVersion = 7;
inline constexpr std::int64_t kApplicationId = 0x50756E74;  // "Punt", at byte 68 of the file

// Never to be changed.
inline constexpr const char* kSchema2 = R"sql(
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
CREATE TABLE task (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  task_id TEXT NOT NULL UNIQUE,
  state INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL,
  sealed_key BLOB NOT NULL,
  sealed_task BLOB NOT NULL) STRICT;
CREATE INDEX task_state ON task (state, number);
CREATE INDEX task_expires ON task (expires_ms);

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

inline constexpr const char* kNewIn3 = R"sql(
ALTER TABLE quota RENAME COLUMN agreement_id TO countries;
ALTER TABLE quota RENAME COLUMN day TO hour;
CREATE TABLE log_about (
  pseudonym TEXT NOT NULL,
  number INTEGER NOT NULL REFERENCES log_details ON DELETE CASCADE,
  PRIMARY KEY (pseudonym, number)) STRICT, WITHOUT ROWID;
CREATE INDEX log_about_number ON log_about (number);
INSERT INTO log_about SELECT json_extract(CAST(leaf AS TEXT), '$.subject'), number FROM log JOIN log_details
  USING (number) WHERE iif(json_valid(CAST(leaf AS TEXT)), json_extract(CAST(leaf AS TEXT), '$.subject'), NULL) NOT NULL;
CREATE TABLE protection (
  person_id TEXT PRIMARY KEY,
  sealed_key BLOB NOT NULL,
  sealed_protection BLOB NOT NULL) STRICT;
CREATE TABLE alarm (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  seen INTEGER NOT NULL,
  sealed_key BLOB NOT NULL,
  sealed_alarm BLOB NOT NULL) STRICT;
CREATE TABLE state (
  name TEXT PRIMARY KEY,
  sealed_key BLOB NOT NULL,
  sealed_value BLOB NOT NULL) STRICT;
CREATE TABLE witnessed_before (
  origin TEXT NOT NULL,
  size INTEGER NOT NULL,
  root BLOB NOT NULL,
  PRIMARY KEY (origin, size)) STRICT, WITHOUT ROWID;
CREATE TABLE shown (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  origin TEXT NOT NULL,
  size INTEGER NOT NULL,
  root BLOB NOT NULL,
  proven INTEGER NOT NULL,
  checkpoint TEXT NOT NULL,
  UNIQUE (origin, size, root)) STRICT;
)sql";

inline constexpr const char* kNewIn4 = R"sql(
CREATE TABLE once (
  name TEXT PRIMARY KEY,
  caller TEXT NOT NULL,
  forget_after_ms INTEGER NOT NULL,
  sealed_key BLOB NOT NULL,
  sealed_answer BLOB NOT NULL) STRICT;
CREATE INDEX once_caller ON once (caller, forget_after_ms);
CREATE INDEX once_forget ON once (forget_after_ms);
CREATE TABLE once_about (
  person_id TEXT NOT NULL,
  name TEXT NOT NULL REFERENCES once ON DELETE CASCADE,
  PRIMARY KEY (person_id, name)) STRICT, WITHOUT ROWID;
CREATE INDEX once_about_name ON once_about (name);
)sql";

inline constexpr const char* kNewIn5 = R"sql(
CREATE TABLE watchlist (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  entry_id TEXT NOT NULL UNIQUE,
  next_end_ms INTEGER NOT NULL,
  sealed_key BLOB NOT NULL,
  sealed_entry BLOB NOT NULL) STRICT;
CREATE INDEX watchlist_end ON watchlist (next_end_ms);
CREATE TABLE watchlist_hand (
  person_id TEXT NOT NULL,
  entry_id TEXT NOT NULL REFERENCES watchlist (entry_id) ON DELETE CASCADE,
  PRIMARY KEY (person_id, entry_id)) STRICT, WITHOUT ROWID;
CREATE INDEX watchlist_hand_entry ON watchlist_hand (entry_id);
CREATE TABLE watchlist_alert (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  expires_ms INTEGER NOT NULL,
  sealed_key BLOB NOT NULL,
  sealed_alert BLOB NOT NULL) STRICT;
CREATE INDEX watchlist_alert_end ON watchlist_alert (expires_ms);
)sql";
inline constexpr const char* kNewIn6 = R"sql(
CREATE TABLE practice_pair (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  pair_id TEXT NOT NULL UNIQUE,
  truth INTEGER NOT NULL,
  added_ms INTEGER NOT NULL,
  sealed_key BLOB NOT NULL,
  sealed_pair BLOB NOT NULL) STRICT;
CREATE TABLE practice_case (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  case_id TEXT NOT NULL UNIQUE,
  partner TEXT NOT NULL,
  state INTEGER NOT NULL,
  opened_ms INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL,
  follows INTEGER NOT NULL,
  sealed_body BLOB NOT NULL) STRICT;
CREATE TABLE practice_exhibit (
  case_id TEXT PRIMARY KEY REFERENCES practice_case (case_id) ON DELETE CASCADE,
  sealed_key BLOB NOT NULL,
  sealed_exhibit BLOB NOT NULL) STRICT;
)sql";

}  // namespace puente::store
