// Directories of nodes and overseers in a folder of a test's own, which goes with it. For tests alone.
#pragma once
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "core/files.h"
#include "core/text.h"
#include "home/home.h"
#include "home/keys.h"
#include "home/users.h"
#include "policy/policy.h"

namespace puente::home {

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
  // Signed by both.
  Bytes agreement(const Directory& first, const Directory& second, const std::string& id = "test",
                  const std::string& replaces = {}, Generation of_first = Generation::kPresent) {
    Json document =
        *policy::draft_agreement(id, "2026-01-01", "2100-01-01", *read_own_party(first.path, of_first), party(second),
                                 Json::array({Json::object({{"purpose", "border_identification"},
                                                            {"may_ask", Json::array({first.country})},
                                                            {"modalities", Json::array({"finger"})},
                                                            {"release", Json::array({"family_name"})},
                                                            {"retention_days", 30},
                                                            {"daily_quota", 100},
                                                            {"review_required", true}})}),
                                 replaces);
    const auto named = *policy::read_draft(document);
    for (const Directory* each : {&first, &second}) {
      document = *policy::sign_agreement(document, each->country, node_config(*each)->signing_key_for(named));
    }
    return to_bytes(canonical(document));
  }

  void append(const Directory& to, const std::string& lines) {
    const std::string file = to.path + "/node.toml";
    ASSERT_TRUE(write_file(file, view(*read_text(file) + lines)).ok());
  }

  std::string folder_;
  SystemRandom random_;
};

}  // namespace puente::home
