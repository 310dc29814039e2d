// For tests: a key of a provider, what it publishes of it, and tokens that it signs.
#pragma once
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <memory>
#include <string>

#include "core/json.h"
#include "signin/provider/token.h"

namespace puente::signin {

class Signer {
 public:
  // "RS256", "PS256", "ES256", "ES384" or "EdDSA".
  explicit Signer(std::string algorithm, std::string id = "one", unsigned bits = 2048)
      : algorithm_(std::move(algorithm)), id_(std::move(id)), key_(made(algorithm_, bits), EVP_PKEY_free) {}

  Json jwk() const {
    Json out = Json::object({{"kid", id_}, {"use", "sig"}, {"alg", algorithm_}});
    if (is_rsa()) return out.set("kty", "RSA").set("n", number("n")).set("e", number("e"));
    if (algorithm_ == "EdDSA") return out.set("kty", "OKP").set("crv", "Ed25519").set("x", raw());
    return out.set("kty", "EC")
        .set("crv", algorithm_ == "ES256" ? "P-256" : "P-384")
        .set("x", number("qx"))
        .set("y", number("qy"));
  }
  std::string jwks() const { return canonical(Json::object({{"keys", Json::array({jwk()})}})); }

  std::string token(const Json& claims, const std::string& type = "JWT") const {
    return under(Json::object({{"alg", algorithm_}, {"kid", id_}, {"typ", type}}), claims);
  }
  std::string under(const Json& header, const Json& claims) const {
    const std::string text = part(header) + "." + part(claims);
    return text + "." + to_base64url(signature(text));
  }
  static std::string part(const Json& json) { return to_base64url(view(canonical(json))); }

 private:
  bool is_rsa() const { return algorithm_.ends_with("S256") && algorithm_ != "ES256"; }
  std::size_t half() const { return algorithm_ == "ES384" ? 48 : 32; }
  static EVP_PKEY* made(const std::string& algorithm, unsigned bits) {
    if (algorithm == "EdDSA") return EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
    if (algorithm == "ES256") return EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256");
    if (algorithm == "ES384") return EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-384");
    return EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{bits});
  }
  std::string number(const char* name) const {
    BIGNUM* value = nullptr;
    CHECK(EVP_PKEY_get_bn_param(key_.get(), name, &value) == 1);
    Bytes out(is_rsa() ? static_cast<std::size_t>(BN_num_bytes(value)) : half());
    BN_bn2binpad(value, out.data(), static_cast<int>(out.size()));
    BN_free(value);
    return to_base64url(out);
  }
  std::string raw() const {
    Bytes out(32);
    std::size_t size = out.size();
    CHECK(EVP_PKEY_get_raw_public_key(key_.get(), out.data(), &size) == 1);
    return to_base64url(out);
  }
  Bytes signature(const std::string& text) const {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    EVP_PKEY_CTX* how = nullptr;
    const EVP_MD* const digest = algorithm_ == "EdDSA" ? nullptr : algorithm_ == "ES384" ? EVP_sha384() : EVP_sha256();
    CHECK(EVP_DigestSignInit(context.get(), &how, digest, nullptr, key_.get()) == 1);
    if (algorithm_ == "PS256") {
      EVP_PKEY_CTX_set_rsa_padding(how, RSA_PKCS1_PSS_PADDING);
      EVP_PKEY_CTX_set_rsa_pss_saltlen(how, RSA_PSS_SALTLEN_DIGEST);
    }
    std::size_t size = 2048;
    Bytes out(size);
    CHECK(EVP_DigestSign(context.get(), out.data(), &size, view(text).data(), text.size()) == 1);
    out.resize(size);
    return algorithm_.starts_with("ES") ? side_by_side(out) : out;
  }
  Bytes side_by_side(const Bytes& der) const {
    const unsigned char* at = der.data();
    const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> both(
        d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())), ECDSA_SIG_free);
    Bytes out(2 * half());
    BN_bn2binpad(ECDSA_SIG_get0_r(both.get()), out.data(), static_cast<int>(half()));
    BN_bn2binpad(ECDSA_SIG_get0_s(both.get()), out.data() + half(), static_cast<int>(half()));
    return out;
  }

  const std::string algorithm_, id_;
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
};

}  // namespace puente::signin
