// One story that calls every operation of openapi/puente.yaml; each answer, errors too, is held against it, and each
// request that is taken must be one that it describes. Then requests that it forbids.
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <map>
#include <regex>
#include <set>

#include "contract/description.h"
#include "contract/node_api.h"
#include "core/case.h"
#include "core/person.h"
#include "core/text.h"
#include "flow/welch.h"
#include "format/image/image.h"

namespace puente::contract {
namespace {

constexpr const char* kWhy = "asked for in writing, letter of 3 March";

const Description& description() {
  static const Description read(std::string(PUENTE_SOURCE_DIR) + "/openapi/puente.yaml");
  return read;
}

// The key of RFC 7515, appendix A.3.
constexpr const char* kProvidersKeys =
    R"({"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
    R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]})";
constexpr const char* kProvidersAddresses =
    R"({"issuer":"https://login.example","authorization_endpoint":"https://login.example/auth",)"
    R"("token_endpoint":"https://login.example/token","jwks_uri":"https://login.example/keys"})";

class Contract : public testing::Test {
 protected:
  // Expects that status, an answer as it is described, and a body that may be sent where the answer is no error.
  Json ask(flow::Country& country, const std::string& user, const std::string& method, const std::string& target,
           int status, const Json& body = {}) {
    const std::string sent = body.is_null() ? "" : canonical(body);
    const std::string key = "key-" + std::to_string(++keys_);
    const net::Response response = call(*country.node, user, method, target, sent, key, sign_in_);
    const std::string said(text(response.body));
    const std::string what = method + " " + target + ": " + (said.size() > 1000 ? said.substr(0, 1000) : said);
    EXPECT_EQ(response.status, status) << what;
    const Operation* operation = description().find(method, target);
    EXPECT_NE(operation, nullptr) << what;
    if (operation == nullptr) return {};
    EXPECT_EQ(description().response_complaint(*operation, response.status, response.content_type, said), "") << what;
    EXPECT_EQ(response.status == 201, response.headers.contains("location") && status == 201) << what;
    EXPECT_EQ(method == "GET" && status == 200, response.headers.contains("etag")) << what;
    if (status < 400) {
      answered_.insert(operation->id);
      const Json& schema = description().request_schema(*operation);
      EXPECT_EQ(schema.is_null(), body.is_null()) << what;
      if (!schema.is_null()) {
        EXPECT_EQ(description().complaint(schema, body), "") << what;
      }
      if (!body.is_null()) taken_[operation->id] = {&country, user, method, target, body};
      if (takes_key(*operation)) expect_the_same_again(response, call(*country.node, user, method, target, sent, key));
    }
    return body_of(response);
  }

  static std::string text_of(const net::Response& response) { return std::string(text(response.body)); }
  static bool takes_key(const Operation& operation) {
    return canonical(operation.described["parameters"]).find("idempotency_key") != std::string::npos;
  }
  static void expect_the_same_again(const net::Response& first, const net::Response& second) {
    EXPECT_EQ(second.status, first.status);
    EXPECT_EQ(text(second.body), text(first.body));
    EXPECT_EQ(second.content_type, first.content_type);
    EXPECT_EQ(second.headers, first.headers);
  }
  // Looks at each print of the question alone, marks it, and locks that.
  void mark(const std::string& user, const std::string& the_case) {
    Json::Array prints;
    const Json view = ask(usa_, user, "GET", the_case, 200);
    for (std::size_t pair = 0; pair < view["pairs"].as_array()->size(); ++pair) {
      EXPECT_TRUE((*view["pairs"].as_array())[pair]["reference"].is_null()) << "the candidate's, before the marks";
      ask(usa_, user, "GET", the_case + "/pictures/" + std::to_string(pair) + "?kind=probe", 200);
      ask(usa_, user, "GET", the_case + "/pictures/" + std::to_string(pair) + "?kind=clean", 403);
      ask(usa_, user, "GET", the_case + "/pictures/" + std::to_string(pair) + "?kind=reference", 403);
      Json::Array marks;
      for (const auto& [x, y] : {std::pair(120, 88), std::pair(161, 140), std::pair(98, 203)})
        marks.push_back(Json::object({{"x", x}, {"y", y}}));
      marks[0].set("direction", 1.5).set("type", 1);
      prints.push_back(Json::object({{"pair", pair}, {"marks", Json(std::move(marks))}}));
    }
    const Json body = Json::object({{"prints", Json(std::move(prints))}});
    const Json locked = ask(usa_, user, "POST", the_case + "/marks", 200, body)["case"];
    EXPECT_FALSE(locked["probe_locked"].is_null());
    ask(usa_, user, "POST", the_case + "/marks", 403, body);
  }
  void sign_ins();
  void people();
  void protections();
  void watchlists();
  void searches();
  void urgent_ones_and_names(const Json& probe);
  void an_exchange();
  void practice();
  std::pair<std::string, std::string> a_hit_and_a_seeded_case();
  std::vector<std::string> sent_of(const std::string& case_id, const Json& marks, const Json& verdict);
  void agreements();
  void records();
  void nothing_that_is_forbidden_is_taken(const std::string& operation);

  struct Taken {
    flow::Country* country = nullptr;
    std::string user, method, target;
    Json body;
  };
  flow::World world_;
  flow::Country& col_ = world_.col;
  flow::Country& usa_ = world_.usa;
  const std::string password_hash_ = hash_password("seven small boats");
  signin::Desk desk_{[this](const std::string& user) {
                       return std::optional(signin::Account{{user, Role::kOfficer}, password_hash_, "", {}});
                     },
                     world_.clock, world_.random};
  // web/test has a real one.
  signin::Provider provider_{{.issuer = "https://login.example", .name = "Login", .client_id = "puente"},
                             [](const std::string& address, const std::string&) -> Result<signin::Fetched> {
                               if (address == "https://login.example/keys") return signin::Fetched{200, kProvidersKeys};
                               return signin::Fetched{200, kProvidersAddresses};
                             },
                             world_.clock,
                             world_.random};
  const api::SignIn sign_in_{&desk_, users, [](const std::string&, const std::string&) { return Status(); },
                             &provider_};
  std::set<std::string> answered_;
  int keys_ = 0;
  std::map<std::string, Taken> taken_;
};

