#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>

#include "format/image/image.h"
#include "format/image/wsq.h"

namespace puente::format {
namespace {

// Ridges that bend, as on a finger, with some noise: what WSQ is made for.
Image ridges(int width, int height, double ppi = 500) {
  Image image{width, height, 1, ppi, {}};
  std::mt19937 random(7);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const double r = std::hypot(x - 0.4 * width, 1.3 * (y - 0.6 * height));
      const double noise = static_cast<double>(random() % 5) - 2;  // little: the finest is never sent
      image.pixels.push_back(
          static_cast<std::uint8_t>(std::clamp(128 + 90 * std::cos(2 * std::numbers::pi * r / 9) + noise, 0.0, 255.0)));
    }
  return image;
}

double psnr(const Image& a, const Image& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.pixels.size(); ++i) sum += std::pow(double{1} * a.pixels[i] - b.pixels[i], 2);
  return 10 * std::log10(255.0 * 255 * static_cast<double>(a.pixels.size()) / std::max(sum, 1e-9));
}

TEST(Wsq, keeps_what_the_rate_pays_for) {
  const Image image = ridges(400, 352);
  double last = 0;
  for (const auto& [rate, decibels] : {std::pair(0.75, 22.0), std::pair(2.25, 33.0), std::pair(5.0, 45.0)}) {
    const Bytes bytes = *encode_wsq(image, rate);
    EXPECT_LT(8.0 * static_cast<double>(bytes.size()) / static_cast<double>(image.pixels.size()), 1.3 * rate);
    const Image back = *decode_image(bytes);
    EXPECT_EQ(back.width, image.width);
    EXPECT_EQ(back.height, image.height);
    EXPECT_EQ(back.ppi, 500);
    EXPECT_GT(psnr(image, back), decibels) << rate;
    EXPECT_GT(psnr(image, back), last);
    last = psnr(image, back);
  }
}

Image of(int width, int height, double (*gray)(double x, double y)) {
  Image image{width, height, 1, 500, {}};
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) image.pixels.push_back(static_cast<std::uint8_t>(std::lround(gray(x, y))));
  return image;
}

// On such images few bands have all the bits, at such rates more than they can use.
TEST(Wsq, smooth_images_lose_nothing_as_the_rate_rises) {
  const std::pair<const char*, Image> images[] = {
      {"slope", of(256, 256, [](double x, double y) { return (x + y) / 2; })},
      {"step", of(256, 256, [](double x, double) { return x < 128 ? 0.0 : 255.0; })},
      {"soft ridges", of(300, 400, [](double x, double y) { return 128 + 90 * std::sin(std::hypot(x, y + 99) / 6); })},
      {"waves", of(320, 240, [](double x, double y) { return 128 + 100 * std::sin(x / 40) * std::cos(y / 50); })},
      {"ridges", ridges(400, 352)}};
  for (const auto& [name, image] : images) {
    double last = 0;
    for (const double rate : {0.5, 0.75, 1.5, 2.25, 3.0, 5.0, 6.0, 8.0}) {
      const double now = psnr(image, *decode_image(*encode_wsq(image, rate)));
      EXPECT_GT(now, last - 0.1) << name << " at " << rate;
      last = now;
    }
    EXPECT_GT(last, 40) << name;
  }
}

TEST(Wsq, every_size_comes_back) {  // halves of odd lengths, twenty times over
  for (const auto& [width, height] : {std::pair(64, 64), std::pair(65, 64), std::pair(67, 81), std::pair(95, 127),
                                      std::pair(129, 66), std::pair(333, 251), std::pair(512, 511)}) {
    const Image image = ridges(width, height, 1000);
    const Image back = *decode_image(*encode_wsq(image, 6));
    ASSERT_EQ(back.pixels.size(), image.pixels.size());
    EXPECT_GT(psnr(image, back), 40) << width << " x " << height;
    EXPECT_EQ(back.ppi, 1000);
  }
}

