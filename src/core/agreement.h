// The agreement between two countries as the machine enforces it: a plain value. policy/ reads it from its signed JSON
// document (docs/formats/agreement.md) and decides by it.
#pragma once
#include <array>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/crypto.h"
#include "core/grounds.h"
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
inline constexpr std::array kMessageVersions{1, 2, 3};

struct Party {
  std::string country;  // ISO 3166-1 alpha-3
  std::string name;
  SigningPublicKey signing_key{};
  SealingPublicKey sealing_key{};
  Digest certificate_sha256{};        // of the DER form of the one TLS certificate that this party's node shows
  std::set<int> message_versions{1};  // that its node reads
  int utc_offset_minutes = 0;         // of its civil day, the year through: quotas are counted by it (format 3)
};

// What became of released data may leave the country it was released to? Names are in agreements.
enum class OnwardTransfer { kNever, kWithConsent };
inline constexpr int kOnwardTransferCount = static_cast<int>(OnwardTransfer::kWithConsent) + 1;
const char* to_string(OnwardTransfer onward);  // "never", "with_consent"
Result<OnwardTransfer> parse_onward_transfer(std::string_view name);

// What a clause says from format 3 on.
struct Conditions {
  std::set<SubjectCategory> subject_categories;
  std::set<Aim> aims;
  std::int64_t age_from = 0, age_to = kAgeMax;      // years, both inclusive
  std::set<std::string> galleries;                  // of the asked side, that are searched
  std::map<Modality, std::int64_t> score_floors{};  // for each modality: a candidate below is no hit
  bool own_nationals = false;                       // whether the asked country's own may be found (R4)
  std::int64_t person_quota = 1;                    // questions about one person in a civil day; one file's are one
  std::int64_t response_hours = 1;                  // an examiner of the asked side decides within
  OnwardTransfer onward_transfer = OnwardTransfer::kNever;
  bool needs_order = false;    // a court's, checked before anything is compared
  Digest impact_assessment{};  // of the document in which it was judged
};

struct PurposeTerms {
  Purpose purpose = Purpose::kBorderIdentification;
  std::set<std::string> may_ask;  // countries
  std::set<Modality> modalities;
  std::set<DataElement> release;    // all that may be released after a confirmed hit
  std::int64_t retention_days = 0;  // how long the asking side may keep what was released
  std::int64_t daily_quota = 0;     // questions each asking country: in 24 hours; by conditions, in a civil day
  bool review_required = true;      // an examiner of the answering side confirms; false is not accepted in this version
  std::optional<Conditions> conditions{};  // none: of an older format
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
