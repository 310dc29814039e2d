#include "core/bytes.h"

#include <gtest/gtest.h>

namespace puente {
namespace {

TEST(Hex, goes_there_and_back) {
  EXPECT_EQ(to_hex(Bytes{0x00, 0x0f, 0xa5, 0xff}), "000fa5ff");
  EXPECT_EQ(*from_hex("000fA5Ff"), (Bytes{0x00, 0x0f, 0xa5, 0xff}));
  EXPECT_EQ(to_hex({}), "");
  EXPECT_TRUE(from_hex("")->empty());
}

TEST(Hex, refuses_all_else) {
  for (const char* bad : {"0", "000", "0g", "0x00", " 00", "00 ", "00\n", "0 0", "00:11", "é"})
    EXPECT_EQ(from_hex(bad).error().code, Code::kInvalidInput) << bad;
  EXPECT_FALSE(from_hex(std::string_view("00\0"
                                         "0",
                                         4))
                   .ok());
}

// RFC 4648, section 10.
TEST(Base64, has_the_rfcs_vectors) {
  const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, coded] : vectors) {
    EXPECT_EQ(to_base64(view(plain)), coded);
    EXPECT_EQ(text(*from_base64(coded)), plain);
  }
  EXPECT_EQ(to_base64(Bytes{0xfb, 0xff}), "+/8=") << "the standard alphabet";
}

TEST(Base64, one_value_has_one_spelling) {
  for (const char* bad :
       {"Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm 8=", "Zm8=\n", " Zm8=", "Zm8=Zm8=", "Zm8-", "Zm8_", "=", "====", "Z"})
    EXPECT_FALSE(from_base64(bad).ok()) << bad;
}

TEST(Base64, no_byte_beyond_ascii_is_a_letter) {
  for (int byte = 0x80; byte <= 0xff; ++byte) {
    const char odd = static_cast<char>(byte);
    EXPECT_FALSE(from_base64(std::string(4, odd)).ok()) << byte;
    EXPECT_FALSE(from_base64(std::string("Zm9") + odd).ok()) << byte;
  }
  EXPECT_FALSE(from_base64("Zm9vZm9vñ+").ok());
}

TEST(Base64, every_length_goes_there_and_back) {
  Bytes bytes;
  for (int size = 0; size < 70; ++size) {
    EXPECT_EQ(*from_base64(to_base64(bytes)), bytes);
    EXPECT_EQ(*from_hex(to_hex(bytes)), bytes);
    bytes.push_back(static_cast<std::uint8_t>(size * 37));
  }
}

TEST(ByteReader, reads_what_the_writer_wrote) {
  ByteWriter writer;
  writer.u8(1).u16(0x0203).u32(0x04050607).u64(0x08090a0b0c0d0e0f).counted(view("abc")).raw(view("z"));
  const Bytes bytes = writer.take();
  EXPECT_EQ(to_hex(bytes), "0102030405060708090a0b0c0d0e0f000000036162637a");
  ByteReader reader(bytes);
  EXPECT_EQ(reader.u8(), 1);
  EXPECT_EQ(reader.u16(), 0x0203);
  EXPECT_EQ(reader.u32(), 0x04050607u);
  EXPECT_EQ(reader.u64(), 0x08090a0b0c0d0e0fu);
  EXPECT_EQ(text(reader.counted()), "abc");
  EXPECT_FALSE(reader.done());
  EXPECT_EQ(reader.left(), 1u);
  EXPECT_EQ(reader.u8(), 'z');
  EXPECT_TRUE(reader.done());
}

TEST(ByteReader, never_reads_past_the_end) {
  const Bytes bytes{0xff, 0xff, 0xff, 0xff, 0x01};  // a count that is not there
  ByteReader reader(bytes);
  EXPECT_TRUE(reader.counted().empty());
  EXPECT_FALSE(reader.ok());
  EXPECT_EQ(reader.u8(), 0) << "nothing more after the first failure";
  EXPECT_FALSE(reader.done());
  ByteReader empty({});
  EXPECT_TRUE(empty.done());
  EXPECT_EQ(empty.u64(), 0u);
  EXPECT_FALSE(empty.ok());
}

TEST(Utf8, letters_have_their_size_and_nothing_else_is_one) {
  for (const char* letter : {"a", "\x7f", "\n"}) EXPECT_EQ(utf8_letter(letter), 1u);
  EXPECT_EQ(utf8_letter("\xc3\xb1 and more"), 2u);
  EXPECT_EQ(utf8_letter("\xe2\x82\xac"), 3u);
  EXPECT_EQ(utf8_letter("\xf0\x9f\x91\x81"), 4u);
  EXPECT_EQ(utf8_letter("\xf4\x8f\xbf\xbf"), 4u);  // U+10FFFF
  EXPECT_EQ(utf8_letter(std::string_view("\0", 1)), 1u);
  for (const char* none : {"", "\x80", "\xc3", "\xc3(", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf0\x80\x80\x80",
                           "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xe2\x82"}) {
    EXPECT_EQ(utf8_letter(none), 0u) << none;
  }
}

}  // namespace
}  // namespace puente
