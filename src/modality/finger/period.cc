// Ridge period: gray summed along the ridges gives a signature across them (Hong, Wan & Jain 1998); its
// autocorrelation's first peak is the period. Smoothed over the field with the peaks' heights as weights.
#include <algorithm>
#include <cmath>

#include "modality/finger/stages.h"

namespace puente::finger {
namespace {

constexpr int kHalfLength = 24, kHalfWidth = 4;  // samples across; samples along, two pixels apart
constexpr int kLagMax = 20;
constexpr float kPeriodMin = 4.5f, kPeriodMax = 17;

struct Peak {
  float period = 0, height = 0;
};

Peak measure(const Plane& ridges, float x, float y, float orientation) {
  const float ux = pixels::cosine(orientation), uy = -pixels::sine(orientation);  // along; y down
  const float vx = uy, vy = -ux;                                                  // across
  float signature[2 * kHalfLength];
  float mean = 0;
  for (int t = -kHalfLength; t < kHalfLength; ++t) {
    float sum = 0;
    for (int s = -kHalfWidth; s <= kHalfWidth; ++s) {
      const float fx = x + vx * static_cast<float>(t) + ux * static_cast<float>(2 * s);
      const float fy = y + vy * static_cast<float>(t) + uy * static_cast<float>(2 * s);
      const int px = std::clamp(static_cast<int>(fx + 0.5f), 0, ridges.width - 1);
      const int py = std::clamp(static_cast<int>(fy + 0.5f), 0, ridges.height - 1);
      sum += ridges.at(px, py);
    }
    signature[t + kHalfLength] = sum;
    mean += sum;
  }
  mean /= 2 * kHalfLength;
  for (float& v : signature) v -= mean;
  float correlation[kLagMax + 1];
  for (int lag = 0; lag <= kLagMax; ++lag) {
    float sum = 0;
    for (int t = 0; t + lag < 2 * kHalfLength; ++t) sum += signature[t] * signature[t + lag];
    correlation[lag] = sum / static_cast<float>(2 * kHalfLength - lag);
  }
  if (correlation[0] <= 0) return {};
  bool fell = false;
  for (int lag = 2; lag < kLagMax; ++lag) {
    if (correlation[lag] < 0) fell = true;
    if (!fell || correlation[lag] < correlation[lag - 1] || correlation[lag] < correlation[lag + 1]) continue;
    const float height = correlation[lag] / correlation[0];
    if (height < 0.15f) continue;
    const float a = correlation[lag - 1], b = correlation[lag], c = correlation[lag + 1];
    const float bend = a - 2 * b + c;
    const float period = static_cast<float>(lag) + (bend < 0 ? 0.5f * (a - c) / bend : 0);
    if (period < kPeriodMin || period > kPeriodMax) return {};
    return {period, std::min(1.0f, height)};
  }
  return {};
}

}  // namespace

float estimate_period(const Plane& ridges, Field& field) {
  Plane weighted(field.columns, field.rows), weights(field.columns, field.rows);
  double sum = 0, total = 0;
  int measured = 0;
  for (int r = 0; r < field.rows; ++r)
    for (int c = r & 1; c < field.columns; c += 2) {
      if (!field.foreground[field.index(c, r)]) continue;
      const float x = (static_cast<float>(c) + 0.5f) * kCell, y = (static_cast<float>(r) + 0.5f) * kCell;
      const Peak peak = measure(ridges, x, y, orientation_at(field, x, y));
      const float weight = peak.height * peak.height;
      weighted.at(c, r) = weight * peak.period;
      weights.at(c, r) = weight;
      sum += weighted.at(c, r);
      total += weight;
      ++measured;
    }
  const float typical = total > 0 ? static_cast<float>(sum / total) : 9;
  const Plane a = pixels::smooth(weighted, 2.5f), b = pixels::smooth(weights, 2.5f);
  field.period.assign(field.size(), typical);
  for (std::size_t i = 0; i < field.size();
       ++i)  // the whole print's mean counts a little, more where little was measured
    field.period[i] = (a.values[i] + 0.02f * typical) / (b.values[i] + 0.02f);
  return measured > 0 ? static_cast<float>(total / measured) : 0;
}

}  // namespace puente::finger
