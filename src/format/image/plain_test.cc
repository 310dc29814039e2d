#include <gtest/gtest.h>
#include <tiffio.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <random>
#include <string>

#include "core/testing_seeds.h"
#include "format/image/image.h"

namespace puente::format {
namespace {

Bytes little(std::uint32_t value, int size) {
  Bytes out;
  for (int i = 0; i < size; ++i) out.push_back(static_cast<std::uint8_t>(value >> 8 * i));
  return out;
}

struct Bmp {
  int width = 3, height = 2;  // height below 0: from the top down
  std::uint32_t bits = 8, compression = 0, per_metre = 0;
  Bytes palette = {}, rows = {};
};
Bytes bytes_of(const Bmp& bmp) {
  const auto begin = static_cast<std::uint32_t>(14 + 40 + bmp.palette.size());
  ByteWriter out;
  out.raw(view("BM")).raw(little(begin + static_cast<std::uint32_t>(bmp.rows.size()), 4)).raw(little(0, 4));
  out.raw(little(begin, 4)).raw(little(40, 4)).raw(little(static_cast<std::uint32_t>(bmp.width), 4));
  out.raw(little(static_cast<std::uint32_t>(bmp.height), 4)).raw(little(1, 2)).raw(little(bmp.bits, 2));
  out.raw(little(bmp.compression, 4)).raw(little(0, 4));
  out.raw(little(bmp.per_metre, 4)).raw(little(bmp.per_metre, 4)).raw(little(0, 4)).raw(little(0, 4));
  return out.raw(bmp.palette).raw(bmp.rows).take();
}

// Of 256 grays, the brightest first if reversed.
Bytes grays(bool reversed) {
  Bytes out;
  for (int i = 0; i < 256; ++i) {
    const auto gray = static_cast<std::uint8_t>(reversed ? 255 - i : i);
    out.insert(out.end(), {gray, gray, gray, 0});
  }
  return out;
}

Bytes few_grays() {
  Bytes out = grays(false);
  out.resize(64);
  return out;
}

const Bytes kTruth = {1, 2, 3, 4, 5, 6};  // 3 x 2

void expect_truth(const Bytes& file, double ppi = 0) {
  const auto image = decode_image(file);
  ASSERT_TRUE(image.ok()) << image.error().message;
  EXPECT_EQ(image->width, 3);
  EXPECT_EQ(image->pixels, kTruth);
  EXPECT_EQ(image->ppi, ppi);
  const auto png = as_png(file);
  ASSERT_TRUE(png.ok());
  EXPECT_TRUE(is_image(*png));
  EXPECT_EQ(decode_image(*png)->pixels, kTruth);
  EXPECT_EQ(decode_image(*png)->ppi, ppi);
}

TEST(Bmp, is_read_from_the_bottom_up_or_from_the_top_down) {
  expect_truth(bytes_of({.palette = grays(false), .rows = {4, 5, 6, 0, 1, 2, 3, 0}}));
  expect_truth(bytes_of({.height = -2, .palette = grays(false), .rows = {1, 2, 3, 0, 4, 5, 6, 0}}));
}

TEST(Bmp, has_the_colours_of_its_palette_in_whatever_order) {
  expect_truth(bytes_of({.palette = grays(true), .rows = {251, 250, 249, 0, 254, 253, 252, 0}}));
}

TEST(Bmp, of_few_bits_a_pixel_is_read) {
  const Bytes four = bytes_of({.bits = 4, .palette = few_grays(), .rows = {0x45, 0x60, 0, 0, 0x12, 0x30, 0, 0}});
  expect_truth(four);
  const Bytes one =
      bytes_of({.bits = 1, .palette = {9, 9, 9, 0, 200, 200, 200, 0}, .rows = {0xa0, 0, 0, 0, 0x40, 0, 0, 0}});
  EXPECT_EQ(decode_image(one)->pixels, (Bytes{9, 200, 9, 200, 9, 200}));
}

TEST(Bmp, of_colours_and_of_a_fourth_byte_that_nobody_wrote_is_read) {
  expect_truth(
      bytes_of({.bits = 24, .rows = {4, 4, 4, 5, 5, 5, 6, 6, 6, 0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 0, 0, 0}}));
  expect_truth(
      bytes_of({.bits = 32, .rows = {4, 4, 4, 0, 5, 5, 5, 0, 6, 6, 6, 0, 1, 1, 1, 0, 2, 2, 2, 0, 3, 3, 3, 0}}));
  const Bytes red = bytes_of({.width = 1, .height = 1, .bits = 24, .rows = {0, 0, 255, 0}});
  EXPECT_EQ(decode_image(red)->pixels, Bytes{77});
}

TEST(Bmp, of_masks_is_read) {
  Bytes masks;
  for (const std::uint32_t mask : {0xff00u, 0xff0000u, 0xff000000u}) {
    const Bytes bytes = little(mask, 4);
    masks.insert(masks.end(), bytes.begin(), bytes.end());
  }
  expect_truth(bytes_of({.bits = 32, .compression = 3, .palette = masks, .rows = {9, 4, 4, 4, 9, 5, 5, 5, 9, 6, 6, 6, 9,
                                                                                  1, 1, 1, 9, 2, 2, 2, 9, 3, 3, 3}}));
}

TEST(Bmp, of_runs_is_read) {
  expect_truth(
      bytes_of({.compression = 1, .palette = grays(false), .rows = {0, 3, 4, 5, 6, 0, 0, 0, 1, 1, 1, 2, 1, 3, 0, 1}}));
  const Bytes jump = bytes_of({.compression = 1, .palette = grays(false), .rows = {0, 2, 1, 1, 2, 7, 0, 1}});
  EXPECT_EQ(decode_image(jump)->pixels, (Bytes{0, 7, 7, 0, 0, 0}));
}

TEST(Bmp, of_runs_of_half_bytes_is_read) {
  // a run of two that take turns, a stretch of three, filled up to a whole number of two bytes
  expect_truth(bytes_of({.bits = 4,
                         .compression = 2,
                         .palette = few_grays(),
                         .rows = {2, 0x45, 1, 0x60, 0, 0, 0, 3, 0x12, 0x30, 0, 0, 0, 1}}));
}

TEST(Bmp, of_sixteen_bits_a_pixel_is_read) {
  // five bits a colour: 31 is 255, 15 is 123; red, green, blue; white, gray, black
  const Bytes rows = {0xff, 0x7f, 0xef, 0x3d, 0, 0, 0, 0, 0, 0x7c, 0xe0, 3, 0x1f, 0, 0, 0};
  EXPECT_EQ(decode_image(bytes_of({.bits = 16, .rows = rows}))->pixels, (Bytes{77, 149, 29, 255, 123, 0}));
  Bytes masks;  // six bits of green
  for (const std::uint32_t mask : {0xf800u, 0x7e0u, 0x1fu}) {
    const Bytes bytes = little(mask, 4);
    masks.insert(masks.end(), bytes.begin(), bytes.end());
  }
  const Bmp green{.width = 1, .height = 1, .bits = 16, .compression = 3, .palette = masks, .rows = {0xe0, 7, 0, 0}};
  EXPECT_EQ(decode_image(bytes_of(green))->pixels, Bytes{149});
}

TEST(Bmp, of_os_2_is_read) {
  ByteWriter out;
  const Bytes rows = {4, 5, 6, 0, 1, 2, 3, 0};
  const std::uint32_t begin = 14 + 12 + 3 * 256;
  out.raw(view("BM")).raw(little(begin + 8, 4)).raw(little(0, 4)).raw(little(begin, 4));
  out.raw(little(12, 4)).raw(little(3, 2)).raw(little(2, 2)).raw(little(1, 2)).raw(little(8, 2));
  for (int gray = 0; gray < 256; ++gray) out.raw(little(static_cast<std::uint32_t>(gray * 0x10101), 3));
  expect_truth(out.raw(rows).take());
}

TEST(Bmp, whose_runs_end_early_is_damaged) {
  for (const Bytes& runs : {Bytes{0, 1}, Bytes{3, 7, 0, 0, 0, 1}, Bytes{3, 7, 0, 0, 2, 7, 0, 1}})
    EXPECT_FALSE(decode_image(bytes_of({.compression = 1, .palette = grays(false), .rows = runs})).ok());
}

TEST(Bmp, of_a_screens_resolution_states_none_and_of_a_scans_its_own) {
  const Bmp bmp{.palette = grays(false), .rows = {4, 5, 6, 0, 1, 2, 3, 0}};
  for (const auto& [per_metre, ppi] : {std::pair(2835u, 0.0), std::pair(3780u, 0.0), std::pair(19685u, 500.0)}) {
    Bmp with = bmp;
    with.per_metre = per_metre;
    expect_truth(bytes_of(with), ppi);
  }
}

TEST(Pnm, plain_and_raw_are_read_with_their_comments) {
  expect_truth(to_bytes("P2\n# a comment\n3 2 # another\n255\n1 2 3\n4 5 6\n"));
  expect_truth(to_bytes("P5\n# a comment\n3 2\n255\n\1\2\3\4\5\6"));
  expect_truth(to_bytes("P3 3 2 255 1 1 1 2 2 2 3 3 3 4 4 4 5 5 5 6 6 6"));
  expect_truth(to_bytes("P6 3 2 255\n\1\1\1\2\2\2\3\3\3\4\4\4\5\5\5\6\6\6"));
  EXPECT_EQ(decode_image(view("P1 3 2 101\n0 1 0"))->pixels, (Bytes{0, 255, 0, 255, 0, 255}));
  EXPECT_EQ(decode_image(view("P4 3 2\n\xa0\x40"))->pixels, (Bytes{0, 255, 0, 255, 0, 255}));
}

TEST(Pnm, of_another_range_is_scaled) {
  EXPECT_EQ(decode_image(view("P2 3 1 15 0 7 15"))->pixels, (Bytes{0, 119, 255}));
  EXPECT_EQ(decode_image(view(std::string("P5 2 1 65535\n\x12\x34\xff\xff", 17)))->pixels, (Bytes{0x12, 255}));
  EXPECT_EQ(decode_image(view(std::string("P5 2 1 65535\n\x01\xff\x03\xff", 17)))->pixels, (Bytes{127, 255}));
  EXPECT_EQ(decode_image(view(std::string("P5 2 1 1023\n\x01\xff\x03\xff", 16)))->pixels, (Bytes{127, 255}));
}

TEST(Pnm, whose_values_are_over_the_largest_that_it_allows_is_read_and_that_is_said) {
  for (const std::string& file : {std::string("P2 3 1 15 0 7 99"), std::string("P5 3 1 15\n\0\7\x63", 13)}) {
    std::vector<std::string> remarks;
    EXPECT_EQ(decode_image(view(file), &remarks)->pixels, (Bytes{0, 119, 255}));
    ASSERT_EQ(remarks.size(), 1u);
    EXPECT_NE(remarks[0].find("1 of 3 values are over 15"), std::string::npos) << remarks[0];
  }
  std::vector<std::string> remarks;
  ASSERT_TRUE(decode_image(view("P2 3 1 15 0 7 15"), &remarks).ok());
  EXPECT_TRUE(remarks.empty());
}

// ---- TIFF, written by libtiff into memory

struct Written {
  Bytes bytes;
  std::size_t at = 0;
};
Bytes tiff_of(const char* mode, const std::function<void(TIFF*)>& write) {
  Written written;
  TIFF* tiff = TIFFClientOpen(
      "test", mode, &written,
      [](thandle_t user, void* to, tmsize_t size) -> tmsize_t {
        auto& file = *static_cast<Written*>(user);
        const std::size_t count = std::min<std::size_t>(static_cast<std::size_t>(size),
                                                        file.bytes.size() - std::min(file.at, file.bytes.size()));
        std::memcpy(to, file.bytes.data() + file.at, count);
        file.at += count;
        return static_cast<tmsize_t>(count);
      },
      [](thandle_t user, void* from, tmsize_t size) -> tmsize_t {
        auto& file = *static_cast<Written*>(user);
        file.bytes.resize(std::max(file.bytes.size(), file.at + static_cast<std::size_t>(size)));
        std::memcpy(file.bytes.data() + file.at, from, static_cast<std::size_t>(size));
        file.at += static_cast<std::size_t>(size);
        return size;
      },
      [](thandle_t user, toff_t place, int from) -> toff_t {
        auto& file = *static_cast<Written*>(user);
        file.at = static_cast<std::size_t>(from == SEEK_CUR   ? file.at + place
                                           : from == SEEK_END ? file.bytes.size() + place
                                                              : place);
        return file.at;
      },
      [](thandle_t) { return 0; }, [](thandle_t user) -> toff_t { return static_cast<Written*>(user)->bytes.size(); },
      nullptr, nullptr);
  TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, 3);
  TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, 2);
  TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
  TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, 1);
  TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, 8);
  TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK);
  write(tiff);
  TIFFClose(tiff);
  return written.bytes;
}
void write_rows(TIFF* tiff, Bytes rows, std::size_t stride) {
  for (std::size_t y = 0; y * stride < rows.size(); ++y)
    TIFFWriteScanline(tiff, rows.data() + y * stride, static_cast<std::uint32_t>(y), 0);
}

