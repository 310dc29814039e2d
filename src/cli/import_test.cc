#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <thread>

#include "cli/roll.h"
#include "cli/testing_command.h"
#include "core/clock.h"
#include "core/files.h"
#include "format/image/image.h"
#include "lab/synth/synth.h"
#include "policy/policy.h"

namespace puente::cli {
namespace {

namespace fs = std::filesystem;

class ImportCommand : public testing::Test {
 protected:
  void SetUp() override {
    root_ = testing::TempDir() + "/puente-import-" + std::to_string(getpid());
    fs::remove_all(root_);
    fs::create_directories(at("prints"));
    ASSERT_EQ(command({"node", "init", "--data", at("node"), "--country", "COL"}).code, kYes);
    ASSERT_EQ(command({"node", "user", "add", "--data", at("node"), "--name", "ana", "--role", "officer"}).code, kYes);
  }
  void TearDown() override { fs::remove_all(root_); }

  std::string at(const std::string& name) const { return root_ + "/" + name; }
  void write(const std::string& name, std::string_view content) const {
    ASSERT_TRUE(write_file(at(name), view(content)).ok());
  }
  void write_print(const std::string& name, std::uint32_t person, std::uint32_t day = 1) const {
    const Image image = synth::capture(synth::grow_finger(5, person, Finger::kRightIndex), day);
    ASSERT_TRUE(write_file(at(name), *format::encode_png(image)).ok());
  }
  // The answer as JSON; its exit code in code_.
  Json import(const std::string& roll, const std::vector<std::string>& more = {}) {
    std::vector<std::string> words{"import", at(roll), "--data", at("node"), "--user", "ana", "--json"};
    words.insert(words.end(), more.begin(), more.end());
    const Answer answer = command(words);
    code_ = answer.code;
    const auto json = parse_json(answer.out.substr(0, answer.out.find('\n')));
    EXPECT_TRUE(json.ok()) << answer.out << answer.err;
    return json.ok() ? *json : Json();
  }
  static std::string counts(const Json& answer) {
    std::string out;
    for (const char* kind : {"enrolled", "already_there", "duplicate", "refused", "unusable", "not_reached"})
      out += (out.empty() ? "" : " ") + std::to_string(*answer[kind].as_integer());
    return out;
  }

