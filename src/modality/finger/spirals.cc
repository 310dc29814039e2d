// A second reading of minutiae, from the ridge phase and not from ridges' middle lines: where the phase winds once
// around a point, a ridge begins (Larkin & Fletcher 2007; Feng & Jain 2011). With the window that sees further than the
// skeleton's, so that the two readings seldom err together.
#include <cmath>

#include "modality/finger/filter.h"
#include "modality/finger/stages.h"

namespace puente::finger {
namespace {

struct Wave {
  float even, odd;
};

// +1 or -1 when the step from a to b crosses the negative even axis.
int crossing(Wave a, Wave b) {
  if ((a.odd < 0) == (b.odd < 0)) return 0;
  const float side = (a.even * b.odd - b.even * a.odd) * (b.odd < 0 ? -1.0f : 1.0f);  // of the even axis crossed
  if (side >= 0) return 0;
  return b.odd < 0 ? 1 : -1;
}

}  // namespace

std::vector<Spiral> find_spirals(const Response& response, const Field& field) {
  std::vector<Spiral> spirals;
  const int width = response.even.width, height = response.even.height;
  auto orientation = [&](int x, int y) {
    return response.orientation[static_cast<std::size_t>(y / kBlock) * response.blocks_across + x / kBlock];
  };
  for (int y = 0; y + 1 < height; ++y) {
    const float *even = response.even.row(y), *even_below = response.even.row(y + 1);
    const float *odd = response.odd.row(y), *odd_below = response.odd.row(y + 1);
    for (int x = 0; x + 1 < width; ++x) {
      if (!field.foreground[field.index(x / kCell, y / kCell)]) {
        x |= kCell - 1;  // on to the next cell
        continue;
      }
      const bool ridge = even[x] > 0;
      if ((even[x + 1] > 0) == ridge && (even_below[x] > 0) == ridge && (even_below[x + 1] > 0) == ridge) continue;
      if (!field.foreground[field.index((x + 1) / kCell, (y + 1) / kCell)]) continue;
      const float flow = orientation(x, y);
      auto wave = [&](int u, int v, float e,
                      float o) {  // with the normal on the first one's side
        return Wave{e, std::fabs(orientation(u, v) - flow) > pixels::kPi / 2 ? -o : o};
      };
      const Wave a{even[x], odd[x]}, b = wave(x + 1, y, even[x + 1], odd[x + 1]),
                                     c = wave(x + 1, y + 1, even_below[x + 1], odd_below[x + 1]),
                                     d = wave(x, y + 1, even_below[x], odd_below[x]);
      const int turns = crossing(a, b) + crossing(b, c) + crossing(c, d) + crossing(d, a);
      if (turns == 0) continue;
      spirals.push_back(
          {static_cast<float>(x) + 0.5f, static_cast<float>(y) + 0.5f, turns > 0 ? flow : flow + pixels::kPi});
    }
  }
  return spirals;
}

}  // namespace puente::finger
