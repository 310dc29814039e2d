// Ink that shows no ridges: a print that was smeared or pressed too hard. Where it lies in the middle of the paper, and
// what can be read lies aside, that is a neighbour's.
#include <algorithm>
#include <array>
#include <cmath>

#include "modality/finger/stages.h"

namespace puente::finger {
namespace {

float mean_of(const Plane& gray, int column, int row) {
  float sum = 0;
  for (int y = row * kCell; y < (row + 1) * kCell; ++y)
    for (int x = column * kCell; x < (column + 1) * kCell; ++x) sum += gray.at(x, y);
  return sum / (kCell * kCell);
}

// The shade that a twentieth of the pixels are brighter than.
float paper_of(const Plane& gray) {
  std::array<std::size_t, 256> count{};
  for (const float v : gray.values) ++count[static_cast<std::size_t>(std::clamp(v, 0.0f, 255.0f))];
  std::size_t brighter = 0;
  for (int shade = 255; shade > 0; --shade)
    if ((brighter += count[static_cast<std::size_t>(shade)]) * 20 > gray.values.size())
      return static_cast<float>(shade);
  return 0;
}

// From the middle of the image, in its sides.
struct Off {
  float across = 0, down = 0;
};
Off off_middle(const Region& whole, float x, float y) {
  return {x / static_cast<float>(whole.width) - 0.5f, y / static_cast<float>(whole.height) - 0.5f};
}

}  // namespace

Ink ink_of(const Region& region) {
  Ink out;
  if (!is_large(region)) return out;
  constexpr float kDark = 40;  // gray levels below the paper, in the mean of a cell
  out.left = region.left, out.top = region.top;
  out.columns = region.gray.width / kCell, out.rows = region.gray.height / kCell;
  const float paper = paper_of(region.gray);
  for (int row = 0; row < out.rows; ++row)
    for (int column = 0; column < out.columns; ++column)
      out.dark.push_back(mean_of(region.gray, column, row) < paper - kDark);
  return out;
}

bool is_beside_unread(const Ink& ink, const Region& region, const Field& field) {
  constexpr float kAside = 0.25f;   // of the sides: farther from the middle than any of 200 rolled prints on cards
  constexpr float kMiddle = 0.2f;   // likewise, each way: what is the middle
  constexpr float kCovered = 0.5f;  // of it, with ink that shows no ridges
  float x = 0, y = 0;
  int cells = 0, middle = 0, unread = 0;
  for (int row = 0; row < field.rows; ++row)
    for (int column = 0; column < field.columns; ++column)
      if (field.foreground[field.index(column, row)])
        x += static_cast<float>(region.left + column * kCell), y += static_cast<float>(region.top + row * kCell),
            ++cells;
  if (ink.dark.empty() || cells == 0) return false;
  const Off read = off_middle(region, x / static_cast<float>(cells), y / static_cast<float>(cells));
  if (read.across * read.across + read.down * read.down < kAside * kAside) return false;
  for (int row = 0; row < ink.rows; ++row)
    for (int column = 0; column < ink.columns; ++column) {
      const int left = ink.left + column * kCell, top = ink.top + row * kCell;
      const Off off = off_middle(region, static_cast<float>(left), static_cast<float>(top));
      if (std::fabs(off.across) > kMiddle || std::fabs(off.down) > kMiddle) continue;
      const int c = (left - region.left) / kCell, r = (top - region.top) / kCell;
      const bool inside = left >= region.left && top >= region.top && c < field.columns && r < field.rows;
      ++middle;
      unread += ink.dark[static_cast<std::size_t>(row) * ink.columns + column] != 0 &&
                !(inside && field.foreground[field.index(c, r)] != 0);
    }
  return static_cast<float>(unread) > kCovered * static_cast<float>(middle);
}

}  // namespace puente::finger
