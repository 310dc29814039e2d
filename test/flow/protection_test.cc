// Who is hidden from a country stays so: by whatever id, through dates, restarts, missing rows and other enrolments,
// until two people have taken it off; and that country is not asked about them either.
#include <sqlite3.h>

#include "flow/world.h"

namespace puente::flow {
namespace {

const Caller kOtherSupervisor{"supervisor.two", Role::kSupervisor};
constexpr const char* kProtectionWhy = "claims asylum, file 12";

class ProtectionFlow : public ::testing::Test {
 protected:
  World world;
  service::Node& node() { return *world.usa.node; }

  service::EnrolAnswer enrol_as(const std::string& id, std::uint32_t person, std::vector<Sample> samples = {}) {
    service::EnrolRequest request;
    request.person_id = id;
    request.samples = samples.empty() ? fingers_of(person, 2) : std::move(samples);
    request.enrol_if_known = true;
    return must(node().enrol(kOfficer, std::move(request)));
  }
  service::EnrolAnswer enrol_bearing(const char* document, const char* id, std::uint32_t person) {
    service::EnrolRequest request;
    request.person_id = id;
    request.samples = fingers_of(person, 1);
    request.biographic[DataElement::kDocumentNumber] = document;
    return must(node().enrol(kOfficer, std::move(request)));
  }
  service::ProtectionView protect(const std::string& id, const char* from = "COL") {
    return must(node().protect(kOfficer, id, {ProtectionClass::kAsylum, {from}, kProtectionWhy}));
  }
  void erase_by_two(const std::string& id) {
    must(node().propose_lift(kOtherSupervisor, id, "asked for it in writing"));
    must(node().erase_person(kSupervisor, id, "asked for it in writing"));
  }
  // Of a question that COL puts about somebody: a hit, or not.
  QuestionState found_by_col(std::uint32_t person) {
    world.clock.advance_ms(kDayMs);
    return world.ask(world.col, world.usa, person).state;
  }
  static std::vector<Sample> without_positions(std::vector<Sample> samples) {
    for (Sample& each : samples) each.position = FingerCapture::kUnknown;
    return samples;
  }
  static std::vector<Sample> as_other_fingers(std::vector<Sample> samples) {
    samples[0].position = FingerCapture::kRightLittle;
    samples[1].position = FingerCapture::kLeftThumb;
    return samples;
  }
  void run(const char* sql) {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open((world.usa.directory + "/puente.db").c_str(), &database), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(database, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(database);
    sqlite3_close(database);
  }
};

TEST_F(ProtectionFlow, r2_somebody_enrolled_is_hidden_by_one_command_at_once_and_after_a_restart) {
  world.enrol(world.usa, 1, "p-1");
  EXPECT_EQ(found_by_col(1), QuestionState::kHit);
  const auto view = protect("p-1");
  EXPECT_EQ(view.protection.withheld_from, std::set<std::string>{"COL"});
  EXPECT_EQ(view.protection.set_by, kOfficer.user);
  EXPECT_EQ(found_by_col(1), QuestionState::kNoHit);
  world.start(world.usa);
  EXPECT_EQ(found_by_col(1), QuestionState::kNoHit);
  EXPECT_EQ(must(node().identify(kOfficer, fingers_of(1, 2), kOurFile)).candidates.size(), 1u);
  EXPECT_EQ(world.count(world.usa, "protected"), 1);
}

TEST_F(ProtectionFlow, only_officers_and_supervisors_hide_and_they_say_why_and_from_a_country) {
  world.enrol(world.usa, 1, "p-1");
  EXPECT_EQ(node().protect(kExaminer, "p-1", {ProtectionClass::kAsylum, {"COL"}, kProtectionWhy}).error().code,
            Code::kDenied);
  EXPECT_EQ(node().protect(kOfficer, "p-1", {ProtectionClass::kAsylum, {"COL"}, "why"}).error().code,
            Code::kInvalidInput);
  EXPECT_EQ(node().protect(kOfficer, "p-1", {ProtectionClass::kAsylum, {}, kProtectionWhy}).error().code,
            Code::kInvalidInput);
  for (const char* code : {"UAS", "XQZ", "ZZZ", "XXA", "col", "USA"})
    EXPECT_EQ(node().protect(kOfficer, "p-1", {ProtectionClass::kAsylum, {code}, kProtectionWhy}).error().code,
              Code::kInvalidInput)
        << code;
  EXPECT_EQ(node().protect(kOfficer, "p-9", {ProtectionClass::kAsylum, {"COL"}, kProtectionWhy}).error().code,
            Code::kNotFound);
  EXPECT_EQ(node().protection(kOfficer, "p-1").error().code, Code::kNotFound);
  EXPECT_EQ(world.count(world.usa, "protected"), 0);
  const auto warned = protect("p-1", "VEN");
  ASSERT_EQ(warned.warnings.size(), 1u);
  EXPECT_NE(warned.warnings[0].find("VEN"), std::string::npos);
  EXPECT_TRUE(protect("p-1").warnings.empty());
}

TEST_F(ProtectionFlow, r2_a_second_id_of_the_hand_inherits_before_anybody_can_find_it) {
  world.enrol(world.usa, 1, "p-1", {"COL"});
  const auto second = enrol_as("p-2", 1);
  EXPECT_TRUE(second.enrolled);
  EXPECT_EQ(second.withheld_from, std::set<std::string>{"COL"});
  EXPECT_EQ(found_by_col(1), QuestionState::kNoHit);
  erase_by_two("p-1");
  EXPECT_EQ(found_by_col(1), QuestionState::kNoHit);
  world.start(world.usa);
  EXPECT_EQ(found_by_col(1), QuestionState::kNoHit);
}

TEST_F(ProtectionFlow, wrong_or_missing_positions_do_not_lose_it) {
  world.enrol(world.usa, 1, "p-1", {"COL"});
  EXPECT_EQ(enrol_as("p-2", 1, without_positions(fingers_of(1, 2))).withheld_from.size(), 1u);
  EXPECT_EQ(enrol_as("p-3", 1, as_other_fingers(fingers_of(1, 3))).withheld_from.size(), 1u);
}

TEST_F(ProtectionFlow, who_has_many_ids_is_hidden_by_all_of_them_whenever_it_is_said) {
  world.enrol(world.usa, 1, "p-1");
  enrol_as("p-2", 1, as_other_fingers(fingers_of(1, 2)));  // no search by positions links them
  const auto view = protect("p-2");
  EXPECT_EQ(view.same_hand, (std::set<std::string>{"p-1", "p-2"}));
  EXPECT_EQ(found_by_col(1), QuestionState::kNoHit);
  EXPECT_EQ(must(node().protection(kOfficer, "p-1")).protection.withheld_from.size(), 1u);
}

TEST_F(ProtectionFlow, an_encounter_that_joins_two_ids_spreads_it) {
  const auto right = std::vector<Sample>{fingers_of(1, 1)[0]}, left = std::vector<Sample>{fingers_of(1, 1)[1]};
  enrol_as("right", 1, right);
  enrol_as("left", 1, left);
  protect("right");
  EXPECT_EQ(node().protection(kOfficer, "left").error().code, Code::kNotFound);
  EXPECT_EQ(enrol_as("both", 1).withheld_from.size(), 1u);
  EXPECT_EQ(must(node().protection(kOfficer, "left")).protection.withheld_from.size(), 1u);
  EXPECT_EQ(found_by_col(1), QuestionState::kNoHit);
}

TEST_F(ProtectionFlow, r2_no_date_ends_it) {
  world.enrol(world.usa, 1, "p-1");
  service::EnrolRequest hiding;
  hiding.person_id = "p-1";
  hiding.samples = fingers_of(1, 2);
  hiding.withheld_from = {"COL"};
  hiding.protection_class = ProtectionClass::kAsylum;
  hiding.retention_days = 10;
  must(node().enrol(kOfficer, std::move(hiding)));
  world.clock.advance_ms(11 * kDayMs);
  node().work();
  ASSERT_EQ(world.count(world.usa, "erased"), 1);
  EXPECT_EQ(found_by_col(1), QuestionState::kNoHit);
  world.start(world.usa);
  EXPECT_EQ(found_by_col(1), QuestionState::kNoHit);
}

TEST_F(ProtectionFlow, it_goes_with_the_last_that_is_held_of_somebody_and_a_supervisor_is_told) {
  service::EnrolRequest brief;
  brief.person_id = "p-1";
  brief.samples = fingers_of(1, 2);
  brief.retention_days = 1;
  must(node().enrol(kOfficer, std::move(brief)));
  protect("p-1");
  world.clock.advance_ms(2 * kDayMs);
  node().work();
  ASSERT_EQ(world.count(world.usa, "erased"), 1);
  const auto told = must(node().alarms(kSupervisor, true));
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told.front().kind, "protection_over");
  EXPECT_NE(told.front().sentence.find("COL"), std::string::npos);
  EXPECT_EQ(told.front().sentence.find("p-1"), std::string::npos) << "nobody's name outlives them";
}

TEST_F(ProtectionFlow, enrolling_again_without_it_does_not_end_it) {
  world.enrol(world.usa, 1, "p-1", {"COL"});
  world.enrol(world.usa, 1, "p-1");
  EXPECT_EQ(found_by_col(1), QuestionState::kNoHit);
  EXPECT_EQ(found_by_col(1), QuestionState::kNoHit);
}

TEST_F(ProtectionFlow, story_3_with_a_row_missing_the_node_does_not_start) {
  world.enrol(world.usa, 1, "p-1");
  protect("p-1");
  world.usa.node.reset();
  run("DELETE FROM protection");
  EXPECT_EQ(world.try_start(world.usa).error().code, Code::kCorrupt);
}

TEST_F(ProtectionFlow, who_is_erased_takes_it_along_and_is_nobody_when_enrolled_anew) {
  world.enrol(world.usa, 1, "p-1", {"COL"});
  erase_by_two("p-1");
  EXPECT_EQ(world.count(world.usa, "protection_lifted"), 0);
  world.enrol(world.usa, 1, "p-1");
  EXPECT_EQ(found_by_col(1), QuestionState::kHit);
  world.start(world.usa);  // and no alarm about a record that was erased with the person
  EXPECT_TRUE(must(node().alarms(kSupervisor, false)).empty());
}

TEST_F(ProtectionFlow, r28_who_is_hidden_is_erased_by_two_and_stays_hidden_until_then) {
  world.enrol(world.usa, 1, "p-1", {"COL"});
  const auto erase = [&](const Caller& by) { return node().erase_person(by, "p-1", "asked for it in writing"); };
  EXPECT_EQ(erase(kSupervisor).error().code, Code::kConflict) << "erased and enrolled anew, they would be found";
  must(node().propose_lift(kSupervisor, "p-1", "asked to be erased, file 12"));
  EXPECT_EQ(erase(kSupervisor).error().code, Code::kDenied);
  EXPECT_EQ(erase({kOtherSupervisor.user, Role::kSupervisor, true}).error().code, Code::kDenied);
  EXPECT_EQ(world.count(world.usa, "erased"), 0);
  EXPECT_EQ(found_by_col(1), QuestionState::kNoHit);
  must(erase(kOtherSupervisor));
  EXPECT_EQ(node().health().people, 0u);
  world.enrol(world.usa, 2, "p-2");
  must(node().erase_person(kSupervisor, "p-2", "asked for it in writing"));  // who is hidden from nobody, by one
}

// ---- why somebody is hidden

TEST_F(ProtectionFlow, r34_what_was_collected_to_help_is_hidden_from_every_partner_from_its_enrolment_on) {
  service::EnrolRequest helped;
  helped.person_id = "p-1";
  helped.samples = fingers_of(1, 1);
  helped.protection_class = ProtectionClass::kHumanitarianSource;  // and nobody named a country
  EXPECT_EQ(must(node().enrol(kOfficer, helped)).withheld_from, std::set<std::string>{kEveryCountry});
  for (int twice = 0; twice < 2; ++twice) {
    EXPECT_EQ(found_by_col(1), QuestionState::kNoHit);
    EXPECT_EQ(world.try_ask(world.usa, world.col, 1).error().code, Code::kDenied) << "nor by being asked";
    world.start(world.usa);
  }
  EXPECT_EQ(must(node().identify(kOfficer, fingers_of(1, 2), kOurFile)).candidates.size(), 1u)
      << "those who help know them";
  EXPECT_EQ(must(node().protection(kOfficer, "p-1")).protection.classes,
            std::set<ProtectionClass>{ProtectionClass::kHumanitarianSource});
}

TEST_F(ProtectionFlow, r2_a_victim_of_crime_is_hidden_from_every_country_whichever_was_named) {
  enrol_as("p-1", 1);
  const auto view = must(node().protect(kOfficer, "p-1", {ProtectionClass::kVictimOfCrime, {"VEN"}, kProtectionWhy}));
  EXPECT_EQ(view.protection.withheld_from, (std::set<std::string>{"VEN", kEveryCountry}));
  EXPECT_EQ(found_by_col(1), QuestionState::kNoHit);
}

TEST_F(ProtectionFlow, r2_without_a_class_nobody_is_hidden_by_command_by_number_or_at_an_enrolment) {
  enrol_as("p-1", 1);
  service::EnrolRequest unsaid;
  unsaid.samples = fingers_of(2, 1);
  unsaid.withheld_from = {"COL"};
  for (const Error& refused :
       {node().protect(kOfficer, "p-1", {std::nullopt, {"COL"}, kProtectionWhy}).error(),
        node()
            .protect_number(kOfficer, NumberKind::kFile, "FILE-2026-17", {std::nullopt, {"COL"}, kProtectionWhy})
            .error(),
        node().enrol(kOfficer, unsaid).error()}) {
    EXPECT_EQ(refused.code, Code::kInvalidInput);
    EXPECT_EQ(refused.message, policy::explain("protection_class_missing"));
  }
  EXPECT_EQ(found_by_col(1), QuestionState::kHit);
  EXPECT_EQ(node().health().people, 1u);
}

TEST_F(ProtectionFlow, r2_the_classes_of_a_hand_are_those_of_each_of_its_ids_and_end_with_the_protection) {
  using Classes = std::set<ProtectionClass>;
  const auto classes = [&](const char* id) { return must(node().protection(kOfficer, id)).protection.classes; };
  must(node().protect_number(kOfficer, NumberKind::kDocument, biography_of(1).at(DataElement::kDocumentNumber),
                             {ProtectionClass::kRefugee, {"COL"}, kProtectionWhy}));
  world.enrol(world.usa, 1, "p-1");
  EXPECT_EQ(classes("p-1"), Classes{ProtectionClass::kRefugee}) << "by the number of the document";
  enrol_as("p-2", 1);
  EXPECT_EQ(classes("p-2"), Classes{ProtectionClass::kRefugee}) << "by the hand";
  must(node().protect(kOfficer, "p-2", {ProtectionClass::kTorture, {"COL"}, kProtectionWhy}));
  world.start(world.usa);
  for (const char* id : {"p-1", "p-2"})
    EXPECT_EQ(classes(id), (Classes{ProtectionClass::kRefugee, ProtectionClass::kTorture})) << id;
  must(node().propose_lift(kSupervisor, "p-1", "claim withdrawn in writing"));
  must(node().lift_protection(kOtherSupervisor, "p-1", "read the file, so it is"));
  must(node().protect(kOfficer, "p-1", {ProtectionClass::kWithholding, {"COL"}, kProtectionWhy}));
  EXPECT_EQ(classes("p-2"), Classes{ProtectionClass::kWithholding});
}

TEST_F(ProtectionFlow, r2_a_protection_of_an_older_version_has_no_class_and_hides_as_before) {
  enrol_as("p-1", 1);
  world.plant(world.usa, [](store::Transaction& transaction) {
    must(transaction.put_protection({"p-1", {"COL"}, 1, 5, "officer.one", "asks for asylum", "", ""}));
  });
  EXPECT_EQ(found_by_col(1), QuestionState::kNoHit);
  EXPECT_EQ(enrol_as("p-2", 1).withheld_from, std::set<std::string>{"COL"});
  EXPECT_TRUE(must(node().protection(kOfficer, "p-2")).protection.classes.empty());
  protect("p-1", "VEN");
  EXPECT_EQ(must(node().protection(kOfficer, "p-2")).protection.classes,
            std::set<ProtectionClass>{ProtectionClass::kAsylum});
}

TEST_F(ProtectionFlow, r2_the_class_stands_in_no_log_and_no_figure_and_leaves_with_nothing) {
  service::EnrolRequest hidden;
  hidden.person_id = "p-1";
  hidden.samples = fingers_of(1, 1);
  hidden.withheld_from = {"COL"};
  hidden.protection_class = ProtectionClass::kTorture;
  must(node().enrol(kOfficer, hidden));
  found_by_col(1);
  (void)world.try_ask(world.usa, world.col, 1);
  node().work();
  std::string all = node().metrics() + node().checkpoint();
  for (const auto& line : must(node().log_entries(kAuditor, {})).lines)
    all += canonical(line.leaf) + canonical(line.details);
  EXPECT_EQ(all.find("torture"), std::string::npos);
}

TEST_F(ProtectionFlow, r2_a_leaf_of_the_log_does_not_say_who_is_hidden) {
  world.enrol(world.usa, 1, "p-1", {"COL"});
  must(node().propose_lift(kSupervisor, "p-1", "claim withdrawn in writing"));
  must(node().lift_protection(kOtherSupervisor, "p-1", "read the file, so it is"));
  for (const char* event : {"protected", "protection_lift_proposed", "protection_lifted"}) {
    const auto lines = must(node().log_entries(kAuditor, {.event = event})).lines;
    ASSERT_EQ(lines.size(), 1u) << event;
    EXPECT_TRUE(lines[0].leaf["subject"].is_null()) << event;
    EXPECT_EQ(*lines[0].details["person_id"].as_string(), "p-1");
  }
  EXPECT_EQ(must(node().log_entries(kAuditor, {.event = "protected", .person_id = "p-1"})).lines.size(), 1u);
}

// ---- a date of birth that is learnt later

TEST_F(ProtectionFlow, r10_of_whom_a_date_of_birth_says_later_that_they_were_under_six_nobody_learns) {
  enrol_as("p-1", 1);
  EXPECT_EQ(found_by_col(1), QuestionState::kHit);
  service::EnrolRequest again;
  again.person_id = "p-1";
  again.samples = fingers_of(1, 3);
  again.biographic[DataElement::kDateOfBirth] = "2022-05-01";
  EXPECT_EQ(node().enrol(kOfficer, again).error().code, Code::kDenied);
  EXPECT_EQ(found_by_col(1), QuestionState::kNoHit);
  world.start(world.usa);
  EXPECT_EQ(found_by_col(1), QuestionState::kNoHit);
  EXPECT_EQ(world.try_ask(world.usa, world.col, 1).error().code, Code::kDenied) << "nor by being asked";
  const auto told = must(node().alarms(kSupervisor, true));
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told.front().kind, "child");
  EXPECT_EQ(told.front().by, kOfficer.user);
  EXPECT_EQ(must(node().identify(kOfficer, fingers_of(1, 2), kOurFile)).candidates.size(), 1u)
      << "one officer erases nobody";
  erase_by_two("p-1");
}

TEST_F(ProtectionFlow, nor_where_it_is_said_of_another_id_of_the_hand) {
  enrol_as("p-1", 1);
  service::EnrolRequest other;
  other.person_id = "p-2";
  other.enrol_if_known = true;
  other.samples = fingers_of(1, 3);
  other.biographic[DataElement::kDateOfBirth] = "2022-05-01";
  EXPECT_EQ(node().enrol(kOfficer, other).error().code, Code::kDenied);
  EXPECT_EQ(found_by_col(1), QuestionState::kNoHit);
}

TEST_F(ProtectionFlow, who_was_five_then_and_is_seven_now_is_enrolled_and_what_was_taken_then_is_hidden) {
  enrol_as("p-1", 1);
  world.clock.advance_ms(2 * 365 * kDayMs);
  service::EnrolRequest again;
  again.person_id = "p-1";
  again.samples = fingers_of(1, 3);
  again.biographic[DataElement::kDateOfBirth] = "2021-05-01";
  again.guardian = "Marta Gil";
  const auto enrolled = must(node().enrol(kOfficer, again));
  EXPECT_TRUE(enrolled.enrolled);
  EXPECT_EQ(enrolled.withheld_from, std::set<std::string>{kEveryCountry});
  EXPECT_EQ(must(node().alarms(kSupervisor, true)).size(), 1u);
  must(node().propose_lift(kSupervisor, "p-1", "the date was a slip of the pen"));
  must(node().lift_protection(kOtherSupervisor, "p-1", "saw the passport, so it is"));
  EXPECT_EQ(node().protection(kOfficer, "p-1").error().code, Code::kNotFound);
}

TEST_F(ProtectionFlow, a_known_date_of_birth_holds_for_a_card_of_earlier_days) {
  service::EnrolRequest first;
  first.person_id = "p-1";
  first.samples = fingers_of(1, 1);
  first.biographic[DataElement::kDateOfBirth] = "2015-05-01";
  first.guardian = "Marta Gil";
  ASSERT_TRUE(must(node().enrol(kOfficer, first)).enrolled);
  service::EnrolRequest older;
  older.person_id = "p-1";
  older.samples = fingers_of(1, 2);
  older.biographic[DataElement::kEncounterDate] = "2019-01-01";
  EXPECT_EQ(node().enrol(kOfficer, older).error().code, Code::kDenied) << "three years old";
  EXPECT_EQ(node().protection(kOfficer, "p-1").error().code, Code::kNotFound);
}

TEST_F(ProtectionFlow, a_date_of_birth_of_an_adult_or_in_the_future_hides_nobody) {
  enrol_as("p-1", 1);
  service::EnrolRequest again;
  again.person_id = "p-1";
  again.samples = fingers_of(1, 3);
  for (const char* born : {"1990-05-01", "2031-05-01"}) {
    again.biographic[DataElement::kDateOfBirth] = born;
    (void)node().enrol(kOfficer, again);
    EXPECT_EQ(node().protection(kOfficer, "p-1").error().code, Code::kNotFound) << born;
  }
  EXPECT_EQ(found_by_col(1), QuestionState::kHit);
}

TEST_F(ProtectionFlow, r28_two_people_take_it_off_for_every_id_of_the_hand) {
  world.enrol(world.usa, 1, "p-1", {"COL"});
  enrol_as("p-2", 1);
  EXPECT_EQ(node().lift_protection(kSupervisor, "p-1", "claim withdrawn in writing").error().code, Code::kConflict);
  EXPECT_EQ(node().propose_lift(kOfficer, "p-1", "claim withdrawn in writing").error().code, Code::kDenied);
  EXPECT_EQ(node().propose_lift(kSupervisor, "p-1", "why").error().code, Code::kInvalidInput);
  const Caller at_the_keys_too{kSupervisor.user, Role::kSupervisor, true};
  EXPECT_EQ(node().propose_lift(at_the_keys_too, "p-1", "claim withdrawn in writing").error().code, Code::kDenied);
  must(node().propose_lift(kSupervisor, "p-1", "claim withdrawn in writing"));
  EXPECT_EQ(found_by_col(1), QuestionState::kNoHit);
  EXPECT_EQ(node().lift_protection(kSupervisor, "p-1", "claim withdrawn in writing").error().code, Code::kDenied);
  const Caller at_the_keys{kOtherSupervisor.user, Role::kSupervisor, true};
  EXPECT_EQ(node().lift_protection(at_the_keys, "p-1", "read the file, it is genuine").error().code, Code::kDenied)
      << "who may read the keys may be any user";
  must(node().lift_protection(kOtherSupervisor, "p-2", "read the file, it is genuine"));
  EXPECT_EQ(found_by_col(1), QuestionState::kHit);
  world.start(world.usa);
  EXPECT_EQ(found_by_col(1), QuestionState::kHit);
  EXPECT_EQ(world.count(world.usa, "protection_lift_proposed"), 2);
  EXPECT_EQ(world.count(world.usa, "protection_lifted"), 2);
  EXPECT_EQ(enrol_as("p-3", 1).withheld_from.size(), 0u);
  EXPECT_TRUE(world.verify_log(world.usa).ok);
}

TEST_F(ProtectionFlow, whoever_is_hidden_anew_must_be_proposed_anew) {
  world.enrol(world.usa, 1, "p-1", {"COL"});
  must(node().propose_lift(kSupervisor, "p-1", "claim withdrawn in writing"));
  protect("p-1");
  EXPECT_EQ(node().lift_protection(kOtherSupervisor, "p-1", "read the file, it is genuine").error().code,
            Code::kConflict);
}

TEST_F(ProtectionFlow, a_hand_that_grew_since_the_proposal_is_proposed_anew) {
  const std::vector<Sample> both = fingers_of(1, 2);
  enrol_as("p-right", 1, {both[0]});
  enrol_as("p-left", 1, {both[1]});
  protect("p-right");
  protect("p-left");
  must(node().propose_lift(kSupervisor, "p-right", "claim withdrawn in writing"));
  enrol_as("p-both", 1);  // says that the two are one hand
  EXPECT_EQ(node().lift_protection(kOtherSupervisor, "p-right", "read the file, it is genuine").error().code,
            Code::kConflict);
  EXPECT_EQ(found_by_col(1), QuestionState::kNoHit);
}

TEST_F(ProtectionFlow, whoever_is_in_a_probe_and_hidden_is_not_found_by_the_fingers_of_another_id) {
  const std::vector<Sample> both = fingers_of(1, 1);
  enrol_as("p-right", 1, {both[0]});
  EXPECT_EQ(found_by_col(1), QuestionState::kHit);
  enrol_as("p-left", 1, {both[1]});
  protect("p-left");
  EXPECT_EQ(found_by_col(1), QuestionState::kNoHit);
}

TEST_F(ProtectionFlow, nobody_outside_sees_whose_exchange_a_hidden_person_s_was) {
  world.enrol(world.usa, 1, "p-1");
  const Question hit = world.ask(world.col, world.usa, 1);
  must(world.decide(world.usa, hit.reference, Verdict::kConfirm, "same ridge flow and minutiae"));
  protect("p-1");
  node().work();
  std::set<std::string> of_people, of_exchanges;
  for (const LogRow& row : must(must(store::open_log(world.usa.directory))->log_rows(0, 1000))) {
    const Json leaf = must(parse_json(text(row.leaf)));
    if (leaf["subject"].as_string() == nullptr) continue;
    (leaf["exchange"].as_string() == nullptr ? of_people : of_exchanges).insert(*leaf["subject"].as_string());
  }
  EXPECT_FALSE(of_people.empty());
  EXPECT_TRUE(of_exchanges.empty());
  const auto about = must(node().log_entries(kAuditor, {.person_id = "p-1"}));
  EXPECT_GE(about.lines.size(), 4u) << "an auditor still sees all of it";
}

// ---- who is not enrolled yet

TEST_F(ProtectionFlow, r2_whose_document_is_known_is_hidden_before_anybody_can_find_them) {
  const std::string passport = biography_of(1).at(DataElement::kDocumentNumber);
  std::string written = passport.substr(0, 2) + " " + passport.substr(2);
  for (char& c : written) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const auto view = must(node().protect_number(kOfficer, NumberKind::kDocument, written,
                                               {ProtectionClass::kAsylum, {"COL"}, kProtectionWhy}));
  EXPECT_TRUE(view.protection.person_id.starts_with("document:"));
  EXPECT_EQ(view.protection.person_id.find(passport), std::string::npos);
  world.start(world.usa);
  EXPECT_EQ(world.enrol(world.usa, 1, "p-1").withheld_from, std::set<std::string>{"COL"});
  EXPECT_TRUE(world.enrol(world.usa, 2, "p-2").withheld_from.empty());
  EXPECT_EQ(found_by_col(1), QuestionState::kNoHit);
  EXPECT_EQ(found_by_col(2), QuestionState::kHit);
  const auto again = must(node().protect_number(kOfficer, NumberKind::kDocument, passport,
                                                {ProtectionClass::kAsylum, {"COL"}, kProtectionWhy}));
  EXPECT_EQ(again.protection.person_id, view.protection.person_id);
  EXPECT_EQ(again.protection.revision, view.protection.revision) << "said already";
}

TEST_F(ProtectionFlow, r2_a_number_is_the_same_however_it_is_written) {
  const auto id_of = [&](const std::string& number) {
    const auto view = node().protect_number(kOfficer, NumberKind::kDocument, number,
                                            {ProtectionClass::kAsylum, {"COL"}, kProtectionWhy});
    return view.ok() ? view->protection.person_id : view.error().message;
  };
  const std::string id = id_of("AX123456");
  for (const char* same : {"ax-12 34.56", "AX\u00a0123456", "AX\u2013123456", "AX\u200b123456",
                           "\uff21\uff38\uff11\uff12\uff13\uff14\uff15\uff16", "\uff41\uff58123456",
                           "AX 12\u2009"
                           "3456"})
    EXPECT_EQ(id_of(same), id) << same;
  EXPECT_NE(id_of("AX123457"), id);
  EXPECT_EQ(id_of("\u0410\u0425123456"), id) << "Cyrillic letters that nobody can tell from Latin ones";
  EXPECT_EQ(id_of("N\u00ba AX123456"), id_of("NAX123456"));
  for (const char* too_little : {"NONE", "UNKNOWN", "A-1", "123"})
    EXPECT_NE(id_of(too_little).find("a digit among them"), std::string::npos) << too_little;
  for (const char* other : {"\u00e9\u00e9\u00e9\u00e91", "\u0416\u0416123456", "\u4e2d123456"})
    EXPECT_NE(id_of(other).find("another alphabet"), std::string::npos)
        << other << ": what is left would be somebody's";
}

// A paper leads to its bearer as a hand does, whichever of two ids was hidden first.
TEST_F(ProtectionFlow, r2_who_bears_the_document_of_somebody_hidden_is_hidden_under_whatever_id) {
  enrol_bearing("PP 555555", "p-1", 1);
  enrol_bearing("pp555555", "p-2", 2);  // other fingers of the same person
  enrol_bearing("PP555556", "p-3", 3);
  EXPECT_EQ(found_by_col(2), QuestionState::kHit);
  const auto view = protect("p-1");
  EXPECT_EQ(view.same_hand, (std::set<std::string>{"p-1", "p-2"}));
  EXPECT_EQ(found_by_col(2), QuestionState::kNoHit);
  EXPECT_EQ(found_by_col(3), QuestionState::kHit);
  enrol_bearing("PP-555555", "p-4", 4);
  EXPECT_EQ(found_by_col(4), QuestionState::kNoHit) << "enrolled when the paper was hidden already";
  enrol_bearing("QQ777777", "p-1", 1);
  enrol_bearing("QQ777777", "p-5", 5);
  EXPECT_EQ(found_by_col(5), QuestionState::kNoHit) << "and by a later paper of the same person";
  world.start(world.usa);
  for (const std::uint32_t hidden : {1u, 2u, 4u, 5u}) EXPECT_EQ(found_by_col(hidden), QuestionState::kNoHit) << hidden;
  must(node().propose_lift(kSupervisor, "p-1", "claim withdrawn in writing"));
  must(node().lift_protection(kOtherSupervisor, "p-1", "read the file, it is genuine"));
  enrol_bearing("PP555555", "p-6", 6);
  EXPECT_EQ(found_by_col(6), QuestionState::kHit) << "with the person their paper is free again";
}

TEST_F(ProtectionFlow, r2_a_paper_that_nobody_typed_goes_with_its_bearer) {
  enrol_bearing("PP555555", "p-1", 1);
  protect("p-1");
  must(node().propose_lift(kSupervisor, "p-1", "has asked to be erased"));
  must(node().erase_person(kOtherSupervisor, "p-1", "has asked to be erased, file 9"));
  EXPECT_TRUE(enrol_bearing("PP555555", "p-2", 2).withheld_from.empty());
  world.start(world.usa);
  EXPECT_EQ(found_by_col(2), QuestionState::kHit);
}

TEST_F(ProtectionFlow, r28_a_number_that_somebody_typed_is_lifted_apart_and_who_lifts_the_person_is_reminded) {
  enrol_bearing("PP555555", "p-1", 1);
  const auto number = must(node().protect_number(kOfficer, NumberKind::kDocument, "PP555555",
                                                 {ProtectionClass::kAsylum, {"COL"}, kProtectionWhy}));
  must(node().propose_lift(kSupervisor, "p-1", "claim withdrawn in writing"));
  const auto lifted = must(node().lift_protection(kOtherSupervisor, "p-1", "read the file, it is genuine"));
  ASSERT_EQ(lifted.warnings.size(), 1u);
  EXPECT_TRUE(lifted.warnings[0].ends_with(number.protection.person_id)) << lifted.warnings[0];
  EXPECT_EQ(found_by_col(1), QuestionState::kHit);
  EXPECT_EQ(enrol_bearing("PP555555", "p-2", 2).withheld_from, std::set<std::string>{"COL"});
}

// Whatever words somebody gives as reasons: what people do to a protection is an entry.
TEST_F(ProtectionFlow, r28_what_is_done_to_a_protection_is_an_entry_whatever_its_reasons_say) {
  constexpr const char* kAsThePapers = "a document of somebody who is hidden";
  enrol_bearing("PP555555", "p-1", 1);
  must(node().protect(kOfficer, "p-1", {ProtectionClass::kAsylum, {"COL"}, kAsThePapers}));
  const auto number = must(node().protect_number(kOfficer, NumberKind::kDocument, "QQ777777",
                                                 {ProtectionClass::kAsylum, {"COL"}, kAsThePapers}));
  for (const std::string& id : {std::string("p-1"), number.protection.person_id}) {
    const auto before = world.count(world.usa, "protection_lifted");
    must(node().propose_lift(kSupervisor, id, "claim withdrawn in writing"));
    must(node().lift_protection(kOtherSupervisor, id, "read the file, it is genuine"));
    EXPECT_EQ(world.count(world.usa, "protection_lifted"), before + 1) << id;
  }
  // and of a number that follows its bearer, lifted by its own id
  must(node().protect(kOfficer, "p-1", {ProtectionClass::kAsylum, {"COL"}, kProtectionWhy}));
  const std::string paper = must(node().protect_number(kOfficer, NumberKind::kDocument, "PP555555",
                                                       {ProtectionClass::kAsylum, {"COL"}, kProtectionWhy}))
                                .protection.person_id;
  must(node().propose_lift(kSupervisor, paper, "claim withdrawn in writing"));
  must(node().lift_protection(kOtherSupervisor, paper, "read the file, it is genuine"));
  must(
      node().protect(kOfficer, "p-1", {ProtectionClass::kTorture, {"COL"}, kProtectionWhy}));  // the paper follows anew
  const auto before = world.count(world.usa, "protection_lift_proposed");
  must(node().propose_lift(kSupervisor, paper, "claim withdrawn in writing"));
  EXPECT_EQ(world.count(world.usa, "protection_lift_proposed"), before + 1);
}

// What an officer says with an enrolment holds though the enrolment is refused: the person is here already.
TEST_F(ProtectionFlow, r2_who_is_known_already_is_hidden_by_what_a_refused_enrolment_says) {
  enrol_as("p-1", 1);
  service::EnrolRequest request;
  request.samples = fingers_of(1, 3);
  request.withheld_from = {"COL"};
  request.protection_class = ProtectionClass::kAsylum;
  const auto answer = must(node().enrol(kOfficer, request));
  EXPECT_FALSE(answer.enrolled);
  EXPECT_EQ(answer.withheld_from, std::set<std::string>{"COL"});
  EXPECT_EQ(found_by_col(1), QuestionState::kNoHit);
  EXPECT_EQ(must(node().log_entries(kAuditor, {.event = "enrol_refused"})).lines.at(0).details["asked_to_hide_from"],
            Json::array({"COL"}));
  request.samples = fingers_of(2, 1);  // a stranger, who is refused for something else: nobody is there to be hidden
  request.biographic[DataElement::kDateOfBirth] = "2015-01-01";
  const auto refused = must(node().enrol(kOfficer, request));
  ASSERT_EQ(refused.warnings.size(), 1u);
  EXPECT_NE(refused.warnings[0].find("nobody was enrolled: hide"), std::string::npos) << refused.warnings[0];
}

// A refusal for another reason says nothing of whose fingers they are: no search without a file.
TEST_F(ProtectionFlow, a_refusal_for_a_guardian_is_the_same_of_known_and_unknown_people) {
  enrol_as("p-1", 1);
  const auto said = [&](const char* id, std::uint32_t hand) {
    service::EnrolRequest request;
    request.person_id = id;
    request.samples = fingers_of(hand, 3);
    request.biographic[DataElement::kDateOfBirth] = "2015-01-01";
    const auto refused = must(node().enrol(kOfficer, std::move(request)));
    EXPECT_TRUE(refused.known_as.empty());
    return refused.reasons;
  };
  EXPECT_EQ(said("p-9", 9), std::vector<std::string>{"guardian_missing"});
  EXPECT_EQ(said("p-9", 1), said("p-9", 9));
  EXPECT_EQ(said("p-1", 9), said("p-9", 9)) << "nor whether an id has other fingers";
}

// A partner that was given somebody's name has it: who hides or erases them is told, and a supervisor.
TEST_F(ProtectionFlow, what_a_partner_was_given_before_is_said_to_who_hides_and_who_erases) {
  world.enrol(world.usa, 1, "p-1");
  EXPECT_EQ(found_by_col(1), QuestionState::kHit);
  const std::string case_id = must(node().cases(kExaminer)).cases.at(0).case_id;
  must(world.decide(world.usa, case_id, Verdict::kConfirm, "ridge flow and minutiae agree in both"));
  node().work();
  world.enrol(world.usa, 2, "p-2");
  EXPECT_EQ(found_by_col(2), QuestionState::kHit);
  const auto view = protect("p-1");
  ASSERT_EQ(view.warnings.size(), 1u);
  EXPECT_TRUE(view.warnings[0].starts_with("COL was given data by case c-")) << view.warnings[0];
  const auto hit = protect("p-2");
  ASSERT_EQ(hit.warnings.size(), 1u);
  EXPECT_TRUE(hit.warnings[0].starts_with("COL was told of a hit by case c-")) << hit.warnings[0];
  EXPECT_EQ(must(node().alarms(kSupervisor, true)).size(), 2u);
  must(node().propose_lift(kSupervisor, "p-1", "has asked to be erased"));
  must(node().erase_person(kOtherSupervisor, "p-1", "has asked to be erased, file 9"));
  const auto alarms = must(node().alarms(kSupervisor, true));
  EXPECT_TRUE(std::ranges::any_of(alarms, [](const Alarm& each) {
    return each.kind == "told_before" && each.sentence.starts_with("somebody was erased of whom a partner knows: COL");
  }));
}

TEST_F(ProtectionFlow, r2_whose_enrolment_is_refused_is_hidden_by_its_number_under_the_id_they_have) {
  enrol_as("p-1", 1);  // without a document
  must(node().protect_number(kOfficer, NumberKind::kDocument, "CR 777002",
                             {ProtectionClass::kAsylum, {"COL"}, kProtectionWhy}));
  service::EnrolRequest request;
  request.person_id = "p-2";
  request.samples = fingers_of(1, 3);
  request.biographic[DataElement::kDocumentNumber] = "CR777002";
  EXPECT_FALSE(must(node().enrol(kOfficer, std::move(request))).enrolled);
  EXPECT_EQ(found_by_col(1), QuestionState::kNoHit);
  EXPECT_EQ(must(node().protection(kOfficer, "p-1")).protection.withheld_from, std::set<std::string>{"COL"});
  const auto read = world.count(world.usa, "encounter_read");
  EXPECT_EQ(node().protection(kOfficer, "p-2").error().code, Code::kNotFound);
  EXPECT_EQ(world.count(world.usa, "encounter_read"), read + 1) << "to learn that nobody hides them is to have read";
}

TEST_F(ProtectionFlow, a_number_that_nobody_hid_is_not_said_to_be_hidden) {
  EXPECT_EQ(
      node().protect(kOfficer, "file:ASILO-2026-778", {ProtectionClass::kAsylum, {"COL"}, kProtectionWhy}).error().code,
      Code::kNotFound);
  const auto view = must(node().protect_number(kOfficer, NumberKind::kFile, "ASILO-2026-778",
                                               {ProtectionClass::kAsylum, {"COL"}, kProtectionWhy}));
  EXPECT_TRUE(
      node().protect(kOfficer, view.protection.person_id, {ProtectionClass::kAsylum, {"VEN"}, kProtectionWhy}).ok());
  const auto before = world.count(world.usa, "encounter_read");
  must(node().protect_number(kOfficer, NumberKind::kFile, "ASILO-2026-778",
                             {ProtectionClass::kAsylum, {"COL"}, kProtectionWhy}));
  EXPECT_GE(world.count(world.usa, "encounter_read") + world.count(world.usa, "protected"), before + 1);
}

TEST_F(ProtectionFlow, r2_and_who_is_enrolled_with_it_already_under_every_id_of_the_hand) {
  world.enrol(world.usa, 1, "p-1");
  enrol_as("p-other", 1);
  const auto view =
      must(node().protect_number(kOfficer, NumberKind::kDocument, biography_of(1).at(DataElement::kDocumentNumber),
                                 {ProtectionClass::kAsylum, {"COL"}, kProtectionWhy}));
  EXPECT_TRUE(view.same_hand.contains("p-1"));
  EXPECT_TRUE(view.same_hand.contains("p-other"));
  EXPECT_EQ(found_by_col(1), QuestionState::kNoHit);
}

TEST_F(ProtectionFlow, r37_a_file_whose_number_is_hidden_is_asked_about_nowhere_it_is_hidden_from) {
  must(node().protect_number(kOfficer, NumberKind::kFile, "file 2026/17",
                             {ProtectionClass::kAsylum, {"COL"}, kProtectionWhy}));  // that of try_ask
  const auto refused = world.try_ask(world.usa, world.col, 2);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().message, policy::explain("own_rules"));
  node().work();
  EXPECT_TRUE(world.seen.empty());
}

