#include "core/practice.h"

namespace puente {

const char* to_string(Truth truth) {
  return truth == Truth::kMate ? "mated" : "non_mated";
}

Result<Truth> parse_truth(std::string_view name) {
  for (const Truth each : {Truth::kMate, Truth::kNonMate})
    if (name == to_string(each)) return each;
  return Error{Code::kInvalidInput, "unknown truth of a pair: use mated or non_mated"};
}

}  // namespace puente
