// The agreement between two countries as the machine enforces it: a plain value. policy/ reads it from its signed JSON
// document (docs/formats/agreement.md) and decides by it.
#pragma once
#include <array>
#include <set>
#include <string>
#include <vector>

#include "core/crypto.h"
#include "core/person.h"

namespace puente {

// The closed list of purposes. Names are in agreements and on the wire.
enum class Purpose {
  kTravellerFacilitation,  // clear a legitimate traveller faster
  kBorderIdentification,   // who is this person met on the move
  kTraffickingInvestigation,
  kSeriousCrimeInvestigation,
  kMissingPersonSearch,
};
inline constexpr int kPurposeCount = 5;
const char* to_string(Purpose purpose);  // "traveller_facilitation", …
Result<Purpose> parse_purpose(std::string_view name);

struct Party {
  std::string country;  // ISO 3166-1 alpha-3
  std::string name;
  SigningPublicKey signing_key{};
  SealingPublicKey sealing_key{};
  Digest certificate_sha256{};  // of the DER form of the one TLS certificate that this party's node shows
};

struct PurposeTerms {
  Purpose purpose = Purpose::kBorderIdentification;
  std::set<std::string> may_ask;  // countries
  std::set<Modality> modalities;
  std::set<DataElement> release;    // all that may be released after a confirmed hit
  std::int64_t retention_days = 0;  // how long the asking side may keep what was released
  std::int64_t daily_quota = 0;     // questions a UTC day, each asking country
  bool review_required = true;      // an examiner of the answering side confirms; false is not accepted in this version
};

struct Agreement {
  std::string id;
  std::int64_t valid_from_ms = 0;
  std::int64_t valid_until_ms = 0;  // exclusive
  std::array<Party, 2> parties;
  std::vector<PurposeTerms> purposes;
  bool suspended = false;  // by this node alone, at once (R32); not in the document
  Digest digest{};  // SHA-256 of the canonical document without its signatures: both sides name it in every message

  const Party* party(std::string_view country) const;  // null when not a party
  const Party* partner_of(std::string_view country) const;
  const PurposeTerms* terms(Purpose purpose) const;  // null when the agreement lacks that purpose
};

}  // namespace puente