TEST(Tiff, of_both_byte_orders_and_every_usual_compression_is_read) {
  for (const char* mode : {"wl", "wb"}) {
    for (const int compression :
         {COMPRESSION_NONE, COMPRESSION_LZW, COMPRESSION_PACKBITS, COMPRESSION_ADOBE_DEFLATE, COMPRESSION_DEFLATE}) {
      expect_truth(tiff_of(mode, [&](TIFF* tiff) {
        TIFFSetField(tiff, TIFFTAG_COMPRESSION, compression);
        write_rows(tiff, kTruth, 3);
      }));
    }
  }
}

TEST(Tiff, whose_zero_is_white_is_read) {
  expect_truth(tiff_of("wl", [](TIFF* tiff) {
    TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISWHITE);
    write_rows(tiff, {254, 253, 252, 251, 250, 249}, 3);
  }));
}

TEST(Tiff, of_facsimile_is_read) {
  for (const int compression : {COMPRESSION_CCITTRLE, COMPRESSION_CCITTFAX3, COMPRESSION_CCITTFAX4}) {
    const Bytes file = tiff_of("wl", [&](TIFF* tiff) {
      TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, 1);
      TIFFSetField(tiff, TIFFTAG_COMPRESSION, compression);
      TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISWHITE);
      write_rows(tiff, {0xa0, 0x40}, 1);
    });
    const auto image = decode_image(file);
    ASSERT_TRUE(image.ok()) << compression << ": " << image.error().message;
    EXPECT_EQ(image->pixels, (Bytes{0, 255, 0, 255, 0, 255})) << compression;
  }
}

