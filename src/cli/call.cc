#include "cli/call.h"

#include "cli/options.h"
#include "core/address.h"
#include "core/person.h"
#include "core/text.h"
#include "home/home.h"
#include "net/net.h"

namespace puente::cli {
namespace {

Error error_of(int status, const Json& body) {
  const std::string* code = body["error"]["code"].as_string();
  const std::string* message = body["error"]["message"].as_string();
  Error out{Code::kInternal, "the node answered with status " + std::to_string(status)};
  if (message != nullptr) out.message = *message;
  for (int i = 1; code != nullptr && i <= static_cast<int>(Code::kInternal); ++i) {
    if (*code == to_string(static_cast<Code>(i))) out.code = static_cast<Code>(i);
  }
  return out;
}

// What answers there is no node, or another one in between.
Result<Json> json_of(const net::Response& response) {
  const auto json = parse_json(text(response.body));
  if (json.ok()) return json;
  return Error{Code::kUnavailable, "what answers is no node of ours: status " + std::to_string(response.status)};
}

}  // namespace

void add_call_options(Command& command, CallOptions& options) {
  auto* data = command.add_option("--data", options.data, "data directory of a node that is not running");
  command.add_option("--user", options.user, "with --data: who you are, one of the node's users; it stands in the log");
  command.add_option("--role", options.role, "with --data: that user's role, where you want to be sure of it")
      ->check(read_by(parse_role));
  auto* node = command.add_option("--node", options.node, "a running node: https://host:port");
  command.add_option("--token", options.token, "with --node: the token that `puente node user` printed");
  command.add_option("--token-file", options.token_file, "or a file that holds it");
  command.add_option("--certificate", options.certificate, "with --node: the node's certificate (its keys/tls.crt)");
  command.add_flag("--json", options.json, "for programs");
  data->excludes(node);
}

std::function<std::string(const std::string&)> is_an_id() {
  return [](const std::string& words) { return is_id(words) ? std::string() : words + ": " + kIdInWords; };
}

std::function<std::string(const std::string&)> is_no_print() {
  return [](const std::string& words) -> std::string {
    if (words.empty()) return "give the number of the file";
    const bool is_print = parse_finger_capture(words.substr(0, words.find('='))).ok();
    return is_print ? "that is a print: give the number of the file, then the prints" : "";
  };
}

Query& Query::add(const std::string& name, const std::string& value) {
  if (value.empty()) return *this;
  target_ += separator_ + name + "=" + percent_encoded(value);
  separator_ = '&';
  return *this;
}

std::string to_address(std::string_view pattern, std::initializer_list<std::string_view> parts) {
  std::string out;
  for (const std::string_view part : parts) {
    const std::size_t hole = pattern.find("{}");
    out += std::string(pattern.substr(0, hole)) + percent_encoded(part);
    pattern.remove_prefix(hole + 2);
  }
  return out + std::string(pattern);
}

struct NodeCall::State {  // one of these two
  net::ClientOptions client;
  std::optional<home::Visit> visit;

  Result<net::Response> send(const std::string& method, const std::string& target, Bytes body);
};

// A node without users is visited by whoever the operating system says.
static bool has_users(const std::string& data) {
  const Result<std::vector<home::UserLine>> users = home::list_users(data);
  return users.ok() && !users->empty();
}

bool is_a_trial(const CallOptions& options) {
  const Result<std::vector<home::UserLine>> users = home::list_users(options.data);
  return options.node.empty() && users.ok() && users->empty();
}

NodeCall::NodeCall(std::unique_ptr<State> state) : state_(std::move(state)) {}
NodeCall::NodeCall(NodeCall&&) noexcept = default;
NodeCall::~NodeCall() = default;

Result<NodeCall> NodeCall::open(const CallOptions& options) {
  auto state = std::make_unique<State>();
  if (!options.node.empty()) {
    state->client.url = options.node;
    state->client.bearer_token = options.token;
    if (!options.token_file.empty()) {
      ASSIGN_OR_RETURN(state->client.bearer_token, read_line(options.token_file));
    }
    if (options.certificate.empty()) return Error{kWrongUse, "--node needs --certificate: the node's keys/tls.crt"};
    ASSIGN_OR_RETURN(const std::string pem, read_line(options.certificate));
    ASSIGN_OR_RETURN(state->client.certificate_sha256, net::certificate_sha256(pem));
    return NodeCall(std::move(state));
  }
  if (options.data.empty()) return Error{kWrongUse, "say which node: --data DIRECTORY or --node https://host:port"};
  if (options.user.empty() && has_users(options.data))
    return Error{kWrongUse, "--user: who are you? One of the node's users; see puente node user list"};
  ASSIGN_OR_RETURN(state->visit, of_node(home::Visit::begin(options.data, options.user, options.role)));
  return NodeCall(std::move(state));
}

Result<net::Response> NodeCall::State::send(const std::string& method, const std::string& target, Bytes body) {
  if (!visit) return of_words(net::request(client, method, target, "application/json", body));  // --node
  net::Request request;
  request.method = method;
  request.target = target.substr(0, target.find('?'));
  if (request.target.size() < target.size()) request.query = target.substr(request.target.size() + 1);
  request.body = std::move(body);
  return visit->call(std::move(request));
}

Result<Bytes> NodeCall::fetch(const std::string& target) {
  ASSIGN_OR_RETURN(net::Response response, state_->send("GET", target, {}));
  if (response.status == 200) return std::move(response.body);
  ASSIGN_OR_RETURN(const Json json, json_of(response));
  return error_of(response.status, json);
}

Result<Json> NodeCall::call(const std::string& method, const std::string& target, const Json& body, bool conflict_ok) {
  ASSIGN_OR_RETURN(const net::Response response,
                   state_->send(method, target, body.is_null() ? Bytes() : to_bytes(canonical(body))));
  if (response.content_type.starts_with("text/plain") && response.status == 200) {
    return Json(std::string(text(response.body)));
  }
  ASSIGN_OR_RETURN(Json json, json_of(response));
  const bool conflict = response.status == 409 && json["error"].is_null();
  if (response.status / 100 == 2 || (conflict_ok && conflict)) return json;
  const Result<Json> refused = error_of(response.status, json);
  // Where no file went along, what is invalid are the words.
  const bool no_file = body["samples"].is_null() && body["document"].is_null() && body["probe"].is_null();
  return no_file ? of_words(refused) : refused;
}

}  // namespace puente::cli
