// Inside api/: who calls our own API. The one place that says so: by bearer token, or by the cookie of a session;
// signed tokens of other systems (JWT) are to be read here too, so that no door has an idea of its own.
#pragma once
#include "api/api.h"

namespace puente::api {

// __Host-: the browser takes it from this very host alone, over TLS, for all of its paths.
inline constexpr std::string_view kSessionCookie = "__Host-puente";
std::string session_cookie(const net::Request& request);  // empty: none, or more than one

class Callers {
 public:
  explicit Callers(FindUser find_user, signin::Desk* desk = nullptr) : find_user_(std::move(find_user)), desk_(desk) {}
  // kUnauthenticated: nobody that we know; or a session's request that some other page may have made.
  Result<Caller> of(const net::Request& request) const;

 private:
  FindUser find_user_;
  signin::Desk* desk_;
};

}  // namespace puente::api
