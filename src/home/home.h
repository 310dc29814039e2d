// home: where a node or an overseer lives. Its data directory as people see it (node.toml, users.json, keys/,
// agreements/, party.json; docs/operations.md names every file), and what is done with one: made, told of users, peers
// and agreements, served, opened for one command, looked through. Builds the real seams: clock, chance, network.
// Functions may be called from any thread; two that write one directory must take turns.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/limits.h"
#include "core/log_storage.h"
#include "core/role.h"
#include "net/net.h"

namespace puente::home {

struct PeerAddress {
  std::string name;                // a country, or an overseer's name
  std::string url;                 // https://host:port
  std::string certificate_sha256;  // hexadecimal; of a partner the agreement's is used, so it may be empty
  std::string vkey;                // of an overseer, or (in an overseer's own file) of a log
};

struct Directory {  // node.toml
  std::string path;
  std::string role = "node";  // or "overseer"
  std::string country;        // or the overseer's name
  std::string api_address = "127.0.0.1", partner_address = "127.0.0.1";
  std::uint16_t api_port = 8443, partner_port = 9443;  // 0: any free one, at each start
  std::vector<PeerAddress> partners, overseers, logs, callbacks;
  double expected_false_max = defaults::kExpectedFalseMax, false_match_rate_max = defaults::kFalseMatchRateMax;
  std::int64_t retention_days = defaults::kRetentionDays, case_days = defaults::kCaseDays;
  std::int64_t question_hours = defaults::kQuestionHours;
};

// Makes the directory, its keys and certificate, party.json (with our name in words) and an empty database.
// kAlreadyExists when there is one.
Status make_directory(const Directory& wanted, const std::string& name, Random& random);
Result<Directory> read_directory(const std::string& path);

struct Introduction {  // what we are told of a peer
  enum class Kind { kPartner, kOverseer, kLog, kCallback } kind = Kind::kPartner;
  std::string name, url;
  std::string certificate_pem,
      vkey;  // of an overseer both, of a log its key, of a callback its certificate, of a partner neither
};
Status add_peer(const std::string& path, const Introduction& peer);  // in place of an earlier one of this name

// Takes an agreement into use at the next start, if both signatures fit and this country is a party.
Status accept_agreement(const std::string& path, ByteView document);

// Adds a user and returns the token, which is shown once and kept nowhere.
Result<std::string> add_user(const std::string& path, const std::string& name, Role role, Random& random);

struct Ready {  // that somebody listens, and where
  std::string country, api_url;
  std::string partner_url;  // of a node
};
// Runs the node or overseer until SIGINT or SIGTERM; `ready` is called once it listens. Logs to standard error:
// warnings alone unless verbose, for the paths of requests carry ids of persons.
Status serve(const std::string& path, bool verbose, const std::function<void(const Ready&)>& ready);

// A node that does not run, opened for one command by whoever may read its keys: the very handlers of its own API, in
// this process. What it queues leaves when the node runs.
class Visit {
 public:
  static Result<Visit> begin(const std::string& path, Role role);
  ~Visit();
  Visit(Visit&&) noexcept;
  Visit& operator=(Visit&&) noexcept;
  net::Response call(net::Request request);

 private:
  struct State;
  explicit Visit(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Its log, read only; the node may be running.
bool has_log(const std::string& path);
Result<std::unique_ptr<LogStorage>> open_log(const std::string& path);

// Everything that is wrong with a node's database: file, sealed records, references, log. Needs its keys.
Result<std::vector<std::string>> find_problems(const std::string& path);

}  // namespace puente::home
