// Four plots: score distributions, DET curves, claimed beside observed false match rates, error versus discard.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "lab/evaluate/evaluate.h"
#include "lab/evaluate/plot.h"

namespace puente::evaluate {
namespace {

struct Split {
  std::vector<double> genuine, impostor;
};

void split(const Database& database, Split& into) {
  for (const Comparison& comparison : database.comparisons) {
    (comparison.genuine ? into.genuine : into.impostor).push_back(comparison.score);
  }
}

// Outline of a histogram as shares of all scores; scores under the axis count in its first bin.
std::vector<std::pair<double, double>> outline(const std::vector<double>& scores, double from, double bin, int bins) {
  std::vector<double> share(static_cast<std::size_t>(bins), 0);
  for (const double score : scores) {
    const int place = std::clamp(static_cast<int>(std::floor((score - from) / bin)), 0, bins - 1);
    share[static_cast<std::size_t>(place)] += 1 / static_cast<double>(scores.size());
  }
  std::vector<std::pair<double, double>> points;
  for (int i = 0; i < bins; ++i) {
    points.emplace_back(from + i * bin, share[i]);
    points.emplace_back(from + (i + 1) * bin, share[i]);
  }
  return points;
}

void draw_distributions(std::string& svg, const Split& pooled, double top) {
  constexpr int kBins = 60;
  Panel panel(svg, 0, "Scores", "score", "share of comparisons", {0, top},
              shares_of(std::max(pooled.impostor.size(), pooled.genuine.size())));
  panel.line(outline(pooled.impostor, 0, top / kBins, kBins), kImpostorColour);
  if (!pooled.genuine.empty()) panel.line(outline(pooled.genuine, 0, top / kBins, kBins), kGenuineColour);
  panel.legend(0, kGenuineColour, fmt::format("genuine ({})", pooled.genuine.size()));
  panel.legend(1, kImpostorColour, fmt::format("impostor ({})", pooled.impostor.size()));
}

std::vector<std::pair<double, double>> det(const Split& scores) {
  std::vector<std::pair<double, double>> points;
  for (const Operating& point : operating_points(scores.genuine, scores.impostor)) {
    if (!points.empty()) points.emplace_back(point.fmr, points.back().second);  // a step, not a slope
    points.emplace_back(point.fmr, point.fnmr);
  }
  return points;
}

void draw_band(Panel& panel, const std::vector<Band>& band) {
  std::vector<std::pair<double, double>> around;
  for (const Band& at : band) around.emplace_back(at.fmr, at.fnmr.high);
  for (auto at = band.rbegin(); at != band.rend(); ++at) around.emplace_back(at->fmr, at->fnmr.low);
  if (!around.empty()) panel.band(around, kPooledColour);
}

void draw_trade_off(std::string& svg, const Evaluation& evaluation, const Split& pooled) {
  const Axis fmr = shares_of(pooled.impostor.size()), fnmr = shares_of(pooled.genuine.size());
  Panel panel(svg, 1, "Detection error trade-off", "FMR", "FNMR", fmr, fnmr);
  const double diagonal = std::max(fmr.from, fnmr.from);
  panel.line({{diagonal, diagonal}, {1, 1}}, "#aaa", "stroke-dasharray='3 3'");
  draw_band(panel, evaluation.pooled_band);
  int row = 0;
  std::size_t failures = 0, images = 0, rated = 0;
  for (const Database& database : evaluation.databases) {
    failures += static_cast<std::size_t>(database.failures);
    images += database.samples.size();
    rated += database.rated();
  }
  for (const Database& database : evaluation.databases) {
    if (rated == 1 || !database.rated()) continue;
    const char* colour = kColours[static_cast<std::size_t>(row) % std::size(kColours)];
    Split own;
    split(database, own);
    panel.line(det(own), colour);
    panel.legend(row++, colour, database.name);
  }
  panel.line(det(pooled), kPooledColour);
  panel.legend(row++, kPooledColour, evaluation.pooled_band.empty() ? "all" : "all, with 95 % of resampled fingers");
  panel.legend(row, "none", fmt::format("{} of {} images without a template: misses", failures, images));
}

void draw_calibration(std::string& svg, const Split& pooled, double top, int place) {
  Panel panel(svg, place, "What a score claims, and what is", "score (claims FMR 10^(-score/10))",
              "-10 log10 of the observed FMR", {0, top}, {0, top});
  panel.line({{0, 0}, {top, top}}, "#aaa", "stroke-dasharray='3 3'");
  std::vector<double> sorted = pooled.impostor;
  std::sort(sorted.rbegin(), sorted.rend());
  std::vector<std::pair<double, double>> points;
  for (std::size_t i = 0; i < sorted.size() && sorted[i] > 0; ++i) {
    if (i + 1 < sorted.size() && sorted[i + 1] == sorted[i]) continue;
    points.emplace_back(sorted[i], -10 * std::log10(static_cast<double>(i + 1) / static_cast<double>(sorted.size())));
  }
  panel.line(points, kImpostorColour);
}

void draw_discards(std::string& svg, const std::vector<Discard>& discards, std::size_t genuine) {
  Panel panel(svg, 3, "Error versus discard, at FMR 0.1 %", "share of pairs discarded, poorest quality first",
              "FNMR of those left", {0, 0.5}, shares_of(genuine));
  std::vector<std::pair<double, double>> points, perfect;
  for (const Discard& discard : discards) {
    points.emplace_back(discard.discarded, discard.fnmr);
    const double missed = discards.front().fnmr - discard.discarded;
    perfect.emplace_back(discard.discarded, std::max(0.0, missed / (1 - discard.discarded)));
  }
  panel.line(perfect, "#aaa", "stroke-dasharray='3 3'");
  panel.line(points, kPooledColour);
  panel.legend(0, kPooledColour, "by the engine's quality");
  panel.legend(1, "#aaa", "if quality knew which will miss");
}

}  // namespace

std::string to_svg(const Evaluation& evaluation, const std::string& title) {
  Split all, rated;  // strangers without mates have their place in the calibration alone
  for (const Database& database : evaluation.databases) {
    split(database, all);
    if (database.rated()) split(database, rated);
  }
  double highest = *std::max_element(all.impostor.begin(), all.impostor.end());
  std::string drawn;
  draw_calibration(drawn, all, std::max(50.0, 10 * std::ceil(highest / 10)), evaluation.rated ? 2 : 1);
  if (!all.genuine.empty()) highest = std::max(highest, *std::max_element(all.genuine.begin(), all.genuine.end()));
  draw_distributions(drawn, all, std::max(60.0, 20 * std::ceil(highest / 20)));
  if (!evaluation.rated) return svg_picture(title, 2, drawn);
  draw_trade_off(drawn, evaluation, rated);
  draw_discards(drawn, evaluation.discards, rated.genuine.size());
  return svg_picture(title, 4, drawn);
}

}  // namespace puente::evaluate
