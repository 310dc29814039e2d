#include "modality/finger/kernels.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <tuple>
#include <type_traits>
#include <utility>

#define HWY_WANT_AVX3_DL 1  // counts bits of a whole vector in one instruction
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "modality/finger/kernels.cc"
#include <hwy/foreach_target.h>
// after foreach_target.h
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace puente::finger::HWY_NAMESPACE {
#if HWY_TARGET == HWY_SCALAR
using scalar::add_up;
using scalar::compare_flow;
using scalar::compare_neighbours;
using scalar::compare_surroundings;
using scalar::describe_surroundings;
using scalar::find_agreement;
using scalar::find_near;
using scalar::find_recorded;
using scalar::keep_from;
using scalar::lay_over;
using scalar::place_all;
#else
namespace hn = hwy::HWY_NAMESPACE;

using Unsigned = hn::CappedTag<std::uint32_t, kLanes>;
using Signed = hn::RebindToSigned<Unsigned>;
using Floats = hn::RebindToFloat<Unsigned>;
// Some lanes brought together by one instruction; where it takes tables, lane after lane is as quick.
constexpr bool kCompresses = HWY_TARGET <= HWY_AVX3;

// What bits are counted in: whole lanes where an instruction does that, else bytes.
#if HWY_TARGET == HWY_AVX3_DL
using Counts = Unsigned;
#else
using Counts = hn::Repartition<std::uint8_t, Unsigned>;
#endif

// The counts of each lane.
HWY_INLINE hn::Vec<Unsigned> sum_of(hn::Vec<Counts> counts) {
  const Unsigned d;
  const auto v = hn::BitCast(d, counts);
  if constexpr (std::is_same_v<Counts, Unsigned>) return v;
  const auto low = hn::Set(d, 0x00ff00ffu);
  const auto halves = hn::Add(hn::And(v, low), hn::And(hn::ShiftRight<8>(v), low));
  return hn::Add(hn::And(halves, hn::Set(d, 0xffffu)), hn::ShiftRight<16>(halves));
}

template <class D, class M>
HWY_INLINE std::uint32_t bits_of(D d, M mask) {
  std::uint8_t bytes[8] = {};
  hn::StoreMaskBits(d, mask, bytes);
  return static_cast<std::uint32_t>(bytes[0] | bytes[1] << 8);
}

void describe_surroundings(const Waves& waves, const Offsets& offsets, const std::vector<Frame>& frames, Columns& out) {
  const Signed di;
  const Floats df;
  const int lanes = static_cast<int>(hn::Lanes(df));
  const auto half = hn::Set(df, 0.5f), none = hn::Zero(df);
  const auto columns = hn::Set(df, static_cast<float>(waves.columns)),
             rows = hn::Set(df, static_cast<float>(waves.rows));
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const Frame& f = frames[i];
    const auto cosine = hn::Set(df, f.cosine), sine = hn::Set(df, f.sine);
    const auto fx = hn::Set(df, f.x), fy = hn::Set(df, f.y);
    std::uint32_t ridge = 0, mask = 0;
    for (int k = 0; k < kSamples; k += lanes) {
      const auto along = hn::LoadU(df, &offsets.along[k]), across = hn::LoadU(df, &offsets.across[k]);
      const auto x = hn::Add(fx, hn::Sub(hn::Mul(along, cosine), hn::Mul(across, sine)));
      const auto y = hn::Sub(fy, hn::Add(hn::Mul(along, sine), hn::Mul(across, cosine)));
      const auto inside =
          hn::And(hn::And(hn::Ge(x, none), hn::Ge(y, none)), hn::And(hn::Lt(x, columns), hn::Lt(y, rows)));
      const auto column = hn::ConvertTo(di, hn::IfThenElseZero(inside, x));
      const auto row = hn::ConvertTo(di, hn::IfThenElseZero(inside, y));
      const auto at = hn::Add(hn::Mul(row, hn::Set(di, waves.columns)), column);
      const auto dx = hn::Sub(x, hn::Add(hn::ConvertTo(df, column), half));
      const auto dy = hn::Sub(y, hn::Add(hn::ConvertTo(df, row), half));
      const auto phase = hn::GatherIndex(df, waves.phase.data(), at);
      const auto slope = hn::Add(hn::Mul(hn::GatherIndex(df, waves.across_x.data(), at), dx),
                                 hn::Mul(hn::GatherIndex(df, waves.across_y.data(), at), dy));
      const auto known = hn::And(inside, hn::Ge(phase, none));
      const auto turn =
          hn::ConvertTo(di, hn::IfThenElseZero(known, hn::Add(hn::Add(phase, slope), hn::Set(df, 8192.5f))));
      const auto to_edge = hn::Abs(hn::Sub(hn::And(turn, hn::Set(di, 127)), hn::Set(di, 64)));
      const auto sure = hn::And(known, hn::RebindMask(df, hn::Gt(to_edge, hn::Set(di, kUnsure))));
      const auto on = hn::Eq(hn::And(hn::Add(turn, hn::Set(di, 64)), hn::Set(di, 128)), hn::Zero(di));
      mask |= bits_of(df, sure) << (k % 32);
      ridge |= bits_of(df, hn::And(sure, hn::RebindMask(df, on))) << (k % 32);
      if ((k + lanes) % 32 == 0) {
        out.ridge[static_cast<std::size_t>(k / 32) * out.padded + i] = std::exchange(ridge, 0);
        out.mask[static_cast<std::size_t>(k / 32) * out.padded + i] = std::exchange(mask, 0);
      }
    }
  }
}

