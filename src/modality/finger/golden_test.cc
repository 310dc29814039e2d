#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "modality/finger/finger.h"
#include "modality/finger/kernels.h"

namespace puente::finger {
namespace {

std::string stored_golden() {
  const auto source = std::filesystem::path(__FILE__).parent_path();
  std::ifstream file(source / "../../../test/data/golden/prints.txt");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(SelfTest, passes_here) {
  const Status passed = self_test();
  EXPECT_TRUE(passed.ok()) << passed.error().message;
}

TEST(SelfTest, finds_a_wrong_score) {
  std::string golden = stored_golden();
  const std::size_t score = golden.rfind("whole");
  ASSERT_NE(score, std::string::npos);
  golden.erase(score);
  golden += "whole 0 1 0x1p-3\n";
  ASSERT_FALSE(self_test(golden).ok());
  EXPECT_EQ(self_test(golden).error().code, Code::kInternal);
}

TEST(SelfTest, refuses_an_empty_or_damaged_store) {
  EXPECT_FALSE(self_test("").ok());
  EXPECT_FALSE(self_test("print\nzz\n.\n").ok());
  EXPECT_FALSE(self_test("whole 0 1 0x1p+3\n").ok());
}

// 200 pairs of synthetic prints, and a quarter of them again as minutiae only.
TEST(GoldenScores, are_the_same_on_every_target) {
  static std::string golden;
  golden = stored_golden();
  ASSERT_FALSE(golden.empty());
  std::size_t scores = 0;
  for (std::size_t at = golden.find("\nwhole "); at != std::string::npos; at = golden.find("\nwhole ", at + 1))
    ++scores;
  EXPECT_EQ(scores, 200u);
  on_every_target([](const std::string& target) {
    const Status same = self_test(golden);
    EXPECT_TRUE(same.ok()) << target << ": " << (same.ok() ? "" : same.error().message);
  });
}

}  // namespace
}  // namespace puente::finger
