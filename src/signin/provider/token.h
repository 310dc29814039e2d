// Inside signin/provider: tokens that another system signed (JWT, RFC 7519, in the compact form of RFC 7515), and the
// public keys by which it is known (JWKS, RFC 7517). RS256, PS256, ES256, ES384 and EdDSA; what shares a secret (HS…)
// or signs nothing (none) is refused, and so is a key that is used by another algorithm than its own. Pure; any thread.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.h"
#include "core/json.h"
#include "core/result.h"

namespace puente::signin {

struct Token {
  std::string type;  // of its header, in lower case: "at+jwt", "jwt"; or empty
  Json claims;       // an object
};

inline constexpr std::size_t kTokenBytesMax = 8'192, kKeysMax = 64;

class TokenKeys {
 public:
  TokenKeys();
  // What of it is no key for signatures is left out; kInvalidInput: it is no JWKS, or has none.
  static Result<TokenKeys> read(std::string_view jwks);
  // kNotFound: signed by a key that is not here; kUnauthenticated: whatever else is wrong. Its dates are not looked at.
  Result<Token> open(std::string_view token) const;

  struct Key;

 private:
  std::vector<std::shared_ptr<const Key>> keys_;
};

// Without padding, in the letters that addresses take (RFC 4648, 5).
std::string to_base64url(ByteView bytes);
Result<Bytes> from_base64url(std::string_view text);

}  // namespace puente::signin
