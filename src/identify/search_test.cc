#include "identify/identify.h"

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <random>
#include <thread>

#include "identify/testing_prints.h"

namespace puente::identify {
namespace {

using enum Finger;

class SearchTest : public testing::Test {
 protected:
  static std::string name_of(unsigned person) { return "P" + std::to_string(100 + person); }
  void add(const std::string& person_id, const std::string& encounter_id, Finger finger,
           const finger::Template& features) {
    gallery_.add({{person_id, encounter_id, {}, {make_print(finger, features)}}});
  }
  // Person p has right and left index: fingers 2p and 2p + 1.
  void fill(unsigned people) {
    for (unsigned person = 0; person < people; ++person) {
      add(name_of(person), "E1", kRightIndex, make_finger(2 * person));
      add(name_of(person), "E1", kLeftIndex, make_finger(2 * person + 1));
    }
  }
  Found find(unsigned number, Finger finger, Limits limits = {}, const Scope& scope = Scope::own()) const {
    const Probe probe[] = {make_probe(finger, impression_of(number))};
    return gallery_.search(probe, scope, limits);
  }
  Found since(const Found& earlier, unsigned number, Finger finger, Limits limits = {},
              const Scope& scope = Scope::own()) const {
    const Probe probe[] = {make_probe(finger, impression_of(number))};
    return gallery_.since(earlier, probe, scope, limits);
  }
  std::vector<Candidate> search(unsigned number, Finger finger, Limits limits = {}) const {
    return find(number, finger, limits).candidates;
  }
  static Limits everybody() { return {.candidates_max = 1000, .expected_false_max = 1e9}; }
  Gallery gallery_;
};

TEST_F(SearchTest, finds_the_person_and_says_how_sure_it_is) {
  fill(30);
  EXPECT_EQ(gallery_.people(), 30u);
  EXPECT_EQ(gallery_.prints(), 60u);
  const auto candidates = search(14, kRightIndex, everybody());
  ASSERT_FALSE(candidates.empty());
  EXPECT_EQ(candidates[0].person_id, name_of(7));
  EXPECT_EQ(candidates[0].encounter_id, "E1");
  ASSERT_EQ(candidates[0].scores.size(), 1u);
  EXPECT_EQ(candidates[0].scores[0].reference, place_of(kRightIndex));
  EXPECT_NEAR(candidates[0].expected_false, 30 * fuse(candidates[0].scores).false_match_rate, 1e-9);
  for (std::size_t i = 1; i < candidates.size(); ++i) EXPECT_LE(candidates[i].score, candidates[i - 1].score);
}

TEST_F(SearchTest, two_fingers_are_surer_than_one) {
  fill(10);
  const Probe both[] = {make_probe(kRightIndex, impression_of(6)), make_probe(kLeftIndex, impression_of(7))};
  const auto candidates = gallery_.search(both, Scope::own(), everybody()).candidates;
  ASSERT_FALSE(candidates.empty());
  EXPECT_EQ(candidates[0].person_id, name_of(3));
  EXPECT_EQ(candidates[0].scores.size(), 2u);
  EXPECT_GT(candidates[0].score, search(6, kRightIndex, everybody())[0].score);
  EXPECT_NEAR(candidates[0].score, fuse(candidates[0].scores).score, 1e-9);
}

TEST_F(SearchTest, compares_same_positions_only_and_unknown_ones_with_all) {
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

TEST_F(SearchTest, whom_the_scope_hides_is_neither_compared_nor_counted) {
  fill(10);
  gallery_.set_standing(name_of(4), "E1", withheld_from({"COL"}));
  const Found ours = find(8, kRightIndex, everybody()),
              theirs = find(8, kRightIndex, everybody(), Scope::partner("COL")),
              others = find(8, kRightIndex, everybody(), Scope::partner("PER"));
  EXPECT_EQ(ours.candidates[0].person_id, name_of(4));
  EXPECT_EQ(others.candidates[0].person_id, name_of(4));
  EXPECT_EQ(ours.compared, 10u);
  EXPECT_EQ(theirs.compared, 9u);
  EXPECT_EQ(theirs.stages.exact, 9u);
  EXPECT_NEAR(ours.candidates[0].expected_false, 10 * fuse(ours.candidates[0].scores).false_match_rate, 1e-9);
  ASSERT_EQ(theirs.candidates.size(), 9u);
  for (const Candidate& candidate : theirs.candidates) {
    EXPECT_NE(candidate.person_id, name_of(4));
    EXPECT_NEAR(candidate.expected_false, 9 * fuse(candidate.scores).false_match_rate, 1e-9);
  }
}

TEST_F(SearchTest, a_scope_finds_whom_it_may) {
  fill(1);
  const auto found_by = [&](const Scope& scope) {
    const Found found = find(0, kRightIndex, everybody(), scope);
    EXPECT_EQ(found.compared, found.candidates.size());
    return !found.candidates.empty();
  };
  const auto stands = [&](Standing standing) { gallery_.set_standing(name_of(0), "E1", std::move(standing)); };
  EXPECT_TRUE(found_by(Scope::own()));
  EXPECT_TRUE(found_by(Scope::partner("COL")));
  EXPECT_FALSE(found_by(Scope::partner("")));  // nobody's, not ours
  EXPECT_FALSE(found_by(Scope::own({"wanted"})));
  EXPECT_FALSE(found_by(Scope::own({})));
  stands({.galleries = {"wanted"}});
  EXPECT_FALSE(found_by(Scope::own()));
  EXPECT_TRUE(found_by(Scope::own({"main", "wanted"})));
  EXPECT_TRUE(found_by(Scope::partner("COL", {"wanted"})));
  EXPECT_FALSE(found_by(Scope::partner("COL")));
  stands({.active = false});
  EXPECT_FALSE(found_by(Scope::own()));
  EXPECT_FALSE(found_by(Scope::partner("COL")));
  stands({.disputed = true});
  EXPECT_TRUE(found_by(Scope::own()));
  EXPECT_FALSE(found_by(Scope::partner("COL")));
  stands(withheld_from({"every country"}));
  EXPECT_TRUE(found_by(Scope::own()));
  EXPECT_FALSE(found_by(Scope::partner("COL")));
}

TEST_F(SearchTest, only_candidates_with_few_false_ones_expected_are_returned) {
  fill(20);
  Limits limits = everybody();
  const auto all = search(8, kRightIndex, limits);
  limits.expected_false_max = all[0].expected_false;
  EXPECT_EQ(search(8, kRightIndex, limits).size(), 1u);
  limits.expected_false_max = all[0].expected_false * 0.999;
  EXPECT_TRUE(search(8, kRightIndex, limits).empty());
  limits = everybody();
  limits.candidates_max = 3;
  EXPECT_EQ(search(8, kRightIndex, limits).size(), 3u);
}

TEST_F(SearchTest, a_person_is_listed_once_by_the_best_encounter) {
  fill(5);
  add(name_of(2), "E2", kRightIndex, impression_of(4));
  const auto candidates = search(4, kRightIndex, everybody());
  EXPECT_EQ(candidates[0].person_id, name_of(2));
  EXPECT_EQ(candidates[0].encounter_id, "E2");
  EXPECT_EQ(candidates.size(), 5u);
  EXPECT_NEAR(candidates[1].expected_false, 6 * finger::false_match_rate(candidates[1].score), 1e-9);  // encounters
}

TEST_F(SearchTest, equal_scores_are_ordered_by_person) {
  for (const char* person : {"C", "A", "B"}) add(person, "E", kRightIndex, make_finger(1));
  const auto candidates = search(1, kRightIndex, everybody());
  ASSERT_EQ(candidates.size(), 3u);
  EXPECT_EQ(candidates[0].person_id + candidates[1].person_id + candidates[2].person_id, "ABC");
}

TEST_F(SearchTest, two_images_of_one_finger_count_as_one_finger) {
  fill(5);
  add(name_of(2), "E1", kRightIndex, impression_of(4));
  const Probe twice[] = {make_probe(kRightIndex, impression_of(4)), make_probe(kRightIndex, impression_of(4))};
  const auto candidates = gallery_.search(twice, Scope::own(), everybody()).candidates;
  ASSERT_FALSE(candidates.empty());
  EXPECT_EQ(candidates[0].scores.size(), 1u);
}

TEST_F(SearchTest, removed_means_gone) {
  fill(10);
  add(name_of(4), "E2", kRightIndex, make_finger(8));
  gallery_.remove_encounter(name_of(4), "E1");
  EXPECT_EQ(search(8, kRightIndex)[0].encounter_id, "E2");
  EXPECT_EQ(gallery_.prints(), 19u);
  gallery_.remove_person(name_of(4));
  gallery_.remove_person("nobody");
  gallery_.remove_encounter(name_of(5), "nothing");
  EXPECT_EQ(gallery_.people(), 9u);
  EXPECT_EQ(gallery_.prints(), 18u);
  for (const Candidate& candidate : search(8, kRightIndex, everybody())) EXPECT_NE(candidate.person_id, name_of(4));
  EXPECT_EQ(search(10, kRightIndex)[0].person_id, name_of(5));
}

TEST_F(SearchTest, the_answer_does_not_depend_on_threads) {
  for (unsigned person = 0; person < 300; ++person) {
    add(name_of(person), "E", kRightIndex, make_finger(person % 40));
  }
  Limits limits = everybody();
  limits.threads = 1;
  const auto one = search(8, kRightIndex, limits);
  limits.threads = 4;
  const auto four = search(8, kRightIndex, limits);
  ASSERT_EQ(one.size(), four.size());
  for (std::size_t i = 0; i < one.size(); ++i) {
    EXPECT_EQ(one[i].person_id, four[i].person_id);
    EXPECT_EQ(one[i].score, four[i].score);
  }
}

TEST_F(SearchTest, searches_and_changes_at_once) {
  fill(100);
  std::atomic<bool> stop{false};
  std::jthread changer([&] {
    const finger::Template features = make_finger(999);
    for (unsigned i = 0; !stop; ++i) {
      add("X" + std::to_string(i % 10), "E", kRightIndex, features);
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

TEST_F(SearchTest, an_empty_gallery_or_probe_has_no_candidates) {
  EXPECT_TRUE(search(1, kRightIndex, everybody()).empty());
  fill(2);
  EXPECT_TRUE(gallery_.search({}, Scope::own(), everybody()).candidates.empty());
}

TEST_F(SearchTest, one_person_is_compared_however_unlike) {
  fill(10);
  const Probe probe[] = {make_probe(kRightIndex, impression_of(8))};
  const auto mate = gallery_.compare_person(probe, name_of(4), Scope::own()),
             other = gallery_.compare_person(probe, name_of(5), Scope::own());
  ASSERT_TRUE(mate && other);
  EXPECT_GT(mate->score, other->score);
  EXPECT_NEAR(mate->expected_false, fuse(mate->scores).false_match_rate, 1e-9);
  EXPECT_FALSE(gallery_.compare_person(probe, "nobody", Scope::own()));
  const Probe thumb[] = {make_probe(kLeftThumb, impression_of(8))};
  EXPECT_FALSE(gallery_.compare_person(thumb, name_of(4), Scope::own()));
  gallery_.set_standing(name_of(4), "E1", {.active = false});
  EXPECT_FALSE(gallery_.compare_person(probe, name_of(4), Scope::own()));
}

// ---- since ----

bool searched_everybody(const Found& found) {
  return found.stages.streamed_bytes > 0;
}

void expect_same(const Found& is, const Found& should_be) {
  EXPECT_EQ(is.as_of, should_be.as_of);
  EXPECT_EQ(is.compared, should_be.compared);
  ASSERT_EQ(is.candidates.size(), should_be.candidates.size());
  for (std::size_t i = 0; i < is.candidates.size(); ++i) {
    EXPECT_EQ(is.candidates[i].person_id, should_be.candidates[i].person_id);
    EXPECT_EQ(is.candidates[i].encounter_id, should_be.candidates[i].encounter_id);
    EXPECT_EQ(is.candidates[i].score, should_be.candidates[i].score);
    EXPECT_EQ(is.candidates[i].expected_false, should_be.candidates[i].expected_false);
    EXPECT_EQ(is.candidates[i].scores.size(), should_be.candidates[i].scores.size());
  }
}

TEST_F(SearchTest, since_looks_at_nobody_when_nothing_changed) {
  fill(20);
  const Found earlier = find(8, kRightIndex, everybody()), now = since(earlier, 8, kRightIndex, everybody());
  expect_same(now, earlier);
  EXPECT_EQ(now.stages.exact, 0u);
  EXPECT_FALSE(searched_everybody(now));
}

TEST_F(SearchTest, since_sees_who_came_went_and_was_hidden) {
  fill(20);
  const Scope scope = Scope::partner("COL");
  Found found = find(8, kRightIndex, everybody(), scope);
  const auto look_again = [&](std::size_t exact) {
    found = since(found, 8, kRightIndex, everybody(), scope);
    expect_same(found, find(8, kRightIndex, everybody(), scope));
    EXPECT_EQ(found.stages.exact, exact);
    EXPECT_FALSE(searched_everybody(found));
  };
  add("new", "E", kRightIndex, impression_of(8));
  add("newer", "E", kLeftThumb, impression_of(8));  // no finger in common
  look_again(1);
  EXPECT_EQ(found.candidates[0].person_id, "new");
  gallery_.remove_person("new");
  look_again(0);
  EXPECT_EQ(found.candidates[0].person_id, name_of(4));
  gallery_.set_standing(name_of(4), "E1", withheld_from({"COL"}));
  look_again(0);
  EXPECT_NE(found.candidates[0].person_id, name_of(4));
  gallery_.set_standing(name_of(4), "E1", {});
  look_again(1);
  EXPECT_EQ(found.candidates[0].person_id, name_of(4));
  gallery_.add({{name_of(4), "in ignorance", withheld_from({"COL"}), {print_of(kLeftThumb, 8)}}});
  look_again(0);
  EXPECT_NE(found.candidates[0].person_id, name_of(4));
  gallery_.remove_encounter(name_of(4), "in ignorance");
  look_again(1);
  add(name_of(7), "E1", kRightIndex, impression_of(8));  // one print more, to an encounter that was looked at
  look_again(1);
}

TEST_F(SearchTest, since_searches_everybody_when_the_list_falls_short_or_too_much_changed) {
  for (unsigned person = 0; person < 40; ++person) add(name_of(person), "E", kRightIndex, make_finger(1));
  const Limits first{.candidates_max = 1, .expected_false_max = 1e9};
  const Found earlier = find(1, kRightIndex, first);
  for (unsigned person = 0; person < 16; ++person) gallery_.remove_person(name_of(person));
  Found now = since(earlier, 1, kRightIndex, first);
  EXPECT_EQ(now.candidates[0].person_id, name_of(16));
  EXPECT_FALSE(searched_everybody(now));
  gallery_.remove_person(name_of(16));
  now = since(earlier, 1, kRightIndex, first);
  EXPECT_EQ(now.candidates[0].person_id, name_of(17));
  EXPECT_TRUE(searched_everybody(now));

  const finger::Template features = make_finger(2);
  for (unsigned change = 0; change < 300; ++change) {
    add("often", "E", kRightIndex, features);
    gallery_.remove_person("often");
  }
  EXPECT_TRUE(searched_everybody(since(now, 1, kRightIndex, first)));
  gallery_.clear();
  now = since(now, 1, kRightIndex, first);
  EXPECT_EQ(now.compared + now.candidates.size(), 0u);
}

// What random hands do to twenty people, with fingers that many share.
class SinceTest : public SearchTest, public testing::WithParamInterface<int> {
 protected:
  Standing random_standing() {
    Standing standing;
    if (random_() % 3 == 0) standing.withheld_from.insert(random_() % 2 == 0 ? "COL" : "PER");
    if (random_() % 8 == 0) standing.galleries = {"wanted"};
    standing.active = random_() % 8 != 0;
    standing.disputed = random_() % 8 == 0;
    return standing;
  }
  void change() {
    const std::string person = name_of(static_cast<unsigned>(random_() % 20)), id = "E" + std::to_string(random_() % 3);
    switch (random_() % 5) {
      case 0:
        return gallery_.remove_person(person);
      case 1:
        return gallery_.remove_encounter(person, id);
      case 2:
        return gallery_.set_standing(person, id, random_standing());
      default:
        return gallery_.add({{person, id, random_standing(), {prints_[random_() % prints_.size()]}}});
    }
  }
  unsigned seed_ = std::random_device{}();
  testing::ScopedTrace trace_{__FILE__, __LINE__, testing::Message() << "seed " << seed_};
  std::mt19937 random_{seed_};
  std::vector<Print> prints_ = [] {
    std::vector<Print> made;
    for (unsigned number = 0; number < 6; ++number) {
      made.push_back(make_print(kRightIndex, make_finger(number)));
      made.push_back(make_print(kLeftIndex, impression_of(number)));
      made.push_back(make_print(kUnknown, make_finger(number)));
    }
    return made;
  }();
};

TEST_P(SinceTest, since_finds_what_a_whole_search_finds) {
  for (int k = 0; k < 40; ++k) change();
  int looked_again = 0;
  for (int round = 0; round < 12; ++round) {
    const Probe probe[] = {make_probe(kRightIndex, impression_of(static_cast<unsigned>(random_() % 6))),
                           make_probe(kLeftIndex, make_finger(static_cast<unsigned>(random_() % 6)))};
    const Scope scopes[] = {Scope::own(), Scope::own({"main", "wanted"}), Scope::partner("COL")};
    const Scope& scope = scopes[random_() % 3];
    const double expected_false_max[] = {1e9, 1, 1e-3, 1e-9};
    const Limits limits{.candidates_max = random_() % 3 == 0 ? 1000 : 1 + random_() % 4,
                        .expected_false_max = expected_false_max[random_() % 4]};
    Found found = gallery_.search(probe, scope, limits);
    for (int step = 0; step < 4; ++step) {
      for (auto k = random_() % 5; k > 0; --k) change();
      found = gallery_.since(found, probe, scope, limits);
      expect_same(found, gallery_.search(probe, scope, limits));
      looked_again += !searched_everybody(found);
      if (HasFailure()) return;
    }
  }
  EXPECT_GT(looked_again, 24);
}

INSTANTIATE_TEST_SUITE_P(OfManyHistories, SinceTest, testing::Range(0, 5));

TEST_F(SearchTest, since_in_a_large_gallery_looks_at_the_changes_alone) {
  std::mt19937_64 random(7);
  std::vector<Enrolled> crowd;
  for (unsigned number = 0; number < 3000; ++number)
    crowd.push_back(
        {"C" + std::to_string(number), "E", {}, {{kRightIndex, random_sketch(random), features_of(number)}}});
  gallery_.add(std::move(crowd));
  add("mate", "E", kRightIndex, make_finger(8));
  const Found earlier = find(8, kRightIndex);
  ASSERT_EQ(earlier.candidates.size(), 1u);
  EXPECT_EQ(earlier.compared, 3001u);
  gallery_.remove_person("mate");
  add("other", "E", kRightIndex, impression_of(8));
  for (unsigned number = 0; number < 100; ++number) gallery_.remove_person("C" + std::to_string(number));
  const Found now = since(earlier, 8, kRightIndex);
  EXPECT_FALSE(searched_everybody(now));
  expect_same(now, find(8, kRightIndex));
  EXPECT_EQ(now.candidates[0].person_id, "other");
  EXPECT_EQ(now.compared, 2901u);
}

TEST_F(SearchTest, since_beside_changes_ends_where_a_search_does) {
  fill(60);
  std::jthread changer([&] {
    const finger::Template features = impression_of(8);
    for (unsigned i = 0; i < 100; ++i) {
      add("X" + std::to_string(i % 10), "E", kRightIndex, features);
      gallery_.set_standing("X" + std::to_string((i + 3) % 10), "E", withheld_from({"COL"}));
      gallery_.remove_person("X" + std::to_string((i + 6) % 10));
    }
  });
  Found found = find(8, kRightIndex, everybody(), Scope::partner("COL"));
  for (int round = 0; round < 20; ++round) found = since(found, 8, kRightIndex, everybody(), Scope::partner("COL"));
  changer.join();
  found = since(found, 8, kRightIndex, everybody(), Scope::partner("COL"));
  expect_same(found, find(8, kRightIndex, everybody(), Scope::partner("COL")));
}

}  // namespace
}  // namespace puente::identify
