// Pixels: what the modalities share: float planes, resampling, smoothing, and trigonometry that gives the same bits on
// every machine (libm may choose another code path for another processor). Everything is a pure function; any thread.
#pragma once
#include <cstddef>
#include <memory>
#include <new>
#include <utility>
#include <vector>

#include "core/image.h"

namespace puente::pixels {

// Leaves elements that nobody gives a value unset: filling a plane that is written next takes as long as a filter does.
template <class T>
struct LeaveUnset : std::allocator<T> {
  template <class U>
  struct rebind {
    using other = LeaveUnset<U>;
  };
  template <class U>
  void construct(U* at) noexcept {
    ::new (static_cast<void*>(at)) U;
  }
  template <class U, class... Values>
  void construct(U* at, Values&&... values) {
    ::new (static_cast<void*>(at)) U(std::forward<Values>(values)...);
  }
};
using Floats = std::vector<float, LeaveUnset<float>>;

struct Plane {
  int width = 0;
  int height = 0;
  Floats values;  // row by row

  Plane() = default;
  Plane(int plane_width, int plane_height, float fill = 0)
      : width(plane_width), height(plane_height), values(static_cast<std::size_t>(plane_width) * plane_height, fill) {}
  static Plane unset(int plane_width, int plane_height) {  // to be written before it is read
    Plane plane;
    plane.width = plane_width;
    plane.height = plane_height;
    plane.values.resize(static_cast<std::size_t>(plane_width) * plane_height);
    return plane;
  }
  float* row(int y) { return values.data() + static_cast<std::size_t>(y) * width; }
  const float* row(int y) const { return values.data() + static_cast<std::size_t>(y) * width; }
  float& at(int x, int y) { return row(y)[x]; }
  float at(int x, int y) const { return row(y)[x]; }
};

Plane to_gray(const Image& image);                                    // 0..255; RGB by ITU-R BT.601 weights
Plane crop(const Plane& plane, int x, int y, int width, int height);  // the rectangle must lie inside
Plane resample(const Plane& plane, double scale);  // cubic convolution, widened when shrinking: no aliasing
Plane box_mean(const Plane& plane, int radius);    // mean over the (2r+1)² pixels that lie inside the plane
Plane smooth(const Plane& plane, float sigma);     // Gaussian, borders replicated

inline constexpr float kPi = 3.14159265358979323846f;
float arc_tangent(float y, float x);  // as std::atan2, in (-pi, pi], within 2e-6
float sine(float radians);            // within 1e-6 for |radians| <= 1000
float cosine(float radians);
float exponential(float x);  // relative error below 1e-6 on [-80, 80]; 0 below
double logarithm(double x);  // natural, x > 0, within 1e-12

}  // namespace puente::pixels
