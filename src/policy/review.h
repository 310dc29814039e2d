// Reviewing: an examiner gives a verdict about a hit (R7, R9). Whether the case's state allows one is casework's.
#pragma once
#include "policy/decision.h"

namespace puente::policy {

struct Review {
  std::string_view examiner;  // user id
  std::string_view reasons;   // in the examiner's words
};
Decision may_decide(const Review& review);  // a denial is kInvalidInput

}  // namespace puente::policy
