#include "core/watchlist.h"

#include "core/biographic.h"
#include "core/clock.h"
#include "core/country.h"
#include "core/named.h"
#include "core/person.h"

namespace puente {
namespace {

std::string plain(JsonReader& reader, const char* name) {
  std::string text = reader.string_or(name, "");
  if (!is_plain_text(text)) reader.complain(std::string("member \"") + name + "\" must have no control characters");
  return text;
}

std::string id(JsonReader& reader, const char* name) {
  std::string text = reader.string_or(name, "");
  if (!text.empty() && !is_id(text)) reader.complain(std::string("member \"") + name + "\" must be an id");
  return text;
}

std::int64_t day(JsonReader& reader, const char* name) {
  const std::string text = reader.string_or(name, "");
  if (text.empty()) return 0;
  const auto ms = day_of(text);
  if (!ms) reader.complain(std::string("member \"") + name + "\" must be a day, such as 2026-03-01");
  return ms.value_or(0);
}

std::string day_in_words(std::int64_t ms) {
  return to_iso8601(ms).substr(0, 10);
}

template <typename Enum>
std::optional<Enum> name(JsonReader& reader, const char* member, Result<Enum> (*parse)(std::string_view)) {
  const std::string text = reader.string_or(member, "");
  if (text.empty()) return std::nullopt;
  const auto value = parse(text);
  if (value.ok()) return *value;
  reader.complain(std::string("member \"") + member + "\": " + value.error().message);
  return std::nullopt;
}

// Each item of a list by its own reader; the first complaint is the list's.
template <typename T>
std::vector<T> list(JsonReader& reader, const char* member, std::size_t most, T (*read)(JsonReader&)) {
  std::vector<T> out;
  const Json::Array& items = reader.array_or_empty(member);
  if (items.size() > most) reader.complain(std::string("member \"") + member + "\" has too many items");
  for (const Json& item : items) {
    if (!reader.ok()) break;
    JsonReader one(item, std::string(member) + "[" + std::to_string(out.size()) + "]");
    out.push_back(read(one));
    if (const Status read_whole = one.finish(); !read_whole.ok()) reader.complain(read_whole.error().message);
  }
  return out;
}

// Its statement stands under the name of what it is: nothing of the one kind can be read as the other.
Fact read_fact(JsonReader& reader) {
  return {plain(reader, "fact"), plain(reader, "source"), plain(reader, "date"), plain(reader, "document")};
}

Assessment read_assessment(JsonReader& reader) {
  return {plain(reader, "assessment"), plain(reader, "by"), name(reader, "grade", parse_evidence_grade),
          day(reader, "expires")};
}

std::optional<FromPartner> read_partner(JsonReader& reader) {
  const Json& json = reader.any_or_null("from_partner");
  if (json.is_null()) return std::nullopt;
  JsonReader one(json, "from_partner");
  FromPartner out{one.string("country"), id(one, "exchange_id")};
  if (!is_country(out.country)) one.complain("member \"country\" must be a code of ISO 3166-1 alpha-3");
  if (const Status read = one.finish(); !read.ok()) reader.complain(read.error().message);
  return out;
}

}  // namespace

const char* to_string(WatchCategory category) {
  switch (category) {
    case WatchCategory::kSuspect:
      return "suspect";
    case WatchCategory::kConvicted:
      return "convicted";
    case WatchCategory::kVictim:
      return "victim";
    case WatchCategory::kMissing:
      return "missing";
    case WatchCategory::kWitness:
      return "witness";
    case WatchCategory::kContact:
      return "contact";
    case WatchCategory::kUnknown:
      return "unknown";
  }
  return "";
}

Result<WatchCategory> parse_watch_category(std::string_view name) {
  return parse_named<WatchCategory>(name, "category", kWatchCategoryCount);
}

const char* to_string(EvidenceGrade grade) {
  switch (grade) {
    case EvidenceGrade::kNotInDoubt:
      return "not_in_doubt";
    case EvidenceGrade::kKnownToSource:
      return "known_to_source";
    case EvidenceGrade::kCorroborated:
      return "corroborated";
    case EvidenceGrade::kNotCorroborated:
      return "not_corroborated";
  }
  return "";
}

Result<EvidenceGrade> parse_evidence_grade(std::string_view name) {
  return parse_named<EvidenceGrade>(name, "grade of evidence", kEvidenceGradeCount);
}

const char* to_string(ListingDecision decision) {
  switch (decision) {
    case ListingDecision::kInForce:
      return "in_force";
    case ListingDecision::kRefuse:
      return "refuse";
  }
  return "";
}

Result<ListingDecision> parse_listing_decision(std::string_view name) {
  return parse_named<ListingDecision>(name, "decision", kListingDecisionCount);
}

const char* to_string(MetHow how) {
  switch (how) {
    case MetHow::kEnrolled:
      return "enrolled";
    case MetHow::kIdentified:
      return "identified";
    case MetHow::kVerified:
      return "verified";
    case MetHow::kAsked:
      return "asked";
  }
  return "";
}

Result<WatchlistEntry> read_proposal(const Json& document) {
  JsonReader reader(document, "watchlist entry");
  WatchlistEntry out;
  reader.integer("format", 1, 1);
  out.person_id = reader.string("person_id");
  if (reader.ok() && !is_id(out.person_id)) reader.complain("member \"person_id\" must be an id");
  out.owner = id(reader, "owner");
  out.category = name(reader, "category", parse_watch_category);
  out.file = plain(reader, "file");
  out.legal_basis = plain(reader, "legal_basis");
  out.facts = list(reader, "facts", limits::kWatchlistStatementsMax, read_fact);
  out.assessments = list(reader, "assessments", limits::kWatchlistStatementsMax, read_assessment);
  out.from_partner = read_partner(reader);
  out.review_ms = day(reader, "review");
  out.expires_ms = day(reader, "expires");
  TRY(reader.finish());
  return out;
}

Json to_json(const WatchlistEntry& entry) {
  Json::Array facts, assessments;
  for (const Fact& each : entry.facts)
    facts.push_back(Json::object(
        {{"fact", each.statement}, {"source", each.source}, {"date", each.date}, {"document", each.document}}));
  for (const Assessment& each : entry.assessments)
    assessments.push_back(Json::object({{"assessment", each.statement},
                                        {"by", each.by},
                                        {"grade", each.grade ? to_string(*each.grade) : ""},
                                        {"expires", day_in_words(each.expires_ms)}}));
  Json out = Json::object({{"format", 1},
                           {"entry_id", entry.entry_id},
                           {"person_id", entry.person_id},
                           {"hand", Json(Json::Array(entry.hand.begin(), entry.hand.end()))},
                           {"owner", entry.owner},
                           {"category", entry.category ? to_string(*entry.category) : ""},
                           {"file", entry.file},
                           {"legal_basis", entry.legal_basis},
                           {"facts", std::move(facts)},
                           {"assessments", std::move(assessments)},
                           {"review", day_in_words(entry.review_ms)},
                           {"expires", day_in_words(entry.expires_ms)},
                           {"entered", to_iso8601(entry.entered_ms)},
                           {"proposed_by", entry.proposed_by},
                           {"in_force", entry.in_force()},
                           {"review_overdue", entry.review_overdue}});
  if (entry.from_partner)
    out.set("from_partner",
            Json::object({{"country", entry.from_partner->country}, {"exchange_id", entry.from_partner->exchange_id}}));
  if (entry.in_force())
    out.set("decided_by", entry.decided_by).set("decided", to_iso8601(entry.decided_ms)).set("reasons", entry.reasons);
  return out;
}

Json to_json(const WatchlistAlert& alert) {
  Json out = Json::object({{"number", alert.number},
                           {"entry_id", alert.entry_id},
                           {"may_be", alert.person_id},
                           {"how", to_string(alert.how)},
                           {"time", to_iso8601(alert.time_ms)},
                           {"expires", to_iso8601(alert.expires_ms)}});
  if (!alert.file.empty()) out.set("file", alert.file);
  if (!alert.partner.empty()) out.set("partner", alert.partner);
  return out;
}

}  // namespace puente
