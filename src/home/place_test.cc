// A directory that was copied or restored knows it, and answers nobody until somebody has decided.
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <thread>
#include <vector>

#include "core/files.h"
#include "home/home.h"
#include "home/inside.h"

namespace puente::home {
namespace {

namespace fs = std::filesystem;

class PlaceTest : public testing::Test {
 protected:
  PlaceTest() {
    folder_ = fs::temp_directory_path() / "puente-place-XXXXXX";
    EXPECT_NE(mkdtemp(folder_.data()), nullptr);
    wanted_.path = folder_ + "/COL";
    wanted_.country = "COL";
    EXPECT_TRUE(make_directory(wanted_, "Test", random_).ok());
    EXPECT_TRUE(add_user(wanted_.path, "ana", Role::kOfficer, random_).ok());
    EXPECT_TRUE(Visit::begin(wanted_.path, "ana").ok()) << "it begins its log";
  }
  ~PlaceTest() override { fs::remove_all(folder_); }

  Directory copied() {
    Directory out = wanted_;
    out.path = folder_ + "/copy";
    fs::remove_all(out.path);
    fs::copy(wanted_.path, out.path, fs::copy_options::recursive);
    return out;
  }
  static std::string why(const Directory& directory) {
    const auto why = why_a_copy(directory, [&] { return entries_of_node(directory); });
    EXPECT_TRUE(why.ok()) << why.error().message;
    return *why;
  }
  static CountEntries has(std::uint64_t entries) {
    return [entries] { return Result<std::uint64_t>(entries); };
  }
  static Code refused(const Directory& directory) {
    const auto visit = Visit::begin(directory.path, "ana");
    return visit.ok() ? Code::kInternal : visit.error().code;
  }

