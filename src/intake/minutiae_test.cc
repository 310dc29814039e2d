#include "intake/minutiae.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "core/limits.h"
#include "format/iso/iso.h"
#include "intake/samples.h"

namespace puente::intake {
namespace {

using format::MinutiaeFormat;

// A print of `count` minutiae somewhere on `side` pixels.
finger::Template print(int count, int side) {
  std::mt19937 random(7);
  finger::Template out;
  out.width = out.height = side;
  for (int i = 0; i < count; ++i)
    out.minutiae.push_back({static_cast<float>(random() % static_cast<unsigned>(side)),
                            static_cast<float>(random() % static_cast<unsigned>(side)),
                            static_cast<float>(random() % 6283) / 1000, static_cast<finger::MinutiaType>(i % 3),
                            static_cast<std::uint8_t>(100 - i % 90)});
  return out;
}

finger::Template through(const finger::Template& from, MinutiaeFormat format) {
  const auto record = to_minutiae_record(from, format, Finger::kLeftThumb, 77);
  EXPECT_TRUE(format::write_minutiae_record(record).ok());
  const Result<finger::Template> out = to_template(record.views[0], format);
  EXPECT_TRUE(out.ok());
  return out.ok() ? *out : finger::Template();
}

double turn_between(float a, float b) {
  return std::fabs(std::remainder(a - b, 2 * M_PI));
}

TEST(FingerMinutiae, survive_every_record_format) {
  const finger::Template from = print(60, 480);
  for (const MinutiaeFormat format :
       {MinutiaeFormat::kIso2005, MinutiaeFormat::kIso2011, MinutiaeFormat::kAnsi2004, MinutiaeFormat::kAnsi2009}) {
    SCOPED_TRACE(to_string(format));
    const finger::Template to = through(from, format);
    EXPECT_EQ(to.width, 480);
    ASSERT_EQ(to.minutiae.size(), from.minutiae.size());
    for (std::size_t i = 0; i < from.minutiae.size(); ++i) {  // both are ordered by quality
      EXPECT_EQ(to.minutiae[i].x, from.minutiae[i].x);
      EXPECT_EQ(to.minutiae[i].y, from.minutiae[i].y);
      EXPECT_EQ(to.minutiae[i].type, from.minutiae[i].type);
      EXPECT_EQ(to.minutiae[i].quality, from.minutiae[i].quality);
      EXPECT_LE(turn_between(to.minutiae[i].direction, from.minutiae[i].direction), M_PI / 180 + 1e-3);
    }
    const auto record = to_minutiae_record(from, format, Finger::kLeftThumb, 77);
    EXPECT_EQ(record.views[0].position, 6);
    EXPECT_EQ(record.views[0].capture.qualities[0].value, 77);
    EXPECT_TRUE(check_minutiae_record(record).empty());
  }
}

TEST(FingerMinutiae, cards_keep_places_to_their_unit) {
  const finger::Template from = print(60, 480);
  for (const auto& [format, pixels] :
       {std::pair(MinutiaeFormat::kIsoCard, 0.11), std::pair(MinutiaeFormat::kIsoCardCompact, 1.0)}) {
    const finger::Template to = through(from, format);
    ASSERT_EQ(to.minutiae.size(), from.minutiae.size());
    for (std::size_t i = 0; i < from.minutiae.size(); ++i) {
      EXPECT_NEAR(to.minutiae[i].x, from.minutiae[i].x, pixels);
      EXPECT_NEAR(to.minutiae[i].y, from.minutiae[i].y, pixels);
      EXPECT_EQ(to.minutiae[i].quality, 0);
    }
  }
}

TEST(FingerMinutiae, of_a_print_too_wide_for_a_compact_card_the_middle_is_kept) {
  const auto record = to_minutiae_record(print(200, 900), MinutiaeFormat::kIsoCardCompact);
  const std::size_t kept = record.views[0].minutiae.size();
  EXPECT_GT(kept, 40u);
  EXPECT_LT(kept, 120u);
  EXPECT_TRUE(format::write_minutiae_record(record).ok());
}

// NBIS' own: the origin is at the bottom left, and theta points away from the ridge, against ISO's direction.
TEST(FingerMinutiae, are_written_as_mindtct_writes_them) {
  finger::Template from;
  from.width = 300;
  from.height = 400;
  from.minutiae = {{10, 20, 0, finger::MinutiaType::kEnding, 77},
                   {299, 399, static_cast<float>(M_PI / 2), finger::MinutiaType::kBifurcation, 0},
                   {100.4f, 200.6f, static_cast<float>(2 * M_PI - 0.001), finger::MinutiaType::kOther, 100}};
  EXPECT_EQ(to_xyt(from), "10 380 180 77\n299 1 270 0\n100 199 180 100\n");
  EXPECT_EQ(to_xyt({}), "");
}

TEST(FingerMinutiae, of_a_card_are_told_by_name_and_of_other_files_by_content) {
  const auto record = to_minutiae_record(print(40, 480), MinutiaeFormat::kIsoCard);
  const Bytes card = *format::write_minutiae_record(record);
  const auto told = told_as(card, "card");
  ASSERT_TRUE(told.ok()) << told.error().message;
  EXPECT_EQ(format::read_minutiae_record(*told)->views[0].minutiae.size(), 40u);
  EXPECT_EQ(*told_as(card, ""), card);
  EXPECT_EQ(told_as(Bytes(7, 1), "card").error().code, Code::kInvalidInput);
  for (const Bytes& marked : {*told, finger::encode(print(40, 480)), to_bytes("P5 1 1 255\n.")})
    EXPECT_EQ(*told_as(marked, "card-compact"), marked) << "it is what it says";
}

TEST(FingerMinutiae, at_a_resolution_beyond_all_are_refused_and_not_taken_for_another) {
  const auto record = to_minutiae_record(print(40, 480), MinutiaeFormat::kIso2005);
  constexpr double kWraps = 65'536 * 2.54;  // of sixteen bits
  for (const double ppi : {kWraps + 500, 1e12})
    EXPECT_EQ(minutiae_at(record.views[0], MinutiaeFormat::kIso2005, ppi).error().code, Code::kInvalidInput) << ppi;
  EXPECT_TRUE(minutiae_at(record.views[0], MinutiaeFormat::kIso2005, 500).ok());
}

TEST(FingerMinutiae, other_resolutions_become_ours) {
  auto record = to_minutiae_record(print(10, 400), MinutiaeFormat::kIso2005);
  format::MinutiaeView view = record.views[0];
  view.x_per_cm = view.y_per_cm = 394;  // 1000 ppi
  const Result<finger::Template> half = to_template(view, MinutiaeFormat::kIso2005);
  ASSERT_TRUE(half.ok());
  EXPECT_NEAR(half->minutiae[0].x, view.minutiae[0].x / 2.0, 0.2);
  view.x_per_cm = 0;
  EXPECT_FALSE(to_template(view, MinutiaeFormat::kIso2005).ok());
  view = record.views[0];
  view.minutiae.clear();
  EXPECT_FALSE(to_template(view, MinutiaeFormat::kIso2005).ok());
}

// A record's own word about the picture it was taken from, which nobody has seen: it may be of a whole card.
TEST(FingerMinutiae, of_a_picture_larger_than_any_finger_no_more_is_taken_than_a_finger_is_long) {
  format::MinutiaeView view = to_minutiae_record(print(40, 480), MinutiaeFormat::kIso2005).views[0];
  view.width = view.height = 11'900;
  const Result<finger::Template> out = to_template(view, MinutiaeFormat::kIso2005);
  ASSERT_TRUE(out.ok()) << out.error().message;
  EXPECT_EQ(out->width, limits::kPrintSideMax);
  EXPECT_EQ(out->height, limits::kPrintSideMax);
  view.minutiae.push_back({1, limits::kPrintSideMax, 100, 0, 80, 0});
  EXPECT_EQ(to_template(view, MinutiaeFormat::kIso2005).error().code, Code::kTooLarge);
  view.minutiae.pop_back();
  view.width = limits::kImageSideMax + 1;
  EXPECT_EQ(to_template(view, MinutiaeFormat::kIso2005).error().code, Code::kTooLarge);
}

TEST(FingerMinutiae, the_best_of_too_many_are_kept_and_can_be_encoded) {
  auto record = to_minutiae_record(print(200, 600), MinutiaeFormat::kIso2011);
  format::MinutiaeView& view = record.views[0];
  while (view.minutiae.size() < 255) view.minutiae.push_back({1, 0x3fff, 0x3fff, 255, 3, 0});
  const Result<finger::Template> out = to_template(view, MinutiaeFormat::kIso2011);
  ASSERT_TRUE(out.ok());
  EXPECT_EQ(out->minutiae.size(), 200u);
  EXPECT_GT(out->minutiae.back().quality, 3);
  EXPECT_TRUE(finger::decode(finger::encode(*out)).ok());
}

}  // namespace
}  // namespace puente::intake
