#include "api/own/own.h"

#include <algorithm>
#include <memory>

#include "api/caller.h"

namespace puente::api {
namespace {

std::vector<own::Entry> entries() {
  std::vector<own::Entry> out;
  for (const auto table : {own::persons(), own::protections(), own::watchlists(), own::questions(), own::cases(),
                           own::practice(), own::agreements(), own::records()}) {
    out.insert(out.end(), table.begin(), table.end());
  }
  return out;
}

}  // namespace

std::vector<Route> own_routes() {
  std::vector<Route> out;
  for (const own::Entry& entry : entries()) out.push_back(entry.route);
  for (const own::SignInEntry& entry : own::sign_in()) out.push_back(entry.route);
  return out;
}

Api own_api(service::Node& node, std::vector<User> users) {
  return own_api(node, [users = std::move(users)](const Digest& token) -> std::optional<Caller> {
    const auto user =
        std::find_if(users.begin(), users.end(), [&](const auto& each) { return each.token_sha256 == token; });
    if (user == users.end()) return std::nullopt;
    return Caller{user->name, user->role, false, user->certified_until_ms};
  });
}

namespace {

// Nothing of an answer is kept, shown in another's frame, guessed at or told to other sites.
net::Response hardened(net::Response response) {
  response.headers.emplace("x-content-type-options", "nosniff");
  response.headers.emplace("referrer-policy", "no-referrer");
  response.headers.emplace("cross-origin-resource-policy", "same-origin");
  response.headers.emplace("content-security-policy", "default-src 'none'; frame-ancestors 'none'");
  return response;
}

// What a page asks for again and again is sent once (RFC 9110, 8.8.3).
net::Response unless_known(const net::Request& request, net::Response response) {
  if (request.method != "GET" || response.status != 200 || response.more) return response;
  const std::string tag = "\"" + to_hex(ByteView(sha256(response.body)).first(16)) + "\"";
  response.headers["etag"] = tag;
  const auto known = request.headers.find("if-none-match");
  if (known == request.headers.end() || known->second.find(tag) == std::string::npos) return response;
  response.status = 304;
  response.body.clear();
  return response;
}

}  // namespace

Api own_api(service::Node& node, FindUser find_user, std::function<std::string()> more_metrics, SignIn sign_in) {
  struct Own {
    std::vector<Door> doors;
    Guard guard;
  };
  const auto own = std::make_shared<Own>();
  for (const own::Entry& entry : entries()) {
    Handle handle = [&node, handle = entry.handle](const Call& call) { return handle(node, call); };
    if (entry.route.action == Action::kReadMetrics && more_metrics) {
      handle = [handle, more_metrics](const Call& call) -> Result<net::Response> {
        ASSIGN_OR_RETURN(net::Response out, handle(call));
        const std::string more = more_metrics();
        out.body.insert(out.body.end(), more.begin(), more.end());
        return out;
      };
    }
    own->doors.push_back({entry.route, std::move(handle)});
  }
  for (const own::SignInEntry& entry : own::sign_in())
    own->doors.push_back({entry.route, [&node, sign_in, handle = entry.handle](const Call& call) {
                            return handle(node, sign_in, call);
                          }});
  own->guard.caller = [callers = Callers(std::move(find_user), sign_in)](const net::Request& request) {
    return callers.of(request);
  };
  own->guard.may = [&node](const Caller& caller, Action action) { return node.may(caller, action); };
  own->guard.authorise = [&node](const Caller& caller, Action action) { return node.authorise(caller, action); };
  return {[own](const net::Request& head) {
            net::Admission out = admit(own->doors, own->guard, head);
            if (out.refusal) out.refusal = hardened(*std::move(out.refusal));
            return out;
          },
          [own](const net::Request& request) {
            return hardened(unless_known(request, serve(own->doors, own->guard, request)));
          }};
}

}  // namespace puente::api
