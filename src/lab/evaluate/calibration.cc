// Evaluations of several sources in one table and one picture: where a score boasts.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "lab/evaluate/evaluate.h"
#include "lab/evaluate/plot.h"

namespace puente::evaluate {
namespace {

double number(const Json& json) {
  if (const auto* whole = json.as_integer()) return static_cast<double>(*whole);
  if (const auto* broken = json.as_double()) return *broken;
  return std::nan("");
}

std::int64_t count(const Json& json) {
  const auto* whole = json.as_integer();
  return whole ? *whole : 0;
}

Interval interval(const Json& json) {
  const auto* limits = json.as_array();
  if (!limits || limits->size() != 2) return {};
  return {number(limits->at(0)), number(limits->at(1))};
}

// The scores of the table.
constexpr double kScores[] = {20, 30, 40, 50, 60};

const Claim* claim_at(const Source& source, double score) {
  const auto found = std::ranges::find(source.claims, score, &Claim::score);
  return found == source.claims.end() ? nullptr : &*found;
}

// At or below this share of all comparisons nothing can be seen.
double faintest(const Source& source) {
  return 1 / static_cast<double>(std::max<std::int64_t>(source.impostor, 1));
}

}  // namespace

Result<Source> read_source(const std::string& name, const Json& evaluation) {
  Source source{.name = name, .claims = {}, .fnmr_interval = {}};
  const auto *databases = evaluation["databases"].as_array(), *claims = evaluation["calibration"].as_array();
  const Error unlike{Code::kInvalidInput, name + ": want what puente evaluate finger --save writes"};
  if (!databases || !claims) return unlike;
  for (const Json& database : *databases) {
    source.impostor += count(database["impostor"]);
    source.images += count(database["images"]);
    source.failures += count(database["failures"]);
    source.highest = std::max(source.highest, number(database["highest_impostor_score"]));
  }
  for (const Json& json : *claims) {
    const Claim claim{number(json["score"]), number(json["claimed_fmr"]), number(json["observed_fmr"]),
                      static_cast<std::size_t>(std::max<std::int64_t>(0, count(json["seen"]))),
                      interval(json["interval95"])};
    if (!(claim.claimed_fmr > 0) || !(claim.observed_fmr >= 0) || !(claim.score > 0)) return unlike;
    source.claims.push_back(claim);
  }
  const Json& pooled = evaluation["pooled"];
  source.rated = !pooled.is_null();
  if (!source.rated) return source;
  source.eer = number(pooled["eer"]);
  source.fnmr_at_fmr_1_in_1000 = number(pooled["fnmr_at_fmr"]["0.001"]);
  source.drawn = !pooled["interval95"].is_null();
  source.fnmr_interval = interval(pooled["interval95"]["fnmr_at_fmr"]["0.001"]);
  if (!(source.eer >= 0) || !(source.fnmr_at_fmr_1_in_1000 >= 0)) return unlike;
  return source;
}

std::string to_text(const std::vector<Source>& sources) {
  std::string out = fmt::format("{:<16} {:>11}", "", "comparisons");
  const auto into = std::back_inserter(out);
  for (const double score : kScores) fmt::format_to(into, " {:>18}", fmt::format("at {:.0f}", score));
  fmt::format_to(into, " {:>8} {:>7} {:>24}  no template\n", "highest", "EER", "FNMR at FMR 0.1 %");
  for (const Source& source : sources) {
    fmt::format_to(into, "{:<16} {:>11}", source.name, source.impostor);
    for (const double score : kScores) {
      const Claim* claim = claim_at(source, score);
      fmt::format_to(
          into, " {:>18}",
          claim ? fmt::format("{:.2f} [{:.2f}-{:.3g}]", claim->ratio(), claim->interval.low / claim->claimed_fmr,
                              claim->interval.high / claim->claimed_fmr)
                : "");
    }
    fmt::format_to(into, " {:8.1f}", std::max(0.0, source.highest));
    if (source.rated) {
      const Interval& drawn = source.fnmr_interval;
      const std::string bracket =
          source.drawn ? fmt::format(" [{:.2f}-{:.2f}]", 100 * drawn.low, 100 * drawn.high) : "";
      fmt::format_to(into, " {:5.2f} % {:>24}", 100 * source.eer,
                     fmt::format("{:.2f} %{}", 100 * source.fnmr_at_fmr_1_in_1000, bracket));
    } else {
      fmt::format_to(into, " {:>7} {:>24}", "", "strangers alone");
    }
    fmt::format_to(into, "  {} of {}\n", source.failures, source.images);
  }
  return out + "at a score: strangers seen at or above it / claimed by it [95 %]; above 1 the score boasts\n";
}

std::string to_svg(const std::vector<Source>& sources, const std::string& title) {
  constexpr double kTop = 70;
  std::string drawn;
  Panel seen(drawn, 0, "What scores claim, and what was seen", "score (claims FMR 10^(-score/10))",
             "-10 log10 of the observed FMR", {0, kTop}, {0, kTop});
  Panel ratio(drawn, 1, "Seen / claimed: above 1 the score boasts", "score", "seen / claimed, with 95 %", {0, kTop},
              {1e-3, 1e3, true});
  seen.line({{0, 0}, {kTop, kTop}}, "#aaa", "stroke-dasharray='3 3'");
  ratio.line({{0, 1}, {kTop, 1}}, "#aaa", "stroke-dasharray='3 3'");
  for (std::size_t k = 0; k < sources.size(); ++k) {
    const Source& source = sources[k];
    const char* colour = kColours[k % std::size(kColours)];
    const auto decibels = [&](double rate) { return -10 * std::log10(std::max(rate, faintest(source) / 10)); };
    const double aside = 0.35 * static_cast<double>(k);  // intervals beside each other
    std::vector<std::pair<double, double>> curve, ratios;
    for (const Claim& claim : source.claims) {
      const double high = claim.interval.high;
      if (claim.seen == 0) {  // nothing: the curve ends, the interval says what may still be
        ratio.interval(claim.score + aside, 0, 0, high / claim.claimed_fmr, colour);
        break;
      }
      curve.emplace_back(claim.score, decibels(claim.observed_fmr));
      ratios.emplace_back(claim.score, claim.ratio());
      seen.interval(claim.score + aside, decibels(claim.interval.low), decibels(claim.observed_fmr), decibels(high),
                    colour);
      ratio.interval(claim.score + aside, claim.interval.low / claim.claimed_fmr, claim.ratio(),
                     high / claim.claimed_fmr, colour);
    }
    seen.line(curve, colour);
    ratio.line(ratios, colour);
    seen.legend(static_cast<int>(k), colour, source.name);
  }
  return svg_picture(title, 2, drawn);
}

}  // namespace puente::evaluate
