// What is looked up: whoever tries an id leaves an entry whether or not anybody has it, a list leaves nothing out and
// tells nothing of others, and what was looked for can be read afterwards.
#include "flow/world.h"

namespace puente::flow {
namespace {

class LookedUp : public testing::Test {
 protected:
  service::Node& usa() { return *world.usa.node; }
  service::Node& col() { return *world.col.node; }

  // Of the newest entry that is about this person, or that names it.
  service::LogPage::Line newest_about(const std::string& person_id) {
    const service::LogPage page = must(col().log_entries(kAuditor, {.person_id = person_id}));
    for (auto line = page.lines.rbegin(); line != page.lines.rend(); ++line)
      if (line->leaf["event"] != Json("log_read")) return *line;
    ADD_FAILURE() << "nothing is written of " << person_id;
    return {};
  }
  void expect_miss(const std::string& person_id, const char* action, Code code) {
    const service::LogPage::Line line = newest_about(person_id);
    EXPECT_EQ(line.leaf["event"], Json("access_refused")) << action;
    EXPECT_EQ(line.leaf["reasons"], Json::array({action, to_string(code)}));
    EXPECT_TRUE(line.leaf["subject"].is_null()) << "whom it is about is sealed";
    EXPECT_EQ(line.details["of"], Json(person_id));
  }