std::size_t compare_surroundings(const Columns& probe, const Columns& reference, float* likeness,
                                 std::uint32_t* likely) {
  const Unsigned d;
  const Counts dc;
  const Signed di;
  const Floats df;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const auto first_names = hn::Iota(d, 0);
  const std::uint32_t *reference_ridge = reference.ridge.data(), *reference_mask = reference.mask.data();
  std::size_t found = 0;
  for (int i = 0; i < probe.count; ++i) {
    float* row = likeness + static_cast<std::size_t>(i) * reference.padded;
    hn::Vec<Unsigned> ridge[kWords], mask[kWords];
    for (int w = 0; w < kWords; ++w) {
      ridge[w] = hn::Set(d, probe.ridge[w * probe.padded + i]);
      mask[w] = hn::Set(d, probe.mask[w * probe.padded + i]);
    }
    const auto names = hn::Add(first_names, hn::Set(d, static_cast<std::uint32_t>(i) << 8));
    for (int j = 0; j < reference.padded; j += lanes) {
      auto shared_bits = hn::Zero(dc), differ_bits = hn::Zero(dc);  // at most 8 a byte and word: no overflow
      for (int w = 0; w < kWords; ++w) {
        const auto both = hn::And(mask[w], hn::LoadU(d, reference_mask + w * reference.padded + j));
        const auto differ = hn::And(both, hn::Xor(ridge[w], hn::LoadU(d, reference_ridge + w * reference.padded + j)));
        shared_bits = hn::Add(shared_bits, hn::PopulationCount(hn::BitCast(dc, both)));
        differ_bits = hn::Add(differ_bits, hn::PopulationCount(hn::BitCast(dc, differ)));
      }
      const auto shared = hn::BitCast(di, sum_of(shared_bits)), differ = hn::BitCast(di, sum_of(differ_bits));
      const auto gain = hn::ConvertTo(df, hn::Sub(shared, hn::Add(differ, differ)));
      const auto whole = hn::ConvertTo(df, hn::Add(shared, hn::Set(di, 20)));
      const auto enough = hn::RebindMask(df, hn::Gt(shared, hn::Set(di, kSharedMin - 1)));
      const auto alike = hn::IfThenElse(enough, hn::Div(gain, whole), hn::Set(df, -1.0f));
      hn::StoreU(alike, df, row + j);
      const auto is_likely = hn::Gt(alike, hn::Set(df, kLikely));
      if constexpr (kCompresses) {
        const auto share = hn::BitCast(d, hn::ConvertTo(di, hn::Mul(alike, hn::Set(df, 32768.0f))));  // as likely_key
        const auto keys = hn::Or(hn::ShiftLeft<16>(share), hn::Add(names, hn::Set(d, static_cast<std::uint32_t>(j))));
        hn::StoreU(hn::Compress(keys, hn::RebindMask(d, is_likely)), d,
                   likely + found);  // as many as were looked at fit
        found += hn::CountTrue(df, is_likely);
      } else {
        for (std::uint32_t bits = bits_of(df, is_likely); bits; bits &= bits - 1) {
          const int k = j + std::countr_zero(bits);
          likely[found++] = likely_key(row[k], i, k);
        }
      }
    }
  }
  return found;
}

std::size_t keep_from(std::uint32_t least, std::uint32_t* keys, std::size_t count) {
  const Unsigned d;
  const std::size_t lanes = hn::Lanes(d);
  const auto below = hn::Set(d, least - 1);
  std::size_t kept = 0, k = 0;
  for (; kCompresses && k + lanes <= count; k += lanes) {
    const auto key = hn::LoadU(d, keys + k);
    const auto great = hn::Gt(key, below);
    hn::StoreU(hn::Compress(key, great), d, keys + kept);  // never beyond what was read
    kept += hn::CountTrue(d, great);
  }
  for (; k < count; ++k) {
    const std::uint32_t key = keys[k];
    keys[kept] = key;
    kept += key >= least;
  }
  return kept;
}

