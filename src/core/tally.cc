#include "core/tally.h"

#include <atomic>

namespace puente {
namespace {
struct alignas(64) Counter {  // a cache line each: threads that count different things do not meet
  std::atomic<std::uint64_t> value{0};
};
std::array<Counter, kWorkCount> counters;
}  // namespace

const char* to_string(Work work) {
  switch (work) {
    case Work::kDecode:
      return "decode";
    case Work::kExtract:
      return "extract";
    case Work::kEncode:
      return "encode";
    case Work::kSketch:
      return "sketch";
    case Work::kPrepare:
      return "prepare";
    case Work::kCompare:
      return "compare";
  }
  return "unknown";
}

void tally(Work work) {
  counters[static_cast<std::size_t>(work)].value.fetch_add(1, std::memory_order_relaxed);
}

std::array<std::uint64_t, kWorkCount> tallied() {
  std::array<std::uint64_t, kWorkCount> out{};
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = counters[i].value.load(std::memory_order_relaxed);
  return out;
}

}  // namespace puente
