// Coarse ridge flow for prints where gradients mislead (dry, worn, dotted ridges): how much of the signal around each
// node a wave of each direction and period explains (short-time spectra: Chikkerur, Cartwright & Govindaraju 2007),
// then relaxation between neighbours, since ridges turn slowly (relaxation labelling: Rosenfeld, Hummel & Zucker 1976).
#include <algorithm>
#include <array>
#include <cmath>

#include "modality/finger/filter.h"
#include "modality/finger/stages.h"

namespace puente::finger {
namespace {

constexpr int kDirections = 24;
constexpr std::array<float, 4> kPeriods = {6.5f, 8.2f, 10.3f, 13.0f};  // pixels at 500 ppi
constexpr int kWaves = kDirections * static_cast<int>(kPeriods.size());
static_assert(kWaves % kWavesAtOnce == 0);
constexpr int kRadius = 10;  // half-resolution pixels
constexpr float kSigma = 4.6f;
constexpr int kRounds = 6;

// For each point of half the window (the other half is its mirror image): every wave's even and odd weight.
struct Bank {
  struct Tap {
    int x, y;
    float window;
  };
  std::vector<Tap> taps;
  float window_sum = 0;        // of the whole window
  std::vector<float> weights;  // for each kWavesAtOnce waves as ProjectWaves wants them
};

Bank make_bank() {
  Bank bank;
  for (int y = 0; y <= kRadius; ++y)
    for (int x = -kRadius; x <= kRadius; ++x) {
      const bool half = y > 0 || x >= 0;
      if (!half || x * x + y * y > kRadius * kRadius) continue;
      float window = pixels::exponential(-0.5f * static_cast<float>(x * x + y * y) / (kSigma * kSigma));
      if (x == 0 && y == 0) window *= 0.5f;  // its own mirror image
      bank.taps.push_back({x, y, window});
      bank.window_sum += 2 * window;
    }
  for (int first = 0; first < kWaves; first += kWavesAtOnce)
    for (const Bank::Tap& tap : bank.taps) {
      std::array<float, kWavesAtOnce> angles;
      for (int k = 0; k < kWavesAtOnce; ++k) {
        const int w = first + k;
        const float normal = pixels::kPi * (static_cast<float>(w % kDirections) / kDirections + 0.5f);
        const float rate = 4 * pixels::kPi / kPeriods[w / kDirections];
        angles[k] = rate * (static_cast<float>(tap.x) * pixels::cosine(normal) -
                            static_cast<float>(tap.y) * pixels::sine(normal));
      }
      for (float angle : angles) bank.weights.push_back(tap.window * pixels::cosine(angle));
      for (float angle : angles) bank.weights.push_back(tap.window * pixels::sine(angle));
    }
  return bank;
}

Plane halve(const Plane& plane) {
  Plane half = Plane::unset(plane.width / 2, plane.height / 2);
  for (int y = 0; y < half.height; ++y)
    for (int x = 0; x < half.width; ++x)
      half.at(x, y) = 0.25f * (plane.at(2 * x, 2 * y) + plane.at(2 * x + 1, 2 * y) + plane.at(2 * x, 2 * y + 1) +
                               plane.at(2 * x + 1, 2 * y + 1));
  return half;
}

// Share of the signal around (x, y) that each wave explains, 0..about 1.
void measure(const Plane& half, int x, int y, std::array<float, kWaves>& share) {
  static const Bank kBank = make_bank();
  const ProjectWaves project = filter_targets().back().project;
  const int taps = static_cast<int>(kBank.taps.size());
  std::array<float, (2 * kRadius + 1) * (2 * kRadius + 1)> sums, differences;
  const bool inside = x >= kRadius && y >= kRadius && x + kRadius < half.width && y + kRadius < half.height;
  const auto at = [&](int u, int v) {
    return inside ? half.at(u, v) : half.at(std::clamp(u, 0, half.width - 1), std::clamp(v, 0, half.height - 1));
  };
  float energy = 0;
  for (int t = 0; t < taps; ++t) {
    const Bank::Tap& tap = kBank.taps[t];
    const float a = at(x + tap.x, y + tap.y), b = at(x - tap.x, y - tap.y);
    sums[t] = a + b;
    differences[t] = a - b;
    energy += tap.window * (a * a + b * b);
  }
  std::array<float, kWaves> even, odd;
  project(sums.data(), differences.data(), taps, kBank.weights.data(), kWaves, even.data(), odd.data());
  const float scale = 2 / (kBank.window_sum * energy + 1e-6f);
  for (int w = 0; w < kWaves; ++w) share[w] = scale * (even[w] * even[w] + odd[w] * odd[w]);
}

using Belief = std::array<float, kDirections>;

void normalise(Belief& belief) {
  float sum = 0;
  for (float b : belief) sum += b;
  if (sum > 0)
    for (float& b : belief) b /= sum;
}

// Neighbours' beliefs, each let turn a little (7.5 degrees a step), times one's own evidence.
void relax(std::vector<Belief>& beliefs, const std::vector<Belief>& evidence, const std::vector<float>& weight,
           int columns, int rows) {
  constexpr std::array<float, 4> kTurn = {0.28f, 0.21f, 0.11f, 0.04f};
  constexpr int kTurnMax = 3;
  std::vector<Belief> next(beliefs.size());
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < columns; ++c) {
      const std::size_t i = static_cast<std::size_t>(r) * columns + c;
      if (weight[i] == 0) continue;
      Belief sum{};
      for (int y = std::max(0, r - 1); y <= std::min(rows - 1, r + 1); ++y)
        for (int x = std::max(0, c - 1); x <= std::min(columns - 1, c + 1); ++x) {
          const std::size_t n = static_cast<std::size_t>(y) * columns + x;
          const float w = weight[n] * (x == c && y == r ? 1.0f : x == c || y == r ? 0.8f : 0.5f);
          for (int d = 0; d < kDirections; ++d) sum[d] += w * beliefs[n][d];
        }
      std::array<float, kDirections + 2 * kTurnMax> ring;  // sum, and its ends once more
      for (int d = 0; d < kDirections + 2 * kTurnMax; ++d) ring[d] = sum[(d + kDirections - kTurnMax) % kDirections];
      for (int d = 0; d < kDirections; ++d) {
        float turned = kTurn[0] * ring[kTurnMax + d];
        for (int k = 1; k <= kTurnMax; ++k) turned += kTurn[k] * (ring[kTurnMax + d + k] + ring[kTurnMax + d - k]);
        next[i][d] = evidence[i][d] * turned;
      }
      normalise(next[i]);
    }
  beliefs = std::move(next);
}

// Do far neighbours, whose windows hardly meet, point the same way? Ridges do, also poor ones; noise does not.
float order_of(const std::vector<Belief>& evidence, const std::vector<float>& weight, int columns, int rows) {
  constexpr int kApart = 3;  // nodes
  float agree = 0, all = 1e-6f;
  std::vector<int> strongest(evidence.size());
  for (std::size_t i = 0; i < evidence.size(); ++i)
    strongest[i] = static_cast<int>(std::max_element(evidence[i].begin(), evidence[i].end()) - evidence[i].begin());
  auto compare = [&](std::size_t i, std::size_t j) {
    const float both = weight[i] * weight[j];
    agree += both * pixels::cosine(2 * pixels::kPi * static_cast<float>(strongest[i] - strongest[j]) / kDirections);
    all += both;
  };
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < columns; ++c) {
      const std::size_t i = static_cast<std::size_t>(r) * columns + c;
      if (c + kApart < columns) compare(i, i + kApart);
      if (r + kApart < rows) compare(i, i + static_cast<std::size_t>(kApart) * columns);
    }
  return agree / all;
}

}  // namespace

