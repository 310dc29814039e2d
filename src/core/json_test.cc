#include "core/json.h"

#include <gtest/gtest.h>

#include <bit>

#include "core/limits.h"

namespace puente {
namespace {

std::string round_trip(std::string_view text) {
  const auto json = parse_json(text);
  return json.ok() ? canonical(*json) : to_string(json.error().code);
}

// RFC 8785, appendix B: IEEE 754 bits and the text they must become.
TEST(Canonical, numbers_are_written_as_rfc_8785_says) {
  const std::pair<std::uint64_t, const char*> vectors[] = {{0x0000000000000000, "0"},
                                                           {0x8000000000000000, "0"},
                                                           {0x0000000000000001, "5e-324"},
                                                           {0x8000000000000001, "-5e-324"},
                                                           {0x7fefffffffffffff, "1.7976931348623157e+308"},
                                                           {0xffefffffffffffff, "-1.7976931348623157e+308"},
                                                           {0x4340000000000000, "9007199254740992"},
                                                           {0xc340000000000000, "-9007199254740992"},
                                                           {0x4430000000000000, "295147905179352830000"},
                                                           {0x44b52d02c7e14af5, "9.999999999999997e+22"},
                                                           {0x44b52d02c7e14af6, "1e+23"},
                                                           {0x44b52d02c7e14af7, "1.0000000000000001e+23"},
                                                           {0x444b1ae4d6e2ef4e, "999999999999999700000"},
                                                           {0x444b1ae4d6e2ef4f, "999999999999999900000"},
                                                           {0x444b1ae4d6e2ef50, "1e+21"},
                                                           {0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7"},
                                                           {0x3eb0c6f7a0b5ed8d, "0.000001"},
                                                           {0x41b3de4355555553, "333333333.3333332"},
                                                           {0x41b3de4355555555, "333333333.3333333"},
                                                           {0xbecbf647612f3696, "-0.0000033333333333333333"}};
  for (const auto& [bits, text] : vectors) EXPECT_EQ(canonical(Json(std::bit_cast<double>(bits))), text);
}

// RFC 8785, 3.2.2 and 3.2.3: escapes, and members ordered by UTF-16 units.
TEST(Canonical, strings_and_order_are_as_rfc_8785_says) {
  EXPECT_EQ(round_trip("{\"string\": \"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\", "
                       "\"literals\": [null, true, false]}"),
            "{\"literals\":[null,true,false],\"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
  EXPECT_EQ(
      round_trip("{\"\\u20ac\":1,\"\\r\":2,\"\\ufb33\":3,\"1\":4,\"\\ud83d\\ude00\":5,\"\\u0080\":6,\"\\u00f6\":7}"),
      "{\"\\r\":2,\"1\":4,\"\xc2\x80\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\xef\xac\xb3\":3}");
}

TEST(Parse, what_two_readers_could_see_differently_is_refused) {
  EXPECT_EQ(round_trip(R"({"a":1,"a":2})"), "invalid_input");
  EXPECT_EQ(round_trip(R"({"a":1,"\u0061":2})"), "invalid_input");
  EXPECT_EQ(round_trip(R"({"b":[{"a":1,"a":2}]})"), "invalid_input");
  EXPECT_EQ(round_trip(R"({"a":{"a":1},"b":["a","a"]})"), R"({"a":{"a":1},"b":["a","a"]})");
  EXPECT_EQ(round_trip("1 2"), "invalid_input");
  EXPECT_EQ(round_trip("\"\xff\""), "invalid_input");
  EXPECT_EQ(round_trip("\"\\ud800\""), "invalid_input");
}

TEST(Parse, bounds_numbers_depth_and_size) {
  for (const char* number : {"1e999", "-1e999", "1e101109", "18446744073709551615", "9223372036854775808"}) {
    EXPECT_EQ(round_trip(number), "invalid_input") << number;
  }
  EXPECT_EQ(round_trip("9223372036854775807"), "9223372036854775807");
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_EQ(round_trip(nested(limits::kJsonDepthMax)), nested(limits::kJsonDepthMax));
  EXPECT_EQ(round_trip(nested(limits::kJsonDepthMax + 1)), "invalid_input");
  EXPECT_EQ(round_trip(std::string(limits::kRequestBytesMax + 1, ' ')), "too_large");
}

TEST(Reader, gives_the_first_complaint_and_refuses_what_nobody_asked_for) {
  const Json json = *parse_json(R"({"name":"x","count":3,"more":true})");
  JsonReader reader(json, "thing");
  EXPECT_EQ(reader.string("name"), "x");
  EXPECT_EQ(reader.integer("count", 1, 3), 3);
  const Status left = reader.finish();
  ASSERT_FALSE(left.ok());
  EXPECT_EQ(left.error().message, "thing: member \"more\" is not known here");
  JsonReader strict(json, "thing");
  EXPECT_EQ(strict.integer("count", 4, 9), 4);
  EXPECT_EQ(strict.string("count"), "");
  EXPECT_EQ(strict.finish().error().message, "thing: member \"count\" must be a whole number from 4 to 9");
}

TEST(Json, numbers_are_the_nearest_doubles_and_read_back_as_themselves) {
  for (const char* text :
       {"99999999949999999999999", "7.289893541511573e-9", "[1,\"2\\\"3\",{\"4\":0.1},-5.5e3,1e-400]",
        "9007199254740993.0", "2.2250738585072011e-308"}) {
    const auto json = parse_json(text);
    ASSERT_TRUE(json.ok()) << text;
    const std::string once = canonical(*json);
    EXPECT_EQ(canonical(*parse_json(once)), once) << text;
  }
  EXPECT_EQ(canonical(*parse_json("[1,\"2\\\"3\",{\"4\":0.1},-5.5e3]")), "[1,\"2\\\"3\",{\"4\":0.1},-5500]");
  EXPECT_FALSE(parse_json("9999999999999999999.6").ok());  // would be written as an integer larger than any
  EXPECT_EQ(*parse_json("99999999949999999999999")->as_double(), 99999999949999999999999.0);
}

TEST(Json, too_many_values_are_refused_before_a_tree_is_made) {
  EXPECT_TRUE(parse_json("[1,2,[],{}]", 6).ok());
  EXPECT_EQ(parse_json("[1,2,3,4,5,6]", 6).error().code, Code::kTooLarge);
  EXPECT_TRUE(parse_json(R"({"a":",,,[[[{{{\\\",,,"})", 2).ok());  // in a string they count for nothing
  for (const char* each : {"0,", "[],", "{},"}) {
    std::string bomb = "[";
    while (bomb.size() < 1'000'000) bomb += each;
    bomb += "0]";
    EXPECT_EQ(parse_json(bomb).error().code, Code::kTooLarge) << each;
  }
  EXPECT_EQ(parse_json("\"never closed").error().code, Code::kInvalidInput);
}

}  // namespace
}  // namespace puente
