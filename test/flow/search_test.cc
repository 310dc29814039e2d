// Searches at the own node: their file, and who is told of it.
#include "flow/world.h"

namespace puente::flow {
namespace {

class Searches : public ::testing::Test {
 protected:
  World world;
  service::Node& node() { return *world.usa.node; }
  // Whom nobody has enrolled: each time one person more.
  void search_strangers(int times, const char* file = "FILE-2026-17", const Caller& officer = kOfficer) {
    for (int i = 0; i < times; ++i) must(node().identify(officer, minutiae_of(9, 1), {file}));
  }
  std::size_t told() { return must(node().alarms(kSupervisor, false)).size(); }
};

TEST_F(Searches, r1_without_a_file_are_refused_on_every_road_and_its_number_is_kept_sealed) {
  world.enrol(world.usa, 1, "p-1");
  const auto refused = [](const auto& result, const char* reason) {
    return !result.ok() && result.error().code == Code::kDenied && result.error().message == policy::explain(reason);
  };
  const auto fingers = fingers_of(1, 2);
  for (const auto& [file, reason] :
       {std::pair("", "case_reference_missing"), {"routine", "case_reference_malformed"}}) {
    EXPECT_TRUE(refused(node().identify(kOfficer, fingers, {file}), reason)) << file;
    EXPECT_TRUE(refused(node().verify(kOfficer, "p-1", fingers, {file}), reason)) << file;
    EXPECT_TRUE(refused(node().identify_later(kOfficer, fingers, {file}), reason)) << file;
  }
  EXPECT_FALSE(refused(node().identify(kExaminer, fingers, {""}), "case_reference_missing")) << "the role comes first";
  const Caller at_the_keys{"officer.two", Role::kOfficer, true};
  EXPECT_TRUE(refused(node().identify(at_the_keys, fingers, {""}), "case_reference_missing"));
  node().work();
  EXPECT_EQ(world.count(world.usa, "identified") + world.count(world.usa, "verified"), 0);

  must(node().identify(kOfficer, fingers, {"FILE-2026-17", "found without papers"}));
  must(node().verify(kOfficer, "p-1", fingers, {"FILE-2026-17", "found without papers"}));
  must(node().identify_later(kOfficer, fingers, {"FILE-2026-17", "found without papers"}));
  node().work();
  for (const auto& [event, times] : {std::pair("identified", 2u), {"verified", 1u}}) {
    const auto lines = must(node().log_entries(kAuditor, {.event = event})).lines;
    ASSERT_EQ(lines.size(), times);
    for (const auto& line : lines) {
      EXPECT_EQ(line.details["case_reference"], Json("FILE-2026-17"));
      EXPECT_EQ(line.details["reasons"], Json("found without papers"));
      EXPECT_EQ(canonical(line.leaf).find("FILE"), std::string::npos) << "whoever reads leaves reads no file";
    }
  }
}

TEST_F(Searches, of_one_person_are_one_persons_however_many_they_are) {
  for (const std::uint32_t person : {1u, 2u}) world.enrol(world.usa, person, "p-" + std::to_string(person));
  search_strangers(7);
  for (int i = 0; i < 12; ++i) must(node().verify(kOfficer, "p-1", fingers_of(1, 2), kOurFile));
  must(node().identify(kOfficer, fingers_of(1, 2), kOurFile));
  must(node().identify(kOfficer, fingers_of(2, 2), kOurFile));
  EXPECT_EQ(told(), 0u) << "nine";
  must(node().verify(kOfficer, "p-2", fingers_of(1, 2), kOurFile));
  EXPECT_EQ(told(), 0u) << "no match, and p-2 was looked for before";
  search_strangers(1);
  EXPECT_EQ(told(), 1u);
}

TEST_F(Searches, that_carry_several_peoples_fingers_are_of_as_many_and_so_is_trying_an_id) {
  for (const std::uint32_t person : {1u, 2u}) world.enrol(world.usa, person, "p-" + std::to_string(person));
  search_strangers(7);
  must(node().identify(kOfficer, {fingers_of(1, 2)[0], fingers_of(2, 2)[1]}, kOurFile));
  EXPECT_EQ(told(), 0u) << "nine";
  EXPECT_EQ(node().verify(kOfficer, "p-nobody", fingers_of(1, 2), kOurFile).error().code, Code::kNotFound);
  EXPECT_EQ(told(), 1u);
  EXPECT_EQ(world.count(world.usa, "verified"), 1) << "who tries an id is logged, whoever has it";
}

TEST_F(Searches, r1_to_read_whose_encounters_an_id_has_is_one_and_logged_whoever_has_it) {
  world.enrol(world.usa, 1, "p-1");
  EXPECT_EQ(node().encounters(kOfficer, "p-1", {}).error().code, Code::kDenied);
  EXPECT_EQ(world.count(world.usa, "access_refused"), 1);
  ASSERT_EQ(must(node().encounters(kOfficer, "p-1", kOurFile)).size(), 1u);
  EXPECT_EQ(node().encounters(kExaminer, "p-1", kOurFile).error().code, Code::kDenied);
  for (int i = 2; i < 10; ++i)
    EXPECT_EQ(node().encounters(kOfficer, "p-" + std::to_string(i), kOurFile).error().code, Code::kNotFound);
  EXPECT_EQ(told(), 0u) << "nine";
  EXPECT_EQ(node().encounters(kOfficer, "p-10", kOurFile).error().code, Code::kNotFound);
  EXPECT_EQ(told(), 1u);
  EXPECT_EQ(world.count(world.usa, "encounter_read"), 10);
}

TEST_F(Searches, are_not_made_by_an_enrolment_that_cannot_be) {
  world.enrol(world.usa, 1, "p-1");
  service::EnrolRequest child;
  child.samples = fingers_of(1, 2);
  child.biographic[DataElement::kDateOfBirth] = "2012-05-01";
  const auto refused = must(node().enrol(kOfficer, child));
  EXPECT_FALSE(refused.enrolled);
  EXPECT_TRUE(refused.known_as.empty()) << "no guardian: nobody is enrolled, whoever it is, and nobody is found";
  child.guardian = "Marta Gil";
  EXPECT_EQ(must(node().enrol(kOfficer, child)).known_as.size(), 1u);
}

TEST_F(Searches, under_another_file_begin_anew_and_a_file_is_the_same_in_every_spelling) {
  search_strangers(9);
  search_strangers(9, "FILE-2026-18");
  EXPECT_EQ(told(), 0u);
  search_strangers(1, "file 2026/17");
  EXPECT_EQ(told(), 1u);
}

TEST_F(Searches, of_two_files_whose_digits_are_the_same_are_of_two_files) {
  search_strangers(5, "MIA-1-12");
  search_strangers(5, "MIA-11-2");
  EXPECT_EQ(told(), 0u);
}

TEST_F(Searches, that_are_many_are_answered_for_by_nobody_who_made_one_of_them) {
  const Caller other{"officer.two", Role::kOfficer}, another{"supervisor.three", Role::kSupervisor};
  for (int i = 0; i < 9; ++i) (void)node().encounters(kSupervisor, "guess-" + std::to_string(i), {"FILE-2026-17"});
  (void)node().encounters(other, "guess-9", {"FILE-2026-17"});
  const auto alarms = must(node().alarms(kSupervisor, true));
  ASSERT_EQ(alarms.size(), 1u);
  EXPECT_NE(alarms[0].by.find(kSupervisor.user), std::string::npos) << alarms[0].by;
  EXPECT_NE(alarms[0].by.find(other.user), std::string::npos) << alarms[0].by;
  EXPECT_EQ(node().alarm_seen(kSupervisor, alarms[0].number).error().code, Code::kDenied);
  (void)node().encounters(another, "guess-10", {"FILE-2026-17"});
  EXPECT_EQ(node().alarm_seen(another, alarms[0].number).error().code, Code::kDenied)
      << "nor by one who went on when it was told";
}

TEST_F(Searches, are_counted_for_24_hours_and_over_a_restart_and_a_file_is_told_once_in_that_time) {
  search_strangers(9);
  world.clock.advance_ms(kDayMs + kMinuteMs);
  search_strangers(9);
  EXPECT_EQ(told(), 0u) << "yesterday's count no more";
  world.start(world.usa);
  search_strangers(5);
  ASSERT_EQ(told(), 1u);
  must(node().alarm_seen(kSupervisor, must(node().alarms(kSupervisor, true)).front().number));
  world.start(world.usa);
  search_strangers(10);
  EXPECT_EQ(told(), 1u) << "once";
  world.clock.advance_ms(kDayMs + kMinuteMs);
  search_strangers(9);
  EXPECT_EQ(told(), 1u);
  search_strangers(1);
  EXPECT_EQ(told(), 2u) << "another day";
}

TEST_F(Searches, of_several_officers_and_for_later_count_together_and_whoever_crossed_the_line_does_not_answer) {
  search_strangers(8);
  must(node().identify_later(kOfficer, fingers_of(9, 1), kOurFile));
  node().work();
  EXPECT_EQ(told(), 0u);
  const Caller other{"officer.two", Role::kOfficer};
  const auto later = must(node().identify_later(other, fingers_of(9, 1), kOurFile));
  node().work();
  const auto alarms = must(node().alarms(kSupervisor, true));
  ASSERT_EQ(alarms.size(), 1u);
  EXPECT_EQ(alarms[0].by, kOfficer.user + ", " + other.user);
  const auto done = must(node().task(other, later.task_id));
  ASSERT_TRUE(done.answer.has_value());
  const auto entry = must(node().log_entries(kAuditor, {.first = done.answer->receipt.index, .limit = 1})).lines.at(0);
  EXPECT_EQ(entry.leaf["event"], Json("identified")) << "the receipt is the search's, not the alarm's";
  EXPECT_EQ(done.answer->receipt.size, done.answer->receipt.index + 1);
}

}  // namespace
}  // namespace puente::flow
