#include <algorithm>

#include "api/caller.h"
#include "api/own/json.h"
#include "api/own/own.h"
#include "core/biographic.h"
#include "core/text.h"

namespace puente::api::own {
namespace {

using net::Response;
using service::Node;

Status require_desk(const SignIn& sign_in) {
  if (sign_in.desk != nullptr) return {};
  return Error{Code::kNotFound, "nobody signs in here: this is no node at work"};
}

Response no_content() {
  Response out;
  out.status = 204;
  return out;
}

Result<Response> ways(Node& node, const SignIn& sign_in, const Call&) {
  TRY(require_desk(sign_in));
  Json out = Json::object({{"country", node.config().country}});
  if (sign_in.provider != nullptr) out.set("provider", Json::object({{"name", sign_in.provider->config().name}}));
  return answer(out);
}

Json shown(const Node& node, const Caller& caller, const std::optional<signin::Session>& session) {
  Json::Array may;
  for (int i = 0; i < kActionCount; ++i) {
    const auto action = static_cast<Action>(i);
    if (node.may(caller, action).ok()) may.emplace_back(to_string(action));
  }
  Json out = Json::object({{"user", caller.user},
                           {"role", to_string(caller.role)},
                           {"country", node.config().country},
                           {"may", Json(std::move(may))},
                           {"csrf", session ? session->csrf : ""}});
  if (caller.certified_until_ms > 0)
    out.set("certified_until", to_iso8601(caller.certified_until_ms - 1).substr(0, 10));
  if (session) out.set("until", to_iso8601(session->until_ms)).set("second_factor", session->second_factor);
  return out;
}

// A name that somebody has is counted; what else was typed may be a password, and is kept nowhere.
void note_refused(Node& node, const SignIn& sign_in, const std::string& user, const std::string& address) {
  for (const User& each : sign_in.users())
    if (each.name == user) node.note_sign_in_refused(user, address);
}

// A page of another site must not sign somebody in, under whatever name: browsers say whose page asks, some by
// Sec-Fetch-Site, older ones by Origin; and a form of another site cannot send JSON.
Status require_own_page(const net::Request& request) {
  const auto header = [&](const char* name) {
    const auto found = request.headers.find(name);
    return found == request.headers.end() ? std::string() : found->second;
  };
  const std::string site = header("sec-fetch-site"), origin = header("origin"), type = header("content-type");
  const bool is_own = (site.empty() || site == "same-origin") &&
                      (origin.empty() || origin == "https://" + header("host")) &&
                      (type.empty() || type.starts_with("application/json"));
  if (is_own) return {};
  return Error{Code::kDenied, "sign in from a page of this node, in JSON"};
}

std::string set_session(const std::string& cookie) {
  return std::string(kSessionCookie) + "=" + cookie +
         "; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=" + std::to_string(signin::Desk::kSessionMs / 1000);
}

Result<Response> enter(Node& node, const SignIn& sign_in, const Call& call) {
  TRY(require_desk(sign_in));
  TRY(require_own_page(call.request));
  ASSIGN_OR_RETURN(const Json body, call.body());
  JsonReader reader(body, "sign-in");
  const signin::Try given{reader.string("user"), reader.string("password"), reader.string_or("code", ""),
                          call.request.remote_address};
  if (!is_id(given.user)) reader.complain(std::string("member \"user\" must be ") + kIdInWords);
  if (!given.code.empty() && (given.code.size() != 6 || !to_number<std::uint32_t>(given.code)))
    reader.complain("member \"code\" must be six digits");
  if (given.password.empty() || given.password.size() > signin::kPasswordBytesMax)
    reader.complain("member \"password\" must have 1 to 256 bytes");
  TRY(reader.finish());
  const auto opened = sign_in.desk->sign_in(given);
  if (!opened.ok()) {
    if (opened.error().code == Code::kUnauthenticated) note_refused(node, sign_in, given.user, given.address);
    return opened.error();
  }
  const signin::Session& session = opened->session;
  if (const Status noted = node.note_signed_in(session.caller, session.second_factor); !noted.ok()) {
    sign_in.desk->sign_out(opened->cookie);
    return noted.error();
  }
  Response out = answer(shown(node, session.caller, session));
  out.headers["set-cookie"] = set_session(opened->cookie);
  return out;
}

Response sent_to(const std::string& address) {
  Response out;
  out.status = 303;
  out.headers["location"] = address;
  return out;
}

Status require_provider(const SignIn& sign_in) {
  TRY(require_desk(sign_in));
  if (sign_in.provider != nullptr) return {};
  return Error{Code::kNotFound, "no other system vouches for people here: sign in by a password"};
}

// SameSite=Lax: it has to come back with the browser when another site sends it here.
Result<Response> leave_for_provider(Node&, const SignIn& sign_in, const Call&) {
  TRY(require_provider(sign_in));
  const auto begun = sign_in.provider->begin();
  if (!begun.ok()) return sent_to(std::string("/?sign-in=") + to_string(begun.error().code));
  Response out = sent_to(begun->address);
  out.headers["set-cookie"] =
      std::string(kTryCookie) + "=" + begun->cookie +
      "; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=" + std::to_string(signin::Provider::kTryMs / 1000);
  return out;
}

// A person is looking at it: whatever happened, they are sent to the first page, which has words for it.
Result<Response> come_from_provider(Node& node, const SignIn& sign_in, const Call& call) {
  TRY(require_provider(sign_in));
  const std::string cookie = cookie_in(call.request, kTryCookie);
  const auto vouched =
      sign_in.provider->finish({call.parameter("code"), call.parameter("state"), call.parameter("iss"), cookie});
  auto opened = vouched.ok() ? sign_in.desk->open(vouched->account, vouched->second_factor)
                             : Result<signin::Desk::Opened>(vouched.error());
  if (opened.ok()) {
    const Status noted = node.note_signed_in(opened->session.caller, opened->session.second_factor);
    if (!noted.ok()) {
      sign_in.desk->sign_out(opened->cookie);
      opened = noted.error();
    }
  }
  if (!opened.ok()) {
    if (sign_in.complain) sign_in.complain(call.request.remote_address, opened.error());
    return sent_to(std::string("/?sign-in=") + to_string(opened.error().code));
  }
  Response out = sent_to("/");
  out.headers["set-cookie"] = set_session(opened->cookie);
  return out;
}

Result<Response> me(Node& node, const SignIn& sign_in, const Call& call) {
  const std::string cookie = session_cookie(call.request);
  std::optional<signin::Session> session;
  if (sign_in.desk != nullptr && !cookie.empty() && !call.request.headers.contains("authorization"))
    session = sign_in.desk->find(cookie);
  return answer(shown(node, call.caller, session));
}

Result<Response> leave(Node&, const SignIn& sign_in, const Call& call) {
  TRY(require_desk(sign_in));
  if (call.caller.by_session) sign_in.desk->sign_out(session_cookie(call.request));  // not one that lies beside a token
  Response out = no_content();
  out.headers["set-cookie"] = std::string(kSessionCookie) + "=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0";
  out.headers["clear-site-data"] = "\"cache\"";
  return out;
}

Result<Response> change_password(Node& node, const SignIn& sign_in, const Call& call) {
  TRY(require_desk(sign_in));
  ASSIGN_OR_RETURN(const Json body, call.body());
  JsonReader reader(body, "passwords");
  const std::string present = reader.string("password"), next = reader.string("new_password");
  if (present.empty() || present.size() > signin::kPasswordBytesMax)
    reader.complain("member \"password\" must have 1 to 256 bytes");
  TRY(reader.finish());
  TRY(about("new_password", signin::check_password(next, call.caller.user)));
  if (present == next) return Error{Code::kInvalidInput, "new_password: must be another one than before"};
  TRY(sign_in.desk->confirm(call.caller.user, present, call.request.remote_address));
  TRY(sign_in.set_password(call.caller.user, next));
  TRY(node.note_password_changed(call.caller));
  return no_content();
}

Result<Response> users(Node&, const SignIn& sign_in, const Call&) {
  TRY(require_desk(sign_in));
  Json::Array out;
  for (const User& user : sign_in.users()) {
    const signin::Seen seen = sign_in.desk->seen(user.name);
    Json one = Json::object({{"user", user.name},
                             {"role", to_string(user.role)},
                             {"sessions", seen.sessions},
                             {"password", !user.password_hash.empty()},
                             {"second_factor", !user.authenticator.empty()}});
    if (user.certificate_sha256) one.set("certificate", true);
    if (user.expires_ms != std::numeric_limits<std::int64_t>::max()) one.set("expires", to_iso8601(user.expires_ms));
    if (user.certified_until_ms > 0) one.set("certified_until", to_iso8601(user.certified_until_ms - 1).substr(0, 10));
    if (seen.last_ms > 0) one.set("last_seen", to_iso8601(seen.last_ms));
    if (seen.waits_until_ms > 0) one.set("waits_until", to_iso8601(seen.waits_until_ms));
    out.push_back(std::move(one));
  }
  for (const Caller& each : sign_in.provider == nullptr ? std::vector<Caller>() : sign_in.provider->people()) {
    const signin::Seen seen = sign_in.desk->seen(each.user);
    out.push_back(Json::object({{"user", each.user},
                                {"role", to_string(each.role)},
                                {"sessions", seen.sessions},
                                {"password", false},
                                {"second_factor", false},
                                {"provider", true}}));
    if (seen.last_ms > 0) out.back().set("last_seen", to_iso8601(seen.last_ms));
  }
  return answer(Json::object({{"users", Json(std::move(out))}}));
}

Result<Response> end_sessions(Node& node, const SignIn& sign_in, const Call& call) {
  TRY(require_desk(sign_in));
  ASSIGN_OR_RETURN(const std::string reasons, read_reasons(call, "reasons"));
  const std::vector<User> all = sign_in.users();
  const bool known = std::ranges::any_of(all, [&](const User& each) { return each.name == call.parts[0]; });
  const bool vouched = sign_in.provider != nullptr && call.parts[0].starts_with(signin::kOfProvider);
  if ((!known && !vouched) || !is_id(call.parts[0])) return Error{Code::kNotFound, "there is no user of this name"};
  ASSIGN_OR_RETURN(const service::Receipt receipt, node.note_sessions_ended(call.caller, call.parts[0], reasons));
  sign_in.desk->end(call.parts[0]);
  if (vouched) sign_in.provider->end(call.parts[0]);
  return done(receipt);
}

// What is said when, to one page: a word where something it shows is another now, and four times a minute that the
// node is there. The page asks again; nothing else is in it.
class News {
 public:
  News(Node& node, const SignIn& sign_in, const Call& call)
      : node_(node),
        desk_(sign_in.desk),
        caller_(call.caller),
        cookie_(call.caller.by_session ? session_cookie(call.request) : ""),
        known_(node.changes(call.caller)) {}

