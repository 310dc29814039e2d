#include "core/testing_seeds.h"
#include "format/image/image.h"

namespace puente::format {
namespace {

Image rings(int side, int channels) {
  Image image{side, side, channels, 500, {}};
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side * channels; ++x) {
      const int square = (x / channels - side / 2) * (x / channels - side / 2) + (y - side / 2) * (y - side / 2);
      image.pixels.push_back(static_cast<std::uint8_t>(square / 8 % 2 == 0 ? 60 : 190));
    }
  }
  return image;
}

// Eight by eight pixels of one gray, written by hand: ITU-R T.81, annexes B and F.
Bytes small_jpeg() {
  ByteWriter out;
  out.u16(0xffd8).u16(0xffdb).u16(67).u8(0).raw(Bytes(64, 1));
  out.u16(0xffc0).u16(11).u8(8).u16(8).u16(8).u8(1).u8(1).u8(0x11).u8(0);
  for (const int table : {0x00, 0x10}) {  // one code of one bit, for "no difference" and "end of block"
    out.u16(0xffc4).u16(20).u8(static_cast<std::uint8_t>(table)).u8(1).raw(Bytes(15, 0)).u8(0);
  }
  out.u16(0xffda).u16(8).u8(1).u8(1).u8(0).u8(0).u8(63).u8(0);
  return out.u8(0x3f).u16(0xffd9).take();
}

TEST(ImageSeeds, are_stored) {
  ASSERT_TRUE(decode_image(small_jpeg()).ok()) << decode_image(small_jpeg()).error().message;
  expect_stored("image_fuzz", {{"wsq", *encode_wsq(rings(64, 1))}, {"jpeg", small_jpeg()}});
}

// By libraries whose next edition may write other bytes for the same pixels: these are not compared.
TEST(ImageSeeds, of_other_libraries_are_read_as_what_they_were) {
  for (const auto& [name, bytes] :
       {std::pair("png", *encode_png(rings(24, 3))), std::pair("jp2", *encode_jpeg2000(rings(24, 1)))}) {
    const std::string stored = stored_seed("image_fuzz", name);
    const auto read = decode_image(view(stored));
    ASSERT_TRUE(read.ok()) << left_to_copy("image_fuzz", name, bytes);
    EXPECT_EQ(read->pixels, decode_image(bytes)->pixels);
  }
}

}  // namespace
}  // namespace puente::format
