// Where a slap shows ridges, which way its fingers point, and the areas that they make.
#include <algorithm>
#include <cmath>

#include "modality/finger/slap_parts.h"

namespace puente::finger {
namespace {

constexpr int kAreaMin = 150;                                      // cells: half a child's fingertip
constexpr float kWidthMin = 14, kWidthUsual = 36, kWidthMax = 46;  // cells, of a finger
constexpr float kThumbUsual = 60;                                  // cells: thumbs are often rolled a little
constexpr int kHoleMax = 300;                                      // cells: what is punched into cards, and a bit
constexpr int kOpening = 3;  // cells: writing and print are narrower than twice this

// Ridge evidence of the coarse flow, averaged over neighbours, as far as they agree in direction: writing, paper and
// the rims of holes have edges, but not of one direction over three nodes.
void spread_flow(const CoarseFlow& flow, SlapMap& map) {
  std::vector<float> ridge(flow.share.size(), 0), c2(ridge.size(), 0), s2(ridge.size(), 0);
  for (int r = 0; r < flow.rows; ++r)
    for (int c = 0; c < flow.columns; ++c) {
      float sum = 0, x = 0, y = 0, all = 0;
      for (int dr = -1; dr <= 1; ++dr)
        for (int dc = -1; dc <= 1; ++dc) {
          const int rr = r + dr, cc = c + dc;
          if (rr < 0 || cc < 0 || rr >= flow.rows || cc >= flow.columns) continue;
          const std::size_t n = static_cast<std::size_t>(rr) * flow.columns + cc;
          const float weight = dr == 0 && dc == 0 ? 2.0f : dr == 0 || dc == 0 ? 1.0f : 0.6f;
          const float length = std::sqrt(flow.cosine2[n] * flow.cosine2[n] + flow.sine2[n] * flow.sine2[n]) + 1e-6f;
          all += weight;
          sum += weight * flow.share[n];
          x += weight * flow.share[n] * flow.cosine2[n] / length;
          y += weight * flow.share[n] * flow.sine2[n] / length;
        }
      const std::size_t i = static_cast<std::size_t>(r) * flow.columns + c;
      ridge[i] = std::sqrt(x * x + y * y) / all;
      c2[i] = x / (sum + 1e-6f);
      s2[i] = y / (sum + 1e-6f);
    }
  for (int r = 0; r < map.rows; ++r)
    for (int c = 0; c < map.columns; ++c) {
      // nodes are the centres of two by two cells
      const float u = std::clamp((static_cast<float>(c) - 0.5f) / 2, 0.0f, static_cast<float>(flow.columns - 1));
      const float v = std::clamp((static_cast<float>(r) - 0.5f) / 2, 0.0f, static_cast<float>(flow.rows - 1));
      const int c0 = static_cast<int>(u), r0 = static_cast<int>(v);
      const int c1 = std::min(c0 + 1, flow.columns - 1), r1 = std::min(r0 + 1, flow.rows - 1);
      const float a = u - static_cast<float>(c0), b = v - static_cast<float>(r0);
      const auto blend = [&](const std::vector<float>& from) {
        const auto at = [&](int rr, int cc) { return from[static_cast<std::size_t>(rr) * flow.columns + cc]; };
        return (at(r0, c0) * (1 - a) + at(r0, c1) * a) * (1 - b) + (at(r1, c0) * (1 - a) + at(r1, c1) * a) * b;
      };
      map.ridge[map.index(c, r)] = blend(ridge);
      map.cosine2[map.index(c, r)] = blend(c2);
      map.sine2[map.index(c, r)] = blend(s2);
    }
}

template <class Values>
float percentile(Values values, double share) {
  if (values.empty()) return 0;
  const auto nth = values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), nth, values.end());
  return *nth;
}

