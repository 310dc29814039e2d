// Whether two kinds of answers can be told apart by the time that they take. For tests that measure.
#pragma once
#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace puente::flow {

// Welch's t of two samples. B. L. Welch, "The generalization of 'Student's' problem when several different population
// variances are involved", Biometrika 34 (1947), 28-35.
inline double welch_t(const std::vector<double>& a, const std::vector<double>& b) {
  const auto moments = [](std::vector<double> of) {
    std::sort(of.begin(), of.end());
    of.resize(of.size() * 9 / 10);  // what else the machine does is not what is asked about
    double mean = 0, square = 0;
    for (const double each : of) mean += each / static_cast<double>(of.size());
    for (const double each : of) square += (each - mean) * (each - mean);
    return std::pair{mean, square / static_cast<double>(of.size() - 1) / static_cast<double>(of.size())};
  };
  const auto [mean_a, error_a] = moments(a);
  const auto [mean_b, error_b] = moments(b);
  return (mean_a - mean_b) / std::sqrt(error_a + error_b);
}

}  // namespace puente::flow
