#include "identify/identify.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <random>

#include "core/files.h"
#include "identify/chunk.h"
#include "identify/snapshot.h"
#include "identify/testing_prints.h"

namespace puente::identify {
namespace {

using enum Finger;

std::string name_of(unsigned number) {
  return "P" + std::to_string(number);
}

class GalleryTest : public testing::Test {
 protected:
  Print print(Finger finger, int count = 32) {
    return {finger, random_sketch(random_, count), features_of(static_cast<unsigned>(random_() % 1000))};
  }
  Enrolled encounter(unsigned number, std::initializer_list<Finger> fingers, const std::string& id = "E") {
    Enrolled made{name_of(number), id, {}, {}};
    for (const Finger finger : fingers) made.prints.push_back(print(finger));
    return made;
  }
  void fill(unsigned people) {
    std::vector<Enrolled> encounters;
    for (unsigned number = 0; number < people; ++number) encounters.push_back(encounter(number, {kRightIndex}));
    gallery_.add(std::move(encounters));
  }
  std::set<std::string> hidden_from(const std::string& person_id, const std::string& encounter_id = "E") const {
    return gallery_.standing(person_id, encounter_id).value().withheld_from;
  }
  std::string file() const {
    const std::string name = testing::UnitTest::GetInstance()->current_test_info()->name();
    return (std::filesystem::temp_directory_path() / ("gallery_" + name)).string();
  }
  void TearDown() override { std::filesystem::remove(file()); }

