// The mark that says "synthetic" in the pixels themselves: a fixed pseudo-random tile of 2x2-pixel cells, laid side by
// side over the whole image, a few gray levels up or down. Far below the contrast of ridges, so extractors do not see
// it; summed over a whole image it stands far out of chance. Spread spectrum after Cox, Kilian, Leighton, Shamoon 1997;
// tiling makes it survive cropping.
#pragma once
#include "core/image.h"

namespace puente::synth {

void mark(Image& image);  // 8-bit gray

// How far the tile stands out of chance at the offset that suits it best, in standard deviations: at most 5.1 in 920
// unmarked images, real and synthetic; at least 19 in whole marked ones, 10.4 in crops of 160x160. is_synthetic draws
// the line at 9. 0 for images below 64x64. Measured: docs/synthetic-people.md.
double mark_strength(const Image& image);

}  // namespace puente::synth