void Contract::sign_ins() {
  ask(usa_, "", "GET", "/v1/sign-in", 200);
  const auto leads = [&] {
    return call(*usa_.node, "", "GET", "/v1/sign-in/provider", "", {}, sign_in_).headers.at("location");
  };
  EXPECT_EQ(leads(), "/?sign-in=unavailable");
  provider_.refresh();
  EXPECT_TRUE(leads().starts_with("https://login.example/auth?"));
  EXPECT_EQ(
      call(*usa_.node, "", "GET", "/v1/sign-in/return?code=a&state=b&hd=theirs&error_description=%0A", "", {}, sign_in_)
          .status,
      303);
  ask(usa_, "", "GET", "/v1/sign-in/provider", 303);
  ask(usa_, "", "GET", "/v1/sign-in/return?code=a&state=b", 303);  // nobody who left from here
  Json words = Json::object({{"user", "officer"}, {"password", "seven small boats"}});
  ask(usa_, "", "POST", "/v1/sign-in", 401, Json::object({{"user", "officer"}, {"password", "wrong"}}));
  ask(usa_, "", "POST", "/v1/sign-in", 401, Json::object({{"user", "nobody"}, {"password", "wrong"}}));
  const std::size_t before = world_.usa.node->health().log_size;
  usa_.node->work();
  EXPECT_EQ(world_.usa.node->health().log_size, before) << "when an answer is given, nothing is written yet";
  world_.clock.advance_ms(10 * kMinuteMs);
  usa_.node->work();
  const auto tried = flow::must(usa_.node->log_entries({"auditor", Role::kAuditor}, {.event = "access_refused"})).lines;
  ASSERT_EQ(tried.size(), 1u);
  EXPECT_EQ(tried[0].details["by"], Json("the node itself")) << "whoever it was, it was not the one of that name";
  EXPECT_EQ(tried[0].details["tried"], Json::object({{"officer", 1}}))
      << "what nobody is called may be a password, and is kept nowhere";
  EXPECT_FALSE(member(ask(usa_, "", "POST", "/v1/sign-in", 200, words), "csrf").empty());
  EXPECT_EQ(member(ask(usa_, "examiner", "GET", "/v1/me", 200), "csrf"), "") << "a token needs none";
  EXPECT_EQ(world_.count(usa_, "signed_in"), 1);
  const auto entered = flow::must(usa_.node->log_entries({"auditor", Role::kAuditor}, {.event = "signed_in"})).lines;
  EXPECT_EQ(entered[0].details["came"], Json("session"));
  Json passwords = Json::object({{"password", "wrong"}, {"new_password", "eight small boats"}});
  ask(usa_, "officer", "POST", "/v1/me/password", 401, passwords);
  ask(usa_, "officer", "POST", "/v1/me/password", 204, passwords.set("password", "seven small boats"));
  ask(usa_, "officer", "POST", "/v1/me/password", 400, passwords.set("new_password", "seven small boats"));
  const auto changed =
      flow::must(usa_.node->log_entries({"auditor", Role::kAuditor}, {.event = "users_changed"})).lines;
  ASSERT_EQ(changed.size(), 1u);
  EXPECT_EQ(changed[0].details["own_password"], Json("officer"));
  ask(usa_, "officer", "POST", "/v1/sign-out", 204);
  ask(usa_, "officer", "GET", "/v1/users", 403);
  ask(usa_, "officer", "GET", "/v1/agreements/nobody/text", 404);
  const net::Response agreed = call(*usa_.node, "officer", "GET", "/v1/agreements");
  const std::string tag = agreed.headers.at("etag");
  EXPECT_EQ(call(*usa_.node, "officer", "GET", "/v1/agreements", "", {}, {}, {{"if-none-match", tag}}).status, 304);
  EXPECT_EQ(call(*usa_.node, "officer", "GET", "/v1/agreements", "", {}, {}, {{"if-none-match", "\"older\""}}).status,
            200);
  answered_.insert("events");  // waiting_test.cc
  const Json listed = ask(usa_, "administrator", "GET", "/v1/users", 200);
  EXPECT_EQ(listed["users"].as_array()->size(), users().size());
  ask(usa_, "supervisor", "POST", "/v1/users/nobody/sign-out", 404, because(kWhy));
  ask(usa_, "officer", "POST", "/v1/users/officer/sign-out", 403, because(kWhy));
  ask(usa_, "administrator", "POST", "/v1/users/officer/sign-out", 200, because(kWhy));
  EXPECT_EQ(world_.count(usa_, "sessions_ended"), 1);
}

void Contract::people() {
  Json ana = enrolment("ana", 1);
  ana.set("biographic", Json::object({{"family_name", "Ruiz Peña"},
                                      {"date_of_birth", "1990-04-30"},
                                      {"sex", "F"},
                                      {"nationality", "COL"},
                                      {"encounter_date", "2026-03-01"}}));
  ana.set("encounter_id", "e-1").set("retention_days", 100).set("enrol_if_known", false);
  ask(usa_, "officer", "POST", "/v1/persons", 201, ana);
  ask(usa_, "officer", "POST", "/v1/persons", 409, ana);                  // the encounter is there
  ask(usa_, "officer", "POST", "/v1/persons", 409, enrolment("eva", 1));  // known as another
  ask(usa_, "officer", "POST", "/v1/persons", 409, enrolment("ana", 2));  // another's fingers
  Image misstated = *format::decode_image(flow::fingers_of(7, 1).front().image);
  misstated.ppi = 250;
  Json poor = enrolment("fea", 7);
  poor.set(
      "samples",
      Json::array({Json::object({{"position", "RIGHT_INDEX"}, {"image", to_base64(*format::encode_png(misstated))}})}));
  const Json again = ask(usa_, "officer", "POST", "/v1/persons", 409, poor);
  EXPECT_EQ(again["reasons"], Json::strings({"capture_again"}));
  Json overruled = enrolment("ana", 2);
  ask(usa_, "supervisor", "POST", "/v1/overrulings", 201, overruled.set("overrule", "seen by two officers: the cards"));
  ask(usa_, "officer", "POST", "/v1/persons", 201, enrolment("bea", 3));
  ask(usa_, "officer", "GET", "/v1/persons/ana/encounters/e-1", 200);
  ask(usa_, "officer", "GET", "/v1/persons/ana/encounters/none", 404);
  EXPECT_EQ(
      ask(usa_, "officer", "GET", "/v1/persons/ana?case_reference=BOG-2026-17", 200)["encounters"].as_array()->size(),
      2u);
  ask(usa_, "officer", "GET", "/v1/persons/nobody?case_reference=BOG-2026-17", 404);
  ask(usa_, "officer", "GET", "/v1/persons/ana", 403);
  ask(usa_, "officer", "DELETE", "/v1/persons/bea", 403, because(kWhy));
  ask(usa_, "supervisor", "DELETE", "/v1/persons/bea", 200, because(kWhy));
  ask(usa_, "supervisor", "DELETE", "/v1/persons/bea", 404, because(kWhy));
}

