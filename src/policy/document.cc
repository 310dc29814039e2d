#include "policy/document.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/biographic.h"
#include "core/limits.h"

namespace puente::policy {
namespace {

constexpr std::string_view kFormat1 = "puente-agreement/1";  // finger alone, messages of version 1 alone
constexpr std::string_view kFormat2 = "puente-agreement/2";
constexpr std::string_view kFormat3 = "puente-agreement/3";  // conditions in each clause, messages of version 3
constexpr std::string_view kFormatFamily = "puente-agreement/";
constexpr std::size_t kMessageVersionsMax = 8;
constexpr std::int64_t kMessageVersionMax = 1000;
constexpr std::size_t kPartyNameMax = 200;
constexpr std::int64_t kRetentionDaysMax = 3650;
constexpr std::int64_t kDailyQuotaMax = 1'000'000;
constexpr std::int64_t kResponseHoursMax = 60 * 24;
constexpr std::int64_t kScoreFloorMax = 300;
constexpr std::int64_t kUtcOffsetMin = -12 * 60, kUtcOffsetMax = 14 * 60;
constexpr std::size_t kGalleriesMax = 16;

// The bytes that both sign: all but the signatures.
Bytes signed_bytes(const Json& document) {
  Json terms = document;
  if (Json::Object* members = terms.as_object()) members->erase("signatures");
  return to_bytes(canonical(terms));
}

Bytes with_domain(const Json& document) {
  Bytes out = to_bytes(*document["format"].as_string() + "\n");
  const Bytes terms = signed_bytes(document);
  out.insert(out.end(), terms.begin(), terms.end());
  return out;
}

template <std::size_t N>
std::array<std::uint8_t, N> base64_member(JsonReader& reader, std::string_view key) {
  auto bytes = from_base64(reader.string(key));
  if (bytes.ok()) {
    if (auto out = fixed<N>(*bytes); out.ok()) return *out;
  }
  reader.complain("member \"" + std::string(key) + "\" must be " + std::to_string(N) + " bytes in base64");
  return {};
}

std::int64_t time_member(JsonReader& reader, std::string_view key) {
  const auto time = parse_iso8601(reader.string(key));
  if (!time.ok()) {
    reader.complain("member \"" + std::string(key) + "\": " + time.error().message);
    return 0;
  }
  return *time;
}

// The member's strings as a set of what `parse` makes of each; complains of a second one of the same.
template <typename T, typename Parse>
std::set<T> set_member(JsonReader& reader, std::string_view key, Parse parse) {
  std::set<T> out;
  for (const std::string& name : reader.strings(key)) {
    Result<T> value = parse(name);
    if (!value.ok()) {
      reader.complain("member \"" + std::string(key) + "\": " + value.error().message);
    } else if (!out.insert(*value).second) {
      reader.complain("member \"" + std::string(key) + "\" lists \"" + name + "\" twice");
    }
  }
  return out;
}

std::set<int> versions_member(JsonReader& reader, std::string_view key) {
  std::set<int> out;
  const Json::Array& versions = reader.array(key);
  for (const Json& each : versions) {
    const std::int64_t* version = each.as_integer();
    if (version == nullptr || *version < 1 || *version > kMessageVersionMax) continue;
    out.insert(static_cast<int>(*version));
  }
  if (versions.empty() || versions.size() > kMessageVersionsMax || out.size() != versions.size()) {
    reader.complain("member \"" + std::string(key) + "\" must hold 1 to 8 different numbers of versions");
  }
  return out;
}

Digest digest_member(JsonReader& reader, std::string_view key) {
  const auto bytes = from_hex(reader.string(key));
  if (bytes.ok()) {
    if (auto out = fixed<32>(*bytes); out.ok()) return *out;
  }
  reader.complain("member \"" + std::string(key) + "\" must be 32 bytes in hexadecimal");
  return {};
}

// Where a party stands decides whether it says which messages its node reads, and when its day begins.
enum class PartyIn { kFile, kDocument1, kDocument2, kDocument3 };

Result<Party> read_party(const Json& document, PartyIn where) {
  JsonReader reader(document, "party");
  Party party;
  party.country = reader.string("country");
  if (!is_country(party.country))
    reader.complain("member \"country\" must be a code of ISO 3166-1 alpha-3, such as COL");
  party.name = reader.string("name");
  if (party.name.empty() || !is_plain_text(party.name) || party.name.size() > kPartyNameMax) {
    reader.complain("member \"name\" must be plain text of 1 to " + std::to_string(kPartyNameMax) + " bytes");
  }
  party.signing_key = base64_member<32>(reader, "signing_key");
  party.sealing_key = base64_member<32>(reader, "sealing_key");
  party.certificate_sha256 = digest_member(reader, "certificate_sha256");
  const auto told = [&](const char* key, PartyIn from) {
    return where >= from || (where == PartyIn::kFile && !document[key].is_null());
  };
  if (told("message_versions", PartyIn::kDocument2))
    party.message_versions = versions_member(reader, "message_versions");
  if (told("utc_offset_minutes", PartyIn::kDocument3))
    party.utc_offset_minutes = static_cast<int>(reader.integer("utc_offset_minutes", kUtcOffsetMin, kUtcOffsetMax));
  TRY(reader.finish());
  if (!is_usable(party.sealing_key))
    return Error{Code::kInvalidInput, "party: member \"sealing_key\" is no X25519 key"};
  return party;
}

Json party_document(const Party& party, PartyIn where) {
  Json out = Json::object({{"country", party.country},
                           {"name", party.name},
                           {"signing_key", to_base64(party.signing_key)},
                           {"sealing_key", to_base64(party.sealing_key)},
                           {"certificate_sha256", to_hex(party.certificate_sha256)}});
  if (where != PartyIn::kDocument1) {
    out.set("message_versions", Json::Array(party.message_versions.begin(), party.message_versions.end()));
  }
  if (where == PartyIn::kDocument3 || (where == PartyIn::kFile && party.utc_offset_minutes != 0))
    out.set("utc_offset_minutes", party.utc_offset_minutes);
  return out;
}

std::set<std::string> galleries_member(JsonReader& reader) {
  std::set<std::string> out =
      set_member<std::string>(reader, "galleries", [](const std::string& name) -> Result<std::string> {
        if (!is_id(name)) return Error{Code::kInvalidInput, "a gallery's name has 1 to 64 of A-Z a-z 0-9 . _ : -"};
        return name;
      });
  if (out.empty() || out.size() > kGalleriesMax) reader.complain("member \"galleries\" must name 1 to 16");
  return out;
}

// One for each modality of the clause, and no other.
std::map<Modality, std::int64_t> floors_member(JsonReader& reader, const std::set<Modality>& modalities) {
  std::map<Modality, std::int64_t> out;
  JsonReader floors(reader.any("score_floors"), "score_floors");
  for (const Modality each : modalities) out[each] = floors.integer(to_string(each), 0, kScoreFloorMax);
  if (const Status read = floors.finish(); !read.ok()) reader.complain(read.error().message);
  return out;
}

void read_ages(JsonReader& reader, Conditions& out) {
  JsonReader ages(reader.any("ages"), "ages");
  out.age_from = ages.integer("from", 0, kAgeMax);
  out.age_to = ages.integer("to", 0, kAgeMax);
  if (out.age_from > out.age_to) ages.complain("\"from\" must not be over \"to\"");
  if (const Status read = ages.finish(); !read.ok()) reader.complain(read.error().message);
}

Conditions read_conditions(JsonReader& reader, const std::set<Modality>& modalities) {
  Conditions out;
  out.subject_categories = set_member<SubjectCategory>(reader, "subject_categories", parse_subject_category);
  if (out.subject_categories.empty()) reader.complain("member \"subject_categories\" must name one");
  out.aims = set_member<Aim>(reader, "aims", parse_aim);
  if (out.aims.empty()) reader.complain("member \"aims\" must name one");
  read_ages(reader, out);
  out.galleries = galleries_member(reader);
  out.score_floors = floors_member(reader, modalities);
  out.own_nationals = reader.boolean("own_nationals");
  out.person_quota = reader.integer("person_quota", 1, kDailyQuotaMax);
  out.response_hours = reader.integer("response_hours", 1, kResponseHoursMax);
  const auto onward = parse_onward_transfer(reader.string("onward_transfer"));
  if (onward.ok()) out.onward_transfer = *onward;
  if (!onward.ok()) reader.complain("member \"onward_transfer\": " + onward.error().message);
  out.needs_order = reader.boolean("needs_order");
  out.impact_assessment = digest_member(reader, "impact_assessment_sha256");
  return out;
}

Result<PurposeTerms> read_terms(const Json& json, const std::array<Party, 2>& parties, PartyIn where) {
  JsonReader reader(json, "purpose in the agreement");
  PurposeTerms terms;
  const auto purpose = parse_purpose(reader.string("purpose"));
  if (purpose.ok()) {
    terms.purpose = *purpose;
  } else {
    reader.complain(purpose.error().message);
  }
  terms.may_ask = set_member<std::string>(reader, "may_ask", [&](const std::string& country) -> Result<std::string> {
    if (country != parties[0].country && country != parties[1].country) {
      return Error{Code::kInvalidInput, "only the two parties can be listed"};
    }
    return country;
  });
  terms.modalities = set_member<Modality>(reader, "modalities", [&](const std::string& name) -> Result<Modality> {
    if (where == PartyIn::kDocument1 && name != to_string(Modality::kFinger)) {
      return Error{Code::kInvalidInput, "unknown modality: " + std::string(kFormat1) + " knows finger alone"};
    }
    return parse_modality(name);
  });
  terms.release = set_member<DataElement>(reader, "release", parse_data_element);
  terms.retention_days = reader.integer("retention_days", 1, kRetentionDaysMax);
  terms.daily_quota = reader.integer("daily_quota", 1, kDailyQuotaMax);
  terms.review_required = reader.boolean("review_required");
  if (!terms.review_required)
    reader.complain("member \"review_required\" must be true: an examiner confirms every hit");
  if (terms.may_ask.empty()) reader.complain("member \"may_ask\" must name a country");
  if (terms.modalities.empty()) reader.complain("member \"modalities\" must name one");
  if (where == PartyIn::kDocument3) terms.conditions = read_conditions(reader, terms.modalities);
  TRY(reader.finish());
  return terms;
}

Status read_parties(JsonReader& reader, PartyIn where, Agreement& out) {
  const Json::Array& parties = reader.array("parties");
  if (parties.size() != 2) {
    reader.complain("member \"parties\" must hold two parties");
    return {};
  }
  for (std::size_t i = 0; i < 2; ++i) {
    ASSIGN_OR_RETURN(out.parties[i], read_party(parties[i], where));
  }
  const auto& [a, b] = out.parties;
  if (a.country == b.country) reader.complain("the two parties must be two countries");
  if (a.signing_key == b.signing_key || a.sealing_key == b.sealing_key ||
      a.certificate_sha256 == b.certificate_sha256) {
    reader.complain("the two parties must not share a key or certificate");
  }
  return {};
}

Status read_purposes(JsonReader& reader, PartyIn where, Agreement& out) {
  const Json::Array& purposes = reader.array("purposes");
  if (purposes.empty() || purposes.size() > kPurposeCount) {
    reader.complain("member \"purposes\" must hold 1 to " + std::to_string(kPurposeCount) + " purposes");
    return {};
  }
  for (const Json& each : purposes) {
    ASSIGN_OR_RETURN(PurposeTerms terms, read_terms(each, out.parties, where));
    if (out.terms(terms.purpose) != nullptr) {
      reader.complain(std::string("purpose \"") + to_string(terms.purpose) + "\" stands there twice");
    }
    out.purposes.push_back(std::move(terms));
  }
  return {};
}

struct CountrySignature {
  std::string country;
  Signature signature;
};

Result<std::vector<CountrySignature>> read_signatures(const Json::Array& signatures, const Agreement& agreement) {
  std::vector<CountrySignature> out;
  for (const Json& each : signatures) {
    JsonReader reader(each, "signature of the agreement");
    const std::string country = reader.string("country");
    const auto signature = base64_member<64>(reader, "signature");
    if (agreement.party(country) == nullptr) reader.complain("its country is not a party");
    if (std::any_of(out.begin(), out.end(), [&](const auto& other) { return other.country == country; })) {
      reader.complain(country + " has signed twice: keep one");
    }
    TRY(reader.finish());
    out.push_back({country, signature});
  }
  return out;
}

struct Document {
  Agreement agreement;
  std::vector<CountrySignature> signatures;
};

Result<PartyIn> read_format(JsonReader& reader) {
  const std::string format = reader.string("format");
  if (format == kFormat1) return PartyIn::kDocument1;
  if (format == kFormat2) return PartyIn::kDocument2;
  if (format == kFormat3) return PartyIn::kDocument3;
  if (format.starts_with(kFormatFamily)) {
    return Error{Code::kUnsupported, "this agreement has another format than " + std::string(kFormat1) + " to " +
                                         std::string(kFormat3) + ": use a program version that knows it"};
  }
  reader.complain("member \"format\" must be \"" + std::string(kFormat3) + "\"");
  return PartyIn::kDocument3;
}

Result<Document> read_document(const Json& json) {
  JsonReader reader(json, "agreement");
  ASSIGN_OR_RETURN(const PartyIn where, read_format(reader));
  Document out;
  Agreement& agreement = out.agreement;
  agreement.id = reader.string("id");
  if (!is_id(agreement.id)) reader.complain("member \"id\" must be 1 to 64 of A-Z a-z 0-9 . _ : -");
  agreement.valid_from_ms = time_member(reader, "valid_from");
  agreement.valid_until_ms = time_member(reader, "valid_until");
  if (agreement.valid_from_ms >= agreement.valid_until_ms) reader.complain("valid_from must be before valid_until");
  const Json::Array& signatures = reader.array_or_empty("signatures");
  if (where != PartyIn::kDocument1) agreement.replaces = reader.string_or("replaces", "");
  if (!agreement.replaces.empty() && (!is_id(agreement.replaces) || agreement.replaces == agreement.id)) {
    reader.complain("member \"replaces\" must be the id of another agreement");
  }
  if (reader.ok()) TRY(read_parties(reader, where, agreement));
  if (reader.ok()) TRY(read_purposes(reader, where, agreement));
  TRY(reader.finish());
  if (agreement.message_version() == 0) {
    return Error{Code::kUnsupported, "the two nodes share no version of messages that this program knows"};
  }
  if (where == PartyIn::kDocument3 && agreement.message_version() < 3) {
    return Error{Code::kUnsupported,
                 "clauses of " + std::string(kFormat3) +
                     " need nodes that read messages of version 3: a question's grounds travel in no older one"};
  }
  ASSIGN_OR_RETURN(out.signatures, read_signatures(signatures, agreement));
  agreement.digest = sha256(signed_bytes(json));
  return out;
}

}  // namespace

Json party_document(const Party& party) {
  return party_document(party, PartyIn::kFile);
}

Result<Party> read_party(const Json& document) {
  return read_party(document, PartyIn::kFile);
}

Result<Json> draft_agreement(std::string_view id, std::string_view valid_from, std::string_view valid_until,
                             const Party& first, const Party& second, const Json& purposes, std::string_view replaces) {
  const std::set<int> first_alone{1};
  const bool old_node = first.message_versions == first_alone || second.message_versions == first_alone;
  const bool with_conditions = purposes.as_array() != nullptr && !purposes.as_array()->empty() &&
                               !purposes.as_array()->front()["subject_categories"].is_null();
  const PartyIn where = old_node ? PartyIn::kDocument1 : with_conditions ? PartyIn::kDocument3 : PartyIn::kDocument2;
  Json document = Json::object({{"format", old_node          ? kFormat1
                                           : with_conditions ? kFormat3
                                                             : kFormat2},
                                {"id", id},
                                {"valid_from", valid_from},
                                {"valid_until", valid_until},
                                {"parties", Json::array({party_document(first, where), party_document(second, where)})},
                                {"purposes", purposes},
                                {"signatures", Json::Array()}});
  if (!replaces.empty()) document.set("replaces", replaces);
  TRY(read_document(document));
  return document;
}

Result<Json> sign_agreement(const Json& document, std::string_view country, const SigningKey& key) {
  ASSIGN_OR_RETURN(const Document read, read_document(document));
  const Party* party = read.agreement.party(country);
  if (party == nullptr) {
    return Error{Code::kDenied, "the country that is to sign is not a party of this agreement: its parties are " +
                                    read.agreement.parties[0].country + " and " + read.agreement.parties[1].country};
  }
  if (party->signing_key != key.public_key()) {
    return Error{Code::kDenied, "this is not the signing key that the agreement names for " + party->country};
  }
  Json::Array signatures;
  for (const CountrySignature& each : read.signatures) {
    if (each.country == country) continue;
    signatures.push_back(Json::object({{"country", each.country}, {"signature", to_base64(each.signature)}}));
  }
  const Signature signature = key.sign(with_domain(document));
  signatures.push_back(Json::object({{"country", country}, {"signature", to_base64(signature)}}));
  Json out = document;
  out.set("signatures", std::move(signatures));
  return out;
}

Result<std::vector<std::string>> signed_another_text(const Json& document) {
  ASSIGN_OR_RETURN(const Document read, read_document(document));
  const Bytes message = with_domain(document);
  std::vector<std::string> out;
  for (const CountrySignature& each : read.signatures) {
    const Party& party = *read.agreement.party(each.country);
    if (!verify_signature(party.signing_key, message, each.signature)) out.push_back(each.country);
  }
  return out;
}

std::string fingerprint(const Party& party) {
  Bytes all = to_bytes(party.country + "\n");
  for (const auto* part : {&party.signing_key, &party.sealing_key, &party.certificate_sha256}) {
    all.insert(all.end(), part->begin(), part->end());
  }
  const Digest digest = sha256(all);
  std::string out;
  for (std::size_t at = 0; at < digest.size(); at += 4) {
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < 4; ++i) number = number << 8 | digest[at + i];
    out += fmt::format("{}{:05}", at == 0 ? "" : " ", number % 100'000);
  }
  return out;
}

Result<Agreement> read_agreement(std::string_view text) {
  if (text.size() > limits::kAgreementBytesMax) {
    return Error{Code::kTooLarge, "the agreement is over " + std::to_string(limits::kAgreementBytesMax) + " bytes"};
  }
  ASSIGN_OR_RETURN(const Json json, parse_json(text));
  ASSIGN_OR_RETURN(Document read, read_document(json));
  const Bytes message = with_domain(json);
  std::string missing, wrong;  // countries
  for (const Party& party : read.agreement.parties) {
    const auto found = std::find_if(read.signatures.begin(), read.signatures.end(),
                                    [&](const auto& each) { return each.country == party.country; });
    if (found == read.signatures.end()) {
      missing += (missing.empty() ? "" : " and ") + party.country;
    } else if (!verify_signature(party.signing_key, message, found->signature)) {
      wrong += (wrong.empty() ? "" : " and ") + party.country;
    }
  }
  if (!wrong.empty()) {
    return Error{Code::kUnauthenticated, "the signature of " + wrong +
                                             " does not fit: the agreement was changed after it was signed, or "
                                             "signed with another key"};
  }
  if (!missing.empty()) {
    return Error{Code::kUnauthenticated, "the signature of " + missing + " is missing: both countries have to sign"};
  }
  return std::move(read.agreement);
}

Result<Agreement> read_draft(const Json& document) {
  ASSIGN_OR_RETURN(Document read, read_document(document));
  return std::move(read.agreement);
}

}  // namespace puente::policy
