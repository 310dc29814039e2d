#include "format/itl/layout_text.h"

#include <gtest/gtest.h>

namespace puente::format::itl {
namespace {

#ifdef WRONG  // must not compile: test/no_compile
constexpr ItemLayouts kRow = "IMP:N1-2=3..0"_items;
#endif

TEST(ItlLayout, a_rows_text_is_taken_apart_by_the_compiler) {
  constexpr ItemLayouts kLayouts = "IMP:N1-2=0..3,16 / *SUB:S1-4=-5..5? / A2=XX,UP / B1- / D"_items;
  static_assert(kLayouts.items.size() == 5 && kLayouts.repeat_from == 1);
  constexpr const ItemLayout& kFirst = kLayouts.items[0];
  static_assert(kFirst.name == "IMP" && kFirst.letters == 'N' && kFirst.shortest == 1 && kFirst.longest == 2);
  static_assert(kFirst.values == "0..3,16" && kFirst.choices.size() == 2 && !kFirst.optional);
  static_assert(kFirst.choices[0].numeric && kFirst.choices[0].from == 0 && kFirst.choices[0].to == 3);
  static_assert(kFirst.choices[1].from == 16 && kFirst.choices[1].to == 16);
  static_assert(kLayouts.items[1].optional && kLayouts.items[1].choices[0].from == -5);
  static_assert(kLayouts.items[2].name.empty() && kLayouts.items[2].choices[1].text == "UP");
  static_assert(kLayouts.items[2].shortest == 2 && kLayouts.items[2].longest == 2);
  static_assert(kLayouts.items[3].shortest == 1 && kLayouts.items[3].longest == 0);
  static_assert(kLayouts.items[4].longest == 0 && kLayouts.items[4].choices.empty());
  static_assert(""_items.items.empty());
}

}  // namespace
}  // namespace puente::format::itl
