#include "identify/select.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "identify/chunk.h"
#include "identify/consensus.h"
#include "identify/testing_prints.h"

namespace puente::identify {
namespace {

using enum Finger;

std::string name_number(unsigned number) {
  return "P" + std::to_string(number);
}

class SelectTest : public testing::Test {
 protected:
  Print print(Finger finger, int count = 32) { return {finger, random_sketch(random_, count), {}}; }
  Entry encounter(unsigned number, std::initializer_list<Finger> fingers) {
    Entry made{{name_number(number), "E", {}, {}}, {}};
    for (const Finger finger : fingers) made.enrolled.prints.push_back(print(finger));
    return made;
  }
  // More people, in chunks of their own.
  void add(std::span<const Entry> entries) {
    for (; !entries.empty(); entries = entries.subspan(std::min(entries.size(), kPrintsPerChunk)))
      view_.chunks.push_back(Chunk::compose(entries.first(std::min(entries.size(), kPrintsPerChunk))));
  }
  void add(std::initializer_list<Entry> entries) { add(std::span(entries.begin(), entries.size())); }
  // So many people of one right index finger; the sketches are kept to search for.
  void fill(unsigned people) {
    std::vector<Entry> entries;
    for (unsigned number = 0; number < people; ++number) {
      entries.push_back(encounter(number, {kRightIndex}));
      sketches_.push_back(entries.back().enrolled.prints[0].sketch);
    }
    add(entries);
  }
  std::vector<std::string> people_of(const Selection& selection) const {
    std::vector<std::string> people;
    for (const Slot slot : selection.slots) people.emplace_back(view_.chunks[slot.chunk]->person_id(slot.encounter));
    return people;
  }
  static Probe probe_of(Finger finger, const finger::Sketch& sketch) { return make_probe(finger, {}, sketch); }
  Selection select_one(const finger::Sketch& sketch, int threads = 2, const Scope& scope = Scope::own(),
                       Finger finger = kRightIndex) const {
    const Probe probe[] = {probe_of(finger, sketch)};
    return select(view_, probe, scope, threads);
  }

  unsigned seed_ = std::random_device{}();
  testing::ScopedTrace trace_{__FILE__, __LINE__, testing::Message() << "seed " << seed_};
  std::mt19937_64 random_{seed_};
  std::vector<finger::Sketch> sketches_;
  View view_;
};

TEST_F(SelectTest, the_likeliest_survive_for_any_number_of_threads) {
  fill(4000);
  for (const unsigned wanted : {0u, 511u, 512u, 3999u}) {
    finger::Sketch probe = sketches_[wanted];
    for (std::uint64_t& bits : probe.bits) bits ^= 1ull << (random_() % 64) | 1ull << (random_() % 64);
    const Selection one = select_one(probe, 1), three = select_one(probe, 3);
    EXPECT_EQ(one.compared, 4000u);
    EXPECT_GE(one.slots.size(), 256u);
    EXPECT_LT(one.slots.size(), 500u);
    EXPECT_EQ(people_of(one)[0], name_number(wanted));
    EXPECT_EQ(people_of(one), people_of(three));
  }
}

TEST_F(SelectTest, few_are_all_worth_it) {
  fill(900);
  EXPECT_EQ(select_one(sketches_[5]).slots.size(), 900u);
}

TEST_F(SelectTest, only_the_same_finger_or_unknown_ones_are_compared) {
  add({encounter(1, {kRightIndex}), encounter(2, {kLeftIndex}), encounter(3, {kUnknown}),
       encounter(4, {kLeftThumb, kRightIndex})});
  const finger::Sketch probe = random_sketch(random_);
  EXPECT_EQ(select_one(probe).compared, 3u);
  EXPECT_EQ(select_one(probe, 1, Scope::own(), kUnknown).compared, 4u);
  EXPECT_EQ(select_one(probe, 1, Scope::own(), kLeftLittle).compared, 1u);
}

TEST_F(SelectTest, whom_the_scope_hides_is_neither_compared_nor_counted) {
  fill(4000);
  Entry hidden = encounter(4000, {kRightIndex});
  hidden.effective = withheld_from({"COL"});  // by another encounter: its own standing hides nothing
  const finger::Sketch sketch = hidden.enrolled.prints[0].sketch;
  add({hidden, encounter(4001, {kRightIndex})});
  const Selection ours = select_one(sketch), theirs = select_one(sketch, 2, Scope::partner("COL"));
  EXPECT_EQ(ours.compared, 4002u);
  EXPECT_EQ(people_of(ours)[0], "P4000");
  EXPECT_EQ(theirs.compared, 4001u);
  const auto people = people_of(theirs);
  EXPECT_EQ(std::find(people.begin(), people.end(), "P4000"), people.end());
}

TEST_F(SelectTest, chunks_in_which_the_scope_finds_nobody_are_not_read) {
  fill(2000);
  const std::size_t bytes = select_one(sketches_[0]).streamed_bytes;
  std::vector<Entry> watched;
  for (unsigned number = 0; number < 600; ++number) {
    watched.push_back(encounter(5000 + number, {kRightIndex}));
    watched.back().effective.galleries = {"wanted"};
  }
  add(watched);
  EXPECT_EQ(select_one(sketches_[0]).streamed_bytes, bytes);
  const Selection wanted = select_one(sketches_[0], 2, Scope::own({"wanted"}));
  EXPECT_EQ(wanted.compared, 600u);
  EXPECT_LT(wanted.streamed_bytes, bytes);
}

TEST_F(SelectTest, prints_of_minutiae_alone_are_never_dropped) {
  fill(3000);
  add({Entry{{"bare", "E", {}, {print(kRightIndex, 0)}}, {}}});
  const auto people = people_of(select_one(sketches_[9]));
  EXPECT_NE(std::find(people.begin(), people.end(), "bare"), people.end());
  EXPECT_EQ(select_one(random_sketch(random_, 0)).slots.size(), 3001u);  // nothing to choose by
}

TEST_F(SelectTest, many_fingers_together_find_the_person) {
  std::vector<Entry> encounters;
  for (unsigned number = 0; number < 2000; ++number)
    encounters.push_back(encounter(number, {kRightIndex, kRightMiddle, kLeftIndex}));
  const Enrolled wanted = encounters[1234].enrolled;
  add(encounters);
  // The first two fingers are what is streamed; the third alone would find it.
  std::vector<finger::Sketch> sketches = {wanted.prints[0].sketch, random_sketch(random_, 20), wanted.prints[2].sketch};
  const Probe probe[] = {probe_of(kRightIndex, sketches[0]), probe_of(kRightMiddle, sketches[1]),
                         probe_of(kLeftIndex, sketches[2])};
  const Selection selection = select(view_, probe, Scope::own(), 2);
  EXPECT_EQ(selection.compared, 2000u);
  EXPECT_EQ(people_of(selection)[0], name_number(1234));
}

TEST_F(SelectTest, consensus_needs_one_movement_for_all) {
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

TEST_F(SelectTest, the_same_agreement_counts_more_in_a_small_print) {
  const finger::Sketch large = random_sketch(random_);
  finger::Sketch small = large;
  small.count = 10;
  EXPECT_GT(consensus(small, small), consensus(small, large));
}

}  // namespace
}  // namespace puente::identify
