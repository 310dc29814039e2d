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
          .certificate_sha256 = sha256(view(country)),
          .message_versions = {1, 2, 3}};
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

inline Json two_purposes() {
  return Json::array({purpose_document("border_identification", {"USA", "COL"}, {"family_name", "nationality"}),
                      purpose_document("trafficking_investigation", {"COL"}, {"family_name", "encounter_place"})});
}
inline Json draft() {
  return *draft_agreement("usa-col-2026", "2026-01-01", "2027-01-01", party("USA", kUsa), party("COL", kCol),
                          two_purposes());
}
inline Json signed_by_both(const Json& document = draft()) {
  return *sign_agreement(*sign_agreement(document, "USA", signing_key(kUsa)), "COL", signing_key(kCol));
}
inline Agreement agreement() {
  return *read_agreement(canonical(signed_by_both()));
}
inline AcceptedAgreement in_force() {
  return {agreement()};
}

// The same clauses with conditions: a document of format 3.
inline Json with_conditions(Json clause) {
  return clause.set("subject_categories", Json::array({"suspect", "missing", "other"}))
      .set("aims", Json::array({"identify"}))
      .set("ages", Json::object({{"from", 14}, {"to", 130}}))
      .set("galleries", Json::array({"main"}))
      .set("score_floors", Json::object({{"finger", 60}}))
      .set("own_nationals", false)
      .set("person_quota", 2)
      .set("response_hours", 48)
      .set("onward_transfer", "never")
      .set("needs_order", false)
      .set("impact_assessment_sha256", to_hex(sha256(view("the assessment"))));
}
inline Json two_purposes_3() {
  Json second = with_conditions((*two_purposes().as_array())[1]);
  return Json::array({with_conditions((*two_purposes().as_array())[0]), second.set("needs_order", true)});
}
inline Party party_at(std::string country, std::uint8_t value, int utc_offset_minutes) {
  Party out = party(std::move(country), value);
  out.utc_offset_minutes = utc_offset_minutes;
  return out;
}
inline Json draft_3() {
  return *draft_agreement("usa-col-2027", "2026-01-01", "2027-01-01", party_at("USA", kUsa, -300),
                          party_at("COL", kCol, -300), two_purposes_3(), "usa-col-2026");
}
inline AcceptedAgreement in_force_3() {
  return {*read_agreement(canonical(signed_by_both(draft_3())))};
}

inline std::int64_t at(const char* time) {
  return *parse_iso8601(time);
}

inline Ask sound_ask() {
  return {.asking = "USA",
          .answering = "COL",
          .purpose = Purpose::kBorderIdentification,
          .modalities = {Modality::kFinger},
          .case_reference = "TX-2026-0001",
          .asked_today = 0,
          .answer_within_ms = 72 * kHourMs,
          .now_ms = at("2026-06-01")};
}

inline Ask sound_ask_3() {
  Ask ask = sound_ask();
  ask.grounds = {.legal_basis = "8 USC 1225",
                 .subject_category = SubjectCategory::kOther,
                 .aim = Aim::kIdentify,
                 .urgency = Urgency::kRoutine,
                 .age = 34};
  return ask;
}
inline Ask ask_with_order() {  // of COL, for the clause that needs one
  Ask ask = sound_ask_3();
  std::swap(ask.asking, ask.answering);
  ask.purpose = Purpose::kTraffickingInvestigation;
  ask.grounds.order = CourtOrder{"Juzgado 4 Penal", "2026-118", "2026-05-01", "2026-06-30"};
  return ask;
}

inline Case cleared_case() {
  Case out;
  out.case_id = "case-1";
  out.exchange_id = "exchange-1";
  out.agreement_id = "usa-col-2026";
  out.partner = "USA";
  out.purpose = Purpose::kBorderIdentification;
  out.partner_case_reference = "TX-2026-0001";
  out.state = CaseState::kCleared;
  out.opened_ms = at("2026-06-01");
  out.expires_ms = at("2026-06-04");
  out.person_id = "person-1";
  out.encounter_id = "encounter-1";
  out.examiner = "examiner-7";
  out.verdict_reasons = "fourteen minutiae agree, none contradicts";
  out.decided_ms = at("2026-06-02");
  out.releaser = "supervisor-2";
  out.release_facts = "met at the border, file read";
  out.cleared_ms = at("2026-06-02");
  return out;
}

inline Question released_question() {
  return {.exchange_id = "exchange-1",
          .agreement_id = "usa-col-2026",
          .partner = "COL",
          .purpose = Purpose::kBorderIdentification,
          .case_reference = "TX-2026-0001",
          .requester = "officer-1",
          .state = QuestionState::kReleased,
          .asked_ms = at("2026-06-01"),
          .expires_ms = at("2026-06-04"),
          .reference = "case-1",
          .reasons = {},
          .released = {{DataElement::kFamilyName, "Prueba"}},
          .retention_until_ms = at("2026-07-02")};
}

// As somebody may propose it on 3 June 2026.
inline WatchlistEntry sound_listing() {
  WatchlistEntry out;
  out.person_id = "person-1";
  out.owner = "officer-1";
  out.category = WatchCategory::kSuspect;
  out.file = "TX-2026-0001";
  out.legal_basis = "8 USC 1225";
  out.facts = {{"drove the lorry of 4 May", "highway police, patrol 12", "2026-05-04", "report 2026/881"}};
  out.assessments = {
      {"thought to work for the same ring", "analyst-3", EvidenceGrade::kCorroborated, at("2026-12-01")}};
  out.review_ms = at("2026-12-01");
  out.expires_ms = at("2027-03-01");
  return out;
}

}  // namespace puente::policy
