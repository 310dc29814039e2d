// Somebody can write the database file and has no key: whatever row they add, change, take away or put back, the node
// does not start with it, and fsck says so.
#include <sqlite3.h>

#include "core/files.h"
#include "flow/world.h"

namespace puente::flow {
namespace {

class HeldAgainstLog : public testing::Test {
 protected:
  HeldAgainstLog() {
    world.enrol(world.col, 1, "p-1");
    world.enrol(world.col, 2, "p-2");
    hit = world.ask(world.usa, world.col, 1);
    no_hit = world.ask(world.usa, world.col, 5);
  }
  std::string database() const { return world.col.directory + "/puente.db"; }
  static int run(const std::string& path, const std::string& sql) {
    sqlite3* handle = nullptr;
    EXPECT_EQ(sqlite3_open(path.c_str(), &handle), SQLITE_OK);
    char* why = nullptr;
    EXPECT_EQ(sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, &why), SQLITE_OK) << sql << ": " << (why ? why : "");
    sqlite3_free(why);
    const int changed = sqlite3_total_changes(handle);
    sqlite3_close(handle);
    return changed;
  }
  // A row of no meaning for each table but those whose rows open by the node key or are looked at one by one.
  static constexpr const char* kInsertIntoEach = R"sql(
SELECT 'INSERT INTO "' || t.name || '" VALUES (' ||
       group_concat(CASE c.type WHEN 'INTEGER' THEN '9' WHEN 'TEXT' THEN '''nine''' ELSE 'x''09''' END, ', ') || ')'
  FROM sqlite_master t, pragma_table_info(t.name) c
  WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name NOT IN ('node', 'log', 'log_details', 'evidence')
  GROUP BY t.name)sql";
  static std::vector<std::string> each_of(const std::string& path, const char* sql) {
    std::vector<std::string> out;
    sqlite3* handle = nullptr;
    EXPECT_EQ(sqlite3_open(path.c_str(), &handle), SQLITE_OK);
    const auto keep = [](void* kept, int, char** values, char**) {
      static_cast<std::vector<std::string>*>(kept)->push_back(values[0]);
      return 0;
    };
    EXPECT_EQ(sqlite3_exec(handle, sql, keep, &out, nullptr), SQLITE_OK) << sqlite3_errmsg(handle);
    sqlite3_close(handle);
    return out;
  }
  std::vector<std::string> differences() {
    return must(service::differences_from_log(world.col.directory, world.col.node_key));
  }
  Result<std::unique_ptr<service::Node>> open() {
    return service::Node::open(world.config_of(world.col), {world.clock, world.random, *world.col.line});
  }
  World world;
  Question hit, no_hit;
};

TEST_F(HeldAgainstLog, what_nobody_touched_is_well_beside_a_running_node_too) {
  EXPECT_EQ(differences(), std::vector<std::string>());
  world.start(world.col);
  must(world.col.node->erase_person(kSupervisor, "p-2", "asked for it in writing"));
  EXPECT_EQ(differences(), std::vector<std::string>());
  world.start(world.col);
  EXPECT_EQ(differences(), std::vector<std::string>());
}

TEST_F(HeldAgainstLog, each_row_that_was_changed_added_or_taken_away_is_noticed) {
  world.col.node.reset();
  const std::string good = world.root + "/good.db";
  std::filesystem::copy_file(database(), good);
  for (const char* sql : {
           "DELETE FROM template; DELETE FROM sample; DELETE FROM encounter; DELETE FROM person",
           "DELETE FROM template WHERE encounter = 2; DELETE FROM sample WHERE encounter = 2; "
           "DELETE FROM encounter WHERE number = 2; DELETE FROM person WHERE person_id = 'p-2'",
           "DELETE FROM template WHERE encounter = 1 AND ordinal = 0",
           "DELETE FROM sample WHERE encounter = 1 AND ordinal = 0",
           "UPDATE encounter SET retention_until_ms = 1 WHERE number = 1",
           "UPDATE answer SET outcome = 1, reference = '' WHERE outcome = 2",
           "DELETE FROM answer WHERE outcome = 1",
           "UPDATE quota SET used = 0",
           "DELETE FROM quota",
           "DELETE FROM log_details",
           "DELETE FROM log_details WHERE number = 2",
           "DELETE FROM exhibit; DELETE FROM \"case\"",
           "UPDATE \"case\" SET state = 5",
           "UPDATE \"case\" SET expires_ms = 1",
           "DELETE FROM exhibit",
           "UPDATE agreement SET state = 2",
           "DELETE FROM agreement",
           "INSERT INTO person VALUES ('p-9', x'00')",
       }) {
    std::filesystem::copy_file(good, database(), std::filesystem::copy_options::overwrite_existing);
    ASSERT_GT(run(database(), sql), 0) << sql;
    EXPECT_FALSE(differences().empty()) << sql;
    const auto opened = open();
    ASSERT_FALSE(opened.ok()) << sql;
    EXPECT_EQ(opened.error().code, Code::kCorrupt) << sql << ": " << opened.error().message;
  }
  std::filesystem::copy_file(good, database(), std::filesystem::copy_options::overwrite_existing);
  EXPECT_TRUE(open().ok());
}

