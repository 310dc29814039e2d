#include "api/own/json.h"
#include "api/own/once.h"
#include "api/own/own.h"
#include "api/own/query.h"

namespace puente::api::own {
namespace {

using net::Response;
using service::Node;

Response changed(const service::ProtectionView& view) {
  return answer(to_json(view));
}

Result<Response> protect(Node& node, const Call& call) {
  ASSIGN_OR_RETURN(const Json body, call.body());
  JsonReader reader(body, "protection");
  const service::ProtectRequest request = read_protect(reader);
  TRY(reader.finish());
  return once<service::ProtectionView>(
      node, call, changed, [&](const auto& only) { return node.protect(call.caller, call.parts[0], request, only); });
}

Result<Response> protect_number(Node& node, const Call& call) {
  ASSIGN_OR_RETURN(const Json body, call.body());
  JsonReader reader(body, "protection");
  const auto kind = parse_number_kind(reader.string("kind"));
  const std::string number = reader.string("number");
  const service::ProtectRequest request = read_protect(reader);
  if (!kind.ok()) reader.complain("member \"kind\": " + kind.error().message);
  TRY(reader.finish());
  return once<service::ProtectionView>(node, call, changed, [&](const auto& only) {
    return node.protect_number(call.caller, *kind, number, request, only);
  });
}

Result<Response> protection(Node& node, const Call& call) {
  ASSIGN_OR_RETURN(const service::ProtectionView view, node.protection(call.caller, call.parts[0]));
  return answer(to_json(view));
}

Result<Response> propose_lift(Node& node, const Call& call) {
  ASSIGN_OR_RETURN(const std::string reasons, read_reasons(call, "proposal"));
  return once<service::ProtectionView>(node, call, changed, [&](const auto& only) {
    return node.propose_lift(call.caller, call.parts[0], reasons, only);
  });
}

Result<Response> lift(Node& node, const Call& call) {
  ASSIGN_OR_RETURN(const std::string reasons, read_reasons(call, "lift"));
  return once<service::ProtectionView>(node, call, changed, [&](const auto& only) {
    return node.lift_protection(call.caller, call.parts[0], reasons, only);
  });
}

Result<Response> alarms(Node& node, const Call& call) {
  ASSIGN_OR_RETURN(const bool all, says(call, "all", "true"));
  ASSIGN_OR_RETURN(const std::int64_t after, number_of(call, "after"));
  ASSIGN_OR_RETURN(const std::size_t limit, page_limit(call));
  ASSIGN_OR_RETURN(const std::vector<Alarm> page, node.alarms(call.caller, !all, after, limit));
  Json out = Json::object({{"alarms", to_json(page)}});
  if (page.size() == limit) out.set("next", page.back().number);
  return answer(out);
}

Result<Response> alarm_seen(Node& node, const Call& call) {
  ASSIGN_OR_RETURN(const std::int64_t number, read_number(call.parts[0], "an alarm is named by its number", 1));
  return once<service::Receipt>(node, call, done,
                                [&](const auto& only) { return node.alarm_seen(call.caller, number, only); });
}

Result<Response> review_urgent(Node& node, const Call& call) {
  ASSIGN_OR_RETURN(const std::int64_t number, read_number(call.parts[0], "an alarm is named by its number", 1));
  ASSIGN_OR_RETURN(const Json body, call.body());
  JsonReader reader(body, "review");
  const service::UrgentReview review{reader.boolean("justified"), reader.string_or("case_reference", ""),
                                     read_prose(reader, "reasons")};
  TRY(reader.finish());
  return once<service::Receipt>(node, call, done,
                                [&](const auto& only) { return node.alarm_seen(call.caller, number, only, review); });
}

constexpr Entry kProtectionEntries[] = {
    {{"POST", "/v1/persons/{person_id}/protection", "protect", Action::kProtect}, protect},
    {{"POST", "/v1/numbers/protection", "protectNumber", Action::kProtect}, protect_number},
    {{"GET", "/v1/persons/{person_id}/protection", "protection", Action::kProtect}, protection},
    {{"POST", "/v1/persons/{person_id}/protection/proposal", "proposeLift", Action::kLiftProtection}, propose_lift},
    {{"DELETE", "/v1/persons/{person_id}/protection", "liftProtection", Action::kLiftProtection}, lift},
    {{"GET", "/v1/alarms", "alarms", Action::kReadAlarms, "all after limit"}, alarms},
    {{"POST", "/v1/alarms/{number}/seen", "alarmSeen", Action::kReadAlarms}, alarm_seen},
    {{"POST", "/v1/alarms/{number}/review", "reviewUrgent", Action::kReviewUrgent}, review_urgent},
};

}  // namespace

std::span<const Entry> protections() {
  return kProtectionEntries;
}

}  // namespace puente::api::own
