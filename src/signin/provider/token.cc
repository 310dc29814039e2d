#include "signin/provider/token.h"

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <array>

#include "core/crypto.h"
#include "core/text.h"

namespace puente::signin {
namespace {

template <auto Free>
struct Freed {
  template <typename T>
  void operator()(T* what) const {
    Free(what);
  }
};
using KeyHandle = std::shared_ptr<EVP_PKEY>;
using Number = std::unique_ptr<BIGNUM, Freed<BN_free>>;

// How an algorithm signs, by its name in RFC 7518 and 8037.
struct Algorithm {
  std::string_view name, key_type, curve;
  const char* group;  // OpenSSL's name of the curve
  const EVP_MD* (*digest)();
  bool pss;
  std::size_t half;  // of a signature of two numbers, each
};
constexpr std::array<Algorithm, 5> kAlgorithms = {{
    {"RS256", "RSA", "", nullptr, EVP_sha256, false, 0},
    {"PS256", "RSA", "", nullptr, EVP_sha256, true, 0},
    {"ES256", "EC", "P-256", "prime256v1", EVP_sha256, false, 32},
    {"ES384", "EC", "P-384", "secp384r1", EVP_sha384, false, 48},
    {"EdDSA", "OKP", "Ed25519", nullptr, nullptr, false, 0},
}};

const Algorithm* algorithm_of(std::string_view name) {
  const auto* const found = std::ranges::find(kAlgorithms, name, &Algorithm::name);
  return found == kAlgorithms.end() ? nullptr : found;
}

std::string text_of(const Json& json, std::string_view member) {
  const std::string* const found = json[member].as_string();
  return found == nullptr ? "" : *found;
}

Number number_of(ByteView bytes) {
  return Number(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
}

KeyHandle made_of(const char* type, OSSL_PARAM_BLD* parts) {
  const std::unique_ptr<OSSL_PARAM, Freed<OSSL_PARAM_free>> parameters(OSSL_PARAM_BLD_to_param(parts));
  const std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX_free>> making(
      EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  const bool made = parameters && making && EVP_PKEY_fromdata_init(making.get()) == 1 &&
                    EVP_PKEY_fromdata(making.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) == 1;
  return made ? KeyHandle(key, EVP_PKEY_free) : nullptr;
}

using Parts = std::unique_ptr<OSSL_PARAM_BLD, Freed<OSSL_PARAM_BLD_free>>;

KeyHandle rsa_key(ByteView modulus, ByteView exponent) {
  constexpr int kBitsMin = 2048, kBitsMax = 8192;
  const Number n = number_of(modulus), e = number_of(exponent);
  if (!n || !e || BN_num_bits(n.get()) < kBitsMin || BN_num_bits(n.get()) > kBitsMax || BN_num_bits(e.get()) > 64)
    return nullptr;
  const Parts parts(OSSL_PARAM_BLD_new());
  const bool put = parts && OSSL_PARAM_BLD_push_BN(parts.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) == 1 &&
                   OSSL_PARAM_BLD_push_BN(parts.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) == 1;
  return put ? made_of("RSA", parts.get()) : nullptr;
}

// A point that is not on its curve is no key.
KeyHandle curve_key(const Algorithm& algorithm, ByteView x, ByteView y) {
  if (x.size() != algorithm.half || y.size() != algorithm.half) return nullptr;
  constexpr std::uint8_t kUncompressed = 4;
  const Bytes point = ByteWriter().u8(kUncompressed).raw(x).raw(y).take();
  const Parts parts(OSSL_PARAM_BLD_new());
  const bool put =
      parts && OSSL_PARAM_BLD_push_utf8_string(parts.get(), OSSL_PKEY_PARAM_GROUP_NAME, algorithm.group, 0) == 1 &&
      OSSL_PARAM_BLD_push_octet_string(parts.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) == 1;
  return put ? made_of("EC", parts.get()) : nullptr;
}

// R and S side by side, as tokens have them, in the form that OpenSSL reads.
Bytes as_der(ByteView signature, std::size_t half) {
  if (signature.size() != 2 * half) return {};
  const std::unique_ptr<ECDSA_SIG, Freed<ECDSA_SIG_free>> both(ECDSA_SIG_new());
  Number r = number_of(signature.subspan(0, half)), s = number_of(signature.subspan(half));
  if (!both || !r || !s || ECDSA_SIG_set0(both.get(), r.get(), s.get()) != 1) return {};
  (void)r.release();
  (void)s.release();
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(both.get(), &der);
  Bytes out;
  if (size > 0) out.assign(der, der + size);
  OPENSSL_free(der);
  return out;
}

bool signed_by(EVP_PKEY* key, const Algorithm& algorithm, ByteView message, ByteView signature) {
  const std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>> context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* how = nullptr;
  if (!context || EVP_DigestVerifyInit(context.get(), &how, algorithm.digest(), nullptr, key) != 1) return false;
  if (algorithm.pss && (EVP_PKEY_CTX_set_rsa_padding(how, RSA_PKCS1_PSS_PADDING) != 1 ||
                        EVP_PKEY_CTX_set_rsa_pss_saltlen(how, RSA_PSS_SALTLEN_DIGEST) != 1))
    return false;
  Bytes der;
  if (algorithm.half != 0) {
    der = as_der(signature, algorithm.half);
    signature = der;
  }
  return !signature.empty() &&
         EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(), message.size()) == 1;
}

Error refused_token(const char* why) {
  return {Code::kUnauthenticated, std::string("the token is refused: ") + why};
}

struct Pieces {
  Json header;
  std::string_view signed_text;  // header and claims, as they stand there
  Bytes claims, signature;
};

Result<Pieces> pieces_of(std::string_view token) {
  if (token.size() > kTokenBytesMax) return refused_token("it has over 8192 bytes");
  const std::vector<std::string_view> parts = split(token, '.');
  if (parts.size() != 3) return refused_token("it is no signed token of three parts");
  const auto header = from_base64url(parts[0]);
  auto claims = from_base64url(parts[1]), signature = from_base64url(parts[2]);
  if (!header.ok() || !claims.ok() || !signature.ok()) return refused_token("it is no base64url");
  auto json = parse_json(text(*header));
  if (!json.ok() || !json->is_object()) return refused_token("its header is no JSON object");
  return Pieces{*std::move(json), token.substr(0, parts[0].size() + 1 + parts[1].size()), *std::move(claims),
                *std::move(signature)};
}

}  // namespace

struct TokenKeys::Key {
  std::string id, only_for;  // only_for: the algorithm that it says; empty: any of its kind
  std::string_view key_type, curve;
  std::shared_ptr<EVP_PKEY> handle;  // of RSA and EC
  SigningPublicKey edwards{};        // of Ed25519
};

namespace {

// What is no key for signatures that we know: nothing.
std::shared_ptr<const TokenKeys::Key> read_key(const Json& json) {
  const auto bytes = [&](const char* member) {
    auto out = from_base64url(text_of(json, member));
    return out.ok() ? *std::move(out) : Bytes();
  };
  const std::string type = text_of(json, "kty"), curve = text_of(json, "crv"), use = text_of(json, "use");
  if (!use.empty() && use != "sig") return nullptr;
  const auto* const kind = std::ranges::find_if(kAlgorithms, [&](const Algorithm& each) {
    return each.key_type == type && each.curve == (type == "RSA" ? "" : curve);
  });
  if (kind == kAlgorithms.end()) return nullptr;
  auto out = std::make_shared<TokenKeys::Key>();
  out->id = text_of(json, "kid");
  out->only_for = text_of(json, "alg");
  out->key_type = kind->key_type;
  out->curve = kind->curve;
  if (type == "OKP") {
    const auto point = fixed<32>(bytes("x"));
    if (!point.ok()) return nullptr;
    out->edwards = *point;
    return out;
  }
  out->handle = type == "RSA" ? rsa_key(bytes("n"), bytes("e")) : curve_key(*kind, bytes("x"), bytes("y"));
  return out->handle ? out : nullptr;
}

}  // namespace

TokenKeys::TokenKeys() = default;

Result<TokenKeys> TokenKeys::read(std::string_view jwks) {
  ASSIGN_OR_RETURN(const Json json, parse_json(jwks));
  const Json::Array* const keys = json["keys"].as_array();
  if (keys == nullptr || keys->size() > kKeysMax)
    return Error{Code::kInvalidInput, "this is no JWKS: an object whose \"keys\" are at most 64"};
  TokenKeys out;
  for (const Json& each : *keys)
    if (auto key = read_key(each)) out.keys_.push_back(std::move(key));
  if (out.keys_.empty())
    return Error{Code::kInvalidInput, "this JWKS has no key for RS256, PS256, ES256, ES384 or EdDSA"};
  return out;
}

Result<Token> TokenKeys::open(std::string_view token) const {
  ASSIGN_OR_RETURN(const Pieces pieces, pieces_of(token));
  const Algorithm* const algorithm = algorithm_of(text_of(pieces.header, "alg"));
  if (algorithm == nullptr) return refused_token("alg must be RS256, PS256, ES256, ES384 or EdDSA");
  if (!pieces.header["crit"].is_null()) return refused_token("it asks for what is not known here (crit)");
  const std::string id = text_of(pieces.header, "kid");
  const auto fits = [&](const auto& key) {
    return key->id == id && key->key_type == algorithm->key_type && key->curve == algorithm->curve &&
           (key->only_for.empty() || key->only_for == algorithm->name);
  };
  const auto found = std::ranges::find_if(keys_, fits);
  if (found == keys_.end()) return Error{Code::kNotFound, "the token is signed by a key that is not known here"};
  const ByteView message = view(pieces.signed_text);
  bool right = false;
  if (algorithm->key_type == "OKP") {
    const auto signature = fixed<64>(pieces.signature);
    right = signature.ok() && verify_signature((*found)->edwards, message, *signature);
  } else {
    right = signed_by((*found)->handle.get(), *algorithm, message, pieces.signature);
  }
  if (!right) return refused_token("its signature is wrong");
  auto claims = parse_json(text(pieces.claims));
  if (!claims.ok() || !claims->is_object()) return refused_token("its claims are no JSON object");
  Token out{text_of(pieces.header, "typ"), *std::move(claims)};
  for (char& c : out.type)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  constexpr std::string_view kApplication = "application/";
  if (out.type.starts_with(kApplication)) out.type.erase(0, kApplication.size());
  return out;
}

std::string to_base64url(ByteView bytes) {
  std::string out = to_base64(bytes);
  out.erase(out.find_last_not_of('=') + 1);
  std::ranges::replace(out, '+', '-');
  std::ranges::replace(out, '/', '_');
  return out;
}

Result<Bytes> from_base64url(std::string_view text) {
  std::string plain(text);
  if (plain.find_first_of("+/=") != std::string::npos) return Error{Code::kInvalidInput, "this is no base64url"};
  std::ranges::replace(plain, '-', '+');
  std::ranges::replace(plain, '_', '/');
  plain.append((4 - plain.size() % 4) % 4, '=');
  return from_base64(plain);
}

}  // namespace puente::signin
