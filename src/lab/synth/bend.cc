#include "lab/synth/bend.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace puente::synth {
namespace {

constexpr double kUnit = 150;      // pixels: about a contact's half axis
constexpr double kFarthest = 1.7;  // units; beyond it the skin moves as there
constexpr double kWave = 130;      // pixels

// Takes out what a rigid movement explains: shift, and rotation as far as it is small.
void take_rigid_out(const std::vector<Point>& places, std::vector<Point>& moves) {
  const double count = static_cast<double>(places.size());
  Point place{}, move{};
  for (std::size_t i = 0; i < places.size(); ++i) {
    place.x += places[i].x / count, place.y += places[i].y / count;
    move.x += moves[i].x / count, move.y += moves[i].y / count;
  }
  double turned = 0, squares = 0;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const double x = places[i].x - place.x, y = places[i].y - place.y;
    moves[i] = {moves[i].x - move.x, moves[i].y - move.y};
    turned += x * moves[i].y - y * moves[i].x;
    squares += x * x + y * y;
  }
  const double rotation = turned / squares;
  for (std::size_t i = 0; i < places.size(); ++i) {
    moves[i].x += rotation * (places[i].y - place.y);
    moves[i].y -= rotation * (places[i].x - place.x);
  }
}

double product(const std::vector<Point>& a, const std::vector<Point>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i].x * b[i].x + a[i].y * b[i].y;
  return sum;
}

}  // namespace

Bend::Bend(Stream& stream) : wave_x_(stream, kWave, 260, 320), wave_y_(stream, kWave, 260, 320) {
  for (double& part : linear_) part = stream.normal();
  for (double& part : square_) part = 0.7 * stream.normal();
}

Point Bend::unscaled(Point pad) const {
  const double x = std::clamp(pad.x / kUnit, -kFarthest, kFarthest),
               y = std::clamp(pad.y / kUnit, -kFarthest, kFarthest);
  const double waves = 0.3;
  return {linear_[0] * x + linear_[1] * y + square_[0] * x * x + square_[1] * x * y + square_[2] * y * y +
              waves * wave_x_.at(pad.x, pad.y),
          linear_[2] * x + linear_[3] * y + square_[3] * x * x + square_[4] * x * y + square_[5] * y * y +
              waves * wave_y_.at(pad.x, pad.y)};
}

Point Bend::at(Point pad) const {
  const Point move = unscaled(pad);
  return {scale_ * move.x, scale_ * move.y};
}

void Bend::scale_to(double pixels, double across, double along, const std::function<Point(Point pad)>& before) {
  std::vector<Point> places, moved, bent;
  for (double y = -along; y <= along; y += 12)
    for (double x = -across; x <= across; x += 12) {
      if (x * x / (across * across) + y * y / (along * along) > 1) continue;
      const Point at = before({x, y});
      places.push_back({x, y});
      moved.push_back({at.x - x, at.y - y});
      bent.push_back(unscaled({x, y}));
    }
  take_rigid_out(places, moved);
  take_rigid_out(places, bent);
  // |moved + scale * bent|^2 = pixels^2 a place
  const double wanted = pixels * pixels * static_cast<double>(places.size());
  const double squares = product(bent, bent), half = product(moved, bent), missing = wanted - product(moved, moved);
  scale_ = missing <= 0 ? 0 : (std::sqrt(half * half + squares * missing) - half) / squares;
}

}  // namespace puente::synth
