// What went wrong elsewhere, told again: docs/safeguards.md has the stories and where others of them are tested.
#include "flow/world.h"

namespace puente::flow {
namespace {

class Stories : public ::testing::Test {
 protected:
  World world;
  service::Node& usa() { return *world.usa.node; }
};

// An embassy's confidential inquiry brought back a case number and the day of arrest. Here somebody asks for asylum in
// USA; an officer, who does not know it, asks COL who this is.
TEST_F(Stories, story_1_asking_is_telling) {
  world.enrol(world.col, 3, "bogota-3");
  world.enrol(world.usa, 3, "texas-3", {"COL"});

  const auto refused = world.try_ask(world.usa, world.col, 3);
  ASSERT_FALSE(refused.ok());
  usa().work();

  EXPECT_TRUE(world.seen.empty()) << "COL hears nothing";
  EXPECT_EQ(refused.error().message, policy::explain("own_rules")) << "the officer reads no more than that";
  for (const char* word : {"asylum", "protect", "hidden", "withheld", "texas-3", "COL"})
    EXPECT_EQ(refused.error().message.find(word), std::string::npos) << word;
  const auto entries = must(usa().log_entries(kAuditor, {.event = "ask_refused"}));
  ASSERT_EQ(entries.lines.size(), 1u);
  EXPECT_EQ(entries.lines[0].details["reasons"], Json::array({"own_rules"})) << "whoever may read why, can";
}

// 825,000 instances of the same prints with different names, most of them typing errors. Here one hand comes four times
// in forty minutes, each time as somebody else.
TEST_F(Stories, story_10_one_hand_and_several_travellers) {
  world.enrol(world.usa, 3, "traveller-1");
  for (std::uint32_t other = 2; other <= 4; ++other) {
    world.clock.advance_ms(10 * kMinuteMs);
    service::EnrolRequest request;
    request.person_id = "traveller-" + std::to_string(other);
    request.biographic = synth::make_person(77, 100 + other).biography;
    request.samples = fingers_of(3, other);
    const auto answer = must(usa().enrol(kOfficer, std::move(request)));
    EXPECT_FALSE(answer.enrolled);
    EXPECT_EQ(answer.reasons, std::vector<std::string>{"already_known"});
    ASSERT_EQ(answer.known_as.size(), 1u);
    EXPECT_EQ(answer.known_as[0].person_id, "traveller-1") << "the officer is told who it was before";
  }
  EXPECT_EQ(usa().health().people, 1u);
}

// A unit without rules ran some twenty journalists through every database it could reach, because it could. Here an
// officer is asked for a file; and a file that is about everybody is shown to somebody else.
TEST_F(Stories, story_14_searching_because_one_could) {
  for (const std::uint32_t person : {1u, 2u}) world.enrol(world.usa, person, "texas-" + std::to_string(person));
  const auto unasked = usa().identify(kOfficer, {{.image = {1, 2, 3}}}, {"", "she writes about us"});
  ASSERT_FALSE(unasked.ok());
  EXPECT_EQ(unasked.error().code, Code::kDenied) << "nothing is looked at: not even that these are no fingers";
  EXPECT_EQ(unasked.error().message, policy::explain("case_reference_missing"));
  EXPECT_EQ(world.count(world.usa, "identified"), 0);
  const auto tried = must(usa().log_entries(kAuditor, {.event = "access_refused"})).lines;
  ASSERT_EQ(tried.size(), 1u) << "that it was tried stays";
  EXPECT_EQ(tried[0].leaf["reasons"], Json::array({"identify", "case_reference_missing"}));
  EXPECT_EQ(tried[0].details["by"], Json(kOfficer.user));

  for (std::uint32_t person = 1; person <= 9; ++person)
    must(usa().identify(kOfficer, fingers_of(person, 2), {"FILE-2026-17", "a journalist"}));
  must(usa().identify(kOfficer, fingers_of(1, 3), {"FILE-2026-17"}));
  EXPECT_TRUE(must(usa().alarms(kSupervisor, true)).empty()) << "nine people, one of them twice";

  const auto tenth = must(usa().identify(kOfficer, fingers_of(10, 2), {"FILE-2026-17"}));
  EXPECT_TRUE(tenth.candidates.empty()) << "it is answered, as the others were";
  const auto told = must(usa().alarms(kSupervisor, true));
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].kind, "one_file_many_people");
  EXPECT_NE(told[0].sentence.find("FILE-2026-17"), std::string::npos) << told[0].sentence;
  const Caller promoted{kOfficer.user, Role::kSupervisor};
  EXPECT_EQ(usa().alarm_seen(promoted, told[0].number).error().code, Code::kDenied) << "it is about what they did";
  must(usa().alarm_seen(kSupervisor, told[0].number));
}

}  // namespace
}  // namespace puente::flow
