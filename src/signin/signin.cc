#include "signin/signin.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <set>

#include "core/text.h"
#include "signin/authenticator.h"

namespace puente::signin {
namespace {

Error refused() {
  return {Code::kUnauthenticated, "name, password or code is wrong, or has to wait after too many tries"};
}

// Whoever has one address of the sixth version has 2^64 of them.
std::string place_of(const std::string& address) {
  in6_addr parts{};
  if (::inet_pton(AF_INET6, address.c_str(), &parts) != 1 || IN6_IS_ADDR_V4MAPPED(&parts)) return address;
  return to_hex(ByteView(parts.s6_addr, 8)) + "/64";
}

struct Counted {
  std::string what;
  int tries;
  std::int64_t forgive_ms;
};
std::array<Counted, 3> counted(const Try& given) {  // a blank is in no name and no address
  const std::string place = place_of(given.address);
  return {{{"one " + given.user + " " + place, Desk::kTriesOfOne, Desk::kForgiveOneMs},
           {"name " + given.user, Desk::kTriesOfMany, Desk::kForgiveNameMs},
           {"address " + place, Desk::kTriesOfMany, Desk::kForgiveAddressMs}}};
}

std::string known_as(const Try& given) {
  return given.user + " " + place_of(given.address);
}

std::int64_t forgive_ms_of(const std::string& what) {
  return what.starts_with("one ")    ? Desk::kForgiveOneMs
         : what.starts_with("name ") ? Desk::kForgiveNameMs
                                     : Desk::kForgiveAddressMs;
}

}  // namespace

bool needs_second_factor(Role role) {
  return role == Role::kSupervisor || role == Role::kAdministrator;
}

Status check_password(const std::string& password, const std::string& user) {
  constexpr std::size_t kDifferentMin = 5;
  const std::set<char> different(password.begin(), password.end());
  const bool has_control = std::ranges::any_of(password, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  if (password.size() >= kPasswordBytesMin && password.size() <= kPasswordBytesMax && is_utf8(password) &&
      !has_control && different.size() >= kDifferentMin && password != user)
    return {};
  return Error{Code::kInvalidInput,
               "a password has 12 to 256 bytes of UTF-8, five characters that differ, and is not the name: several "
               "words, for one"};
}

Desk::Desk(FindAccount find, Clock& clock, Random& random)
    : find_(std::move(find)),
      clock_(clock),
      random_(random),
      nobodys_hash_(hash_password(random.id(""))),
      born_step_(step_of(clock.now_ms())) {}

bool Desk::has_to_wait(const Try& given, std::int64_t now_ms) {
  const bool is_known = known_.contains(known_as(given));
  for (const Counted& each : counted(given)) {
    if (is_known && !each.what.starts_with("one ")) continue;
    const auto found = failures_.find(each.what);
    if (found == failures_.end() || now_ms >= found->second.wait_until_ms) continue;
    const std::int64_t until_ms = found->second.wait_until_ms;
    const auto [one, is_new] = failures_.try_emplace(counted(given)[0].what);  // seen of the name, and ended with it
    if (is_new) one->second.since_ms = now_ms;
    one->second.wait_until_ms = std::max(one->second.wait_until_ms, until_ms);
    return true;
  }
  return false;
}

int Desk::times_ended(const std::string& user) const {
  const auto found = ended_.find(user);
  return found == ended_.end() ? 0 : found->second;
}

void Desk::count_failure(const Try& given, std::int64_t now_ms) {
  for (const Counted& each : counted(given)) {
    Failures& failures = failures_[each.what];
    if (failures.count++ == 0) failures.since_ms = now_ms;
    if (failures.count < each.tries) continue;
    const int doublings = std::min(failures.count - each.tries, 5);
    failures.wait_until_ms = now_ms + std::min(kWaitMsMin << doublings, kWaitMsMax);
  }
}

// Also what a flood of invented names and addresses left behind. A clock that was set back forgives nothing, and makes
// nobody wait for longer than the longest.
void Desk::forget_what_is_over(std::int64_t now_ms) {
  for (auto& [what, failures] : failures_) {
    failures.since_ms = std::min(failures.since_ms, now_ms);
    failures.wait_until_ms = std::min(failures.wait_until_ms, now_ms + kWaitMsMax);
    const std::int64_t forgive_ms = forgive_ms_of(what);
    const std::int64_t forgiven = std::min<std::int64_t>((now_ms - failures.since_ms) / forgive_ms, failures.count);
    failures.count -= static_cast<int>(forgiven);
    failures.since_ms += forgiven * forgive_ms;
  }
  std::erase_if(failures_,
                [&](const auto& each) { return each.second.count == 0 && each.second.wait_until_ms <= now_ms; });
  std::erase_if(known_, [&](const auto& each) { return now_ms - each.second > kKnownMs; });
  std::erase_if(sessions_, [&](const auto& each) { return !is_open(each.second, now_ms); });
}

bool Desk::is_open(const Open& open, std::int64_t now_ms) const {
  return now_ms >= open.begun_ms && now_ms - open.begun_ms < kSessionMs && now_ms - open.used_ms < kIdleMs;
}

// A name that nobody has is worked for as long as another.
Result<Account> Desk::proven(const Try& given, bool by_code) {
  const std::int64_t now_ms = clock_.now_ms();
  const std::optional<Account> account = find_(given.user);
  const bool has_password = account && !account->password_hash.empty();
  const bool right = is_password(has_password ? account->password_hash : nobodys_hash_, given.password) && has_password;
  if (!right) return refused();
  Account proven = *account;
  proven.caller.by_session = true;
  if (!by_code) return proven;
  if (account->authenticator.empty()) {
    if (needs_second_factor(account->caller.role) || !given.code.empty()) return refused();
    return proven;
  }
  const std::optional<std::int64_t> step = step_by(account->authenticator, given.code, now_ms);
  const MutexLock lock(mutex_);
  if (!step || *step <= born_step_ || *step <= last_step_[given.user]) return refused();  // a code is good once
  last_step_[given.user] = *step;
  return proven;
}

Result<Desk::Opened> Desk::sign_in(const Try& given) {
  const std::int64_t now_ms = clock_.now_ms();
  int ended = 0;
  {
    const MutexLock lock(mutex_);
    forget_what_is_over(now_ms);
    ended = times_ended(given.user);
    if (has_to_wait(given, now_ms)) return refused();
    if (hashing_ >= kHashesAtOnce || sessions_.size() >= kSessionsMax)
      return Error{Code::kUnavailable, "many sign in at this moment: try again in some seconds"};
    ++hashing_;
  }
  const auto account = proven(given, true);
  const MutexLock lock(mutex_);
  --hashing_;
  if (!account.ok()) {
    count_failure(given, now_ms);
    return account.error();
  }
  if (ended != times_ended(given.user)) return refused();  // their sessions were ended while this one was begun
  for (const Counted& each : counted(given))
    if (!each.what.starts_with("address ")) failures_.erase(each.what);
  known_[known_as(given)] = now_ms;
  return begun(*account, !account->authenticator.empty(), now_ms);
}

Result<Desk::Opened> Desk::open(const Account& account, bool second_factor) {
  const std::int64_t now_ms = clock_.now_ms();
  const MutexLock lock(mutex_);
  forget_what_is_over(now_ms);
  if (sessions_.size() >= kSessionsMax)
    return Error{Code::kUnavailable, "many sign in at this moment: try again in some seconds"};
  return begun(account, second_factor, now_ms);
}

Desk::Opened Desk::begun(const Account& account, bool second_factor, std::int64_t now_ms) {
  const std::string& user = account.caller.user;
  Opened out;
  out.cookie = random_.id("") + random_.id("");
  Open open{user, random_.id("") + random_.id(""), account.stamp, now_ms, now_ms, second_factor};
  out.session = {account.caller, open.csrf, now_ms + kSessionMs, second_factor};
  make_room(user);
  last_seen_[user] = now_ms;
  sessions_[sha256(view(out.cookie))] = std::move(open);
  return out;
}

void Desk::make_room(const std::string& user) {
  const auto of_user = [&](const auto& each) { return each.second.user == user; };
  while (std::ranges::count_if(sessions_, of_user) >= static_cast<std::ptrdiff_t>(kSessionsPerUserMax)) {
    auto oldest = sessions_.end();
    for (auto each = sessions_.begin(); each != sessions_.end(); ++each) {
      if (of_user(*each) && (oldest == sessions_.end() || each->second.used_ms < oldest->second.used_ms)) oldest = each;
    }
    sessions_.erase(oldest);
  }
}

Status Desk::confirm(const std::string& user, const std::string& password, const std::string& address) {
  const Try given{user, password, "", address};
  const std::int64_t now_ms = clock_.now_ms();
  {
    const MutexLock lock(mutex_);
    if (has_to_wait(given, now_ms)) return refused();
    if (hashing_ >= kHashesAtOnce)
      return Error{Code::kUnavailable, "many sign in at this moment: try again in some seconds"};
    ++hashing_;
  }
  const auto account = proven(given, false);
  const MutexLock lock(mutex_);
  --hashing_;
  if (!account.ok()) count_failure(given, now_ms);
  return account.ok() ? Status() : Status(account.error());
}

std::optional<Session> Desk::find(const std::string& cookie, bool is_here) {
  const Digest key = sha256(view(cookie));
  const std::int64_t now_ms = clock_.now_ms();
  std::string user;
  {
    const MutexLock lock(mutex_);
    const auto open = sessions_.find(key);
    if (open == sessions_.end()) return std::nullopt;
    user = open->second.user;
  }
  const std::optional<Account> account = find_(user);  // which has a lock of its own
  const MutexLock lock(mutex_);
  const auto open = sessions_.find(key);
  if (open == sessions_.end()) return std::nullopt;
  if (!account || account->stamp != open->second.stamp || !is_open(open->second, now_ms)) {
    sessions_.erase(open);
    return std::nullopt;
  }
  if (is_here) open->second.used_ms = last_seen_[user] = now_ms;
  Caller caller = account->caller;
  caller.by_session = true;
  return Session{std::move(caller), open->second.csrf, open->second.begun_ms + kSessionMs, open->second.second_factor};
}

void Desk::sign_out(const std::string& cookie) {
  const MutexLock lock(mutex_);
  sessions_.erase(sha256(view(cookie)));
}

std::size_t Desk::end(const std::string& user) {
  const MutexLock lock(mutex_);
  ++ended_[user];
  const std::string one = "one " + user + " ";
  std::set<std::string> theirs = {"name " + user};
  for (auto each = failures_.lower_bound(one); each != failures_.end() && each->first.starts_with(one); ++each) {
    theirs.insert(each->first);
    theirs.insert("address " + each->first.substr(one.size()));
  }
  std::erase_if(failures_, [&](const auto& each) { return theirs.contains(each.first); });
  return std::erase_if(sessions_, [&](const auto& each) { return each.second.user == user; });
}

std::int64_t Desk::waits_until(const std::string& what, std::int64_t now_ms) const {
  const auto found = failures_.find(what);
  return found == failures_.end() || found->second.wait_until_ms <= now_ms ? 0 : found->second.wait_until_ms;
}

Seen Desk::seen(const std::string& user) const {
  const std::int64_t now_ms = clock_.now_ms();
  const MutexLock lock(mutex_);
  Seen out;
  for (const auto& [key, open] : sessions_)
    if (open.user == user && is_open(open, now_ms)) ++out.sessions;
  if (const auto last = last_seen_.find(user); last != last_seen_.end()) out.last_ms = last->second;
  out.waits_until_ms = waits_until("name " + user, now_ms);
  const std::string one = "one " + user + " ";
  for (auto each = failures_.lower_bound(one); each != failures_.end() && each->first.starts_with(one); ++each) {
    const std::string address = "address " + each->first.substr(one.size());
    out.waits_until_ms = std::max({out.waits_until_ms, waits_until(each->first, now_ms), waits_until(address, now_ms)});
  }
  return out;
}

}  // namespace puente::signin
