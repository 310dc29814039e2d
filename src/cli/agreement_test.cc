#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "cli/testing_command.h"
#include "core/clock.h"
#include "core/files.h"
#include "home/home.h"
#include "policy/policy.h"

namespace puente::cli {
namespace {

class AgreementCommand : public testing::Test {
 protected:
  AgreementCommand() : folder_(testing::TempDir() + "/puente-agreement-" + std::to_string(getpid())) {
    for (const auto& [country, number] : {std::pair{"USA", 1}, std::pair{"COL", 2}}) {
      std::array<std::uint8_t, 32> seed;
      seed.fill(static_cast<std::uint8_t>(number));
      const auto signing = SigningKey::from_seed(seed);
      const auto sealing = SealingKey::from_bytes(seed);
      const Party party{country,  "Test", signing->public_key(), sealing->public_key(), sha256(view(country)),
                        {1, 2, 3}};
      std::filesystem::create_directories(at(country) + "/keys");
      EXPECT_TRUE(write_file(at(country) + "/party.json", view(pretty(policy::party_document(party)))).ok());
      EXPECT_TRUE(write_file(at(country) + "/keys/signing.key", view(to_hex(seed) + "\n")).ok());
    }
  }
  ~AgreementCommand() override { std::filesystem::remove_all(folder_); }

  std::string at(const std::string& name) const { return folder_ + "/" + name; }

