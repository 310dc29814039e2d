#include "lab/synth/master.h"

#include <gtest/gtest.h>

#include <cmath>

#include "lab/synth/exact.h"

namespace puente::synth {
namespace {

// A minutiae counter that owes nothing to the program's extractor: smooth, halve, thin, count crossings.
class Skeleton {
 public:
  explicit Skeleton(const std::vector<float>& relief) : on_(relief.size()) {
    std::vector<float> smooth = relief;
    for (int pass = 0; pass < 3; ++pass) {
      const std::vector<float> before = smooth;
      for (int y = 1; y < kMasterHeight - 1; ++y)
        for (int x = 1; x < kMasterWidth - 1; ++x) {
          float sum = 0;
          for (int dy = -1; dy <= 1; ++dy)
            for (int dx = -1; dx <= 1; ++dx) sum += before[(y + dy) * kMasterWidth + x + dx];
          smooth[y * kMasterWidth + x] = sum / 9;
        }
    }
    for (int y = 1; y < kMasterHeight - 1; ++y)
      for (int x = 1; x < kMasterWidth - 1; ++x) on_[y * kMasterWidth + x] = smooth[y * kMasterWidth + x] > 0;
    while (peel(0) | peel(1)) {
    }
  }
  struct Count {
    double endings = 0, forks = 0;  // per square millimetre
  };
  Count minutiae() const {  // where the pad is, its rim left out
    Count count;
    double area = 0;
    for (int y = 20; y < kMasterHeight - 20; ++y)
      for (int x = 20; x < kMasterWidth - 20; ++x) {
        const double across = (x - kCentreColumn) / (kPadAcross - 25);
        const double along = (kCentreRow - y) / ((y < kCentreRow ? kPadAbove : kPadBelow) - 25);
        if (across * across + along * along > 1) continue;
        area += 1 / (19.685 * 19.685);
        if (!on_[y * kMasterWidth + x]) continue;
        const int crossings = around(x, y).crossings;
        count.endings += crossings == 1;
        count.forks += crossings >= 3;
      }
    return {count.endings / area, count.forks / area};
  }

 private:
  struct Around {
    int neighbours = 0, crossings = 0;
    bool side[4] = {};  // above, right, below, left
  };
  Around around(int x, int y) const {
    constexpr int kX[8] = {0, 1, 1, 1, 0, -1, -1, -1}, kY[8] = {-1, -1, 0, 1, 1, 1, 0, -1};
    Around a;
    bool last = on_[(y + kY[7]) * kMasterWidth + x + kX[7]];
    for (int i = 0; i < 8; ++i) {
      const bool now = on_[(y + kY[i]) * kMasterWidth + x + kX[i]];
      a.neighbours += now;
      a.crossings += now && !last;
      if (i % 2 == 0) a.side[i / 2] = now;
      last = now;
    }
    return a;
  }
  bool peel(int phase) {  // Zhang and Suen 1984
    std::vector<int> gone;
    for (int y = 1; y < kMasterHeight - 1; ++y)
      for (int x = 1; x < kMasterWidth - 1; ++x) {
        if (!on_[y * kMasterWidth + x]) continue;
        const Around a = around(x, y);
        const bool* s = a.side;
        const bool open = phase == 0 ? !(s[0] && s[1] && s[2]) && !(s[1] && s[2] && s[3])
                                     : !(s[0] && s[1] && s[3]) && !(s[0] && s[2] && s[3]);
        if (a.neighbours >= 2 && a.neighbours <= 6 && a.crossings == 1 && open) gone.push_back(y * kMasterWidth + x);
      }
    for (const int i : gone) on_[i] = false;
    return !gone.empty();
  }
  std::vector<char> on_;
};

TEST(Master, has_minutiae_of_both_kinds_as_dense_as_in_people) {
  double endings = 0, forks = 0;
  constexpr int kFingers = 12;
  for (std::uint32_t i = 0; i < kFingers; ++i) {
    const GrownFinger finger = grow_finger(21, i, static_cast<Finger>(1 + i % 10));
    const Skeleton::Count count = Skeleton(finger.master().relief).minutiae();
    EXPECT_GT(count.endings + count.forks, 0.06) << "person " << i;
    EXPECT_LT(count.endings + count.forks, 0.75) << "person " << i;  // worn patches thin to heaps of false ones
    endings += count.endings / kFingers;
    forks += count.forks / kFingers;
  }
  RecordProperty("endings_per_square_mm", std::to_string(endings));
  RecordProperty("forks_per_square_mm", std::to_string(forks));
  EXPECT_GT(endings + forks, 0.14);
  EXPECT_LT(endings + forks, 0.35);
  EXPECT_GT(endings / (endings + forks), 0.25);
  EXPECT_GT(forks / (endings + forks), 0.25);
}

TEST(Master, ridges_lie_as_far_apart_as_the_plan_says) {
  for (std::uint32_t i = 0; i < 6; ++i) {
    const auto position = static_cast<Finger>(1 + i);
    const Pattern pattern(22, i, position);
    const std::vector<float> relief = grow_finger(22, i, position).master().relief;
    // Crossings of zero along straight walks across the ridges, where the plan is nearly constant.
    double seen = 0, planned = 0;
    for (int start = 0; start < 400; ++start) {
      const double x0 = -150 + start % 20 * 15, y0 = -200 + start / 20 * 20;
      const double across = pattern.orientation({x0, y0}) + kPi / 2;
      float last = 0;
      for (int step = -24; step <= 24; ++step) {
        const double x = x0 + step * cosine(across), y = y0 + step * sine(across);
        const int column = kCentreColumn + static_cast<int>(std::floor(x + 0.5));
        const int row = kCentreRow - static_cast<int>(std::floor(y + 0.5));
        if (column < 0 || row < 0 || column >= kMasterWidth || row >= kMasterHeight) break;
        const float height = relief[static_cast<std::size_t>(row) * kMasterWidth + column];
        seen += last * height < 0;
        planned += 2 / pattern.period({x, y});
        last = height;
      }
    }
    EXPECT_NEAR(seen / planned, 1, 0.12) << "person " << i;
  }
}

TEST(Exact, agrees_with_the_mathematical_functions) {
  for (double x = -30; x < 30; x += 0.0137) {
    EXPECT_NEAR(sine(x), std::sin(x), 1e-9);
    EXPECT_NEAR(cosine(x), std::cos(x), 1e-9);
    EXPECT_NEAR(exponential(x) / std::exp(x), 1, 1e-9);
    EXPECT_NEAR(arc_tangent(x, 1.7), std::atan2(x, 1.7), 1e-9);
    EXPECT_NEAR(arc_tangent(x, -1.7), std::atan2(x, -1.7), 1e-9);
  }
  EXPECT_EQ(arc_tangent(0, 0), 0);
}

}  // namespace
}  // namespace puente::synth