  unsigned seed_ = std::random_device{}();
  testing::ScopedTrace trace_{__FILE__, __LINE__, testing::Message() << "seed " << seed_};
  std::mt19937_64 random_{seed_};
  SystemRandom chance_;
  SecretKey key_ = SecretKey::generate(chance_);
  Gallery gallery_;
};

TEST_F(GalleryTest, what_was_added_is_there) {
  const Enrolled first = encounter(1, {kRightThumb, kLeftIndex, kUnknown, kLeftIndex}),
                 second = encounter(2, {kRightIndex});
  gallery_.add({first, second});
  EXPECT_EQ(gallery_.people(), 2u);
  EXPECT_EQ(gallery_.encounters(), 2u);
  EXPECT_EQ(gallery_.prints(), 5u);
  EXPECT_EQ(gallery_.holds(first), Held::kAsIs);
  EXPECT_EQ(gallery_.holds(second), Held::kAsIs);
  Enrolled other = first;
  other.prints[2].features.push_back(0);
  EXPECT_EQ(gallery_.holds(other), Held::kOtherwise);
  other = first;
  other.standing.withheld_from = {"COL"};
  EXPECT_EQ(gallery_.holds(other), Held::kOtherwise);
  other.encounter_id = "F";
  EXPECT_EQ(gallery_.holds(other), Held::kNo);
}

TEST_F(GalleryTest, a_slap_is_no_finger) {
  EXPECT_DEATH(gallery_.add({{"P", "E", {}, {print(static_cast<Finger>(13))}}}), "kFingerCount");
}

TEST_F(GalleryTest, what_hides_one_encounter_of_a_person_hides_all) {
  gallery_.add({encounter(1, {kRightIndex}, "first")});
  EXPECT_TRUE(hidden_from("P1", "first").empty());
  fill(1200);  // so that the next one lies in another chunk
  Enrolled second = encounter(1, {kLeftIndex}, "second"), third = encounter(1, {kLeftThumb}, "third");
  second.standing = withheld_from({"COL"});
  third.standing = withheld_from({"PER"});
  third.standing.disputed = true;
  gallery_.add({second});
  gallery_.add({third});
  for (const char* id : {"first", "second", "third", "E"}) {
    EXPECT_EQ(hidden_from("P1", id), (std::set<std::string>{"COL", "PER"})) << id;
    EXPECT_TRUE(gallery_.standing("P1", id)->disputed) << id;
  }
  EXPECT_EQ(gallery_.holds(second), Held::kAsIs);  // by its own standing
  EXPECT_TRUE(hidden_from("P2").empty());
  gallery_.remove_encounter("P1", "third");
  EXPECT_EQ(hidden_from("P1", "first"), (std::set<std::string>{"COL"}));
  EXPECT_FALSE(gallery_.standing("P1", "second")->disputed);
  gallery_.set_standing("P1", "second", {});
  EXPECT_TRUE(hidden_from("P1", "first").empty());
  gallery_.set_standing("P1", "first", withheld_from({"ECU"}));
  EXPECT_EQ(hidden_from("P1", "second"), (std::set<std::string>{"ECU"}));
  EXPECT_FALSE(gallery_.standing("P1", "third"));
}

TEST_F(GalleryTest, galleries_and_activity_are_each_encounters_own) {
  Enrolled retired = encounter(1, {kRightIndex}, "retired"), wanted = encounter(1, {kRightIndex}, "wanted");
  retired.standing.active = false;
  wanted.standing.galleries = {"wanted"};
  gallery_.add({retired, wanted});
  EXPECT_EQ(gallery_.standing("P1", "retired"), retired.standing);
  EXPECT_EQ(gallery_.standing("P1", "wanted"), wanted.standing);
}

TEST_F(GalleryTest, any_order_of_changes_leaves_what_a_plain_map_holds) {
  const Standing standings[] = {{}, {}, withheld_from({"COL"}), withheld_from({"PER"}), {.disputed = true}};
  std::map<std::pair<std::string, std::string>, Enrolled> plain;
  for (int step = 0; step < 400; ++step) {
    const std::string person = name_of(static_cast<unsigned>(random_() % 300)),
                      id = "E" + std::to_string(random_() % 3);
    const Standing& standing = standings[random_() % std::size(standings)];
    switch (random_() % 8) {
      case 0:
        gallery_.remove_person(person);
        std::erase_if(plain, [&](const auto& each) { return each.first.first == person; });
        break;
      case 1:
        gallery_.remove_encounter(person, id);
        plain.erase({person, id});
        break;
      case 2:
        gallery_.set_standing(person, id, standing);
        if (plain.contains({person, id})) plain[{person, id}].standing = standing;
        break;
      default: {  // several at once, now and then more than a chunk holds
        std::vector<Enrolled> added;
        for (std::size_t k = random_() % 60 == 0 ? 700 : 1 + random_() % 3; k > 0; --k) {
          const auto number = static_cast<unsigned>(random_() % 300);
          added.push_back({k == 1 ? person : name_of(number), id, standing, {print(kLeftThumb)}});
          Enrolled& held = plain[{added.back().person_id, id}];
          std::vector<Print> prints = std::move(held.prints);
          prints.push_back(added.back().prints[0]);
          held = {added.back().person_id, id, standing, std::move(prints)};
        }
        gallery_.add(std::move(added));
      }
    }
  }
  std::size_t prints = 0;
  std::map<std::string, Standing> people;  // what hides them
  for (const auto& [ids, encounter] : plain) {
    prints += encounter.prints.size();
    people[ids.first].withheld_from.merge(std::set(encounter.standing.withheld_from));
    people[ids.first].disputed |= encounter.standing.disputed;
  }
  for (const auto& [ids, encounter] : plain) {
    EXPECT_EQ(gallery_.holds(encounter), Held::kAsIs) << ids.first << " " << ids.second;
    EXPECT_EQ(gallery_.standing(ids.first, ids.second), people[ids.first]) << ids.first << " " << ids.second;
  }
  EXPECT_EQ(gallery_.people(), people.size());
  EXPECT_EQ(gallery_.prints(), prints);
  EXPECT_EQ(gallery_.encounters(), plain.size());
}

TEST_F(GalleryTest, a_snapshot_holds_what_the_gallery_held) {
  fill(1500);
  Enrolled second = encounter(3, {kLeftThumb, kUnknown}, "second"), withheld = encounter(5000, {kLeftThumb});
  second.standing = {.withheld_from = {"COL", "PER"}, .galleries = {"main", "wanted"}, .disputed = true};
  withheld.standing = withheld_from({"every country"});
  withheld.standing.own_citizen = true;
  gallery_.add({second, withheld});
  gallery_.remove_person("P700");
  ASSERT_TRUE(gallery_.save(file(), key_, chance_).ok());
  Gallery again;
  ASSERT_TRUE(again.load(file(), key_).ok());
  EXPECT_EQ(again.people(), gallery_.people());
  EXPECT_EQ(again.encounters(), gallery_.encounters());
  EXPECT_EQ(again.prints(), gallery_.prints());
  EXPECT_EQ(again.holds(second), Held::kAsIs);
  EXPECT_EQ(again.holds(withheld), Held::kAsIs);
  EXPECT_EQ(again.standing("P5000", "E"), withheld.standing);
  EXPECT_EQ(again.standing("P3", "E"), gallery_.standing("P3", "E"));  // hidden by the second one
  EXPECT_TRUE(again.standing("P3", "E")->disputed);
  EXPECT_FALSE(again.standing("P700", "E"));
  const Probe probe[] = {make_probe(kLeftThumb, {}, second.prints[0].sketch)};
  EXPECT_EQ(again.search(probe, Scope::own(), {}).compared, 2u);
  EXPECT_EQ(again.search(probe, Scope::partner("ECU"), {}).compared, 0u);
  again.add({encounter(6000, {kRightIndex})});
  again.remove_person("P0");
  EXPECT_EQ(again.people(), gallery_.people());
  again.clear();
  EXPECT_EQ(again.people() + again.prints(), 0u);
  EXPECT_EQ(again.holds(withheld), Held::kNo);
}

TEST_F(GalleryTest, a_damaged_snapshot_is_refused_whole) {
  fill(600);
  const SecretKey other = SecretKey::generate(chance_);
  ASSERT_TRUE(gallery_.save(file(), key_, chance_).ok());
  const Bytes whole = *read_file(file(), 64u << 20);
  const auto load = [&](const Bytes& bytes, const SecretKey& with) {
    EXPECT_TRUE(write_file(file(), bytes).ok());
    Gallery gallery;
    const Status status = gallery.load(file(), with);
    EXPECT_TRUE(status.ok() || gallery.encounters() == 0);
    return status;
  };
  EXPECT_TRUE(load(whole, key_).ok());
  EXPECT_EQ(load(whole, other).error().code, Code::kCorrupt);
  for (int round = 0; round < 40; ++round) {
    Bytes damaged = whole;
    if (round % 2 == 0) {
      damaged[random_() % damaged.size()] ^= static_cast<std::uint8_t>(1u << random_() % 8);
    } else {
      damaged.resize(random_() % damaged.size());
    }
    EXPECT_FALSE(load(damaged, key_).ok());
  }
  ByteReader in(whole);  // its two chunks the other way round
  const ByteView header = in.raw(4 + 1 + 8 + 16 + 4), first = in.counted(), second = in.counted();
  ASSERT_TRUE(in.done());
  EXPECT_EQ(load(ByteWriter().raw(header).counted(second).counted(first).take(), key_).error().code, Code::kCorrupt);
  Bytes longer = whole;
  longer.push_back(0);
  EXPECT_EQ(load(longer, key_).error().code, Code::kCorrupt);
  EXPECT_EQ(load({}, key_).error().code, Code::kInvalidInput);
  Bytes older = whole;
  older[4] = 1;  // without standings
  EXPECT_EQ(load(older, key_).error().code, Code::kUnsupported);
}

TEST_F(GalleryTest, a_snapshots_chunk_has_one_spelling) {
  std::vector<Entry> entries(3);
  for (unsigned k = 0; k < 3; ++k) entries[k].enrolled = encounter(k, {kRightIndex});
  entries[1].enrolled.standing = withheld_from({"COL", "PER"});
  const Bytes written = write_encounters(*Chunk::compose(entries));
  const auto read = read_encounters(written);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ((*read)[1].enrolled.standing, entries[1].enrolled.standing);
  EXPECT_EQ(write_encounters(*Chunk::compose(*read)), written);
  for (std::size_t k = 0; k < written.size(); ++k) {
    Bytes changed = written;
    changed[k] ^= static_cast<std::uint8_t>(1u << random_() % 8);
    const auto other = read_encounters(changed);
    if (!other.ok()) continue;
    EXPECT_EQ(write_encounters(*Chunk::compose(*other)), changed) << "byte " << k;
  }
}

TEST_F(GalleryTest, a_snapshot_that_cannot_be_written_leaves_the_old_one) {
  fill(600);
  ASSERT_TRUE(gallery_.save(file(), key_, chance_).ok());
  int parts = 0;
  const auto fail_midway = [&](std::size_t) -> Result<Bytes> {
    if (++parts == 3) return Error{Code::kStorageFull, "full"};
    return Bytes(1000);
  };
  EXPECT_EQ(write_file_in_parts(file(), fail_midway).error().code, Code::kStorageFull);
  Gallery again;
  EXPECT_TRUE(again.load(file(), key_).ok());
}

}  // namespace
}  // namespace puente::identify
