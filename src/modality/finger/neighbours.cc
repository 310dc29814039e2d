// The nearest minutiae of each minutia, in its own frame: with the ridges around it, what tells it from others; all
// there is in a template of minutiae only (local structures: Jiang & Yau 2000; Jea & Govindaraju 2005).
#include <algorithm>
#include <array>
#include <cmath>

#include "modality/finger/prepared.h"

namespace puente::finger {

Neighbourhoods find_neighbours(const std::vector<Point>& points) {
  constexpr float kTolerance = 50, kTolerancePerSquare = 0.02f, kToleranceMax = 400;  // squared pixels
  const std::size_t size = points.size() * kNear;
  Neighbourhoods out;
  out.along.assign(size, Neighbourhoods::kNobody);
  out.across.assign(size, 0);
  out.turned.assign(size, 0);
  out.strictness.assign(size, 65535);
  for (auto* round : {&out.round_along, &out.round_across, &out.round_turned}) round->resize(size * kNear);
  for (std::size_t i = 0; i < points.size(); ++i) {
    const Point& own = points[i];
    std::array<std::pair<float, std::size_t>, kNear> nearest;  // by insertion: there are few
    std::size_t count = 0;
    for (std::size_t j = 0; j < points.size(); ++j) {
      const float dx = points[j].x - own.x, dy = points[j].y - own.y, far = dx * dx + dy * dy;
      if (i == j || (count == kNear && far >= nearest.back().first)) continue;
      std::size_t at = count < kNear ? count++ : count - 1;
      for (; at > 0 && nearest[at - 1].first > far; --at) nearest[at] = nearest[at - 1];
      nearest[at] = {far, j};
    }
    for (std::size_t k = 0; k < count; ++k) {
      const Point& other = points[nearest[k].second];
      const float dx = other.x - own.x, dy = other.y - own.y;
      const auto pixels = [](float v) {
        return static_cast<std::int16_t>(std::floor(std::clamp(v, -7000.0f, 7000.0f) + 0.5f));
      };
      const std::size_t at = i * kNear + k;
      out.along[at] = pixels(dx * own.cosine + dy * own.sine);
      out.across[at] = pixels(dy * own.cosine - dx * own.sine);
      out.turned[at] = static_cast<std::int16_t>(static_cast<std::uint16_t>(other.angle - own.angle));
      const float tolerance = std::min(kToleranceMax, kTolerance + kTolerancePerSquare * nearest[k].first);
      out.strictness[at] = static_cast<std::uint16_t>(262144 / tolerance);
    }
    const auto go_round = [&](const std::vector<std::int16_t>& from, std::vector<std::int16_t>& rounds) {
      std::array<std::int16_t, 2 * kNear> twice;
      std::copy_n(&from[i * kNear], kNear, twice.begin());
      std::copy_n(&from[i * kNear], kNear, twice.begin() + kNear);
      for (int r = 0; r < kNear; ++r) std::copy_n(twice.begin() + r, kNear, &rounds[(i * kNear + r) * kNear]);
    };
    go_round(out.along, out.round_along);
    go_round(out.across, out.round_across);
    go_round(out.turned, out.round_turned);
    if (count < kNear)
      std::replace(&out.round_along[i * kNear * kNear], &out.round_along[i * kNear * kNear] + kNear * kNear,
                   Neighbourhoods::kNobody, static_cast<std::int16_t>(-Neighbourhoods::kNobody));
  }
  return out;
}

}  // namespace puente::finger
