#include "format/record/image_record.h"

#include <gtest/gtest.h>

#include <random>

#include "format/format.h"

namespace puente::format {
namespace {

constexpr ImagePart kParts[] = {ImagePart::kFinger, ImagePart::kFace, ImagePart::kIris};
constexpr int kEditions[] = {2005, 2011};

// A record with all that the part and edition have, of pixels or a file as its codes say.
ImageRecord sample(ImagePart part, int edition) {
  ImageRecord record;
  record.part = part;
  record.edition = edition;
  if (edition == 2005 && part != ImagePart::kFace) record.capture_device = 0x102;
  for (int i = 0; i < 2; ++i) {
    ImageView& view = record.views.emplace_back();
    if (edition == 2011) {
      view.capture = {2026, 11, 23, 9, 5, 7, 12, 14, 3, 4, {{80, 1, 2}}, {}};
      if (part == ImagePart::kFinger) view.capture.certifications = {{5, 6}};
    } else {
      view.quality = 80;
    }
    view.width = 4;
    view.height = 2;
    view.image = {0, 1, 2, 3, 4, 5, 6, static_cast<std::uint8_t>(i)};
    if (part != ImagePart::kFace) {
      view.position = static_cast<std::uint32_t>(i + 1);
      view.view_number = part == ImagePart::kIris ? 1 : 0;
      view.depth = 8;
    }
    if (part == ImagePart::kFinger) {
      view.scan_x = view.scan_y = view.image_x = view.image_y = 500;
      view.view_count = edition == 2005;
      view.impression = 8;
    }
    if (part == ImagePart::kIris) {
      view.compression = 2;
      view.roll = view.roll_uncertainty = 0xffff;
      if (edition == 2011) view.image_type = 1;
    }
    if (part == ImagePart::kFace) {
      view.gender = 2;
      view.properties = 0x010203;
      view.points = {{1, 0xc1, 1, 1, 0}, {1, 0xc2, 3, 1, 0}};
    }
    if (edition == 2011) view.extended = {0, 3, 0, 6, 'h', 'i'};
  }
  record.certified = part == ImagePart::kFinger && edition == 2011;
  record.positions = part == ImagePart::kFace ? 0 : 2;
  if (part == ImagePart::kIris && edition == 2005) record.device_id = "puente camera 01";
  return record;
}

TEST(ImageRecord, WhatIsWrittenIsReadInEveryPartAndEdition) {
  for (const ImagePart part : kParts) {
    for (const int edition : kEditions) {
      SCOPED_TRACE(std::to_string(static_cast<int>(part)) + ":" + std::to_string(edition));
      const ImageRecord record = sample(part, edition);
      const Result<Bytes> bytes = write_image_record(record);
      ASSERT_TRUE(bytes.ok()) << bytes.error().message;
      EXPECT_TRUE(is_image_record(*bytes));
      const Result<ImageRecord> again = read_image_record(*bytes);
      ASSERT_TRUE(again.ok()) << again.error().message;
      EXPECT_TRUE(*again == record);
      EXPECT_EQ(*write_image_record(*again), *bytes);
      EXPECT_TRUE(check_image_record(record).empty()) << check_image_record(record)[0];
    }
  }
}

// Hex digits without the blanks that make them readable.
std::string compact(std::string_view spaced) {
  std::string out;
  for (const char c : spaced)
    if (c != ' ') out += c;
  return out;
}

std::string hex_of_one(ImagePart part, int edition) {
  ImageRecord record = sample(part, edition);
  record.views.pop_back();
  record.positions = 0;
  return to_hex(*write_image_record(record));
}

// Table by table of the standards, byte by byte.
TEST(ImageRecord, BytesLieWhereTheEditionOf2005PutsThem) {
  EXPECT_EQ(hex_of_one(ImagePart::kFinger, 2005),
            compact("46495200 30313000 000000000036 0102 0000 01 01 01f4 01f4 01f4 01f4 08 00 0000"
                    "00000016 01 01 00 50 08 0004 0002 00 0001020304050600"));
  EXPECT_EQ(hex_of_one(ImagePart::kFace, 2005), compact("46414300 30313000 00000046 0001"
                                                        "00000038 0002 02 00 00 010203 0000 00 00 00 00 00 00"
                                                        "01 c1 0001 0001 0000  01 c2 0003 0001 0000"
                                                        "00 00 0004 0002 00 00 0000 0050 0001020304050600"));
  EXPECT_EQ(hex_of_one(ImagePart::kIris, 2005),
            compact("49495200 30313000 00000043 0102 01 002d 0000 0000 0002 0004 0002 08 00"
                    "7075656e74652063616d657261203031"
                    "01 0001  0001 50 ffff ffff 00000008 0001020304050600"));
}

TEST(ImageRecord, BytesLieWhereTheEditionOf2011PutsThem) {
  const std::string captured = "07ea 0b 17 09 05 07 000c 0e 0003 0004 01 50 0001 0002";
  const std::string image = "00000008 0001020304050600 0003 0006 6869";
  EXPECT_EQ(hex_of_one(ImagePart::kFinger, 2011),
            compact("46495200 30323000 00000050 0001 01 01"
                    "00000040" +
                    captured + "01 0005 06  01 00 01 01f4 01f4 01f4 01f4 08 00 08 0004 0002" + image));
  EXPECT_EQ(hex_of_one(ImagePart::kFace, 2011), compact("46414300 30333000 00000067 0001 00 0000"
                                                        "00000056" +
                                                        captured +
                                                        "0002 02 00 00 00 010203 0000 00 00 00 00 00 00"
                                                        "01 c1 0001 0001 0000  01 c2 0003 0001 0000"
                                                        "00 00 0004 0002 00 0000 00 00" +
                                                        image));
  EXPECT_EQ(hex_of_one(ImagePart::kIris, 2011), compact("49495200 30323000 00000057 0001 00 01"
                                                        "00000047" +
                                                        captured +
                                                        "0001 01 01 02 00 0004 0002 08 0000 ffff ffff"
                                                        "0000 0000 0000 0000 0000 0000" +
                                                        image));
}

TEST(ImageRecord, CutRecordsAreRefusedAndExtraBytesKept) {
  for (const ImagePart part : kParts) {
    for (const int edition : kEditions) {
      Bytes bytes = *write_image_record(sample(part, edition));
      if (part == ImagePart::kIris && edition == 2005) bytes[6] = '3';  // a draft's number
      for (std::size_t size = 0; size < bytes.size(); ++size)
        EXPECT_FALSE(read_image_record(Bytes(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size))).ok());
      bytes.push_back('x');
      const Result<ImageRecord> record = read_image_record(bytes);
      ASSERT_TRUE(record.ok());
      EXPECT_EQ(*write_image_record(*record), bytes);
      EXPECT_EQ(check_image_record(*record).size(), 1u);
    }
  }
  EXPECT_EQ(read_image_record(view(std::string_view("IIR\0 015\0fffffffffffffff", 24))).error().code,
            Code::kUnsupported);
}

TEST(ImageRecord, ViewsBecomePixels) {
  const ImageRecord finger = sample(ImagePart::kFinger, 2011);
  const Result<Image> raw = decode_view(finger, finger.views[1]);
  ASSERT_TRUE(raw.ok()) << raw.error().message;
  EXPECT_EQ(raw->width, 4);
  EXPECT_EQ(raw->pixels[7], 1);
  EXPECT_EQ(raw->ppi, 500);

  ImageRecord face = sample(ImagePart::kFace, 2011);
  Image colour{5, 4, 3, 0, Bytes(60, 77)};
  face.views[0].image = *encode_png(colour);
  const Result<Image> decoded = decode_view(face, face.views[0]);
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(decoded->width, 5);

  ImageRecord wrong = finger;
  wrong.views[0].height = 3;
  EXPECT_FALSE(decode_view(wrong, wrong.views[0]).ok());
  wrong.views[0].width = wrong.views[0].height = 0xffff;
  EXPECT_EQ(decode_view(wrong, wrong.views[0]).error().code, Code::kTooLarge);
}

TEST(ImageRecord, ChecksSayWhatDeviates) {
  ImageRecord record = sample(ImagePart::kFinger, 2005);
  record.views[0].quality = 255;  // stands for "not known"
  record.views[1].impression = 30;
  record.views[1].image.clear();
  const std::vector<std::string> found = check_image_record(record);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0], "view 2: impression type 30 is over 29");
  EXPECT_EQ(found[1], "view 2: without an image");
}

TEST(ImageRecord, WhatDoesNotFitIsNotWritten) {
  ImageRecord record = sample(ImagePart::kFinger, 2005);
  record.views[1].image_x = 1000;
  EXPECT_FALSE(write_image_record(record).ok());
  record = sample(ImagePart::kIris, 2011);
  record.views[0].position = 256;
  EXPECT_FALSE(write_image_record(record).ok());
}

TEST(ImageRecord, AnyDamageIsReadOrRefused) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  for (const ImagePart part : kParts) {
    for (const int edition : kEditions) {
      const Bytes whole = *write_image_record(sample(part, edition));
      for (int round = 0; round < 2000; ++round) {
        Bytes bytes = whole;
        for (int i = 0; i < 2; ++i) bytes[random() % bytes.size()] = static_cast<std::uint8_t>(random());
        const Result<ImageRecord> record = read_image_record(bytes);
        if (!record.ok()) continue;
        check_image_record(*record);
        for (const ImageView& view : record->views) decode_view(*record, view).ok();
      }
    }
  }
}

}  // namespace
}  // namespace puente::format