TEST(Wsq, flat_and_extreme_images_come_back) {
  Image flat{100, 80, 1, 0, Bytes(8000, 200)};
  const Image flat_back = *decode_image(*encode_wsq(flat));
  EXPECT_GT(psnr(flat, flat_back), 50);
  EXPECT_EQ(flat_back.ppi, 0);
  Image checks{128, 128, 1, 500, {}};
  for (int i = 0; i < 128 * 128; ++i) checks.pixels.push_back((i / 128 / 16 + i % 128 / 16) % 2 ? 255 : 0);
  EXPECT_GT(psnr(checks, *decode_image(*encode_wsq(checks, 4))), 35);
}

// Filters of even lengths: with Haar's, pairs of samples come from their half sum and half difference.
TEST(Wsq, puts_together_what_even_filters_took_apart) {
  const float half = std::sqrt(0.5f);
  const std::array<float, 1> low = {half}, high = {-half};  // signs as files state them
  const wsq::Filters haar = wsq::synthesis_of(low, false, high, false);
  std::vector<float> line = {10, 20, 30, 1, 2, 3};  // three lows, three highs
  wsq::synthesise(haar, {{0, 0, 6, 1}}, 6, line);
  for (int i = 0; i < 3; ++i) {
    const float first = line[static_cast<std::size_t>(2 * i)], second = line[static_cast<std::size_t>(2 * i + 1)];
    EXPECT_NEAR(first + second, 10 * (i + 1), 1e-4);  // the one row's low half counts by half's square root, too
    EXPECT_NEAR(std::fabs(first - second), i + 1, 1e-4);
  }
}

// Segments by marker, whole, in the file's order; what follows the first block's is one piece.
std::vector<std::pair<int, Bytes>> segments_of(const Bytes& file) {
  std::vector<std::pair<int, Bytes>> out;
  for (std::size_t at = 2; at + 4 <= file.size();) {
    const int marker = file[at] << 8 | file[at + 1];
    const std::size_t size = marker == wsq::kBlock ? file.size() - at : 2u + (file[at + 2] << 8 | file[at + 3]);
    out.emplace_back(marker, Bytes(file.begin() + at, file.begin() + at + size));
    at += size;
  }
  return out;
}

Bytes joined(const std::vector<std::pair<int, Bytes>>& segments) {
  ByteWriter out;
  out.u16(wsq::kStart);
  for (const auto& [marker, bytes] : segments) out.raw(bytes);
  return out.take();
}

TEST(Wsq, tables_and_size_may_come_in_any_order_before_the_values_and_not_after) {
  const Bytes file = *encode_wsq(ridges(128, 96));
  auto segments = segments_of(file);
  ASSERT_EQ(joined(segments), file);
  const auto frame_first = [](const auto& a, const auto& b) {
    return a.first == wsq::kFrame && b.first != wsq::kFrame;
  };
  std::stable_sort(segments.begin(), segments.end(), frame_first);
  ASSERT_NE(joined(segments), file);
  const auto read = decode_image(joined(segments));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->pixels, decode_image(file)->pixels);

  segments = segments_of(file);
  for (const int marker : {wsq::kFrame, wsq::kQuantisation}) {
    const auto table = std::find_if(segments.begin(), segments.end(), [=](const auto& s) { return s.first == marker; });
    Bytes late = file;
    late.insert(late.end() - 2, table->second.begin(), table->second.end());
    EXPECT_EQ(decode_image(late).error().code, Code::kInvalidInput) << marker;
    auto without = segments;
    without.erase(without.begin() + (table - segments.begin()));
    EXPECT_EQ(decode_image(joined(without)).error().code, Code::kInvalidInput) << marker;
  }
}

