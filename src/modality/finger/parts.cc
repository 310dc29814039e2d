// Several prints on one paper: where the next finger's print reaches into this one's box, or a plain print lies in the
// corner of a rolled one, the ridges' flow breaks off along a seam. Writing and captions that touch a print have one
// too.
#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "modality/finger/stages.h"

namespace puente::finger {
namespace {

// Where ridges flow on: all of the print but where its flow breaks, at cores and deltas and along seams.
std::vector<std::uint8_t> flowing(const Field& field) {
  constexpr int kAround = 2;        // cells
  constexpr float kSteady = 0.85f;  // length of the mean of unit vectors; of two halves that are 32 degrees apart
  std::vector<std::uint8_t> out(field.size(), 0);
  for (int row = 0; row < field.rows; ++row)
    for (int column = 0; column < field.columns; ++column) {
      if (!field.foreground[field.index(column, row)]) continue;
      float c2 = 0, s2 = 0, count = 0;
      for (int r = std::max(0, row - kAround); r <= std::min(field.rows - 1, row + kAround); ++r)
        for (int c = std::max(0, column - kAround); c <= std::min(field.columns - 1, column + kAround); ++c) {
          const std::size_t i = field.index(c, r);
          if (!field.foreground[i]) continue;
          c2 += field.cosine2[i], s2 += field.sine2[i], count += 1;
        }
      out[field.index(column, row)] = c2 * c2 + s2 * s2 > kSteady * kSteady * count * count;
    }
  return out;
}

// Cells to the nearest one where no ridges flow, by steps of 1 and 4/3; what lies off the image counts as print.
std::vector<float> depth_of(const Field& field) {
  constexpr float kAslant = 4.0f / 3;
  std::vector<float> depth(field.size());
  const std::vector<std::uint8_t> flow = flowing(field);
  for (std::size_t i = 0; i < field.size(); ++i) depth[i] = flow[i] ? 1e6f : 0;
  const auto lower = [&](int c, int r, int dc, int dr, float step) {
    if (c + dc < 0 || r + dr < 0 || c + dc >= field.columns || r + dr >= field.rows) return;
    float& own = depth[field.index(c, r)];
    own = std::min(own, depth[field.index(c + dc, r + dr)] + step);
  };
  for (int r = 0; r < field.rows; ++r)
    for (int c = 0; c < field.columns; ++c)
      lower(c, r, -1, 0, 1), lower(c, r, 0, -1, 1), lower(c, r, -1, -1, kAslant), lower(c, r, 1, -1, kAslant);
  for (int r = field.rows - 1; r >= 0; --r)
    for (int c = field.columns - 1; c >= 0; --c)
      lower(c, r, 1, 0, 1), lower(c, r, 0, 1, 1), lower(c, r, 1, 1, kAslant), lower(c, r, -1, 1, kAslant);
  return depth;
}

// Parts of a print that are joined by passages narrower than they are: watershed, from the deepest cells outwards.
class Parts {
 public:
  explicit Parts(const Field& field) : field_(field), label_(field.size(), -1) {
    const std::vector<float> depth = depth_of(field);
    std::vector<int> order;
    for (std::size_t i = 0; i < field.size(); ++i)
      if (depth[i] > 0) order.push_back(static_cast<int>(i));
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return depth[a] > depth[b]; });
    for (const int at : order) add(at, depth[at]);
    fill();
  }
  int of(std::size_t cell) const { return label_[cell] < 0 ? -1 : root(label_[cell]); }  // -1: there are none
  int cells(int part) const { return parts_[part].cells; }
  std::vector<int> all() const {
    std::vector<int> out;
    for (int i = 0; i < static_cast<int>(parts_.size()); ++i)
      if (parts_[i].parent == i) out.push_back(i);
    return out;
  }
  void join(int into, int part) {
    parts_[part].parent = into;
    parts_[into].cells += parts_[part].cells;
    parts_[into].depth = std::max(parts_[into].depth, parts_[part].depth);
  }

