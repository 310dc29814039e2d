#include <gtest/gtest.h>
#include <png.h>
#include <zlib.h>

#include <cstdio>
// jpeglib.h needs stdio first.
#include <jpeglib.h>

#include <cstdlib>
#include <random>

#include "core/limits.h"
#include "format/image/image.h"

namespace puente::format {
namespace {

Image gradient(int width, int height, int channels, double ppi) {
  Image image{width, height, channels, ppi, {}};
  image.pixels.resize(static_cast<std::size_t>(width) * height * channels);
  for (std::size_t i = 0; i < image.pixels.size(); ++i) image.pixels[i] = static_cast<std::uint8_t>(i * 31 + i / 97);
  return image;
}

// A PNG written by hand, chunk by chunk: what encode_png would never write.
class PngBytes {
 public:
  PngBytes() { bytes_.raw(view(std::string("\x89PNG\r\n\x1a\n"))); }
  PngBytes& chunk(const char* type, ByteView data) {
    const Bytes body = ByteWriter().raw(view(std::string(type))).raw(data).take();
    bytes_.u32(static_cast<std::uint32_t>(data.size())).raw(body);
    bytes_.u32(static_cast<std::uint32_t>(crc32(0, body.data(), static_cast<uInt>(body.size()))));
    return *this;
  }
  PngBytes& header(std::uint32_t width, std::uint32_t height, int bits, int colour, int interlace = 0) {
    ByteWriter data;
    data.u32(width).u32(height).u8(static_cast<std::uint8_t>(bits)).u8(static_cast<std::uint8_t>(colour));
    return chunk("IHDR", data.u8(0).u8(0).u8(static_cast<std::uint8_t>(interlace)).take());
  }
  PngBytes& pixels(const Bytes& filtered_rows) {
    uLongf size = compressBound(filtered_rows.size());
    Bytes packed(size);
    compress(packed.data(), &size, filtered_rows.data(), filtered_rows.size());
    packed.resize(size);
    return chunk("IDAT", packed);
  }
  Bytes end() { return chunk("IEND", {}).bytes_.take(); }

