// Middle lines of the ridges: thinning (Guo & Hall 1989), then mending of what noise does to them (after Ratha et al.
// 1995, Zhao & Tang 2007): spurs, islands too short to be ridges, bridges between ridges, holes in ridges, and small
// gaps.
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <utility>

#include "modality/finger/skeleton.h"

namespace puente::finger {
namespace {

using Word = std::uint64_t;  // 64 pixels of a row, the leftmost lowest

// One bit a pixel, with an empty row above and below, and an empty word on either side of each row.
struct Bitmap {
  int words = 0, height = 0;
  std::vector<Word> values;
  Bitmap(int width, int h)
      : words((width + 63) / 64), height(h), values(static_cast<std::size_t>(words + 2) * (h + 2), 0) {}
  Word* row(int y) { return values.data() + static_cast<std::size_t>(y + 1) * (words + 2) + 1; }
  const Word* row(int y) const { return values.data() + static_cast<std::size_t>(y + 1) * (words + 2) + 1; }
};

// Guo and Hall's conditions for 64 pixels at once; p0 to p7 are the neighbours, clockwise from north. Which of them may
// be peeled off.
struct Around {
  Word p0, p1, p2, p3, p4, p5, p6, p7;
};
Word one_part(const Around& n) {  // exactly one step from empty to set on the way around
  const Word a = ~n.p0 & (n.p1 | n.p2), b = ~n.p2 & (n.p3 | n.p4), c = ~n.p4 & (n.p5 | n.p6), d = ~n.p6 & (n.p7 | n.p0);
  return ((a ^ b) & ~(c | d)) | ((c ^ d) & ~(a | b));
}
// Of the pairs of neighbours, joined either way, at least two are set, and not all four both ways.
Word middling(const Around& n) {
  const auto two = [](Word a, Word b, Word c, Word d) { return (a & b) | (c & d) | ((a | b) & (c | d)); };
  const Word a = n.p7 | n.p0, b = n.p1 | n.p2, c = n.p3 | n.p4, d = n.p5 | n.p6;
  const Word e = n.p0 | n.p1, f = n.p2 | n.p3, g = n.p4 | n.p5, h = n.p6 | n.p7;
  return two(a, b, c, d) & two(e, f, g, h) & ~(a & b & c & d & e & f & g & h);
}

// One round of peeling, from the east and south or from the west and north; whether anything was.
bool peel(const Bitmap& from, bool second, Bitmap& to) {
  Word any = 0;
  for (int y = 0; y < from.height; ++y) {
    const Word *above = from.row(y - 1), *here = from.row(y), *below = from.row(y + 1);
    Word* out = to.row(y);
    for (int i = 0; i < from.words; ++i) {
      const auto left = [i](const Word* row) { return row[i] << 1 | row[i - 1] >> 63; };
      const auto right = [i](const Word* row) { return row[i] >> 1 | row[i + 1] << 63; };
      const Around n{above[i], right(above), right(here), right(below), below[i], left(below), left(here), left(above)};
      const Word keep = second ? (n.p4 | n.p5 | ~n.p7) & n.p6 : (n.p0 | n.p1 | ~n.p3) & n.p2;
      const Word peeled = here[i] & one_part(n) & middling(n) & ~keep;
      out[i] = here[i] & ~peeled;
      any |= peeled;
    }
  }
  return any != 0;
}

Bitmap ridges_of(const Plane& even, const Field& field) {  // but for the outermost pixels
  static_assert(64 % kCell == 0);
  Bitmap bits(even.width, even.height);
  for (int y = 1; y + 1 < even.height; ++y) {
    const float* row = even.row(y);
    for (int c = 0; c < field.columns; ++c) {
      if (!field.foreground[field.index(c, y / kCell)]) continue;
      Word ridge = 0;
      for (int x = std::max(1, c * kCell); x < std::min((c + 1) * kCell, even.width - 1); ++x)
        ridge |= Word{row[x] > 0} << (x & 63);
      bits.row(y)[c * kCell / 64] |= ridge;
    }
  }
  return bits;
}

}  // namespace

Skeleton thin(const Response& response, const Field& field) {
  const int width = response.even.width, height = response.even.height;
  Bitmap bits = ridges_of(response.even, field), next(width, height);
  for (int quiet = 0, round = 0; quiet < 2 && round < 200; ++round) {
    quiet = peel(bits, (round & 1) != 0, next) ? 0 : quiet + 1;
    std::swap(bits, next);
  }
  Skeleton skeleton(static_cast<std::size_t>(width) * height, 0);
  for (int y = 0; y < height; ++y)
    for (int i = 0; i < bits.words; ++i)
      for (Word word = bits.row(y)[i]; word; word &= word - 1)
        skeleton[static_cast<std::size_t>(y) * width + 64 * i + std::countr_zero(word)] = 1;
  return skeleton;
}

namespace {

constexpr int kSpur = 9, kIsland = 14, kBridge = 7, kHole = 14;  // pixels along the skeleton

// Erases branches from loose ends: spurs that join a ridge, islands that end on both sides.
void trim_ends(Skeleton& skeleton, const Field& field, int width, int height) {
  const auto around = neighbours(width);
  for (int y = 1; y + 1 < height; ++y)
    for (int end = (y + 1) * width - 1, at = next_on_line(skeleton, y * width + 1, end); at < end;
         at = next_on_line(skeleton, at + 1, end)) {
      if (crossings(skeleton, at, around) != 1) continue;
      const Walk walk = follow(skeleton, at, -1, kIsland, width, height);
      const bool spur = walk.end == Walk::End::kFork && walk.length <= kSpur;
      const bool island = walk.end == Walk::End::kLoose && walk.length <= kIsland;
      if (!spur && !island) continue;
      const std::size_t keep = spur ? 1 : 0;  // the fork's own pixel stays
      for (std::size_t i = 0; i + keep < walk.path.size(); ++i) skeleton[walk.path[i]] = 0;
    }
  (void)field;
}

// Erases short links between two forks: bridges across the ridge flow, and one side of a hole in a ridge.
void cut_links(Skeleton& skeleton, const Field& field, int width, int height) {
  const auto around = neighbours(width);
  for (int y = 1; y + 1 < height; ++y)
    for (int end = (y + 1) * width - 1, at = next_on_line(skeleton, y * width + 1, end); at < end;
         at = next_on_line(skeleton, at + 1, end)) {
      const int x = at - y * width;
      if (crossings(skeleton, at, around) < 3) continue;
      std::vector<Walk> walks;
      for (int k = 0; k < 8; ++k) {
        const int next = at + around[k];
        if (!skeleton[next]) continue;
        if ((k & 1) && (skeleton[at + around[(k + 1) & 7]] || skeleton[at + around[(k + 7) & 7]])) continue;
        walks.push_back(follow(skeleton, next, at, kHole, width, height));
      }
      int erase = -1;
      for (std::size_t a = 0; a < walks.size() && erase < 0; ++a) {
        if (walks[a].end != Walk::End::kFork) continue;
        const int other = walks[a].path.back(), dx = other % width - x, dy = other / width - y;
        for (std::size_t b = 0; b < a; ++b)
          if (walks[b].end == Walk::End::kFork && walks[b].path.back() == other)
            erase = static_cast<int>(walks[a].path.size() >= walks[b].path.size() ? a : b);
        if (erase >= 0 || walks[a].length > kBridge) continue;
        const float flow = orientation_at(field, static_cast<float>(x), static_cast<float>(y));
        const float along = static_cast<float>(dx) * pixels::cosine(flow) - static_cast<float>(dy) * pixels::sine(flow);
        const float length2 = static_cast<float>(dx * dx + dy * dy);
        if (length2 >= 6 && along * along < 0.4f * length2) erase = static_cast<int>(a);
      }
      if (erase < 0) continue;
      const Walk& walk = walks[erase];
      for (std::size_t i = 0; i + 1 < walk.path.size(); ++i) skeleton[walk.path[i]] = 0;
    }
}

}  // namespace

void mend(Skeleton& skeleton, const Field& field, int width, int height) {
  for (int round = 0; round < 2; ++round) {
    cut_links(skeleton, field, width, height);
    trim_ends(skeleton, field, width, height);
  }
}

int crossings(const Skeleton& skeleton, int at, const std::array<int, 8>& around) {
  int changes = 0;
  for (int k = 0; k < 8; ++k) changes += skeleton[at + around[k]] != skeleton[at + around[(k + 1) & 7]];
  return changes / 2;
}

Walk follow(const Skeleton& skeleton, int start, int from, int length_max, int width, int height) {
  const auto around = neighbours(width);
  Walk walk;
  walk.path.push_back(start);
  int previous = from, at = start;
  while (walk.length < length_max) {
    const int x = at % width, y = at / width;
    if (x < 1 || y < 1 || x + 1 >= width || y + 1 >= height) return walk;
    if (at != start || from >= 0) {
      const int count = crossings(skeleton, at, around);
      if (count >= 3) {
        walk.end = Walk::End::kFork;
        return walk;
      }
    }
    int next = -1;
    for (int k = 0; k < 8; k += 2) {  // straight neighbours before diagonal ones: no corner is cut
      const int n = at + around[k];
      if (skeleton[n] && n != previous && !walk.holds(n)) next = n;
    }
    if (next < 0)
      for (int k = 1; k < 8; k += 2) {
        const int n = at + around[k];
        if (!skeleton[n] || n == previous || walk.holds(n)) continue;
        if (previous >= 0 && touches(n, previous, width)) continue;  // the other side of the pixel we came from
        next = n;
      }
    if (next < 0) {
      walk.end = Walk::End::kLoose;
      return walk;
    }
    previous = at;
    at = next;
    walk.path.push_back(at);
    ++walk.length;
  }
  return walk;
}

}  // namespace puente::finger
