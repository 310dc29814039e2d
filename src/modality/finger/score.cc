// From evidence to a score, and what the score means.
#include <algorithm>
#include <array>
#include <cmath>

#include "modality/finger/alignment.h"

namespace puente::finger {

namespace {

// The largest overlap that the model was fitted on, as root_cells below: 290 square millimetres. Rolled prints of
// strangers share twice as much and much of their ridge flow; that alone must not count for more than was ever seen.
constexpr float kRootCellsSeen = 21;

}  // namespace

std::array<float, kScoreFeatures> score_features(const Evidence& e) {
  const float root_pairs = std::sqrt(static_cast<float>(e.pairs)), root_cells = std::sqrt(e.overlap_area / 256);
  const float root_cells_seen = std::min(root_cells, kRootCellsSeen);
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
          root_cells_seen / 10,
          e.direction_residual * 5,
          static_cast<float>(e.pairs) / static_cast<float>(std::max(1, std::min(e.overlap_probe, e.overlap_reference))),
          std::max(0.0f, e.orientation_agreement - 0.5f) * root_cells_seen / 5,
          e.phase_agreement * std::sqrt(e.support)};
}

namespace {

struct Knot {
  double odds = 0, score = 0;
};
struct ScoreModel {  // logistic regression, same finger against different fingers; see finger.h at false_match_rate
  std::array<double, kScoreFeatures> weights;
  std::array<Knot, kScoreKnots.size()> knots;
};
// puente evaluate fit, on what puente synth people --layout fvc --impressions 4 makes of
//   --count 200 --seed 31,  --count 150 --seed 34 --difficulty 0,  --count 60 --seed 32 --difficulty 2,
//   --count 60 --seed 33 --difficulty 1.5 --sensor capacitive
#include "modality/finger/score_model.inc"

constexpr double kSlopeBelow = 0.5;  // decibels a unit below the first knot, where scores mean nothing
// Beyond the last knot the score grows so much slower than before it. Real probes against 60,000 strangers made of
// synthetic fingers (puente evaluate strangers) show three quarters, down to one in a million.
constexpr double kCautionBeyond = 0.6;

// Straight between knots.
double decibels(const std::array<Knot, kScoreKnots.size()>& knots, double odds) {
  if (odds <= knots.front().odds) return std::max(0.0, knots.front().score + kSlopeBelow * (odds - knots.front().odds));
  std::size_t k = 1;
  while (k + 1 < knots.size() && odds > knots[k].odds) ++k;
  const Knot &a = knots[k - 1], &b = knots[k];
  const double slope = (b.score - a.score) / (b.odds - a.odds);
  return odds <= b.odds ? a.score + slope * (odds - a.odds) : b.score + kCautionBeyond * slope * (odds - b.odds);
}

}  // namespace

double score_of(const Evidence& e, bool with_ridges) {
  if (e.pairs == 0) return 0;
  const ScoreModel& model = with_ridges ? kWithRidges : kOfMinutiae;
  const std::array<float, kScoreFeatures> features = score_features(e);
  double odds = 0;
  for (int i = 0; i < kScoreFeatures; ++i) odds += model.weights[i] * static_cast<double>(features[i]);
  return decibels(model.knots, odds);
}

double false_match_rate(double score) {
  return std::pow(10.0, -std::max(0.0, score) / 10);
}

}  // namespace puente::finger
