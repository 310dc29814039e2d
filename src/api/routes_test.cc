#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>

#include "api/caller.h"
#include "api/http.h"
#include "core/text.h"

namespace puente::api {
namespace {

using Described = std::tuple<std::string, std::string, std::string>;  // pattern, method, operation

std::set<Described> described_operations() {
  const auto root = std::filesystem::path(__FILE__).parent_path().parent_path().parent_path();
  std::ifstream file(root / "openapi/puente.yaml");
  std::set<Described> out;
  std::string path, method;
  for (std::string line; std::getline(file, line);) {
    std::smatch found;
    if (std::regex_match(line, found, std::regex("  (/[^:]*):"))) path = found[1];
    if (std::regex_match(line, found, std::regex("    (get|post|put|delete):"))) method = found[1];
    if (std::regex_match(line, found, std::regex("      operationId: ([A-Za-z]+)")))
      out.insert({path, method, found[1]});
  }
  return out;
}

TEST(Routes, are_exactly_those_that_are_described) {
  std::set<Described> routed;
  for (const Route& route : own_routes()) {
    std::string method(route.method);
    std::transform(method.begin(), method.end(), method.begin(), [](unsigned char c) { return std::tolower(c); });
    EXPECT_TRUE(routed.emplace(route.pattern, method, route.operation).second) << route.operation << " is there twice";
  }
  EXPECT_EQ(routed, described_operations());
  EXPECT_GT(routed.size(), 10u);
}

// Of its query, by operation.
std::map<std::string, std::set<std::string>> described_parameters() {
  const auto root = std::filesystem::path(__FILE__).parent_path().parent_path().parent_path();
  std::ifstream file(root / "openapi/puente.yaml");
  std::map<std::string, std::set<std::string>> out;
  std::string operation, name;
  for (std::string line; std::getline(file, line) && line != "components:";) {
    std::smatch found;
    if (std::regex_search(line, found, std::regex("operationId: ([A-Za-z]+)"))) operation = found[1];
    if (std::regex_search(line, found, std::regex("- name: ([a-z_]+)$"))) name = found[1];
    if (std::regex_search(line, found, std::regex("name: ([a-z_]+), in: query"))) out[operation].insert(found[1]);
    if (std::regex_match(line, std::regex(" +in: query"))) out[operation].insert(name);
    if (line.find("#/components/parameters/limit") != line.npos) out[operation].insert("limit");
  }
  return out;
}

TEST(Routes, know_exactly_the_parameters_that_are_described) {
  std::map<std::string, std::set<std::string>> known;
  for (const Route& route : own_routes()) {
    for (const std::string_view each : split(route.parameters, ' ')) {
      if (each.empty()) continue;  // it knows none
      EXPECT_TRUE(known[std::string(route.operation)].emplace(each).second) << each;
    }
  }
  EXPECT_EQ(known, described_parameters());
  EXPECT_EQ(known["cases"], (std::set<std::string>{"state", "partner", "after", "limit"}));
}

TEST(Routes, are_open_without_a_token_where_nothing_is_told) {
  for (const Route& route : own_routes()) {
    if (!route.action) {
      static const std::set<std::string_view> kOpen = {"health", "signInWays", "signIn", "leaveForProvider",
                                                       "comeFromProvider"};
      EXPECT_TRUE(kOpen.contains(route.operation)) << route.operation;
    }
  }
}

// What an examiner is told of one case, refusals too: the times of a seeded one would tell (decision 0112).
TEST(Routes, r7_what_examiners_are_told_of_one_case_leaves_by_windows) {
  std::set<std::string_view> by_windows;
  for (const Route& route : own_routes())
    if (route.window_ms > 0) by_windows.insert(route.operation);
  EXPECT_EQ(by_windows, (std::set<std::string_view>{"viewCase", "casePicture", "lockProbe", "decideCase"}));
}

std::optional<Caller> ana_alone(const Digest& token) {
  return token == sha256(view("secret")) ? std::optional(Caller{"ana", Role::kExaminer}) : std::nullopt;
}

class Served : public testing::Test {
 protected:
  net::Response call(const std::string& method, const std::string& target, const std::string& token = "secret",
                     const std::string& body = {}, const std::string& query = "kind=clean") {
    net::Request request;
    request.method = method;
    request.target = target;
    request.query = query;
    request.headers["authorization"] = "Bearer " + token;
    request.body = to_bytes(body);
    const auto echo = [](const Call& made) -> Result<net::Response> {
      ASSIGN_OR_RETURN(const Json sent, made.body());
      std::string said = made.caller.user;
      for (const std::string& part : made.parts) said += " " + part;
      return plain(said + " " + made.parameter("kind") + made.parameter("ind") + made.parameter("text"));
    };
    const std::vector<Door> doors = {
        {{"GET", "/v1/things", "things", Action::kListCases, "kind n text"}, echo},
        {{"POST", "/v1/things/{thing_id}/of/{whom}", "thing", Action::kEnrol, "kind", 50}, echo},
        {{"GET", "/v1/figures", "figures", Action::kReadMetrics}, echo},
        {{"GET", "/v1/open", "open", std::nullopt, "kind"}, echo}};
    const Callers callers(ana_alone);
    Guard guard;
    guard.caller = [&](const net::Request& asked) { return callers.of(asked); };
    guard.may = [](const Caller&, Action action) {
      return action == Action::kListCases || action == Action::kEnrol ? Status() : Status(Code::kDenied, "no");
    };
    if (target == "/v1/things" && body == "denied")
      guard.may = [](const Caller&, Action) { return Status(Code::kDenied, "no"); };
    guard.authorise = guard.may;
    admission = admit(doors, guard, request);
    return serve(doors, guard, request);
  }
  net::Admission admission;
};

TEST_F(Served, a_route_gives_its_handler_the_caller_and_the_parts) {
  EXPECT_EQ(text(call("GET", "/v1/things").body), "ana clean");
  EXPECT_EQ(text(call("POST", "/v1/things/a/of/b").body), "ana a b clean");
  EXPECT_EQ(text(call("GET", "/v1/open", "wrong").body), " clean");
}

// A request's words go into the log's details, which nobody can read any more that are no text.
TEST_F(Served, parts_and_values_are_decoded_once_and_are_text_without_control_characters) {
  const auto part = [&](const std::string& sent) { return call("POST", "/v1/things/7/of/" + sent); };
  const auto value = [&](const std::string& sent) { return call("GET", "/v1/things", "secret", "", "text=" + sent); };
  EXPECT_EQ(text(part("a%20b%2Fc%252F+").body), "ana 7 a b/c%2F+ clean");
  EXPECT_EQ(text(value("TX%202%2F2026%20%26%20co+%C3%B1%2525").body), "ana TX 2/2026 & co+ñ%25");
  for (const char* bad : {"%ff", "\xff", "%c3", "%", "%4", "%zz", "%00", "%1b[2J", "%0a", "%7f", "%c2%85", "%e2%80%a8",
                          "%e2%80%a9", "%e2%80%ae", "%e2%81%a6", "\xe2\x80\xae"}) {
    EXPECT_EQ(part(bad).status, 400) << bad;
    EXPECT_EQ(value(bad).status, 400) << bad;
  }
  EXPECT_NE(text(value("%ff").body).find("invalid_input"), std::string_view::npos);
}

TEST_F(Served, a_part_that_is_an_id_is_held_to_be_one) {
  EXPECT_EQ(text(call("POST", "/v1/things/p-1%2E2/of/a").body), "ana p-1.2 a clean");
  for (const char* bad : {"", "a%20b", "a%2Fb", "%C3%B1", "a%26"}) {
    const net::Response refused = call("POST", "/v1/things/" + std::string(bad) + "/of/a");
    EXPECT_EQ(refused.status, 400) << bad;
    EXPECT_NE(text(refused.body).find("thing_id"), std::string_view::npos) << bad;
  }
}

TEST_F(Served, a_parameter_that_is_unknown_or_empty_or_there_twice_is_refused_by_its_name) {
  const auto asked = [&](const std::string& query) { return call("GET", "/v1/things", "secret", "", query); };
  EXPECT_EQ(asked("").status, 200);
  EXPECT_EQ(asked("kind=a&n=2").status, 200);
  for (const char* bad : {"state=open", "kind=a&kind=a", "state", "n", "n=", "kind=a&&n=2", "=", "&", "KIND=a"})
    EXPECT_EQ(asked(bad).status, 400) << bad;
  EXPECT_NE(text(asked("state=open").body).find("state"), std::string_view::npos);
  EXPECT_NE(text(asked("n=1&n=2").body).find("n: "), std::string_view::npos);
  EXPECT_EQ(call("GET", "/v1/things", "wrong", "", "state=open").status, 401) << "a stranger does not learn which";
}

TEST_F(Served, an_answer_and_a_refusal_have_their_routes_window) {
  EXPECT_EQ(call("POST", "/v1/things/7/of/ana").window_ms, 50);
  const net::Response refused = call("POST", "/v1/things/7/of/ana", "secret", "{");
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.window_ms, 50);
  EXPECT_EQ(call("GET", "/v1/things").window_ms, 0);
}

TEST_F(Served, the_header_alone_says_who_may_send_a_body) {
  call("POST", "/v1/things/a/of/b");
  EXPECT_FALSE(admission.refusal);
  EXPECT_EQ(admission.key, "ana");
  EXPECT_TRUE(admission.reads_body);
  call("POST", "/v1/things/a/of/b", "wrong");
  ASSERT_TRUE(admission.refusal);
  EXPECT_EQ(admission.refusal->status, 401);
  EXPECT_EQ(admission.key, "");
  call("GET", "/v1/things", "secret", "denied");
  EXPECT_FALSE(admission.refusal);
  EXPECT_FALSE(admission.reads_body);
  call("POST", "/v1/nowhere");
  EXPECT_FALSE(admission.reads_body);
  call("GET", "/v1/open", "wrong");
  EXPECT_FALSE(admission.refusal);
  EXPECT_TRUE(admission.never_waits);
}

// Whoever watches a node must hear from it above all when it has too much to do.
TEST_F(Served, an_operators_figures_wait_for_nobody_and_what_works_on_records_does) {
  call("GET", "/v1/figures");
  EXPECT_FALSE(admission.refusal);
  EXPECT_EQ(admission.key, "ana");
  EXPECT_TRUE(admission.never_waits);
  call("GET", "/v1/figures", "wrong");
  ASSERT_TRUE(admission.refusal);
  EXPECT_EQ(admission.refusal->status, 401);
  call("GET", "/v1/things");
  EXPECT_FALSE(admission.never_waits);
  call("POST", "/v1/things/a/of/b");
  EXPECT_FALSE(admission.never_waits);
}

TEST_F(Served, answers_say_what_http_wants_said) {
  EXPECT_EQ(call("GET", "/v1/things", "wrong").headers.at("www-authenticate"), "Bearer");
  EXPECT_EQ(call("PUT", "/v1/things").headers.at("allow"), "GET");
  EXPECT_EQ(call("PUT", "/v1/open").headers.at("allow"), "GET, HEAD");
  EXPECT_EQ(call("GET", "/v1/things/a/of/b").headers.at("allow"), "POST");
  EXPECT_EQ(call("HEAD", "/v1/things").status, 405) << "what shows nothing is no look";
  EXPECT_EQ(call("HEAD", "/v1/open", "wrong").status, 200);
  EXPECT_EQ(refuse(Error{Code::kQuotaExceeded, "x"}).headers.at("retry-after"), "10");
  EXPECT_EQ(refuse(Error{Code::kUnavailable, "x"}).headers.at("retry-after"), "10");
}

TEST(Callers, know_the_scheme_in_either_case) {
  const Callers callers(ana_alone);
  net::Request request;
  for (const char* header : {"Bearer secret", "bearer secret", "BEARER  secret"}) {
    request.headers["authorization"] = header;
    EXPECT_TRUE(callers.of(request).ok()) << header;
  }
  for (const char* header : {"Basic secret", "Bearer", "Bearer ", "Bearersecret", "secret"}) {
    request.headers["authorization"] = header;
    EXPECT_FALSE(callers.of(request).ok()) << header;
  }
}

// Whoever signs in is nobody yet: they send a few words and wait their turn as strangers do.
TEST_F(Served, a_stranger_who_signs_in_sends_a_few_words_and_says_how_many) {
  const std::vector<Door> doors = {
      {{"POST", "/v1/sign-in", "signIn", std::nullopt}, [](const Call&) { return plain("in"); }}};
  net::Request request;
  request.method = "POST";
  request.target = "/v1/sign-in";
  for (const char* length : {"", "x", "-1", "4097", "99999999999999999999"}) {
    request.headers["content-length"] = length;
    EXPECT_TRUE(admit(doors, {}, request).refusal) << length;
  }
  request.headers["content-length"] = "4096";
  const net::Admission admitted = admit(doors, {}, request);
  EXPECT_FALSE(admitted.refusal);
  EXPECT_TRUE(admitted.reads_body);
  EXPECT_FALSE(admitted.never_waits);
  EXPECT_EQ(admitted.key, "");
}

class SignedIn : public testing::Test {
 protected:
  SignedIn() {
    const auto opened = desk_.sign_in({"ana", "seven small boats", "", "::1"});
    request_.headers["cookie"] = "theme=dark; __Host-puente=" + opened->cookie;
    csrf_ = opened->session.csrf;
    cookie_ = opened->cookie;
    request_.method = "GET";
  }
  bool known() { return callers_.of(request_).ok(); }

