#include "format/iso/image_record.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "format/image/image.h"

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
  if (edition == 2005 && part == ImagePart::kFinger) record.acquisition_level = 30;
  for (int i = 0; i < 2; ++i) {
    ImageView& view = record.add_view();
    if (edition == 2011) {
      view.capture = {2026, 11, 23, 9, 5, 7, 12, 14, 3, 4, {{80, 1, 2}}, {}};
      if (part == ImagePart::kFinger) view.capture.certifications = {{5, 6}};
    } else {
      view.quality = 80;
    }
    view.width = 4;
    view.height = 2;
    view.image = {0, 1, 2, 3, 4, 5, 6, static_cast<std::uint8_t>(i)};
    if (part == ImagePart::kFace)  // the head of a JPEG file of 4 x 2 pixels
      view.image = {0xff, 0xd8, 0xff, 0xc0, 0, 8, 8, 0, 2, 0, 4, 1, static_cast<std::uint8_t>(i)};
    if (part != ImagePart::kFace) {
      view.position = static_cast<std::uint32_t>(i + 1);
      view.view_number = part == ImagePart::kIris ? 1 : 0;
      view.depth = 8;
    }
    if (part == ImagePart::kFinger) {
      FingerView& finger = view.finger();
      finger.scan_x = finger.scan_y = finger.image_x = finger.image_y = 500;
      finger.view_count = edition == 2005;
      finger.impression = 8;
    }
    if (part == ImagePart::kIris) {
      view.compression = 2;
      view.iris().roll = view.iris().roll_uncertainty = 0xffff;
      if (edition == 2011) view.iris().image_type = 1;
    }
    if (part == ImagePart::kFace) {
      view.face().gender = 2;
      view.face().properties = 0x010203;
      view.face().points = {{1, 0xc1, 1, 1, 0}, {1, 0xc2, 3, 1, 0}};
    }
    if (edition == 2011) view.extended = {0, 3, 0, 6, 'h', 'i'};
  }
  record.certified = part == ImagePart::kFinger && edition == 2011;
  record.positions = part == ImagePart::kFace ? 0 : 2;
  if (part == ImagePart::kIris && edition == 2005) record.device_id = "puente camera 01";
  return record;
}

// One finger of the edition with a picture of 64 x 64 as its image, under a code.
ImageRecord finger_with(int edition, std::uint32_t code, Bytes image) {
  ImageRecord record = sample(ImagePart::kFinger, edition);
  record.views.resize(1);
  record.positions = 1;
  ImageView& view = record.views[0];
  view.width = view.height = 64;
  view.compression = code;
  view.image = std::move(image);
  return record;
}

bool says(const std::vector<std::string>& lines, std::string_view words) {
  return std::any_of(lines.begin(), lines.end(),
                     [&](const std::string& line) { return line.find(words) != std::string::npos; });
}

TEST(ImageRecord, an_image_under_the_code_of_pixels_is_read_as_what_it_is_and_said) {
  const Image image{.width = 64, .height = 64, .channels = 1, .ppi = 500, .pixels = Bytes(64 * 64, 90)};
  for (const int edition : kEditions) {
    for (const Bytes& file : {*encode_wsq(image), *encode_png(image), *encode_jpeg2000(image)}) {
      const ImageRecord record = finger_with(edition, 0, file);
      EXPECT_FALSE(holds_pixels(record, record.views[0]));
      const auto decoded = decode_view(record, record.views[0]);
      ASSERT_TRUE(decoded.ok()) << decoded.error().message;
      EXPECT_EQ(decoded->width, 64);
      EXPECT_TRUE(says(check_image_record(record), "stands for pixels; the image is"));
    }
    const ImageRecord longer = finger_with(edition, 0, Bytes(64 * 64 + 9, 3));
    EXPECT_EQ(decode_view(longer, longer.views[0]).error().code, Code::kInvalidInput);
    Bytes like_wsq(64 * 64, 3);
    like_wsq[0] = 0xff;
    like_wsq[1] = 0xa0;
    const ImageRecord pixels = finger_with(edition, 0, like_wsq);
    EXPECT_TRUE(holds_pixels(pixels, pixels.views[0]));
    EXPECT_EQ(decode_view(pixels, pixels.views[0])->pixels, like_wsq);
  }
}

