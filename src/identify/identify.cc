#include "identify/identify.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <thread>
#include <tuple>

namespace puente::identify {
namespace {

// Decibels that each finger's score is taken to claim too much. Fusion multiplies small boasts: on 200 synthetic
// fingers scores claim up to 2 dB more than is true (docs/accuracy.md has the figures and what fusion makes of them).
constexpr double kAllowanceDb = 2;

int cores() {
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

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

template <typename ReferenceAt>
std::vector<PlaceScore> match_fingers(std::span<const ProbeFinger> probe, int references,
                                      const ReferenceAt& reference_at, finger::Scratch& scratch) {
  std::vector<Pair> pairs;
  std::vector<int> tries_of_probe(probe.size(), 0), tries_of_reference(static_cast<std::size_t>(references), 0);
  for (int p = 0; p < static_cast<int>(probe.size()); ++p) {
    for (int r = 0; r < references; ++r) {
      const auto& [position, features] = reference_at(r);
      if (!index::comparable(probe[p].position, position)) continue;
      pairs.push_back({p, r, finger::compare_score(probe[p].features, *features, scratch)});
      ++tries_of_probe[p];
      ++tries_of_reference[r];
    }
  }
  // Best pairs first; each finger, and each known position, is used once, so that the fused scores are independent.
  std::sort(pairs.begin(), pairs.end(), [](const Pair& a, const Pair& b) {
    return std::tie(b.score, a.probe, a.reference) < std::tie(a.score, b.probe, b.reference);
  });
  std::vector<PlaceScore> kept;
  std::vector<bool> probe_used(probe.size()), reference_used(static_cast<std::size_t>(references));
  const auto position_used = [&kept](Finger position, Place PlaceScore::*side) {
    return position != Finger::kUnknown && std::any_of(kept.begin(), kept.end(), [&](const PlaceScore& score) {
             return score.*side == place_of(position);
           });
  };
  for (const Pair& pair : pairs) {
    const Finger probe_position = probe[pair.probe].position;
    const Finger reference_position = reference_at(pair.reference).first;
    if (probe_used[pair.probe] || reference_used[pair.reference]) continue;
    if (position_used(probe_position, &PlaceScore::probe)) continue;
    if (position_used(reference_position, &PlaceScore::reference)) continue;
    probe_used[pair.probe] = reference_used[pair.reference] = true;
    int tries = std::max(tries_of_probe[pair.probe], tries_of_reference[pair.reference]);
    if (probe_position == reference_position && probe_position != Finger::kUnknown) {
      tries = static_cast<int>(std::count_if(pairs.begin(), pairs.end(), [&](const Pair& other) {
        return probe[other.probe].position == probe_position || reference_at(other.reference).first == probe_position;
      }));
    }
    const double rate = tries == 1 ? 0 : best_of(finger::false_match_rate(pair.score), tries);
    kept.push_back({place_of(probe_position), place_of(reference_position), tries == 1 ? pair.score : score_of(rate)});
  }
  std::stable_sort(kept.begin(), kept.end(), [](const PlaceScore& a, const PlaceScore& b) {
    return std::tie(a.reference, a.probe) < std::tie(b.reference, b.probe);
  });
  return kept;
}

// Only the fingers that the probe has are made ready.
std::vector<PlaceScore> compare_encounter(std::span<const ProbeFinger> probe, const index::Encounter& encounter,
                                          finger::Scratch& scratch) {
  std::vector<std::pair<Finger, finger::Prepared>> references;
  for (const index::Print& finger : encounter.fingers) {
    const auto meets = [&](const ProbeFinger& p) { return index::comparable(p.position, finger.position); };
    if (std::none_of(probe.begin(), probe.end(), meets)) continue;
    references.emplace_back(finger.position, finger::prepare(finger::decode(finger.features).value()));
  }
  const auto reference_at = [&references](int r) { return std::pair(references[r].first, &references[r].second); };
  return match_fingers(probe, static_cast<int>(references.size()), reference_at, scratch);
}

Candidate make_candidate(const index::Encounter& encounter, std::vector<PlaceScore> fingers, std::size_t compared) {
  const Fused fused = fuse(fingers);
  return {encounter.person_id, encounter.encounter_id, fused.score,
          fused.false_match_rate * static_cast<double>(compared), std::move(fingers)};
}

double milliseconds_since(std::chrono::steady_clock::time_point started) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - started).count();
}

bool better(const Candidate& a, const Candidate& b) {
  if (a.score != b.score) return a.score > b.score;
  return std::tie(a.person_id, a.encounter_id) < std::tie(b.person_id, b.encounter_id);
}

}  // namespace

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

