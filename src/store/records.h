// The plain bytes of what the store seals. Inside store/ only, and there behind the vault. Layout:
// docs/formats/database.md.
#pragma once
#include "store/store.h"

namespace puente::store {

struct EncounterBody {
  std::int64_t created_ms = 0, retention_until_ms = 0;  // bound here, so that the columns cannot be changed unnoticed
  BiographicData biographic;
  Standing standing;
  std::map<Finger, Missing> missing;
};
struct TemplateBody {
  std::optional<Cut> cut;
  Bytes features;
};
Bytes encode(const EncounterBody& body);
Result<EncounterBody> decode_encounter(ByteView bytes);
Bytes encode(const Sample& sample);
Result<Sample> decode_sample(ByteView bytes);
Bytes encode(const TemplateBody& body);
Result<TemplateBody> decode_template(ByteView bytes);
Bytes encode(const AgreementRecord& agreement);
Result<AgreementRecord> decode_agreement(ByteView bytes);
Bytes encode(const Case& record);
Result<Case> decode_case(ByteView bytes);
Bytes encode(const PracticePair& pair);
Result<PracticePair> decode_practice_pair(ByteView bytes);
Bytes encode(const PracticeCase& record);
Result<PracticeCase> decode_practice_case(ByteView bytes);
Bytes encode(const Question& question);  // without what was released
Result<Question> decode_question(ByteView bytes);
Bytes encode(const Protection& protection);
Result<Protection> decode_protection(ByteView bytes);
Bytes encode(const Alarm& alarm);  // without its number
Result<Alarm> decode_alarm(ByteView bytes);
Bytes encode(const WatchlistEntry& entry);
Result<WatchlistEntry> decode_watchlist_entry(ByteView bytes);
Bytes encode(const WatchlistAlert& alert);  // without its number
Result<WatchlistAlert> decode_watchlist_alert(ByteView bytes);
Bytes encode(const Task& task);
Result<Task> decode_task(ByteView bytes);
Bytes encode(const BiographicData& data);
Result<BiographicData> decode_biographic(ByteView bytes);
Bytes encode(const std::vector<std::string>& strings);
Result<std::vector<std::string>> decode_strings(ByteView bytes);

}  // namespace puente::store
