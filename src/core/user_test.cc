#include "core/user.h"

#include <gtest/gtest.h>

namespace puente {
namespace {

TEST(User, two_ways_to_write_a_name_are_one_user) {
  for (const char* other :
       {"luis.mora", "LUIS.MORA", "Luis_Mora", "luis.mora.", "luismora", "idp:luis.mora", "idp:Luis_Mora"})
    EXPECT_TRUE(same_user("luis.mora", other)) << other;
  for (const char* other : {"luis.mora2", "lia.mora", "", "."}) EXPECT_FALSE(same_user("luis.mora", other)) << other;
  EXPECT_TRUE(same_user(".", "."));
  EXPECT_FALSE(same_user(".", "_")) << "nothing is left to compare";
}

TEST(User, two_numbers_are_not_one) {
  for (const char* other : {"desk-11-2", "desk-112", "desk1-1-2", "desk-1-1-2"})
    EXPECT_FALSE(same_user("desk-1-12", other)) << other;
  for (const char* other : {"desk1-12", "Desk_1.12", "desk-1--12", "desk 1/12"})
    EXPECT_TRUE(same_user("desk-1-12", other)) << other;
  EXPECT_TRUE(same_user("ana2ruiz", "ana-2-ruiz")) << "a number between letters stays one";
}

}  // namespace
}  // namespace puente
