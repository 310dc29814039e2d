#include "casework/competence.h"

#include <algorithm>
#include <cmath>

#include "core/check.h"

namespace puente::casework {
namespace {

// That of n there are at most k, each with chance p.
double at_most(std::uint32_t k, std::uint32_t n, double p) {
  if (p <= 0) return 1;
  if (p >= 1) return k >= n ? 1 : 0;
  double sum = 0;
  for (std::uint32_t i = 0; i <= k; ++i)
    sum += std::exp(std::lgamma(n + 1.0) - std::lgamma(i + 1.0) - std::lgamma(n - i + 1.0) + i * std::log(p) +
                    (n - i) * std::log1p(-p));
  return std::min(sum, 1.0);
}

// Where a chance that falls as p grows is this.
template <typename Chance>
double where(double wanted, const Chance& chance) {
  double low = 0, high = 1;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (chance(middle) > wanted ? low : high) = middle;
  }
  return (low + high) / 2;
}

}  // namespace

bool is_followed_by_seeded(Random& random) {
  return random.below(kSeededOneIn - 1) == 0;  // one beside nineteen real ones
}

Truth next_truth(Random& random) {
  return random.below(2) == 0 ? Truth::kMate : Truth::kNonMate;
}

PracticeOutcomes with(PracticeOutcomes before, Truth truth, Verdict verdict) {
  if (verdict == Verdict::kInconclusive) {
    ++before.undecided;
  } else if (truth == Truth::kMate) {
    ++before.mates;
    before.rejected_mates += verdict == Verdict::kReject ? 1 : 0;
  } else {
    ++before.non_mates;
    before.confirmed_non_mates += verdict == Verdict::kConfirm ? 1 : 0;
  }
  return before;
}

PracticeOutcomes together(const PracticeOutcomes& a, const PracticeOutcomes& b) {
  return {a.non_mates + b.non_mates, a.confirmed_non_mates + b.confirmed_non_mates, a.mates + b.mates,
          a.rejected_mates + b.rejected_mates, a.undecided + b.undecided};
}

bool is_found(const PracticeOutcomes& examiner) {
  return examiner.confirmed_non_mates > 0;
}

ErrorRate rate(std::uint32_t errors, std::uint32_t of) {
  CHECK(errors <= of);
  constexpr double kTail = 0.025;
  ErrorRate out{errors, of};
  if (errors > 0) out.low = where(1 - kTail, [&](double p) { return at_most(errors - 1, of, p); });
  if (errors < of) out.high = where(kTail, [&](double p) { return at_most(errors, of, p); });
  return out;
}

ErrorRate error_rate(const PracticeOutcomes& outcomes) {
  return rate(outcomes.confirmed_non_mates + outcomes.rejected_mates, outcomes.non_mates + outcomes.mates);
}

}  // namespace puente::casework
