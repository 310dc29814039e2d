// Capitals, digits and a full stop as pen strokes, for what is printed and stamped on cards. Inside this module only.
#pragma once
#include <string_view>
#include <utility>
#include <vector>

#include "lab/synth/pattern.h"

namespace puente::synth {

// Each stroke from a point to a point; letters are one high, 2/3 wide and stand on y = 0, y downwards. Other characters
// leave a blank.
std::vector<std::pair<Point, Point>> lettering(std::string_view words);
double lettering_width(std::string_view words);

}  // namespace puente::synth
