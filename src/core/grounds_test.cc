#include "core/grounds.h"

#include <gtest/gtest.h>

namespace puente {
namespace {

Grounds all_of_them() {
  return {.legal_basis = "8 USC 1225",
          .subject_category = SubjectCategory::kSuspect,
          .aim = Aim::kMoreData,
          .urgency = Urgency::kUrgent,
          .age = 34,
          .order = CourtOrder{"Juzgado 4", "2026-118", "2026-05-01", "2026-08-01"}};
}

TEST(Grounds, go_through_json_unchanged_and_what_is_not_said_is_left_out) {
  for (const Grounds& each : {all_of_them(), Grounds{.legal_basis = "8 USC 1225"}, Grounds{}}) {
    const Json json = to_json(each);
    JsonReader reader(json, "grounds");
    const Grounds read = read_grounds(reader);
    ASSERT_TRUE(reader.finish().ok()) << pretty(json);
    EXPECT_EQ(read, each);
  }
  EXPECT_EQ(canonical(to_json(Grounds{})), "{}");
}

TEST(Grounds, a_word_of_no_list_a_control_character_and_a_member_too_many_are_refused) {
  const auto refused = [](const char* key, Json value) {
    Json json = to_json(all_of_them());
    json.set(key, std::move(value));
    JsonReader reader(json, "grounds");
    read_grounds(reader);
    const Status read = reader.finish();
    return read.ok() ? std::string() : read.error().message;
  };
  EXPECT_NE(refused("subject_category", "bystander").find("suspect, convicted"), std::string::npos);
  EXPECT_NE(refused("aim", "curiosity"), "");
  EXPECT_NE(refused("urgency", 1), "");
  EXPECT_NE(refused("age", -1), "");
  for (const char* hidden : {"a\x1b[2J", "8 USC \u202e5221", "8 USC\u009b2J", "8 USC\u200b1225"}) {
    EXPECT_NE(refused("legal_basis", hidden), "") << hidden;
    Json order = to_json(all_of_them())["order"];
    order.set("court", hidden);
    EXPECT_NE(refused("order", std::move(order)), "") << hidden;
  }
  EXPECT_NE(refused("order", "by word of mouth"), "");
  EXPECT_NE(refused("order", Json::object({{"court", "x"}})), "");
  EXPECT_NE(refused("officer", "me"), "");
}

}  // namespace
}  // namespace puente
