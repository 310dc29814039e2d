#include "api/own/json.h"
#include "api/own/once.h"
#include "api/own/own.h"
#include "core/biographic.h"

namespace puente::api::own {
namespace {

using net::Response;
using service::Node;

Json view_json(const service::WatchlistView& view) {
  return Json::object({{"entry", puente::to_json(view.entry)}, {"receipt", to_json(view.receipt)}});
}

Response proposed(const service::WatchlistView& view) {
  Response response = answer(view_json(view), 201);
  response.headers["location"] = "/v1/watchlist/" + view.entry.entry_id;
  return response;
}

Result<Response> propose(Node& node, const Call& call) {
  ASSIGN_OR_RETURN(const Json body, call.body());
  return once<service::WatchlistView>(
      node, call, proposed, [&](const auto& only) { return node.propose_watchlist(call.caller, body, only); });
}

Result<Response> list_watchlists(Node& node, const Call& call) {
  ASSIGN_OR_RETURN(const std::vector<WatchlistEntry> all, node.watchlist(call.caller));
  Json::Array entries;
  for (const WatchlistEntry& each : all) entries.push_back(puente::to_json(each));
  return answer(Json::object({{"entries", std::move(entries)}}));
}

Result<Response> show(Node& node, const Call& call) {
  ASSIGN_OR_RETURN(const service::WatchlistView view, node.watchlist_entry(call.caller, call.parts[0]));
  return answer(view_json(view));
}

Result<Response> decide_entry(Node& node, const Call& call) {
  ASSIGN_OR_RETURN(const Json body, call.body());
  JsonReader reader(body, "decision");
  const auto decision = parse_listing_decision(reader.string("decision"));
  const std::string reasons = read_prose(reader, "reasons");
  const std::string review = reader.string_or("review", "");
  if (!decision.ok()) reader.complain("member \"decision\" must be in_force or refuse");
  if (!review.empty() && !day_of(review)) reader.complain("member \"review\" must be a day, such as 2026-03-01");
  TRY(reader.finish());
  return once<service::Receipt>(node, call, done, [&](const auto& only) {
    return node.decide_watchlist(call.caller, call.parts[0], *decision, reasons, review, only);
  });
}

Result<Response> remove(Node& node, const Call& call) {
  ASSIGN_OR_RETURN(const std::string reasons, read_reasons(call, "removal"));
  return once<service::Receipt>(node, call, done, [&](const auto& only) {
    return node.remove_watchlist(call.caller, call.parts[0], reasons, only);
  });
}

Result<Response> alerts(Node& node, const Call& call) {
  ASSIGN_OR_RETURN(const std::vector<WatchlistAlert> all, node.watchlist_alerts(call.caller));
  Json::Array out;
  for (const WatchlistAlert& each : all) out.push_back(puente::to_json(each));
  return answer(Json::object({{"alerts", std::move(out)}}));
}

constexpr Entry kWatchlistEntries[] = {
    {{"POST", "/v1/watchlist", "proposeWatchlist", Action::kProposeWatchlist}, propose},
    {{"GET", "/v1/watchlist", "watchlist", Action::kReadWatchlist}, list_watchlists},
    {{"GET", "/v1/watchlist/{entry_id}", "watchlistEntry", Action::kReadWatchlist}, show},
    {{"POST", "/v1/watchlist/{entry_id}/decision", "decideWatchlist", Action::kDecideWatchlist}, decide_entry},
    {{"DELETE", "/v1/watchlist/{entry_id}", "removeWatchlist", Action::kRemoveWatchlist}, remove},
    {{"GET", "/v1/watchlist-alerts", "watchlistAlerts", Action::kReadWatchlist}, alerts},
};

}  // namespace

std::span<const Entry> watchlists() {
  return kWatchlistEntries;
}

}  // namespace puente::api::own
