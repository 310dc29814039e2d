// Middle lines of the ridges: thinning (Guo & Hall 1989), then mending of what noise does to them (after Ratha et al.
// 1995, Zhao & Tang 2007): spurs, islands too short to be ridges, bridges between ridges, holes in ridges, and small
// gaps.
#include <algorithm>
#include <array>
#include <cmath>

#include "modality/finger/skeleton.h"

namespace puente::finger {
namespace {

// Which neighbour patterns may be peeled off; bit k is neighbour k of kAround (clockwise from north).
std::array<std::array<bool, 256>, 2> peel_table() {
  std::array<std::array<bool, 256>, 2> table{};
  for (int bits = 0; bits < 256; ++bits) {
    auto p = [&](int k) { return (bits >> (k & 7) & 1) != 0; };
    int parts = 0, n1 = 0, n2 = 0;
    for (int k = 0; k < 8; k += 2) {
      parts += !p(k) && (p(k + 1) || p(k + 2));
      n1 += p(k + 7) || p(k);
      n2 += p(k) || p(k + 1);
    }
    const int least = std::min(n1, n2);
    const bool base = parts == 1 && least >= 2 && least <= 3;
    table[0][bits] = base && !((p(0) || p(1) || !p(3)) && p(2));
    table[1][bits] = base && !((p(4) || p(5) || !p(7)) && p(6));
  }
  return table;
}

}  // namespace

Skeleton thin(const Response& response, const Field& field) {
  static const auto kPeel = peel_table();
  const int width = response.even.width, height = response.even.height;
  Skeleton skeleton(static_cast<std::size_t>(width) * height, 0);
  std::vector<int> live;
  for (int y = 1; y + 1 < height; ++y)
    for (int x = 1; x + 1 < width; ++x)
      if (field.foreground[field.index(x / kCell, y / kCell)] && response.even.at(x, y) > 0) {
        skeleton[static_cast<std::size_t>(y) * width + x] = 1;
        live.push_back(y * width + x);
      }
  const auto around = neighbours(width);
  std::vector<int> peeled;
  for (int quiet = 0, round = 0; quiet < 2 && round < 200; ++round) {
    peeled.clear();
    for (int at : live)
      if (kPeel[round & 1][pattern(skeleton, at, around)]) peeled.push_back(at);
    for (int at : peeled) skeleton[at] = 0;
    quiet = peeled.empty() ? quiet + 1 : 0;
    std::erase_if(live, [&](int at) { return !skeleton[at]; });
  }
  return skeleton;
}

namespace {

constexpr int kSpur = 9, kIsland = 14, kBridge = 7, kHole = 14;  // pixels along the skeleton

// Erases branches from loose ends: spurs that join a ridge, islands that end on both sides.
void trim_ends(Skeleton& skeleton, const Field& field, int width, int height) {
  const auto around = neighbours(width);
  for (int y = 1; y + 1 < height; ++y)
    for (int x = 1; x + 1 < width; ++x) {
      const int at = y * width + x;
      if (!skeleton[at] || crossings(skeleton, at, around) != 1) continue;
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
    for (int x = 1; x + 1 < width; ++x) {
      const int at = y * width + x;
      if (!skeleton[at] || crossings(skeleton, at, around) < 3) continue;
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

int pattern(const Skeleton& skeleton, int at, const std::array<int, 8>& around) {
  int bits = 0;
  for (int k = 0; k < 8; ++k) bits |= skeleton[at + around[k]] << k;
  return bits;
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
