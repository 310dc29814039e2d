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

// One print given ten times would multiply what it shows; honest fingers are ten different ones. Only where the fused
// score is worth it: for strangers, who are most of whom a search compares, it costs nothing.
constexpr double kRemarkableDb = 30;

bool same_finger(Finger a, const finger::Prepared& x, Finger b, const finger::Prepared& y, finger::Scratch& scratch) {
  if (a == b && a != Finger::kUnknown) return true;
  return finger::compare_score(x, y, scratch) >= kSameFingerDb;
}

// `kept` are best first, and so is what stays of each finger.
void mark_repeated(std::vector<PlaceScore>& scores, std::span<const Pair> kept, std::span<const Probe> probe,
                   std::span<const Reference> references, finger::Scratch& scratch) {
  std::vector<std::size_t> first(kept.size());  // the best pair of the same finger
  std::vector<int> times(kept.size(), 0);
  for (std::size_t i = 0; i < kept.size(); ++i) {
    const Probe& ours = probe[kept[i].probe];
    const Reference& theirs = references[kept[i].reference];
    first[i] = i;
    for (std::size_t k = 0; k < i && first[i] == i; ++k) {
      const Probe& before = probe[kept[k].probe];
      const Reference& earlier = references[kept[k].reference];
      if (same_finger(ours.finger, ours.features, before.finger, before.features, scratch) ||
          same_finger(theirs.finger, theirs.features, earlier.finger, earlier.features, scratch))
        first[i] = first[k];
    }
    scores[i].repeated = first[i] != i;
    ++times[first[i]];
  }
  for (std::size_t k = 0; k < kept.size(); ++k)
    if (times[k] > 1) scores[k].score = score_of(best_of(finger::false_match_rate(scores[k].score), times[k]));
}

// Best pairs first; each finger, and each known position, is used once, so that the fused scores are independent.
std::vector<Pair> best_pairs(std::span<const Pair> pairs, std::span<const Probe> probe,
                             std::span<const Reference> references) {
  std::vector<Pair> kept;
  const auto used = [&](const Pair& pair) {
    return std::any_of(kept.begin(), kept.end(), [&](const Pair& other) {
      const Finger ours = probe[pair.probe].finger, theirs = references[pair.reference].finger;
      return other.probe == pair.probe || other.reference == pair.reference ||
             (ours != Finger::kUnknown && ours == probe[other.probe].finger) ||
             (theirs != Finger::kUnknown && theirs == references[other.reference].finger);
    });
  };
  for (const Pair& pair : pairs)
    if (!used(pair)) kept.push_back(pair);
  return kept;
}

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
  std::sort(pairs.begin(), pairs.end(), [](const Pair& a, const Pair& b) {
    return std::tie(b.score, a.probe, a.reference) < std::tie(a.score, b.probe, b.reference);
  });
  const std::vector<Pair> kept = best_pairs(pairs, probe, references);
  std::vector<PlaceScore> scores;
  for (const Pair& pair : kept) {
    const Finger ours = probe[pair.probe].finger, theirs = references[pair.reference].finger;
    int tries = std::max(tries_of_probe[pair.probe], tries_of_reference[pair.reference]);
    if (ours == theirs && ours != Finger::kUnknown) {
      tries = static_cast<int>(std::count_if(pairs.begin(), pairs.end(), [&](const Pair& other) {
        return probe[other.probe].finger == ours || references[other.reference].finger == ours;
      }));
    }
    const double rate = tries == 1 ? 0 : best_of(finger::false_match_rate(pair.score), tries);
    scores.push_back({place_of(ours), place_of(theirs), tries == 1 ? pair.score : score_of(rate)});
  }
  if (kept.size() > 1 && fuse(scores).score >= kRemarkableDb) mark_repeated(scores, kept, probe, references, scratch);
  std::stable_sort(scores.begin(), scores.end(), [](const PlaceScore& a, const PlaceScore& b) {
    return std::tie(a.reference, a.probe) < std::tie(b.reference, b.probe);
  });
  return scores;
}

Fused fuse(std::span<const PlaceScore> fingers) {
  double sum = 0;  // of -ln of the false match rates
  std::size_t counted = 0;
  for (const PlaceScore& finger : fingers) {
    if (finger.repeated) continue;
    ++counted;
    sum += std::max(0.0, finger.score - kAllowanceDb) * (std::log(10.0) / 10);
  }
  if (sum <= 0) return {};
  // Erlang tail e^-sum * (1 + sum + sum^2/2! + … n terms), in logarithms: rates of 1e-100 are common with ten fingers.
  double term = 1, terms = 0;
  for (std::size_t k = 0; k < counted; ++k) {
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
