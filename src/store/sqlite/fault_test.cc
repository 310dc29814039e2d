// What the SQLite driver owes beyond the contract: crashes, full disks, damaged files, and nothing left of what was
// erased. The judge is Store::check.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <random>

#include "core/files.h"
#include "store/sqlite/database.h"
#include "store/testing_store.h"

namespace puente::store {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kFileMax = 64u << 20;

class FaultTest : public TestingStore {
 protected:
  std::string file() const { return directory() + "/puente.db"; }
  std::vector<std::string> problems() { return store().check(); }
  // For a look, or a blow, at the tables themselves.
  Database raw() const { return *Database::open(file(), Database::Access::kWrite); }
};

std::string name_of(std::uint64_t index) {
  return "p" + std::to_string(index);
}

// One entry of the log, with effects in most other tables in the same transaction->
Status write_once(Store& store, std::uint64_t index) {
  const auto transaction = store.begin();
  TRY(transaction->put_encounter(make_encounter(name_of(index), "e"), make_templates(1, 1)));
  TRY(transaction->enqueue({"m" + std::to_string(index), "COL", "question", Bytes(500, 0x33), 1, 2, 3, 0}));
  if (index >= 5) TRY(transaction->erase_person(name_of(index - 5)));
  if (index >= 3) TRY(transaction->remove_outbox("m" + std::to_string(index - 3)));
  TRY(transaction->append_log(row(index, "leaf " + std::to_string(index)), Json::object({{"salt", "00"}})));
  return transaction->commit();
}

// Entry and effects came together or not at all.
void expect_agreement(Store& store, const std::string& when) {
  const std::uint64_t size = *store.log_size();
  EXPECT_EQ(*store.people(), std::min<std::uint64_t>(size, 5)) << when;
  EXPECT_EQ(*store.outbox_size(), std::min<std::uint64_t>(size, 3)) << when;
  EXPECT_TRUE(size == 0 || store.encounter(name_of(size - 1), "e").ok()) << when;
  EXPECT_EQ(store.check(), std::vector<std::string>()) << when;
}

[[noreturn]] void write_until_killed(const std::string& directory, int acknowledge) {
  SystemRandom random;
  auto store = store::open(directory, Mode::kOpen, key_of(0x11), random);
  if (!store.ok()) _exit(10);
  for (std::uint64_t index = *(*store)->log_size();; ++index) {
    if (!write_once(**store, index).ok()) _exit(11);
    if (::write(acknowledge, &index, sizeof index) != sizeof index) _exit(12);
  }
}

TEST_F(FaultTest, a_hundred_kills_lose_nothing_that_was_acknowledged) {
  close();
  const unsigned seed = std::random_device{}();
  std::mt19937 chance(seed);
  std::uint64_t acknowledged = 0;  // entries
  for (int kill_count = 0; kill_count < 100; ++kill_count) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      ::close(ends[0]);
      write_until_killed(directory(), ends[1]);
    }
    ::close(ends[1]);
    std::uint64_t index = 0;
    for (auto left = chance() % 4; left > 0 && ::read(ends[0], &index, sizeof index) == sizeof index; --left)
      acknowledged = index + 1;
    ::usleep(static_cast<useconds_t>(chance() % 15'000));  // it may be killed at any moment
    ASSERT_EQ(::kill(child, SIGKILL), 0);
    while (::read(ends[0], &index, sizeof index) == sizeof index) acknowledged = index + 1;
    ::close(ends[0]);
    int how = 0;
    ASSERT_EQ(::waitpid(child, &how, 0), child);
    ASSERT_TRUE(WIFSIGNALED(how)) << "the writer itself failed: " << WEXITSTATUS(how);

    reopen();
    const std::string when = "kill " + std::to_string(kill_count) + ", seed " + std::to_string(seed);
    ASSERT_GE(*store().log_size(), acknowledged) << when;
    expect_agreement(store(), when);
    ASSERT_FALSE(HasFailure());
    close();
  }
  EXPECT_GT(acknowledged, 100u) << "the kills came before anything was written";
}

// Power may be lost between writes: the write-ahead log then ends anywhere. What opens is an earlier moment, whole.
TEST_F(FaultTest, a_write_ahead_log_torn_anywhere_opens_as_an_earlier_moment) {
  for (std::uint64_t index = 0; index < 30; ++index) ASSERT_TRUE(write_once(store(), index).ok());
  // Residue is cleared at each erasure: make a log of several transactions that erase nothing.
  for (std::uint64_t index = 30; index < 36; ++index)
    ASSERT_TRUE(
        within([&](Transaction& t) { return t.append_log(row(index, "leaf " + std::to_string(index)), Json()); }).ok());
  const Bytes database = *read_file(file(), kFileMax), log = *read_file(file() + "-wal", kFileMax);
  ASSERT_GT(log.size(), 6u * 4096);
  close();
  const unsigned seed = 7;
  std::mt19937 chance(seed);
  std::set<std::uint64_t> sizes;
  for (int round = 0; round < 60; ++round) {
    Bytes torn(log.begin(), log.begin() + static_cast<std::ptrdiff_t>(chance() % (log.size() + 1)));
    if (round % 2 == 1) torn.resize(torn.size() + 5000, static_cast<std::uint8_t>(chance()));  // garbage after it
    fs::remove(file() + "-shm");
    ASSERT_TRUE(write_file(file(), database).ok());
    ASSERT_TRUE(write_file(file() + "-wal", torn).ok());
    reopen();
    sizes.insert(*store().log_size());
    ASSERT_GE(*store().log_size(), 30u);
    ASSERT_EQ(problems(), std::vector<std::string>()) << "round " << round;
    close();
  }
  EXPECT_GT(sizes.size(), 3u) << "the tears did not differ";
}

// Fills until the store says so; what was acknowledged is there, and after `make_room` it goes on.
void fill_and_go_on(Store& store, const std::function<void()>& make_room) {
  std::uint64_t written = 0;
  Status status;
  Encounter large = make_encounter("p", "e");
  large.samples[0].image = Bytes(40'000, 0x5a);
  const auto write = [&]() -> Status {
    large.person_id = name_of(written);
    const auto transaction = store.begin();
    TRY(transaction->put_encounter(large, {}));
    TRY(transaction->append_log(row(written, "x"), Json()));
    return transaction->commit();
  };
  // Where the write-ahead log alone was too long, the failure itself has made room.
  for (int refused = 0; refused < 2 && written < 2000;) {
    status = write();
    refused = status.ok() ? 0 : refused + 1;
    written += status.ok() ? 1 : 0;
  }
  ASSERT_FALSE(status.ok()) << "the disk never filled";
  EXPECT_EQ(status.error().code, Code::kStorageFull) << status.error().message;
  EXPECT_TRUE(store.is_full()) << "an operator is to see it";
  EXPECT_GT(written, 5u);
  EXPECT_EQ(*store.people(), written);
  EXPECT_EQ(*store.log_size(), written);
  EXPECT_EQ(store.check(), std::vector<std::string>());
  make_room();
  const Status again = write();
  ASSERT_TRUE(again.ok()) << again.error().message;
  EXPECT_FALSE(store.is_full());
  EXPECT_EQ(*store.log_size(), written + 1);
  EXPECT_EQ(store.check(), std::vector<std::string>());
}

TEST_F(FaultTest, a_full_disk_is_said_and_nothing_is_lost) {
  const std::string place = directory() + "/small";
  fs::create_directory(place);
  if (::mount("none", place.c_str(), "tmpfs", 0, "size=3m") != 0)
    GTEST_SKIP() << "a small tmpfs cannot be mounted here: that needs root";
  {
    std::ofstream(place + "/ballast") << std::string(600'000, 'x');
    auto small = store::open(place, Mode::kCreate, key(), random());
    ASSERT_TRUE(small.ok()) << small.error().message;
    fill_and_go_on(**small, [&] { fs::remove(place + "/ballast"); });
  }
  {
    const auto again = store::open(place, Mode::kOpen, key(), random());
    ASSERT_TRUE(again.ok()) << again.error().message;
    EXPECT_EQ((*again)->check(), std::vector<std::string>());
  }
  EXPECT_EQ(::umount(place.c_str()), 0);
}

TEST_F(FaultTest, a_file_size_limit_is_a_full_disk_too) {
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{}, small{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  small = before;
  small.rlim_cur = 1'500'000;
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  fill_and_go_on(store(), [&] { ::setrlimit(RLIMIT_FSIZE, &before); });
  ::setrlimit(RLIMIT_FSIZE, &before);
}

TEST_F(FaultTest, a_creation_that_a_crash_cut_off_is_done_again) {
  close();
  fs::remove_all(directory());
  fs::create_directory(directory());
  std::ofstream(file()).close();  // the file was made, its tables not yet
  EXPECT_FALSE(open(Mode::kOpen).ok());
  EXPECT_TRUE(open(Mode::kCreate).ok());
  reopen();
}

// ---- damage

TEST_F(FaultTest, flipped_bytes_are_reported_or_harmless_and_never_crash) {
  fill();
  const Encounter original = *store().encounter("p3", "e1");
  const std::vector<LogRow> log = *store().log_rows(0, 100);
  close();
  const Bytes good = *read_file(file(), kFileMax);
  const unsigned seed = std::random_device{}();
  std::mt19937 chance(seed);
  int reported = 0;
  const int rounds = 300;
  for (int round = 0; round < rounds; ++round) {
    Bytes bad = good;
    const bool in_header = round % 10 == 0;
    for (unsigned flips = 1 + chance() % 8; flips > 0; --flips)
      bad[chance() % (in_header ? 100 : bad.size())] ^= static_cast<std::uint8_t>(1 + chance() % 255);
    fs::remove(file() + "-wal");
    fs::remove(file() + "-shm");
    std::ofstream(file(), std::ios::binary)
        .write(reinterpret_cast<const char*>(bad.data()), static_cast<std::streamsize>(bad.size()));
    SystemRandom system;
    const auto damaged = store::open(directory(), Mode::kOpen, key(), system);
    if (!damaged.ok() || !(*damaged)->check().empty()) {
      ++reported;
      if (damaged.ok()) {  // whatever is asked of it, it answers or says why not
        discard((*damaged)->each_template([](TemplateRow) { return Status(); }), "it answers or says why not");
        discard((*damaged)->log_rows(0, 100), "it answers or says why not");
        discard((*damaged)->listed_cases({}), "it answers or says why not");
        discard((*damaged)->questions_past_deadline(QuestionState::kQueued, 100, 100), "it answers or says why not");
        discard((*damaged)->outbox_past(100, 100), "it answers or says why not");
      }
      continue;
    }
    const auto encounter = (*damaged)->encounter("p3", "e1");
    ASSERT_TRUE(encounter.ok()) << "seed " << seed << " round " << round;
    EXPECT_EQ(encounter->samples[0].image, original.samples[0].image) << "seed " << seed << " round " << round;
    EXPECT_EQ(encounter->biographic, original.biographic) << "seed " << seed << " round " << round;
    const auto rows = (*damaged)->log_rows(0, 100);
    ASSERT_TRUE(rows.ok() && rows->size() == log.size()) << "seed " << seed << " round " << round;
    for (std::size_t i = 0; i < log.size(); ++i) EXPECT_EQ((*rows)[i].leaf, log[i].leaf) << "seed " << seed;
  }
  EXPECT_GT(reported, 100) << "seed " << seed;
  ASSERT_TRUE(write_file(file(), good).ok());
  reopen();
}

TEST_F(FaultTest, what_is_no_database_of_ours_is_refused_and_left_as_it_is) {
  close();
  const Bytes good = *read_file(file(), kFileMax);
  const auto open_with = [&](const std::function<void()>& change) {
    fs::remove(file() + "-wal");
    fs::remove(file() + "-shm");
    EXPECT_TRUE(write_file(file(), good).ok());
    change();
    const auto opened = open(Mode::kOpen);
    EXPECT_FALSE(opened.ok());
    return opened.ok() ? Error{} : opened.error();
  };
  const Error newer = open_with([&] { ASSERT_TRUE(raw().script("PRAGMA user_version = 99").ok()); });
  EXPECT_EQ(newer.code, Code::kUnsupported);
  EXPECT_NE(newer.message.find("newer"), std::string::npos) << newer.message;
  EXPECT_EQ(open_with([&] { ASSERT_TRUE(raw().script("PRAGMA application_id = 3").ok()); }).code, Code::kUnsupported);
  EXPECT_EQ(open_with([&] { ASSERT_TRUE(write_file(file(), Bytes(8192, 0x41)).ok()); }).code, Code::kCorrupt);
  EXPECT_EQ(open_with([&] { ASSERT_TRUE(raw().script("DROP TRIGGER log_is_never_cut").ok()); }).code, Code::kCorrupt);
  EXPECT_FALSE(open_with([&] { ASSERT_TRUE(write_file(file(), {}).ok()); }).message.empty());
  EXPECT_FALSE(open_with([&] { fs::resize_file(file(), good.size() / 2); }).message.empty());
  ASSERT_TRUE(write_file(file(), good).ok());
  reopen();
}

TEST_F(FaultTest, a_sealed_blob_cannot_be_moved_to_another_row) {
  put("p1", "e1");
  put("p1", "e2");
  put("p2", "e1");
  const auto spoil = [&](const char* sql) {
    const Database database = raw();
    ASSERT_TRUE(database.script(sql).ok());
  };
  spoil(
      "UPDATE template SET sealed_template = (SELECT sealed_template FROM template WHERE encounter = 2 AND ordinal = "
      "0) WHERE encounter = 1 AND ordinal = 0");
  EXPECT_EQ(problems().size(), 1u) << "another encounter of the same person";
  EXPECT_FALSE(store().each_template([](TemplateRow) { return Status(); }).ok());
  spoil("UPDATE person SET sealed_key = (SELECT sealed_key FROM person WHERE person_id = 'p1') WHERE person_id = 'p2'");
  EXPECT_EQ(store().encounter("p2", "e1").error().code, Code::kCorrupt);
  spoil("UPDATE encounter SET retention_until_ms = 5 WHERE encounter_id = 'e2'");
  EXPECT_EQ(problems().size(), 3u) << "a date changed in the column only";
}

TEST_F(FaultTest, check_names_what_is_missing) {
  fill();
  const Database database = raw();
  ASSERT_TRUE(
      database.script("DELETE FROM encounter WHERE person_id = 'p1'").ok());  // its samples stay: no such pragma here
  ASSERT_TRUE(database.script("DROP TRIGGER log_is_never_cut; DELETE FROM log WHERE number = 7").ok());
  const std::vector<std::string> found = problems();
  const auto says = [&](const std::string& what) {
    return std::any_of(found.begin(), found.end(),
                       [&](const std::string& line) { return line.find(what) != line.npos; });
  };
  EXPECT_TRUE(says("person p1: has no encounter"));
  EXPECT_TRUE(says("belongs to no encounter"));
  EXPECT_TRUE(says("log entry 8: comes where entry 7 should be"));
  EXPECT_TRUE(says("a row of log_details belongs to no log"));
}

TEST_F(FaultTest, check_sees_a_template_of_no_place_and_nobody_is_given_it) {
  put("p1", "e1");
  ASSERT_TRUE(raw().script("UPDATE template SET place = 13 WHERE ordinal = 1").ok());
  const std::vector<std::string> found = problems();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0], "encounter p1/e1, a template: a stored template is of no finger, face or eye");
  EXPECT_EQ(store().each_template([](TemplateRow) { return Status(); }).error().code, Code::kCorrupt);
}

// What is read within a look at something else may fail as well.
TEST_F(FaultTest, check_says_so_when_a_read_fails) {
  put("p1", "e1");
  ASSERT_TRUE(raw().script("ALTER TABLE sample RENAME TO gone; ALTER TABLE template RENAME TO gone_too").ok());
  const std::vector<std::string> found = problems();
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].find("encounter p1/e1, its samples: "), 0u) << found[0];
  EXPECT_EQ(found[1].find("encounter p1/e1, its templates: "), 0u) << found[1];
}

