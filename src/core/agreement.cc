#include "core/agreement.h"

#include <algorithm>

#include "core/named.h"

namespace puente {

const char* to_string(Purpose purpose) {
  switch (purpose) {
    case Purpose::kTravellerFacilitation:
      return "traveller_facilitation";
    case Purpose::kBorderIdentification:
      return "border_identification";
    case Purpose::kTraffickingInvestigation:
      return "trafficking_investigation";
    case Purpose::kSeriousCrimeInvestigation:
      return "serious_crime_investigation";
    case Purpose::kMissingPersonSearch:
      return "missing_person_search";
  }
  return "unknown";
}

Result<Purpose> parse_purpose(std::string_view name) {
  return parse_named<Purpose>(name, "purpose", kPurposeCount);
}

const char* to_string(OnwardTransfer onward) {
  switch (onward) {
    case OnwardTransfer::kNever:
      return "never";
    case OnwardTransfer::kWithConsent:
      return "with_consent";
  }
  return "unknown";
}

Result<OnwardTransfer> parse_onward_transfer(std::string_view name) {
  return parse_named<OnwardTransfer>(name, "onward transfer", kOnwardTransferCount);
}

const char* to_string(AgreementState state) {
  switch (state) {
    case AgreementState::kAccepted:
      return "accepted";
    case AgreementState::kSuspended:
      return "suspended";
    case AgreementState::kTerminated:
      return "terminated";
  }
  return "unknown";
}

const Party* Agreement::party(std::string_view country) const {
  for (const Party& each : parties) {
    if (each.country == country) return &each;
  }
  return nullptr;
}

const Party* Agreement::partner_of(std::string_view country) const {
  if (parties[0].country == country) return &parties[1];
  if (parties[1].country == country) return &parties[0];
  return nullptr;
}

const PurposeTerms* Agreement::terms(Purpose purpose) const {
  for (const PurposeTerms& each : purposes) {
    if (each.purpose == purpose) return &each;
  }
  return nullptr;
}

int Agreement::message_version() const {
  int highest = 0;
  for (const int version : kMessageVersions) {
    const bool both = parties[0].message_versions.contains(version) && parties[1].message_versions.contains(version);
    if (both) highest = std::max(highest, version);
  }
  return highest;
}

}  // namespace puente
