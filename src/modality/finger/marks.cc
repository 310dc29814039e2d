// What is printed on the paper and is no ridge: the straight rules that cards and forms are divided by. A rule is dark,
// and light lies on both of its sides where beside a ridge the next ridge would be.
#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "modality/finger/stages.h"

namespace puente::finger {
namespace {

constexpr int kStrip = 16;          // pixels along a rule that are looked at as one
constexpr int kStripsMin = 12;      // that a rule covers at least: 10 mm, longer than ridges run straight
constexpr int kGapMax = 24;         // strips that may lie hidden under a print
constexpr float kShareMin = 0.45f;  // of the strips that a rule covers: to be seen
constexpr int kBesideFirst = 7, kBesideLast = 14;  // pixels from the middle of a rule: here ridges would repeat
constexpr float kDarker = 9;                       // gray levels, than what lies beside
constexpr int kSlopesAStrip = 16;                  // slopes are multiples of 1/16 pixel a strip: a pixel over 256
constexpr int kSlopeMax = 22;                      // of them: 5 degrees
constexpr int kHalfMax = 8, kAround = 3;           // pixels: half a rule's breadth at most; what it blurs over

// Rules that run across: means of strips of a row, a column of strips after the other.
struct Strips {
  int count = 0, height = 0;
  std::vector<float> mean;
  std::vector<std::uint8_t> dark;  // 1: as dark as a rule must be
  float at(int strip, int y) const {
    return mean[static_cast<std::size_t>(std::min(strip, count - 1)) * height + std::clamp(y, 0, height - 1)];
  }
  bool is_dark(int strip, int y) const {
    return y >= 0 && y < height && dark[static_cast<std::size_t>(strip) * height + y] != 0;
  }
};

struct Rule {
  int first = 0, last = 0;  // strips
  int row = 0, slope = 0;   // at strip 0; in 1/kSlopesAStrip pixels a strip
  int half = 0;             // of its breadth, pixels
  int at(int strip) const { return row + offset(slope, strip); }
  static int offset(int slope, int strip) {
    return static_cast<int>(std::floor(static_cast<float>(slope * strip) / kSlopesAStrip + 0.5f));
  }
};

Strips strips_of(const Plane& gray, bool turned) {
  Strips strips;
  const int length = turned ? gray.height : gray.width;
  strips.height = turned ? gray.width : gray.height;
  strips.count = length / kStrip;
  strips.mean.assign(static_cast<std::size_t>(strips.count) * strips.height, 0);
  for (int s = 0; s < strips.count; ++s) {
    float* mean = strips.mean.data() + static_cast<std::size_t>(s) * strips.height;
    if (turned) {
      for (int y = s * kStrip; y < (s + 1) * kStrip; ++y) {
        const float* row = gray.row(y);
        for (int x = 0; x < gray.width; ++x) mean[x] += row[x];
      }
    } else {
      for (int y = 0; y < gray.height; ++y) {
        const float* row = gray.row(y) + s * kStrip;
        float sum = 0;
        for (int x = 0; x < kStrip; ++x) sum += row[x];
        mean[y] = sum;
      }
    }
    for (int y = 0; y < strips.height; ++y) mean[y] /= kStrip;
  }
  return strips;
}

// Marks what is darker than all that lies kBesideFirst to kBesideLast pixels above it and below it. At an image's edge
// one side is enough.
void find_dark(Strips& strips) {
  constexpr int kSpan = kBesideLast - kBesideFirst + 1;
  const int height = strips.height;
  strips.dark.assign(strips.mean.size(), 0);
  std::vector<float> least(height);  // of a row and the kSpan - 1 below it
  for (int s = 0; s < strips.count; ++s) {
    const float* mean = strips.mean.data() + static_cast<std::size_t>(s) * height;
    std::uint8_t* dark = strips.dark.data() + static_cast<std::size_t>(s) * height;
    std::copy_n(mean, height, least.begin());
    for (int k = 1; k < kSpan; ++k)
      for (int y = 0; y + k < height; ++y) least[y] = std::min(least[y], mean[y + k]);
    for (int y = 0; y < height; ++y) {
      const int above = y - kBesideLast, below = y + kBesideFirst;
      if (above < 0 && below + kSpan > height) continue;
      const float light = std::min(above < 0 ? 255 : least[above], below + kSpan > height ? 255 : least[below]);
      dark[y] = light - mean[y] > kDarker;
    }
  }
}

// The longest stretch of a line that is dark where no print hides it.
Rule longest_stretch(const Strips& strips, int row, int slope) {
  Rule best{0, -1, row, slope, 0};
  int first = -1, last = -1, hits = 0;
  const auto close = [&] {
    const bool seen =
        hits >= kStripsMin && static_cast<float>(hits) >= kShareMin * static_cast<float>(last - first + 1);
    if (first >= 0 && seen && last - first > best.last - best.first) best.first = first, best.last = last;
  };
  for (int s = 0; s < strips.count; ++s) {
    if (!strips.is_dark(s, row + Rule::offset(slope, s))) continue;
    if (first >= 0 && s - last > kGapMax) {
      close();
      first = -1;
    }
    if (first < 0) first = s, hits = 0;
    last = s;
    ++hits;
  }
  close();
  return best;
}

// Half a rule's breadth, pixels: to where it is half as dark as in its middle.
int half_breadth(const Strips& strips, const Rule& rule) {
  std::array<float, kBesideLast + 1> profile{};
  for (int s = rule.first; s <= rule.last; ++s)
    for (int d = 0; d <= kBesideLast && strips.is_dark(s, rule.at(s)); ++d)
      profile[d] += strips.at(s, rule.at(s) - d) + strips.at(s, rule.at(s) + d);
  const float middle = 0.5f * (profile[0] + *std::max_element(profile.begin(), profile.end()));
  int half = 0;
  while (half < kHalfMax && profile[half] < middle) ++half;
  return half;
}

std::vector<Rule> find_rules(Strips& strips) {
  struct Line {
    int hits, row, slope;
  };
  std::vector<Line> lines;
  const int height = strips.height, beyond = kSlopeMax * strips.count / kSlopesAStrip + 1;
  std::vector<std::uint8_t> hits(height + 2 * beyond);
  for (int slope = -kSlopeMax; slope <= kSlopeMax; ++slope) {
    std::fill(hits.begin(), hits.end(), 0);
    for (int s = 0; s < strips.count; ++s) {
      const std::uint8_t* dark = strips.dark.data() + static_cast<std::size_t>(s) * height;
      std::uint8_t* to = hits.data() + beyond - Rule::offset(slope, s);
      for (int y = 0; y < height; ++y) to[y] = static_cast<std::uint8_t>(to[y] + dark[y]);
    }
    for (int i = 0; i < static_cast<int>(hits.size()); ++i)
      if (hits[i] >= kStripsMin) lines.push_back({hits[i], i - beyond, slope});
  }
  std::stable_sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) { return a.hits > b.hits; });
  std::vector<Rule> rules;
  for (const Line& line : lines) {
    Rule rule = longest_stretch(strips, line.row, line.slope);
    if (rule.last < rule.first) continue;
    rule.half = half_breadth(strips, rule);
    rules.push_back(rule);
    for (int s = rule.first; s <= rule.last; ++s)  // what else runs there is the same rule
      for (int y = std::max(0, rule.at(s) - kHalfMax); y <= std::min(height - 1, rule.at(s) + kHalfMax); ++y)
        strips.dark[static_cast<std::size_t>(s) * height + y] = 0;
  }
  return rules;
}

