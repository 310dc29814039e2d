// fsck: Store::check.
#include "store/inside.h"

namespace puente::store {
namespace {

constexpr std::size_t kProblemsMax = 100;

// Collects what is wrong; a query that fails is itself a problem.
class Findings {
 public:
  explicit Findings(const Store::Inside& inside, const Database& database) : inside_(inside), database_(database) {}

  void add(std::string problem) {
    if (problems_.size() < kProblemsMax) problems_.push_back(std::move(problem));
  }
  template <typename Look>
  void each_row(const char* what, const char* sql, Look&& look) {
    Statement rows = database_.query(sql);
    while (true) {
      const auto more = rows.step();
      if (!more.ok()) return add(std::string(what) + ": " + more.error().message);
      if (!*more) return;
      look(rows);
    }
  }
  template <typename T>
  void expect(const std::string& what, const Result<T>& result) {
    if (!result.ok()) add(what + ": " + result.error().message);
  }
  // A thing whose own key lies beside it: the key opens under the node key, the thing under its key.
  Result<Bytes> open_keyed(ByteView wrapped, const std::string& key_context, ByteView sealed,
                           const std::string& context) const {
    ASSIGN_OR_RETURN(const SecretKey key, inside_.unwrap(wrapped, key_context));
    return puente::open(key, sealed, context);
  }
  const Store::Inside& inside() const { return inside_; }
  const Database& database() const { return database_; }
  std::vector<std::string> take() { return std::move(problems_); }

 private:
  const Store::Inside& inside_;
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
  const EncounterId id{row.text(1), row.text(2)};
  const std::string name = "encounter " + id.person_id + "/" + id.encounter_id;
  const auto key = read_person_key(found.database(), found.inside(), id.person_id);
  if (!key.ok()) return found.add(name + ": its person's key: " + key.error().message);
  const auto plain = open(*key, row.blob(3), context::encounter(id));
  const auto body = plain.ok() ? decode_encounter(*plain) : Result<EncounterBody>(plain.error());
  found.expect(name, body);
  if (body.ok() && (body->created_ms != row.integer(4) || body->retention_until_ms != row.integer(5)))
    found.add(name + ": its dates are not those that were sealed");

  Statement samples =
      found.database().query("SELECT ordinal, sealed_sample FROM sample WHERE encounter = ?", row.integer(0));
  for (auto more = samples.step(); more.ok() && *more; more = samples.step()) {
    const auto sample = open(*key, samples.blob(1), context::sample(id, samples.integer(0)));
    found.expect(name + ", a sample", sample.ok() ? decode_sample(*sample) : Result<Sample>(sample.error()));
  }
  Statement templates = found.database().query(
      "SELECT ordinal, position, sealed_features FROM template WHERE encounter = ?", row.integer(0));
  for (auto more = templates.step(); more.ok() && *more; more = templates.step()) {
    const auto position = static_cast<Finger>(templates.integer(1));
    found.expect(name + ", a template",
                 open(*key, templates.blob(2), context::finger_template(id, templates.integer(0), position)));
  }
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

void check_exchanges(Findings& found) {
  found.each_row("cases", "SELECT case_id, sealed_body, state, partner, exchange_id, expires_ms FROM review",
                 [&](const Statement& row) {
                   const auto record = read_case(row, found.inside());
                   found.expect("case " + row.text(0), record);
                   if (record.ok() &&
                       (static_cast<std::int64_t>(record->state) != row.integer(2) || record->partner != row.text(3) ||
                        record->exchange_id != row.text(4) || record->expires_ms != row.integer(5)))
                     found.add("case " + row.text(0) + ": its columns are not what was sealed");
                 });
  found.each_row("probes", "SELECT case_id, sealed_key, sealed_probe, state FROM probe JOIN review USING (case_id)",
                 [&](const Statement& row) {
                   const std::string id = row.text(0);
                   found.expect("probe of case " + id,
                                found.open_keyed(row.blob(1), context::probe_key(id), row.blob(2), context::probe(id)));
                   if (row.integer(3) != static_cast<int>(CaseState::kOpen))
                     found.add("probe of case " + id + ": kept although the case is decided");
                 });
  found.each_row(
      "questions",
      "SELECT exchange_id, sealed_body, released.sealed_key, sealed_data, state, expires_ms, retention_until_ms "
      "FROM question LEFT JOIN released USING (exchange_id)",
      [&](const Statement& row) {
        const auto question = read_question(row, found.inside());
        found.expect("question " + row.text(0), question);
        if (question.ok() && (static_cast<std::int64_t>(question->state) != row.integer(4) ||
                              question->expires_ms != row.integer(5) || question->retention_until_ms != row.integer(6)))
          found.add("question " + row.text(0) + ": its columns are not what was sealed");
      });
  found.each_row("outbox", kOutboxColumns, [&](const Statement& row) {
    found.expect("outbox item " + row.text(0), read_outbox_item(row, found.inside()));
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
  found.each_row(
      "log details", "SELECT number, sealed_key, sealed_details FROM log_details", [&](const Statement& row) {
        const auto index = static_cast<std::uint64_t>(row.integer(0));
        found.expect("details of log entry " + std::to_string(index),
                     found.open_keyed(row.blob(1), context::details_key(index), row.blob(2), context::details(index)));
      });
}

}  // namespace

std::vector<std::string> Store::check() const {
  const Reading reading(*inside_);
  Findings found(*inside_, reading.database());
  check_structure(found);
  check_people(found);
  check_exchanges(found);
  check_log(found);
  return found.take();
}

}  // namespace puente::store
