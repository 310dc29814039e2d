#include "signin/provider/provider.h"

#include <gtest/gtest.h>

#include "signin/provider/testing_signer.h"

namespace puente::signin {
namespace {

class Now final : public Clock {
 public:
  std::int64_t now_ms() const override { return now; }
  std::int64_t now = 1'900'000'000'500;
};

// A provider that answers from memory; web/test has a real one.
class ProviderTest : public testing::Test {
 protected:
  static constexpr const char* kIssuer = "https://login.example";
  ProviderTest() {
    clock_.now += 1'000;
    provider_.refresh();
  }

  Result<Fetched> fetch(const std::string& address, const std::string& form) {
    ++asked_;
    if (!reached_) return Error{Code::kUnavailable, "nobody there"};
    if (address == std::string(kIssuer) + "/.well-known/openid-configuration") return Fetched{200, discovery_};
    if (address == "https://login.example/keys") return Fetched{200, signer_->jwks()};
    form_ = form;
    return Fetched{200, canonical(Json::object({{"id_token", id_token_}}))};
  }
  Json claims(const char* audience, const Json& more = Json(Json::Object())) const {
    Json out = Json::object({{"iss", kIssuer},
                             {"aud", audience},
                             {"sub", "ana"},
                             {"iat", clock_.now / 1000},
                             {"exp", clock_.now / 1000 + 300},
                             {"roles", Json::array({"border", "other"})}});
    for (const auto& [name, value] : *more.as_object()) out.set(name, value);
    return out;
  }
  Result<Caller> called(const Json& more = Json(Json::Object()), const char* type = "at+jwt") {
    return provider_.caller_of(signer_->token(claims("puente-col", more), type));
  }
  std::string member(const std::string& address, const std::string& name) const {
    const std::size_t at = address.find(name + "=");
    return at == std::string::npos ? ""
                                   : address.substr(at + name.size() + 1, address.find('&', at) - at - name.size() - 1);
  }
  // Somebody leaves for the provider and comes back with what it says of them.
  Result<Provider::Vouched> came_back(const Json& more = Json(Json::Object()), const char* type = "JWT") {
    const auto begun = provider_.begin();
    if (!begun.ok()) return begun.error();
    Json all = claims("puente", Json::object({{"nonce", member(begun->address, "nonce")}}));
    for (const auto& [name, value] : *more.as_object()) all.set(name, value);
    id_token_ = signer_->token(all, type);
    return provider_.finish({"a-code", member(begun->address, "state"), kIssuer, begun->cookie});
  }

