// Elementary functions from sums and products only, so that no C library has a say in the last bit (Cody & Waite 1980).
#include <cmath>
#include <cstdint>

#include "modality/pixels/pixels.h"

namespace puente::pixels {

float arc_tangent(float y, float x) {
  if (x == 0 && y == 0) return 0;
  const double ax = std::fabs(x), ay = std::fabs(y);
  const bool steep = ay > ax;
  double t = steep ? ax / ay : ay / ax;
  // atan t = pi/6 + atan((sqrt3 t - 1) / (sqrt3 + t)) keeps the series short
  const double kSqrt3 = 1.7320508075688772;
  double base = 0;
  if (t > 0.2679491924311227) {
    t = (kSqrt3 * t - 1) / (kSqrt3 + t);
    base = 0.5235987755982988;
  }
  const double s = t * t;
  double angle = base + t * (1 - s * (1.0 / 3 - s * (1.0 / 5 - s * (1.0 / 7 - s * (1.0 / 9 - s / 11)))));
  if (steep) angle = 1.5707963267948966 - angle;
  if (x < 0) angle = 3.141592653589793 - angle;
  return static_cast<float>(y < 0 ? -angle : angle);
}

namespace {
double sine_quadrant(double r, int quadrant) {  // |r| <= pi/4
  const double s = r * r;
  const double sin_r = r * (1 - s * (1.0 / 6 - s * (1.0 / 120 - s * (1.0 / 5040 - s / 362880))));
  const double cos_r = 1 - s * (0.5 - s * (1.0 / 24 - s * (1.0 / 720 - s * (1.0 / 40320 - s / 3628800))));
  switch (quadrant & 3) {
    case 0:
      return sin_r;
    case 1:
      return cos_r;
    case 2:
      return -sin_r;
    default:
      return -cos_r;
  }
}
float sine_of(double radians, int quadrants) {
  const double turns = std::floor(radians * 0.6366197723675814 + 0.5);
  return static_cast<float>(sine_quadrant(radians - turns * 1.5707963267948966, static_cast<int>(turns) + quadrants));
}
}  // namespace

float sine(float radians) {
  return sine_of(radians, 0);
}
float cosine(float radians) {
  return sine_of(radians, 1);
}

float exponential(float x) {
  if (x < -80) return 0;
  if (x > 80) x = 80;
  const double power = std::floor(x * 1.4426950408889634 + 0.5);
  const double r = x - power * 0.6931471805599453;
  const double series = 1 + r * (1 + r / 2 * (1 + r / 3 * (1 + r / 4 * (1 + r / 5 * (1 + r / 6 * (1 + r / 7))))));
  return static_cast<float>(std::ldexp(series, static_cast<int>(power)));
}

double logarithm(double x) {
  int power = 0;
  double m = std::frexp(x, &power);  // [0.5, 1)
  if (m < 0.7071067811865476) {
    m *= 2;
    --power;
  }
  const double t = (m - 1) / (m + 1), s = t * t;
  double series = 0;
  for (int k = 17; k >= 1; k -= 2) series = 1.0 / k + s * series;
  return 2 * t * series + power * 0.6931471805599453;
}

}  // namespace puente::pixels
