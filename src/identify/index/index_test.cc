#include "identify/index/index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <map>
#include <random>
#include <thread>

#include "core/files.h"
#include "identify/index/consensus.h"

namespace puente::index {
namespace {

using enum Finger;

// No real sketch looks like these: enough for an index, which never asks where the bits come from.
finger::Sketch random_sketch(std::mt19937_64& random, int count = 32) {
  finger::Sketch made;
  made.count = count;
  made.places.fill(finger::kNoPlace);
  for (int k = 0; k < count; ++k) {
    made.bits[k] = random();
    made.sure[k] = 0x0f0f0f0f0f0f0f0f;  // kSureBits of them
    made.places[k] = finger::make_place(static_cast<int>(random() % 600), static_cast<int>(random() % 800),
                                        static_cast<int>(random() % 256));
  }
  return made;
}

Bytes features_of(unsigned number) {
  finger::Template made{.width = 300, .height = 400, .minutiae = {}, .cells = {}};
  for (unsigned k = 0; k < 5 + number % 7; ++k)
    made.minutiae.push_back(
        {static_cast<float>(10 + k), static_cast<float>(number % 300), 1, finger::MinutiaType::kEnding, 50});
  return finger::encode(made);
}

std::string name_of(unsigned number) {
  return "P" + std::to_string(number);
}

class IndexTest : public testing::Test {
 protected:
  Print finger(Finger position, int count = 32) {
    return {position, random_sketch(random_, count), features_of(static_cast<unsigned>(random_() % 1000))};
  }
  Encounter encounter(unsigned number, std::initializer_list<Finger> positions) {
    Encounter made{name_of(number), "E", {}};
    for (const Finger position : positions) made.fingers.push_back(finger(position));
    return made;
  }
  // So many people of one right index finger; the sketches are kept to search for.
  void fill(unsigned people) {
    std::vector<Encounter> encounters;
    for (unsigned number = 0; number < people; ++number) {
      encounters.push_back(encounter(number, {kRightIndex}));
      sketches_.push_back(encounters.back().fingers[0].sketch);
    }
    index_.add(std::move(encounters));
  }
  static std::vector<std::string> people_of(const View& view, const Selection& selection) {
    std::vector<std::string> people;
    for (const Place place : selection.places) people.push_back(ids_at(view, place).first);
    return people;
  }
  static Selection select_one(const View& view, const finger::Sketch& sketch, int threads = 2,
                              const Eligible& eligible = {}, Finger position = kRightIndex) {
    const Probe probe[] = {{position, &sketch}};
    return select(view, probe, eligible, threads);
  }
  std::string file() const {
    const std::string name = testing::UnitTest::GetInstance()->current_test_info()->name();
    return (std::filesystem::temp_directory_path() / ("index_" + name)).string();
  }
  void TearDown() override { std::filesystem::remove(file()); }

