#include "casework/exhibit.h"

#include <gtest/gtest.h>

namespace puente::casework {
namespace {

Exhibit example() {
  Exhibit out;
  ExhibitPair& pair = out.pairs.emplace_back();
  pair.probe = {place_of(Finger::kRightIndex), {1, 2, 3}, 500.5, 300, 400, {{1, 2, 0.5f, 1}, {3, 4, 1.5f, 2}}};
  pair.reference = {place_of(Finger::kUnknown), {}, 0, 310, 410, {{5, 6, 2.5f, 0}}};
  pair.matched = {{1, 0}};
  pair.rotation = 0.25f;
  return out;
}

TEST(Exhibit, comes_back_as_it_was_written) {
  const auto read = decode_exhibit(encode_exhibit(example()));
  ASSERT_TRUE(read.ok());
  ASSERT_EQ(read->pairs.size(), 1u);
  const ExhibitPair &pair = read->pairs[0], wanted = example().pairs[0];
  EXPECT_EQ(pair.probe.place, wanted.probe.place);
  EXPECT_EQ(pair.probe.image, wanted.probe.image);
  EXPECT_EQ(pair.probe.ppi, wanted.probe.ppi);
  EXPECT_EQ(pair.reference.height, 410);
  ASSERT_EQ(pair.probe.marks.size(), 2u);
  EXPECT_EQ(pair.probe.marks[1].direction, 1.5f);
  EXPECT_EQ(pair.probe.marks[1].type, 2);
  EXPECT_EQ(pair.matched, wanted.matched);
  EXPECT_EQ(pair.rotation, 0.25f);
}

TEST(Exhibit, cut_short_anywhere_is_corrupt_and_never_read_past) {
  const Bytes whole = encode_exhibit(example());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto read = decode_exhibit(ByteView(whole).first(size));
    ASSERT_FALSE(read.ok()) << size;
    EXPECT_EQ(read.error().code, Code::kCorrupt) << size;
  }
}

TEST(Exhibit, a_pair_of_marks_that_are_not_there_is_corrupt) {
  Exhibit wrong = example();
  wrong.pairs[0].matched = {{2, 0}};
  EXPECT_EQ(decode_exhibit(encode_exhibit(wrong)).error().code, Code::kCorrupt);
}

TEST(Exhibit, what_an_older_node_kept_is_told_apart) {
  EXPECT_EQ(decode_exhibit(Bytes{1, 0}).error().code, Code::kUnsupported);
  EXPECT_EQ(decode_exhibit(Bytes{99, 0}).error().code, Code::kUnsupported);
}

}  // namespace
}  // namespace puente::casework
