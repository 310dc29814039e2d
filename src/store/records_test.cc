#include "store/records.h"

#include <gtest/gtest.h>

#include <bit>

namespace puente::store {
namespace {

constexpr std::size_t kCard = sizeof(Digest);  // at the end of a case since version 10

TEST(Records, reads_what_older_versions_wrote) {
  ByteWriter sample;
  sample.u8(1).u8(7).u64(std::bit_cast<std::uint64_t>(500.0)).counted(Bytes(3, 9));
  const auto read = decode_sample(sample.take());
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->position, FingerCapture::kLeftIndex);
  EXPECT_EQ(read->image, Bytes(3, 9));
  EXPECT_EQ(read->modality, Modality::kFinger);
  EXPECT_EQ(read->impression, kImpressionUnknown);
  ByteWriter body;
  body.u8(1).u64(5).u64(6).u32(0).u32(0);
  const auto oldest = decode_encounter(body.take());
  ASSERT_TRUE(oldest.ok()) << oldest.error().message;
  EXPECT_EQ(oldest->retention_until_ms, 6);
  EXPECT_EQ(oldest->standing, Standing());
  ByteWriter second;
  second.u8(2).u64(5).u64(6).u32(0).u32(1).counted(view("COL")).u8(1).u8(10).u8(0);
  const auto older = decode_encounter(second.take());
  ASSERT_TRUE(older.ok()) << older.error().message;
  EXPECT_EQ(older->standing, Standing{.withheld_from = {"COL"}});
  EXPECT_EQ(older->missing.size(), 1u);
  Case confirmed;
  confirmed.case_id = "c-1";
  confirmed.state = CaseState::kConfirmed;
  confirmed.seen = {{"ana", {0, 1}}};
  Bytes of_version_4 =
      encode(confirmed);  // no second person yet, three texts and a time less; nor doubts, nor grounds,
  of_version_4[0] = 4;    // nor verdicts, nor marks, nor a card
  of_version_4.resize(of_version_4.size() - 3 * 4 - 8 - 1 - (4 + 2) - 1 - 1 - kCard);
  const auto without = decode_case(of_version_4);
  ASSERT_TRUE(without.ok()) << without.error().message;
  EXPECT_EQ(without->seen, confirmed.seen);
  EXPECT_TRUE(without->releaser.empty());
  ByteWriter later;
  later.u8(11).u64(5).u64(6).u32(0).u32(0).u8(0).u32(0).u8(1).u8(0).u8(0);
  EXPECT_EQ(decode_encounter(later.take()).error().code, Code::kCorrupt);
}

TEST(Records, a_case_keeps_its_doubts_and_an_alarm_whose_act_it_is_about) {
  Case hit;
  hit.doubts = {Doubt::kSeveralPeople, Doubt::kRecordDiffers};
  hit.seen["examiner.one"] = {0, number_of(Doubt::kRecordDiffers)};
  const auto read = decode_case(encode(hit));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->doubts, hit.doubts);
  EXPECT_EQ(read->seen, hit.seen);
  Alarm alarm;
  alarm.by = "officer.one";
  alarm.named = {"p-1", "p-2"};
  EXPECT_EQ(decode_alarm(encode(alarm))->by, alarm.by);
  EXPECT_EQ(decode_alarm(encode(alarm))->named, alarm.named);
  ByteWriter older;
  older.u8(4).counted(view("many_ids")).counted(view("told")).counted(view("p-1")).counted(view("")).u64(7);
  const auto fourth = decode_alarm(older.take());
  ASSERT_TRUE(fourth.ok()) << fourth.error().message;
  EXPECT_EQ(fourth->person_id, "p-1");
  EXPECT_EQ(fourth->by, "");
}

TEST(Records, a_protection_keeps_its_classes_and_an_older_one_has_none) {
  Protection hidden{"p-1", {"COL"}, 2, 5, "officer.one", "asks for asylum", "", ""};
  const Bytes older = encode(hidden);  // nothing stands behind it
  EXPECT_EQ(decode_protection(older)->classes, std::set<ProtectionClass>());
  hidden.classes = {ProtectionClass::kAsylum, ProtectionClass::kHumanitarianSource};
  Bytes bytes = encode(hidden);
  EXPECT_EQ(bytes.size(), older.size() + 2);
  const auto read = decode_protection(bytes);
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->classes, hidden.classes);
  EXPECT_EQ(read->revision, 2);
  for (const int none : {0, kProtectionClassLast + 1}) {
    bytes.back() = static_cast<std::uint8_t>(none);
    EXPECT_EQ(decode_protection(bytes).error().code, Code::kCorrupt);
  }
  Bytes cut = older;
  cut.pop_back();
  EXPECT_EQ(decode_protection(cut).error().code, Code::kCorrupt);
}

