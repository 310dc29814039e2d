#include "identify/identify.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <map>
#include <random>
#include <thread>

namespace puente::identify {
namespace {

using enum Finger;

// Straight ridges, 9 pixels apart, as a plane wave that is moved with the finger.
void add_ridges(finger::Template& made, unsigned number, float shift_x, float shift_y) {
  constexpr int kPeriod = 9;
  const float orientation = static_cast<float>(number * 37 % 256) * static_cast<float>(M_PI) / 256;
  const float across_x = -std::sin(orientation), across_y = -std::cos(orientation);  // orientation + pi/2, y downwards
  made.columns = made.width / finger::kCell;
  made.rows = made.height / finger::kCell;
  for (int cell = 0; cell < made.columns * made.rows; ++cell) {
    const float x = (static_cast<float>(cell % made.columns) + 0.5f) * finger::kCell - shift_x;
    const float y = (static_cast<float>(cell / made.columns) + 0.5f) * finger::kCell - shift_y;
    const float turns = (x * across_x + y * across_y) / kPeriod;
    made.cells.push_back({static_cast<std::uint8_t>(number * 37 % 256),
                          static_cast<std::uint8_t>(256 * (turns - std::floor(turns))), kPeriod * 8, 90});
  }
}

// Minutiae spread at random over straight ridges, the same for the same number.
finger::Template scatter_minutiae(unsigned number) {
  std::mt19937 random(number + 1000);
  const auto uniform = [&random](float from, float to) {
    return from + (to - from) * static_cast<float>(random() % 100'000) / 100'000.0f;
  };
  finger::Template made{.width = 400, .height = 500, .minutiae = {}, .cells = {}};
  while (made.minutiae.size() < 45) {
    const finger::Minutia minutia{uniform(20, 380), uniform(20, 480), uniform(0, 6.28f),
                                  random() % 2 == 0 ? finger::MinutiaType::kEnding : finger::MinutiaType::kBifurcation,
                                  80};
    bool crowded = false;
    for (const auto& other : made.minutiae) crowded |= std::hypot(other.x - minutia.x, other.y - minutia.y) < 14;
    if (!crowded) made.minutiae.push_back(minutia);
  }
  return made;
}

finger::Template make_finger(unsigned number) {
  finger::Template made = scatter_minutiae(number);
  add_ridges(made, number, 0, 0);
  return made;
}

// Another impression of it: moved, jittered, some minutiae lost.
finger::Template impression_of(unsigned number) {
  finger::Template made = scatter_minutiae(number);
  std::mt19937 random(number + 77);
  for (auto& minutia : made.minutiae) {
    minutia.x += 8 + static_cast<float>(random() % 3);
    minutia.y += -5 + static_cast<float>(random() % 3);
  }
  made.minutiae.resize(40);
  add_ridges(made, number, 9, -4);
  return made;
}

class GalleryTest : public testing::Test {
 protected:
  static std::string name_of(unsigned person) { return "P" + std::to_string(100 + person); }
  // Person p has right and left index: fingers 2p and 2p + 1.
  void fill(unsigned people) {
    for (unsigned person = 0; person < people; ++person) {
      gallery_.add(name_of(person), "E1", kRightIndex, make_finger(2 * person));
      gallery_.add(name_of(person), "E1", kLeftIndex, make_finger(2 * person + 1));
    }
  }
  std::vector<Candidate> search(unsigned finger, Finger position, SearchOptions options = {}) const {
    const ProbeFinger fingers[] = {make_probe(position, impression_of(finger))};
    return gallery_.search(fingers, options);
  }
  static SearchOptions everybody() { return {.candidates_max = 1000, .expected_false_max = 1e9, .eligible = {}}; }
  Gallery gallery_;
};

const Place kIndexOfRight = place_of(kRightIndex), kIndexOfLeft = place_of(kLeftIndex);
constexpr double kAllowanceDb = 2;  // what fuse takes off each finger, as its header says

TEST(Fuse, one_finger_stands_for_itself_less_the_allowance) {
  const PlaceScore one[] = {{kIndexOfRight, kIndexOfRight, 37.5 + kAllowanceDb}};
  EXPECT_NEAR(fuse(one).score, 37.5, 1e-9);
  EXPECT_NEAR(fuse(one).false_match_rate, std::pow(10, -3.75), 1e-12);
}

TEST(Fuse, two_fingers_by_hand) {
  // Fisher: -ln(0.01 * 0.01) = 9.2103; Erlang tail of two: exp(-9.2103) (1 + 9.2103) = 1.02103e-3.
  const PlaceScore two[] = {{kIndexOfRight, kIndexOfRight, 20 + kAllowanceDb},
                            {kIndexOfLeft, kIndexOfLeft, 20 + kAllowanceDb}};
  EXPECT_NEAR(fuse(two).false_match_rate, 1.02103e-3, 1e-8);
  EXPECT_NEAR(fuse(two).score, 29.91, 0.01);
}

TEST(Fuse, nothing_and_no_evidence_are_no_match) {
  EXPECT_EQ(fuse({}).false_match_rate, 1);
  const PlaceScore zero[] = {{kIndexOfRight, kIndexOfRight, 0}, {kIndexOfLeft, kIndexOfLeft, -3}};
  EXPECT_EQ(fuse(zero).false_match_rate, 1);
  EXPECT_EQ(fuse(zero).score, 0);
}

TEST(Fuse, a_failed_finger_costs_little_and_ten_perfect_ones_stay_finite) {
  const PlaceScore with_failure[] = {{kIndexOfRight, kIndexOfRight, 60}, {kIndexOfLeft, kIndexOfLeft, 0}};
  EXPECT_GT(fuse(with_failure).score, 60 - kAllowanceDb - 15);
  std::vector<PlaceScore> ten(10, {kIndexOfRight, kIndexOfRight, 500});
  EXPECT_TRUE(std::isfinite(fuse(ten).score));
  EXPECT_EQ(fuse(ten).score, 3000);
}

TEST(Fuse, under_the_impostor_hypothesis_the_fused_rate_is_uniform) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> uniform(1e-12, 1);
  for (const int fingers : {1, 2, 4, 10}) {
    int under = 0;
    constexpr int kRounds = 40'000;
    for (int round = 0; round < kRounds; ++round) {
      std::vector<PlaceScore> scores;
      for (int i = 0; i < fingers; ++i)
        scores.push_back({kIndexOfRight, kIndexOfRight, kAllowanceDb - 10 * std::log10(uniform(random))});
      under += fuse(scores).false_match_rate <= 0.05;
    }
    EXPECT_NEAR(under, 0.05 * kRounds, 6 * std::sqrt(0.05 * 0.95 * kRounds)) << fingers;
  }
}

TEST_F(GalleryTest, finds_the_person_and_says_how_sure_it_is) {
  fill(30);
  EXPECT_EQ(gallery_.people(), 30u);
  EXPECT_EQ(gallery_.fingers(), 60u);
  const auto candidates = search(14, kRightIndex, everybody());
  ASSERT_FALSE(candidates.empty());
  EXPECT_EQ(candidates[0].person_id, name_of(7));
  EXPECT_EQ(candidates[0].encounter_id, "E1");
  ASSERT_EQ(candidates[0].scores.size(), 1u);
  EXPECT_EQ(candidates[0].scores[0].reference, place_of(kRightIndex));
  EXPECT_NEAR(candidates[0].expected_false, 30 * fuse(candidates[0].scores).false_match_rate, 1e-9);
  for (std::size_t i = 1; i < candidates.size(); ++i) EXPECT_LE(candidates[i].score, candidates[i - 1].score);
}

TEST_F(GalleryTest, two_fingers_are_surer_than_one) {
  fill(10);
  const ProbeFinger both[] = {make_probe(kRightIndex, impression_of(6)), make_probe(kLeftIndex, impression_of(7))};
  const auto candidates = gallery_.search(both, everybody());
  ASSERT_FALSE(candidates.empty());
  EXPECT_EQ(candidates[0].person_id, name_of(3));
  EXPECT_EQ(candidates[0].scores.size(), 2u);
  EXPECT_GT(candidates[0].score, search(6, kRightIndex, everybody())[0].score);
  EXPECT_NEAR(candidates[0].score, fuse(candidates[0].scores).score, 1e-9);
}

TEST_F(GalleryTest, compares_same_positions_only_and_unknown_ones_with_all) {
  fill(10);
  const double right = search(8, kRightIndex, everybody())[0].score;
  EXPECT_NE(search(8, kLeftIndex, everybody())[0].score, right);  // finger 8 is a right index
  EXPECT_TRUE(search(8, kRightThumb, everybody()).empty());
  const auto unknown = search(8, kUnknown, everybody());
  ASSERT_FALSE(unknown.empty());
  EXPECT_EQ(unknown[0].person_id, name_of(4));
  EXPECT_EQ(unknown[0].scores.size(), 1u);
  // Two tries: twice the false match rate, 3 dB less.
  EXPECT_NEAR(unknown[0].score, right - 10 * std::log10(2), 0.01 + 10 * finger::false_match_rate(right));
}

TEST_F(GalleryTest, a_person_hidden_from_the_caller_is_neither_compared_nor_counted) {
  fill(10);
  SearchOptions options = everybody();
  options.eligible = [](const std::string& person, const std::string&) { return person != name_of(4); };
  const auto without = search(8, kRightIndex, options), with = search(8, kRightIndex, everybody());
  for (const Candidate& candidate : without) EXPECT_NE(candidate.person_id, name_of(4));
  EXPECT_NEAR(with[0].expected_false, 10 * finger::false_match_rate(with[0].score), 1e-9);
  for (const Candidate& candidate : without) {
    EXPECT_NEAR(candidate.expected_false, 9 * finger::false_match_rate(candidate.score), 1e-9);
  }
}

TEST_F(GalleryTest, only_candidates_with_few_false_ones_expected_are_returned) {
  fill(20);
  SearchOptions options = everybody();
  const auto all = search(8, kRightIndex, options);
  options.expected_false_max = all[0].expected_false;
  EXPECT_EQ(search(8, kRightIndex, options).size(), 1u);
  options.expected_false_max = all[0].expected_false * 0.999;
  EXPECT_TRUE(search(8, kRightIndex, options).empty());
  options = everybody();
  options.candidates_max = 3;
  EXPECT_EQ(search(8, kRightIndex, options).size(), 3u);
}

TEST_F(GalleryTest, a_person_is_listed_once_by_the_best_encounter) {
  fill(5);
  gallery_.add(name_of(2), "E2", kRightIndex, impression_of(4));
  const auto candidates = search(4, kRightIndex, everybody());
  EXPECT_EQ(candidates[0].person_id, name_of(2));
  EXPECT_EQ(candidates[0].encounter_id, "E2");
  EXPECT_EQ(candidates.size(), 5u);
  EXPECT_NEAR(candidates[1].expected_false, 6 * finger::false_match_rate(candidates[1].score), 1e-9);  // encounters
}

TEST_F(GalleryTest, equal_scores_are_ordered_by_person) {
  for (const char* person : {"C", "A", "B"}) gallery_.add(person, "E", kRightIndex, make_finger(1));
  const auto candidates = search(1, kRightIndex, everybody());
  ASSERT_EQ(candidates.size(), 3u);
  EXPECT_EQ(candidates[0].person_id + candidates[1].person_id + candidates[2].person_id, "ABC");
}

TEST_F(GalleryTest, two_images_of_one_finger_count_as_one_finger) {
  fill(5);
  gallery_.add(name_of(2), "E1", kRightIndex, impression_of(4));
  const ProbeFinger twice[] = {make_probe(kRightIndex, impression_of(4)), make_probe(kRightIndex, impression_of(4))};
  const auto candidates = gallery_.search(twice, everybody());
  ASSERT_FALSE(candidates.empty());
  EXPECT_EQ(candidates[0].scores.size(), 1u);
}

TEST_F(GalleryTest, removed_means_gone) {
  fill(10);
  gallery_.add(name_of(4), "E2", kRightIndex, make_finger(8));
  gallery_.remove_encounter(name_of(4), "E1");
  EXPECT_EQ(search(8, kRightIndex)[0].encounter_id, "E2");
  EXPECT_EQ(gallery_.fingers(), 19u);
  gallery_.remove_person(name_of(4));
  gallery_.remove_person("nobody");
  gallery_.remove_encounter(name_of(5), "nothing");
  EXPECT_EQ(gallery_.people(), 9u);
  EXPECT_EQ(gallery_.fingers(), 18u);
  for (const Candidate& candidate : search(8, kRightIndex, everybody())) EXPECT_NE(candidate.person_id, name_of(4));
  EXPECT_EQ(search(10, kRightIndex)[0].person_id, name_of(5));
}

TEST_F(GalleryTest, any_order_of_changes_leaves_what_a_plain_map_holds) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  const finger::Template features = make_finger(1);
  std::map<std::string, std::map<std::string, int>> plain;
  for (int step = 0; step < 3000; ++step) {
    const std::string person = name_of(static_cast<unsigned>(random() % 12)),
                      encounter = "E" + std::to_string(random() % 3);
    switch (random() % 4) {
      case 0:
        gallery_.remove_person(person);
        plain.erase(person);
        break;
      case 1:
        gallery_.remove_encounter(person, encounter);
        if (plain.contains(person) && plain[person].erase(encounter) > 0 && plain[person].empty()) plain.erase(person);
        break;
      default:
        gallery_.add(person, encounter, kRightIndex, features);
        ++plain[person][encounter];
    }
    std::size_t fingers = 0;
    for (const auto& [id, encounters] : plain) {
      for (const auto& [name, count] : encounters) fingers += static_cast<std::size_t>(count);
    }
    ASSERT_EQ(gallery_.people(), plain.size());
    ASSERT_EQ(gallery_.fingers(), fingers);
  }
}

TEST_F(GalleryTest, the_answer_does_not_depend_on_threads) {
  for (unsigned person = 0; person < 300; ++person) {
    gallery_.add(name_of(person), "E", kRightIndex, make_finger(person % 40));
  }
  SearchOptions options = everybody();
  options.threads = 1;
  const auto one = search(8, kRightIndex, options);
  options.threads = 4;
  const auto four = search(8, kRightIndex, options);
  ASSERT_EQ(one.size(), four.size());
  for (std::size_t i = 0; i < one.size(); ++i) {
    EXPECT_EQ(one[i].person_id, four[i].person_id);
    EXPECT_EQ(one[i].score, four[i].score);
  }
}

TEST_F(GalleryTest, searches_and_changes_at_once) {
  fill(100);
  std::atomic<bool> stop{false};
  std::jthread changer([&] {
    const finger::Template features = make_finger(999);
    for (unsigned i = 0; !stop; ++i) {
      gallery_.add("X" + std::to_string(i % 10), "E", kRightIndex, features);
      gallery_.remove_person("X" + std::to_string((i + 5) % 10));
    }
  });
  for (unsigned i = 0; i < 10; ++i) {
    const auto candidates = search(2 * i, kRightIndex, everybody());
    ASSERT_FALSE(candidates.empty());
    EXPECT_EQ(candidates[0].person_id, name_of(i));
  }
  stop = true;
}

TEST_F(GalleryTest, an_empty_gallery_or_probe_has_no_candidates) {
  EXPECT_TRUE(search(1, kRightIndex, everybody()).empty());
  fill(2);
  EXPECT_TRUE(gallery_.search({}, everybody()).empty());
}

TEST(CompareFingers, is_the_search_of_one_person) {
  finger::Scratch scratch;
  const ProbeFinger right = make_probe(kRightIndex, make_finger(1)), left = make_probe(kLeftIndex, make_finger(2));
  const ProbeFinger probe_right = make_probe(kRightIndex, impression_of(1));
  const ProbeFinger reference[] = {left, right};
  const ProbeFinger probe[] = {probe_right, make_probe(kLeftIndex, impression_of(2)),
                               make_probe(kLeftThumb, impression_of(2))};
  const auto scores = compare_fingers(probe, reference, scratch);
  ASSERT_EQ(scores.size(), 2u);
  EXPECT_EQ(scores[0].reference, place_of(kRightIndex));
  EXPECT_EQ(scores[0].score, finger::compare_score(probe_right.features, right.features, scratch));
  EXPECT_EQ(scores[1].reference, place_of(kLeftIndex));
}

}  // namespace
}  // namespace puente::identify