// No entry tells of these rows: a seal beside them does.
TEST_F(HeldAgainstLog, so_is_each_row_that_the_node_only_works_with) {
  world.line_down = true;
  must(world.try_ask(world.col, world.usa, 5));
  world.col.node.reset();
  const std::string good = world.root + "/good.db";
  std::filesystem::copy_file(database(), good);
  EXPECT_EQ(differences(), std::vector<std::string>());
  for (const char* sql : {
           "DELETE FROM outbox",
           "UPDATE outbox SET expires_ms = 1",
           "UPDATE outbox SET next_try_ms = next_try_ms + 1000",
           "INSERT INTO outbox SELECT 'x-2', peer, kind, sealed_key, sealed_payload, created_ms, expires_ms, "
           "next_try_ms, attempts FROM outbox",
           "DELETE FROM message",
           "UPDATE message SET forget_after_ms = 1",
           "INSERT INTO message VALUES ('USA', 'm-1', 1)",
           "INSERT INTO task VALUES (1, 't-1', 1, 1, x'00', x'00')",
           "DELETE FROM state WHERE name <> 'seal-of-rows'",
           "DELETE FROM state WHERE name = 'seal-of-rows'",
           "DELETE FROM state",
           "INSERT INTO state VALUES ('copy-adopted', x'00', x'00')",
           "INSERT INTO cosigned VALUES (1, 'a note')",
           "DELETE FROM log_about",
           "INSERT INTO once VALUES ('a key', 'ana', 1, x'00', x'00')",
       }) {
    std::filesystem::copy_file(good, database(), std::filesystem::copy_options::overwrite_existing);
    ASSERT_GT(run(database(), sql), 0) << sql;
    EXPECT_EQ(differences().size(), 1u) << sql;
    const auto opened = open();
    ASSERT_FALSE(opened.ok()) << sql;
    EXPECT_EQ(opened.error().code, Code::kCorrupt) << sql << ": " << opened.error().message;
  }
  std::filesystem::copy_file(good, database(), std::filesystem::copy_options::overwrite_existing);
  EXPECT_TRUE(open().ok());
}

// Which columns of each are looked at, and which tables are in no sum: store/sqlite/tally_test.cc.
TEST_F(HeldAgainstLog, with_a_row_too_many_in_any_table_it_does_not_start) {
  world.col.node.reset();
  const std::string good = world.root + "/good.db";
  std::filesystem::copy_file(database(), good);
  const std::vector<std::string> inserts = each_of(good, kInsertIntoEach);
  ASSERT_GT(inserts.size(), 20u);
  for (const std::string& sql : inserts) {
    std::filesystem::copy_file(good, database(), std::filesystem::copy_options::overwrite_existing);
    ASSERT_EQ(run(database(), sql), 1) << sql;
    EXPECT_FALSE(differences().empty()) << sql;
    const auto opened = open();
    ASSERT_FALSE(opened.ok()) << sql;
    EXPECT_EQ(opened.error().code, Code::kCorrupt) << sql << ": " << opened.error().message;
  }
}

TEST_F(HeldAgainstLog, a_question_that_was_taken_back_is_not_put_back_with_the_seal_of_then) {
  world.line_down = true;
  const Question asked = must(world.try_ask(world.col, world.usa, 5));
  world.col.node.reset();
  const std::string older = world.root + "/older.db";
  std::filesystem::copy_file(database(), older);
  world.start(world.col);
  must(world.col.node->cancel_question(kOfficer, asked.exchange_id));
  world.col.node.reset();
  run(database(), "ATTACH '" + older +
                      "' AS older; DELETE FROM state; INSERT INTO state SELECT * FROM older.state; "
                      "INSERT INTO outbox SELECT * FROM older.outbox");
  EXPECT_FALSE(differences().empty());
  EXPECT_FALSE(open().ok());
}

TEST_F(HeldAgainstLog, a_database_of_before_there_was_a_seal_is_taken_and_has_one_from_its_next_start_on) {
  world.col.node.reset();
  {
    const auto store =
        must(store::open(world.col.directory, store::Mode::kOpen, World::copy(world.col.node_key), world.random));
    const audit::Log log = must(audit::Log::open(*store, "puente/COL", world.col.log));
    const Digest of_before = must(store->rows()).digest_of_before;
    const auto transaction = store->begin();
    Entry entry;
    entry.time_ms = world.clock.now_ms();
    entry.rows = to_hex(ByteView(of_before).first(16));
    must(transaction->append_log(log.next(leaf_of(entry)), Json(Json::Object())));
    must(transaction->commit());
  }
  ASSERT_GT(run(database(), "DELETE FROM state WHERE name = 'seal-of-rows'; DELETE FROM message"), 0);
  EXPECT_EQ(differences(), std::vector<std::string>());
  world.start(world.col);
  world.col.node.reset();
  EXPECT_EQ(differences(), std::vector<std::string>());
  ASSERT_GT(run(database(), "DELETE FROM state WHERE name = 'seal-of-rows'"), 0);
  EXPECT_FALSE(differences().empty());
}

