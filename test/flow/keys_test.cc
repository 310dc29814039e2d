// R2, R3: hidden twice. Policy lets a partner's question not find whoever is hidden from it; and were that to fail,
// what answers has no key of them. Here only the key is away: the roster, as if it were wrong, would let them be found.
#include "flow/damage.h"

namespace puente::flow {
namespace {

constexpr const char* kWhy = "same ridge flow and minutiae";
constexpr const char* kNoKey = "UPDATE person SET sealed_key = randomblob(length(sealed_key))";

class Keys : public ::testing::Test {
 protected:
  World world;
  Json newest(const char* event) {
    return must(world.col.node->log_entries(kAuditor, {.event = event})).lines.back().details;
  }
};

TEST_F(Keys, r2_whom_no_key_opens_is_answered_as_nobody) {
  world.enrol(world.col, 1, "bogota-1");
  damage(world.col, kNoKey);
  EXPECT_EQ(world.ask(world.usa, world.col, 1).state, QuestionState::kNoHit);
  EXPECT_EQ(*newest("answered_no_hit")["no_key"].as_array()->at(0)["person_id"].as_string(), "bogota-1");
  EXPECT_TRUE(must(world.col.node->cases(kExaminer)).empty());
  EXPECT_EQ(world.count(world.col, "answered_reference"), 0);
}

TEST_F(Keys, r2_of_whom_no_key_opens_nothing_leaves_after_the_verdict_either) {
  world.enrol(world.col, 1, "bogota-1");
  const Question hit = world.ask(world.usa, world.col, 1);
  must(world.decide(world.col, hit.reference, Verdict::kConfirm, kWhy));
  damage(world.col, kNoKey);
  world.clock.advance_ms(10 * kMinuteMs);
  world.col.node->work();
  EXPECT_EQ(newest("nothing_released")["why"], Json::array({"hidden_or_erased"}));
  EXPECT_EQ(world.count(world.col, "released"), 0);
  EXPECT_TRUE(world.state(world.usa, hit).released.empty());
}

TEST_F(Keys, r2_whoever_is_hidden_by_a_second_set_of_countries_is_found_by_others_at_once) {
  world.enrol(world.col, 1, "bogota-1", {"PER"});
  EXPECT_EQ(world.ask(world.usa, world.col, 1).state, QuestionState::kHit);
  world.enrol(world.col, 2, "bogota-2", {"PER", "USA"});
  EXPECT_EQ(world.ask(world.usa, world.col, 2).state, QuestionState::kNoHit);
}

}  // namespace
}  // namespace puente::flow
