// Inside lab/evaluate/: what scores claim beside what strangers do.
#pragma once
#include "lab/evaluate/evaluate.h"

namespace puente::evaluate {

inline constexpr double kFirstClaim = 10, kLastClaim = 70, kClaimStep = 5;

// Fills the claims of the databases and of all together. Database::impostor is counted already.
void set_claims(Evaluation& evaluation, int bootstrap_rounds);

// The middle 95 % of the values that a bootstrap's rounds gave; in error_rates.cc, which asks it too.
Interval middle_of(std::vector<double> values);
// Where, with 95 % confidence, the mean of a count lies that was taken once.
Interval interval_of_count(std::size_t count);

}  // namespace puente::evaluate
