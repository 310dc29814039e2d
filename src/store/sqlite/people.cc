// What is read of people: by the node itself, which has all their keys, and by what answers one country, which has only
// those of whoever is not hidden from it.
#include <algorithm>

#include "store/sqlite/driver.h"

namespace puente::store {
namespace {

Result<Protection> read_protection(const Statement& row, const Vault& vault) {
  return vault.open_protection(row.text(0), {row.blob(1), row.blob(2)});
}

Result<std::optional<Protection>> find_protection(const Database& database, const Vault& vault,
                                                  const std::string& person_id) {
  Statement row = database.query("SELECT * FROM protection WHERE person_id = ?", person_id);
  ASSIGN_OR_RETURN(const bool found, row.step());
  if (!found) return std::optional<Protection>();
  ASSIGN_OR_RETURN(Protection protection, read_protection(row, vault));
  return std::optional(std::move(protection));
}

}  // namespace

Result<std::optional<Bytes>> read_sealed_key(const Database& database, const std::string& person_id) {
  Statement row = database.query("SELECT sealed_key FROM person WHERE person_id = ?", person_id);
  ASSIGN_OR_RETURN(const bool found, row.step());
  return found ? std::optional(row.blob(0)) : std::nullopt;
}

Result<std::set<std::string>> read_hidden_from(const Database& database, const Vault& vault,
                                               const std::string& person_id) {
  ASSIGN_OR_RETURN(std::optional<Protection> held, find_protection(database, vault, person_id));
  return held ? std::move(held->withheld_from) : std::set<std::string>();
}

Result<SecretKey> read_person_key(const Database& database, const Vault& vault, const std::string& person_id) {
  ASSIGN_OR_RETURN(const std::optional<Bytes> sealed, read_sealed_key(database, person_id));
  if (!sealed) return not_found("person");
  ASSIGN_OR_RETURN(const std::set<std::string> hidden_from, read_hidden_from(database, vault, person_id));
  return vault.open_key(person_id, hidden_from, *sealed);
}

namespace {

enum class Samples { kWith, kWithout };

// By keys that key_of(person_id) finds. The row first: of whom there is no key is answered as whoever is not there.
template <typename KeyOf>
Result<Encounter> read_encounter(const Database& database, const Vault& vault, KeyOf&& key_of, const EncounterId& id,
                                 Samples samples) {
  Statement row = database.query("SELECT number, sealed_body FROM encounter WHERE person_id = ? AND encounter_id = ?",
                                 id.person_id, id.encounter_id);
  ASSIGN_OR_RETURN(const bool found, row.step());
  if (!found) return not_found("encounter");
  ASSIGN_OR_RETURN(const SecretKey key, key_of(id.person_id));
  ASSIGN_OR_RETURN(EncounterBody body, vault.open_encounter(key, id, row.blob(1)));
  Encounter out;
  out.person_id = id.person_id;
  out.encounter_id = id.encounter_id;
  out.created_ms = body.created_ms;
  out.retention_until_ms = body.retention_until_ms;
  out.biographic = std::move(body.biographic);
  out.missing = std::move(body.missing);
  out.standing = std::move(body.standing);
  if (samples == Samples::kWithout) return out;
  Statement rows =
      database.query("SELECT ordinal, sealed_sample FROM sample WHERE encounter = ? ORDER BY ordinal", row.integer(0));
  ASSIGN_OR_RETURN(out.samples, rows.all([&](const Statement& sample) {
    return vault.open_sample(key, id, sample.integer(0), sample.blob(1));
  }));
  return out;
}

Result<std::vector<std::string>> read_encounter_ids(const Database& database, const std::string& person_id) {
  return database.query("SELECT encounter_id FROM encounter WHERE person_id = ? ORDER BY number", person_id)
      .all([](const Statement& row) { return Result<std::string>(row.text(0)); });
}

Result<std::vector<Template>> read_templates(const Database& database, const Vault& vault, const SecretKey& key,
                                             const EncounterId& id, std::int64_t number) {
  Statement rows = database.query(
      "SELECT ordinal, modality, place, format, sealed_template FROM template WHERE encounter = ? ORDER BY ordinal",
      number);
  return rows.all([&](const Statement& row) {
    return vault.open_template(key, id, row.integer(0), {row.integer(1), row.integer(2), row.integer(3)}, row.blob(4));
  });
}

template <typename KeyOf>
Result<std::vector<Template>> read_templates_of(const Database& database, const Vault& vault, KeyOf&& key_of,
                                                const EncounterId& id) {
  ASSIGN_OR_RETURN(const std::int64_t number,
                   database.number(0, "SELECT number FROM encounter WHERE person_id = ? AND encounter_id = ?",
                                   id.person_id, id.encounter_id));
  if (number == 0) return not_found("encounter");
  ASSIGN_OR_RETURN(const SecretKey key, key_of(id.person_id));
  return read_templates(database, vault, key, id, number);
}

auto all_keys(const Database& database, const Vault& vault) {
  return [&](const std::string& person_id) { return read_person_key(database, vault, person_id); };
}

}  // namespace

// ---- by the node itself

Result<Encounter> SqliteStore::encounter(const std::string& person_id, const std::string& encounter_id) const {
  const Reading reading(*this);
  const Database& database = reading.database();
  return read_encounter(database, vault_, all_keys(database, vault_), {person_id, encounter_id}, Samples::kWith);
}

Result<Encounter> SqliteStore::encounter_facts(const std::string& person_id, const std::string& encounter_id) const {
  const Reading reading(*this);
  const Database& database = reading.database();
  return read_encounter(database, vault_, all_keys(database, vault_), {person_id, encounter_id}, Samples::kWithout);
}

Result<std::vector<std::string>> SqliteStore::encounter_ids(const std::string& person_id) const {
  const Reading reading(*this);
  return read_encounter_ids(reading.database(), person_id);
}

Result<std::vector<Template>> SqliteStore::templates(const EncounterId& id) const {
  const Reading reading(*this);
  return read_templates_of(reading.database(), vault_, all_keys(reading.database(), vault_), id);
}

Result<std::size_t> SqliteStore::people() const {
  const Reading reading(*this);
  ASSIGN_OR_RETURN(const std::int64_t count, reading->number(0, "SELECT count(*) FROM person"));
  return static_cast<std::size_t>(count);
}

Result<std::map<std::string, std::int64_t>> SqliteStore::encounters_of_each() const {
  const Reading reading(*this);
  std::map<std::string, std::int64_t> out;
  TRY(reading->query("SELECT person_id, count(*) FROM encounter GROUP BY person_id").each([&](const Statement& row) {
    out[row.text(0)] = row.integer(1);
    return Status();
  }));
  return out;
}

// In batches, so that `take` may call the store and a long start holds up nobody.
Status SqliteStore::each_template(const std::function<Status(TemplateRow)>& take) const {
  constexpr std::int64_t kBatch = 64;  // encounters
  std::int64_t last = 0;
  while (true) {
    std::vector<TemplateRow> batch;
    const std::int64_t before = last;
    {
      const Reading reading(*this);
      Statement rows = reading->query(
          "SELECT number, person_id, encounter_id, sealed_body FROM encounter WHERE number > ? ORDER BY number LIMIT ?",
          last, kBatch);
      TRY(rows.each([&](const Statement& row) -> Status {
        last = row.integer(0);
        const EncounterId id{row.text(1), row.text(2)};
        ASSIGN_OR_RETURN(const SecretKey key, read_person_key(reading.database(), vault_, id.person_id));
        ASSIGN_OR_RETURN(const EncounterBody body, vault_.open_encounter(key, id, row.blob(3)));
        ASSIGN_OR_RETURN(std::vector<Template> templates, read_templates(reading.database(), vault_, key, id, last));
        for (Template& each : templates)
          batch.push_back({id.person_id, id.encounter_id, std::move(each.features), each.cut, body.standing});
        return {};
      }));
    }
    for (TemplateRow& row : batch) TRY(take(std::move(row)));
    if (last == before) return {};
  }
}

Result<std::vector<EncounterId>> SqliteStore::encounters_past_retention(std::int64_t now_ms, std::size_t limit) const {
  const Reading reading(*this);
  return reading
      ->query(
          "SELECT person_id, encounter_id, retention_until_ms, sealed_body FROM encounter "
          "WHERE retention_until_ms > 0 AND retention_until_ms <= ? ORDER BY retention_until_ms LIMIT ?",
          now_ms, bounded(limit))
      .all([&](const Statement& row) -> Result<EncounterId> {
        EncounterId id{row.text(0), row.text(1)};  // of whom no date is believed but the one that was sealed
        ASSIGN_OR_RETURN(const SecretKey key, read_person_key(reading.database(), vault_, id.person_id));
        ASSIGN_OR_RETURN(const EncounterBody body, vault_.open_encounter(key, id, row.blob(3)));
        if (body.retention_until_ms != row.integer(2))
          return Error{Code::kCorrupt, "an encounter's dates are not those that were sealed: see `puente log fsck`"};
        return id;
      });
}

Result<std::optional<Protection>> SqliteStore::protection(const std::string& person_id) const {
  const Reading reading(*this);
  return find_protection(reading.database(), vault_, person_id);
}

Result<std::vector<Protection>> SqliteStore::protections() const {
  const Reading reading(*this);
  return reading->query("SELECT * FROM protection ORDER BY person_id").all([&](const Statement& row) {
    return read_protection(row, vault_);
  });
}

// ---- for one country

// Knows the vault for what it takes no key for: what lies under a person's own.
class PeopleOfOneCountry final : public People {
  // first, as what follows calls it by its type
  auto own_keys(const Reading& reading) const {
    return [&](const std::string& person_id) -> Result<SecretKey> {
      ASSIGN_OR_RETURN(const std::optional<Bytes> sealed, read_sealed_key(reading.database(), person_id));
      std::optional<SecretKey> key = sealed ? keys_.open_key(person_id, *sealed) : std::nullopt;
      if (!key) return not_found("encounter");
      return *std::move(key);
    };
  }