 private:
  ByteWriter bytes_;
};

Bytes jpeg_of(const Image& image, int density_unit, int density, ByteView exif = {}, bool progressive = false) {
  jpeg_compress_struct jpeg{};
  jpeg_error_mgr errors{};
  jpeg.err = jpeg_std_error(&errors);
  jpeg_create_compress(&jpeg);
  unsigned char* out = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&jpeg, &out, &size);
  jpeg.image_width = static_cast<JDIMENSION>(image.width);
  jpeg.image_height = static_cast<JDIMENSION>(image.height);
  jpeg.input_components = image.channels;
  jpeg.in_color_space = image.channels == 4 ? JCS_CMYK : image.channels == 3 ? JCS_RGB : JCS_GRAYSCALE;
  jpeg_set_defaults(&jpeg);
  jpeg_set_quality(&jpeg, 98, TRUE);
  if (progressive) jpeg_simple_progression(&jpeg);
  jpeg.density_unit = static_cast<UINT8>(density_unit);
  jpeg.X_density = jpeg.Y_density = static_cast<UINT16>(density);
  jpeg_start_compress(&jpeg, TRUE);
  if (!exif.empty()) jpeg_write_marker(&jpeg, JPEG_APP0 + 1, exif.data(), static_cast<unsigned>(exif.size()));
  while (jpeg.next_scanline < jpeg.image_height) {
    auto* row = const_cast<JSAMPROW>(image.pixels.data()) +
                static_cast<std::size_t>(jpeg.next_scanline) * image.width * image.channels;
    jpeg_write_scanlines(&jpeg, &row, 1);
  }
  jpeg_finish_compress(&jpeg);
  Bytes bytes(out, out + size);
  std::free(out);
  jpeg_destroy_compress(&jpeg);
  return bytes;
}

Image flat(int side, int channels, std::uint8_t value) {
  return {side, side, channels, 0, Bytes(static_cast<std::size_t>(side) * side * channels, value)};
}

// Exif with 19685/100 pixels a centimetre, the resolution rational after the directory.
Bytes exif_500_ppi(bool little) {
  const auto swap = [little](std::uint32_t value, int size) {
    Bytes bytes;
    for (int i = 0; i < size; ++i) bytes.push_back(static_cast<std::uint8_t>(value >> 8 * (little ? i : size - 1 - i)));
    return bytes;
  };
  ByteWriter out;
  out.raw(view(std::string("Exif\0\0", 6))).raw(view(little ? "II" : "MM")).raw(swap(42, 2)).raw(swap(8, 4));
  out.raw(swap(3, 2));
  const std::uint32_t value_at = 8 + 2 + 3 * 12 + 4;
  for (std::uint32_t tag : {282u, 283u}) {
    out.raw(swap(tag, 2)).raw(swap(5, 2)).raw(swap(1, 4)).raw(swap(value_at, 4));
  }
  out.raw(swap(296, 2)).raw(swap(3, 2)).raw(swap(1, 4)).raw(swap(3, 2)).raw(swap(0, 2));
  out.raw(swap(0, 4)).raw(swap(19685, 4)).raw(swap(100, 4));
  return out.take();
}

TEST(Png, gray_comes_back_exactly_with_its_resolution) {
  const Image image = gradient(37, 23, 1, 569);
  const PngText texts[] = {{"Title", "SYNTHETIC"}, {"Seed", "7"}};
  const auto bytes = encode_png(image, texts);
  ASSERT_TRUE(bytes.ok());
  EXPECT_NE(text(*bytes).find("SYNTHETIC"), std::string_view::npos);
  const auto again = decode_image(*bytes);
  ASSERT_TRUE(again.ok()) << again.error().message;
  EXPECT_EQ(again->width, 37);
  EXPECT_EQ(again->height, 23);
  EXPECT_EQ(again->ppi, 569);
  EXPECT_EQ(again->pixels, image.pixels);
}

TEST(Png, colour_becomes_luma) {
  Image image{3, 1, 3, 0, {255, 0, 0, 0, 255, 0, 0, 0, 255}};
  const auto gray = decode_image(*encode_png(image));
  ASSERT_TRUE(gray.ok());
  EXPECT_EQ(gray->channels, 1);
  EXPECT_EQ(gray->pixels, (Bytes{77, 149, 29}));
  EXPECT_EQ(gray->ppi, 0);
}

TEST(Png, few_bits_sixteen_bits_palettes_and_transparency_are_reduced) {
  // 1 bit: 1010; 2 bits: 0 1 2 3; 16 bits: 0x1234, 0xffff; palette with a colour; half-covered black on white paper.
  EXPECT_EQ(decode_image(PngBytes().header(4, 1, 1, 0).pixels({0, 0xa0}).end())->pixels, (Bytes{255, 0, 255, 0}));
  EXPECT_EQ(decode_image(PngBytes().header(4, 1, 2, 0).pixels({0, 0x1b}).end())->pixels, (Bytes{0, 85, 170, 255}));
  EXPECT_EQ(decode_image(PngBytes().header(2, 1, 16, 0).pixels({0, 0x12, 0x34, 0xff, 0xff}).end())->pixels,
            (Bytes{0x12, 255}));
  EXPECT_EQ(
      decode_image(PngBytes().header(2, 1, 8, 3).chunk("PLTE", Bytes{10, 10, 10, 255, 0, 0}).pixels({0, 0, 1}).end())
          ->pixels,
      (Bytes{10, 77}));
  EXPECT_EQ(decode_image(PngBytes().header(3, 1, 8, 4).pixels({0, 0, 0, 0, 255, 0, 128}).end())->pixels,
            (Bytes{255, 0, 127}));
}

TEST(Png, an_interlaced_image_is_whole) {
  // Adam7 of 1 x 1 has one pass with one row.
  EXPECT_EQ(decode_image(PngBytes().header(1, 1, 8, 0, 1).pixels({0, 99}).end())->pixels, (Bytes{99}));
}

TEST(Png, implausible_resolutions_are_unsaid) {
  const auto with_density = [](std::uint32_t x, std::uint32_t y, std::uint8_t unit) {
    const Bytes density = ByteWriter().u32(x).u32(y).u8(unit).take();
    return decode_image(PngBytes().header(1, 1, 8, 0).chunk("pHYs", density).pixels({0, 9}).end())->ppi;
  };
  EXPECT_EQ(with_density(19685, 19685, 1), 500);
  EXPECT_EQ(with_density(19685, 19685, 0), 0);  // an aspect ratio, no unit
  EXPECT_EQ(with_density(2835, 2835, 1), 0);    // 72: a screen's
  EXPECT_EQ(with_density(19685, 9842, 1), 0);   // not square
  EXPECT_EQ(with_density(0xffffffff, 19685, 1), 0);
}

TEST(Png, every_truncation_is_an_error_and_nothing_else) {
  const Bytes whole = *encode_png(gradient(20, 20, 1, 500));
  for (std::size_t size = 0; size + 12 < whole.size(); ++size) {
    const auto image = decode_image(ByteView(whole).first(size));
    ASSERT_FALSE(image.ok()) << size;
    EXPECT_EQ(image.error().code, Code::kInvalidInput) << size;
  }
}

TEST(Png, damage_never_crashes_and_errors_are_one_line) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  const Bytes png = *encode_png(gradient(40, 30, 3, 500));
  const Bytes jpeg = jpeg_of(gradient(40, 30, 3, 0), 1, 500, exif_500_ppi(true));
  for (int i = 0; i < 4000; ++i) {
    Bytes bytes = i % 2 == 0 ? png : jpeg;
    for (int flips = 0; flips < 3; ++flips) bytes[random() % bytes.size()] = static_cast<std::uint8_t>(random());
    const auto image = decode_image(bytes);
    if (image.ok()) continue;
    EXPECT_FALSE(image.error().message.empty());
    EXPECT_EQ(image.error().message.find('\n'), std::string::npos);
  }
}

