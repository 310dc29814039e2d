// Inside home/: what node.toml, keys/, users.json and agreements/ become when the directory is opened.
#pragma once
#include "api/api.h"
#include "core/files.h"
#include "core/lock.h"
#include "home/home.h"
#include "service/service.h"

namespace puente::home {

inline constexpr std::size_t kSmallFileMax = 1u << 20;  // any file that people see here

Result<std::string> read_text(const std::string& path);
// Replaces or makes a file of the directory, and leaves it to the directory's owner, be it root who writes.
Status write_ours(const std::string& path, ByteView bytes, Readers readers);
Status create_ours(const std::string& path, ByteView bytes, Readers readers);  // kAlreadyExists

// Held while somebody changes a file that people see: read, change, write as one. Lives as long as its owner.
// kUnavailable when somebody else has it for longer than any change takes.
class Turn {
 public:
  static Result<Turn> take(const std::string& path);

 private:
  explicit Turn(Lock lock) : lock_(std::move(lock)) {}
  Lock lock_;
};

Result<Directory> parse_node_toml(const std::string& path, const std::string& text);  // node_toml.cc
std::string new_node_toml(const Directory& directory);
bool is_reserved_name(const std::string& name);  // of the node itself and of countries, in the log

// keys/, party.json and, sealed under the new node.key, an empty database.
Status make_keys(const Directory& directory, const std::string& name, Random& random,
                 const std::vector<std::string>& hosts);
Result<SecretKey> node_key(const std::string& path);
Result<std::vector<api::User>> read_users(const std::string& path);
Result<service::Config> node_config(const Directory& directory);  // with keys and accepted agreements
Result<service::OverseerConfig> overseer_config(const Directory& directory);
Result<std::vector<std::string>> read_agreements(const Directory& directory);  // the texts in agreements/
// As the database has them, and as the files would be taken; the node may be running.
Result<std::vector<AgreementRecord>> known_agreements(const Directory& directory);

// When the log's newest entry was written; none while it is empty (log.cc).
Result<std::optional<std::int64_t>> newest_entry_ms(const std::string& path);

// Whether the database lies where it did, with the log that it had (place.cc).
Result<std::uint64_t> entries_of_node(const Directory& directory);
using CountEntries = std::function<Result<std::uint64_t>()>;
// Why this is a copy, or was restored; empty when it is neither.
Result<std::string> why_a_copy(const Directory& directory, const CountEntries& count);
Status settle(const Directory& directory, const CountEntries& count);                  // it is at home here
Result<std::string> come_home(const Directory& directory, const CountEntries& count);  // why not; empty: it settled
Error is_a_copy(const Directory& directory, const std::string& why);
Status require_place(const Directory& directory);  // of a node: kConflict when it is a copy; else settles
std::string drill_mark(const Directory& directory);
bool was_drilled(const Directory& directory);
Status renew_overseer_key(const Directory& directory);

struct HostPort {
  std::string host;
  std::uint16_t port = 0;
};
Result<HostPort> parse_url(const std::string& url);  // https://host:port

}  // namespace puente::home
