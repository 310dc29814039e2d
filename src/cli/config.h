// A node's data directory as people see it: node.toml, users.json, keys/, agreements/. Made by `puente node init`,
// read by whatever opens the directory. docs/operations.md says what each file is.
#pragma once
#include <string>
#include <vector>

#include "api/api.h"
#include "net/net.h"
#include "service/service.h"

namespace puente::cli {

struct PeerAddress {
  std::string name;                // a country, or an overseer's name
  std::string url;                 // https://host:port
  std::string certificate_sha256;  // hexadecimal; of a partner the agreement's is used, so it may be empty
  std::string vkey;                // of an overseer, or (in an overseer's own file) of a log
};

struct Directory {
  std::string path;
  std::string role;     // "node" or "overseer"
  std::string country;  // or the overseer's name
  std::string api_address = "127.0.0.1", partner_address = "127.0.0.1";
  std::uint16_t api_port = 8443, partner_port = 9443;
  std::vector<PeerAddress> partners, overseers, logs;
  double expected_false_max = 1e-4, false_match_rate_max = 1e-4;
  std::int64_t retention_days = 3650, case_days = 7, question_hours = 72;
};

struct InitOptions {
  std::string path, role = "node", country, name;
  std::uint16_t api_port = 8443, partner_port = 9443;
};

// Makes the directory, its keys and certificate, party.json and an empty database. kAlreadyExists when there is one.
Status init_directory(const InitOptions& options, Random& random);

Result<Directory> read_directory(const std::string& path);
Status write_toml(const Directory& directory);  // node.toml alone

Result<service::Config> node_config(const Directory& directory);  // with keys and accepted agreements
Result<service::OverseerConfig> overseer_config(const Directory& directory);
Result<net::Identity> tls_identity(const Directory& directory);

// Adds a user and returns the token, which is shown once and kept nowhere.
Result<std::string> add_user(const Directory& directory, const std::string& name, Role role, Random& random);
Result<std::vector<api::User>> read_users(const Directory& directory);

struct HostPort {
  std::string host;
  std::uint16_t port = 0;
};
Result<HostPort> parse_url(const std::string& url);  // https://host:port

}  // namespace puente::cli