TEST(ImageRecord, its_resolution_governs_its_images_and_that_they_differ_is_said) {
  const Image image{.width = 64, .height = 64, .channels = 1, .ppi = 1000, .pixels = Bytes(64 * 64, 90)};
  ImageRecord record = finger_with(2005, 5, *encode_png(image));
  std::vector<std::string> remarks;
  EXPECT_EQ(decode_view(record, record.views[0], &remarks)->ppi, 500);
  EXPECT_TRUE(says(remarks, "the record says 500 pixels an inch, its image 1000"));
  FingerView& finger = record.views[0].finger();
  finger.image_x = finger.image_y = 0;
  EXPECT_EQ(decode_view(record, record.views[0])->ppi, 1000);
}

TEST(ImageRecord, ansi_381_is_told_from_iso_by_where_it_ends) {
  ImageRecord record = sample(ImagePart::kFinger, 2005);
  record.ansi = true;
  record.product_owner = 0x1b;
  record.product_type = 0x401;
  const Result<Bytes> bytes = write_image_record(record);
  ASSERT_TRUE(bytes.ok());
  EXPECT_EQ(bytes->size(), write_image_record(sample(ImagePart::kFinger, 2005))->size() + 4);
  const Result<ImageRecord> again = read_image_record(*bytes);
  ASSERT_TRUE(again.ok()) << again.error().message;
  EXPECT_TRUE(*again == record);
  EXPECT_FALSE(read_image_record(*write_image_record(sample(ImagePart::kFinger, 2005)))->ansi);
}

TEST(ImageRecord, a_resolution_that_no_scanner_of_fingers_has_is_said) {
  const auto lines_of = [](std::uint32_t resolution, std::uint32_t units) {
    ImageRecord record = finger_with(2005, 0, Bytes(64 * 64, 3));
    FingerView& finger = record.views[0].finger();
    finger.image_x = finger.image_y = resolution;
    finger.scale_units = units;
    return check_image_record(record);
  };
  EXPECT_TRUE(lines_of(500, 1).empty());
  EXPECT_TRUE(lines_of(1000, 1).empty());
  EXPECT_TRUE(lines_of(197, 2).empty());
  EXPECT_TRUE(says(lines_of(197, 1), "are taken for that"));
  EXPECT_TRUE(says(lines_of(0, 1), "an image resolution of 0"));
  EXPECT_TRUE(says(lines_of(72, 1), "an image resolution of 72"));
  EXPECT_TRUE(says(lines_of(500, 2), "1270 an inch"));
}

