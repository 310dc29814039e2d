// What every driver owes of what stands sealed beside the log.
#include "store/testing_store.h"

namespace puente::store {
namespace {

class LogDetailsContract : public DriversContract {};

TEST_P(LogDetailsContract, opens_the_details_of_an_entry_until_they_are_erased) {
  ASSERT_TRUE(within([](Transaction&) { return Status(); }).ok());  // entry 0
  const std::uint64_t first = *store().log_size();
  {
    const auto transaction = store().begin();
    ASSERT_TRUE(transaction->append_log(row(first, "a leaf"), Json::object({{"who", "somebody"}})).ok());
    ASSERT_TRUE(transaction->commit().ok());
  }
  EXPECT_EQ(*store().log_details(first)->operator[]("who").as_string(), "somebody");
  EXPECT_EQ(store().log_details_from(first, 10)->size(), 1u);
  ASSERT_TRUE(within([&](Transaction& t) { return t.erase_log_details(first); }).ok());
  EXPECT_EQ(store().log_details(first).error().code, Code::kNotFound);
  const std::vector<std::uint64_t> kept = *store().log_details_from(0, 10);
  EXPECT_EQ(std::count(kept.begin(), kept.end(), first), 0);
}

TEST_P(LogDetailsContract, finds_the_newest_details_about_somebody_first) {
  const std::uint64_t first = *store().log_size();
  for (std::uint64_t i = 0; i < 3; ++i) {
    const auto transaction = store().begin();
    const std::set<std::string> about = {i == 1 ? "another" : "somebody"};
    ASSERT_TRUE(transaction->append_log(row(first + i, "a leaf"), Json(), about).ok());
    ASSERT_TRUE(transaction->commit().ok());
  }
  using Indexes = std::vector<std::uint64_t>;
  EXPECT_EQ(*store().newest_log_details_about("somebody", 10), (Indexes{first + 2, first}));
  EXPECT_EQ(*store().newest_log_details_about("somebody", 1), Indexes{first + 2});
  EXPECT_EQ(*store().log_details_about("somebody"), (Indexes{first, first + 2}));
  EXPECT_TRUE(store().newest_log_details_about("nobody", 10)->empty());
}

INSTANTIATE_TEST_SUITE_P(Drivers, LogDetailsContract, testing::Values(kSqlite),
                         [](const auto& of) { return std::string(of.param.name); });

}  // namespace
}  // namespace puente::store
