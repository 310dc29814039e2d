#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "format/image/image.h"

namespace puente::format {
namespace {

Image picture(int width, int height, int channels, double ppi) {
  Image image{width, height, channels, ppi, {}};
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      for (int c = 0; c < channels; ++c)
        image.pixels.push_back(static_cast<std::uint8_t>(128 + 100 * std::sin(0.11 * x + c) * std::cos(0.07 * y)));
  return image;
}

TEST(Jpeg2000, lossless_comes_back_as_it_was) {
  for (const double ppi : {0.0, 500.0, 1000.0, 2000.0}) {
    const Image image = picture(300, 211, 1, ppi);
    const Image back = *decode_image(*encode_jpeg2000(image));
    EXPECT_EQ(back.pixels, image.pixels);
    EXPECT_EQ(back.width, 300);
    EXPECT_EQ(back.ppi, ppi);
  }
}

TEST(Jpeg2000, small_sides_come_back) {
  for (const int side : {1, 2, 5, 17}) {
    const Image image = picture(side, 2 * side, 1, 500);
    EXPECT_EQ(decode_image(*encode_jpeg2000(image))->pixels, image.pixels) << side;
  }
}

TEST(Jpeg2000, lossy_is_smaller_and_near) {
  const Image image = picture(400, 400, 1, 1000);
  const Bytes bytes = *encode_jpeg2000(image, 10);
  EXPECT_LT(bytes.size(), 400u * 400 / 9);
  const Image back = *decode_image(bytes);
  EXPECT_EQ(back.ppi, 1000);
  for (std::size_t i = 0; i < back.pixels.size(); ++i) ASSERT_NEAR(back.pixels[i], image.pixels[i], 20);
}

TEST(Jpeg2000, colour_becomes_gray) {
  Image image{64, 64, 3, 0, {}};
  for (int i = 0; i < 64 * 64; ++i) image.pixels.insert(image.pixels.end(), {200, 100, 50});
  const Image back = *decode_image(*encode_jpeg2000(image));
  EXPECT_EQ(back.channels, 1);
  EXPECT_EQ(back.at(10, 10), (77 * 200 + 150 * 100 + 29 * 50 + 128) >> 8);
}

// The file with another number for the space of its colours (15444-1, table I.10 and 15444-2, table M.25).
Bytes with_colour_space(Bytes file, int space) {
  const std::size_t at = text(file).find("colr");
  EXPECT_NE(at, std::string_view::npos);
  file[at + 10] = static_cast<std::uint8_t>(space);
  return file;
}

TEST(Jpeg2000, of_a_luma_with_its_differences_the_luma_is_read_and_ink_is_refused) {
  Image image{64, 64, 3, 0, {}};
  for (int i = 0; i < 64 * 64; ++i) image.pixels.insert(image.pixels.end(), {200, 100, 50});
  const Bytes file = *encode_jpeg2000(image);
  for (const int space : {18, 24})  // YCC for screens, for photographs
    EXPECT_EQ(decode_image(with_colour_space(file, space))->at(10, 10), 200) << space;
  EXPECT_EQ(decode_image(with_colour_space(file, 12)).error().code, Code::kUnsupported);  // CMYK
}

TEST(Jpeg2000, a_file_without_its_last_marker_is_read) {
  const Image image = picture(80, 60, 1, 500);
  Bytes bytes = *encode_jpeg2000(image);
  ASSERT_EQ(bytes.back(), 0xd9);
  bytes.resize(bytes.size() - 2);
  const auto back = decode_image(bytes);
  ASSERT_TRUE(back.ok()) << back.error().message;
  EXPECT_EQ(back->pixels, image.pixels);
  EXPECT_EQ(back->ppi, 500);
}

TEST(Jpeg2000, every_cut_is_an_error) {
  const Bytes whole = *encode_jpeg2000(picture(80, 60, 1, 500));
  for (std::size_t size = 0; size + 2 < whole.size(); size += 7) {
    const auto cut = decode_image(ByteView(whole).first(size));
    ASSERT_FALSE(cut.ok()) << size;
    EXPECT_EQ(cut.error().message.find('\n'), std::string::npos);
  }
}

TEST(Jpeg2000, damage_is_an_error_or_another_picture) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  const Bytes whole = *encode_jpeg2000(picture(80, 60, 1, 500));
  for (int round = 0; round < 500; ++round) {
    Bytes bytes = whole;
    for (int i = 0; i < 4; ++i) bytes[12 + random() % (bytes.size() - 12)] = static_cast<std::uint8_t>(random());
    const auto image = decode_image(bytes);
    if (image.ok()) {
      EXPECT_EQ(image->pixels.size(), static_cast<std::size_t>(image->width) * image->height);
    }
  }
}

TEST(Jpeg2000, refuses_what_it_cannot_hold) {
  EXPECT_EQ(encode_jpeg2000({10, 10, 2, 0, Bytes(200)}).error().code, Code::kInvalidInput);
  EXPECT_EQ(encode_jpeg2000(picture(10, 10, 1, 0), 0.5).error().code, Code::kInvalidInput);
  EXPECT_EQ(decode_image(view(std::string_view("\xff\x4f\xff\x51nothing", 11))).error().code, Code::kInvalidInput);
}

}  // namespace
}  // namespace puente::format
