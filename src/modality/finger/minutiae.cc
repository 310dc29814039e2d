// Minutiae from the skeleton's loose ends and forks, with the false ones taken out by their company and place.
#include <algorithm>
#include <cmath>

#include "core/limits.h"
#include "modality/finger/filter.h"
#include "modality/finger/skeleton.h"

namespace puente::finger {
namespace {

constexpr float kSpiralFar = 14;  // pixels
constexpr int kTrace = 12;        // pixels of ridge that tell which way a minutia points

struct Vector {
  float x = 0, y = 0;  // y upwards
};

Vector towards(const Walk& walk, int at, int width) {
  const int end = walk.path.back();
  const Vector v{static_cast<float>(end % width - at % width), static_cast<float>(at / width - end / width)};
  const float length = std::sqrt(v.x * v.x + v.y * v.y);
  return length > 0 ? Vector{v.x / length, v.y / length} : Vector{};
}

float turn(float a, float b) {  // smallest angle between two directions
  const float d = std::fabs(a - b);
  return d > pixels::kPi ? 2 * pixels::kPi - d : d;
}

float direction_of(const Field& field, float x, float y, Vector hint) {
  float direction = orientation_at(field, x, y);
  if (hint.x * pixels::cosine(direction) + hint.y * pixels::sine(direction) < 0) direction += pixels::kPi;
  return direction;
}

// Distance to the nearest spiral that points the same way, pixels, up to kSpiralFar.
float spiral_distance(const std::vector<Spiral>& spirals, const Minutia& m) {
  float least = kSpiralFar * kSpiralFar;
  for (const Spiral& spiral : spirals) {
    const float dx = spiral.x - m.x, dy = spiral.y - m.y, distance2 = dx * dx + dy * dy;
    if (distance2 < least && turn(spiral.direction, m.direction) < 1.2f) least = distance2;
  }
  return std::sqrt(least);
}

// Cells between a point and the nearest cell without ridges (or the edge of what was recorded), up to 3.
int depth(const Field& field, float x, float y, int width, int height) {
  const int c = static_cast<int>(x) / kCell, r = static_cast<int>(y) / kCell;
  for (int d = 1; d <= 3; ++d)
    for (int v = -d; v <= d; ++v)
      for (int u = -d; u <= d; ++u) {
        if (std::max(std::abs(u), std::abs(v)) != d || u * u + v * v > d * d + 1) continue;
        const int cc = c + u, rr = r + v;
        if (cc < 0 || rr < 0 || cc >= field.columns || rr >= field.rows || cc * kCell + kCell / 2 > width ||
            rr * kCell + kCell / 2 > height || !field.foreground[field.index(cc, rr)])
          return d - 1;
      }
  return 3;
}

// Two loose ends that face each other across a gap in one ridge, and pairs of forks or of end and fork that noise
// makes.
void drop_false_pairs(std::vector<Minutia>& minutiae) {
  std::vector<std::uint8_t> drop(minutiae.size(), 0);
  for (std::size_t a = 0; a < minutiae.size(); ++a)
    for (std::size_t b = a + 1; b < minutiae.size(); ++b) {
      const Minutia &m = minutiae[a], &n = minutiae[b];
      const float dx = n.x - m.x, dy = m.y - n.y, distance2 = dx * dx + dy * dy;
      if (distance2 > 14 * 14) continue;
      const bool both_end = m.type == MinutiaType::kEnding && n.type == MinutiaType::kEnding;
      const bool opposite = turn(m.direction, n.direction) > 2.2f;
      const float along = std::fabs(dx * pixels::cosine(m.direction) + dy * pixels::sine(m.direction));
      const bool in_line = along * along > 0.5f * distance2;
      if (both_end && opposite && (in_line || distance2 < 36)) drop[a] = drop[b] = 1;
      if (distance2 < 36 && opposite) drop[a] = drop[b] = 1;
    }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < minutiae.size(); ++i)
    if (!drop[i]) minutiae[kept++] = minutiae[i];
  minutiae.resize(kept);
}

// Many minutiae close together are a scar or noise, not ridges.
void drop_crowds(std::vector<Minutia>& minutiae) {
  std::vector<int> company(minutiae.size(), 0);
  for (std::size_t a = 0; a < minutiae.size(); ++a)
    for (std::size_t b = 0; b < minutiae.size(); ++b) {
      const float dx = minutiae[a].x - minutiae[b].x, dy = minutiae[a].y - minutiae[b].y;
      if (a != b && dx * dx + dy * dy < 20 * 20) ++company[a];
    }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < minutiae.size(); ++i)
    if (company[i] < 5) minutiae[kept++] = minutiae[i];
  minutiae.resize(kept);
}

