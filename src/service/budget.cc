#include "service/budget.h"

#include <algorithm>
#include <cmath>

#include "core/limits.h"
#include "core/parallel.h"

namespace puente::service {
namespace {

constexpr double kShareMs = 10'000;  // over which a share of the processors is taken

struct Size {
  std::int64_t most, per_minute;
};

Size size_of(Cost cost) {
  switch (cost) {
    case Cost::kMessages:
      return {limits::kPartnerMessagesMax, limits::kPartnerMessagesPerMinute};
    case Cost::kBytes:
      return {limits::kPartnerBytesMax, limits::kPartnerBytesPerMinute};
    case Cost::kPixels:
      return {limits::kPartnerPixelsMax, limits::kPartnerPixelsPerMinute};
    case Cost::kMinutiae:
      return {limits::kPartnerMinutiaeMax, limits::kPartnerMinutiaePerMinute};
    case Cost::kEntries:
      return {limits::kPartnerEntriesMax, limits::kPartnerEntriesPerMinute};
    case Cost::kRefused:
      return {limits::kPartnerRefusedMax, limits::kPartnerRefusedPerMinute};
  }
  return {0, 0};
}

Error used_up(Cost cost) {
  return {Code::kQuotaExceeded, std::string("the partner has used up what it may send for now: ") + to_string(cost)};
}

}  // namespace

const char* to_string(Cost cost) {
  switch (cost) {
    case Cost::kMessages:
      return "messages";
    case Cost::kBytes:
      return "bytes";
    case Cost::kPixels:
      return "pixels";
    case Cost::kMinutiae:
      return "minutiae";
    case Cost::kEntries:
      return "entries";
    case Cost::kRefused:
      return "refused";
  }
  return "unknown";
}

Budget::Bucket& Budget::refilled(Account& account, Cost cost) {
  const Size size = size_of(cost);
  const std::int64_t now_ms = clock_.now_ms();
  auto& bucket = account.buckets[static_cast<std::size_t>(cost)];
  if (!bucket) bucket = Bucket{static_cast<double>(size.most), now_ms};
  // a clock that was set back adds nothing, and takes nothing away
  const std::int64_t passed_ms = std::clamp<std::int64_t>(now_ms - bucket->at_ms, 0, kDayMs);
  const double more = static_cast<double>(passed_ms) * static_cast<double>(size.per_minute) / double{kMinuteMs};
  bucket->left = std::min(static_cast<double>(size.most), bucket->left + more);
  bucket->at_ms = now_ms;
  return *bucket;
}

void Budget::count(Account& account, Code why) {
  if (!account.refused) account.refused = Refused{clock_.now_ms(), {}};
  ++account.refused->counts[to_string(why)];
  ++refused_total_;
}

Status Budget::take(const std::string& partner, Cost cost, std::int64_t amount) {
  const MutexLock lock(mutex_);
  Account& account = accounts_[partner];
  Bucket& bucket = refilled(account, cost);
  if (bucket.left < 1) return used_up(cost);
  changed_ = true;
  bucket.left -= static_cast<double>(amount);
  return {};
}

Door Budget::may_send(const std::string& partner) {
  const MutexLock lock(mutex_);
  Account& account = accounts_[partner];
  Door out{{}, wait_ms(account)};
  for (const Cost cost : {Cost::kMessages, Cost::kBytes, Cost::kRefused})
    if (out.ok() && refilled(account, cost).left < 1) out.status = used_up(cost);
  if (out.ok() && out.wait_ms > limits::kPartnerPauseMsMax)
    out.status = Error{Code::kQuotaExceeded, "too many messages that nothing came of: one at a time, and more slowly"};
  if (out.ok()) return out;
  count(account, Code::kQuotaExceeded);
  note_vain(account);
  out.wait_ms = std::min<std::int64_t>(out.wait_ms, limits::kPartnerPauseMsMax);
  return out;
}

// How long a message waits that comes now, and each behind it so much longer.
std::int64_t Budget::wait_ms(Account& account) {
  const std::int64_t now_ms = clock_.now_ms();
  if (now_ms - account.vain_at_ms > kMinuteMs) account.vain = 0;
  if (account.vain <= limits::kPartnerVainMax) return 0;
  // a clock that was set back makes nobody wait for longer than twice the most
  account.next_at_ms = std::clamp(account.next_at_ms, now_ms, now_ms + 2 * limits::kPartnerPauseMsMax);
  return std::exchange(account.next_at_ms, account.next_at_ms + account.pause_ms) - now_ms;
}

void Budget::note_vain(Account& account) {
  ++account.vain;
  account.vain_at_ms = clock_.now_ms();
  const std::int64_t work_ms = std::exchange(account.vain_work_ms, 0);
  if (account.vain <= limits::kPartnerVainMax) return;
  const int doubled = std::min(account.vain - limits::kPartnerVainMax - 1, 20);
  const std::int64_t pause_ms = std::max(limits::kPartnerPauseMsMin << doubled, limits::kPartnerPauseForWork * work_ms);
  account.pause_ms = std::min(pause_ms, limits::kPartnerPauseMsMax);
  account.next_at_ms = std::max(account.next_at_ms, account.vain_at_ms + account.pause_ms);
}

void Budget::note_use(const std::string& partner, bool of_use) {
  const MutexLock lock(mutex_);
  Account& account = accounts_[partner];
  if (!of_use) return note_vain(account);
  account.vain = 0;
  account.vain_work_ms = account.next_at_ms = 0;
}

double Budget::faded_work(Account& account) {
  const std::int64_t now_ms = clock_.now_ms();
  const std::int64_t passed_ms = std::max<std::int64_t>(0, now_ms - account.work_at_ms);
  account.work_ms *= std::exp(-static_cast<double>(passed_ms) / kShareMs);
  account.work_at_ms = now_ms;
  return account.work_ms;
}

void Budget::note_work(const std::string& partner, std::int64_t work_ms) {
  const MutexLock lock(mutex_);
  Account& account = accounts_[partner];
  account.work_ms = faded_work(account) + static_cast<double>(work_ms);
  account.vain_work_ms += work_ms;
  work_ms_total_ += static_cast<std::uint64_t>(std::max<std::int64_t>(0, work_ms));
}

Budget::Favour Budget::favour(const std::string& partner) {
  // so that a core that is kept busy all the time is the last, and half of it is not
  constexpr double kMoreEachDoubling = 4;
  const MutexLock lock(mutex_);
  const double share_ms = kShareMs * cores() * limits::kPartnerWorkShare / 100;
  const double worked_ms = faded_work(accounts_[partner]);
  if (worked_ms < share_ms) return {static_cast<std::int64_t>(share_ms - worked_ms), kNiceToNobody};
  const double niceness = Favour::kLeast + kMoreEachDoubling * std::log2(worked_ms / share_ms);
  return {0, static_cast<int>(std::min<double>(kNicest, niceness))};
}

void Budget::note_refused(const std::string& partner, Code why) {
  const MutexLock lock(mutex_);
  Account& account = accounts_[partner];
  Bucket& bucket = refilled(account, Cost::kRefused);
  bucket.left = std::max(0.0, bucket.left - 1);
  changed_ = true;
  count(account, why);
}

std::optional<Budget::Refused> Budget::refused_due(const std::string& partner) {
  const MutexLock lock(mutex_);
  const auto found = accounts_.find(partner);
  if (found == accounts_.end() || !found->second.refused) return std::nullopt;
  Account& account = found->second;
  const std::int64_t now_ms = clock_.now_ms(), passed_ms = now_ms - account.told_at_ms;
  if (account.told_at_ms != 0 && passed_ms >= 0 && passed_ms < kMinuteMs) return std::nullopt;
  account.told_at_ms = now_ms;
  return std::exchange(account.refused, std::nullopt);
}

std::optional<Json> Budget::changed_levels() {
  const MutexLock lock(mutex_);
  if (!std::exchange(changed_, false)) return std::nullopt;
  Json out{Json::Object()};
  for (auto& [partner, account] : accounts_) {
    Json left = Json::object({{"at", clock_.now_ms()}});
    for (int cost = 0; cost < kCostCount; ++cost) {
      if (!account.buckets[static_cast<std::size_t>(cost)]) continue;
      const Bucket& bucket = refilled(account, static_cast<Cost>(cost));
      left.set(to_string(static_cast<Cost>(cost)), static_cast<std::int64_t>(std::floor(bucket.left)));
    }
    out.set(partner, std::move(left));
  }
  return out;
}

void Budget::restore(const Json& levels) {
  const MutexLock lock(mutex_);
  if (levels.as_object() == nullptr) return;
  for (const auto& [partner, left] : *levels.as_object()) {
    const auto at_ms = left["at"].as_integer();
    for (int cost = 0; at_ms && cost < kCostCount; ++cost) {
      const auto level = left[to_string(static_cast<Cost>(cost))].as_integer();
      if (level)
        accounts_[partner].buckets[static_cast<std::size_t>(cost)] = Bucket{static_cast<double>(*level), *at_ms};
    }
  }
}

std::uint64_t Budget::refused_total() const {
  const MutexLock lock(mutex_);
  return refused_total_;
}

std::uint64_t Budget::work_ms_total() const {
  const MutexLock lock(mutex_);
  return work_ms_total_;
}

}  // namespace puente::service