  unsigned seed_ = std::random_device{}();
  testing::ScopedTrace trace_{__FILE__, __LINE__, testing::Message() << "seed " << seed_};
  std::mt19937_64 random_{seed_};
  std::vector<finger::Sketch> sketches_;
  Index index_;
};

TEST_F(IndexTest, what_was_added_is_there) {
  const Encounter first = encounter(1, {kRightThumb, kLeftIndex, kUnknown, kLeftIndex}),
                  second = encounter(2, {kRightIndex});
  index_.add({first, second});
  EXPECT_EQ(index_.people(), 2u);
  EXPECT_EQ(index_.view()->fingers, 5u);
  EXPECT_EQ(index_.holds(first), Held::kAsIs);
  const std::vector<Encounter> found = index_.encounters_of("P1");
  ASSERT_EQ(found.size(), 1u);
  ASSERT_EQ(found[0].fingers.size(), 4u);
  for (std::size_t k = 0; k < 4; ++k) {
    EXPECT_EQ(found[0].fingers[k].position, first.fingers[k].position);
    EXPECT_EQ(found[0].fingers[k].sketch.bits, first.fingers[k].sketch.bits);
    EXPECT_EQ(found[0].fingers[k].sketch.places, first.fingers[k].sketch.places);
    EXPECT_EQ(found[0].fingers[k].features, first.fingers[k].features);
  }
  Encounter other = first;
  other.fingers[2].features.push_back(0);
  EXPECT_EQ(index_.holds(other), Held::kOtherwise);
  other.encounter_id = "F";
  EXPECT_EQ(index_.holds(other), Held::kNo);
}

TEST_F(IndexTest, any_order_of_changes_leaves_what_a_plain_map_holds) {
  std::map<std::pair<std::string, std::string>, std::vector<Bytes>> plain;
  for (int step = 0; step < 400; ++step) {
    const std::string person = name_of(static_cast<unsigned>(random_() % 300)),
                      id = "E" + std::to_string(random_() % 3);
    switch (random_() % 8) {
      case 0:
        index_.remove_person(person);
        std::erase_if(plain, [&](const auto& each) { return each.first.first == person; });
        break;
      case 1:
        index_.remove_encounter(person, id);
        plain.erase({person, id});
        break;
      default: {  // several at once, now and then more than a chunk holds
        std::vector<Encounter> added;
        for (std::size_t k = random_() % 60 == 0 ? 700 : 1 + random_() % 3; k > 0; --k) {
          added.push_back(
              {k == 1 ? person : name_of(static_cast<unsigned>(random_() % 300)), id, {finger(kLeftThumb)}});
          plain[{added.back().person_id, id}].push_back(added.back().fingers[0].features);
        }
        index_.add(std::move(added));
      }
    }
  }
  std::size_t fingers = 0;
  std::map<std::string, int> people;
  for (const auto& [ids, features] : plain) {
    fingers += features.size();
    ++people[ids.first];
    Encounter expected{ids.first, ids.second, {}};
    for (const Bytes& one : features) expected.fingers.push_back({kLeftThumb, {}, one});
    EXPECT_EQ(index_.holds(expected), Held::kAsIs) << ids.first << " " << ids.second;
  }
  EXPECT_EQ(index_.people(), people.size());
  EXPECT_EQ(index_.view()->fingers, fingers);
  EXPECT_EQ(index_.view()->encounters, plain.size());
}

TEST_F(IndexTest, a_view_stays_as_it_was) {
  fill(3);
  const auto before = index_.view();
  index_.remove_person("P1");
  EXPECT_EQ(before->encounters, 3u);
  EXPECT_EQ(ids_at(*before, {0, 1}).first, "P1");
  EXPECT_EQ(index_.view()->encounters, 2u);
}

TEST_F(IndexTest, the_likeliest_survive_for_any_number_of_threads) {
  fill(4000);
  const auto view = index_.view();
  for (const unsigned wanted : {0u, 511u, 512u, 3999u}) {
    finger::Sketch probe = sketches_[wanted];
    for (std::uint64_t& bits : probe.bits) bits ^= 1ull << (random_() % 64) | 1ull << (random_() % 64);
    const Selection one = select_one(*view, probe, 1), three = select_one(*view, probe, 3);
    EXPECT_EQ(one.compared, 4000u);
    EXPECT_GE(one.places.size(), 256u);
    EXPECT_LT(one.places.size(), 500u);
    EXPECT_EQ(people_of(*view, one)[0], name_of(wanted));
    EXPECT_EQ(people_of(*view, one), people_of(*view, three));
  }
}

TEST_F(IndexTest, few_are_all_worth_it) {
  fill(900);
  EXPECT_EQ(select_one(*index_.view(), sketches_[5]).places.size(), 900u);
}

TEST_F(IndexTest, only_the_same_position_or_unknown_ones_are_compared) {
  index_.add({encounter(1, {kRightIndex}), encounter(2, {kLeftIndex}), encounter(3, {kUnknown}),
              encounter(4, {kLeftThumb, kRightIndex})});
  const auto view = index_.view();
  const finger::Sketch probe = random_sketch(random_);
  EXPECT_EQ(select_one(*view, probe).compared, 3u);
  EXPECT_EQ(select_one(*view, probe, 1, {}, kUnknown).compared, 4u);
  EXPECT_EQ(select_one(*view, probe, 1, {}, kLeftLittle).compared, 1u);
}

TEST_F(IndexTest, who_is_hidden_is_neither_compared_nor_counted) {
  fill(4000);
  const auto view = index_.view();
  std::atomic<int> asked{0};
  const Selection selection =
      select_one(*view, sketches_[77], 2, [&](const std::string& person, const std::string& id) {
        ++asked;
        return person != "P77" && id == "E";
      });
  EXPECT_EQ(asked, 4000);
  EXPECT_EQ(selection.compared, 3999u);
  const auto people = people_of(*view, selection);
  EXPECT_EQ(std::find(people.begin(), people.end(), "P77"), people.end());
}

TEST_F(IndexTest, fingers_of_minutiae_alone_are_never_dropped) {
  fill(3000);
  index_.add({{"bare", "E", {finger(kRightIndex, 0)}}});
  const auto view = index_.view();
  const auto people = people_of(*view, select_one(*view, sketches_[9]));
  EXPECT_NE(std::find(people.begin(), people.end(), "bare"), people.end());
  EXPECT_EQ(select_one(*view, random_sketch(random_, 0)).places.size(), 3001u);  // nothing to choose by
}

TEST_F(IndexTest, many_fingers_together_find_the_person) {
  std::vector<Encounter> encounters;
  for (unsigned number = 0; number < 2000; ++number)
    encounters.push_back(encounter(number, {kRightIndex, kRightMiddle, kLeftIndex}));
  const Encounter wanted = encounters[1234];
  index_.add(std::move(encounters));
  // The first two fingers are what is streamed; the third alone would find it.
  std::vector<finger::Sketch> sketches = {wanted.fingers[0].sketch, random_sketch(random_, 20),
                                          wanted.fingers[2].sketch};
  const Probe probe[] = {{kRightIndex, &sketches[0]}, {kRightMiddle, &sketches[1]}, {kLeftIndex, &sketches[2]}};
  const auto view = index_.view();
  const Selection selection = select(*view, probe, {}, 2);
  EXPECT_EQ(selection.compared, 2000u);
  EXPECT_EQ(people_of(*view, selection)[0], name_of(1234));
}

TEST_F(IndexTest, searches_and_changes_at_once) {
  fill(3000);
  const Encounter changing = encounter(9'999, {kRightIndex});
  std::atomic<bool> stop{false};
  std::jthread changer([&] {
    while (!stop) {
      index_.add({changing});
      index_.remove_person(changing.person_id);
    }
  });
  for (unsigned k = 0; k < 10; ++k) {
    const auto view = index_.view();
    const Selection selection = select_one(*view, sketches_[k * 31]);
    EXPECT_EQ(people_of(*view, selection)[0], name_of(k * 31));
    EXPECT_GE(selection.compared, 3000u);
    EXPECT_LE(selection.compared, 3001u);
  }
  stop = true;
}

TEST_F(IndexTest, a_snapshot_holds_what_the_index_held) {
  fill(1500);
  index_.add({encounter(3, {kLeftThumb, kUnknown}), encounter(5000, {kLeftThumb})});
  index_.remove_person("P700");
  SystemRandom random;
  const SecretKey key = SecretKey::generate(random);
  ASSERT_TRUE(index_.save(file(), key, random).ok());
  Index again;
  ASSERT_TRUE(again.load(file(), key, 2).ok());
  EXPECT_EQ(again.people(), index_.people());
  EXPECT_EQ(again.view()->fingers, index_.view()->fingers);
  for (const char* person : {"P3", "P5000", "P1499"}) {
    for (const Encounter& one : index_.encounters_of(person)) EXPECT_EQ(again.holds(one), Held::kAsIs) << person;
  }
  EXPECT_TRUE(again.encounters_of("P700").empty());
  EXPECT_EQ(people_of(*again.view(), select_one(*again.view(), sketches_[42])),
            people_of(*index_.view(), select_one(*index_.view(), sketches_[42])));
  again.add({encounter(6000, {kRightIndex})});
  again.remove_person("P0");
  EXPECT_EQ(again.people(), index_.people());
  again.clear();
  EXPECT_EQ(again.people() + again.view()->fingers, 0u);
  EXPECT_EQ(again.holds(encounter(6000, {kRightIndex})), Held::kNo);
}

TEST_F(IndexTest, a_damaged_snapshot_is_refused_whole) {
  fill(600);
  SystemRandom random;
  const SecretKey key = SecretKey::generate(random), other = SecretKey::generate(random);
  ASSERT_TRUE(index_.save(file(), key, random).ok());
  const Bytes whole = *read_file(file(), 64u << 20);
  const auto load = [&](const Bytes& bytes, const SecretKey& with) {
    EXPECT_TRUE(write_file(file(), bytes).ok());
    Index index;
    const Status status = index.load(file(), with, 2);
    EXPECT_TRUE(status.ok() || index.view()->encounters == 0);
    return status;
  };
  EXPECT_TRUE(load(whole, key).ok());
  EXPECT_EQ(load(whole, other).error().code, Code::kCorrupt);
  for (int round = 0; round < 40; ++round) {
    Bytes damaged = whole;
    if (round % 2 == 0) {
      damaged[random_() % damaged.size()] ^= static_cast<std::uint8_t>(1u << random_() % 8);
    } else {
      damaged.resize(random_() % damaged.size());
    }
    EXPECT_FALSE(load(damaged, key).ok());
  }
  ByteReader in(whole);  // its two chunks the other way round
  const ByteView header = in.raw(4 + 1 + 8 + 16 + 4), first = in.counted(), second = in.counted();
  ASSERT_TRUE(in.done());
  EXPECT_EQ(load(ByteWriter().raw(header).counted(second).counted(first).take(), key).error().code, Code::kCorrupt);
  Bytes longer = whole;
  longer.push_back(0);
  EXPECT_EQ(load(longer, key).error().code, Code::kCorrupt);
  EXPECT_EQ(load({}, key).error().code, Code::kInvalidInput);
}

TEST_F(IndexTest, a_snapshot_that_cannot_be_written_leaves_the_old_one) {
  fill(600);
  SystemRandom random;
  const SecretKey key = SecretKey::generate(random);
  ASSERT_TRUE(index_.save(file(), key, random).ok());
  int parts = 0;
  const auto fail_midway = [&](std::size_t) -> Result<Bytes> {
    if (++parts == 3) return Error{Code::kStorageFull, "full"};
    return Bytes(1000);
  };
  EXPECT_EQ(write_file_in_parts(file(), fail_midway).error().code, Code::kStorageFull);
  Index again;
  EXPECT_TRUE(again.load(file(), key, 1).ok());
}

TEST_F(IndexTest, consensus_needs_one_movement_for_all) {
  finger::Sketch reference = random_sketch(random_), probe = reference;
  const int itself = consensus(probe, reference);
  EXPECT_EQ(itself, 32 * 16);   // no bit differs, and strangers' 16 would
  for (int k = 0; k < 32; ++k)  // moved by 60 and -40 half pixels: the same
    probe.places[k] += 60u << 20 | 40u << 8;
  EXPECT_EQ(consensus(probe, reference), itself);
  for (int k = 0; k < 32; ++k)  // each somewhere else
    probe.places[k] = finger::make_place(static_cast<int>(random_() % 1500), static_cast<int>(random_() % 1500),
                                         static_cast<int>(random_() % 256));
  EXPECT_LT(consensus(probe, reference), itself / 4);
  EXPECT_EQ(consensus(finger::Sketch{}, reference), 0);
}

TEST_F(IndexTest, the_same_agreement_counts_more_in_a_small_print) {
  const finger::Sketch large = random_sketch(random_);
  finger::Sketch small = large;
  small.count = 10;
  EXPECT_GT(consensus(small, small), consensus(small, large));
}

}  // namespace
}  // namespace puente::index