  std::string root_;
  int code_ = -1;
};

TEST_F(ImportCommand, enrols_a_list_once_and_says_of_each_line_what_became_of_it) {
  write_print("prints/a.png", 1);
  write_print("prints/b.png", 2);
  write_print("prints/a-again.png", 1, 2);
  write("people.csv", std::string("person_id;RIGHT_INDEX;family_name;date_of_birth\r\n"
                                  "p-a;prints/a.png;\"Ruiz; la menor\";1990-04-30\r\n"
                                  "p-b;prints/b.png;Mora;") +
                          to_iso8601(SystemClock().now_ms() - 2 * 365 * kDayMs).substr(0, 10) +
                          "\r\n"  // too young
                          "p-c;prints/a-again.png;Paz;1990-04-30\r\n"
                          "p-d;prints/nowhere.png;Gil;1990-04-30\r\n"
                          "p e;prints/b.png;Sol;1990-04-30\r\n"
                          "p-f;prints/b.png;Rey;1991-01-01\r\n");
  const Json dry = import("people.csv", {"--dry-run", "--case-reference", "FILE-2026-17"});
  EXPECT_EQ(*dry["would_enrol"].as_integer(), 3);
  EXPECT_EQ(*dry["refused"].as_integer(), 1) << "too young, by what the list says";
  EXPECT_FALSE(fs::exists(at("people.csv.journal")));
  EXPECT_EQ(command({"import", at("people.csv"), "--data", at("node"), "--user", "officer", "--dry-run"}).code,
            kMisused)
      << "it searches, so it names its file";

  const Json first = import("people.csv", {"--threads", "1"});
  EXPECT_EQ(counts(first), "2 0 1 1 2 0") << canonical(first);
  EXPECT_EQ(code_, kUnusable);
  EXPECT_NE(canonical(first).find("known as p-a"), std::string::npos) << canonical(first);
  EXPECT_NE(canonical(first).find("people.csv line 5"), std::string::npos) << canonical(first);

  EXPECT_EQ(counts(import("people.csv")), "0 2 1 1 2 0");
  fs::remove(at("people.csv.journal"));
  EXPECT_EQ(counts(import("people.csv")), "0 2 1 1 2 0") << "without its journal the node still knows them";
  EXPECT_EQ(command({"log", "fsck", "--data", at("node")}).code, kYes);
}

TEST_F(ImportCommand, says_in_a_dry_run_what_the_list_alone_forbids_and_looks_for_none_of_them) {
  const Image nothing{300, 300, 1, 500, std::vector<std::uint8_t>(90'000, 255)};  // whoever looked would see
  ASSERT_TRUE(write_file(at("prints/a.png"), *format::encode_png(nothing)).ok());
  write("people.csv",
        "person_id;RIGHT_INDEX;date_of_birth;guardian;withheld_from;class\r\n"
        "p-a;prints/a.png;" +
            to_iso8601(SystemClock().now_ms() - 10 * 365 * kDayMs).substr(0, 10) +
            ";;;\r\n"
            "p-b;prints/a.png;1990-04-30;;USA;\r\n"
            "p-c;prints/a.png;1990-04-30;;;asylum\r\n");
  const Json dry = import("people.csv", {"--dry-run", "--case-reference", "FILE-2026-17"});
  EXPECT_EQ(*dry["refused"].as_integer(), 3) << canonical(dry);
  for (const char* reason : {"guardian_missing", "protection_class_missing", "hidden_from_nobody"})
    EXPECT_NE(canonical(dry).find(policy::explain(reason)), std::string::npos) << reason << canonical(dry);
}

TEST_F(ImportCommand, takes_folders_by_the_names_of_their_files) {
  fs::create_directories(at("prints/maria"));
  write_print("prints/maria/02.png", 1);
  write_print("prints/luis_RIGHT_INDEX_1.png", 2);
  write_print("prints/eva_RIGHT_INDEX.png", 3);
  ASSERT_EQ(
      command({"record", "convert", "RIGHT_INDEX=" + at("prints/eva_RIGHT_INDEX.png"), at("prints/eva.an2")}).code,
      kYes);
  fs::remove(at("prints/eva_RIGHT_INDEX.png"));
  write("prints/notes.txt", "not anybody");
  const Json answer = import("prints");
  EXPECT_EQ(counts(answer), "3 0 0 0 0 0") << canonical(answer);
  EXPECT_EQ(code_, kUnusable) << "a file was left out";
  EXPECT_EQ(answer["left_out"].as_array()->size(), 1u);
  for (const char* id : {"maria", "luis", "eva"}) EXPECT_NE(canonical(answer).find(id), std::string::npos) << id;
  EXPECT_TRUE(fs::exists(at("prints.journal")));
}

TEST_F(ImportCommand, takes_minutiae_of_cards_where_it_is_told_that_they_are) {
  write_print("a.png", 1);
  ASSERT_EQ(command({"extract", at("a.png"), "--iso", at("a.card"), "--iso-format", "card"}).code, kYes);
  write("people.csv", "person_id,RIGHT_INDEX\np-a,a.card\n");
  EXPECT_EQ(counts(import("people.csv")), "0 0 0 0 1 0") << "nothing in it says what it is";
  EXPECT_EQ(counts(import("people.csv", {"--from", "card"})), "1 0 0 0 0 0");
}

TEST_F(ImportCommand, takes_no_two_people_for_one_because_they_lie_in_one_folder) {
  fs::create_directories(at("prints/batch"));
  write_print("prints/batch/ana_RIGHT_INDEX.png", 1);
  write_print("prints/batch/luis_RIGHT_INDEX.png", 2);
  EXPECT_EQ(counts(import("prints")), "0 0 0 0 1 0");
  EXPECT_EQ(code_, kUnusable);
}

TEST_F(ImportCommand, r10_enrols_a_child_whose_guardian_the_list_names) {
  write_print("prints/a.png", 1);
  const std::string born = to_iso8601(SystemClock().now_ms() - 10 * 365 * kDayMs).substr(0, 10);
  write("people.csv", "person_id,RIGHT_INDEX,date_of_birth\np-a,prints/a.png," + born + "\n");
  EXPECT_EQ(counts(import("people.csv")), "0 0 0 1 0 0");
  write("people.csv", "person_id,RIGHT_INDEX,date_of_birth,guardian\np-a,prints/a.png," + born + ",Marta Gil\n");
  EXPECT_EQ(counts(import("people.csv", {"--retry"})), "1 0 0 0 0 0");
}

TEST_F(ImportCommand, hides_whom_a_later_list_hides) {
  write_print("prints/a.png", 1);
  write("people.csv", "person_id,RIGHT_INDEX,withheld_from\np-a,prints/a.png,\n");
  EXPECT_EQ(counts(import("people.csv")), "1 0 0 0 0 0");
  write("people.csv", "person_id,RIGHT_INDEX,withheld_from\np-a,prints/a.png,USA\n");
  EXPECT_EQ(counts(import("people.csv")), "0 0 0 0 1 0") << "nobody says why";
  write("people.csv", "person_id,RIGHT_INDEX,withheld_from,class\np-a,prints/a.png,USA,asylum\n");
  EXPECT_EQ(counts(import("people.csv")), "1 0 0 0 0 0") << "another encounter of the same person, which hides";
  ASSERT_EQ(command({"node", "user", "add", "--data", at("node"), "--name", "eva", "--role", "supervisor"}).code, kYes);
  const std::vector<std::string> as_eva = {"--data", at("node"), "--user", "eva"};
  const auto hidden = [&](const char* person) {
    std::vector<std::string> words{"person", "protection", person};
    words.insert(words.end(), as_eva.begin(), as_eva.end());
    return command(words);
  };
  EXPECT_NE(hidden("p-a").out.find("USA"), std::string::npos);
  EXPECT_NE(hidden("p-a").out.find("asylum"), std::string::npos);
  EXPECT_EQ(hidden("p-z").code, kUnusable) << "nobody of this id is no \"hidden from nobody\"";
}

TEST_F(ImportCommand, goes_on_where_its_journal_was_cut_in_its_first_line) {
  write_print("prints/a.png", 1);
  write("people.csv", "person_id,RIGHT_INDEX\np-a,prints/a.png\n");
  for (const std::string_view begun : {"", "{\"format\":\"puente-im"}) {
    write("people.csv.journal", begun);
    import("people.csv");
    EXPECT_EQ(code_, kYes) << begun;
  }
}

TEST_F(ImportCommand, refuses_a_list_whose_quote_is_never_closed) {
  write_print("prints/a.png", 1);
  write("people.csv", "person_id,RIGHT_INDEX,family_name\np-a,prints/a.png,\"Ruiz\np-b,prints/a.png,Mora\n");
  EXPECT_EQ(command({"import", at("people.csv"), "--data", at("node"), "--user", "ana"}).code, kUnusable);
}

TEST_F(ImportCommand, refuses_a_journal_that_tells_of_another_node) {
  write_print("prints/a.png", 1);
  write("people.jsonl", R"({"person_id":"p-a","files":{"RIGHT_INDEX":"prints/a.png"}})");
  EXPECT_EQ(counts(import("people.jsonl")), "1 0 0 0 0 0");
  EXPECT_EQ(code_, kYes);
  fs::remove_all(at("node"));
  ASSERT_EQ(command({"node", "init", "--data", at("node"), "--country", "COL"}).code, kYes);
  ASSERT_EQ(command({"node", "user", "add", "--data", at("node"), "--name", "ana", "--role", "officer"}).code, kYes);
  import("people.jsonl");
  EXPECT_EQ(code_, kRefused);
}

// The process is killed while it enrols, again and again: what it has said is enrolled stays so, nobody is there twice.
TEST_F(ImportCommand, goes_on_after_kill_minus_9_and_loses_nobody) {
  constexpr std::uint32_t kPeople = 8;
  std::string list = "person_id,RIGHT_INDEX\n";
  for (std::uint32_t i = 1; i <= kPeople; ++i) {
    write_print("prints/" + std::to_string(i) + ".png", i);
    list += "p-" + std::to_string(i) + ",prints/" + std::to_string(i) + ".png\n";
  }
  write("people.csv", list);
  const auto lines = [&] {
    const auto journal = read_file(at("people.csv.journal"), 1u << 20);
    return journal.ok() ? std::ranges::count(text(*journal), '\n') : 0;
  };
  for (const std::ptrdiff_t until : {3, 5}) {  // its heading among them
    const pid_t child = fork();
    if (child == 0) {
      run_command_line({"import", at("people.csv"), "--data", at("node"), "--user", "ana", "--json", "--threads", "1"});
      _exit(0);
    }
    int status = 0;
    bool ended = false;  // and waited for: its number may be another process's by now
    while (lines() < until && !ended) {
      ended = waitpid(child, &status, WNOHANG) != 0;
      std::this_thread::sleep_for(std::chrono::milliseconds(2));  // for the child to enrol some
    }
    if (ended) continue;
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
  }
  const std::ptrdiff_t said = lines() - 1;
  const Json answer = import("people.csv");
  EXPECT_EQ(code_, kYes);
  const std::int64_t there = *answer["already_there"].as_integer(), enrolled = *answer["enrolled"].as_integer();
  EXPECT_EQ(there + enrolled, std::int64_t{kPeople}) << canonical(answer);
  EXPECT_GE(there, said);
  EXPECT_GE(there, 4);
  EXPECT_EQ(command({"log", "fsck", "--data", at("node")}).code, kYes);
  EXPECT_EQ(command({"log", "verify", at("node")}).code, kYes);
  EXPECT_EQ(counts(import("people.csv", {"--retry"})), "0 8 0 0 0 0");
}

TEST(Roll, in_other_letters_than_utf_8_is_refused_with_the_command_that_converts) {
  const std::string list = testing::TempDir() + "/puente-letters-" + std::to_string(getpid()) + ".csv";
  const auto said_of = [&](std::string_view content) {
    EXPECT_TRUE(write_file(list, view(content)).ok());
    const auto roll = read_roll(list);
    return roll.ok() ? "read" : roll.error().message;
  };
  const std::string plain = "person_id,RIGHT_INDEX,family_name\np-a,a.png,";
  EXPECT_EQ(said_of(plain + "Mu\u00f1oz\n"), "read");
  EXPECT_EQ(said_of("\xef\xbb\xbf" + plain + "Mu\u00f1oz\n"), "read");
  EXPECT_EQ(said_of("\xef\xbb\xbf{\"person_id\": \"p-a\", \"files\": [\"a.png\"]}\n"), "read");
  const std::string latin = said_of(plain + "Mu\xf1oz\n");
  EXPECT_NE(latin.find("line 2 is not in UTF-8"), std::string::npos) << latin;
  EXPECT_NE(latin.find("iconv -f ISO-8859-1 -t UTF-8"), std::string::npos) << latin;
  EXPECT_NE(said_of(plain + "Mu\xf1oz \x96 x\n").find("iconv -f WINDOWS-1252 "), std::string::npos);
  EXPECT_NE(said_of("{\"person_id\": \"p-a\", \"biographic\": {\"family_name\": \"Mu\xf1oz\"}}").find("line 1"),
            std::string::npos);
  std::string little, big;
  for (const char c : plain + "Mora\n") little += {c, '\0'}, big += {'\0', c};
  EXPECT_NE(said_of("\xff\xfe" + little).find("iconv -f UTF-16 -t UTF-8"), std::string::npos);
  EXPECT_NE(said_of("\xfe\xff" + big).find("iconv -f UTF-16 -t UTF-8"), std::string::npos);
  EXPECT_NE(said_of(little).find("iconv -f UTF-16LE "), std::string::npos);
  EXPECT_NE(said_of(big).find("iconv -f UTF-16BE "), std::string::npos);
  EXPECT_NE(said_of(plain + std::string("Mora\0\n", 6)).find("zero byte"), std::string::npos);
  fs::remove(list);
}

TEST(Roll, refuses_what_it_does_not_know_by_name_and_line) {
  const std::string path = testing::TempDir() + "/roll-" + std::to_string(getpid());
  const auto read = [&](std::string_view content) {
    EXPECT_TRUE(write_file(path, view(content)).ok());
    return read_roll(path);
  };
  EXPECT_FALSE(read("").ok());
  EXPECT_FALSE(read("person_id,shoe_size\np,43\n").ok());
  EXPECT_FALSE(read("RIGHT_INDEX\na.png\n").ok());
  const auto roll = read("person_id,file,position\np-1,a.png,RIGHT_INDEX\np-1,b.png,2\np-2,c.png,TOE\np-3\n");
  ASSERT_TRUE(roll.ok());
  ASSERT_EQ(roll->people.size(), 3u);
  EXPECT_EQ(roll->people[0].files.size(), 2u);
  EXPECT_EQ(roll->people[0].problem, "");
  EXPECT_NE(roll->people[1].problem, "");
  EXPECT_NE(roll->people[2].problem, "");
  const auto lines = read("{\"person_id\":\"a\",\"files\":[\"x.an2\"]}\n{\"person_id\":\"b\",\"colour\":1}\n{]\n");
  ASSERT_TRUE(lines.ok());
  ASSERT_EQ(lines->people.size(), 3u);
  EXPECT_EQ(lines->people[0].problem, "");
  EXPECT_NE(lines->people[1].problem, "");
  EXPECT_NE(lines->people[2].problem, "");
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace puente::cli