void find_agreement(const Ranked& ranked, std::uint64_t wanted, std::uint64_t* agree) {
  const Signed di;
  const Floats df;
  const int lanes = static_cast<int>(hn::Lanes(df));
  for (; wanted; wanted &= wanted - 1) {
    const int a = std::countr_zero(wanted);
    const auto px = hn::Set(df, ranked.px[a]), py = hn::Set(df, ranked.py[a]);
    const auto qx = hn::Set(df, ranked.qx[a]), qy = hn::Set(df, ranked.qy[a]);
    const auto cosine = hn::Set(df, ranked.cosine[a]), sine = hn::Set(df, ranked.sine[a]);
    std::uint64_t with = 0;
    for (int b = 0; b < ranked.count; b += lanes) {
      const auto dx = hn::Sub(hn::LoadU(df, &ranked.px[b]), px), dy = hn::Sub(hn::LoadU(df, &ranked.py[b]), py);
      const auto ex = hn::Sub(hn::LoadU(df, &ranked.qx[b]), qx), ey = hn::Sub(hn::LoadU(df, &ranked.qy[b]), qy);
      const auto offx = hn::Sub(ex, hn::Sub(hn::Mul(dx, cosine), hn::Mul(dy, sine)));
      const auto offy = hn::Sub(ey, hn::Add(hn::Mul(dx, sine), hn::Mul(dy, cosine)));
      const auto off2 = hn::Add(hn::Mul(offx, offx), hn::Mul(offy, offy));
      const auto far2 = hn::Add(hn::Mul(dx, dx), hn::Mul(dy, dy));
      const auto limit = hn::Add(hn::Set(df, kAgreeNear), hn::Mul(far2, hn::Set(df, kAgreeFar)));
      const auto turn = hn::Sub(hn::LoadU(di, &ranked.rotation[b]), hn::Set(di, ranked.rotation[a]));
      const auto turned = hn::Abs(hn::ShiftRight<16>(hn::ShiftLeft<16>(turn)));
      auto no = hn::Gt(turned, hn::Set(di, kAgreeTurnMax));
      no = hn::Or(no, hn::Eq(hn::LoadU(di, &ranked.probe[b]), hn::Set(di, ranked.probe[a])));
      no = hn::Or(no, hn::Eq(hn::LoadU(di, &ranked.reference[b]), hn::Set(di, ranked.reference[a])));
      const auto yes = hn::AndNot(hn::RebindMask(df, no), hn::Lt(off2, limit));
      with |= std::uint64_t{bits_of(df, yes)} << b;
    }
    agree[a] = ranked.count == kRankedMax ? with : with & ((std::uint64_t{1} << ranked.count) - 1);
  }
}

std::size_t find_near(const Columns& placed, const Columns& reference, float reach, std::uint32_t* near) {
  const Signed di;
  const Floats df;
  const int lanes = static_cast<int>(hn::Lanes(df));
  const auto reach2 = hn::Set(df, reach * reach);
  const auto turn_max = hn::Set(di, kTurnMax);
  std::size_t found = 0;
  for (int i = 0; i < placed.count; ++i) {
    const auto x = hn::Set(df, placed.x[i]), y = hn::Set(df, placed.y[i]);
    const auto angle = hn::Set(di, placed.angle[i]);
    for (int j = 0; j < reference.padded; j += lanes) {
      const auto dx = hn::Sub(hn::LoadU(df, &reference.x[j]), x), dy = hn::Sub(hn::LoadU(df, &reference.y[j]), y);
      const auto close = hn::Le(hn::Add(hn::Mul(dx, dx), hn::Mul(dy, dy)), reach2);
      const auto turn = hn::Sub(hn::LoadU(di, &reference.angle[j]), angle);
      const auto turned = hn::Abs(hn::ShiftRight<16>(hn::ShiftLeft<16>(turn)));
      const auto meets = hn::AndNot(hn::RebindMask(df, hn::Gt(turned, turn_max)), close);
      for (std::uint32_t bits = bits_of(df, meets); bits; bits &= bits - 1)
        near[found++] = static_cast<std::uint32_t>(i << 16 | (j + std::countr_zero(bits)));
    }
  }
  return found;
}

struct Places {
  hn::Vec<Floats> x, y;
};
HWY_INLINE Places placed(hn::Vec<Floats> px, hn::Vec<Floats> py, const Alignment& t) {
  const Floats df;
  const auto set = [df](float value) { return hn::Set(df, value); };
  const auto u = hn::Mul(hn::Sub(px, set(t.centre_x)), set(1 / Alignment::kBendUnit));
  const auto v = hn::Mul(hn::Sub(py, set(t.centre_y)), set(1 / Alignment::kBendUnit));
  const auto bent = [&](const std::array<float, 3>& bend) {
    const auto first = hn::Mul(hn::Add(hn::Mul(set(bend[0]), u), hn::Mul(set(bend[1]), v)), u);
    return hn::Add(first, hn::Mul(hn::Mul(set(bend[2]), v), v));
  };
  const auto line = [&](float a, float b, float shift) {
    return hn::Add(hn::Add(hn::Mul(set(a), px), hn::Mul(set(b), py)), set(shift));
  };
  return {hn::Add(line(t.a, t.b, t.shift_x), bent(t.bend_x)), hn::Add(line(t.c, t.d, t.shift_y), bent(t.bend_y))};
}

