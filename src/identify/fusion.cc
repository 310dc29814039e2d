// Several fingers of one person against those of another, as one answer.
#include "identify/fusion.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace puente::identify {
namespace {

// Decibels that each finger's score is taken to claim too much. Fusion multiplies small boasts: on 200 synthetic
// fingers scores claim up to 2 dB more than is true (docs/accuracy.md has the figures and what fusion makes of them).
constexpr double kAllowanceDb = 2;

double score_of(double false_match_rate) {
  return -10 * std::log10(std::max(false_match_rate, 1e-300));
}

// The chance that the best of `tries` impostor scores is this good.
double best_of(double false_match_rate, int tries) {
  return tries == 1 ? false_match_rate : -std::expm1(tries * std::log1p(-std::min(false_match_rate, 1 - 1e-16)));
}

struct Pair {
  int probe = 0, reference = 0;
  double score = 0;
};

}  // namespace

std::vector<PlaceScore> compare_fingers(std::span<const Probe> probe, std::span<const Reference> references,
                                        finger::Scratch& scratch) {
  std::vector<Pair> pairs;
  std::vector<int> tries_of_probe(probe.size(), 0), tries_of_reference(references.size(), 0);
  for (int p = 0; p < static_cast<int>(probe.size()); ++p) {
    for (int r = 0; r < static_cast<int>(references.size()); ++r) {
      if (!comparable(probe[p].finger, references[r].finger)) continue;
      pairs.push_back({p, r, finger::compare_score(probe[p].features, references[r].features, scratch)});
      ++tries_of_probe[p];
      ++tries_of_reference[r];
    }
  }
  // Best pairs first; each finger, and each known position, is used once, so that the fused scores are independent.
  std::sort(pairs.begin(), pairs.end(), [](const Pair& a, const Pair& b) {
    return std::tie(b.score, a.probe, a.reference) < std::tie(a.score, b.probe, b.reference);
  });
  std::vector<PlaceScore> kept;
  std::vector<bool> probe_used(probe.size()), reference_used(references.size());
  const auto finger_used = [&kept](Finger finger, Place PlaceScore::*side) {
    return finger != Finger::kUnknown && std::any_of(kept.begin(), kept.end(), [&](const PlaceScore& score) {
             return score.*side == place_of(finger);
           });
  };
  for (const Pair& pair : pairs) {
    const Finger ours = probe[pair.probe].finger, theirs = references[pair.reference].finger;
    if (probe_used[pair.probe] || reference_used[pair.reference]) continue;
    if (finger_used(ours, &PlaceScore::probe)) continue;
    if (finger_used(theirs, &PlaceScore::reference)) continue;
    probe_used[pair.probe] = reference_used[pair.reference] = true;
    int tries = std::max(tries_of_probe[pair.probe], tries_of_reference[pair.reference]);
    if (ours == theirs && ours != Finger::kUnknown) {
      tries = static_cast<int>(std::count_if(pairs.begin(), pairs.end(), [&](const Pair& other) {
        return probe[other.probe].finger == ours || references[other.reference].finger == ours;
      }));
    }
    const double rate = tries == 1 ? 0 : best_of(finger::false_match_rate(pair.score), tries);
    kept.push_back({place_of(ours), place_of(theirs), tries == 1 ? pair.score : score_of(rate)});
  }
  std::stable_sort(kept.begin(), kept.end(), [](const PlaceScore& a, const PlaceScore& b) {
    return std::tie(a.reference, a.probe) < std::tie(b.reference, b.probe);
  });
  return kept;
}

Fused fuse(std::span<const PlaceScore> fingers) {
  double sum = 0;  // of -ln of the false match rates
  for (const PlaceScore& finger : fingers) sum += std::max(0.0, finger.score - kAllowanceDb) * (std::log(10.0) / 10);
  if (sum <= 0) return {};
  // Erlang tail e^-sum * (1 + sum + sum^2/2! + … n terms), in logarithms: rates of 1e-100 are common with ten fingers.
  double term = 1, terms = 0;
  for (std::size_t k = 0; k < fingers.size(); ++k) {
    terms += term;
    term *= sum / static_cast<double>(k + 1);
  }
  const double log_rate = std::max(std::min(0.0, std::log(terms) - sum), -300 * std::log(10.0));
  return {-10 / std::log(10.0) * log_rate, std::exp(log_rate)};
}

bool comparable(Finger a, Finger b) {
  return a == b || a == Finger::kUnknown || b == Finger::kUnknown;
}

}  // namespace puente::identify
