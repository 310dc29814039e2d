#include "policy/compare.h"

#include <gtest/gtest.h>

#include "policy/example_test.h"

namespace puente::policy {
namespace {

Agreement changed(const char* member, Json value) {
  Json document = draft_3();
  document.as_object()->at("purposes").as_array()->front().set(member, std::move(value));
  auto read = read_draft(document);
  EXPECT_TRUE(read.ok()) << member << ": " << read.error().message;
  return *std::move(read);
}

std::string told(const std::vector<Difference>& differences) {
  std::string out;
  for (const Difference& each : differences) {
    out += (out.empty() ? "" : "; ") + each.member + " " + to_string(each.change) + ": " + each.before + " > " +
           each.after;
    EXPECT_EQ(each.purpose, "border_identification");
  }
  return out;
}

TEST(Compare, the_same_text_has_no_differences) {
  EXPECT_TRUE(compare(in_force_3(), in_force_3()).empty());
  EXPECT_TRUE(compare(agreement(), agreement()).empty());
}

TEST(Compare, each_member_of_a_clause_is_wider_or_narrower) {
  const Agreement older = in_force_3();
  const auto differs = [&](const char* member, Json value) {
    const Agreement newer = changed(member, std::move(value));
    const std::string there = told(compare(older, newer));
    EXPECT_EQ(compare(newer, older).size(), compare(older, newer).size());
    return there;
  };
  EXPECT_EQ(differs("may_ask", Json::array({"COL"})), "may_ask narrower: USA > ");
  EXPECT_EQ(differs("release", Json::array({"family_name", "sex"})),
            "release wider:  > sex; release narrower: nationality > ");
  EXPECT_EQ(differs("retention_days", 31), "retention_days wider: 30 > 31");
  EXPECT_EQ(differs("daily_quota", 4), "daily_quota narrower: 5 > 4");
  EXPECT_EQ(differs("subject_categories", Json::array({"suspect"})), "subject_categories narrower: missing, other > ");
  EXPECT_EQ(differs("aims", Json::array({"identify", "more_data"})), "aims wider:  > more_data");
  EXPECT_EQ(differs("ages", Json::object({{"from", 12}, {"to", 80}})),
            "ages.from wider: 14 > 12; ages.to narrower: 130 > 80");
  EXPECT_EQ(differs("galleries", Json::array({"main", "missing"})), "galleries wider:  > missing");
  EXPECT_EQ(differs("score_floors", Json::object({{"finger", 50}})), "score_floors.finger wider: 60 > 50");
  EXPECT_EQ(differs("own_nationals", true), "own_nationals wider: false > true");
  EXPECT_EQ(differs("person_quota", 1), "person_quota narrower: 2 > 1");
  EXPECT_EQ(differs("response_hours", 24), "response_hours narrower: 48 > 24");
  EXPECT_EQ(differs("onward_transfer", "with_consent"), "onward_transfer wider: never > with_consent");
  EXPECT_EQ(differs("needs_order", true), "needs_order narrower: false > true");
  EXPECT_EQ(differs("impact_assessment_sha256", std::string(64, '0')).substr(0, 30), "impact_assessment_sha256 other");
}

TEST(Compare, clauses_that_come_and_go_and_what_a_text_of_an_older_format_lacks) {
  Agreement older = in_force_3(), newer = in_force_3();
  newer.purposes.pop_back();
  ASSERT_EQ(compare(older, newer).size(), 1u);
  EXPECT_EQ(compare(older, newer)[0].change, Change::kNarrower);
  EXPECT_EQ(compare(newer, older)[0].change, Change::kWider);
  EXPECT_EQ(compare(newer, older)[0].after, "trafficking_investigation");
  newer = in_force_3();
  newer.purposes[0].conditions.reset();
  ASSERT_EQ(compare(older, newer).size(), 1u);
  EXPECT_EQ(compare(older, newer)[0].member, "conditions");
  EXPECT_EQ(compare(older, newer)[0].change, Change::kWider);
}

TEST(Compare, of_the_whole_its_days_and_its_parties_keys) {
  const Agreement older = in_force_3();
  Agreement newer = older;
  newer.valid_until_ms += 1;
  newer.parties[1].certificate_sha256[0] ^= 1;
  newer.parties[0].name = "Another authority";
  const auto differences = compare(older, newer);
  ASSERT_EQ(differences.size(), 3u);
  EXPECT_EQ(differences[0].member, "party USA name");
  EXPECT_EQ(differences[1].member, "party COL certificate_sha256");
  EXPECT_EQ(differences[2].change, Change::kWider);
  for (const Difference& each : differences) EXPECT_EQ(each.purpose, "");
}

}  // namespace
}  // namespace puente::policy