  std::string folder_;
  Directory wanted_;
  SystemRandom random_;
};

TEST_F(PlaceTest, a_copy_answers_nobody_until_it_is_adopted) {
  const Directory copy = copied();
  EXPECT_EQ(why(wanted_), "");
  EXPECT_NE(why(copy), "");
  EXPECT_EQ(refused(copy), Code::kConflict);
  const std::uint64_t entries = *entries_of_node(copy);
  EXPECT_EQ(adopt_copy(copy.path, "short").error().code, Code::kInvalidInput);
  EXPECT_EQ(*entries_of_node(copy), entries) << "what is refused writes nothing";
  EXPECT_EQ(refused(copy), Code::kConflict);
  ASSERT_TRUE(adopt_copy(copy.path, "the old disk has failed").ok());
  EXPECT_TRUE(Visit::begin(copy.path, "ana").ok());
  EXPECT_TRUE(Visit::begin(wanted_.path, "ana").ok()) << "the old one knows nothing of it";
}

TEST_F(PlaceTest, a_copy_without_place_json_is_one_too) {
  const Directory copy = copied();
  fs::remove(copy.path + "/place.json");
  EXPECT_EQ(refused(copy), Code::kConflict);
  EXPECT_FALSE(fs::exists(copy.path + "/place.json")) << "and nothing was written";
}

TEST_F(PlaceTest, a_backup_copied_over_file_into_file_is_noticed) {
  const Directory backup = copied();
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(Visit::begin(wanted_.path, "ana").ok()) << "nobody copied anything";
  for (const auto& each : fs::directory_iterator(backup.path)) {  // as cp -a BACKUP/. DIR/ does
    if (!each.is_regular_file()) continue;
    const std::string content(text(*read_file(each.path(), 64u << 20)));
    std::FILE* over = std::fopen((wanted_.path + "/" + each.path().filename().string()).c_str(), "w");
    ASSERT_NE(over, nullptr);
    ASSERT_EQ(std::fwrite(content.data(), 1, content.size(), over), content.size());
    std::fclose(over);
  }
  EXPECT_NE(why(wanted_), "");
  EXPECT_EQ(refused(wanted_), Code::kConflict);
  ASSERT_TRUE(adopt_copy(wanted_.path, "it is the node, the backup was wanted").ok());
  EXPECT_TRUE(Visit::begin(wanted_.path, "ana").ok());
}

TEST_F(PlaceTest, without_its_mark_it_is_a_copy) {
  for (const char* mark : {"/place.a", "/place.b"}) fs::remove(wanted_.path + mark);
  EXPECT_EQ(refused(wanted_), Code::kConflict);
}

TEST_F(PlaceTest, moved_within_the_file_system_nothing_is_asked) {
  Directory moved = wanted_;
  moved.path = folder_ + "/elsewhere";
  fs::rename(wanted_.path, moved.path);
  EXPECT_TRUE(Visit::begin(moved.path, "ana").ok());
}

TEST_F(PlaceTest, an_older_database_in_place_of_the_newer_one_is_noticed) {
  const Directory older = copied();
  ASSERT_TRUE(Visit::begin(wanted_.path, "ana").ok());
  ASSERT_TRUE(settle(wanted_, [&] { return entries_of_node(wanted_); }).ok());
  const auto bytes = read_file(older.path + "/puente.db", 64u << 20);
  {
    std::FILE* file =
        std::fopen((wanted_.path + "/puente.db").c_str(), "r+");  // the same file, other bytes, as cp does
    ASSERT_NE(file, nullptr);
    ASSERT_EQ(std::fwrite(bytes->data(), 1, bytes->size(), file), bytes->size());
    ASSERT_EQ(std::fclose(file), 0);
  }
  EXPECT_NE(why(wanted_), "");
  EXPECT_EQ(refused(wanted_), Code::kConflict);
}

// Each as a process of its own: what keeps them apart is held by an open folder, not by a process.
TEST_F(PlaceTest, commands_given_at_once_take_nothing_for_a_copy) {
  std::vector<std::jthread> commands;
  std::atomic<int> copies = 0;
  for (int i = 0; i < 4; ++i) {
    commands.emplace_back([&] {
      for (int round = 0; round < 10; ++round) copies += require_place(wanted_).ok() ? 0 : 1;
    });
  }
  commands.clear();
  EXPECT_EQ(copies, 0);
  EXPECT_EQ(why(wanted_), "") << "nor afterwards";
}

TEST_F(PlaceTest, what_was_drilled_with_is_never_adopted) {
  const Directory copy = copied();
  ASSERT_TRUE(write_file(drill_mark(copy), view("drilled")).ok());
  EXPECT_EQ(adopt_copy(copy.path, "the old disk has failed").error().code, Code::kConflict);
}

TEST_F(PlaceTest, a_drill_needs_a_copy) {
  const Status drilled = serve(
      wanted_.path, false, [](const Ready&) {}, true);
  EXPECT_EQ(drilled.error().code, Code::kConflict);
}

TEST_F(PlaceTest, a_restored_overseer_gets_a_new_key) {
  Directory overseer;
  overseer.path = folder_ + "/o";
  overseer.role = "overseer";
  overseer.country = "o.example";
  ASSERT_TRUE(make_directory(overseer, "Test", random_).ok());
  Directory copy = overseer;
  copy.path = folder_ + "/o2";
  fs::copy(overseer.path, copy.path, fs::copy_options::recursive);
  EXPECT_NE(*why_a_copy(copy, has(0)), "");
  fs::remove(copy.path + "/place.json");
  EXPECT_NE(*why_a_copy(copy, has(3)), "") << "it has cosigned";
  ASSERT_TRUE(adopt_copy(copy.path, "the old disk has failed").ok());
  EXPECT_EQ(*why_a_copy(copy, has(0)), "");
  EXPECT_NE(*read_text(copy.path + "/keys/log.vkey"), *read_text(overseer.path + "/keys/log.vkey"));
}

}  // namespace
}  // namespace puente::home
