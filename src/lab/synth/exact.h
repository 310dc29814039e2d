// Elementary functions from +, -, *, / alone: IEEE 754 fixes those to the bit, libm's it does not. Absolute error below
// 1e-9, which is plenty for pictures.
#pragma once

namespace puente::synth {

inline constexpr double kPi = 3.14159265358979323846;

double sine(double x);  // |x| up to 1e6
double cosine(double x);
double exponential(double x);            // |x| <= 700
double arc_tangent(double y, double x);  // as atan2; 0 at the origin

}  // namespace puente::synth