TEST(Records, a_case_and_a_question_keep_their_grounds_and_older_ones_have_none) {
  const Grounds grounds{.legal_basis = "8 USC 1225",
                        .subject_category = SubjectCategory::kSuspect,
                        .order = CourtOrder{"Juzgado 4", "2026-118", "2026-05-01", "2026-08-01"}};
  Case hit;
  Question asked;
  hit.grounds = asked.grounds = grounds;
  Bytes case_bytes = encode(hit), question_bytes = encode(asked);
  EXPECT_EQ(decode_case(case_bytes)->grounds, grounds);
  EXPECT_EQ(decode_question(question_bytes)->grounds, grounds);
  const std::size_t more = 4 + canonical(to_json(grounds)).size();
  for (Bytes* bytes : {&case_bytes, &question_bytes}) {
    bytes->resize(bytes->size() - more -
                  (bytes == &case_bytes ? 2 + kCard : 0));  // nor verdicts, nor marks, nor a card
    bytes->front() = 6;
  }
  EXPECT_EQ(decode_case(case_bytes)->grounds, Grounds());
  EXPECT_EQ(decode_question(question_bytes)->grounds, Grounds());
  case_bytes.front() = 7;
  EXPECT_EQ(decode_case(case_bytes).error().code, Code::kCorrupt);
}

TEST(Records, a_case_keeps_each_verdict_and_an_older_one_that_is_open_has_none) {
  Case hit;
  hit.verdicts = {{"ana.ruiz", Verdict::kConfirm, "fourteen minutiae agree", 7},
                  {"luis.mora", Verdict::kInconclusive, "the core is not there", 9}};
  EXPECT_EQ(decode_case(encode(hit))->verdicts, hit.verdicts);
  hit.verdicts.clear();
  Bytes of_version_7 = encode(hit);
  of_version_7.resize(of_version_7.size() - 2 - kCard);
  of_version_7.front() = 7;
  const auto older = decode_case(of_version_7);
  ASSERT_TRUE(older.ok()) << older.error().message;
  EXPECT_TRUE(older->verdicts.empty());
  EXPECT_EQ(older->state, CaseState::kOpen);
  Bytes forged = encode(hit);
  forged[forged.size() - 1 - kCard] = 1;  // one that is not there
  EXPECT_EQ(decode_case(forged).error().code, Code::kCorrupt);
}

TEST(Records, a_case_keeps_what_each_examiner_marked_on_the_probe) {
  Case hit;
  hit.locked["ana.ruiz"] = {7, {{{10, 20.5f, 1, 1}, {40, 90, -2, 2}, {1, 2, 0, 0}}, {}}, {3, 0}};
  hit.locked["luis.mora"] = {9, {}, {12, 8}};  // the case is over: how many they were
  const Bytes bytes = encode(hit);
  EXPECT_EQ(decode_case(bytes)->locked, hit.locked);
  Bytes cut = bytes;
  cut.pop_back();
  EXPECT_EQ(decode_case(cut).error().code, Code::kCorrupt);
  hit.locked.clear();
  hit.card[0] = 1;
  EXPECT_EQ(decode_case(encode(hit))->card, hit.card);
  Bytes of_version_9 = encode(hit);
  of_version_9.resize(of_version_9.size() - kCard);
  of_version_9.front() = 9;
  EXPECT_EQ(decode_case(of_version_9)->card, Digest{}) << "a release of before is decided anew";
  Bytes of_version_8 = encode(hit);
  of_version_8.resize(of_version_8.size() - 1 - kCard);
  of_version_8.front() = 8;
  const auto older = decode_case(of_version_8);
  ASSERT_TRUE(older.ok()) << older.error().message;
  EXPECT_TRUE(older->locked.empty());
}

}  // namespace
}  // namespace puente::store
