// provider: people and systems whom another system vouches for (OpenID Connect Core 1.0; RFC 6749 with PKCE, RFC
// 7636; tokens for our API as RFC 9068 has them). The node believes what is signed by a key that the provider
// publishes, is meant for this node, is in time, and says one role that the node's own file translates. Who decides
// about others must have shown the provider a second factor. Nothing of a provider's passwords is seen here, and no
// token is kept. Owner: whoever serves. Any thread; refresh() and finish() ask the network and wait, the rest never
// does.
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/crypto.h"
#include "core/mutex.h"
#include "core/user.h"
#include "signin/provider/token.h"
#include "signin/signin.h"

namespace puente::signin {

// Before the name of each user whom a provider vouches for: no user of the node's own is named so.
inline constexpr std::string_view kOfProvider = kVouchedFor;

struct ProviderConfig {
  std::string issuer{};                 // https://…, as its tokens say it, letter for letter
  std::string name{};                   // for people
  std::string client_id{};              // ours, at the provider
  std::string client_secret{};          // empty: a public client, which PKCE alone protects
  std::string audience{};               // of tokens for our API; empty: none are taken
  std::string return_address{};         // https://…/v1/sign-in/return, as the provider knows it
  std::string name_claim = "sub";       // what names a user for good: never given to somebody else
  std::string roles_claim = "roles";    // "realm_access.roles" of Keycloak; the words of "scope" count as well
  std::map<std::string, Role> roles{};  // by its words
  std::string second_factor{};          // an acr that stands for one; amr's mfa, otp, hwk and sc do anyway
  // Of examiners: the last day of their certificate of competence, as 2027-06-30.
  std::string certified_claim = "puente_certified_until";
};

struct Fetched {
  int status = 0;
  std::string body;
};
// A form is sent by POST, an empty one asks by GET. Over TLS, from whom the node's file names.
using Fetch = std::function<Result<Fetched>(const std::string& address, const std::string& form)>;

class Provider {
 public:
  static constexpr std::int64_t kKeysFreshMs = 10 * kMinuteMs, kKeysMsMax = kHourMs;  // older ones open nothing
  static constexpr std::int64_t kAskAgainMs = 10'000;     // at the earliest, for a key that is not known
  static constexpr std::int64_t kTryMs = 10 * kMinuteMs;  // from leaving for the provider to coming back
  static constexpr std::int64_t kTokenMsMax = 2 * kHourMs, kSkewMs = kMinuteMs;
  static constexpr std::size_t kPeopleMax = 10'000;

  Provider(ProviderConfig config, Fetch fetch, Clock& clock, Random& random);

  const ProviderConfig& config() const { return config_; }
  void refresh();               // addresses and keys, when they are due; by whoever works in the background
  std::string problem() const;  // why it could not be asked when it was last; empty: it could

  struct Begun {
    std::string address;  // where the browser is sent
    std::string cookie;   // that it brings back; sealed, and good for kTryMs
  };
  Result<Begun> begin();  // kUnavailable: the provider was not reached yet
  struct Back {
    std::string code, state, issuer, cookie;  // issuer: RFC 9207; empty: it did not say
  };
  struct Vouched {
    Account account;
    bool second_factor = false;
  };
  // Who came back. kUnauthenticated: nobody that is believed; kDenied: no role here, or no second factor for it;
  // kUnavailable: the provider cannot be asked.
  Result<Vouched> finish(const Back& back);

  // Of a token for our API. kUnavailable: its key is asked for at this moment.
  Result<Caller> caller_of(std::string_view token);

  std::optional<Account> account(const std::string& user) const;  // who came back, until kSessionMs later
  std::vector<Caller> people() const;                             // those
  void end(const std::string& user);                              // and no token of before is taken

 private:
  struct Found {  // by the provider's discovery document
    std::string authorize, token;
    TokenKeys keys;
    std::int64_t at_ms = 0;
  };
  struct Known {
    Account account;
    std::int64_t until_ms = 0;
  };
  Result<Found> discovered() const;
  Result<Json> exchanged(const std::string& token_address, const std::string& code, const std::string& verifier) const;
  Result<Token> opened(std::string_view token) EXCLUDES(mutex_);
  Status check(const Json& claims, const std::string& audience) const;
  Result<Caller> caller_by(const Json& claims, bool by_scope) const;
  Result<Vouched> remembered(const Token& token) EXCLUDES(mutex_);
  bool is_of_before(const std::string& user, const Json& claims, std::int64_t since_ms, std::int64_t ahead_ms) const
      REQUIRES(mutex_);

  const ProviderConfig config_;
  const Fetch fetch_;
  Clock& clock_;
  Random& random_;
  const SecretKey cookies_;
  const std::int64_t born_ms_;  // tokens of before are not taken: whose were ended then is not known
  mutable Mutex mutex_;
  std::optional<Found> found_ GUARDED_BY(mutex_);
  std::int64_t tried_ms_ GUARDED_BY(mutex_) = 0;
  bool wanted_ GUARDED_BY(mutex_) = true;
  std::string problem_ GUARDED_BY(mutex_);
  std::map<std::string, Known> known_ GUARDED_BY(mutex_);
  std::map<std::string, std::int64_t> ended_ms_ GUARDED_BY(mutex_);
};

}  // namespace puente::signin
