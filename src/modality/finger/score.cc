// From evidence to a score, and what the score means.
#include <algorithm>
#include <cmath>

#include "modality/finger/alignment.h"

namespace puente::finger {

double score_of(const Evidence& e) {
  if (e.pairs < 3) return 0;
  const float in_overlap = static_cast<float>(std::max(4, std::min(e.overlap_probe, e.overlap_reference)));
  const float share = std::min(1.0f, static_cast<float>(e.pairs) / in_overlap);
  return std::max(0.0f, static_cast<float>(e.pairs) * share * (0.2f + std::max(0.0f, e.surroundings)) *
                            e.phase_agreement * e.orientation_agreement);
}

double false_match_rate(double score) {
  return std::pow(10.0, -std::max(0.0, score) / 10);
}

}  // namespace puente::finger
