#include <gtest/gtest.h>

#include <random>

#include "core/limits.h"
#include "format/image/image.h"

namespace puente::format {
namespace {

Image rings(int side, int channels, double ppi) {
  Image image{side, side, channels, ppi, {}};
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side * channels; ++x) {
      const int square = (x / channels - side / 2) * (x / channels - side / 2) + (y - side / 2) * (y - side / 2);
      image.pixels.push_back(static_cast<std::uint8_t>(square / 8 % 2 == 0 ? 60 + x % 7 : 190));
    }
  }
  return image;
}

Bytes joined(std::initializer_list<ByteView> parts) {
  ByteWriter out;
  for (const ByteView part : parts) out.raw(part);
  return out.take();
}

Bytes boxed(std::string_view type, ByteView contents) {
  return ByteWriter().u32(static_cast<std::uint32_t>(contents.size() + 8)).raw(view(type)).raw(contents).take();
}

Bytes comment(std::uint16_t marker, std::string_view words) {
  return ByteWriter().u16(marker).u16(static_cast<std::uint16_t>(words.size() + 2)).raw(view(words)).take();
}

std::size_t place_of(const Bytes& bytes, std::string_view what, std::size_t from = 0) {
  const std::size_t at = text(bytes).find(what, from);
  EXPECT_NE(at, std::string_view::npos);
  return at;
}

Bytes inserted(const Bytes& into, std::size_t at, const Bytes& what) {
  return joined({ByteView(into).first(at), what, ByteView(into).subspan(at)});
}

void expect_bare(const Bytes& bytes) {
  const auto bare = bare_image(bytes);
  ASSERT_TRUE(bare.ok()) << bare.error().message;
  EXPECT_LE(bare->size(), bytes.size());
  EXPECT_EQ(text(*bare).find("SECRET"), std::string_view::npos);
  EXPECT_EQ(*bare_image(*bare), *bare);
  const auto before = decode_image(bytes), after = decode_image(*bare);
  ASSERT_TRUE(before.ok()) << before.error().message;
  ASSERT_TRUE(after.ok()) << after.error().message;
  EXPECT_EQ(after->pixels, before->pixels);
  EXPECT_EQ(after->ppi, 0);
}

TEST(BareWsq, has_its_pixels_to_the_bit_and_no_comments_wherever_they_stood) {
  const std::string comments[] = {"SECRET", "NIST_COM 3\nSECRET 7\n"};
  const Bytes bytes = *encode_wsq(rings(96, 1, 500), 0.75, comments);
  expect_bare(bytes);
  const Bytes secret = comment(0xffa8, "SECRET");
  const Bytes between = inserted(bytes, place_of(bytes, "\xff\xa6", place_of(bytes, "\xff\xa3")), secret);
  expect_bare(between);
  expect_bare(joined({between, view("SECRET")}));  // behind its end
  EXPECT_EQ(*bare_image(between), *bare_image(bytes));
  EXPECT_TRUE(wsq_comments(*bare_image(bytes)).empty());
}

TEST(BareWsq, segments_end_where_a_decoder_stops_reading) {
  Bytes bytes = *encode_wsq(rings(96, 1, 500));
  const std::size_t frame = place_of(bytes, "\xff\xa2");
  bytes[frame + 3] += 6;
  expect_bare(inserted(bytes, frame + 4 + 15, to_bytes("SECRET")));
}

TEST(BareJpeg2000, has_its_pixels_to_the_bit_and_neither_boxes_nor_comments) {
  for (const int channels : {1, 3}) {
    const Bytes bytes = *encode_jpeg2000(rings(64, channels, 500), channels == 1 ? 0 : 4);
    expect_bare(bytes);
    const Bytes xml = boxed("xml ", view("<SECRET/>")), uuid = boxed("uuid", view("SECRETSECRETSECRETSECRET"));
    const std::size_t codestream = place_of(bytes, "jp2c") - 4;
    expect_bare(joined({ByteView(bytes).first(codestream), xml, uuid, ByteView(bytes).subspan(codestream)}));
    expect_bare(joined({bytes, xml}));
    const Bytes bare_stream(bytes.begin() + static_cast<std::ptrdiff_t>(codestream) + 8, bytes.end());
    const std::size_t style = place_of(bare_stream, "\xff\x52");
    expect_bare(inserted(bare_stream, style, comment(0xff64, std::string_view("\0\1SECRET", 8))));
  }
}

