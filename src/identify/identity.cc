// Whose fingers: of an enrolment beside itself, and beside what its id has.
#include <algorithm>

#include "identify/identify.h"

namespace puente::identify {

bool contradict(std::span<const Probe> prints) {
  finger::Scratch scratch;
  for (std::size_t i = 0; i < prints.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      if (prints[i].finger == Finger::kUnknown || prints[k].finger == Finger::kUnknown) continue;
      const double score = finger::compare_score(prints[i].features, prints[k].features, scratch);
      if (prints[i].finger == prints[k].finger ? score < kOtherFingerDb : score >= kSameFingerDb) return true;
    }
  }
  return false;
}

bool is_of_another(std::span<const PlaceScore> compared, double false_match_rate_max) {
  return fuse(compared).false_match_rate > false_match_rate_max ||
         std::any_of(compared.begin(), compared.end(), [](const PlaceScore& each) {
           return each.probe == each.reference && each.probe != place_of(Finger::kUnknown) &&
                  each.score < kOtherFingerDb;
         });
}

}  // namespace puente::identify
