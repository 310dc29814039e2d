#include <gtest/gtest.h>

#include "core/limits.h"
#include "format/image/image.h"

namespace puente::format {
namespace {

Image stripes(int width, int height, int channels) {
  Image image{width, height, channels, 500, {}};
  for (int i = 0; i < width * height * channels; ++i) image.pixels.push_back(static_cast<std::uint8_t>(i / 3 % 251));
  return image;
}

void expect(ByteView bytes, ImageKind kind, int width, int height, int components, bool lossless) {
  const auto header = image_header(bytes);
  ASSERT_TRUE(header.ok()) << header.error().message;
  EXPECT_EQ(header->kind, kind);
  EXPECT_EQ(header->width, width);
  EXPECT_EQ(header->height, height);
  EXPECT_EQ(header->components, components);
  EXPECT_EQ(header->bits, 8);
  EXPECT_EQ(header->lossless, lossless);
  EXPECT_TRUE(is_image(bytes));
  for (std::size_t size = 0; size < std::min<std::size_t>(bytes.size(), 400); ++size) {
    const auto cut = image_header(bytes.first(size));
    EXPECT_TRUE(!cut.ok() || (cut->width == width && cut->height == height)) << size;
  }
}

TEST(ImageHeader, says_what_the_file_is_without_decoding_it) {
  expect(*encode_png(stripes(70, 90, 1)), ImageKind::kPng, 70, 90, 1, true);
  expect(*encode_png(stripes(70, 90, 3)), ImageKind::kPng, 70, 90, 3, true);
  expect(*encode_wsq(stripes(170, 190, 1)), ImageKind::kWsq, 170, 190, 1, false);
  expect(*encode_jpeg2000(stripes(70, 90, 1)), ImageKind::kJpeg2000, 70, 90, 1, true);
  expect(*encode_jpeg2000(stripes(170, 190, 3), 10), ImageKind::kJpeg2000, 170, 190, 3, false);
}

TEST(ImageHeader, of_a_jpeg_finds_the_frame_behind_other_markers) {
  const Bytes jpeg = {0xff, 0xd8, 0xff, 0xfe, 0, 4, 'h', 'i', 0xff, 0xff, 0xc0, 0, 17, 8, 0, 90, 0, 70, 3};
  expect(jpeg, ImageKind::kJpeg, 70, 90, 3, false);
}

TEST(ImageHeader, lossless_jpeg_is_refused_by_that_name) {
  Bytes jpeg = {0xff, 0xd8, 0xff, 0xc3, 0, 11, 8, 0, 90, 0, 70, 1, 1, 0x11, 0, 0xff, 0xda};
  expect(jpeg, ImageKind::kJpeg, 70, 90, 1, true);
  const auto image = decode_image(jpeg);
  ASSERT_FALSE(image.ok());
  EXPECT_EQ(image.error().code, Code::kUnsupported);
  EXPECT_NE(image.error().message.find("lossless JPEG"), std::string::npos) << image.error().message;
}

TEST(ImageHeader, comments_of_a_wsq_file_are_kept) {
  const std::vector<std::string> comments = {"scanner 7, operator 12", std::string(300, 'x'), ""};
  const Bytes wsq = *encode_wsq(stripes(170, 190, 1), 0.75, comments);
  EXPECT_EQ(wsq_comments(wsq), comments);
  EXPECT_EQ(decode_image(wsq)->ppi, 500);
  EXPECT_TRUE(wsq_comments(*encode_png(stripes(70, 90, 1))).empty());
  EXPECT_FALSE(encode_wsq(stripes(170, 190, 1), 0.75, std::vector<std::string>{std::string(65534, 'x')}).ok());
}

TEST(ImageHeader, of_something_else_is_an_error) {
  EXPECT_EQ(image_header({}).error().code, Code::kInvalidInput);
  EXPECT_EQ(image_header(Bytes(100, 'x')).error().code, Code::kInvalidInput);
}

}  // namespace
}  // namespace puente::format
