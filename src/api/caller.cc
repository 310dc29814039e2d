#include "api/caller.h"

#include <algorithm>

namespace puente::api {

Result<Caller> Callers::of(const net::Request& request) const {
  constexpr std::string_view kBearer = "Bearer ";
  const auto header = request.headers.find("authorization");
  if (header != request.headers.end() && header->second.starts_with(kBearer)) {
    const Digest token = sha256(view(std::string_view(header->second).substr(kBearer.size())));
    const auto user =
        std::find_if(users_.begin(), users_.end(), [&](const User& each) { return each.token_sha256 == token; });
    if (user != users_.end()) return Caller{user->name, user->role};
  }
  return Error{Code::kUnauthenticated, "send a token that this node knows: Authorization: Bearer …"};
}

}  // namespace puente::api
