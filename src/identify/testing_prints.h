// Made-up prints for this module's tests.
#pragma once
#include <cmath>
#include <random>
#include <string>

#include "identify/identify.h"

namespace puente::identify {

// Straight ridges, 9 pixels apart, as a plane wave that is moved with the finger.
inline void add_ridges(finger::Template& made, unsigned number, float shift_x, float shift_y) {
  constexpr int kPeriod = 9;
  const float orientation = static_cast<float>(number * 37 % 256) * static_cast<float>(M_PI) / 256;
  const float across_x = -std::sin(orientation), across_y = -std::cos(orientation);  // orientation + pi/2, y downwards
  made.columns = made.width / finger::kCell;
  made.rows = made.height / finger::kCell;
  for (int cell = 0; cell < made.columns * made.rows; ++cell) {
    const float x = (static_cast<float>(cell % made.columns) + 0.5f) * finger::kCell - shift_x;
    const float y = (static_cast<float>(cell / made.columns) + 0.5f) * finger::kCell - shift_y;
    const float turns = (x * across_x + y * across_y) / kPeriod;
    made.cells.push_back({static_cast<std::uint8_t>(number * 37 % 256),
                          static_cast<std::uint8_t>(256 * (turns - std::floor(turns))), kPeriod * 8, 90});
  }
}

// Minutiae spread at random over straight ridges, the same for the same number.
inline finger::Template scatter_minutiae(unsigned number) {
  std::mt19937 random(number + 1000);
  const auto uniform = [&random](float from, float to) {
    return from + (to - from) * static_cast<float>(random() % 100'000) / 100'000.0f;
  };
  finger::Template made{.width = 400, .height = 500, .minutiae = {}, .cells = {}};
  while (made.minutiae.size() < 45) {
    const finger::Minutia minutia{uniform(20, 380), uniform(20, 480), uniform(0, 6.28f),
                                  random() % 2 == 0 ? finger::MinutiaType::kEnding : finger::MinutiaType::kBifurcation,
                                  80};
    bool crowded = false;
    for (const auto& other : made.minutiae) crowded |= std::hypot(other.x - minutia.x, other.y - minutia.y) < 14;
    if (!crowded) made.minutiae.push_back(minutia);
  }
  return made;
}

inline finger::Template make_finger(unsigned number) {
  finger::Template made = scatter_minutiae(number);
  add_ridges(made, number, 0, 0);
  return made;
}

// Another impression of it: moved, jittered, some minutiae lost.
inline finger::Template impression_of(unsigned number) {
  finger::Template made = scatter_minutiae(number);
  std::mt19937 random(number + 77);
  for (auto& minutia : made.minutiae) {
    minutia.x += 8 + static_cast<float>(random() % 3);
    minutia.y += -5 + static_cast<float>(random() % 3);
  }
  made.minutiae.resize(40);
  add_ridges(made, number, 9, -4);
  return made;
}

// No real sketch looks like these: enough for an index, which never asks where the bits come from.
inline finger::Sketch random_sketch(std::mt19937_64& random, int count = 32) {
  finger::Sketch made;
  made.count = count;
  made.places.fill(finger::kNoPlace);
  for (int k = 0; k < count; ++k) {
    made.bits[k] = random();
    made.sure[k] = 0x0f0f0f0f0f0f0f0f;  // kSureBits of them
    made.places[k] = finger::make_place(static_cast<int>(random() % 600), static_cast<int>(random() % 800),
                                        static_cast<int>(random() % 256));
  }
  return made;
}

inline Bytes features_of(unsigned number) {
  finger::Template made{.width = 300, .height = 400, .minutiae = {}, .cells = {}};
  for (unsigned k = 0; k < 5 + number % 7; ++k)
    made.minutiae.push_back(
        {static_cast<float>(10 + k), static_cast<float>(number % 300), 1, finger::MinutiaType::kEnding, 50});
  return finger::encode(made);
}

inline Print print_of(Finger finger, unsigned number) {
  return make_print(finger, make_finger(number));
}

inline Standing withheld_from(std::set<std::string> countries) {
  Standing standing;
  standing.withheld_from = std::move(countries);
  return standing;
}

}  // namespace puente::identify
