#include "home/home.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "core/files.h"
#include "home/inside.h"
#include "policy/policy.h"

namespace puente::home {
namespace {

class Home : public testing::Test {
 protected:
  Home() {
    folder_ = std::filesystem::temp_directory_path() / "puente-home-XXXXXX";
    EXPECT_NE(mkdtemp(folder_.data()), nullptr);
  }
  ~Home() override { std::filesystem::remove_all(folder_); }

  Directory made(const std::string& country, const std::string& role = "node") {
    Directory wanted;
    wanted.path = folder_ + "/" + country;
    wanted.country = country;
    wanted.role = role;
    wanted.api_port = wanted.partner_port = 0;
    const Status done = make_directory(wanted, "Test", random_);
    EXPECT_TRUE(done.ok()) << done.error().message;
    return wanted;
  }
  Party party(const Directory& of) { return *policy::read_party(*parse_json(*read_text(of.path + "/party.json"))); }
  // Signed by both; its path.
  Bytes agreement(const Directory& first, const Directory& second, const std::string& id = "test") {
    Json document = *policy::draft_agreement(id, "2026-01-01", "2027-01-01", party(first), party(second),
                                             Json::array({Json::object({{"purpose", "border_identification"},
                                                                        {"may_ask", Json::array({first.country})},
                                                                        {"modalities", Json::array({"finger"})},
                                                                        {"release", Json::array({"family_name"})},
                                                                        {"retention_days", 30},
                                                                        {"daily_quota", 100},
                                                                        {"review_required", true}})}));
    for (const Directory* each : {&first, &second}) {
      document = *policy::sign_agreement(document, each->country, node_config(*each)->signing_key);
    }
    return to_bytes(canonical(document));
  }