TEST(Tiff, of_colour_is_read) {
  const Bytes file = tiff_of("wl", [](TIFF* tiff) {
    TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, 3);
    TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_RGB);
    write_rows(tiff, {255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255, 123, 123, 123, 0, 0, 0}, 9);
  });
  EXPECT_EQ(decode_image(file)->pixels, (Bytes{77, 149, 29, 255, 123, 0}));
}

TEST(Tiff, of_jpeg_is_read) {
  const Bytes file = tiff_of("wl", [](TIFF* tiff) {
    TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, 16);
    TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, 16);
    TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, 16);
    TIFFSetField(tiff, TIFFTAG_COMPRESSION, COMPRESSION_JPEG);
    TIFFSetField(tiff, TIFFTAG_JPEGQUALITY, 95);
    Bytes rows;
    for (int i = 0; i < 256; ++i) rows.push_back(static_cast<std::uint8_t>(8 * (i / 16) + 4 * (i % 16)));
    write_rows(tiff, rows, 16);
  });
  const auto image = decode_image(file);
  ASSERT_TRUE(image.ok()) << image.error().message;
  ASSERT_EQ(image->pixels.size(), 256u);
  for (int i = 0; i < 256; ++i) EXPECT_NEAR(image->pixels[static_cast<std::size_t>(i)], 8 * (i / 16) + 4 * (i % 16), 4);
}