  SystemClock clock_;
  SystemRandom random_;
  const std::string hash_ = hash_password("seven small boats");
  signin::Desk desk_{[this](const std::string&) {
                       return std::optional(signin::Account{{"ana", Role::kOfficer}, hash_, "", {}});
                     },
                     clock_, random_};
  Callers callers_{ana_alone, SignIn{.desk = &desk_}};
  net::Request request_;
  std::string csrf_, cookie_;
};

TEST_F(SignedIn, a_session_is_known_by_its_one_cookie) {
  EXPECT_EQ(callers_.of(request_)->user, "ana");
  for (const std::string& bad : {std::string("__Host-puente=x"), "puente=" + cookie_, "__Host-puente=" + cookie_ + "x",
                                 "__Host-puente=" + cookie_ + "; __Host-puente=" + cookie_,
                                 "__Host-puente=; __Host-puente=" + cookie_, std::string()}) {
    request_.headers["cookie"] = bad;
    EXPECT_FALSE(known()) << bad;
  }
  request_.headers["cookie"] = "__Host-puente=" + cookie_;
  EXPECT_TRUE(known());
  request_.headers["authorization"] = "Bearer wrong";
  EXPECT_FALSE(known()) << "who brings a token is whose token it is";
}

TEST_F(SignedIn, no_other_page_changes_anything_by_a_session) {
  request_.method = "POST";
  EXPECT_FALSE(known()) << "without the csrf";
  for (const std::string& wrong : {std::string(), std::string("x"), csrf_ + "x", csrf_.substr(1), cookie_}) {
    request_.headers["x-puente-csrf"] = wrong;
    EXPECT_FALSE(known()) << wrong;
  }
  request_.headers["x-puente-csrf"] = csrf_;
  EXPECT_TRUE(known());
  for (const char* site : {"cross-site", "same-site", "none"}) {
    request_.headers["sec-fetch-site"] = site;
    EXPECT_FALSE(known()) << site;
  }
  request_.headers["sec-fetch-site"] = "same-origin";
  EXPECT_TRUE(known());
  request_.method = "GET";
  request_.headers["sec-fetch-site"] = "cross-site";
  EXPECT_FALSE(known()) << "nor is anything shown within another site's page";
  request_.headers["sec-fetch-site"] = "none";
  EXPECT_TRUE(known()) << "an address typed in by hand";
  request_.headers["sec-fetch-site"] = "same-origin";
  request_.headers["x-puente-csrf"] = "of somebody who was signed in here before";
  EXPECT_FALSE(known()) << "their page does not go on as another";
}

TEST_F(Served, what_is_not_there_or_not_allowed_has_its_own_status) {
  EXPECT_EQ(call("GET", "/v1/other").status, 404);
  EXPECT_EQ(call("GET", "/v1/things/").status, 404);
  EXPECT_EQ(call("GET", "/v1/things/a/of").status, 404);
  EXPECT_EQ(call("PUT", "/v1/things").status, 405);
  EXPECT_EQ(call("GET", "/v1/things", "secret", "denied").status, 403);
  EXPECT_EQ(call("GET", "/v1/things", "secret", "{").status, 400);
}

TEST_F(Served, a_stranger_does_not_learn_which_addresses_there_are) {
  for (const char* target : {"/v1/things", "/v1/other", "/v1/things/a/of/b"})
    EXPECT_EQ(call("GET", target, "wrong").status, 401) << target;
}

}  // namespace
}  // namespace puente::api
