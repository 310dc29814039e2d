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

}  // namespace
}  // namespace puente::flow
