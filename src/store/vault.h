// Vault: what identifies a person, sealed before a driver writes it and opened after it has read it. Keys of things,
// the context that each blob is bound to (moved to another row it does not open), and the bytes inside. Knows nothing
// of where the blobs lie. Inside store/ only; any thread. Every open is kCorrupt when the blob is damaged or not of
// there.
#pragma once
#include "store/records.h"

namespace puente::store {

// A thing sealed under a key of its own, and that key sealed under the node's: who destroys the key destroys the thing.
struct Keyed {
  Bytes key, thing;
};

// What stands in clear beside a sealed template, and is bound to it.
struct TemplateColumns {
  std::int64_t modality = 0, place = 0, format = 0;
};

// Keys of people that some may open and others not: to each set of countries from which somebody is hidden belongs a
// key, under which the keys of these people lie. Whoever is handed only some opens only these people.
class PeopleKeys {
 public:
  explicit PeopleKeys(std::vector<SecretKey> keys) : keys_(std::move(keys)) {}
  std::optional<SecretKey> open_key(const std::string& person_id, ByteView sealed) const;

 private:
  std::vector<SecretKey> keys_;
};

class Vault {
 public:
  using Countries = std::set<std::string>;
  Vault(SecretKey node_key, Random& random);

  // Stamps a new database with the node key that it is made for. One whose people's keys are all sealed as they are now
  // says so by its stamp, which is nobody's row (docs/formats/database.md): older versions sealed them otherwise.
  Bytes stamp() const;
  bool is_stamp(ByteView sealed) const;
  bool is_stamp_of_before(ByteView sealed) const;

  SecretKey tally_key() const;  // for digests of rows

  // A person's key, and what lies under it.
  SecretKey new_key() const { return SecretKey::generate(random_); }
  Bytes seal_key(const std::string& person_id, const Countries& hidden_from, const SecretKey& key) const;
  Result<SecretKey> open_key(const std::string& person_id, const Countries& hidden_from, ByteView sealed) const;
  // As versions 1 to 6 sealed it, under the node key itself. open_key() tries it too: until the node has started once.
  Result<SecretKey> open_key_6(const std::string& person_id, ByteView sealed) const;
  PeopleKeys keys_of_people(const std::vector<Countries>& hidden_from) const;
  Bytes seal(const SecretKey& key, const EncounterId& id, const EncounterBody& body) const;
  Result<EncounterBody> open_encounter(const SecretKey& key, const EncounterId& id, ByteView sealed) const;
  Bytes seal(const SecretKey& key, const EncounterId& id, std::int64_t ordinal, const Sample& sample) const;
  Result<Sample> open_sample(const SecretKey& key, const EncounterId& id, std::int64_t ordinal, ByteView sealed) const;
  Bytes seal(const SecretKey& key, const EncounterId& id, std::int64_t ordinal, const Template& made) const;
  Result<Template> open_template(const SecretKey& key, const EncounterId& id, std::int64_t ordinal,
                                 const TemplateColumns& beside, ByteView sealed) const;  // kCorrupt: they are no place
  // As version 1 bound it, by the finger's position; the features alone.
  Result<Bytes> open_template_1(const SecretKey& key, const EncounterId& id, std::int64_t ordinal,
                                std::int64_t position, ByteView sealed) const;

  // Under the node key itself.
  Bytes seal(const AgreementRecord& agreement) const;
  Result<AgreementRecord> open_agreement(const std::string& id, ByteView sealed) const;
  Bytes seal(const Case& record) const;
  Result<Case> open_case(const std::string& case_id, ByteView sealed) const;
  Bytes seal(const PracticeCase& record) const;
  Result<PracticeCase> open_practice_case(const std::string& case_id, ByteView sealed) const;
  Bytes seal(const Question& question) const;  // without what was released
  Result<Question> open_question(const std::string& exchange_id, ByteView sealed) const;

  // Each under a key of its own.
  Keyed seal_exhibit(const std::string& case_id, ByteView exhibit) const;
  Result<Bytes> open_exhibit(const std::string& case_id, const Keyed& sealed) const;
  Keyed seal_practice_pair(const PracticePair& pair) const;
  Result<PracticePair> open_practice_pair(const std::string& pair_id, const Keyed& sealed) const;
  Keyed seal_practice_exhibit(const std::string& case_id, ByteView exhibit) const;
  Result<Bytes> open_practice_exhibit(const std::string& case_id, const Keyed& sealed) const;
  Keyed seal_released(const std::string& exchange_id, const BiographicData& released) const;
  Result<BiographicData> open_released(const std::string& exchange_id, const Keyed& sealed) const;
  Keyed seal_payload(const std::string& outbox_id, ByteView payload) const;
  Result<Bytes> open_payload(const std::string& outbox_id, const Keyed& sealed) const;
  Keyed seal_details(std::uint64_t index, const Json& details) const;
  Result<Json> open_details(std::uint64_t index, const Keyed& sealed) const;
  Keyed seal_protection(const Protection& protection) const;
  Result<Protection> open_protection(const std::string& person_id, const Keyed& sealed) const;
  Keyed seal_alarm(std::int64_t number, const Alarm& alarm) const;
  Result<Alarm> open_alarm(std::int64_t number, const Keyed& sealed) const;
  Keyed seal_watchlist_entry(const WatchlistEntry& entry) const;
  Result<WatchlistEntry> open_watchlist_entry(const std::string& entry_id, const Keyed& sealed) const;
  Keyed seal_watchlist_alert(std::int64_t number, const WatchlistAlert& alert) const;
  Result<WatchlistAlert> open_watchlist_alert(std::int64_t number, const Keyed& sealed) const;
  Keyed seal_state(const std::string& name, ByteView value) const;
  Result<Bytes> open_state(const std::string& name, const Keyed& sealed) const;
  Keyed seal_task(const Task& task) const;
  Result<Task> open_task(const std::string& task_id, const Keyed& sealed) const;
  Keyed seal_once(const std::string& name, ByteView body) const;
  Result<Bytes> open_once(const std::string& name, const Keyed& sealed) const;

 private:
  struct Contexts {  // of a key, and of what lies under it
    std::string key, thing;
  };
  Keyed seal_alone(ByteView plain, const Contexts& contexts) const;
  Result<Bytes> open_alone(const Keyed& sealed, const Contexts& contexts) const;
  Bytes wrap(const SecretKey& key, const std::string& context) const;
  Result<SecretKey> unwrap(ByteView sealed, const std::string& context) const;

  SecretKey key_of_people(const Countries& hidden_from) const;

  SecretKey node_key_;
  SecretKey open_people_;  // of whoever is hidden from nobody: of most
  Random& random_;
};

}  // namespace puente::store