TEST_F(ProtectionFlow, r37_nor_a_question_about_it_that_waits) {
  world.line_down = true;
  const Question question = world.ask(world.usa, world.col, 2);
  must(node().protect_number(kOfficer, NumberKind::kFile, "FILE-2026-17",
                             {ProtectionClass::kAsylum, {"COL"}, kProtectionWhy}));
  world.line_down = false;
  world.clock.advance_ms(kHourMs);
  node().work();
  EXPECT_TRUE(world.seen.empty());
  EXPECT_EQ(world.state(world.usa, question).state, QuestionState::kRefused);
}

TEST_F(ProtectionFlow, r28_a_number_is_set_free_by_two_and_is_no_persons_id) {
  const auto view = must(node().protect_number(kOfficer, NumberKind::kFile, "FILE-2026-17",
                                               {ProtectionClass::kAsylum, {"COL"}, kProtectionWhy}));
  const std::string& id = view.protection.person_id;
  EXPECT_EQ(node().lift_protection(kSupervisor, id, kProtectionWhy).error().code, Code::kConflict);
  must(node().propose_lift(kSupervisor, id, kProtectionWhy));
  EXPECT_EQ(node().lift_protection(kSupervisor, id, kProtectionWhy).error().code, Code::kDenied);
  must(node().lift_protection(kOtherSupervisor, id, kProtectionWhy));
  EXPECT_TRUE(world.try_ask(world.usa, world.col, 2).ok());
  service::EnrolRequest request;
  request.person_id = id;
  request.samples = fingers_of(3, 1);
  EXPECT_EQ(node().enrol(kOfficer, std::move(request)).error().code, Code::kInvalidInput);
  EXPECT_EQ(node()
                .protect_number(kOfficer, NumberKind::kFile, " - ", {ProtectionClass::kAsylum, {"COL"}, kProtectionWhy})
                .error()
                .code,
            Code::kInvalidInput);
  EXPECT_EQ(node()
                .protect_number(kAuditor, NumberKind::kFile, "F 1", {ProtectionClass::kAsylum, {"COL"}, kProtectionWhy})
                .error()
                .code,
            Code::kDenied);
}

