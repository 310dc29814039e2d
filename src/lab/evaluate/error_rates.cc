// Error rates are one sweep over sorted, weighted scores. Weights make the bootstrap cheap: a resampled set of fingers
// is the same sorted list with other weights.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "core/check.h"
#include "lab/evaluate/claims.h"
#include "lab/evaluate/draws.h"

namespace puente::evaluate {
namespace {

struct Weighed {
  double score = 0;
  bool genuine = false;
  double weight = 1;
  int first = 0, second = 0;  // fingers compared: what the bootstrap draws
};

void sort_by_score(std::vector<Weighed>& scores) {
  std::sort(scores.begin(), scores.end(), [](const Weighed& a, const Weighed& b) { return a.score < b.score; });
}

// Calls visit(Operating) at each distinct score and once above all. False when either side weighs nothing.
template <typename Visit>
bool sweep(const std::vector<Weighed>& sorted, Visit visit) {
  double genuine_total = 0, impostor_total = 0;
  for (const Weighed& score : sorted) (score.genuine ? genuine_total : impostor_total) += score.weight;
  if (genuine_total <= 0 || impostor_total <= 0) return false;
  double genuine_below = 0, impostor_below = 0;
  for (std::size_t i = 0; i < sorted.size();) {
    const double threshold = sorted[i].score;
    visit(Operating{threshold, (impostor_total - impostor_below) / impostor_total, genuine_below / genuine_total});
    for (; i < sorted.size() && sorted[i].score == threshold; ++i) {
      (sorted[i].genuine ? genuine_below : impostor_below) += sorted[i].weight;
    }
  }
  visit(Operating{sorted.back().score + 1, 0, 1});
  return true;
}

bool rates_of(const std::vector<Weighed>& sorted, Rates& rates) {
  Operating before, after;  // FVC's t1, the last with FNMR <= FMR, and t2, the first with FNMR >= FMR
  bool crossed = false, at_100 = false, at_1000 = false, at_zero = false;
  const bool any = sweep(sorted, [&](const Operating& point) {
    if (point.fnmr <= point.fmr) before = point;
    if (point.fnmr >= point.fmr && !std::exchange(crossed, true)) after = point;
    if (point.fmr <= 0.01 && !std::exchange(at_100, true)) rates.fnmr_at_fmr_1_in_100 = point.fnmr;
    if (point.fmr <= 0.001 && !std::exchange(at_1000, true)) rates.fnmr_at_fmr_1_in_1000 = point.fnmr;
    if (point.fmr <= 0 && !std::exchange(at_zero, true)) rates.zero_fmr = point.fnmr;
  });
  const double sum_before = before.fmr + before.fnmr, sum_after = after.fmr + after.fnmr;
  rates.eer = std::min(sum_before, sum_after) / 2;
  return any;
}

std::vector<Weighed> weighed(std::span<const double> genuine, std::span<const double> impostor) {
  std::vector<Weighed> scores;
  for (const double score : genuine) scores.push_back({.score = score, .genuine = true});
  for (const double score : impostor) scores.push_back({.score = score, .genuine = false});
  sort_by_score(scores);
  return scores;
}

// A database's comparisons by finger; fingers are numbered from `first_finger` in order of appearance.
std::vector<Weighed> by_finger(const Database& database, int first_finger, int& fingers) {
  std::unordered_map<std::string_view, int> numbers;
  std::vector<int> finger_of;
  for (const Sample& sample : database.samples) {
    const int number = first_finger + static_cast<int>(numbers.size());
    finger_of.push_back(numbers.try_emplace(sample.subject, number).first->second);
  }
  fingers = static_cast<int>(numbers.size());
  std::vector<Weighed> scores;
  for (const Comparison& comparison : database.comparisons) {
    scores.push_back({.score = comparison.score,
                      .genuine = comparison.genuine,
                      .first = finger_of[static_cast<std::size_t>(comparison.a)],
                      .second = finger_of[static_cast<std::size_t>(comparison.b)]});
  }
  sort_by_score(scores);
  return scores;
}

void reweigh(std::vector<Weighed>& scores, const std::vector<double>& drawn) {
  for (Weighed& score : scores) {
    const double first = drawn[static_cast<std::size_t>(score.first)];
    score.weight = score.genuine ? first : first * drawn[static_cast<std::size_t>(score.second)];
  }
}

Interval interval_of(const std::vector<Rates>& rounds, double Rates::*rate) {
  std::vector<double> values;
  for (const Rates& round : rounds) values.push_back(round.*rate);
  return middle_of(std::move(values));
}

RatesInterval intervals_of(const std::vector<Rates>& rounds) {
  return {interval_of(rounds, &Rates::eer), interval_of(rounds, &Rates::fnmr_at_fmr_1_in_100),
          interval_of(rounds, &Rates::fnmr_at_fmr_1_in_1000), interval_of(rounds, &Rates::zero_fmr)};
}

Rates mean_of(const std::vector<Rates>& all) {
  Rates mean;
  for (double Rates::*rate :
       {&Rates::eer, &Rates::fnmr_at_fmr_1_in_100, &Rates::fnmr_at_fmr_1_in_1000, &Rates::zero_fmr}) {
    for (const Rates& rates : all) mean.*rate += rates.*rate / static_cast<double>(all.size());
  }
  return mean;
}

// Threshold of the smallest pooled FMR at or below `fmr_max`.
double threshold_at(const std::vector<Weighed>& sorted, double fmr_max) {
  double threshold = 0;
  bool found = false;
  sweep(sorted, [&](const Operating& point) {
    if (point.fmr <= fmr_max && !std::exchange(found, true)) threshold = point.threshold;
  });
  return threshold;
}

std::vector<Discard> discards_of(const Evaluation& evaluation, double threshold) {
  std::vector<std::pair<int, bool>> genuine;  // quality of the worse print, missed
  for (const Database& database : evaluation.databases) {
    if (!database.rated()) continue;
    for (const Comparison& comparison : database.comparisons) {
      if (!comparison.genuine) continue;
      const int quality = std::min(database.samples[static_cast<std::size_t>(comparison.a)].quality,
                                   database.samples[static_cast<std::size_t>(comparison.b)].quality);
      genuine.emplace_back(quality, comparison.score < threshold);
    }
  }
  std::sort(genuine.begin(), genuine.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<Discard> discards;
  const double all = static_cast<double>(genuine.size());
  double missed = 0;
  for (std::size_t kept = 1; kept <= genuine.size(); ++kept) {
    missed += genuine[kept - 1].second;
    const bool between_equals = kept < genuine.size() && genuine[kept].first == genuine[kept - 1].first;
    const double share = static_cast<double>(kept) / all;
    if (between_equals || share < 0.5) continue;
    discards.push_back({1 - share, missed / static_cast<double>(kept)});
  }
  std::reverse(discards.begin(), discards.end());
  return discards;
}

}  // namespace

Interval middle_of(std::vector<double> values) {
  if (values.empty()) return {};
  std::sort(values.begin(), values.end());
  const double last = static_cast<double>(values.size() - 1);
  const auto at = [&](double share) { return values[static_cast<std::size_t>(share * last + 0.5)]; };
  return {at(0.025), at(0.975)};
}

Rates error_rates(std::span<const double> genuine, std::span<const double> impostor) {
  Rates rates;
  CHECK(rates_of(weighed(genuine, impostor), rates));
  return rates;
}

std::vector<Operating> operating_points(std::span<const double> genuine, std::span<const double> impostor) {
  std::vector<Operating> points;
  CHECK(sweep(weighed(genuine, impostor), [&points](const Operating& point) { points.push_back(point); }));
  return points;
}

namespace {

// The rated databases' comparisons, each and in one heap, with the fingers they are of: what rounds are drawn from.
struct Scores {
  std::vector<Database*> databases;
  std::vector<std::vector<Weighed>> each;
  std::vector<Weighed> pooled;
  std::vector<int> first{0};  // finger numbers of database d: first[d] … first[d + 1] - 1
};

Scores rated_scores(Evaluation& evaluation) {
  Scores scores;
  for (Database& database : evaluation.databases) {
    if (!database.rated()) continue;
    scores.databases.push_back(&database);
    int fingers = 0;
    scores.each.push_back(by_finger(database, scores.first.back(), fingers));
    scores.first.push_back(scores.first.back() + fingers);
    scores.pooled.insert(scores.pooled.end(), scores.each.back().begin(), scores.each.back().end());
  }
  sort_by_score(scores.pooled);
  return scores;
}

// FNMR at the smallest threshold whose FMR is at most each of the falling `fmrs`.
std::vector<double> fnmr_at(const std::vector<Weighed>& sorted, const std::vector<Band>& fmrs) {
  std::vector<double> found;
  sweep(sorted, [&](const Operating& point) {
    while (found.size() < fmrs.size() && point.fmr <= fmrs[found.size()].fmr) found.push_back(point.fnmr);
  });
  return found;
}

std::vector<Band> empty_band(const std::vector<Weighed>& pooled) {
  const auto impostors = static_cast<double>(std::ranges::count(pooled, false, &Weighed::genuine));
  std::vector<Band> band;
  for (int quarter = 0; std::pow(10, -quarter / 4.0) * impostors >= 1; ++quarter)
    band.push_back({std::pow(10, -quarter / 4.0), {}});
  return band;
}

void fill_band(std::vector<Band>& band, std::vector<std::vector<double>>& rounds) {
  for (std::size_t i = 0; i < band.size(); ++i) {
    std::vector<double> values;
    for (const std::vector<double>& round : rounds) values.push_back(round[i]);
    band[i].fnmr = middle_of(values);
  }
}

void set_intervals(Evaluation& evaluation, Scores& scores, int bootstrap_rounds) {
  std::vector<Band> band = empty_band(scores.pooled);
  std::vector<std::vector<double>> band_rounds;
  std::vector<std::vector<Rates>> rounds(scores.each.size());
  std::vector<Rates> mean_rounds, pooled_rounds;
  std::uint64_t random = 1;
  const std::vector<int>& first = scores.first;
  for (int round = 0; round < bootstrap_rounds; ++round) {
    std::vector<double> drawn(static_cast<std::size_t>(first.back()), 0);
    for (std::size_t d = 0; d + 1 < first.size(); ++d) {
      const int fingers = first[d + 1] - first[d];
      for (int i = 0; i < fingers; ++i) drawn[first[d] + next_random(random) % fingers] += 1;
    }
    std::vector<Rates> of_round(rounds.size());
    bool usable = true;  // not when one finger was drawn every time: no impostors
    for (std::size_t d = 0; d < rounds.size(); ++d) {
      reweigh(scores.each[d], drawn);
      usable = rates_of(scores.each[d], of_round[d]) && usable;
    }
    if (!usable) continue;
    for (std::size_t d = 0; d < rounds.size(); ++d) rounds[d].push_back(of_round[d]);
    mean_rounds.push_back(mean_of(of_round));
    reweigh(scores.pooled, drawn);
    rates_of(scores.pooled, pooled_rounds.emplace_back());
    band_rounds.push_back(fnmr_at(scores.pooled, band));
  }
  if (!band_rounds.empty()) {
    fill_band(band, band_rounds);
    evaluation.pooled_band = std::move(band);
  }
  for (std::size_t d = 0; d < rounds.size(); ++d) scores.databases[d]->interval = intervals_of(rounds[d]);
  evaluation.mean_interval = intervals_of(mean_rounds);
  evaluation.pooled_interval = intervals_of(pooled_rounds);
}

}  // namespace

void rate(Evaluation& evaluation, int bootstrap_rounds) {
  for (Database& database : evaluation.databases) {
    database.genuine = static_cast<int>(std::ranges::count(database.comparisons, true, &Comparison::genuine));
    database.impostor = static_cast<int>(std::ssize(database.comparisons)) - database.genuine;
    for (const Comparison& comparison : database.comparisons)
      if (!comparison.genuine) database.highest = std::max(database.highest, comparison.score);
  }
  evaluation.bootstrap_rounds = bootstrap_rounds;
  set_claims(evaluation, bootstrap_rounds);
  Scores scores = rated_scores(evaluation);
  evaluation.rated = !scores.databases.empty();
  if (!evaluation.rated) return;
  std::vector<Rates> all;
  for (std::size_t d = 0; d < scores.each.size(); ++d) {
    CHECK(rates_of(scores.each[d], scores.databases[d]->rates));
    all.push_back(scores.databases[d]->rates);
  }
  evaluation.mean = mean_of(all);
  CHECK(rates_of(scores.pooled, evaluation.pooled));
  evaluation.discards = discards_of(evaluation, threshold_at(scores.pooled, 0.001));
  set_intervals(evaluation, scores, bootstrap_rounds);
}

}  // namespace puente::evaluate
