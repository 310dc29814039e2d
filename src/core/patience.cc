#include "core/patience.h"

#include <ctime>
#include <utility>

#include "core/parallel.h"

namespace puente {
namespace {

std::int64_t thread_us() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1000;
}

std::uint64_t next_number() {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

struct Asked {  // the last time that this thread asked
  std::uint64_t number = 0;
  std::int64_t at_us = 0;
  bool gave_way = false;
};
thread_local Asked asked;

}  // namespace

Patience::Patience(std::int64_t work_ms_max, const std::atomic<bool>* stopping)
    : number_(next_number()), work_us_max_(work_ms_max * 1000), stopping_(stopping) {
  asked = {number_, thread_us()};
}

void Patience::favour(std::int64_t work_ms, int then_niceness, std::function<void()> lost) {
  favoured_us_ = work_ms * 1000;
  then_niceness_ = then_niceness;
  lost_ = std::move(lost);
}

void Patience::lose_favour() const {
  if (!std::exchange(asked.gave_way, true)) give_way(then_niceness_);
  if (!is_lost_.exchange(true)) lost_();
}

bool Patience::is_over() const {
  const std::int64_t now_us = thread_us();
  if (asked.number == number_) used_us_ += now_us - asked.at_us;
  asked = {number_, now_us, asked.gave_way};
  if (lost_ != nullptr && used_us_ > favoured_us_) lose_favour();
  return was_stopped() || (work_us_max_ > 0 && used_us_ > work_us_max_);
}

bool Patience::was_stopped() const {
  return stopping_ != nullptr && stopping_->load(std::memory_order_relaxed);
}

std::int64_t Patience::used_ms() const {
  return used_us_ / 1000;
}

}  // namespace puente