// ---- asking discloses

TEST_F(ProtectionFlow, r37_a_country_is_not_asked_about_whom_it_must_not_find) {
  world.enrol(world.col, 1, "bogota-1");
  world.enrol(world.usa, 1, "p-1", {"COL"});
  const auto refused = world.try_ask(world.usa, world.col, 1);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, Code::kDenied);
  EXPECT_EQ(refused.error().message.find("p-1"), std::string::npos);
  node().work();
  EXPECT_TRUE(world.seen.empty());
  EXPECT_TRUE(must(world.col.node->cases(kExaminer)).cases.empty());
  EXPECT_EQ(world.count(world.usa, "ask_refused"), 1);
  EXPECT_TRUE(world.try_ask(world.usa, world.col, 2).ok());  // others are asked about
}

TEST_F(ProtectionFlow, r37_nor_with_fingers_in_the_wrong_place_or_under_another_id) {
  world.enrol(world.usa, 1, "p-1");
  enrol_as("p-2", 1, as_other_fingers(fingers_of(1, 2)));
  protect("p-2");
  service::AskRequest request;
  request.partner = "COL";
  request.purpose = Purpose::kBorderIdentification;
  request.case_reference = "FILE-2026-17";
  request.grounds.legal_basis = "a test";
  for (const auto& samples : {fingers_of(1, 3), without_positions(fingers_of(1, 3)), as_other_fingers(fingers_of(1, 3)),
                              std::vector<Sample>{fingers_of(1, 3)[1]}}) {
    request.samples = samples;
    EXPECT_EQ(node().ask(kOfficer, request).error().code, Code::kDenied);
  }
}

