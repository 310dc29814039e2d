#include "store/vault.h"

#include <algorithm>
#include <limits>

namespace puente::store {
namespace {

// Ids contain no '/', so no two contexts are the same.
constexpr const char* kStamp = "database/node-key";
constexpr std::string_view kStampOf7 = "puente 7";  // versions before had "puente"

std::string key_of_person(const std::string& person_id) {
  return "person/" + person_id + "/key";
}
std::string of_encounter(const EncounterId& id) {
  return "person/" + id.person_id + "/encounter/" + id.encounter_id;
}
std::string of_sample(const EncounterId& id, std::int64_t ordinal) {
  return of_encounter(id) + "/sample/" + std::to_string(ordinal);
}
std::string of_template(const EncounterId& id, std::int64_t ordinal, Place place, std::int64_t format) {
  return of_encounter(id) + "/template/" + std::to_string(ordinal) + "/" + to_string(place.modality) + "/" +
         std::to_string(place.code) + "/" + std::to_string(format);
}
std::string of_agreement(const std::string& id) {
  return "agreement/" + id + "/body";
}
std::string of_practice(const std::string& case_id) {
  return "practice/" + case_id;
}
std::string of_case(const std::string& case_id) {
  return "case/" + case_id + "/body";
}
std::string of_question(const std::string& exchange_id) {
  return "question/" + exchange_id + "/body";
}

Result<SecretKey> unwrapped(const SecretKey& by, ByteView sealed, const std::string& context) {
  ASSIGN_OR_RETURN(Bytes plain, puente::open(by, sealed, context));
  Result<SecretKey> key = SecretKey::from_bytes(plain);
  std::fill(plain.begin(), plain.end(), std::uint8_t{0});
  return key;
}

// What a decoder makes of the plain bytes, or why they did not open.
template <typename T>
Result<T> decoded(const Result<Bytes>& plain, Result<T> (*decode)(ByteView)) {
  if (!plain.ok()) return plain.error();
  return decode(*plain);
}

}  // namespace

// ---- keys

Vault::Vault(SecretKey node_key, Random& random)
    : node_key_(std::move(node_key)), open_people_(key_of_people({})), random_(random) {}

Bytes Vault::wrap(const SecretKey& key, const std::string& context) const {
  return puente::seal(node_key_, key.bytes(), context, random_);
}

Result<SecretKey> Vault::unwrap(ByteView sealed, const std::string& context) const {
  return unwrapped(node_key_, sealed, context);
}

Keyed Vault::seal_alone(ByteView plain, const Contexts& contexts) const {
  const SecretKey key = new_key();
  return {wrap(key, contexts.key), puente::seal(key, plain, contexts.thing, random_)};
}

Result<Bytes> Vault::open_alone(const Keyed& sealed, const Contexts& contexts) const {
  ASSIGN_OR_RETURN(const SecretKey key, unwrap(sealed.key, contexts.key));
  return puente::open(key, sealed.thing, contexts.thing);
}

Bytes Vault::stamp() const {
  return puente::seal(node_key_, view(kStampOf7), kStamp, random_);
}
bool Vault::is_stamp_of_before(ByteView sealed) const {
  const auto opened = puente::open(node_key_, sealed, kStamp);
  return opened.ok() && text(*opened) != kStampOf7;
}
SecretKey Vault::tally_key() const {
  return *SecretKey::from_bytes(keyed_hash(node_key_, view("digests of rows")));
}
bool Vault::is_stamp(ByteView sealed) const {
  return puente::open(node_key_, sealed, kStamp).ok();
}

// ---- people

// Countries are three letters, and what is no country has no '/'.
SecretKey Vault::key_of_people(const Countries& hidden_from) const {
  std::string label = "people hidden from";
  for (const std::string& each : hidden_from) label += "/" + each;
  return *SecretKey::from_bytes(keyed_hash(node_key_, view(label)));
}

PeopleKeys Vault::keys_of_people(const std::vector<Countries>& hidden_from) const {
  std::vector<SecretKey> out;
  for (const Countries& each : hidden_from) out.push_back(key_of_people(each));
  return PeopleKeys(std::move(out));
}

std::optional<SecretKey> PeopleKeys::open_key(const std::string& person_id, ByteView sealed) const {
  for (const SecretKey& each : keys_) {
    if (Result<SecretKey> key = unwrapped(each, sealed, key_of_person(person_id)); key.ok()) return *std::move(key);
  }
  return std::nullopt;
}

Bytes Vault::seal_key(const std::string& person_id, const Countries& hidden_from, const SecretKey& key) const {
  const std::string context = key_of_person(person_id);
  if (hidden_from.empty()) return puente::seal(open_people_, key.bytes(), context, random_);
  return puente::seal(key_of_people(hidden_from), key.bytes(), context, random_);
}
Result<SecretKey> Vault::open_key(const std::string& person_id, const Countries& hidden_from, ByteView sealed) const {
  const std::string context = key_of_person(person_id);
  Result<SecretKey> out = hidden_from.empty() ? unwrapped(open_people_, sealed, context)
                                              : unwrapped(key_of_people(hidden_from), sealed, context);
  return out.ok() ? std::move(out) : open_key_6(person_id, sealed);
}
Result<SecretKey> Vault::open_key_6(const std::string& person_id, ByteView sealed) const {
  return unwrap(sealed, key_of_person(person_id));
}

Bytes Vault::seal(const SecretKey& key, const EncounterId& id, const EncounterBody& body) const {
  return puente::seal(key, encode(body), of_encounter(id) + "/body", random_);
}
Result<EncounterBody> Vault::open_encounter(const SecretKey& key, const EncounterId& id, ByteView sealed) const {
  return decoded(puente::open(key, sealed, of_encounter(id) + "/body"), decode_encounter);
}

Bytes Vault::seal(const SecretKey& key, const EncounterId& id, std::int64_t ordinal, const Sample& sample) const {
  return puente::seal(key, encode(sample), of_sample(id, ordinal), random_);
}
Result<Sample> Vault::open_sample(const SecretKey& key, const EncounterId& id, std::int64_t ordinal,
                                  ByteView sealed) const {
  return decoded(puente::open(key, sealed, of_sample(id, ordinal)), decode_sample);
}

Bytes Vault::seal(const SecretKey& key, const EncounterId& id, std::int64_t ordinal, const Template& made) const {
  const Features& features = made.features;
  return puente::seal(key, encode(TemplateBody{made.cut, features.bytes}),
                      of_template(id, ordinal, features.place, features.format), random_);
}

Result<Template> Vault::open_template(const SecretKey& key, const EncounterId& id, std::int64_t ordinal,
                                      const TemplateColumns& beside, ByteView sealed) const {
  constexpr std::int64_t kFormatMax = std::numeric_limits<std::uint16_t>::max();
  const bool small = beside.modality >= 0 && beside.modality < kModalityCount && beside.place >= 0 &&
                     beside.place <= std::numeric_limits<std::uint8_t>::max();
  const auto place =
      small ? checked_place(static_cast<int>(beside.modality), static_cast<int>(beside.place)) : std::optional<Place>();
  if (!place) return Error{Code::kCorrupt, "a stored template is of no finger, face or eye"};
  if (beside.format < 0 || beside.format > kFormatMax)
    return Error{Code::kCorrupt, "a stored template is of no format"};
  ASSIGN_OR_RETURN(
      TemplateBody body,
      decoded(puente::open(key, sealed, of_template(id, ordinal, *place, beside.format)), decode_template));
  return Template{{*place, static_cast<std::uint16_t>(beside.format), std::move(body.features)}, body.cut};
}

Result<Bytes> Vault::open_template_1(const SecretKey& key, const EncounterId& id, std::int64_t ordinal,
                                     std::int64_t position, ByteView sealed) const {
  const bool known = position >= 0 && position <= static_cast<int>(FingerCapture::kPlainThumbs);
  const char* name = to_string(known ? static_cast<FingerCapture>(position) : FingerCapture::kUnknown);
  return puente::open(key, sealed, of_encounter(id) + "/template/" + std::to_string(ordinal) + "/" + name);
}

// ---- under the node key

Bytes Vault::seal(const AgreementRecord& agreement) const {
  return puente::seal(node_key_, encode(agreement), of_agreement(agreement.id), random_);
}
Result<AgreementRecord> Vault::open_agreement(const std::string& id, ByteView sealed) const {
  return decoded(puente::open(node_key_, sealed, of_agreement(id)), decode_agreement);
}

Bytes Vault::seal(const Case& record) const {
  return puente::seal(node_key_, encode(record), of_case(record.case_id), random_);
}
Result<Case> Vault::open_case(const std::string& case_id, ByteView sealed) const {
  return decoded(puente::open(node_key_, sealed, of_case(case_id)), decode_case);
}

Bytes Vault::seal(const PracticeCase& record) const {
  return puente::seal(node_key_, encode(record), of_practice(record.case_id), random_);
}
Result<PracticeCase> Vault::open_practice_case(const std::string& case_id, ByteView sealed) const {
  return decoded(puente::open(node_key_, sealed, of_practice(case_id)), decode_practice_case);
}

Bytes Vault::seal(const Question& question) const {
  return puente::seal(node_key_, encode(question), of_question(question.exchange_id), random_);
}
Result<Question> Vault::open_question(const std::string& exchange_id, ByteView sealed) const {
  return decoded(puente::open(node_key_, sealed, of_question(exchange_id)), decode_question);
}

// ---- each under a key of its own

// The words are those of version 1, when what an examiner is shown was the probe itself: its rows open still.
Keyed Vault::seal_exhibit(const std::string& case_id, ByteView exhibit) const {
  return seal_alone(exhibit, {"case/" + case_id + "/probe-key", "case/" + case_id + "/probe"});
}
Result<Bytes> Vault::open_exhibit(const std::string& case_id, const Keyed& sealed) const {
  return open_alone(sealed, {"case/" + case_id + "/probe-key", "case/" + case_id + "/probe"});
}

Keyed Vault::seal_practice_pair(const PracticePair& pair) const {
  return seal_alone(encode(pair), {"practice-pair/" + pair.pair_id + "/key", "practice-pair/" + pair.pair_id});
}
Result<PracticePair> Vault::open_practice_pair(const std::string& pair_id, const Keyed& sealed) const {
  return decoded(open_alone(sealed, {"practice-pair/" + pair_id + "/key", "practice-pair/" + pair_id}),
                 decode_practice_pair);
}

Keyed Vault::seal_practice_exhibit(const std::string& case_id, ByteView exhibit) const {
  return seal_alone(exhibit, {of_practice(case_id) + "/exhibit-key", of_practice(case_id) + "/exhibit"});
}
Result<Bytes> Vault::open_practice_exhibit(const std::string& case_id, const Keyed& sealed) const {
  return open_alone(sealed, {of_practice(case_id) + "/exhibit-key", of_practice(case_id) + "/exhibit"});
}

Keyed Vault::seal_released(const std::string& exchange_id, const BiographicData& released) const {
  return seal_alone(encode(released),
                    {"question/" + exchange_id + "/released-key", "question/" + exchange_id + "/released"});
}
Result<BiographicData> Vault::open_released(const std::string& exchange_id, const Keyed& sealed) const {
  return decoded(
      open_alone(sealed, {"question/" + exchange_id + "/released-key", "question/" + exchange_id + "/released"}),
      decode_biographic);
}

Keyed Vault::seal_payload(const std::string& outbox_id, ByteView payload) const {
  return seal_alone(payload, {"outbox/" + outbox_id + "/key", "outbox/" + outbox_id + "/payload"});
}
Result<Bytes> Vault::open_payload(const std::string& outbox_id, const Keyed& sealed) const {
  return open_alone(sealed, {"outbox/" + outbox_id + "/key", "outbox/" + outbox_id + "/payload"});
}

Keyed Vault::seal_details(std::uint64_t index, const Json& details) const {
  const std::string entry = "log/" + std::to_string(index);
  return seal_alone(to_bytes(canonical(details)), {entry + "/details-key", entry + "/details"});
}
Result<Json> Vault::open_details(std::uint64_t index, const Keyed& sealed) const {
  const std::string entry = "log/" + std::to_string(index);
  ASSIGN_OR_RETURN(const Bytes opened, open_alone(sealed, {entry + "/details-key", entry + "/details"}));
  return parse_json(text(opened));
}

Keyed Vault::seal_protection(const Protection& protection) const {
  const std::string person = "protection/" + protection.person_id;
  return seal_alone(encode(protection), {person + "/key", person + "/body"});
}
Result<Protection> Vault::open_protection(const std::string& person_id, const Keyed& sealed) const {
  const std::string person = "protection/" + person_id;
  return decoded(open_alone(sealed, {person + "/key", person + "/body"}), decode_protection);
}

Keyed Vault::seal_alarm(std::int64_t number, const Alarm& alarm) const {
  const std::string which = "alarm/" + std::to_string(number);
  return seal_alone(encode(alarm), {which + "/key", which + "/body"});
}
Result<Alarm> Vault::open_alarm(std::int64_t number, const Keyed& sealed) const {
  const std::string which = "alarm/" + std::to_string(number);
  ASSIGN_OR_RETURN(Alarm alarm, decoded(open_alone(sealed, {which + "/key", which + "/body"}), decode_alarm));
  alarm.number = number;
  return alarm;
}

Keyed Vault::seal_watchlist_entry(const WatchlistEntry& entry) const {
  const std::string which = "watchlist/" + entry.entry_id;
  return seal_alone(encode(entry), {which + "/key", which + "/body"});
}
Result<WatchlistEntry> Vault::open_watchlist_entry(const std::string& entry_id, const Keyed& sealed) const {
  const std::string which = "watchlist/" + entry_id;
  return decoded(open_alone(sealed, {which + "/key", which + "/body"}), decode_watchlist_entry);
}

Keyed Vault::seal_watchlist_alert(std::int64_t number, const WatchlistAlert& alert) const {
  const std::string which = "watchlist-alert/" + std::to_string(number);
  return seal_alone(encode(alert), {which + "/key", which + "/body"});
}
Result<WatchlistAlert> Vault::open_watchlist_alert(std::int64_t number, const Keyed& sealed) const {
  const std::string which = "watchlist-alert/" + std::to_string(number);
  ASSIGN_OR_RETURN(WatchlistAlert alert,
                   decoded(open_alone(sealed, {which + "/key", which + "/body"}), decode_watchlist_alert));
  alert.number = number;
  return alert;
}

Keyed Vault::seal_state(const std::string& name, ByteView value) const {
  return seal_alone(value, {"state/" + name + "/key", "state/" + name + "/value"});
}
Result<Bytes> Vault::open_state(const std::string& name, const Keyed& sealed) const {
  return open_alone(sealed, {"state/" + name + "/key", "state/" + name + "/value"});
}

Keyed Vault::seal_task(const Task& task) const {
  return seal_alone(encode(task), {"task/" + task.task_id + "/key", "task/" + task.task_id + "/body"});
}
Result<Task> Vault::open_task(const std::string& task_id, const Keyed& sealed) const {
  return decoded(open_alone(sealed, {"task/" + task_id + "/key", "task/" + task_id + "/body"}), decode_task);
}

Keyed Vault::seal_once(const std::string& name, ByteView body) const {
  return seal_alone(body, {"once/" + name + "/key", "once/" + name + "/answer"});
}
Result<Bytes> Vault::open_once(const std::string& name, const Keyed& sealed) const {
  return open_alone(sealed, {"once/" + name + "/key", "once/" + name + "/answer"});
}

}  // namespace puente::store
