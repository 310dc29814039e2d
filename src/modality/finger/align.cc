// From likeness of surroundings to an alignment: the likeliest minutia pairs each propose one; those that most others
// agree with, within what skin stretches, are tried; minutiae are paired under them, and the alignment is bent to the
// pairs (local structures to global alignment after Jiang & Yau 2000; hypotheses by consensus after Fischler & Bolles
// 1981).
#include <algorithm>
#include <bit>
#include <cmath>

#include "modality/finger/alignment.h"

namespace puente::finger {
namespace {

constexpr int kRanked = 48, kSeeds = 24, kHypotheses = 5, kConcluded = 2;
constexpr int kBitsMin = 80;  // sure samples in both, below which surroundings say nothing

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define PUENTE_POPCOUNT_CLONES __attribute__((target_clones("popcnt", "default")))
#else
#define PUENTE_POPCOUNT_CLONES
#endif

PUENTE_POPCOUNT_CLONES
void compare_surroundings(const Surroundings& probe, const Surroundings* reference, int count, float* likeness) {
  for (int j = 0; j < count; ++j) {
    int both = 0, differ = 0;
    for (int w = 0; w < kSamples / 64; ++w) {
      const std::uint64_t mask = probe.mask[w] & reference[j].mask[w];
      both += __builtin_popcountll(mask);
      differ += __builtin_popcountll(mask & (probe.ridge[w] ^ reference[j].ridge[w]));
    }
    likeness[j] = both < kBitsMin ? -1.0f : static_cast<float>(both - 2 * differ) / static_cast<float>(both + 20);
  }
}

void rank(const Prepared::Data& probe, const Prepared::Data& reference, Scratch::Data& s) {
  const int n = static_cast<int>(probe.points.size()), m = static_cast<int>(reference.points.size());
  s.likeness.resize(static_cast<std::size_t>(n) * m);
  s.ranked.clear();
  for (int i = 0; i < n; ++i) {
    float* row = &s.likeness[static_cast<std::size_t>(i) * m];
    compare_surroundings(probe.surroundings[i], reference.surroundings.data(), m, row);
    for (int j = 0; j < m; ++j)
      if (row[j] > 0.2f) s.ranked.push_back({row[j], static_cast<std::uint16_t>(i), static_cast<std::uint16_t>(j)});
  }
  auto likelier = [](const Likeness& a, const Likeness& b) {
    if (a.likeness != b.likeness) return a.likeness > b.likeness;
    return a.probe != b.probe ? a.probe < b.probe : a.reference < b.reference;
  };
  if (s.ranked.size() > kRanked) {
    std::nth_element(s.ranked.begin(), s.ranked.begin() + kRanked, s.ranked.end(), likelier);
    s.ranked.resize(kRanked);
  }
  std::sort(s.ranked.begin(), s.ranked.end(), likelier);
  for (Likeness& pair : s.ranked) {
    pair.p = &probe.points[pair.probe];
    pair.q = &reference.points[pair.reference];
    pair.rotation = static_cast<std::uint16_t>(pair.q->angle - pair.p->angle);
  }
}

// Could both pairs be true at once? The second must lie where the first puts it, give or take stretch and a degree of
// turning.
bool agree(const Likeness& a, const Likeness& b) {
  constexpr int kTurnMax = static_cast<int>(0.5f / kRadiansPerStep);
  if (turn_between(a.rotation, b.rotation) > kTurnMax || a.probe == b.probe || a.reference == b.reference) return false;
  const float dx = b.p->x - a.p->x, dy = b.p->y - a.p->y, ex = b.q->x - a.q->x, ey = b.q->y - a.q->y;
  // turn both into the frames of their first minutiae
  const float u = dx * a.p->cosine + dy * a.p->sine, v = dy * a.p->cosine - dx * a.p->sine;
  const float s = ex * a.q->cosine + ey * a.q->sine, t = ey * a.q->cosine - ex * a.q->sine;
  const float off2 = (u - s) * (u - s) + (v - t) * (v - t), tolerance = 7 + 0.16f * std::sqrt(u * u + v * v);
  return off2 < tolerance * tolerance;
}

void choose_seeds(Scratch::Data& s) {
  s.seeds.clear();
  const int count = static_cast<int>(s.ranked.size());
  for (int a = 0; a < std::min(count, kSeeds); ++a) {
    float support = s.ranked[a].likeness;
    for (int b = 0; b < count; ++b)
      if (agree(s.ranked[a], s.ranked[b])) support += s.ranked[b].likeness;
    s.seeds.push_back({support, a});
  }
  std::stable_sort(s.seeds.begin(), s.seeds.end(), [](const auto& x, const auto& y) { return x.first > y.first; });
}

Alignment rigid(float rotation, float px, float py, float qx, float qy) {
  Alignment t;
  t.rotation = rotation;
  t.a = t.d = pixels::cosine(rotation);
  t.c = pixels::sine(rotation);
  t.b = -t.c;
  t.shift_x = qx - (t.a * px + t.b * py);
  t.shift_y = qy - (t.c * px + t.d * py);
  return t;
}

// Least squares, the likelier and clearer pairs counting more: the best rotation and shift, then as much shear and
// stretch as enough pairs call for.
Alignment fit(const Prepared::Data& probe, const Prepared::Data& reference, float stiffness, Scratch::Data& s) {
  const auto& pairs = s.trial.pairs;
  s.weights.clear();
  float px = 0, py = 0, qx = 0, qy = 0, total = 0;
  for (const auto& [i, j] : pairs) {
    const Point &p = probe.points[i], &q = reference.points[j];
    const float likeness = s.likeness[static_cast<std::size_t>(i) * reference.points.size() + j];
    const float weight = p.weight * q.weight * (0.15f + std::max(0.0f, likeness));
    s.weights.push_back(weight);
    px += weight * p.x;
    py += weight * p.y;
    qx += weight * q.x;
    qy += weight * q.y;
    total += weight;
  }
  px /= total, py /= total, qx /= total, qy /= total;
  float cosine = 0, sine = 0;
  for (std::size_t k = 0; k < pairs.size(); ++k) {
    const Point &p = probe.points[pairs[k].first], &q = reference.points[pairs[k].second];
    const float ux = p.x - px, uy = p.y - py, vx = q.x - qx, vy = q.y - qy;
    // directions count like an arm of 15 pixels, so that few or close pairs still turn rightly
    cosine += s.weights[k] * (ux * vx + uy * vy + 225 * (p.cosine * q.cosine + p.sine * q.sine));
    sine += s.weights[k] * (ux * vy - uy * vx + 225 * (p.cosine * q.sine - p.sine * q.cosine));
  }
  Alignment t = rigid(pixels::arc_tangent(sine, cosine), px, py, qx, qy);
  float sxx = stiffness, sxy = 0, syy = stiffness, ux = 0, uy = 0, vx = 0, vy = 0;
  for (std::size_t k = 0; k < pairs.size(); ++k) {
    const Point &p = probe.points[pairs[k].first], &q = reference.points[pairs[k].second];
    const float w = s.weights[k], x = p.x - px, y = p.y - py;
    const float ex = q.x - qx - (t.a * x + t.b * y), ey = q.y - qy - (t.c * x + t.d * y);
    sxx += w * x * x, sxy += w * x * y, syy += w * y * y;
    ux += w * ex * x, uy += w * ex * y, vx += w * ey * x, vy += w * ey * y;
  }
  const float determinant = sxx * syy - sxy * sxy;
  t.a += (ux * syy - uy * sxy) / determinant;
  t.b += (uy * sxx - ux * sxy) / determinant;
  t.c += (vx * syy - vy * sxy) / determinant;
  t.d += (vy * sxx - vx * sxy) / determinant;
  t.shift_x = qx - (t.a * px + t.b * py);
  t.shift_y = qy - (t.c * px + t.d * py);
  return t;
}

void pair_up(const Prepared::Data& probe, const Prepared::Data& reference, float reach, Pairing& pairing,
             Scratch::Data& s) {
  const int n = static_cast<int>(probe.points.size()), m = static_cast<int>(reference.points.size());
  const Alignment& t = pairing.alignment;
  s.options.clear();
  s.gaps.resize(m);
  constexpr int kTurnMax = static_cast<int>(0.6f / kRadiansPerStep);
  for (int i = 0; i < n; ++i) {
    const Point& p = probe.points[i];
    const auto [x, y] = t.place(p.x, p.y);
    const auto angle = static_cast<std::uint16_t>(p.angle + to_angle(t.rotation));
    for (int j = 0; j < m; ++j) {
      const float dx = reference.xs[j] - x, dy = reference.ys[j] - y;
      s.gaps[j] = dx * dx + dy * dy;
    }
    for (int j = 0; j < m; ++j) {
      const float off2 = s.gaps[j];
      if (off2 > reach * reach) continue;
      const int steps = turn_between(angle, reference.points[j].angle);
      if (steps > kTurnMax) continue;
      const float turned = static_cast<float>(steps) * kRadiansPerStep;
      const float likeness = s.likeness[static_cast<std::size_t>(i) * m + j];
      const float cost = off2 / (reach * reach) + 2 * turned * turned - likeness;
      s.options.push_back({cost, static_cast<std::uint16_t>(i), static_cast<std::uint16_t>(j)});
    }
  }
  std::sort(s.options.begin(), s.options.end(), [](const auto& a, const auto& b) {
    if (a.cost != b.cost) return a.cost < b.cost;
    return a.probe != b.probe ? a.probe < b.probe : a.reference < b.reference;
  });
  s.used_probe.assign(n, 0);
  s.used_reference.assign(m, 0);
  pairing.pairs.clear();
  for (const auto& option : s.options) {
    if (s.used_probe[option.probe] || s.used_reference[option.reference]) continue;
    s.used_probe[option.probe] = s.used_reference[option.reference] = 1;
    pairing.pairs.push_back({option.probe, option.reference});
  }
}

void try_seed(const Prepared::Data& probe, const Prepared::Data& reference, int seed, Scratch::Data& s) {
  const Likeness& first = s.ranked[seed];
  Pairing& trial = s.trial;
  trial.pairs.clear();
  s.used_probe.assign(probe.points.size(), 0);
  s.used_reference.assign(reference.points.size(), 0);
  for (const Likeness& other : s.ranked) {
    const bool itself = &other == &first;
    if (!itself && !agree(first, other)) continue;
    if (s.used_probe[other.probe] || s.used_reference[other.reference]) continue;
    s.used_probe[other.probe] = s.used_reference[other.reference] = 1;
    trial.pairs.push_back({other.probe, other.reference});
  }
  trial.alignment = fit(probe, reference, 1e4f, s);
  for (const float reach : {18.0f, 14.0f}) {
    pair_up(probe, reference, reach, trial, s);
    if (trial.pairs.empty()) return;
    trial.alignment = fit(probe, reference, 4e3f, s);
  }
  pair_up(probe, reference, 12.0f, trial, s);
  trial.evidence = weigh(probe, reference, 4, s);
  trial.score = score_of(trial.evidence);
  s.hypotheses.push_back(trial);
}

// The last word on a hypothesis: bent until the ridges keep step, paired closely, looked at in detail.
void conclude(const Prepared::Data& probe, const Prepared::Data& reference, Pairing& hypothesis, Scratch::Data& s) {
  std::swap(s.trial, hypothesis);
  settle(probe, reference, s.trial.alignment);
  pair_up(probe, reference, 10.0f, s.trial, s);
  s.trial.evidence = weigh(probe, reference, 2, s);
  s.trial.score = score_of(s.trial.evidence);
  std::swap(s.trial, hypothesis);
}

}  // namespace

void align(const Prepared::Data& probe, const Prepared::Data& reference, Scratch::Data& s) {
  s.best.pairs.clear();
  s.best.evidence = Evidence{};
  s.best.score = 0;
  s.hypotheses.clear();
  if (probe.points.empty() || reference.points.empty()) return;
  rank(probe, reference, s);
  choose_seeds(s);
  int tried = 0;
  for (std::size_t k = 0; k < s.seeds.size() && tried < kHypotheses; ++k) {
    const Likeness& seed = s.ranked[s.seeds[k].second];
    bool known = false;  // one that a better seed already supports would lead to the same place
    for (std::size_t earlier = 0; earlier < k && !known; ++earlier)
      known = agree(s.ranked[s.seeds[earlier].second], seed);
    if (known) continue;
    try_seed(probe, reference, s.seeds[k].second, s);
    ++tried;
  }
  std::stable_sort(s.hypotheses.begin(), s.hypotheses.end(),
                   [](const Pairing& a, const Pairing& b) { return a.score > b.score; });
  for (std::size_t k = 0; k < s.hypotheses.size() && k < kConcluded; ++k) {
    conclude(probe, reference, s.hypotheses[k], s);
    if (k == 0 || s.hypotheses[k].score > s.best.score) std::swap(s.best, s.hypotheses[k]);
  }
}

}  // namespace puente::finger
