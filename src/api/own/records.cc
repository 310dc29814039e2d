#include "api/own/json.h"
#include "api/own/once.h"
#include "api/own/own.h"
#include "api/own/query.h"

namespace puente::api::own {
namespace {

using net::Response;
using service::Node;

Result<Response> checkpoint(Node& node, const Call&) {
  return plain(node.checkpoint());
}

Result<Response> proof(Node& node, const Call& call) {
  ASSIGN_OR_RETURN(const std::int64_t index, read_number(call.parts[0], "the entry's index must be a number", 0));
  ASSIGN_OR_RETURN(const std::string made, node.proof(static_cast<std::uint64_t>(index)));
  return plain(made);
}

// A page: /v1/log/entries?from=…&until=…&event=asked&exchange=x-…&user=…&partner=USA&person=…&first=0&limit=100
Result<Response> log_entries(Node& node, const Call& call) {
  service::LogQuery query;
  ASSIGN_OR_RETURN(query.from_ms, time_of(call, "from"));
  ASSIGN_OR_RETURN(query.until_ms, time_of(call, "until"));
  ASSIGN_OR_RETURN(query.event, event_of(call, "event"));
  ASSIGN_OR_RETURN(query.exchange_id, id_of(call, "exchange"));
  ASSIGN_OR_RETURN(query.user, name_of(call, "user"));
  ASSIGN_OR_RETURN(query.partner, country_of(call, "partner"));
  ASSIGN_OR_RETURN(query.person_id, id_of(call, "person"));
  ASSIGN_OR_RETURN(const std::int64_t first, number_of(call, "first"));
  query.first = static_cast<std::uint64_t>(first);
  ASSIGN_OR_RETURN(query.limit, page_limit(call));
  ASSIGN_OR_RETURN(const service::LogPage page, node.log_entries(call.caller, query));
  return answer(to_json(page));
}

Result<Response> replay(Node& node, const Call& call) {
  ASSIGN_OR_RETURN(const Replayed found, node.replay(call.caller));
  return answer(to_json(found));
}

Result<Response> exchanged(Node& node, const Call& call) {
  ASSIGN_OR_RETURN(const service::ExchangedView found, node.exchanged(call.caller));
  return answer(to_json(found));
}

Result<Response> health(Node& node, const Call&) {  // no figures without a token
  const std::vector<std::string> attention = node.health().attention;
  return answer(Json::object({{"status", attention.empty() ? "ok" : "attention"},
                              {"country", node.config().country},
                              {"version", node.config().version},
                              {"attention", Json::strings(attention)}}));
}

Result<Response> confirm_clock(Node& node, const Call& call) {
  ASSIGN_OR_RETURN(const Json body, call.body());
  JsonReader reader(body, "clock");
  const std::string reasons = read_prose(reader, "reasons");
  TRY(reader.finish());
  return once<service::Receipt>(node, call, done,
                                [&](const auto& only) { return node.confirm_clock(call.caller, reasons, only); });
}

Result<Response> metrics(Node& node, const Call&) {
  return plain(node.metrics());
}

constexpr Entry kRecordEntries[] = {
    {{"GET", "/v1/log/checkpoint", "checkpoint", Action::kReadLog}, checkpoint},
    {{"GET", "/v1/log/proofs/{index}", "proof", Action::kReadLog}, proof},
    {{"GET", "/v1/log/entries", "logEntries", Action::kReadDetails,
      "from until event exchange user partner person first limit"},
     log_entries},
    {{"GET", "/v1/log/decisions", "replayDecisions", Action::kReadDetails}, replay},
    {{"GET", "/v1/exchanged", "exchanged", Action::kReadLog}, exchanged},
    {{"GET", "/v1/health", "health", std::nullopt}, health},
    {{"POST", "/v1/clock/confirm", "confirmClock", Action::kConfirmClock}, confirm_clock},
    {{"GET", "/metrics", "metrics", Action::kReadMetrics}, metrics},
};

}  // namespace

std::span<const Entry> records() {
  return kRecordEntries;
}

}  // namespace puente::api::own