TEST(Tiff, of_large_files_addresses_is_read) {
  for (const char* mode : {"wl8", "wb8"}) {
    const Bytes file = tiff_of(mode, [](TIFF* tiff) { write_rows(tiff, kTruth, 3); });
    EXPECT_EQ(file[mode[1] == 'l' ? 2 : 3], 43) << "BigTIFF";
    expect_truth(file);
  }
}

TEST(Tiff, of_tiles_is_read) {
  expect_truth(tiff_of("wl", [](TIFF* tiff) {
    TIFFSetField(tiff, TIFFTAG_COMPRESSION, COMPRESSION_LZW);
    TIFFSetField(tiff, TIFFTAG_TILEWIDTH, 16);
    TIFFSetField(tiff, TIFFTAG_TILELENGTH, 16);
    Bytes tile(256);
    std::copy(kTruth.begin(), kTruth.begin() + 3, tile.begin());
    std::copy(kTruth.begin() + 3, kTruth.end(), tile.begin() + 16);
    TIFFWriteTile(tiff, tile.data(), 0, 0, 0, 0);
  }));
}

TEST(Tiff, of_sixteen_bits_is_scaled_to_those_that_are_used) {
  const auto with_values = [](std::initializer_list<std::uint16_t> values) {
    return decode_image(tiff_of("wl",
                                [&](TIFF* tiff) {
                                  TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, 16);
                                  Bytes rows(12);
                                  std::memcpy(rows.data(), std::data(values), 12);
                                  write_rows(tiff, rows, 6);
                                }))
        ->pixels;
  };
  EXPECT_EQ(with_values({0, 0x1234, 0xffff, 0, 0, 0}), (Bytes{0, 0x12, 255, 0, 0, 0}));
  EXPECT_EQ(with_values({0, 511, 1023, 0, 0, 0}), (Bytes{0, 127, 255, 0, 0, 0}));
}

