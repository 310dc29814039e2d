#include "identify/identify.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <mutex>
#include <shared_mutex>
#include <thread>
#include <tuple>
#include <unordered_map>

namespace puente::identify {
namespace {

constexpr std::size_t kEncountersPerThreadMin = 64;  // below this, starting a thread costs more than it saves
constexpr std::size_t kEncountersPerTurn = 32;       // taken by a thread at a time

// Decibels that each finger's score is taken to claim too much. Fusion multiplies small boasts: on 200 synthetic
// fingers scores claim up to 2 dB more than is true (docs/accuracy.md has the figures and what fusion makes of them).
constexpr double kAllowanceDb = 2;

struct Reference {
  FingerPosition position;
  finger::Prepared features;
};

struct Encounter {
  std::string person_id, encounter_id;
  std::vector<Reference> fingers;
};

double score_of(double false_match_rate) {
  return -10 * std::log10(std::max(false_match_rate, 1e-300));
}

bool comparable(FingerPosition a, FingerPosition b) {
  return a == b || a == FingerPosition::kUnknown || b == FingerPosition::kUnknown;
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
std::vector<FingerScore> match_fingers(std::span<const ProbeFinger> probe, int references,
                                       const ReferenceAt& reference_at, finger::Scratch& scratch) {
  std::vector<Pair> pairs;
  std::vector<int> tries_of_probe(probe.size(), 0), tries_of_reference(static_cast<std::size_t>(references), 0);
  for (int p = 0; p < static_cast<int>(probe.size()); ++p) {
    for (int r = 0; r < references; ++r) {
      const auto& [position, features] = reference_at(r);
      if (!comparable(probe[p].position, position)) continue;
      pairs.push_back({p, r, finger::compare_score(*probe[p].features, *features, scratch)});
      ++tries_of_probe[p];
      ++tries_of_reference[r];
    }
  }
  // Best pairs first; each finger, and each known position, is used once, so that the fused scores are independent.
  std::sort(pairs.begin(), pairs.end(), [](const Pair& a, const Pair& b) {
    return std::tie(b.score, a.probe, a.reference) < std::tie(a.score, b.probe, b.reference);
  });
  std::vector<FingerScore> kept;
  std::vector<bool> probe_used(probe.size()), reference_used(static_cast<std::size_t>(references));
  const auto position_used = [&kept](FingerPosition position, FingerPosition FingerScore::*side) {
    return position != FingerPosition::kUnknown &&
           std::any_of(kept.begin(), kept.end(), [&](const FingerScore& score) { return score.*side == position; });
  };
  for (const Pair& pair : pairs) {
    const FingerPosition probe_position = probe[pair.probe].position;
    const FingerPosition reference_position = reference_at(pair.reference).first;
    if (probe_used[pair.probe] || reference_used[pair.reference]) continue;
    if (position_used(probe_position, &FingerScore::probe)) continue;
    if (position_used(reference_position, &FingerScore::reference)) continue;
    probe_used[pair.probe] = reference_used[pair.reference] = true;
    int tries = std::max(tries_of_probe[pair.probe], tries_of_reference[pair.reference]);
    if (probe_position == reference_position && probe_position != FingerPosition::kUnknown) {
      tries = static_cast<int>(std::count_if(pairs.begin(), pairs.end(), [&](const Pair& other) {
        return probe[other.probe].position == probe_position || reference_at(other.reference).first == probe_position;
      }));
    }
    const double rate = tries == 1 ? 0 : best_of(finger::false_match_rate(pair.score), tries);
    kept.push_back({probe_position, reference_position, tries == 1 ? pair.score : score_of(rate)});
  }
  std::stable_sort(kept.begin(), kept.end(), [](const FingerScore& a, const FingerScore& b) {
    return std::tie(a.reference, a.probe) < std::tie(b.reference, b.probe);
  });
  return kept;
}

std::vector<FingerScore> compare_encounter(std::span<const ProbeFinger> probe, const Encounter& encounter,
                                           finger::Scratch& scratch) {
  const auto reference_at = [&encounter](int r) {
    return std::pair(encounter.fingers[r].position, &encounter.fingers[r].features);
  };
  return match_fingers(probe, static_cast<int>(encounter.fingers.size()), reference_at, scratch);
}

struct Hit {
  double score = 0, false_match_rate = 1;
  std::size_t encounter = 0;
};

}  // namespace

Fused fuse(std::span<const FingerScore> fingers) {
  double sum = 0;  // of -ln of the false match rates
  for (const FingerScore& finger : fingers) sum += std::max(0.0, finger.score - kAllowanceDb) * (std::log(10.0) / 10);
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

std::vector<FingerScore> compare_fingers(std::span<const ProbeFinger> probe, std::span<const ProbeFinger> reference,
                                         finger::Scratch& scratch) {
  const auto reference_at = [&reference](int r) { return std::pair(reference[r].position, reference[r].features); };
  return match_fingers(probe, static_cast<int>(reference.size()), reference_at, scratch);
}

// Encounters lie in one row for the search; a removed one's place is taken by the last.
struct Gallery::State {
  mutable std::shared_mutex mutex;
  std::vector<Encounter> encounters;
  std::unordered_map<std::string, std::vector<std::size_t>> of_person;  // places in encounters
  std::size_t fingers = 0;

  void erase(std::size_t place) {
    fingers -= encounters[place].fingers.size();
    const auto person = of_person.find(encounters[place].person_id);
    std::erase(person->second, place);
    if (person->second.empty()) of_person.erase(person);
    const std::size_t last = encounters.size() - 1;
    if (place != last) {
      auto& places = of_person.find(encounters[last].person_id)->second;
      std::replace(places.begin(), places.end(), last, place);
      encounters[place] = std::move(encounters[last]);
    }
    encounters.pop_back();
  }

  std::vector<Hit> scan(std::span<const ProbeFinger> probe, const SearchOptions& options, std::size_t& compared) const;
};

Gallery::Gallery() : state_(std::make_unique<State>()) {}
Gallery::~Gallery() = default;

void Gallery::add(std::string person_id, std::string encounter_id, FingerPosition position, finger::Prepared features) {
  const std::unique_lock lock(state_->mutex);
  std::vector<std::size_t>& places = state_->of_person[person_id];
  const auto place = std::find_if(places.begin(), places.end(), [&](std::size_t candidate) {
    return state_->encounters[candidate].encounter_id == encounter_id;
  });
  ++state_->fingers;
  if (place != places.end()) {
    state_->encounters[*place].fingers.push_back({position, std::move(features)});
    return;
  }
  places.push_back(state_->encounters.size());
  state_->encounters.push_back({std::move(person_id), std::move(encounter_id), {{position, std::move(features)}}});
}

void Gallery::remove_person(const std::string& person_id) {
  const std::unique_lock lock(state_->mutex);
  for (auto person = state_->of_person.find(person_id); person != state_->of_person.end();
       person = state_->of_person.find(person_id)) {
    state_->erase(person->second.back());
  }
}

void Gallery::remove_encounter(const std::string& person_id, const std::string& encounter_id) {
  const std::unique_lock lock(state_->mutex);
  const auto person = state_->of_person.find(person_id);
  if (person == state_->of_person.end()) return;
  for (const std::size_t place : person->second) {
    if (state_->encounters[place].encounter_id == encounter_id) return state_->erase(place);
  }
}

std::size_t Gallery::people() const {
  const std::shared_lock lock(state_->mutex);
  return state_->of_person.size();
}

std::size_t Gallery::fingers() const {
  const std::shared_lock lock(state_->mutex);
  return state_->fingers;
}

std::size_t Gallery::memory_bytes() const {
  const std::shared_lock lock(state_->mutex);
  std::size_t bytes = 0;
  for (const Encounter& encounter : state_->encounters) {
    for (const Reference& reference : encounter.fingers) bytes += reference.features.memory_bytes();
  }
  return bytes;
}

// Compares everybody eligible on several threads. Keeps the hits that may still be under expected_false_max: the number
// of encounters compared is known only at the end, and is never less than what one thread has compared so far.
std::vector<Hit> Gallery::State::scan(std::span<const ProbeFinger> probe, const SearchOptions& options,
                                      std::size_t& compared) const {
  std::atomic<std::size_t> next{0}, compared_by_all{0};
  std::mutex hits_mutex;
  std::vector<Hit> hits;
  const auto work = [&] {
    finger::Scratch scratch;
    std::vector<Hit> own;
    std::size_t own_compared = 0;
    for (std::size_t begin; (begin = next.fetch_add(kEncountersPerTurn)) < encounters.size();) {
      const std::size_t end = std::min(begin + kEncountersPerTurn, encounters.size());
      for (std::size_t place = begin; place < end; ++place) {
        const Encounter& encounter = encounters[place];
        if (options.eligible && !options.eligible(encounter.person_id, encounter.encounter_id)) continue;
        const std::vector<FingerScore> scores = compare_encounter(probe, encounter, scratch);
        if (scores.empty()) continue;  // no finger in common
        ++own_compared;
        const Fused fused = fuse(scores);
        if (fused.false_match_rate * static_cast<double>(own_compared) > options.expected_false_max) continue;
        own.push_back({fused.score, fused.false_match_rate, place});
      }
    }
    compared_by_all += own_compared;
    const std::lock_guard lock(hits_mutex);
    hits.insert(hits.end(), own.begin(), own.end());
  };
  const std::size_t cores = options.threads > 0 ? static_cast<std::size_t>(options.threads)
                                                : std::max<std::size_t>(1, std::thread::hardware_concurrency());
  const std::size_t threads = std::clamp<std::size_t>(encounters.size() / kEncountersPerThreadMin, 1, cores);
  {
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < threads; ++i) others.emplace_back(work);
    work();
  }
  compared = compared_by_all;
  return hits;
}

std::vector<Candidate> Gallery::search(std::span<const ProbeFinger> probe, const SearchOptions& options) const {
  const std::shared_lock lock(state_->mutex);
  std::size_t compared = 0;
  std::vector<Hit> hits = state_->scan(probe, options, compared);
  std::erase_if(hits, [&](const Hit& hit) {
    return hit.false_match_rate * static_cast<double>(compared) > options.expected_false_max;
  });
  const std::vector<Encounter>& encounters = state_->encounters;
  std::sort(hits.begin(), hits.end(), [&encounters](const Hit& a, const Hit& b) {
    if (a.score != b.score) return a.score > b.score;
    const Encounter &of_a = encounters[a.encounter], &of_b = encounters[b.encounter];
    return std::tie(of_a.person_id, of_a.encounter_id) < std::tie(of_b.person_id, of_b.encounter_id);
  });
  std::vector<Candidate> candidates;
  finger::Scratch scratch;
  for (const Hit& hit : hits) {
    if (candidates.size() >= options.candidates_max) break;
    const Encounter& encounter = encounters[hit.encounter];
    const auto same_person = [&encounter](const Candidate& other) { return other.person_id == encounter.person_id; };
    if (std::any_of(candidates.begin(), candidates.end(), same_person)) continue;
    candidates.push_back({encounter.person_id, encounter.encounter_id, hit.score,
                          hit.false_match_rate * static_cast<double>(compared),
                          compare_encounter(probe, encounter, scratch)});
  }
  return candidates;
}

}  // namespace puente::identify
