// A stranger from a grown finger: the skin is bent by a few long waves, twice as far as two impressions of one finger
// ever differ, and everything a template knows is carried along. Where a place p of the stranger comes from s(p), a
// ridge wave k there becomes Jᵀk here, J the derivative of s.
#include <array>
#include <cmath>
#include <numbers>

#include "core/check.h"
#include "lab/evaluate/draws.h"
#include "lab/evaluate/evaluate.h"

namespace puente::evaluate {
namespace {

constexpr float kPi = std::numbers::pi_v<float>;
constexpr int kBends = 6;
constexpr float kWaveMin = 130, kWaveMax = 380;  // pixels: no bend is as narrow as what a minutia's surroundings span
constexpr float kStrain = 0.11f;                 // of one bend: ridges widen and narrow by about a quarter in all

struct Vector {
  float x = 0, y = 0;
};

// Image coordinates throughout: y downwards.
struct Bending {
  struct Bend {
    Vector wave, along;  // radians a pixel; pixels
    float phase = 0;
  };
  std::array<Bend, kBends> bends;
  bool mirrored = false;
  float width = 0;

  // Where a place of the stranger comes from, and the derivative there, row by row.
  Vector source(Vector p, std::array<float, 4>* derivative = nullptr) const {
    Vector s = p;
    std::array<float, 4> j = {1, 0, 0, 1};
    for (const Bend& bend : bends) {
      const float angle = bend.wave.x * p.x + bend.wave.y * p.y + bend.phase;
      const float sine = std::sin(angle), cosine = std::cos(angle);
      s.x += bend.along.x * sine;
      s.y += bend.along.y * sine;
      j[0] += bend.along.x * bend.wave.x * cosine;
      j[1] += bend.along.x * bend.wave.y * cosine;
      j[2] += bend.along.y * bend.wave.x * cosine;
      j[3] += bend.along.y * bend.wave.y * cosine;
    }
    if (mirrored) {
      s.x = width - s.x;
      j[0] = -j[0];
      j[1] = -j[1];
    }
    if (derivative) *derivative = j;
    return s;
  }

  Vector target(Vector s) const {  // the other way: bends are mild, so steps of the residual close in
    Vector p = {mirrored ? width - s.x : s.x, s.y};
    for (int step = 0; step < 20; ++step) {
      const Vector off = source(p);
      p.x += mirrored ? off.x - s.x : s.x - off.x;
      p.y += s.y - off.y;
    }
    return p;
  }
};

Bending bending(std::uint64_t& random, float width) {
  Bending out;
  out.width = width;
  out.mirrored = next_random(random) & 1;
  for (Bending::Bend& bend : out.bends) {
    const float length = next_between(random, kWaveMin, kWaveMax), turned = next_between(random, 0, 2 * kPi);
    const float towards = next_between(random, 0, 2 * kPi), rate = 2 * kPi / length, far = kStrain / rate;
    bend.wave = {rate * std::cos(turned), rate * std::sin(turned)};
    bend.along = {far * std::cos(towards), far * std::sin(towards)};
    bend.phase = next_between(random, 0, 2 * kPi);
  }
  return out;
}

float turn(float angle) {  // into [0, 2pi)
  angle = std::fmod(angle, 2 * kPi);
  return angle < 0 ? angle + 2 * kPi : angle;
}

finger::RidgeCell carry(const finger::Template& from, const Bending& bend, Vector centre) {
  std::array<float, 4> j;
  const Vector s = bend.source(centre, &j);
  const float u = (s.x - static_cast<float>(from.cells_left)) / finger::kCell;
  const float v = (s.y - static_cast<float>(from.cells_top)) / finger::kCell;
  const int column = static_cast<int>(std::floor(u)), row = static_cast<int>(std::floor(v));
  if (column < 0 || row < 0 || column >= from.columns || row >= from.rows) return {};
  const finger::RidgeCell& cell = from.cells[static_cast<std::size_t>(row) * from.columns + column];
  if (cell.quality == 0) return {};
  const float normal = (static_cast<float>(cell.orientation) / 256 + 0.5f) * kPi;
  const float rate = 2 * kPi * 8 / static_cast<float>(cell.period);
  const Vector wave = {rate * std::cos(normal), -rate * std::sin(normal)};
  float phase = static_cast<float>(cell.phase) * (kPi / 128);
  phase += wave.x * (u - static_cast<float>(column) - 0.5f) * finger::kCell +
           wave.y * (v - static_cast<float>(row) - 0.5f) * finger::kCell;
  const Vector here = {j[0] * wave.x + j[2] * wave.y, j[1] * wave.x + j[3] * wave.y};
  float angle = turn(std::atan2(-here.y, here.x) - kPi / 2);  // of the ridges
  if (angle >= kPi) {                                         // the normal points the other way, then
    angle -= kPi;
    phase = -phase;
  }
  finger::RidgeCell out;
  const int orientation = static_cast<int>(angle * (256 / kPi) + 0.5f);
  if (orientation >= 256) phase = -phase;
  out.orientation = static_cast<std::uint8_t>(orientation & 255);
  out.phase = static_cast<std::uint8_t>(static_cast<int>(turn(phase) * (128 / kPi) + 0.5f) & 255);
  const float period = 2 * kPi * 8 / std::sqrt(here.x * here.x + here.y * here.y);
  out.period = static_cast<std::uint8_t>(std::fmin(std::fmax(period + 0.5f, 8.0f), 255.0f));
  out.quality = cell.quality;
  return out;
}

}  // namespace

Filler::Filler(std::vector<finger::Template> grown, std::uint64_t seed) : grown_(std::move(grown)), seed_(seed) {
  CHECK(!grown_.empty());
}

finger::Template Filler::make(std::uint64_t number) const {
  std::uint64_t random = seed_ ^ (number * 0xd1342543de82ef95u);
  next_random(random);
  const finger::Template& from = grown_[next_random(random) % grown_.size()];
  const Bending bend = bending(random, static_cast<float>(from.width));
  finger::Template out = from;
  if (bend.mirrored) out.cells_left = std::max(0, from.width - from.cells_left - from.columns * finger::kCell);
  for (int row = 0; row < out.rows; ++row)
    for (int column = 0; column < out.columns; ++column) {
      const Vector centre = {(static_cast<float>(column) + 0.5f) * finger::kCell + static_cast<float>(out.cells_left),
                             (static_cast<float>(row) + 0.5f) * finger::kCell + static_cast<float>(out.cells_top)};
      out.cells[static_cast<std::size_t>(row) * out.columns + column] = carry(from, bend, centre);
    }
  out.minutiae.clear();
  for (finger::Minutia minutia : from.minutiae) {
    const Vector place = bend.target({minutia.x, minutia.y});
    if (!(place.x >= 0 && place.y >= 0 && place.x < static_cast<float>(out.width) &&
          place.y < static_cast<float>(out.height)))
      continue;
    std::array<float, 4> j;
    bend.source(place, &j);
    const float x = std::cos(minutia.direction), y = -std::sin(minutia.direction);
    const float sign = j[0] * j[3] - j[1] * j[2] < 0 ? -1.0f : 1.0f;  // J's inverse, up to length
    minutia.direction = turn(std::atan2(-sign * (j[0] * y - j[2] * x), sign * (j[3] * x - j[1] * y)));
    minutia.x = place.x;
    minutia.y = place.y;
    out.minutiae.push_back(minutia);
  }
  return out;
}

}  // namespace puente::evaluate
