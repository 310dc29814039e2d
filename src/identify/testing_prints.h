// Made-up prints for this module's tests.
#pragma once
#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "identify/identify.h"

namespace puente::identify {

// Ridges some 9 pixels apart, as a plane wave that is bent otherwise in each finger, and moved with it. Straight ones
// would all be alike: turned onto each other they agree everywhere.
inline void add_ridges(finger::Template& made, unsigned number, float shift_x, float shift_y) {
  constexpr double kPeriod = 9;
  std::mt19937 random(number + 5000);
  struct Wave {
    double x, y, turns, start;
  };
  std::vector<Wave> waves;
  const auto uniform = [&random](double from, double to) {
    return from + (to - from) * static_cast<double>(random() % 100'000) / 1e5;
  };
  const double along = uniform(0, M_PI);
  for (int i = 0; i < 4; ++i) {
    const double direction = uniform(0, 2 * M_PI), frequency = 2 * M_PI / uniform(120, 300);
    waves.push_back({frequency * std::cos(direction), frequency * std::sin(direction), 0.6 / (kPeriod * frequency),
                     uniform(0, 2 * M_PI)});
  }
  made.columns = made.width / finger::kCell;
  made.rows = made.height / finger::kCell;
  for (int cell = 0; cell < made.columns * made.rows; ++cell) {
    const double x = (cell % made.columns + 0.5) * finger::kCell - double{shift_x};
    const double y = (cell / made.columns + 0.5) * finger::kCell - double{shift_y};
    double across_x = -std::sin(along) / kPeriod, across_y = -std::cos(along) / kPeriod;  // turns a pixel; y downwards
    double turns = x * across_x + y * across_y;
    for (const Wave& wave : waves) {
      const double at = x * wave.x + y * wave.y + wave.start;
      turns += wave.turns * std::sin(at);
      across_x += wave.turns * wave.x * std::cos(at);
      across_y += wave.turns * wave.y * std::cos(at);
    }
    double orientation = std::atan2(-across_x, -across_y);
    if (orientation < 0) {  // the same ridges, counted the other way
      orientation += M_PI;
      turns = -turns;
    }
    const double period = std::clamp(1 / std::hypot(across_x, across_y), 5.0, 20.0);
    made.cells.push_back({static_cast<std::uint8_t>(std::lround(orientation * 256 / M_PI) % 256),
                          static_cast<std::uint8_t>(256 * (turns - std::floor(turns))),
                          static_cast<std::uint8_t>(std::lround(period * 8)), 90});
  }
}

// Minutiae spread at random over such ridges, the same for the same number.
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
