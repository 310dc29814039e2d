#include "policy/search.h"

#include <gtest/gtest.h>

#include "policy/rules.h"

namespace puente::policy {
namespace {

using Reasons = std::vector<std::string>;

TEST(Search, r1_a_search_names_its_file) {
  EXPECT_TRUE(may_search("TX-2026-0001").permitted);
  EXPECT_EQ(may_search("TX-2026-0001").reasons, Reasons{"search_has_a_file"});
  EXPECT_EQ(may_search("").reasons, Reasons{"case_reference_missing"});
  EXPECT_EQ(may_search("").code, Code::kDenied);
  const std::string long_one(65, '1');
  for (const std::string& each : {std::string("12"), std::string("routine"), std::string("file 7\n"), long_one})
    EXPECT_EQ(may_search(each).reasons, Reasons{"case_reference_malformed"}) << each;
}

TEST(Search, r28_what_cannot_wait_for_a_file_says_why_and_waits_for_its_review) {
  const auto urgent = [](std::string_view reasons, std::size_t unreviewed = 0, bool overdue = false,
                         std::string_view file = "") {
    return may_search(file, UrgentSearch{reasons, unreviewed, overdue}).reasons;
  };
  EXPECT_EQ(urgent("a child alone, in a lorry"), Reasons{"search_is_urgent"});
  EXPECT_EQ(urgent("urgent"), Reasons{"urgent_reasons_too_short"});
  EXPECT_EQ(urgent(""), Reasons{"urgent_reasons_too_short"});
  EXPECT_EQ(urgent("a child alone, in a lorry", 2), Reasons{"search_is_urgent"});
  EXPECT_EQ(urgent("a child alone, in a lorry", 3), Reasons{"urgent_unreviewed"});
  EXPECT_EQ(urgent("a child alone, in a lorry", 1, true), Reasons{"urgent_unreviewed"});
  EXPECT_EQ(urgent("", 9, true, "TX-2026-0001"), Reasons{"search_has_a_file"}) << "whoever has a file is not urgent";
}

TEST(Search, r1_a_file_is_the_same_as_a_questions) {
  for (const char* each : {"", "12", "routine", "TX-2026-0001", "BOG 7/2026"})
    EXPECT_EQ(may_search(each).permitted, why_no_file(each) == nullptr) << each;
}

}  // namespace
}  // namespace puente::policy
