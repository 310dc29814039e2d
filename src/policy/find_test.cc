#include <gtest/gtest.h>

#include "policy/example_test.h"

namespace puente::policy {
namespace {

using Reasons = std::vector<std::string>;

TEST(MayFind, never_by_a_country_it_is_withheld_from_and_hidden_in_doubt) {
  const auto may = [](std::set<std::string> withheld_from, const char* country) {
    return may_find({.withheld_from = std::move(withheld_from)}, Scope::partner(country)).permitted;
  };
  EXPECT_TRUE(may({}, "COL"));
  EXPECT_TRUE(may({"PER"}, "COL"));
  EXPECT_FALSE(may({"PER", "COL"}, "COL"));
  for (const char* doubtful : {"*", "col", "COLX", "unknown"}) {
    EXPECT_FALSE(may({doubtful}, "COL")) << doubtful;
    EXPECT_FALSE(may({}, doubtful)) << doubtful;
  }
  EXPECT_FALSE(may({""}, "COL"));
}

TEST(MayFind, a_child_under_fourteen_is_not_found_for_the_investigation_of_crime) {
  const std::int64_t today = *parse_iso8601("2026-09-21T12:00:00Z");
  const auto may = [&](Purpose purpose, std::vector<std::string> born) {
    return may_find_for(purpose, born, today).permitted;
  };
  EXPECT_FALSE(may(Purpose::kSeriousCrimeInvestigation, {"2012-09-22"}));
  EXPECT_TRUE(may(Purpose::kSeriousCrimeInvestigation, {"2012-09-21"}));
  EXPECT_FALSE(may(Purpose::kSeriousCrimeInvestigation, {"1980-01-01", "2014-01-01"})) << "in doubt a child";
  EXPECT_TRUE(may(Purpose::kSeriousCrimeInvestigation, {}));
  EXPECT_TRUE(may(Purpose::kSeriousCrimeInvestigation, {"unknown"}));
  EXPECT_TRUE(may(Purpose::kMissingPersonSearch, {"2020-01-01"}));
}

TEST(MayFind, we_find_whom_we_hide_from_others) {
  Standing hidden, disputed;
  hidden.withheld_from = {"COL"};
  disputed.disputed = true;
  EXPECT_TRUE(may_find(hidden, Scope::own()).permitted);
  EXPECT_TRUE(may_find(disputed, Scope::own()).permitted);
  EXPECT_EQ(may_find(disputed, Scope::partner("COL")).reasons, Reasons{"disputed"});
}

TEST(MayFind, nobody_finds_what_is_not_active_or_in_no_gallery_searched) {
  Standing inactive, listed;
  inactive.active = false;
  listed.galleries = {"watchlist"};
  EXPECT_EQ(may_find(inactive, Scope::own()).reasons, Reasons{"not_active"});
  EXPECT_EQ(may_find(inactive, Scope::partner("COL")).reasons, Reasons{"not_active"});
  EXPECT_EQ(may_find(listed, Scope::own()).reasons, Reasons{"in_no_such_gallery"});
  EXPECT_TRUE(may_find(listed, Scope::own({kMainGallery, "watchlist"})).permitted);
  EXPECT_FALSE(may_find({}, Scope::own({})).permitted);
}

}  // namespace
}  // namespace puente::policy