TEST(Wsq, bytes_that_fill_before_markers_are_skipped) {
  const std::vector<std::string> comments = {"of scanner 7"};
  const Bytes file = *encode_wsq(ridges(128, 96), 0.75, comments);
  auto segments = segments_of(file);
  for (auto& [marker, bytes] : segments) bytes.insert(bytes.begin(), 3, 0xff);
  Bytes& blocks = segments.back().second;
  blocks.insert(blocks.end() - 2, 2, 0xff);  // before the end
  const Bytes filled = joined(segments);
  const auto read = decode_image(filled);
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->pixels, decode_image(file)->pixels);
  EXPECT_EQ(image_header(filled)->width, 128);
  EXPECT_EQ(wsq_comments(filled), comments);
}

TEST(Wsq, a_blocks_pieces_between_restart_markers_are_one) {
  auto segments = segments_of(*encode_wsq(ridges(64, 64)));
  std::erase_if(segments, [](const auto& s) { return s.first == wsq::kHuffman || s.first == wsq::kBlock; });
  ByteWriter table;  // 255 codes of eight bits: every byte but the last stands for itself
  table.u16(wsq::kHuffman).u16(2 + 1 + 16 + 255).u8(0).raw(Bytes(7, 0)).u8(255).raw(Bytes(8, 0));
  for (int symbol = 0; symbol < 255; ++symbol) table.u8(static_cast<std::uint8_t>(symbol));
  const Bytes tables = ByteWriter().raw(joined(segments)).raw(table.take()).take();
  const auto file = [&tables](bool restarts) {
    ByteWriter out;
    out.raw(tables).u16(wsq::kBlock).u16(3).u8(0);
    for (int i = 0; i < 64 * 64; ++i) {
      if (restarts && i > 0 && i % 300 == 0) {
        if (i % 900 == 0) out.u8(0xff);  // fills
        out.u16(static_cast<std::uint16_t>(wsq::kRestartFirst + i / 300 % 8));
      }
      out.u8(static_cast<std::uint8_t>(wsq::kValueOfZero - 3 + i * i % 7));
    }
    return out.u16(wsq::kEnd).take();
  };
  const auto read = decode_image(file(true));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->pixels, decode_image(file(false))->pixels);
}

TEST(Wsq, every_cut_is_an_error_and_nothing_worse) {
  const Bytes whole = *encode_wsq(ridges(96, 80));
  for (std::size_t size = 0; size + 2 < whole.size(); ++size) {
    const auto cut = decode_image(ByteView(whole).first(size));
    ASSERT_FALSE(cut.ok()) << size;
    EXPECT_EQ(cut.error().code, Code::kInvalidInput);
  }
}

TEST(Wsq, damage_is_an_error_or_another_picture) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  const Bytes whole = *encode_wsq(ridges(96, 80));
  for (int round = 0; round < 2000; ++round) {
    Bytes bytes = whole;
    for (int i = 0; i < 4; ++i) bytes[2 + random() % (bytes.size() - 2)] = static_cast<std::uint8_t>(random());
    const auto image = decode_image(bytes);
    if (image.ok()) {
      EXPECT_EQ(image->pixels.size(), static_cast<std::size_t>(image->width) * image->height);
    }
  }
}

TEST(Wsq, refuses_what_it_cannot_hold) {
  EXPECT_EQ(encode_wsq({100, 100, 3, 0, Bytes(30000)}).error().code, Code::kInvalidInput);
  EXPECT_EQ(encode_wsq({20, 100, 1, 0, Bytes(2000)}).error().code, Code::kInvalidInput);
  EXPECT_EQ(encode_wsq(ridges(64, 64), 0).error().code, Code::kInvalidInput);
  Bytes huge = *encode_wsq(ridges(64, 64));  // its frame says 65,535 x 65,535
  for (std::size_t i = 0; i + 10 < huge.size(); ++i) {
    if (huge[i] == 0xff && huge[i + 1] == 0xa2) {
      std::fill_n(huge.begin() + static_cast<std::ptrdiff_t>(i) + 6, 4, std::uint8_t{0xff});
      break;
    }
  }
  EXPECT_EQ(decode_image(huge).error().code, Code::kTooLarge);
}

}  // namespace
}  // namespace puente::format