// The second reading, where the first found something.
std::vector<Spiral> spirals_near(const std::vector<Minutia>& minutiae, const FilterInput& ridges, const Field& field) {
  constexpr int kNear = 2;                     // cells: kSpiralFar
  constexpr float kReach = kSpiralFar + 1.5f;  // pixels: a spiral lies between four of them
  Field near = field;
  near.foreground.assign(field.size(), 0);
  for (const Minutia& m : minutiae) {
    const int c = static_cast<int>(m.x) / kCell, r = static_cast<int>(m.y) / kCell;
    for (int y = std::max(0, r - kNear); y <= std::min(field.rows - 1, r + kNear); ++y)
      for (int x = std::max(0, c - kNear); x <= std::min(field.columns - 1, c + kNear); ++x) {
        const float dx = m.x - std::clamp(m.x, static_cast<float>(x * kCell), static_cast<float>((x + 1) * kCell));
        const float dy = m.y - std::clamp(m.y, static_cast<float>(y * kCell), static_cast<float>((y + 1) * kCell));
        if (dx * dx + dy * dy < kReach * kReach)
          near.foreground[field.index(x, y)] = field.foreground[field.index(x, y)];
      }
  }
  return find_spirals(enhance(ridges, near, Breadth::kBroad), near);
}

}  // namespace

std::vector<Minutia> find_minutiae(const Skeleton& skeleton, const Response& response, const Field& field) {
  const int width = response.even.width, height = response.even.height;
  const auto around = neighbours(width);
  std::vector<Minutia> found;
  for (int y = 2; y + 2 < height; ++y)
    for (int end = (y + 1) * width - 2, at = next_on_line(skeleton, y * width + 2, end); at < end;
         at = next_on_line(skeleton, at + 1, end)) {
      const int x = at - y * width;
      const int count = crossings(skeleton, at, around);
      if (count != 1 && count != 3) continue;
      const float fx = static_cast<float>(x), fy = static_cast<float>(y);
      if (depth(field, fx, fy, width, height) < 1) continue;
      Minutia m;
      m.x = fx;
      m.y = fy;
      Vector hint;
      if (count == 1) {
        m.type = MinutiaType::kEnding;
        hint = towards(follow(skeleton, at, -1, kTrace, width, height), at, width);
      } else {
        m.type = MinutiaType::kBifurcation;
        for (int k = 0; k < 8; ++k) {
          if (!skeleton[at + around[k]]) continue;
          if ((k & 1) && (skeleton[at + around[(k + 1) & 7]] || skeleton[at + around[(k + 7) & 7]])) continue;
          const Vector v = towards(follow(skeleton, at + around[k], at, kTrace, width, height), at, width);
          hint = {hint.x + v.x, hint.y + v.y};
        }
      }
      m.direction = direction_of(field, fx, fy, hint);
      found.push_back(m);
    }
  drop_false_pairs(found);
  drop_crowds(found);
  return found;
}

// How likely, in per cent, three other prints of the finger would all show it had they recorded the place. (For one the
// figures crowd above 80.) Logistic regression on 87,000 minutiae of FVC2002 set B and of synthetic prints whose mates
// were known; held-out fingers' log loss 0.41, against 0.46 for the base rate. Of more than kMinutiaeKept the likeliest
// are kept: the whole of a rolled print has a third more of them, the poorest of all, and comparing takes their square.
void rate_minutiae(std::vector<Minutia>& minutiae, const FilterInput& ridges, const Field& field) {
  constexpr std::size_t kMinutiaeKept = 100;
  static_assert(kMinutiaeKept <= limits::kMinutiaeMax);
  constexpr float kNearest = 40, kCompany = 28;          // pixels
  constexpr float kDepth[] = {-1.3f, -1.3f, -0.55f, 0};  // by cells to the border, where every ridge ends
  struct Rated {
    Minutia minutia;
    float odds = 0;
  };
  std::vector<Rated> rated;
  for (const Minutia& m : minutiae) {
    const std::size_t cell = field.index(static_cast<int>(m.x) / kCell, static_cast<int>(m.y) / kCell);
    float nearest2 = kNearest * kNearest;
    int company = 0;
    for (const Minutia& other : minutiae) {
      const float dx = other.x - m.x, dy = other.y - m.y, distance2 = dx * dx + dy * dy;
      if (&other == &m) continue;
      nearest2 = std::min(nearest2, distance2);
      company += distance2 < kCompany * kCompany;
    }
    rated.push_back({m, -1.25f + 3.8f * field.clarity[cell] + 2 * field.coherence[cell] +
                            kDepth[depth(field, m.x, m.y, ridges.width(), ridges.height())] +
                            0.65f * std::sqrt(nearest2) / kNearest - 0.12f * static_cast<float>(company)});
  }
  if (rated.size() > kMinutiaeKept) {
    std::stable_sort(rated.begin(), rated.end(), [](const Rated& a, const Rated& b) { return a.odds > b.odds; });
    rated.resize(kMinutiaeKept);
  }
  minutiae.clear();
  for (const Rated& r : rated) minutiae.push_back(r.minutia);
  const std::vector<Spiral> spirals = spirals_near(minutiae, ridges, field);
  for (std::size_t i = 0; i < rated.size(); ++i) {
    const float odds = rated[i].odds - 0.155f * spiral_distance(spirals, minutiae[i]);
    const float shown = 1 / (1 + pixels::exponential(-odds));
    minutiae[i].quality = static_cast<std::uint8_t>(std::clamp(100 * shown * shown * shown + 0.5f, 1.0f, 100.0f));
  }
}

}  // namespace puente::finger
