// What went wrong elsewhere, told again: docs/safeguards.md has the stories and where others of them are tested.
#include "core/text.h"
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

// Cuba was told, without a name, that some of 103 deportees stood in a leaked list of people who had asked for
// protection; with the list of the 103 in hand, a count is a name. Here two nodes differ in that one person is hidden.
// At the other one somebody looked at that person's record: what is done of a day, and looks the same.
TEST_F(Stories, story_2_a_count_discloses) {
  World other;
  const auto said_by = [](World& its, bool hides) {
    for (const std::uint32_t person : {1u, 2u, 3u}) {
      const auto enrolled = its.enrol(its.usa, person, "texas-" + std::to_string(person));
      if (person != 2) continue;
      if (hides) must(its.usa.node->protect(kOfficer, "texas-2", {ProtectionClass::kAsylum, {"COL"}, "claims asylum"}));
      if (!hides) must(its.usa.node->read_encounter(kOfficer, "texas-2", enrolled.encounter_id));
    }
    std::string said;
    for (const std::uint32_t person : {3u, 9u}) {  // one who is here and not hidden, and a stranger
      its.replied = [&](const Bytes& reply) { said += std::to_string(reply.size()) + " bytes\n"; };
      said += std::to_string(static_cast<int>(its.ask(its.col, its.usa, person).state)) + "\n";
    }
    const service::Health health = its.usa.node->health();
    for (const std::size_t each : {health.people, health.fingers, health.outbox, health.cases_open}) {
      said += std::to_string(each) + " ";
    }
    said += std::to_string(health.log_size) + " " + std::to_string(health.cosigned_size) + "\n";
    for (const std::string& each : health.attention) said += each + "\n";
    const std::string metrics = its.usa.node->metrics();
    for (const std::string_view line : split(metrics, '\n')) {
      const bool tells_a_time = line.find("seconds") != std::string_view::npos;
      const bool tells_of_the_disk = line.starts_with("puente_disk_free_bytes");
      if (!tells_a_time && !tells_of_the_disk) said += std::string(line) + "\n";
    }
    return said;
  };
  const std::string with = said_by(world, true), without = said_by(other, false);
  EXPECT_EQ(with, without);
  for (const char* word : {"protect", "hidden", "withheld", "asylum"})
    EXPECT_EQ(with.find(word), std::string::npos) << word;
  EXPECT_NE(with.find("puente_people 3"), std::string::npos) << "it is the figures that are looked at";
}

// More than 40,000 Kenyans had been put into the refugees' database as children, for rations; later their own
// fingerprints barred them from their identity card. Here a child was enrolled; grown up, she is met again.
TEST_F(Stories, story_6_registered_twice_citizen_of_nowhere) {
  const auto enrol = [&](const char* id, const char* captured, std::uint32_t day) {
    service::EnrolRequest request;
    request.person_id = id;
    request.biographic = {{DataElement::kFamilyName, "Abdi"},
                          {DataElement::kGivenNames, "Hodan"},
                          {DataElement::kDateOfBirth, "2000-05-01"},
                          {DataElement::kEncounterDate, captured}};
    request.samples = fingers_of(3, day);
    request.guardian = "Marta Gil";
    return request;
  };
  must(usa().enrol(kOfficer, enrol("ration-card-3", "2012-05-01", 1)));

  // She asks for her own card. That her prints are known is no bar: the officer says so, and both ids stay.
  service::EnrolRequest own = enrol("identity-card-3", "2026-01-01", 3);
  EXPECT_EQ(must(usa().enrol(kOfficer, own)).reasons, std::vector<std::string>{"already_known"});
  own.enrol_if_known = true;
  EXPECT_TRUE(must(usa().enrol(kOfficer, own)).enrolled) << "a hit is never by itself a bar (R9)";
  must(usa().erase_person(kSupervisor, "identity-card-3", "this test goes on without it"));

  // A partner's question finds the child's print. Nothing leaves before both who decide have been told what it is.
  const Question hit = world.ask(world.col, world.usa, 3);
  ASSERT_EQ(hit.state, QuestionState::kHit);
  const std::set<Doubt> child{Doubt::kCapturedAsChild};
  mark_probe(world.usa, hit.reference);
  const auto confirm = [&] {
    return usa().decide_case(kExaminer, hit.reference, Verdict::kConfirm, "same ridge flow and minutiae");
  };
  EXPECT_NE(confirm().error().message.find(policy::explain("doubts_not_seen")), std::string::npos)
      << confirm().error().message;
  EXPECT_EQ(must(usa().view_case(kExaminer, hit.reference)).the_case.doubts, child) << "the examiner is told";
  look(world.usa, hit.reference);
  EXPECT_EQ(must(confirm()).state, CaseState::kConfirmed);
  const auto release = [&] {
    return usa().decide_release(kSupervisor, hit.reference, ReleaseDecision::kRelease, kFacts, kOffence);
  };
  EXPECT_EQ(release().error().code, Code::kDenied) << "whoever releases has not been told";
  const service::ReleaseCard card = must(usa().release_card(kSupervisor, hit.reference));
  EXPECT_EQ(card.the_case.doubts, child);
  EXPECT_EQ(card.risks, std::vector<std::string>{"captured_as_child"}) << "she is of age: it is the print that is not";
  EXPECT_EQ(must(release()).state, CaseState::kCleared);
}

// 825,000 instances of the same prints with different names, most of them typing errors. Here one hand comes four times
// in forty minutes, each time as somebody else.
TEST_F(Stories, story_10_one_hand_and_several_travellers) {
  world.enrol(world.usa, 3, "traveller-1");
  for (std::uint32_t other = 2; other <= 4; ++other) {
    world.clock.advance_ms(10 * kMinuteMs);
    service::EnrolRequest request;
    request.person_id = "traveller-" + std::to_string(other);
    request.biographic = biography_of(100 + other);
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
