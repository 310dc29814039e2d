#include "core/fold.h"

#include <gtest/gtest.h>

namespace puente {
namespace {

TEST(Fold, a_name_is_the_same_with_and_without_accents_and_capitals_in_any_order) {
  const std::set<std::string> ana = {"ana", "ruiz"};
  for (const char* each : {"ana.ruiz", "Ana Ruiz", "RUIZ, Ána", "Ruiz  Ana", "a\xcc\x81na ruiz"})
    EXPECT_EQ(folded_words(each), ana) << each;
  EXPECT_EQ(folded("PÉREZ"), "perez");
  EXPECT_TRUE(folded_words(" .,-").empty());
  for (const auto& [one, other] : {std::pair("ИВАНОВ Пётр", "иванов петр"),
                                   {"ЇЖАК", "їжак"},
                                   {"ΓΙΏΡΓΟΣ", "γιωργος"},
                                   {"ŁUKASZ Žižek", "lukasz zizek"},
                                   {"ŐRSÉG İnan", "orseg inan"},
                                   {"ШЫЋ", "шыћ"}})
    EXPECT_EQ(folded_words(one), folded_words(other)) << one;
  EXPECT_NE(folded_words("Иванов"), folded_words("Петров"));
}

}  // namespace
}  // namespace puente
