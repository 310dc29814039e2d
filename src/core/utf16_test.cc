#include "core/utf16.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string_view>

namespace puente {
namespace {

TEST(IsUtf16, is_true_of_text_and_not_of_pixels) {
  const auto wide = [](std::u16string_view text, bool little) {
    Bytes out;
    for (const char16_t unit : text) {
      const auto low = static_cast<std::uint8_t>(unit), high = static_cast<std::uint8_t>(unit >> 8);
      out.push_back(little ? low : high);
      out.push_back(little ? high : low);
    }
    return out;
  };
  for (const bool little : {true, false}) {
    for (const char16_t* text :
         {u"\ufeffperson_id,file\r\n", u"person_id,file\n", u"\ufeff\u0410\u043d\u043d\u0430 1", u"\ufeff\U0001f441 1"})
      EXPECT_TRUE(is_utf16(wide(text, little)));
    for (const char16_t* text : {u"", u"\ufeff", u"\ufeff\u0007a", u"\ufeff\xd83d 1", u"\ufeff\ufefe\ufefe\ufefe",
                                 u"\u0410\u043d\u043d\u0430 1"})
      EXPECT_FALSE(is_utf16(wide(text, little)));
  }
  Bytes odd = wide(u"\ufeffabc", true);
  odd.push_back('d');
  EXPECT_FALSE(is_utf16(odd));
  for (const int white : {0xfc, 0xfd, 0xfe, 0xff}) {
    Bytes pixels(5000, static_cast<std::uint8_t>(white));
    pixels[0] = 0xff, pixels[1] = 0xfe;
    EXPECT_FALSE(is_utf16(pixels)) << white;
  }
}

}  // namespace
}  // namespace puente
