// Inside api/: what the doors share. A handler gives an answer or an error; serve() finds it by its route, asks who
// calls and whether they may, and gives every error its status in one place.
#pragma once
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "api/api.h"
#include "core/json.h"

namespace puente::api {

net::Response answer(const Json& json, int status = 200);
net::Response plain(std::string_view text);
net::Response refuse(const Error& error);

struct Call {
  const net::Request& request;
  const Caller& caller;                                        // nobody, where anybody may call
  std::vector<std::string> parts;                              // what stands for the pattern's braces, in their order
  std::map<std::string, std::string, std::less<>> parameters;  // of the query: none is empty

  Result<Json> body() const;                           // null where the request has none
  std::string parameter(std::string_view name) const;  // "" when it is not there
};

using Handle = std::function<Result<net::Response>(const Call&)>;
struct Door {
  Route route;
  Handle handle;
};

// Who calls, and whether such a caller may do what a route does. Both are asked on the network's thread too: quick, and
// without effects.
struct Guard {
  std::function<Result<Caller>(const net::Request&)> caller;
  std::function<Status(const Caller&, Action)> may;
  std::function<Status(const Caller&, Action)> authorise;  // the same before it is done, and a refusal is written down
};

// The same by the header alone: whoever is not known, or may not, sends no body. What anybody may ask never waits, and
// neither do an operator's figures (never_waits).
net::Admission admit(std::span<const Door> doors, const Guard& guard, const net::Request& head);

// Whoever is not known learns nothing, not even which addresses there are. HEAD is answered as GET; the server leaves
// the body out.
net::Response serve(std::span<const Door> doors, const Guard& guard, const net::Request& request);

}  // namespace puente::api
