// Inside home/: what node.toml, keys/, users.json and agreements/ become when the directory is opened.
#pragma once
#include "api/api.h"
#include "home/home.h"
#include "service/service.h"

namespace puente::home {

inline constexpr std::size_t kSmallFileMax = 1u << 20;  // any file that people see here

Result<std::string> read_text(const std::string& path);
Status write_secret(const std::string& path, ByteView bytes);  // readable by its owner alone

// keys/, party.json and, sealed under the new node.key, an empty database.
Status make_keys(const Directory& directory, const std::string& name, Random& random);
Result<SecretKey> node_key(const std::string& path);
Result<net::Identity> tls_identity(const Directory& directory);
Result<std::vector<api::User>> read_users(const std::string& path);
Result<service::Config> node_config(const Directory& directory);  // with keys and accepted agreements
Result<service::OverseerConfig> overseer_config(const Directory& directory);

struct HostPort {
  std::string host;
  std::uint16_t port = 0;
};
Result<HostPort> parse_url(const std::string& url);  // https://host:port

}  // namespace puente::home
