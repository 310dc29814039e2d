// Quality of a print for comparison, and what an officer could do about it.
#include <algorithm>
#include <cmath>

#include "modality/finger/stages.h"

namespace puente::finger {
namespace {

// Of the print's area, what part is darker than its surroundings: sound prints have 0.40 to 0.48. Dry skin prints
// broken, thin ridges; wet or pressed skin closes the valleys.
constexpr float kDryShare = 0.425f, kWetShare = 0.505f;

// Ridge to ridge, in pixels at 500 ppi. The middles of prints whose resolution is known: FVC2002's three sensors 6.9 to
// 11.2, its synthetic ones 6.5 to 8.3, NIST's inked cards 9.5 to 12.8.
constexpr float kPeriodLeast = 6, kPeriodMost = 13.6f;

// The middle of what the ridges' periods are where they are clear.
float usual_period(const Field& field) {
  constexpr float kClear = 0.3f;
  std::vector<float> periods;
  for (std::size_t i = 0; i < field.size(); ++i)
    if (field.foreground[i] && field.clarity[i] >= kClear) periods.push_back(field.period[i]);
  if (periods.empty()) return 0;
  const auto middle = periods.begin() + static_cast<std::ptrdiff_t>(periods.size() / 2);
  std::nth_element(periods.begin(), middle, periods.end());
  return *middle;
}

}  // namespace

Quality judge(const Plane& ridges, const Field& field, const Contrast& contrast, const Template& features) {
  int cells = 0;
  float clarity = 0;
  int ridge_pixels = 0, pixels_seen = 0;
  for (int r = 0; r < field.rows; ++r)
    for (int c = 0; c < field.columns; ++c) {
      const std::size_t i = field.index(c, r);
      if (!field.foreground[i]) continue;
      ++cells;
      clarity += field.clarity[i];
      for (int y = r * kCell; y < std::min((r + 1) * kCell, ridges.height); ++y)
        for (int x = c * kCell; x < std::min((c + 1) * kCell, ridges.width); ++x) {
          ++pixels_seen;
          ridge_pixels += ridges.at(x, y) > 0;
        }
    }
  Quality quality;
  if (cells == 0) return quality;
  clarity /= static_cast<float>(cells);
  const float area = static_cast<float>(cells) * kCell * kCell / 387.5f;  // square millimetres
  const float area_part = std::min(1.0f, area / 180), clear_part = std::clamp((clarity - 0.2f) / 0.4f, 0.0f, 1.0f);
  float good = 0;
  for (const Minutia& m : features.minutiae) good += static_cast<float>(m.quality) / 100;
  const float count_part = std::min(1.0f, good / 22);
  // Whatever lacks, the print is refused in proportion; the exponent 3/4 spreads the products evenly over 0..100.
  const float root = std::sqrt(clear_part * area_part * count_part);
  quality.score = static_cast<int>(100 * root * std::sqrt(root) + 0.5f);
  const float period = usual_period(field);
  if (period > 0 && (period < kPeriodLeast || period > kPeriodMost)) {
    quality.reasons.push_back("implausible_resolution");  // and then nothing else that was measured holds
    return quality;
  }
  const float ridge_share = static_cast<float>(ridge_pixels) / static_cast<float>(std::max(1, pixels_seen));
  if (area < 110) quality.reasons.push_back("too_small");
  if (contrast.deviation < 8) quality.reasons.push_back("low_contrast");
  if (clear_part < 0.6f) {
    if (ridge_share < kDryShare)
      quality.reasons.push_back("too_dry");
    else if (ridge_share > kWetShare)
      quality.reasons.push_back("too_wet");
    else
      quality.reasons.push_back("unclear_ridges");
  }
  if (features.minutiae.size() < 16) quality.reasons.push_back("too_few_minutiae");
  return quality;
}

}  // namespace puente::finger