TEST_F(ProtectionFlow, r37_a_question_that_waits_does_not_leave_once_somebody_is_hidden) {
  world.enrol(world.usa, 1, "p-1");
  world.line_down = true;
  const Question question = world.ask(world.usa, world.col, 1);
  ASSERT_EQ(question.state, QuestionState::kQueued);
  protect("p-1");
  world.line_down = false;
  world.clock.advance_ms(kHourMs);
  bool called = false;
  world.reached = [&] { called = true; };
  node().work();
  EXPECT_FALSE(called) << "that somebody was about to ask is told as well";
  EXPECT_TRUE(world.seen.empty());
  const Question after = world.state(world.usa, question);
  EXPECT_EQ(after.state, QuestionState::kRefused);
  EXPECT_EQ(after.reasons, std::vector<std::string>{"own_rules"});
  EXPECT_EQ(node().health().outbox, 0u);  // and with it the fingers that waited
}

TEST_F(ProtectionFlow, r37_nor_once_somebody_is_hidden_while_the_partner_is_being_reached) {
  world.enrol(world.usa, 1, "p-1");
  const Question question = must(world.try_ask(world.usa, world.col, 1));
  world.reached = [&] { protect("p-1"); };
  node().work();
  EXPECT_TRUE(world.seen.empty()) << "nobody was hidden from it before";
  world.reached = nullptr;
  world.clock.advance_ms(kMinuteMs);
  node().work();
  EXPECT_TRUE(world.seen.empty());
  EXPECT_EQ(world.state(world.usa, question).state, QuestionState::kRefused);
  EXPECT_EQ(node().health().outbox, 0u);
  for (const LogRow& row : must(must(store::open_log(world.usa.directory))->log_rows(0, 1000)))
    EXPECT_EQ(text(row.leaf).find("own_rules"), std::string_view::npos) << text(row.leaf);
}

