#include "api/own/own.h"
#include "core/text.h"

namespace puente::api::own {
namespace {

using net::Response;
using service::Node;

Result<Response> checkpoint(Node& node, const Call&) {
  return plain(node.checkpoint());
}

Result<Response> proof(Node& node, const Call& call) {
  const auto index = to_number<std::uint64_t>(call.parts[0]);
  if (!index) return Error{Code::kInvalidInput, "the entry's index must be a number"};
  ASSIGN_OR_RETURN(const std::string made, node.proof(*index));
  return plain(made);
}

Result<Response> health(Node& node, const Call&) {  // no figures without a token
  return answer(Json::object({{"status", "ok"}, {"country", node.config().country}}));
}

Result<Response> metrics(Node& node, const Call&) {
  return plain(node.metrics());
}

constexpr Entry kEntries[] = {
    {{"GET", "/v1/log/checkpoint", "checkpoint", Action::kReadLog}, checkpoint},
    {{"GET", "/v1/log/proofs/{index}", "proof", Action::kReadLog}, proof},
    {{"GET", "/v1/health", "health", std::nullopt}, health},
    {{"GET", "/metrics", "metrics", Action::kReadMetrics}, metrics},
};

}  // namespace

std::span<const Entry> records() {
  return kEntries;
}

}  // namespace puente::api::own
