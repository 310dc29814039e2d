// What cannot wait for a file is done at once and looked at afterwards (R28); and whom papers name.
#include "flow/world.h"

namespace puente::flow {
namespace {

class Urgent : public ::testing::Test {
 protected:
  World world;
  service::Node& node() { return *world.usa.node; }
  static service::Why without_file(const std::string& reasons = "a child alone, in a lorry") {
    return {"", reasons, true};
  }
  service::IdentifyAnswer search(const Caller& officer = kOfficer) {
    return must(node().identify(officer, fingers_of(1, 2), without_file()));
  }
  Alarm alarm() { return must(node().alarms(kSupervisor, true)).back(); }
  auto review(std::int64_t number, bool justified, const std::string& file = "", const Caller& by = kSupervisor) {
    return node().alarm_seen(by, number, {}, service::UrgentReview{justified, file, "looked at the whole of it"});
  }
};

TEST_F(Urgent, r28_a_search_is_made_at_once_and_a_supervisor_looks_at_it_within_a_day) {
  world.enrol(world.usa, 1, "p-1");
  const service::IdentifyAnswer found = search();
  ASSERT_EQ(found.candidates.size(), 1u);
  EXPECT_TRUE(is_case_reference(found.case_reference)) << found.case_reference;
  const Alarm told = alarm();
  EXPECT_EQ(told.kind, "urgent_search");
  EXPECT_EQ(told.by, kOfficer.user);
  EXPECT_NE(told.sentence.find(found.case_reference), std::string::npos) << told.sentence;
  EXPECT_EQ(node().alarm_seen(kSupervisor, told.number).error().code, Code::kConflict) << "seeing it is not enough";
  EXPECT_EQ(review(told.number, true).error().code, Code::kInvalidInput) << "justified, it has a file by now";
  EXPECT_EQ(review(told.number, true, "FILE-2026-17", kOfficer).error().code, Code::kDenied);
  const Caller same{"Officer_One", Role::kSupervisor};
  EXPECT_EQ(review(told.number, true, "FILE-2026-17", same).error().code, Code::kDenied) << "by another name";
  must(review(told.number, true, "FILE-2026-17"));
  EXPECT_TRUE(must(node().alarms(kSupervisor, true)).empty());
  const auto lines = must(node().log_entries(kAuditor, {.event = "urgent_reviewed"})).lines;
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].details["belongs_to"], Json("FILE-2026-17"));
  EXPECT_EQ(lines[0].details["urgent"], Json(found.case_reference));
  EXPECT_EQ(canonical(lines[0].leaf).find("URGENT"), std::string::npos);
}

TEST_F(Urgent, r28_unjustified_whom_it_was_about_is_erased_and_who_did_it_is_not) {
  world.enrol(world.usa, 1, "p-1");
  search();
  const auto details = [&] { return must(node().log_entries(kAuditor, {.event = "identified"})).lines[0].details; };
  EXPECT_EQ(details()["urgent"], Json(true));
  EXPECT_TRUE(must(node().log_entries(kAuditor, {.event = "identified"})).lines[0].leaf["subject"].is_null())
      << "a leaf is for ever";
  const auto naming =
      node().alarm_seen(kSupervisor, alarm().number, {}, service::UrgentReview{false, "", "p-1 was no case"});
  EXPECT_EQ(naming.error().code, Code::kInvalidInput) << "words that stay name nobody";
  must(review(alarm().number, false));
  EXPECT_TRUE(details().is_null());
  const auto lines = must(node().log_entries(kAuditor, {.event = "urgent_reviewed"})).lines;
  EXPECT_EQ(lines[0].details["act_of"], Json(kOfficer.user));
  EXPECT_EQ(lines[0].details["justified"], Json(false));
  for (const auto& each : must(node().log_entries(kAuditor, {.person_id = "p-1"})).lines)
    EXPECT_EQ(each.leaf["event"], Json("enrolled"));
}