CoarseFlow coarse_flow(const Plane& ridges, const Field& field) {
  CoarseFlow flow;
  flow.columns = (field.columns + 1) / 2;
  flow.rows = (field.rows + 1) / 2;
  const std::size_t nodes = static_cast<std::size_t>(flow.columns) * flow.rows;
  flow.cosine2.assign(nodes, 0);
  flow.sine2.assign(nodes, 0);
  flow.share.assign(nodes, 0);
  const Plane half = halve(ridges);
  std::vector<std::array<float, kWaves>> shares(nodes);
  std::vector<float> weight(nodes, 0);
  std::array<float, kPeriods.size()> usual{};
  for (int r = 0; r < flow.rows; ++r)
    for (int c = 0; c < flow.columns; ++c) {
      const std::size_t i = static_cast<std::size_t>(r) * flow.columns + c;
      bool inside = false;
      for (int k = 0; k < 4; ++k) {
        const int cc = std::min(2 * c + k % 2, field.columns - 1), rr = std::min(2 * r + k / 2, field.rows - 1);
        inside = inside || field.foreground[field.index(cc, rr)];
      }
      if (!inside) continue;
      measure(half, c * kCell + kCell / 2, r * kCell + kCell / 2, shares[i]);
      float most = 0;
      std::size_t period = 0;
      for (int w = 0; w < kWaves; ++w)
        if (shares[i][w] > most) {
          most = shares[i][w];
          period = static_cast<std::size_t>(w / kDirections);
        }
      flow.share[i] = most;
      weight[i] = most;
      usual[period] += most * most;
    }
  // a finger's ridges are of a kind: periods seldom seen in this print count less
  float usual_most = 1e-6f;
  for (float u : usual) usual_most = std::max(usual_most, u);
  std::vector<Belief> evidence(nodes), beliefs;
  for (std::size_t i = 0; i < nodes; ++i) {
    if (weight[i] == 0) continue;
    for (int d = 0; d < kDirections; ++d) {
      float best = 0;
      for (std::size_t p = 0; p < kPeriods.size(); ++p)
        best = std::max(best, shares[i][p * kDirections + d] * (0.5f + 0.5f * usual[p] / usual_most));
      evidence[i][d] = best + 0.02f;
    }
    normalise(evidence[i]);
  }
  flow.order = order_of(evidence, weight, flow.columns, flow.rows);
  beliefs = evidence;
  for (int round = 0; round < kRounds; ++round) relax(beliefs, evidence, weight, flow.columns, flow.rows);
  std::array<float, kDirections> cosine2, sine2;
  for (int d = 0; d < kDirections; ++d) {
    cosine2[d] = pixels::cosine(2 * pixels::kPi * static_cast<float>(d) / kDirections);
    sine2[d] = pixels::sine(2 * pixels::kPi * static_cast<float>(d) / kDirections);
  }
  for (std::size_t i = 0; i < nodes; ++i)
    for (int d = 0; d < kDirections; ++d) {
      flow.cosine2[i] += beliefs[i][d] * cosine2[d];
      flow.sine2[i] += beliefs[i][d] * sine2[d];
    }
  return flow;
}

}  // namespace puente::finger
