#include "signin/signin.h"

#include <algorithm>
#include <array>

#include "signin/authenticator.h"

namespace puente::signin {
namespace {

constexpr std::int64_t kForgetFailuresMs = kHourMs;

Error refused() {
  return {Code::kUnauthenticated, "name, password or code is wrong, or has to wait after too many tries"};
}

struct Counted {
  std::string what;
  int tries;
};
std::array<Counted, 3> counted(const Try& given) {  // a blank is in no name and no address
  return {{{"one " + given.user + " " + given.address, Desk::kTriesOfOne},
           {"name " + given.user, Desk::kTriesOfMany},
           {"address " + given.address, Desk::kTriesOfMany}}};
}

}  // namespace

bool needs_second_factor(Role role) {
  return role == Role::kSupervisor || role == Role::kAdministrator;
}

Desk::Desk(FindAccount find, Clock& clock, Random& random)
    : find_(std::move(find)), clock_(clock), random_(random), nobodys_hash_(hash_password(random.id(""))) {}

bool Desk::has_to_wait(const Try& given, std::int64_t now_ms) {
  for (const Counted& each : counted(given)) {
    const auto found = failures_.find(each.what);
    if (found != failures_.end() && now_ms < found->second.wait_until_ms) return true;
  }
  return false;
}

void Desk::count_failure(const Try& given, std::int64_t now_ms) {
  for (const Counted& each : counted(given)) {
    Failures& failures = failures_[each.what];
    failures.last_ms = now_ms;
    if (++failures.count < each.tries) continue;
    const int doublings = std::min(failures.count - each.tries, 5);
    failures.wait_until_ms = now_ms + std::min(kWaitMsMin << doublings, kWaitMsMax);
  }
}

// Also what a flood of invented names and addresses left behind.
void Desk::forget_what_is_over(std::int64_t now_ms) {
  std::erase_if(failures_, [&](const auto& each) {
    return now_ms - each.second.last_ms > kForgetFailuresMs || now_ms < each.second.last_ms;
  });
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
  if (!by_code) return *account;
  if (account->authenticator.empty()) {
    if (needs_second_factor(account->caller.role) || !given.code.empty()) return refused();
    return *account;
  }
  const std::optional<std::int64_t> step = step_by(account->authenticator, given.code, now_ms);
  const MutexLock lock(mutex_);
  if (!step || *step <= last_step_[given.user]) return refused();  // a code is good once
  last_step_[given.user] = *step;
  return *account;
}

Result<Desk::Opened> Desk::sign_in(const Try& given) {
  const std::int64_t now_ms = clock_.now_ms();
  {
    const MutexLock lock(mutex_);
    forget_what_is_over(now_ms);
    if (has_to_wait(given, now_ms)) return refused();
    if (hashing_ >= kHashesAtOnce || sessions_.size() >= kSessionsMax)
      return Error{Code::kUnavailable, "many sign in at this moment: try again in some seconds"};
    ++hashing_;
  }
  const auto account = proven(given, true);
  Opened out;
  out.cookie = random_.id("") + random_.id("");
  Open open{given.user, random_.id("") + random_.id(""), {}, now_ms, now_ms, false};
  const MutexLock lock(mutex_);
  --hashing_;
  if (!account.ok()) {
    count_failure(given, now_ms);
    return account.error();
  }
  for (const Counted& each : counted(given))
    if (!each.what.starts_with("address ")) failures_.erase(each.what);
  open.stamp = account->stamp;
  open.second_factor = !account->authenticator.empty();
  out.session = {account->caller, open.csrf, now_ms + kSessionMs, open.second_factor};
  const auto of_user = [&](const auto& each) { return each.second.user == given.user; };
  while (std::ranges::count_if(sessions_, of_user) >= static_cast<std::ptrdiff_t>(kSessionsPerUserMax)) {
    auto oldest = sessions_.end();
    for (auto each = sessions_.begin(); each != sessions_.end(); ++each) {
      if (of_user(*each) && (oldest == sessions_.end() || each->second.used_ms < oldest->second.used_ms)) oldest = each;
    }
    sessions_.erase(oldest);
  }
  last_seen_[given.user] = now_ms;
  sessions_[sha256(view(out.cookie))] = std::move(open);
  return out;
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

std::optional<Session> Desk::find(const std::string& cookie) {
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
  open->second.used_ms = now_ms;
  last_seen_[user] = now_ms;
  return Session{account->caller, open->second.csrf, open->second.begun_ms + kSessionMs, open->second.second_factor};
}

void Desk::sign_out(const std::string& cookie) {
  const MutexLock lock(mutex_);
  sessions_.erase(sha256(view(cookie)));
}

std::size_t Desk::end(const std::string& user) {
  const MutexLock lock(mutex_);
  std::erase_if(failures_, [&](const auto& each) {
    return each.first == "name " + user || each.first.starts_with("one " + user + " ");
  });
  return std::erase_if(sessions_, [&](const auto& each) { return each.second.user == user; });
}

Seen Desk::seen(const std::string& user) const {
  const std::int64_t now_ms = clock_.now_ms();
  const MutexLock lock(mutex_);
  Seen out;
  for (const auto& [key, open] : sessions_)
    if (open.user == user && is_open(open, now_ms)) ++out.sessions;
  if (const auto last = last_seen_.find(user); last != last_seen_.end()) out.last_ms = last->second;
  for (const auto& [what, failures] : failures_) {
    if (what != "name " + user && !what.starts_with("one " + user + " ")) continue;
    if (failures.wait_until_ms > now_ms) out.waits_until_ms = std::max(out.waits_until_ms, failures.wait_until_ms);
  }
  return out;
}

}  // namespace puente::signin
