// Skin that bends under pressure: stretched, sheared and dragged in long waves over the whole contact, beyond what
// Cappelli's held centre and sliding rim give. Inside this module only.
#pragma once
#include <functional>

#include "lab/synth/pattern.h"
#include "lab/synth/stream.h"

namespace puente::synth {

class Bend {
 public:
  explicit Bend(Stream& stream);

  // Scales the bend so that, over an ellipse around the contact's centre, skin moved by `before` and then by the bend
  // lies `pixels`, root mean square, beside the best rigid fit to where it was. Where `before` alone does as much
  // already, the bend is none.
  void scale_to(double pixels, double across, double along, const std::function<Point(Point pad)>& before);

  Point at(Point pad) const;  // movement of the skin there; pad: pixels from the contact's centre

 private:
  Point unscaled(Point pad) const;

  double linear_[4], square_[6];
  SmoothNoise wave_x_, wave_y_;
  double scale_ = 0;
};

}  // namespace puente::synth
