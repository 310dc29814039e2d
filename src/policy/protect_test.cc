// Why somebody is hidden, and from whom by that alone.
#include "policy/protect.h"

#include <gtest/gtest.h>

namespace puente::policy {
namespace {

TEST(MayProtect, r2_nobody_is_hidden_without_a_class_nor_from_nowhere) {
  EXPECT_EQ(may_protect(std::nullopt, true).reasons.front(), "protection_class_missing");
  EXPECT_EQ(may_protect(std::nullopt, true).code, Code::kInvalidInput);
  EXPECT_EQ(may_protect(ProtectionClass::kAsylum, false).reasons.front(), "hidden_from_nobody");
  EXPECT_TRUE(may_protect(ProtectionClass::kAsylum, true).permitted);
  EXPECT_TRUE(may_protect(ProtectionClass::kVictimOfCrime, false).permitted);
}

TEST(MayProtect, r2_a_victim_of_crime_and_what_was_collected_to_help_are_hidden_from_every_country) {
  for (int i = 1; i <= kProtectionClassLast; ++i) {
    const auto each = static_cast<ProtectionClass>(i);
    const bool everybody = each == ProtectionClass::kVictimOfCrime || each == ProtectionClass::kHumanitarianSource;
    EXPECT_EQ(hidden_from({"COL"}, {each}).contains(kEveryCountry), everybody) << to_string(each);
    EXPECT_EQ(hidden_from({"COL"}, {each, ProtectionClass::kVictimOfCrime}),
              (std::set<std::string>{"COL", kEveryCountry}));
    const auto read = parse_protection_class(to_string(each));
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(*read, each);
  }
  EXPECT_FALSE(parse_protection_class("").ok());
  EXPECT_FALSE(parse_protection_class("unknown").ok());
}

}  // namespace
}  // namespace puente::policy
