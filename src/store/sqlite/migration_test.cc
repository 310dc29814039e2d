// A database of version 1 is opened by this program: whole, at every moment it could be stopped.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "core/files.h"
#include "store/sqlite/migrations.h"
#include "store/sqlite/schema.h"
#include "store/testing_store.h"

namespace puente::store {
namespace {

namespace fs = std::filesystem;

// ---- writes that fail: the n-th one from now

enum class Then { kKill, kKillHalfWay, kFull };
int writes_left = -1;  // none fails
int writes_done = 0;
Then then = Then::kKill;

bool fails_now() {
  ++writes_done;
  return writes_left >= 0 && --writes_left < 0;
}

ssize_t failing_pwrite(int file, const void* bytes, std::size_t size, off_t offset) {
  if (!fails_now()) return ::pwrite(file, bytes, size, offset);
  if (then == Then::kFull) {
    writes_left = 0;  // and stays full
    errno = ENOSPC;
    return -1;
  }
  if (then == Then::kKillHalfWay && ::pwrite(file, bytes, size / 2, offset) < 0) return -1;
  ::kill(::getpid(), SIGKILL);
  return -1;
}

int failing_ftruncate(int file, off_t size) {
  if (fails_now() && then != Then::kFull) ::kill(::getpid(), SIGKILL);
  return ::ftruncate(file, size);
}

void set_call(const char* name, sqlite3_syscall_ptr call) {
  sqlite3_vfs* vfs = sqlite3_vfs_find(nullptr);
  ASSERT_EQ(vfs->xSetSystemCall(vfs, name, call), SQLITE_OK) << name;
}

// ---- a database of version 1, byte by byte as that version wrote it

const SecretKey kPersonKey = key_of(0x22);
constexpr int kPositions[] = {1, 13, 99, 7};

class Version1 {
 public:
  Version1(const std::string& file, const SecretKey& node, Random& random)
      : database_(*Database::open(file, Database::Access::kCreate)), node_(node), random_(random) {
    must(database_.script("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; BEGIN"));
    must(database_.script(schema_of(1).c_str()));
    must(database_.script("PRAGMA application_id = 0x50756E74; PRAGMA user_version = 1"));
    must(database_.run("INSERT INTO node VALUES (1, ?)", under(node_, view("puente"), "database/node-key")));
    for (int person = 0; person < 3; ++person) put_person("p" + std::to_string(person), person + 1);
    put_case();
    put_log();
    must(database_.script("COMMIT"));
    database_.let_close_delete_the_log();
  }