TEST_F(FaultTest, the_logs_table_refuses_changes_by_anybody) {
  fill();
  EXPECT_FALSE(raw().script("UPDATE log SET leaf = x'00' WHERE number = 3").ok());
  EXPECT_FALSE(raw().script("DELETE FROM log WHERE number = 19").ok());
  EXPECT_EQ(*store().log_size(), 20u);
}

// ---- nothing is left

bool on_disk(const std::string& directory, ByteView bytes) {
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (!entry.is_regular_file()) continue;
    const Bytes all = *read_file(entry.path().string(), kFileMax);
    if (std::search(all.begin(), all.end(), bytes.begin(), bytes.end()) != all.end()) return true;
  }
  return false;
}

TEST_F(FaultTest, nothing_personal_is_on_the_disk_in_clear) {
  fill();
  Question question;
  question.exchange_id = "x7";
  question.requester = "the-requester";
  ASSERT_TRUE(within([&](Transaction& t) { return t.put_question(question); }).ok());
  for (const char* word : {"Quiñones", "Vargas", "the-requester"})
    EXPECT_FALSE(on_disk(directory(), view(word))) << word;
  for (const int byte : {0x5a, 0x77, 0x66, 0x09})
    EXPECT_FALSE(on_disk(directory(), Bytes(64, static_cast<std::uint8_t>(byte))));
  EXPECT_TRUE(on_disk(directory(), view("leaf number 3"))) << "this looks in the right place";
  EXPECT_FALSE(on_disk(directory(), key().bytes()));
}

