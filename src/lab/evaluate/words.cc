// What was measured, in words for people.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "lab/evaluate/evaluate.h"

namespace puente::evaluate {
namespace {

// " [0.12-0.34]" in per cent; nothing where no rounds were drawn, which is not the same as a narrow interval.
std::string bracket(const Interval& interval, bool drawn) {
  return drawn ? fmt::format(" [{:.2f}-{:.2f}]", 100 * interval.low, 100 * interval.high) : "";
}

void add_rates(std::string& out, const std::string& name, const Rates& rates, const RatesInterval& interval,
               bool drawn) {
  const auto percent = [](double rate) { return 100 * rate; };
  fmt::format_to(std::back_inserter(out),
                 "{:<12} EER {:5.2f} %{}  FNMR at FMR 1 % {:6.2f} %  at 0.1 % {:6.2f} %{}  at 0 {:6.2f} %\n", name,
                 percent(rates.eer), bracket(interval.eer, drawn), percent(rates.fnmr_at_fmr_1_in_100),
                 percent(rates.fnmr_at_fmr_1_in_1000), bracket(interval.fnmr_at_fmr_1_in_1000, drawn),
                 percent(rates.zero_fmr));
}

std::string one_in(double rate) {
  return rate > 0 ? fmt::format("{:.0f}", 1 / rate) : "none";
}

constexpr double kLastInTable = 60;

bool in_table(const Claim& claim) {
  return std::fmod(claim.score, 10) == 0 && claim.score <= kLastInTable;
}

// One line a score: what it claims of strangers, and how many there were.
void add_claims(std::string& out, const std::vector<Claim>& claims, std::size_t impostors) {
  const auto into = std::back_inserter(out);
  fmt::format_to(into, "{} comparisons of strangers: a score claims one in, seen one in, seen / claimed [95 %]\n",
                 impostors);
  for (const Claim& claim : claims) {
    if (!in_table(claim)) continue;
    fmt::format_to(into, "  {:3.0f} {:9.0f} {:>9} {:8.2f} [{:.2f}-{:.2f}]\n", claim.score, 1 / claim.claimed_fmr,
                   one_in(claim.observed_fmr), claim.ratio(), claim.interval.low / claim.claimed_fmr,
                   claim.interval.high / claim.claimed_fmr);
  }
}

void add_highest(std::string& out, const Database& database) {
  const auto into = std::back_inserter(out);
  fmt::format_to(into, "{:<12} strangers: seen / claimed", database.name);
  for (const Claim& claim : database.claims) {
    if (in_table(claim)) fmt::format_to(into, "  at {:.0f}: {:.2f}", claim.score, claim.ratio());
  }
  fmt::format_to(into, "; highest score {:.1f}\n", std::max(0.0, database.highest));
}

void add_database(std::string& out, const Database& database, bool drawn) {
  const auto into = std::back_inserter(out);
  if (database.rated()) add_rates(out, database.name, database.rates, database.interval, drawn);
  fmt::format_to(into, "{:<12} {} genuine, {} impostor comparisons; {} images without a template\n",
                 database.rated() ? "" : database.name, database.genuine, database.impostor, database.failures);
  if (database.left_out > 0)
    fmt::format_to(into, "{:<12} {} comparisons of one person's fingers left out\n", "", database.left_out);
  if (!database.left_aside.empty())
    fmt::format_to(into, "{:<12} left aside, no images: {}\n", "", fmt::join(database.left_aside, ", "));
  for (const Sample& sample : database.samples) {
    if (!sample.failure.empty()) fmt::format_to(into, "{:<12} {}: {}\n", "", sample.stem, sample.failure);
  }
}

void add_discards(std::string& out, const std::vector<Discard>& discards) {
  out += "FNMR at FMR 0.1 % when the poorest are discarded:";
  double next = 0;
  for (const Discard& discard : discards) {
    if (discard.discarded < next) continue;
    fmt::format_to(std::back_inserter(out), "  {:.0f} %: {:.2f} %", 100 * discard.discarded, 100 * discard.fnmr);
    next = discard.discarded + 0.1;
  }
  out += "\n";
}

}  // namespace

std::string to_text(const Evaluation& evaluation) {
  std::string out;
  const bool drawn = evaluation.bootstrap_rounds > 0;
  for (const Database& database : evaluation.databases) add_database(out, database, drawn);
  if (evaluation.rated) {
    add_rates(out, "mean", evaluation.mean, evaluation.mean_interval, drawn);
    add_rates(out, "pooled", evaluation.pooled, evaluation.pooled_interval, drawn);
  } else {
    out += "no finger was met twice: strangers alone, no error rates\n";
  }
  fmt::format_to(std::back_inserter(out),
                 "extraction {:.1f} ms an image (median), {:.0f} comparisons/s, each on one core; [95 % interval]\n",
                 evaluation.extract_ms_median, evaluation.comparisons_per_second);
  for (const Database& database : evaluation.databases) add_highest(out, database);
  std::size_t impostors = 0;
  for (const Database& database : evaluation.databases) impostors += static_cast<std::size_t>(database.impostor);
  add_claims(out, evaluation.claims, impostors);
  if (evaluation.rated) add_discards(out, evaluation.discards);
  return out + worst_text(evaluation);
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
