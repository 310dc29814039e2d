// The agreement between two countries as the machine enforces it: a plain value. policy/ reads it from its signed JSON
// document (docs/formats/agreement.md) and decides by it.
#pragma once
#include <array>
#include <limits>
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
inline constexpr int kPurposeCount = static_cast<int>(Purpose::kMissingPersonSearch) + 1;
const char* to_string(Purpose purpose);  // "traveller_facilitation", …
Result<Purpose> parse_purpose(std::string_view name);

// Versions of messages between nodes that this program reads and writes: docs/formats/exchange.md.
inline constexpr std::array kMessageVersions{1, 2};

struct Party {
  std::string country;  // ISO 3166-1 alpha-3
  std::string name;
  SigningPublicKey signing_key{};
  SealingPublicKey sealing_key{};
  Digest certificate_sha256{};        // of the DER form of the one TLS certificate that this party's node shows
  std::set<int> message_versions{1};  // that its node reads
};

struct PurposeTerms {
  Purpose purpose = Purpose::kBorderIdentification;
  std::set<std::string> may_ask;  // countries
  std::set<Modality> modalities;
  std::set<DataElement> release;    // all that may be released after a confirmed hit
  std::int64_t retention_days = 0;  // how long the asking side may keep what was released
  std::int64_t daily_quota = 0;     // questions in 24 hours, each asking country
  bool review_required = true;      // an examiner of the answering side confirms; false is not accepted in this version
};

struct Agreement {
  std::string id;
  std::int64_t valid_from_ms = 0;
  std::int64_t valid_until_ms = 0;  // exclusive
  std::array<Party, 2> parties;
  std::vector<PurposeTerms> purposes;
  std::string replaces;  // id of an older one: from valid_from_ms on nothing new is asked under that; may be empty
  Digest digest{};  // SHA-256 of the canonical document without its signatures: both sides name it in every message

  const Party* party(std::string_view country) const;  // null when not a party
  const Party* partner_of(std::string_view country) const;
  const PurposeTerms* terms(Purpose purpose) const;  // null when the agreement lacks that purpose
  int message_version() const;                       // the highest that both parties and this program read; 0: none
};

// How a node stands to an agreement that both signed: its own decision, in force at once. Numbers are stored.
enum class AgreementState { kAccepted = 1, kSuspended = 2, kTerminated = 3 };
const char* to_string(AgreementState state);  // "accepted", …

// What a node keeps of an agreement: a row of its store.
struct AgreementRecord {
  std::string id;
  std::string document;  // the signed text, byte for byte as it was accepted
  AgreementState state = AgreementState::kAccepted;
  std::int64_t accepted_ms = 0;
  std::int64_t changed_ms = 0;  // into this state
  std::string changed_by;       // user
  std::string reasons;          // for the state, in that user's words
};

// The same, read and checked: what policy/ decides by.
struct AcceptedAgreement : Agreement {
  static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
  AgreementState state = AgreementState::kAccepted;
  std::int64_t accepted_ms = 0;
  std::int64_t replaced_ms = kNever;  // when another one that was accepted here takes its place
};

}  // namespace puente
