// A score claims that strangers reach it once in so many comparisons. Fingers are drawn anew, as for the other rates,
// but whole people: what one card has in common with another is in all its fingers' prints.
#include "lab/evaluate/claims.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <unordered_map>

#include "lab/evaluate/draws.h"

namespace puente::evaluate {
namespace {

constexpr std::size_t kRungs = static_cast<std::size_t>((kLastClaim - kFirstClaim) / kClaimStep) + 1;
using Ladder = std::array<double, kRungs>;  // comparisons that reach each score

struct High {  // a comparison that reaches the first score
  int first = 0, second = 0;
  std::size_t rungs = 0;  // that it reaches
};

// A database's strangers by person.
struct Strange {
  std::vector<double> images;  // of each person
  std::vector<High> high;
};

Strange strange(const Database& database) {
  std::unordered_map<std::string_view, int> numbers;
  std::vector<int> person_of;
  Strange found;
  for (const Sample& sample : database.samples) {
    const auto [place, added] =
        numbers.try_emplace(sample.person.empty() ? sample.subject : sample.person, static_cast<int>(numbers.size()));
    person_of.push_back(place->second);
    if (added) found.images.push_back(0);
    found.images[static_cast<std::size_t>(place->second)] += 1;
  }
  for (const Comparison& comparison : database.comparisons) {
    if (comparison.genuine || comparison.score < kFirstClaim) continue;
    const double above = std::floor((comparison.score - kFirstClaim) / kClaimStep);
    found.high.push_back({person_of[static_cast<std::size_t>(comparison.a)],
                          person_of[static_cast<std::size_t>(comparison.b)],
                          std::min(kRungs, static_cast<std::size_t>(above) + 1)});
  }
  return found;
}

// How many comparisons reach each score, and how many there are, when person p stands there drawn[p] times.
double reach(const Strange& strangers, const std::vector<double>& drawn, Ladder& ladder) {
  for (const High& high : strangers.high) {
    const double weight = drawn[static_cast<std::size_t>(high.first)] * drawn[static_cast<std::size_t>(high.second)];
    ladder[high.rungs - 1] += weight;
  }
  double sum = 0, squares = 0;
  for (std::size_t person = 0; person < drawn.size(); ++person) {
    const double images = drawn[person] * strangers.images[person];
    sum += images;
    squares += images * images;
  }
  return (sum * sum - squares) / 2;
}

void accumulate_down(Ladder& ladder) {  // who reaches a score reaches those below
  for (std::size_t rung = kRungs - 1; rung-- > 0;) ladder[rung] += ladder[rung + 1];
}

std::vector<Claim> claims_of(const std::vector<const Strange*>& databases, int bootstrap_rounds) {
  std::uint64_t random = 1;
  std::array<std::vector<double>, kRungs> shares;  // a round each
  Ladder seen{};
  double comparisons = 0;
  for (const Strange* strangers : databases)
    comparisons += reach(*strangers, std::vector<double>(strangers->images.size(), 1.0), seen);
  accumulate_down(seen);
  if (comparisons <= 0) return {};
  for (int round = 0; round < bootstrap_rounds; ++round) {
    Ladder ladder{};
    double all = 0;
    for (const Strange* strangers : databases) {
      std::vector<double> drawn(strangers->images.size(), 0);
      for (std::size_t i = 0; i < drawn.size(); ++i) drawn[next_random(random) % drawn.size()] += 1;
      all += reach(*strangers, drawn, ladder);
    }
    accumulate_down(ladder);
    for (std::size_t rung = 0; all > 0 && rung < kRungs; ++rung) shares[rung].push_back(ladder[rung] / all);
  }
  std::vector<Claim> claims;
  for (std::size_t rung = 0; rung < kRungs; ++rung) {
    const double score = kFirstClaim + kClaimStep * static_cast<double>(rung);
    Claim claim{score,
                finger::false_match_rate(score),
                seen[rung] / comparisons,
                static_cast<std::size_t>(seen[rung] + 0.5),
                {}};
    const Interval counted = interval_of_count(claim.seen);
    claim.interval = {counted.low / comparisons, counted.high / comparisons};
    if (!shares[rung].empty()) {
      const Interval drawn = middle_of(std::move(shares[rung]));
      claim.interval = {std::min(claim.interval.low, drawn.low), std::max(claim.interval.high, drawn.high)};
    }
    claims.push_back(claim);
  }
  return claims;
}

}  // namespace

// Byar's approximation of Poisson's limits (N. E. Breslow, N. E. Day: Statistical Methods in Cancer Research II, 1987).
Interval interval_of_count(std::size_t count) {
  const double low = static_cast<double>(count), high = low + 1;
  const auto cube = [](double value) { return value * value * value; };
  return {count == 0 ? 0 : low * cube(1 - 1 / (9 * low) - 1.96 / (3 * std::sqrt(low))),
          high * cube(1 - 1 / (9 * high) + 1.96 / (3 * std::sqrt(high)))};
}

void set_claims(Evaluation& evaluation, int bootstrap_rounds) {
  std::vector<Strange> strangers;
  for (const Database& database : evaluation.databases) strangers.push_back(strange(database));
  std::vector<const Strange*> all;
  for (std::size_t d = 0; d < strangers.size(); ++d) {
    all.push_back(&strangers[d]);
    evaluation.databases[d].claims = claims_of({&strangers[d]}, bootstrap_rounds);
  }
  evaluation.claims = all.size() == 1 ? evaluation.databases[0].claims : claims_of(all, bootstrap_rounds);
}

}  // namespace puente::evaluate