 public:
  PeopleOfOneCountry(const SqliteStore& store, PeopleKeys keys) : store_(store), keys_(std::move(keys)) {}

  Result<Encounter> encounter(const std::string& person_id, const std::string& encounter_id) const override {
    const Reading reading(store_);
    return read_encounter(reading.database(), store_.vault_, own_keys(reading), {person_id, encounter_id},
                          Samples::kWith);
  }
  Result<Encounter> encounter_facts(const std::string& person_id, const std::string& encounter_id) const override {
    const Reading reading(store_);
    return read_encounter(reading.database(), store_.vault_, own_keys(reading), {person_id, encounter_id},
                          Samples::kWithout);
  }
  Result<std::vector<std::string>> encounter_ids(const std::string& person_id) const override {
    const Reading reading(store_);
    const Result<SecretKey> key = own_keys(reading)(person_id);
    if (key.ok()) return read_encounter_ids(reading.database(), person_id);
    return key.error().code == Code::kNotFound ? std::vector<std::string>()
                                               : Result<std::vector<std::string>>(key.error());
  }
  Result<std::vector<Template>> templates(const EncounterId& id) const override {
    const Reading reading(store_);
    return read_templates_of(reading.database(), store_.vault_, own_keys(reading), id);
  }

 private:
  const SqliteStore& store_;
  PeopleKeys keys_;
};

std::unique_ptr<const People> SqliteStore::people_for(const std::string& country) const {
  std::vector<std::set<std::string>> open{{}};
  {
    const MutexLock lock(hidden_mutex_);
    for (const std::set<std::string>& each : hidden_from_)
      if (!is_hidden_from(each, country)) open.push_back(each);
  }
  return std::make_unique<const PeopleOfOneCountry>(*this, vault_.keys_of_people(open));
}

void SqliteStore::note_hidden(const std::set<std::string>& from) {
  if (from.empty()) return;
  const MutexLock lock(hidden_mutex_);
  hidden_from_.insert(from);
}

PeopleKeys SqliteStore::keys_of_all() const {
  const MutexLock lock(hidden_mutex_);
  std::vector<std::set<std::string>> all{{}};
  all.insert(all.end(), hidden_from_.begin(), hidden_from_.end());
  return vault_.keys_of_people(all);
}

// One that is damaged is fsck's to tell of.
Status SqliteStore::count_hidden() {
  const Reading reading(*this);
  return reading->query("SELECT * FROM protection").each([&](const Statement& row) -> Status {
    if (const auto held = read_protection(row, vault_); held.ok()) note_hidden(held->withheld_from);
    return {};
  });
}

}  // namespace puente::store