TEST_F(ProtectionFlow, r37_nor_where_others_were_hidden_from_the_partner_before) {
  world.enrol(world.usa, 2, "p-2", {"COL"});
  world.enrol(world.usa, 1, "p-1");
  const Question question = must(world.try_ask(world.usa, world.col, 1));
  world.reached = [&] { protect("p-1"); };
  node().work();
  EXPECT_TRUE(world.seen.empty());
  EXPECT_EQ(world.state(world.usa, question).state, QuestionState::kRefused);
}

TEST_F(ProtectionFlow, r37_the_public_part_of_the_log_does_not_say_why_nobody_was_asked) {
  world.enrol(world.usa, 1, "p-1", {"COL"});
  EXPECT_FALSE(world.try_ask(world.usa, world.col, 1).ok());
  EXPECT_FALSE(world.try_ask(world.usa, world.col, 2, Purpose::kMissingPersonSearch).ok()) << "nobody agreed on it";
  const auto rows = must(must(store::open_log(world.usa.directory))->log_rows(0, 1000));
  for (std::size_t back = 1; back <= 2; ++back) {
    const std::string leaf(text(rows[rows.size() - back].leaf));
    EXPECT_NE(leaf.find("ask_refused"), std::string::npos);
    EXPECT_EQ(leaf.find("own_rules"), std::string::npos);
    EXPECT_EQ(must(parse_json(leaf))["reasons"].as_array(), nullptr);
  }
  const auto page = must(node().log_entries(kAuditor, {.event = "ask_refused"}));
  EXPECT_EQ(*(*page.lines.front().details["reasons"].as_array())[0].as_string(), "own_rules");
}

