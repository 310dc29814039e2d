#include "api/own/json.h"
#include "api/own/once.h"
#include "api/own/own.h"

namespace puente::api::own {
namespace {

using net::Response;
using service::Node;

Response asked(const Question& question) {
  Response response = answer(to_json(question), 202);
  response.headers["location"] = "/v1/questions/" + question.exchange_id;
  return response;
}
Response cancelled(const Question& question) {
  return answer(to_json(question));
}
Response tried(const Question& question) {
  return answer(to_json(question), 202);
}

Result<Response> ask(Node& node, const Call& call) {
  ASSIGN_OR_RETURN(const Json body, call.body());
  ASSIGN_OR_RETURN(service::AskRequest request, read_ask(body));
  return once<Question>(node, call, asked,
                        [&](const auto& only) { return node.ask(call.caller, std::move(request), only); });
}

Result<Response> question(Node& node, const Call& call) {
  ASSIGN_OR_RETURN(const Question question, node.question(call.caller, call.parts[0]));
  return answer(to_json(question));
}

Result<Response> cancel(Node& node, const Call& call) {
  return once<Question>(node, call, cancelled,
                        [&](const auto& only) { return node.cancel_question(call.caller, call.parts[0], only); });
}

Result<Response> retry(Node& node, const Call& call) {
  return once<Question>(node, call, tried,
                        [&](const auto& only) { return node.retry_question(call.caller, call.parts[0], only); });
}

Result<Response> transaction(Node& node, const Call& call) {
  ASSIGN_OR_RETURN(const Bytes bytes, node.question_as_transaction(call.caller, call.parts[0]));
  return answer(Json::object({{"exchange_id", call.parts[0]}, {"transaction", to_base64(bytes)}}));
}

constexpr Entry kEntries[] = {
    {{"POST", "/v1/questions", "ask", Action::kAsk}, ask},
    {{"GET", "/v1/questions/{exchange_id}", "question", Action::kViewQuestion}, question},
    {{"DELETE", "/v1/questions/{exchange_id}", "cancelQuestion", Action::kAsk}, cancel},
    {{"POST", "/v1/questions/{exchange_id}/retry", "retryQuestion", Action::kAsk}, retry},
    {{"GET", "/v1/questions/{exchange_id}/transaction", "questionTransaction", Action::kViewQuestion}, transaction},
};

}  // namespace

std::span<const Entry> questions() {
  return kEntries;
}

}  // namespace puente::api::own
