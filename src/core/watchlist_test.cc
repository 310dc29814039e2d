#include "core/watchlist.h"

#include <gtest/gtest.h>

namespace puente {
namespace {

Json document() {
  return *parse_json(R"({"format": 1, "person_id": "p-1", "owner": "ana.ruiz", "category": "suspect",
    "file": "TX-2026-0001", "legal_basis": "8 USC 1225",
    "facts": [{"fact": "drove the lorry of 4 May", "source": "highway police", "date": "2026-05-04",
               "document": "report 2026/881"}],
    "assessments": [{"assessment": "thought to work for the ring", "by": "luis.mora", "grade": "corroborated",
                     "expires": "2026-12-01"}],
    "from_partner": {"country": "COL", "exchange_id": "x-1"},
    "review": "2026-12-01", "expires": "2027-03-01"})");
}

std::string complaint(const Json& json) {
  const auto read = read_proposal(json);
  return read.ok() ? "" : read.error().message;
}

TEST(WatchlistEntry, is_read_as_it_is_written) {
  const Json sent = document();
  const auto read = read_proposal(sent);
  ASSERT_TRUE(read.ok()) << read.error().message;
  const Json written = to_json(*read);
  for (const auto& [name, value] : *sent.as_object()) EXPECT_EQ(written[name], value) << name;
}

TEST(WatchlistEntry, r40_an_assessment_is_no_fact_and_a_fact_no_assessment) {
  Json mixed = document();
  mixed.set("facts", document()["assessments"]);
  EXPECT_EQ(complaint(mixed), "watchlist entry: facts[0]: member \"assessment\" is not known here");
  mixed = document();
  mixed.set("assessments", document()["facts"]);
  EXPECT_EQ(complaint(mixed), "watchlist entry: assessments[0]: member \"date\" is not known here");
  const std::string written = canonical(to_json(*read_proposal(document())));
  EXPECT_EQ(written.find("\"fact\":\"thought"), std::string::npos);
  EXPECT_EQ(written.find("\"assessment\":\"drove"), std::string::npos);
}

TEST(WatchlistEntry, what_is_malformed_is_named_and_what_is_missing_is_empty) {
  for (const char* member : {"category", "review", "expires", "owner", "person_id", "from_partner"}) {
    Json wrong = document();
    EXPECT_NE(complaint(wrong.set(member, "no such\nthing")).find(member), std::string::npos) << member;
  }
  Json wrong = document();
  EXPECT_EQ(complaint(wrong.set("weight", 4)), "watchlist entry: member \"weight\" is not known here");
  Json bare = Json::object({{"format", 1}, {"person_id", "p-1"}});
  const auto read = read_proposal(bare);
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->expires_ms, 0);
  EXPECT_FALSE(read->category);
  EXPECT_FALSE(read_proposal(bare.set("format", 2)).ok());
}

TEST(WatchlistEntry, its_words_are_of_closed_lists) {
  for (int i = 0; i < kWatchCategoryCount; ++i) {
    const auto each = static_cast<WatchCategory>(i);
    EXPECT_EQ(*parse_watch_category(to_string(each)), each);
  }
  for (int i = 0; i < kEvidenceGradeCount; ++i) {
    const auto each = static_cast<EvidenceGrade>(i);
    EXPECT_EQ(*parse_evidence_grade(to_string(each)), each);
  }
  for (const char* grade : {"4", "high", "A1", ""}) EXPECT_FALSE(parse_evidence_grade(grade).ok()) << grade;
}

}  // namespace
}  // namespace puente
