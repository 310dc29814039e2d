// home: where a node or an overseer lives. Its data directory as people see it (node.toml, users.json, keys/,
// agreements/, party.json; docs/operations.md names every file), and what is done with one: made, told of users, peers
// and agreements, served, opened for one command, looked through. Builds the real seams: clock, chance, network.
// Functions may be called from any thread; two that write one directory must take turns.
#pragma once
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/json.h"
#include "core/limits.h"
#include "core/log_storage.h"
#include "core/role.h"
#include "net/net.h"
#include "policy/policy.h"

namespace puente::home {

struct PeerAddress {
  std::string name;                // a country, or an overseer's name
  std::string url;                 // https://host:port
  std::string certificate_sha256;  // hexadecimal; of a partner the agreement's is used, so it may be empty
  std::string vkey;                // of an overseer, or (in an overseer's own file) of a log
};

// Another system that vouches for people (OpenID Connect): signin::ProviderConfig says what each is.
struct ProviderAddress {
  std::string issuer, name, client_id, audience, return_address, name_claim = "sub", roles_claim = "roles";
  std::string second_factor, certified_claim = "puente_certified_until";
  std::string authorities = "/etc/ssl/certs/ca-certificates.crt";  // a PEM file: who vouches for its certificate
  std::map<std::string, Role> roles;                               // by its words
};

struct Directory {  // node.toml
  std::string path;
  std::string role = "node";  // or "overseer"
  std::string country;        // or the overseer's name
  std::string api_address = "127.0.0.1", partner_address = "127.0.0.1";
  std::uint16_t api_port = 8443, partner_port = 9443;  // 0: any free one, at each start
  std::string machines_address;                        // where our own systems show certificates; empty: nowhere
  std::uint16_t machines_port = 0;
  std::optional<ProviderAddress> provider;
  bool fingers_as_wsq = false;  // of who is enrolled; else as they came
  std::vector<PeerAddress> partners, overseers, logs, callbacks;
  double expected_false_max = defaults::kExpectedFalseMax, false_match_rate_max = defaults::kFalseMatchRateMax;
  std::int64_t retention_days = defaults::kRetentionDays, case_days = defaults::kCaseDays;
  std::int64_t question_hours = defaults::kQuestionHours;
  std::int64_t record_days = defaults::kRecordDays, details_days = defaults::kDetailsDays;
  std::int64_t uncosigned_hours = defaults::kUncosignedHours;
};

// Makes the directory, its keys and certificate (which also names `hosts`), party.json (with our name in words) and an
// empty database. kAlreadyExists when anything at all lies there: nothing that exists is overwritten.
Status make_directory(const Directory& wanted, const std::string& name, Random& random,
                      const std::vector<std::string>& hosts = {});
// kNotFound: no node there. kInvalidInput names the line of node.toml that is not known or makes no sense.
Result<Directory> read_directory(const std::string& path);
Result<std::string> own_fingerprint(const std::string& path);  // of party.json, to be compared by voice

struct Introduction {  // what we are told of a peer
  enum class Kind { kPartner, kOverseer, kLog, kCallback } kind = Kind::kPartner;
  std::string name, url;
  std::string certificate_pem,
      vkey;              // of an overseer both, of a log its key, of a callback its certificate, of a partner neither
  bool replace = false;  // a key that the name has already: without it another is kConflict
};
// Adds a peer, or changes of a known one what is given; comments and all else in node.toml stay as they are. What is
// odd about it, a line each.
Result<std::vector<std::string>> add_peer(const std::string& path, const Introduction& peer);
Status remove_peer(const std::string& path, Introduction::Kind kind, const std::string& name);  // kNotFound

// Takes an agreement into use at the next start, if both signatures fit, this country is a party, and its keys and
// certificate in it are ours. What is odd about it, a line each.
Result<std::vector<std::string>> accept_agreement(const std::string& path, ByteView document);

Result<std::vector<std::string>> agreement_ids(const std::string& path);  // that this node knows, ended ones too

// Users. A running node knows of each change within a second. Tokens are returned once and kept nowhere.
inline constexpr std::int64_t kNeverExpires = std::numeric_limits<std::int64_t>::max();
inline constexpr std::int64_t kNotCertified = 0;
struct UserLine {
  std::string name;
  Role role = Role::kOfficer;
  std::int64_t expires_ms = kNeverExpires;
  std::int64_t certified_until_ms = kNotCertified;  // exclusive
  bool has_password = false, has_authenticator = false;
  bool needs_authenticator = false;  // to sign in by the password
  bool has_certificate = false;      // of a machine
};
// An examiner decides nothing without a certificate of competence; nobody else has one (kInvalidInput). It is good to
// the end of its last day, UTC, whatever moment of that day is given.
Result<std::string> add_user(const std::string& path, const std::string& name, Role role, Random& random,
                             std::int64_t expires_ms = kNeverExpires, std::int64_t certified_until_ms = kNotCertified);
Status certify_user(const std::string& path, const std::string& name, std::int64_t certified_until_ms);
Result<std::int64_t> end_of_certificate(const std::string& last_day);  // "2027-06-30": the first moment after it
std::string last_day_of_certificate(std::int64_t until_ms);            // and back
Result<std::string> rotate_user(const std::string& path, const std::string& name, Random& random);  // another token
// How the console knows a user: by a password of 12 to 256 bytes, none when empty; supervisors and administrators by
// the codes of an authenticator as well, whose address for a telephone (otpauth:) is returned once.
Status set_password(const std::string& path, const std::string& name, const std::string& password);
// The six digits of this moment, by an address that set_authenticator returned: what a telephone would show.
std::string code_of(const std::string& address, std::int64_t now_ms);
Status remove_authenticator(const std::string& path, const std::string& name);
Result<std::string> set_authenticator(const std::string& path, const std::string& name, Random& random);
// What one of our own systems shows at [machines] instead of a token: a certificate in PEM, none when empty. Examiners
// and supervisors are people (kDenied).
Status set_certificate(const std::string& path, const std::string& name, const std::string& certificate_pem);
Status expire_user(const std::string& path, const std::string& name, std::int64_t expires_ms);
Status remove_user(const std::string& path, const std::string& name);
Result<std::vector<UserLine>> list_users(const std::string& path);

// Keys and certificate replaced with an overlap: the next one is made beside the present one and named by a new
// agreement; which is used follows the agreements; when none needs the older one any more it is destroyed.
enum class Renewable { kCertificate, kSigning, kSealing };
// Makes the next of these, and party.next.json for the new agreement; `hosts` as in make_directory. kAlreadyExists when
// a next one waits already; one that was cut short is made whole. Its fingerprint; empty for an overseer, which is no
// party.
Result<std::string> renew(const std::string& path, const std::vector<Renewable>& what, Random& random,
                          const std::vector<std::string>& hosts = {});
// Puts the next ones in their places and destroys the older ones. kConflict names the agreement that still needs one,
// or says from when on the certificate is good; kNotFound when nothing waits. The node must not run. Goes on with what
// a crash left half done. An agreement has ended when the clock and the node's own log both say so.
Status finish_renewal(const std::string& path, const Clock& clock = SystemClock());
Status write_party(const std::string& path, const std::string& name);  // party.json once more, where it was lost

const char* version();  // of the program
const char* commit();   // that it was built from; empty: from no repository

// What would go wrong, or soon will: the configuration in effect, keys and certificate against agreements, days left,
// rights of files, clock, disk, users; with `reach` also whether partners and overseers answer. It may be running.
struct Finding {
  enum class Weight { kWell, kOdd, kWrong } weight = Weight::kWell;
  std::string about, words;
};
struct CheckReport {
  Json configuration;
  std::vector<Finding> findings;
  bool well() const;  // nothing is wrong; what is odd is said
};
Result<CheckReport> check_node(const std::string& path, bool reach);

struct Ready {  // that somebody listens, and where
  std::string country, api_url;
  std::string partner_url, machines_url;  // of a node
};
// Runs the node or overseer until SIGINT or SIGTERM; `ready` is called once it listens. Logs to standard error:
// warnings alone unless verbose, for the paths of requests carry ids of persons.
// A copy, or what was restored, answers nobody but that it is one, until it is adopted. A drill is for such a copy: our
// own API alone, nothing leaves, and what is written stays in the copy.
Status serve(const std::string& path, bool verbose, const std::function<void(const Ready&)>& ready, bool drill = false);

// An operator has decided: this copy, or what was restored, is the node (or the overseer, with a new key) now.
Status adopt_copy(const std::string& path, const std::string& reasons);

// Of an overseer that does not run: what logs have shown that does not follow from what it cosigned, by log; and that a
// log goes on from a restored copy.
Result<std::map<std::string, std::vector<Shown>>> shown_to_overseer(const std::string& path);
Status restart_log(const std::string& path, const std::string& origin);

// A node that does not run, opened for one command by whoever may read its keys, in the name of one of its users: the
// very handlers of its own API, in this process. What it queues leaves when the node runs.
class Visit {
 public:
  // kDenied: no such user, or no longer one. `role`, when not empty, must be that user's. Where the node has no users,
  // an empty `user` is an officer by the name that the operating system has: "operator root".
  static Result<Visit> begin(const std::string& path, const std::string& user, const std::string& role = {});
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

// Its decisions made again from the log and the texts that were in force; the node may be running. Needs its keys.
Result<Replayed> replay_log(const std::string& path);
// The questions of these days, both countries', put to a draft between this country and another: how many it would
// refuse, and why. `until_ms` is exclusive.
Result<policy::WhatIfResult> what_if(const std::string& path, const Agreement& draft, std::int64_t from_ms,
                                     std::int64_t until_ms);
// Agreements that a node has decided about, as it holds them now; read from its database. Needs its keys.
Result<std::vector<AcceptedAgreement>> accepted_agreements(const std::string& path);

// Everything that is wrong with a node's database: file, sealed records, references, log. Needs its keys.
Result<std::vector<std::string>> find_problems(const std::string& path);

}  // namespace puente::home
