// One damaged record stands in nobody's way, at the start neither: it is left, and said.
#include <sys/resource.h>

#include <csignal>

#include "flow/damage.h"

namespace puente::flow {
namespace {

class Damage : public ::testing::Test {
 protected:
  World world;
  // A row that lies there as the log has it, and does not open.
  void lie_damaged(const std::string& sql) {
    world.col.node.reset();
    damage(world.col, sql);
    world.plant(world.col, [](store::Transaction&) {});
  }
  std::vector<std::string> attention() { return world.col.node->health().attention; }
};

TEST_F(Damage, what_partners_had_left_keeps_no_node_from_opening) {
  world.ask(world.usa, world.col, 9);
  world.clock.advance_ms(2 * kMinuteMs);
  world.col.node->work();
  lie_damaged("UPDATE state SET sealed_value = x'00' WHERE name = 'partners-have-left'");
  EXPECT_EQ(attention(), std::vector<std::string>{"records_unreadable"});
  EXPECT_EQ(world.ask(world.usa, world.col, 9).state, QuestionState::kNoHit);
}

// An operator is to see it, by whatever they watch.
TEST_F(Damage, that_nothing_can_be_written_is_said_until_it_can) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  ASSERT_NE(std::signal(SIGXFSZ, SIG_IGN), SIG_ERR);
  rlimit none = before;
  none.rlim_cur = 4096;
  service::EnrolRequest request;
  request.person_id = "bogota-1";
  request.samples = fingers_of(1, 1);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &none), 0);
  const auto refused = world.col.node->enrol(kOfficer, request);
  const auto said = attention();
  const std::string metrics = world.col.node->metrics();
  ::setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_EQ(refused.error().code, Code::kStorageFull);
  EXPECT_EQ(said, std::vector<std::string>{"storage_full"});
  EXPECT_NE(metrics.find("\npuente_storage_full 1\n"), std::string::npos);
  EXPECT_TRUE(must(world.col.node->enrol(kOfficer, request)).enrolled);
  EXPECT_TRUE(attention().empty());
}

TEST_F(Damage, nor_does_a_confirmed_case) {
  world.enrol(world.col, 1, "bogota-1");
  const Question hit = world.ask(world.usa, world.col, 1);
  must(world.examine(world.col, hit.reference, Verdict::kConfirm, "same ridge flow and minutiae"));
  EXPECT_TRUE(attention().empty());
  lie_damaged("UPDATE \"case\" SET sealed_body = x'00' WHERE case_id = '" + hit.reference + "'");
  EXPECT_EQ(attention(), std::vector<std::string>{"records_unreadable"});
  EXPECT_EQ(world.ask(world.usa, world.col, 1).state, QuestionState::kHit);
}

TEST_F(Damage, nor_does_one_encounter_of_a_person_to_the_list_of_the_others) {
  const std::string first = world.enrol(world.col, 1, "bogota-1").encounter_id;
  service::EnrolRequest again;
  again.person_id = "bogota-1";
  again.samples = fingers_of(1, 3);
  const std::string second = must(world.col.node->enrol(kOfficer, again)).encounter_id;
  damage(world.col, "UPDATE encounter SET sealed_body = x'00' WHERE encounter_id = '" + first + "'");
  const auto listed = must(world.col.node->encounters(kOfficer, "bogota-1", {"FILE-2026-17"}));
  ASSERT_EQ(listed.size(), 1u);
  EXPECT_EQ(listed[0].encounter_id, second);
  EXPECT_TRUE(listed[0].biographic.empty()) << "ids and dates alone";
  EXPECT_EQ(attention(), std::vector<std::string>{"records_unreadable"});
}

// Nor does somebody else's damaged record keep anybody from being hidden by a number.
TEST_F(Damage, nor_does_an_encounter_whose_number_nobody_can_read) {
  world.enrol(world.col, 1, "bogota-1");
  world.enrol(world.col, 2, "bogota-2");
  damage(world.col, "UPDATE encounter SET sealed_body = x'00' WHERE person_id = 'bogota-2'");
  const std::string passport = biography_of(1).at(DataElement::kDocumentNumber);
  const auto view = must(world.col.node->protect_number(
      kOfficer, NumberKind::kDocument, passport, {ProtectionClass::kAsylum, {"USA"}, "asks for asylum, file 12"}));
  EXPECT_TRUE(view.same_hand.contains("bogota-1"));
  EXPECT_EQ(attention(), std::vector<std::string>{"records_unreadable"});
}

}  // namespace
}  // namespace puente::flow
