// What the tests of this folder share: two countries with keys from fixed seeds, and a draft between them.
#pragma once
#include "policy/policy.h"

namespace puente::policy {

inline std::array<std::uint8_t, 32> seed(std::uint8_t value) {
  std::array<std::uint8_t, 32> out;
  out.fill(value);
  return out;
}
inline SigningKey signing_key(std::uint8_t value) {
  return *SigningKey::from_seed(seed(value));
}
inline Party party(std::string country, std::uint8_t value) {
  return {.country = country,
          .name = "Authority of " + country,
          .signing_key = signing_key(value).public_key(),
          .sealing_key = SealingKey::from_bytes(seed(value + 100))->public_key(),
          .certificate_sha256 = sha256(view(country))};
}

inline constexpr std::uint8_t kUsa = 1, kCol = 2, kStranger = 3;

inline Json purpose_document(const char* purpose, std::initializer_list<Json> may_ask,
                             std::initializer_list<Json> release) {
  return Json::object({{"purpose", purpose},
                       {"may_ask", Json::array(may_ask)},
                       {"modalities", Json::array({"finger"})},
                       {"release", Json::array(release)},
                       {"retention_days", 30},
                       {"daily_quota", 5},
                       {"review_required", true}});
}

inline Json draft() {
  return *draft_agreement(
      "usa-col-2026", "2026-01-01", "2027-01-01", party("USA", kUsa), party("COL", kCol),
      Json::array({purpose_document("border_identification", {"USA", "COL"}, {"family_name", "nationality"}),
                   purpose_document("trafficking_investigation", {"COL"}, {"family_name", "encounter_place"})}));
}
inline Json signed_by_both() {
  return *sign_agreement(*sign_agreement(draft(), "USA", signing_key(kUsa)), "COL", signing_key(kCol));
}
inline Agreement agreement() {
  return *read_agreement(canonical(signed_by_both()));
}

inline std::int64_t at(const char* time) {
  return *parse_iso8601(time);
}

}  // namespace puente::policy
