// What no record may hold is refused at the door, by the name of the member and before anything is looked at or
// written: days, sex, countries, text, over random values with a seed that is printed.
#include <random>

#include "contract/node_api.h"
#include "core/biographic.h"
#include "core/country.h"

namespace puente::contract {
namespace {

constexpr int kRounds = 300;

class Door : public testing::Test {
 protected:
  net::Response post(const std::string& user, const std::string& target, const Json& body) {
    return call(*world_.usa.node, user, "POST", target, canonical(body));
  }
  // Refused by that name, whatever else there is; the sample is no image, and is not looked at.
  void expect_refused(const std::string& user, const std::string& target, const Json& body, const std::string& name) {
    const net::Response response = post(user, target, body);
    const std::string said(text(response.body));
    EXPECT_TRUE(response.status == 400 || response.status == 413) << response.status << " " << said << canonical(body);
    EXPECT_NE(said.find(name), std::string::npos) << said << canonical(body);
  }
  // The door lets it pass: what is refused is the sample.
  void expect_passed(const std::string& target, const Json& body, const std::string& name) {
    const std::string said(text(post("officer", target, body).body));
    EXPECT_EQ(said.find(name), std::string::npos) << said << canonical(body);
  }
  static Json samples() { return Json::array({Json::object({{"position", "RIGHT_INDEX"}, {"image", "AAAA"}})}); }
  static Json with(const char* element, const std::string& value) {
    return Json::object({{"samples", samples()}, {"biographic", Json::object({{element, value}})}});
  }

  unsigned number(unsigned below) { return static_cast<unsigned>(random_()) % below; }
  template <typename List>
  auto one_of(const List& list) {
    return list[number(static_cast<unsigned>(std::size(list)))];
  }
  std::string word() {
    static const std::vector<std::string> kLetters = {"a", "R", " ", "ñ", "'", "-", "é", "龍", "م", "ש"};
    std::string out = "Q";
    for (unsigned i = number(12); i > 0; --i) out += one_of(kLetters);
    return out;
  }
  std::string unseen_word() {
    static const std::vector<std::string> kUnseen = {std::string(1, '\0'),
                                                     "\x01",
                                                     "\x1b[2J",
                                                     "\x1c",
                                                     "\x1d",
                                                     "\x1f",
                                                     "\x7f",
                                                     "\u0085",
                                                     "\u009b",
                                                     "\u200b",
                                                     "\u200e",
                                                     "\u2028",
                                                     "\u202a",
                                                     "\u202e",
                                                     "\u2066",
                                                     "\u2069",
                                                     "\ufeff",
                                                     "\U000e0041"};
    return word() + one_of(kUnseen) + word();
  }

