// Why did these comparisons go wrong? How two impressions of a finger that did not match really lie on each other is
// found by way of a third one that matches both.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "lab/evaluate/sample_set.h"

namespace puente::evaluate {
namespace {

constexpr double kSureScore = 40;  // of the matches with the third impression
constexpr double kSquareMillimetresOfPixel = 0.0508 * 0.0508;
constexpr double kSmallOverlap = 50;  // square millimetres: a fifth of a common print
constexpr int kPoorQuality = 40;
constexpr double kBent = 7;   // pixels, root mean square: one genuine pair in twenty is bent more
constexpr double kNear = 24;  // pixels from the truth, skin's bending included

struct Placed {  // minutia of the one, minutia of the other
  std::vector<std::pair<finger::Minutia, finger::Minutia>> pairs;
};

struct Motion {  // rotation and shift, image coordinates
  double cosine = 1, sine = 0, x = 0, y = 0;
  double residual = 0;  // root mean square, pixels, of the pairs it was fitted to
};

Motion fit(const Placed& placed) {
  double px = 0, py = 0, qx = 0, qy = 0, cosine = 0, sine = 0, off2 = 0;
  const double count = static_cast<double>(placed.pairs.size());
  for (const auto& [p, q] : placed.pairs) px += p.x / count, py += p.y / count, qx += q.x / count, qy += q.y / count;
  for (const auto& [p, q] : placed.pairs) {
    cosine += (p.x - px) * (q.x - qx) + (p.y - py) * (q.y - qy);
    sine += (p.x - px) * (q.y - qy) - (p.y - py) * (q.x - qx);
  }
  const double length = std::max(1e-9, std::hypot(cosine, sine));
  Motion m{cosine / length, sine / length, 0, 0, 0};
  m.x = qx - (m.cosine * px - m.sine * py);
  m.y = qy - (m.sine * px + m.cosine * py);
  for (const auto& [p, q] : placed.pairs) {
    const double dx = q.x - (m.cosine * p.x - m.sine * p.y + m.x), dy = q.y - (m.sine * p.x + m.cosine * p.y + m.y);
    off2 += dx * dx + dy * dy;
  }
  m.residual = std::sqrt(off2 / count);
  return m;
}

Motion then(const Motion& first, const Motion& second) {
  Motion m;
  m.cosine = second.cosine * first.cosine - second.sine * first.sine;
  m.sine = second.sine * first.cosine + second.cosine * first.sine;
  m.x = second.cosine * first.x - second.sine * first.y + second.x;
  m.y = second.sine * first.x + second.cosine * first.y + second.y;
  return m;
}

bool recorded(const finger::Template& t, double x, double y) {
  const int column = static_cast<int>(std::floor((x - t.cells_left) / finger::kCell));
  const int row = static_cast<int>(std::floor((y - t.cells_top) / finger::kCell));
  return column >= 0 && row >= 0 && column < t.columns && row < t.rows &&
         t.cells[static_cast<std::size_t>(row) * t.columns + column].quality != 0;
}

double overlap_of_worst(const finger::Template& a, const finger::Template& b, const Motion& m) {
  int cells = 0;
  for (int row = 0; row < a.rows; ++row)
    for (int column = 0; column < a.columns; ++column) {
      const double x = a.cells_left + (column + 0.5) * finger::kCell, y = a.cells_top + (row + 0.5) * finger::kCell;
      cells += recorded(a, x, y) && recorded(b, m.cosine * x - m.sine * y + m.x, m.sine * x + m.cosine * y + m.y);
    }
  return cells * finger::kCell * finger::kCell * kSquareMillimetresOfPixel;
}

// How a lies on b, by way of the impression of the same finger that matches both best. False when none does.
bool by_a_third(const SampleSet& set, int a, int b, finger::Scratch& scratch, Motion& motion) {
  double best = kSureScore;
  bool found = false;
  for (int c = 0; c < static_cast<int>(set.prepared.size()); ++c) {
    if (c == a || c == b || !set.prepared[c] || set.database.samples[c].subject != set.database.samples[a].subject)
      continue;
    const finger::Comparison first = finger::compare(*set.prepared[a], *set.prepared[c], scratch);
    const finger::Comparison second = finger::compare(*set.prepared[c], *set.prepared[b], scratch);
    if (std::min(first.score, second.score) < best) continue;
    best = std::min(first.score, second.score);
    found = true;
    const auto &of_a = set.templates[a].minutiae, &of_b = set.templates[b].minutiae, &of_c = set.templates[c].minutiae;
    std::map<int, int> a_of_c;
    Placed to_c, to_b, direct;
    for (const auto& [i, k] : first.pairs) {
      a_of_c[k] = i;
      to_c.pairs.emplace_back(of_a[i], of_c[k]);
    }
    for (const auto& [k, j] : second.pairs) {
      to_b.pairs.emplace_back(of_c[k], of_b[j]);
      if (a_of_c.contains(k)) direct.pairs.emplace_back(of_a[a_of_c[k]], of_b[j]);
    }
    motion = direct.pairs.size() >= 4 ? fit(direct) : then(fit(to_c), fit(to_b));
  }
  return found;
}

// Does the comparison pair minutiae that truly lie on each other?
bool laid_so(const SampleSet& set, int a, int b, const Motion& m, finger::Scratch& scratch) {
  const finger::Comparison found = finger::compare(*set.prepared[a], *set.prepared[b], scratch);
  std::size_t near = 0;
  for (const auto& [i, j] : found.pairs) {
    const finger::Minutia &p = set.templates[a].minutiae[i], &q = set.templates[b].minutiae[j];
    near +=
        std::hypot(q.x - (m.cosine * p.x - m.sine * p.y + m.x), q.y - (m.sine * p.x + m.cosine * p.y + m.y)) < kNear;
  }
  return 2 * near > found.pairs.size();
}

std::string listed(const Sample& a, const Sample& b) {
  const Sample& worse = a.quality <= b.quality ? a : b;
  return worse.reasons.empty() ? "no reason seen" : fmt::format("{}", fmt::join(worse.reasons, ", "));
}

void explain_genuine(const SampleSet& set, int a, int b, finger::Scratch& scratch, WorstPair& pair) {
  const Sample &of_a = set.database.samples[a], &of_b = set.database.samples[b];
  if (!set.prepared[a] || !set.prepared[b]) {
    pair.cause = "no template";
    return;
  }
  Motion motion;
  const bool known = by_a_third(set, a, b, scratch, motion);
  if (known) pair.overlap = overlap_of_worst(set.templates[a], set.templates[b], motion);
  std::vector<std::string> causes;
  if (known && pair.overlap < kSmallOverlap) causes.push_back("small overlap");
  if (known && motion.residual > kBent) causes.push_back("bent");
  if (std::min(of_a.quality, of_b.quality) < kPoorQuality) causes.push_back("poor print: " + listed(of_a, of_b));
  if (causes.empty()) causes.push_back("a sound pair");
  if (known) {
    causes.push_back(laid_so(set, a, b, motion, scratch) ? "laid rightly" : "laid wrongly");
  }
  pair.cause = fmt::format(
      "{} ({})", fmt::join(causes, "; "),
      known ? fmt::format("{:.0f} mm2 in common, {:.1f} pixels beside a rigid fit", pair.overlap, motion.residual)
            : "no third impression matches both");
}

void explain_impostor(const SampleSet& set, int a, int b, finger::Scratch& scratch, WorstPair& pair) {
  const finger::Evidence e = finger::compare(*set.prepared[a], *set.prepared[b], scratch).evidence;
  pair.overlap = e.overlap_area * kSquareMillimetresOfPixel;
  const char* kind = pair.overlap < kSmallOverlap                              ? "small overlap"
                     : std::min(pair.quality_a, pair.quality_b) < kPoorQuality ? "poor print"
                     : e.orientation_agreement > 0.9f                          ? "same ridge flow"
                                                                               : "minutiae alike by chance";
  pair.cause = fmt::format("{}: {} pairs, {:.0f} mm2, flow agrees {:.2f}, ridges {:.2f}", kind, e.pairs, pair.overlap,
                           static_cast<double>(e.orientation_agreement), static_cast<double>(e.phase_agreement));
}

}  // namespace

std::vector<WorstPair> worst_pairs(const std::vector<SampleSet>& all, int genuine_count, int impostor_count) {
  struct Place {
    const SampleSet* set;
    const Comparison* comparison;
  };
  finger::Scratch scratch;
  std::vector<WorstPair> worst;
  for (const bool genuine : {true, false}) {
    std::vector<Place> places;
    for (const SampleSet& set : all)
      for (const Comparison& comparison : set.database.comparisons)
        if (comparison.genuine == genuine && (genuine || comparison.score > 0)) places.push_back({&set, &comparison});
    const int count = genuine ? genuine_count : impostor_count;
    const auto end = places.begin() + std::min<std::ptrdiff_t>(count, std::ssize(places));
    std::partial_sort(places.begin(), end, places.end(), [genuine](const Place& x, const Place& y) {
      const double a = x.comparison->score, b = y.comparison->score;
      return genuine ? a < b : a > b;
    });
    for (auto place = places.begin(); place != end; ++place) {
      const auto& [set, c] = *place;
      const Sample &a = set->database.samples[c->a], &b = set->database.samples[c->b];
      WorstPair pair{genuine, set->database.name, a.stem, b.stem, c->score, a.quality, b.quality, -1, ""};
      genuine ? explain_genuine(*set, c->a, c->b, scratch, pair) : explain_impostor(*set, c->a, c->b, scratch, pair);
      worst.push_back(std::move(pair));
    }
  }
  return worst;
}

}  // namespace puente::evaluate