// Connected areas of cells with the given value.
std::vector<std::vector<int>> areas_of(const SlapMap& map, const std::vector<std::uint8_t>& mask, std::uint8_t value) {
  std::vector<std::uint8_t> seen(mask.size(), 0);
  std::vector<std::vector<int>> areas;
  for (std::size_t start = 0; start < mask.size(); ++start) {
    if (mask[start] != value || seen[start]) continue;
    std::vector<int> area = {static_cast<int>(start)};
    seen[start] = 1;
    for (std::size_t k = 0; k < area.size(); ++k) {
      const int c = area[k] % map.columns, r = area[k] / map.columns;
      const int next[4][2] = {{c - 1, r}, {c + 1, r}, {c, r - 1}, {c, r + 1}};
      for (const auto& n : next) {
        if (n[0] < 0 || n[1] < 0 || n[0] >= map.columns || n[1] >= map.rows) continue;
        const std::size_t i = map.index(n[0], n[1]);
        if (mask[i] != value || seen[i]) continue;
        seen[i] = 1;
        area.push_back(static_cast<int>(i));
      }
    }
    areas.push_back(std::move(area));
  }
  return areas;
}

// Cells that have one of the given value within the radius get that value: a disc's dilation or, of zeros, erosion.
// Outside of the map nothing is known.
std::vector<std::uint8_t> grown(const SlapMap& map, const std::vector<std::uint8_t>& mask, std::uint8_t value,
                                int radius) {
  std::vector<std::uint8_t> out = mask;
  for (int r = 0; r < map.rows; ++r)
    for (int c = 0; c < map.columns; ++c) {
      if (mask[map.index(c, r)] != value) continue;
      for (int y = std::max(0, r - radius); y <= std::min(map.rows - 1, r + radius); ++y)
        for (int x = std::max(0, c - radius); x <= std::min(map.columns - 1, c + radius); ++x)
          if ((x - c) * (x - c) + (y - r) * (y - r) <= radius * radius) out[map.index(x, y)] = value;
    }
  return out;
}

// Where fingers are. Surely: plainly ridges, or as dark as ink that has run together. Perhaps: what is somewhat like
// it.
void find_foreground(const Plane& ridges, SlapMap& map) {
  Plane squares = ridges;
  for (float& v : squares.values) v *= v;
  squares = pixels::box_mean(squares, kCell);
  const Plane gray = pixels::box_mean(map.gray, kCell);
  const auto cell = [](const Plane& plane, int c, int r) {
    return plane.at(std::min(c * kCell + kCell / 2, plane.width - 1),
                    std::min(r * kCell + kCell / 2, plane.height - 1));
  };
  constexpr float kSignal = 0.25f;
  constexpr float kLeast = 0.09f;  // noise without ridges has 0.06
  const float noise = percentile(map.ridge, 0.1);
  const float least = std::max(kLeast, std::min(2.8f * noise, 0.4f * percentile(map.ridge, 0.95)));
  const float perhaps = std::max(0.6f * kLeast, 1.5f * noise);
  std::vector<float> levels;
  for (int r = 0; r < map.rows; ++r)
    for (int c = 0; c < map.columns; ++c)
      if (map.ridge[map.index(c, r)] > least && cell(squares, c, r) > kSignal) levels.push_back(cell(gray, c, r));
  map.ground = percentile(gray.values, 0.9);
  const float dark = 0.7f * percentile(levels, 0.5);
  map.foreground.assign(map.ridge.size(), 0);
  map.perhaps = map.foreground;
  for (int r = 0; r < map.rows; ++r)
    for (int c = 0; c < map.columns; ++c) {
      const std::size_t i = map.index(c, r);
      const bool run = cell(gray, c, r)<dark, signal = cell(squares, c, r)> kSignal;
      map.foreground[i] = run || (signal && map.ridge[i] > least);
      map.perhaps[i] = run || (signal && map.ridge[i] > perhaps);
    }
  for (const std::vector<int>& hole : areas_of(map, map.foreground, 0))
    if (hole.size() <= kHoleMax)
      for (const int i : hole) map.foreground[i] = 1;
  map.foreground = grown(map, grown(map, map.foreground, 0, kOpening), 1, kOpening);
}

