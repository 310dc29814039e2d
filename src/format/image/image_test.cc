#include <gtest/gtest.h>
#include <png.h>
#include <zlib.h>

#include <cstdio>
// jpeglib.h needs stdio first.
#include <jpeglib.h>

#include <algorithm>
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

// An Exif block, as it stands in eXIf, that says which way up the picture is and has a secret beside it.
Bytes exif_of_orientation(int orientation, bool little) {
  const auto number = [little](std::uint32_t value, int size) {
    Bytes bytes;
    for (int i = 0; i < size; ++i) bytes.push_back(static_cast<std::uint8_t>(value >> 8 * (little ? i : size - 1 - i)));
    return bytes;
  };
  ByteWriter out;
  out.raw(view(little ? "II" : "MM")).raw(number(42, 2)).raw(number(8, 4)).raw(number(1, 2));
  out.raw(number(274, 2)).raw(number(3, 2)).raw(number(1, 4)).raw(number(orientation, 2)).raw(number(0, 2));
  return out.raw(number(0, 4)).raw(view("SECRET")).take();
}

// 1 2 3 above 4 5 6, stored as a camera held in each of the eight ways stores it.
struct Held {
  int orientation;
  std::uint32_t width, height;
  Bytes pixels;
};
const Held kHeld[] = {{1, 3, 2, {1, 2, 3, 4, 5, 6}}, {2, 3, 2, {3, 2, 1, 6, 5, 4}}, {3, 3, 2, {6, 5, 4, 3, 2, 1}},
                      {4, 3, 2, {4, 5, 6, 1, 2, 3}}, {5, 2, 3, {1, 4, 2, 5, 3, 6}}, {6, 2, 3, {3, 6, 2, 5, 1, 4}},
                      {7, 2, 3, {6, 3, 5, 2, 4, 1}}, {8, 2, 3, {4, 1, 5, 2, 6, 3}}};

Bytes png_of(const Held& held, const Bytes& exif, bool behind) {
  PngBytes png;
  png.header(held.width, held.height, 8, 0);
  if (!behind) png.chunk("eXIf", exif);
  Bytes rows;
  for (std::uint32_t y = 0; y < held.height; ++y) {
    rows.push_back(0);
    rows.insert(rows.end(), held.pixels.begin() + y * held.width, held.pixels.begin() + (y + 1) * held.width);
  }
  png.pixels(rows);
  if (behind) png.chunk("eXIf", exif);
  return png.end();
}

TEST(Orientation, of_all_eight_kinds_a_png_is_seen_upright_and_its_bare_picture_too) {
  for (const Held& held : kHeld) {
    for (const bool little : {false, true}) {
      for (const bool behind : {false, true}) {
        const Bytes png = png_of(held, exif_of_orientation(held.orientation, little), behind);
        std::vector<std::string> remarks;
        const auto image = decode_image(png, &remarks);
        ASSERT_TRUE(image.ok()) << image.error().message;
        EXPECT_EQ(image->width, 3) << held.orientation;
        EXPECT_EQ(image->pixels, (Bytes{1, 2, 3, 4, 5, 6})) << held.orientation;
        EXPECT_EQ(remarks.size(), held.orientation == 1 ? 0u : 1u);
        EXPECT_EQ(image_header(png)->orientation, held.orientation);
        const auto bare = bare_image(png);
        ASSERT_TRUE(bare.ok());
        EXPECT_LE(bare->size(), png.size());
        EXPECT_EQ(text(*bare).find("SECRET"), std::string_view::npos);
        EXPECT_EQ(decode_image(*bare)->pixels, image->pixels) << held.orientation;
        EXPECT_EQ(*bare_image(*bare), *bare);
      }
    }
  }
}

TEST(Png, of_zeros_and_ones_alone_is_black_and_white) {
  const auto png_of_values = [](Bytes values) {
    values.insert(values.begin(), 0);
    return PngBytes().header(3, 1, 8, 0).pixels(values).end();
  };
  std::vector<std::string> remarks;
  EXPECT_EQ(decode_image(png_of_values({0, 1, 0}), &remarks)->pixels, (Bytes{0, 255, 0}));
  EXPECT_EQ(remarks.size(), 1u);
  EXPECT_EQ(decode_image(png_of_values({0, 1, 2}))->pixels, (Bytes{0, 1, 2}));
  EXPECT_EQ(decode_image(png_of_values({0, 0, 0}))->pixels, (Bytes{0, 0, 0}));
}