// In which cells of a print places lie.
struct Landing {
  hn::Mask<Floats> inside;
  hn::Vec<Signed> cell;
  hn::Vec<Floats> dx, dy;  // from its middle
};
HWY_INLINE Landing land(Places places, const Waves& print) {
  const Signed di;
  const Floats df;
  const auto set = [df](float value) { return hn::Set(df, value); };
  const auto none = hn::Zero(df);
  const auto x = hn::Mul(hn::Sub(places.x, set(print.left)), set(kPerCell));
  const auto y = hn::Mul(hn::Sub(hn::Neg(places.y), set(print.top)), set(kPerCell));
  const auto columns = set(static_cast<float>(print.columns)), rows = set(static_cast<float>(print.rows));
  const auto inside = hn::And(hn::And(hn::Ge(x, none), hn::Ge(y, none)), hn::And(hn::Lt(x, columns), hn::Lt(y, rows)));
  const auto column = hn::ConvertTo(di, hn::IfThenElseZero(inside, x));
  const auto row = hn::ConvertTo(di, hn::IfThenElseZero(inside, y));
  return {inside, hn::Add(hn::Mul(row, hn::Set(di, print.columns)), column),
          hn::Sub(x, hn::Add(hn::ConvertTo(df, column), set(0.5f))),
          hn::Sub(y, hn::Add(hn::ConvertTo(df, row), set(0.5f)))};
}
HWY_INLINE Landing land(const Spots& spots, int k, const Alignment& t, const Waves& reference) {
  const Floats df;
  return land(placed(hn::LoadU(df, &spots.x[k]), hn::LoadU(df, &spots.y[k]), t), reference);
}

void place_all(const Columns& points, const Alignment& t, int turn, Columns& out) {
  const Signed di;
  const Floats df;
  const int lanes = static_cast<int>(hn::Lanes(df));
  for (int k = 0; k < points.padded; k += lanes) {
    const auto [x, y] = placed(hn::LoadU(df, &points.x[k]), hn::LoadU(df, &points.y[k]), t);
    hn::StoreU(x, df, &out.x[k]);
    hn::StoreU(y, df, &out.y[k]);
    const auto angle = hn::Add(hn::LoadU(di, &points.angle[k]), hn::Set(di, turn));
    hn::StoreU(hn::And(angle, hn::Set(di, 65535)), di, &out.angle[k]);
  }
}

void find_recorded(const Columns& points, const Alignment& t, Way way, const Waves& print, Recorded& recorded) {
  const Floats df;
  const int lanes = static_cast<int>(hn::Lanes(df));
  const auto set = [df](float value) { return hn::Set(df, value); };
  const float scale = 1 / (t.a * t.d - t.b * t.c);
  recorded.fill(0);
  for (int k = 0; k < points.count; k += lanes) {
    Places places{hn::LoadU(df, &points.x[k]), hn::LoadU(df, &points.y[k])};
    if (way == Way::kForth) {
      places = placed(places.x, places.y, t);
    } else {
      const auto u = hn::Sub(places.x, set(t.shift_x)), v = hn::Sub(places.y, set(t.shift_y));
      places = {hn::Mul(hn::Sub(hn::Mul(set(t.d), u), hn::Mul(set(t.b), v)), set(scale)),
                hn::Mul(hn::Sub(hn::Mul(set(t.a), v), hn::Mul(set(t.c), u)), set(scale))};
    }
    const Landing landing = land(places, print);
    const auto phase = hn::GatherIndex(df, print.phase.data(), landing.cell);
    const auto known = hn::And(landing.inside, hn::Ge(phase, hn::Zero(df)));
    recorded[k / 64] |= std::uint64_t{bits_of(df, known)} << (k % 64);
  }
  if (points.count % 64 != 0) recorded[points.count / 64] &= (std::uint64_t{1} << (points.count % 64)) - 1;
}

