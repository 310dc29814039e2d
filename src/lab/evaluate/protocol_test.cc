#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "core/files.h"
#include "format/image/image.h"
#include "lab/evaluate/evaluate.h"

namespace puente::evaluate {
namespace {

class ProtocolTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() /
              (std::string("evaluate_") + testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_ / "DB");
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string directory() const { return (folder_ / "DB").string(); }
  void add_image(const char* name) {  // a blank sheet: readable, no finger
    ASSERT_TRUE(
        write_file((folder_ / "DB" / name).string(), *format::encode_png({300, 300, 1, 500, Bytes(300 * 300, 255)}))
            .ok());
  }
  Result<Evaluation> evaluate(int threads = 1) {
    const std::string directories[] = {directory()};
    return evaluate_finger(directories, {.threads = threads, .bootstrap_rounds = 20, .progress = {}});
  }
  std::filesystem::path folder_;
};

TEST_F(ProtocolTest, counts_all_pairs_and_failures_as_non_matches) {
  for (const char* name : {"101_1.png", "101_2.png", "101_3.png", "102_1.png", "102_2.png"}) add_image(name);
  ASSERT_TRUE(write_file(directory() + "/102_3.jpg", view("no image")).ok());
  ASSERT_TRUE(write_file(directory() + "/people.json", view("{}")).ok());
  const auto evaluation = evaluate(2);
  ASSERT_TRUE(evaluation.ok()) << evaluation.error().message;
  const Database& database = evaluation->databases.at(0);
  EXPECT_EQ(database.name, "DB");
  EXPECT_EQ(database.genuine, 3 + 3);
  EXPECT_EQ(database.impostor, 9);
  EXPECT_EQ(database.failures, 6);
  EXPECT_EQ(database.rates.zero_fmr, 1);
  const std::string scores = scores_text(*evaluation);
  EXPECT_TRUE(scores.starts_with("genuine DB 101_1 101_2 -1000\n")) << scores;
  EXPECT_NE(scores.find("impostor DB 101_3 102_3 -1000\n"), std::string::npos) << scores;
  const Json json = to_json(*evaluation);
  EXPECT_EQ(json["databases"].as_array()->at(0)["failures"], Json(6));
  EXPECT_EQ(json["databases"].as_array()->at(0)["fnmr_at_fmr"]["0.001"], json["mean"]["fnmr_at_fmr"]["0.001"]);
  for (const char* key : {"eer", "fnmr_at_fmr", "zero_fmr"}) EXPECT_FALSE(json["pooled"][key].is_null()) << key;
  EXPECT_NE(to_svg(*evaluation, "t").find("</svg>"), std::string::npos);
}

TEST_F(ProtocolTest, explains_the_worst_pairs) {
  for (const char* name : {"101_1.png", "101_2.png", "102_1.png", "102_2.png"}) add_image(name);
  const std::string directories[] = {directory()};
  const auto evaluation = evaluate_finger(directories, {.bootstrap_rounds = 0, .worst_pairs = 1, .progress = {}});
  ASSERT_TRUE(evaluation.ok()) << evaluation.error().message;
  EXPECT_EQ(worst_text(*evaluation),
            "lowest genuine scores\n  DB  101_1  101_2 -1000.0  quality   0   0  no template\n");
}

TEST_F(ProtocolTest, wants_prints_of_both_kinds_to_compare_strangers) {
  add_image("101_1.png");
  const std::string directories[] = {directory()};
  EXPECT_EQ(compare_strangers(directories, directory(), 10).error().code, Code::kNoFeatures);
  EXPECT_EQ(compare_strangers(directories, directory() + "/none", 10).error().code, Code::kNotFound);
}

TEST_F(ProtocolTest, says_what_is_wrong_with_a_directory) {
  EXPECT_EQ(evaluate().error().code, Code::kInvalidInput);  // no images
  add_image("101_1.png");
  add_image("101_2.png");
  EXPECT_NE(evaluate().error().message.find("two fingers"), std::string::npos);
  add_image("stranger.png");
  EXPECT_NE(evaluate().error().message.find("stranger.png"), std::string::npos);
  const std::string nowhere[] = {directory() + "/nowhere"};
  EXPECT_EQ(evaluate_finger(nowhere).error().code, Code::kNotFound);
}

TEST_F(ProtocolTest, refuses_a_bad_resolution_list) {
  for (const char* name : {"101_1.png", "101_2.png", "102_1.png"}) add_image(name);
  const auto with = [&](const char* lines) {
    EXPECT_TRUE(write_file((folder_ / "dpi.txt").string(), view(lines)).ok());
    return evaluate().ok();
  };
  EXPECT_TRUE(with("OTHER 9\nDB 569\n"));
  EXPECT_FALSE(with("DB 5\n"));
  EXPECT_FALSE(with("DB five hundred\n"));
}

}  // namespace
}  // namespace puente::evaluate
