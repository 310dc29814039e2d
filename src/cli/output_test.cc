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

}  // namespace
}  // namespace puente::cli
