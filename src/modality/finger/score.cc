// From evidence to a score, and what the score means.
#include <algorithm>
#include <array>
#include <cmath>

#include "modality/finger/alignment.h"

namespace puente::finger {

std::array<float, kScoreFeatures> score_features(const Evidence& e) {
  const float root_pairs = std::sqrt(static_cast<float>(e.pairs)), root_cells = std::sqrt(e.overlap_area / 256);
  const auto log_gain = static_cast<float>(pixels::logarithm((e.support + 0.5f) / (e.chance + 0.5f)));
  return {1,
          std::sqrt(e.support),
          e.support / (e.support + e.missing + 2),
          log_gain,
          std::max(0.0f, e.surroundings) * root_pairs,
          e.surroundings,
          e.residual / 10,
          std::sqrt(e.missing),
          std::max(0.0f, e.orientation_agreement - 0.5f),
          e.phase_agreement * root_cells / 5,
          std::max(0.0f, e.phase_lock) * root_cells / 5,
          root_cells / 10};
}

namespace {

// Logistic regression, same finger against different fingers; see finger.h at false_match_rate.
constexpr std::array<float, kScoreFeatures> kWeights = {
    -13.8289f, 2.9108f, 0.9449f, 3.6308f, 1.3486f, -2.2014f, 2.1274f, -1.7019f, 3.2539f, 2.9848f, 1.1025f, 2.3625f,
};

double log_odds(const Evidence& e) {
  const std::array<float, kScoreFeatures> features = score_features(e);
  double sum = 0;
  for (int i = 0; i < kScoreFeatures; ++i) sum += kWeights[i] * features[i];
  return sum;
}

// Log odds at which one comparison in ten, and one in a thousand, of different fingers came out higher (measured).
constexpr double kOddsAtTenth = -5.28, kOddsAtThousandth = -1.52;
constexpr double kSlope = 20 / (kOddsAtThousandth - kOddsAtTenth);  // decibels a unit; the measured tail is straight
constexpr double kDecibelsMeasured = 40;                            // no data beyond: 11,520 comparisons of strangers
constexpr double kSlopeBelow = 3, kSlopeBeyond = 2.2;

}  // namespace

double score_of(const Evidence& e, bool with_ridges) {
  (void)with_ridges;
  if (e.pairs == 0) return 0;
  const double odds = log_odds(e);
  if (odds < kOddsAtTenth) return std::max(0.0, 10 + kSlopeBelow * (odds - kOddsAtTenth));
  const double score = 10 + kSlope * (odds - kOddsAtTenth);
  return score < kDecibelsMeasured ? score : kDecibelsMeasured + kSlopeBeyond * (score - kDecibelsMeasured) / kSlope;
}

double false_match_rate(double score) {
  return std::pow(10.0, -std::max(0.0, score) / 10);
}

}  // namespace puente::finger