  std::optional<std::string> next() {
    constexpr int kHereEverySeconds = 15, kSecondsMax = 600, kSecondsMaxOfToken = 60;
    ++seconds_;
    if (seconds_ > (cookie_.empty() ? kSecondsMaxOfToken : kSecondsMax)) return std::nullopt;  // it comes again
    if (!cookie_.empty() && !desk_->find(cookie_, false)) return std::nullopt;
    std::string out;
    auto now = node_.changes(caller_);
    for (const auto& [what, count] : now)
      if (count != known_[what]) out += "event: changed\ndata: " + what + "\n\n";
    known_ = std::move(now);
    if (seconds_ % kHereEverySeconds == 0) out += "event: here\ndata: all\n\n";
    return out;
  }

 private:
  Node& node_;
  signin::Desk* const desk_;
  const Caller caller_;
  const std::string cookie_;
  std::map<std::string, std::uint64_t> known_;
  int seconds_ = 0;
};

Result<Response> events(Node& node, const SignIn& sign_in, const Call& call) {
  Response out;
  out.content_type = "text/event-stream";
  out.body = to_bytes("retry: 5000\n\n");
  out.more = [news = std::make_shared<News>(node, sign_in, call)] { return news->next(); };
  return out;
}

constexpr SignInEntry kSignInEntries[] = {
    {{"GET", "/v1/sign-in", "signInWays", std::nullopt}, ways},
    {{"POST", "/v1/sign-in", "signIn", std::nullopt}, enter},
    {{"GET", "/v1/sign-in/provider", "leaveForProvider", std::nullopt}, leave_for_provider},
    {{"GET", "/v1/sign-in/return", "comeFromProvider", std::nullopt, "code state iss", 0, true}, come_from_provider},
    {{"GET", "/v1/me", "me", Action::kSignIn}, me},
    {{"GET", kEvents, "events", Action::kSignIn}, events},
    {{"POST", "/v1/me/password", "changePassword", Action::kSignIn}, change_password},
    {{"POST", "/v1/sign-out", "signOut", Action::kSignIn}, leave},
    {{"GET", "/v1/users", "users", Action::kListUsers}, users},
    {{"POST", "/v1/users/{user}/sign-out", "endSessions", Action::kEndSessions}, end_sessions},
};

}  // namespace

std::span<const SignInEntry> sign_in() {
  return kSignInEntries;
}

}  // namespace puente::api::own