  int call(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "agreement");
    const Answer answer = command(arguments);
    out = answer.out;
    err = answer.err;
    return answer.code;
  }
  int draft(std::vector<std::string> more = {}) {
    std::vector<std::string> arguments{"draft", "--party",   at("USA"), "--party", at("COL/party.json"),
                                       "--out", at("a.json")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return call(arguments);
  }
  int sign(const std::string& country, const std::string& key_of) {
    return call({"sign", at("a.json"), "--country", country, "--key", at(key_of + "/keys/signing.key")});
  }

  std::string out, err;

 private:
  std::string folder_;
};

TEST_F(AgreementCommand, from_draft_to_both_signatures) {
  ASSERT_EQ(draft(), 0) << err;
  EXPECT_EQ(call({"check", at("a.json")}), 3);
  EXPECT_NE(err.find("USA and COL is missing"), std::string::npos) << err;
  EXPECT_EQ(call({"show", at("a.json")}), 0);
  EXPECT_NE(out.find("NOT IN FORCE"), std::string::npos) << out;
  ASSERT_EQ(sign("USA", "USA"), 0) << err;
  EXPECT_EQ(call({"check", at("a.json")}), 3);
  EXPECT_EQ(sign("COL", "USA"), 3);  // with the other's key
  ASSERT_EQ(sign("COL", "COL"), 0) << err;
  EXPECT_EQ(call({"check", at("a.json")}), 0) << err;
  EXPECT_EQ(call({"check", at("a.json"), "--json"}), 0);
  const auto json = parse_json(out);
  ASSERT_TRUE(json.ok());
  EXPECT_EQ((*json)["in_force"], Json(true));
  EXPECT_EQ(call({"show", at("a.json"), "--language", "es"}), 0);
  EXPECT_NE(out.find("las dos firmas son válidas"), std::string::npos) << out;
}

TEST_F(AgreementCommand, a_changed_word_fails_the_check) {
  ASSERT_EQ(draft(), 0);
  ASSERT_EQ(sign("USA", "USA"), 0);
  ASSERT_EQ(sign("COL", "COL"), 0);
  std::string content(text(*read_file(at("a.json"), 1 << 20)));
  const auto quota = content.find("\"daily_quota\": 100");
  ASSERT_NE(quota, std::string::npos);
  content.insert(quota + 17, "9");
  ASSERT_TRUE(write_file(at("a.json"), view(content)).ok());
  EXPECT_EQ(call({"check", at("a.json")}), 3);
  EXPECT_NE(err.find("does not fit"), std::string::npos) << err;
  EXPECT_EQ(std::count(err.begin(), err.end(), '\n'), 1) << err;
}

TEST_F(AgreementCommand, an_expired_agreement_fails_the_check_and_says_when) {
  ASSERT_EQ(draft({"--from", "2020-01-01", "--until", "2021-01-01"}), 0);
  ASSERT_EQ(sign("USA", "USA"), 0);
  ASSERT_EQ(sign("COL", "COL"), 0);
  EXPECT_EQ(call({"check", at("a.json")}), 3);
  EXPECT_NE(err.find("expired on 2021-01-01"), std::string::npos) << err;
}

TEST_F(AgreementCommand, clauses_come_from_a_file_or_another_agreement) {
  ASSERT_EQ(draft({"--id", "first"}), 0);
  ASSERT_EQ(
      call({"draft", "--party", at("USA"), "--party", at("COL"), "--purposes", at("a.json"), "--out", at("b.json")}), 0)
      << err;
  const auto first = parse_json(text(*read_file(at("a.json"), 1 << 20)));
  const auto second = parse_json(text(*read_file(at("b.json"), 1 << 20)));
  EXPECT_EQ((*first)["purposes"], (*second)["purposes"]);
  EXPECT_NE((*first)["id"], (*second)["id"]);
}

// A file of the repository.
std::string stored(const std::string& name) {
  return (std::filesystem::path(__FILE__).parent_path() / "../.." / name).string();
}

TEST_F(AgreementCommand, explain_says_which_rule_decides_and_why) {
  Json question = *parse_json(
      R"({"asking":"COL","answering":"USA","purpose":"trafficking_investigation","modalities":["finger"],
          "case_reference":"BOG-2026-17","legal_basis":"Ley 985 de 2005","subject_category":"victim","aim":"identify",
          "urgency":"urgent","at":"2026-11-01"})");
  const auto explain = [&](std::vector<std::string> more = {}) {
    EXPECT_TRUE(write_file(at("q.json"), view(pretty(question))).ok());
    more.insert(more.begin(), {"explain", at("q.json"), "--agreement", stored("deploy/agreement.example.json")});
    return call(more);
  };
  EXPECT_EQ(explain(), 3) << err;
  EXPECT_NE(out.find("refused: COL may not ask USA"), std::string::npos) << out;
  EXPECT_NE(out.find("order_missing: the agreement asks for a court's order for this purpose (R38)"),
            std::string::npos);
  EXPECT_EQ(explain({"--language", "es"}), 3);
  EXPECT_NE(out.find("el acuerdo exige una orden judicial para este fin (R38)"), std::string::npos) << out;
  question.set("order",
               *parse_json(R"({"court":"Juzgado 4","number":"118","date":"2026-10-30","expires":"2026-12-01"})"));
  EXPECT_EQ(explain({"--json"}), 0) << err;
  const auto json = parse_json(out);
  ASSERT_TRUE(json.ok()) << out;
  EXPECT_EQ((*json)["permitted"], Json(true));
  EXPECT_EQ((*json)["agreement"], Json("usa-col-example-3"));
  EXPECT_EQ((*(*json)["rules"].as_array())[0]["reason"], Json("clause_trafficking_investigation"));
  EXPECT_EQ(call({"explain", at("q.json")}), 2) << "by which text?";
  question.set("purpose", "curiosity");
  EXPECT_EQ(explain(), 4);
}

TEST_F(AgreementCommand, compare_says_what_gets_wider_and_what_narrower) {
  const std::string older = stored("test/compat/agreement.format-2.json"),
                    newer = stored("deploy/agreement.example.json");
  EXPECT_EQ(call({"compare", newer, newer}), 0);
  EXPECT_EQ(out, "the two say the same\n");
  EXPECT_EQ(call({"compare", older, newer}), 1) << err;
  EXPECT_NE(out.find("border_identification\n  narrower     conditions: false > true\n"), std::string::npos) << out;
  EXPECT_EQ(call({"compare", newer, older, "--json"}), 1);
  const auto json = parse_json(out);
  ASSERT_TRUE(json.ok());
  EXPECT_EQ(json->operator[]("differences").as_array()->back()["change"], Json("wider"));
  EXPECT_EQ(call({"compare", older}), 2);
}

TEST_F(AgreementCommand, the_fact_sheet_is_one_page_in_both_languages) {
  for (const char* language : {"en", "es"}) {
    EXPECT_EQ(call({"show", stored("deploy/agreement.example.json"), "--language", language}), 0) << err;
    EXPECT_LE(std::count(out.begin(), out.end(), '\n'), 70) << out;
  }
  EXPECT_NE(out.find("orden judicial                                  necesaria\n"), std::string::npos) << out;
}

TEST_F(AgreementCommand, a_draft_of_clauses_with_conditions_says_when_a_day_begins) {
  ASSERT_EQ(draft({"--purposes", stored("deploy/agreement.example.json"), "--utc-offset", "COL=-300"}), 0) << err;
  const auto written = parse_json(text(*read_file(at("a.json"), 1 << 20)));
  EXPECT_EQ((*written)["format"], Json("puente-agreement/3"));
  EXPECT_EQ((*(*written)["parties"].as_array())[1]["utc_offset_minutes"], Json(-300));
  EXPECT_EQ((*(*written)["parties"].as_array())[0]["utc_offset_minutes"], Json(0));
  EXPECT_EQ(draft({"--utc-offset", "PER=-300", "--force"}), 2);
  EXPECT_EQ(draft({"--utc-offset", "COL=soon", "--force"}), 2);
}

TEST_F(AgreementCommand, wrong_use_is_2_what_is_refused_3_and_what_cannot_be_used_4) {
  EXPECT_EQ(call({}), 2);
  EXPECT_EQ(call({"sign", at("a.json")}), 2);
  EXPECT_EQ(call({"show", at("a.json"), "--language", "xx"}), 2);
  EXPECT_EQ(call({"check", at("missing.json")}), 4);
  EXPECT_EQ(call({"check", at("USA")}), 4);
  EXPECT_EQ(call({"check", at("USA/party.json")}), 4);
  EXPECT_EQ(call({"draft", "--party", at("USA"), "--out", at("a.json")}), 2);
  EXPECT_EQ(call({"draft", "--party", at("USA"), "--party", at("USA"), "--out", at("a.json")}), 4);
}

TEST_F(AgreementCommand, of_nodes_that_lie_here_what_is_replaced_must_be_known_and_the_list_says_how_each_stands) {
  SystemRandom random;
  for (const char* country : {"BRA", "PER"}) {
    home::Directory wanted;
    wanted.path = at(country);
    wanted.country = country;
    ASSERT_TRUE(home::make_directory(wanted, country, random).ok());
  }
  const auto drafted = [&](const std::string& id, const std::string& replaces, const std::string& flag = "--force") {
    return call({"draft", "--party", at("BRA"), "--party", at("PER"), "--id", id, "--out", at("a.json"), "--replaces",
                 replaces, flag, "--force"});
  };
  ASSERT_EQ(drafted("first", "of-before"), 0) << err << ": neither node knows any yet";
  ASSERT_EQ(sign("BRA", "BRA") + sign("PER", "PER"), 0) << err;
  ASSERT_TRUE(home::accept_agreement(at("BRA"), *read_file(at("a.json"), 1 << 20)).ok());
  ASSERT_TRUE(home::add_user(at("BRA"), "eva", Role::kSupervisor, random).ok());

  EXPECT_NE(drafted("second", "frist"), 0);
  EXPECT_NE(err.find("frist"), std::string::npos) << err;
  EXPECT_NE(err.find("first"), std::string::npos) << err;
  EXPECT_NE(drafted("second", "frist", "--json"), 0);
  EXPECT_NE(out.find("\"error\""), std::string::npos) << out;
  EXPECT_EQ(drafted("second", "first"), 0) << err;

  ASSERT_EQ(call({"list", "--data", at("BRA"), "--user", "eva"}), 0) << err;
  EXPECT_NE(out.find("in force"), std::string::npos) << out;
  EXPECT_NE(out.find("questions go by it: border_identification"), std::string::npos) << out;
  ASSERT_EQ(call({"list", "--data", at("BRA"), "--user", "eva", "--json"}), 0) << err;
  EXPECT_NE(out.find("\"standing\""), std::string::npos) << out;
}

}  // namespace
}  // namespace puente::cli
