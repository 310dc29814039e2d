#include "net/refusals.h"

#include <algorithm>

namespace puente::net {
namespace {

constexpr auto kMinute = std::chrono::minutes(1);
constexpr std::size_t kAddressesMax = 4096;

}  // namespace

int Refusals::note(const std::string& address, Time now) {
  if (now - minute_ >= kMinute || counts_.size() >= kAddressesMax) {
    counts_.clear();
    minute_ = now;
  }
  ++untold_;
  const int count = ++counts_[address];
  return std::clamp((count - limits_.free) * limits_.wait_ms_each, 0, limits_.wait_ms_max);
}

std::optional<std::uint64_t> Refusals::due(Time now) {
  if (untold_ == 0 || (told_ && now - *told_ < kMinute)) return std::nullopt;
  told_ = now;
  const std::uint64_t out = untold_;
  untold_ = 0;
  return out;
}

}  // namespace puente::net
