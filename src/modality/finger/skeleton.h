// Walking along a skeleton; private to this module.
#pragma once
#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "modality/finger/stages.h"

namespace puente::finger {

// A walk along a ridge's middle line: the pixels passed, and how it ended.
struct Walk {
  enum class End { kOpen, kFork, kLoose };  // length reached (or the region's edge); at a fork; at a loose end
  End end = End::kOpen;
  int length = 0;         // steps
  std::vector<int> path;  // pixel indices; the last is the fork itself for kFork
  bool holds(int pixel) const { return std::find(path.begin(), path.end(), pixel) != path.end(); }
};

inline std::array<int, 8> neighbours(int width) {  // clockwise from north
  return {-width, -width + 1, 1, width + 1, width, width - 1, -1, -width - 1};
}
inline bool touches(int a, int b, int width) {
  return std::abs(a % width - b % width) <= 1 && std::abs(a / width - b / width) <= 1;
}

int crossings(const Skeleton& skeleton, int at,
              const std::array<int, 8>& around);  // 1 loose end, 2 on a ridge, 3+ fork
// The first pixel of a ridge's middle line from `at` on; `end` when there is none before it.
inline int next_on_line(const Skeleton& skeleton, int at, int end) {
  for (std::uint64_t eight = 0; at + 8 <= end; at += 8) {  // nearly all are empty
    std::memcpy(&eight, skeleton.data() + at, sizeof eight);
    if (eight != 0) break;
  }
  while (at < end && !skeleton[at]) ++at;
  return at;
}
// From `start`, not back to `from` (-1: any way), at most length_max steps.
Walk follow(const Skeleton& skeleton, int start, int from, int length_max, int width, int height);

}  // namespace puente::finger
