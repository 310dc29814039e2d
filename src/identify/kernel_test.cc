#include "identify/kernel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <random>

#include "identify/identify.h"

namespace puente::identify {
namespace {

class KernelTest : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    use_kernel_target(GetParam());
    ASSERT_EQ(kernel_target(), GetParam());  // what the code that runs was built for, by its own word
    RecordProperty("seed", static_cast<int>(seed_));
  }
  void TearDown() override { use_kernel_target(kernel_targets().front()); }

  // Some descriptors are near others, so that there is something to find.
  finger::Sketch random_sketch(int count) {
    finger::Sketch made;
    made.count = count;
    for (int k = 0; k < finger::Sketch::kDescriptors; ++k) {
      made.bits[k] = k % 3 == 0 ? 0x0123456789abcdef ^ (random_() & random_() & random_()) : random_();
      made.sure[k] = random_() | (k % 5 == 0 ? ~std::uint64_t{0} << 20 : 0);
    }
    return made;
  }
  unsigned seed_ = std::random_device{}();
  std::mt19937_64 random_{seed_};
};

TEST_P(KernelTest, scores_are_the_scalar_ones) {
  SCOPED_TRACE(testing::Message() << "seed " << seed_);
  for (const std::size_t blocks : {0u, 1u, 2u, 3u, 7u, 64u}) {
    for (const int count : {0, 1, 7, 8, 9, 31, 32}) {
      const finger::Sketch probe = random_sketch(count);
      std::vector<std::uint64_t> words(blocks * kBlockWords + 1);
      std::uint64_t* const unaligned = words.data() + 1;
      for (std::uint64_t& word : words)
        word = random_() % 2 == 0 ? random_() : probe.bits[random_() % 32] ^ (random_() & random_());
      std::vector<std::uint16_t> found(blocks * kLanes + 1, 7), expected(blocks * kLanes + 1, 7);
      coarse_scores(probe, unaligned, blocks, found.data());
      coarse_scores_scalar(probe, unaligned, blocks, expected.data());
      EXPECT_EQ(found, expected) << blocks << " blocks, " << count << " descriptors";
    }
  }
}

TEST_P(KernelTest, passes_the_self_test) {
  const Status status = self_test();
  EXPECT_TRUE(status.ok()) << (status.ok() ? "" : status.error().message);
}

TEST_P(KernelTest, a_finger_is_most_like_itself) {
  SCOPED_TRACE(testing::Message() << "seed " << seed_);
  const finger::Sketch probe = random_sketch(32);
  std::vector<std::uint64_t> words(kBlockWords);
  for (std::uint64_t& word : words) word = random_();
  for (int k = 0; k < finger::Sketch::kDescriptors; ++k)
    words[static_cast<std::size_t>(k * kLanes + 5)] = probe.bits[k];
  std::vector<std::uint16_t> scores(kLanes);
  coarse_scores(probe, words.data(), 1, scores.data());
  EXPECT_EQ(scores[5], 32 * finger::kDescriptorReach * finger::kDescriptorReach);
  EXPECT_EQ(std::max_element(scores.begin(), scores.end()) - scores.begin(), 5);
}

TEST_P(KernelTest, near_descriptors_are_the_scalar_ones) {
  SCOPED_TRACE(testing::Message() << "seed " << seed_);
  for (const int count : {1, 5, 32}) {
    for (const int limit : {1, 12, 20, 65}) {
      const finger::Sketch probe = random_sketch(count), reference = random_sketch(32);
      std::array<std::uint32_t, 32> found{}, expected{};
      near_descriptors(probe, reference, limit, found.data());
      near_descriptors_scalar(probe, reference, limit, expected.data());
      EXPECT_EQ(found, expected) << count << " descriptors, limit " << limit;
    }
  }
}

TEST_P(KernelTest, pairs_that_agree_are_the_scalar_ones) {
  SCOPED_TRACE(testing::Message() << "seed " << seed_);
  int agreed = 0;
  for (int round = 0; round < 200; ++round) {
    Pairs pairs;
    pairs.count = kPairsMax;
    const auto near = [&](float at) { return at + static_cast<float>(random_() % 64) - 32; };
    for (std::size_t k = 0; k < kPairsMax; ++k) {
      pairs.px[k] = static_cast<float>(random_() % 800);
      pairs.py[k] = static_cast<float>(random_() % 800);
      pairs.qx[k] = near(pairs.px[k] + 40);
      pairs.qy[k] = near(pairs.py[k] - 25);
      pairs.turn[k] = static_cast<std::int32_t>((250 + random_() % 20) & 255);
    }
    const Movement movement = {pairs.px[3], pairs.py[3], pairs.qx[3], pairs.qy[3], 0.995f, 0.0998f, pairs.turn[3]};
    const std::uint64_t expected = agreeing_scalar(pairs, movement);
    EXPECT_EQ(agreeing(pairs, movement), expected);
    EXPECT_TRUE(expected >> 3 & 1) << "a pair fits its own movement";
    agreed += std::popcount(expected);
  }
  EXPECT_GT(agreed, 400);  // the test has seen both answers
  EXPECT_LT(agreed, 10'000);
}

INSTANTIATE_TEST_SUITE_P(OnEveryTarget, KernelTest, testing::ValuesIn(kernel_targets()),
                         [](const auto& made) { return made.param; });

}  // namespace
}  // namespace puente::identify