// Whoever asks with fingers of several people learns of none of them by another.
class BesideOthers : public ProtectionFlow {
 protected:
  BesideOthers() {
    world.enrol(world.usa, 1, "known-1");
    world.enrol(world.usa, 2, "hidden-2");
    protect("hidden-2");
  }
  QuestionState ask_with(std::vector<Sample> samples) {
    service::AskRequest request;
    request.partner = "USA";
    request.case_reference = "FILE-2026-17";
    request.grounds.legal_basis = "a test";
    request.samples = std::move(samples);
    const Question question = must(world.col.node->ask(kOfficer, std::move(request)));
    world.col.node->work();
    world.clock.advance_ms(kDayMs);
    return world.state(world.col, question).state;
  }
};

TEST_F(BesideOthers, r3_somebody_hidden_is_not_told_from_a_stranger_by_fingers_of_somebody_known) {
  for (const std::uint32_t other : {2u, 9u}) {
    const std::vector<Sample> known = fingers_of(1, 2), more = fingers_of(other, 2);
    EXPECT_EQ(ask_with(more), QuestionState::kNoHit) << other;
    EXPECT_EQ(ask_with({known[0], more[1]}), QuestionState::kHit) << other;
    EXPECT_EQ(ask_with({more[0], known[1]}), QuestionState::kHit) << other;
    EXPECT_EQ(ask_with({known[0], known[1], {FingerCapture::kRightMiddle, more[0].image, 0}}), QuestionState::kHit)
        << other;
    EXPECT_EQ(ask_with({known[0], {FingerCapture::kRightMiddle, more[0].image, 0}}), QuestionState::kHit) << other;
    EXPECT_EQ(ask_with({known[0], {FingerCapture::kUnknown, more[1].image, 0}}), QuestionState::kHit) << other;
  }
}

// Of one hand under two ids with different fingers nobody knows that it is one: hidden, as long as nothing says
// otherwise.
TEST_F(BesideOthers, r2_a_hand_under_two_ids_is_hidden_where_nothing_says_that_it_is_two) {
  enrol_as("one-finger-3", 3, {fingers_of(3, 1)[0]});
  enrol_as("other-finger-3", 3, {fingers_of(3, 1)[1]});
  EXPECT_EQ(ask_with(fingers_of(3, 2)), QuestionState::kHit);
  protect("other-finger-3");
  EXPECT_EQ(ask_with(fingers_of(3, 2)), QuestionState::kNoHit);
}

}  // namespace
}  // namespace puente::flow
