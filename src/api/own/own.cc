#include "api/own/own.h"

#include <memory>

#include "api/caller.h"

namespace puente::api {
namespace {

std::vector<own::Entry> entries() {
  std::vector<own::Entry> out;
  for (const auto table : {own::persons(), own::questions(), own::cases(), own::agreements(), own::records()}) {
    out.insert(out.end(), table.begin(), table.end());
  }
  return out;
}

}  // namespace

std::vector<Route> own_routes() {
  std::vector<Route> out;
  for (const own::Entry& entry : entries()) out.push_back(entry.route);
  return out;
}

net::Handler own_api(service::Node& node, std::vector<User> users) {
  std::vector<Door> doors;
  for (const own::Entry& entry : entries()) {
    doors.push_back({entry.route, [&node, handle = entry.handle](const Call& call) { return handle(node, call); }});
  }
  Guard guard;
  guard.caller = [callers = Callers(std::move(users))](const net::Request& request) { return callers.of(request); };
  guard.may = [&node](const Caller& caller, Action action) { return node.authorise(caller, action); };
  return [doors = std::move(doors), guard = std::move(guard)](const net::Request& request) {
    return serve(doors, guard, request);
  };
}

}  // namespace puente::api
