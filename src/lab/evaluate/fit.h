// Inside lab/evaluate/: a score model from comparisons whose truth is known.
#pragma once
#include <array>
#include <functional>
#include <vector>

#include "lab/evaluate/evaluate.h"
#include "modality/finger/finger.h"

namespace puente::evaluate {

using Features = std::array<double, finger::kScoreFeatures>;

struct Observation {  // one comparison
  Features features{};
  bool genuine = false;
  bool seen = false;  // that anything fits; otherwise there are no features, and the odds are below all others
  int database = 0;
  int finger_a = 0, finger_b = 0;  // of all databases
};

// Logistic regression with a ridge penalty on all weights but the first, whose feature is 1: Newton's method. `use`
// says which observations count.
Features regress(const std::vector<Observation>& observations, double ridge,
                 const std::function<bool(const Observation&)>& use);
double log_odds(const Features& weights, const Observation& observation);

// The mean of the databases' rates when every comparison is scored by weights that were fitted without its fingers:
// fingers fall into `folds` groups, and a comparison of two groups is scored without either.
Rates cross_validate(const std::vector<Observation>& observations, double ridge, int folds);

}  // namespace puente::evaluate
