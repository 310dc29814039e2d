#include "net/guests.h"

#include <gtest/gtest.h>

namespace puente::net {
namespace {

constexpr Guests::Limits kSmall{4, 2, 4, 2};

TEST(Guests, a_crowd_of_strangers_from_one_address_pushes_out_itself) {
  Guests guests(kSmall);
  EXPECT_EQ(guests.arrive(1, "quiet"), std::nullopt);
  EXPECT_EQ(guests.arrive(2, "crowd"), std::nullopt);
  EXPECT_EQ(guests.arrive(3, "crowd"), std::nullopt);
  EXPECT_EQ(guests.arrive(4, "crowd"), 2u);
  EXPECT_EQ(guests.arrive(5, "crowd"), 3u);
  EXPECT_EQ(guests.strangers(), 3);
}

TEST(Guests, when_all_places_of_strangers_are_taken_the_address_with_most_gives_one) {
  Guests guests(kSmall);
  guests.arrive(1, "quiet");
  guests.arrive(2, "a");
  guests.arrive(3, "b");
  guests.arrive(4, "b");
  EXPECT_EQ(guests.arrive(5, "new"), 3u);
}

TEST(Guests, strangers_never_take_the_places_of_the_known) {
  Guests guests(kSmall);
  for (Guests::Id id = 1; id <= 4; ++id) {
    guests.arrive(id, "house");
    EXPECT_TRUE(guests.recognise(id, id % 2 == 0 ? "USA" : "MEX").given);
  }
  for (Guests::Id id = 10; id < 30; ++id) guests.arrive(id, "x" + std::to_string(id % 7));
  EXPECT_EQ(guests.known(), 4);
  EXPECT_EQ(guests.strangers(), 4);
}

TEST(Guests, a_key_over_its_places_loses_its_own_oldest_idle_one) {
  Guests guests(kSmall);
  for (Guests::Id id = 1; id <= 3; ++id) guests.arrive(id, "a" + std::to_string(id));
  EXPECT_FALSE(guests.recognise(1, "USA").cut);
  EXPECT_FALSE(guests.recognise(2, "USA").cut);
  guests.set_busy(1, true);
  const auto welcome = guests.recognise(3, "USA");
  EXPECT_TRUE(welcome.given);
  EXPECT_EQ(welcome.cut, 2u);
}

TEST(Guests, a_key_whose_places_are_all_busy_is_turned_away) {
  Guests guests(kSmall);
  for (Guests::Id id = 1; id <= 3; ++id) guests.arrive(id, "a" + std::to_string(id));
  for (Guests::Id id = 1; id <= 2; ++id) {
    EXPECT_TRUE(guests.recognise(id, "USA").given);
    guests.set_busy(id, true);
  }
  EXPECT_FALSE(guests.recognise(3, "USA").given);
  EXPECT_FALSE(guests.knows(3));
}

TEST(Guests, in_a_full_house_the_key_with_most_makes_room) {
  Guests guests({4, 4, 3, 2});
  for (Guests::Id id = 1; id <= 4; ++id) guests.arrive(id, "a" + std::to_string(id));
  EXPECT_TRUE(guests.recognise(1, "MEX").given);
  EXPECT_TRUE(guests.recognise(2, "USA").given);
  EXPECT_TRUE(guests.recognise(3, "USA").given);
  EXPECT_EQ(guests.recognise(4, "PAN").cut, 2u);
}

TEST(Guests, who_was_cut_for_another_is_not_recognised_any_more) {
  Guests guests(kSmall);
  guests.arrive(1, "crowd");
  guests.arrive(2, "crowd");
  guests.arrive(3, "crowd");
  EXPECT_FALSE(guests.recognise(1, "USA").given);
  guests.leave(1);  // nothing
  EXPECT_EQ(guests.strangers(), 2);
}

}  // namespace
}  // namespace puente::net
