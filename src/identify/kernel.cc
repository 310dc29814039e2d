#include "identify/kernel.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "core/check.h"

#define HWY_WANT_AVX3_DL 1  // else left out, and asking for it would silently run something else
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "identify/kernel.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#ifndef PUENTE_KERNEL_CONSTANTS  // this file is read once for each vector unit
#define PUENTE_KERNEL_CONSTANTS
namespace puente::identify {
inline constexpr int kTurnMax = 14;  // of 256: 20 degrees, what a bent finger's minutiae differ by
inline constexpr float kSlack = 12;  // half pixels
inline constexpr float kStretch = 0.08f;
}  // namespace puente::identify
#endif

HWY_BEFORE_NAMESPACE();
namespace puente::identify {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Of a block, the fingers that fit one vector. Eight probe descriptors at a time stay in registers while the fingers'
// go by once.
template <class D>
hn::Vec<D> score_lanes(D d, const finger::Sketch& probe, const std::uint64_t* words) {
  constexpr int kAtATime = 8;
  static_assert(finger::Sketch::kDescriptors % kAtATime == 0);
  using V = hn::Vec<D>;
  V sum = hn::Zero(d);
  for (int first = 0; first < probe.count; first += kAtATime) {
    const std::uint64_t *bits = &probe.bits[first], *sure = &probe.sure[first];
    const V p0 = hn::Set(d, bits[0]), s0 = hn::Set(d, sure[0]);
    const V p1 = hn::Set(d, bits[1]), s1 = hn::Set(d, sure[1]);
    const V p2 = hn::Set(d, bits[2]), s2 = hn::Set(d, sure[2]);
    const V p3 = hn::Set(d, bits[3]), s3 = hn::Set(d, sure[3]);
    const V p4 = hn::Set(d, bits[4]), s4 = hn::Set(d, sure[4]);
    const V p5 = hn::Set(d, bits[5]), s5 = hn::Set(d, sure[5]);
    const V p6 = hn::Set(d, bits[6]), s6 = hn::Set(d, sure[6]);
    const V p7 = hn::Set(d, bits[7]), s7 = hn::Set(d, sure[7]);
    V m0 = hn::Set(d, 64), m1 = m0, m2 = m0, m3 = m0, m4 = m0, m5 = m0, m6 = m0, m7 = m0;
    for (int j = 0; j < finger::Sketch::kDescriptors; ++j) {
      const V g = hn::LoadU(d, words + j * kLanes);
      m0 = hn::Min(m0, hn::PopulationCount(hn::And(hn::Xor(g, p0), s0)));
      m1 = hn::Min(m1, hn::PopulationCount(hn::And(hn::Xor(g, p1), s1)));
      m2 = hn::Min(m2, hn::PopulationCount(hn::And(hn::Xor(g, p2), s2)));
      m3 = hn::Min(m3, hn::PopulationCount(hn::And(hn::Xor(g, p3), s3)));
      m4 = hn::Min(m4, hn::PopulationCount(hn::And(hn::Xor(g, p4), s4)));
      m5 = hn::Min(m5, hn::PopulationCount(hn::And(hn::Xor(g, p5), s5)));
      m6 = hn::Min(m6, hn::PopulationCount(hn::And(hn::Xor(g, p6), s6)));
      m7 = hn::Min(m7, hn::PopulationCount(hn::And(hn::Xor(g, p7), s7)));
    }
    const auto squared_excess = [&](int i, V distance) {
      const V reach = hn::Set(d, first + i < probe.count ? finger::kDescriptorReach : 0);
      const V excess = hn::Sub(hn::Max(reach, distance), distance);
      return hn::Mul(excess, excess);
    };
    sum = hn::Add(sum, hn::Add(hn::Add(squared_excess(0, m0), squared_excess(1, m1)),
                               hn::Add(squared_excess(2, m2), squared_excess(3, m3))));
    sum = hn::Add(sum, hn::Add(hn::Add(squared_excess(4, m4), squared_excess(5, m5)),
                               hn::Add(squared_excess(6, m6), squared_excess(7, m7))));
  }
  return sum;
}

static void Scores(const finger::Sketch& probe, const std::uint64_t* words, std::size_t blocks, std::uint16_t* scores) {
  const hn::CappedTag<std::uint64_t, kLanes> d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  HWY_ALIGN std::uint64_t sums[kLanes];
  for (std::size_t block = 0; block < blocks; ++block, words += kBlockWords, scores += kLanes) {
    for (int lane = 0; lane < kLanes; lane += lanes) hn::StoreU(score_lanes(d, probe, words + lane), d, sums + lane);
    for (int lane = 0; lane < kLanes; ++lane)
      scores[lane] = static_cast<std::uint16_t>(std::min<std::uint64_t>(sums[lane], 65535));
  }
}

static void Near(const finger::Sketch& probe, const finger::Sketch& reference, int limit, std::uint32_t* near) {
  const hn::CappedTag<std::uint64_t, kLanes> d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const auto limits = hn::Set(d, static_cast<std::uint64_t>(limit));
  for (int i = 0; i < probe.count; ++i) {
    const auto bits = hn::Set(d, probe.bits[i]), sure = hn::Set(d, probe.sure[i]);
    near[i] = 0;
    for (int j = 0; j < finger::Sketch::kDescriptors; j += lanes) {
      const auto distance = hn::PopulationCount(hn::And(hn::Xor(hn::LoadU(d, &reference.bits[j]), bits), sure));
      std::uint8_t mask[8] = {};  // StoreMaskBits writes at least one byte
      hn::StoreMaskBits(d, hn::Lt(distance, limits), mask);
      near[i] |= std::uint32_t{mask[0]} << j;
    }
  }
}

static std::uint64_t Agreeing(const Pairs& pairs, const Movement& m) {
  const hn::CappedTag<float, 16> d;
  const hn::RebindToSigned<decltype(d)> di;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const auto cosine = hn::Set(d, m.cosine), sine = hn::Set(d, m.sine);
  std::uint64_t found = 0;
  for (int k = 0; k < kPairsMax; k += lanes) {
    const auto dx = hn::Sub(hn::LoadU(d, &pairs.px[k]), hn::Set(d, m.px));
    const auto dy = hn::Sub(hn::LoadU(d, &pairs.py[k]), hn::Set(d, m.py));
    const auto ex =
        hn::Sub(hn::Sub(hn::Mul(cosine, dx), hn::Mul(sine, dy)), hn::Sub(hn::LoadU(d, &pairs.qx[k]), hn::Set(d, m.qx)));
    const auto ey =
        hn::Sub(hn::Add(hn::Mul(sine, dx), hn::Mul(cosine, dy)), hn::Sub(hn::LoadU(d, &pairs.qy[k]), hn::Set(d, m.qy)));
    const auto far = hn::Abs(dx), wide = hn::Abs(dy);  // their length, within 8 %: the longer + 0.4 the shorter
    const auto length = hn::Add(hn::Max(far, wide), hn::Mul(hn::Set(d, 0.4f), hn::Min(far, wide)));
    const auto tolerance = hn::Add(hn::Set(d, kSlack), hn::Mul(hn::Set(d, kStretch), length));
    const auto near = hn::Lt(hn::Add(hn::Mul(ex, ex), hn::Mul(ey, ey)), hn::Mul(tolerance, tolerance));
    const auto turned = hn::Sub(hn::LoadU(di, &pairs.turn[k]), hn::Set(di, m.turn));
    const auto wrapped = hn::ShiftRight<24>(hn::ShiftLeft<24>(turned));
    const auto upright = hn::Lt(hn::Abs(wrapped), hn::Set(di, kTurnMax + 1));
    std::uint8_t mask[8] = {};
    hn::StoreMaskBits(d, hn::And(near, hn::RebindMask(d, upright)), mask);
    found |= (std::uint64_t{mask[0]} | std::uint64_t{mask[1]} << 8) << k;
  }
  return found;
}

static const char* Name() {
  return hwy::TargetName(HWY_TARGET);
}

}  // namespace HWY_NAMESPACE
}  // namespace puente::identify
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace puente::identify {
namespace {

HWY_EXPORT(Scores);
HWY_EXPORT(Near);
HWY_EXPORT(Agreeing);
HWY_EXPORT(Name);

}  // namespace

void coarse_scores(const finger::Sketch& probe, const std::uint64_t* words, std::size_t blocks, std::uint16_t* scores) {
  HWY_DYNAMIC_DISPATCH(Scores)(probe, words, blocks, scores);
}

void coarse_scores_scalar(const finger::Sketch& probe, const std::uint64_t* words, std::size_t blocks,
                          std::uint16_t* scores) {
  for (std::size_t finger = 0; finger < blocks * kLanes; ++finger) {
    const std::uint64_t* own = words + finger / kLanes * kBlockWords + finger % kLanes;
    int sum = 0;
    for (int i = 0; i < probe.count; ++i) {
      int distance = 64;
      for (int j = 0; j < finger::Sketch::kDescriptors; ++j)
        distance = std::min(distance, std::popcount((probe.bits[i] ^ own[j * kLanes]) & probe.sure[i]));
      const int excess = std::max(0, finger::kDescriptorReach - distance);
      sum += excess * excess;
    }
    scores[finger] = static_cast<std::uint16_t>(std::min(sum, 65535));
  }
}

void near_descriptors(const finger::Sketch& probe, const finger::Sketch& reference, int limit, std::uint32_t* near) {
  HWY_DYNAMIC_DISPATCH(Near)(probe, reference, limit, near);
}

void near_descriptors_scalar(const finger::Sketch& probe, const finger::Sketch& reference, int limit,
                             std::uint32_t* near) {
  for (int i = 0; i < probe.count; ++i) {
    near[i] = 0;
    for (int j = 0; j < finger::Sketch::kDescriptors; ++j)
      near[i] |= std::uint32_t{std::popcount((probe.bits[i] ^ reference.bits[j]) & probe.sure[i]) < limit} << j;
  }
}

std::uint64_t agreeing(const Pairs& pairs, const Movement& movement) {
  return HWY_DYNAMIC_DISPATCH(Agreeing)(pairs, movement);
}

std::uint64_t agreeing_scalar(const Pairs& pairs, const Movement& m) {
  std::uint64_t found = 0;
  for (int k = 0; k < kPairsMax; ++k) {
    const float dx = pairs.px[k] - m.px, dy = pairs.py[k] - m.py;
    const float ex = m.cosine * dx - m.sine * dy - (pairs.qx[k] - m.qx);
    const float ey = m.sine * dx + m.cosine * dy - (pairs.qy[k] - m.qy);
    const float length = std::max(std::fabs(dx), std::fabs(dy)) + 0.4f * std::min(std::fabs(dx), std::fabs(dy));
    const float tolerance = kSlack + kStretch * length;
    const int turned = static_cast<std::int8_t>(static_cast<std::uint8_t>(pairs.turn[k] - m.turn));
    if (ex * ex + ey * ey < tolerance * tolerance && std::abs(turned) <= kTurnMax) found |= std::uint64_t{1} << k;
  }
  return found;
}

std::vector<std::string> kernel_targets() {
  std::vector<std::string> names;
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) names.emplace_back(hwy::TargetName(target));
  return names;
}

std::string kernel_target() {
  return HWY_DYNAMIC_DISPATCH(Name)();
}

void use_kernel_target(const std::string& name) {
  hwy::SetSupportedTargetsForTest(0);  // all
  const std::vector<std::int64_t> targets = hwy::SupportedAndGeneratedTargets();
  const auto named = std::find_if(targets.begin(), targets.end(),
                                  [&](std::int64_t target) { return hwy::TargetName(target) == name; });
  CHECK(named != targets.end());
  hwy::SetSupportedTargetsForTest(*named);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

}  // namespace puente::identify
#endif
