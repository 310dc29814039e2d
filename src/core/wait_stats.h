// How long callers have waited for their turn at something, counted in a few bounds.
#pragma once
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace puente {

struct WaitStats {
  static constexpr std::array<int, 12> kBoundsMs = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000};
  std::uint64_t count = 0, total_ns = 0, longest_ns = 0;
  std::array<std::uint64_t, kBoundsMs.size()> within{};  // waits of at most each bound

  // What came after `earlier`, which was read of the same; the longest stays that of all.
  WaitStats since(const WaitStats& earlier) const {
    WaitStats out{count - earlier.count, total_ns - earlier.total_ns, longest_ns, {}};
    for (std::size_t i = 0; i < within.size(); ++i) out.within[i] = within[i] - earlier.within[i];
    return out;
  }

  double mean_ms() const { return count == 0 ? 0 : static_cast<double>(total_ns) / 1e6 / static_cast<double>(count); }

  // The lowest bound that this share of them kept, 0 to 1; the longest one's time when it kept none.
  double bound_ms(double share) const {
    const auto needed = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count)));
    for (std::size_t i = 0; i < within.size(); ++i)
      if (within[i] >= needed) return kBoundsMs[i];
    return static_cast<double>(longest_ns) / 1e6;
  }
};

}  // namespace puente
