#include "api/http.h"

#include <algorithm>
#include <optional>

#include "core/address.h"
#include "core/biographic.h"
#include "core/person.h"
#include "core/text.h"

namespace puente::api {
namespace {

struct Part {
  std::string_view name, sent;
};

// "/v1/cases/abc/verdict" against "/v1/cases/{case_id}/verdict": what stands for the braces, or nothing.
std::optional<std::vector<Part>> match(std::string_view pattern, std::string_view target) {
  const auto wanted = split(pattern, '/'), given = split(target, '/');
  if (wanted.size() != given.size()) return std::nullopt;
  std::vector<Part> parts;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i].starts_with('{')) {
      parts.push_back({wanted[i].substr(1, wanted[i].size() - 2), given[i]});
    } else if (wanted[i] != given[i]) {
      return std::nullopt;
    }
  }
  return parts;
}

constexpr const char* kRetryAfterSeconds = "10";

struct Found {
  const Door* door = nullptr;
  std::vector<Part> parts;
  std::string methods;  // that the address knows, when it is there
};

// What anybody may read: nothing of the rest is done for a HEAD, which shows nothing. A look at a case counts, for one.
bool knows_head(const Route& route) {
  return route.method == "GET" && !route.action && !route.asks_others;
}

bool answers(const Route& route, std::string_view method) {
  return route.method == method || (method == "HEAD" && knows_head(route));
}

Found find(std::span<const Door> doors, const net::Request& request) {
  Found out;
  for (const Door& door : doors) {
    auto parts = match(door.route.pattern, request.target);
    if (!parts) continue;
    out.methods += (out.methods.empty() ? "" : ", ") + std::string(door.route.method);
    if (knows_head(door.route)) out.methods += ", HEAD";
    if (!answers(door.route, request.method)) continue;
    out.door = &door;
    out.parts = *std::move(parts);
    break;
  }
  return out;
}

// What a request says goes into the log and onto screens: nothing but text that shows as what it is.
Result<std::string> read_text(std::string_view name, std::string_view sent) {
  std::optional<std::string> out = percent_decoded(sent);
  if (out && is_plain_text(*out)) return *std::move(out);
  return Error{Code::kInvalidInput, std::string(name) + ": write UTF-8 text without control characters, and % as %25"};
}

Status read_parts(std::span<const Part> sent, Call& call) {
  for (const Part& each : sent) {
    ASSIGN_OR_RETURN(std::string part, read_text(each.name, each.sent));
    if (each.name.ends_with("_id") && !is_id(part))
      return Error{Code::kInvalidInput, std::string(each.name) + ": " + kIdInWords};
    call.parts.push_back(std::move(part));
  }
  return {};
}

Status read_query(const Route& route, std::string_view query, Call& call) {
  if (query.empty()) return {};
  if (!is_plain_text(query)) return Error{Code::kInvalidInput, "the query must be text without control characters"};
  const std::vector<std::string_view> names = split(route.parameters, ' ');
  for (const std::string_view pair : split(query, '&')) {
    const std::size_t sign = std::min(pair.find('='), pair.size());
    const std::string name(pair.substr(0, sign));
    const bool known = !name.empty() && std::ranges::count(names, name) > 0;
    if (!known && route.asks_others) continue;
    if (!known) return Error{Code::kInvalidInput, "this address knows no parameter \"" + name + "\""};
    ASSIGN_OR_RETURN(std::string value, read_text(name, pair.substr(std::min(sign + 1, pair.size()))));
    if (value.empty()) return Error{Code::kInvalidInput, name + ": there is no value; leave it out"};
    if (!call.parameters.emplace(name, std::move(value)).second)
      return Error{Code::kInvalidInput, name + ": it is there twice"};
  }
  return {};
}

Result<net::Response> handled(const Found& found, Call call) {
  TRY(read_parts(found.parts, call));
  TRY(read_query(found.door->route, call.request.query, call));
  return found.door->handle(call);
}

net::Response answered(const Found& found, const net::Request& request, const Caller& caller) {
  auto done = handled(found, {request, caller, {}, {}});
  net::Response response = done.ok() ? *std::move(done) : refuse(done.error());
  response.route = found.door->route.pattern;
  response.window_ms = found.door->route.window_ms;
  return response;
}

}  // namespace

