// Inside signin: an authenticator: six digits that change every thirty seconds, by a secret that a telephone shares
// (TOTP, RFC 6238 over HOTP, RFC 4226: HMAC-SHA-1, which is what the applications know). Pure.
#pragma once
#include <optional>
#include <string>

#include "core/crypto.h"

namespace puente::signin {

std::string code_of(const std::string& secret, std::int64_t step);  // "" when it is none
std::int64_t step_of(std::int64_t now_ms);
// Which step the code is of: this one, or the one before or after it, for clocks that differ; nothing when of none.
std::optional<std::int64_t> step_by(const std::string& secret, const std::string& code, std::int64_t now_ms);

}  // namespace puente::signin
