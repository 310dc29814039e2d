// Person, encounter, sample: OSIA's nouns. A person is known by encounters; an encounter holds what was captured that
// day.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/bytes.h"
#include "core/finger_position.h"

namespace puente {

// The closed list of data elements that a node keeps of a person and that an agreement may release. Names are stored
// and on the wire.
enum class DataElement {
  kFamilyName,
  kGivenNames,
  kDateOfBirth,
  kSex,
  kNationality,
  kPlaceOfBirth,
  kDocumentType,
  kDocumentNumber,
  kDocumentIssuer,
  kEncounterDate,
  kEncounterPlace,
};
inline constexpr int kDataElementCount = 11;
const char* to_string(DataElement element);  // "family_name", …
Result<DataElement> parse_data_element(std::string_view name);

using BiographicData = std::map<DataElement, std::string>;  // dates as 1990-04-30, countries as ISO 3166-1 alpha-3

bool is_country(std::string_view code);  // three capital letters (ISO 3166-1 alpha-3 form)
bool is_id(std::string_view id);         // 1–64 of [A-Za-z0-9._:-]: person, encounter, case, exchange ids

struct Sample {
  FingerPosition position = FingerPosition::kUnknown;
  Bytes image;     // the encoded file as it was captured
  double ppi = 0;  // overrides what the file says; 0 = the file's own
};

struct Encounter {
  std::string person_id;
  std::string encounter_id;
  std::int64_t created_ms = 0;
  std::int64_t retention_until_ms = 0;
  BiographicData biographic;
  std::vector<Sample> samples;
  std::vector<std::string>
      withheld_from;  // countries whose questions must never find this encounter (R2): not even compared
};

}  // namespace puente
