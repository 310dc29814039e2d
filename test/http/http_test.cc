// The running program, from outside.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "core/files.h"
#include "core/json.h"
#include "core/process.h"
#include "format/image/image.h"
#include "lab/synth/synth.h"
#include "net/net.h"

namespace puente {
namespace {

class Program : public ::testing::Test {
 protected:
  void SetUp() override {
    root_ = std::filesystem::temp_directory_path() / "puente-http-XXXXXX";
    ASSERT_NE(mkdtemp(root_.data()), nullptr);
    data_ = root_ + "/node";
    ASSERT_EQ(
        run({"node", "init", "--data", data_, "--country", "COL", "--api-port", "0", "--partner-port", "0"}).exit_code,
        0);
    for (const char* role : {"officer", "examiner", "supervisor", "auditor"}) {
      const Ended added = run({"node", "user", "--data", data_, "--name", role, "--role", role});
      ASSERT_EQ(added.exit_code, 0);
      tokens_[role] = added.output.substr(0, added.output.find('\n'));
    }
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  Ended run(const std::vector<std::string>& arguments) {
    auto ended = run_program(PUENTE_PROGRAM, arguments, root_ + "/errors", 120'000);
    EXPECT_TRUE(ended.ok());
    return ended.ok() ? *ended : Ended{};
  }
  std::string errors() {
    std::ifstream in(root_ + "/errors");
    return {std::istreambuf_iterator<char>(in), {}};
  }

  void serve() {
    auto started = Process::start_program(PUENTE_PROGRAM, {"node", "serve", "--data", data_}, root_ + "/errors");
    ASSERT_TRUE(started.ok());
    process_ = std::make_unique<Process>(*std::move(started));
    const auto line = process_->read_line(60'000);
    ASSERT_TRUE(line.ok()) << errors();
    client_.url = *(*parse_json(*line))["api"].as_string();
    const auto pem = read_file(data_ + "/keys/tls.crt", 1u << 20);
    client_.certificate_sha256 = *net::certificate_sha256(text(*pem));
    client_.wait_ms_max = 60'000;
  }
  net::Response call(const char* role, const std::string& method, const std::string& target,
                     const std::string& body = {}) {
    client_.bearer_token = role == nullptr ? "" : tokens_[role];
    const auto response = net::request(client_, method, target, "application/json", view(body));
    EXPECT_TRUE(response.ok()) << (response.ok() ? "" : response.error().message);
    return response.ok() ? *response : net::Response{};
  }
  static std::string finger(std::uint32_t person, std::uint32_t day) {
    const Image image = synth::capture(synth::grow_finger(5, person, Finger::kRightIndex), day);
    return to_base64(*format::encode_png(image));
  }
  static std::string enrolment(const std::string& id, const std::string& image) {
    return canonical(
        Json::object({{"person_id", id},
                      {"samples", Json::array({Json::object({{"position", "RIGHT_INDEX"}, {"image", image}})})}}));
  }
  static Json json(const net::Response& response) { return *parse_json(text(response.body)); }

  std::string root_, data_;
  std::map<std::string, std::string> tokens_;
  std::unique_ptr<Process> process_;
  net::ClientOptions client_;
};

TEST_F(Program, serves_its_api_to_those_it_knows_by_their_role) {
  serve();
  EXPECT_EQ(call(nullptr, "GET", "/v1/health").status, 200);
  EXPECT_EQ(call(nullptr, "GET", "/v1/cases").status, 401);
  tokens_["stranger"] = "not-a-token";
  EXPECT_EQ(call("stranger", "GET", "/v1/cases").status, 401);
  EXPECT_EQ(call("officer", "GET", "/v1/cases").status, 403);
  EXPECT_EQ(call("examiner", "GET", "/v1/cases").status, 200);
  EXPECT_EQ(call("officer", "GET", "/v1/nowhere").status, 404);
  EXPECT_EQ(call("officer", "PUT", "/v1/persons").status, 405);
  EXPECT_EQ(call("officer", "POST", "/v1/persons", "{").status, 400);
  EXPECT_EQ(call("officer", "POST", "/v1/persons", R"({"samples":[],"surprise":1})").status, 400);
  EXPECT_EQ(call("officer", "POST", "/v1/persons", enrolment("p", to_base64(to_bytes("a cat, not a PNG")))).status,
            400);
  EXPECT_EQ(call("officer", "GET", "/metrics").status, 403);
  const auto metrics = call("supervisor", "GET", "/metrics");
  EXPECT_EQ(metrics.status, 200);
  EXPECT_NE(std::string(text(metrics.body)).find("puente_people 0\n"), std::string::npos);
  EXPECT_EQ(call("auditor", "GET", "/v1/log/checkpoint").status, 200);
  EXPECT_EQ(call("auditor", "GET", "/v1/log/proofs/0").status, 200);
  EXPECT_EQ(call("auditor", "GET", "/v1/log/proofs/9999").status, 404);
  EXPECT_EQ(call("auditor", "GET", "/v1/log/proofs/-1").status, 400);
}

TEST_F(Program, enrols_identifies_verifies_and_says_who_is_known) {
  serve();
  const auto enrolled = call("officer", "POST", "/v1/persons", enrolment("ana", finger(1, 1)));
  ASSERT_EQ(enrolled.status, 201) << text(enrolled.body);
  EXPECT_EQ(call("officer", "POST", "/v1/persons", enrolment("again", finger(1, 2))).status, 409);
  const std::string probe = canonical(
      Json::object({{"samples", Json::array({Json::object({{"position", "RIGHT_INDEX"}, {"image", finger(1, 3)}})})}}));
  const auto found = json(call("officer", "POST", "/v1/identify", probe));
  ASSERT_EQ(found["candidates"].as_array()->size(), 1u);
  EXPECT_EQ(*(*found["candidates"].as_array())[0]["person_id"].as_string(), "ana");
  const auto verified = call("officer", "POST", "/v1/persons/ana/verify", probe);
  EXPECT_EQ(verified.status, 200);
  EXPECT_TRUE(*json(verified)["match"].as_bool());
  EXPECT_EQ(call("officer", "POST", "/v1/persons/nobody/verify", probe).status, 404);
  const std::string encounter = *json(enrolled)["encounter_id"].as_string();
  EXPECT_EQ(call("officer", "GET", "/v1/persons/ana/encounters/" + encounter).status, 200);
  EXPECT_EQ(call("officer", "DELETE", "/v1/persons/ana", R"({"reasons":"asked in writing"})").status, 403);
  EXPECT_EQ(call("supervisor", "DELETE", "/v1/persons/ana", R"({"reasons":"asked in writing"})").status, 200);
  EXPECT_TRUE(json(call("officer", "POST", "/v1/identify", probe))["candidates"].as_array()->empty());
  process_->stop();
  EXPECT_EQ(run({"log", "verify", data_}).exit_code, 0) << errors();
  EXPECT_EQ(run({"log", "fsck", "--data", data_}).exit_code, 0) << errors();
}

TEST_F(Program, a_second_serve_on_the_same_directory_is_refused) {
  serve();
  EXPECT_EQ(run({"node", "serve", "--data", data_}).exit_code, 1);
  EXPECT_NE(errors().find("using this data directory"), std::string::npos) << errors();
}

TEST_F(Program, another_certificate_is_not_believed) {
  serve();
  client_.certificate_sha256 = Digest{};
  const auto response = net::request(client_, "GET", "/v1/health", "", {});
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().code, Code::kUnauthenticated);
}

TEST_F(Program, refuses_with_one_line_a_database_from_a_newer_version_and_other_nonsense) {
  std::fstream file(data_ + "/puente.db", std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(60);  // SQLite's user_version, big-endian
  file.write("\x00\x00\x03\xe7", 4);
  file.close();
  EXPECT_EQ(run({"node", "serve", "--data", data_}).exit_code, 1);
  EXPECT_NE(errors().find("newer"), std::string::npos) << errors();
  EXPECT_EQ(run({"node", "serve", "--data", root_ + "/nowhere"}).exit_code, 1);
  EXPECT_EQ(run({"node", "init", "--data", data_, "--country", "COL"}).exit_code, 1);
  EXPECT_EQ(run({"node", "init", "--data", root_ + "/x", "--country", "Colombia"}).exit_code, 1);
  EXPECT_EQ(run({"no-such-command"}).exit_code, 2);
  EXPECT_EQ(run({}).exit_code, 2);
}

TEST_F(Program, an_agreement_changed_by_one_letter_is_not_accepted) {
  std::ofstream(root_ + "/agreement.json") << R"({"format":"puente-agreement/1","id":"x"})";
  EXPECT_EQ(run({"node", "accept", "--data", data_, root_ + "/agreement.json"}).exit_code, 1);
}

TEST_F(Program, bad_images_get_one_line_and_exit_code_1) {
  const auto file = [&](const std::string& name, ByteView bytes) {
    EXPECT_TRUE(write_file(root_ + "/" + name, bytes).ok());
    return root_ + "/" + name;
  };
  const Bytes good = *from_base64(finger(1, 1));
  Image cat{320, 240, 3, 500, Bytes(320 * 240 * 3)};
  for (std::size_t i = 0; i < cat.pixels.size(); ++i) cat.pixels[i] = static_cast<std::uint8_t>(i * i / 977 + i / 960);
  const std::vector<std::string> bad = {
      file("empty.png", {}),
      file("cut.png", ByteView(good).first(good.size() / 3)),
      file("text.png", view("hello")),
      file("blank.png", *format::encode_png(Image{400, 400, 1, 500, Bytes(160'000, 200)})),
      file("cat.png", *format::encode_png(cat)),
      root_ + "/not-there.png"};
  for (const std::string& path : bad) {
    std::filesystem::remove(root_ + "/errors");
    EXPECT_EQ(run({"extract", path}).exit_code, 1) << path;
    const std::string said = errors();
    EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 1) << path << ": " << said;
    EXPECT_TRUE(said.starts_with("puente: ")) << said;
  }
  EXPECT_EQ(run({"extract", file("good.png", good)}).exit_code, 0);
}

TEST_F(Program, every_command_explains_itself_with_an_example) {
  for (const char* command : {"extract", "verify", "enrol", "identify", "ask", "question", "erase", "demo"}) {
    const Ended help = run({command, "--help"});
    EXPECT_EQ(help.exit_code, 0) << command;
    EXPECT_NE(help.output.find("Example: puente " + std::string(command)), std::string::npos) << command;
  }
}

}  // namespace
}  // namespace puente
