// What comparison works on; private to this module.
#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "modality/finger/finger.h"
#include "modality/pixels/pixels.h"

namespace puente::finger {

inline constexpr int kSamples = 256;  // of the surroundings of a minutia

// The ridges around a minutia, in its own frame: bit k says whether sample k lies on a ridge, and mask k whether that
// is sure.
struct Surroundings {
  std::array<std::uint64_t, kSamples / 64> ridge{}, mask{};
};

struct Point {
  float x = 0, y = 0;  // pixels, y upwards here: comparison is plain plane geometry
  float direction = 0;
  float cosine = 1, sine = 0;
  float weight = 1;  // from quality, 0.2..1
  MinutiaType type = MinutiaType::kOther;
};

struct Prepared::Data {
  std::vector<Point> points;
  std::vector<Surroundings> surroundings;
  int cells_left = 0, cells_top = 0, columns = 0, rows = 0;
  std::vector<RidgeCell> cells;
  int recorded_cells = 0;
  bool has_cells() const { return recorded_cells > 0; }
};

inline float turn_between(float a, float b) {  // smallest angle between two directions of [-2pi, 4pi]
  float d = a > b ? a - b : b - a;
  while (d > 2 * pixels::kPi) d -= 2 * pixels::kPi;
  return d > pixels::kPi ? 2 * pixels::kPi - d : d;
}

}  // namespace puente::finger
