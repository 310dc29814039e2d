// From likeness of surroundings to an alignment: the likeliest minutia pairs each propose one; those that most others
// agree with, within what skin stretches, are tried; minutiae are paired under them, and the alignment is bent to the
// pairs (local structures to global alignment after Jiang & Yau 2000; hypotheses by consensus after Fischler & Bolles
// 1981).
#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>

#include "modality/finger/alignment.h"

namespace puente::finger {
namespace {

constexpr int kLookedAt = 512;  // pairs whose neighbours are compared: more only in rolled prints
constexpr int kSeeds = 24, kChecked = 6, kTried = 3, kConcluded = 3;
constexpr float kFlowMin = 0.6f;                  // below, hardly any true alignment; four strangers' seeds in five
constexpr float kFitMin = 1.3f;                   // pairs, each counted by its fit
constexpr double kPromising = 10;                 // score of a hypothesis worth a closer look
constexpr float kReachMax = 28, kReachLast = 13;  // pixels

bool both_have_ridges(const Prepared::Data& probe, const Prepared::Data& reference) {
  return probe.has_cells() && reference.has_cells();
}

// Moves the `wanted` greatest keys and those hardly less, or all when there are fewer, to the front; returns how many.
std::size_t keep_great(std::vector<std::uint32_t>& keys, std::size_t count, int wanted) {
  constexpr int kBucketBits = 25, kBuckets = 128;  // of likeness
  constexpr std::size_t kTurns = 4;                // as counting up the same place twice in a row takes its time
  std::array<std::array<int, kBuckets>, kTurns> buckets{};
  std::size_t counted = 0;
  for (; counted + kTurns <= count; counted += kTurns)
    for (std::size_t turn = 0; turn < kTurns; ++turn) ++buckets[turn][keys[counted + turn] >> kBucketBits];
  for (; counted < count; ++counted) ++buckets[0][keys[counted] >> kBucketBits];
  const auto in = [&buckets](std::uint32_t b) { return buckets[0][b] + buckets[1][b] + buckets[2][b] + buckets[3][b]; };
  std::uint32_t lowest = kBuckets - 1;
  for (int above = in(lowest); lowest > 0 && above < wanted;) above += in(--lowest);
  return lowest == 0 ? count : keep_from(lowest << kBucketBits, keys.data(), count);
}

// Moves the kRankedMax greatest keys, or all when there are fewer, to the front in falling order; returns how many. A
// histogram first: a full sort would cost more than making the keys.
int keep_likeliest(std::vector<std::uint32_t>& keys, std::size_t count) {
  const std::size_t kept = keep_great(keys, count, kRankedMax);
  std::sort(keys.begin(), keys.begin() + static_cast<std::ptrdiff_t>(kept), std::greater<>());
  return static_cast<int>(std::min(kept, std::size_t{kRankedMax}));
}

// How alike each two minutiae are: by the ridges around them, and by their neighbours where ridges do not rule them
// out; by neighbours alone when one print has no ridges. Returns how many keys are in s.likely.
std::size_t compare_minutiae(const Prepared::Data& probe, const Prepared::Data& reference, Scratch::Data& s) {
  const Columns &p = probe.columns, &q = reference.columns;
  const std::size_t cells = static_cast<std::size_t>(p.count) * q.padded;
  if (s.likeness.size() < cells) {
    s.likeness.resize(cells);
    s.likely.resize(cells);
    s.alike.resize(cells);
    s.near.resize(cells);
  }
  std::size_t found = 0;
  const bool ridges = both_have_ridges(probe, reference);
  if (ridges) {
    found = compare_surroundings(p, q, s.likeness.data(), s.likely.data());
    if (found > kLookedAt) found = keep_great(s.likely, found, kLookedAt);
  } else {
    for (int i = 0; i < p.count; ++i)
      for (int j = 0; j < q.count; ++j) s.likely[found++] = likely_key(0, i, j);
  }
  compare_neighbours(probe.neighbours, reference.neighbours, s.likely.data(), found, s.alike.data());
  constexpr float kEnough = 4 * kAlike;  // four neighbours alike: no doubt any more
  for (std::size_t k = 0; k < found; ++k) {
    const int i = static_cast<int>(s.likely[k] >> 8 & 255), j = static_cast<int>(s.likely[k] & 255);
    float& likeness = s.likeness[static_cast<std::size_t>(i) * reference.columns.padded + j];
    const float by_neighbours = std::min(1.0f, static_cast<float>(s.alike[k]) * (1 / kEnough));
    likeness = ridges ? 0.5f * (likeness + by_neighbours) : by_neighbours;
    s.likely[k] = likely_key(likeness, i, j);
  }
  return found;
}

void rank(const Prepared::Data& probe, const Prepared::Data& reference, Scratch::Data& s) {
  Ranked& ranked = s.ranked;
  ranked.count = keep_likeliest(s.likely, compare_minutiae(probe, reference, s));
  for (int k = 0; k < ranked.count; ++k) {
    const int i = static_cast<int>(s.likely[k] >> 8 & 255), j = static_cast<int>(s.likely[k] & 255);
    const Point &a = probe.points[i], &b = reference.points[j];
    ranked.probe[k] = i;
    ranked.reference[k] = j;
    ranked.px[k] = a.x, ranked.py[k] = a.y, ranked.qx[k] = b.x, ranked.qy[k] = b.y;
    ranked.cosine[k] = a.cosine * b.cosine + a.sine * b.sine;
    ranked.sine[k] = a.cosine * b.sine - a.sine * b.cosine;
    ranked.rotation[k] = static_cast<std::uint16_t>(b.angle - a.angle);
    s.worth[k] = static_cast<float>(s.likely[k] >> 16) * (1 / 32768.0f);
  }
}

// The likeliest pairs, ordered by their own likeness and by the others that agree with them; those that agree with one
// another too, as true ones do, count more.
void choose_seeds(Scratch::Data& s) {
  constexpr float kOwn = 8, kTogether = 0.5f;
  const int seeds = std::min(s.ranked.count, kSeeds);
  const std::uint64_t first = (std::uint64_t{1} << seeds) - 1;
  find_agreement(s.ranked, first, s.agree.data());
  std::uint64_t others = 0;
  for (int a = 0; a < seeds; ++a) others |= s.agree[a];
  find_agreement(s.ranked, others & ~first, s.agree.data());
  s.seeds.clear();
  for (int a = 0; a < seeds; ++a) {
    s.support[a] = kOwn * s.worth[a];
    for (std::uint64_t with = s.agree[a]; with; with &= with - 1) {
      const int b = std::countr_zero(with);
      const auto together = static_cast<float>(std::popcount(s.agree[a] & s.agree[b]));
      s.support[a] += s.worth[b] * (1 + kTogether * together);
    }
    s.seeds.push_back(a);
  }
  std::sort(s.seeds.begin(), s.seeds.end(),
            [&](int a, int b) { return s.support[a] != s.support[b] ? s.support[a] > s.support[b] : a < b; });
}

// Least squares, the likelier and clearer pairs counting more: the best rotation and shift, then as much shear and
// stretch as enough pairs call for.
Alignment fit(const Prepared::Data& probe, const Prepared::Data& reference, float stiffness, Scratch::Data& s) {
  const auto& pairs = s.trial.pairs;
  s.weights.clear();
  float px = 0, py = 0, qx = 0, qy = 0, total = 0;
  for (const auto& [i, j] : pairs) {
    const Point &p = probe.points[i], &q = reference.points[j];
    const float likeness = s.likeness[static_cast<std::size_t>(i) * reference.columns.padded + j];
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
  Alignment t;
  const float length = std::sqrt(cosine * cosine + sine * sine);
  t.rotation = pixels::arc_tangent(sine, cosine);
  t.a = t.d = length > 0 ? cosine / length : 1;
  t.c = length > 0 ? sine / length : 0;
  t.b = -t.c;
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

// Where the alignment puts the probe's minutiae, in s.placed.
void place_all(const Prepared::Data& probe, const Alignment& t, Scratch::Data& s) {
  const Columns& points = probe.columns;
  s.placed.count = points.count;
  s.placed.padded = points.padded;
  if (s.placed.x.size() < static_cast<std::size_t>(points.padded)) {
    s.placed.x.resize(points.padded);
    s.placed.y.resize(points.padded);
    s.placed.angle.resize(points.padded);
  }
  place_all(points, t, to_angle(t.rotation), s.placed);
}

// Pairs among those in s.near, the best fitting first, each minutia once.
void pair_up(const Prepared::Data& probe, const Prepared::Data& reference, float reach, Pairing& pairing,
             Scratch::Data& s) {
  const Columns& to = reference.columns;
  place_all(probe, pairing.alignment, s);
  s.options.clear();
  for (std::size_t k = 0; k < s.near_count; ++k) {
    const int i = static_cast<int>(s.near[k] >> 16), j = static_cast<int>(s.near[k] & 0xffff);
    const float dx = to.x[j] - s.placed.x[i], dy = to.y[j] - s.placed.y[i];
    if (dx * dx + dy * dy > reach * reach) continue;
    const float turned =
        static_cast<float>(turn_between(static_cast<std::uint16_t>(s.placed.angle[i]), reference.points[j].angle)) *
        kRadiansPerStep;
    const float likeness = s.likeness[static_cast<std::size_t>(i) * to.padded + j];
    const float cost = 2 + (dx * dx + dy * dy) / (reach * reach) + 2 * turned * turned - likeness;  // above 0
    s.options.push_back(std::uint64_t{std::bit_cast<std::uint32_t>(cost)} << 32 | s.near[k]);
  }
  std::sort(s.options.begin(), s.options.end());
  s.used_probe.assign(probe.points.size(), 0);
  s.used_reference.assign(reference.points.size(), 0);
  pairing.pairs.clear();
  for (const std::uint64_t option : s.options) {
    const int i = static_cast<int>(option >> 16 & 0xffff), j = static_cast<int>(option & 0xffff);
    if (s.used_probe[i] || s.used_reference[j]) continue;
    s.used_probe[i] = s.used_reference[j] = 1;
    pairing.pairs.push_back({i, j});
  }
}

// Sum over the pairs of how well each fits.
float fit_of_pairs(const Prepared::Data& probe, const Prepared::Data& reference, const Pairing& trial) {
  const Alignment& t = trial.alignment;
  const std::uint16_t turn = to_angle(t.rotation);
  float sum = 0;
  for (const auto& [i, j] : trial.pairs) {
    const Point &p = probe.points[i], &q = reference.points[j];
    const auto [x, y] = t.place(p.x, p.y);
    const float dx = q.x - x, dy = q.y - y;
    const float turned =
        static_cast<float>(turn_between(static_cast<std::uint16_t>(p.angle + turn), q.angle)) * kRadiansPerStep;
    sum += std::max(0.0f, 1 - (dx * dx + dy * dy) / 120 - 2 * turned * turned);
  }
  return sum;
}

// What most pairs that agree with a seed say, refined by all minutiae that meet under it; dropped at the first sign
// that it leads nowhere, which is where nearly all hypotheses about different fingers end.
bool try_seed(const Prepared::Data& probe, const Prepared::Data& reference, int seed, Scratch::Data& s) {
  Pairing& trial = s.trial;
  trial.pairs.clear();
  s.used_probe.assign(probe.points.size(), 0);
  s.used_reference.assign(reference.points.size(), 0);
  for (std::uint64_t with = s.agree[seed] | std::uint64_t{1} << seed; with; with &= with - 1) {
    const int k = std::countr_zero(with), i = s.ranked.probe[k], j = s.ranked.reference[k];
    if (s.used_probe[i] || s.used_reference[j]) continue;
    s.used_probe[i] = s.used_reference[j] = 1;
    trial.pairs.push_back({i, j});
  }
  trial.alignment = fit(probe, reference, 1e4f, s);
  const bool ridges = both_have_ridges(probe, reference);
  if (ridges && !flow_agrees(probe, reference, trial.alignment, kFlowMin)) return false;
  place_all(probe, trial.alignment, s);
  s.near_count = find_near(s.placed, reference.columns, kReachMax, s.near.data());
  for (const float reach : {18.0f, 14.0f}) {
    pair_up(probe, reference, reach, trial, s);
    if (trial.pairs.empty()) return true;
    trial.alignment = fit(probe, reference, 4e3f, s);
  }
  if (fit_of_pairs(probe, reference, trial) < kFitMin) return true;
  pair_up(probe, reference, 12.0f, trial, s);
  trial.evidence = weigh(probe, reference, Detail::kQuarter, s);
  trial.score = score_of(trial.evidence, ridges);
  s.hypotheses.push_back(trial);
  return true;
}

// The last word on a hypothesis: bent until the ridges keep step, paired closely, looked at in detail.
void conclude(const Prepared::Data& probe, const Prepared::Data& reference, Pairing& hypothesis, Scratch::Data& s) {
  std::swap(s.trial, hypothesis);
  settle(probe, reference, s.trial.alignment, s);
  place_all(probe, s.trial.alignment, s);
  s.near_count = find_near(s.placed, reference.columns, kReachLast, s.near.data());
  pair_up(probe, reference, kReachLast, s.trial, s);
  s.trial.evidence = weigh(probe, reference, Detail::kAll, s);
  s.trial.score = score_of(s.trial.evidence, true);
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
  int tried = 0, checked = 0;
  for (std::size_t k = 0; k < s.seeds.size() && tried < kTried; ++k) {
    bool known = false;  // one that a better seed already supports would lead to the same place
    for (std::size_t earlier = 0; earlier < k && !known; ++earlier) known = s.agree[s.seeds[earlier]] >> s.seeds[k] & 1;
    if (known) continue;
    if (checked++ == kChecked) break;
    tried += try_seed(probe, reference, s.seeds[k], s);
  }
  std::stable_sort(s.hypotheses.begin(), s.hypotheses.end(),
                   [](const Pairing& a, const Pairing& b) { return a.score > b.score; });
  for (std::size_t k = 0; k < s.hypotheses.size() && k < kConcluded; ++k) {
    if (k > 0 && s.hypotheses[k].score < kPromising) break;
    if (s.hypotheses[k].score >= kPromising && both_have_ridges(probe, reference))
      conclude(probe, reference, s.hypotheses[k], s);
    if (k == 0 || s.hypotheses[k].score > s.best.score) std::swap(s.best, s.hypotheses[k]);
  }
}

}  // namespace puente::finger
