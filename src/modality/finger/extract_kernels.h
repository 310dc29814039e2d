// The inner loops of extraction that look here and there, many places at a time; private to this module. As kernels.h:
// the same bits on every processor and in `scalar`, which defines them.
#pragma once
#include <array>

#include "modality/pixels/pixels.h"

namespace puente::finger {

// The signature of ridges: at kAcross points on a line across them, a pixel apart, the sum of the kAlong pixels that
// lie along the ridges there, two pixels apart. Beyond the plane its border goes on.
inline constexpr int kAcross = 48, kAlong = 9;
struct Signature {
  float x = 0, y = 0;              // its middle
  float along_x = 0, along_y = 0;  // unit vectors, y downwards
  float across_x = 0, across_y = 0;
};
void sum_along(const pixels::Plane& ridges, const Signature& where, std::array<float, kAcross>& sums);

// For each lag the sum over t of signature[t] * signature[t + lag], added up in that order.
inline constexpr int kLags = 21;
void correlate(const std::array<float, kAcross>& signature, std::array<float, kLags>& sums);

namespace scalar {
void sum_along(const pixels::Plane& ridges, const Signature& where, std::array<float, kAcross>& sums);
void correlate(const std::array<float, kAcross>& signature, std::array<float, kLags>& sums);
}  // namespace scalar

}  // namespace puente::finger
