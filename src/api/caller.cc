#include "api/caller.h"

#include <algorithm>
#include <utility>

#include "core/text.h"

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

std::string header_of(const net::Request& request, const char* name) {
  const auto found = request.headers.find(name);
  return found == request.headers.end() ? "" : found->second;
}

// What changes something says the session's csrf, which no other page can know; and the browser itself says, where it
// says anything, that the request comes from a page of ours. An address typed in by hand ("none") only shows. A page
// that says a csrf when it reads is the page of that session alone, whoever signed in beside it since.
bool is_of_the_console(const net::Request& request, const std::string& csrf) {
  const std::string site = header_of(request, "sec-fetch-site");
  const bool shows = request.method == "GET" || request.method == "HEAD";
  if (!site.empty() && site != "same-origin" && !(shows && site == "none")) return false;
  const std::string said = header_of(request, "x-puente-csrf");
  return (shows && said.empty()) || same_bytes(view(said), view(csrf));
}

}  // namespace

std::string cookie_in(const net::Request& request, std::string_view name) {
  std::string out;
  bool is_there = false;
  const std::string cookies = header_of(request, "cookie");
  for (const std::string_view each : split(cookies, ';')) {
    const std::string_view pair = each.substr(std::min(each.find_first_not_of(' '), each.size()));
    const std::size_t sign = pair.find('=');
    if (sign == std::string_view::npos || pair.substr(0, sign) != name) continue;
    if (std::exchange(is_there, true)) return "";
    out = pair.substr(sign + 1);
  }
  return out;
}

// What has the form of a signed token is one, or nobody's: ours have no points.
Result<Caller> Callers::by_token(std::string_view token) const {
  if (sign_in_.provider != nullptr && std::ranges::count(token, '.') == 2) return sign_in_.provider->caller_of(token);
  if (auto caller = find_user_(sha256(view(token)))) return *std::move(caller);
  return Error{Code::kUnauthenticated, "send a token that this node knows: Authorization: Bearer …"};
}

Result<Caller> Callers::of(const net::Request& request) const {
  if (!request.peer.empty()) {  // nothing else counts where certificates are asked for
    if (auto caller = sign_in_.machine ? sign_in_.machine(request.peer) : std::nullopt) return *std::move(caller);
    return Error{Code::kUnauthenticated, "this certificate is nobody's any more"};
  }
  if (const std::string cookie = session_cookie(request);
      sign_in_.desk != nullptr && !cookie.empty() && !request.headers.contains("authorization")) {
    const auto session = sign_in_.desk->find(cookie, request.target != kEvents);
    if (session && is_of_the_console(request, session->csrf)) return session->caller;
    return Error{Code::kUnauthenticated, session ? "X-Puente-Csrf: send the session's csrf, from a page of this node"
                                                 : "this session is over: sign in again"};
  }
  const auto header = request.headers.find("authorization");
  const auto token = header == request.headers.end() ? std::nullopt : bearer_token(header->second);
  return by_token(token.value_or(""));
}

}  // namespace puente::api
