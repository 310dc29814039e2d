#include "format/person/itl_minutiae.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "format/person/person.h"

namespace puente::format {
namespace {

const std::string kUs = "\x1f", kRs = "\x1e";

itl::Record record_of(int type, std::initializer_list<std::pair<int, std::string>> fields) {
  itl::Record record{type, {}, 0, 0};
  for (const auto& [number, value] : fields) record.set(number, value);
  return record;
}

std::string in_words(const Result<MinutiaeRecord>& record) {
  if (!record.ok()) return record.error().message;
  std::string out = fmt::format("{}:", record->views[0].position);
  for (const RecordMinutia& m : record->views[0].minutiae)
    out += fmt::format(" {},{} {} type {} quality {}", m.x, m.y, std::lround(m.angle * 360 / 256.0), m.type, m.quality);
  return out;
}

// The same two minutiae, 10 mm right and down of one another, in each block's own way.
TEST(ItlMinutiae, every_block_says_the_same) {
  const std::string wanted = "2: 0,0 90 type 1 quality {} 197,197 270 type 2 quality {}";
  EXPECT_EQ(in_words(minutiae_of_type9(record_of(9, {{6, "02"},
                                                     {12, "001" + kUs + "00003000270" + kUs + "2" + kUs + "A" + kRs +
                                                              "002" + kUs + "10002000090" + kUs + "63" + kUs + "B"}}))),
            fmt::format(fmt::runtime(wanted), 100, 1));
  EXPECT_EQ(in_words(minutiae_of_type9(record_of(9, {{14, "02"},
                                                     {23, "001" + kUs + "00000000090" + kUs + "00" + kUs + "A" + kRs +
                                                              "002" + kUs + "10001000270" + kUs + "00" + kUs + "B"}}))),
            fmt::format(fmt::runtime(wanted), 100, 100));
  EXPECT_EQ(in_words(minutiae_of_type9(
                record_of(9, {{130, "2"},
                              {131, "394"},
                              {134, "2"},
                              {137, "1" + kUs + "0" + kUs + "0" + kUs + "45" + kUs + "1" + kUs + "40" + kRs + "2" +
                                        kUs + "394" + kUs + "394" + kUs + "135" + kUs + "2" + kUs + "30"}}))),
            fmt::format(fmt::runtime(wanted), 40, 30));
  EXPECT_EQ(in_words(minutiae_of_type9(record_of(9, {{302, "2"},
                                                     {331, "0" + kUs + "0" + kUs + "90" + kUs + "E" + kRs + "1000" +
                                                               kUs + "1000" + kUs + "270" + kUs + "B"}}))),
            fmt::format(fmt::runtime(wanted), 254, 254));
}

TEST(ItlMinutiae, what_is_no_fingers_or_has_none_is_said_so) {
  EXPECT_EQ(in_words(minutiae_of_type9(record_of(9, {{6, "22"}, {12, "1" + kUs + "0000100000045"}}))),
            "minutiae of no single finger");
  EXPECT_EQ(in_words(minutiae_of_type9(record_of(9, {{6, "2"}, {12, "1" + kUs + "123"}}))),
            "minutiae in no block of fields that is read");
  std::string many;
  for (int i = 0; i < 300; ++i)
    many += fmt::format("{}{}{}{:04}{:04}000{}{}", i ? kRs : "", i, kUs, i, i, kUs, i < 100 ? 63 : 2);
  const auto most = minutiae_of_type9(record_of(9, {{12, many}}));
  ASSERT_TRUE(most.ok());
  EXPECT_EQ(most->views[0].minutiae.size(), 255u);
  EXPECT_EQ(most->views[0].minutiae[199].quality, 100);
}

TEST(ItlMinutiae, codes_that_iso_has_not_are_not_taken_for_others) {
  const auto quality_of = [](const std::string& quality) {
    const auto record = minutiae_of_type9(
        record_of(9, {{3, "29"}, {137, "1" + kUs + "1" + kUs + "1" + kUs + "2000000000" + kUs + "1" + kUs + quality}}));
    EXPECT_EQ(record->views[0].impression, 29);
    return int{record->views[0].minutiae[0].quality};
  };
  EXPECT_EQ(quality_of("100"), 100);
  EXPECT_EQ(quality_of("255"), 254);  // not computed
  itl::Transaction t;
  t.records = {record_of(1, {{2, "0502"}}), record_of(9, {{2, "1"}, {3, "41"}, {12, "1" + kUs + "00100010045"}}),
               record_of(9, {{2, "2"}, {12, "1" + kUs + "00100010045" + kUs + "2147483647"}})};
  const Result<Intake> taken = to_encounter(t);
  ASSERT_TRUE(taken.ok()) << taken.error().message;
  EXPECT_EQ(taken->encounter.samples[0].impression, 41);
  EXPECT_EQ(taken->encounter.samples[1].impression, kImpressionUnknown);
}

TEST(ItlMinutiae, are_taken_where_their_image_is_not_there) {
  const auto minutiae = [](const std::string& idc) {
    return record_of(9, {{2, idc}, {3, "4"}, {4, "S"}, {6, "07"}, {12, "001" + kUs + "00100010045"}});
  };
  const auto image = [](const std::string& idc, const std::string& pixels) {
    return record_of(14, {{2, idc}, {6, "8"}, {7, "8"}, {11, "NONE"}, {12, "8"}, {13, "3"}, {999, pixels}});
  };
  itl::Transaction t;
  t.records = {record_of(1, {{2, "0502"}}),      minutiae("1"), minutiae("02"),
               image("2", std::string(64, 'x')), minutiae("3"), image("3", "too few")};
  const Result<Intake> taken = to_encounter(t);
  ASSERT_TRUE(taken.ok()) << taken.error().message;
  ASSERT_EQ(taken->encounter.samples.size(), 3u);
  EXPECT_EQ(taken->encounter.samples[0].position, FingerCapture::kRightMiddle);
  for (int i = 1; i < 3; ++i) {  // of 1, and of 3, whose image is no good
    EXPECT_EQ(taken->encounter.samples[i].position, FingerCapture::kLeftIndex);
    EXPECT_EQ(taken->encounter.samples[i].impression, 4);
    EXPECT_TRUE(is_minutiae_record(taken->encounter.samples[i].image));
  }
  EXPECT_EQ(taken->left_out.size(), 2u);
}

}  // namespace
}  // namespace puente::format