net::Response answer(const Json& json, int status) {
  net::Response response;
  response.status = status;
  response.body = to_bytes(canonical(json));
  return response;
}

net::Response plain(std::string_view text) {
  net::Response response;
  response.content_type = "text/plain; charset=utf-8";
  response.body = to_bytes(text);
  return response;
}

net::Response refuse(const Error& error) {
  net::Response out = answer(net::problem_details(http_status(error.code), error), http_status(error.code));
  out.content_type = net::kProblem;
  if (out.status == 401) out.headers["www-authenticate"] = "Bearer";
  if (out.status == 429 || out.status == 503) out.headers["retry-after"] = kRetryAfterSeconds;
  return out;
}

Result<Json> Call::body() const {
  if (request.body.empty()) return Json();
  return parse_json(text(request.body));
}

std::string Call::parameter(std::string_view name) const {
  const auto found = parameters.find(name);
  return found == parameters.end() ? "" : found->second;
}

namespace {

// Who signs in is nobody yet: a few words, and a turn among strangers.
net::Admission admit_stranger(const net::Request& head) {
  constexpr std::int64_t kWordsMax = 4'096;
  net::Admission out;
  const auto length = head.headers.find("content-length");
  const auto bytes = length == head.headers.end() ? std::nullopt : to_number<std::int64_t>(length->second);
  if (!bytes || *bytes < 0 || *bytes > kWordsMax)
    out.refusal = refuse(Error{Code::kTooLarge, "send at most 4096 bytes, and say how many (Content-Length)"});
  return out;
}

}  // namespace

net::Admission admit(std::span<const Door> doors, const Guard& guard, const net::Request& head) {
  net::Admission out;
  const Found found = find(doors, head);
  const bool open = found.door != nullptr && !found.door->route.action;
  if (open && head.method == "POST") return admit_stranger(head);
  if (open) {
    out.reads_body = false;
    out.never_waits = !found.door->route.asks_others;
    return out;
  }
  const auto caller = guard.caller(head);
  if (!caller.ok()) {
    out.refusal = refuse(caller.error());
    return out;
  }
  out.key = caller->user;
  const auto action = found.door == nullptr ? std::nullopt : found.door->route.action;
  out.reads_body = action && guard.may(*caller, *action).ok();  // else it is refused without
  out.never_waits = action == Action::kReadMetrics;
  return out;
}

net::Response serve(std::span<const Door> doors, const Guard& guard, const net::Request& request) {
  const Found found = find(doors, request);
  if (found.door != nullptr && !found.door->route.action) return answered(found, request, {});
  const auto caller = guard.caller(request);
  if (!caller.ok()) return refuse(caller.error());
  if (found.door == nullptr) {
    net::Response response = refuse(Error{Code::kNotFound, "no such address here: see openapi/puente.yaml"});
    if (found.methods.empty()) return response;
    response = refuse(Error{Code::kUnsupported, "this address does not know " + request.method});
    response.status = 405;
    response.headers["allow"] = found.methods;
    return response;
  }
  if (const Status may = guard.authorise(*caller, *found.door->route.action); !may.ok()) return refuse(may.error());
  return answered(found, request, *caller);
}

int http_status(Code code) {
  switch (code) {
    case Code::kInvalidInput:
      return 400;
    case Code::kTooLarge:
      return 413;
    case Code::kUnsupported:
      return 415;
    case Code::kNoFeatures:
      return 422;
    case Code::kNotFound:
      return 404;
    case Code::kAlreadyExists:
      return 409;
    case Code::kDenied:
      return 403;
    case Code::kUnauthenticated:
      return 401;
    case Code::kQuotaExceeded:
      return 429;
    case Code::kReplayed:
      return 409;
    case Code::kUnavailable:
      return 503;
    case Code::kDeadlineExceeded:
      return 504;
    case Code::kStorageFull:
      return 507;
    case Code::kCorrupt:
      return 500;
    case Code::kConflict:
      return 409;
    case Code::kInternal:
      return 500;
  }
  return 500;
}

}  // namespace puente::api
