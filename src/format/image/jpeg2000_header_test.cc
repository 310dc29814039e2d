#include "format/image/jpeg2000_header.h"

#include <gtest/gtest.h>

#include "core/limits.h"
#include "format/image/image.h"

namespace puente::format::jpeg2000 {
namespace {

Bytes segment(std::uint16_t marker, const Bytes& contents) {
  return ByteWriter().u16(marker).u16(static_cast<std::uint16_t>(contents.size() + 2)).raw(contents).take();
}

struct Picture {
  std::uint32_t width = 64, height = 64, tile = 64;
  int components = 1, bits = 8, colours_every = 1;  // the components behind the first have every second sample, or all
};
Bytes size_of(const Picture& picture) {
  ByteWriter out;
  out.u16(0).u32(picture.width).u32(picture.height).u32(0).u32(0).u32(picture.tile).u32(picture.tile).u32(0).u32(0);
  out.u16(static_cast<std::uint16_t>(picture.components));
  for (int i = 0; i < picture.components; ++i) {
    const auto every = static_cast<std::uint8_t>(i == 0 ? 1 : picture.colours_every);
    out.u8(static_cast<std::uint8_t>(picture.bits - 1)).u8(every).u8(every);
  }
  return segment(0xff51, out.take());
}

// One precinct for each resolution, exponents of its sides in a byte; none: as large as can be.
Bytes style_of(int layers, const Bytes& precincts = {}, std::uint8_t levels = 0, std::uint8_t block = 4) {
  ByteWriter out;
  out.u8(!precincts.empty()).u8(0).u16(static_cast<std::uint16_t>(layers)).u8(0);
  out.u8(levels).u8(block).u8(block).u8(0).u8(1).raw(precincts);
  return segment(0xff52, out.take());
}
Bytes style_of_component(std::uint8_t component, const Bytes& precincts) {
  return segment(0xff53, ByteWriter().u8(component).u8(1).u8(0).u8(4).u8(4).u8(0).u8(1).raw(precincts).take());
}
const Bytes kQuantisation = segment(0xff5c, {0x40, 8 << 3});

// A part of a tile with packets of nothing: each one byte.
Bytes part(std::uint16_t tile, int packets = 1, std::uint8_t of = 1, const Bytes& header = {}) {
  ByteWriter out;
  out.u16(0xff90).u16(10).u16(tile).u32(static_cast<std::uint32_t>(14 + header.size() + packets));
  out.u8(0).u8(of).raw(header).u16(0xff93);
  return out.raw(Bytes(static_cast<std::size_t>(packets), 0)).take();
}
const Bytes kEnd = {0xff, 0xd9};

Bytes codestream(const std::vector<Bytes>& pieces) {
  ByteWriter out;
  out.u16(0xff4f);
  for (const Bytes& piece : pieces) out.raw(piece);
  return out.take();
}

Code code_of(const Bytes& bytes) {
  const auto checked = check_codestream(bytes);
  EXPECT_FALSE(checked.ok());
  EXPECT_FALSE(decode_image(bytes).ok());
  return checked.ok() ? Code::kNotFound : checked.error().code;
}

TEST(Jpeg2000Header, a_picture_of_empty_packets_is_gray) {
  const Bytes bytes = codestream({size_of({}), style_of(1), kQuantisation, part(0), kEnd});
  const auto image = decode_image(bytes);
  ASSERT_TRUE(image.ok()) << image.error().message;
  EXPECT_EQ(image->pixels, Bytes(64 * 64, 128));
}

TEST(Jpeg2000Header, refuses_work_that_neither_bytes_nor_pixels_explain) {
  const Picture large = {4800, 4800, 4800};
  const Bytes tiny(1, 0x11), small(1, 0x44), whole(1, 0xff);
  for (const Bytes& style : {style_of(1, tiny), style_of(65535, small), style_of(1, whole, 0, 0)})
    EXPECT_EQ(code_of(codestream({size_of(large), style, kQuantisation, part(0), kEnd})), Code::kTooLarge);
  EXPECT_EQ(code_of(codestream({size_of({255, 257, 1}), style_of(1), kQuantisation, part(0), kEnd})), Code::kTooLarge);
  EXPECT_EQ(code_of(codestream({size_of({12000, 12000, 12000}), style_of(1), kQuantisation, part(0), kEnd})),
            Code::kTooLarge);
}

TEST(Jpeg2000Header, refuses_it_in_whichever_header_it_stands) {
  const Picture large = {4800, 4800, 4800};
  const Bytes tiny = {0x11}, heavy = style_of(1, tiny), of_component = style_of_component(0, tiny);
  for (const Bytes& late : {heavy, of_component}) {
    EXPECT_EQ(code_of(codestream({size_of(large), style_of(1), kQuantisation, late, part(0), kEnd})), Code::kTooLarge);
    EXPECT_EQ(code_of(codestream({size_of(large), style_of(1), kQuantisation, part(0, 1, 1, late), kEnd})),
              Code::kTooLarge);
  }
  std::vector<Bytes> pieces = {size_of({}), style_of(1), kQuantisation};
  for (std::uint8_t i = 0; i < 100; ++i) pieces.push_back(style_of_component(0, {static_cast<std::uint8_t>(i + 0x44)}));
  pieces.insert(pieces.end(), {part(0), kEnd});
  EXPECT_EQ(code_of(codestream(pieces)), Code::kTooLarge);
}

// It would look at every crossing of the narrowest columns with the lowest rows, once for every order of the packets.
TEST(Jpeg2000Header, refuses_columns_of_one_style_and_rows_of_another) {
  const Picture large = {.width = 4800, .height = 4800, .tile = 4800, .components = 2};
  const auto with = [&](std::uint8_t columns, std::uint8_t rows, const Bytes& orders) {
    return codestream({size_of(large), style_of(1, {columns}), style_of_component(1, {rows}), kQuantisation, orders,
                       part(0, 5000), kEnd});
  };
  const Bytes orders = segment(0xff5f, {0, 0, 0, 1, 1, 2, 2});
  EXPECT_EQ(code_of(with(0xf1, 0x1f, orders)), Code::kTooLarge);
  EXPECT_TRUE(check_codestream(with(0xf1, 0x1f, {})).ok());
  EXPECT_TRUE(check_codestream(with(0xf5, 0x5f, orders)).ok());
}

TEST(Jpeg2000Header, layers_and_precincts_that_the_bytes_can_hold_pass) {
  const Bytes precincts = {0x66};  // 16 of 64 x 64
  const Bytes bytes =
      codestream({size_of({256, 256, 256}), style_of(100, precincts), kQuantisation, part(0, 1600), kEnd});
  EXPECT_TRUE(check_codestream(bytes).ok());
  EXPECT_TRUE(decode_image(bytes).ok());
}

TEST(Jpeg2000Header, refuses_what_is_not_read) {
  for (const Picture& picture : {Picture{.components = 64}, Picture{.bits = 20}})
    EXPECT_EQ(code_of(codestream({size_of(picture), style_of(1), kQuantisation, part(0), kEnd})), Code::kUnsupported);
  // the library would look for the next marker inside
  const Bytes unknown = segment(0xff70, style_of(1, {0x11}));
  EXPECT_EQ(code_of(codestream({size_of({}), unknown, style_of(1), kQuantisation, part(0), kEnd})), Code::kUnsupported);
}

TEST(Jpeg2000Header, half_the_tiles_do_not_pass_for_all) {
  const std::vector<Bytes> header = {size_of({64, 64, 32}), style_of(1), kQuantisation};
  const auto with = [&header](std::vector<Bytes> parts) {
    parts.insert(parts.begin(), header.begin(), header.end());
    return codestream(parts);
  };
  EXPECT_TRUE(decode_image(with({part(0), part(1), part(2), part(3), kEnd})).ok());
  EXPECT_TRUE(decode_image(with({part(3), part(1), part(0), part(2), kEnd})).ok());
  EXPECT_EQ(code_of(with({part(0), part(1), kEnd})), Code::kInvalidInput);
  EXPECT_EQ(code_of(with({part(0), part(1), part(1), part(2), kEnd})), Code::kInvalidInput);
  EXPECT_EQ(code_of(with({part(0), part(1), part(2), part(4), kEnd})), Code::kInvalidInput);
  EXPECT_EQ(code_of(with({part(0), part(1), part(2), part(3, 1, 2), kEnd})), Code::kInvalidInput);  // one part of two
}

TEST(Jpeg2000Header, only_the_last_marker_may_be_missing) {
  const Bytes whole = codestream({size_of({}), style_of(1), kQuantisation, part(0, 9), kEnd});
  EXPECT_TRUE(check_codestream(whole)->ended);
  for (const std::size_t missing : {1u, 2u}) {
    const ByteView cut = ByteView(whole).first(whole.size() - missing);
    EXPECT_FALSE(check_codestream(cut)->ended);
    EXPECT_EQ(check_codestream(cut)->bytes.size(), whole.size() - 2);
    EXPECT_TRUE(decode_image(cut).ok()) << missing;
  }
  EXPECT_EQ(code_of(Bytes(whole.begin(), whole.end() - 3)), Code::kInvalidInput);
  Bytes followed = whole;
  followed.insert(followed.end(), {1, 2, 3});
  EXPECT_EQ(check_codestream(followed)->bytes.size(), whole.size());
  EXPECT_TRUE(decode_image(followed).ok());
}

TEST(Jpeg2000Header, of_colours_with_fewer_samples_the_luma_is_read) {
  const Bytes bytes =
      codestream({size_of({.components = 3, .colours_every = 2}), style_of(1), kQuantisation, part(0, 3), kEnd});
  const auto image = decode_image(bytes);
  ASSERT_TRUE(image.ok()) << image.error().message;
  EXPECT_EQ(image->width, 64);
  EXPECT_EQ(image->pixels, Bytes(64 * 64, 128));
}

Bytes box(std::string_view type, const Bytes& contents) {
  return ByteWriter().u32(static_cast<std::uint32_t>(contents.size() + 8)).raw(view(type)).raw(contents).take();
}

TEST(Jpeg2000Header, a_jp2_files_codestream_is_its_box_and_nothing_else) {
  const Bytes picture = codestream({size_of({}), style_of(1), kQuantisation, part(0), kEnd});
  const Bytes other = codestream({size_of({.width = 32}), style_of(1), kQuantisation, part(0), kEnd});
  const Bytes start = box("jP  ", {0x0d, 0x0a, 0x87, 0x0a});
  const Bytes file = ByteWriter().raw(start).raw(box("uuid", other)).raw(box("jp2c", picture)).take();
  const ByteView found = codestream_of(file);
  EXPECT_EQ(Bytes(found.begin(), found.end()), picture);
  EXPECT_EQ(image_header(file)->width, 64);
  EXPECT_TRUE(codestream_of(start).empty());
}

TEST(Jpeg2000Header, a_palette_makes_no_more_components_than_a_file_may_have) {
  const auto palette = [](std::uint8_t colours) { return box("pclr", {0, 2, colours, 7}); };
  for (const bool in_header : {true, false}) {
    const auto file = [&](std::uint8_t colours) {
      return in_header ? box("jp2h", palette(colours)) : palette(colours);
    };
    EXPECT_TRUE(check_palettes(file(4)).ok());
    EXPECT_EQ(check_palettes(file(5)).error().code, Code::kUnsupported);
  }
}

TEST(Jpeg2000Header, every_cut_and_every_changed_byte_is_an_error_or_a_picture) {
  const Bytes whole =
      codestream({size_of({64, 64, 32}), style_of(3, {0x33, 0x44}, 1), segment(0xff5c, {0x40, 64, 64, 64, 64}),
                  part(0, 60), part(1, 60), part(2, 60), part(3, 60), kEnd});
  ASSERT_TRUE(check_codestream(whole).ok());
  for (std::size_t size = 0; size + 2 < whole.size(); ++size)
    EXPECT_FALSE(check_codestream(ByteView(whole).first(size)).ok()) << size;
  for (std::size_t at = 0; at < 110; ++at) {
    for (const int value : {0x00, 0x01, 0x0f, 0x7f, 0xff}) {
      Bytes changed = whole;
      changed[at] = static_cast<std::uint8_t>(value);
      const auto image = decode_image(changed);
      if (image.ok()) {
        EXPECT_LE(image->pixels.size(), static_cast<std::size_t>(limits::kImagePixelsMax));
      }
    }
  }
}

}  // namespace
}  // namespace puente::format::jpeg2000