TEST(Orientation, a_pngs_exif_may_begin_with_a_jpegs_mark) {
  for (const Held& held : kHeld) {
    const Bytes exif =
        ByteWriter().raw(view(std::string("Exif\0\0", 6))).raw(exif_of_orientation(held.orientation, true)).take();
    const Bytes png = png_of(held, exif, false);
    EXPECT_EQ(decode_image(png)->pixels, (Bytes{1, 2, 3, 4, 5, 6})) << held.orientation;
    EXPECT_EQ(decode_image(*bare_image(png))->pixels, (Bytes{1, 2, 3, 4, 5, 6})) << held.orientation;
  }
}

TEST(Orientation, of_all_eight_kinds_a_jpeg_is_seen_upright_and_its_bare_picture_too) {
  for (const Held& held : kHeld) {
    Image stored{static_cast<int>(held.width) * 16, static_cast<int>(held.height) * 16, 1, 0, {}};
    for (int y = 0; y < stored.height; ++y)
      for (int x = 0; x < stored.width; ++x)
        stored.pixels.push_back(
            static_cast<std::uint8_t>(40 * held.pixels[static_cast<std::size_t>(y / 16) * held.width + x / 16]));
    const Bytes exif = ByteWriter()
                           .raw(view(std::string("Exif\0\0", 6)))
                           .raw(exif_of_orientation(held.orientation, held.orientation % 2 == 0))
                           .take();
    const Bytes jpeg = jpeg_of(stored, 1, 500, exif);
    const auto image = decode_image(jpeg);
    ASSERT_TRUE(image.ok());
    ASSERT_EQ(image->width, 48) << held.orientation;
    EXPECT_EQ(image->ppi, 500);
    for (int i = 0; i < 6; ++i)
      EXPECT_NEAR(image->at(i % 3 * 16 + 8, i / 3 * 16 + 8), 40 * (i + 1), 3) << held.orientation;
    const auto bare = bare_image(jpeg);
    ASSERT_TRUE(bare.ok());
    EXPECT_EQ(text(*bare).find("SECRET"), std::string_view::npos);
    EXPECT_EQ(decode_image(*bare)->pixels, image->pixels) << held.orientation;
    EXPECT_EQ(*bare_image(*bare), *bare);
  }
}

TEST(Orientation, one_that_there_is_not_is_none) {
  for (const int orientation : {0, 9, 255})
    EXPECT_EQ(
        decode_image(png_of({orientation, 3, 2, {1, 2, 3, 4, 5, 6}}, exif_of_orientation(orientation, true), false))
            ->pixels,
        (Bytes{1, 2, 3, 4, 5, 6}));
}

std::vector<std::string> remarks_of(const Bytes& file) {
  std::vector<std::string> remarks;
  EXPECT_TRUE(decode_image(file, &remarks).ok());
  return remarks;
}

Bytes longer(Bytes file) {
  file.insert(file.end(), 7, 0x20);
  return file;
}
Bytes shorter(Bytes file, std::size_t by) {
  file.resize(file.size() - by);
  return file;
}

TEST(Ends, a_last_marker_that_is_missing_and_bytes_behind_it_are_said_of_every_kind) {
  const Image image = gradient(80, 70, 1, 500);
  const struct {
    Bytes file;
    std::size_t end;  // bytes of the last marker
  } kinds[] = {
      {*encode_png(image), 12}, {jpeg_of(image, 1, 500), 2}, {*encode_wsq(image), 2}, {*encode_jpeg2000(image), 2}};
  for (const auto& [file, end] : kinds) {
    EXPECT_EQ(remarks_of(file), std::vector<std::string>());
    EXPECT_EQ(remarks_of(shorter(file, end)).size(), 1u);
    EXPECT_EQ(decode_image(shorter(file, end))->pixels, decode_image(file)->pixels);
    const std::vector<std::string> more = remarks_of(longer(file));
    ASSERT_EQ(more.size(), 1u);
    EXPECT_EQ(more[0], "7 bytes follow the end of the image");
  }
}

