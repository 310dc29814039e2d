#include "core/address.h"

#include <gtest/gtest.h>

namespace puente {
namespace {

TEST(Address, any_text_comes_back_out_of_it_as_it_went_in) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  EXPECT_EQ(percent_decoded(percent_encoded(all)), all);
  EXPECT_EQ(percent_encoded("TX 2/2026 & co?#+%"), "TX%202%2F2026%20%26%20co%3F%23%2B%25");
  EXPECT_EQ(percent_encoded("p-1.a_b:c~"), "p-1.a_b:c~");
}

TEST(Address, is_read_once_and_a_plus_stays_a_plus) {
  EXPECT_EQ(percent_decoded("%2541"), "%41");
  EXPECT_EQ(percent_decoded("a+b%2bc"), "a+b+c");
  for (const char* bad : {"%", "%4", "a%", "%g0", "%0g", "%%41", "% 41"}) EXPECT_FALSE(percent_decoded(bad)) << bad;
}

}  // namespace
}  // namespace puente
