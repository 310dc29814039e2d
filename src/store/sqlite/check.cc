// fsck: SqliteStore::check.
#include "store/sqlite/driver.h"

namespace puente::store {
namespace {

constexpr std::size_t kProblemsMax = 100;

// Collects what is wrong; a query that fails is itself a problem.
class Findings {
 public:
  Findings(const Vault& vault, const Database& database) : vault_(vault), database_(database) {}

  void add(std::string problem) {
    if (problems_.size() < kProblemsMax) problems_.push_back(std::move(problem));
  }
  template <typename Look, typename... Values>
  void each_row(const std::string& what, const char* sql, Look&& look, const Values&... values) {
    const Status read = database_.query(sql, values...).each([&](const Statement& row) -> Status {
      look(row);
      return {};
    });
    if (!read.ok()) add(what + ": " + read.error().message);
  }
  template <typename T>
  void expect(const std::string& what, const Result<T>& result) {
    if (!result.ok()) add(what + ": " + result.error().message);
  }
  const Vault& vault() const { return vault_; }
  const Database& database() const { return database_; }
  std::vector<std::string> take() { return std::move(problems_); }

 private:
  const Vault& vault_;
  const Database& database_;
  std::vector<std::string> problems_;
};

void check_structure(Findings& found) {
  found.each_row("structure", "PRAGMA integrity_check(100)", [&](const Statement& row) {
    if (row.text(0) != "ok") found.add("structure: " + row.text(0));
  });
  found.each_row("references", "PRAGMA foreign_key_check", [&](const Statement& row) {
    found.add("references: a row of " + row.text(0) + " belongs to no " + row.text(2));
  });
}

void check_encounter(Findings& found, const Statement& row) {
  const Vault& vault = found.vault();
  const EncounterId id{row.text(1), row.text(2)};
  const std::string name = "encounter " + id.person_id + "/" + id.encounter_id;
  const auto key = read_person_key(found.database(), vault, id.person_id);
  if (!key.ok()) return found.add(name + ": its person's key: " + key.error().message);
  const auto body = vault.open_encounter(*key, id, row.blob(3));
  found.expect(name, body);
  if (body.ok() && (body->created_ms != row.integer(4) || body->retention_until_ms != row.integer(5)))
    found.add(name + ": its dates are not those that were sealed");

  found.each_row(
      name + ", its samples", "SELECT ordinal, sealed_sample FROM sample WHERE encounter = ?",
      [&](const Statement& sample) {
        found.expect(name + ", a sample", vault.open_sample(*key, id, sample.integer(0), sample.blob(1)));
      },
      row.integer(0));
  found.each_row(
      name + ", its templates",
      "SELECT ordinal, modality, place, format, sealed_template FROM template WHERE encounter = ?",
      [&](const Statement& each) {
        const TemplateColumns beside{each.integer(1), each.integer(2), each.integer(3)};
        found.expect(name + ", a template", vault.open_template(*key, id, each.integer(0), beside, each.blob(4)));
      },
      row.integer(0));
}

void check_people(Findings& found) {
  found.each_row("people",
                 "SELECT person_id FROM person WHERE NOT EXISTS "
                 "(SELECT 1 FROM encounter WHERE encounter.person_id = person.person_id)",
                 [&](const Statement& row) { found.add("person " + row.text(0) + ": has no encounter"); });
  found.each_row("encounters",
                 "SELECT number, person_id, encounter_id, sealed_body, created_ms, retention_until_ms FROM encounter",
                 [&](const Statement& row) { check_encounter(found, row); });
}

void check_agreements(Findings& found) {
  found.each_row("agreements", "SELECT agreement_id, sealed_body, state FROM agreement", [&](const Statement& row) {
    const auto agreement = found.vault().open_agreement(row.text(0), row.blob(1));
    found.expect("agreement " + row.text(0), agreement);
    if (agreement.ok() && (static_cast<std::int64_t>(agreement->state) != row.integer(2)))
      found.add("agreement " + row.text(0) + ": its state is not what was sealed");
  });
}

void check_cases(Findings& found) {
  found.each_row("cases", "SELECT case_id, sealed_body, state, partner, exchange_id, expires_ms FROM \"case\"",
                 [&](const Statement& row) {
                   const auto record = read_case(row, found.vault());
                   found.expect("case " + row.text(0), record);
                   if (record.ok() &&
                       (static_cast<std::int64_t>(record->state) != row.integer(2) || record->partner != row.text(3) ||
                        record->exchange_id != row.text(4) || record->expires_ms != row.integer(5)))
                     found.add("case " + row.text(0) + ": its columns are not what was sealed");
                 });
  found.each_row("exhibits",
                 "SELECT case_id, sealed_key, sealed_exhibit, state FROM exhibit JOIN \"case\" USING (case_id)",
                 [&](const Statement& row) {
                   const std::string name = "exhibit of case " + row.text(0);
                   found.expect(name, found.vault().open_exhibit(row.text(0), {row.blob(1), row.blob(2)}));
                   if (row.integer(3) != static_cast<int>(CaseState::kOpen))
                     found.add(name + ": kept although the case is decided");
                 });
}

void check_practice(Findings& found) {
  found.each_row(
      "seeded pairs", "SELECT pair_id, sealed_key, sealed_pair, truth, added_ms FROM practice_pair",
      [&](const Statement& row) {
        const std::string name = "seeded pair " + row.text(0);
        const auto pair = found.vault().open_practice_pair(row.text(0), {row.blob(1), row.blob(2)});
        found.expect(name, pair);
        if (pair.ok() && (static_cast<std::int64_t>(pair->truth) != row.integer(3) || pair->added_ms != row.integer(4)))
          found.add(name + ": its columns are not what was sealed");
      });
  found.each_row("seeded cases",
                 "SELECT case_id, sealed_body, state, partner, opened_ms, expires_ms FROM practice_case",
                 [&](const Statement& row) {
                   const std::string name = "seeded case " + row.text(0);
                   const auto record = found.vault().open_practice_case(row.text(0), row.blob(1));
                   found.expect(name, record);
                   if (record.ok() &&
                       (static_cast<std::int64_t>(record->state) != row.integer(2) || record->partner != row.text(3) ||
                        record->opened_ms != row.integer(4) || record->expires_ms != row.integer(5)))
                     found.add(name + ": its columns are not what was sealed");
                 });
  found.each_row("exhibits of seeded cases",
                 "SELECT case_id, sealed_key, sealed_exhibit, state FROM practice_exhibit JOIN practice_case "
                 "USING (case_id)",
                 [&](const Statement& row) {
                   const std::string name = "exhibit of seeded case " + row.text(0);
                   found.expect(name, found.vault().open_practice_exhibit(row.text(0), {row.blob(1), row.blob(2)}));
                   if (row.integer(3) != static_cast<int>(CaseState::kOpen))
                     found.add(name + ": kept although the case is decided");
                 });
}

void check_questions(Findings& found) {
  found.each_row(
      "questions",
      "SELECT exchange_id, sealed_body, released.sealed_key, sealed_data, state, expires_ms, retention_until_ms "
      "FROM question LEFT JOIN released USING (exchange_id)",
      [&](const Statement& row) {
        const auto question = read_question(row, found.vault());
        found.expect("question " + row.text(0), question);
        if (question.ok() && (static_cast<std::int64_t>(question->state) != row.integer(4) ||
                              question->expires_ms != row.integer(5) || question->retention_until_ms != row.integer(6)))
          found.add("question " + row.text(0) + ": its columns are not what was sealed");
      });
  found.each_row("outbox", kOutboxColumns, [&](const Statement& row) {
    found.expect("outbox item " + row.text(0), read_outbox_item(row, found.vault()));
  });
  found.each_row("tasks", "SELECT task_id, sealed_key, sealed_task, state, expires_ms FROM task",
                 [&](const Statement& row) {
                   const auto task = found.vault().open_task(row.text(0), {row.blob(1), row.blob(2)});
                   found.expect("task " + row.text(0), task);
                   if (task.ok() &&
                       (static_cast<std::int64_t>(task->state) != row.integer(3) || task->expires_ms != row.integer(4)))
                     found.add("task " + row.text(0) + ": its columns are not what was sealed");
                 });
}

void check_what_the_node_knows(Findings& found) {
  found.each_row("protections", "SELECT person_id, sealed_key, sealed_protection FROM protection",
                 [&](const Statement& row) {
                   const auto opened = found.vault().open_protection(row.text(0), {row.blob(1), row.blob(2)});
                   found.expect("protection of " + row.text(0), opened);
                 });
  found.each_row("alarms", "SELECT number, sealed_key, sealed_alarm, seen FROM alarm", [&](const Statement& row) {
    const std::string name = "alarm " + std::to_string(row.integer(0));
    const auto alarm = found.vault().open_alarm(row.integer(0), {row.blob(1), row.blob(2)});
    found.expect(name, alarm);
    if (alarm.ok() && alarm->seen_by.empty() == (row.integer(3) != 0))
      found.add(name + ": seen or not, it is not what was sealed");
  });
  found.each_row("answers kept", "SELECT name, sealed_key, sealed_answer FROM once WHERE length(sealed_key) > 0",
                 [&](const Statement& row) {
                   const auto opened = found.vault().open_once(row.text(0), {row.blob(1), row.blob(2)});
                   found.expect("answer kept as " + row.text(0), opened);
                 });
  found.each_row("state", "SELECT name, sealed_key, sealed_value FROM state", [&](const Statement& row) {
    found.expect("state " + row.text(0), found.vault().open_state(row.text(0), {row.blob(1), row.blob(2)}));
  });
}

void check_watchlists(Findings& found) {
  found.each_row("watchlists", "SELECT entry_id, sealed_key, sealed_entry FROM watchlist", [&](const Statement& row) {
    const std::string name = "watchlist entry " + row.text(0);
    const auto entry = found.vault().open_watchlist_entry(row.text(0), {row.blob(1), row.blob(2)});
    found.expect(name, entry);
    if (!entry.ok()) return;
    std::set<std::string> hand;
    found.each_row(
        name, "SELECT person_id FROM watchlist_hand WHERE entry_id = ?",
        [&](const Statement& each) { hand.insert(each.text(0)); }, row.text(0));
    if (hand != entry->hand) found.add(name + ": the ids of its hand are not those that were sealed");
  });
  found.each_row("watchlist alerts", "SELECT number, sealed_key, sealed_alert, expires_ms FROM watchlist_alert",
                 [&](const Statement& row) {
                   const std::string name = "watchlist alert " + std::to_string(row.integer(0));
                   const auto alert = found.vault().open_watchlist_alert(row.integer(0), {row.blob(1), row.blob(2)});
                   found.expect(name, alert);
                   if (alert.ok() && alert->expires_ms != row.integer(3))
                     found.add(name + ": its end is not what was sealed");
                 });
}

void check_log(Findings& found) {
  constexpr std::uint8_t kLeafPrefix = 0x00;  // RFC 6962 section 2.1
  std::int64_t next = 0;
  found.each_row("log", "SELECT number, leaf, leaf_hash FROM log ORDER BY number", [&](const Statement& row) {
    const std::string name = "log entry " + std::to_string(row.integer(0));
    if (row.integer(0) != next) found.add(name + ": comes where entry " + std::to_string(next) + " should be");
    next = row.integer(0) + 1;
    const Digest hash = sha256(ByteView(&kLeafPrefix, 1), row.blob(1));
    if (row.blob(2) != Bytes(hash.begin(), hash.end())) found.add(name + ": its bytes do not have its stored hash");
  });
  found.each_row("log details", "SELECT number, sealed_key, sealed_details FROM log_details",
                 [&](const Statement& row) {
                   const auto index = static_cast<std::uint64_t>(row.integer(0));
                   found.expect("details of log entry " + std::to_string(index),
                                found.vault().open_details(index, {row.blob(1), row.blob(2)}));
                 });
}

}  // namespace

std::vector<std::string> SqliteStore::check() const {
  const Reading reading(*this);
  Findings found(vault_, reading.database());
  check_structure(found);
  check_people(found);
  check_agreements(found);
  check_cases(found);
  check_practice(found);
  check_questions(found);
  check_what_the_node_knows(found);
  check_watchlists(found);
  check_log(found);
  return found.take();
}

}  // namespace puente::store