void Contract::protections() {
  const Json alarms = ask(usa_, "supervisor", "GET", "/v1/alarms", 200);
  ASSERT_FALSE(alarms["alarms"].as_array()->empty());
  const auto number = std::to_string(*alarms["alarms"].as_array()->back()["number"].as_integer());  // the newest
  ask(usa_, "supervisor", "POST", "/v1/alarms/" + number + "/seen", 403);  // of what they overruled themselves
  ask(usa_, "other.supervisor", "POST", "/v1/alarms/" + number + "/seen", 200);
  ask(usa_, "supervisor", "GET", "/v1/alarms?all=true", 200);
  ask(usa_, "officer", "POST", "/v1/persons", 201, enrolment("cid", 4));
  ask(usa_, "officer", "GET", "/v1/persons/cid/protection", 404);
  Json hidden = because(kWhy);
  ask(usa_, "supervisor", "POST", "/v1/persons/cid/protection", 400, hidden.set("withheld_from", Json::array({"COL"})));
  hidden.set("class", "asylum");
  ask(usa_, "supervisor", "POST", "/v1/persons/cid/protection", 200, hidden.set("withheld_from", Json::array({"COL"})));
  ask(usa_, "officer", "GET", "/v1/persons/cid/protection", 200);
  hidden.set("kind", "document").set("number", "AX 77-1234");
  const Json by_number = ask(usa_, "officer", "POST", "/v1/numbers/protection", 200, hidden);
  ask(usa_, "officer", "GET", "/v1/persons/" + *by_number["person_id"].as_string() + "/protection", 200);
  ask(usa_, "officer", "POST", "/v1/numbers/protection", 400, hidden.set("kind", "shoe size"));
  ask(usa_, "supervisor", "DELETE", "/v1/persons/cid/protection", 409, because(kWhy));
  ask(usa_, "supervisor", "POST", "/v1/persons/cid/protection/proposal", 200, because(kWhy));
  ask(usa_, "officer", "GET", "/v1/persons/cid/protection", 200);
  ask(usa_, "supervisor", "DELETE", "/v1/persons/cid/protection", 403, because(kWhy));
  ask(usa_, "other.supervisor", "DELETE", "/v1/persons/cid/protection", 200, because(kWhy));
}

void Contract::watchlists() {
  const auto day = [&](int days) { return to_iso8601(world_.clock.now_ms() + days * kDayMs).substr(0, 10); };
  Json entry = Json::object({{"format", 1},
                             {"person_id", "ana"},
                             {"owner", "officer"},
                             {"category", "missing"},
                             {"file", "BOG-2026-88"},
                             {"legal_basis", "Ley 589 de 2000"},
                             {"facts", Json::array({Json::object({{"fact", "not seen since the flood"},
                                                                  {"source", "her brother"},
                                                                  {"date", day(-9)},
                                                                  {"document", "report 2026/881"}})})},
                             {"assessments", Json::array({Json::object({{"assessment", "thought to have gone north"},
                                                                        {"by", "luis.mora"},
                                                                        {"grade", "not_corroborated"},
                                                                        {"expires", day(30)}})})},
                             {"review", day(60)},
                             {"expires", day(120)}});
  const Json proposed = ask(usa_, "officer", "POST", "/v1/watchlist", 201, entry);
  const std::string address = "/v1/watchlist/" + member(proposed["entry"], "entry_id");
  Json of_points = entry;
  ask(usa_, "officer", "POST", "/v1/watchlist", 403, of_points.set("points", 8));
  ask(usa_, "examiner", "POST", "/v1/watchlist", 403, entry);
  Json wrong = entry;
  ask(usa_, "officer", "POST", "/v1/watchlist", 404, wrong.set("person_id", "nobody"));
  ask(usa_, "officer", "GET", address, 200);
  ask(usa_, "other.officer", "GET", address, 404);
  ask(usa_, "supervisor", "GET", "/v1/watchlist", 200);
  Json decision = because(kWhy);
  decision.set("decision", "in_force").set("review", day(50));
  ask(usa_, "officer", "POST", address + "/decision", 403, decision);
  ask(usa_, "supervisor", "POST", address + "/decision", 200, decision);
  Json probe = Json::object({{"samples", samples_of(1, 2)}, {"case_reference", "file 2026/114"}});
  ask(usa_, "other.officer", "POST", "/v1/identify", 200, probe);
  const Json alerts = ask(usa_, "officer", "GET", "/v1/watchlist-alerts", 200);
  ASSERT_EQ(alerts["alerts"].as_array()->size(), 1u);
  EXPECT_EQ(member(alerts["alerts"].as_array()->front(), "may_be"), "ana");
  EXPECT_TRUE(ask(usa_, "supervisor", "GET", "/v1/watchlist-alerts", 200)["alerts"].as_array()->empty());
  entry.set("from_partner", Json::object({{"country", "COL"}, {"exchange_id", "x-1"}}));
  ask(usa_, "officer", "POST", "/v1/watchlist", 403, entry);
  ask(usa_, "officer", "DELETE", address, 200, because(kWhy));
  ask(usa_, "officer", "DELETE", address, 404, because(kWhy));
}

// An officer is sent, byte for byte, what they would be sent if nobody looked out for the person.
TEST_F(Contract, r26_an_answer_does_not_depend_on_who_is_looked_out_for) {
  const auto answers = [&](const char* listed) {
    flow::World world;
    flow::Country& usa = world.usa;
    for (std::uint32_t person = 1; person <= 2; ++person)
      call(*usa.node, "officer", "POST", "/v1/persons",
           canonical(enrolment("p-" + std::to_string(person), person).set("encounter_id", "e-1")));
    const auto day = [&](int days) { return to_iso8601(world.clock.now_ms() + days * kDayMs).substr(0, 10); };
    const Json entry = Json::object({{"format", 1},
                                     {"person_id", listed},
                                     {"owner", "supervisor"},
                                     {"category", "missing"},
                                     {"file", "BOG-2026-88"},
                                     {"legal_basis", "Ley 589 de 2000"},
                                     {"facts", Json::array({Json::object({{"fact", "not seen since the flood"},
                                                                          {"source", "her brother"},
                                                                          {"date", day(-9)},
                                                                          {"document", "report 2026/881"}})})},
                                     {"review", day(60)},
                                     {"expires", day(120)}});
    const Json proposed = body_of(call(*usa.node, "officer", "POST", "/v1/watchlist", canonical(entry)));
    Json decision = because(kWhy);
    call(*usa.node, "other.supervisor", "POST", "/v1/watchlist/" + member(proposed["entry"], "entry_id") + "/decision",
         canonical(decision.set("decision", "in_force")));
    const Json probe = Json::object({{"samples", samples_of(1, 2)}, {"case_reference", "FILE-2026-17"}});
    std::vector<std::string> out;
    for (const char* target : {"/v1/identify", "/v1/persons/p-1/verify", "/v1/identify"})
      out.push_back(text_of(call(*usa.node, "officer", "POST", target, canonical(probe))));
    out.push_back(text_of(call(*usa.node, "officer", "POST", "/v1/persons",
                               canonical(enrolment("p-1", 1, 3).set("encounter_id", "e-2")))));
    out.push_back(text_of(call(*usa.node, "officer", "POST", "/v1/persons",
                               canonical(enrolment("p-9", 1, 4).set("encounter_id", "e-3")))));
    const Json alerts = body_of(call(*usa.node, "supervisor", "GET", "/v1/watchlist-alerts"));
    EXPECT_EQ(alerts["alerts"].as_array()->size(), listed == std::string("p-1") ? 5u : 0u);
    return out;
  };
  EXPECT_EQ(answers("p-1"), answers("p-2"));
}

