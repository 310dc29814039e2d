// api: HTTP in, use cases of service/ called, HTTP out. Translation only; no decision is taken here.
// A family of doors, a folder each, that share http.h (routes, bodies, errors) and caller.h (who calls): own/ is a
// country's own applications' (openapi/puente.yaml describes it), partner/ what another node may say
// (docs/formats/exchange.md), overseer/ what an overseer answers (C2SP tlog-witness). Doors for other people's systems
// (OSIA, MOSIP, a web console) go beside them: routes of their own, the same use cases.
// The handlers may be called from any thread. They keep references: the node must outlive the server.
#pragma once
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/crypto.h"
#include "core/role.h"
#include "net/net.h"
#include "signin/provider/provider.h"
#include "signin/signin.h"

namespace puente::service {
class Node;
class Overseer;
}  // namespace puente::service

namespace puente::api {

// Who may call, by bearer token. Tokens are 256 random bits, so their SHA-256 is kept, not a password hash.
struct User {
  std::string name;
  Role role;
  Digest token_sha256;
  std::int64_t expires_ms = std::numeric_limits<std::int64_t>::max();
  std::int64_t certified_until_ms = 0;           // as Caller's
  std::string password_hash{}, authenticator{};  // as signin::Account's
  std::optional<Digest> certificate_sha256{};    // of a machine: what it shows instead of a token
  std::int64_t certificate_until_ms = std::numeric_limits<std::int64_t>::max();
};
// Whose token that is at this moment; nobody's: nothing. Any thread.
using FindUser = std::function<std::optional<Caller>(const Digest& token_sha256)>;

// How people sign in at a node that serves them; without a desk nobody does. All must outlive the server.
struct SignIn {
  signin::Desk* desk = nullptr;
  std::function<std::vector<User>()> users{};
  std::function<Status(const std::string& user, const std::string& password)> set_password{};
  signin::Provider* provider = nullptr;  // another system that vouches for people; may be missing
  // Whose certificate that listener saw which asks for one (net::Request::peer); may be missing: nobody's.
  std::function<std::optional<Caller>(const std::string& user)> machine{};
  // For the process log, whom the provider sent back from where, and why they are not let in; may be missing.
  std::function<void(const std::string& address, const Error& why)> complain{};
};

// What a server needs of a door: who is let in by the header alone, and what they are answered.
struct Api {
  net::Admit admit;
  net::Handler handle;
};
// more_metrics: further lines of /metrics, of whoever runs the servers.
Api own_api(service::Node& node, FindUser find_user, std::function<std::string()> more_metrics = {},
            SignIn sign_in = {});
Api own_api(service::Node& node, std::vector<User> users);  // these for good
// The same, and at every other address the pages of people's console: files of `directory` as they are now, read once.
// To anybody, for they are the same for everybody; what they show comes from the own API, by whoever's session it is.
// Links are not followed. kNotFound: no console there; kTooLarge: over 4 MiB a file or 256 files.
Result<Api> with_console(Api own, const std::string& directory);
Api partner_api(service::Node& node);                    // behind mutual TLS: the request's peer is the partner
net::Handler overseer_api(service::Overseer& overseer);  // C2SP tlog-witness

// Where a use case is found, as data.
struct Route {
  std::string_view method;
  std::string_view pattern;          // "/v1/cases/{case_id}/verdict": a part in braces may be any text, an …_id an id
  std::string_view operation;        // its name in openapi/puente.yaml
  std::optional<Action> action;      // what the caller must be allowed to do; none: anybody may, without a token
  std::string_view parameters = {};  // of the query, those it knows, with blanks between them; others are refused
  int window_ms = 0;                 // of its answers (net::Response), an error's too
  // Another system sends browsers here: parameters of its own are passed over, and it is asked, which takes a turn
  // among strangers.
  bool asks_others = false;
};
std::vector<Route> own_routes();

int http_status(Code code);

}  // namespace puente::api