TEST(Jpeg, filled_up_with_zeros_or_ones_is_whole_and_with_anything_else_damaged) {
  const Bytes file = jpeg_of(gradient(80, 70, 1, 500), 1, 500);
  const auto pixels = decode_image(file)->pixels;
  const auto with = [&](std::size_t at, std::size_t count, int filling) {
    Bytes out = file;
    out.insert(out.begin() + static_cast<std::ptrdiff_t>(at), count, static_cast<std::uint8_t>(filling));
    return decode_image(out);
  };
  const std::size_t before = file.size() - 2;
  for (const std::size_t at : {before, file.size()})
    for (const int filling : {0x00, 0xff})
      for (const std::size_t count : {1u, 17u, 511u, 4096u}) {
        const auto image = with(at, count, filling);
        ASSERT_TRUE(image.ok()) << at << " " << count << ": " << image.error().message;
        EXPECT_EQ(image->pixels, pixels);
      }
  EXPECT_FALSE(with(before, 200, 0x5a).ok()) << "values that nothing asked for";
  Bytes mixed = file;
  mixed.insert(mixed.begin() + static_cast<std::ptrdiff_t>(before), 200, 0);
  mixed[before + 20] = 0x5a;
  EXPECT_FALSE(decode_image(mixed).ok());
  Bytes rest_never_came = shorter(file, file.size() / 4);  // as of a download that broke off
  rest_never_came.resize(file.size() + 4096, 0);
  EXPECT_FALSE(decode_image(rest_never_came).ok()) << "zeros to the end are no filling";
}

TEST(Ends, further_pictures_of_a_file_are_said) {
  const auto said_of = [](const Bytes& file) {
    std::vector<std::string> remarks;
    remark_more_pictures(file, remarks);
    return remarks;
  };
  const std::vector<std::string> more{"it has more than one picture: the first is read"};
  const Image image = gradient(80, 70, 1, 500);
  for (const Bytes& file : {*encode_png(image), jpeg_of(image, 1, 500)}) {
    EXPECT_TRUE(said_of(file).empty());
    EXPECT_TRUE(said_of(longer(file)).empty());
    Bytes twice = file;
    twice.insert(twice.end(), file.begin(), file.end());
    EXPECT_EQ(said_of(twice), more);
    EXPECT_EQ(decode_image(twice)->pixels, decode_image(file)->pixels);
  }
  const auto frames = [](std::uint8_t count) { return Bytes{0, 0, 0, count, 0, 0, 0, 0}; };
  const auto png = [] { return PngBytes().header(1, 1, 8, 0); };
  const Bytes animated = png().chunk("acTL", frames(2)).pixels({0, 9}).end();
  EXPECT_EQ(said_of(animated), more);
  EXPECT_TRUE(said_of(png().chunk("acTL", frames(1)).pixels({0, 9}).end()).empty()) << "of one picture";
  EXPECT_TRUE(said_of(png().pixels({0, 9}).chunk("acTL", frames(2)).end()).empty()) << "behind the picture it is none";
  Bytes both = png().chunk("acTL", frames(2)).chunk("acTL", frames(3)).pixels({0, 9}).end();
  both.insert(both.end(), animated.begin(), animated.end());
  EXPECT_EQ(said_of(both), more);
  EXPECT_EQ(std::ranges::count(remarks_of(both), more[0]), 1) << "said once";
  EXPECT_TRUE(said_of(to_bytes("no image")).empty());
}

TEST(Ends, a_table_behind_the_last_block_of_wsq_is_said_and_a_comment_is_not) {
  const Bytes wsq = *encode_wsq(gradient(80, 70, 1, 500));
  const auto with_last = [&](std::uint8_t marker) {
    ByteWriter out;
    out.raw(ByteView(wsq).first(wsq.size() - 2)).u8(0xff).u8(marker).u16(4).u16(0);
    return out.u16(0xffa1).take();
  };
  EXPECT_EQ(remarks_of(with_last(0xa8)).size(), 0u);
  EXPECT_EQ(remarks_of(with_last(0xa7)).size(), 1u);
}

TEST(Png, an_alpha_that_hides_everything_is_passed_over_and_white_ink_is_ink) {
  const Bytes hidden = PngBytes().header(3, 1, 8, 4).pixels({0, 9, 0, 100, 0, 200, 0}).end();
  EXPECT_EQ(decode_image(hidden)->pixels, (Bytes{9, 100, 200}));
  EXPECT_EQ(remarks_of(hidden).size(), 1u);
  const Bytes white_ink = PngBytes().header(3, 1, 8, 4).pixels({0, 255, 0, 255, 100, 255, 255}).end();
  EXPECT_EQ(decode_image(white_ink)->pixels, (Bytes{255, 155, 0}));
  EXPECT_EQ(remarks_of(white_ink).size(), 1u);
  const Bytes white_paper = PngBytes().header(2, 1, 8, 4).pixels({0, 255, 255, 255, 255}).end();
  EXPECT_EQ(decode_image(white_paper)->pixels, (Bytes{255, 255}));
}