void lay_over(const Spots& spots, int count, const Alignment& t, int rotation, const Waves& reference, Met& met) {
  const Signed di;
  const Floats df;
  const int lanes = static_cast<int>(hn::Lanes(df));
  for (int k = 0; k < count; k += lanes) {
    const auto [inside, at, dx, dy] = land(spots, k, t, reference);
    const auto phase = hn::GatherIndex(df, reference.phase.data(), at);
    const auto slope = hn::Add(hn::Mul(hn::GatherIndex(df, reference.across_x.data(), at), dx),
                               hn::Mul(hn::GatherIndex(df, reference.across_y.data(), at), dy));
    const auto known = hn::And(inside, hn::Ge(phase, hn::Zero(df)));
    const auto turn =
        hn::ConvertTo(di, hn::IfThenElseZero(known, hn::Add(hn::Add(phase, slope), hn::Set(df, 8192.5f))));
    const auto theirs = hn::GatherIndex(di, reference.orientation.data(), at);
    const auto ours = hn::Add(hn::LoadU(di, &spots.orientation[k]), hn::Set(di, rotation));
    const auto apart = hn::And(hn::Sub(ours, theirs), hn::Set(di, 511));
    const auto opposed = hn::And(hn::Gt(apart, hn::Set(di, 128)), hn::Lt(apart, hn::Set(di, 384)));
    const auto own = hn::LoadU(di, &spots.phase[k]);
    const auto lag = hn::Sub(turn, hn::IfThenElse(opposed, hn::Neg(own), own));
    const auto wrapped = hn::ShiftRight<24>(hn::ShiftLeft<24>(lag));
    hn::StoreU(hn::IfThenElse(hn::RebindMask(di, known), wrapped, hn::Set(di, Met::kNothing)), di, &met.lag[k]);
    hn::StoreU(hn::And(apart, hn::Set(di, 255)), di, &met.turned[k]);
    hn::StoreU(at, di, &met.cell[k]);
  }
}

Flow compare_flow(const Spots& spots, int first, int count, const Alignment& t, int rotation, const Waves& reference) {
  const Signed di;
  const int lanes = static_cast<int>(hn::Lanes(di));
  auto seen = hn::Zero(di), sum = hn::Zero(di);
  for (int k = first; k < count; k += lanes) {
    const auto landing = land(spots, k, t, reference);
    const auto theirs = hn::GatherIndex(di, reference.orientation.data(), landing.cell);
    const auto in_count = hn::Lt(hn::Iota(di, k), hn::Set(di, count));
    const auto known =
        hn::And(hn::And(hn::RebindMask(di, landing.inside), in_count), hn::Gt(theirs, hn::Set(di, Waves::kUnseen)));
    const auto ours = hn::Add(hn::LoadU(di, &spots.orientation[k]), hn::Set(di, rotation));
    const auto apart = hn::And(hn::Sub(ours, theirs), hn::Set(di, 255));
    const auto least = hn::Min(apart, hn::Sub(hn::Set(di, 256), apart));
    sum = hn::Add(sum, hn::IfThenElseZero(known, least));
    seen = hn::Add(seen, hn::IfThenElseZero(known, hn::Set(di, 1)));
  }
  return {hn::GetLane(hn::SumOfLanes(di, seen)), hn::GetLane(hn::SumOfLanes(di, sum))};
}

void add_up(const Rows& rows, const std::vector<float>& weights, Matrix& sums) {
  const hn::CappedTag<float, kRow> df;
  const int lanes = static_cast<int>(hn::Lanes(df));
  constexpr int kTogether = 4;
  for (int i = 0; i < kEquations; i += kTogether)
    for (int j = 0; j < kRow; j += lanes) {
      hn::Vec<decltype(df)> sum[kTogether] = {hn::Zero(df), hn::Zero(df), hn::Zero(df), hn::Zero(df)};
      for (std::size_t k = 0; k < rows.size(); ++k) {
        const auto row = hn::LoadU(df, &rows[k][j]);
        for (int n = 0; n < kTogether; ++n)
          sum[n] = hn::Add(sum[n], hn::Mul(hn::Set(df, weights[k] * rows[k][i + n]), row));
      }
      for (int n = 0; n < kTogether; ++n) hn::StoreU(sum[n], df, &sums[i + n][j]);
    }
}