TEST_F(FaultTest, of_what_is_erased_no_sealed_byte_stays_either) {
  fill();
  const auto sealed = [&](const char* sql) {
    std::vector<Bytes> out;
    const Database database = raw();
    Statement rows = database.query(sql);
    while (*rows.step()) {
      const Bytes blob = rows.blob(0);
      out.emplace_back(blob.begin(), blob.begin() + 24);
      out.emplace_back(blob.end() - 16, blob.end());
      const auto middle = blob.begin() + static_cast<std::ptrdiff_t>(blob.size() / 2);
      out.emplace_back(middle, middle + 16);
    }
    EXPECT_FALSE(out.empty()) << sql;
    return out;
  };
  const auto gone = [&](const std::vector<Bytes>& pieces) {
    return std::none_of(pieces.begin(), pieces.end(), [&](const Bytes& piece) { return on_disk(directory(), piece); });
  };
  const auto expect_erased = [&](const std::vector<const char*>& queries,
                                 const std::function<Status(Transaction&)>& erase, const char* what) {
    std::vector<Bytes> pieces;
    for (const char* sql : queries) {
      for (Bytes& piece : sealed(sql)) pieces.push_back(std::move(piece));
    }
    ASSERT_FALSE(gone(pieces)) << what;
    ASSERT_TRUE(within(erase).ok()) << what;
    EXPECT_TRUE(gone(pieces)) << what;  // while the store is open
  };
  expect_erased(
      {"SELECT sealed_exhibit FROM exhibit", "SELECT sealed_key FROM exhibit"},
      [](Transaction& t) { return t.destroy_case_exhibit("c1"); }, "exhibit");
  expect_erased(
      {"SELECT sealed_key FROM person WHERE person_id = 'p2'", "SELECT sealed_sample FROM sample WHERE encounter = 3",
       "SELECT sealed_template FROM template WHERE encounter = 3",
       "SELECT sealed_body FROM encounter WHERE number = 3"},
      [](Transaction& t) { return t.erase_person("p2"); }, "person");
  expect_erased(
      {"SELECT sealed_key FROM released", "SELECT sealed_data FROM released"},
      [](Transaction& t) { return t.erase_released("x2"); }, "released data");
  expect_erased(
      {"SELECT sealed_key FROM outbox", "SELECT sealed_payload FROM outbox"},
      [](Transaction& t) { return t.remove_outbox("m1"); }, "outbox");
  expect_erased(
      {"SELECT sealed_key FROM task", "SELECT sealed_task FROM task"},
      [](Transaction& t) {
        return t.update_task({"t1", "identify", "", TaskState::kDone, 1, 2, "", {}, {}});
      },
      "the request of a task that is done");
  expect_erased(
      {"SELECT sealed_key FROM task", "SELECT sealed_task FROM task"},
      [](Transaction& t) { return t.erase_task("t1"); }, "task");
  EXPECT_EQ(problems(), std::vector<std::string>());
}

