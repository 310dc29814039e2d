// Ridge period: gray summed along the ridges gives a signature across them (Hong, Wan & Jain 1998); its
// autocorrelation's first peak is the period. Smoothed over the field with the peaks' heights as weights.
#include <algorithm>
#include <array>
#include <cmath>

#include "modality/finger/extract_kernels.h"
#include "modality/finger/stages.h"

namespace puente::finger {
namespace {

constexpr float kPeriodMin = 4.5f, kPeriodMax = 17;

struct Peak {
  float period = 0, height = 0;
};

Peak measure(const Plane& ridges, float x, float y, float orientation) {
  Signature where{x, y, pixels::cosine(orientation), -pixels::sine(orientation)};
  where.across_x = where.along_y, where.across_y = -where.along_x;
  std::array<float, kAcross> signature;
  sum_along(ridges, where, signature);
  float mean = 0;
  for (const float v : signature) mean += v;
  mean /= kAcross;
  for (float& v : signature) v -= mean;
  std::array<float, kLags> correlation;
  correlate(signature, correlation);
  for (int lag = 0; lag < kLags; ++lag) correlation[lag] /= static_cast<float>(kAcross - lag);
  if (correlation[0] <= 0) return {};
  bool fell = false;
  for (int lag = 2; lag + 1 < kLags; ++lag) {
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
