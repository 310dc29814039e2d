#include "intake/intake.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <tuple>

#include "core/limits.h"
#include "core/tally.h"
#include "format/image/image.h"
#include "format/iso/iso.h"
#include "format/itl/itl.h"
#include "format/person/person.h"

namespace puente::intake {
namespace {

// Minutiae somewhere, said to be of a position by its code.
Bytes minutiae_of(std::initializer_list<int> codes) {
  std::mt19937 random(7);
  finger::Template print;
  print.width = print.height = 400;
  for (int i = 0; i < 30; ++i) {
    print.minutiae.push_back({static_cast<float>(random() % 400), static_cast<float>(random() % 400),
                              static_cast<float>(random() % 6283) / 1000, finger::MinutiaType::kEnding, 60});
  }
  format::MinutiaeRecord record = to_minutiae_record(print, format::MinutiaeFormat::kIso2011);
  const format::MinutiaeView view = record.views[0];
  record.views.clear();
  for (const int code : codes) record.views.emplace_back(view).position = static_cast<std::uint8_t>(code);
  return *format::write_minutiae_record(record);
}

Bytes blank_image() {
  return *format::encode_png(Image{200, 200, 1, 500, Bytes(200 * 200, 200)});
}

Error refusal(Sample sample) {
  const auto taken = take_in({std::move(sample)}, Depth::kSearchable);
  return taken.ok() ? Error{Code::kInternal, "taken in"} : taken.error();
}

Error refusal_of_probe(Sample sample) {
  const auto taken = take_in_probe({std::move(sample)}, Depth::kSearchable);
  return taken.ok() ? Error{Code::kInternal, "taken in"} : taken.error();
}

// Lines with grain, as sensors have it.
Bytes stripes(int side, int channels = 1, double ppi = 500) {
  std::mt19937 random(7);
  Image image{side, side, channels, ppi, {}};
  for (int i = 0; i < side * side * channels; ++i) {
    const double line = 100 * std::sin(0.7 * (i / channels % side));
    image.pixels.push_back(static_cast<std::uint8_t>(120 + line + static_cast<double>(random() % 16)));
  }
  return *format::encode_png(image);
}

TEST(TakeIn, minutiae_said_to_be_of_a_slap_are_refused_and_told_why) {
  for (const int code : {13, 14, 15}) {
    const Error of_record = refusal({.image = minutiae_of({code})});
    EXPECT_EQ(of_record.code, Code::kInvalidInput) << code;
    EXPECT_NE(of_record.message.find("of one finger each"), std::string::npos) << of_record.message;
    const Error of_sender = refusal({.position = static_cast<FingerCapture>(code), .image = minutiae_of({2})});
    EXPECT_EQ(of_sender.code, Code::kInvalidInput) << code;
    EXPECT_NE(of_sender.message.find("or send the image"), std::string::npos) << of_sender.message;
  }
}

TEST(TakeIn, positions_that_are_no_fingers_are_refused) {
  for (const int code : {11, 12, 16, 99, 255}) {
    const auto position = static_cast<FingerCapture>(code);
    for (const Bytes& bytes : {blank_image(), minutiae_of({2})}) {
      const Error error = refusal({.position = position, .image = bytes});
      EXPECT_EQ(error.code, Code::kInvalidInput) << code;
      EXPECT_NE(error.message.find("no finger has the position " + std::to_string(code)), std::string::npos)
          << error.message;
    }
  }
  for (const int code : {16, 20, 99, 255}) {  // 11 and 12 are thumbs in records
    const Error error = refusal({.image = minutiae_of({code})});
    EXPECT_EQ(error.code, Code::kInvalidInput) << code;
    EXPECT_NE(error.message.find("none has the position " + std::to_string(code)), std::string::npos) << error.message;
  }
}

TEST(TakeIn, a_view_that_is_no_fingers_is_left_out_beside_one_that_is) {
  const auto taken = take_in({Sample{.image = minutiae_of({13, 7})}}, Depth::kSearchable);
  ASSERT_TRUE(taken.ok()) << taken.error().message;
  ASSERT_EQ(taken->prints.size(), 1u);
  EXPECT_EQ(taken->prints[0].place, place_of(Finger::kLeftIndex));
  ASSERT_EQ(taken->left_out.size(), 1u);
  EXPECT_EQ(taken->encounter.samples.size(), 1u);
}

TEST(TakeIn, a_record_becomes_prints_that_know_their_sample) {
  const auto before = tallied();
  const auto taken = take_in({Sample{.image = minutiae_of({3, 8})}}, Depth::kSearchable);
  ASSERT_TRUE(taken.ok()) << taken.error().message;
  ASSERT_EQ(taken->prints.size(), 2u);
  for (std::uint16_t i = 0; i < 2; ++i) {
    EXPECT_EQ(taken->encounter.samples[i].coding, Coding::kMinutiae);
    EXPECT_EQ(taken->prints[i].cut, (Cut{.sample = i}));
    EXPECT_EQ(finger::decode(taken->prints[i].encoded)->minutiae.size(), 30u);
    EXPECT_EQ(taken->quality[i].reasons, std::vector<std::string>{"minutiae_only"});
  }
  EXPECT_EQ(taken->prints[1].place, place_of(Finger::kLeftMiddle));
  EXPECT_EQ(tallied()[static_cast<std::size_t>(Work::kEncode)] - before[static_cast<std::size_t>(Work::kEncode)], 2u);
}

// Minutiae on a grid, more than a millimetre apart at 500 ppi, stated at so many pixels a centimetre.
Bytes grid_at(std::uint16_t across, std::uint16_t down, int step = 24) {
  finger::Template print;
  print.width = print.height = 300;
  for (int i = 0; i < 36; ++i) {
    print.minutiae.push_back({static_cast<float>(40 + i % 6 * step + i % 5),
                              static_cast<float>(40 + i / 6 * step + i % 3), static_cast<float>(i % 6),
                              finger::MinutiaType::kEnding, 60});
  }
  format::MinutiaeRecord record = to_minutiae_record(print, format::MinutiaeFormat::kIso2005, Finger::kRightIndex);
  record.views[0].x_per_cm = across;
  record.views[0].y_per_cm = down;
  return *format::write_minutiae_record(record);
}
Bytes grid_at(std::uint16_t per_cm) {
  return grid_at(per_cm, per_cm);
}

TEST(TakeIn, minutiae_nearer_to_each_other_than_on_any_skin_are_at_another_resolution) {
  const auto reasons = [](std::uint16_t per_cm, double ppi) {
    const auto taken = take_in({Sample{.image = grid_at(per_cm), .ppi = ppi}}, Depth::kExtracted);
    EXPECT_TRUE(taken.ok()) << (taken.ok() ? "" : taken.error().message);
    return taken.ok() ? taken->quality[0].reasons : std::vector<std::string>{};
  };
  const std::vector<std::string> plain = {"minutiae_only"}, doubted = {"minutiae_only", "implausible_resolution"};
  EXPECT_EQ(reasons(197, 0), plain);
  EXPECT_EQ(reasons(500, 0), doubted);  // pixels an inch, written where pixels a centimetre belong
  EXPECT_EQ(reasons(500, 500), plain);  // until the sender says so
}

TEST(TakeIn, minutiae_at_a_resolution_of_no_scanner_are_doubted_however_few_they_are) {
  constexpr int kFarApart = 36;
  const auto is_doubted = [](std::uint16_t across, std::uint16_t down, double ppi = 0) {
    const auto taken = take_in({Sample{.image = grid_at(across, down, kFarApart), .ppi = ppi}}, Depth::kExtracted);
    EXPECT_TRUE(taken.ok()) << (taken.ok() ? "" : taken.error().message);
    const auto reasons = taken.ok() ? taken->quality[0].reasons : std::vector<std::string>{};
    return std::find(reasons.begin(), reasons.end(), "unusual_resolution") != reasons.end();
  };
  for (const std::uint16_t usual : std::initializer_list<std::uint16_t>{197, 196, 200, 394})
    EXPECT_FALSE(is_doubted(usual, usual)) << usual;
  EXPECT_TRUE(is_doubted(500, 500)) << "pixels an inch, written where pixels a centimetre belong";
  EXPECT_TRUE(is_doubted(197, 98)) << "not the same across and down";
  EXPECT_FALSE(is_doubted(500, 500, 500)) << "the sender says what it is";
}

TEST(TakeIn, a_resolution_that_is_stated_stands_instead_of_the_files) {
  const Image image{400, 400, 1, 500, std::vector<std::uint8_t>(160'000, 200)};
  const Bytes png = *format::encode_png(image);
  EXPECT_NEAR(read_image(png)->ppi, 500, 1);
  EXPECT_EQ(read_image(png, 1000)->ppi, 1000);
  Encounter encounter;
  encounter.samples = {{.position = FingerCapture::kRightIndex, .image = png, .ppi = 500}};
  const Bytes transaction = format::itl::write(*format::to_transaction(encounter, {}));
  for (const Bytes& file : {png, transaction}) {
    for (const double stated : {0.0, 1000.0}) {
      const auto taken = take_in({Sample{.image = file, .ppi = stated}}, Depth::kOpened);
      ASSERT_TRUE(taken.ok()) << taken.error().message;
      EXPECT_NEAR(picture_of(taken->encounter.samples.at(0), {})->ppi, stated > 0 ? stated : 500, 1);
    }
  }
}

TEST(TakeIn, minutiae_of_no_resolution_are_taken_at_the_senders) {
  EXPECT_NE(refusal({.image = grid_at(0)}).message.find("--dpi"), std::string::npos);
  const auto taken = take_in({Sample{.image = grid_at(0), .ppi = 500}}, Depth::kExtracted);
  const auto plain = take_in({Sample{.image = grid_at(197)}}, Depth::kExtracted);
  ASSERT_TRUE(taken.ok()) << taken.error().message;
  ASSERT_TRUE(plain.ok()) << plain.error().message;
  EXPECT_EQ(finger::encode(taken->prints[0].features), finger::encode(plain->prints[0].features));
  const auto leaves = bare(*taken);  // the partner is told it too
  ASSERT_TRUE(leaves.ok());
  EXPECT_EQ(format::read_minutiae_record(leaves->front().image)->views[0].x_per_cm, 197);
}

TEST(TakeIn, opened_is_not_extracted) {
  const auto before = tallied();
  const auto taken = take_in({Sample{.image = blank_image()}, Sample{.image = minutiae_of({2})}}, Depth::kOpened);
  ASSERT_TRUE(taken.ok()) << taken.error().message;
  EXPECT_EQ(taken->encounter.samples[0].coding, Coding::kPng);
  EXPECT_EQ(taken->encounter.samples[1].coding, Coding::kMinutiae);
  EXPECT_TRUE(taken->prints.empty());
  EXPECT_EQ(tallied(), before);
}

TEST(TakeIn, says_of_an_image_that_its_file_has_more_pictures_than_one) {
  Bytes two = stripes(300);
  const Bytes one = two;
  two.insert(two.end(), one.begin(), one.end());
  const auto remarks_of = [](const Bytes& file) {
    const auto taken = take_in({Sample{.position = FingerCapture::kRightIndex, .image = file}}, Depth::kOpened);
    return taken.ok() ? taken->remarks : std::vector<std::string>{taken.error().message};
  };
  EXPECT_TRUE(remarks_of(one).empty());
  EXPECT_EQ(remarks_of(two), std::vector<std::string>{"it has more than one picture: the first is read"});
}

TEST(TakeInProbe, opens_no_record_for_what_may_be_in_it) {
  format::TransactionHeader header{.type = "NPS", .destination = "USA", .originator = "COL", .control_number = "t-1"};
  header.time_ms = 1'790'000'000'000;
  Encounter encounter;
  encounter.samples = {{.position = FingerCapture::kRightIndex, .image = minutiae_of({2})}};
  const Bytes transaction = format::itl::write(*format::to_transaction(encounter, header));
  EXPECT_TRUE(take_in({Sample{.image = transaction}}, Depth::kExtracted).ok());
  EXPECT_EQ(refusal_of_probe({.image = transaction}).code, Code::kInvalidInput);
  EXPECT_EQ(refusal_of_probe({.image = transaction, .coding = Coding::kMinutiae}).code, Code::kInvalidInput);
}

TEST(TakeInProbe, is_of_single_fingers_alone) {
  EXPECT_TRUE(take_in_probe({Sample{.image = minutiae_of({2})}}, Depth::kSearchable).ok());
  EXPECT_EQ(refusal_of_probe({.image = minutiae_of({2, 13})}).code, Code::kInvalidInput);
  EXPECT_EQ(refusal_of_probe({.position = FingerCapture::kPlainThumbs, .image = blank_image()}).code,
            Code::kInvalidInput);
  EXPECT_EQ(refusal_of_probe({.position = static_cast<FingerCapture>(12), .image = blank_image()}).code,
            Code::kInvalidInput);
  EXPECT_EQ(refusal_of_probe({.image = blank_image(), .modality = Modality::kFace}).code, Code::kInvalidInput);
  EXPECT_EQ(refusal_of_probe({.image = blank_image()}).code, Code::kNoFeatures);
}

TEST(TakeIn, nothing_usable_says_why) {
  EXPECT_EQ(refusal({.image = blank_image()}).code, Code::kNoFeatures);
  const Error face = refusal({.image = blank_image(), .modality = Modality::kFace});
  EXPECT_EQ(face.code, Code::kNoFeatures);
  EXPECT_NE(face.message.find("no fingerprint"), std::string::npos);
  EXPECT_EQ(take_in({}, Depth::kOpened).error().code, Code::kInvalidInput);
}

TEST(TakeIn, too_many_are_refused) {
  const std::vector<Sample> samples(limits::kSamplesPerEncounterMax + 1, Sample{.image = minutiae_of({2})});
  EXPECT_EQ(take_in(samples, Depth::kSearchable).error().code, Code::kTooLarge);
}

TEST(Bare, minutiae_leave_without_when_and_by_what_they_were_captured) {
  format::MinutiaeRecord record = *format::read_minutiae_record(minutiae_of({2}));
  record.views[0].capture.year = 2026;
  record.views[0].capture.device_vendor = 77;
  record.views[0].extended = ByteWriter().u16(0x8001).u16(12).raw(view("serial 1")).take();
  const Bytes bytes = *format::write_minutiae_record(record);
  const auto taken = take_in({Sample{.position = FingerCapture::kLeftRing, .image = bytes}}, Depth::kExtracted);
  ASSERT_TRUE(taken.ok()) << taken.error().message;
  const auto out = bare(*taken);
  ASSERT_TRUE(out.ok()) << out.error().message;
  ASSERT_EQ(out->size(), 1u);
  EXPECT_EQ(out->front().position, FingerCapture::kLeftRing);
  const format::MinutiaeRecord left = *format::read_minutiae_record(out->front().image);
  EXPECT_EQ(left.format, record.format);
  EXPECT_EQ(left.views[0].minutiae, record.views[0].minutiae);
  EXPECT_EQ(left.views[0].position, 9);  // what the sender said, not the record
  EXPECT_EQ(left.views[0].capture, format::Capture());
  EXPECT_TRUE(left.views[0].extended.empty());
}

TEST(AsWsq, a_fingers_image_without_loss_becomes_much_smaller_and_keeps_its_size_and_resolution) {
  const Sample png{.position = FingerCapture::kRightIndex, .image = stripes(300), .coding = Coding::kPng};
  const Sample kept = as_wsq(png);
  EXPECT_EQ(kept.coding, Coding::kWsq);
  EXPECT_LT(kept.image.size() * 3, png.image.size());
  const auto image = format::decode_image(kept.image);
  ASSERT_TRUE(image.ok()) << image.error().message;
  EXPECT_EQ(std::tuple(image->width, image->height, image->ppi), std::tuple(300, 300, 500.0));
  EXPECT_EQ(kept.position, png.position);
}

// A PNG of 300 x 300 pixels of 16 bits: made of 600 x 300 of 8, by saying that it is so.
Bytes of_16_bits() {
  Image image{600, 300, 1, 500, {}};
  std::mt19937 random(7);
  for (int i = 0; i < 600 * 300; ++i) image.pixels.push_back(static_cast<std::uint8_t>(100 + random() % 100));
  Bytes png = *format::encode_png(image);
  png[18] = 300 >> 8, png[19] = 300 & 255, png[24] = 16;
  std::uint32_t crc = ~0u;
  for (std::size_t i = 12; i < 29; ++i) {
    crc ^= png[i];
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
  }
  for (std::size_t i = 0; i < 4; ++i) png[29 + i] = static_cast<std::uint8_t>(~crc >> (24 - 8 * i));
  EXPECT_TRUE(format::decode_image(png).ok());
  return png;
}

TEST(AsWsq, what_has_lost_already_or_does_not_suit_it_stays_as_it_came) {
  const Image gray = *format::decode_image(stripes(300));
  const Sample png{.position = FingerCapture::kRightIndex, .image = stripes(300), .coding = Coding::kPng};
  std::vector<Sample> samples(9, png);
  samples[0].image = *format::encode_wsq(gray, 2.25);
  samples[1].image = *format::encode_jpeg2000(gray, 10);
  samples[2].image = stripes(300, 3);
  samples[3].image = stripes(300, 1, 1000);
  samples[4].ppi = 1000;
  samples[5].image = stripes(60);
  samples[6].modality = Modality::kFace;
  samples[7].image = minutiae_of({2});
  samples[8].image = of_16_bits();
  for (std::size_t i = 0; i < samples.size(); ++i) EXPECT_EQ(as_wsq(samples[i]).image, samples[i].image) << i;
  Sample lossless = png;
  lossless.image = *format::encode_jpeg2000(gray);
  EXPECT_EQ(as_wsq(lossless).coding, Coding::kWsq);
}

TEST(KeptSamples, come_back_as_they_were) {
  const std::vector<Sample> samples = {
      {.position = FingerCapture::kPlainThumbs, .image = blank_image(), .ppi = 500, .coding = Coding::kPng},
      {.position = FingerCapture::kLeftRing, .image = minutiae_of({9}), .impression = 1, .coding = Coding::kMinutiae},
      {.image = blank_image(), .modality = Modality::kIris, .eye = Eye::kLeft},
      {.image = blank_image(), .modality = Modality::kFace}};
  const auto back = decode_samples(encode_samples(samples));
  ASSERT_TRUE(back.ok());
  ASSERT_EQ(back->size(), samples.size());
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const Sample &a = samples[i], &b = (*back)[i];
    EXPECT_EQ(std::tie(a.position, a.image, a.ppi, a.modality, a.eye, a.impression),
              std::tie(b.position, b.image, b.ppi, b.modality, b.eye, b.impression))
        << i;
    EXPECT_EQ(b.coding, i == 1 ? Coding::kMinutiae : Coding::kPng);
  }
}

TEST(KeptSamples, of_version_1_are_read) {
  const Bytes image = minutiae_of({2});
  const Bytes kept = ByteWriter().u8(1).u8(2).u8(2).u32(500'000).counted(image).u8(13).u32(0).counted(image).take();
  const auto samples = decode_samples(kept);
  ASSERT_TRUE(samples.ok());
  ASSERT_EQ(samples->size(), 2u);
  EXPECT_EQ((*samples)[0].position, FingerCapture::kRightIndex);
  EXPECT_EQ((*samples)[0].ppi, 500);
  EXPECT_EQ((*samples)[0].coding, Coding::kMinutiae);
  EXPECT_EQ((*samples)[1].position, FingerCapture::kUnknown);
}

TEST(KeptSamples, that_are_damaged_are_corrupt) {
  const Bytes kept = encode_samples({{.position = FingerCapture::kRightIndex, .image = Bytes(5, 9)}});
  for (std::size_t size = 0; size < kept.size(); ++size)
    EXPECT_EQ(decode_samples(ByteView(kept).first(size)).error().code, Code::kCorrupt) << size;
  for (const auto& [at, value] : {std::pair(0u, 3), std::pair(2u, 3), std::pair(3u, 11), std::pair(4u, 6)}) {
    Bytes changed = kept;
    changed[at] = static_cast<std::uint8_t>(value);  // a version, modality, position and coding that there are not
    EXPECT_FALSE(decode_samples(changed).ok()) << at;
  }
}

TEST(ReadPrint, a_template_a_record_and_an_image_are_told_apart) {
  const auto of_record = read_print(minutiae_of({4}));
  ASSERT_TRUE(of_record.ok()) << of_record.error().message;
  EXPECT_EQ(of_record->place, place_of(Finger::kRightRing));
  const auto of_template = read_print(finger::encode(of_record->features));
  ASSERT_TRUE(of_template.ok());
  EXPECT_EQ(of_template->features.minutiae.size(), 30u);
  EXPECT_EQ(read_print(blank_image()).error().code, Code::kNoFeatures);
  EXPECT_EQ(read_image(blank_image(), 1000)->ppi, 1000);
  const auto no_file = read_print_file("/nonexistent/finger.png");
  EXPECT_EQ(no_file.error().code, Code::kNotFound);
  EXPECT_NE(no_file.error().message.find("finger.png"), std::string::npos);
}

}  // namespace
}  // namespace puente::intake