// Paints a rule over with the paper on either side of it.
void paint_over(const Strips& strips, const Rule& rule, bool turned, Plane& gray, Plane& marks) {
  const int reach = rule.half + kAround;
  const int first = std::max(0, rule.first - 1), length = turned ? gray.height : gray.width;
  const int last = rule.last + 2 >= strips.count ? strips.count : rule.last + 1;  // with what is left of the side
  for (int s = first; s <= last; ++s) {
    const int middle = rule.at(s);
    const float above = strips.at(s, middle - reach - 2), below = strips.at(s, middle + reach + 2);
    for (int y = std::max(0, middle - reach); y <= std::min(strips.height - 1, middle + reach); ++y) {
      const float share = 0.5f + 0.5f * static_cast<float>(y - middle) / static_cast<float>(reach);
      const float paper = above + share * (below - above);
      for (int k = s * kStrip; k < std::min(length, (s + 1) * kStrip); ++k) {
        (turned ? gray.at(y, k) : gray.at(k, y)) = paper;
        (turned ? marks.at(y, k) : marks.at(k, y)) = 1;
      }
    }
  }
}

}  // namespace

Plane take_out_marks(Plane& gray) {
  Plane marks;
  for (const bool turned : {false, true}) {
    Strips strips = strips_of(gray, turned);
    if (strips.count < kStripsMin) continue;
    find_dark(strips);
    for (const Rule& rule : find_rules(strips)) {
      if (marks.values.empty()) marks = Plane(gray.width, gray.height);
      paint_over(strips, rule, turned, gray, marks);
    }
  }
  return marks;
}

}  // namespace puente::finger
