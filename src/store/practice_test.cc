// What every driver owes of seeded pairs and cases.
#include "store/testing_store.h"

namespace puente::store {
namespace {

class SeededContract : public DriversContract {
 protected:
  void put_hit(int number, std::int64_t expires_ms) {
    Case record;
    record.case_id = "c" + std::to_string(number);
    record.exchange_id = "x" + std::to_string(number);
    record.partner = "USA";
    record.expires_ms = expires_ms;
    ASSERT_TRUE(within([&](Transaction& t) { return t.put_case(record); }).ok());
  }
};

PracticeCase make_practice(const std::string& case_id) {
  PracticeCase out;
  out.case_id = case_id;
  out.agreement_id = "a1";
  out.partner = "USA";
  out.purpose = Purpose::kMissingPersonSearch;
  out.opened_ms = 500;
  out.expires_ms = 1050;
  out.truth = Truth::kMate;
  out.added_by = "eva";
  return out;
}

TEST_P(SeededContract, a_seeded_case_stands_beside_hits_only_for_whoever_asks_for_both) {
  for (int i = 0; i < 3; ++i) put_hit(i, 900 + 100 * i);
  ASSERT_TRUE(within([](Transaction& t) {
                return t.put_practice_pair({"s1", Truth::kMate, "eva", 7, to_bytes("two")});
              }).ok());
  EXPECT_EQ(within([](Transaction& t) {
              return t.put_practice_pair({"s1", Truth::kMate, "eva", 7, {}});
            })
                .error()
                .code,
            Code::kAlreadyExists);
  EXPECT_EQ(store().practice_pairs()->front().truth, Truth::kMate);
  EXPECT_EQ(store().practice_pairs()->front().added_ms, 7);
  const PracticePair pair = *store().practice_pair("s1");
  EXPECT_EQ(pair.added_by + "|" + std::string(text(pair.exhibit)), "eva|two");
  PracticeCase seeded = make_practice("c9");
  ASSERT_TRUE(within([&](Transaction& t) { return t.put_practice_case(seeded, view("two")); }).ok());
  ASSERT_TRUE(within([](Transaction& t) { return t.erase_practice_pair("s1"); }).ok());
  EXPECT_EQ(within([](Transaction& t) { return t.erase_practice_pair("s1"); }).error().code, Code::kNotFound);
  using Ids = std::vector<std::string>;
  EXPECT_EQ(ids_of(*store().listed_cases({})), (Ids{"c0", "c1", "c2"}));
  EXPECT_EQ(ids_of(*store().listed_cases({.seeded_until_ms = 499})), (Ids{"c0", "c1", "c2"})) << "not opened yet";
  const Ids all = ids_of(*store().listed_cases({.seeded_until_ms = 500}));
  EXPECT_EQ(all, (Ids{"c0", "c1", "c9", "c2"}));
  Ids paged;
  for (std::optional<CasePlace> after; paged.size() < all.size();) {
    const auto page = *store().listed_cases({.after = after, .limit = 1, .seeded_until_ms = 500});
    ASSERT_EQ(page.size(), 1u);
    paged.push_back(page[0].case_id);
    after = page[0].place;
  }
  EXPECT_EQ(paged, all);
  for (CaseState state : {CaseState::kRejected, CaseState::kConfirmed}) {
    seeded.state = state;
    seeded.expires_ms = 2000;
    ASSERT_TRUE(within([&](Transaction& t) { return t.update_practice_case(seeded); }).ok());
    EXPECT_EQ(store().listed_cases({.seeded_until_ms = 500})->back().case_id, "c9");
  }
  EXPECT_EQ(store().cases_since(0)->size(), 3u);
  EXPECT_EQ(*store().count_cases(CaseState::kOpen), 3u);
  EXPECT_TRUE(store().undecided_cases_past(5000, 10)->size() == 3 && store().ended_cases_past(5000, 10)->empty());
  EXPECT_EQ(store().case_record("c9").error().code, Code::kNotFound);
}

// Whoever goes through a list decides cases meanwhile, and so do others.
TEST_P(SeededContract, no_open_case_is_left_out_of_a_list_when_the_one_that_a_page_ended_with_is_decided_or_erased) {
  for (int i = 0; i < 4; ++i) put_hit(i, 100 * (i + 1));
  using Ids = std::vector<std::string>;
  const std::vector<ListedCase> page = *store().listed_cases({.limit = 2});
  ASSERT_EQ(ids_of(page), (Ids{"c0", "c1"}));
  Case decided = *store().case_record("c1");
  decided.state = CaseState::kRejected;
  ASSERT_TRUE(within([&](Transaction& t) { return t.update_case(decided); }).ok());
  EXPECT_EQ(ids_of(*store().listed_cases({.after = page[1].place})), (Ids{"c2", "c3", "c1"}));
  ASSERT_TRUE(within([&](Transaction& t) { return t.erase_case("c1"); }).ok());
  EXPECT_EQ(ids_of(*store().listed_cases({.after = page[1].place})), (Ids{"c2", "c3"}));
}

TEST_P(SeededContract, a_seeded_case_and_what_it_shows_are_kept_until_they_are_erased) {
  PracticeCase seeded = make_practice("c9");
  seeded.seen["ana"] = {0, 1};
  seeded.verdicts = {{"ana", Verdict::kReject, "other ridges", 700}};
  seeded.locked["ana"] = {600, {{{1, 2, 3, 1}}}, {1}};
  ASSERT_TRUE(within([&](Transaction& t) { return t.put_practice_case(seeded, view("two")); }).ok());
  EXPECT_EQ(within([&](Transaction& t) { return t.put_practice_case(seeded, view("two")); }).error().code,
            Code::kAlreadyExists);
  reopen();
  const PracticeCase read = *store().practice_case("c9");
  EXPECT_EQ(read.truth, Truth::kMate);
  EXPECT_EQ(read.added_by, "eva");
  EXPECT_EQ(read.purpose, Purpose::kMissingPersonSearch);
  EXPECT_EQ(read.seen, seeded.seen);
  EXPECT_EQ(read.verdicts, seeded.verdicts);
  EXPECT_EQ(read.locked, seeded.locked);
  EXPECT_EQ(text(*store().practice_exhibit("c9")), "two");
  const auto heads = *store().practice_heads();
  ASSERT_EQ(heads.size(), 1u);
  EXPECT_EQ(heads[0].case_id, "c9");
  EXPECT_EQ(heads[0].opened_ms, 500);
  ASSERT_TRUE(within([](Transaction& t) { return t.destroy_practice_exhibit("c9"); }).ok());
  EXPECT_EQ(store().practice_exhibit("c9").error().code, Code::kNotFound);
  ASSERT_TRUE(within([](Transaction& t) { return t.erase_practice_case("c9"); }).ok());
  EXPECT_EQ(store().practice_case("c9").error().code, Code::kNotFound);
  EXPECT_EQ(within([&](Transaction& t) { return t.update_practice_case(seeded); }).error().code, Code::kNotFound);
}

INSTANTIATE_TEST_SUITE_P(Drivers, SeededContract, testing::Values(kSqlite),
                         [](const auto& of) { return std::string(of.param.name); });

}  // namespace
}  // namespace puente::store