  flow::World world_;
  std::mt19937 random_{20'261'130};
};

TEST_F(Door, text_that_is_not_seen_or_too_long_is_refused_in_every_element) {
  SCOPED_TRACE("seed 20261130");
  constexpr const char* kText[] = {"family_name",     "given_names",   "place_of_birth",
                                   "document_number", "document_type", "encounter_place"};
  for (int round = 0; round < kRounds; ++round) {
    const char* element = one_of(kText);
    expect_refused("officer", "/v1/persons", with(element, unseen_word()), element);
    expect_refused("officer", "/v1/persons", with(element, std::string(513 + number(4000), 'x')), element);
    expect_passed("/v1/persons", with(element, word()), element);
  }
  for (const char* element : kText) expect_refused("officer", "/v1/persons", with(element, ""), element);
}

TEST_F(Door, days_that_the_calendar_does_not_have_are_refused) {
  SCOPED_TRACE("seed 20261130");
  const std::vector<std::string> written = {"1990",        "1990-4-30",  "30.04.1990", "04/30/1990",
                                            "1990-04-30 ", "19900430",   "1990-W18",   "1990-04-30T00:00:00Z",
                                            "unknown",     "٢٠٢٠-٠١-٠١", "-990-04-30"};
  for (int round = 0; round < kRounds; ++round) {
    const char* element = round % 2 == 0 ? "date_of_birth" : "encounter_date";
    char day[16];
    std::snprintf(day, sizeof day, "%04u-%02u-%02u", 1900 + number(120), 1 + number(12), 29 + number(4));
    const bool real = day_of(day).has_value();
    real ? expect_passed("/v1/persons", with(element, day), element)
         : expect_refused("officer", "/v1/persons", with(element, day), element);
    expect_refused("officer", "/v1/persons", with(element, one_of(written)), element);
  }
}

TEST_F(Door, sex_and_countries_are_of_their_lists) {
  SCOPED_TRACE("seed 20261130");
  for (const char* sex : {"M", "F", "X"}) expect_passed("/v1/persons", with("sex", sex), "sex");
  for (const char* sex : {"m", "male", "U", "0", "M ", "", "MF", "Ｍ"})
    expect_refused("officer", "/v1/persons", with("sex", sex), "sex");
  for (int round = 0; round < kRounds; ++round) {
    const char* element = round % 2 == 0 ? "nationality" : "document_issuer";
    const std::string code{static_cast<char>('A' + number(26)), static_cast<char>('A' + number(26)),
                           static_cast<char>('A' + number(26))};
    is_nationality(code) ? expect_passed("/v1/persons", with(element, code), element)
                         : expect_refused("officer", "/v1/persons", with(element, code), element);
    const bool country = is_country(code) && code != "USA";
    Json hidden = Json::object({{"samples", samples()}, {"class", "asylum"}, {"withheld_from", Json::array({code})}});
    country ? expect_passed("/v1/persons", hidden, "withheld_from")
            : expect_refused("officer", "/v1/persons", hidden, "withheld_from");
  }
}

TEST_F(Door, what_people_write_in_sentences_may_end_lines_and_nothing_else) {
  SCOPED_TRACE("seed 20261130");
  Json question = question_about(1);
  question.set("partner", "COL").set("samples", samples());
  for (int round = 0; round < kRounds / 3; ++round) {
    const std::string unseen = unseen_word();
    Json asked = question;
    expect_refused("officer", "/v1/questions", asked.set("legal_basis", unseen), "legal_basis");
    asked = question;
    expect_refused("officer", "/v1/questions", asked.set("case_reference", "7" + unseen), "case_reference");
    Json search = Json::object({{"samples", samples()}, {"reasons", unseen}});
    expect_refused("officer", "/v1/identify", search, "reasons");
    Json hidden = because("a reason of some length " + unseen);
    hidden.set("class", "asylum");
    expect_refused("supervisor", "/v1/persons/p/protection", hidden.set("withheld_from", Json::array({"COL"})),
                   "reasons");
    Json overruled = Json::object({{"samples", samples()}, {"overrule", "seen by two officers " + unseen}});
    expect_refused("supervisor", "/v1/overrulings", overruled, "overrule");
  }
  const net::Response lines = post(
      "officer", "/v1/identify",
      Json::object({{"samples", samples_of(1, 1)}, {"case_reference", "FILE-2026-17"}, {"reasons", "one\r\n\ttwo"}}));
  EXPECT_EQ(lines.status, 200) << text(lines.body);
}

TEST_F(Door, of_several_samples_it_names_the_one_that_is_wrong) {
  Json question = question_about(1);
  const std::vector<std::pair<std::string, Json>> requests = {
      {"/v1/persons", Json::object({{"person_id", "p-1"}})},
      {"/v1/identify", Json::object({{"case_reference", "FILE-2026-17"}})},
      {"/v1/questions", question.set("partner", "COL")}};
  for (auto [target, request] : requests) {
    for (const Json& wrong : {Json::object({{"image", "!"}}), Json::object({{"image", "AAAA"}, {"ppi", 50}}),
                              Json::object({{"image", "AAAA"}, {"position", "RIGHT_PINKY"}})}) {
      for (const int at : {0, 1}) {
        Json::Array both = *samples().as_array();
        both.insert(both.begin() + at, wrong);
        expect_refused("officer", target, request.set("samples", Json(std::move(both))),
                       "samples[" + std::to_string(at) + "]: member");
      }
    }
  }
}

TEST_F(Door, nothing_of_what_it_refuses_is_written) {
  const auto before = world_.events(world_.usa).size();
  expect_refused("officer", "/v1/persons", with("sex", "maybe"), "sex");
  expect_refused("officer", "/v1/persons", with("family_name", "Ru\u202eiz"), "family_name");
  EXPECT_EQ(world_.events(world_.usa).size(), before);
}

// What partners find behind mutual TLS.
TEST(PartnerDoor, says_which_texts_are_accepted_here) {
  flow::World world;
  const auto texts = [&] {
    net::Request request;
    request.method = "GET";
    request.target = "/";
    request.peer = "COL";
    const net::Admission admitted = api::partner_api(*world.usa.node).admit(request);
    return admitted.refusal ? admitted.refusal->headers.at("puente-texts") : "none";
  };
  const Digest digest = flow::must(policy::read_agreement(world.agreement_text)).digest;
  EXPECT_EQ(texts(), to_hex(digest));
  flow::must(world.usa.node->terminate_agreement(flow::kSupervisor, "test-1", "asked for in writing"));
  EXPECT_EQ(texts(), "");
}

TEST(PartnerDoor, what_does_not_open_is_the_sender_s_mistake) {
  flow::World world;
  net::Request request;
  request.method = "POST";
  request.target = "/partner/v1/messages";
  request.peer = "COL";
  request.body = Bytes(4096, 7);
  const net::Response response = api::partner_api(*world.usa.node).handle(request);
  EXPECT_EQ(response.status, 400) << text(response.body);
}

}  // namespace
}  // namespace puente::contract
