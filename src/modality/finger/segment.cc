// Where the finger is, and its ridges at even contrast.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "modality/finger/stages.h"

namespace puente::finger {
namespace {

// Short enough to leave little of what is coarser than ridges, in which dry and faint prints would drown.
constexpr int kMeanRadius = 3;       // pixels
constexpr int kDeviationRadius = 6;  // pixels: a window of a ridge period and a half
constexpr float kLevel = 0.6f;       // gray levels: smaller steps are rounding
constexpr int kCellsMin = 40;        // 7 square millimetres: less is no print
constexpr int kLesserShare = 16;     // nor is what has so much less area than the largest

// Row by row, so that the sums of a row's cells do not wait for each other.
std::vector<float> cell_means(const Plane& plane, const Field& field) {
  std::vector<float> means(field.size(), 0);
  for (int y = 0; y < plane.height; ++y) {
    const float* row = plane.row(y);
    float* sums = &means[field.index(0, y / kCell)];
    for (int c = 0; c < field.columns; ++c) {
      float sum = sums[c];
      for (int x = c * kCell; x < std::min((c + 1) * kCell, plane.width); ++x) sum += row[x];
      sums[c] = sum;
    }
  }
  for (int r = 0; r < field.rows; ++r)
    for (int c = 0; c < field.columns; ++c)
      means[field.index(c, r)] /= static_cast<float>((std::min((c + 1) * kCell, plane.width) - c * kCell) *
                                                     (std::min((r + 1) * kCell, plane.height) - r * kCell));
  return means;
}

struct Bits {  // one byte a pixel, 0 or 1
  int width = 0, height = 0;
  std::vector<std::uint8_t> values;
  Bits(int w, int h) : width(w), height(h), values(static_cast<std::size_t>(w) * h, 0) {}
  std::uint8_t* row(int y) { return values.data() + static_cast<std::size_t>(y) * width; }
  const std::uint8_t* row(int y) const { return values.data() + static_cast<std::size_t>(y) * width; }
};

// 1 wherever one lies within the square of (2r+1)² pixels.
Bits spread(const Bits& bits, int radius) {
  Bits rows(bits.width, bits.height), out(bits.width, bits.height);
  std::vector<std::uint8_t> padded(bits.width + 2 * radius, 0);
  for (int y = 0; y < bits.height; ++y) {
    std::copy_n(bits.row(y), bits.width, padded.begin() + radius);
    std::uint8_t* to = rows.row(y);
    for (int k = 0; k <= 2 * radius; ++k)
      for (int x = 0; x < bits.width; ++x) to[x] = static_cast<std::uint8_t>(to[x] | padded[x + k]);
  }
  for (int y = 0; y < bits.height; ++y) {
    std::uint8_t* to = out.row(y);
    for (int v = std::max(0, y - radius); v <= std::min(bits.height - 1, y + radius); ++v) {
      const std::uint8_t* from = rows.row(v);
      for (int x = 0; x < bits.width; ++x) to[x] = static_cast<std::uint8_t>(to[x] | from[x]);
    }
  }
  return out;
}

bool has_blank_cell(const Bits& bits) {
  std::uint64_t row = 0;
  static_assert(kCell == sizeof row);
  for (int r = 0; r < bits.height / kCell; ++r)
    for (int c = 0; c < bits.width / kCell; ++c) {
      std::uint64_t ones = 0;
      for (int y = r * kCell; y < (r + 1) * kCell; ++y) {
        std::memcpy(&row, bits.row(y) + c * kCell, sizeof row);
        ones |= row;
      }
      if (ones == 0) return true;
    }
  return false;
}

// Where the image is recorded: not in areas of one gray level, which scanners and programs fill up with. They would
// show an edge round the print that outweighs its ridges.
Plane recorded_area(const Plane& gray) {
  constexpr int kFlatRadius = 4,
                kMargin = 3;  // pixels: wider than valleys are; what blurs over the edge
  Bits changes(gray.width, gray.height);
  for (int y = 1; y < gray.height; ++y) {
    const float *here = gray.row(y), *above = gray.row(y - 1);
    std::uint8_t* to = changes.row(y);
    for (int x = 1; x < gray.width; ++x)
      to[x] = std::max(std::fabs(here[x] - here[x - 1]), std::fabs(here[x] - above[x])) > kLevel;  // no branch
  }
  if (!has_blank_cell(changes)) return {};
  Bits flat = spread(changes, kFlatRadius);
  std::uint8_t any = 0;
  for (std::uint8_t& v : flat.values) {
    v = v == 0;
    any |= v;
  }
  if (any == 0) return {};
  const Bits beside = spread(flat, kFlatRadius + kMargin);
  Plane recorded = Plane::unset(gray.width, gray.height);
  for (std::size_t i = 0; i < recorded.values.size(); ++i) recorded.values[i] = beside.values[i] ? 0.0f : 1.0f;
  return recorded;
}

// Signal of ridges, dark > 0: fine noise and slow shading taken out.
Plane ridge_band(const Plane& gray) {
  const Plane recorded = recorded_area(gray);
  auto mean = [](const Plane& plane) {
    return pixels::box_mean(pixels::box_mean(plane, kMeanRadius), kMeanRadius / 2);
  };
  Plane band = Plane::unset(gray.width, gray.height);
  const Plane fine = pixels::smooth(gray, 0.7f);
  if (recorded.values.empty()) {
    const Plane shading = mean(gray);
    for (std::size_t i = 0; i < band.values.size(); ++i) band.values[i] = shading.values[i] - fine.values[i];
    return band;
  }
  Plane masked = gray;
  for (std::size_t i = 0; i < masked.values.size(); ++i) masked.values[i] *= recorded.values[i];
  const Plane shading = mean(masked), share = mean(recorded);
  for (std::size_t i = 0; i < band.values.size(); ++i) {
    const float signal = shading.values[i] / share.values[i] - fine.values[i];
    band.values[i] = recorded.values[i] > 0 ? signal : 0.0f;
  }
  return band;
}

Plane local_deviation(const Plane& band, int radius) {
  Plane squares = Plane::unset(band.width, band.height);
  for (std::size_t i = 0; i < squares.values.size(); ++i) squares.values[i] = band.values[i] * band.values[i];
  Plane deviation = pixels::box_mean(squares, radius);
  for (float& v : deviation.values) v = std::sqrt(std::max(0.0f, v));
  return deviation;
}

template <class Values>
float percentile(Values values, double share) {
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
  std::vector<std::size_t> stack;
  for (std::size_t start = 0; start < field.size(); ++start) {
    if (field.foreground[start] != value || label[start] >= 0) continue;
    stack.push_back(start);
    label[start] = areas;
    while (!stack.empty()) {
      const std::size_t at = stack.back();
      stack.pop_back();
      field.for_each_beside(at, [&](std::size_t next) {
        if (field.foreground[next] != value || label[next] >= 0) return;
        label[next] = areas;
        stack.push_back(next);
      });
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

int largest_area(const Field& field) {  // cells
  std::vector<int> label;
  std::vector<int> cells(label_areas(field, 1, label), 0);
  for (int area : label)
    if (area >= 0) ++cells[area];
  return cells.empty() ? 0 : *std::max_element(cells.begin(), cells.end());
}

std::pair<float, float> cell_range(const Plane& plane, int column, int row) {
  float dark = 255, light = 0;
  for (int y = row * kCell; y < std::min((row + 1) * kCell, plane.height); ++y)
    for (int x = column * kCell; x < std::min((column + 1) * kCell, plane.width); ++x) {
      dark = std::min(dark, plane.at(x, y));
      light = std::max(light, plane.at(x, y));
    }
  return {dark, light};
}

// Where nothing touches, be it a valley or the ground around the print, the level is much the same. So the ground is
// compared with the levels just inside the print's edge: 1 when it is as light as they get, -1 when as dark, 0 when
// there is no ground.
float ground_lightness(const Plane& fine, const Field& field) {
  const std::vector<float> means = cell_means(fine, field);
  constexpr int kNear = 3;  // cells: from the one just outside the print to one that surely lies inside
  float nearer_dark = 0, nearer_light = 0;
  for (int r = 0; r < field.rows; ++r)
    for (int c = 0; c < field.columns; ++c) {
      if (field.foreground[field.index(c, r)]) continue;
      for (const auto& [across, down] : {std::pair{kNear, 0}, {-kNear, 0}, {0, kNear}, {0, -kNear}}) {
        const int x = c + across, y = r + down;
        if (x < 0 || y < 0 || x >= field.columns || y >= field.rows || !field.foreground[field.index(x, y)]) continue;
        if (!field.foreground[field.index(c + across / kNear, r + down / kNear)]) continue;
        const auto [dark, light] = cell_range(fine, x, y);
        if (light - dark < kLevel) continue;
        const auto [darkest, lightest] = cell_range(fine, c, r);
        const float trust = lightest - darkest < kLevel ? 0.1f : 1;  // perhaps filled up by a program
        const float place = (means[field.index(c, r)] - dark) / (light - dark) - 0.5f;
        if (std::fabs(place) > 1) continue;  // not of this picture: filled up
        (place < 0 ? nearer_dark : nearer_light) += std::fabs(place) * trust;
      }
    }
  return (nearer_light - nearer_dark) / (nearer_light + nearer_dark + 1);
}

// Ridges stand out more sharply than valleys do: the third moment of the signal, 0.4 +- 0.4 for sound prints.
float skewness(const Plane& band, const Field& field) {
  double squares = 0, cubes = 0, count = 0;
  for (int y = 0; y < band.height; ++y)
    for (int x = 0; x < band.width; ++x) {
      if (!field.foreground[field.index(x / kCell, y / kCell)]) continue;
      const double v = band.at(x, y);
      squares += v * v;
      cubes += v * v * v;
      ++count;
    }
  const double variance = squares / std::max(1.0, count);
  return static_cast<float>(cubes / std::max(1.0, count) / (variance * std::sqrt(variance) + 1e-9));
}

// Light ridges on a dark ground? Without a ground to go by, only if the ridges themselves plainly look like valleys:
// most scanners make them dark.
bool is_inverted(const Region& region, const Field& field) {
  const float ground = ground_lightness(pixels::smooth(region.gray, 1.0f), field);
  const auto inverted = [ground](float ridges) { return ground + 0.35f * ridges + 0.12f < 0; };
  if (inverted(-1) == inverted(1)) return inverted(1);  // whatever the ridges look like
  return inverted(std::clamp(skewness(region.band, field), -1.0f, 1.0f));
}

void cut_out(Region& region, int left, int top, int width, int height) {
  for (Plane* plane : {&region.gray, &region.band, &region.marks})
    if (!plane->values.empty()) *plane = pixels::crop(*plane, left, top, width, height);
  region.left += left;
  region.top += top;
}

struct Bounds {
  int left = 0, top = 0, right = 0, bottom = 0;  // cells; right and bottom just outside
};

Bounds bounds(const Field& field, int margin) {  // of the foreground; empty when there is none
  Bounds b{field.columns, field.rows, 0, 0};
  for (int r = 0; r < field.rows; ++r)
    for (int c = 0; c < field.columns; ++c) {
      if (!field.foreground[field.index(c, r)]) continue;
      b.left = std::min(b.left, c);
      b.top = std::min(b.top, r);
      b.right = std::max(b.right, c + 1);
      b.bottom = std::max(b.bottom, r + 1);
    }
  if (b.right == 0) return {};
  return {std::max(0, b.left - margin), std::max(0, b.top - margin), std::min(field.columns, b.right + margin),
          std::min(field.rows, b.bottom + margin)};
}

// Cuts off what lies more than a little beside the print: the stages that follow pass over every pixel.
void trim(Region& region, Field& field) {
  constexpr int kMargin = 2;  // cells
  const auto [left, top, right, bottom] = bounds(field, kMargin);
  if (right == 0 || (right - left == field.columns && bottom - top == field.rows)) return;
  Field inside;
  inside.columns = right - left;
  inside.rows = bottom - top;
  for (int r = top; r < bottom; ++r)
    for (int c = left; c < right; ++c) inside.foreground.push_back(field.foreground[field.index(c, r)]);
  cut_out(region, left * kCell, top * kCell, std::min(right * kCell, region.gray.width) - left * kCell,
          std::min(bottom * kCell, region.gray.height) - top * kCell);
  field = std::move(inside);
}

Field blank_field(const Plane& gray) {
  Field field;
  field.columns = (gray.width + kCell - 1) / kCell;
  field.rows = (gray.height + kCell - 1) / kCell;
  field.foreground.assign(static_cast<std::size_t>(field.columns) * field.rows, 0);
  return field;
}

// How much a cell's gray changes over half a ridge period: a quick look.
float unrest(const Plane& gray, int column, int row) {
  constexpr int kHalfPeriod = 4;
  float sum = 0;
  const int x1 = std::min((column + 1) * kCell, gray.width - kHalfPeriod);
  const int y1 = std::min((row + 1) * kCell, gray.height - kHalfPeriod);
  for (int y = row * kCell; y < y1; y += 2) {
    const float *here = gray.row(y), *below = gray.row(y + kHalfPeriod);
    for (int x = column * kCell; x < x1; x += 2)
      sum += std::fabs(here[x] - here[x + kHalfPeriod]) + std::fabs(here[x] - below[x]);
  }
  return sum;
}

// From what level on a cell is print: a share of the strongest, but on paper, where a faint print may lie beside a dark
// one, less, as long as it is well above what most of the paper shows.
template <typename Levels>  // percentile takes its own copy
float print_level(const Region& region, const Levels& levels, float share) {
  constexpr float kFaint = 0.45f;  // of the usual share
  constexpr float kOverPaper = 3;
  const float usual = share * percentile(levels, 0.95);
  if (!is_large(region)) return usual;
  return std::clamp(kOverPaper * percentile(levels, 0.2), kFaint * usual, usual);
}

// Leaves away the blank sides of a large image before anything looks at every pixel.
void leave_blank_sides(Region& region) {
  constexpr int kMargin = 4;  // cells
  if (!is_large(region)) return;
  Field field = blank_field(region.gray);
  Plane level(field.columns, field.rows);
  for (int r = 0; r < field.rows; ++r)
    for (int c = 0; c < field.columns; ++c) level.at(c, r) = unrest(region.gray, c, r);
  level = pixels::box_mean(level, 1);
  const float threshold = print_level(region, level.values, 0.25f);
  for (std::size_t i = 0; i < field.size(); ++i) field.foreground[i] = level.values[i] > threshold;
  vote(field, 2, 0.4);
  flip_small_areas(field, 1, std::max(kCellsMin, largest_area(field) / kLesserShare));
  const auto [left, top, right, bottom] = bounds(field, kMargin);
  if (right <= left) return;
  cut_out(region, left * kCell, top * kCell, std::min(right * kCell, region.gray.width) - left * kCell,
          std::min(bottom * kCell, region.gray.height) - top * kCell);
}

}  // namespace

bool is_large(const Region& region) {
  constexpr int kLarge = 500 * 500;  // pixels
  return region.width * region.height >= kLarge;
}

Field segment(Region& region, Contrast& contrast) {
  region.marks = take_out_marks(region.gray);
  leave_blank_sides(region);
  Field field = blank_field(region.gray);
  region.band = ridge_band(region.gray);
  for (std::size_t i = 0; i < region.marks.values.size(); ++i)
    region.band.values[i] = region.marks.values[i] > 0 ? 0.0f : region.band.values[i];
  const std::vector<float> levels = cell_means(local_deviation(region.band, 12), field);
  const float strong = percentile(levels, 0.95);
  const float threshold = std::max(0.3f, print_level(region, levels, 0.3f));
  for (std::size_t i = 0; i < levels.size(); ++i) field.foreground[i] = levels[i] > threshold;
  vote(field, 2, 0.5);
  flip_small_areas(field, 1, std::max(kCellsMin, largest_area(field) / kLesserShare));
  flip_small_areas(field, 0, 60);
  std::vector<float> inside;
  for (std::size_t i = 0; i < levels.size(); ++i)
    if (field.foreground[i]) inside.push_back(levels[i]);
  contrast.deviation = inside.empty() ? strong : percentile(inside, 0.5);
  if (is_inverted(region, field)) {
    for (float& v : region.gray.values) v = 255 - v;
    for (float& v : region.band.values) v = -v;
  }
  trim(region, field);
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
  const Plane deviation = local_deviation(region.band, kDeviationRadius);
  Plane ridges = Plane::unset(region.band.width, region.band.height);
  const float floor = 0.15f * contrast.deviation + 0.05f;
  for (std::size_t i = 0; i < ridges.values.size(); ++i)
    ridges.values[i] = std::clamp(region.band.values[i] / (deviation.values[i] + floor), -2.0f, 2.0f);
  return ridges;
}

}  // namespace puente::finger
