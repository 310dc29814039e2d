#include "service/refusals.h"

namespace puente::service {
namespace {

std::vector<std::string> said(Action action, const std::vector<std::string>& why) {
  std::vector<std::string> out = {to_string(action)};
  out.insert(out.end(), why.begin(), why.end());
  return out;
}

}  // namespace

Status Refusals::tell(const Caller& caller, std::vector<std::string> what, std::uint64_t times) {
  const auto transaction = store_.begin();
  Entry refused = journal_.entry(Event::kAccessRefused, caller);
  refused.reasons = std::move(what);
  TRY(journal_.commit(
      *transaction, std::move(refused),
      Json::object({{"user", caller.user}, {"role", to_string(caller.role)}, {"times", std::size_t{times}}})));
  return {};
}

Status Refusals::write_down(const Caller& caller, Action action, const std::vector<std::string>& why) {
  std::uint64_t times = 1;
  {
    const MutexLock lock(mutex_);
    Count& count = counts_[{caller.user, action}];
    const std::int64_t minute = seams_.clock.now_ms() / kMinuteMs;
    if (count.minute == minute) {
      ++count.untold;
      count.at_the_keys = caller.at_the_keys;
      count.by_session = caller.by_session;
      count.why = why;
      return {};
    }
    times += count.untold;
    count = {minute, 0, caller.role, caller.at_the_keys, caller.by_session, {}};
  }
  return tell(caller, said(action, why), times);
}

Status Refusals::write_down_about(const Caller& caller, Action action, const std::string& person_id, Code why) {
  const auto transaction = store_.begin();
  Entry tried = journal_.entry(Event::kAccessRefused, caller);
  tried.reasons = said(action, {to_string(why)});
  tried.of = person_id;
  TRY(journal_.commit(*transaction, std::move(tried),
                      Json::object({{"user", caller.user}, {"role", to_string(caller.role)}})));
  return {};
}

void Refusals::count_sign_in(const std::string& user, const std::string& address) {
  constexpr std::size_t kAddressesMax = 20;
  const MutexLock lock(mutex_);
  if (sign_ins_.names.empty()) sign_ins_.since_ms = seams_.clock.now_ms();
  ++sign_ins_.names[user];
  if (sign_ins_.addresses.size() < kAddressesMax) sign_ins_.addresses.insert(address);
}

Status Refusals::write_down_sign_ins() {
  constexpr std::int64_t kTogetherMs = 10 * kMinuteMs;
  SignIns over;
  {
    const MutexLock lock(mutex_);
    const std::int64_t age_ms = seams_.clock.now_ms() - sign_ins_.since_ms;
    if (sign_ins_.names.empty() || (age_ms >= 0 && age_ms < kTogetherMs)) return {};
    over = std::exchange(sign_ins_, {});
  }
  Json::Object names;
  Json::Array addresses;
  for (const auto& [name, times] : over.names) names[name] = times;
  for (const std::string& address : over.addresses) addresses.emplace_back(address);
  const auto transaction = store_.begin();
  Entry refused = journal_.entry(Event::kAccessRefused, kItself);
  refused.reasons = said(Action::kSignIn, {});
  TRY(journal_.commit(*transaction, std::move(refused),
                      Json::object({{"tried", Json(std::move(names))}, {"from", Json(std::move(addresses))}})));
  return {};
}

Status Refusals::write_down_rest() {
  TRY(write_down_sign_ins());
  std::map<std::pair<std::string, Action>, Count> over;
  {
    const MutexLock lock(mutex_);
    const std::int64_t minute = seams_.clock.now_ms() / kMinuteMs;
    std::erase_if(counts_, [&](const auto& each) {
      if (each.second.minute == minute) return false;
      if (each.second.untold > 0) over.insert(each);
      return true;
    });
  }
  for (const auto& [which, count] : over)
    TRY(tell({which.first, count.role, count.at_the_keys, 0, count.by_session}, said(which.second, count.why),
             count.untold));
  return {};
}

}  // namespace puente::service
