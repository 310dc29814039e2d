#include "modality/finger/kernels.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdio>
#include <random>

namespace puente::finger {
namespace {

constexpr unsigned kSeed = 2002;

Columns random_columns(std::mt19937& random, int count) {
  Columns c;
  c.count = count;
  c.padded = (count + kLanes - 1) / kLanes * kLanes;
  c.x.assign(c.padded, kFar);
  c.y.assign(c.padded, kFar);
  c.angle.assign(c.padded, 0);
  c.ridge.assign(static_cast<std::size_t>(kWords) * c.padded, 0);
  c.mask.assign(static_cast<std::size_t>(kWords) * c.padded, 0);
  for (int i = 0; i < count; ++i) {
    c.x[i] = static_cast<float>(random() % 4000) / 40;
    c.y[i] = static_cast<float>(random() % 4000) / 40;
    c.angle[i] = static_cast<std::int32_t>(random() % 65536);
    const std::uint32_t empty = random() % 4 == 0 ? 0 : ~0u;
    for (int w = 0; w < kWords; ++w) {
      const std::size_t at = static_cast<std::size_t>(w) * c.padded + i;
      c.mask[at] = static_cast<std::uint32_t>(random() | random()) & empty;
      c.ridge[at] = (i % 3 == 0 ? 0x0f0f3311u : static_cast<std::uint32_t>(random())) & c.mask[at];  // some alike
    }
  }
  return c;
}

int targets_run = 0;

TEST(Kernels, run_on_the_best_target_and_on_others_too) {
  targets_run = 0;
  on_every_target([](const std::string& target) {
    ++targets_run;
    ::testing::Test::RecordProperty("target_" + std::to_string(targets_run), target);
    std::printf("target %s\n", target.c_str());
  });
  EXPECT_GE(targets_run, 1);
}

TEST(Kernels, compare_surroundings_as_the_twin_does) {
  on_every_target([](const std::string& target) {
    std::mt19937 random(kSeed);
    for (const int n : {1, 2, 3, 15, 16, 17, 31, 33, 200})
      for (const int m : {1, 7, 16, 17, 47, 200}) {
        const Columns p = random_columns(random, n), q = random_columns(random, m);
        const std::size_t size = static_cast<std::size_t>(n) * q.padded;
        std::vector<float> likeness(size, 9), twin_likeness(size, 9);
        std::vector<std::uint32_t> likely(size), twin_likely(size);
        likely.resize(compare_surroundings(p, q, likeness.data(), likely.data()));
        twin_likely.resize(scalar::compare_surroundings(p, q, twin_likeness.data(), twin_likely.data()));
        ASSERT_EQ(likeness, twin_likeness) << target << ' ' << n << ' ' << m << " seed " << kSeed;
        ASSERT_EQ(likely, twin_likely) << target << ' ' << n << ' ' << m << " seed " << kSeed;
      }
  });
}

TEST(Kernels, find_near_as_the_twin_does) {
  on_every_target([](const std::string& target) {
    std::mt19937 random(kSeed);
    for (const int n : {1, 16, 33})
      for (const int m : {1, 7, 16, 17, 47, 200}) {
        const Columns p = random_columns(random, n), q = random_columns(random, m);
        std::vector<std::uint32_t> near(static_cast<std::size_t>(n) * q.padded), twin = near;
        near.resize(find_near(p, q, 18, near.data()));
        twin.resize(scalar::find_near(p, q, 18, twin.data()));
        ASSERT_EQ(near, twin) << target << ' ' << n << ' ' << m << " seed " << kSeed;
      }
  });
}

TEST(Kernels, keep_from_as_the_twin_does) {
  on_every_target([](const std::string& target) {
    std::mt19937 random(kSeed);
    for (const std::size_t count : {0, 1, 15, 16, 17, 100, 1000})
      for (const std::uint32_t least : {1u, 1u << 25, 1u << 31, 0xffffffffu}) {
        std::vector<std::uint32_t> keys(count);
        for (std::uint32_t& key : keys) key = random() % 4 ? static_cast<std::uint32_t>(random()) : least;
        std::vector<std::uint32_t> twin = keys;
        keys.resize(keep_from(least, keys.data(), count));
        twin.resize(scalar::keep_from(least, twin.data(), count));
        ASSERT_EQ(keys, twin) << target << ' ' << count << ' ' << least << " seed " << kSeed;
      }
  });
}

TEST(Kernels, find_agreement_as_the_twin_does) {
  on_every_target([](const std::string& target) {
    std::mt19937 random(kSeed);
    std::uint64_t any = 0;
    for (const int count : {0, 1, 3, 15, 16, 17, 48, 63, 64}) {
      Ranked r;
      r.count = count;
      for (int k = 0; k < count; ++k) {
        r.px[k] = static_cast<float>(random() % 300), r.py[k] = static_cast<float>(random() % 300);
        r.qx[k] = r.px[k] + static_cast<float>(random() % 30), r.qy[k] = r.py[k] + static_cast<float>(random() % 30);
        r.cosine[k] = 1, r.sine[k] = static_cast<float>(random() % 100) / 1000;
        r.rotation[k] = static_cast<std::int32_t>((random() % 12000 + 60000) % 65536);
        r.probe[k] = static_cast<std::int32_t>(random() % 40),
        r.reference[k] = static_cast<std::int32_t>(random() % 40);
      }
      std::array<std::uint64_t, kRankedMax> agree{}, twin{};
      const std::uint64_t all = count == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1;
      const std::uint64_t wanted = all & (count % 2 ? 0x5a5a5a5a5a5a5a5a : all);
      find_agreement(r, wanted, agree.data());
      scalar::find_agreement(r, wanted, twin.data());
      for (const std::uint64_t bits : twin) any |= bits;
      ASSERT_EQ(agree, twin) << target << ' ' << count << " seed " << kSeed;
    }
    EXPECT_NE(any, 0u);
  });
}

Waves random_waves(std::mt19937& random) {
  Waves waves;
  waves.columns = 23;
  waves.rows = 31;
  waves.left = 40;
  waves.top = 7;
  for (int i = 0; i < waves.columns * waves.rows; ++i) {
    const bool seen = random() % 5 != 0;
    waves.phase.push_back(seen ? static_cast<float>(random() % 256) : Waves::kUnknown);
    waves.across_x.push_back(static_cast<float>(random() % 4097) - 2048);
    waves.across_y.push_back(static_cast<float>(random() % 4097) - 2048);
    waves.orientation.push_back(seen ? static_cast<std::int32_t>(random() % 256) : Waves::kUnseen);
  }
  return waves;
}

struct Laid {
  Spots spots;
  Waves reference;
  Alignment alignment;
  int rotation = 0;
};
Laid random_laid(std::mt19937& random, int count) {
  Laid laid;
  laid.reference = random_waves(random);
  laid.spots.count = count;
  laid.spots.padded = (count + kLanes - 1) / kLanes * kLanes;
  for (int k = 0; k < laid.spots.padded; ++k) {
    laid.spots.x.push_back(k < count ? static_cast<float>(random() % 300) : kFar);
    laid.spots.y.push_back(k < count ? -static_cast<float>(random() % 300) : kFar);
    laid.spots.orientation.push_back(static_cast<std::int32_t>(random() % 256));
    laid.spots.phase.push_back(static_cast<std::int32_t>(random() % 256));
  }
  const auto small = [&random] { return static_cast<float>(random() % 200) / 1000 - 0.1f; };
  laid.alignment.a += small(), laid.alignment.b = small(), laid.alignment.c = small(), laid.alignment.d += small();
  laid.alignment.shift_x = 20 * small(), laid.alignment.shift_y = 20 * small();
  laid.alignment.bend_x = {small(), small(), small()}, laid.alignment.bend_y = {small(), small(), small()};
  laid.rotation = static_cast<int>(random() % 512);
  return laid;
}

TEST(Kernels, lay_over_as_the_twin_does) {
  on_every_target([](const std::string& target) {
    std::mt19937 random(kSeed);
    for (const int count : {1, 15, 16, 17, 70, 281}) {
      const Laid laid = random_laid(random, count);
      Met made, twin;
      for (Met* met : {&made, &twin}) {
        met->lag.resize(laid.spots.padded);
        met->turned.resize(laid.spots.padded);
        met->cell.resize(laid.spots.padded);
      }
      lay_over(laid.spots, count, laid.alignment, laid.rotation, laid.reference, made);
      scalar::lay_over(laid.spots, count, laid.alignment, laid.rotation, laid.reference, twin);
      int met = 0;
      for (int k = 0; k < count; ++k) {
        ASSERT_EQ(made.lag[k], twin.lag[k]) << target << ' ' << count << " seed " << kSeed;
        if (twin.lag[k] == Met::kNothing) continue;
        ASSERT_EQ(made.turned[k], twin.turned[k]) << target << ' ' << count << " seed " << kSeed;
        ASSERT_EQ(made.cell[k], twin.cell[k]) << target << ' ' << count << " seed " << kSeed;
        ++met;
      }
      EXPECT_TRUE(count < 70 || met > 20);
      for (const int first : {0, kLanes, 4 * kLanes}) {
        const Flow flow = compare_flow(laid.spots, first, count, laid.alignment, laid.rotation, laid.reference);
        const Flow twin_flow =
            scalar::compare_flow(laid.spots, first, count, laid.alignment, laid.rotation, laid.reference);
        if (first == 0) {
          EXPECT_EQ(flow.spots, met) << target;
        }
        EXPECT_EQ(flow.spots, twin_flow.spots) << target;
        EXPECT_EQ(flow.apart, twin_flow.apart) << target;
      }
    }
  });
}

TEST(Kernels, place_and_find_where_it_was_recorded_as_the_twins_do) {
  on_every_target([](const std::string& target) {
    std::mt19937 random(kSeed);
    int found = 0, missed = 0;
    for (const int count : {0, 1, 16, 33, 64, 100, 255}) {
      const Laid laid = random_laid(random, count);
      Columns points = random_columns(random, count);
      for (int i = 0; i < count; ++i) points.x[i] *= 4, points.y[i] *= -4;
      Columns placed = points, twin = points;
      place_all(points, laid.alignment, 40000, placed);
      scalar::place_all(points, laid.alignment, 40000, twin);
      EXPECT_EQ(placed.x, twin.x) << target << ' ' << count << " seed " << kSeed;
      EXPECT_EQ(placed.y, twin.y) << target << ' ' << count << " seed " << kSeed;
      EXPECT_EQ(placed.angle, twin.angle) << target << ' ' << count << " seed " << kSeed;
      for (const Way way : {Way::kForth, Way::kBack}) {
        Recorded recorded{1, 2, 3, 4}, twin_recorded{};
        find_recorded(points, laid.alignment, way, laid.reference, recorded);
        scalar::find_recorded(points, laid.alignment, way, laid.reference, twin_recorded);
        ASSERT_EQ(recorded, twin_recorded) << target << ' ' << count << " seed " << kSeed;
        int here = 0;
        for (const std::uint64_t bits : recorded) here += std::popcount(bits);
        found += here, missed += count - here;
      }
    }
    EXPECT_GT(found, 50);
    EXPECT_GT(missed, 50);
  });
}

Neighbourhoods random_neighbourhoods(std::mt19937& random, int count) {
  Neighbourhoods out;
  const auto number = [&random](int reach) {
    return static_cast<std::int16_t>(static_cast<int>(random() % static_cast<unsigned>(2 * reach)) - reach);
  };
  for (int k = 0; k < count * kNear; ++k) {
    const bool nobody = random() % 9 == 0;
    out.along.push_back(nobody ? Neighbourhoods::kNobody : number(30));
    out.across.push_back(number(30));
    out.turned.push_back(number(9000));
    out.strictness.push_back(static_cast<std::uint16_t>(655 + random() % 60000));
  }
  for (int i = 0; i < count; ++i)
    for (int r = 0; r < kNear; ++r)
      for (int k = 0; k < kNear; ++k) {
        const int from = i * kNear + (k + r) % kNear;
        out.round_along.push_back(out.along[from] == Neighbourhoods::kNobody ? -Neighbourhoods::kNobody
                                                                             : out.along[from]);
        out.round_across.push_back(out.across[from]);
        out.round_turned.push_back(out.turned[from]);
      }
  return out;
}

TEST(Kernels, compare_neighbours_as_the_twin_does) {
  on_every_target([](const std::string& target) {
    std::mt19937 random(kSeed);
    const Neighbourhoods p = random_neighbourhoods(random, 40), q = random_neighbourhoods(random, 33);
    std::vector<std::uint32_t> keys;
    for (int i = 0; i < 40; ++i)
      for (int j = 0; j < 33; ++j) keys.push_back(likely_key(0.5f, i, j));
    std::vector<std::uint16_t> made(keys.size()), twin(keys.size());
    compare_neighbours(p, q, keys.data(), keys.size(), made.data());
    scalar::compare_neighbours(p, q, keys.data(), keys.size(), twin.data());
    EXPECT_EQ(made, twin) << target << " seed " << kSeed;
    EXPECT_GT(*std::max_element(twin.begin(), twin.end()), kAlike / 2);
  });
}

TEST(Kernels, add_up_as_the_twin_does) {
  on_every_target([](const std::string& target) {
    std::mt19937 random(kSeed);
    for (const std::size_t count : {0u, 1u, 3u, 100u}) {
      Rows rows(count);
      std::vector<float> weights(count);
      for (std::size_t k = 0; k < count; ++k) {
        weights[k] = static_cast<float>(random() % 1000) / 999;
        for (float& value : rows[k]) value = static_cast<float>(random() % 2000) / 333 - 3;
      }
      Matrix made, twin;
      add_up(rows, weights, made);
      scalar::add_up(rows, weights, twin);
      EXPECT_EQ(made, twin) << target << ' ' << count << " seed " << kSeed;
    }
  });
}

TEST(Kernels, describe_surroundings_as_the_twin_does) {
  on_every_target([](const std::string& target) {
    std::mt19937 random(kSeed);
    const Waves waves = random_waves(random);
    Offsets offsets;
    for (int k = 0; k < kSamples; ++k) {
      offsets.along[k] = static_cast<float>(random() % 800) / 100 - 4;
      offsets.across[k] = static_cast<float>(random() % 800) / 100 - 4;
    }
    std::vector<Frame> frames;
    for (int i = 0; i < 50; ++i) {
      const float turn = static_cast<float>(random() % 628) / 100;
      frames.push_back({static_cast<float>(random() % 300) / 10 - 3, static_cast<float>(random() % 400) / 10 - 3,
                        std::cos(turn), std::sin(turn)});
    }
    Columns made = random_columns(random, 50);
    std::fill(made.ridge.begin(), made.ridge.end(), 0);
    std::fill(made.mask.begin(), made.mask.end(), 0);
    Columns twin = made;
    describe_surroundings(waves, offsets, frames, made);
    scalar::describe_surroundings(waves, offsets, frames, twin);
    EXPECT_EQ(made.mask, twin.mask) << target << " seed " << kSeed;
    EXPECT_EQ(made.ridge, twin.ridge) << target << " seed " << kSeed;
    EXPECT_GT(std::count_if(twin.mask.begin(), twin.mask.end(), [](auto w) { return w != 0; }), 100);
  });
}

}  // namespace
}  // namespace puente::finger
