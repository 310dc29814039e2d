// Person, encounter, sample: OSIA's nouns. A person is known by encounters; an encounter holds what was captured that
// day.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/place.h"
#include "core/standing.h"

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
inline constexpr int kDataElementCount = static_cast<int>(DataElement::kEncounterPlace) + 1;
const char* to_string(DataElement element);  // "family_name", …
Result<DataElement> parse_data_element(std::string_view name);

using BiographicData = std::map<DataElement, std::string>;  // dates as 1990-04-30, countries as ISO 3166-1 alpha-3

bool is_country(std::string_view code);  // one of ISO 3166-1 alpha-3; the list: core/country.h
bool is_id(std::string_view id);         // 1–64 of [A-Za-z0-9._:-]: person, encounter, case, exchange ids

inline constexpr int kImpressionUnknown = 29;

// What kind of file a sample is. Names are on the wire.
enum class Coding : unsigned char { kUnknown, kPng, kJpeg, kJpeg2000, kWsq, kMinutiae };
const char* to_string(Coding coding);  // "png", "jpeg", "jpeg2000", "wsq", "minutiae"; "unknown": nobody has looked
Result<Coding> parse_coding(std::string_view name);
// By how the bytes begin; kUnknown: none of these, though it may be a record that has some in it.
Coding coding_of(ByteView bytes);

struct Sample {
  FingerCapture position = FingerCapture::kUnknown;  // of a finger
  Bytes image{};   // the encoded file as it was captured, or a record of minutiae where no image was kept
  double ppi = 0;  // overrides what the file says; 0 = the file's own
  Modality modality = Modality::kFinger;
  Eye eye = Eye::kUnknown;              // of an iris
  int impression = kImpressionUnknown;  // of a finger, by the codes of ANSI/NIST-ITL's IMP: 0 plain, 1 rolled, …
  Coding coding = Coding::kUnknown;     // what image is
};
std::optional<Place> place_of(const Sample& sample);  // nullopt: a slap shows several, or its number is none
Sample sample_at(Place place);                        // nothing captured yet

struct SampleQuality {  // of a finger or a slap, for who captures
  FingerCapture position = FingerCapture::kUnknown;
  int score = 0;                     // 0–100; of a slap: how sure it is which finger is which
  std::vector<std::string> reasons;  // what to mend at the next capture
};

// Why a finger is not there (ANSI/NIST-ITL AMP).
enum class Missing : unsigned char { kAmputated = 0, kUnableToPrint = 1 };  // the numbers are stored
const char* to_string(Missing missing);                                     // "AMPUTATED", "UNABLE_TO_PRINT"

struct Encounter {
  std::string person_id;
  std::string encounter_id;
  std::int64_t created_ms = 0;
  std::int64_t retention_until_ms = 0;
  BiographicData biographic;
  std::vector<Sample> samples;
  std::map<Finger, Missing> missing;
  Standing standing;  // who may find it
};

}  // namespace puente