std::vector<PlaceScore> compare_fingers(std::span<const ProbeFinger> probe, std::span<const ProbeFinger> reference,
                                        finger::Scratch& scratch) {
  const auto reference_at = [&reference](int r) { return std::pair(reference[r].position, &reference[r].features); };
  return match_fingers(probe, static_cast<int>(reference.size()), reference_at, scratch);
}

ProbeFinger make_probe(Finger position, const finger::Template& features) {
  return {position, finger::prepare(features), finger::sketch(features)};
}

void Gallery::add(std::string person_id, std::string encounter_id, Finger position, const finger::Template& features) {
  std::vector<index::Encounter> one(1);
  one[0] = {std::move(person_id), std::move(encounter_id), {}};
  one[0].fingers.push_back(index::make_finger(position, features));
  index_.add(std::move(one));
}

void Gallery::add(std::vector<index::Encounter> encounters) {
  index_.add(std::move(encounters));
}

void Gallery::remove_person(const std::string& person_id) {
  index_.remove_person(person_id);
}

void Gallery::remove_encounter(const std::string& person_id, const std::string& encounter_id) {
  index_.remove_encounter(person_id, encounter_id);
}

index::Held Gallery::holds(const index::Encounter& encounter) const {
  return index_.holds(encounter);
}

void Gallery::clear() {
  index_.clear();
}

Status Gallery::save(const std::string& path, const SecretKey& key, Random& random) const {
  return index_.save(path, key, random);
}

Status Gallery::load(const std::string& path, const SecretKey& key) {
  return index_.load(path, key, cores());
}

std::size_t Gallery::people() const {
  return index_.people();
}

std::size_t Gallery::fingers() const {
  return index_.view()->fingers;
}

std::size_t Gallery::memory_bytes() const {
  return index_.memory_bytes();
}

std::vector<Candidate> Gallery::search(std::span<const ProbeFinger> probe, const SearchOptions& options) const {
  const int threads = options.threads > 0 ? options.threads : cores();
  std::vector<index::Probe> sketches;
  for (const ProbeFinger& finger : probe) sketches.push_back({finger.position, &finger.sketch});
  const std::shared_ptr<const index::View> view = index_.view();
  const index::Selection selection = index::select(*view, sketches, options.eligible, threads);
  const auto started = std::chrono::steady_clock::now();

  std::vector<finger::Scratch> scratch(static_cast<std::size_t>(threads));
  std::vector<Candidate> found(selection.places.size());
  constexpr std::size_t kAtATime = 4;  // encounters a thread takes
  index::in_parallel(threads, (found.size() + kAtATime - 1) / kAtATime, [&](int thread, std::size_t turn) {
    for (std::size_t i = turn * kAtATime; i < std::min(found.size(), (turn + 1) * kAtATime); ++i) {
      const index::Encounter encounter = index::encounter_at(*view, selection.places[i]);
      found[i] = make_candidate(encounter, compare_encounter(probe, encounter, scratch[thread]), selection.compared);
    }
  });
  std::erase_if(found, [&](const Candidate& candidate) {
    return candidate.scores.empty() || candidate.expected_false > options.expected_false_max;
  });
  std::sort(found.begin(), found.end(), better);
  if (options.stages) {
    *options.stages = {selection.stream_ms,      selection.check_ms, milliseconds_since(started),
                       selection.streamed_bytes, selection.compared, selection.places.size()};
  }
  std::vector<Candidate> candidates;
  for (Candidate& candidate : found) {
    if (candidates.size() >= options.candidates_max) break;
    const auto same_person = [&](const Candidate& other) { return other.person_id == candidate.person_id; };
    if (std::none_of(candidates.begin(), candidates.end(), same_person)) candidates.push_back(std::move(candidate));
  }
  return candidates;
}

std::optional<Candidate> Gallery::compare_person(std::span<const ProbeFinger> probe,
                                                 const std::string& person_id) const {
  finger::Scratch scratch;
  std::vector<Candidate> found;
  const std::vector<index::Encounter> encounters = index_.encounters_of(person_id);
  for (const index::Encounter& encounter : encounters) {
    std::vector<PlaceScore> fingers = compare_encounter(probe, encounter, scratch);
    if (!fingers.empty()) found.push_back(make_candidate(encounter, std::move(fingers), encounters.size()));
  }
  if (found.empty()) return std::nullopt;
  return *std::min_element(found.begin(), found.end(), better);
}

}  // namespace puente::identify
