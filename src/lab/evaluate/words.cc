// What was measured, in words for people.
#include <fmt/format.h>

#include <iterator>

#include "lab/evaluate/evaluate.h"

namespace puente::evaluate {
namespace {

void add_rates(std::string& out, const std::string& name, const Rates& rates, const RatesInterval& interval) {
  const auto percent = [](double rate) { return 100 * rate; };
  fmt::format_to(std::back_inserter(out),
                 "{:<12} EER {:5.2f} % [{:.2f}-{:.2f}]  FNMR at FMR 1 % {:6.2f} %  at 0.1 % {:6.2f} % [{:.2f}-{:.2f}]  "
                 "at 0 {:6.2f} %\n",
                 name, percent(rates.eer), percent(interval.eer.low), percent(interval.eer.high),
                 percent(rates.fnmr_at_fmr_1_in_100), percent(rates.fnmr_at_fmr_1_in_1000),
                 percent(interval.fnmr_at_fmr_1_in_1000.low), percent(interval.fnmr_at_fmr_1_in_1000.high),
                 percent(rates.zero_fmr));
}

void add_claims(std::string& out, const std::vector<Claim>& claims) {
  const auto into = std::back_inserter(out);
  fmt::format_to(into, "a score claims    ");
  for (const Claim& claim : claims) fmt::format_to(into, " {:7.0f}", claim.score);
  fmt::format_to(into, "\n  a false match in");
  for (const Claim& claim : claims) fmt::format_to(into, " {:7.0f}", 1 / claim.claimed_fmr);
  fmt::format_to(into, "\n  and there was in");
  for (const Claim& claim : claims) {
    claim.observed_fmr > 0 ? fmt::format_to(into, " {:7.0f}", 1 / claim.observed_fmr)
                           : fmt::format_to(into, "    none");
  }
}

}  // namespace

std::string to_text(const Evaluation& evaluation) {
  std::string out;
  const auto into = std::back_inserter(out);
  for (const Database& database : evaluation.databases) {
    add_rates(out, database.name, database.rates, database.interval);
    fmt::format_to(into, "{:<12} {} genuine, {} impostor comparisons; {} images without a template\n", "",
                   database.genuine, database.impostor, database.failures);
    for (const Sample& sample : database.samples) {
      if (!sample.failure.empty()) fmt::format_to(into, "{:<12} {}: {}\n", "", sample.stem, sample.failure);
    }
  }
  add_rates(out, "mean", evaluation.mean, evaluation.mean_interval);
  add_rates(out, "pooled", evaluation.pooled, evaluation.pooled_interval);
  fmt::format_to(into,
                 "extraction {:.1f} ms an image (median), {:.0f} comparisons/s, each on one core; [95 % interval]\n",
                 evaluation.extract_ms_median, evaluation.comparisons_per_second);
  add_claims(out, evaluation.claims);
  fmt::format_to(into, "\nFNMR at FMR 0.1 % when the poorest are discarded:");
  double next = 0;
  for (const Discard& discard : evaluation.discards) {
    if (discard.discarded < next) continue;
    fmt::format_to(into, "  {:.0f} %: {:.2f} %", 100 * discard.discarded, 100 * discard.fnmr);
    next = discard.discarded + 0.1;
  }
  return out + "\n" + worst_text(evaluation);
}

std::string to_text(const Identification& found) {
  std::string out = fmt::format("{} people of {} fingers, {} searches: {:.2f} % miss the person\n", found.people,
                                found.fingers_per_person, found.searches, 100 * found.misses);
  for (const Calibration& point : found.calibration) {
    fmt::format_to(std::back_inserter(out), "strangers a search with expected_false at most {:5g}: {:.4f}\n",
                   point.expected, point.observed);
  }
  return out;
}

std::string to_text(const std::vector<Strangers>& strangers) {
  std::string out = fmt::format("{:<8} {:>9} {:>14} {:>6} {:>6} {:>12} {:>9} {:>9} {:>9} {:>9}\n", "", "templates",
                                "minutiae", "cm2", "a cm2", "comparisons", "FMR at 10", "20", "30", "40");
  for (const Strangers& kind : strangers) {
    fmt::format_to(std::back_inserter(out),
                   "{:<8} {:9} {:6.1f} +- {:4.1f} {:6.2f} {:6.1f} {:12} {:9.1e} {:9.1e} {:9.1e} {:9.1e}\n", kind.name,
                   kind.templates, kind.minutiae, kind.minutiae_deviation, kind.area, kind.minutiae_per_area,
                   kind.scores.size(), kind.share_at(10), kind.share_at(20), kind.share_at(30), kind.share_at(40));
  }
  return out;
}

std::string to_text(const SearchMeasured& m) {
  return fmt::format(
      "{:9} fingers of {} people: {:.1f} M fingers/s, {:.1f} ms a search (median; slowest {:.1f}; stages {:.1f} + "
      "{:.1f} + {:.1f}), {:.0f} bytes a finger\n          at FPIR 1 %: {:.2f} % missed, {:.2f} % more by the coarse "
      "stage (at the claimed limit {:.2f}, {:.2f}); {:.0f} % of {:.1f} GB/s read\n",
      m.fingers, m.people, m.fingers_per_second / 1e6, m.latency_ms, m.latency_ms_max, m.stream_ms, m.check_ms,
      m.exact_ms, m.bytes_per_finger, 100 * m.misses, 100 * m.added_misses, 100 * m.misses_claimed,
      100 * m.added_misses_claimed, 100 * m.bandwidth_share, m.read_bytes_per_second / 1e9);
}

}  // namespace puente::evaluate
