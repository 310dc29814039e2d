// How often the costly steps were taken since the program began: what a test of "once" counts. In no figure that leaves
// the node: where somebody is hidden, it searches more often. Counting is safe from any thread and costs some
// nanoseconds.
#pragma once
#include <array>
#include <cstdint>

namespace puente {

enum class Work { kDecode, kExtract, kEncode, kSketch, kPrepare, kCompare };
inline constexpr int kWorkCount = 6;
const char* to_string(Work work);  // "decode", …

void tally(Work work);
std::array<std::uint64_t, kWorkCount> tallied();  // by Work

}  // namespace puente
