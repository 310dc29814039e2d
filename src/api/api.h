// api: HTTP in, use cases of service/ called, HTTP out. Translation only; no decision is taken here.
// openapi/puente.yaml describes own_api; docs/formats/exchange.md what the partner's listener carries.
// The handlers may be called from any thread. They keep references: the node must outlive the server.
#pragma once
#include <string>
#include <vector>

#include "net/net.h"
#include "service/service.h"

namespace puente::api {

// Who may call, by bearer token. Tokens are 256 random bits, so their SHA-256 is kept, not a password hash.
struct User {
  std::string name;
  Role role;
  Digest token_sha256;
};

net::Handler own_api(service::Node& node, std::vector<User> users);
net::Handler partner_api(service::Node& node);           // behind mutual TLS: the request's peer is the partner
net::Handler overseer_api(service::Overseer& overseer);  // C2SP tlog-witness

int http_status(Code code);

}  // namespace puente::api