void Contract::urgent_ones_and_names(const Json& probe) {
  const Json stated =
      Json::object({{"family_name", "ruiz"}, {"date_of_birth", "1990-04-30"}, {"case_reference", "FILE-2026-17"}});
  EXPECT_EQ(ask(usa_, "officer", "POST", "/v1/names", 200, stated)["encounters"].as_array()->size(), 1u);
  Json urgent = Json::object({{"samples", probe["samples"]}, {"urgent", true}});
  EXPECT_EQ(ask(usa_, "officer", "POST", "/v1/identify", 403, urgent)["reasons"],
            Json::array({"urgent_reasons_too_short"}));
  urgent.set("reasons", "a child alone, in a lorry");
  EXPECT_TRUE(
      member(ask(usa_, "officer", "POST", "/v1/identify", 200, urgent), "case_reference").starts_with("URGENT-7"));
  const Json last = ask(usa_, "supervisor", "GET", "/v1/alarms", 200)["alarms"].as_array()->back();
  const std::string alarm = "/v1/alarms/" + canonical(last["number"]);
  ask(usa_, "supervisor", "POST", alarm + "/seen", 409);
  ask(usa_, "supervisor", "POST", alarm + "/review", 400, because(kWhy).set("justified", true));
  ask(usa_, "supervisor", "POST", alarm + "/review", 200,
      because(kWhy).set("justified", true).set("case_reference", "FILE-2026-17"));
}

void Contract::searches() {
  Json probe = Json::object({{"samples", samples_of(1, 2)}});
  for (const char* target : {"/v1/tasks", "/v1/identify", "/v1/persons/ana/verify"})
    ask(usa_, "officer", "POST", target, 403, probe);  // of no file
  probe.set("case_reference", "FILE-2026-17");
  const Json task = ask(usa_, "officer", "POST", "/v1/tasks", 202, probe);
  ask(usa_, "officer", "GET", "/v1/tasks/" + member(task, "task_id"), 200);
  usa_.node->work();
  EXPECT_EQ(member(ask(usa_, "officer", "GET", "/v1/tasks/" + member(task, "task_id"), 200), "state"), "done");
  ask(usa_, "other.officer", "GET", "/v1/tasks/" + member(task, "task_id"), 404);
  probe.set("reasons", "found without papers");
  EXPECT_FALSE(ask(usa_, "officer", "POST", "/v1/identify", 200, probe)["candidates"].as_array()->empty());
  urgent_ones_and_names(probe);
  const Json capture = Json::object({{"samples", probe["samples"]}});
  const std::size_t entries = world_.usa.node->health().log_size;
  const Json worth = ask(usa_, "officer", "POST", "/v1/assess", 200, capture);
  EXPECT_EQ(worth["prints"].as_array()->size(), probe["samples"].as_array()->size());
  EXPECT_FALSE(member(worth["prints"].as_array()->front(), "image").empty());
  EXPECT_FALSE(worth["prints"].as_array()->front()["marks"].as_array()->empty());
  EXPECT_EQ(world_.usa.node->health().log_size, entries) << "nobody was looked for";
  ask(usa_, "auditor", "POST", "/v1/assess", 403, capture);
  Json::Array with_damage = *capture["samples"].as_array();
  with_damage.push_back(
      Json::object({{"position", "LEFT_LITTLE"}, {"image", to_base64(view(std::string_view("junk")))}}));
  const Json told = ask(usa_, "officer", "POST", "/v1/assess", 400, Json::object({{"samples", Json(with_damage)}}));
  EXPECT_TRUE(member(told["error"], "message").starts_with("samples[" + std::to_string(with_damage.size() - 1) + "]: "))
      << "which file is to be taken off";
  const Bytes paper = *format::encode_png({.width = 4000, .height = 4000, .pixels = Bytes(16'000'000, 255)});
  Json::Array papers(5, Json::object({{"image", to_base64(paper)}}));
  ask(usa_, "officer", "POST", "/v1/assess", 413, Json::object({{"samples", Json(std::move(papers))}}));
  ask(usa_, "officer", "POST", "/v1/persons/ana/verify", 200, probe);
  ask(usa_, "officer", "POST", "/v1/persons/nobody/verify", 404, probe);
  ask(usa_, "officer", "POST", "/v1/identify", 400, Json::object({{"samples", Json::array({})}}));
}

void Contract::an_exchange() {
  const Json asked = ask(col_, "officer", "POST", "/v1/questions", 202, question_about(1));
  const std::string question = "/v1/questions/" + member(asked, "exchange_id");
  ask(col_, "officer", "GET", question, 200);
  const Json listed =
      ask(col_, "officer", "GET",
          "/v1/questions?state=queued&partner=USA&limit=1&case_reference=" + member(asked, "case_reference"), 200);
  ASSERT_EQ(listed["questions"].as_array()->size(), 1u);
  EXPECT_EQ(listed["questions"].as_array()->front(), asked);
  ask(col_, "officer", "GET", "/v1/questions?after=" + member(asked, "exchange_id"), 200);
  ask(col_, "other.officer", "GET", "/v1/questions?after=" + member(asked, "exchange_id"), 404);
  ask(col_, "officer", "GET", "/v1/questions?state=lost", 400);
  ask(col_, "examiner", "GET", "/v1/questions", 403);
  ask(col_, "officer", "GET", question + "/transaction", 200);
  ask(col_, "officer", "POST", question + "/retry", 202);
  col_.node->work();
  EXPECT_EQ(member(ask(col_, "officer", "GET", question, 200), "state"), "hit");
  ask(col_, "officer", "POST", question + "/retry", 409);
  const Json cases = ask(usa_, "examiner", "GET", "/v1/cases?state=open&partner=COL&limit=1", 200);
  ASSERT_EQ(cases["cases"].as_array()->size(), 1u);
  const std::string the_case = "/v1/cases/" + member(cases["cases"].as_array()->front(), "case_id");
  Json verdict = because("fourteen minutiae agree, nothing disagrees");
  verdict.set("verdict", "confirm");
  ask(usa_, "examiner", "POST", the_case + "/verdict", 403, verdict);  // not yet seen
  ask(usa_, "examiner", "GET", the_case + "?fingers=no", 200);
  ask(usa_, "examiner", "POST", the_case + "/marks", 400, Json::object({{"prints", Json(Json::Array())}}));
  mark("examiner", the_case);
  const Json view = ask(usa_, "examiner", "GET", the_case, 200);
  for (std::size_t pair = 0; pair < view["pairs"].as_array()->size(); ++pair)
    ask(usa_, "examiner", "GET", the_case + "/pictures/" + std::to_string(pair) + "?kind=aligned", 200);
  ask(usa_, "examiner", "POST", the_case + "/verdict", 200, verdict);
  ask(usa_, "examiner", "POST", the_case + "/verdict", 409, verdict);
  Json release = Json::object({{"decision", "release"}, {"facts", "met at the bridge, this file is open"}});
  ask(usa_, "examiner", "POST", the_case + "/release", 403, release);  // another person must
  ask(usa_, "supervisor", "GET", the_case + "/card", 200);
  ask(usa_, "supervisor", "POST", the_case + "/release", 200, release);
  ask(usa_, "supervisor", "POST", the_case + "/release", 409, release);
  usa_.node->work();
  ask(usa_, "examiner", "GET", the_case, 200);
  EXPECT_EQ(member(ask(col_, "officer", "GET", question, 200), "state"), "released");
  ask(col_, "officer", "GET", question + "/transaction", 200);
  world_.line_down = true;
  const Json second = ask(col_, "officer", "POST", "/v1/questions", 202, question_about(5));
  ask(col_, "officer", "DELETE", "/v1/questions/" + member(second, "exchange_id"), 200);
  ask(col_, "other.officer", "GET", "/v1/questions/" + member(second, "exchange_id"), 404);
  world_.line_down = false;
}

