// Watch: the time that a node goes by. The clock's, as long as it can be believed: not after a jump ahead of more than
// two days, nor a step back of more than an hour. While it is doubted, time goes on from where it was, steadily, and
// nothing is erased or expires (expire.cc), while what is permitted for a time ends by the later of the two: of neither
// mistake anybody is the worse for. It is believed again when it comes back, or when a supervisor says so.
// A Clock itself, so that nothing inside service can ask another one. Any thread.
#pragma once
#include <optional>

#include "core/clock.h"
#include "core/limits.h"
#include "core/mutex.h"
#include "service/service.h"

namespace puente::service {

class Watch final : public Clock {
 public:
  static constexpr std::int64_t kAheadMaxMs = limits::kClockAheadMsMax, kBackMaxMs = limits::kClockBackMsMax;

  explicit Watch(const Clock& clock) : clock_(clock) {}
  void start_after(std::int64_t newest_ms);  // what this node wrote down last; before anything else is asked

  std::int64_t now_ms() const override;
  std::int64_t latest_ms() const;  // of that and the clock's: what is permitted for a time ends by it
  std::int64_t steady_ms() const override { return clock_.steady_ms(); }

  struct Doubt {
    std::int64_t clock_ms = 0, trusted_ms = 0;  // what the clock says, and what this node goes by
  };
  std::optional<Doubt> doubt() const;
  void confirm();  // what the clock says now is the time

 private:
  std::int64_t expected_ms() const REQUIRES(mutex_);
  std::int64_t look() const REQUIRES(mutex_);

  const Clock& clock_;
  mutable Mutex mutex_;
  bool started_ GUARDED_BY(mutex_) = false;
  std::int64_t anchor_ms_ GUARDED_BY(mutex_) = 0;         // a time that was believed,
  std::int64_t anchor_steady_ms_ GUARDED_BY(mutex_) = 0;  // and when that was
  mutable std::int64_t highest_ms_ GUARDED_BY(mutex_) = 0;
  mutable bool doubted_ GUARDED_BY(mutex_) = false;
};

}  // namespace puente::service
