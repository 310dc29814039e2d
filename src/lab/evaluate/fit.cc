#include "lab/evaluate/fit.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include "core/check.h"
#include "lab/evaluate/sample_set.h"

namespace puente::evaluate {
namespace {

constexpr int kSize = finger::kScoreFeatures;
constexpr int kRounds = 30;

// Solves a symmetric positive definite system in place, by elimination.
Features solve(std::array<Features, kSize> system, Features right) {
  for (int i = 0; i < kSize; ++i)
    for (int k = i + 1; k < kSize; ++k) {
      const double factor = system[k][i] / system[i][i];
      for (int j = i; j < kSize; ++j) system[k][j] -= factor * system[i][j];
      right[k] -= factor * right[i];
    }
  for (int i = kSize - 1; i >= 0; --i) {
    for (int j = i + 1; j < kSize; ++j) right[i] -= system[i][j] * right[j];
    right[i] /= system[i][i];
  }
  return right;
}

}  // namespace

double log_odds(const Features& weights, const Observation& observation) {
  double sum = 0;
  for (int i = 0; i < kSize; ++i) sum += weights[i] * observation.features[i];
  return sum;
}

Features regress(const std::vector<Observation>& observations, double ridge,
                 const std::function<bool(const Observation&)>& use) {
  Features weights{};
  for (int round = 0; round < kRounds; ++round) {
    std::array<Features, kSize> curvature{};
    Features slope{};
    for (int i = 0; i < kSize; ++i) {
      const double penalty = i == 0 ? 1e-9 : ridge;
      curvature[i][i] = penalty;
      slope[i] = -penalty * weights[i];
    }
    for (const Observation& o : observations) {
      if (!use(o)) continue;
      const double chance = 1 / (1 + std::exp(-log_odds(weights, o)));
      const double off = (o.genuine ? 1 : 0) - chance, weight = std::max(1e-9, chance * (1 - chance));
      for (int i = 0; i < kSize; ++i) {
        slope[i] += off * o.features[i];
        for (int j = 0; j < kSize; ++j) curvature[i][j] += weight * o.features[i] * o.features[j];
      }
    }
    const Features step = solve(curvature, slope);
    double largest = 0;
    for (int i = 0; i < kSize; ++i) {
      weights[i] += std::clamp(step[i], -5.0, 5.0);
      largest = std::max(largest, std::fabs(step[i]));
    }
    if (largest < 1e-6) break;
  }
  return weights;
}

Rates cross_validate(const std::vector<Observation>& observations, double ridge, int folds) {
  std::map<std::pair<int, int>, Features> models;
  for (int a = 0; a < folds; ++a)
    for (int b = a; b < folds; ++b)
      models[{a, b}] = regress(observations, ridge, [a, b, folds](const Observation& o) {
        for (const int group : {o.finger_a % folds, o.finger_b % folds})
          if (group == a || group == b) return false;
        return true;
      });
  std::map<int, std::pair<std::vector<double>, std::vector<double>>> scores;  // of a database: genuine, impostor
  for (const Observation& o : observations) {
    const std::pair<int, int> groups = std::minmax({o.finger_a % folds, o.finger_b % folds});
    auto& [genuine, impostor] = scores[o.database];
    (o.genuine ? genuine : impostor).push_back(log_odds(models[groups], o));
  }
  Rates mean;
  for (const auto& [database, both] : scores) {
    const Rates rates = error_rates(both.first, both.second);
    for (double Rates::*rate :
         {&Rates::eer, &Rates::fnmr_at_fmr_1_in_100, &Rates::fnmr_at_fmr_1_in_1000, &Rates::zero_fmr})
      mean.*rate += rates.*rate / static_cast<double>(scores.size());
  }
  return mean;
}

}  // namespace puente::evaluate
