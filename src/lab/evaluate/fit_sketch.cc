// Fits the projection of sketches (modality/finger/sketch.cc): the directions in which minutiae differ most, for how
// much one minutia differs between two prints. Linear discriminants, R. A. Fisher 1936; as a generalised symmetric
// eigenvalue problem by Cholesky's and Jacobi's methods.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "core/check.h"
#include "lab/evaluate/evaluate.h"
#include "lab/evaluate/sample_set.h"

namespace puente::evaluate {
namespace {

constexpr int kBits = 64;
constexpr int kSize = finger::kSketchSamples;
constexpr double kGenuineScoreMin = 40;  // below it, the pairs found may not be true
constexpr double kRidge = 80;            // added to the variance of each sample, of up to 64² = 4096

using Vector = std::vector<double>;
using Matrix = std::vector<Vector>;

Matrix square(int size) {
  return Matrix(static_cast<std::size_t>(size), Vector(static_cast<std::size_t>(size)));
}

struct Minutiae {
  std::vector<finger::SketchSamples> all;
  std::vector<std::pair<finger::SketchSamples, finger::SketchSamples>> same;  // two views of one minutia
  std::array<int, kSize> means{};                                             // stand where nothing was recorded

  int at(const finger::SketchSamples& samples, int i) const {
    return samples[i] == finger::kNotRecorded ? means[i] : samples[i];
  }
};

void find_means(Minutiae& minutiae) {
  for (int i = 0; i < kSize; ++i) {
    double sum = 0;
    int recorded = 0;
    for (const auto& samples : minutiae.all) {
      if (samples[i] == finger::kNotRecorded) continue;
      sum += samples[i];
      ++recorded;
    }
    minutiae.means[i] = static_cast<int>(std::lround(sum / std::max(1, recorded)));
  }
}

Minutiae collect(const std::vector<SampleSet>& sets) {
  Minutiae out;
  finger::Scratch scratch;
  for (const SampleSet& set : sets) {
    for (std::size_t a = 0; a < set.templates.size(); ++a) {
      if (!set.prepared[a]) continue;
      for (const finger::Minutia& minutia : set.templates[a].minutiae)
        out.all.push_back(finger::sketch_samples(set.templates[a], minutia));
      for (std::size_t b = a + 1; b < set.templates.size(); ++b) {
        if (!set.prepared[b] || set.database.samples[a].subject != set.database.samples[b].subject) continue;
        const finger::Comparison comparison = finger::compare(*set.prepared[a], *set.prepared[b], scratch);
        if (comparison.score < kGenuineScoreMin) continue;
        for (const auto& [i, j] : comparison.pairs)
          out.same.push_back({finger::sketch_samples(set.templates[a], set.templates[a].minutiae[i]),
                              finger::sketch_samples(set.templates[b], set.templates[b].minutiae[j])});
      }
    }
  }
  return out;
}

// Of a minutia's two views' difference, and of all minutiae.
std::pair<Matrix, Matrix> covariances(const Minutiae& minutiae) {
  Matrix within = square(kSize), total = square(kSize);
  Vector x(kSize);
  const auto add = [&x](Matrix& matrix, double weight) {
    for (int i = 0; i < kSize; ++i)
      for (int j = 0; j < kSize; ++j) matrix[i][j] += weight * x[i] * x[j];
  };
  for (const auto& [a, b] : minutiae.same) {
    for (int i = 0; i < kSize; ++i) x[i] = minutiae.at(a, i) - minutiae.at(b, i);
    add(within, 1 / static_cast<double>(minutiae.same.size()));
  }
  for (const auto& samples : minutiae.all) {
    for (int i = 0; i < kSize; ++i) x[i] = minutiae.at(samples, i) - minutiae.means[i];
    add(total, 1 / static_cast<double>(minutiae.all.size()));
  }
  for (int i = 0; i < kSize; ++i) within[i][i] += kRidge;
  return {within, total};
}

Matrix cholesky(Matrix a) {  // lower L with L L' = a
  for (int i = 0; i < kSize; ++i) {
    for (int j = 0; j <= i; ++j) {
      double sum = a[i][j];
      for (int k = 0; k < j; ++k) sum -= a[i][k] * a[j][k];
      a[i][j] = i == j ? std::sqrt(sum) : sum / a[j][j];
    }
    std::fill(a[i].begin() + i + 1, a[i].end(), 0);
  }
  return a;
}

// Eigenvectors of a symmetric matrix as columns, and its eigenvalues, by rotations.
std::pair<Matrix, Vector> jacobi(Matrix a) {
  constexpr int kSweeps = 15;
  Matrix vectors = square(kSize);
  for (int i = 0; i < kSize; ++i) vectors[i][i] = 1;
  for (int sweep = 0; sweep < kSweeps; ++sweep) {
    for (int p = 0; p < kSize; ++p) {
      for (int q = p + 1; q < kSize; ++q) {
        if (std::fabs(a[p][q]) < 1e-15) continue;
        const double ratio = (a[q][q] - a[p][p]) / (2 * a[p][q]);
        const double t = (ratio >= 0 ? 1 : -1) / (std::fabs(ratio) + std::sqrt(ratio * ratio + 1));
        const double c = 1 / std::sqrt(t * t + 1), s = t * c;
        for (int k = 0; k < kSize; ++k) {
          const double x = a[k][p], y = a[k][q], u = vectors[k][p], v = vectors[k][q];
          a[k][p] = c * x - s * y, a[k][q] = s * x + c * y;
          vectors[k][p] = c * u - s * v, vectors[k][q] = s * u + c * v;
        }
        for (int k = 0; k < kSize; ++k) {
          const double x = a[p][k], y = a[q][k];
          a[p][k] = c * x - s * y, a[q][k] = s * x + c * y;
        }
      }
    }
  }
  Vector values(kSize);
  for (int i = 0; i < kSize; ++i) values[i] = a[i][i];
  return {vectors, values};
}

// The directions w with the greatest (w' total w) / (w' within w), best first.
Matrix discriminants(const Matrix& within, const Matrix& total) {
  const Matrix lower = cholesky(within);
  Matrix whitened = total;  // to L^-1 total L^-T: forward substitution on columns, then on rows
  for (int c = 0; c < kSize; ++c)
    for (int i = 0; i < kSize; ++i) {
      for (int k = 0; k < i; ++k) whitened[i][c] -= lower[i][k] * whitened[k][c];
      whitened[i][c] /= lower[i][i];
    }
  for (int r = 0; r < kSize; ++r)
    for (int i = 0; i < kSize; ++i) {
      for (int k = 0; k < i; ++k) whitened[r][i] -= lower[i][k] * whitened[r][k];
      whitened[r][i] /= lower[i][i];
    }
  const auto [vectors, values] = jacobi(whitened);
  std::vector<int> order(kSize);
  for (int i = 0; i < kSize; ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&values = values](int a, int b) { return values[a] > values[b]; });
  Matrix directions;
  for (int b = 0; b < kBits; ++b) {
    Vector w(kSize);
    for (int i = kSize - 1; i >= 0; --i) {  // back substitution: w = L^-T v
      w[i] = vectors[i][order[b]];
      for (int k = i + 1; k < kSize; ++k) w[i] -= lower[k][i] * w[k];
      w[i] /= lower[i][i];
    }
    directions.push_back(std::move(w));
  }
  return directions;
}

}  // namespace

