#include "modality/finger/extract_kernels.h"

#include <algorithm>

#define HWY_WANT_AVX3_DL 1  // else left out, and asking for it would silently run something else
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "modality/finger/extract_kernels.cc"
#include <hwy/foreach_target.h>
// after foreach_target.h
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace puente::finger::HWY_NAMESPACE {
#if HWY_TARGET == HWY_SCALAR
using scalar::correlate;
using scalar::sum_along;
#else
namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::CappedTag<float, 16>;
using Signed = hn::RebindToSigned<Floats>;

void sum_along(const pixels::Plane& ridges, const Signature& where, std::array<float, kAcross>& sums) {
  const Floats df;
  const Signed di;
  const int lanes = static_cast<int>(hn::Lanes(df));
  const auto none = hn::Zero(di), width = hn::Set(di, ridges.width);
  const auto right = hn::Set(di, ridges.width - 1), bottom = hn::Set(di, ridges.height - 1);
  const auto half = hn::Set(df, 0.5f);
  for (int t = 0; t < kAcross; t += lanes) {
    const auto across = hn::Iota(df, static_cast<float>(t - kAcross / 2));
    const auto ax = hn::Add(hn::Set(df, where.x), hn::Mul(hn::Set(df, where.across_x), across));
    const auto ay = hn::Add(hn::Set(df, where.y), hn::Mul(hn::Set(df, where.across_y), across));
    auto sum = hn::Zero(df);
    for (int s = -(kAlong / 2); s <= kAlong / 2; ++s) {
      const auto x = hn::Add(ax, hn::Set(df, where.along_x * static_cast<float>(2 * s)));
      const auto y = hn::Add(ay, hn::Set(df, where.along_y * static_cast<float>(2 * s)));
      const auto column = hn::Min(hn::Max(hn::ConvertTo(di, hn::Add(x, half)), none), right);
      const auto row = hn::Min(hn::Max(hn::ConvertTo(di, hn::Add(y, half)), none), bottom);
      sum = hn::Add(sum, hn::GatherIndex(df, ridges.values.data(), hn::Add(hn::Mul(row, width), column)));
    }
    hn::StoreU(sum, df, &sums[t]);
  }
}

void correlate(const std::array<float, kAcross>& signature, std::array<float, kLags>& sums) {
  const Floats df;
  const int lanes = static_cast<int>(hn::Lanes(df));
  constexpr int kLanesMax = 16, kPadded = (kLags + kLanesMax - 1) / kLanesMax * kLanesMax;
  float signal[kAcross + kPadded] = {}, out[kPadded];  // nothing beyond its end: adds 0
  std::copy(signature.begin(), signature.end(), signal);
  for (int lag = 0; lag < kLags; lag += lanes) {
    auto sum = hn::Zero(df);
    for (int t = 0; t + lag < kAcross; ++t)
      sum = hn::Add(sum, hn::Mul(hn::Set(df, signal[t]), hn::LoadU(df, signal + t + lag)));
    hn::StoreU(sum, df, out + lag);
  }
  std::copy_n(out, kLags, sums.begin());
}

#endif
}  // namespace puente::finger::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace puente::finger {

HWY_EXPORT(sum_along);
HWY_EXPORT(correlate);

void sum_along(const pixels::Plane& ridges, const Signature& where, std::array<float, kAcross>& sums) {
  HWY_DYNAMIC_DISPATCH(sum_along)(ridges, where, sums);
}
void correlate(const std::array<float, kAcross>& signature, std::array<float, kLags>& sums) {
  HWY_DYNAMIC_DISPATCH(correlate)(signature, sums);
}

namespace scalar {

void sum_along(const pixels::Plane& ridges, const Signature& where, std::array<float, kAcross>& sums) {
  for (int t = 0; t < kAcross; ++t) {
    const auto across = static_cast<float>(t - kAcross / 2);
    sums[t] = 0;
    for (int s = -(kAlong / 2); s <= kAlong / 2; ++s) {
      const float x = where.x + where.across_x * across + where.along_x * static_cast<float>(2 * s);
      const float y = where.y + where.across_y * across + where.along_y * static_cast<float>(2 * s);
      sums[t] += ridges.at(std::clamp(static_cast<int>(x + 0.5f), 0, ridges.width - 1),
                           std::clamp(static_cast<int>(y + 0.5f), 0, ridges.height - 1));
    }
  }
}

void correlate(const std::array<float, kAcross>& signature, std::array<float, kLags>& sums) {
  for (int lag = 0; lag < kLags; ++lag) {
    sums[lag] = 0;
    for (int t = 0; t + lag < kAcross; ++t) sums[lag] += signature[t] * signature[t + lag];
  }
}

}  // namespace scalar
}  // namespace puente::finger
#endif
