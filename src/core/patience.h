// Patience: how long a piece of work may go on. Whoever works asks it between two steps; it counts the processor time
// of all threads that ask. Any thread; it outlives the work.
#pragma once
#include <atomic>
#include <cstdint>
#include <functional>

namespace puente {

class Patience {
 public:
  // `stopping`, when not null, ends it from outside. work_ms_max: of all threads together; 0: no end.
  explicit Patience(std::int64_t work_ms_max, const std::atomic<bool>* stopping = nullptr);

  // Before the work begins: once so much of it is done `lost` is called, by one of the threads that ask, and each of
  // them is so nice from then on (core/parallel.h).
  void favour(std::int64_t work_ms, int then_niceness, std::function<void()> lost);

  // Once true it stays so. Costs a third of a microsecond: what a thread worked between two askings is counted, what it
  // did before its first one and after its last one is not.
  bool is_over() const;
  bool was_stopped() const;      // from outside
  std::int64_t used_ms() const;  // so far

 private:
  const std::uint64_t number_;  // tells this one from others in the same thread
  const std::int64_t work_us_max_;
  const std::atomic<bool>* const stopping_;
  std::int64_t favoured_us_ = 0;
  int then_niceness_ = 0;
  std::function<void()> lost_;
  mutable std::atomic<bool> is_lost_{false};
  mutable std::atomic<std::int64_t> used_us_{0};

  void lose_favour() const;
};

}  // namespace puente
