#include "cli/options.h"

#include <gtest/gtest.h>

namespace puente::cli {
namespace {

TEST(Options, between_takes_what_lies_there_and_no_nan) {
  for (const char* words : {"0", "0.5", "4", "4.0"}) EXPECT_TRUE(between(0, 4).takes(words)) << words;
  for (const char* words : {"nan", "-nan", "inf", "-0.1", "4.01", "", "two"})
    EXPECT_FALSE(between(0, 4).takes(words)) << words;
}

TEST(Options, a_whole_number_has_digits_alone) {
  for (const char* words : {"0", "7", "18446744073709551615"}) EXPECT_TRUE(whole_number().takes(words)) << words;
  for (const char* words : {"-1", "+1", "1.5", "18446744073709551616", "", "x"})
    EXPECT_FALSE(whole_number().takes(words)) << words;
}

}  // namespace
}  // namespace puente::cli
