#include "cli/numbers.h"

#include <gtest/gtest.h>

namespace puente::cli {
namespace {

bool takes(const CLI::Validator& validator, std::string words) {
  return validator(words).empty();
}

TEST(Numbers, between_takes_what_lies_there_and_no_nan) {
  for (const char* words : {"0", "0.5", "4", "4.0"}) EXPECT_TRUE(takes(between(0, 4), words)) << words;
  for (const char* words : {"nan", "-nan", "inf", "-0.1", "4.01", "", "two"})
    EXPECT_FALSE(takes(between(0, 4), words)) << words;
}

TEST(Numbers, a_whole_number_has_digits_alone) {
  for (const char* words : {"0", "7", "18446744073709551615"}) EXPECT_TRUE(takes(whole_number(), words)) << words;
  for (const char* words : {"-1", "+1", "1.5", "18446744073709551616", "", "x"})
    EXPECT_FALSE(takes(whole_number(), words)) << words;
}

}  // namespace
}  // namespace puente::cli
