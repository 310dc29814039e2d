// The plain bytes of what the store seals, and the contexts they are sealed under. Inside store/ only. Layout:
// docs/formats/database.md. Ids contain no '/', so no two contexts are the same.
#pragma once
#include "store/store.h"

namespace puente::store {

inline constexpr std::int64_t kSchemaVersion = 1;
inline constexpr std::int64_t kApplicationId = 0x50756E74;  // "Punt", at byte 68 of the file

struct EncounterBody {
  std::int64_t created_ms = 0, retention_until_ms = 0;  // bound here, so that the columns cannot be changed unnoticed
  BiographicData biographic;
  std::vector<std::string> withheld_from;
  std::map<Finger, Missing> missing;
};
Bytes encode(const EncounterBody& body);
Result<EncounterBody> decode_encounter(ByteView bytes);
Bytes encode(const Sample& sample);
Result<Sample> decode_sample(ByteView bytes);
Bytes encode(const Case& record);
Result<Case> decode_case(ByteView bytes);
Bytes encode(const Question& question);  // without what was released
Result<Question> decode_question(ByteView bytes);
Bytes encode(const BiographicData& data);
Result<BiographicData> decode_biographic(ByteView bytes);
Bytes encode(const std::vector<std::string>& strings);
Result<std::vector<std::string>> decode_strings(ByteView bytes);

namespace context {
std::string person_key(const std::string& person_id);
std::string encounter(const EncounterId& id);
std::string sample(const EncounterId& id, std::int64_t ordinal);
std::string finger_template(const EncounterId& id, std::int64_t ordinal, Finger position);
std::string case_record(const std::string& case_id);
std::string probe_key(const std::string& case_id);
std::string probe(const std::string& case_id);
std::string question(const std::string& exchange_id);
std::string released_key(const std::string& exchange_id);
std::string released(const std::string& exchange_id);
std::string outbox_key(const std::string& id);
std::string outbox(const std::string& id);
std::string details_key(std::uint64_t index);
std::string details(std::uint64_t index);
inline constexpr const char* kNodeKey = "database/node-key";
}  // namespace context

}  // namespace puente::store
