#include "format/itl/niem_text.h"

#include <gtest/gtest.h>

namespace puente::format::niem {
namespace {

#ifdef WRONG  // must not compile: test/no_compile
constexpr std::span<const Item> kRow = "1=A 2="_items;
#endif

TEST(NiemMap, a_rows_texts_are_taken_apart_by_the_compiler) {
  constexpr Container kPlace = "@/itl:Foo|nc:Bar*2"_at;
  static_assert(kPlace.repeats && kPlace.first == 1 && kPlace.path.size() == 2);
  static_assert(kPlace.path[0].names.empty() && kPlace.path[1].names.size() == 2);
  static_assert(kPlace.path[1].names[0].space == kItlSpace && kPlace.path[1].names[1].local == "Bar");
  static_assert(""_at.path.empty() && !"A"_at.repeats);

  constexpr std::span<const Item> kFields = "2x=A/B# 1=. 3+=P/V(C,D#) 5+,=E(F,G) 4~=H(I,J) 6=K[2]"_items;
  static_assert(kFields.size() == 6);
  static_assert(kFields[0].number == 1 && kFields[0].part == 'x' && kFields[0].path.size() == 2);
  static_assert(kFields[0].path[1].identification && kFields[0].path[1].names[0].local == "B");
  static_assert(kFields[1].path.empty() && kFields[1].shape == Item::Shape::kOne);
  static_assert(kFields[2].shape == Item::Shape::kRepeats && kFields[2].path.size() == 2);
  static_assert(kFields[2].group.size() == 2 && kFields[2].group[1].identification);
  static_assert(kFields[3].shape == Item::Shape::kPairs && kFields[4].shape == Item::Shape::kPolygon);
  static_assert(kFields[5].path[0].nth == 2 && kFields[5].path[0].names[0].space == kBiomSpace);
}

}  // namespace
}  // namespace puente::format::niem
