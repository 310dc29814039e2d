#include "lab/evaluate/plot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string_view>

namespace puente::evaluate {
namespace {

constexpr double kTitleHeight = 34, kPanelWidth = 400, kPanelHeight = 300;
constexpr double kLeft = 62, kTop = 26, kPlotWidth = 310, kPlotHeight = 225;
constexpr int kAcross = 2;

std::string spelt(const Axis& axis, double value) {
  if (axis.logarithmic && value == axis.from) return "none";
  return value != 0 && std::abs(value) < 0.001 ? fmt::format("{:.0e}", value) : fmt::format("{:g}", value);
}

std::vector<double> ticks(const Axis& axis) {
  std::vector<double> values;
  if (axis.logarithmic) {
    for (double value = axis.from; value <= axis.to * 1.001; value *= 10) values.push_back(value);
    return values;
  }
  const double wanted = (axis.to - axis.from) / 6, unit = std::pow(10, std::floor(std::log10(wanted)));
  const double step = unit * (wanted > 5 * unit ? 10 : wanted > 2 * unit ? 5 : wanted > unit ? 2 : 1);
  for (double value = axis.from; value <= axis.to * 1.001; value += step) values.push_back(value);
  return values;
}

template <typename... Values>
void emit(std::string& svg, fmt::format_string<Values...> format, Values&&... values) {
  fmt::format_to(std::back_inserter(svg), format, std::forward<Values>(values)...);
}

std::string escaped(std::string_view words) {  // names come from folders and the command line
  std::string out;
  for (const char letter : words) {
    if (letter == '&')
      out += "&amp;";
    else if (letter == '<')
      out += "&lt;";
    else if (letter == '>')
      out += "&gt;";
    else
      out += letter;
  }
  return out;
}

void write(std::string& svg, double x, double y, const char* anchor, const std::string& words,
           const std::string& more = "") {
  emit(svg, "<text x='{:.1f}' y='{:.1f}' text-anchor='{}' {}>{}</text>\n", x, y, anchor, more, escaped(words));
}

}  // namespace

double Axis::share(double value) const {
  if (logarithmic) return std::log(std::max(value, from) / from) / std::log(to / from);
  return (std::clamp(value, from, to) - from) / (to - from);
}

Panel::Panel(std::string& svg, int number, const char* title, const char* x_label, const char* y_label, Axis x, Axis y)
    : svg_(svg),
      left_(number % kAcross * kPanelWidth + kLeft),
      top_(number / kAcross * kPanelHeight + kTitleHeight + kTop),
      x_(x),
      y_(y) {
  write(svg_, left_, top_ - 8, "start", title, "font-weight='bold'");
  write(svg_, left_ + kPlotWidth / 2, top_ + kPlotHeight + 34, "middle", x_label);
  const double y_label_at = left_ - 46;
  write(svg_, y_label_at, top_ + kPlotHeight / 2, "middle", y_label,
        fmt::format("transform='rotate(-90 {} {})'", y_label_at, top_ + kPlotHeight / 2));
  emit(svg_, "<rect x='{}' y='{}' width='{}' height='{}' fill='none' stroke='#888'/>\n", left_, top_, kPlotWidth,
       kPlotHeight);
  for (const double value : ticks(x_)) {
    emit(svg_, "<path d='M{0:.1f} {1} v{2}' stroke='#ddd'/>\n", across(value), top_, kPlotHeight);
    write(svg_, across(value), top_ + kPlotHeight + 16, "middle", spelt(x_, value));
  }
  for (const double value : ticks(y_)) {
    emit(svg_, "<path d='M{0} {1:.1f} h{2}' stroke='#ddd'/>\n", left_, up(value), kPlotWidth);
    write(svg_, left_ - 6, up(value) + 4, "end", spelt(y_, value));
  }
}

double Panel::across(double value) const {
  return left_ + kPlotWidth * x_.share(value);
}
double Panel::up(double value) const {
  return top_ + kPlotHeight * (1 - y_.share(value));
}

void Panel::line(const std::vector<std::pair<double, double>>& points, const char* colour, const char* more) {
  emit(svg_, "<polyline fill='none' stroke='{}' stroke-width='1.6' {} points='", colour, more);
  double last_x = -9, last_y = -9;
  for (const auto& [px, py] : points) {
    const double x = across(px), y = up(py);
    const bool last = &px == &points.back().first;
    if (!last && std::abs(x - last_x) < 0.5 && std::abs(y - last_y) < 0.5) continue;  // nobody could see it
    emit(svg_, "{:.1f},{:.1f} ", last_x = x, last_y = y);
  }
  svg_ += "'/>\n";
}

void Panel::band(const std::vector<std::pair<double, double>>& outline, const char* colour) {
  emit(svg_, "<polygon stroke='none' fill='{}' fill-opacity='0.15' points='", colour);
  for (const auto& [x, y] : outline) emit(svg_, "{:.1f},{:.1f} ", across(x), up(y));
  svg_ += "'/>\n";
}

void Panel::interval(double x, double low, double middle, double high, const char* colour) {
  emit(svg_, "<path d='M{:.1f} {:.1f} V{:.1f}' stroke='{}' stroke-width='1'/>\n", across(x), up(low), up(high), colour);
  emit(svg_, "<circle cx='{:.1f}' cy='{:.1f}' r='2.2' fill='{}'/>\n", across(x), up(middle), colour);
}

void Panel::legend(int row, const char* colour, const std::string& label) {
  const double at = top_ + 14 + 15 * row, end = left_ + kPlotWidth - 8;
  emit(svg_, "<path d='M{} {} h-18' stroke='{}' stroke-width='3'/>\n", end, at - 4, colour);
  write(svg_, end - 24, at, "end", label);
}

Axis shares_of(std::size_t count) {
  const double decades =
      std::max(1.0, std::floor(std::log10(static_cast<double>(std::max<std::size_t>(count, 1)))) + 1);
  return {std::pow(10, -decades), 1, true};
}

std::string svg_picture(const std::string& title, int panels, const std::string& drawn) {
  const double width = kAcross * kPanelWidth, height = (panels + kAcross - 1) / kAcross * kPanelHeight + kTitleHeight;
  return fmt::format(
             "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {0} {1}' font-family='sans-serif' font-size='11'>\n"
             "<rect width='{0}' height='{1}' fill='#fff'/>\n<text x='{2}' y='22' font-size='15'>{3}</text>\n",
             width, height, kLeft, escaped(title)) +
         drawn + "</svg>\n";
}

}  // namespace puente::evaluate