void compare_neighbours(const Neighbourhoods& probe, const Neighbourhoods& reference, const std::uint32_t* keys,
                        std::size_t count, std::uint16_t* alike) {
  const hn::CappedTag<std::uint16_t, 32> d;
  const hn::RebindToSigned<decltype(d)> di;
  const hn::FixedTag<std::uint16_t, kNear> d8;
  const hn::Repartition<std::uint8_t, decltype(d8)> bytes;
  const hn::Repartition<std::uint64_t, decltype(d8)> d2;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const auto far = hn::Set(di, 150);
  for (std::size_t n = 0; n < count; ++n) {
    const std::size_t p = (keys[n] >> 8 & 255) * kNear, q = (keys[n] & 255) * kNear * kNear;
    const auto along = hn::LoadDup128(di, &probe.along[p]), across = hn::LoadDup128(di, &probe.across[p]);
    const auto turned = hn::LoadDup128(di, &probe.turned[p]);
    const auto strictness = hn::LoadDup128(d, &probe.strictness[p]);
    auto best = hn::Zero(d);
    for (int r = 0; r < kNear * kNear; r += lanes) {
      const auto du = hn::Min(hn::Abs(hn::Sub(along, hn::LoadU(di, &reference.round_along[q + r]))), far);
      const auto dv = hn::Min(hn::Abs(hn::Sub(across, hn::LoadU(di, &reference.round_across[q + r]))), far);
      const auto apart2 = hn::Add(hn::BitCast(d, hn::Mul(du, du)), hn::BitCast(d, hn::Mul(dv, dv)));
      const auto off = hn::MulHigh(hn::ShiftLeft<6>(hn::Min(apart2, hn::Set(d, 1000))), strictness);
      const auto close = hn::SaturatedSub(hn::Set(d, 255), off);
      const auto turn = hn::BitCast(d, hn::Abs(hn::Sub(turned, hn::LoadU(di, &reference.round_turned[q + r]))));
      const auto wide = hn::Min(hn::MulHigh(turn, hn::Set(d, kApart)), hn::Set(d, 255));
      const auto aligned = hn::Sub(hn::Set(d, 255), hn::ShiftRight<8>(hn::Mul(wide, wide)));
      best = hn::Max(best, hn::ShiftRight<8>(hn::Mul(close, aligned)));
    }
    alignas(64) std::uint16_t blocks[32];
    hn::StoreU(best, d, blocks);
    auto most = hn::LoadU(d8, blocks);
    for (int k = kNear; k < lanes; k += kNear) most = hn::Max(most, hn::LoadU(d8, blocks + k));
    // each fits a byte
    alike[n] = static_cast<std::uint16_t>(hn::GetLane(hn::SumOfLanes(d2, hn::SumsOf8(hn::BitCast(bytes, most)))));
  }
}

#endif
}  // namespace puente::finger::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace puente::finger {

HWY_EXPORT(describe_surroundings);
HWY_EXPORT(compare_surroundings);
HWY_EXPORT(find_agreement);
HWY_EXPORT(find_near);
HWY_EXPORT(keep_from);
HWY_EXPORT(compare_neighbours);
HWY_EXPORT(lay_over);
HWY_EXPORT(find_recorded);
HWY_EXPORT(place_all);
HWY_EXPORT(compare_flow);
HWY_EXPORT(add_up);

void describe_surroundings(const Waves& waves, const Offsets& offsets, const std::vector<Frame>& frames, Columns& out) {
  HWY_DYNAMIC_DISPATCH(describe_surroundings)(waves, offsets, frames, out);
}
std::size_t compare_surroundings(const Columns& probe, const Columns& reference, float* likeness,
                                 std::uint32_t* likely) {
  return HWY_DYNAMIC_DISPATCH(compare_surroundings)(probe, reference, likeness, likely);
}
void find_agreement(const Ranked& ranked, std::uint64_t wanted, std::uint64_t* agree) {
  HWY_DYNAMIC_DISPATCH(find_agreement)(ranked, wanted, agree);
}
std::size_t find_near(const Columns& placed, const Columns& reference, float reach, std::uint32_t* near) {
  return HWY_DYNAMIC_DISPATCH(find_near)(placed, reference, reach, near);
}

void place_all(const Columns& points, const Alignment& alignment, int turn, Columns& placed) {
  HWY_DYNAMIC_DISPATCH(place_all)(points, alignment, turn, placed);
}
void find_recorded(const Columns& points, const Alignment& alignment, Way way, const Waves& print, Recorded& recorded) {
  HWY_DYNAMIC_DISPATCH(find_recorded)(points, alignment, way, print, recorded);
}
std::size_t keep_from(std::uint32_t least, std::uint32_t* keys, std::size_t count) {
  return HWY_DYNAMIC_DISPATCH(keep_from)(least, keys, count);
}

void lay_over(const Spots& spots, int count, const Alignment& alignment, int rotation, const Waves& reference,
              Met& met) {
  HWY_DYNAMIC_DISPATCH(lay_over)(spots, count, alignment, rotation, reference, met);
}

void compare_neighbours(const Neighbourhoods& probe, const Neighbourhoods& reference, const std::uint32_t* keys,
                        std::size_t count, std::uint16_t* alike) {
  HWY_DYNAMIC_DISPATCH(compare_neighbours)(probe, reference, keys, count, alike);
}
Flow compare_flow(const Spots& spots, int first, int count, const Alignment& alignment, int rotation,
                  const Waves& reference) {
  return HWY_DYNAMIC_DISPATCH(compare_flow)(spots, first, count, alignment, rotation, reference);
}
void add_up(const Rows& rows, const std::vector<float>& weights, Matrix& sums) {
  HWY_DYNAMIC_DISPATCH(add_up)(rows, weights, sums);
}

