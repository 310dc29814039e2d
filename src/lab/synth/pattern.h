// A finger's plan before any ridge exists: class, singular points, orientation and ridge period at each place of the
// pad. Coordinates: pixels at 500 ppi, origin at the pattern's centre, x to the right, y towards the tip, as seen on
// the print.
#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "core/place.h"
#include "lab/synth/stream.h"
#include "lab/synth/synth.h"

namespace puente::synth {

struct Point {
  double x = 0, y = 0;
};

// Smooth unit-variance noise: a lattice of normals, interpolated bicubically (B-spline).
class SmoothNoise {
 public:
  SmoothNoise(Stream& stream, double cell, double half_width, double half_height);
  double at(double x, double y) const;

 private:
  double cell_, left_, bottom_;
  int columns_, rows_;
  std::vector<double> values_;
};

class Pattern {
 public:
  Pattern(std::uint64_t seed, std::uint32_t number, Finger position);
  PatternClass kind() const { return kind_; }
  double orientation(Point at) const;  // of the ridge, radians anticlockwise from x; modulo pi
  double period(Point at) const;       // ridge to ridge, pixels

 private:
  struct Singularity {
    Point at;
    double sign;                    // +1 core, -1 delta
    std::array<double, 4> bending;  // sine and cosine of once and twice the angle: Vizcaya and Gerhardt's correction
  };
  void place_singularities(Stream& stream);
  void add(Point at, double sign, Stream& stream);

  PatternClass kind_;
  std::vector<Singularity> singularities_;
  double flank_, flank_width_, flank_bottom_, arch_width_;
  double period_mean_, period_below_;
  SmoothNoise turn_, spread_;
};

}  // namespace puente::synth