TEST_F(Urgent, r28_its_number_is_no_files_but_to_look_at_whom_it_found_until_it_is_reviewed) {
  world.enrol(world.usa, 1, "p-1");
  const std::string number = search().case_reference;
  const auto looks = [&](const Caller& who) { return node().encounters(who, "p-1", {number}); };
  EXPECT_EQ(must(looks(kOfficer)).size(), 1u);
  const std::vector<std::string> no_file{"case_reference_malformed"};
  EXPECT_EQ(looks({"officer.two", Role::kOfficer}).error().reasons, no_file);
  std::string small = number;
  for (char& each : small) each = each == '-' ? '_' : static_cast<char>(std::tolower(each));
  for (const std::string& each : {number, small}) {
    EXPECT_EQ(node().identify(kOfficer, fingers_of(1, 2), {each}).error().reasons, no_file) << each;
    EXPECT_EQ(node().search_names(kOfficer, {.document_number = "AX1234"}, {each}).error().reasons, no_file);
    EXPECT_EQ(node().ask(kOfficer, request_to("COL", fingers_of(1, 2), each)).error().reasons, no_file);
  }
  EXPECT_EQ(review(alarm().number, true, number).error().code, Code::kInvalidInput);
  must(review(alarm().number, false));
  EXPECT_EQ(looks(kOfficer).error().reasons, no_file);
}

TEST_F(Urgent, r28_nobody_is_enrolled_as_a_user_or_a_search_so_that_an_erasure_would_blank_what_is_said_of_them) {
  must(node().note_users(Json::object({{kOfficer.user, Json::object({{"role", "officer"}})}})));
  const auto enrols = [&](const std::string& id) {
    service::EnrolRequest request;
    request.person_id = id;
    request.samples = fingers_of(5, 1);
    const auto answer = node().enrol(kOfficer, std::move(request));
    return answer.ok() ? Code::kInternal : answer.error().code;
  };
  const std::string number = search().case_reference;
  for (const std::string& each : {number, std::string("urgent-7abc"), std::string("Officer_One"), std::string("idp:x")})
    EXPECT_EQ(enrols(each), Code::kInvalidInput) << each;
}

TEST_F(Urgent, r28_unjustified_nothing_that_was_written_of_it_stays) {
  world.enrol(world.usa, 1, "p-1");
  search();
  const auto said = [&] {
    std::size_t times = 0;
    for (const auto& each : must(node().log_entries(kAuditor, {})).lines)
      times += canonical(each.details).find("a child alone") != std::string::npos;
    for (const Alarm& each : must(node().alarms(kSupervisor, false)))
      times += each.sentence.find("a child alone") != std::string::npos;
    return times;
  };
  EXPECT_EQ(said(), 3u) << "beside the search, where a supervisor was told, and in the alarm";
  must(review(alarm().number, false));
  EXPECT_EQ(said(), 0u);
}

TEST_F(Urgent, r28_whose_searches_wait_for_review_makes_no_more_of_them) {
  const auto refused = [&](const service::Why& why, const char* reason) {
    const auto tried = node().identify(kOfficer, fingers_of(1, 2), why);
    return !tried.ok() && tried.error().code == Code::kDenied &&
           tried.error().reasons == std::vector<std::string>{reason};
  };
  EXPECT_TRUE(refused(without_file("now"), "urgent_reasons_too_short"));
  EXPECT_EQ(node().identify_later(kOfficer, fingers_of(1, 2), without_file()).error().code, Code::kInvalidInput);
  for (std::size_t i = 0; i < policy::kUrgentUnreviewedMax; ++i) search();
  EXPECT_TRUE(refused(without_file(), "urgent_unreviewed"));
  search({"officer.two", Role::kOfficer});
  must(node().identify(kOfficer, fingers_of(1, 2), {"FILE-2026-17"}));
  for (const Alarm& each : must(node().alarms(kSupervisor, true)))
    if (each.by == kOfficer.user) must(review(each.number, true, "FILE-2026-17"));
  search();
  world.clock.advance_ms(policy::kUrgentReviewMs);
  EXPECT_TRUE(refused(without_file(), "urgent_unreviewed")) << "one that nobody has looked at for a day";
  node().work();
  EXPECT_EQ(std::ranges::count(node().health().attention, "urgent_review_overdue"), 1);
}

