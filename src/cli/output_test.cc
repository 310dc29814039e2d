#include "cli/output.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

namespace puente::cli {
namespace {

TEST(PrivateFolder, is_made_by_a_plain_name_as_by_a_path_and_is_its_owners_alone) {
  std::string scratch = std::filesystem::temp_directory_path() / "puente-folder-XXXXXX";
  ASSERT_NE(mkdtemp(scratch.data()), nullptr);
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(scratch);
  for (const std::string name : {"pictures", "deep/down/pictures", "pictures"}) {
    const Status made = make_private_folder(name);
    EXPECT_TRUE(made.ok()) << (made.ok() ? "" : made.error().message);
    struct stat facts {};
    ASSERT_EQ(::stat(name.c_str(), &facts), 0) << name;
    EXPECT_EQ(facts.st_mode & 0777u, 0700u);
  }
  std::filesystem::current_path(before);
  std::filesystem::remove_all(scratch);
}

TEST(Shown, is_nothing_that_moves_a_terminals_cursor_or_turns_its_lines) {
  EXPECT_EQ(shown("José, 2026 {\"a\": 1} 指紋"), "José, 2026 {\"a\": 1} 指紋");
  EXPECT_EQ(shown("\x1b[2J\r\n\x7f"), "\\u{1b}[2J\\u{d}\\u{a}\\u{7f}");
  EXPECT_EQ(shown("a\u009b31m"), "a\\u{9b}31m");
  EXPECT_EQ(shown("p-1\u202e2-p\u2066\u2028"), "p-1\\u{202e}2-p\\u{2066}\\u{2028}");
  EXPECT_EQ(shown("a\xff\xc3"), "a\\x{ff}\\x{c3}");
  EXPECT_EQ(shown("\U000e0041"), "\\u{e0041}");
}

}  // namespace
}  // namespace puente::cli
