#include "service/refusals.h"

namespace puente::service {
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
    Count& count = counts_[caller.user];
    const std::int64_t minute = seams_.clock.now_ms() / kMinuteMs;
    if (count.minute == minute) {
      ++count.untold;
      count.at_the_keys = caller.at_the_keys;
      return {};
    }
    times += count.untold;
    count = {minute, 0, caller.role, caller.at_the_keys};
  }
  std::vector<std::string> what = {to_string(action)};
  what.insert(what.end(), why.begin(), why.end());
  return tell(caller, std::move(what), times);
}

Status Refusals::write_down_rest() {
  std::map<std::string, Count> over;
  {
    const MutexLock lock(mutex_);
    const std::int64_t minute = seams_.clock.now_ms() / kMinuteMs;
    std::erase_if(counts_, [&](const auto& each) {
      if (each.second.minute == minute) return false;
      if (each.second.untold > 0) over.insert(each);
      return true;
    });
  }
  for (const auto& [user, count] : over) TRY(tell({user, count.role, count.at_the_keys}, {"several"}, count.untold));
  return {};
}

}  // namespace puente::service
