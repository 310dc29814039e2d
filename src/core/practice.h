// Practice: what an examiner makes of pairs whose truth is known (docs/decisions/0112). Plain values.
#pragma once
#include <cstdint>

namespace puente {

enum class Truth : std::uint8_t { kMate = 1, kNonMate = 2 };  // numbers are stored

// Of one examiner's verdicts, or an office's; numbers, no cases.
struct PracticeOutcomes {
  std::uint32_t non_mates = 0, confirmed_non_mates = 0;  // judged, either way
  std::uint32_t mates = 0, rejected_mates = 0;
  std::uint32_t undecided = 0;
  bool operator==(const PracticeOutcomes&) const = default;
};

// A share of errors, and between what it may lie by chance at 95 %.
struct ErrorRate {
  std::uint32_t errors = 0, of = 0;
  double low = 0, high = 1;
};

}  // namespace puente
