#include "core/text.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace puente {
namespace {

TEST(ToNumber, takes_the_whole_text_or_nothing) {
  EXPECT_EQ(to_number<std::uint16_t>("443"), 443);
  EXPECT_EQ(to_number<int>("-7"), -7);
  EXPECT_EQ(to_number<int>("007"), 7);
  for (const char* text : {"", " 1", "1 ", "+1", "-1", "1x", "x", "65536", "0x10"})
    EXPECT_EQ(to_number<std::uint16_t>(text), std::nullopt) << text;
}

TEST(Split, gives_one_part_more_than_there_are_separators) {
  EXPECT_EQ(split("", ','), std::vector<std::string_view>{""});
  EXPECT_EQ(split("a", ','), std::vector<std::string_view>{"a"});
  EXPECT_EQ(split(",a,,bc,", ','), (std::vector<std::string_view>{"", "a", "", "bc", ""}));
}

TEST(WithoutWhiteEnd, keeps_what_is_before_it) {
  EXPECT_EQ(without_white_end(" a b\r\n \t"), " a b");
  EXPECT_EQ(without_white_end("\n"), "");
  EXPECT_EQ(without_white_end(""), "");
}

TEST(IsUtf8, is_true_of_whole_letters_alone) {
  for (const char* text : {"", "plain", "Mu\u00f1oz", "\u6f22\u5b57"}) EXPECT_TRUE(is_utf8(text)) << text;
  for (const char* text : {"Mu\xf1oz", "\xc3", "a\x80"}) EXPECT_FALSE(is_utf8(text)) << text;
}

TEST(IsBlank, is_true_of_what_stands_between_words) {
  for (const char c : {' ', '\t', '\n', '\v', '\f', '\r'}) EXPECT_TRUE(is_blank(c));
  for (const char c : {'a', '\0', '\xa0', '_'}) EXPECT_FALSE(is_blank(c));
}

TEST(About, is_said_before_the_message_and_only_of_errors) {
  EXPECT_EQ(about("a.json", Status(Code::kCorrupt, "broken")).error().message, "a.json: broken");
  EXPECT_EQ(about("a.json", Status(Code::kCorrupt, "broken")).error().code, Code::kCorrupt);
  EXPECT_EQ(*about("a.json", Result<int>(3)), 3);
}

}  // namespace
}  // namespace puente
