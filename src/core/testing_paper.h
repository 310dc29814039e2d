// For tests: prints laid on one sheet of paper.
#pragma once
#include <algorithm>
#include <cstddef>
#include <initializer_list>

#include "core/image.h"

namespace puente {

struct Laid {
  const Image& print;  // gray
  int left = 0, top = 0;
};
inline Image on_paper(int width, int height, std::uint8_t paper, std::initializer_list<Laid> prints) {
  Image out{width, height, 1, 500, {}};
  out.pixels.assign(static_cast<std::size_t>(width) * height, paper);
  for (const auto& [print, left, top] : prints)
    for (int y = std::max(0, -top); y < print.height && y + top < height; ++y)
      for (int x = std::max(0, -left); x < print.width && x + left < width; ++x) {
        std::uint8_t& pixel = out.pixels[static_cast<std::size_t>(y + top) * width + x + left];
        pixel = std::min(pixel, print.pixels[static_cast<std::size_t>(y) * print.width + x]);
      }
  return out;
}

// One print, and another beside it, nearly touching, as they come from lab/synth.
inline Image on_one_paper(const Image& first, const Image& second) {
  return on_paper(800, 640, 250, {{first, 140, 80}, {second, 430, 130}});
}

}  // namespace puente
