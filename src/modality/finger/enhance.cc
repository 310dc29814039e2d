// Contextual filtering (Hong, Wan & Jain 1998) with a complex Gabor filter: for each small block the one that is tuned
// to its ridges' direction and period. Real part: the ridges, cleaned; angle: the ridge phase; magnitude against the
// unfiltered signal: how clear the ridges are.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>

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
  static const Bank kNarrow = make_bank(8, 4.5f, 3.8f), kBroad = make_bank(kReachOfFilters, 7.5f, 5.0f);
  return breadth == Breadth::kNarrow ? kNarrow : kBroad;
}

// Which filter a block is for: 0 for none. Of the last direction, pi, the filters are those of 0 with the normal
// turned.
struct Choice {
  int direction = 0, period = 0;
  std::uint16_t number() const { return static_cast<std::uint16_t>(1 + direction * kPeriods + period); }
};

Choice choose(float orientation, float period) {
  return {static_cast<int>(orientation * (kDirections / pixels::kPi) + 0.5f),
          std::clamp(static_cast<int>((period - kPeriodFirst) / kPeriodStep + 0.5f), 0, kPeriods - 1)};
}

void put(const float* even, const float* odd, float sign, int x, int y, Response& response) {
  for (int v = 0; v < std::min(kBlock, response.even.height - y); ++v)
    for (int u = 0; u < std::min(kBlock, response.even.width - x); ++u) {
      response.even.at(x + u, y + v) = even[u * kBlock + v];
      response.odd.at(x + u, y + v) = sign * odd[u * kBlock + v];
    }
}

}  // namespace

Response enhance(const FilterInput& ridges, const Field& field, Breadth breadth) {
  const int width = ridges.width(), height = ridges.height();
  Response response{Plane(width, height), Plane(width, height), breadth, (width + kBlock - 1) / kBlock, {}, {}};
  const std::size_t blocks = static_cast<std::size_t>(response.blocks_across) * ((height + kBlock - 1) / kBlock);
  response.orientation.assign(blocks, 0);
  response.filter.assign(blocks, 0);
  enhance_again(ridges, field, response);
  return response;
}

void enhance_again(const FilterInput& ridges, const Field& field, Response& response) {
  const Bank& bank = bank_for(response.breadth);
  const FilterBlock filter = filter_targets().back().filter;
  constexpr float kNothing[kBlock * kBlock] = {};
  for (int y = 0; y < ridges.height(); y += kBlock)
    for (int x = 0; x < ridges.width(); x += kBlock) {
      const std::size_t cell = field.index(x / kCell, y / kCell);
      const std::size_t block = static_cast<std::size_t>(y / kBlock) * response.blocks_across + x / kBlock;
      if (!field.foreground[cell]) {
        if (response.filter[block] != 0) put(kNothing, kNothing, 1, x, y, response);
        response.filter[block] = 0;
        response.orientation[block] = 0;
        continue;
      }
      const float orientation =
          orientation_at(field, static_cast<float>(x) + kBlock / 2, static_cast<float>(y) + kBlock / 2);
      response.orientation[block] = orientation;
      const Choice choice = choose(orientation, field.period[cell]);
      if (std::exchange(response.filter[block], choice.number()) == choice.number()) continue;
      float even[kBlock * kBlock], odd[kBlock * kBlock];
      filter(ridges.at(x, y, bank.window), ridges.line(), bank.window,
             bank.of(choice.direction % kDirections, choice.period), even, odd);
      put(even, odd, choice.direction >= kDirections ? -1.0f : 1.0f, x, y, response);
    }
}

void judge_clarity(const Plane& ridges, const Response& response, Field& field) {
  Plane explained(field.columns, field.rows), all(field.columns, field.rows);
  const std::size_t padded = static_cast<std::size_t>(field.columns) * kCell;
  std::vector<float> filtered(padded), raw(padded);  // of a row's pixels
  for (int y = 0; y < ridges.height; ++y) {          // row by row: the sums of a row's cells do not wait for each other
    const float *even = response.even.row(y), *odd = response.odd.row(y), *signal = ridges.row(y);
    for (int x = 0; x < ridges.width; ++x) {
      filtered[x] = 0.5f * (even[x] * even[x] + odd[x] * odd[x]);
      raw[x] = signal[x] * signal[x];
    }
    for (int c = 0; c < field.columns; ++c) {
      if (!field.foreground[field.index(c, y / kCell)]) continue;
      float filtered_sum = explained.at(c, y / kCell), raw_sum = all.at(c, y / kCell);
      for (int x = c * kCell; x < (c + 1) * kCell; ++x) {
        filtered_sum += filtered[x];
        raw_sum += raw[x];
      }
      explained.at(c, y / kCell) = filtered_sum, all.at(c, y / kCell) = raw_sum;
    }
  }
  explained = pixels::smooth(explained, 1.0f);
  all = pixels::smooth(all, 1.0f);
  field.clarity.assign(field.size(), 0);
  for (std::size_t i = 0; i < field.size(); ++i)
    if (field.foreground[i]) field.clarity[i] = std::min(1.0f, explained.values[i] / (all.values[i] + 1e-6f));
}

}  // namespace puente::finger
