// Data directories of version 1, as the program of then left them, under the program of now: README.md.
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "core/files.h"
#include "core/json.h"
#include "core/process.h"
#include "store/store.h"

namespace puente {
namespace {

namespace fs = std::filesystem;

const std::string kData = std::string(PUENTE_COMPAT) + "/database_1/data";

std::string string_of(const Json& json) {
  return json.as_string() == nullptr ? "" : *json.as_string();
}

Json read_json(const std::string& path) {
  const auto bytes = read_file(path, 1u << 20);
  EXPECT_TRUE(bytes.ok()) << path;
  const auto json = bytes.ok() ? parse_json(text(*bytes)) : Result<Json>(bytes.error());
  EXPECT_TRUE(json.ok()) << path;
  return json.ok() ? *json : Json();
}

class Version1Directory : public testing::Test {
 protected:
  void SetUp() override {
    root_ = fs::temp_directory_path() / "puente-compat-XXXXXX";
    ASSERT_NE(mkdtemp(root_.data()), nullptr);
    for (const char* country : {"COL", "USA"}) fs::copy(kData + "/" + country, root_ + "/" + country, kWhole);
  }
  void TearDown() override { fs::remove_all(root_); }

  std::string of(const std::string& country) const { return root_ + "/" + country; }
  Ended run(const std::vector<std::string>& arguments) {
    auto ended = run_program(PUENTE_PROGRAM, arguments, root_ + "/errors", 120'000);
    EXPECT_TRUE(ended.ok());
    return ended.ok() ? *ended : Ended{};
  }
  Json run_json(std::vector<std::string> arguments) {
    arguments.push_back("--json");
    const auto json = parse_json(run(arguments).output);
    EXPECT_TRUE(json.ok()) << arguments[0] << ": " << errors();
    return json.ok() ? *json : Json();
  }
  std::string errors() const {
    const auto bytes = read_file(root_ + "/errors", 1u << 20);
    return bytes.ok() ? std::string(text(*bytes)) : "";
  }
  Json identify(int person) {
    const std::string probe = kData + "/probes/" + std::to_string(person);
    return run_json({"identify", "--data", of("COL"), "--user", "officer.COL", "--case-reference", "FILE-2026-17",
                     "RIGHT_INDEX=" + probe + "-RIGHT_INDEX.wsq", "LEFT_INDEX=" + probe + "-LEFT_INDEX.wsq"});
  }
  Result<std::unique_ptr<store::Store>> open_store(const std::string& country, store::Mode mode) {
    const Bytes hex = *read_file(of(country) + "/keys/node.key", 100);
    return store::open(of(country), mode, *SecretKey::from_bytes(*from_hex(text(hex).substr(0, 64))), random_);
  }

  static constexpr auto kWhole = fs::copy_options::recursive;
  std::string root_;
  SystemRandom random_;
};

TEST_F(Version1Directory, finds_the_same_people_with_the_same_scores) {
  for (const int person : {1, 2, 3, 5}) {
    const Json then = read_json(kData + "/found-" + std::to_string(person) + ".json"), now = identify(person);
    EXPECT_EQ(canonical(now["quality"]), canonical(then["quality"]));
    const Json::Array &found = *now["candidates"].as_array(), &expected = *then["candidates"].as_array();
    ASSERT_EQ(found.size(), expected.size()) << "person " << person;
    ASSERT_EQ(found.size(), person == 5 ? 0u : 1u);
    for (std::size_t i = 0; i < found.size(); ++i) {
      for (const char* what : {"person_id", "encounter_id", "score", "fingers"})
        EXPECT_EQ(canonical(found[i][what]), canonical(expected[i][what])) << "person " << person << ", " << what;
    }
  }
}

TEST_F(Version1Directory, is_whole_and_what_was_put_right_is_said) {
  EXPECT_EQ(run({"log", "fsck", "--data", of("COL")}).exit_code, 4);
  EXPECT_NE(errors().find("older version"), std::string::npos) << errors();
  EXPECT_EQ(run({"log", "verify", of("COL")}).exit_code, 0) << "the log needs nobody to bring it up to date";
  {
    const auto store = open_store("COL", store::Mode::kOpen);
    ASSERT_TRUE(store.ok()) << store.error().message;
    ASSERT_EQ((*store)->opening_notes().size(), 7u) << "one a step, and what was put right";
    EXPECT_EQ((*store)->opening_notes()[1].find("1 template was of finger position 13"), 0u);
    std::map<std::string, std::vector<std::string>> places;
    ASSERT_TRUE((*store)
                    ->each_template([&](store::TemplateRow row) -> Status {
                      places[row.person_id].push_back(to_string(row.features.place));
                      EXPECT_EQ(row.standing.withheld_from.contains("USA"), row.person_id == "col-3");
                      return {};
                    })
                    .ok());
    const std::vector<std::string> both{"RIGHT_INDEX", "LEFT_INDEX"};
    EXPECT_EQ(places, (decltype(places){{"col-1", both}, {"col-2", both}, {"col-3", both}, {"col-4", {"UNKNOWN"}}}));
  }
  for (const char* country : {"COL", "USA"}) {
    ASSERT_TRUE(open_store(country, store::Mode::kOpen).ok()) << country;
    EXPECT_EQ(run({"log", "fsck", "--data", of(country)}).exit_code, 0) << errors();
    EXPECT_EQ(run({"log", "verify", of(country)}).exit_code, 0) << errors();
  }
}

TEST_F(Version1Directory, a_node_says_at_its_start_what_was_put_right) {
  identify(5);
  EXPECT_NE(errors().find("finger position 13"), std::string::npos) << errors();
  const auto times_said = [&] {
    std::size_t times = 0;
    for (std::size_t at = 0; (at = errors().find("finger position 13", at)) != std::string::npos; ++at) ++times;
    return times;
  };
  EXPECT_EQ(times_said(), 1u);
  identify(5);
  EXPECT_EQ(times_said(), 1u) << "once";
}

TEST_F(Version1Directory, its_open_case_is_shown_and_is_marked_before_it_is_decided) {
  const Json cases = run_json({"case", "list", "--data", of("COL"), "--user", "examiner.COL"});
  const Json::Array* all = cases.as_array() != nullptr ? cases.as_array() : cases["cases"].as_array();
  ASSERT_NE(all, nullptr) << canonical(cases);
  ASSERT_EQ(all->size(), 2u);
  std::string open;
  for (const Json& each : *all) {
    if (string_of(each["state"]) == "open") open = string_of(each["case_id"]);
  }
  ASSERT_FALSE(open.empty()) << canonical(cases);
  const std::string pictures = root_ + "/pictures";
  EXPECT_EQ(
      run({"case", "show", open, "--data", of("COL"), "--user", "examiner.COL", "--pictures", pictures}).exit_code, 0)
      << errors();
  EXPECT_FALSE(fs::is_empty(pictures));
  // What a verdict asks for since: a certificate, and marks on the question's prints alone, by a token.
  EXPECT_EQ(
      run({"node", "user", "certify", "--data", of("COL"), "--name", "examiner.COL", "--certified-until", "2090-01-01"})
          .exit_code,
      0)
      << errors();
  Json::Array prints;
  for (const auto& picture : fs::directory_iterator(pictures)) {
    EXPECT_TRUE(fs::is_regular_file(picture));
    prints.push_back(Json::object({{"print", prints.size() + 1}, {"marks", Json(Json::Array())}}));
  }
  ASSERT_TRUE(
      write_file(root_ + "/marks.json", view(canonical(Json::object({{"prints", Json(std::move(prints))}})))).ok());
  for (const std::vector<std::string>& act :
       {std::vector<std::string>{"case", "mark", open, "--marks", root_ + "/marks.json"},
        {"case", "decide", open, "reject", "--reasons", "not the same ridges"}}) {
    std::vector<std::string> words = act;
    words.insert(words.end(), {"--data", of("COL"), "--user", "examiner.COL"});
    EXPECT_EQ(run(words).exit_code, 3) << "not at the keys, and not unmarked";
  }
  EXPECT_EQ(run({"log", "fsck", "--data", of("COL")}).exit_code, 0) << errors();
}

TEST_F(Version1Directory, its_questions_stand_as_they_did) {
  const Json ids = read_json(kData + "/questions.json");
  const auto stands = [&](const char* which) {
    return run_json({"question", string_of(ids[which]), "--data", of("USA"), "--user", "officer.USA"});
  };
  EXPECT_EQ(string_of(stands("open")["state"]), "hit");
  EXPECT_EQ(string_of(stands("hidden")["state"]), "no_hit");
  EXPECT_EQ(string_of(stands("waits")["state"]), "queued");
  const Json released = stands("confirmed");
  EXPECT_EQ(string_of(released["state"]), "released");
  EXPECT_EQ(string_of(released["released"]["family_name"]), "Persona2");
}

// The two go on with each other: whoever was withheld is found no more than before.
TEST_F(Version1Directory, two_nodes_go_on_with_each_other_and_hide_whom_they_hid) {
  std::map<std::string, std::string> port;
  for (const char* country : {"COL", "USA"}) port[country] = std::to_string(*free_port());
  const auto put = [](std::string& text, const std::string& what, const std::string& with) {
    for (auto at = text.find(what); at != text.npos; at = text.find(what)) text.replace(at, what.size(), with);
  };
  for (const char* country : {"COL", "USA"}) {
    std::string settings(text(*read_file(of(country) + "/node.toml", 1u << 20)));
    put(settings, "24431", port["COL"]);
    put(settings, "24432", port["USA"]);
    ASSERT_TRUE(write_file(of(country) + "/node.toml", view(settings)).ok());
  }
  const Ended user = run({"node", "user", "--data", of("USA"), "--name", "ana", "--role", "officer"});
  auto col = Process::start_program(PUENTE_PROGRAM, {"node", "serve", "--data", of("COL")}, root_ + "/errors");
  auto usa = Process::start_program(PUENTE_PROGRAM, {"node", "serve", "--data", of("USA")}, root_ + "/errors");
  ASSERT_TRUE(col.ok() && usa.ok());
  ASSERT_TRUE(col->read_line(60'000).ok()) << errors();
  const auto ready = usa->read_line(60'000);
  ASSERT_TRUE(ready.ok()) << errors();
  const std::vector<std::string> as{"--node",        string_of((*parse_json(*ready))["api"]),
                                    "--certificate", of("USA") + "/keys/tls.crt",
                                    "--token",       user.output.substr(0, user.output.find('\n'))};
  const auto ask = [&](int person) {
    std::vector<std::string> question{
        "ask", "RIGHT_INDEX=" + kData + "/probes/" + std::to_string(person) + "-RIGHT_INDEX.wsq"};
    question.insert(question.end(), {"--partner", "COL", "--purpose", "border_identification", "--case-reference",
                                     "TX-2", "--legal-basis", "a test"});
    question.insert(question.end(), as.begin(), as.end());
    std::vector<std::string> look{"question", string_of(run_json(question)["exchange_id"])};
    look.insert(look.end(), as.begin(), as.end());
    std::string state = "queued";
    for (int tries = 0; tries < 300 && state == "queued"; ++tries) {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));  // for the other node's answer
      state = string_of(run_json(look)["state"]);
    }
    return state;
  };
  EXPECT_EQ(ask(1), "hit") << errors();
  EXPECT_EQ(ask(3), "no_hit") << errors();
  col->stop();
  usa->stop();
}

}  // namespace
}  // namespace puente
