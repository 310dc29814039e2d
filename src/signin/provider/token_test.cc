#include "signin/provider/token.h"

#include <gtest/gtest.h>

#include "signin/provider/testing_signer.h"

namespace puente::signin {
namespace {

const Json kClaims = Json::object({{"sub", "ana"}, {"exp", 1'900'000'000}});
constexpr const char* kAlgorithms[] = {"RS256", "PS256", "ES256", "ES384", "EdDSA"};

TEST(TokenKeys, open_what_each_of_the_five_algorithms_signed) {
  for (const char* const algorithm : kAlgorithms) {
    const Signer signer(algorithm);
    const auto keys = TokenKeys::read(signer.jwks());
    ASSERT_TRUE(keys.ok()) << algorithm << keys.error().message;
    const auto token = keys->open(signer.token(kClaims, "application/AT+JWT"));
    ASSERT_TRUE(token.ok()) << algorithm << token.error().message;
    EXPECT_EQ(token->claims, kClaims);
    EXPECT_EQ(token->type, "at+jwt");
  }
}

// RFC 7515, appendix A.3: a token of ES256 that somebody else made.
TEST(TokenKeys, open_the_token_of_the_standard) {
  const auto keys = TokenKeys::read(
      R"({"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]})");
  ASSERT_TRUE(keys.ok());
  const std::string token =
      "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0"
      "cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
  const auto opened = keys->open(token);
  ASSERT_TRUE(opened.ok()) << opened.error().message;
  EXPECT_EQ(opened->claims["iss"], Json("joe"));
}

TEST(TokenKeys, refuse_whatever_was_changed) {
  for (const char* const algorithm : kAlgorithms) {
    const Signer signer(algorithm);
    const auto keys = TokenKeys::read(signer.jwks());
    const std::string token = signer.token(kClaims);
    const std::size_t first = token.find('.'), second = token.rfind('.');
    const std::string others = Signer::part(Json::object({{"sub", "eve"}}));
    for (const std::string& bad :
         {token.substr(0, first + 1) + others + token.substr(second), token.substr(0, second + 1),
          token.substr(0, second), token + "A", token + ".", std::string(), std::string(".."),
          token.substr(0, second + 1) + std::string(86, 'A'), token + std::string(kTokenBytesMax, 'A')}) {
      const auto opened = keys->open(bad);
      ASSERT_FALSE(opened.ok()) << algorithm << " " << bad;
      EXPECT_EQ(opened.error().code, Code::kUnauthenticated) << algorithm;
    }
    EXPECT_EQ(TokenKeys::read(Signer(algorithm).jwks())->open(token).error().code, Code::kUnauthenticated)
        << "another key of the same name";
    EXPECT_EQ(TokenKeys::read(Signer(algorithm, "two").jwks())->open(token).error().code, Code::kNotFound);
  }
}

// The old tricks: no signature at all, a secret that everybody has, a key used as another algorithm's.
TEST(TokenKeys, refuse_an_algorithm_that_is_not_the_keys_own) {
  const Signer signer("RS256");
  const auto keys = TokenKeys::read(signer.jwks());
  for (const char* const algorithm : {"none", "None", "HS256", "RS512", "", "PS256", "ES256", "EdDSA"}) {
    const Json header = Json::object({{"alg", algorithm}, {"kid", "one"}});
    EXPECT_FALSE(keys->open(signer.under(header, kClaims)).ok()) << algorithm;
    EXPECT_FALSE(keys->open(Signer::part(header) + "." + Signer::part(kClaims) + ".").ok()) << algorithm;
  }
  EXPECT_FALSE(keys->open(signer.under(Json::object({{"alg", "RS256"}, {"kid", "one"}, {"crit", Json::array({"b64"})}}),
                                       kClaims))
                   .ok());
  EXPECT_FALSE(keys->open(signer.under(Json::object({{"alg", "RS256"}, {"kid", 1}}), kClaims)).ok());
  EXPECT_FALSE(keys->open(signer.under(Json::object({{"alg", "RS256"}, {"kid", "one"}}), Json("claims"))).ok());
}

TEST(TokenKeys, take_no_key_that_is_weak_or_for_something_else) {
  EXPECT_FALSE(TokenKeys::read(Signer("RS256", "one", 1024).jwks()).ok()) << "1024 bits";
  Json secret = Signer("RS256").jwk();
  secret.set("use", "enc");
  Json off_curve = Signer("ES256").jwk();
  off_curve.set("y", off_curve["x"]);
  const Json shared = Json::object({{"kty", "oct"}, {"k", "c2VjcmV0"}, {"kid", "one"}});
  for (const Json& key : {secret, off_curve, shared, Json("key"), Json()})
    EXPECT_FALSE(TokenKeys::read(canonical(Json::object({{"keys", Json::array({key})}}))).ok()) << canonical(key);
  const Json many = Json::object({{"keys", Json(Json::Array(kKeysMax + 1, Signer("ES256").jwk()))}});
  EXPECT_FALSE(TokenKeys::read(canonical(many)).ok());
  for (const char* const bad : {"", "{}", "[]", R"({"keys":{}})", R"({"keys":[]})"})
    EXPECT_FALSE(TokenKeys::read(bad).ok()) << bad;
}

TEST(Base64Url, is_strict_and_comes_back) {
  for (const std::string& bytes : {std::string(), std::string("\xff"), std::string("\xfb\xff"), std::string("abc")})
    EXPECT_EQ(text(*from_base64url(to_base64url(view(bytes)))), bytes);
  EXPECT_EQ(to_base64url(view("\xfb\xff")), "-_8");
  for (const char* const bad : {"a", "+/8", "-_8=", "-_9", "é", "a b"}) EXPECT_FALSE(from_base64url(bad).ok()) << bad;
}

}  // namespace
}  // namespace puente::signin
