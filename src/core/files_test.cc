#include "core/files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

namespace puente {
namespace {

class FilesTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string path(const char* name) const { return (folder_ / name).string(); }
  std::filesystem::path folder_;
};

TEST_F(FilesTest, reads_back_what_it_wrote_and_leaves_nothing_else_behind) {
  Bytes bytes(200'000);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i * 7);
  ASSERT_TRUE(write_file(path("a"), view("first")).ok());
  ASSERT_TRUE(write_file(path("a"), bytes).ok());
  EXPECT_EQ(*read_file(path("a"), bytes.size()), bytes);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
}

TEST_F(FilesTest, refuses_one_byte_too_many) {
  ASSERT_TRUE(write_file(path("a"), view("12345")).ok());
  EXPECT_TRUE(read_file(path("a"), 5).ok());
  EXPECT_EQ(read_file(path("a"), 4).error().code, Code::kTooLarge);
}

TEST_F(FilesTest, an_endless_device_is_read_no_further_than_the_limit) {
  EXPECT_EQ(read_file("/dev/zero", 1000).error().code, Code::kTooLarge);
}

TEST_F(FilesTest, says_what_is_wrong) {
  EXPECT_EQ(read_file(path("missing"), 10).error().code, Code::kNotFound);
  EXPECT_EQ(read_file(folder_.string(), 10).error().code, Code::kInvalidInput);
  EXPECT_EQ(write_file(path("no/such/folder"), view("x")).error().code, Code::kNotFound);
}

TEST_F(FilesTest, a_failed_write_leaves_the_old_contents) {
  EXPECT_EQ(write_file("/dev/full", view("x")).error().code, Code::kStorageFull);
  ASSERT_TRUE(write_file(path("a"), view("old")).ok());
  std::filesystem::create_directory(path("folder"));
  EXPECT_FALSE(write_file(path("folder"), view("x")).ok());
  EXPECT_EQ(text(*read_file(path("a"), 10)), "old");
}

mode_t mode_of(const std::string& path) {
  struct stat facts {};
  EXPECT_EQ(::stat(path.c_str(), &facts), 0) << path;
  return facts.st_mode & 0777;
}

TEST_F(FilesTest, what_exists_is_not_made_again_be_it_a_link_to_nowhere) {
  ASSERT_TRUE(create_file(path("a"), view("first"), Readers::kOwner).ok());
  EXPECT_EQ(mode_of(path("a")), 0600u);
  EXPECT_EQ(create_file(path("a"), view("second")).error().code, Code::kAlreadyExists);
  EXPECT_EQ(text(*read_file(path("a"), 10)), "first");
  std::filesystem::create_symlink(path("nowhere"), path("link"));
  EXPECT_EQ(create_file(path("link"), view("x")).error().code, Code::kAlreadyExists);
  EXPECT_FALSE(std::filesystem::exists(path("nowhere")));
}

TEST_F(FilesTest, what_is_replaced_keeps_its_rights_and_a_secret_has_its_own) {
  ASSERT_TRUE(write_file(path("a"), view("x")).ok());
  ASSERT_EQ(::chmod(path("a").c_str(), 0640), 0);
  ASSERT_TRUE(write_file(path("a"), view("y")).ok());
  EXPECT_EQ(mode_of(path("a")), 0640u);
  ASSERT_TRUE(write_file(path("a"), view("z"), Readers::kOwner).ok());
  EXPECT_EQ(mode_of(path("a")), 0600u);
}

TEST_F(FilesTest, what_is_destroyed_is_overwritten_where_it_lay) {
  ASSERT_TRUE(create_file(path("key"), view("secret")).ok());
  std::filesystem::create_hard_link(path("key"), path("watcher"));  // sees the same bytes after it has gone
  ASSERT_TRUE(destroy_file(path("key")).ok());
  EXPECT_FALSE(std::filesystem::exists(path("key")));
  EXPECT_EQ(*read_file(path("watcher"), 10), Bytes(6));
}

}  // namespace
}  // namespace puente