void Contract::agreements() {
  const std::string document =
      world_.agreement("test-2", usa_, col_, Json::array({flow::World::clause("trafficking_investigation")}), "");
  Json accepted = because(kWhy);
  ask(col_, "supervisor", "POST", "/v1/agreements", 201, accepted.set("document", document));
  ask(col_, "supervisor", "POST", "/v1/agreements", 409, accepted);
  EXPECT_EQ(text_of(call(*col_.node, "auditor", "GET", "/v1/agreements/test-2/text")), document);
  ask(col_, "auditor", "GET", "/v1/agreements/test-2/text", 200);
  for (const char* step : {"suspend", "resume", "terminate"})
    ask(col_, "supervisor", "POST", std::string("/v1/agreements/test-2/") + step, 200, because(kWhy));
  ask(col_, "supervisor", "POST", "/v1/agreements/test-2/resume", 409, because(kWhy));
  ask(col_, "officer", "GET", "/v1/agreements", 200);
}

void Contract::records() {
  ask(usa_, "", "GET", "/v1/health", 200);
  ask(usa_, "", "GET", "/v1/cases", 401);
  ask(usa_, "auditor", "GET", "/metrics", 200);
  ask(usa_, "auditor", "GET", "/v1/log/checkpoint", 200);
  ask(usa_, "auditor", "GET", "/v1/log/proofs/1", 200);
  ask(usa_, "auditor", "GET", "/v1/log/proofs/9999", 404);
  ask(usa_, "auditor", "GET", "/v1/log/entries", 200);
  const Json again = ask(usa_, "auditor", "GET", "/v1/log/decisions", 200);
  EXPECT_TRUE(again["differences"].as_array()->empty()) << canonical(again);
  EXPECT_GT(*again["ours"].as_integer(), 0);
  const Json exchanged = ask(usa_, "supervisor", "GET", "/v1/exchanged", 200);
  ASSERT_FALSE(exchanged["ways"].as_array()->empty());
  for (const Json& each : *exchanged["ways"].as_array()) EXPECT_NE(each["asking"], each["answering"]);
  ask(usa_, "auditor", "GET", "/v1/log/entries?limit=1&event=enrolled&person=ana", 200);
  ask(usa_, "auditor", "GET", "/v1/log/entries?limit=0", 400);
  ask(usa_, "supervisor", "POST", "/v1/clock/confirm", 409, because(kWhy));
  world_.clock.set_ms(world_.clock.now_ms() + 3'700 * kDayMs);  // it stood in a cellar for ten years
  usa_.node->work();
  EXPECT_EQ(member(ask(usa_, "", "GET", "/v1/health", 200), "status"), "attention");
  ask(usa_, "supervisor", "POST", "/v1/clock/confirm", 200, because(kWhy));
}

// The body with one thing in it that the schema forbids, and the member's name that the refusal must have.
struct Forbidden {
  std::string name;
  Json body;
};

std::vector<Forbidden> forbidden(const Json& schema, const Json& body) {
  std::vector<Forbidden> out;
  const auto with = [&](const std::string& name, Json value) {
    Json changed = body;
    out.push_back({name, changed.set(name, std::move(value))});
  };
  with("surprise", 1);
  for (const auto& [name, given] : *schema["properties"].as_object()) {
    const Json& member_schema = description().resolved(given);
    const Json& inner = member_schema["allOf"].as_array() == nullptr
                            ? member_schema
                            : description().resolved((*member_schema["allOf"].as_array())[0]);
    if (inner["type"] == Json("string")) {
      with(name, 5);
      if (inner["format"] != Json("byte")) with(name, std::string(70'000, '1'));  // of a file it may be the base64
      if (!inner["enum"].is_null() || !inner["pattern"].is_null() || !inner["format"].is_null())
        with(name, std::string("1\x01") + "2");
      const bool may_be_empty = name == "overrule" || name == "callback";  // an empty one is none
      if (!inner["minLength"].is_null() && !may_be_empty) with(name, "");
    } else {
      with(name, "text");
      if (!inner["minimum"].is_null()) with(name, -1);
      if (!inner["maximum"].is_null()) with(name, 1'000'000);
      if (!inner["minItems"].is_null()) with(name, Json(Json::Array()));
      if (!inner["items"].is_null()) with(name, Json::array({7}));
    }
  }
  if (schema["required"].as_array() == nullptr) return out;
  for (const Json& name : *schema["required"].as_array()) {
    Json::Object members = *body.as_object();
    members.erase(*name.as_string());
    out.push_back({*name.as_string(), Json(std::move(members))});
  }
  return out;
}

void Contract::practice() {
  Json pair = Json::object({{"truth", "non_mated"}});
  pair.set("probe", samples_of(800, 2)).set("reference", samples_of(801, 1));
  ask(usa_, "supervisor", "POST", "/v1/practice/pairs", 200, pair);
  ask(usa_, "supervisor", "GET", "/v1/practice", 200);
  ask(usa_, "auditor", "GET", "/v1/practice", 200);
  ask(usa_, "supervisor", "POST", "/v1/practice/examiners/examiner/renewal", 404, because(kWhy));
  world_.plant(usa_, [&](store::Transaction& t) {
    flow::must(
        t.put_state("examiners", view(canonical(Json::object({{"examiner", Json::object({{"non_mates", 1},
                                                                                         {"confirmed_non_mates", 1},
                                                                                         {"mates", 2},
                                                                                         {"rejected_mates", 0},
                                                                                         {"undecided", 0},
                                                                                         {"suspended_ms", 1}})}})))));
  });
  const Json report = ask(usa_, "supervisor", "GET", "/v1/practice", 200);
  EXPECT_EQ(member(report["examiners"].as_array()->front(), "suspended"), "1970-01-01T00:00:00.001Z");
  ask(usa_, "supervisor", "POST", "/v1/practice/examiners/examiner/renewal", 200, because(kWhy));
}

void Contract::nothing_that_is_forbidden_is_taken(const std::string& operation) {
  const Taken& taken = taken_.at(operation);
  const Operation& described = *description().find(taken.method, taken.target);
  const Json& schema = description().request_schema(described);
  std::vector<Forbidden> all = forbidden(schema, taken.body);
  const auto inside = [&](const char* name, const Json& of, const Json& value, bool in_list) {
    for (Forbidden& each : forbidden(description().resolved(of), value)) {
      Json changed = taken.body;
      changed.set(name, in_list ? Json::array({each.body}) : each.body);
      all.push_back({each.name, std::move(changed)});
    }
  };
  if (const Json::Array* samples = taken.body["samples"].as_array()) {
    const Json& samples_schema = description().resolved(schema["properties"]["samples"]);
    inside("samples", samples_schema["items"], samples->front(), true);
  }
  if (!schema["properties"]["biographic"].is_null())
    inside("biographic", schema["properties"]["biographic"], Json::object({{"sex", "F"}}), false);
  for (const Forbidden& each : all) {
    EXPECT_NE(description().complaint(schema, each.body), "") << operation << ": " << each.name;
    const net::Response refused =
        call(*taken.country->node, taken.user, taken.method, taken.target, canonical(each.body), {}, sign_in_);
    const std::string said(text(refused.body));
    const std::string value = canonical(each.body).substr(0, 200);
    EXPECT_TRUE(refused.status == 400 || refused.status == 403 || refused.status == 409 || refused.status == 413)
        << operation << ", " << each.name << ": " << refused.status << " " << said << "\n"
        << value;
    if (refused.status == 400 && each.name != "document") {  // whose words are about the agreement itself
      EXPECT_TRUE(said.find(each.name) != std::string::npos || said.find("unknown data element") != std::string::npos)
          << operation << ": " << said << "\n"
          << value;
    }
    EXPECT_EQ(description().response_complaint(described, refused.status, refused.content_type, said), "") << said;
  }
}

TEST_F(Contract, every_answer_is_as_it_is_described_and_what_is_forbidden_is_refused_by_name) {
  sign_ins();
  people();
  protections();
  watchlists();
  searches();
  an_exchange();
  practice();
  agreements();
  for (const auto& [operation, taken] : taken_) nothing_that_is_forbidden_is_taken(operation);
  records();
  std::set<std::string> described;
  for (const Operation& each : description().operations()) described.insert(each.id);
  EXPECT_EQ(answered_, described) << "an operation is described that this story does not call, or the other way round";
}

// A number of the path or the query that nobody can have meant is the caller's mistake, not the node's end.
// Each address as each role: what is not a role's own is refused whatever is sent, and the attempt stands in the log
// under who tried what. What is a role's own gets past that door, and fails on what was not sent.
TEST_F(Contract, every_wrong_cell_of_roles_and_addresses_is_refused_and_logged) {
  std::set<std::pair<std::string, std::string>> wrong, logged;  // role's user, action
  std::size_t right = 0;
  for (const api::Route& route : api::own_routes()) {
    if (!route.action) continue;
    const std::string target = std::regex_replace(std::string(route.pattern), std::regex("\\{[a-z_]+\\}"), "1");
    for (int i = 0; i < kRoleCount; ++i) {
      const auto role = static_cast<Role>(i);
      const std::string user = to_string(role);
      const Caller caller{user, role, false, flow::kCertified};
      const bool may = usa_.node->may(caller, *route.action).ok();
      const net::Response response =
          call(*usa_.node, user, std::string(route.method), target, route.method == "GET" ? "" : "{}", {}, sign_in_);
      const std::string what = user + ": " + std::string(route.method) + " " + target;
      if (may) {
        ++right;
        EXPECT_NE(response.status, 401) << what;
        continue;
      }
      EXPECT_EQ(response.status, 403) << what << ": " << text_of(response);
      wrong.emplace(user, to_string(*route.action));
    }
  }
  for (const auto& line :
       flow::must(usa_.node->log_entries({"auditor", Role::kAuditor}, {.event = "access_refused"})).lines)
    logged.emplace(member(line.details, "by"), *(*line.leaf["reasons"].as_array())[0].as_string());
  for (const auto& [user, action] : wrong) EXPECT_TRUE(logged.contains({user, action})) << user << " tried " << action;
  EXPECT_GT(wrong.size(), 60u);
  EXPECT_GT(right, 60u);
}

TEST_F(Contract, any_number_of_the_path_or_the_query_is_answered) {
  static constexpr const char* kNumbers[] = {
      "-1",
      "0",
      "1",
      "2147483648",
      "4294967296",
      "9223372036854775807",
      "9223372036854775808",
      "18446744073709551615",
      "18446744073709551616",
      "-9223372036854775808",
      "-9223372036854775809",
      "1e9",
      "0x10",
      "%31",
      "99999999999999999999999999999999999999",
  };
  static constexpr const char* kTimes[] = {"0000-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z", "9223372036854775808"};
  int tried = 0;
  const auto expect_answered = [&](const Operation& operation, const Json& parameter, const std::string& given) {
    std::string target = operation.path;
    const std::string name = *parameter["name"].as_string();
    if (parameter["in"] == Json("query")) target += "?" + name + "=" + given;
    for (std::size_t at; (at = target.find('{')) != std::string::npos;) {
      const std::size_t end = target.find('}', at);
      target.replace(at, end + 1 - at, target.substr(at + 1, end - at - 1) == name ? given : "some");
    }
    for (const char* user : {"officer", "examiner", "supervisor", "auditor"}) {
      const net::Response response = call(*usa_.node, user, operation.method, target);
      EXPECT_LT(response.status, 500) << operation.method << " " << target << ": " << text(response.body);
      ++tried;
      if (given.size() < 19 || parameter["schema"]["type"] != Json("integer") || response.status == 403) continue;
      EXPECT_TRUE(response.status == 400 || to_number<std::int64_t>(given) > 0) << target << ": " << response.status;
    }
  };
  for (const Operation& operation : description().operations()) {
    for (const Json& parameter : operation.parameters) {
      const Json& schema = description().resolved(parameter["schema"]);
      if (schema["type"] == Json("integer"))
        for (const char* each : kNumbers) expect_answered(operation, parameter, each);
      if (schema["format"] == Json("date-time"))
        for (const char* each : kTimes) expect_answered(operation, parameter, each);
    }
  }
  EXPECT_GT(tried, 5 * 4 * 15) << "the description names five numbers at least";
}

// R8, story 5: what the second examiner is sent does not depend, in a single byte, on a first one's having been there.
TEST_F(Contract, r8_the_second_examiner_is_sent_what_one_is_sent_whom_nobody_came_before) {
  const std::string document =
      world_.agreement("test-2", usa_, col_, Json::array({flow::World::clause("trafficking_investigation")}), "");
  for (flow::Country* each : {&usa_, &col_})
    ask(*each, "supervisor", "POST", "/v1/agreements", 201, because(kWhy).set("document", document));
  ask(usa_, "officer", "POST", "/v1/persons", 201, enrolment("ana", 1));
  ask(col_, "officer", "POST", "/v1/questions", 202, question_about(1).set("purpose", "trafficking_investigation"));
  col_.node->work();
  const Json cases = ask(usa_, "examiner", "GET", "/v1/cases", 200);
  ASSERT_EQ(cases["cases"].as_array()->size(), 1u);
  const std::string the_case = "/v1/cases/" + member(cases["cases"].as_array()->front(), "case_id");
  Json verdict = because("fourteen minutiae agree, nothing disagrees");
  verdict.set("verdict", "confirm");
  const auto sent_to = [&](const std::string& examiner) {
    std::vector<std::string> out;
    for (const std::string& target :
         {std::string("/v1/cases"), std::string("/v1/cases?state=open"), the_case, the_case + "?fingers=no",
          the_case + "/pictures/0?kind=clean", the_case + "/pictures/1?kind=marked"}) {
      const net::Response response = call(*usa_.node, examiner, "GET", target);
      EXPECT_EQ(response.status, 200) << target;
      out.emplace_back(text_of(response));
    }
    return out;
  };
  for (const char* each : {"examiner", "other.examiner"}) mark(each, the_case);
  const auto alone = sent_to("other.examiner");
  EXPECT_EQ(sent_to("examiner"), alone);
  const Json first = ask(usa_, "examiner", "POST", the_case + "/verdict", 200, verdict);
  EXPECT_EQ(member(first, "state"), "open");
  EXPECT_EQ(first["verdicts"].as_array()->size(), 1u) << "one's own";
  EXPECT_EQ(sent_to("other.examiner"), alone);
  for (const char* word : {"examiner", "verdict", "fourteen", "BOG-2026-0117", "legal_basis", "score"})
    EXPECT_EQ(alone[0].find(word), std::string::npos) << word;
  const Json listed = ask(usa_, "supervisor", "GET", "/v1/cases", 200)["cases"].as_array()->front();
  EXPECT_EQ(canonical(listed["examined"]), R"({"agreeing":1,"needed":2})");
  EXPECT_TRUE(listed["verdicts"].is_null());
  ask(usa_, "examiner", "POST", the_case + "/verdict", 403, verdict);
  EXPECT_EQ(sent_to("other.examiner"), alone);
  const Json second = ask(usa_, "other.examiner", "POST", the_case + "/verdict", 200, verdict);
  EXPECT_EQ(member(second, "state"), "confirmed");
  EXPECT_EQ(second["verdicts"].as_array()->size(), 2u) << "it is over";
  for (const Json& each : *second["verdicts"].as_array()) EXPECT_EQ(canonical(each["marks"]), "[3,3]");
  EXPECT_EQ(ask(usa_, "supervisor", "GET", the_case + "/card", 200)["case"]["verdicts"].as_array()->size(), 2u);
}

// A hit, and beside it a seeded case with the hit's own prints, opened at the same moment.
std::pair<std::string, std::string> Contract::a_hit_and_a_seeded_case() {
  ask(usa_, "officer", "POST", "/v1/persons", 201, enrolment("ana", 1));
  ask(col_, "officer", "POST", "/v1/questions", 202, question_about(1));
  col_.node->work();
  const std::string hit =
      member(ask(usa_, "supervisor", "GET", "/v1/cases", 200)["cases"].as_array()->front(), "case_id");
  const std::string seeded = "c-" + std::string(hit.size() - 2, 's');
  PracticeCase planted;
  static_cast<Examination&>(planted) = flow::record_of(world_, usa_, hit);
  planted.case_id = seeded;
  planted.truth = Truth::kMate;
  Bytes exhibit;
  {
    const auto store = flow::must(
        store::open(usa_.directory, store::Mode::kReadOnly, flow::World::copy(usa_.node_key), world_.random));
    exhibit = flow::must(store->case_exhibit(hit));
  }
  world_.plant(usa_, [&](store::Transaction& t) { flow::must(t.put_practice_case(planted, exhibit)); });
  return {hit, seeded};
}

// All that an examiner is sent of a case on the way to a verdict, its id left out.
std::vector<std::string> Contract::sent_of(const std::string& case_id, const Json& marks, const Json& verdict) {
  std::vector<std::string> out;
  const auto send = [&](const std::string& user, const std::string& method, const std::string& target,
                        const std::string& body = {}) {
    const net::Response response = call(*usa_.node, user, method, target, body);
    std::string said =
        std::to_string(response.status) + " " + response.content_type + " " + std::string(text_of(response));
    for (std::size_t at = said.find(case_id); at != said.npos; at = said.find(case_id))
      said.replace(at, case_id.size(), "ID");
    out.push_back(method + " " + target.substr(target.find(case_id) + case_id.size()) + ": " + said);
  };
  const std::string address = "/v1/cases/" + case_id;
  const auto listed = [&] {  // its own line, and how long the list is
    const Json cases = ask(usa_, "examiner", "GET", "/v1/cases", 200)["cases"];
    for (const Json& each : *cases.as_array())
      if (member(each, "case_id") == case_id) {
        std::string line = canonical(each);
        line.replace(line.find(case_id), case_id.size(), "ID");
        out.push_back(line);
      }
  };
  const auto looks = [&] {
    listed();
    for (const char* each : {"", "?fingers=no", "/pictures/0?kind=probe", "/pictures/1?kind=probe",
                             "/pictures/0?kind=clean", "/pictures/1?kind=marked", "/pictures/7?kind=clean"})
      send("examiner", "GET", address + each);
  };
  send("examiner", "POST", address + "/marks", canonical(marks));  // not looked at
  looks();
  send("examiner", "POST", address + "/verdict", canonical(verdict));
  send("examiner", "POST", address + "/marks", canonical(marks));
  send("examiner", "POST", address + "/marks", canonical(marks));
  looks();
  send("other.examiner", "GET", address);
  send("examiner", "POST", address + "/verdict", canonical(verdict));
  looks();
  send("examiner", "POST", address + "/verdict", canonical(verdict));
  for (const char* each : {"officer", "auditor"}) send(each, "GET", address);
  return out;
}

// Whoever mistypes a filter is told, and is not given everything; nor nothing, as if there were nothing.
TEST_F(Contract, a_value_of_a_query_is_of_its_kind_or_refused_by_its_name) {
  const std::pair<const char*, std::vector<const char*>> wrong[] = {
      {"examiner",
       {"/v1/cases?partner=col", "/v1/cases?partner=COLL", "/v1/cases?partner=%ff", "/v1/cases?after=c-1",
        "/v1/cases?state=", "/v1/cases?limit=1&limit=2", "/v1/cases?status=open", "/v1/cases/c-1?fingers=yes",
        "/v1/cases/c-1/pictures/0?kind=fine", "/v1/cases/c%201"}},
      {"officer",
       {"/v1/questions?partner=usa", "/v1/questions?case_reference=ab", "/v1/questions?case_reference=a%C3%B11",
        "/v1/questions?after=a%20b", "/v1/persons/a%0ab?case_reference=BOG-1"}},
      {"supervisor", {"/v1/alarms?all=yes", "/v1/alarms?after=-1"}},
      {"auditor",
       {"/v1/log/entries?event=nope", "/v1/log/entries?exchange=a%20b", "/v1/log/entries?person=%E2%80%AEana",
        "/v1/log/entries?partner=usa", "/v1/log/entries?first=one", "/v1/log/entries?until=soon",
        "/v1/log/checkpoint?size=1"}}};
  for (const auto& [user, targets] : wrong) {
    for (const std::string target : targets) {
      const net::Response refused = call(*usa_.node, user, "GET", target);
      EXPECT_EQ(refused.status, 400) << target << text(refused.body);
      EXPECT_EQ(member(body_of(refused)["error"], "code"), "invalid_input") << target;
    }
  }
  for (const service::LogPage::Line& line : flow::must(usa_.node->log_entries(flow::kAuditor, {})).lines)
    EXPECT_NE(line.leaf["event"], Json("cases_listed")) << "nothing was looked at";
}

// R7: what an examiner is sent of a seeded case is what they are sent of a hit, but for its id: at each step of the
// way, refusals too.
TEST_F(Contract, r7_a_seeded_case_is_sent_as_a_hit_is_byte_for_byte) {
  const auto [hit, seeded] = a_hit_and_a_seeded_case();
  Json marks = Json::object({{"prints", Json::array({})}});
  for (const int pair : {0, 1}) {
    Json::Array each;
    for (const auto& [x, y] : {std::pair(120, 88), std::pair(161, 140), std::pair(98, 203)})
      each.push_back(Json::object({{"x", x}, {"y", y}}));
    marks.as_object()->at("prints").as_array()->push_back(
        Json::object({{"pair", pair}, {"marks", Json(std::move(each))}}));
  }
  Json verdict = because("fourteen minutiae agree, nothing disagrees");
  verdict.set("verdict", "confirm");
  const auto of_hit = sent_of(hit, marks, verdict), of_seeded = sent_of(seeded, marks, verdict);
  EXPECT_EQ(of_hit, of_seeded);
  EXPECT_NE(of_hit[of_hit.size() - 3].find("409"), std::string::npos) << "it was settled: " << of_hit.back();
  const Json cases = ask(usa_, "supervisor", "GET", "/v1/cases", 200)["cases"];
  EXPECT_EQ(cases.as_array()->size(), 1u) << "for examiners alone";
  ask(usa_, "supervisor", "GET", "/v1/cases/" + seeded + "/card", 404);
}

// PUENTE_MEASURE=1: that the times cannot be told apart either (Welch's t, over 300 looks of each kind).
TEST_F(Contract, r7_a_seeded_case_is_sent_in_the_same_time) {
  const bool measure = std::getenv("PUENTE_MEASURE") != nullptr;
  const auto [hit, seeded] = a_hit_and_a_seeded_case();
  for (const std::string& each : {hit, seeded}) mark("examiner", "/v1/cases/" + each);
  for (const char* what : {"?fingers=no", "", "/pictures/0?kind=marked"}) {
    std::map<std::string, std::vector<double>> took;
    for (int i = 0; i < (measure ? 300 : 2); ++i) {
      for (const std::string& each : {i % 2 == 0 ? hit : seeded, i % 2 == 0 ? seeded : hit}) {
        const auto began = std::chrono::steady_clock::now();
        ask(usa_, "examiner", "GET", "/v1/cases/" + each + what, 200);
        took[each].push_back(
            std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - began).count());
      }
    }
    if (!measure) continue;
    const double t = flow::welch_t(took[hit], took[seeded]);
    std::printf("a hit against a seeded case, %s: t = %.2f\n", what, t);
    EXPECT_LT(std::abs(t), 4.5) << what;
  }
}

TEST(Description, offers_a_key_where_something_is_changed) {
  std::set<std::string> without;
  for (const Operation& each : description().operations()) {
    const bool takes_key = canonical(each.described["parameters"]).find("idempotency_key") != std::string::npos;
    EXPECT_FALSE(takes_key && each.method == "GET") << each.id;
    if (each.method != "GET" && !takes_key) without.insert(each.id);
  }
  EXPECT_EQ(without, (std::set<std::string>{"assess", "changePassword", "endSessions", "identify", "searchNames",
                                            "signIn", "signOut", "verify"}))
      << "these change nothing but the log, or are the same when they are done twice";
}

TEST(Description, has_examples_that_are_as_it_says_itself) {
  const auto examples = description().examples();
  EXPECT_GT(examples.size(), 8u);
  for (const auto& each : examples) EXPECT_EQ(description().complaint(each.schema, each.value), "") << each.where;
}

TEST(Description, names_every_request_member_with_bounds) {
  for (const Operation& each : description().operations()) {
    const Json& schema = description().request_schema(each);
    if (schema.is_null()) continue;
    EXPECT_EQ(schema["additionalProperties"], Json(false)) << each.id;
    if (each.id == "searchNames") continue;  // by one thing or another
    EXPECT_FALSE(schema["required"].is_null()) << each.id;
  }
}

template <typename Value, typename Names>
void expect_enum(const char* schema, Names names, Value first, Value last) {
  std::set<std::string> described, known;
  const Json& found = description().resolved(Json::object({{"$ref", std::string("#/components/schemas/") + schema}}));
  for (const Json& each : *found["enum"].as_array()) described.insert(*each.as_string());
  for (int i = static_cast<int>(first); i <= static_cast<int>(last); ++i) known.insert(names(static_cast<Value>(i)));
  EXPECT_EQ(described, known) << schema;
}

TEST(Description, has_the_enums_of_the_program) {
  expect_enum(
      "Event", [](Event each) { return to_string(each); }, Event::kNodeStarted, static_cast<Event>(kEventCount - 1));
  expect_enum(
      "CaseState", [](CaseState each) { return to_string(each); }, CaseState::kOpen,
      static_cast<CaseState>(kCaseStateLast));
  const Json& error = description().resolved(Json::object({{"$ref", "#/components/schemas/Error"}}));
  std::set<std::string> described, known;
  for (const Json& each : *error["properties"]["error"]["properties"]["code"]["enum"].as_array())
    described.insert(*each.as_string());
  for (int i = 1; i <= static_cast<int>(Code::kInternal); ++i) known.insert(to_string(static_cast<Code>(i)));
  EXPECT_EQ(described, known);
}

}  // namespace
}  // namespace puente::contract
