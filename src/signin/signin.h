// signin: who sits at the console. A name and a password (Argon2id), for some roles the six digits of an authenticator
// too; then a session, which a cookie names. Sessions are kept in memory alone: a restart ends them all.
// Whatever is wrong with a try, and while a name or an address has to wait after too many, the answer is one and the
// same, in the same time but for what waits. What is known of a user is asked anew at each request, so that whoever is
// removed, expired, given another role, password or authenticator is out with their next request.
// Owner: whoever serves. Any thread.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "core/clock.h"
#include "core/crypto.h"
#include "core/mutex.h"
#include "core/role.h"

namespace puente::signin {

struct Account {  // of a user, as of this moment
  Caller caller;
  std::string password_hash;  // empty: signs in by no password
  std::string authenticator;  // empty: has none
  Digest stamp{};             // of all that ends this user's sessions when it changes
};
using FindAccount = std::function<std::optional<Account>(const std::string& user)>;

bool needs_second_factor(Role role);  // who decides about others: supervisors, and administrators

std::string new_authenticator(Random& random);     // 160 bits in base32, as applications want it typed
bool is_authenticator(const std::string& secret);  // 16 to 64 letters of base32
// "otpauth://totp/…", for a QR code or a telephone beside the screen.
std::string address_of(const std::string& secret, const std::string& country, const std::string& user);

std::string code_at(const std::string& secret, std::int64_t now_ms);  // what a telephone shows; "" when it is none

inline constexpr std::size_t kPasswordBytesMin = 12, kPasswordBytesMax = 256;
// Whether a user of this name may have it: 12 to 256 bytes of UTF-8 without control characters, not the name, and five
// characters that differ. kInvalidInput says so.
Status check_password(const std::string& password, const std::string& user);

struct Try {
  std::string user, password, code;
  std::string address;  // it comes from
};

struct Session {
  Caller caller;
  std::string csrf;           // what the console says beside its cookie when it changes something
  std::int64_t until_ms = 0;  // at the latest
  bool second_factor = false;
};

struct Seen {  // of a user, since this was made
  std::size_t sessions = 0;
  std::int64_t last_ms = 0, waits_until_ms = 0;
};

class Desk {
 public:
  static constexpr std::int64_t kIdleMs = 30 * kMinuteMs, kSessionMs = 10 * kHourMs;
  static constexpr std::size_t kSessionsPerUserMax = 5;  // the oldest ends for the next
  static constexpr std::size_t kSessionsMax = 10'000;
  static constexpr int kTriesOfOne = 5;    // at one name from one address; one more waits
  static constexpr int kTriesOfMany = 25;  // at one name from everywhere, or from one address at any name
  static constexpr std::int64_t kWaitMsMin = 30'000, kWaitMsMax = 15 * kMinuteMs;  // twice as long each time
  // One of those tries is forgiven in so long.
  static constexpr std::int64_t kForgiveOneMs = 10 * kMinuteMs, kForgiveNameMs = 5 * kMinuteMs,
                                kForgiveAddressMs = kMinuteMs;
  // Who signed in from an address in this time is not made to wait there by what others try, here or elsewhere.
  static constexpr std::int64_t kKnownMs = 30 * kDayMs;
  static constexpr int kHashesAtOnce = 2;  // 64 MiB each

  // Clock and chance must outlive it.
  Desk(FindAccount find, Clock& clock, Random& random);

  struct Opened {
    std::string cookie;
    Session session;
  };
  // kUnauthenticated: whatever is wrong. kUnavailable: many try at this moment.
  Result<Opened> sign_in(const Try& given);
  // The session of somebody who is known already: another system vouches for them. FindAccount knows them by now.
  // kUnavailable: there are too many sessions.
  Result<Opened> open(const Account& account, bool second_factor);
  // Whose it is. That they were here is kept, unless it is only a page of theirs that waits (is_here).
  std::optional<Session> find(const std::string& cookie, bool is_here = true);
  // Whether this is that user's password, counted as a try is.
  Status confirm(const std::string& user, const std::string& password, const std::string& address);
  void sign_out(const std::string& cookie);
  // All sessions, and what the name has to wait, at the addresses that it was tried from too; how many there were. Who
  // is signing in at this moment does not get in by it.
  std::size_t end(const std::string& user);
  Seen seen(const std::string& user) const;

 private:
  struct Open {
    std::string user, csrf;
    Digest stamp{};
    std::int64_t begun_ms = 0, used_ms = 0;
    bool second_factor = false;
  };
  struct Failures {
    int count = 0;
    std::int64_t since_ms = 0, wait_until_ms = 0;  // since: what was before is forgiven already
  };
  bool has_to_wait(const Try& given, std::int64_t now_ms) REQUIRES(mutex_);
  void count_failure(const Try& given, std::int64_t now_ms) REQUIRES(mutex_);
  std::int64_t waits_until(const std::string& what, std::int64_t now_ms) const REQUIRES(mutex_);
  int times_ended(const std::string& user) const REQUIRES(mutex_);
  void make_room(const std::string& user) REQUIRES(mutex_);
  Opened begun(const Account& account, bool second_factor, std::int64_t now_ms) REQUIRES(mutex_);
  void forget_what_is_over(std::int64_t now_ms) REQUIRES(mutex_);
  bool is_open(const Open& open, std::int64_t now_ms) const;
  Result<Account> proven(const Try& given, bool by_code);

  const FindAccount find_;
  Clock& clock_;
  Random& random_;
  const std::string nobodys_hash_;
  mutable Mutex mutex_;
  std::map<Digest, Open> sessions_ GUARDED_BY(mutex_);  // by the SHA-256 of their cookies
  std::map<std::string, Failures> failures_ GUARDED_BY(mutex_);
  std::map<std::string, std::int64_t> last_seen_ GUARDED_BY(mutex_), last_step_ GUARDED_BY(mutex_);
  std::map<std::string, std::int64_t> known_ GUARDED_BY(mutex_);  // by name and address, when they last got in
  std::map<std::string, int> ended_ GUARDED_BY(mutex_);           // how often, by name
  const std::int64_t born_step_;  // codes up to that one may have been used before there was this desk
  int hashing_ GUARDED_BY(mutex_) = 0;
};

}  // namespace puente::signin