 private:
  struct Part {
    int parent = 0, cells = 0;
    float depth = 0;
  };
  int root(int i) const {
    while (parts_[i].parent != i) i = parts_[i].parent;
    return i;
  }
  void add(int at, float depth) {
    constexpr float kNarrow = 0.85f;  // of the lesser part's depth
    const int column = at % field_.columns, row = at / field_.columns;
    int own = -1;
    for (int r = std::max(0, row - 1); r <= std::min(field_.rows - 1, row + 1); ++r)
      for (int c = std::max(0, column - 1); c <= std::min(field_.columns - 1, column + 1); ++c) {
        const int there = of(field_.index(c, r));
        if (there < 0 || there == own) continue;
        if (own < 0) {
          own = there;
        } else if (depth >= kNarrow * std::min(parts_[own].depth, parts_[there].depth)) {
          const bool lesser = parts_[there].depth > parts_[own].depth;
          join(lesser ? there : own, lesser ? own : there);
          own = lesser ? there : own;
        }
      }
    if (own < 0) {
      own = static_cast<int>(parts_.size());
      parts_.push_back({own, 0, depth});
    }
    label_[at] = own;
    ++parts_[own].cells;
  }
  // Cells where the flow breaks, and the paper too, belong to what lies nearest: from round to round one cell farther.
  void fill() {
    std::vector<std::pair<std::size_t, int>> last, next;  // cell and label
    for (std::size_t i = 0; i < label_.size(); ++i)
      if (label_[i] >= 0) last.push_back({i, label_[i]});
    std::vector<std::uint8_t> reached(label_.size(), 0);
    for (; !last.empty(); std::swap(last, next)) {
      next.clear();
      for (const auto& each : last)
        field_.for_each_beside(each.first, [&](std::size_t to) {
          if (label_[to] >= 0 || reached[to]) return;
          int label = -1;
          field_.for_each_beside(to, [&](std::size_t there) { label = label < 0 ? label_[there] : label; });
          next.push_back({to, label});
          reached[to] = 1;
        });
      for (const auto& [cell, label] : next) {
        label_[cell] = label;
        parts_[root(label)].cells += field_.foreground[cell];
      }
    }
  }
  const Field& field_;
  std::vector<int> label_;
  std::vector<Part> parts_;
};

// Where two parts meet, or a little paper lies between them: places along it, and at how many of those judged the flow
// breaks.
struct Border {
  int places = 0, judged = 0, broken = 0;
};
using Borders = std::map<std::pair<int, int>, Border>;  // of the lower part with the higher

// Looks from a border into a part: how the ridges flow there.
struct Look {
  bool print = false, clear = false;
  float angle = 0;  // at the border, were the flow to turn on as it does where it is seen
};
Look look(const Field& field, const std::vector<int>& part, int within, int column, int row, float x, float y) {
  constexpr int kNearest = 3, kFarthest = 7, kStep = 3;  // cells
  constexpr float kClear = 0.2f;                         // clarity of a cell whose flow is believed
  const auto cell = [&](int far) -> std::optional<std::size_t> {
    const int c = static_cast<int>(std::floor(static_cast<float>(column) + static_cast<float>(far) * x + 0.5f));
    const int r = static_cast<int>(std::floor(static_cast<float>(row) + static_cast<float>(far) * y + 0.5f));
    if (c < 0 || r < 0 || c >= field.columns || r >= field.rows) return {};
    const std::size_t i = field.index(c, r);
    return part[i] == within && field.foreground[i] ? std::optional(i) : std::nullopt;
  };
  Look out;
  for (int far = kNearest; far <= kFarthest; ++far) {
    const auto near = cell(far);
    if (!near) continue;
    out.print = true;
    if (field.clarity[*near] < kClear) continue;
    const float c2 = field.cosine2[*near], s2 = field.sine2[*near];
    out.clear = true;
    out.angle = 0.5f * pixels::arc_tangent(s2, c2);
    if (const auto beyond = cell(far + kStep); beyond && far == kNearest) {
      const float beyond_c2 = field.cosine2[*beyond], beyond_s2 = field.sine2[*beyond];
      out.angle += 0.5f * pixels::arc_tangent(s2 * beyond_c2 - c2 * beyond_s2, c2 * beyond_c2 + s2 * beyond_s2);
    }
    return out;
  }
  return out;
}

// A place of the border of part a with part b.
void look_across(const Field& field, const std::vector<int>& part, int column, int row, int a, int b, Border& border) {
  constexpr int kAround = 3;     // cells
  constexpr float kJump = 0.6f;  // radians that the flow turns at once
  float x = 0, y = 0;            // from a to b
  for (int r = std::max(0, row - kAround); r <= std::min(field.rows - 1, row + kAround); ++r)
    for (int c = std::max(0, column - kAround); c <= std::min(field.columns - 1, column + kAround); ++c) {
      const int there = part[field.index(c, r)];
      const float side = there == b ? 1.0f : there == a ? -1.0f : 0.0f;
      x += side * static_cast<float>(c - column), y += side * static_cast<float>(r - row);
    }
  const float length = std::sqrt(x * x + y * y);
  if (length < 1) return;
  x /= length, y /= length;
  const Look here = look(field, part, a, column, row, -x, -y), there = look(field, part, b, column, row, x, y);
  if (!here.print || !there.print) return;
  ++border.places;
  if (!here.clear || !there.clear) return;
  ++border.judged;
  border.broken += std::fabs(std::remainder(here.angle - there.angle, pixels::kPi)) > kJump;
}