  std::string folder_;
  SystemRandom random_;
};

TEST_F(Home, that_is_made_is_read_again_and_not_made_twice) {
  const Directory wanted = made("COL");
  const auto read = read_directory(wanted.path);
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->country, "COL");
  EXPECT_EQ(read->role, "node");
  EXPECT_EQ(read->api_port, 0);
  EXPECT_EQ(read->expected_false_max, wanted.expected_false_max);
  EXPECT_EQ(read->question_hours, wanted.question_hours);
  EXPECT_EQ(make_directory(wanted, "Test", random_).error().code, Code::kAlreadyExists);
  EXPECT_EQ(read_directory(folder_ + "/nowhere").error().code, Code::kNotFound);
}

TEST_F(Home, keeps_its_keys_to_its_owner) {
  const Directory directory = made("COL");
  for (const char* key : {"node.key", "signing.key", "sealing.key", "log.key", "tls.key"}) {
    struct stat of = {};
    ASSERT_EQ(stat((directory.path + "/keys/" + key).c_str(), &of), 0) << key;
    EXPECT_EQ(of.st_mode & 0777, 0600u) << key;
  }
  ASSERT_TRUE(write_file(directory.path + "/keys/node.key", view("00\n")).ok());
  EXPECT_EQ(node_config(directory).error().code, Code::kCorrupt);
}

TEST_F(Home, of_an_overseer_is_no_node_and_the_other_way_round) {
  EXPECT_FALSE(node_config(made("overseer.test", "overseer")).ok());
  EXPECT_FALSE(overseer_config(made("COL")).ok());
  Directory wrong;
  wrong.path = folder_ + "/x";
  wrong.country = "Colombia";
  EXPECT_EQ(make_directory(wrong, "", random_).error().code, Code::kInvalidInput);
}

TEST_F(Home, knows_its_users_by_the_digest_of_their_tokens) {
  const Directory directory = made("COL");
  EXPECT_TRUE(read_users(directory.path)->empty());
  const auto token = add_user(directory.path, "ana", Role::kOfficer, random_);
  ASSERT_TRUE(token.ok());
  EXPECT_EQ(add_user(directory.path, "ana", Role::kAuditor, random_).error().code, Code::kAlreadyExists);
  EXPECT_EQ(add_user(directory.path, "a b", Role::kAuditor, random_).error().code, Code::kInvalidInput);
  ASSERT_TRUE(add_user(directory.path, "luis", Role::kExaminer, random_).ok());
  const auto users = read_users(directory.path);
  ASSERT_EQ(users->size(), 2u);
  EXPECT_EQ((*users)[0].token_sha256, sha256(view(*token)));
  EXPECT_EQ((*users)[1].role, Role::kExaminer);
  EXPECT_EQ(read_text(directory.path + "/users.json")->find(*token), std::string::npos);
}

TEST_F(Home, is_told_of_peers_and_refuses_what_is_none) {
  const Directory directory = made("COL");
  using Kind = Introduction::Kind;
  EXPECT_TRUE(add_peer(directory.path, {Kind::kPartner, "USA", "https://a.example:1", "", ""}).ok());
  EXPECT_TRUE(add_peer(directory.path, {Kind::kPartner, "USA", "https://b.example:9443", "", ""}).ok());
  for (const char* url : {"http://a.example:1", "https://a.example", "https://a.example:0", "https://a.example:65536",
                          "https://:1", "https://a.example:+1"})
    EXPECT_FALSE(add_peer(directory.path, {Kind::kPartner, "USA", url, "", ""}).ok()) << url;
  EXPECT_FALSE(add_peer(directory.path, {Kind::kOverseer, "o", "https://a.example:1", "no certificate", ""}).ok());
  EXPECT_FALSE(add_peer(directory.path, {Kind::kLog, "o", "", "", "no key"}).ok());
  const auto read = read_directory(directory.path);
  ASSERT_EQ(read->partners.size(), 1u);
  EXPECT_EQ(read->partners[0].url, "https://b.example:9443");
  EXPECT_TRUE(read->overseers.empty());
  const Directory overseer = made("overseer.test", "overseer");
  const std::string vkey = *read_text(overseer.path + "/keys/log.vkey");
  const Introduction peer{Kind::kOverseer, "overseer.test", "https://a.example:1",
                          *read_text(overseer.path + "/keys/tls.crt"), vkey.substr(0, vkey.size() - 1)};
  ASSERT_TRUE(add_peer(directory.path, peer).ok());
  EXPECT_EQ(node_config(*read_directory(directory.path))->overseers.at(0).name, "overseer.test");
}

TEST_F(Home, takes_an_agreement_that_both_signed_and_no_other) {
  const Directory col = made("COL"), usa = made("USA"), mex = made("MEX");
  const Bytes document = agreement(col, usa);
  ASSERT_TRUE(accept_agreement(col.path, document).ok());
  EXPECT_EQ(to_bytes(node_config(col)->agreements.at(0)), document);
  EXPECT_EQ(accept_agreement(mex.path, document).error().code, Code::kInvalidInput);
  Bytes changed = document;
  changed[document.size() / 2] ^= 1;
  EXPECT_FALSE(accept_agreement(col.path, changed).ok());
  ASSERT_TRUE(accept_agreement(col.path, agreement(usa, col)).ok());                // another of the same id
  EXPECT_EQ(Visit::begin(col.path, Role::kOfficer).error().code, Code::kConflict);  // which of them holds?
}

TEST_F(Home, is_visited_without_a_network_in_the_role_that_is_wanted) {
  const Directory directory = made("COL");
  {
    auto visit = Visit::begin(directory.path, Role::kExaminer);
    ASSERT_TRUE(visit.ok()) << visit.error().message;
    net::Request request;
    request.method = "GET";
    request.target = "/v1/cases";
    EXPECT_EQ(visit->call(request).status, 200);
    request.target = "/metrics";
    EXPECT_EQ(visit->call(request).status, 403);
  }
  EXPECT_TRUE(has_log(directory.path));
  EXPECT_TRUE(open_log(directory.path).ok());
  EXPECT_TRUE(find_problems(directory.path)->empty());
  EXPECT_FALSE(has_log(folder_));
}

}  // namespace
}  // namespace puente::home