TEST(BareJpeg2000, a_comment_in_a_tile_makes_the_tile_shorter) {
  const Bytes bytes = *encode_jpeg2000(rings(64, 1, 0));
  Bytes stream(bytes.begin() + static_cast<std::ptrdiff_t>(place_of(bytes, "jp2c")) + 4, bytes.end());
  const std::size_t tile = place_of(stream, "\xff\x90");
  const Bytes secret = comment(0xff64, std::string_view("\0\1SECRET", 8));
  const std::size_t size = std::size_t{stream[tile + 8]} << 8 | stream[tile + 9];
  ASSERT_TRUE(stream[tile + 6] == 0 && stream[tile + 7] == 0 && size + secret.size() < 0x10000);
  stream[tile + 8] = static_cast<std::uint8_t>((size + secret.size()) >> 8);
  stream[tile + 9] = static_cast<std::uint8_t>(size + secret.size());
  expect_bare(inserted(stream, tile + 12, secret));
}

TEST(BareJpeg2000, a_colour_profile_becomes_the_number_of_plain_gray) {
  Bytes bytes = *encode_jpeg2000(rings(64, 1, 0));
  const std::size_t colour = place_of(bytes, "colr") - 4, header = place_of(bytes, "jp2h") - 4;
  const Bytes numbered(bytes.begin() + static_cast<std::ptrdiff_t>(colour),
                       bytes.begin() + static_cast<std::ptrdiff_t>(colour) + 15);
  const Bytes profile = boxed("colr", joined({Bytes{2, 0, 0}, Bytes(140, 0), view("SECRET")}));
  bytes[header + 3] = static_cast<std::uint8_t>(bytes[header + 3] + profile.size() - 15);
  bytes.erase(bytes.begin() + static_cast<std::ptrdiff_t>(colour),
              bytes.begin() + static_cast<std::ptrdiff_t>(colour) + 15);
  bytes = inserted(bytes, colour, profile);
  expect_bare(bytes);
  EXPECT_NE(text(*bare_image(bytes)).find(text(numbered)), std::string_view::npos);
}

TEST(BareImage, damage_is_an_error_or_the_same_picture) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  const std::string comments[] = {"some words"};
  const PngText words[] = {{"Title", "some words"}};
  for (const Bytes& whole : {*encode_png(rings(40, 3, 500), words), *encode_wsq(rings(64, 1, 500), 0.75, comments),
                             *encode_jpeg2000(rings(40, 1, 500))}) {
    for (int i = 0; i < 1500; ++i) {
      Bytes bytes = whole;
      for (int flips = 0; flips < 2; ++flips) bytes[random() % bytes.size()] = static_cast<std::uint8_t>(random());
      if (i % 3 == 0) bytes.resize(random() % bytes.size());
      const auto image = decode_image(bytes);
      const auto bare = bare_image(bytes);
      if (!bare.ok()) {
        ASSERT_FALSE(image.ok()) << bare.error().message;
        continue;
      }
      ASSERT_LE(bare->size(), bytes.size());
      if (!image.ok()) continue;
      const auto again = decode_image(*bare);
      ASSERT_TRUE(again.ok()) << again.error().message;
      ASSERT_EQ(again->pixels, image->pixels);
    }
  }
}

TEST(BareImage, what_is_no_image_is_refused) {
  EXPECT_EQ(bare_image({}).error().code, Code::kInvalidInput);
  EXPECT_EQ(bare_image(view("FMR")).error().code, Code::kInvalidInput);
  Bytes large = to_bytes("\xff\xd8\xff\xe0");
  large.resize(limits::kImageBytesMax + 1);
  EXPECT_EQ(bare_image(large).error().code, Code::kTooLarge);
}

}  // namespace
}  // namespace puente::format
