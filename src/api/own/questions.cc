#include "api/own/json.h"
#include "api/own/once.h"
#include "api/own/own.h"
#include "api/own/query.h"

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

// A page: /v1/questions?state=hit&partner=USA&case_reference=BOG-2026-0117&after=x-…&limit=100
Result<Response> list_questions(Node& node, const Call& call) {
  service::QuestionFilter filter;
  if (const std::string state = call.parameter("state"); !state.empty()) {
    ASSIGN_OR_RETURN(filter.state, parse_question_state(state));
  }
  ASSIGN_OR_RETURN(filter.partner, country_of(call, "partner"));
  ASSIGN_OR_RETURN(filter.case_reference, file_of(call, "case_reference"));
  ASSIGN_OR_RETURN(filter.after, id_of(call, "after"));
  ASSIGN_OR_RETURN(filter.limit, page_limit(call));
  ASSIGN_OR_RETURN(const service::QuestionPage page, node.questions(call.caller, filter));
  Json::Array questions;
  for (const Question& each : page.questions) questions.push_back(standing_of(each));
  Json out = Json::object({{"questions", Json(std::move(questions))}});
  if (!page.next.empty()) out.set("next", page.next);
  return answer(out);
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

constexpr Entry kQuestionEntries[] = {
    {{"POST", "/v1/questions", "ask", Action::kAsk}, ask},
    {{"GET", "/v1/questions", "questions", Action::kViewQuestion, "state partner case_reference after limit"},
     list_questions},
    {{"GET", "/v1/questions/{exchange_id}", "question", Action::kViewQuestion}, question},
    {{"DELETE", "/v1/questions/{exchange_id}", "cancelQuestion", Action::kAsk}, cancel},
    {{"POST", "/v1/questions/{exchange_id}/retry", "retryQuestion", Action::kAsk}, retry},
    {{"GET", "/v1/questions/{exchange_id}/transaction", "questionTransaction", Action::kViewQuestion}, transaction},
};

}  // namespace

std::span<const Entry> questions() {
  return kQuestionEntries;
}

}  // namespace puente::api::own
