#include "api/own/json.h"
#include "api/own/own.h"
#include "core/text.h"

namespace puente::api::own {
namespace {

using net::Response;
using service::Node;

Result<Response> protect(Node& node, const Call& call) {
  ASSIGN_OR_RETURN(const Json body, call.body());
  JsonReader reader(body, "protection");
  const std::vector<std::string> withheld_from = reader.strings("withheld_from");
  const std::string reasons = read_prose(reader, "reasons");
  TRY(reader.finish());
  ASSIGN_OR_RETURN(const service::ProtectionView view,
                   node.protect(call.caller, call.parts[0], withheld_from, reasons));
  return answer(to_json(view));
}

Result<Response> protection(Node& node, const Call& call) {
  ASSIGN_OR_RETURN(const service::ProtectionView view, node.protection(call.caller, call.parts[0]));
  return answer(to_json(view));
}

Result<Response> propose_lift(Node& node, const Call& call) {
  ASSIGN_OR_RETURN(const std::string reasons, read_reasons(call, "proposal"));
  ASSIGN_OR_RETURN(const service::ProtectionView view, node.propose_lift(call.caller, call.parts[0], reasons));
  return answer(to_json(view));
}

Result<Response> lift(Node& node, const Call& call) {
  ASSIGN_OR_RETURN(const std::string reasons, read_reasons(call, "lift"));
  ASSIGN_OR_RETURN(const service::ProtectionView view, node.lift_protection(call.caller, call.parts[0], reasons));
  return answer(to_json(view));
}

Result<Response> alarms(Node& node, const Call& call) {
  ASSIGN_OR_RETURN(const std::vector<Alarm> all, node.alarms(call.caller, call.parameter("all") != "true"));
  return answer(Json::object({{"alarms", to_json(all)}}));
}

Result<Response> alarm_seen(Node& node, const Call& call) {
  const auto number = to_number<std::int64_t>(call.parts[0]);
  if (!number) return Error{Code::kInvalidInput, "an alarm is named by its number"};
  ASSIGN_OR_RETURN(const service::Receipt receipt, node.alarm_seen(call.caller, *number));
  return answer(to_json(receipt));
}

constexpr Entry kEntries[] = {
    {{"POST", "/v1/persons/{person_id}/protection", "protect", Action::kProtect}, protect},
    {{"GET", "/v1/persons/{person_id}/protection", "protection", Action::kProtect}, protection},
    {{"POST", "/v1/persons/{person_id}/protection/proposal", "proposeLift", Action::kLiftProtection}, propose_lift},
    {{"DELETE", "/v1/persons/{person_id}/protection", "liftProtection", Action::kLiftProtection}, lift},
    {{"GET", "/v1/alarms", "alarms", Action::kReadAlarms}, alarms},
    {{"POST", "/v1/alarms/{number}/seen", "alarmSeen", Action::kReadAlarms}, alarm_seen},
};

}  // namespace

std::span<const Entry> protections() {
  return kEntries;
}

}  // namespace puente::api::own
