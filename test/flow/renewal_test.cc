// Keys that follow each other, and what else people change beside the database.
#include "flow/world.h"

namespace puente::flow {
namespace {

class Renewal : public ::testing::Test {
 protected:
  World world;
  service::Node& usa() { return *world.usa.node; }
  service::Node& col() { return *world.col.node; }

  void make_next_of_col() {
    world.col.next_signing = SigningKey::generate(world.random);
    world.col.next_sealing = SealingKey::generate(world.random);
  }
  // Of COL as it will be, in the place of test-1.
  std::string next_agreement() {
    Party next = world.party(world.col);
    next.signing_key = world.col.next_signing->public_key();
    next.sealing_key = world.col.next_sealing->public_key();
    Json document = must(policy::draft_agreement(
        "test-2", to_iso8601(world.clock.now_ms() - kDayMs), to_iso8601(world.clock.now_ms() + 100 * kDayMs),
        world.party(world.usa), next, Json::array({World::clause("border_identification")}), "test-1"));
    document = must(policy::sign_agreement(document, "USA", world.usa.signing));
    return canonical(must(policy::sign_agreement(document, "COL", *world.col.next_signing)));
  }
  void accept_at_both(const std::string& document) {
    for (service::Node* node : {&usa(), &col()})
      must(node->accept_agreement(kSupervisor, document, "the keys of 2026 end"));
  }
  void work() {
    for (int i = 0; i < 3; ++i) {
      world.clock.advance_ms(kMinuteMs);
      usa().work();
      col().work();
    }
  }
};

TEST_F(Renewal, what_was_asked_under_the_older_keys_ends_under_them_and_what_is_new_goes_by_the_next) {
  world.enrol(world.col, 1, "col-1");
  world.enrol(world.usa, 2, "usa-2");
  const Question before = world.ask(world.usa, world.col, 1);
  ASSERT_EQ(before.state, QuestionState::kHit);
  make_next_of_col();
  world.start(world.col);
  EXPECT_EQ(world.ask(world.col, world.usa, 3).state, QuestionState::kNoHit) << "nothing changed yet";

  accept_at_both(next_agreement());
  const Question asked = world.ask(world.usa, world.col, 1);  // sealed to the next key, answered with it
  EXPECT_EQ(asked.state, QuestionState::kHit);
  EXPECT_EQ(asked.agreement_id, "test-2");
  EXPECT_EQ(world.ask(world.col, world.usa, 2).state, QuestionState::kHit);

  for (const Question* hit : {&before, &asked}) {
    must(world.decide(world.col, hit->reference, Verdict::kConfirm, "same ridge flow and minutiae"));
    work();
    EXPECT_EQ(world.state(world.usa, *hit).state, QuestionState::kReleased) << hit->agreement_id;
  }
}

TEST_F(Renewal, a_text_that_names_keys_which_this_node_has_not_is_not_accepted) {
  make_next_of_col();  // but COL was not started with them
  const auto accepted = col().accept_agreement(kSupervisor, next_agreement(), "the keys of 2026 end");
  EXPECT_EQ(accepted.error().code, Code::kInvalidInput);
  world.start(world.col);
  EXPECT_TRUE(col().accept_agreement(kSupervisor, next_agreement(), "the keys of 2026 end").ok());
}

TEST_F(Renewal, a_change_of_users_or_keys_is_an_entry_once_also_where_it_was_made_while_nobody_ran) {
  const Json ana = Json::object({{"ana", Json::object({{"role", "officer"}})}});
  must(col().note_users(ana));
  must(col().note_users(ana));
  EXPECT_EQ(world.count(world.col, "users_changed"), 1);
  must(col().note_keys(Json::object({{"signing", "a"}})));
  EXPECT_EQ(world.count(world.col, "key_renewed"), 0) << "the first keys follow none";
  world.start(world.col);
  must(col().note_users(ana));
  EXPECT_EQ(world.count(world.col, "users_changed"), 1);
  must(col().note_users(Json::object({})));
  must(col().note_keys(Json::object({{"signing", "b"}})));
  EXPECT_EQ(world.count(world.col, "users_changed"), 2);
  EXPECT_EQ(world.count(world.col, "key_renewed"), 1);
  EXPECT_TRUE(world.verify_log(world.col).ok);
}

TEST_F(Renewal, a_token_that_was_taken_away_stays_so_whatever_file_is_put_back) {
  const auto user = [](const char* token) { return Json::object({{"role", "officer"}, {"token", token}}); };
  const Json both = Json::object({{"ana", user("a1")}, {"ben", user("b1")}});
  const Json later = Json::object({{"ana", user("a2")}});  // one has a new token, one is gone
  using Tokens = std::set<std::string>;
  EXPECT_EQ(must(col().note_users(both)), Tokens());
  EXPECT_EQ(must(col().note_users(later)), (Tokens{"a1", "b1"}));
  EXPECT_EQ(must(col().note_users(Json::object({}))), (Tokens{"a1", "b1"})) << "the file is not there for a moment";
  EXPECT_EQ(must(col().note_users(Json::object({{"ana", user("a3")}}))), (Tokens{"a1", "a2", "b1"}))
      << "nor since then";
  EXPECT_TRUE(must(col().alarms(kSupervisor, true)).empty());
  world.start(world.col);
  EXPECT_EQ(must(col().note_users(both)), (Tokens{"a1", "a2", "a3", "b1"})) << "put back while nobody ran";
  const auto alarms = must(col().alarms(kSupervisor, true));
  ASSERT_EQ(alarms.size(), 2u);
  for (const Alarm& each : alarms) EXPECT_EQ(each.kind, "token_revived");
  world.start(world.col);
  EXPECT_EQ(must(col().note_users(both)), (Tokens{"a1", "a2", "a3", "b1"})) << "and from then on";
}

TEST_F(Renewal, so_does_a_password_or_an_authenticator_and_who_had_ended_does_not_come_back_unseen) {
  const auto eva = [](const char* password, const char* authenticator) {
    return Json::object(
        {{"role", "supervisor"}, {"token", "t1"}, {"password", password}, {"authenticator", authenticator}});
  };
  Json otto = Json::object({{"role", "officer"}, {"token", "t2"}});
  otto.set("expires", to_iso8601(world.clock.now_ms()));
  const Json before =
      Json::object({{"eva", eva("p1", "a1")}, {"otto", Json::object({{"role", "officer"}, {"token", "t2"}})}});
  using Marks = std::set<std::string>;
  EXPECT_EQ(must(col().note_users(before)), Marks());
  EXPECT_EQ(must(col().note_users(Json::object({{"eva", eva("p2", "a1")}, {"otto", otto}}))), Marks{"p1"});
  EXPECT_EQ(must(col().note_users(Json::object({{"eva", eva("p2", "a2")}, {"otto", otto}}))), (Marks{"a1", "p1"}));
  EXPECT_TRUE(must(col().alarms(kSupervisor, true)).empty());
  EXPECT_EQ(must(col().note_users(before)), (Marks{"a1", "a2", "p1", "p2"})) << "put back while the node runs";
  std::set<std::string> told;
  for (const Alarm& each : must(col().alarms(kSupervisor, true))) told.insert(each.kind);
  EXPECT_EQ(told, (Marks{"token_revived", "user_returned"}));
}

}  // namespace
}  // namespace puente::flow
