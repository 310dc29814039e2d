// A print as a mirror shows it.
#include <algorithm>
#include <cmath>

#include "modality/finger/finger.h"
#include "modality/pixels/pixels.h"

namespace puente::finger {

// Cells and minutiae are turned over one line, so that they stay beside each other; it is chosen so that nothing lies
// left of the picture.
Template mirrored(const Template& features) {
  Template out = features;
  const int right = std::max(features.width, features.cells_left + features.columns * kCell);
  out.width = right + 1;
  out.cells_left = right - features.cells_left - features.columns * kCell;
  for (Minutia& minutia : out.minutiae) {
    minutia.x = static_cast<float>(right) - minutia.x;
    minutia.direction = std::fmod(3 * pixels::kPi - minutia.direction, 2 * pixels::kPi);
  }
  const auto columns = static_cast<std::ptrdiff_t>(features.columns);
  for (auto row = out.cells.begin(); row != out.cells.end(); row += columns) std::reverse(row, row + columns);
  for (RidgeCell& cell : out.cells) {
    if (cell.orientation == 0) continue;  // level ridges: the wave runs on as it did
    cell.orientation = static_cast<std::uint8_t>(256 - cell.orientation);
    cell.phase = static_cast<std::uint8_t>(256 - cell.phase);
  }
  return out;
}

}  // namespace puente::finger
