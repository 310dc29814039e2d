// Strangers of three kinds against the same real probes: real ones, grown ones, filler.
#include <algorithm>
#include <cmath>

#include "lab/evaluate/plot.h"
#include "lab/evaluate/sample_set.h"

namespace puente::evaluate {
namespace {

constexpr double kSquareCentimetresOfCell = 0.00508 * 0.00508 * finger::kCell * finger::kCell;
constexpr std::uint64_t kFillerSeed = 1;

struct Print {
  std::string finger;  // "DB1_B/101": never compared with itself
  finger::Template features;
  finger::Prepared prepared;
};

std::vector<Print> prints_of(std::vector<SampleSet>& sets) {
  std::vector<Print> prints;
  for (SampleSet& set : sets)
    for (std::size_t i = 0; i < set.prepared.size(); ++i) {
      if (!set.prepared[i]) continue;
      prints.push_back(
          {set.database.name + "/" + set.database.samples[i].subject, std::move(set.templates[i]), *set.prepared[i]});
    }
  return prints;
}

std::vector<const Print*> first_impressions(const std::vector<Print>& prints) {
  std::vector<const Print*> first;
  for (const Print& print : prints)
    if (first.empty() || first.back()->finger != print.finger) first.push_back(&print);
  return first;
}

Strangers compare_with(const char* name, const std::vector<Print>& strangers, const std::vector<const Print*>& probes,
                       const Options& options) {
  Strangers out;
  out.name = name;
  out.templates = static_cast<int>(strangers.size());
  const auto count = static_cast<double>(strangers.size());
  double minutiae2 = 0;
  for (const Print& stranger : strangers) {
    const auto minutiae = static_cast<double>(stranger.features.minutiae.size());
    out.minutiae += minutiae / count;
    minutiae2 += minutiae * minutiae / count;
    for (const finger::RidgeCell& cell : stranger.features.cells)
      if (cell.quality != 0) out.area += kSquareCentimetresOfCell / count;
  }
  out.minutiae_deviation = std::sqrt(std::max(0.0, minutiae2 - out.minutiae * out.minutiae));
  out.minutiae_per_area = out.minutiae / std::max(1e-9, out.area);

  std::vector<finger::Scratch> scratch(static_cast<std::size_t>(options.threads));
  std::vector<std::vector<double>> scores(strangers.size());
  in_parallel(options.threads, strangers.size(), name, options, [&](int thread, std::size_t item) {
    for (const Print* probe : probes) {
      if (probe->finger == strangers[item].finger) continue;
      scores[item].push_back(finger::compare_score(probe->prepared, strangers[item].prepared, scratch[thread]));
    }
  });
  for (const auto& of_one : scores) out.scores.insert(out.scores.end(), of_one.begin(), of_one.end());
  std::sort(out.scores.rbegin(), out.scores.rend());
  return out;
}

}  // namespace

Result<std::vector<Strangers>> compare_strangers(std::span<const std::string> directories, const std::string& grown,
                                                 int fillers, const Options& options) {
  std::vector<SampleSet> real_sets, grown_sets;
  for (const std::string& directory : directories) {
    ASSIGN_OR_RETURN(SampleSet set, list_directory(directory, options));
    real_sets.push_back(std::move(set));
  }
  ASSIGN_OR_RETURN(SampleSet set, list_directory(grown, options));
  grown_sets.push_back(std::move(set));
  extract_all(real_sets, options);
  extract_all(grown_sets, options);
  const std::vector<Print> real = prints_of(real_sets), synthetic = prints_of(grown_sets);
  if (real.empty() || synthetic.empty()) return {Code::kNoFeatures, "no image of one kind gave a template"};
  std::vector<finger::Template> templates;
  for (const Print& print : synthetic) templates.push_back(print.features);
  const Filler filler(std::move(templates), kFillerSeed);
  std::vector<Print> filled;
  for (int number = 0; number < fillers; ++number) {
    finger::Template features = filler.make(static_cast<std::uint64_t>(number));
    finger::Prepared prepared = finger::prepare(features);
    filled.push_back({"filler/" + std::to_string(number), std::move(features), std::move(prepared)});
  }
  const std::vector<const Print*> probes = first_impressions(real);
  std::vector<Strangers> out;
  out.push_back(compare_with("real", real, probes, options));
  out.push_back(compare_with("grown", synthetic, probes, options));
  out.push_back(compare_with("filler", filled, probes, options));
  return out;
}

double Strangers::share_at(double score) const {
  const auto end = std::partition_point(scores.begin(), scores.end(), [&](double other) { return other >= score; });
  return scores.empty() ? 0 : static_cast<double>(end - scores.begin()) / static_cast<double>(scores.size());
}

std::string to_svg(const std::vector<Strangers>& strangers, const std::string& title) {
  double top = 40;
  std::size_t most = 0;
  for (const Strangers& kind : strangers) {
    top = std::max(top, 10 * std::ceil(kind.scores.front() / 10));
    most = std::max(most, kind.scores.size());
  }
  std::string drawn;
  Panel panel(drawn, 0, "Strangers' scores against real probes", "score", "share at or above it", {0, top},
              shares_of(most));
  for (std::size_t k = 0; k < strangers.size(); ++k) {
    std::vector<std::pair<double, double>> points;
    const std::vector<double>& scores = strangers[k].scores;
    for (std::size_t i = scores.size(); i-- > 0;) {
      if (i + 1 < scores.size() && scores[i + 1] == scores[i]) continue;
      points.emplace_back(scores[i], static_cast<double>(i + 1) / static_cast<double>(scores.size()));
    }
    panel.line(points, kColours[k]);
    panel.legend(static_cast<int>(k), kColours[k], strangers[k].name + " (" + std::to_string(scores.size()) + ")");
  }
  return svg_picture(title, 1, drawn);
}

}  // namespace puente::evaluate
