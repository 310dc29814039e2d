// How a command reaches a node: over HTTPS when it runs, or, when it does not, by opening its data directory and
// calling the very same handlers in this process. Either way the command sees our own API (openapi/puente.yaml).
#pragma once
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include "cli/cli.h"
#include "cli/options.h"
#include "core/bytes.h"
#include "core/json.h"

namespace puente::cli {

struct CallOptions {
  std::string data;  // a data directory; whoever may read its keys acts as `user`
  std::string user, role;
  std::string node;  // or https://host:port of a running node, with
  std::string token, token_file;
  std::string certificate;  // PEM file of the node's certificate
  bool json = false;
};
void add_call_options(Command& command, CallOptions& options);

// For a Check: an id, which becomes part of an address. A word with a "/" in it would be another address.
std::function<std::string(const std::string&)> is_an_id();

// Whether a node is tried out: its directory has no users yet, whose acts could be asked about; nobody serves it.
bool is_a_trial(const CallOptions& options);

// For a Check: the number of a file, which a print typed in its place is not.
std::function<std::string(const std::string&)> is_no_print();

// "/v1/cases/{}/card" with its parts put in, as they stand in an address.
std::string to_address(std::string_view pattern, std::initializer_list<std::string_view> parts);

// A target with a query: what was left empty is not asked for, and each value is written as it stands in an address.
class Query {
 public:
  explicit Query(std::string path) : target_(std::move(path)) {}
  Query& add(const std::string& name, const std::string& value);
  const std::string& target() const { return target_; }

 private:
  std::string target_;
  char separator_ = '?';
};

class NodeCall {
 public:
  static Result<NodeCall> open(const CallOptions& options);
  ~NodeCall();
  NodeCall(NodeCall&&) noexcept;
  // body null: none. An answer other than 2xx becomes its error; `conflict_ok` gives a 409's body instead.
  Result<Json> call(const std::string& method, const std::string& target, const Json& body = {},
                    bool conflict_ok = false);
  Result<Bytes> fetch(const std::string& target);  // GET, of an answer that is no JSON

 private:
  struct State;
  explicit NodeCall(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace puente::cli