TEST(Png, sizes_are_checked_before_anything_is_allocated) {
  const auto code_of = [](std::uint32_t width, std::uint32_t height) {
    return decode_image(PngBytes().header(width, height, 8, 6).pixels({0}).end()).error().code;
  };
  EXPECT_EQ(code_of(10'000, 5'000), Code::kTooLarge);  // 50 megapixels
  EXPECT_EQ(code_of(12'001, 1), Code::kTooLarge);
  EXPECT_EQ(code_of(0x7fffffff, 0x7fffffff), Code::kTooLarge);
  EXPECT_EQ(code_of(0, 5), Code::kInvalidInput);
  EXPECT_EQ(decode_image(Bytes(limits::kImageBytesMax + 1, 0x89)).error().code, Code::kTooLarge);
}

TEST(Png, refuses_to_write_what_is_no_image) {
  EXPECT_EQ(encode_png({2, 2, 1, 0, Bytes(3)}).error().code, Code::kInvalidInput);
  EXPECT_EQ(encode_png({2, 2, 2, 0, Bytes(8)}).error().code, Code::kInvalidInput);
  EXPECT_EQ(encode_png({0, 0, 1, 0, {}}).error().code, Code::kInvalidInput);
  const PngText nameless[] = {{"", "x"}};
  EXPECT_EQ(encode_png(flat(2, 1, 0), nameless).error().code, Code::kInvalidInput);
}

TEST(Jpeg, gray_colour_and_progressive_are_read) {
  for (const bool progressive : {false, true}) {
    const auto gray = decode_image(jpeg_of(flat(17, 1, 120), 0, 1, {}, progressive));
    ASSERT_TRUE(gray.ok()) << gray.error().message;
    EXPECT_EQ(gray->width, 17);
    EXPECT_EQ(gray->pixels, Bytes(17 * 17, 120));
    const auto colour = decode_image(jpeg_of(flat(17, 3, 200), 0, 1, {}, progressive));
    ASSERT_TRUE(colour.ok());
    EXPECT_EQ(colour->pixels, Bytes(17 * 17, 200));
  }
}

TEST(Jpeg, resolution_comes_from_jfif_or_exif) {
  const Image image = flat(8, 1, 50);
  EXPECT_EQ(decode_image(jpeg_of(image, 1, 500))->ppi, 500);
  EXPECT_NEAR(decode_image(jpeg_of(image, 2, 197))->ppi, 500.38, 0.01);
  EXPECT_EQ(decode_image(jpeg_of(image, 0, 1))->ppi, 0);
  EXPECT_EQ(decode_image(jpeg_of(image, 1, 72))->ppi, 0);
  EXPECT_EQ(decode_image(jpeg_of(image, 0, 1, exif_500_ppi(true)))->ppi, 500);
  EXPECT_EQ(decode_image(jpeg_of(image, 0, 1, exif_500_ppi(false)))->ppi, 500);
  Bytes cut = exif_500_ppi(true);
  for (; cut.size() > 6; cut.pop_back()) EXPECT_TRUE(decode_image(jpeg_of(image, 0, 1, cut)).ok());
}

TEST(Jpeg, every_truncation_is_an_error) {
  const Bytes whole = jpeg_of(gradient(40, 40, 1, 0), 1, 500);
  for (std::size_t size = 0; size + 2 < whole.size(); ++size) {
    const auto image = decode_image(ByteView(whole).first(size));
    ASSERT_FALSE(image.ok()) << size << " of " << whole.size();
    EXPECT_EQ(image.error().code, Code::kInvalidInput) << size;
  }
}

TEST(Jpeg, four_colour_print_is_not_read) {
  EXPECT_EQ(decode_image(jpeg_of(flat(8, 4, 9), 0, 1)).error().code, Code::kUnsupported);
}

TEST(Jpeg, fifty_megapixels_are_too_large) {
  Bytes bytes = jpeg_of(flat(8, 1, 9), 0, 1);
  for (std::size_t i = 0; i + 9 < bytes.size(); ++i) {
    if (bytes[i] != 0xff || bytes[i + 1] != 0xc0) continue;
    const Bytes size = ByteWriter().u16(5'000).u16(10'000).take();  // SOF0: length, precision, then height and width
    std::copy(size.begin(), size.end(), bytes.begin() + static_cast<std::ptrdiff_t>(i) + 5);
  }
  EXPECT_EQ(decode_image(bytes).error().code, Code::kTooLarge);
}

// A file with a segment put in behind its first marker.
Bytes with_segment(const Bytes& jpeg, std::uint8_t marker, std::string_view contents) {
  ByteWriter out;
  out.raw(ByteView(jpeg).first(2)).u8(0xff).u8(marker).u16(static_cast<std::uint16_t>(contents.size() + 2));
  return out.raw(view(contents)).raw(ByteView(jpeg).subspan(2)).take();
}

void expect_same_picture(const Bytes& bytes, const Bytes& bare) {
  const auto before = decode_image(bytes), after = decode_image(bare);
  ASSERT_TRUE(before.ok() && after.ok());
  EXPECT_EQ(after->pixels, before->pixels);
  EXPECT_EQ(after->ppi, 0);
  EXPECT_LE(bare.size(), bytes.size());
}

TEST(BareJpeg, keeps_its_pixels_and_none_of_its_words) {
  for (const int channels : {1, 3}) {
    for (const bool progressive : {false, true}) {
      Bytes bytes = jpeg_of(gradient(40, 30, channels, 0), 1, 500, exif_500_ppi(true), progressive);
      bytes = with_segment(with_segment(bytes, 0xfe, "a comment: SECRET"), 0xed, "Photoshop SECRET");
      for (const char c : std::string_view("SECRET")) bytes.push_back(static_cast<std::uint8_t>(c));
      const auto bare = bare_image(bytes);
      ASSERT_TRUE(bare.ok()) << bare.error().message;
      EXPECT_EQ(text(*bare).find("SECRET"), std::string_view::npos);
      EXPECT_EQ(text(*bare).find("Exif"), std::string_view::npos);
      expect_same_picture(bytes, *bare);
    }
  }
}

// Whether three numbers are red, green and blue is said in Adobe's segment, or by there being one of JFIF.
TEST(BareJpeg, keeps_what_tells_which_colours_its_numbers_are) {
  const Bytes with_jfif = jpeg_of(gradient(40, 30, 3, 0), 1, 500);
  Bytes without = with_jfif;
  without.erase(without.begin() + 2, without.begin() + 2 + 18);
  const Bytes red_green_blue = with_segment(without, 0xee, std::string_view("Adobe\0dSECR\0 and more", 20));
  ASSERT_NE(decode_image(red_green_blue)->pixels, decode_image(with_jfif)->pixels);
  const auto bare = bare_image(red_green_blue);
  ASSERT_TRUE(bare.ok());
  EXPECT_EQ(text(*bare).find("SECR"), std::string_view::npos);
  expect_same_picture(red_green_blue, *bare);
  expect_same_picture(with_jfif, *bare_image(with_jfif));
}

TEST(BarePng, keeps_palette_and_transparency_and_none_of_its_words) {
  const Bytes words = to_bytes(std::string_view("Comment\0SECRET", 14));
  const Bytes density = ByteWriter().u32(19685).u32(19685).u8(1).take();
  PngBytes png;
  png.header(3, 1, 8, 3).chunk("tEXt", words).chunk("pHYs", density).chunk("PLTE", Bytes{10, 10, 10, 255, 0, 0});
  png.chunk("tRNS", Bytes{128, 255}).chunk("eXIf", words).pixels({0, 0, 1, 0}).chunk("seCt", words);
  Bytes bytes = png.end();
  bytes.insert(bytes.end(), words.begin(), words.end());
  const auto bare = bare_image(bytes);
  ASSERT_TRUE(bare.ok()) << bare.error().message;
  EXPECT_EQ(text(*bare).find("SECRET"), std::string_view::npos);
  expect_same_picture(bytes, *bare);
  EXPECT_TRUE(text(*bare).ends_with("IEND\xae\x42\x60\x82"));
}

TEST(Image, what_is_no_image_says_so) {
  EXPECT_EQ(decode_image({}).error().message, "image is empty");
  EXPECT_EQ(decode_image(view("hello")).error().code, Code::kInvalidInput);
  EXPECT_EQ(decode_image(view(std::string("II*\0....", 8))).error().code, Code::kUnsupported);
  EXPECT_EQ(decode_image(view("\x89PNG\r\n\x1a\n")).error().message, "PNG image is truncated");
}

}  // namespace
}  // namespace puente::format
