// Practice: what an examiner makes of pairs whose truth is known (docs/decisions/0112). Plain values.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "core/case.h"

namespace puente {

enum class Truth : std::uint8_t { kMate = 1, kNonMate = 2 };  // numbers are stored
const char* to_string(Truth truth);                           // "mated", "non_mated", as ISO/IEC 2382-37 has it
Result<Truth> parse_truth(std::string_view name);

// A seeded case: a pair of prints whose truth is known, put among the cases of examiners and to them like any. It is of
// no person and of no partner's question. Nothing that goes abroad can be made of it, for no such function takes it:
// test/no_compile.
struct PracticeCase : Examination {
  Truth truth = Truth::kNonMate;
  std::string added_by{};  // who said what is true of it
};

// Where a seeded case comes from: kept until it becomes one.
struct PracticePair {
  std::string pair_id;
  Truth truth = Truth::kNonMate;
  std::string added_by;
  std::int64_t added_ms = 0;
  Bytes exhibit;  // casework::encode_exhibit
};

// Of one examiner's verdicts, or an office's; numbers, no cases.
struct PracticeOutcomes {
  std::uint32_t non_mates = 0, confirmed_non_mates = 0;  // judged, either way
  std::uint32_t mates = 0, rejected_mates = 0;
  std::uint32_t undecided = 0;
  bool operator==(const PracticeOutcomes&) const = default;
};

// What a node knows of an examiner's competence.
struct Examiner {
  std::string user;
  PracticeOutcomes outcomes{};
  std::int64_t suspended_ms = 0;  // since when no verdict of theirs is taken; 0: it is
  bool operator==(const Examiner&) const = default;
};

// A share of errors, and between what it may lie by chance at 95 %.
struct ErrorRate {
  std::uint32_t errors = 0, of = 0;
  double low = 0, high = 1;
};

}  // namespace puente