Borders borders_of(const Field& field, const Parts& parts) {
  std::vector<int> part(field.size());
  for (std::size_t i = 0; i < field.size(); ++i) part[i] = parts.of(i);
  Borders out;
  for (int row = 0; row < field.rows; ++row)
    for (int column = 0; column < field.columns; ++column) {
      const std::size_t cell = field.index(column, row);
      const int own = part[cell];
      int other = -1;  // of several the highest: one is enough
      field.for_each_beside(cell, [&](std::size_t there) { other = std::max(other, part[there]); });
      if (own < 0 || other <= own) continue;
      look_across(field, part, column, row, own, other, out[{own, other}]);
    }
  return out;
}

// Joins what is too small to be a print to what it has most border with, then, again and again, the two for whose
// being one print most speaks, until seams alone are left. Long borders come first: a corner may fit either side. Each
// round joins two: of an image that passes for a print there are a hundred parts or so at first, a tenth of a second.
void join_up(const Field& field, int cells_min, Parts& parts) {
  constexpr float kSeam = 0.42f;     // share of a border at which the flow breaks; one print's own: below 0.35
  constexpr float kUnjudged = 0.1f;  // of a place where little is seen, and too few others are judged
  for (;;) {
    float most = 0;
    std::pair<int, int> joined{-1, -1};
    for (const auto& [pair, border] : borders_of(field, parts)) {
      float speaks = kSeam * static_cast<float>(border.judged) - static_cast<float>(border.broken);
      if (border.judged * 3 < border.places) speaks = kUnjudged * static_cast<float>(border.places);
      if (std::min(parts.cells(pair.first), parts.cells(pair.second)) < cells_min)
        speaks = 1e3f * static_cast<float>(border.places);
      if (speaks > most) most = speaks, joined = pair;
    }
    if (joined.first < 0) return;
    parts.join(joined.first, joined.second);
  }
}

// Only paper has room for two: scanners of single fingers are smaller, and one finger's plain print is narrower. A dry
// or scarred one must not fall to pieces.
bool has_room(const Region& region, const Field& field) {
  constexpr int kWide = 400, kTall = 600;  // pixels
  if (!is_large(region)) return false;
  int left = field.columns, right = 0, top = field.rows, bottom = 0;
  for (int r = 0; r < field.rows; ++r)
    for (int c = 0; c < field.columns; ++c) {
      if (!field.foreground[field.index(c, r)]) continue;
      left = std::min(left, c), right = std::max(right, c + 1);
      top = std::min(top, r), bottom = std::max(bottom, r + 1);
    }
  return (right - left) * kCell > kWide || (bottom - top) * kCell > kTall;
}

}  // namespace

std::vector<Field> part_prints(const Region& region, const Field& field) {
  if (!has_room(region, field)) return {};
  constexpr int kCellsMin = 120;    // 20 square millimetres
  constexpr float kMiddle = 0.25f;  // of the image's sides: from its middle, where the print that is meant is laid
  constexpr float kLesser = 0.2f;   // of the first one's worth: less is a strip of a neighbour, or writing
  Parts parts(field);
  join_up(field, kCellsMin, parts);
  struct Print {
    int part = 0, cells = 0;
    float worth = 0, here = 0, x = 0, y = 0;  // `here`: as the one that is meant
  };
  std::map<int, Print> found;
  for (int r = 0; r < field.rows; ++r)
    for (int c = 0; c < field.columns; ++c) {
      const std::size_t i = field.index(c, r);
      if (parts.of(i) < 0 || !field.foreground[i]) continue;
      Print& print = found[parts.of(i)];
      const float clear = field.clarity[i] * field.clarity[i];
      print.part = parts.of(i);
      ++print.cells;
      print.worth += clear;
      print.x += clear * static_cast<float>(c), print.y += clear * static_cast<float>(r);
    }
  std::vector<Print> prints;
  for (auto& [part, print] : found) {
    const float x = static_cast<float>(region.left) + kCell * print.x / (print.worth + 1e-6f);
    const float y = static_cast<float>(region.top) + kCell * print.y / (print.worth + 1e-6f);
    const float off_x = x / static_cast<float>(region.width) - 0.5f,
                off_y = y / static_cast<float>(region.height) - 0.5f;
    print.here = print.worth * pixels::exponential(-(off_x * off_x + off_y * off_y) / (2 * kMiddle * kMiddle));
    prints.push_back(print);
  }
  std::stable_sort(prints.begin(), prints.end(), [](const Print& a, const Print& b) { return a.here > b.here; });
  std::vector<Field> out;
  for (const Print& print : prints) {
    if (out.size() == 2) break;
    if (!out.empty() && (print.cells < kCellsMin || print.worth < kLesser * prints.front().worth)) continue;
    out.push_back(field);
    for (std::size_t i = 0; i < field.size(); ++i) {
      const int part = parts.of(i);
      const bool patch = out.size() == 1 && part >= 0 && parts.cells(part) < kCellsMin;  // far from all others
      if (part != print.part && !patch) out.back().foreground[i] = 0;
    }
  }
  return out;
}

}  // namespace puente::finger
