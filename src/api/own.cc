#include <algorithm>
#include <optional>
#include <string_view>

#include "api/api.h"
#include "api/json.h"

namespace puente::api {
namespace {

using net::Request;
using net::Response;
using service::Node;

Response answer(int status, const Json& json) {
  Response response;
  response.status = status;
  response.body = to_bytes(canonical(json));
  return response;
}

Response refuse(const Error& error) {
  return answer(http_status(error.code),
                Json::object({{"error", Json::object({{"code", to_string(error.code)}, {"message", error.message}})}}));
}

Response plain(std::string_view text) {
  Response response;
  response.content_type = "text/plain; charset=utf-8";
  response.body = to_bytes(text);
  return response;
}

template <typename T>
Response answer(int status, const Result<T>& result) {
  return result.ok() ? answer(status, to_json(*result)) : refuse(result.error());
}

// "/v1/cases/abc/verdict" against "/v1/cases/*/verdict": the starred parts, or nothing.
std::optional<std::vector<std::string>> match(std::string_view pattern, std::string_view target) {
  std::vector<std::string> parts;
  while (!pattern.empty() && !target.empty()) {
    const auto wanted = pattern.substr(0, pattern.find('/', 1));
    const auto given = target.substr(0, target.find('/', 1));
    if (wanted == "/*") {
      parts.emplace_back(given.substr(1));
    } else if (wanted != given) {
      return std::nullopt;
    }
    pattern.remove_prefix(wanted.size());
    target.remove_prefix(given.size());
  }
  if (!pattern.empty() || !target.empty()) return std::nullopt;
  return parts;
}

struct Call {
  Node& node;
  const Caller& caller;
  const std::vector<std::string>& path;  // the starred parts
  const Json& body;                      // null where the request has none
};

Response enrol(const Call& call) {
  auto request = read_enrol(call.body);
  if (!request.ok()) return refuse(request.error());
  const auto enrolled = call.node.enrol(call.caller, *std::move(request));
  return answer(enrolled.ok() && !enrolled->enrolled ? 409 : 201, enrolled);
}

Response identify(const Call& call) {
  JsonReader reader(call.body, "identify");
  const Json::Array& samples_json = reader.array("samples");
  if (const Status read = reader.finish(); !read.ok()) return refuse(read.error());
  const auto samples = read_samples(samples_json);
  if (!samples.ok()) return refuse(samples.error());
  return answer(200, call.node.identify(call.caller, *samples));
}

Response verify(const Call& call) {
  JsonReader reader(call.body, "verify");
  const Json::Array& samples_json = reader.array("samples");
  if (const Status read = reader.finish(); !read.ok()) return refuse(read.error());
  const auto samples = read_samples(samples_json);
  if (!samples.ok()) return refuse(samples.error());
  return answer(200, call.node.verify(call.caller, call.path[0], *samples));
}

Response read_encounter(const Call& call) {
  return answer(200, call.node.read_encounter(call.caller, call.path[0], call.path[1]));
}

Response erase(const Call& call) {
  JsonReader reader(call.body, "erase");
  const std::string reasons = reader.string("reasons");
  if (const Status read = reader.finish(); !read.ok()) return refuse(read.error());
  return answer(200, call.node.erase_person(call.caller, call.path[0], reasons));
}

Response ask(const Call& call) {
  auto request = read_ask(call.body);
  if (!request.ok()) return refuse(request.error());
  return answer(202, call.node.ask(call.caller, *std::move(request)));
}

Response question(const Call& call) {
  return answer(200, call.node.question(call.caller, call.path[0]));
}

Response transaction(const Call& call) {
  const auto bytes = call.node.question_as_transaction(call.caller, call.path[0]);
  if (!bytes.ok()) return refuse(bytes.error());
  return answer(200, Json::object({{"exchange_id", call.path[0]}, {"transaction", to_base64(*bytes)}}));
}

Response cases(const Call& call) {
  const auto found = call.node.cases(call.caller);
  if (!found.ok()) return refuse(found.error());
  return answer(200, Json::object({{"cases", to_json(*found)}}));
}

Response view_case(const Call& call) {
  return answer(200, call.node.view_case(call.caller, call.path[0]));
}

Response decide_case(const Call& call) {
  JsonReader reader(call.body, "verdict");
  const std::string word = reader.string("verdict");
  const std::string reasons = reader.string("reasons");
  if (word != "confirm" && word != "reject") reader.complain("member \"verdict\" must be confirm or reject");
  if (const Status read = reader.finish(); !read.ok()) return refuse(read.error());
  const auto verdict = word == "confirm" ? Verdict::kConfirm : Verdict::kReject;
  return answer(200, call.node.decide_case(call.caller, call.path[0], verdict, reasons));
}

Response checkpoint(const Call& call) {
  if (const Status may = call.node.authorise(call.caller, Action::kReadLog); !may.ok()) return refuse(may.error());
  return plain(call.node.checkpoint());
}

Response proof(const Call& call) {
  if (const Status may = call.node.authorise(call.caller, Action::kReadLog); !may.ok()) return refuse(may.error());
  const std::string& index = call.path[0];
  if (index.empty() || index.size() > 18 ||
      !std::all_of(index.begin(), index.end(), [](char c) { return c >= '0' && c <= '9'; })) {
    return refuse(Error{Code::kInvalidInput, "the entry's index must be a number"});
  }
  const auto made = call.node.proof(std::stoull(index));
  return made.ok() ? plain(*made) : refuse(made.error());
}

Response metrics(const Call& call) {
  if (const Status may = call.node.authorise(call.caller, Action::kReadMetrics); !may.ok()) return refuse(may.error());
  return plain(call.node.metrics());
}

struct Route {
  const char* method;
  const char* pattern;
  Response (*handle)(const Call&);
};
constexpr Route kRoutes[] = {
    {"POST", "/v1/persons", enrol},
    {"POST", "/v1/persons/*/verify", verify},
    {"GET", "/v1/persons/*/encounters/*", read_encounter},
    {"DELETE", "/v1/persons/*", erase},
    {"POST", "/v1/identify", identify},
    {"POST", "/v1/questions", ask},
    {"GET", "/v1/questions/*", question},
    {"GET", "/v1/questions/*/transaction", transaction},
    {"GET", "/v1/cases", cases},
    {"GET", "/v1/cases/*", view_case},
    {"POST", "/v1/cases/*/verdict", decide_case},
    {"GET", "/v1/log/checkpoint", checkpoint},
    {"GET", "/v1/log/proofs/*", proof},
    {"GET", "/metrics", metrics},
};

const User* authenticate(const std::vector<User>& users, const Request& request) {
  const auto header = request.headers.find("authorization");
  constexpr std::string_view kBearer = "Bearer ";
  if (header == request.headers.end() || !header->second.starts_with(kBearer)) return nullptr;
  const Digest token = sha256(view(std::string_view(header->second).substr(kBearer.size())));
  const auto found =
      std::find_if(users.begin(), users.end(), [&](const User& user) { return user.token_sha256 == token; });
  return found == users.end() ? nullptr : &*found;
}

Response dispatch(Node& node, const std::vector<User>& users, const Request& request) {
  if (request.method == "GET" && request.target == "/v1/health") {
    return answer(200,
                  Json::object({{"status", "ok"}, {"country", node.config().country}}));  // no figures without a token
  }
  const User* user = authenticate(users, request);
  if (user == nullptr) {
    return refuse(Error{Code::kUnauthenticated, "send a token that this node knows: Authorization: Bearer …"});
  }
  bool known_path = false;
  for (const Route& route : kRoutes) {
    const auto path = match(route.pattern, request.target);
    if (!path) continue;
    known_path = true;
    if (route.method != request.method) continue;
    Json body;
    if (!request.body.empty()) {
      auto parsed = parse_json(text(request.body));
      if (!parsed.ok()) return refuse(parsed.error());
      body = *std::move(parsed);
    }
    const Caller caller{user->name, user->role};
    return route.handle(Call{node, caller, *path, body});
  }
  Response response = refuse(Error{Code::kNotFound, "no such address here: see openapi/puente.yaml"});
  if (known_path) response.status = 405;
  return response;
}

}  // namespace

int http_status(Code code) {
  switch (code) {
    case Code::kInvalidInput:
      return 400;
    case Code::kTooLarge:
      return 413;
    case Code::kUnsupported:
      return 415;
    case Code::kNoFeatures:
      return 422;
    case Code::kNotFound:
      return 404;
    case Code::kAlreadyExists:
      return 409;
    case Code::kDenied:
      return 403;
    case Code::kUnauthenticated:
      return 401;
    case Code::kQuotaExceeded:
      return 429;
    case Code::kReplayed:
      return 409;
    case Code::kUnavailable:
      return 503;
    case Code::kDeadlineExceeded:
      return 504;
    case Code::kStorageFull:
      return 507;
    case Code::kCorrupt:
      return 500;
    case Code::kConflict:
      return 409;
    case Code::kInternal:
      return 500;
  }
  return 500;
}

net::Handler own_api(Node& node, std::vector<User> users) {
  return [&node, users = std::move(users)](const Request& request) { return dispatch(node, users, request); };
}

net::Handler partner_api(Node& node) {
  return [&node](const Request& request) {
    if (request.method != "POST" || request.target != "/partner/v1/messages") {
      return refuse(Error{Code::kNotFound, "a partner may only POST to /partner/v1/messages"});
    }
    auto reply = node.receive(request.peer, request.body);
    if (!reply.ok()) return refuse(reply.error());
    Response response;
    response.content_type = "application/octet-stream";
    response.body = *std::move(reply);
    return response;
  };
}

net::Handler overseer_api(service::Overseer& overseer) {
  return [&overseer](const Request& request) {
    if (request.method == "GET" && request.target == "/v1/health") return answer(200, Json::object({{"status", "ok"}}));
    if (request.method != "POST" || request.target != "/add-checkpoint") {
      return refuse(Error{Code::kNotFound, "an overseer takes POST /add-checkpoint (C2SP tlog-witness)"});
    }
    const auto result = overseer.add_checkpoint(text(request.body));
    Response response;
    response.status = result.status;
    response.content_type = result.content_type;
    response.body = to_bytes(result.body);
    return response;
  };
}

}  // namespace puente::api
