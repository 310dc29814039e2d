// Contextual filtering (Hong, Wan & Jain 1998) with a complex Gabor filter: for each small block the one that is tuned
// to its ridges' direction and period. Real part: the ridges, cleaned; angle: the ridge phase; magnitude against the
// unfiltered signal: how clear the ridges are.
#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "modality/finger/filter.h"
#include "modality/finger/stages.h"

namespace puente::finger {
namespace {

constexpr int kDirections = 32, kPeriods = 12;
constexpr float kPeriodFirst = 5, kPeriodStep = 0.9f;

// Filters of one size for every direction and period.
struct Bank {
  FilterWindow window;
  std::size_t size = 0;        // floats a filter
  std::vector<float> weights;  // filter by filter; see FilterBlock

  const float* of(int direction, int period) const {
    return &weights[(static_cast<std::size_t>(direction) * kPeriods + period) * size];
  }
};

void add_filter(const FilterWindow& window, float sigma_along, float sigma_across, float orientation, float period,
                std::vector<float>& weights) {
  const float ux = pixels::cosine(orientation), uy = -pixels::sine(orientation), vx = uy, vy = -ux;
  std::vector<float> envelope, even, odd, across;
  float envelope_sum = 0, even_sum = 0;
  for (int y = -window.radius; y <= window.radius; ++y)
    for (int x = -window.half_row[std::abs(y)]; x <= window.half_row[std::abs(y)]; ++x) {
      const float fx = static_cast<float>(x), fy = static_cast<float>(y);
      const float u = fx * ux + fy * uy, v = fx * vx + fy * vy;
      across.push_back(2 * pixels::kPi * v / period);
      envelope.push_back(
          pixels::exponential(-0.5f * (u * u / (sigma_along * sigma_along) + v * v / (sigma_across * sigma_across))));
      even.push_back(envelope.back() * pixels::cosine(across.back()));
      odd.push_back(envelope.back() * pixels::sine(across.back()));
      envelope_sum += envelope.back();
      even_sum += even.back();
    }
  float gain_even = 0, gain_odd = 0;
  for (std::size_t i = 0; i < even.size(); ++i) {
    even[i] -= even_sum / envelope_sum * envelope[i];  // blind to a constant
    gain_even += even[i] * pixels::cosine(across[i]);
    gain_odd += odd[i] * pixels::sine(across[i]);
  }
  for (std::size_t i = 0; i < even.size(); ++i) {
    weights.push_back(even[i] / gain_even);
    weights.push_back(odd[i] / gain_odd);
  }
}

Bank make_bank(int radius, float sigma_along, float sigma_across) {
  Bank bank;
  bank.window.radius = radius;
  for (int y = 0; y <= radius; ++y) {
    int half = 0;
    while ((half + 1) * (half + 1) + y * y <= radius * radius + radius * 5 / 4) ++half;
    bank.window.half_row.push_back(half);
  }
  for (int d = 0; d < kDirections; ++d)
    for (int p = 0; p < kPeriods; ++p)
      add_filter(bank.window, sigma_along, sigma_across, pixels::kPi * static_cast<float>(d) / kDirections,
                 kPeriodFirst + kPeriodStep * static_cast<float>(p), bank.weights);
  bank.size = bank.weights.size() / (kDirections * kPeriods);
  return bank;
}

const Bank& bank_for(Breadth breadth) {
  static const Bank kNarrow = make_bank(8, 4.5f, 3.8f), kBroad = make_bank(13, 7.5f, 5.0f);
  return breadth == Breadth::kNarrow ? kNarrow : kBroad;
}

}  // namespace

Response enhance(const Plane& ridges, const Field& field, Breadth breadth) {
  const Bank& bank = bank_for(breadth);
  const FilterBlock filter = filter_targets().back().filter;
  const FilterInput input(ridges, bank.window.radius);
  const int width = ridges.width, height = ridges.height;
  Response response{Plane(width, height), Plane(width, height), (width + kBlock - 1) / kBlock, {}};
  response.orientation.assign(static_cast<std::size_t>(response.blocks_across) * ((height + kBlock - 1) / kBlock), 0);
  for (int y = 0; y < height; y += kBlock)
    for (int x = 0; x < width; x += kBlock) {
      const std::size_t cell = field.index(x / kCell, y / kCell);
      if (!field.foreground[cell]) continue;
      const float orientation =
          orientation_at(field, static_cast<float>(x) + kBlock / 2, static_cast<float>(y) + kBlock / 2);
      response.orientation[static_cast<std::size_t>(y / kBlock) * response.blocks_across + x / kBlock] = orientation;
      const int direction = static_cast<int>(orientation * (kDirections / pixels::kPi) + 0.5f);
      const int period =
          std::clamp(static_cast<int>((field.period[cell] - kPeriodFirst) / kPeriodStep + 0.5f), 0, kPeriods - 1);
      // nearest bank direction may be pi, which is 0 with the normal turned round
      const float sign = direction >= kDirections ? -1.0f : 1.0f;
      float even[kBlock * kBlock], odd[kBlock * kBlock];
      filter(input.at(x, y), input.line(), bank.window, bank.of(direction % kDirections, period), even, odd);
      for (int v = 0; v < std::min(kBlock, height - y); ++v)
        for (int u = 0; u < std::min(kBlock, width - x); ++u) {
          response.even.at(x + u, y + v) = even[u * kBlock + v];
          response.odd.at(x + u, y + v) = sign * odd[u * kBlock + v];
        }
    }
  return response;
}

void judge_clarity(const Plane& ridges, const Response& response, Field& field) {
  Plane explained(field.columns, field.rows), all(field.columns, field.rows);
  for (int r = 0; r < field.rows; ++r)
    for (int c = 0; c < field.columns; ++c) {
      if (!field.foreground[field.index(c, r)]) continue;
      float filtered = 0, raw = 0;
      for (int y = r * kCell; y < std::min((r + 1) * kCell, ridges.height); ++y)
        for (int x = c * kCell; x < std::min((c + 1) * kCell, ridges.width); ++x) {
          const float e = response.even.at(x, y), o = response.odd.at(x, y), v = ridges.at(x, y);
          filtered += 0.5f * (e * e + o * o);
          raw += v * v;
        }
      explained.at(c, r) = filtered;
      all.at(c, r) = raw;
    }
  explained = pixels::smooth(explained, 1.0f);
  all = pixels::smooth(all, 1.0f);
  field.clarity.assign(field.size(), 0);
  for (std::size_t i = 0; i < field.size(); ++i)
    if (field.foreground[i]) field.clarity[i] = std::min(1.0f, explained.values[i] / (all.values[i] + 1e-6f));
}

}  // namespace puente::finger
