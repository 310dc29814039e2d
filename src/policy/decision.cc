#include "policy/decision.h"

#include <algorithm>

#include "policy/rules.h"

namespace puente::policy {

Decision Decision::permit(std::string reason, std::optional<PurposeTerms> terms) {
  return {.permitted = true, .reasons = {std::move(reason)}, .terms = std::move(terms)};
}

Decision Decision::deny(std::vector<std::string> reasons, Code code) {
  CHECK(!reasons.empty());
  return {.code = code, .reasons = std::move(reasons), .terms = {}};
}

std::string Decision::explanation() const {
  std::string out;
  for (const std::string& reason : reasons) out += (out.empty() ? "" : "; ") + explain(reason);
  return out;
}

Status Decision::status() const {
  if (permitted) return {};
  return Error{code, explanation()};
}

// Bytes that continue a letter (RFC 3629) are not counted.
std::size_t written(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte > 0x20 && byte != 0x7f && (byte & 0xC0) != 0x80;
  }));
}

}  // namespace puente::policy
