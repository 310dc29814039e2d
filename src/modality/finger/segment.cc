// Where the finger is, and its ridges at even contrast.
#include <algorithm>
#include <cmath>

#include "modality/finger/stages.h"

namespace puente::finger {
namespace {

constexpr int kMeanRadius = 9;  // pixels: a window of two ridge periods

Plane ridge_band(const Plane& gray) {  // signal of ridges, dark > 0: fine noise and slow shading taken out
  const Plane fine = pixels::smooth(gray, 0.7f);
  const Plane shading = pixels::box_mean(pixels::box_mean(gray, kMeanRadius), kMeanRadius / 2);
  Plane band(gray.width, gray.height);
  for (std::size_t i = 0; i < band.values.size(); ++i) band.values[i] = shading.values[i] - fine.values[i];
  return band;
}

Plane local_deviation(const Plane& band, int radius) {
  Plane squares(band.width, band.height);
  for (std::size_t i = 0; i < squares.values.size(); ++i) squares.values[i] = band.values[i] * band.values[i];
  Plane deviation = pixels::box_mean(squares, radius);
  for (float& v : deviation.values) v = std::sqrt(std::max(0.0f, v));
  return deviation;
}

float percentile(std::vector<float> values, double share) {
  if (values.empty()) return 0;
  const auto nth = values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), nth, values.end());
  return *nth;
}

// Each cell becomes what most of its (2r+1)² neighbourhood is.
void vote(Field& field, int radius, double share) {
  const std::vector<std::uint8_t> before = field.foreground;
  for (int r = 0; r < field.rows; ++r)
    for (int c = 0; c < field.columns; ++c) {
      int yes = 0, all = 0;
      for (int y = std::max(0, r - radius); y <= std::min(field.rows - 1, r + radius); ++y)
        for (int x = std::max(0, c - radius); x <= std::min(field.columns - 1, c + radius); ++x) {
          yes += before[field.index(x, y)];
          ++all;
        }
      field.foreground[field.index(c, r)] = yes > share * all;
    }
}

// Connected areas of cells whose foreground is `value`: the area of each cell (-1: none), and their number.
int label_areas(const Field& field, std::uint8_t value, std::vector<int>& label) {
  label.assign(field.size(), -1);
  int areas = 0;
  std::vector<int> stack;
  for (std::size_t start = 0; start < field.size(); ++start) {
    if (field.foreground[start] != value || label[start] >= 0) continue;
    stack.push_back(static_cast<int>(start));
    label[start] = areas;
    while (!stack.empty()) {
      const int at = stack.back();
      stack.pop_back();
      const int c = at % field.columns, r = at / field.columns;
      const int neighbours[4][2] = {{c - 1, r}, {c + 1, r}, {c, r - 1}, {c, r + 1}};
      for (const auto& n : neighbours) {
        if (n[0] < 0 || n[1] < 0 || n[0] >= field.columns || n[1] >= field.rows) continue;
        const std::size_t next = field.index(n[0], n[1]);
        if (field.foreground[next] == value && label[next] < 0) {
          label[next] = areas;
          stack.push_back(static_cast<int>(next));
        }
      }
    }
    ++areas;
  }
  return areas;
}

// Flips areas of fewer than `least` cells.
void flip_small_areas(Field& field, std::uint8_t value, int least) {
  std::vector<int> label;
  std::vector<int> cells(label_areas(field, value, label), 0);
  for (int area : label)
    if (area >= 0) ++cells[area];
  for (std::size_t i = 0; i < field.size(); ++i)
    if (label[i] >= 0 && cells[label[i]] < least) field.foreground[i] = static_cast<std::uint8_t>(1 - value);
}

float cell_mean(const Plane& plane, int column, int row) {
  const int x1 = std::min((column + 1) * kCell, plane.width), y1 = std::min((row + 1) * kCell, plane.height);
  float sum = 0;
  for (int y = row * kCell; y < y1; ++y)
    for (int x = column * kCell; x < x1; ++x) sum += plane.at(x, y);
  return sum / static_cast<float>((x1 - column * kCell) * (y1 - row * kCell));
}

// Light ridges on a dark ground (an inverted image): the background tells, where there is one.
bool is_inverted(const Region& region, const Field& field) {
  double sums[2] = {0, 0};
  int counts[2] = {0, 0};
  for (int r = 0; r < field.rows; ++r)
    for (int c = 0; c < field.columns; ++c) {
      const int side = field.foreground[field.index(c, r)];
      sums[side] += cell_mean(region.gray, c, r);
      ++counts[side];
    }
  if (counts[0] < static_cast<int>(field.size()) / 20 || counts[1] == 0) return false;
  return sums[1] / counts[1] > sums[0] / counts[0] + 12;
}

}  // namespace

Field segment(Region& region, Contrast& contrast) {
  Field field;
  field.columns = (region.gray.width + kCell - 1) / kCell;
  field.rows = (region.gray.height + kCell - 1) / kCell;
  field.foreground.assign(static_cast<std::size_t>(field.columns) * field.rows, 0);
  const Plane deviation = local_deviation(ridge_band(region.gray), 12);
  std::vector<float> levels(field.size());
  for (int r = 0; r < field.rows; ++r)
    for (int c = 0; c < field.columns; ++c) levels[field.index(c, r)] = cell_mean(deviation, c, r);
  const float strong = percentile(levels, 0.95);
  const float threshold = std::max(1.0f, 0.3f * strong);
  for (std::size_t i = 0; i < levels.size(); ++i) field.foreground[i] = levels[i] > threshold;
  vote(field, 2, 0.5);
  flip_small_areas(field, 1, 40);  // 40 cells: 25 square millimetres
  flip_small_areas(field, 0, 60);
  std::vector<float> inside;
  for (std::size_t i = 0; i < levels.size(); ++i)
    if (field.foreground[i]) inside.push_back(levels[i]);
  contrast.deviation = inside.empty() ? strong : percentile(inside, 0.5);
  if (is_inverted(region, field))
    for (float& v : region.gray.values) v = 255 - v;
  return field;
}

void drop_lesser_areas(Field& field) {
  std::vector<int> label;
  std::vector<float> worth(label_areas(field, 1, label), 0);
  for (std::size_t i = 0; i < field.size(); ++i)
    if (label[i] >= 0) worth[label[i]] += field.clarity[i] * field.clarity[i];
  float most = 0;
  for (float w : worth) most = std::max(most, w);
  for (std::size_t i = 0; i < field.size(); ++i)
    if (label[i] >= 0 && worth[label[i]] < 0.08f * most) field.foreground[i] = 0;
}

Plane flatten(const Region& region, const Field& field, const Contrast& contrast) {
  (void)field;
  Plane ridges = ridge_band(region.gray);
  const Plane deviation = local_deviation(ridges, kMeanRadius);
  const float floor = 0.15f * contrast.deviation + 0.3f;
  for (std::size_t i = 0; i < ridges.values.size(); ++i)
    ridges.values[i] = std::clamp(ridges.values[i] / (deviation.values[i] + floor), -2.0f, 2.0f);
  return ridges;
}

}  // namespace puente::finger
