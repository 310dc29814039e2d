// Inside lab/evaluate/: what scores claim beside what strangers do.
#pragma once
#include "lab/evaluate/evaluate.h"

namespace puente::evaluate {

inline constexpr double kFirstClaim = 10, kLastClaim = 70, kClaimStep = 5;

// Fills the claims of the databases and of all together. Database::impostor is counted already.
void set_claims(Evaluation& evaluation, int bootstrap_rounds);

Interval middle_of(std::vector<double> values);  // 95 % of what rounds gave; error_rates.cc
Interval interval_of_count(std::size_t count);   // 95 % of the mean of what was counted once

}  // namespace puente::evaluate