 private:
  static void must(const Status& status) { ASSERT_TRUE(status.ok()) << status.error().message; }
  Bytes under(const SecretKey& key, ByteView plain, const std::string& context) {
    return seal(key, plain, context, random_);
  }
  // Of the records inside: a case ended before digest, views and its second person.
  static Bytes of_version_2(Bytes record) {
    record[0] = 2;
    // nor a second person, doubts, grounds, verdicts, marks, or a card
    record.resize(record.size() - 32 - 4 - 20 - 1 - 6 - 1 - 1 - 32);
    return record;
  }
  void put_person(const std::string& id, int number) {
    const std::string person = "person/" + id, encounter = person + "/encounter/e";
    must(database_.run("INSERT INTO person VALUES (?, ?)", id, under(node_, kPersonKey.bytes(), person + "/key")));
    ByteWriter body;
    body.u8(2).u64(5).u64(9'000).u32(0).u32(1).counted(view("COL")).u8(0);
    must(database_.run("INSERT INTO encounter VALUES (?, ?, 'e', 5, 9000, ?)", number, id,
                       under(kPersonKey, body.take(), encounter + "/body")));
    ByteWriter sample;
    sample.u8(2).u8(13).u64(0).counted(Bytes(300, 7)).u8(0).u8(0).u8(0);
    must(database_.run("INSERT INTO sample VALUES (?, 0, ?)", number,
                       under(kPersonKey, sample.take(), encounter + "/sample/0")));
    constexpr const char* kNames[] = {"RIGHT_THUMB", "PLAIN_RIGHT_FOUR_FINGERS", "UNKNOWN", "LEFT_INDEX"};
    for (int i = 0; i < 4; ++i) {
      must(database_.run(
          "INSERT INTO template VALUES (?, ?, ?, ?)", number, i, kPositions[i],
          under(kPersonKey, features(i), encounter + "/template/" + std::to_string(i) + "/" + kNames[i])));
    }
  }
  void put_case() {
    Case open;
    open.case_id = "c1";
    open.exchange_id = "x1";
    open.partner = "USA";
    open.expires_ms = 77;
    must(database_.run("INSERT INTO review VALUES (4, 'c1', 'USA', 'x1', 1, 77, ?)",
                       under(node_, of_version_2(encode(open)), "case/c1/body")));
    const SecretKey key = key_of(0x33);
    must(database_.run("INSERT INTO probe VALUES ('c1', ?, ?)", under(node_, key.bytes(), "case/c1/probe-key"),
                       under(key, view("the probe"), "case/c1/probe")));
  }
  void put_log() {
    const LogRow entry = row(0, "an entry");
    must(database_.run("INSERT INTO log VALUES (0, ?, ?, ?)", entry.leaf, entry.leaf_hash, entry.checkpoint));
  }

 public:
  static Bytes features(int i) {
    Bytes out(200, static_cast<std::uint8_t>(0x40 + i));
    const std::string_view head = "PFGT\x02";
    std::copy(head.begin(), head.end(), out.begin());
    return out;
  }

 private:
  Database database_;
  const SecretKey& node_;
  Random& random_;
};

class MigrationTest : public TestingStore {
 protected:
  void SetUp() override {
    TestingStore::SetUp();
    close();
    fs::remove_all(directory());
    fs::create_directory(directory());
    const SecretKey node = key();
    Version1(file(), node, random());
    old_ = *read_file(file(), 64u << 20);
  }
  std::string file() const { return directory() + "/puente.db"; }
  void put_old_back() {
    fs::remove(file() + "-wal");
    fs::remove(file() + "-shm");
    ASSERT_TRUE(write_file(file(), old_).ok());
  }
  std::int64_t version() {
    const auto database = Database::open(file(), Database::Access::kWrite);
    return database.ok() ? *database->number(-1, "PRAGMA user_version") : -1;
  }
  // All that version 1 held, as this version says it.
  void expect_whole(const std::string& when) {
    EXPECT_EQ(store().check(), std::vector<std::string>()) << when;
    const std::vector<TemplateRow> rows = all_templates();
    ASSERT_EQ(rows.size(), 12u) << when;
    constexpr Finger kFingers[] = {Finger::kRightThumb, Finger::kUnknown, Finger::kUnknown, Finger::kLeftIndex};
    for (std::size_t i = 0; i < rows.size(); ++i) {
      EXPECT_EQ(rows[i].person_id, "p" + std::to_string(i / 4)) << when;
      EXPECT_EQ(rows[i].features.place, place_of(kFingers[i % 4])) << when;
      EXPECT_EQ(rows[i].features.format, 2) << when;
      EXPECT_EQ(rows[i].features.bytes, Version1::features(static_cast<int>(i % 4))) << when;
      EXPECT_EQ(rows[i].cut, std::nullopt) << when;
      EXPECT_EQ(rows[i].standing, Standing{.withheld_from = {"COL"}}) << when;
    }
    EXPECT_EQ(store().encounter("p1", "e")->samples[0].image, Bytes(300, 7)) << when;
    EXPECT_EQ(store().case_record("c1")->expires_ms, 77) << when;
    EXPECT_EQ(*store().count_cases(CaseState::kOpen), 1u) << when;
    EXPECT_EQ(text(*store().case_exhibit("c1")), "the probe") << when;
    EXPECT_EQ(*store().log_size(), 1u) << when;
    EXPECT_TRUE(store().agreements()->empty()) << when;
  }

