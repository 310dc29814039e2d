// The running program, from outside.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "core/crypto.h"
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
  void TearDown() override {
    process_.reset();  // it writes there until it has ended
    if (listener_ >= 0) ::close(listener_);
    std::filesystem::remove_all(root_);
  }

  Ended run(const std::vector<std::string>& arguments) {
    auto ended = run_program(PUENTE_PROGRAM, arguments, root_ + "/errors", 120'000);
    EXPECT_TRUE(ended.ok());
    return ended.ok() ? *ended : Ended{};
  }
  std::string errors() {
    std::ifstream in(root_ + "/errors");
    return {std::istreambuf_iterator<char>(in), {}};
  }

  void serve(const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments{"node", "serve", "--data", data_};
    arguments.insert(arguments.end(), more.begin(), more.end());
    auto started = Process::start_program(PUENTE_PROGRAM, arguments, root_ + "/errors");
    ASSERT_TRUE(started.ok());
    process_ = std::make_unique<Process>(*std::move(started));
    const auto line = process_->read_line(60'000);
    ASSERT_TRUE(line.ok()) << errors();
    ready_ = *parse_json(*line);
    client_.url = *ready_["api"].as_string();
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

  // Somebody at this machine who accepts and says nothing, and an agreement with the USA, which is said to be there.
  void await_partner() {
    listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ASSERT_EQ(::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    ASSERT_EQ(::listen(listener_, 5), 0);
    socklen_t size = sizeof address;
    ASSERT_EQ(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    const std::string url = "https://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
    const std::string other = root_ + "/other", agreement = root_ + "/agreement.json";
    const std::vector<std::vector<std::string>> steps = {
        {"node", "init", "--data", other, "--country", "USA", "--api-port", "0", "--partner-port", "0"},
        {"agreement", "draft", "--party", data_ + "/party.json", "--party", other + "/party.json", "--id", "a-1",
         "--out", agreement},
        {"agreement", "sign", agreement, "--country", "COL", "--key", data_ + "/keys/signing.key"},
        {"agreement", "sign", agreement, "--country", "USA", "--key", other + "/keys/signing.key"},
        {"node", "accept", "--data", data_, agreement},
        {"node", "peer", "--data", data_, "--kind", "partner", "--name", "USA", "--url", url}};
    for (const auto& step : steps) ASSERT_EQ(run(step).exit_code, 0) << step[0] << " " << step[1] << ": " << errors();
  }
  bool is_called(int wait_ms) const {
    pollfd connecting{listener_, POLLIN, 0};
    return ::poll(&connecting, 1, wait_ms) == 1;
  }
  static std::string question() {
    return canonical(Json::object(
        {{"partner", "USA"},
         {"purpose", "border_identification"},
         {"case_reference", "TX-2026-0012"},
         {"legal_basis", "8 USC 1225"},
         {"samples", Json::array({Json::object({{"position", "RIGHT_INDEX"}, {"image", finger(1, 1)}})})}}));
  }
  void go_on_with_a_copy() {
    process_.reset();
    std::filesystem::copy(data_, root_ + "/copy", std::filesystem::copy_options::recursive);
    data_ = root_ + "/copy";
  }

  std::string root_, data_;
  Json ready_;
  int listener_ = -1;
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

TEST_F(Program, speaks_http_as_the_standard_has_it) {
  serve();
  EXPECT_EQ(call(nullptr, "GET", "/v1/cases").headers.at("www-authenticate"), "Bearer");
  EXPECT_EQ(call("officer", "PUT", "/v1/persons").headers.at("allow"), "POST");
  const auto head = call(nullptr, "HEAD", "/v1/health");
  EXPECT_EQ(head.status, 200);
  EXPECT_TRUE(head.body.empty());
  for (int i = 0; i < 3; ++i) call(nullptr, "GET", "/v1/cases");
  const std::string metrics(text(call("supervisor", "GET", "/metrics").body));
  EXPECT_NE(metrics.find("puente_strangers_refused_total{listener=\"own\"} 4\n"), std::string::npos) << metrics;
}

TEST_F(Program, who_may_not_do_something_is_refused_without_the_body_being_read) {
  serve();
  const std::string large(31u << 20, ' ');
  EXPECT_EQ(call(nullptr, "POST", "/v1/persons", large).status, 401);
  EXPECT_EQ(call("auditor", "POST", "/v1/persons", large).status, 403);
  EXPECT_EQ(call("officer", "POST", "/v1/nowhere", large).status, 404);
}

TEST_F(Program, enrols_identifies_verifies_and_says_who_is_known) {
  serve();
  const auto enrolled = call("officer", "POST", "/v1/persons", enrolment("ana", finger(1, 1)));
  ASSERT_EQ(enrolled.status, 201) << text(enrolled.body);
  EXPECT_EQ(call("officer", "POST", "/v1/persons", enrolment("again", finger(1, 2))).status, 409);
  const std::string probe = canonical(
      Json::object({{"case_reference", "FILE-2026-17"},
                    {"samples", Json::array({Json::object({{"position", "RIGHT_INDEX"}, {"image", finger(1, 3)}})})}}));
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

TEST_F(Program, an_auditor_reads_who_did_what_and_nobody_else_does) {
  serve();
  ASSERT_EQ(call("officer", "POST", "/v1/persons", enrolment("p-1", finger(1, 1))).status, 201);
  for (const char* role : {"officer", "examiner"}) EXPECT_EQ(call(role, "GET", "/v1/log/entries").status, 403);
  const Json page = json(call("auditor", "GET", "/v1/log/entries?person=p-1&from=2020-01-01T00:00:00Z&limit=5"));
  ASSERT_EQ(page["entries"].as_array()->size(), 1u);
  const Json& enrolled = page["entries"].as_array()->front();
  EXPECT_EQ(*enrolled["event"].as_string(), "enrolled");
  EXPECT_EQ(*enrolled["opened"]["by"].as_string(), "officer");
  EXPECT_EQ(*enrolled["opened"]["of"].as_string(), "p-1");
  EXPECT_EQ(call("auditor", "GET", "/v1/log/entries?limit=0").status, 400);
  EXPECT_EQ(call("auditor", "GET", "/v1/log/entries?from=yesterday").status, 400);
  EXPECT_EQ(call("examiner", "GET", "/v1/cases?state=strange").status, 400);
  process_.reset();
  const Ended shown = run({"log", "show", "--data", data_, "--user", "auditor", "--event", "access_refused"});
  EXPECT_EQ(shown.exit_code, 0) << errors();
  EXPECT_NE(shown.output.find("by officer"), std::string::npos) << shown.output;
  EXPECT_NE(
      run({"log", "show", "--data", data_, "--user", "auditor", "--event", "log_read"}).output.find("access_refused"),
      std::string::npos)
      << "what was looked for is an entry itself";
  EXPECT_EQ(run({"case", "list", "--data", data_, "--user", "examiner", "--state", "open", "--limit", "3"}).exit_code,
            0)
      << errors();
}

// A firewall that drops is the same.
TEST_F(Program, ends_in_five_seconds_beside_a_partner_that_accepts_and_says_nothing) {
  await_partner();
  serve();
  const auto asked = call("officer", "POST", "/v1/questions", question());
  ASSERT_EQ(asked.status, 202) << text(asked.body);
  ASSERT_TRUE(is_called(20'000)) << "it never tried";
  const auto asked_to_end = std::chrono::steady_clock::now();
  process_->stop();
  EXPECT_LT(std::chrono::steady_clock::now() - asked_to_end, std::chrono::seconds(5));
}

TEST_F(Program, a_copy_answers_nothing_but_that_it_is_one_and_writes_nothing) {
  serve();
  ASSERT_EQ(call("officer", "POST", "/v1/persons", enrolment("ana", finger(1, 1))).status, 201);
  go_on_with_a_copy();
  const auto contents = [this] {  // but what SQLite keeps beside the database while somebody looks
    std::map<std::string, std::string> out;
    for (const auto& file : std::filesystem::recursive_directory_iterator(data_)) {
      if (file.is_regular_file() && file.path().extension() != ".db-shm" && file.file_size() > 0)
        out[file.path()] = to_hex(sha256(*read_file(file.path(), 64u << 20)));
    }
    return out;
  };
  const auto before = contents();
  serve();
  EXPECT_EQ(ready_["partner"].as_string(), nullptr) << "no partner is listened to";
  const net::Response health = call(nullptr, "GET", "/v1/health");
  EXPECT_EQ(health.status, 200);
  EXPECT_EQ(*json(health)["status"].as_string(), "copy");
  EXPECT_EQ(canonical(json(health)["attention"]), R"(["copy"])");
  EXPECT_NE(std::string(text(health.body)).find("puente node restored"), std::string::npos) << text(health.body);
  EXPECT_EQ(call("officer", "POST", "/v1/persons", enrolment("eva", finger(2, 1))).status, 503);
  EXPECT_EQ(call("examiner", "GET", "/v1/cases").status, 503);
  EXPECT_EQ(call("supervisor", "DELETE", "/v1/persons/ana", R"({"reasons":"asked in writing"})").status, 503);
  EXPECT_EQ(call(nullptr, "GET", "/metrics").status, 503);
  process_->stop();
  EXPECT_EQ(contents(), before);
  EXPECT_NE(errors().find("is a copy"), std::string::npos) << errors();
}

TEST_F(Program, a_drill_is_a_copy_at_work_of_which_nobody_hears) {
  await_partner();
  serve();
  ASSERT_EQ(call("officer", "POST", "/v1/persons", enrolment("ana", finger(1, 1))).status, 201);
  const std::string node = data_;
  go_on_with_a_copy();
  const Bytes database = *read_file(node + "/puente.db", 64u << 20);
  serve({"--drill"});
  EXPECT_EQ(ready_["partner"].as_string(), nullptr) << "no partner is listened to";
  const std::string again = enrolment("again", finger(1, 2));
  EXPECT_EQ(call("officer", "POST", "/v1/persons", again).status, 409) << "who was known is";
  EXPECT_EQ(call("officer", "POST", "/v1/persons", enrolment("eva", finger(2, 1))).status, 201);
  ASSERT_EQ(call("officer", "POST", "/v1/questions", question()).status, 202);
  std::string metrics;
  for (int i = 0; i < 600 && (i == 0 || metrics.find("puente_deliveries_failed_total 0\n") != std::string::npos); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));  // for its background to try
    metrics = text(call("supervisor", "GET", "/metrics").body);
  }
  EXPECT_EQ(metrics.find("puente_deliveries_failed_total 0\n"), std::string::npos) << metrics;
  EXPECT_FALSE(is_called(0)) << "what was asked in a drill has left";
  process_->stop();
  EXPECT_EQ(*read_file(node + "/puente.db", 64u << 20), database);
  EXPECT_EQ(run({"node", "restored", "--data", data_, "--reasons", "the disk has failed"}).exit_code, 3) << errors();
  EXPECT_NE(errors().find("used for a drill"), std::string::npos) << errors();
  data_ = node;
  EXPECT_EQ(run({"node", "serve", "--drill", "--data", data_}).exit_code, 5);
  EXPECT_NE(errors().find("is the node itself"), std::string::npos) << errors();
  serve();
  EXPECT_EQ(call("supervisor", "DELETE", "/v1/persons/eva", R"({"reasons":"asked in writing"})").status, 404);
}

TEST_F(Program, a_second_serve_on_the_same_directory_is_refused) {
  serve();
  EXPECT_EQ(run({"node", "serve", "--data", data_}).exit_code, 5);
  EXPECT_NE(errors().find("using this data directory"), std::string::npos) << errors();
}

TEST_F(Program, another_certificate_is_not_believed) {
  serve();
  client_.certificate_sha256 = Digest{};
  const auto response = net::request(client_, "GET", "/v1/health", "", {});
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().code, Code::kUnauthenticated);
}

TEST_F(Program, what_could_not_be_printed_is_not_reported_as_done) {
  const std::string command = std::string(PUENTE_PROGRAM) + " node check --offline --data " + data_;
  EXPECT_EQ(run_program("/bin/sh", {"-c", command + " > /dev/null"}, root_ + "/errors", 60'000)->exit_code, 0);
  EXPECT_EQ(run_program("/bin/sh", {"-c", command + " > /dev/full"}, root_ + "/errors", 60'000)->exit_code, 5);
  EXPECT_NE(errors().find("standard output"), std::string::npos);
}

TEST_F(Program, refuses_with_one_line_a_database_from_a_newer_version_and_other_nonsense) {
  std::fstream file(data_ + "/puente.db", std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(60);  // SQLite's user_version, big-endian
  file.write("\x00\x00\x03\xe7", 4);
  file.close();
  EXPECT_EQ(run({"node", "serve", "--data", data_}).exit_code, 4);
  EXPECT_NE(errors().find("newer"), std::string::npos) << errors();
  EXPECT_EQ(run({"node", "serve", "--data", root_ + "/nowhere"}).exit_code, 5);
  EXPECT_EQ(run({"node", "init", "--data", data_, "--country", "COL"}).exit_code, 3);
  EXPECT_EQ(run({"node", "init", "--data", root_ + "/x", "--country", "Colombia"}).exit_code, 2);
  EXPECT_EQ(run({"no-such-command"}).exit_code, 2);
  EXPECT_EQ(run({}).exit_code, 2);
}

TEST_F(Program, knows_at_once_whom_it_must_let_in_no_more) {
  serve();
  EXPECT_EQ(call("examiner", "GET", "/v1/cases").status, 200);
  ASSERT_EQ(run({"node", "user", "remove", "--data", data_, "--name", "examiner"}).exit_code, 0);
  EXPECT_EQ(call("examiner", "GET", "/v1/cases").status, 401);
  const Ended rotated = run({"node", "user", "rotate", "--data", data_, "--name", "supervisor"});
  ASSERT_EQ(rotated.exit_code, 0);
  EXPECT_EQ(call("supervisor", "GET", "/metrics").status, 401);
  tokens_["supervisor"] = rotated.output.substr(0, rotated.output.find('\n'));
  EXPECT_EQ(call("supervisor", "GET", "/metrics").status, 200);
  ASSERT_EQ(run({"node", "user", "expire", "--data", data_, "--name", "officer", "--until", "now"}).exit_code, 0);
  EXPECT_EQ(call("officer", "POST", "/v1/persons", "{}").status, 401);
  const Ended list = run({"node", "user", "list", "--data", data_, "--json"});
  EXPECT_EQ((*parse_json(list.output))["users"].as_array()->size(), 3u);
  std::string metrics;
  for (int tries = 0; tries < 100 && metrics.find("users_changed\"} 2") == std::string::npos; ++tries) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));  // for the node to see its file of users
    metrics = std::string(text(call("supervisor", "GET", "/metrics").body));
  }
  EXPECT_EQ(metrics.find("users_changed\"} 0"), std::string::npos) << "in the log";
  for (const char* figure :
       {"puente_certificate_days_left 82", "puente_disk_free_bytes ", "puente_build_info{version="})
    EXPECT_NE(metrics.find(figure), std::string::npos) << figure;
}

TEST_F(Program, says_when_it_starts_and_stops_and_never_who_was_looked_for) {
  serve({"--verbose"});
  call("officer", "GET", "/v1/persons/CC-79456123-RUIZ/encounters/e1");
  call("officer", "GET", "/v1/RUIZ/nowhere");
  call(nullptr, "GET", "/v1/persons/CC-79456123-RUIZ/encounters/e1");
  process_->stop();
  const std::string said = errors();
  EXPECT_NE(said.find(": node COL, 0 people"), std::string::npos) << said;
  EXPECT_NE(said.find("/v1/persons/{person_id}/encounters/{encounter_id} 404"), std::string::npos) << said;
  EXPECT_NE(said.find("stopped"), std::string::npos) << said;
  EXPECT_EQ(said.find("RUIZ"), std::string::npos) << said;
}

// What `node check` of a partner asks for, and compares its clock with.
TEST_F(Program, says_to_partners_what_its_clock_shows_also_where_it_refuses) {
  await_partner();
  serve();
  const std::string keys = root_ + "/other/keys/";
  net::ClientOptions partner;
  partner.url = *ready_["partner"].as_string();
  partner.certificate_sha256 = client_.certificate_sha256;
  partner.identity = {std::string(text(*read_file(keys + "tls.crt", 1u << 20))),
                      std::string(text(*read_file(keys + "tls.key", 1u << 20)))};
  partner.wait_ms_max = 60'000;
  const auto refused = net::request(partner, "GET", "/", "", {});
  ASSERT_TRUE(refused.ok()) << refused.error().message;
  EXPECT_EQ(refused->status, 404);
  EXPECT_TRUE(refused->headers.contains("date"));
}

TEST_F(Program, is_checked_by_one_command_whose_exit_code_says_whether_it_is_well) {
  const Ended well = run({"node", "check", "--data", data_, "--json"});
  EXPECT_EQ(well.exit_code, 0) << well.output;
  EXPECT_TRUE(*(*parse_json(well.output))["well"].as_bool());
  std::filesystem::permissions(data_ + "/keys/node.key", std::filesystem::perms::others_read,
                               std::filesystem::perm_options::add);
  EXPECT_EQ(run({"node", "check", "--data", data_}).exit_code, 1);
  std::ofstream(data_ + "/node.toml", std::ios::app) << "case_day = 7\n";
  EXPECT_EQ(run({"node", "check", "--data", data_}).exit_code, 4) << "not a node that can be checked";
  EXPECT_EQ(run({"node", "serve", "--data", data_}).exit_code, 4);
  EXPECT_NE(errors().find("node.toml line "), std::string::npos) << errors();
}

TEST_F(Program, names_at_its_start_the_files_that_others_may_read) {
  std::filesystem::permissions(data_ + "/keys/node.key", std::filesystem::perms::others_read,
                               std::filesystem::perm_options::add);
  serve();
  process_->stop();
  EXPECT_NE(errors().find("chmod go= " + data_ + "/keys/node.key"), std::string::npos) << errors();
}

TEST_F(Program, writes_over_nothing_that_exists_unless_it_is_told_to) {
  const std::string there = root_ + "/there", image = root_ + "/a.png", other = root_ + "/b.png";
  ASSERT_TRUE(write_file(image, *from_base64(finger(1, 1))).ok());
  ASSERT_TRUE(write_file(other, *from_base64(finger(1, 2))).ok());
  ASSERT_EQ(run({"node", "init", "--data", root_ + "/usa", "--country", "USA"}).exit_code, 0);
  const std::vector<std::vector<std::string>> commands = {
      {"extract", image, "--out", there},
      {"extract", image, "--iso", there},
      {"verify", image, other, "--picture", there},
      {"image", "convert", image, there},
      {"record", "convert", "RIGHT_INDEX=" + image, there},
      {"agreement", "draft", "--party", data_, "--party", root_ + "/usa", "--out", there},
      {"log", "prove", "0", "--data", data_, "--out", there},
      {"slap", image, "--position", "RIGHT_THUMB", "--picture", there},
      {"evaluate", "finger", root_, "--scores", there},
  };
  serve();
  process_->stop();
  for (std::vector<std::string> command : commands) {
    std::ofstream(there) << "mine";
    EXPECT_EQ(run(command).exit_code, 3) << command[0] << " " << command[1];
    EXPECT_EQ(text(*read_file(there, 1u << 20)), "mine") << command[0] << " " << command[1];
    if (command[0] == "slap" || command[0] == "evaluate") continue;  // this is no slap, nor a database
    command.push_back("--force");
    EXPECT_EQ(run(command).exit_code, 0) << command[0] << " " << command[1] << errors();
    EXPECT_NE(text(*read_file(there, 1u << 20)), "mine") << command[0] << " " << command[1];
  }
  EXPECT_EQ(run({"image", "convert", image, root_ + "/a.bmp"}).exit_code, 2) << "a PNG under another name";
  EXPECT_EQ(run({"node", "init", "--data", data_, "--country", "COL"}).exit_code, 3);
}

TEST_F(Program, a_signed_agreement_loses_no_signature) {
  const std::string usa = root_ + "/usa", file = root_ + "/agreement.json";
  ASSERT_EQ(run({"node", "init", "--data", usa, "--country", "USA"}).exit_code, 0);
  ASSERT_EQ(run({"agreement", "draft", "--party", data_, "--party", usa, "--out", file}).exit_code, 0);
  const auto sign = [&](const std::string& country, const std::string& of, const std::vector<std::string>& more) {
    std::vector<std::string> arguments{
        "agreement", "sign", file, "--country", country, "--key", of + "/keys/signing.key"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(arguments).exit_code;
  };
  ASSERT_EQ(sign("COL", data_, {}), 0);
  std::string changed(text(*read_file(file, 1u << 20)));
  changed.replace(changed.find("\"daily_quota\": 100"), 18, "\"daily_quota\": 200");
  ASSERT_TRUE(write_file(file, view(changed)).ok());
  EXPECT_EQ(sign("USA", usa, {}), 3) << "changed after COL signed";
  EXPECT_EQ(text(*read_file(file, 1u << 20)), changed);
  EXPECT_EQ(sign("USA", usa, {"--force"}), 0);
  EXPECT_EQ(*parse_json(text(*read_file(file + ".before-1", 1u << 20))), *parse_json(changed));
  EXPECT_EQ((*parse_json(text(*read_file(file, 1u << 20))))["signatures"].as_array()->size(), 1u);
  const Ended shown = run({"agreement", "show", file});
  EXPECT_NE(shown.output.find("fingerprint of its keys and certificate: "), std::string::npos) << shown.output;
}

TEST_F(Program, an_agreement_changed_by_one_letter_is_not_accepted) {
  std::ofstream(root_ + "/agreement.json") << R"({"format":"puente-agreement/1","id":"x"})";
  EXPECT_EQ(run({"node", "accept", "--data", data_, root_ + "/agreement.json"}).exit_code, 4);
}

TEST_F(Program, bad_images_get_one_line_and_exit_code_4) {
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
    EXPECT_EQ(run({"extract", path}).exit_code, 4) << path;
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
    EXPECT_NE(help.output.find(": puente " + std::string(command)), std::string::npos) << command;
  }
}

}  // namespace
}  // namespace puente