TEST(Png, of_sixteen_bits_those_that_a_sensor_used_are_scaled) {
  for (const int bits : {8, 10, 12, 14, 16}) {
    const int most = (1 << bits) - 1, middle = most / 2;
    const auto high = [](int value) { return static_cast<std::uint8_t>(value >> 8); };
    const auto low = [](int value) { return static_cast<std::uint8_t>(value); };
    const Bytes png =
        PngBytes().header(3, 1, 16, 0).pixels({0, 0, 0, high(middle), low(middle), high(most), low(most)}).end();
    const auto image = decode_image(png);
    ASSERT_TRUE(image.ok());
    EXPECT_EQ(image->pixels[0], 0);
    EXPECT_NEAR(image->pixels[1], 127, 1) << bits;
    EXPECT_EQ(image->pixels[2], 255) << bits;
    EXPECT_EQ(remarks_of(png).size(), bits == 16 ? 0u : 1u);
  }
}

TEST(Image, is_named_by_its_start_whether_it_is_read_or_not) {
  EXPECT_EQ(image_name(view(std::string("\0\0\0\x24"
                                        "ftypmif1\0\0\0\0miafheic",
                                        24))),
            "HEIC");
  EXPECT_EQ(image_name(view(std::string("\0\0\0\x18"
                                        "ftypheic\0\0\0\0mif1",
                                        20))),
            "HEIC");
  EXPECT_EQ(image_name(view(std::string("\0\0\0\x1c"
                                        "ftypavif\0\0\0\0mif1",
                                        20))),
            "AVIF");
  EXPECT_EQ(image_name(view("GIF89a")), "GIF");
  EXPECT_EQ(image_name(view("RIFF....WEBPVP8 ")), "WebP");
  EXPECT_EQ(image_name(view("RIFF....WAVEfmt ")), "");
  EXPECT_EQ(image_name(view(std::string("\xff\xa0"))), "WSQ");
  EXPECT_EQ(image_name({}), "");
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
  EXPECT_EQ(encode_png_of_two_tones({2, 2, 1, 0, Bytes(3)}).error().code, Code::kInvalidInput);
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

TEST(Jpeg, one_that_lost_whole_scans_with_its_end_is_truncated) {
  const Bytes whole = jpeg_of(gradient(40, 40, 3, 0), 1, 500, {}, true);
  EXPECT_TRUE(decode_image(shorter(whole, 2)).ok());
  for (std::size_t size = 0; size + 2 < whole.size(); ++size)
    ASSERT_FALSE(decode_image(ByteView(whole).first(size)).ok()) << size << " of " << whole.size();
}

TEST(Jpeg, one_that_is_damaged_in_its_middle_does_not_pass_for_whole) {
  const auto with_more = [](Bytes jpeg, int bytes) {  // in its picture, a little before its end
    const std::size_t start = text(jpeg).find("\xff\xda"), behind = start + (jpeg.size() - start) / 2;
    jpeg.insert(jpeg.begin() + static_cast<std::ptrdiff_t>(behind), static_cast<std::size_t>(bytes), 0x55);
    return jpeg;
  };
  const Bytes whole = jpeg_of(gradient(120, 120, 1, 0), 1, 500);
  const auto damaged = decode_image(with_more(whole, 300));
  ASSERT_FALSE(damaged.ok());
  EXPECT_EQ(damaged.error().message.substr(0, 22), "JPEG image is damaged:");
  Bytes padded = whole;
  padded.insert(padded.end() - 2, 8, 0);
  EXPECT_TRUE(decode_image(padded).ok()) << "some cameras pad";
  padded.insert(padded.begin() + 20, 40, 0);  // behind JFIF
  EXPECT_TRUE(decode_image(padded).ok()) << "between headers it is not of the picture";
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
  EXPECT_EQ(decode_image(view("GIF89a....")).error().code, Code::kUnsupported);
  EXPECT_EQ(decode_image(view("\x89PNG\r\n\x1a\n")).error().message, "PNG image is truncated");
}

}  // namespace
}  // namespace puente::format