class Papers : public ::testing::Test {
 protected:
  World world;
  service::Node& node() { return *world.usa.node; }
  void enrol(std::uint32_t person, const std::string& id, const BiographicData& facts) {
    service::EnrolRequest request;
    request.person_id = id;
    request.biographic = facts;
    request.samples = fingers_of(person, 1);
    ASSERT_TRUE(must(node().enrol(kOfficer, std::move(request))).enrolled);
  }
  std::vector<std::string> found(const service::NameQuery& query) {
    std::vector<std::string> out;
    for (const Encounter& each : must(node().search_names(kOfficer, query, {"FILE-2026-17"})).encounters)
      out.push_back(each.person_id);
    return out;
  }
  using Ids = std::vector<std::string>;
};

TEST_F(Papers, r1_name_whom_they_were_stated_of_however_they_are_written) {
  using enum DataElement;
  enrol(1, "p-1",
        {{kFamilyName, "Ruiz Peña"},
         {kGivenNames, "Ana María"},
         {kDateOfBirth, "1990-04-30"},
         {kDocumentNumber, "AX 12-34"}});
  EXPECT_EQ(found({.document_number = "ax1234"}), Ids{"p-1"}) << "of before the first search";
  enrol(2, "p-2", {{kFamilyName, "Ruiz"}, {kGivenNames, "Ana"}, {kDateOfBirth, "1985-01-02"}});
  EXPECT_EQ(found({.family_name = "PENA", .given_names = "maria"}), Ids{"p-1"});
  EXPECT_EQ(found({.family_name = "ruiz", .given_names = "Ana"}), (Ids{"p-2", "p-1"})) << "the newest first";
  EXPECT_EQ(found({.family_name = "ruiz", .date_of_birth = "1985-01-02"}), Ids{"p-2"});
  EXPECT_EQ(found({.family_name = "Ruiz", .given_names = "Ana", .date_of_birth = "1985-01-03"}), Ids());
  EXPECT_EQ(found({.document_number = "AX1234", .family_name = "Gómez"}), Ids());
  must(node().erase_person(kSupervisor, "p-2", "asked for in writing"));
  EXPECT_EQ(found({.family_name = "ruiz", .given_names = "Ana"}), Ids{"p-1"});
  for (const service::NameQuery& bad : {service::NameQuery{},
                                        {.family_name = "Ruiz"},
                                        {.given_names = "Ana", .date_of_birth = "1985-01-02"},
                                        {.document_number = "--"},
                                        {.document_number = "Ж123456"},
                                        {.document_number = "محمد", .family_name = "Ruiz", .given_names = "Ana"},
                                        {.family_name = "Ruiz", .date_of_birth = "2 January"},
                                        {.family_name = "Ruiz\n", .given_names = "Ana"},
                                        {.family_name = std::string(600, 'a'), .given_names = "b"}})
    EXPECT_EQ(node().search_names(kOfficer, bad, {"FILE-2026-17"}).error().code, Code::kInvalidInput);
}

