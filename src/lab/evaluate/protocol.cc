// The protocol: directories of images to comparisons with scores, on several threads, each timed by its own CPU clock.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>

#include "lab/evaluate/evaluate.h"
#include "lab/evaluate/sample_set.h"

namespace puente::evaluate {
namespace {

Status pair_up(SampleSet& set) {
  Database& database = set.database;
  bool strangers = false;
  for (int a = 0; a < static_cast<int>(database.samples.size()); ++a) {
    if (!set.prepared[a]) ++database.failures;
    for (int b = a + 1; b < static_cast<int>(database.samples.size()); ++b) {
      const Sample &one = database.samples[a], &other = database.samples[b];
      const bool genuine = one.subject == other.subject;
      if (!genuine && !one.person.empty() && one.person == other.person) {
        ++database.left_out;
        continue;
      }
      strangers = strangers || !genuine;
      database.comparisons.push_back({genuine, a, b, kFailedScore});
    }
  }
  if (strangers) return {};
  return {Code::kInvalidInput,
          fmt::format("{} has {} images; want fingers of two people or more, named <subject>_<impression>.png",
                      database.name, database.samples.size())};
}

// One comparison of two images, as who compares them does: where two prints lie on one paper both are tried, and the
// best of n tries is n times as likely by chance. Returns how many were made.
std::size_t compare(const SampleSet& set, Comparison& comparison, finger::Scratch& scratch) {
  std::size_t tries = 0;
  for (const auto* a : {&set.prepared[comparison.a], &set.beside[comparison.a]})
    for (const auto* b : {&set.prepared[comparison.b], &set.beside[comparison.b]}) {
      if (!*a || !*b) continue;
      const double score = finger::compare_score(**a, **b, scratch);
      comparison.score = tries++ == 0 ? score : std::max(comparison.score, score);
    }
  if (tries > 1) comparison.score = std::max(0.0, comparison.score - 10 * std::log10(static_cast<double>(tries)));
  return tries;
}

// All comparisons, a thousand at a time; returns comparisons a second of one thread.
double compare_all(std::vector<SampleSet>& all, const Options& options) {
  constexpr std::size_t kTurn = 1000;
  struct Turn {
    SampleSet* set;
    std::size_t begin, end;
  };
  std::vector<Turn> turns;
  for (SampleSet& set : all) {
    const std::size_t count = set.database.comparisons.size();
    for (std::size_t begin = 0; begin < count; begin += kTurn) {
      turns.push_back({&set, begin, std::min(begin + kTurn, count)});
    }
  }
  std::vector<finger::Scratch> scratch(static_cast<std::size_t>(options.threads));
  std::atomic<std::size_t> compared{0};
  std::vector<double> seconds(static_cast<std::size_t>(options.threads), 0);
  in_parallel(options.threads, turns.size(), "thousand comparisons", options, [&](int thread, std::size_t item) {
    const auto& [set, begin, end] = turns[item];
    std::size_t counted = 0;
    const double started = thread_seconds();
    for (std::size_t i = begin; i < end; ++i) {
      Comparison& comparison = set->database.comparisons[i];
      counted += compare(*set, comparison, scratch[thread]);
    }
    seconds[thread] += thread_seconds() - started;
    compared += counted;
  });
  double total = 0;
  for (const double one : seconds) total += one;
  return total > 0 ? static_cast<double>(compared) / total : 0;
}

}  // namespace

Result<Evaluation> evaluate_finger(std::span<const std::string> directories, const Options& options) {
  if (directories.empty()) return {Code::kInvalidInput, "name at least one directory of images"};
  std::vector<SampleSet> all;
  for (const std::string& directory : directories) {
    ASSIGN_OR_RETURN(SampleSet set, list_directory(directory, options));
    all.push_back(std::move(set));
  }
  Evaluation evaluation;
  evaluation.extract_ms_median = extract_all(all, options);
  for (SampleSet& set : all) TRY(pair_up(set));
  evaluation.comparisons_per_second = compare_all(all, options);
  const int highest = std::max(options.worst_pairs, options.highest);
  if (highest > 0) evaluation.worst = worst_pairs(all, options.worst_pairs, highest);
  for (SampleSet& set : all) evaluation.databases.push_back(std::move(set.database));
  rate(evaluation, options.bootstrap_rounds);
  return evaluation;
}

}  // namespace puente::evaluate