// Lets all pieces grow at once, step by step, over cells that are perhaps of a finger.
void grow(const SlapMap& map, std::vector<std::vector<int>>& areas) {
  constexpr int kSteps = 6;
  std::vector<std::uint8_t> taken(map.ridge.size(), 0);
  for (const std::vector<int>& area : areas)
    for (const int i : area) taken[i] = 1;
  std::vector<std::size_t> edge(areas.size(), 0);
  for (int step = 0; step < kSteps; ++step)
    for (std::size_t k = 0; k < areas.size(); ++k) {
      const std::size_t until = areas[k].size();
      for (std::size_t j = edge[k]; j < until; ++j) {
        const int c = areas[k][j] % map.columns, r = areas[k][j] / map.columns;
        const int next[4][2] = {{c - 1, r}, {c + 1, r}, {c, r - 1}, {c, r + 1}};
        for (const auto& n : next) {
          if (n[0] < 0 || n[1] < 0 || n[0] >= map.columns || n[1] >= map.rows) continue;
          const std::size_t i = map.index(n[0], n[1]);
          if (taken[i] || !map.perhaps[i]) continue;
          taken[i] = 1;
          areas[k].push_back(static_cast<int>(i));
        }
      }
      edge[k] = until;
    }
}

// The foreground's width along each row of the hand's frame, in cells; the greatest that a tenth of the rows have.
float width_of(const SlapMap& map, const std::vector<int>& cells, const Frame& frame) {
  std::vector<float> low, high;
  float top = 1e9f;
  for (const int i : cells)
    top = std::min(top, frame.down(static_cast<float>(i % map.columns), static_cast<float>(i / map.columns)));
  for (const int i : cells) {
    const float x = static_cast<float>(i % map.columns), y = static_cast<float>(i / map.columns);
    const std::size_t row = static_cast<std::size_t>(frame.down(x, y) - top);
    if (row >= low.size()) low.resize(row + 1, 1e9f), high.resize(row + 1, -1e9f);
    low[row] = std::min(low[row], frame.across(x, y));
    high[row] = std::max(high[row], frame.across(x, y));
  }
  std::vector<float> widths;
  for (std::size_t row = 0; row < low.size(); ++row)
    if (high[row] >= low[row]) widths.push_back(high[row] - low[row] + 1);
  return percentile(std::move(widths), 0.9);
}

// Cuts an area that is too wide for one finger where its columns hold the least ridges.
std::vector<Piece> split(const SlapMap& map, std::vector<int> cells, const Frame& frame, float usual) {
  const float width = width_of(map, cells, frame);
  const int count = std::clamp(static_cast<int>(std::lround(width / usual)), 1, 5);
  if (width <= 1.5f * usual || count < 2) return {Piece{std::move(cells), false}};
  float left = 1e9f, right = -1e9f;
  const auto across = [&](int i) {
    return frame.across(static_cast<float>(i % map.columns), static_cast<float>(i / map.columns));
  };
  for (const int i : cells) left = std::min(left, across(i)), right = std::max(right, across(i));
  std::vector<float> column(static_cast<std::size_t>(right - left) + 1, 0);
  for (const int i : cells) column[static_cast<std::size_t>(across(i) - left)] += map.ridge[i];
  std::vector<float> cuts;
  const float step = (right - left) / static_cast<float>(count);
  for (int k = 1; k < count; ++k) {
    const float wanted = step * static_cast<float>(k);
    float best = 1e9f;
    std::size_t at = 0;
    for (std::size_t j = 1; j + 1 < column.size(); ++j) {
      const float off = (static_cast<float>(j) - wanted) / step;
      if (std::fabs(off) > 0.35f) continue;
      const float held = (column[j - 1] + 2 * column[j] + column[j + 1]) * (1 + 0.5f * std::fabs(off));
      if (held < best) best = held, at = j;
    }
    cuts.push_back(left + static_cast<float>(at) + 0.5f);
  }
  std::vector<Piece> pieces(cuts.size() + 1);
  for (const int i : cells) {
    std::size_t k = 0;
    while (k < cuts.size() && across(i) > cuts[k]) ++k;
    pieces[k].cells.push_back(i);
  }
  for (Piece& piece : pieces) piece.split = true;
  return pieces;
}

}  // namespace