TEST(ImageRecord, what_is_written_is_read_in_every_part_and_edition) {
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
TEST(ImageRecord, bytes_lie_where_the_edition_of_2005_puts_them) {
  EXPECT_EQ(hex_of_one(ImagePart::kFinger, 2005),
            compact("46495200 30313000 000000000036 0102 001e 01 01 01f4 01f4 01f4 01f4 08 00 0000"
                    "00000016 01 01 00 50 08 0004 0002 00 0001020304050600"));
  EXPECT_EQ(hex_of_one(ImagePart::kFace, 2005), compact("46414300 30313000 0000004b 0001"
                                                        "0000003d 0002 02 00 00 010203 0000 00 00 00 00 00 00"
                                                        "01 c1 0001 0001 0000  01 c2 0003 0001 0000"
                                                        "00 00 0004 0002 00 00 0000 0050 ffd8ffc000080800020004 0100"));
  EXPECT_EQ(hex_of_one(ImagePart::kIris, 2005),
            compact("49495200 30313000 00000043 0102 01 002d 0000 0000 0002 0004 0002 08 00"
                    "7075656e74652063616d657261203031"
                    "01 0001  0001 50 ffff ffff 00000008 0001020304050600"));
}

TEST(ImageRecord, bytes_lie_where_the_edition_of_2011_puts_them) {
  const std::string captured = "07ea 0b 17 09 05 07 000c 0e 0003 0004 01 50 0001 0002";
  const std::string extended = "0003 0006 6869", image = "00000008 0001020304050600" + extended;
  EXPECT_EQ(hex_of_one(ImagePart::kFinger, 2011),
            compact("46495200 30323000 00000050 0001 01 01"
                    "00000040" +
                    captured + "01 0005 06  01 00 01 01f4 01f4 01f4 01f4 08 00 08 0004 0002" + image));
  EXPECT_EQ(hex_of_one(ImagePart::kFace, 2011), compact("46414300 30333000 0000006c 0001 00 0000"
                                                        "0000005b" +
                                                        captured +
                                                        "0002 02 00 00 00 010203 0000 00 00 00 00 00 00"
                                                        "01 c1 0001 0001 0000  01 c2 0003 0001 0000"
                                                        "00 00 0004 0002 00 0000 00 00"
                                                        "0000000d ffd8ffc000080800020004 0100" +
                                                        extended));
  EXPECT_EQ(hex_of_one(ImagePart::kIris, 2011), compact("49495200 30323000 00000057 0001 00 01"
                                                        "00000047" +
                                                        captured +
                                                        "0001 01 01 02 00 0004 0002 08 0000 ffff ffff"
                                                        "0000 0000 0000 0000 0000 0000" +
                                                        image));
}

TEST(ImageRecord, cut_records_are_refused_and_extra_bytes_kept) {
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

// Where the header states the record's length: FIR 2005 in six bytes, others in four.
std::size_t end_of_length(ImagePart part, int edition) {
  return part == ImagePart::kFinger && edition == 2005 ? 14 : 12;
}

TEST(ImageRecord, a_length_that_is_a_little_off_is_forgiven_and_kept) {
  for (const ImagePart part : kParts) {
    for (const int edition : kEditions) {
      SCOPED_TRACE(std::to_string(static_cast<int>(part)) + ":" + std::to_string(edition));
      const Bytes sound = *write_image_record(sample(part, edition));
      const std::size_t end = end_of_length(part, edition);
      for (const int error : {-2, 1, 2, 3}) {
        for (const std::size_t more : {0u, 3u}) {
          Bytes bytes = sound;
          bytes[end - 1] = static_cast<std::uint8_t>(bytes[end - 1] + error);
          bytes.insert(bytes.end(), more, std::uint8_t{0});
          const Result<ImageRecord> record = read_image_record(bytes);
          ASSERT_TRUE(record.ok()) << error << ' ' << more << record.error().message;
          EXPECT_EQ(record->views.size(), 2u);
          EXPECT_EQ(record->length_error, error);
          EXPECT_EQ(record->after.size(), more);
          EXPECT_EQ(*write_image_record(*record), bytes);
          EXPECT_EQ(check_image_record(*record).size(), more > 0 ? 2u : 1u);
        }
      }
      Bytes none = sound;
      std::fill(none.begin() + 8, none.begin() + static_cast<std::ptrdiff_t>(end), std::uint8_t{0});
      const Result<ImageRecord> record = read_image_record(none);
      ASSERT_TRUE(record.ok()) << record.error().message;
      EXPECT_EQ(record->views.size(), 2u);
      EXPECT_EQ(*write_image_record(*record), none);
    }
  }
}

TEST(ImageRecord, an_eye_without_images_loses_no_other) {
  ImageRecord record = sample(ImagePart::kIris, 2005);
  for (ImageView& view : record.views) view.position = 1;
  for (const std::vector<Eye2005>& eyes : {std::vector<Eye2005>{{1, 2}, {2, 0}}, {{1, 1}, {1, 1}}, {{2, 0}, {1, 2}}}) {
    record.eyes = eyes;
    record.positions = 2;
    const Bytes bytes = *write_image_record(record);
    const Result<ImageRecord> again = read_image_record(bytes);
    ASSERT_TRUE(again.ok()) << again.error().message;
    EXPECT_TRUE(*again == record);
    EXPECT_EQ(*write_image_record(*again), bytes);
  }
  EXPECT_EQ(check_image_record(record), std::vector<std::string>{"eye 2 is without images"});
  record.eyes = {{1, 3}};
  EXPECT_FALSE(write_image_record(record).ok());
}

TEST(ImageRecord, deeper_pixels_are_scaled_and_more_bytes_than_pixels_refused) {
  ImageRecord record = sample(ImagePart::kFinger, 2005);
  for (ImageView& view : record.views) {
    view.width = 2;
    view.height = 2;
    view.depth = 16;
    view.image = {0, 0, 0x80, 0x80, 0xff, 0xff, 1, 1};
  }
  EXPECT_TRUE(check_image_record(record).empty());
  EXPECT_EQ(decode_view(record, record.views[0])->pixels, (Bytes{0, 0x80, 0xff, 1}));
  record.views[0].depth = 10;
  record.views[0].image = {0, 0, 3, 0xff, 2, 0, 0xff, 0xff};
  EXPECT_EQ(decode_view(record, record.views[0])->pixels, (Bytes{0, 255, 128, 255}));

  record = sample(ImagePart::kFinger, 2005);
  record.views[1].image.push_back(9);
  EXPECT_FALSE(decode_view(record, record.views[1]).ok()) << "what is longer than its picture is another thing";
  EXPECT_EQ(check_image_record(record), std::vector<std::string>{"view 2: 9 bytes of pixels for 4 x 2 of 8 bits"});
}

TEST(ImageRecord, checks_hold_an_image_against_what_the_record_says_of_it) {
  ImageRecord record = sample(ImagePart::kFace, 2005);
  record.views[0].width = record.views[0].height = 0;  // the points are held against the image's own size
  record.views[1].compression = 1;
  EXPECT_EQ(check_image_record(record),
            (std::vector<std::string>{"view 1: the record says 0 x 0, its image 4 x 2",
                                      "view 2: the image is not of the kind that its code 1 stands for"}));
  record = sample(ImagePart::kFace, 2011);
  record.views[0].face().points = {{1, 1, 4, 0, 0}, {2, 1, 0, 2, 0}, {3, 1, 2000, 1500, 900}};  // 3: in space
  record.views[1].image = {3, 1, 4};
  EXPECT_EQ(check_image_record(record),
            (std::vector<std::string>{"view 1: 2 feature points lie outside the image of 4 x 2",
                                      "view 2: the image is not of the kind that its code 0 stands for"}));
  record = sample(ImagePart::kFinger, 2011);
  record.views[0].finger().impression = 41;
  EXPECT_EQ(check_image_record(record).size(), 1u);
  record.from_39794 = true;
  EXPECT_TRUE(check_image_record(record).empty());
  record.views.assign(1500, record.views[0]);
  record.from_39794 = false;
  EXPECT_EQ(check_image_record(record).size(), 1001u);
}

TEST(ImageRecord, views_become_pixels) {
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

TEST(ImageRecord, checks_say_what_deviates) {
  ImageRecord record = sample(ImagePart::kFinger, 2005);
  record.views[0].quality = 255;  // stands for "not known"
  record.views[1].finger().impression = 4;
  record.views[1].image.clear();
  record.acquisition_level = 0;
  EXPECT_EQ(check_image_record(record),
            (std::vector<std::string>{"acquisition level 0 is none of 10, 20, 30, 31, 35, 40, 41",
                                      "view 2: impression type 4 is none of 0, 1, 2, 3, 7, 8, 9",
                                      "view 2: without an image"}));
}

TEST(ImageRecord, what_does_not_fit_is_not_written) {
  ImageRecord record = sample(ImagePart::kFinger, 2005);
  record.views[1].finger().image_x = 1000;
  EXPECT_FALSE(write_image_record(record).ok());
  record = sample(ImagePart::kIris, 2011);
  record.views[0].position = 256;
  EXPECT_FALSE(write_image_record(record).ok());
  record = sample(ImagePart::kIris, 2011);
  record.views[1].of = FaceView();
  EXPECT_EQ(write_image_record(record).error().message, "image record: a view of another part");
}

TEST(ImageRecord, any_damage_is_read_or_refused) {
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
        for (const ImageView& view : record->views) discard(decode_view(*record, view), "it must only not crash");
        const Result<Bytes> again = write_image_record(*record);
        ASSERT_TRUE(again.ok()) << to_hex(bytes);
        EXPECT_EQ(read_image_record(*again)->views.size(), record->views.size());
      }
    }
  }
}

}  // namespace
}  // namespace puente::format
