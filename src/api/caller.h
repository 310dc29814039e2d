// Inside api/: who calls our own API. The one place that says so, so that no door has an idea of its own: by the
// certificate of a machine, by the cookie of a session, by a bearer token of ours, or by one that a provider signed.
#pragma once
#include "api/api.h"

namespace puente::api {

// __Host-: the browser takes it from this very host alone, over TLS, for all of its paths.
inline constexpr std::string_view kSessionCookie = "__Host-puente", kTryCookie = "__Host-puente-try";
std::string cookie_in(const net::Request& request, std::string_view name);  // empty: none, or more than one
inline std::string session_cookie(const net::Request& request) {
  return cookie_in(request, kSessionCookie);
}

// Of a page that waits there nobody can say that somebody sits before it.
inline constexpr std::string_view kEvents = "/v1/events";

class Callers {
 public:
  explicit Callers(FindUser find_user, SignIn sign_in = {})
      : find_user_(std::move(find_user)), sign_in_(std::move(sign_in)) {}
  // kUnauthenticated: nobody that we know; or a session's request that some other page may have made.
  Result<Caller> of(const net::Request& request) const;

 private:
  Result<Caller> by_token(std::string_view token) const;

  FindUser find_user_;
  SignIn sign_in_;
};

}  // namespace puente::api