// A foreign reader keeps the write-ahead log from being emptied; the next commit makes up for it.
TEST_F(FaultTest, what_a_reader_held_back_is_erased_with_the_next_commit) {
  fill();
  Bytes piece;
  {
    const Database reader = raw();
    piece = [&] {
      Statement rows = reader.query("SELECT sealed_exhibit FROM exhibit");
      EXPECT_TRUE(*rows.step());
      return rows.blob(0);
    }();
    ASSERT_TRUE(reader.script("BEGIN").ok());
    ASSERT_TRUE(reader.number(0, "SELECT count(*) FROM person").ok());
    ASSERT_TRUE(within([](Transaction& t) { return t.destroy_case_exhibit("c1"); }).ok());
    EXPECT_TRUE(on_disk(directory(), ByteView(piece).first(24))) << "the reader sees the moment before";
  }
  ASSERT_TRUE(within([](Transaction& t) { return t.forget_messages(0); }).ok());
  EXPECT_FALSE(on_disk(directory(), ByteView(piece).first(24)));
}

TEST_F(FaultTest, a_copy_on_a_read_only_place_can_be_read) {
  fill();
  close();
  const std::string copy = directory() + "/copy";
  fs::create_directory(copy);
  fs::copy_file(file(), copy + "/puente.db");
  const std::string mount = directory() + "/mount";
  fs::create_directory(mount);
  if (::mount(copy.c_str(), mount.c_str(), nullptr, MS_BIND, nullptr) != 0)
    GTEST_SKIP() << "nothing can be mounted here: that needs root";
  ASSERT_EQ(::mount(nullptr, mount.c_str(), nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY, nullptr), 0);
  {
    const auto log = open_log(mount);
    ASSERT_TRUE(log.ok()) << log.error().message;
    EXPECT_EQ(*(*log)->log_size(), 20u);
  }
  EXPECT_EQ(::umount(mount.c_str()), 0);
}

}  // namespace
}  // namespace puente::store
