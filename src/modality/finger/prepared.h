// What comparison works on; private to this module.
#pragma once
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "modality/finger/finger.h"
#include "modality/finger/kernels.h"
#include "modality/pixels/pixels.h"

namespace puente::finger {

struct Point {
  float x = 0, y = 0;       // pixels, y upwards here: comparison is plain plane geometry
  std::uint16_t angle = 0;  // direction, a full turn = 65536: differences wrap by themselves
  float cosine = 1, sine = 0;
  float weight = 1;  // from quality, 0.2..1
  MinutiaType type = MinutiaType::kOther;
};

// How many of a print's spots are looked at: all are one a block of 2 x 2 cells.
enum class Detail { kQuarter, kHalf, kAll };

struct Prepared::Data {
  std::vector<Point> points;
  Columns columns;  // the same, with their surroundings, for the kernels
  Neighbourhoods neighbours;
  Waves waves;
  Spots spots;
  std::array<int, 3> spots_of_detail{};
  std::vector<std::uint16_t> areas;  // of each spot: within an area of 64 x 64 pixels ridges must keep step
  int area_count = 0;
  std::vector<std::pair<float, float>> hull;  // convex, counter-clockwise, of a print without cells: what it recorded
  float hull_area = 0;                        // square pixels
  bool has_cells() const { return spots.count > 0; }
};

Neighbourhoods find_neighbours(const std::vector<Point>& points);

inline constexpr float kRadiansPerStep = 2 * pixels::kPi / 65536;
inline std::uint16_t to_angle(float radians) {
  return static_cast<std::uint16_t>(static_cast<int>(radians * (1 / kRadiansPerStep) + (radians < 0 ? -0.5f : 0.5f)));
}
inline int turn_between(std::uint16_t a, std::uint16_t b) {  // 0..32768 = half a turn
  const auto d = static_cast<std::int16_t>(static_cast<std::uint16_t>(a - b));
  return d < 0 ? -static_cast<int>(d) : d;
}

}  // namespace puente::finger