void on_every_target(void (*what)(const std::string& target)) {
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
    hwy::SetSupportedTargetsForTest(target);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    what(hwy::TargetName(target));
  }
  hwy::SetSupportedTargetsForTest(0);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

namespace scalar {
namespace {

int turn_between(std::int32_t a, std::int32_t b) {
  return std::abs(static_cast<int>(static_cast<std::int16_t>(a - b)));
}

}  // namespace

void describe_surroundings(const Waves& waves, const Offsets& offsets, const std::vector<Frame>& frames, Columns& out) {
  for (std::size_t i = 0; i < frames.size(); ++i)
    for (int k = 0; k < kSamples; ++k) {
      const Frame& f = frames[i];
      const float x = f.x + (offsets.along[k] * f.cosine - offsets.across[k] * f.sine);
      const float y = f.y - (offsets.along[k] * f.sine + offsets.across[k] * f.cosine);
      if (!(x >= 0 && y >= 0 && x < static_cast<float>(waves.columns) && y < static_cast<float>(waves.rows))) continue;
      const int column = static_cast<int>(x), row = static_cast<int>(y);
      const std::size_t at = static_cast<std::size_t>(row) * waves.columns + column;
      if (waves.phase[at] < 0) continue;
      const float dx = x - (static_cast<float>(column) + 0.5f), dy = y - (static_cast<float>(row) + 0.5f);
      const float slope = waves.across_x[at] * dx + waves.across_y[at] * dy;
      const int turn = static_cast<int>(waves.phase[at] + slope + 8192.5f);
      if (std::abs((turn & 127) - 64) <= kUnsure) continue;
      const std::size_t word = static_cast<std::size_t>(k / 32) * out.padded + i;
      out.mask[word] |= std::uint32_t{1} << (k % 32);
      if (((turn + 64) & 128) == 0) out.ridge[word] |= std::uint32_t{1} << (k % 32);
    }
}

std::size_t compare_surroundings(const Columns& probe, const Columns& reference, float* likeness,
                                 std::uint32_t* likely) {
  std::size_t found = 0;
  for (int i = 0; i < probe.count; ++i)
    for (int j = 0; j < reference.padded; ++j) {
      int shared = 0, differ = 0;
      for (int w = 0; w < kWords; ++w) {
        const int p = w * probe.padded + i, q = w * reference.padded + j;
        const std::uint32_t both = probe.mask[p] & reference.mask[q];
        shared += std::popcount(both);
        differ += std::popcount(both & (probe.ridge[p] ^ reference.ridge[q]));
      }
      float& alike = likeness[static_cast<std::size_t>(i) * reference.padded + j];
      alike = shared < kSharedMin ? -1.0f : static_cast<float>(shared - 2 * differ) / static_cast<float>(shared + 20);
      if (alike > kLikely) likely[found++] = likely_key(alike, i, j);
    }
  return found;
}

std::size_t keep_from(std::uint32_t least, std::uint32_t* keys, std::size_t count) {
  return static_cast<std::size_t>(std::remove_if(keys, keys + count, [least](auto key) { return key < least; }) - keys);
}

void find_agreement(const Ranked& r, std::uint64_t wanted, std::uint64_t* agree) {
  for (; wanted; wanted &= wanted - 1) {
    const int a = std::countr_zero(wanted);
    agree[a] = 0;
    for (int b = 0; b < r.count; ++b) {
      const float dx = r.px[b] - r.px[a], dy = r.py[b] - r.py[a], ex = r.qx[b] - r.qx[a], ey = r.qy[b] - r.qy[a];
      const float offx = ex - (dx * r.cosine[a] - dy * r.sine[a]), offy = ey - (dx * r.sine[a] + dy * r.cosine[a]);
      if (turn_between(r.rotation[b], r.rotation[a]) > kAgreeTurnMax) continue;
      if (r.probe[a] == r.probe[b] || r.reference[a] == r.reference[b]) continue;
      if (offx * offx + offy * offy < kAgreeNear + (dx * dx + dy * dy) * kAgreeFar) agree[a] |= std::uint64_t{1} << b;
    }
  }
}

std::size_t find_near(const Columns& placed, const Columns& reference, float reach, std::uint32_t* near) {
  std::size_t found = 0;
  for (int i = 0; i < placed.count; ++i)
    for (int j = 0; j < reference.padded; ++j) {
      const float dx = reference.x[j] - placed.x[i], dy = reference.y[j] - placed.y[i];
      if (dx * dx + dy * dy <= reach * reach && turn_between(reference.angle[j], placed.angle[i]) <= kTurnMax)
        near[found++] = static_cast<std::uint32_t>(i << 16 | j);
    }
  return found;
}

namespace {

struct Landing {
  int cell = -1;         // where nothing was recorded
  float dx = 0, dy = 0;  // from its middle, in cells
};
Landing land(float px, float py, const Waves& print) {
  const float x = (px - print.left) * kPerCell, y = (-py - print.top) * kPerCell;
  if (!(x >= 0 && y >= 0 && x < static_cast<float>(print.columns) && y < static_cast<float>(print.rows))) return {};
  const int column = static_cast<int>(x), row = static_cast<int>(y), at = row * print.columns + column;
  if (print.phase[at] < 0) return {};
  return {at, x - (static_cast<float>(column) + 0.5f), y - (static_cast<float>(row) + 0.5f)};
}
Landing land(const Spots& spots, int k, const Alignment& alignment, const Waves& reference) {
  const auto [x, y] = alignment.place(spots.x[k], spots.y[k]);
  return land(x, y, reference);
}

}  // namespace

void place_all(const Columns& points, const Alignment& alignment, int turn, Columns& placed) {
  for (int i = 0; i < points.padded; ++i) {
    std::tie(placed.x[i], placed.y[i]) = alignment.place(points.x[i], points.y[i]);
    placed.angle[i] = (points.angle[i] + turn) & 65535;
  }
}

void find_recorded(const Columns& points, const Alignment& t, Way way, const Waves& print, Recorded& recorded) {
  recorded.fill(0);
  for (int i = 0; i < points.count; ++i) {
    const auto [x, y] = way == Way::kBack ? t.place_back(points.x[i], points.y[i]) : t.place(points.x[i], points.y[i]);
    if (land(x, y, print).cell >= 0) recorded[i / 64] |= std::uint64_t{1} << (i % 64);
  }
}

void lay_over(const Spots& spots, int count, const Alignment& alignment, int rotation, const Waves& reference,
              Met& met) {
  for (int k = 0; k < count; ++k) {
    met.lag[k] = Met::kNothing;
    const auto [at, dx, dy] = land(spots, k, alignment, reference);
    if (at < 0) continue;
    const int turn =
        static_cast<int>(reference.phase[at] + (reference.across_x[at] * dx + reference.across_y[at] * dy) + 8192.5f);
    const int apart = (spots.orientation[k] + rotation - reference.orientation[at]) & 511;
    const bool opposed = apart > 128 && apart < 384;
    const int lag = turn - (opposed ? -spots.phase[k] : spots.phase[k]);
    met.lag[k] = static_cast<std::int8_t>(static_cast<std::uint8_t>(lag));
    met.turned[k] = apart & 255;
    met.cell[k] = at;
  }
}

Flow compare_flow(const Spots& spots, int first, int count, const Alignment& alignment, int rotation,
                  const Waves& reference) {
  Flow flow;
  for (int k = first; k < count; ++k) {
    const int at = land(spots, k, alignment, reference).cell;
    if (at < 0) continue;
    const int apart = (spots.orientation[k] + rotation - reference.orientation[at]) & 255;
    ++flow.spots;
    flow.apart += std::min(apart, 256 - apart);
  }
  return flow;
}

void add_up(const Rows& rows, const std::vector<float>& weights, Matrix& sums) {
  sums = {};
  for (std::size_t k = 0; k < rows.size(); ++k)
    for (int i = 0; i < kEquations; ++i)
      for (int j = 0; j < kRow; ++j) sums[i][j] += weights[k] * rows[k][i] * rows[k][j];
}

void compare_neighbours(const Neighbourhoods& probe, const Neighbourhoods& reference, const std::uint32_t* keys,
                        std::size_t count, std::uint16_t* alike) {
  for (std::size_t n = 0; n < count; ++n) {
    const std::size_t p = (keys[n] >> 8 & 255) * kNear, q = (keys[n] & 255) * kNear * kNear;
    int sum = 0;
    for (int a = 0; a < kNear; ++a) {
      int best = 0;
      for (int b = 0; b < kNear; ++b) {  // of round 0, which has them in order
        const int du = std::min(150, std::abs(probe.along[p + a] - reference.round_along[q + b]));
        const int dv = std::min(150, std::abs(probe.across[p + a] - reference.round_across[q + b]));
        const auto apart2 = static_cast<std::uint32_t>(std::min(1000, du * du + dv * dv));
        const int off = static_cast<int>(apart2 * 64 * probe.strictness[p + a] >> 16);
        const int turn = turn_between(probe.turned[p + a], reference.round_turned[q + b]);
        const int wide = std::min(255, turn * kApart >> 16);
        best = std::max(best, std::max(0, 255 - off) * (255 - (wide * wide >> 8)) >> 8);
      }
      sum += best;
    }
    alike[n] = static_cast<std::uint16_t>(sum);
  }
}

}  // namespace scalar
}  // namespace puente::finger
#endif
