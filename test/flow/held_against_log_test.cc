// Somebody can write the database file and has no key: whatever row they add, change, take away or put back, the node
// does not start with it, and fsck says so.
#include <sqlite3.h>

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

// A date in a running node's file alone lets nobody be erased either.
TEST_F(HeldAgainstLog, a_date_that_was_changed_under_a_running_node_erases_nobody) {
  run(database(), "UPDATE encounter SET retention_until_ms = 1");
  world.clock.advance_ms(6'000);
  world.col.node->work();
  EXPECT_EQ(world.col.node->health().people, 2u);
}

}  // namespace
}  // namespace puente::flow
