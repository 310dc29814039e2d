// Within net/: what strangers ask, or are refused. Counted by address for a minute; who tries often waits for the
// answer, and the log gets one line a minute. Touched by the network's thread alone.
#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace puente::net {

class Refusals {
 public:
  using Time = std::chrono::steady_clock::time_point;
  struct Limits {
    int free = 0;          // of a minute, that are answered at once
    int wait_ms_each = 0;  // for each one more
    int wait_ms_max = 0;
  };
  explicit Refusals(Limits limits) : limits_(limits) {}

  // One more. How long its answer waits: nothing for the first few of a minute, then longer each time.
  int note(const std::string& address, Time now);
  // What to log now, if anything: how many there were since the last time it said so.
  std::optional<std::uint64_t> due(Time now);

 private:
  const Limits limits_;
  std::map<std::string, int> counts_;  // since minute_
  Time minute_{};
  std::optional<Time> told_;
  std::uint64_t untold_ = 0;
};

}  // namespace puente::net