  World world;
};

TEST_F(LookedUp, whoever_tries_an_id_leaves_an_entry_whether_or_not_anybody_has_it) {
  const char* const why = "somebody wants to know";
  EXPECT_EQ(col().read_encounter(kOfficer, "p-1", "e-1").error().code, Code::kNotFound);
  expect_miss("p-1", to_string(Action::kReadEncounter), Code::kNotFound);
  EXPECT_EQ(col().protect(kSupervisor, "p-2", {ProtectionClass::kAsylum, {"USA"}, why}).error().code, Code::kNotFound);
  expect_miss("p-2", to_string(Action::kProtect), Code::kNotFound);
  EXPECT_EQ(col().erase_person(kSupervisor, "p-3", why).error().code, Code::kNotFound);
  expect_miss("p-3", to_string(Action::kErase), Code::kNotFound);
  EXPECT_EQ(col().propose_lift(kSupervisor, "p-4", why).error().code, Code::kNotFound);
  expect_miss("p-4", to_string(Action::kLiftProtection), Code::kNotFound);
  EXPECT_EQ(col().lift_protection(kSupervisor, "p-5", why).error().code, Code::kNotFound);
  expect_miss("p-5", to_string(Action::kLiftProtection), Code::kNotFound);
  const auto day = [&](int days) { return to_iso8601(world.clock.now_ms() + days * kDayMs).substr(0, 10); };
  const Json fact = Json::object(
      {{"fact", "not seen since"}, {"source", "her brother"}, {"date", day(-9)}, {"document", "report 2026/881"}});
  const Json proposal = Json::object({{"format", 1},
                                      {"person_id", "p-6"},
                                      {"owner", "officer"},
                                      {"category", "missing"},
                                      {"file", "BOG-2026-88"},
                                      {"legal_basis", "Ley 589 de 2000"},
                                      {"facts", Json::array({fact})},
                                      {"review", day(60)},
                                      {"expires", day(120)}});
  EXPECT_EQ(col().propose_watchlist(kOfficer, proposal).error().code, Code::kNotFound);
  expect_miss("p-6", to_string(Action::kProposeWatchlist), Code::kNotFound);
}

TEST_F(LookedUp, whoever_learns_that_somebody_is_hidden_leaves_an_entry) {
  world.enrol(world.col, 1, "p-1", {"USA"});
  EXPECT_EQ(col().lift_protection(kSupervisor, "p-1", "nobody proposed it").error().code, Code::kConflict);
  expect_miss("p-1", to_string(Action::kLiftProtection), Code::kConflict);
  EXPECT_EQ(col().erase_person(kSupervisor, "p-1", "nobody proposed it").error().code, Code::kConflict);
  expect_miss("p-1", to_string(Action::kErase), Code::kConflict);
  const Caller at_the_keys{"supervisor.two", Role::kSupervisor, true};
  EXPECT_EQ(col().propose_lift(at_the_keys, "p-1", "by whoever has the keys").error().code, Code::kDenied);
  expect_miss("p-1", to_string(Action::kLiftProtection), Code::kDenied);
}

TEST_F(LookedUp, what_is_no_text_is_sealed_so_that_it_can_be_read) {
  must(col().cases(kExaminer, {.partner = "a\xff\xc3(b"}));
  const service::LogPage page = must(col().log_entries(kAuditor, {.event = "cases_listed"}));
  ASSERT_EQ(page.lines.size(), 1u);
  EXPECT_EQ(page.lines[0].details["partner"], Json("a\ufffd\ufffd(b"));
  EXPECT_TRUE(world.verify_log(world.col).ok);
}

TEST_F(LookedUp, how_long_somebody_is_kept_is_said_where_it_was_asked_for) {
  world.enrol(world.col, 1, "p-1");
  service::EnrolRequest shorter;
  shorter.person_id = "p-2";
  shorter.samples = fingers_of(2, 1);
  shorter.retention_days = 30;
  must(col().enrol(kOfficer, std::move(shorter)));
  const service::LogPage page = must(col().log_entries(kAuditor, {.event = "enrolled"}));
  ASSERT_EQ(page.lines.size(), 2u);
  EXPECT_TRUE(page.lines[0].details["retention_days"].is_null());
  EXPECT_EQ(page.lines[1].details["retention_days"], Json(30));
}

TEST_F(LookedUp, a_list_of_cases_goes_on_where_it_was_and_its_place_tells_nothing) {
  world.plant(world.col, [&](store::Transaction& transaction) {
    for (int i = 0; i < 4; ++i) {
      Case each;
      each.case_id = each.exchange_id = "c-" + std::to_string(i);
      each.partner = "USA";
      each.agreement_id = "test-1";
      each.expires_ms = world.clock.now_ms() + (i + 1) * kDayMs;
      must(transaction.put_case(each));
    }
  });
  const service::CasePage first = must(col().cases(kExaminer, {.limit = 2}));
  ASSERT_EQ(first.cases.back().case_id, "c-1");
  const std::string again = must(col().cases(kExaminer, {.limit = 2})).next;
  EXPECT_NE(first.next, again) << "nor whether two ended at the same case";
  EXPECT_EQ(first.next.size(), again.size());
  world.plant(world.col, [&](store::Transaction& transaction) { must(transaction.erase_case("c-1")); });
  const service::CasePage rest = must(col().cases(kExaminer, {.after = first.next, .limit = 3}));
  ASSERT_EQ(rest.cases.size(), 2u);
  EXPECT_EQ(rest.cases.front().case_id, "c-2");
  EXPECT_TRUE(rest.next.empty());
  for (const std::string& bad : {std::string("c-1"), std::string("00"), first.next + "00", first.next.substr(2)})
    EXPECT_EQ(col().cases(kExaminer, {.after = bad}).error().code, Code::kInvalidInput) << bad;
}

TEST_F(LookedUp, a_list_of_questions_does_not_tell_that_somebody_else_asked_before) {
  const Caller colleague{"officer.two", Role::kOfficer};
  const auto ask = [&](const Caller& caller, const char* file) {
    world.clock.advance_ms(kDayMs);  // for the quota
    return must(usa().ask(caller, request_to("COL", minutiae_of(9, 2), file))).exchange_id;
  };
  const std::string oldest = ask(kOfficer, "TX-2026-1");
  ask(colleague, "TX-2026-2");
  const std::string newest = ask(kOfficer, "TX-2026-3");
  EXPECT_EQ(must(usa().questions(kOfficer, {.limit = 1})).next, newest);
  EXPECT_EQ(must(usa().questions(kOfficer, {.limit = 2})).next, "");
  EXPECT_EQ(must(usa().questions(colleague, {.limit = 1})).next, "") << "an older one is not theirs";
  EXPECT_EQ(must(usa().questions(kOfficer, {.case_reference = "TX-2026-3", .limit = 1})).next, "");
  EXPECT_EQ(must(usa().questions(kOfficer, {.after = newest, .limit = 1})).questions.at(0).exchange_id, oldest);
}

}  // namespace
}  // namespace puente::flow
