#include "core/grounds.h"

#include "core/biographic.h"
#include "core/named.h"

namespace puente {
namespace {

template <typename Enum>
std::optional<Enum> member(JsonReader& reader, const char* key, Result<Enum> (*parse_name)(std::string_view)) {
  if (reader.any_or_null(key).is_null()) return std::nullopt;
  const auto value = parse_name(reader.string(key));
  if (value.ok()) return *value;
  reader.complain(std::string("member \"") + key + "\": " + value.error().message);
  return std::nullopt;
}

std::string plain_ground(JsonReader& reader, const char* key) {
  std::string text = reader.string(key);
  if (!is_plain_text(text)) reader.complain(std::string("member \"") + key + "\" must have no control characters");
  return text;
}

std::optional<CourtOrder> order_member(JsonReader& reader) {
  const Json& json = reader.any_or_null("order");
  if (json.is_null()) return std::nullopt;
  JsonReader order(json, "order");
  CourtOrder out{plain_ground(order, "court"), plain_ground(order, "number"), plain_ground(order, "date"),
                 plain_ground(order, "expires")};
  if (const Status read = order.finish(); !read.ok()) reader.complain(read.error().message);
  return out;
}

}  // namespace

const char* to_string(SubjectCategory category) {
  switch (category) {
    case SubjectCategory::kSuspect:
      return "suspect";
    case SubjectCategory::kConvicted:
      return "convicted";
    case SubjectCategory::kVictim:
      return "victim";
    case SubjectCategory::kMissing:
      return "missing";
    case SubjectCategory::kRemains:
      return "remains";
    case SubjectCategory::kOther:
      return "other";
  }
  return "unknown";
}

Result<SubjectCategory> parse_subject_category(std::string_view name) {
  return parse_named<SubjectCategory>(name, "subject category", kSubjectCategoryCount);
}

const char* to_string(Aim aim) {
  switch (aim) {
    case Aim::kIdentify:
      return "identify";
    case Aim::kMoreData:
      return "more_data";
  }
  return "unknown";
}

Result<Aim> parse_aim(std::string_view name) {
  return parse_named<Aim>(name, "aim", kAimCount);
}

const char* to_string(Urgency urgency) {
  switch (urgency) {
    case Urgency::kRoutine:
      return "routine";
    case Urgency::kUrgent:
      return "urgent";
  }
  return "unknown";
}

Result<Urgency> parse_urgency(std::string_view name) {
  return parse_named<Urgency>(name, "urgency", kUrgencyCount);
}

Json to_json(const Grounds& grounds) {
  Json out{Json::Object()};
  if (!grounds.legal_basis.empty()) out.set("legal_basis", grounds.legal_basis);
  if (grounds.subject_category) out.set("subject_category", to_string(*grounds.subject_category));
  if (grounds.aim) out.set("aim", to_string(*grounds.aim));
  if (grounds.urgency) out.set("urgency", to_string(*grounds.urgency));
  if (grounds.age) out.set("age", *grounds.age);
  if (grounds.order) {
    out.set("order", Json::object({{"court", grounds.order->court},
                                   {"number", grounds.order->number},
                                   {"date", grounds.order->date},
                                   {"expires", grounds.order->expires}}));
  }
  return out;
}

Grounds read_grounds(JsonReader& reader) {
  Grounds out;
  if (!reader.any_or_null("legal_basis").is_null()) out.legal_basis = plain_ground(reader, "legal_basis");
  out.subject_category = member(reader, "subject_category", parse_subject_category);
  out.aim = member(reader, "aim", parse_aim);
  out.urgency = member(reader, "urgency", parse_urgency);
  if (!reader.any_or_null("age").is_null()) out.age = reader.integer("age", 0, kAgeMax);
  out.order = order_member(reader);
  return out;
}

}  // namespace puente
