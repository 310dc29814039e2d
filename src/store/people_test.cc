// What every driver owes to whoever reads people by the keys of one country.
#include "store/testing_store.h"

namespace puente::store {
namespace {

class PeopleContract : public DriversContract {
 protected:
  static Protection hidden(const std::string& person_id, const std::set<std::string>& from) {
    Protection out;
    out.person_id = person_id;
    out.withheld_from = from;
    return out;
  }
  void hide(const std::string& person_id, const std::set<std::string>& from) {
    ASSERT_TRUE(within([&](Transaction& t) { return t.put_protection(hidden(person_id, from)); }).ok());
  }
  // Whether all that is kept of them is there for this country; else nothing of it may be.
  bool is_there_for(const std::string& country, const std::string& person_id) {
    const auto people = store().people_for(country);
    const bool there = people->encounter(person_id, "e1").ok();
    EXPECT_EQ(people->encounter_facts(person_id, "e1").ok(), there);
    EXPECT_EQ(people->templates({person_id, "e1"}).ok(), there);
    EXPECT_EQ(people->encounter_ids(person_id)->size(), there ? 1u : 0u);
    if (!there) {
      EXPECT_EQ(people->encounter(person_id, "e1").error().message, people->encounter("nobody", "e1").error().message);
      EXPECT_EQ(people->templates({person_id, "e1"}).error().message,
                people->templates({"nobody", "e1"}).error().message);
    }
    return there;
  }
  void expect_whole(const std::string& person_id) {
    EXPECT_EQ(store().encounter(person_id, "e1")->samples.size(), make_encounter("", "").samples.size());
    EXPECT_EQ(store().templates({person_id, "e1"})->size(), 2u);
    EXPECT_EQ(store().check(), std::vector<std::string>());
  }
};

TEST_P(PeopleContract, r2_a_country_has_no_key_of_whom_it_must_not_find) {
  for (const char* each : {"p1", "p2", "p3"}) put(each, "e1");
  hide("p1", {"USA"});
  hide("p2", {"PER", "USA"});
  hide("p3", {kEveryCountry});
  put("p4", "e1");
  const std::map<std::string, std::string> there{{"USA", "p4"}, {"PER", "p1 p4"}, {"MEX", "p1 p2 p4"}};
  for (int twice = 0; twice < 2; ++twice) {
    for (const auto& [country, whom] : there) {
      std::string found;
      for (const std::string each : {"p1", "p2", "p3", "p4"})
        if (is_there_for(country, each)) found += (found.empty() ? "" : " ") + each;
      EXPECT_EQ(found, whom) << country;
    }
    for (const char* each : {"p1", "p2", "p3", "p4"}) expect_whole(each);
    reopen();
  }
}

TEST_P(PeopleContract, r2_the_key_follows_the_protection) {
  hide("p1", {"USA"});  // of somebody who comes later
  put("p1", "e1");
  EXPECT_FALSE(is_there_for("USA", "p1"));
  EXPECT_TRUE(is_there_for("PER", "p1"));
  hide("p1", {"PER"});
  EXPECT_TRUE(is_there_for("USA", "p1"));
  EXPECT_FALSE(is_there_for("PER", "p1"));
  expect_whole("p1");
  hide("p1", {});
  EXPECT_TRUE(is_there_for("PER", "p1"));
  hide("p1", {"PER"});
  ASSERT_TRUE(within([&](Transaction& t) { return t.erase_protection("p1"); }).ok());
  EXPECT_TRUE(is_there_for("PER", "p1"));
  expect_whole("p1");
}

TEST_P(PeopleContract, r2_who_is_hidden_in_a_transaction_that_is_undone_is_as_before) {
  put("p1", "e1");
  {
    const auto transaction = store().begin();
    ASSERT_TRUE(transaction->put_protection(hidden("p1", {"USA"})).ok());
  }
  EXPECT_TRUE(is_there_for("USA", "p1"));
  expect_whole("p1");
}

INSTANTIATE_TEST_SUITE_P(Drivers, PeopleContract, testing::Values(kSqlite),
                         [](const auto& of) { return std::string(of.param.name); });

}  // namespace
}  // namespace puente::store
