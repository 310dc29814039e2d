#include "core/lock.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

namespace puente {
namespace {

using std::chrono::milliseconds;

class LockTest : public ::testing::Test {
 protected:
  LockTest() { std::filesystem::create_directories(path); }
  ~LockTest() override { std::filesystem::remove_all(path); }
  const std::string path = std::filesystem::temp_directory_path() / ("puente_lock_" + std::to_string(::getpid()));
};

TEST_F(LockTest, whoever_comes_second_is_told_by_whom_it_is_held_and_gets_it_afterwards) {
  for (const auto& [of, at] : {std::pair{Lock::Of::kFolder, path}, std::pair{Lock::Of::kFile, path + "/lock"}}) {
    {
      const auto held = Lock::take(at, of, milliseconds(0));
      ASSERT_TRUE(held.ok()) << held.error().message;
      const auto second = Lock::take(at, of, milliseconds(50));
      ASSERT_FALSE(second.ok());
      EXPECT_EQ(second.error().code, Code::kConflict);
      EXPECT_TRUE(second.error().message == "process " + std::to_string(::getpid()) ||
                  second.error().message == "another process")  // of another name space, the system does not say
          << second.error().message;
    }
    EXPECT_TRUE(Lock::take(at, of, milliseconds(0)).ok());
  }
}

TEST_F(LockTest, it_is_waited_for_as_long_as_was_said) {
  auto held = Lock::take(path, Lock::Of::kFolder, milliseconds(0));
  ASSERT_TRUE(held.ok());
  std::thread ends([&] {
    std::this_thread::sleep_for(milliseconds(100));  // so that whoever comes second does wait
    const Lock gone = *std::move(held);
  });
  EXPECT_TRUE(Lock::take(path, Lock::Of::kFolder, std::chrono::seconds(30)).ok());
  ends.join();
}

TEST_F(LockTest, of_what_is_not_there_none_is_taken) {
  EXPECT_EQ(Lock::take(path + "/none", Lock::Of::kFolder, milliseconds(0)).error().code, Code::kNotFound);
}

}  // namespace
}  // namespace puente
