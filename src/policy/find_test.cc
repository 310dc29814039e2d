#include <gtest/gtest.h>

#include "policy/example_test.h"

namespace puente::policy {
namespace {

using Reasons = std::vector<std::string>;

TEST(MayFind, r2_never_by_a_country_it_is_withheld_from_and_hidden_in_doubt) {
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

TEST(MayFind, r4_own_nationals_are_found_by_a_partner_only_where_the_clause_says_so) {
  PurposeTerms terms = *in_force_3().terms(Purpose::kBorderIdentification);
  const auto reasons = [&](std::vector<std::string> nationalities) {
    return may_find_of(terms, {std::move(nationalities), {}}, "COL", at("2026-06-01")).reasons;
  };
  EXPECT_EQ(reasons({"COL"}), Reasons{"own_national"});
  EXPECT_EQ(reasons({"VEN", "COL"}), Reasons{"own_national"}) << "one of two that were ever said";
  EXPECT_EQ(reasons({"VEN"}), Reasons{"open_to_search"});
  EXPECT_EQ(reasons({}), Reasons{"open_to_search"});
  terms.conditions->own_nationals = true;
  EXPECT_EQ(reasons({"COL"}), Reasons{"open_to_search"});
  terms.conditions.reset();
  EXPECT_EQ(reasons({"COL"}), Reasons{"open_to_search"}) << "an older format";
}

TEST(MayFind, r10_whoever_is_on_record_with_another_age_than_the_clause_has_is_no_hit) {
  PurposeTerms terms = *in_force_3().terms(Purpose::kBorderIdentification);  // from 14 on
  const auto reasons = [&](std::vector<std::string> born) {
    return may_find_of(terms, {{}, std::move(born)}, "COL", at("2026-06-01")).reasons;
  };
  EXPECT_EQ(reasons({"2012-06-02"}), Reasons{"age_not_in_agreement"});
  EXPECT_EQ(reasons({"2012-06-01"}), Reasons{"open_to_search"});
  EXPECT_EQ(reasons({"1990-01-01", "2012-06-02"}), Reasons{"age_not_in_agreement"}) << "in doubt";
  EXPECT_EQ(reasons({"unknown"}), Reasons{"open_to_search"}) << "the asking side's word stands";
  terms.conditions->age_to = 17;
  EXPECT_EQ(reasons({"2008-06-01"}), Reasons{"age_not_in_agreement"});
  EXPECT_EQ(reasons({"2008-06-02"}), Reasons{"open_to_search"});
  terms.conditions->age_from = 0;
  terms.conditions->age_to = kAgeMax;
  terms.conditions->own_nationals = true;
  EXPECT_FALSE(asks_record(terms));
}

TEST(MayFind, the_galleries_searched_are_those_of_the_clause) {
  PurposeTerms terms = *in_force_3().terms(Purpose::kBorderIdentification);
  terms.conditions->galleries = {"missing"};
  Standing listed;
  EXPECT_EQ(may_find(listed, scope_of("USA", &terms)).reasons, Reasons{"in_no_such_gallery"});
  listed.galleries = {"missing"};
  EXPECT_TRUE(may_find(listed, scope_of("USA", &terms)).permitted);
}

// R23: the same hand under the same file is one question; under file after file it is a search for what is not told.
TEST(MayTellAbout, r23_the_same_person_is_asked_about_under_so_many_files_a_day_and_no_more) {
  const PurposeTerms terms = *in_force_3().terms(Purpose::kBorderIdentification);
  const auto reason = [&](std::vector<std::string> files) {
    return may_tell_about(terms, files, "A-1").reasons.front();
  };
  EXPECT_EQ(reason({}), "person_quota_left");
  EXPECT_EQ(reason({"B-2"}), "person_quota_left");
  EXPECT_EQ(reason({"B-2", "B-2"}), "person_quota_left") << "one file";
  EXPECT_EQ(reason({"B-2", "C-3"}), "person_quota_used_up");
  EXPECT_EQ(reason({"B-2", "A-1"}), "same_file_again");
  EXPECT_EQ(reason({"A-1", "A-1"}), "same_file_again");
  EXPECT_EQ(reason({"A-1", "A-1", "A-1"}), "person_quota_used_up");
  EXPECT_EQ(may_tell_about(terms, {"B-2", "C-3"}, "A-1").code, Code::kQuotaExceeded);
  EXPECT_TRUE(may_tell_about(in_force().purposes[0], {"B-2", "C-3", "D-4"}, "A-1").permitted) << "an older format";
}

TEST(MayTellAbout, a_candidate_below_the_floor_of_the_clause_is_no_hit) {
  const PurposeTerms terms = *in_force_3().terms(Purpose::kBorderIdentification);
  EXPECT_FALSE(reaches_floor(terms, Modality::kFinger, 59.9));
  EXPECT_TRUE(reaches_floor(terms, Modality::kFinger, 60));
  EXPECT_FALSE(reaches_floor(terms, Modality::kFace, 300)) << "of which the clause says nothing";
  EXPECT_TRUE(reaches_floor(in_force().purposes[0], Modality::kFinger, 0));
}

}  // namespace
}  // namespace puente::policy
