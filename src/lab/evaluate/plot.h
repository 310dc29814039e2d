// Inside lab/evaluate/: plots beside and under each other, as SVG.
#pragma once
#include <string>
#include <utility>
#include <vector>

namespace puente::evaluate {

inline constexpr const char* kGenuineColour = "#1b7837";
inline constexpr const char* kImpostorColour = "#b2182b";
inline constexpr const char* kColours[] = {"#1f78b4", "#e08214", "#35978f", "#8c510a", "#762a83", "#666666"};
inline constexpr const char* kPooledColour = "#000000";

struct Axis {
  double from = 0, to = 1;
  // The lowest tick of such an axis says "none": what lies there was not seen at all. It is below all that can be seen.
  bool logarithmic = false;
  double share(double value) const;  // 0..1 along the axis; what lies outside is drawn at its end
};

// One plot with axes, drawn into a picture's text.
class Panel {
 public:
  Panel(std::string& svg, int number, const char* title, const char* x_label, const char* y_label, Axis x, Axis y);
  void line(const std::vector<std::pair<double, double>>& points, const char* colour, const char* more = "");
  void band(const std::vector<std::pair<double, double>>& outline, const char* colour);  // a filled polygon, pale
  // An interval along y, with its middle.
  void interval(double x, double low, double middle, double high, const char* colour);
  void legend(int row, const char* colour, const std::string& label);

 private:
  double across(double value) const;
  double up(double value) const;

  std::string& svg_;
  double left_, top_;
  Axis x_, y_;
};

// A logarithmic axis from the decade below one of so many to all of them.
Axis shares_of(std::size_t count);

// The whole picture around what `panels` plots have drawn, two a row.
std::string svg_picture(const std::string& title, int panels, const std::string& drawn);

}  // namespace puente::evaluate