Frame::Frame(float angle) : cosine(pixels::cosine(angle)), sine(pixels::sine(angle)) {}

SlapMap map_ridges(const Image& image, double scale) {
  Region region;
  region.gray = pixels::to_gray(image);
  if (std::fabs(scale - 1) > 0.01) region.gray = pixels::resample(region.gray, scale);
  SlapMap map;
  map.width = region.width = region.gray.width;
  map.height = region.height = region.gray.height;
  Contrast contrast;
  Field field = segment(region, contrast);
  if (contrast.deviation < 0.5f) return map;
  const Plane ridges = flatten(region, field, contrast);
  std::fill(field.foreground.begin(), field.foreground.end(), std::uint8_t{1});
  const CoarseFlow flow = coarse_flow(ridges, field);
  map.left = region.left;
  map.top = region.top;
  map.columns = field.columns;
  map.rows = field.rows;
  map.gray = std::move(region.gray);
  map.ridge.resize(field.size());
  map.cosine2 = map.sine2 = map.ridge;
  spread_flow(flow, map);
  find_foreground(ridges, map);
  return map;
}

float hand_angle(const SlapMap& map) {
  constexpr double kUpright = 0.3;  // what upright counts before anything is seen
  double x = 0, y = 0;
  for (const std::vector<int>& area : areas_of(map, map.foreground, 1)) {
    if (area.size() < kAreaMin || width_of(map, area, Frame(0)) > 1.3f * kWidthMax) continue;
    double n = 0, u = 0, v = 0, uu = 0, uv = 0, vv = 0;
    for (const int i : area) {
      const double c = i % map.columns, r = i / map.columns;
      n += 1, u += c, v += r, uu += c * c, uv += c * r, vv += r * r;
    }
    uu = uu / n - u / n * (u / n), vv = vv / n - v / n * (v / n), uv = uv / n - u / n * (v / n);
    if (vv < 1.3 * uu) continue;              // not taller than wide: several fingers, a rolled one, or none
    const double weight = n / (uu + vv + 1);  // times the ellipse's elongation, by way of its moments
    x += weight * (vv - uu) + kUpright * n;
    y += weight * 2 * uv;
  }
  constexpr float kMost = 0.8f;
  return std::clamp(0.5f * pixels::arc_tangent(static_cast<float>(y), static_cast<float>(x)), -kMost, kMost);
}

std::vector<Piece> find_pieces(const SlapMap& map, float angle, bool thumbs) {
  const Frame frame(angle);
  std::vector<std::vector<int>> areas = areas_of(map, map.foreground, 1);
  std::erase_if(areas, [](const std::vector<int>& area) { return area.size() < kAreaMin; });
  grow(map, areas);
  const float first = thumbs ? kThumbUsual : kWidthUsual;
  float usual = first, seen = 1;  // mean of fingers' widths, among them one that nobody saw
  for (const std::vector<int>& area : areas) {
    const float width = width_of(map, area, frame);
    if (width < kWidthMin || width > kWidthMax / kWidthUsual * first) continue;
    usual += (width - usual) / ++seen;
  }
  std::vector<Piece> pieces;
  for (std::vector<int>& area : areas)
    for (Piece& piece : split(map, std::move(area), frame, usual)) pieces.push_back(std::move(piece));
  return pieces;
}

}  // namespace puente::finger
