// Inside api/: who calls our own API. The one place that says so: by bearer token; sessions of a console and signed
// tokens of other systems (JWT) are to be read here too, so that no door has an idea of its own.
#pragma once
#include "api/api.h"

namespace puente::api {

class Callers {
 public:
  explicit Callers(FindUser find_user) : find_user_(std::move(find_user)) {}
  Result<Caller> of(const net::Request& request) const;  // kUnauthenticated: nobody that we know

 private:
  FindUser find_user_;
};

}  // namespace puente::api
