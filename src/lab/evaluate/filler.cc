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

struct FillerVector {
  float x = 0, y = 0;
};

using Derivative = std::array<float, 4>;  // row by row

// Image coordinates throughout: y downwards.
struct Bend {
  FillerVector wave, along;  // radians a pixel; pixels
  float phase = 0;
};
struct Bending {
  std::array<Bend, kBends> bends;
  bool mirrored = false;
  float width = 0;

  struct Origin {  // where a place of the stranger comes from
    FillerVector place;
    Derivative derivative;
  };
  Origin origin(FillerVector p) const {
    std::array<float, kBends> sine, cosine;
    for (int i = 0; i < kBends; ++i) {
      const float angle = bends[i].wave.x * p.x + bends[i].wave.y * p.y + bends[i].phase;
      sine[i] = std::sin(angle);
      cosine[i] = std::cos(angle);
    }
    return origin(p, sine, cosine);
  }
  Origin origin(FillerVector p, const std::array<float, kBends>& sine, const std::array<float, kBends>& cosine) const {
    FillerVector s = p;
    Derivative j = {1, 0, 0, 1};
    for (int i = 0; i < kBends; ++i) {
      const Bend& bend = bends[i];
      s.x += bend.along.x * sine[i];
      s.y += bend.along.y * sine[i];
      j[0] += bend.along.x * bend.wave.x * cosine[i];
      j[1] += bend.along.x * bend.wave.y * cosine[i];
      j[2] += bend.along.y * bend.wave.x * cosine[i];
      j[3] += bend.along.y * bend.wave.y * cosine[i];
    }
    if (mirrored) {
      s.x = width - s.x;
      j[0] = -j[0];
      j[1] = -j[1];
    }
    return {s, j};
  }

  FillerVector target(FillerVector s) const {  // the other way: bends are mild, so steps of the residual close in
    FillerVector p = {mirrored ? width - s.x : s.x, s.y};
    for (int step = 0; step < 12; ++step) {
      const FillerVector off = origin(p).place;
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
  for (Bend& bend : out.bends) {
    const float length = next_between(random, kWaveMin, kWaveMax), turned = next_between(random, 0, 2 * kPi);
    const float towards = next_between(random, 0, 2 * kPi), rate = 2 * kPi / length, far = kStrain / rate;
    bend.wave = {rate * std::cos(turned), rate * std::sin(turned)};
    bend.along = {far * std::cos(towards), far * std::sin(towards)};
    bend.phase = next_between(random, 0, 2 * kPi);
  }
  return out;
}

float turn(float angle) {  // into [0, 2pi)
  return angle - 2 * kPi * std::floor(angle / (2 * kPi));
}

finger::RidgeCell carry(const finger::Template& from, const Bending::Origin& origin) {
  const auto& [s, j] = origin;
  const float u = (s.x - static_cast<float>(from.cells_left)) / finger::kCell;
  const float v = (s.y - static_cast<float>(from.cells_top)) / finger::kCell;
  if (!(u >= 0 && v >= 0 && u < static_cast<float>(from.columns) && v < static_cast<float>(from.rows))) return {};
  const int column = static_cast<int>(u), row = static_cast<int>(v);
  const finger::RidgeCell& cell = from.cells[static_cast<std::size_t>(row) * from.columns + column];
  if (cell.quality == 0) return {};
  static const auto kNormals = [] {
    std::array<FillerVector, 256> normals;
    for (int i = 0; i < 256; ++i) {
      const float normal = (static_cast<float>(i) / 256 + 0.5f) * kPi;
      normals[static_cast<std::size_t>(i)] = {std::cos(normal), -std::sin(normal)};
    }
    return normals;
  }();
  const float rate = 2 * kPi * 8 / static_cast<float>(cell.period);
  const FillerVector wave = {rate * kNormals[cell.orientation].x, rate * kNormals[cell.orientation].y};
  float phase = static_cast<float>(cell.phase) * (kPi / 128);
  phase += wave.x * (u - static_cast<float>(column) - 0.5f) * finger::kCell +
           wave.y * (v - static_cast<float>(row) - 0.5f) * finger::kCell;
  const FillerVector here = {j[0] * wave.x + j[2] * wave.y, j[1] * wave.x + j[3] * wave.y};
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

// All cells. An angle is a part that grows with the column and one that grows with the row, so sines of some hundred
// angles make those of all cells.
void carry_cells(const finger::Template& from, const Bending& bending, finger::Template& out) {
  struct Turn {
    float sine = 0, cosine = 1;
  };
  using Turns = std::array<Turn, kBends>;
  const auto centre = [](int cell, int first) {
    return (static_cast<float>(cell) + 0.5f) * finger::kCell + static_cast<float>(first);
  };
  std::vector<Turns> across(static_cast<std::size_t>(out.columns)), down(static_cast<std::size_t>(out.rows));
  const auto fill = [](std::vector<Turns>& turns, auto angle) {
    for (int at = 0; at < static_cast<int>(turns.size()); ++at)
      for (int i = 0; i < kBends; ++i) turns[at][i] = {std::sin(angle(at, i)), std::cos(angle(at, i))};
  };
  fill(across, [&](int at, int i) { return bending.bends[i].wave.x * centre(at, out.cells_left); });
  fill(down,
       [&](int at, int i) { return bending.bends[i].wave.y * centre(at, out.cells_top) + bending.bends[i].phase; });
  for (int row = 0; row < out.rows; ++row)
    for (int column = 0; column < out.columns; ++column) {
      std::array<float, kBends> sine, cosine;
      for (int i = 0; i < kBends; ++i) {
        const Turn a = across[column][i], b = down[row][i];
        sine[i] = a.sine * b.cosine + a.cosine * b.sine;
        cosine[i] = a.cosine * b.cosine - a.sine * b.sine;
      }
      const FillerVector place = {centre(column, out.cells_left), centre(row, out.cells_top)};
      out.cells[static_cast<std::size_t>(row) * out.columns + column] =
          carry(from, bending.origin(place, sine, cosine));
    }
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
  carry_cells(from, bend, out);
  out.minutiae.clear();
  for (finger::Minutia minutia : from.minutiae) {
    const FillerVector place = bend.target({minutia.x, minutia.y});
    if (!(place.x >= 0 && place.y >= 0 && place.x < static_cast<float>(out.width) &&
          place.y < static_cast<float>(out.height)))
      continue;
    const Derivative j = bend.origin(place).derivative;
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