TEST(Tiff, has_the_resolution_of_an_inch_or_of_a_centimetre) {
  const auto with_resolution = [](double resolution, int unit) {
    return tiff_of("wl", [&](TIFF* tiff) {
      TIFFSetField(tiff, TIFFTAG_XRESOLUTION, resolution);
      TIFFSetField(tiff, TIFFTAG_YRESOLUTION, resolution);
      TIFFSetField(tiff, TIFFTAG_RESOLUTIONUNIT, unit);
      write_rows(tiff, kTruth, 3);
    });
  };
  expect_truth(with_resolution(500, RESUNIT_INCH), 500);
  expect_truth(with_resolution(196.85, RESUNIT_CENTIMETER), 500);
  expect_truth(with_resolution(500, RESUNIT_NONE), 0);
  expect_truth(with_resolution(72, RESUNIT_INCH), 0);
}

TEST(Tiff, is_upright_as_it_says) {
  expect_truth(tiff_of("wl", [](TIFF* tiff) {
    TIFFSetField(tiff, TIFFTAG_ORIENTATION, ORIENTATION_BOTRIGHT);
    write_rows(tiff, {6, 5, 4, 3, 2, 1}, 3);
  }));
  expect_truth(tiff_of("wl", [](TIFF* tiff) {
    TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, 2);
    TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, 3);
    TIFFSetField(tiff, TIFFTAG_ORIENTATION, ORIENTATION_RIGHTTOP);
    write_rows(tiff, {3, 6, 2, 5, 1, 4}, 2);
  }));
}

// 64 x 64 pixels in strips of a row, each said to lie in the same `each` bytes.
Bytes tiff_of_shared_strips(std::uint32_t each) {
  constexpr std::uint32_t kStrips = 64, kEntries = 8, kArrays = 8 + 2 + 12 * kEntries + 4,
                          kPixels = kArrays + 8 * kStrips;
  Bytes out = to_bytes(std::string("II*\0", 4));
  const auto put = [&](std::uint32_t value, int size) {
    for (int i = 0; i < size; ++i) out.push_back(static_cast<std::uint8_t>(value >> 8 * i));
  };
  put(8, 4);
  put(kEntries, 2);
  const std::uint32_t entries[kEntries][3] = {{256, 1, 64}, {257, 1, 64},
                                              {258, 1, 8},  {259, 1, 1},
                                              {262, 1, 1},  {273, kStrips, kArrays},
                                              {278, 1, 1},  {279, kStrips, kArrays + 4 * kStrips}};
  for (const auto& [tag, count, value] : entries) {
    put(tag, 2);
    put(4, 2);
    put(count, 4);
    put(value, 4);
  }
  put(0, 4);
  for (std::uint32_t i = 0; i < kStrips; ++i) put(kPixels, 4);
  for (std::uint32_t i = 0; i < kStrips; ++i) put(each, 4);
  out.resize(kPixels + 4096, 9);
  return out;
}

TEST(Tiff, whose_pieces_share_their_bytes_is_refused_before_they_are_read) {
  EXPECT_TRUE(decode_image(tiff_of_shared_strips(64)).ok()) << "a row each: 4 KB in all";
  EXPECT_FALSE(decode_image(tiff_of_shared_strips(4096)).ok());
}

