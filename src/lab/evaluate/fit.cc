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

constexpr int kFitSize = finger::kScoreFeatures;
constexpr int kRounds = 30;
constexpr double kNothingSeen = -1000;

// Solves a symmetric positive definite system in place, by elimination.
Features solve(std::array<Features, kFitSize> system, Features right) {
  for (int i = 0; i < kFitSize; ++i)
    for (int k = i + 1; k < kFitSize; ++k) {
      const double factor = system[k][i] / system[i][i];
      for (int j = i; j < kFitSize; ++j) system[k][j] -= factor * system[i][j];
      right[k] -= factor * right[i];
    }
  for (int i = kFitSize - 1; i >= 0; --i) {
    for (int j = i + 1; j < kFitSize; ++j) right[i] -= system[i][j] * right[j];
    right[i] /= system[i][i];
  }
  return right;
}

}  // namespace

double log_odds(const Features& weights, const Observation& observation) {
  if (!observation.seen) return kNothingSeen;
  double sum = 0;
  for (int i = 0; i < kFitSize; ++i) sum += weights[i] * observation.features[i];
  return sum;
}

Features regress(const std::vector<Observation>& observations, double ridge,
                 const std::function<bool(const Observation&)>& use) {
  Features weights{};
  for (int round = 0; round < kRounds; ++round) {
    std::array<Features, kFitSize> curvature{};
    Features slope{};
    for (int i = 0; i < kFitSize; ++i) {
      const double penalty = i == 0 ? 1e-9 : ridge;
      curvature[i][i] = penalty;
      slope[i] = -penalty * weights[i];
    }
    for (const Observation& o : observations) {
      if (!o.seen || !use(o)) continue;
      const double chance = 1 / (1 + std::exp(-log_odds(weights, o)));
      const double off = (o.genuine ? 1 : 0) - chance, weight = std::max(1e-9, chance * (1 - chance));
      for (int i = 0; i < kFitSize; ++i) {
        slope[i] += off * o.features[i];
        for (int j = 0; j < kFitSize; ++j) curvature[i][j] += weight * o.features[i] * o.features[j];
      }
    }
    const Features step = solve(curvature, slope);
    double largest = 0;
    for (int i = 0; i < kFitSize; ++i) {
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

namespace {

// Every pair of every database; without the ridge cells if `bare`.
std::vector<Observation> observe(const std::vector<SampleSet>& sets, bool bare, const Options& options) {
  std::vector<Observation> all;
  std::map<std::string, int> fingers;
  for (std::size_t database = 0; database < sets.size(); ++database) {
    const SampleSet& set = sets[database];
    std::vector<finger::Prepared> prepared;
    std::vector<int> finger_of;
    for (std::size_t i = 0; i < set.templates.size(); ++i) {
      if (!set.prepared[i]) continue;
      finger::Template features = set.templates[i];
      if (bare) features.cells.clear(), features.columns = features.rows = 0;
      prepared.push_back(finger::prepare(features));
      const std::string name = std::to_string(database) + ' ' + set.database.samples[i].subject;
      finger_of.push_back(fingers.try_emplace(name, static_cast<int>(fingers.size())).first->second);
    }
    std::vector<std::vector<Observation>> rows(prepared.size());
    std::vector<finger::Scratch> scratch(static_cast<std::size_t>(options.threads));
    in_parallel(options.threads, prepared.size(), "images compared", options, [&](int thread, std::size_t a) {
      for (std::size_t b = a + 1; b < prepared.size(); ++b) {
        const finger::Evidence evidence = finger::compare(prepared[a], prepared[b], scratch[thread]).evidence;
        Observation o;
        o.seen = evidence.pairs > 0;
        if (o.seen) std::ranges::copy(finger::score_features(evidence), o.features.begin());
        o.genuine = finger_of[a] == finger_of[b];
        o.database = static_cast<int>(database);
        o.finger_a = finger_of[a], o.finger_b = finger_of[b];
        rows[a].push_back(o);
      }
    });
    for (const auto& row : rows) all.insert(all.end(), row.begin(), row.end());
  }
  return all;
}

// Log odds and the decibels that they stand for: what share of the impostor comparisons came out higher.
std::vector<std::pair<double, double>> calibrate(const std::vector<Observation>& observations,
                                                 const Features& weights) {
  constexpr std::size_t kSeenMin = 20;  // comparisons above, for a share to be believed
  std::vector<double> odds;
  for (const Observation& o : observations)
    if (!o.genuine) odds.push_back(log_odds(weights, o));
  std::sort(odds.rbegin(), odds.rend());
  std::vector<std::pair<double, double>> knots;
  for (const double decibels : finger::kScoreKnots) {
    const auto above = static_cast<std::size_t>(static_cast<double>(odds.size()) * std::pow(10, -decibels / 10));
    if (above >= kSeenMin) {
      knots.push_back({odds[above], decibels});
    } else {  // no data: half as fast as the last that is known
      CHECK(knots.size() >= 2);
      const auto& [odds_a, decibels_a] = knots[knots.size() - 2];
      const auto& [odds_b, decibels_b] = knots.back();
      knots.push_back({odds_b + 2 * (odds_b - odds_a) * (decibels - decibels_b) / (decibels_b - decibels_a), decibels});
    }
  }
  return knots;
}

std::string model_text(const std::vector<Observation>& observations, const char* name) {
  constexpr double kPenalty = 1;
  constexpr int kFolds = 5;
  const Features weights = regress(observations, kPenalty, [](const Observation&) { return true; });
  const Rates rates = cross_validate(observations, kPenalty, kFolds);
  const auto genuine = std::ranges::count_if(observations, [](const Observation& o) { return o.genuine; });
  std::string out = fmt::format(
      "// {} genuine and {} impostor comparisons. Cross-validated by finger: mean EER {:.2f} %, FNMR at FMR 0.1 % "
      "{:.2f} "
      "%.\nconstexpr ScoreModel {} = {{\n    {{",
      genuine, static_cast<std::ptrdiff_t>(observations.size()) - genuine, 100 * rates.eer,
      100 * rates.fnmr_at_fmr_1_in_1000, name);
  for (const double weight : weights) out += fmt::format("{:.4f}, ", weight);
  out += "},\n    {{";
  for (const auto& [odds, decibels] : calibrate(observations, weights))
    out += fmt::format("{{{:.3f}, {}}}, ", odds, decibels);
  return out + "}},\n};\n";
}

}  // namespace

Result<std::string> fit_score(std::span<const std::string> directories, const Options& options) {
  std::vector<SampleSet> sets;
  for (const std::string& directory : directories) {
    ASSIGN_OR_RETURN(SampleSet set, list_directory(directory, options));
    sets.push_back(std::move(set));
  }
  extract_all(sets, options);
  std::string out =
      "// Made by `puente evaluate fit DIR…`; do not edit. Weights, then log odds and the score they stand for.\n";
  for (const bool bare : {false, true}) {
    const std::vector<Observation> observations = observe(sets, bare, options);
    const auto impostors = std::ranges::count_if(observations, [](const Observation& o) { return !o.genuine; });
    if (impostors < 2000 || impostors == static_cast<std::ptrdiff_t>(observations.size()))
      return {Code::kInvalidInput, "too few comparisons to fit a score to: give more fingers, some images of each"};
    out += model_text(observations, bare ? "kOfMinutiae" : "kWithRidges");
  }
  return out;
}

Result<std::string> golden_scores(const std::string& directory, int prints, int pairs, const Options& options) {
  std::vector<SampleSet> sets(1);
  ASSIGN_OR_RETURN(sets[0], list_directory(directory, options));
  extract_all(sets, options);
  std::vector<finger::Template> chosen;
  for (std::size_t i = 0; i < sets[0].templates.size() && std::ssize(chosen) < prints; ++i)
    if (sets[0].prepared[i]) chosen.push_back(sets[0].templates[i]);
  if (std::ssize(chosen) < prints)
    return {Code::kInvalidInput, fmt::format("{} has only {} prints that give a template", directory, chosen.size())};
  return finger::golden_text(chosen, pairs);
}

}  // namespace puente::evaluate