Result<std::string> fit_sketch(std::span<const std::string> directories, const Options& options) {
  std::vector<SampleSet> sets;
  for (const std::string& directory : directories) {
    ASSIGN_OR_RETURN(SampleSet set, list_directory(directory, options));
    sets.push_back(std::move(set));
  }
  extract_all(sets, options);
  Minutiae minutiae = collect(sets);
  if (minutiae.same.size() < 1000) {
    return Error{Code::kInvalidInput, "too few fingers: at least some hundred prints of the same fingers are needed"};
  }
  find_means(minutiae);
  const auto [within, total] = covariances(minutiae);
  std::string out = fmt::format(
      "// Made by `puente evaluate fit-sketch` from {} minutiae and {} pairs of synthetic fingers: what stands "
      "where nothing was recorded; threshold, deviation and weights of each bit.\n{{{}}},\n{{\n",
      minutiae.all.size(), minutiae.same.size(), fmt::join(minutiae.means, ","));
  for (const Vector& direction : discriminants(within, total)) {
    double largest = 0;
    for (const double w : direction) largest = std::max(largest, std::fabs(w));
    std::vector<int> weights;
    for (const double w : direction) weights.push_back(static_cast<int>(std::lround(127 * w / largest)));
    std::vector<int> sums;
    for (const auto& samples : minutiae.all) {
      int sum = 0;
      for (int i = 0; i < kSize; ++i) sum += weights[i] * minutiae.at(samples, i);
      sums.push_back(sum);
    }
    std::nth_element(sums.begin(), sums.begin() + static_cast<std::ptrdiff_t>(sums.size() / 2), sums.end());
    double variance = 0;
    for (int i = 0; i < kSize; ++i)
      for (int j = 0; j < kSize; ++j) variance += within[i][j] * weights[i] * weights[j];
    out += fmt::format("{{{}, {}, {{{}}}}},\n", sums[sums.size() / 2], std::lround(std::sqrt(variance)),
                       fmt::join(weights, ","));
  }
  return out + "}\n";
}

}  // namespace puente::evaluate