  Now clock_;
  SystemRandom random_;
  bool reached_ = true;
  int asked_ = 0;
  std::string id_token_, form_;
  std::string discovery_ =
      R"({"issuer":"https://login.example","authorization_endpoint":"https://login.example/auth","token_endpoint":"https://login.example/token","jwks_uri":"https://login.example/keys"})";
  std::unique_ptr<Signer> signer_ = std::make_unique<Signer>("ES256");
  ProviderConfig config_{kIssuer,
                         "Login",
                         "puente",
                         "a secret & more",
                         "puente-col",
                         "https://node.example/v1/sign-in/return",
                         "sub",
                         "roles",
                         {{"border", Role::kOfficer}, {"boss", Role::kSupervisor}, {"expert", Role::kExaminer}},
                         "urn:two"};
  Provider provider_{config_, [this](const std::string& a, const std::string& f) { return fetch(a, f); }, clock_,
                     random_};
};

TEST_F(ProviderTest, vouches_for_whom_it_sent_back) {
  const auto vouched = came_back();
  ASSERT_TRUE(vouched.ok()) << vouched.error().message;
  EXPECT_EQ(vouched->account.caller.user, "idp:ana");
  EXPECT_EQ(vouched->account.caller.role, Role::kOfficer);
  EXPECT_TRUE(vouched->account.caller.by_session);
  EXPECT_FALSE(vouched->second_factor);
  EXPECT_EQ(form_.substr(0, form_.find("code_verifier")),
            "grant_type=authorization_code&code=a-code&redirect_uri=https%3A%2F%2Fnode.example%2Fv1%2Fsign-in%2Freturn&"
            "client_id=puente&");
  EXPECT_TRUE(form_.ends_with("client_secret=a%20secret%20%26%20more"));
  ASSERT_TRUE(provider_.account("idp:ana"));
  EXPECT_EQ(provider_.people().size(), 1u);
  clock_.now += Desk::kSessionMs;
  EXPECT_FALSE(provider_.account("idp:ana")) << "for one session";
  EXPECT_FALSE(provider_.account("ana"));
}

// RFC 7636: who steals the code cannot use it.
TEST_F(ProviderTest, proves_that_who_comes_back_is_who_left) {
  const auto begun = provider_.begin();
  ASSERT_TRUE(begun.ok());
  EXPECT_TRUE(begun->address.starts_with("https://login.example/auth?response_type=code&client_id=puente&"));
  EXPECT_EQ(member(begun->address, "acr_values"), "urn%3Atwo");
  ASSERT_TRUE(came_back().ok());
  const std::string verifier = member(form_, "code_verifier");
  EXPECT_EQ(verifier.size(), 52u);
  EXPECT_EQ(begun->address.find(verifier), std::string::npos);
  const std::string state = member(begun->address, "state");
  const auto finish = [&](const std::string& said, const std::string& cookie, const std::string& issuer = "") {
    return provider_.finish({"a-code", said, issuer, cookie});
  };
  for (const auto& bad : {finish(state, ""), finish("other", begun->cookie), finish("", begun->cookie),
                          finish(state, provider_.begin()->cookie), finish(state, begun->cookie + "A"),
                          finish(state, begun->cookie, "https://other.example")}) {
    ASSERT_FALSE(bad.ok());
    EXPECT_EQ(bad.error().code, Code::kUnauthenticated);
  }
  EXPECT_FALSE(finish(state, begun->cookie).ok()) << "the token is of another try (nonce)";
  Provider other(
      config_, [this](const std::string& a, const std::string& f) { return fetch(a, f); }, clock_, random_);
  other.refresh();
  EXPECT_FALSE(other.finish({"a-code", state, "", begun->cookie}).ok()) << "begun before a restart";
  clock_.now += Provider::kTryMs;
  EXPECT_FALSE(finish(state, begun->cookie).ok());
}

TEST_F(ProviderTest, believes_nothing_that_is_not_for_us_in_time_and_of_its_key) {
  ASSERT_TRUE(called().ok()) << called().error().message;
  EXPECT_EQ(called()->user, "idp:ana");
  EXPECT_FALSE(called()->by_session);
  EXPECT_TRUE(called(Json(Json::Object()), "").ok());
  EXPECT_TRUE(called(Json::object({{"aud", Json::array({"x", "puente-col"})}})).ok());
  const std::int64_t now = clock_.now / 1000;
  for (const Json& bad :
       {Json::object({{"iss", "https://login.example/"}}), Json::object({{"aud", "puente"}}),
        Json::object({{"aud", Json()}}), Json::object({{"exp", now - 61}}), Json::object({{"exp", "never"}}),
        Json::object({{"exp", Json()}}), Json::object({{"iat", now + 62}}), Json::object({{"nbf", now + 62}}),
        Json::object({{"nbf", "x"}}), Json::object({{"iat", Json()}}), Json::object({{"exp", 1e300}}),
        Json::object({{"exp", now + 7'300}}), Json::object({{"sub", "a b"}}), Json::object({{"sub", ""}}),
        Json::object({{"sub", std::string(61, 'a')}}), Json::object({{"sub", Json::array({"ana"})}})}) {
    const auto refused = called(bad);
    ASSERT_FALSE(refused.ok()) << canonical(bad);
    EXPECT_EQ(refused.error().code, Code::kUnauthenticated) << canonical(bad);
  }
  EXPECT_FALSE(called(Json(Json::Object()), "logout+jwt").ok());
  EXPECT_FALSE(provider_.caller_of(signer_->token(claims("puente"))).ok()) << "a token about a person opens no API";
  EXPECT_FALSE(came_back(Json::object({{"aud", "puente-col"}})).ok()) << "nor one for the API a session";
  EXPECT_FALSE(came_back(Json(Json::Object()), "at+jwt").ok());
  EXPECT_FALSE(came_back(Json::object({{"azp", "other"}})).ok());
  EXPECT_FALSE(came_back(Json::object({{"aud", Json::array({"puente", "other"})}})).ok());
}

TEST_F(ProviderTest, gives_one_role_and_to_who_decides_only_with_a_second_factor) {
  const auto with = [&](const Json& roles, const Json& amr = Json(), const char* acr = "0") {
    return called(Json::object({{"roles", roles}, {"amr", amr}, {"acr", acr}}));
  };
  EXPECT_EQ(with(Json()).error().code, Code::kDenied);
  EXPECT_EQ(with("border")->role, Role::kOfficer);
  EXPECT_EQ(with(Json::array({"border", "boss"})).error().code, Code::kDenied) << "a person has one role";
  EXPECT_EQ(with("boss").error().code, Code::kDenied) << "a supervisor by a password alone";
  EXPECT_EQ(with("boss", Json::array({"pwd"})).error().code, Code::kDenied);
  EXPECT_EQ(with("boss", Json::array({"pwd", "otp"}))->role, Role::kSupervisor);
  EXPECT_EQ(with("boss", Json(), "urn:two")->role, Role::kSupervisor);
  EXPECT_EQ(called(Json::object({{"roles", Json()}, {"scope", "openid border"}}))->role, Role::kOfficer);
  EXPECT_FALSE(came_back(Json::object({{"roles", Json()}, {"scope", "border"}})).ok()) << "scopes are of tokens for us";
  EXPECT_TRUE(came_back(Json::object({{"roles", "boss"}, {"amr", Json::array({"mfa"})}}))->second_factor);
  const Json expert = Json::object({{"roles", "expert"}, {"puente_certified_until", "2031-06-30"}});
  EXPECT_EQ(to_iso8601(called(expert)->certified_until_ms), "2031-07-01T00:00:00.000Z");
  EXPECT_EQ(called(Json::object({{"puente_certified_until", "2031-06-30"}}))->certified_until_ms, 0) << "an officer";
}

TEST_F(ProviderTest, whose_sessions_are_ended_needs_a_new_token) {
  const std::string token = signer_->token(claims("puente-col"));
  Json ahead = claims("puente-col");
  const std::string by_a_fast_clock = signer_->token(ahead.set("iat", clock_.now / 1000 + 50));
  ASSERT_TRUE(came_back().ok());
  ASSERT_TRUE(provider_.caller_of(token).ok());
  ASSERT_TRUE(provider_.caller_of(by_a_fast_clock).ok());
  provider_.end("idp:ana");
  EXPECT_FALSE(provider_.caller_of(token).ok());
  EXPECT_FALSE(provider_.caller_of(by_a_fast_clock).ok());
  EXPECT_FALSE(provider_.account("idp:ana"));
  EXPECT_FALSE(came_back().ok()) << "who was coming back at that moment";
  clock_.now += 1'000;
  EXPECT_TRUE(came_back().ok());
  EXPECT_FALSE(called().ok()) << "a program waits a minute: its provider's clock may be ahead";
  clock_.now += 60'000;
  EXPECT_TRUE(called().ok());
  EXPECT_FALSE(provider_.caller_of(token).ok());
  clock_.now += 10'000;
  Provider after(
      config_, [this](const std::string& a, const std::string& f) { return fetch(a, f); }, clock_, random_);
  after.refresh();
  EXPECT_FALSE(after.caller_of(token).ok()) << "after a restart nobody knows whose were ended";
}

TEST_F(ProviderTest, follows_its_keys_and_asks_for_them_no_more_than_it_must) {
  const int at_first = asked_;
  provider_.refresh();
  EXPECT_EQ(asked_, at_first);
  signer_ = std::make_unique<Signer>("RS256", "two");
  EXPECT_EQ(called().error().code, Code::kUnauthenticated) << "those were its keys this very moment";
  clock_.now += Provider::kAskAgainMs;
  EXPECT_EQ(called().error().code, Code::kUnavailable);
  provider_.refresh();
  EXPECT_TRUE(called().ok());
  const int then = asked_;
  EXPECT_GT(then, at_first);
  reached_ = false;
  clock_.now += Provider::kKeysFreshMs;
  provider_.refresh();
  EXPECT_TRUE(called().ok()) << "what is known holds for a while";
  EXPECT_NE(provider_.problem(), "");
  EXPECT_EQ(provider_.begin().error().code, Code::kUnavailable) << "nobody is sent to where nobody answers";
  clock_.now += Provider::kKeysMsMax;
  provider_.refresh();
  EXPECT_EQ(called().error().code, Code::kUnavailable);
}

TEST_F(ProviderTest, is_not_taken_for_another) {
  for (
      const char* const bad :
      {R"({"issuer":"https://other.example"})", "nonsense",
       R"({"issuer":"https://login.example","authorization_endpoint":"http://login.example/auth","token_endpoint":"https://login.example/token","jwks_uri":"https://login.example/keys"})",
       R"({"issuer":"https://login.example","authorization_endpoint":"https://login.example/\r\nx","token_endpoint":"https://login.example/token","jwks_uri":"https://login.example/keys"})"}) {
    discovery_ = bad;
    Provider other(
        config_, [this](const std::string& a, const std::string& f) { return fetch(a, f); }, clock_, random_);
    other.refresh();
    EXPECT_NE(other.problem(), "") << bad;
    EXPECT_EQ(other.begin().error().code, Code::kUnavailable) << bad;
    EXPECT_EQ(other.caller_of(signer_->token(claims("puente-col"))).error().code, Code::kUnavailable) << bad;
  }
}

}  // namespace
}  // namespace puente::signin
