// A slap seen from its four sides.
#include <algorithm>
#include <cmath>

#include "modality/finger/slap_parts.h"

namespace puente::finger {
namespace {

struct Where {
  int x = 0, y = 0;
};

// Where the place (x, y) of a turned area, `width` by `height` before it was turned, lies in the area itself.
Where before(int x, int y, int width, int height, int quarters) {
  switch (quarters) {
    case 1:
      return {y, height - 1 - x};
    case 2:
      return {width - 1 - x, height - 1 - y};
    case 3:
      return {width - 1 - y, x};
    default:
      return {x, y};
  }
}

}  // namespace

SlapMap turned(const SlapMap& map, int quarters) {
  const bool on_side = quarters % 2 != 0;
  const int below = map.height - map.top - map.rows * kCell, right = map.width - map.left - map.columns * kCell;
  SlapMap out;
  out.ground = map.ground;
  out.width = on_side ? map.height : map.width;
  out.height = on_side ? map.width : map.height;
  out.columns = on_side ? map.rows : map.columns;
  out.rows = on_side ? map.columns : map.rows;
  out.left = quarters == 1 ? below : quarters == 2 ? right : map.top;  // the last cells may reach beyond the image
  out.top = quarters == 1 ? map.left : quarters == 2 ? below : right;
  out.gray = Plane(out.columns * kCell, out.rows * kCell);
  for (int y = 0; y < out.gray.height; ++y)
    for (int x = 0; x < out.gray.width; ++x) {
      const Where at = before(x, y, map.columns * kCell, map.rows * kCell, quarters);
      out.gray.at(x, y) = map.gray.at(std::min(at.x, map.gray.width - 1), std::min(at.y, map.gray.height - 1));
    }
  for (int r = 0; r < out.rows; ++r)
    for (int c = 0; c < out.columns; ++c) {
      const Where at = before(c, r, map.columns, map.rows, quarters);
      const std::size_t i = map.index(at.x, at.y);
      out.ridge.push_back(map.ridge[i]);
      out.cosine2.push_back(on_side ? -map.cosine2[i] : map.cosine2[i]);
      out.sine2.push_back(on_side ? -map.sine2[i] : map.sine2[i]);
      out.foreground.push_back(map.foreground[i]);
      out.perhaps.push_back(map.perhaps[i]);
    }
  return out;
}

void turn_back(Slap& slap, const SlapMap& map, int quarters) {
  const float width = static_cast<float>(map.width), height = static_cast<float>(map.height);
  constexpr float kQuarter = 0.5f * pixels::kPi;
  for (Segment& s : slap.fingers) {
    const Segment seen = s;
    switch (quarters) {
      case 1:
        s.x = seen.y, s.y = height - seen.x;
        s.left = seen.top, s.right = seen.bottom, s.top = map.height - seen.right, s.bottom = map.height - seen.left;
        break;
      case 2:
        s.x = width - seen.x, s.y = height - seen.y;
        s.left = map.width - seen.right, s.right = map.width - seen.left;
        s.top = map.height - seen.bottom, s.bottom = map.height - seen.top;
        break;
      case 3:
        s.x = width - seen.y, s.y = seen.x;
        s.left = map.width - seen.bottom, s.right = map.width - seen.top, s.top = seen.left, s.bottom = seen.right;
        break;
      default:
        break;
    }
    s.angle = seen.angle + static_cast<float>(quarters) * kQuarter;
    if (s.angle > 2 * kQuarter) s.angle -= 4 * kQuarter;
  }
}

}  // namespace puente::finger
