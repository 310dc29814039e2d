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
  Result<Evaluation> evaluate_with(const char* same_person, bool each_another = false) {
    const std::string directories[] = {directory()};
    return evaluate_finger(directories, {.bootstrap_rounds = 0,
                                         .highest = 5,
                                         .same_person = *parse_same_person(same_person),
                                         .each_another = each_another,
                                         .progress = {}});
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

TEST_F(ProtocolTest, takes_every_image_that_the_program_reads_and_names_what_it_left_aside) {
  const Image sheet{300, 300, 1, 500, Bytes(300 * 300, 255)};
  add_image("1_1.png");
  ASSERT_TRUE(write_file(directory() + "/2_1.wsq", *format::encode_wsq(sheet)).ok());
  ASSERT_TRUE(write_file(directory() + "/3_1.JP2", *format::encode_jpeg2000(sheet)).ok());
  ASSERT_TRUE(write_file(directory() + "/4_1.scan", *format::encode_wsq(sheet)).ok());  // by what is in it
  ASSERT_TRUE(write_file(directory() + "/5_1.tif", view("II*")).ok());                  // damaged: counted
  ASSERT_TRUE(write_file(directory() + "/notes.txt", view("mine")).ok());
  std::filesystem::create_directories(directory() + "/more.png");
  const auto evaluation = evaluate();
  ASSERT_TRUE(evaluation.ok()) << evaluation.error().message;
  const Database& database = evaluation->databases.at(0);
  EXPECT_EQ(database.samples.size(), 5u);
  EXPECT_EQ(database.failures, 5);
  EXPECT_EQ(database.left_aside, std::vector<std::string>{"notes.txt"});
  EXPECT_NE(to_text(*evaluation).find("left aside, no images: notes.txt"), std::string::npos);
}

TEST_F(ProtocolTest, measures_strangers_alone_by_what_their_scores_claim) {
  for (const char* name : {"101_1.png", "102_1.png", "103_1.png"}) add_image(name);
  const auto evaluation = evaluate();
  ASSERT_TRUE(evaluation.ok()) << evaluation.error().message;
  EXPECT_FALSE(evaluation->rated);
  EXPECT_EQ(evaluation->databases.at(0).impostor, 3);
  EXPECT_EQ(evaluation->claims.at(0).seen, 0u);
  const std::string words = to_text(*evaluation);
  EXPECT_NE(words.find("strangers alone"), std::string::npos) << words;
  EXPECT_EQ(words.find("EER"), std::string::npos) << words;
  const Json json = to_json(*evaluation);
  EXPECT_TRUE(json["mean"].is_null());
  EXPECT_TRUE(json["databases"].as_array()->at(0)["eer"].is_null());
  EXPECT_NE(to_svg(*evaluation, "t").find("</svg>"), std::string::npos);
  EXPECT_TRUE(curve_csv(*evaluation)
                  .starts_with("database,threshold,fmr,false_matches,impostor,fnmr,misses,genuine\n"
                               "DB,0,0,0,3,,0,0\n"));
}

TEST_F(ProtocolTest, leaves_out_pairs_of_one_persons_fingers) {
  for (const char* name : {"9_1.png", "10_1.png", "11_1.png", "12_1.png", "12_2.png"}) add_image(name);
  const auto by_ten = evaluate_with("every:10");
  ASSERT_TRUE(by_ten.ok()) << by_ten.error().message;
  EXPECT_EQ(by_ten->databases.at(0).genuine, 1);
  EXPECT_EQ(by_ten->databases.at(0).left_out, 3);  // 9 with 10, 11 with both of 12
  EXPECT_EQ(by_ten->databases.at(0).impostor, 6);
  EXPECT_NE(to_text(*by_ten).find("3 comparisons of one person's fingers left out"), std::string::npos);
  EXPECT_EQ(evaluate_with("none")->databases.at(0).left_out, 0);
  EXPECT_EQ(evaluate_with("every:1000").error().code, Code::kInvalidInput);  // nobody else is there
}

TEST_F(ProtocolTest, tells_people_by_names_and_says_where_it_cannot) {
  for (const char* name : {"000001_LEFT_INDEX_1.png", "000001_LEFT_RING_1.png", "000002_LEFT_RING_1.png"})
    add_image(name);
  EXPECT_EQ(evaluate_with("until:_")->databases.at(0).left_out, 1);
  EXPECT_EQ(evaluate_with("until:-").error().code, Code::kInvalidInput);
  add_image("4f12_1.png");
  EXPECT_NE(evaluate_with("every:10").error().message.find("4f12"), std::string::npos);
  for (const char* rule : {"", "every:", "every:0", "every:ten", "until:", "both"})
    EXPECT_EQ(parse_same_person(rule).error().code, Code::kInvalidInput) << rule;
}

TEST_F(ProtocolTest, takes_each_image_for_another_finger_where_it_is_told_so) {
  for (const char* name : {"anna.png", "101_1.png", "101_2.png"}) add_image(name);
  EXPECT_EQ(evaluate_with("none").error().code, Code::kInvalidInput);
  const auto strangers = evaluate_with("none", true);
  ASSERT_TRUE(strangers.ok()) << strangers.error().message;
  EXPECT_EQ(strangers->databases.at(0).genuine, 0);
  EXPECT_EQ(strangers->databases.at(0).impostor, 3);
  EXPECT_EQ(evaluate_with("every:10", true).error().code, Code::kInvalidInput);  // 101_1 is no number
}

TEST_F(ProtocolTest, refuses_two_files_of_one_name) {
  for (const char* name : {"101_1.png", "102_1.png"}) add_image(name);
  ASSERT_TRUE(write_file(directory() + "/101_1.jpg", view("another")).ok());
  EXPECT_NE(evaluate().error().message.find("one name"), std::string::npos);
}

TEST_F(ProtocolTest, explains_the_worst_pairs) {
  for (const char* name : {"101_1.png", "101_2.png", "102_1.png", "102_2.png"}) add_image(name);
  const std::string directories[] = {directory()};
  const auto evaluation = evaluate_finger(directories, {.bootstrap_rounds = 0, .worst_pairs = 1, .progress = {}});
  ASSERT_TRUE(evaluation.ok()) << evaluation.error().message;
  EXPECT_EQ(worst_text(*evaluation),
            "lowest genuine scores\n  DB  101_1  101_2 -1000.0  quality   0   0  no template\n");
}

TEST_F(ProtocolTest, shows_no_interval_that_was_not_drawn) {
  for (const char* name : {"101_1.png", "101_2.png", "102_1.png"}) add_image(name);
  EXPECT_NE(to_text(*evaluate()).find("EER 50.00 % ["), std::string::npos) << to_text(*evaluate());
  const std::string words = to_text(*evaluate_with("none"));
  EXPECT_NE(words.find("EER 50.00 %  FNMR"), std::string::npos) << words;
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
  EXPECT_NE(evaluate().error().message.find("two people"), std::string::npos);
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
