#include "core/user.h"

#include <gtest/gtest.h>

namespace puente {
namespace {

TEST(User, two_ways_to_write_a_name_are_one_user) {
  for (const char* other : {"luis.mora", "LUIS.MORA", "Luis_Mora", "luis.mora.", "luismora"})
    EXPECT_TRUE(same_user("luis.mora", other)) << other;
  for (const char* other : {"luis.mora2", "lia.mora", "", "."}) EXPECT_FALSE(same_user("luis.mora", other)) << other;
  EXPECT_TRUE(same_user(".", "."));
  EXPECT_FALSE(same_user(".", "_")) << "nothing is left to compare";
}

}  // namespace
}  // namespace puente