 private:
  Bytes old_;
};

TEST_F(MigrationTest, a_database_of_version_1_opens_with_all_that_it_holds) {
  reopen();
  EXPECT_EQ(store().opening_notes(),
            (std::vector<std::string>{"the database was brought from version 1 to version 2",
                                      "3 templates were of finger position 13, which is no finger; now of an unknown "
                                      "finger, and compared with every one",
                                      "3 templates were of finger position 99, which is no finger; now of an unknown "
                                      "finger, and compared with every one",
                                      "the database was brought from version 2 to version 3",
                                      "the database was brought from version 3 to version 4",
                                      "the database was brought from version 4 to version 5",
                                      "the database was brought from version 5 to version 6",
                                      "the database was brought from version 6 to version 7"}));
  expect_whole("at first");
  Case fresh;
  fresh.case_id = "c2";
  fresh.exchange_id = "x2";
  fresh.partner = "USA";
  ASSERT_TRUE(within([&](Transaction& t) { return t.put_case(fresh); }).ok());
  EXPECT_EQ(store().listed_cases({})->size(), 2u);
  ASSERT_TRUE(within([](Transaction& t) { return t.erase_person("p2"); }).ok());
  EXPECT_EQ(all_templates().size(), 8u);
  reopen();
  EXPECT_TRUE(store().opening_notes().empty()) << "once";
  EXPECT_EQ(store().check(), std::vector<std::string>());
}

constexpr const char* kBackTo5 =
    "DROP TABLE practice_exhibit; DROP TABLE practice_case; DROP TABLE practice_pair; PRAGMA user_version = 5";
constexpr const char* kBackTo4 =
    "DROP TABLE practice_exhibit; DROP TABLE practice_case; DROP TABLE practice_pair; DROP TABLE watchlist_alert; DROP "
    "TABLE watchlist_hand; DROP TABLE watchlist; PRAGMA user_version = 4";

TEST_F(MigrationTest, a_database_of_version_3_gets_the_tables_of_4) {
  reopen();
  close();
  const char* back = "DROP TABLE once_about; DROP TABLE once; PRAGMA user_version = 3";
  ASSERT_TRUE(Database::open(file(), Database::Access::kWrite)->script(kBackTo4).ok());
  ASSERT_TRUE(Database::open(file(), Database::Access::kWrite)->script(back).ok());
  EXPECT_EQ(open(Mode::kReadOnly).error().code, Code::kUnsupported);
  reopen();
  EXPECT_EQ(store().opening_notes().front(), "the database was brought from version 3 to version 4");
  expect_whole("from version 3");
  EXPECT_TRUE(within([](Transaction& t) { return t.put_once({"o1", "c1", 9, {"p1"}, {}}, 1); }).ok());
}

TEST_F(MigrationTest, a_database_of_version_4_gets_the_tables_of_5) {
  reopen();
  close();
  ASSERT_TRUE(Database::open(file(), Database::Access::kWrite)->script(kBackTo4).ok());
  EXPECT_EQ(open(Mode::kReadOnly).error().code, Code::kUnsupported);
  reopen();
  EXPECT_EQ(store().opening_notes().front(), "the database was brought from version 4 to version 5");
  expect_whole("from version 4");
  WatchlistEntry entry;
  entry.entry_id = "w1";
  entry.person_id = "p1";
  EXPECT_TRUE(within([&](Transaction& t) { return t.put_watchlist_entry(entry, 1); }).ok());
}

TEST_F(MigrationTest, a_database_of_version_5_gets_the_tables_of_6) {
  reopen();
  close();
  ASSERT_TRUE(Database::open(file(), Database::Access::kWrite)->script(kBackTo5).ok());
  EXPECT_EQ(open(Mode::kReadOnly).error().code, Code::kUnsupported);
  reopen();
  EXPECT_EQ(store().opening_notes().front(), "the database was brought from version 5 to version 6");
  expect_whole("from version 5");
  EXPECT_TRUE(within([](Transaction& t) { return t.put_practice_pair({"s1", Truth::kMate, "eva", 7, {}}); }).ok());
}

// As version 6 left it: the keys of people under the node key, and its stamp.
TEST_F(MigrationTest, from_version_6_each_persons_key_goes_to_where_its_holder_is_not_hidden_when_that_is_asked_for) {
  reopen();
  Protection hidden;
  hidden.person_id = "p1";
  hidden.withheld_from = {"USA"};
  ASSERT_TRUE(within([&](Transaction& t) { return t.put_protection(hidden); }).ok());
  ASSERT_TRUE(within([&](Transaction& t) { return t.seal_keys_anew(); }).ok());
  close();
  std::vector<Bytes> old;
  {
    const Database database = *Database::open(file(), Database::Access::kWrite);
    for (const std::string person : {"p0", "p1", "p2"}) {
      old.push_back(seal(key(), kPersonKey.bytes(), "person/" + person + "/key", random()));
      ASSERT_TRUE(database.run("UPDATE person SET sealed_key = ? WHERE person_id = ?", old.back(), person).ok());
    }
    const Bytes stamp = seal(key(), view("puente"), "database/node-key", random());
    ASSERT_TRUE(database.run("UPDATE node SET sealed_check = ?", stamp).ok());
    ASSERT_TRUE(database.script("PRAGMA user_version = 6").ok());
  }
  reopen();
  EXPECT_EQ(store().opening_notes(), std::vector<std::string>{"the database was brought from version 6 to version 7"});
  EXPECT_EQ(store().check(), std::vector<std::string>()) << "the node itself opens both";
  EXPECT_TRUE(store().people_for("USA")->encounter_ids("p2")->empty());
  for (int twice = 0; twice < 2; ++twice) {
    ASSERT_TRUE(within([&](Transaction& t) { return t.seal_keys_anew(); }).ok());
    EXPECT_EQ(store().check(), std::vector<std::string>());
    EXPECT_EQ(all_templates().size(), 12u);
    EXPECT_TRUE(store().people_for("USA")->encounter_ids("p1")->empty());
    EXPECT_EQ(store().people_for("USA")->encounter_ids("p2")->size(), 1u);
    EXPECT_EQ(store().people_for("PER")->encounter_ids("p1")->size(), 1u);
  }
  close();
  const Bytes all = *read_file(file(), 64u << 20);
  for (const Bytes& each : old) EXPECT_EQ(std::search(all.begin(), all.end(), each.begin(), each.end()), all.end());
}

// The service refuses before: a protection over one that does not open.
TEST_F(MigrationTest, a_persons_key_is_found_again_where_the_protection_beside_it_is_damaged) {
  reopen();
  const auto hide = [&](const char* person) {
    Protection hidden;
    hidden.person_id = person;
    hidden.withheld_from = {"USA"};
    return within([&](Transaction& t) { return t.put_protection(hidden); });
  };
  ASSERT_TRUE(within([](Transaction& t) { return t.seal_keys_anew(); }).ok());
  ASSERT_TRUE(hide("p1").ok());
  close();
  {
    const Database database = *Database::open(file(), Database::Access::kWrite);
    const char* spoil = "UPDATE protection SET sealed_protection = zeroblob(length(sealed_protection))";
    ASSERT_TRUE(database.script(spoil).ok());
    database.let_close_delete_the_log();
  }
  reopen();
  EXPECT_FALSE(store().encounter("p1", "e").ok());
  EXPECT_FALSE(store().check().empty()) << "it names the row";
  ASSERT_TRUE(hide("p2").ok());  // by which the key of these is known
  ASSERT_TRUE(hide("p1").ok());
  EXPECT_EQ(store().check(), std::vector<std::string>());
  EXPECT_TRUE(store().encounter("p1", "e").ok());
  EXPECT_TRUE(store().people_for("USA")->encounter_ids("p1")->empty());
}

TEST_F(MigrationTest, of_what_it_sealed_anew_the_old_bytes_are_gone) {
  Bytes piece;
  {
    const Database old = *Database::open(file(), Database::Access::kWrite);
    Statement row = old.query("SELECT sealed_features FROM template LIMIT 1");
    ASSERT_TRUE(*row.step());
    piece = row.blob(0);
  }
  const auto on_disk = [&] {
    const Bytes all = *read_file(file(), 64u << 20);
    return std::search(all.begin(), all.end(), piece.begin(), piece.begin() + 24) != all.end();
  };
  EXPECT_TRUE(on_disk());
  reopen();
  EXPECT_FALSE(on_disk());
}

TEST_F(MigrationTest, read_only_says_what_to_do_and_the_log_is_read_as_it_is) {
  const auto reading = open(Mode::kReadOnly);
  ASSERT_FALSE(reading.ok());
  EXPECT_EQ(reading.error().code, Code::kUnsupported);
  EXPECT_NE(reading.error().message.find("start the node once"), std::string::npos) << reading.error().message;
  const auto log = open_log(directory());
  ASSERT_TRUE(log.ok()) << log.error().message;
  EXPECT_EQ((*log)->log_rows(0, 10)->size(), 1u);
  EXPECT_EQ(version(), 1);
}

TEST_F(MigrationTest, what_it_cannot_open_it_leaves_as_it_is) {
  EXPECT_EQ(store::open(directory(), Mode::kOpen, key_of(0x12), random()).error().code, Code::kUnauthenticated);
  EXPECT_EQ(version(), 1);
  const auto spoilt = [&](const char* sql) {
    put_old_back();
    EXPECT_TRUE(Database::open(file(), Database::Access::kWrite)->script(sql).ok());
    const auto opened = open(Mode::kOpen);
    EXPECT_EQ(version(), 1);
    return opened.ok() ? Error{} : opened.error();
  };
  const Error damaged =
      spoilt("UPDATE template SET sealed_features = zeroblob(60) WHERE encounter = 2 AND ordinal = 3");
  EXPECT_EQ(damaged.code, Code::kCorrupt);
  EXPECT_EQ(damaged.message.find("a template of encounter p1/e: "), 0u) << damaged.message;
  EXPECT_EQ(spoilt("UPDATE template SET encounter = 9 WHERE encounter = 2").code, Code::kCorrupt) << "of nobody";
  EXPECT_EQ(spoilt("DROP INDEX review_state").code, Code::kCorrupt);
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int kEvery = 9;  // the release build is killed at each
#else
constexpr int kEvery = 1;
#endif

TEST_F(MigrationTest, killed_at_any_write_the_database_is_old_or_new) {
  set_call("pwrite64", reinterpret_cast<sqlite3_syscall_ptr>(failing_pwrite));
  set_call("pwrite", reinterpret_cast<sqlite3_syscall_ptr>(failing_pwrite));
  set_call("ftruncate", reinterpret_cast<sqlite3_syscall_ptr>(failing_ftruncate));
  int old = 0, fresh = 0, write = 0;
  for (bool killed = true; killed; write += kEvery) {
    put_old_back();
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      then = write % 2 == 0 ? Then::kKill : Then::kKillHalfWay;
      writes_left = write;
      _exit(open(Mode::kOpen).ok() ? 0 : 1);
    }
    int how = 0;
    ASSERT_EQ(::waitpid(child, &how, 0), child);
    killed = WIFSIGNALED(how);
    ASSERT_TRUE(killed || WEXITSTATUS(how) == 0) << "it failed without being killed, at write " << write;
    const std::string when = "killed at write " + std::to_string(write);
    const std::int64_t found = version();
    ASSERT_TRUE(found >= 1 && found <= kSchemaVersion) << when;
    ++(found == 1 ? old : fresh);
    reopen();
    EXPECT_EQ(store().opening_notes().empty(), found == kSchemaVersion) << when;
    expect_whole(when);
    ASSERT_FALSE(HasFailure());
    close();
  }
  EXPECT_GT(old, 10 / kEvery);
  EXPECT_GT(fresh, 1) << "of " << write;
  for (const char* name : {"pwrite64", "pwrite", "ftruncate"}) set_call(name, nullptr);
}

TEST_F(MigrationTest, on_a_full_disk_the_database_stays_old_and_is_brought_up_to_date_later) {
  set_call("pwrite64", reinterpret_cast<sqlite3_syscall_ptr>(failing_pwrite));
  set_call("pwrite", reinterpret_cast<sqlite3_syscall_ptr>(failing_pwrite));
  then = Then::kFull;
  int said = 0;
  for (int write = 0; write < 60; write += 5) {
    put_old_back();
    writes_left = write;
    const auto opened = open(Mode::kOpen);
    if (!opened.ok()) {
      EXPECT_EQ(opened.error().code, Code::kStorageFull) << opened.error().message;
      ++said;
    }
    writes_left = -1;
    close();
    EXPECT_TRUE(opened.ok() || version() < kSchemaVersion) << "full at write " << write;
  }
  EXPECT_GT(said, 3);
  put_old_back();
  reopen();
  expect_whole("with room again");
  for (const char* name : {"pwrite64", "pwrite"}) set_call(name, nullptr);
}

}  // namespace
}  // namespace puente::store