TEST(Tiff, of_more_pages_is_read_to_its_first_and_says_so) {
  const Bytes file = tiff_of("wl", [](TIFF* tiff) {
    write_rows(tiff, kTruth, 3);
    TIFFWriteDirectory(tiff);
    TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, 3);
    TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, 2);
    TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, 1);
    TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, 8);
    TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK);
    write_rows(tiff, {9, 9, 9, 9, 9, 9}, 3);
  });
  expect_truth(file);
  std::vector<std::string> remarks;
  ASSERT_TRUE(decode_image(file, &remarks).ok());
  EXPECT_EQ(remarks.size(), 1u);
}

// Of however many bits and colours, and whichever of the two is white.
TEST(PlainImages, of_zeros_and_ones_alone_are_black_and_white) {
  const auto gray = [](int bits, int photometric, Bytes rows) {
    return tiff_of("wl", [&](TIFF* tiff) {
      TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, bits);
      TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, photometric);
      write_rows(tiff, rows, rows.size() / 2);
    });
  };
  const Bytes files[] = {
      to_bytes("P5 3 2 255\n" + std::string("\1\0\1\0\1\0", 6)),
      to_bytes("P2 3 2 4095 1 0 1 0 1 0"),
      to_bytes("P2 3 2 65535 1 0 1 0 1 0"),
      to_bytes("P3 3 2 255 1 1 1 0 0 0 1 1 1 0 0 0 1 1 1 0 0 0"),
      bytes_of({.palette = grays(false), .rows = {0, 1, 0, 0, 1, 0, 1, 0}}),
      bytes_of({.bits = 24, .rows = {0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 0}}),
      gray(8, PHOTOMETRIC_MINISBLACK, {1, 0, 1, 0, 1, 0}),
      gray(8, PHOTOMETRIC_MINISWHITE, {0, 1, 0, 1, 0, 1}),
      gray(16, PHOTOMETRIC_MINISBLACK, {1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0}),
      gray(16, PHOTOMETRIC_MINISWHITE, {0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0})};
  const Bytes seen = {255, 0, 255, 0, 255, 0};
  const std::vector<std::string> said{"its values are 0 and 1 alone: read as black and white"};
  for (std::size_t i = 0; i < std::size(files); ++i) {
    std::vector<std::string> remarks, of_png;
    const auto image = decode_image(files[i], &remarks);
    ASSERT_TRUE(image.ok()) << i << ": " << image.error().message;
    EXPECT_EQ(image->pixels, seen) << i;
    EXPECT_EQ(remarks, said) << i;
    const auto png = as_png(files[i], &of_png);
    ASSERT_TRUE(png.ok()) << i;
    EXPECT_EQ(of_png, said) << i;
    remarks.clear();
    EXPECT_EQ(decode_image(*png, &remarks)->pixels, seen) << i;
    EXPECT_TRUE(remarks.empty()) << i << ": said once";
  }
}

TEST(PlainImages, of_zeros_and_ones_of_one_colour_are_one_image_by_either_road) {
  const Bytes red =
      bytes_of({.bits = 24, .rows = {0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0}});
  const auto image = decode_image(red);
  ASSERT_TRUE(image.ok());
  EXPECT_EQ(image->pixels, (Bytes{77, 0, 0, 77, 0, 0}));
  const auto png = as_png(red);
  ASSERT_TRUE(png.ok());
  EXPECT_EQ(decode_image(*png)->pixels, image->pixels);
}

