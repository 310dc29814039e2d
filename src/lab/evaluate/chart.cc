// Three panels beside each other as SVG: score distributions, DET curves, claimed beside observed false match rates.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "lab/evaluate/evaluate.h"

namespace puente::evaluate {
namespace {

constexpr double kPanelWidth = 400, kPanelHeight = 330, kLeft = 62, kTop = 56, kPlotWidth = 310, kPlotHeight = 225;
constexpr const char* kGenuineColour = "#1b7837";
constexpr const char* kImpostorColour = "#b2182b";
constexpr const char* kDatabaseColours[] = {"#1f78b4", "#e08214", "#35978f", "#8c510a", "#762a83", "#666666"};
constexpr const char* kPooledColour = "#000000";

struct Axis {
  double from = 0, to = 1;
  bool logarithmic = false;
  double share(double value) const {
    if (logarithmic) return std::log(std::max(value, from) / from) / std::log(to / from);
    return (std::clamp(value, from, to) - from) / (to - from);
  }
};

std::string spelt(double value) {
  return value != 0 && std::abs(value) < 0.001 ? fmt::format("{:.0e}", value) : fmt::format("{:g}", value);
}

// One plot with axes, drawn into `svg` at horizontal offset `left`.
class Panel {
 public:
  Panel(std::string& svg, int number, const char* title, const char* x_label, const char* y_label, Axis x, Axis y)
      : svg_(svg), left_(number * kPanelWidth + kLeft), x_(x), y_(y) {
    text(left_, kTop - 12, "start", title, "font-weight='bold'");
    text(left_ + kPlotWidth / 2, kTop + kPlotHeight + 36, "middle", x_label);
    const double y_label_at = left_ - 46;
    text(y_label_at, kTop + kPlotHeight / 2, "middle", y_label,
         fmt::format("transform='rotate(-90 {} {})'", y_label_at, kTop + kPlotHeight / 2));
    emit("<rect x='{}' y='{}' width='{}' height='{}' fill='none' stroke='#888'/>\n", left_, kTop, kPlotWidth,
         kPlotHeight);
    for (const double value : ticks(x_)) {
      emit("<path d='M{0:.1f} {1} v{2}' stroke='#ddd'/>\n", across(value), kTop, kPlotHeight);
      text(across(value), kTop + kPlotHeight + 16, "middle", spelt(value));
    }
    for (const double value : ticks(y_)) {
      emit("<path d='M{0} {1:.1f} h{2}' stroke='#ddd'/>\n", left_, up(value), kPlotWidth);
      text(left_ - 6, up(value) + 4, "end", spelt(value));
    }
  }

  double across(double value) const { return left_ + kPlotWidth * x_.share(value); }
  double up(double value) const { return kTop + kPlotHeight * (1 - y_.share(value)); }

  void line(const std::vector<std::pair<double, double>>& points, const char* colour, const char* more = "") {
    emit("<polyline fill='none' stroke='{}' stroke-width='1.6' {} points='", colour, more);
    double last_x = -9, last_y = -9;
    for (const auto& [px, py] : points) {
      const double x = across(px), y = up(py);
      const bool last = &px == &points.back().first;
      if (!last && std::abs(x - last_x) < 0.5 && std::abs(y - last_y) < 0.5) continue;  // nobody could see it
      emit("{:.1f},{:.1f} ", last_x = x, last_y = y);
    }
    svg_ += "'/>\n";
  }

  void legend(int row, const char* colour, const std::string& label) {
    const double at = kTop + 14 + 15 * row, end = left_ + kPlotWidth - 8;
    emit("<path d='M{} {} h-18' stroke='{}' stroke-width='3'/>\n", end, at - 4, colour);
    text(end - 24, at, "end", label);
  }

 private:
  static std::vector<double> ticks(const Axis& axis) {
    std::vector<double> values;
    if (axis.logarithmic) {
      for (double value = axis.from; value <= axis.to * 1.001; value *= 10) values.push_back(value);
      return values;
    }
    const double step = std::max(1.0, std::ceil((axis.to - axis.from) / 6 / 10)) * 10;
    for (double value = axis.from; value <= axis.to; value += step) values.push_back(value);
    return values;
  }
  void text(double at_x, double at_y, const char* anchor, const std::string& words, const std::string& more = "") {
    emit("<text x='{:.1f}' y='{:.1f}' text-anchor='{}' {}>{}</text>\n", at_x, at_y, anchor, more, words);
  }
  template <typename... Values>
  void emit(fmt::format_string<Values...> format, Values&&... values) {
    fmt::format_to(std::back_inserter(svg_), format, std::forward<Values>(values)...);
  }

  std::string& svg_;
  double left_;
  Axis x_, y_;
};

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
  Panel panel(svg, 0, "Scores", "score", "share of comparisons", {0, top}, {1e-5, 1, true});
  panel.line(outline(pooled.impostor, 0, top / kBins, kBins), kImpostorColour);
  panel.line(outline(pooled.genuine, 0, top / kBins, kBins), kGenuineColour);
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

void draw_trade_off(std::string& svg, const Evaluation& evaluation, const Split& pooled) {
  Panel panel(svg, 1, "Detection error trade-off", "FMR", "FNMR", {1e-5, 1, true}, {1e-3, 1, true});
  panel.line({{1e-3, 1e-3}, {1, 1}}, "#aaa", "stroke-dasharray='3 3'");
  int row = 0;
  if (evaluation.databases.size() > 1) {
    for (const Database& database : evaluation.databases) {
      const char* colour = kDatabaseColours[static_cast<std::size_t>(row) % std::size(kDatabaseColours)];
      Split own;
      split(database, own);
      panel.line(det(own), colour);
      panel.legend(row++, colour, database.name);
    }
  }
  panel.line(det(pooled), kPooledColour);
  panel.legend(row, kPooledColour, evaluation.databases.size() > 1 ? "pooled" : evaluation.databases[0].name);
}

void draw_calibration(std::string& svg, const Split& pooled, double top) {
  Panel panel(svg, 2, "What a score claims, and what is", "score (claims FMR 10^(-score/10))",
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

}  // namespace

std::string to_svg(const Evaluation& evaluation, const std::string& title) {
  Split pooled;
  for (const Database& database : evaluation.databases) split(database, pooled);
  const double genuine_max = *std::max_element(pooled.genuine.begin(), pooled.genuine.end());
  const double impostor_max = *std::max_element(pooled.impostor.begin(), pooled.impostor.end());
  const double top = std::max(60.0, 20 * std::ceil(std::max(genuine_max, impostor_max) / 20));
  std::string svg = fmt::format(
      "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {0} {1}' font-family='sans-serif' font-size='11'>\n"
      "<rect width='{0}' height='{1}' fill='#fff'/>\n<text x='{2}' y='22' font-size='15'>{3}</text>\n",
      3 * kPanelWidth, kPanelHeight, kLeft, title);
  draw_distributions(svg, pooled, top);
  draw_trade_off(svg, evaluation, pooled);
  draw_calibration(svg, pooled, std::max(50.0, 10 * std::ceil(impostor_max / 10)));
  return svg + "</svg>\n";
}

}  // namespace puente::evaluate