TEST_F(HeldAgainstLog, fsck_names_who_is_missing_and_who_is_too_many) {
  world.col.node.reset();
  run(database(),
      "DELETE FROM template WHERE encounter = 2; DELETE FROM sample WHERE encounter = 2; "
      "DELETE FROM encounter WHERE number = 2; DELETE FROM person WHERE person_id = 'p-2'");
  const auto found = differences();
  ASSERT_EQ(found.size(), 2u);
  EXPECT_NE(found[1].find("the log tells of 1 encounters that are not here"), std::string::npos) << found[1];
}

// Sealed by the node itself, and so it opens; but it is not what the log left.
TEST_F(HeldAgainstLog, an_older_version_of_a_row_that_is_put_back_is_noticed) {
  world.col.node.reset();
  const std::string older = world.root + "/older.db";
  std::filesystem::copy_file(database(), older);
  world.start(world.col);
  mark_probe(world.col, hit.reference);
  const service::CaseView view = must(world.col.node->view_case(kExaminer, hit.reference));
  for (std::size_t pair = 0; pair < view.exhibit.pairs.size(); ++pair)
    must(world.col.node->case_picture(kExaminer, hit.reference, pair, service::PictureKind::kClean));
  must(world.col.node->decide_case(kExaminer, hit.reference, Verdict::kReject, "other ridge flow altogether"));
  must(world.col.node->erase_person(kSupervisor, "p-2", "asked for it in writing"));
  world.col.node.reset();
  const std::string good = world.root + "/good.db";
  std::filesystem::copy_file(database(), good);
  for (const char* sql :
       {"UPDATE \"case\" SET state = 1, sealed_body = (SELECT sealed_body FROM older.\"case\" WHERE case_id = "
        "main.\"case\".case_id)",
        "INSERT INTO person SELECT * FROM older.person WHERE person_id = 'p-2'; INSERT INTO encounter SELECT * FROM "
        "older.encounter WHERE person_id = 'p-2'; INSERT INTO template SELECT * FROM older.template WHERE encounter = "
        "2; INSERT INTO sample SELECT * FROM older.sample WHERE encounter = 2"}) {
    std::filesystem::copy_file(good, database(), std::filesystem::copy_options::overwrite_existing);
    run(database(), "ATTACH '" + older + "' AS older; " + sql);
    EXPECT_FALSE(differences().empty()) << sql;
    EXPECT_FALSE(open().ok()) << sql;
  }
}

TEST_F(HeldAgainstLog, the_end_of_the_log_cut_off_leaves_rows_that_it_does_not_tell_of) {
  world.enrol(world.col, 3, "p-3");
  world.col.node.reset();
  run(database(),
      "DROP TRIGGER log_is_never_cut; DELETE FROM log_details WHERE number = (SELECT max(number) FROM log); "
      "DELETE FROM log WHERE number = (SELECT max(number) FROM log); CREATE TRIGGER log_is_never_cut BEFORE "
      "DELETE ON log BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END");
  EXPECT_FALSE(differences().empty());
}

// Whoever opens a database writes what lies in the write-ahead log beside it into the file, be it another's.
TEST_F(HeldAgainstLog, a_database_that_is_put_back_beside_the_write_ahead_log_of_another_is_left_as_it_is) {
  namespace fs = std::filesystem;
  const auto put_back = [](const std::string& from, const std::string& to) {
    fs::copy_file(from, to, fs::copy_options::overwrite_existing);
  };
  const std::string sunday = world.root + "/sunday.db", left = world.root + "/left.db-wal";
  world.col.node.reset();
  put_back(database(), sunday);
  world.start(world.col);
  world.enrol(world.col, 3, "p-3");
  world.start(world.col);
  world.enrol(world.col, 4, "p-4");
  put_back(database() + "-wal", left);  // as it lies after a kill
  ASSERT_GT(fs::file_size(left), 0u);
  world.col.node.reset();

  put_back(sunday, database());
  put_back(left, database() + "-wal");
  for (int i = 0; i < 2; ++i) {
    const auto opened = open();
    ASSERT_FALSE(opened.ok());
    EXPECT_EQ(opened.error().code, Code::kCorrupt);
    EXPECT_NE(opened.error().message.find("remove puente.db-wal"), std::string::npos) << opened.error().message;
    EXPECT_EQ(must(read_file(sunday, 64u << 20)), must(read_file(database(), 64u << 20)));
  }
  fs::remove(database() + "-wal");
  fs::remove(database() + "-shm");
  EXPECT_TRUE(open().ok());
}

// A date in a running node's file alone lets nobody be erased either.
TEST_F(HeldAgainstLog, a_date_that_was_changed_under_a_running_node_erases_nobody) {
  run(database(), "UPDATE encounter SET retention_until_ms = 1");
  world.clock.advance_ms(6'000);
  world.col.node->work();
  EXPECT_EQ(world.col.node->health().people, 2u);
}

}  // namespace
}  // namespace puente::flow
