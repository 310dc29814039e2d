// R2, R3: hidden twice. Policy lets a partner's question not find whoever is hidden from it; and were that to fail,
// what answers has no key of them. Here only the key is away: the roster, as if it were wrong, would let them be found.
#include "flow/damage.h"

namespace puente::flow {
namespace {

constexpr const char* kKeysWhy = "same ridge flow and minutiae";
constexpr const char* kNoKey = "UPDATE person SET sealed_key = randomblob(length(sealed_key))";

class Keys : public ::testing::Test {
 protected:
  World world;
  // The key that a person's rows lie under, by the label of from whom they are hidden.
  SecretKey key_of(const std::string& id, const std::string& hidden_from) {
    const SecretKey by =
        must(SecretKey::from_bytes(keyed_hash(world.col.node_key, view("people hidden from" + hidden_from))));
    sqlite3* handle = nullptr;
    sqlite3_stmt* statement = nullptr;
    EXPECT_EQ(sqlite3_open((world.col.directory + "/puente.db").c_str(), &handle), SQLITE_OK);
    const std::string sql = "SELECT sealed_key FROM person WHERE person_id = '" + id + "'";
    EXPECT_EQ(sqlite3_prepare_v2(handle, sql.c_str(), -1, &statement, nullptr), SQLITE_OK);
    EXPECT_EQ(sqlite3_step(statement), SQLITE_ROW);
    const auto* bytes = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement, 0));
    const Bytes sealed(bytes, bytes + sqlite3_column_bytes(statement, 0));
    sqlite3_finalize(statement);
    sqlite3_close(handle);
    return must(SecretKey::from_bytes(must(open(by, sealed, "person/" + id + "/key"))));
  }
  Json newest(const char* event) {
    return must(world.col.node->log_entries(kAuditor, {.event = event})).lines.back().details;
  }
};

TEST_F(Keys, r2_whom_no_key_opens_is_answered_as_nobody) {
  world.enrol(world.col, 1, "bogota-1");
  damage(world.col, kNoKey);
  EXPECT_EQ(world.ask(world.usa, world.col, 1).state, QuestionState::kNoHit);
  EXPECT_EQ(*newest("answered_no_hit")["no_key"].as_array()->at(0)["person_id"].as_string(), "bogota-1");
  EXPECT_TRUE(must(world.col.node->cases(kExaminer)).cases.empty());
  EXPECT_EQ(world.count(world.col, "answered_reference"), 0);
}

TEST_F(Keys, r2_of_whom_no_key_opens_nothing_leaves_after_the_verdict_either) {
  world.enrol(world.col, 1, "bogota-1");
  const Question hit = world.ask(world.usa, world.col, 1);
  must(world.decide(world.col, hit.reference, Verdict::kConfirm, kKeysWhy));
  damage(world.col, kNoKey);
  world.clock.advance_ms(10 * kMinuteMs);
  world.col.node->work();
  EXPECT_EQ(newest("nothing_released")["why"], Json::array({"hidden_or_erased", "record_not_readable"}));
  EXPECT_EQ(world.count(world.col, "released"), 0);
  EXPECT_TRUE(world.state(world.usa, hit).released.empty());
}

// A directory as version 6 left it, whose newest entry says so: held against its log, brought up to date, and served.
TEST_F(Keys, r2_a_node_of_version_6_starts_whole_and_hides_by_key_from_then_on) {
  world.enrol(world.col, 1, "bogota-1", {"USA"});
  world.enrol(world.col, 2, "bogota-2");
  world.col.node.reset();
  const auto raw = [&](const std::string& sql, const std::vector<Bytes>& values) {
    sqlite3* handle = nullptr;
    sqlite3_stmt* statement = nullptr;
    ASSERT_EQ(sqlite3_open((world.col.directory + "/puente.db").c_str(), &handle), SQLITE_OK);
    ASSERT_EQ(sqlite3_prepare_v2(handle, sql.c_str(), -1, &statement, nullptr), SQLITE_OK) << sqlite3_errmsg(handle);
    for (std::size_t i = 0; i < values.size(); ++i)
      sqlite3_bind_blob(statement, static_cast<int>(i) + 1, values[i].data(), static_cast<int>(values[i].size()),
                        SQLITE_STATIC);
    EXPECT_EQ(sqlite3_step(statement), SQLITE_DONE) << sql;
    sqlite3_finalize(statement);
    sqlite3_close(handle);
  };
  for (const std::string id : {"bogota-1", "bogota-2"}) {
    const SecretKey of_person = key_of(id, id == "bogota-1" ? "/USA" : "");
    raw("UPDATE person SET sealed_key = ? WHERE person_id = '" + id + "'",
        {seal(world.col.node_key, of_person.bytes(), "person/" + id + "/key", world.random)});
  }
  raw("UPDATE node SET sealed_check = ?",
      {seal(world.col.node_key, view("puente"), "database/node-key", world.random)});
  {  // version 6's last entry, with the digest of the rows as it had them
    const auto store =
        must(store::open(world.col.directory, store::Mode::kOpen, World::copy(world.col.node_key), world.random));
    const audit::Log log = must(audit::Log::open(*store, "puente/COL", world.col.log));
    const auto transaction = store->begin();
    Entry last;
    last.time_ms = world.clock.now_ms();
    last.rows = to_hex(ByteView(transaction->rows_digest()).first(16));
    must(transaction->append_log(log.next(leaf_of(last)), Json::object({{"planted", true}})));
    must(transaction->commit());
  }
  raw("PRAGMA user_version = 6", {});
  world.start(world.col);
  EXPECT_EQ(world.ask(world.usa, world.col, 1).state, QuestionState::kNoHit);
  EXPECT_EQ(world.ask(world.usa, world.col, 2).state, QuestionState::kHit);
  EXPECT_EQ(
      must(must(store::open(world.col.directory, store::Mode::kReadOnly, World::copy(world.col.node_key), world.random))
               ->encounter_ids("bogota-1"))
          .size(),
      1u);
  world.col.node.reset();
  world.start(world.col);
  EXPECT_TRUE(world.verify_log(world.col).ok);
}

TEST_F(Keys, r2_whoever_is_hidden_by_a_second_set_of_countries_is_found_by_others_at_once) {
  world.enrol(world.col, 1, "bogota-1", {"PER"});
  EXPECT_EQ(world.ask(world.usa, world.col, 1).state, QuestionState::kHit);
  world.enrol(world.col, 2, "bogota-2", {"PER", "USA"});
  EXPECT_EQ(world.ask(world.usa, world.col, 2).state, QuestionState::kNoHit);
}

}  // namespace
}  // namespace puente::flow
