#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>

#include "cli/answers.h"
#include "cli/options.h"
#include "cli/testing_command.h"
#include "cli/words.h"
#include "core/case.h"
#include "core/files.h"
#include "core/testing_paper.h"
#include "core/text.h"
#include "format/image/image.h"
#include "format/iso/iso.h"
#include "format/itl/itl.h"
#include "lab/synth/synth.h"
#include "policy/policy.h"

namespace puente::cli {
namespace {

using Words = std::vector<std::string>;

// Every command, by the words that call it; groups that need a word more are not among them.
void gather(const CLI::App& app, const Words& words, std::vector<Words>& commands) {
  const auto below = app.get_subcommands([](const CLI::App*) { return true; });
  if (below.empty() || app.get_require_subcommand_min() == 0) commands.push_back(words);
  for (const CLI::App* each : below) {
    Words longer = words;
    longer.push_back(each->get_name());
    gather(*each, longer, commands);
  }
}

std::vector<Words> all_commands() {
  Command app{"", "puente"};
  Run run;
  add_commands(app, run);
  std::vector<Words> commands;
  gather(app.inner(), {}, commands);
  return commands;
}

Words with(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

std::string joined(const Words& words) {
  std::string out = "puente";
  for (const std::string& word : words) out += " " + word;
  return out;
}

// A node with one person, and files of every sort.
class Commands : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    root_ = testing::TempDir() + "/puente-commands-" + std::to_string(getpid());
    std::filesystem::create_directories(root_);
    ASSERT_EQ(command({"node", "init", "--data", at("node"), "--country", "COL"}).code, kYes);
    for (const char* role : {"officer", "examiner", "supervisor", "auditor"})
      ASSERT_EQ(command({"node", "user", "add", "--data", at("node"), "--name", role, "--role", role}).code, kYes);
    write("known.png", print(1, 1));
    write("again.png", print(1, 2));
    write("stranger.png", print(2, 1));
    write("blank.png", *format::encode_png(Image{400, 400, 1, 500, Bytes(160'000, 200)}));
    write("cut.png", ByteView(print(1, 1)).first(900));
    write("empty.png", {});
    write("token", view("wrong\n"));
    write("pairs.txt", view("\xef\xbb\xbfknown.png stranger.png\nknown.png again.png\n"));
    ASSERT_EQ(command({"enrol", "--data", at("node"), "--user", "officer", "--person", "p-1",
                       "RIGHT_INDEX=" + at("known.png")})
                  .code,
              kYes);
    ASSERT_EQ(command({"log", "export", "--data", at("node"), "--out", at("forged")}).code, kYes);
    for (const auto& each : std::filesystem::recursive_directory_iterator(at("forged/tile/entries"))) {
      if (!each.is_regular_file()) continue;
      Bytes entries = *read_file(each.path().string(), 1u << 20);
      entries.back() ^= 1;
      ASSERT_TRUE(write_file(each.path().string(), entries).ok());
    }
  }
  static void TearDownTestSuite() { std::filesystem::remove_all(root_); }

  static std::string at(const std::string& name) { return root_ + "/" + name; }
  static void write(const std::string& name, ByteView bytes) { ASSERT_TRUE(write_file(at(name), bytes).ok()); }
  static Bytes print(std::uint32_t person, std::uint32_t day) {
    return *format::encode_png(synth::capture(synth::grow_finger(5, person, Finger::kRightIndex), day));
  }
  static Words as(const char* user, const Words& words) { return with(words, {"--data", at("node"), "--user", user}); }

  static std::string root_;
};
std::string Commands::root_;

TEST_F(Commands, all_end_with_2_when_they_are_misused_and_with_json_say_so_as_json) {
  for (const Words& words : all_commands()) {
    const Answer misused = command(with(words, {"--no-such-option"}));
    EXPECT_EQ(misused.code, kMisused) << joined(words);
    EXPECT_TRUE(misused.out.empty()) << joined(words);
    EXPECT_TRUE(misused.err.starts_with("puente: ")) << joined(words) << ": " << misused.err;
    const Answer answer = command(with(words, {"--json", "--no-such-option"}));
    EXPECT_EQ(answer.code, kMisused) << joined(words);
    const auto json = parse_json(answer.out.substr(0, answer.out.find('\n')));
    ASSERT_TRUE(json.ok()) << joined(words) << ": " << answer.out;
    EXPECT_EQ((*json)["error"]["code"], Json("invalid_input")) << joined(words);
  }
}

TEST_F(Commands, all_explain_themselves) {
  for (const Words& words : all_commands()) {
    const Answer help = command(with(words, {"--help"}));
    EXPECT_EQ(help.code, kYes) << joined(words);
    EXPECT_NE(help.out.find("Example"), std::string::npos) << joined(words);
    EXPECT_NE(help.out.find("Usage: " + joined(words)), std::string::npos) << help.out;
  }
  EXPECT_EQ(command({"help", "node", "peer"}).out, command({"node", "peer", "--help"}).out);
  EXPECT_NE(command({"--help"}).out.find("0 yes, or done; 1 no"), std::string::npos);
}

TEST_F(Commands, pairs_to_be_seeded_are_made_of_a_folder_and_what_cannot_be_is_left_out_by_name) {
  std::filesystem::create_directories(at("seeded"));
  const auto write_twice = [](const std::string& name, std::uint32_t person) {
    for (const std::uint32_t day : {1u, 2u})
      write("seeded/" + name + "_RIGHT_INDEX_" + std::to_string(day) + ".png", print(person, day));
  };
  write_twice("a", 11);
  write_twice("b", 12);
  write("seeded/unreadable_RIGHT_INDEX_1.png", view("no picture"));
  write("seeded/notes.txt", view("of no print"));
  ASSERT_EQ(mkfifo(at("seeded/pipe_RIGHT_INDEX_1.png").c_str(), 0600), 0);
  const auto add = [&](const char* user) { return command(as(user, {"practice", "add", at("seeded"), "--json"})); };
  EXPECT_EQ(add("officer").code, kRefused);
  const Answer added = add("supervisor");
  EXPECT_EQ(added.code, kYes) << added.err;
  EXPECT_EQ(*parse_json(added.out),
            Json::object({{"mated", 1}, {"non_mated", 1}, {"left_out", Json::array({"unreadable"})}}))
      << added.out;
  write_twice("known", 1);
  const Answer again = add("supervisor");
  EXPECT_EQ(again.code, kNo) << "two wait already, and the third is enrolled: " << again.out;
  const Answer report = command(as("auditor", {"practice", "report", "--json"}));
  EXPECT_EQ((*parse_json(report.out))["waiting"], Json(2)) << report.out << report.err;
  EXPECT_EQ(command(as("supervisor", {"practice", "add", root_})).code, kUnusable) << "nobody has two prints there";
  EXPECT_EQ(command(as("supervisor", {"practice", "renew", "examiner", "--reasons", "a week of training"})).code,
            kRefused)
      << "not at the keys";
}

TEST_F(Commands, a_log_is_replayed_and_put_to_a_draft) {
  const Answer replayed = command({"log", "replay", "--data", at("node"), "--json"});
  EXPECT_EQ(replayed.code, kYes) << replayed.err;
  EXPECT_EQ((*parse_json(replayed.out))["ok"], Json(true));
  const Answer backwards = command(
      {"agreement", "what-if", "x.json", "--data", at("node"), "--from", "2026-03-01", "--until", "2026-02-01"});
  EXPECT_EQ(backwards.code, kMisused) << "said before a file is looked at: " << backwards.err;
  const std::string example =
      (std::filesystem::path(__FILE__).parent_path() / "../../deploy/agreement.example.json").string();
  const Answer nothing = command({"agreement", "what-if", example, "--data", at("node")});
  EXPECT_EQ(nothing.code, kYes) << nothing.err;
  EXPECT_EQ(nothing.out, "no question between the two countries in these days\n");
}

// A file that is not written down would be one that was left out.
TEST_F(Commands, one_encounter_is_shown_without_a_file_or_a_person_with_one) {
  const Answer both = command(
      as("officer", {"person", "show", "p-1", "--encounter", "e-1", "--case-reference", "BOG-2026-17", "--json"}));
  EXPECT_EQ(both.code, kMisused) << both.out;
  EXPECT_NE((both.out + both.err).find("excludes"), std::string::npos) << both.out << both.err;
}

TEST_F(Commands, an_unknown_word_is_answered_with_the_nearest_command) {
  EXPECT_NE(command({"verfy"}).err.find("did you mean verify?"), std::string::npos);
  EXPECT_NE(command({"node", "sevre", "--data", "x"}).err.find("did you mean serve?"), std::string::npos);
  EXPECT_EQ(command({"verfy"}).code, kMisused);
  EXPECT_EQ(command({}).code, kMisused);
}

TEST_F(Commands, verify_answers_many_pairs_with_an_object_a_line) {
  const Answer answer = command({"verify", "--pairs", at("pairs.txt"), "--json"});
  const std::size_t first = answer.out.find('\n');
  const auto no = parse_json(answer.out.substr(0, first)), yes = parse_json(answer.out.substr(first + 1));
  ASSERT_TRUE(no.ok()) << answer.out;
  EXPECT_EQ((*no)["match"], Json(false));
  EXPECT_EQ((*no)["b"], Json(at("stranger.png")));
  EXPECT_NE(answer.out.substr(first + 1).find("\"match\":true"), std::string::npos) << answer.out;
  EXPECT_EQ(command({"verify", "-", at("known.png"), "-"}).code, kMisused) << "standard input is read once";
}

TEST_F(Commands, read_a_cards_minutiae_where_they_are_told_that_they_are_one) {
  for (const char* format : {"card", "card-compact"}) {
    const std::string card = at(std::string("known.") + format);
    ASSERT_EQ(command({"extract", at("known.png"), "--iso", card, "--iso-format", format}).code, kYes);
    EXPECT_EQ(command({"verify", card, at("again.png")}).code, kUnusable) << "nothing in it says what it is";
    EXPECT_EQ(command({"verify", "--from", format, card, at("again.png")}).code, kYes);
    EXPECT_EQ(command({"verify", "--from", format, card, at("again.png"), at("stranger.png")}).code, kYes);
    EXPECT_EQ(command({"verify", "--from", format, card, at("stranger.png")}).code, kNo);
    EXPECT_EQ(command({"extract", "--from", format, card}).code, kYes);
    EXPECT_EQ(command(as("officer",
                         {"identify", "--case-reference", "FILE-2026-17", "--from", format, "RIGHT_INDEX=" + card}))
                  .code,
              kYes);
    EXPECT_EQ(command(as("officer", {"enrol", "--from", format, "RIGHT_INDEX=" + card})).code, kRefused) << "known";
  }
}

TEST_F(Commands, extract_writes_minutiae_as_mindtct_does) {
  const std::string path = at("known.xyt");
  ASSERT_EQ(command({"extract", at("known.png"), "--xyt", path}).code, kYes);
  const Bytes bytes = *read_file(path, 1u << 20);
  std::size_t lines = 0;
  for (const std::string_view line : split(text(bytes), '\n')) {
    if (line.empty()) continue;
    ++lines;
    const auto numbers = split(line, ' ');
    ASSERT_EQ(numbers.size(), 4u) << line;
    constexpr int kMost[] = {2000, 2000, 359, 100};
    for (std::size_t i = 0; i < 4; ++i) {
      const auto number = to_number<int>(numbers[i]);
      ASSERT_TRUE(number) << line;
      EXPECT_TRUE(*number >= 0 && *number <= kMost[i]) << line;
    }
  }
  const auto said = parse_json(command({"extract", at("known.png"), "--json"}).out);
  ASSERT_TRUE(said.ok());
  EXPECT_EQ(lines, said->as_array()->front()["minutiae"].as_array()->size());
  EXPECT_EQ(command({"extract", at("known.png"), "--xyt", path}).code, kRefused) << "it exists";
  for (const std::string& same : {at("a"), root_ + "/./a", root_ + "/node/../a"})
    EXPECT_EQ(command({"extract", at("known.png"), "--xyt", at("a"), "--out", same}).code, kMisused) << same;
  EXPECT_EQ(command({"extract", at("known.png"), "--xyt", "a", "--out", "./a"}).code, kMisused);
  EXPECT_EQ(command({"extract", at("known.png"), "--xyt", "-", "--out", "/dev/stdout"}).code, kMisused);
  EXPECT_EQ(command({"extract", at("known.png"), at("again.png"), "--xyt", at("a")}).code, kMisused);
}

TEST_F(Commands, extract_writes_the_print_that_was_meant_where_a_second_one_lies_beside_it) {
  const Image sheet = on_one_paper(*format::decode_image(print(1, 1)), *format::decode_image(print(2, 1)));
  write("two.png", *format::encode_png(sheet));
  const auto said = parse_json(command({"extract", at("two.png"), "--json"}).out);
  ASSERT_TRUE(said.ok());
  ASSERT_EQ(said->as_array()->size(), 2u);
  ASSERT_EQ(command({"extract", at("two.png"), "--out", at("two.template")}).code, kYes);
  EXPECT_EQ(to_base64(*read_file(at("two.template"), 1u << 20)), *said->as_array()->front()["template"].as_string());
}

TEST_F(Commands, verify_says_that_files_would_match_in_a_mirror_and_that_this_is_no_match) {
  Image image = *format::decode_image(print(1, 2));
  for (int y = 0; y < image.height; ++y) {
    const auto row = image.pixels.begin() + static_cast<std::ptrdiff_t>(y) * image.width;
    std::reverse(row, row + image.width);
  }
  write("flipped.png", *format::encode_png(image));
  const Answer said = command({"verify", at("known.png"), at("flipped.png")});
  EXPECT_EQ(said.code, kNo);
  EXPECT_NE(said.out.find("as a mirror shows it"), std::string::npos) << said.out;
  const auto mirrored = [&](const char* other) {
    return (*parse_json(command({"verify", at("known.png"), at(other), "--json"}).out))["matches_mirrored"];
  };
  EXPECT_EQ(mirrored("flipped.png"), Json(true));
  EXPECT_EQ(mirrored("stranger.png"), Json(false));
  EXPECT_EQ(mirrored("again.png"), Json(false));
}

// What is said of a file: "known.fmr: RIGHT_INDEX, 38 minutiae; …".
bool says(const Answer& answer, const std::string& words) {
  return answer.out.find(words) != std::string::npos || answer.err.find(words) != std::string::npos;
}

// As people type it who pipe a file in.
Answer with_input(const std::string& file, const Words& words) {
  const int input = dup(STDIN_FILENO), given = ::open(file.c_str(), O_RDONLY);
  EXPECT_GE(dup2(given, STDIN_FILENO), 0) << file;
  const Answer answer = command(words);
  dup2(input, STDIN_FILENO);
  close(given);
  close(input);
  return answer;
}

TEST_F(Commands, take_each_finger_of_a_record_of_two_and_name_those_that_were_compared) {
  write("left.png", print(3, 1));
  write("left_again.png", print(3, 2));
  for (const std::string name : {"left", "known"})
    ASSERT_EQ(command({"extract", at(name + ".png"), "--iso", at(name + ".fmr")}).code, kYes);
  const auto both = [](const char* ending) {
    return Words{std::string("LEFT_INDEX=") + at("left") + ending, std::string("RIGHT_INDEX=") + at("known") + ending};
  };
  ASSERT_EQ(command(with(with({"record", "convert"}, both(".fmr")), {at("two.fmr"), "--to", "ansi2004"})).code, kYes);
  ASSERT_EQ(command(with(with({"record", "convert"}, both(".png")), {at("two.an2")})).code, kYes);
  for (const char* record : {"two.fmr", "two.an2"}) {
    for (const auto& [probe, best] :
         {std::pair("again.png", "RIGHT_INDEX"), std::pair("left_again.png", "LEFT_INDEX")}) {
      const Answer answer = command({"verify", at(record), at(probe)});
      EXPECT_EQ(answer.code, kYes) << record << " " << probe;
      EXPECT_TRUE(
          says(answer, "compared: 2 pairs, of A's LEFT_INDEX, RIGHT_INDEX with B's UNKNOWN; best " + std::string(best)))
          << answer.out;
      const auto json = parse_json(command({"verify", at(record), at(probe), "--json"}).out);
      ASSERT_TRUE(json.ok());
      EXPECT_EQ((*json)["compared"].as_array()->size(), 2u);
      EXPECT_EQ((*json)["compared"].as_array()->front()["a"], Json(best));
    }
    const Answer each = command({"extract", at(record)});
    for (const char* finger : {": LEFT_INDEX, ", ": RIGHT_INDEX, "}) EXPECT_TRUE(says(each, finger)) << each.out;
    EXPECT_EQ(command({"extract", at(record), "--out", at("one.template")}).code, kUnusable) << "which of them?";
  }
  const Answer refused = command({"image", "convert", at("two.an2"), at("one.png")});
  EXPECT_EQ(refused.code, kUnusable);
  EXPECT_TRUE(says(refused, "it has 2 samples, and one is taken here")) << refused.err;
}

TEST_F(Commands, say_no_quality_of_minutiae_that_nobody_saw_the_image_of) {
  ASSERT_EQ(command({"extract", at("known.png"), "--iso", at("alone.fmr"), "--out", at("alone.template")}).code, kYes);
  EXPECT_TRUE(says(command({"extract", at("known.png")}), "quality "));
  for (const char* file : {"alone.fmr", "alone.template"}) {
    const Answer answer = command({"extract", at(file)});
    EXPECT_EQ(answer.code, kYes) << file;
    EXPECT_FALSE(says(answer, "quality")) << answer.out;
    EXPECT_TRUE(says(answer, " minutiae")) << answer.out;
    const auto json = parse_json(command({"extract", at(file), "--json"}).out);
    ASSERT_TRUE(json.ok());
    EXPECT_TRUE(json->as_array()->front()["quality"]["score"].is_null()) << file;
  }
  const Answer found = command(as("officer", {"identify", "--case-reference", "FILE-2026-17", at("alone.fmr")}));
  EXPECT_FALSE(says(found, "quality")) << found.out;
  EXPECT_TRUE(says(found, "minutiae alone are compared")) << found.out;
}

TEST_F(Commands, take_a_resolution_of_either_file_alone_and_files_from_standard_input) {
  Image image = *format::decode_image(print(1, 2));
  image.ppi = 400;
  write("wrong_ppi.png", *format::encode_png(image));
  const std::string known = at("known.png"), wrong = at("wrong_ppi.png");
  const std::vector<std::pair<int, Words>> cases = {
      {kNo, {"verify", known, wrong}},
      {kYes, {"verify", known, wrong, "--dpi-b", "500"}},
      {kNo, {"verify", known, wrong, "--dpi-a", "500"}},
      {kYes, {"verify", wrong, known, "--dpi-a", "500"}},
      {kNo, {"verify", wrong, known, "--dpi-b", "500"}},
      {kYes, {"verify", wrong, known, "--dpi", "500"}},
      {kYes, {"verify", wrong, known, "--dpi", "400", "--dpi-a", "500", "--dpi-b", "500"}},
      {kMisused, {"verify", known, wrong, known, "--dpi-b", "500"}}};
  for (const auto& [code, words] : cases) EXPECT_EQ(command(words).code, code) << joined(words);
  EXPECT_EQ(with_input(at("again.png"), {"verify", "-", known}).code, kYes);
  EXPECT_EQ(with_input(at("stranger.png"), {"verify", known, "-"}).code, kNo);
  EXPECT_TRUE(says(with_input(known, {"extract", "-"}), "-: quality "));
  EXPECT_EQ(with_input(at("empty.png"), {"extract", "-"}).code, kUnusable);
}

// Whoever enrols or searches sees it without --json, and in the right order: what became of it, then what is amiss.
class Told : public Commands {
 protected:
  static Answer enrolled(const Words& files, const char* person = "p-told") {
    const std::string node = at("node-of-" + std::to_string(++nodes_));
    for (const Words& words : {Words{"node", "init", "--data", node, "--country", "COL"},
                               Words{"node", "user", "add", "--data", node, "--name", "officer", "--role", "officer"}})
      EXPECT_EQ(command(words).code, kYes) << joined(words);
    return command(with({"enrol", "--data", node, "--user", "officer", "--person", person}, files));
  }
  static Answer identified(const Words& files) {
    return command(as("officer", with({"identify", "--case-reference", "FILE-2026-17"}, files)));
  }
  static inline int nodes_ = 0;
};

TEST_F(Told, what_is_amiss_with_a_print_and_what_to_do_about_it) {
  const Image whole = *format::decode_image(print(1, 2));
  Image patch{80, 80, 1, 500, {}}, silent = whole;
  for (int y = 0; y < patch.height; ++y)
    for (int x = 0; x < patch.width; ++x)
      patch.pixels.push_back(
          whole.pixels[static_cast<std::size_t>(y + whole.height / 2) * whole.width + x + whole.width / 2]);
  silent.ppi = 0;
  write("patch.png", *format::encode_png(patch));
  write("silent.png", *format::encode_png(silent));
  const std::string advised = "too_small: lay the whole pad of the finger flat on the glass";
  const Answer refused = enrolled({"RIGHT_INDEX=" + at("patch.png")}),
               looked = identified({"RIGHT_INDEX=" + at("patch.png")});
  EXPECT_EQ(refused.code, kRefused);
  EXPECT_TRUE(says(refused, "not enrolled: ")) << refused.out;
  Image misstated = whole;
  misstated.ppi = 300;
  write("misstated.png", *format::encode_png(misstated));
  const Answer doubted = enrolled({"RIGHT_INDEX=" + at("misstated.png")});
  EXPECT_EQ(doubted.code, kRefused);
  EXPECT_TRUE(says(doubted, "not enrolled: at the resolution that these prints state")) << doubted.out;
  EXPECT_TRUE(says(doubted, "give the true one with --dpi")) << doubted.out;
  EXPECT_FALSE(says(doubted, "capture again")) << doubted.out;
  EXPECT_EQ(enrolled({"RIGHT_INDEX=" + at("misstated.png"), "--dpi", "500"}).code, kYes);
  for (const Answer* answer : {&refused, &looked}) {
    EXPECT_TRUE(says(*answer, "RIGHT_INDEX: quality ")) << answer->out;
    EXPECT_TRUE(says(*answer, advised)) << answer->out;
  }
  for (const Answer& answer :
       {enrolled({"RIGHT_INDEX=" + at("silent.png")}), identified({"RIGHT_INDEX=" + at("silent.png")})}) {
    EXPECT_EQ(answer.code, kYes);
    EXPECT_TRUE(says(answer, "resolution_assumed: no file said the resolution")) << answer.out;
  }
  const Answer sound = identified({"RIGHT_INDEX=" + at("again.png")});
  EXPECT_EQ(std::ranges::count(sound.out, '\n'), 1) << "of a sound print nothing is said: " << sound.out;
  const Answer spanish = identified({"RIGHT_INDEX=" + at("patch.png"), "--language", "es"});
  EXPECT_TRUE(says(spanish, "RIGHT_INDEX: calidad ")) << spanish.out;
}

TEST_F(Told, what_of_a_file_was_left_out_or_is_not_as_it_stands) {
  ASSERT_EQ(command({"record", "convert", "RIGHT_INDEX=" + at("again.png"), "LEFT_INDEX=" + at("stranger.png"),
                     at("whole.an2")})
                .code,
            kYes);
  const Bytes whole = *read_file(at("whole.an2"), 1u << 20);
  write("damaged.an2", ByteView(whole).first(whole.size() - 1000));
  Bytes twice = print(1, 2);
  const Bytes once = twice;
  twice.insert(twice.end(), once.begin(), once.end());
  write("twice.png", twice);
  for (const Answer& answer : {enrolled({at("damaged.an2")}), identified({at("damaged.an2")})}) {
    EXPECT_EQ(answer.code, kYes);
    EXPECT_TRUE(says(answer, "left out: damaged from byte ")) << answer.out;
  }
  const std::string finger = "RIGHT_INDEX=" + at("twice.png");
  for (const Answer& answer : {enrolled({finger}), identified({finger})})
    EXPECT_TRUE(says(answer, "remark: it has more than one picture: the first is read")) << answer.out;
  const auto json = parse_json(identified({at("damaged.an2"), "--json"}).out);
  ASSERT_TRUE(json.ok());
  EXPECT_EQ((*json)["left_out"].as_array()->size(), 1u);
}

TEST_F(Commands, name_what_an_option_without_its_other_or_a_finger_without_a_name_comes_to) {
  const Answer alone = command({"extract", at("known.png"), "--iso-format", "card"});
  EXPECT_EQ(alone.code, kMisused) << "a format of nothing";
  EXPECT_TRUE(says(alone, "--iso-format: is of the record that --iso writes")) << alone.err;
  ASSERT_EQ(command({"extract", at("known.png"), "--iso", at("plain.fmr")}).code, kYes);
  EXPECT_EQ(format::read_minutiae_record(*read_file(at("plain.fmr"), 1u << 20))->format,
            format::MinutiaeFormat::kIso2005);
  EXPECT_TRUE(says(command({"record", "convert", at("known.png"), at("unplaced.an2")}), "no position is stated"));
  EXPECT_FALSE(says(command({"record", "convert", "RIGHT_INDEX=" + at("known.png"), at("placed.an2")}), "position"));
  EXPECT_EQ(command({"verfy"}).err, "puente: there is no command verfy; did you mean verify?\n");
  EXPECT_EQ(command({"node", "sevre"}).err, "puente: puente node: there is no command sevre; did you mean serve?\n");
}

// The table of docs/operations.md.
TEST(QuestionsCode, is_yes_while_it_waits_and_of_a_hit_and_unreachable_once_it_is_over_without_an_answer) {
  const auto code = [](QuestionState state) { return exit_code_of_question(to_string(state)); };
  for (const QuestionState state : {QuestionState::kQueued, QuestionState::kHit, QuestionState::kReleased})
    EXPECT_EQ(code(state), kYes) << to_string(state);
  for (const QuestionState state : {QuestionState::kNoHit, QuestionState::kNotConfirmed})
    EXPECT_EQ(code(state), kNo) << to_string(state);
  EXPECT_EQ(code(QuestionState::kRefused), kRefused);
  EXPECT_EQ(code(QuestionState::kExpired), kUnreachable);
}

TEST_F(Commands, speak_spanish_by_option_and_by_environment) {
  EXPECT_NE(command({"verify", at("known.png"), at("stranger.png"), at("again.png"), "--language", "es"})
                .out.find("no coincide"),
            std::string::npos);
  const Answer blank = command({"--language=es", "extract", at("blank.png")});
  EXPECT_NE(blank.err.find("imagen en blanco"), std::string::npos) << blank.err;
  const Answer json = command({"extract", at("blank.png"), "--json", "--language", "es"});
  EXPECT_NE(json.out.find("blank image"), std::string::npos) << "JSON is for programs";
  EXPECT_EQ(command({"identify", "--language", "fr"}).code, kMisused);
  EXPECT_NE(command({"extract", "case", "--language", "es"}).err.find("case"), std::string::npos)
      << "a file's name is no word";
  EXPECT_NE(command({"identify", "--language", "fr", "--json"}).out.find("\"error\""), std::string::npos);
  ASSERT_EQ(setenv("LC_ALL", "es_CO.UTF-8", 1), 0);
  const Answer help = command({"identify", "--help"});
  unsetenv("LC_ALL");
  EXPECT_NE(help.out.find("¿De quién son estos dedos?"), std::string::npos) << help.out;
  EXPECT_NE(help.out.find("Uso: puente identify"), std::string::npos) << help.out;
}

// What officers, examiners and supervisors call; the help of what administrators and developers call is English.
TEST_F(Commands, of_officers_and_examiners_explain_themselves_in_spanish_word_by_word) {
  Command app{"", "puente"};
  cli::Run run;
  add_commands(app, run);
  const auto is_known = [](std::string_view text) { return text.empty() || is_in_catalogue(text); };
  // Behind its examples, whose commands are typed as they stand.
  const auto said_in_footer = [](std::string_view footer) {
    while (footer.starts_with("Example") || footer.starts_with(' '))
      footer.remove_prefix(std::min(footer.find('\n'), footer.size() - 1) + 1);
    return footer;
  };
  for (const CLI::App* each : app.inner().get_subcommands([](const CLI::App*) { return true; }))
    EXPECT_TRUE(is_known(each->get_description())) << each->get_description();
  for (const char* name : {"enrol", "identify", "ask", "question", "erase", "case", "person", "import", "agreement",
                           "extract", "verify", "slap"}) {
    std::vector<const CLI::App*> commands{app.inner().get_subcommand(name)};
    for (std::size_t i = 0; i < commands.size(); ++i) {
      EXPECT_TRUE(is_known(commands[i]->get_description())) << commands[i]->get_description();
      const std::string footer = commands[i]->get_footer();  // a group has that of all
      EXPECT_TRUE(footer == app.inner().get_footer() || is_known(said_in_footer(footer))) << footer;
      for (const CLI::Option* option : commands[i]->get_options())
        EXPECT_TRUE(is_known(option->get_description())) << name << ": " << option->get_description();
      for (const CLI::App* each : commands[i]->get_subcommands([](const CLI::App*) { return true; }))
        commands.push_back(each);
    }
  }
  const std::string all = command({"--help", "--language", "es"}).out;
  EXPECT_NE(all.find("Cada orden se explica"), std::string::npos) << all;
  EXPECT_NE(all.find("Códigos de salida, los mismos"), std::string::npos) << all;
  const std::string one = command({"question", "--help", "--language", "es"}).out;
  EXPECT_NE(one.find("Ejemplo: puente question"), std::string::npos) << one;
  EXPECT_NE(one.find("Código de salida 0 mientras espera"), std::string::npos) << one;
}

// What CLI11 says, and what is said to it.
TEST_F(Commands, are_refused_in_spanish_when_they_are_misused) {
  const auto said = [](Words words) {
    words.insert(words.end(), {"--language", "es"});
    return command(words).err;
  };
  const std::pair<Words, const char*> misused[] = {
      {{"case", "decide", "c-1", "perhaps", "--reasons", "x"}, "verdict: perhaps no está entre "},
      {{"case", "decide", "c-1", "confirm"}, "falta --reasons"},
      {{"case", "list", "--limit", "5000"}, "--limit: 5000 no está entre 1 y 1000"},
      {{"case", "show", "a b"}, "de 1 a 64 letras, dígitos"},
      {{"verify"}, "faltan A y B, o --pairs"},
      {{"extract", "a.png", "--out", "x", "--iso", "x"}, "--iso: ya es el archivo de otra salida"},
      {{"identify", "RIGHT_INDEX=a.png", "--dpi", "x"}, "--dpi: un número de 100 a 2000"},
      {{"identify", "RIGHT_INDEX=a.png", "--data", "x", "--node", "y"}, " excluye "},
      {{"identify", "RIGHT_INDEX=a.png", "--data"}, "--data: faltan 1 valores"},
      {{"enrol", "--data", "/nowhere", "RIGHT_INDEX=" + at("known.png")}, "aquí no hay ningún nodo"}};
  for (const auto& [words, spanish] : misused) EXPECT_NE(said(words).find(spanish), std::string::npos) << said(words);
}

TEST(Catalogue, puts_as_much_into_the_spanish_as_into_the_english) {
  const auto holes = [](std::string_view text) {
    std::vector<std::string> found;
    for (std::size_t at = 0; (at = text.find('{', at)) != std::string_view::npos; ++at)
      found.emplace_back(text.substr(at, text.find('}', at) - at));
    return found;
  };
  for (const Translation& each : kCatalogue) {
    EXPECT_EQ(holes(each.english), holes(each.spanish)) << each.english;
    EXPECT_EQ(std::string_view(each.english).ends_with('\n'), std::string_view(each.spanish).ends_with('\n'));
  }
}

TEST(Catalogue, has_every_reason_that_a_rule_gives) {
  for (const policy::Rule& rule : policy::rules()) EXPECT_TRUE(is_in_catalogue(rule.sentence)) << rule.sentence;
}

TEST_F(Commands, take_no_print_for_the_name_of_a_file) {
  for (const std::string& file : {"LEFT_INDEX=" + at("known.png"), std::string()}) {
    const Answer answer =
        command(as("officer", {"identify", "--case-reference", file, "RIGHT_INDEX=" + at("again.png")}));
    EXPECT_EQ(answer.code, kMisused) << file << answer.out << answer.err;
  }
}

// Where nobody is a user yet nobody could be asked for a reason: a search that is tried there has a file of its own.
TEST_F(Commands, search_without_a_file_only_where_there_are_no_users_and_the_log_names_the_trial) {
  const Words trial = {"--data", at("trial")};
  ASSERT_EQ(command({"node", "init", "--data", at("trial"), "--country", "COL"}).code, kYes);
  ASSERT_EQ(command(with({"enrol", "RIGHT_INDEX=" + at("known.png")}, trial)).code, kYes);
  const Words search = with({"identify", "RIGHT_INDEX=" + at("again.png")}, trial);
  const Answer found = command(search);
  EXPECT_EQ(found.code, kYes) << found.err;
  EXPECT_NE(found.err.find("under the file TRIAL-1"), std::string::npos) << found.err;
  ASSERT_EQ(command({"node", "user", "add", "--data", at("trial"), "--name", "aud", "--role", "auditor"}).code, kYes);
  const Answer log =
      command({"log", "show", "--data", at("trial"), "--user", "aud", "--event", "identified", "--json"});
  EXPECT_NE(log.out.find("TRIAL-1"), std::string::npos) << log.out << log.err;
  ASSERT_EQ(command({"node", "user", "add", "--data", at("trial"), "--name", "ana", "--role", "officer"}).code, kYes);
  EXPECT_EQ(command(search).code, kMisused) << "users are here now";
  const Answer refused = command(with(search, {"--user", "ana"}));
  EXPECT_EQ(refused.code, kMisused);
  EXPECT_NE(refused.err.find("--case-reference"), std::string::npos) << refused.err;
}

TEST_F(Commands, end_with_the_code_that_a_script_may_rely_on) {
  const Words stranger = {"identify", "--case-reference", "FILE-2026-17", "RIGHT_INDEX=" + at("stranger.png")};
  const Words nowhere = {"--node",    "https://127.0.0.1:1", "--token-file",
                         at("token"), "--certificate",       at("node/keys/tls.crt")};
  const std::vector<std::pair<int, Words>> cases = {
      {kYes, {"verify", at("known.png"), at("again.png")}},
      {kNo, {"verify", at("known.png"), at("stranger.png")}},
      {kUnusable, {"verify", at("known.png"), at("nowhere.png")}},
      {kUnusable, {"verify", at("known.png"), at("blank.png")}},
      {kUnusable, {"verify", at("known.png"), root_}},
      {kMisused, {"verify", at("known.png")}},
      {kMisused, {"verify", at("known.png"), at("again.png"), "--fmr", "0"}},
      {kYes, {"verify", at("known.png"), at("stranger.png"), at("again.png")}},
      {kNo, {"verify", at("known.png"), at("stranger.png"), at("stranger.png")}},
      {kUnusable, {"verify", at("known.png"), at("blank.png"), at("again.png")}},
      {kYes, {"verify", "--pairs", at("pairs.txt")}},
      {kMisused, {"verify", "--pairs", at("pairs.txt"), at("known.png")}},
      {kUnusable, {"verify", "--pairs", at("token")}},
      {kUnusable, {"extract", at("known.png"), at("empty.png")}},
      {kUnusable, {"extract", at("cut.png")}},
      {kMisused, {"extract", at("known.png"), "--iso-format", "wrong"}},
      {kRefused, {"extract", at("known.png"), "--out", at("again.png")}},
      {kYes, as("officer", {"identify", "--case-reference", "FILE-2026-17", "RIGHT_INDEX=" + at("again.png")})},
      {kNo, as("officer", stranger)},
      {kMisused, as("officer", {"identify", "RIGHT_INDEX=" + at("again.png")})},
      {kRefused, as("officer", {"identify", "--case-reference", "routine", "RIGHT_INDEX=" + at("again.png")})},
      {kUnusable, as("officer", {"identify", "--case-reference", "FILE-2026-17", "RIGHT_INDEX=" + at("blank.png")})},
      {kUnusable, as("officer", {"identify", "--case-reference", "FILE-2026-17", "RIGHT_INDEX=" + at("cut.png")})},
      {kUnusable, as("officer", {"identify", "--case-reference", "FILE-2026-17", at("nowhere.png")})},
      {kMisused, as("officer", {"identify", "--case-reference", "FILE-2026-17", "RIGHT_INDX=" + at("again.png")})},
      {kMisused, with(stranger, {"--data", at("node"), "--user", "officer", "--role", "boss"})},
      {kMisused, with(stranger, {"--data", at("node")})},
      {kMisused, stranger},
      {kRefused, as("nobody", stranger)},
      {kRefused, as("auditor", stranger)},
      {kUnreachable, with(stranger, {"--data", at("nowhere"), "--user", "officer"})},
      {kUnreachable, with(stranger, nowhere)},
      {kRefused, as("officer", {"enrol", "--person", "p-2", "RIGHT_INDEX=" + at("again.png")})},
      {kMisused, as("officer", {"enrol", "--person", "p 2", "RIGHT_INDEX=" + at("stranger.png")})},
      {kMisused, as("officer", {"enrol", "--biographic", "sex=perhaps", "RIGHT_INDEX=" + at("stranger.png")})},
      {kMisused, as("officer", {"enrol", "--withheld-from", "UAS", "--", "RIGHT_INDEX=" + at("stranger.png")})},
      {kUnusable, as("officer", {"enrol", "--withheld-from", "USA", "--", "RIGHT_INDEX=" + at("stranger.png")})},
      {kUnusable, as("examiner", {"case", "show", "c-nowhere"})},
      {kMisused, as("examiner", {"case", "list", "--limit", "0"})},
      {kMisused, as("supervisor", {"erase", "p-1", "--reasons", "short"})},
      {kNo, as("supervisor", {"person", "protection", "p-1"})},
      {kMisused, {"node", "user", "add", "--data", at("node"), "--name", "x", "--role", "boss"}},
      {kMisused, {"node", "init", "--data", at("other"), "--country", "COL", "--role", "boss"}},
      {kMisused, {"node", "init", "--data", at("other"), "--country", "Colombia"}},
      {kRefused, {"node", "init", "--data", at("node"), "--country", "COL"}},
      {kUnreachable, {"node", "serve", "--data", at("nowhere")}},
      {kMisused, {"synth", "people", "--count", "0", "--seed", "1", "--out", at("people")}},
      {kMisused, {"synth", "people", "--count", "1", "--seed", "1", "--fingers", "13", "--out", at("people")}},
      {kMisused, {"slap", at("known.png"), "--position", "13", "--missing", "RIGHT_PINKY"}},
      {kMisused, {"slap", at("known.png"), "--position", "HAND"}},
      {kMisused, {"image", "convert", at("known.png"), at("out.bmp")}},
      {kUnusable, {"image", "convert", at("cut.png"), at("out.png")}},
      {kUnusable, {"record", "check", at("nowhere.an2")}},
      {kMisused, {"record", "convert", at("known.png"), at("x.fir"), "--to", "nothing"}},
      {kUnusable, {"log", "verify", root_}},
      {kYes, {"log", "verify", at("node")}},
      {kYes, {"log", "fsck", at("node")}},
      {kNo, {"log", "verify", at("forged")}},
      {kNo, {"record", "check", at("cut.png")}},
      {kUnusable, {"log", "fsck", root_}},
  };
  for (const auto& [code, words] : cases) {
    const Answer answer = command(words);
    EXPECT_EQ(answer.code, code) << joined(words) << "\n" << answer.out << answer.err;
  }
}

// As bash asks: the line, and how far it is typed.
std::string completed(const std::string& line) {
  setenv("COMP_LINE", line.c_str(), 1);
  const Answer answer = command({"complete"});
  unsetenv("COMP_LINE");
  EXPECT_EQ(answer.code, 0);
  return answer.out;
}

TEST(Completion, offers_what_may_stand_next) {
  EXPECT_EQ(completed("puente ver"), "verify\n");
  EXPECT_NE(completed("puente ").find("enrol\n"), std::string::npos);
  EXPECT_EQ(completed("puente case ca"), "card\n");
  EXPECT_EQ(completed("puente node user a"), "add\nauthenticator\n");
  EXPECT_EQ(completed("puente synth people --lay"), "--layout\n");
  EXPECT_EQ(completed("puente synth people --layout "), "fvc\npeople\n");
  EXPECT_EQ(completed("puente synth people --layout f"), "fvc\n");
  EXPECT_EQ(completed("puente synth people --layout fvc --senso"), "--sensor\n");
  EXPECT_EQ(completed("puente enrol RIGHT_INDEX="), "") << "a file: the shell's own to offer";
  EXPECT_EQ(completed("puente extract --dpi "), "") << "a number of one's own";
  EXPECT_EQ(completed("puent"), "") << "not yet a command of ours";
}

TEST(Completion, goes_as_far_as_the_cursor_and_without_a_shell_says_how) {
  setenv("COMP_POINT", "10", 1);
  EXPECT_EQ(completed("puente verify --json"), "verify\n");
  unsetenv("COMP_POINT");
  const Answer answer = command({"complete"});
  EXPECT_EQ(answer.code, 2);
  EXPECT_NE(answer.err.find("complete -o default -C 'puente complete' puente"), std::string::npos);
}

}  // namespace
}  // namespace puente::cli