TEST(Tiff, whose_first_pages_are_blank_or_small_copies_is_read_to_the_one_that_shows_something) {
  struct Page {
    std::uint32_t width, height;
    Bytes pixels;
    std::uint32_t kind = 0;
  };
  const auto tiff_with = [](const std::vector<Page>& pages) {
    return tiff_of("wl", [&](TIFF* tiff) {
      for (std::size_t i = 0; i < pages.size(); ++i) {
        if (i > 0) TIFFWriteDirectory(tiff);
        TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, pages[i].width);
        TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, pages[i].height);
        TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, 1);
        TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, 8);
        TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK);
        TIFFSetField(tiff, TIFFTAG_SUBFILETYPE, pages[i].kind);
        write_rows(tiff, pages[i].pixels, pages[i].width);
      }
    });
  };
  const Page blank{3, 2, {255, 250, 254, 255, 255, 255}}, finger{3, 2, {1, 2, 30, 4, 5, 60}},
      other{2, 3, {9, 2, 30, 4, 5, 60}};
  Page reduced = other;
  reduced.kind = FILETYPE_REDUCEDIMAGE;
  Page large{6, 4, Bytes(24, 7)};
  large.pixels[5] = 99;
  const auto said_of = [&](const std::vector<Page>& pages, const Page& seen) -> std::string {
    std::vector<std::string> remarks;
    const auto image = decode_image(tiff_with(pages), &remarks);
    if (!image.ok()) return image.error().message;
    EXPECT_EQ(image->pixels, seen.pixels);
    return remarks.empty() ? "" : remarks[0];
  };
  const std::string first = "it has more than one page: the first is read";
  const std::string second =
      "it has more than one page: page 2 is read, since what stands before it is blank or a small copy";
  EXPECT_EQ(said_of({finger}, finger), "");
  EXPECT_EQ(said_of({blank}, blank), "") << "that nothing is on it, others say";
  EXPECT_EQ(said_of({finger, other}, finger), first);
  EXPECT_EQ(said_of({blank, blank}, blank), first);
  EXPECT_EQ(said_of({blank, finger, other}, finger), second);
  EXPECT_EQ(said_of({reduced, finger}, finger), second);
  EXPECT_EQ(said_of({finger, large}, large), second) << "the same shape, twice as large";
  EXPECT_EQ(said_of({finger, reduced}, finger), first);
}

std::vector<Bytes> some_of_each() {
  return {
      bytes_of({.palette = grays(false), .rows = {4, 5, 6, 0, 1, 2, 3, 0}}),
      bytes_of({.compression = 1, .palette = grays(false), .rows = {0, 3, 4, 5, 6, 0, 0, 0, 1, 1, 1, 2, 1, 3, 0, 1}}),
      to_bytes("P5\n3 2\n255\n\1\2\3\4\5\6"), to_bytes("P2\n3 2\n255\n1 2 3 4 5 60"), tiff_of("wl", [](TIFF* tiff) {
        TIFFSetField(tiff, TIFFTAG_COMPRESSION, COMPRESSION_LZW);
        write_rows(tiff, kTruth, 3);
      })};
}

TEST(PlainImages, cut_short_or_damaged_never_crash_and_errors_are_one_line) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  const auto look = [](ByteView bytes) {
    const auto image = decode_image(bytes);
    if (image.ok()) return;
    EXPECT_FALSE(image.error().message.empty());
    EXPECT_EQ(image.error().message.find('\n'), std::string::npos);
  };
  for (const Bytes& whole : some_of_each()) {
    for (std::size_t size = 0; size < whole.size(); ++size) look(ByteView(whole).first(size));
    for (int i = 0; i < 2000; ++i) {
      Bytes bytes = whole;
      for (int flips = 0; flips < 3; ++flips) bytes[random() % bytes.size()] = static_cast<std::uint8_t>(random());
      look(bytes);
    }
  }
}

TEST(PlainImages, sizes_are_checked_before_anything_is_allocated) {
  EXPECT_EQ(decode_image(view("P5 60000 60000 255\n")).error().code, Code::kTooLarge);
  EXPECT_EQ(decode_image(view("P2 10000 2000 255\n1 2 3")).error().code, Code::kInvalidInput);
  EXPECT_EQ(decode_image(bytes_of({.width = 50'000, .palette = grays(false)})).error().code, Code::kTooLarge);
  EXPECT_EQ(decode_image(bytes_of({.height = -2'000'000'000, .palette = grays(false)})).error().code, Code::kTooLarge);
}

TEST(PlainImageSeeds, are_stored) {
  expect_stored("plain_fuzz", {{"bmp", bytes_of({.palette = grays(false), .rows = {4, 5, 6, 0, 1, 2, 3, 0}})},
                               {"bmp_runs", bytes_of({.compression = 1,
                                                      .palette = grays(false),
                                                      .rows = {0, 3, 4, 5, 6, 0, 0, 0, 1, 1, 1, 2, 1, 3, 0, 1}})},
                               {"pgm", to_bytes("P5\n3 2\n255\n\1\2\3\4\5\6")},
                               {"plain_pgm", to_bytes("P2\n3 2\n255\n1 2 3 4 5 6")}});
}

}  // namespace
}  // namespace puente::format
