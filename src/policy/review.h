// Reviewing: an examiner gives a verdict about a hit (R7, R9). Whether the case's state allows one is casework's.
#pragma once
#include "policy/decision.h"

namespace puente::policy {

struct Review {
  std::string_view examiner;  // user id
  std::string_view reasons;   // in the examiner's words
  std::size_t pairs = 0;      // of fingers that the case has
  std::size_t seen = 0;       // of them by this examiner
};
Decision may_decide(const Review& review);  // kInvalidInput: the words; kDenied: what was not looked at

}  // namespace puente::policy
