#include "service/watch.h"

#include <algorithm>

namespace puente::service {

void Watch::start_after(std::int64_t newest_ms) {
  const MutexLock lock(mutex_);
  started_ = true;
  anchor_ms_ = highest_ms_ = newest_ms;
  anchor_steady_ms_ = clock_.steady_ms();
  const std::int64_t now = look();
  if (!doubted_) anchor_ms_ = now;
}

std::int64_t Watch::expected_ms() const {
  return anchor_ms_ + clock_.steady_ms() - anchor_steady_ms_;
}

std::int64_t Watch::look() const {
  const std::int64_t clock = clock_.now_ms();
  if (!started_) return clock;
  doubted_ = clock > expected_ms() + kAheadMaxMs || clock < highest_ms_ - kBackMaxMs;
  const std::int64_t now = doubted_ ? std::max(expected_ms(), highest_ms_) : clock;
  if (!doubted_) highest_ms_ = std::max(highest_ms_, now);
  return now;
}

std::int64_t Watch::now_ms() const {
  const MutexLock lock(mutex_);
  return look();
}

std::int64_t Watch::latest_ms() const {
  const MutexLock lock(mutex_);
  return std::max(look(), clock_.now_ms());
}

std::optional<Watch::Doubt> Watch::doubt() const {
  const MutexLock lock(mutex_);
  const std::int64_t now = look();
  if (!doubted_) return std::nullopt;
  return Doubt{clock_.now_ms(), now};
}

void Watch::confirm() {
  const MutexLock lock(mutex_);
  started_ = true;
  anchor_ms_ = highest_ms_ = clock_.now_ms();
  anchor_steady_ms_ = clock_.steady_ms();
  doubted_ = false;
}

}  // namespace puente::service