TEST_F(Papers, r1_are_looked_for_under_a_file_and_leave_an_entry_as_fingers_do) {
  using enum DataElement;
  enrol(1, "p-1", {{kFamilyName, "Ruiz"}, {kGivenNames, "Ana"}});
  const service::NameQuery ana{.family_name = "Ruiz", .given_names = "Ana"};
  EXPECT_EQ(node().search_names(kOfficer, ana, {""}).error().reasons, Ids{"case_reference_missing"});
  EXPECT_EQ(node().search_names(kExaminer, ana, {"FILE-2026-17"}).error().code, Code::kDenied);
  EXPECT_EQ(found(ana), Ids{"p-1"});
  const auto line = must(node().log_entries(kAuditor, {.event = "names_searched"})).lines.at(0);
  EXPECT_EQ(line.details["candidates"], Json::array({Json::object({{"person_id", "p-1"}})}));
  EXPECT_EQ(line.details["sentence"], Json("Ruiz, Ana"));
  EXPECT_EQ(canonical(line.leaf).find("Ruiz"), std::string::npos);
  for (int i = 0; i < 10; ++i)
    must(node().search_names(kOfficer, {.document_number = std::to_string(10'000 + i)}, {"FILE-2026-18"}));
  EXPECT_EQ(must(node().alarms(kSupervisor, true)).back().kind, "one_file_many_people");
  must(node().erase_person(kSupervisor, "p-1", "asked for in writing"));
  for (const auto& each : must(node().log_entries(kAuditor, {.event = "names_searched"})).lines)
    EXPECT_EQ(canonical(each.details).find("Ruiz"), std::string::npos) << "erased, where somebody looked for them too";
}

// Looked for in vain first, then enrolled, then erased: their name stays with no searcher.
TEST_F(Papers, r1_of_a_search_in_vain_goes_with_whom_it_was_for) {
  using enum DataElement;
  const auto searched = [&] {
    std::size_t kept = 0;
    for (const auto& each : must(node().log_entries(kAuditor, {.event = "names_searched"})).lines)
      kept += !each.details.is_null();
    return kept;
  };
  EXPECT_EQ(found({.family_name = "Zúñiga Quispe", .given_names = "Remedios"}), Ids());
  EXPECT_EQ(found({.document_number = "QX 771-904"}), Ids());
  EXPECT_EQ(found({.family_name = "Zúñiga", .given_names = "Aurora"}), Ids());
  enrol(1, "p-1",
        {{kFamilyName, "ZUÑIGA QUISPE"},
         {kGivenNames, "Remedios Flor"},
         {kDateOfBirth, "1991-02-03"},
         {kDocumentNumber, "qx771904"}});
  EXPECT_EQ(found({.family_name = "Zúñiga", .given_names = "Remedios", .date_of_birth = "1991-03-02"}), Ids());
  EXPECT_EQ(searched(), 4u);
  must(node().erase_person(kSupervisor, "p-1", "asked for in writing"));
  EXPECT_EQ(searched(), 1u) << "another's stays";
}

TEST_F(Papers, r1_who_looks_for_one_name_after_the_other_is_seen_whatever_files_they_name) {
  const auto search = [&](const Caller& who, std::size_t i) {
    must(node().search_names(who, {.document_number = std::to_string(10'000 + i)}, {"FILE-" + std::to_string(i)}));
  };
  for (std::size_t i = 1; i < policy::kNamesOfAUserMany; ++i) search(kOfficer, i);
  search({"officer.two", Role::kOfficer}, 1);
  EXPECT_TRUE(must(node().alarms(kSupervisor, true)).empty());
  search({"idp:Officer_One", Role::kOfficer}, 99);
  search(kOfficer, 100);
  const std::vector<Alarm> told = must(node().alarms(kSupervisor, true));
  ASSERT_EQ(told.size(), 1u) << "once";
  EXPECT_EQ(told[0].kind, "one_user_many_names");
  EXPECT_EQ(node().alarm_seen({"officer_one", Role::kSupervisor}, told[0].number).error().code, Code::kDenied);
  must(node().alarm_seen(kSupervisor, told[0].number));
  search(kOfficer, 101);
  EXPECT_TRUE(must(node().alarms(kSupervisor, true)).empty()) << "once in that time";
  world.clock.advance_ms(kDayMs);
  search(kOfficer, 102);
  EXPECT_TRUE(must(node().alarms(kSupervisor, true)).empty()) << "two days' are not one's";
}

// A screen that waits learns that something is another, and of whose question, no more than the list would show.
TEST(News, is_of_what_the_caller_may_list_and_of_nobody_elses) {
  World world;
  const auto of = [&](const Caller& caller) { return world.col.node->changes(caller); };
  const Caller other{"officer.two", Role::kOfficer};
  const auto mine = of(kOfficer), others = of(other), supervisors = of(kSupervisor);
  must(world.try_ask(world.col, world.usa, 1));
  EXPECT_NE(of(kOfficer), mine);
  EXPECT_EQ(of(other), others) << "nobody learns that somebody else asks";
  EXPECT_NE(of(kSupervisor), supervisors);
  for (const Role role : {Role::kOfficer, Role::kExaminer, Role::kAuditor, Role::kAdministrator})
    EXPECT_FALSE(of({"x", role}).contains("cases")) << "seeded cases come and go by other entries than hits";
}

}  // namespace
}  // namespace puente::flow
