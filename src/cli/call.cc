#include "cli/call.h"

#include <CLI/CLI.hpp>

#include "api/api.h"
#include "cli/config.h"
#include "core/files.h"

namespace puente::cli {
namespace {

constexpr std::size_t kSmallFileMax = 1u << 20;

// A data directory opened by hand reaches nobody: what it queues leaves when the node runs.
class NoTransport final : public Transport {
 public:
  Result<Reply> post(const std::string&, const std::string&, ByteView, std::int64_t) override {
    return Error{Code::kUnavailable, "this command sends nothing"};
  }
};

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

}  // namespace

void add_call_options(CLI::App& command, CallOptions& options) {
  auto* data = command.add_option("--data", options.data, "data directory of a node that is not running");
  command.add_option("--role", options.role, "with --data: act as officer, examiner, supervisor or auditor");
  auto* node = command.add_option("--node", options.node, "a running node: https://host:port");
  command.add_option("--token", options.token, "with --node: the token that `puente node user` printed");
  command.add_option("--token-file", options.token_file, "or a file that holds it");
  command.add_option("--certificate", options.certificate, "with --node: the node's certificate (its keys/tls.crt)");
  command.add_flag("--json", options.json, "for programs");
  data->excludes(node);
}

struct NodeCall::State {
  // one of these two
  net::ClientOptions client;
  std::unique_ptr<service::Node> node;
  net::Handler handler;

  SystemClock clock;
  SystemRandom random;
  NoTransport transport;
};

NodeCall::NodeCall(std::unique_ptr<State> state) : state_(std::move(state)) {}
NodeCall::NodeCall(NodeCall&&) noexcept = default;
NodeCall::~NodeCall() = default;

Result<NodeCall> NodeCall::open(const CallOptions& options) {
  auto state = std::make_unique<State>();
  if (!options.node.empty()) {
    state->client.url = options.node;
    state->client.bearer_token = options.token;
    if (!options.token_file.empty()) {
      ASSIGN_OR_RETURN(const Bytes token, read_file(options.token_file, kSmallFileMax));
      state->client.bearer_token = std::string(text(token));
      while (!state->client.bearer_token.empty() && state->client.bearer_token.back() == '\n') {
        state->client.bearer_token.pop_back();
      }
    }
    if (options.certificate.empty())
      return Error{Code::kInvalidInput, "--node needs --certificate: the node's keys/tls.crt"};
    ASSIGN_OR_RETURN(const Bytes pem, read_file(options.certificate, kSmallFileMax));
    ASSIGN_OR_RETURN(state->client.certificate_sha256, net::certificate_sha256(text(pem)));
    return NodeCall(std::move(state));
  }
  if (options.data.empty())
    return Error{Code::kInvalidInput, "say which node: --data DIRECTORY or --node https://host:port"};
  ASSIGN_OR_RETURN(const Role role, parse_role(options.role));
  ASSIGN_OR_RETURN(const Directory directory, read_directory(options.data));
  ASSIGN_OR_RETURN(service::Config config, node_config(directory));
  ASSIGN_OR_RETURN(state->node,
                   service::Node::open(std::move(config), {state->clock, state->random, state->transport}));
  state->client.bearer_token = state->random.id("");
  state->handler = api::own_api(*state->node, {{"local", role, sha256(view(state->client.bearer_token))}});
  return NodeCall(std::move(state));
}

Result<Json> NodeCall::call(const std::string& method, const std::string& target, const Json& body, bool conflict_ok) {
  const Bytes bytes = body.is_null() ? Bytes() : to_bytes(canonical(body));
  net::Response response;
  if (state_->handler) {
    net::Request request;
    request.method = method;
    request.target = target;
    request.headers["authorization"] = "Bearer " + state_->client.bearer_token;
    request.body = bytes;
    response = state_->handler(request);
  } else {
    ASSIGN_OR_RETURN(response, net::request(state_->client, method, target, "application/json", bytes));
  }
  if (response.content_type.starts_with("text/plain") && response.status == 200) {
    return Json(std::string(text(response.body)));
  }
  ASSIGN_OR_RETURN(Json json, parse_json(text(response.body)));
  const bool conflict = response.status == 409 && json["error"].is_null();
  if (response.status / 100 != 2 && !(conflict_ok && conflict)) return error_of(response.status, json);
  return json;
}

}  // namespace puente::cli
