#include "format/iso/iso39794.h"

#include <gtest/gtest.h>

#include <random>

#include "format/image/image.h"

namespace puente::format {
namespace {

ImageRecord sample(ImagePart part) {
  ImageRecord record;
  record.part = part;
  record.from_39794 = true;
  for (std::uint32_t i = 0; i < 2; ++i) {
    ImageView& view = record.add_view();
    view.capture.year = 2026;
    view.capture.month = 11;
    view.capture.qualities = {{80, 1, 200}};
    view.width = 4;
    view.height = 2;
    view.image = {0, 1, 2, 3, 4, 5, 6, static_cast<std::uint8_t>(i)};
    if (part == ImagePart::kFace) {
      view.compression = 1;  // lossy JPEG 2000, so they would be
      continue;
    }
    view.position = i + 1;
    view.view_number = i + 1;
    view.depth = 8;
    if (part == ImagePart::kFinger) {
      FingerView& finger = view.finger();
      finger.impression = 8;
      finger.scan_x = finger.scan_y = finger.image_x = finger.image_y = 500;
    } else {
      view.compression = 2;
      IrisView& iris = view.iris();
      iris.image_type = 7;
      iris.image_properties = 1 | 1 << 2 | 1 << 6;
      iris.range = 300;
      iris.roll = iris.roll_uncertainty = 0xffff;
    }
  }
  return record;
}

TEST(Iso39794, what_is_written_is_read) {
  for (const ImagePart part : {ImagePart::kFinger, ImagePart::kFace, ImagePart::kIris}) {
    const Result<Bytes> bytes = write_iso39794(sample(part));
    ASSERT_TRUE(bytes.ok()) << bytes.error().message;
    EXPECT_TRUE(is_iso39794(*bytes));
    const Result<ImageRecord> record = read_iso39794(*bytes);
    ASSERT_TRUE(record.ok()) << record.error().message;
    EXPECT_TRUE(*record == sample(part)) << static_cast<int>(part);
  }
}

// The ASN.1 of 39794-4:2019, by hand.
TEST(Iso39794, bytes_lie_where_the_schema_puts_them) {
  ImageRecord record = sample(ImagePart::kFinger);
  record.views.pop_back();
  record.views[0].compression = 2;
  record.views[0].image = {0xab};
  record.views[0].finger().image_x = 1000;
  EXPECT_EQ(to_hex(*write_iso39794(record)),
            "6443a007800103810207e3a1383036a003800101a103800108a203800101"
            "8301aba407800207ea81010ba610300ea007800101810200c8a103800150a707800203e8810100");
}

TEST(Iso39794, images_become_pixels) {
  const ImageRecord raw = *read_iso39794(*write_iso39794(sample(ImagePart::kFinger)));
  EXPECT_EQ(decode_view(raw, raw.views[1])->pixels[7], 1);

  ImageRecord png = sample(ImagePart::kFinger);
  for (ImageView& view : png.views) {
    view.compression = 6;
    view.image = *encode_png({30, 20, 1, 500, Bytes(600, 9)});
    view.width = view.height = 0;  // not in the record: the image says it
  }
  const Result<ImageRecord> again = read_iso39794(*write_iso39794(png));
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->views[0].width, 30u);
  EXPECT_EQ(again->views[0].height, 20u);
}

TEST(Iso39794, extensions_fall_back_to_their_code) {
  // imageDataFormat [0] { extensionBlock [1] { fallback [0] 3 } }
  const Bytes whole = *from_hex(
      "6527a007800103810207e3a11c301a800100a115"
      "a013a0118001ffa10ca005a103800103a703800105");
  const Result<ImageRecord> record = read_iso39794(whole);
  ASSERT_TRUE(record.ok()) << record.error().message;
  EXPECT_EQ(record->views[0].compression, 1u);
  EXPECT_EQ(record->views[0].width, 5u);
}

// Range [7], time [8], image [9]; or, as some have it, time [7], image [8], range [9].
TEST(Iso39794, irises_are_read_in_both_layouts_and_written_in_that_of_the_standard) {
  const std::string head = "6639a007800103810207e5a12e302c800101a103800107820108a303800102840100850100860100";
  const Bytes other = *from_hex(head + "a707800207ea81010b" + "8802abcd" + "a904800201c2");
  const Bytes standard = *from_hex(head + "a704800201c2" + "a807800207ea81010b" + "8902abcd");
  for (const Bytes& bytes : {other, standard}) {
    const Result<ImageRecord> record = read_iso39794(bytes);
    ASSERT_TRUE(record.ok()) << record.error().message;
    EXPECT_EQ(record->views[0].image, (Bytes{0xab, 0xcd}));
    EXPECT_EQ(record->views[0].iris().range, 450u);
    EXPECT_EQ(record->views[0].capture.month, 11);
    EXPECT_EQ(to_hex(*write_iso39794(*record)), to_hex(standard));
  }
  EXPECT_EQ(check_image_record(*read_iso39794(other)),
            std::vector<std::string>{"view 1: the image is not of the kind that its code 14 stands for"});
}

TEST(Iso39794, one_representation_may_lie_in_the_list_itself) {
  const Result<ImageRecord> record =
      read_iso39794(*from_hex("6528a007800103810207e3a11d800100a118a016a0148003ffd8ffa10da003800102a706800105810104"));
  ASSERT_TRUE(record.ok()) << record.error().message;
  ASSERT_EQ(record->views.size(), 1u);
  EXPECT_EQ(record->views[0].image, (Bytes{0xff, 0xd8, 0xff}));
  EXPECT_EQ(record->views[0].width, 5u);
}

TEST(Iso39794, bytes_behind_the_record_are_kept) {
  Bytes bytes = *write_iso39794(sample(ImagePart::kFace));
  bytes.push_back(0);
  const Result<ImageRecord> record = read_iso39794(bytes);
  ASSERT_TRUE(record.ok()) << record.error().message;
  EXPECT_EQ(record->after, Bytes{0});
  EXPECT_EQ(check_image_record(*record)[0], "1 bytes follow the last view");
  EXPECT_EQ(*write_iso39794(*record), bytes);
}

TEST(Iso39794, says_what_it_cannot_carry) {
  ImageRecord jpeg = sample(ImagePart::kFinger);
  jpeg.views[0].compression = 3;
  EXPECT_EQ(write_iso39794(jpeg).error().code, Code::kUnsupported);
  ImageRecord timeless = sample(ImagePart::kIris);
  timeless.views[1].capture.year = 0xffff;
  EXPECT_EQ(write_iso39794(timeless).error().code, Code::kInvalidInput);
  EXPECT_FALSE(write_iso39794({}).ok());
  ImageRecord mixed = sample(ImagePart::kFinger);
  mixed.views[1].of = FaceView();
  EXPECT_FALSE(write_iso39794(mixed).ok());
  ImageRecord old = sample(ImagePart::kFinger);
  old.edition = 2005;
  EXPECT_FALSE(write_iso39794(old).ok());
}

TEST(Iso39794, cut_and_damaged_records_are_refused_or_read) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  for (const ImagePart part : {ImagePart::kFinger, ImagePart::kFace, ImagePart::kIris}) {
    const Bytes whole = *write_iso39794(sample(part));
    for (std::size_t size = 0; size < whole.size(); ++size)
      EXPECT_FALSE(read_iso39794(ByteView(whole).first(size)).ok()) << size;
    for (int round = 0; round < 3000; ++round) {
      Bytes bytes = whole;
      for (int i = 0; i < 2; ++i) bytes[random() % bytes.size()] = static_cast<std::uint8_t>(random());
      discard(read_iso39794(bytes), "it must only not crash");
    }
  }
}

}  // namespace
}  // namespace puente::format
