#include "lab/synth/lettering.h"

namespace puente::synth {
namespace {

constexpr double kAdvance = 0.95;

// Points of a grid of 5 x 7, column and row from the top left; a bar lifts the pen.
const char* strokes_of(char letter) {
  static constexpr const char* kLetters[26] = {
      "06 20 46|13 33",                       // A
      "00 06 36 45 44 33 03|00 30 41 42 33",  // B
      "41 30 10 01 05 16 36 45",              // C
      "00 06 26 44 42 20 00",                 // D
      "40 00 06 46|03 33",                    // E
      "40 00 06|03 33",                       // F
      "41 30 10 01 05 16 36 45 43 23",        // G
      "00 06|40 46|03 43",                    // H
      "20 26",                                // I
      "40 45 36 16 05",                       // J
      "00 06|40 03 46",                       // K
      "00 06 46",                             // L
      "06 00 23 40 46",                       // M
      "06 00 46 40",                          // N
      "10 30 41 45 36 16 05 01 10",           // O
      "06 00 30 41 42 33 03",                 // P
      "10 30 41 45 36 16 05 01 10|34 46",     // Q
      "06 00 30 41 42 33 03|23 46",           // R
      "41 30 10 01 02 13 33 44 45 36 16 05",  // S
      "00 40|20 26",                          // T
      "00 05 16 36 45 40",                    // U
      "00 26 40",                             // V
      "00 16 23 36 40",                       // W
      "00 46|40 06",                          // X
      "00 23 40|23 26",                       // Y
      "00 40 06 46",                          // Z
  };
  static constexpr const char* kDigits[10] = {
      "10 30 41 45 36 16 05 01 10",
      "11 20 26",
      "01 10 30 41 42 06 46",
      "01 10 30 41 42 33 44 45 36 16 05|13 33",
      "36 30 04 44",
      "40 00 02 32 43 45 36 06",
      "40 10 02 05 16 36 45 44 33 03",
      "00 40 16",
      "13 02 01 10 30 41 42 33 13 04 05 16 36 45 44 33",
      "43 13 02 01 10 30 41 45 36 06",
  };
  if (letter >= 'A' && letter <= 'Z') return kLetters[letter - 'A'];
  if (letter >= '0' && letter <= '9') return kDigits[letter - '0'];
  return letter == '.' ? "26 26" : "";
}

}  // namespace

std::vector<std::pair<Point, Point>> lettering(std::string_view words) {
  std::vector<std::pair<Point, Point>> strokes;
  double left = 0;
  for (const char letter : words) {
    const std::string_view points = strokes_of(letter);
    for (std::size_t i = 0; i + 4 < points.size(); i += 3) {
      if (points[i + 2] == '|') continue;
      const auto point = [&](std::size_t at) {
        return Point{left + (points[at] - '0') / 6.0, (points[at + 1] - '0') / 6.0 - 1};
      };
      strokes.emplace_back(point(i), point(i + 3));
    }
    left += kAdvance;
  }
  return strokes;
}

double lettering_width(std::string_view words) {
  return kAdvance * static_cast<double>(words.size());
}

}  // namespace puente::synth
