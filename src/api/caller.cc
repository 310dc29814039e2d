#include "api/caller.h"

#include <algorithm>

namespace puente::api {
namespace {

// "Bearer" in any case (RFC 9110), blanks, the token.
std::optional<std::string_view> bearer_token(std::string_view header) {
  constexpr std::string_view kScheme = "bearer ";
  const bool is_bearer =
      header.size() > kScheme.size() && std::equal(kScheme.begin(), kScheme.end(), header.begin(), [](char a, char b) {
        return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b - 'A' + 'a') : b);
      });
  if (!is_bearer) return std::nullopt;
  header.remove_prefix(kScheme.size());
  header.remove_prefix(std::min(header.find_first_not_of(' '), header.size()));
  return header;
}

}  // namespace

Result<Caller> Callers::of(const net::Request& request) const {
  if (const auto header = request.headers.find("authorization"); header != request.headers.end()) {
    if (const auto token = bearer_token(header->second)) {
      if (auto caller = find_user_(sha256(view(*token)))) return *std::move(caller);
    }
  }
  return Error{Code::kUnauthenticated, "send a token that this node knows: Authorization: Bearer …"};
}

}  // namespace puente::api
