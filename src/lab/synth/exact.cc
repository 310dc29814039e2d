#include "lab/synth/exact.h"

#include <cmath>

#include "core/check.h"

namespace puente::synth {
namespace {

double sine_near_zero(double x) {  // Taylor, |x| <= pi/4
  const double s = x * x;
  return x * (1 + s * (-1.0 / 6 + s * (1.0 / 120 + s * (-1.0 / 5040 + s * (1.0 / 362880 - s / 39916800)))));
}

double cosine_near_zero(double x) {
  const double s = x * x;
  return 1 + s * (-0.5 + s * (1.0 / 24 + s * (-1.0 / 720 + s * (1.0 / 40320 - s / 3628800))));
}

double arc_tangent_near_zero(double t) {  // |t| <= tan(pi/8)
  const double s = t * t;
  double sum = 0;
  for (int k = 10; k >= 0; --k) sum = (k % 2 == 0 ? 1.0 : -1.0) / (2 * k + 1) + s * sum;
  return t * sum;
}

}  // namespace

double sine(double x) {
  CHECK(x > -1e6 && x < 1e6);
  const double quarter = std::floor(x / (kPi / 2) + 0.5);
  const double rest = x - quarter * (kPi / 2);
  switch (static_cast<long>(quarter) & 3) {
    case 0:
      return sine_near_zero(rest);
    case 1:
      return cosine_near_zero(rest);
    case 2:
      return -sine_near_zero(rest);
    default:
      return -cosine_near_zero(rest);
  }
}

double cosine(double x) {
  return sine(x + kPi / 2);
}

double exponential(double x) {
  CHECK(x > -700 && x < 700);
  constexpr double kLn2 = 0.69314718055994530942;
  const double power = std::floor(x / kLn2 + 0.5);
  const double r = x - power * kLn2;
  double sum = 1;
  for (int k = 11; k >= 1; --k) sum = 1 + r * sum / k;
  return std::ldexp(sum, static_cast<int>(power));  // exact
}

double arc_tangent(double y, double x) {
  const double ax = x < 0 ? -x : x, ay = y < 0 ? -y : y;
  if (ax == 0 && ay == 0) return 0;
  const bool steep = ay > ax;
  const double t = steep ? ax / ay : ay / ax;
  constexpr double kTanEighth = 0.41421356237309504880;
  double angle = t <= kTanEighth ? arc_tangent_near_zero(t) : kPi / 4 + arc_tangent_near_zero((t - 1) / (t + 1));
  if (steep) angle = kPi / 2 - angle;
  if (x < 0) angle = kPi - angle;
  return y < 0 ? -angle : angle;
}

}  // namespace puente::synth
