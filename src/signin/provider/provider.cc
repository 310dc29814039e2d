#include "signin/provider/provider.h"

#include <algorithm>
#include <array>
#include <set>

#include "core/biographic.h"
#include "core/json.h"
#include "core/person.h"
#include "core/text.h"

namespace puente::signin {
namespace {

constexpr std::string_view kCookieContext = "a try to sign in by a provider";

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (kPlain.find(c) != std::string_view::npos)
      out += c;
    else
      out += {'%', kHex[byte >> 4], kHex[byte & 15]};
  }
  return out;
}

std::string form_of(const std::vector<std::pair<std::string, std::string>>& members) {
  std::string out;
  for (const auto& [name, value] : members) out += (out.empty() ? "" : "&") + name + "=" + percent_encoded(value);
  return out;
}

std::string text_in(const Json& json, std::string_view member) {
  const std::string* const found = json[member].as_string();
  return found == nullptr ? "" : *found;
}

// A text, or the texts of a list.
std::set<std::string> words_in(const Json& json) {
  std::set<std::string> out;
  if (const std::string* const one = json.as_string()) out.insert(*one);
  if (const Json::Array* const many = json.as_array()) {
    for (const Json& each : *many)
      if (const std::string* const one = each.as_string()) out.insert(*one);
  }
  return out;
}

// "realm_access.roles": a member of a member. A name that has points itself is looked for first.
const Json& claim_at(const Json& claims, const std::string& path) {
  if (const Json& whole = claims[path]; !whole.is_null()) return whole;
  const Json* at = &claims;
  for (const std::string_view part : split(path, '.')) at = &(*at)[part];
  return *at;
}

std::optional<std::int64_t> seconds_in(const Json& claims, std::string_view member) {
  constexpr std::int64_t kSecondsMax = 253'402'300'799;  // the year 9999
  const Json& value = claims[member];
  std::optional<std::int64_t> out;
  if (const std::int64_t* const whole = value.as_integer()) out = *whole;
  if (const double* const real = value.as_double(); real != nullptr && *real >= 0 && *real <= kSecondsMax)
    out = static_cast<std::int64_t>(*real);
  if (!out || *out < 0 || *out > kSecondsMax) return std::nullopt;
  return *out * 1000;
}

bool has_second_factor(const Json& claims, const std::string& by_acr) {
  constexpr std::array kSeconds = {"mfa", "otp", "hwk", "sc"};  // RFC 8176
  const std::set<std::string> methods = words_in(claims["amr"]);
  return std::ranges::any_of(kSeconds, [&](const char* each) { return methods.contains(each); }) ||
         (!by_acr.empty() && text_in(claims, "acr") == by_acr);
}

Error not_believed(const std::string& why) {
  return {Code::kUnauthenticated, "the provider's word is not taken: " + why};
}

Error not_reached(const std::string& why) {
  return {Code::kUnavailable, "the provider cannot be asked: " + why};
}

std::string without_slash(std::string address) {
  if (address.ends_with('/')) address.pop_back();
  return address;
}

}  // namespace

Provider::Provider(ProviderConfig config, Fetch fetch, Clock& clock, Random& random)
    : config_(std::move(config)),
      fetch_(std::move(fetch)),
      clock_(clock),
      random_(random),
      cookies_(SecretKey::generate(random)),
      born_ms_(clock.now_ms()) {}

Result<Provider::Found> Provider::discovered() const {
  const auto read = [&](const std::string& address) -> Result<std::string> {
    ASSIGN_OR_RETURN(const Fetched fetched, fetch_(address, ""));
    if (fetched.status != 200)
      return Error{Code::kUnavailable, address + " answers with status " + std::to_string(fetched.status)};
    return fetched.body;
  };
  ASSIGN_OR_RETURN(const std::string document,
                   read(without_slash(config_.issuer) + "/.well-known/openid-configuration"));
  ASSIGN_OR_RETURN(const Json json, parse_json(document));
  if (text_in(json, "issuer") != config_.issuer)
    return Error{Code::kInvalidInput,
                 "it calls itself \"" + text_in(json, "issuer").substr(0, 200) + "\", not as node.toml does"};
  Found out;
  out.authorize = text_in(json, "authorization_endpoint");
  out.token = text_in(json, "token_endpoint");
  const std::string keys = text_in(json, "jwks_uri");
  for (const std::string& each : {out.authorize, out.token, keys}) {
    if (!each.starts_with("https://") || each.find_first_of("\r\n \"<>#") != std::string::npos)
      return Error{Code::kInvalidInput, "one of its addresses is none of https"};
  }
  ASSIGN_OR_RETURN(const std::string jwks, read(keys));
  ASSIGN_OR_RETURN(out.keys, TokenKeys::read(jwks));
  out.at_ms = clock_.now_ms();
  return out;
}

void Provider::refresh() {
  const std::int64_t now_ms = clock_.now_ms();
  {
    const MutexLock lock(mutex_);
    const bool old = !found_ || now_ms - found_->at_ms >= kKeysFreshMs || now_ms < found_->at_ms;
    const bool lately = now_ms >= tried_ms_ && now_ms - tried_ms_ < kAskAgainMs;
    if ((!old && !wanted_) || lately) return;
    tried_ms_ = now_ms;
  }
  auto found = discovered();
  const MutexLock lock(mutex_);
  wanted_ = false;
  problem_ = found.ok() ? "" : found.error().message;
  if (found.ok()) found_ = *std::move(found);
  std::erase_if(known_, [&](const auto& each) { return each.second.until_ms <= now_ms; });
  std::erase_if(ended_ms_, [&](const auto& each) { return now_ms - each.second > kTokenMsMax + kSkewMs; });
}

std::string Provider::problem() const {
  const MutexLock lock(mutex_);
  return found_ || !problem_.empty() ? problem_ : "it was not asked yet";
}

// What the browser takes along is sealed: nothing is kept of whoever has only begun.
Result<Provider::Begun> Provider::begin() {
  std::string authorize;
  {
    const MutexLock lock(mutex_);
    if (!found_ || !problem_.empty()) return not_reached("try again in some seconds");
    authorize = found_->authorize;
  }
  const std::string state = random_.id(""), nonce = random_.id(""), verifier = random_.id("") + random_.id("");
  const std::string challenge = to_base64url(sha256(view(verifier)));
  std::vector<std::pair<std::string, std::string>> members = {{"response_type", "code"},
                                                              {"client_id", config_.client_id},
                                                              {"redirect_uri", config_.return_address},
                                                              {"scope", "openid"},
                                                              {"state", state},
                                                              {"nonce", nonce},
                                                              {"code_challenge", challenge},
                                                              {"code_challenge_method", "S256"}};
  if (!config_.second_factor.empty()) members.emplace_back("acr_values", config_.second_factor);
  const std::string kept = canonical(
      Json::object({{"state", state}, {"nonce", nonce}, {"verifier", verifier}, {"until", clock_.now_ms() + kTryMs}}));
  const char* const sign = authorize.find('?') == std::string::npos ? "?" : "&";
  return Begun{authorize + sign + form_of(members), to_base64url(seal(cookies_, view(kept), kCookieContext, random_))};
}

Result<Json> Provider::exchanged(const std::string& token_address, const std::string& code,
                                 const std::string& verifier) const {
  std::vector<std::pair<std::string, std::string>> members = {{"grant_type", "authorization_code"},
                                                              {"code", code},
                                                              {"redirect_uri", config_.return_address},
                                                              {"client_id", config_.client_id},
                                                              {"code_verifier", verifier}};
  if (!config_.client_secret.empty()) members.emplace_back("client_secret", config_.client_secret);
  const auto fetched = fetch_(token_address, form_of(members));
  if (!fetched.ok()) return not_reached(fetched.error().message);
  if (fetched->status != 200)
    return not_believed("it does not take the code back (status " + std::to_string(fetched->status) + ")");
  auto json = parse_json(fetched->body);
  if (!json.ok() || !json->is_object()) return not_believed("it answers with no JSON object");
  return json;
}

Result<Token> Provider::opened(std::string_view token) {
  const std::int64_t now_ms = clock_.now_ms();
  const MutexLock lock(mutex_);
  const bool usable = found_ && now_ms - found_->at_ms < kKeysMsMax;
  if (!usable) return not_reached("its keys are not known at this moment");
  auto out = found_->keys.open(token);
  if (out.ok() || out.error().code != Code::kNotFound) return out;
  if (now_ms - found_->at_ms < kAskAgainMs) return not_believed(out.error().message);  // those are its keys
  wanted_ = true;
  return not_reached("it may have a new key: try again in some seconds");
}

Status Provider::check(const Json& claims, const std::string& audience) const {
  const std::int64_t now_ms = clock_.now_ms();
  if (text_in(claims, "iss") != config_.issuer) return not_believed("another issued it (iss)");
  if (!words_in(claims["aud"]).contains(audience)) return not_believed("it is not for this node (aud)");
  const auto ends_ms = seconds_in(claims, "exp"), issued_ms = seconds_in(claims, "iat");
  if (!ends_ms || !issued_ms) return not_believed("it does not say from when until when it is good (iat, exp)");
  if (now_ms >= *ends_ms + kSkewMs) return not_believed("its time is over (exp)");
  const auto begins_ms = claims["nbf"].is_null() ? issued_ms : seconds_in(claims, "nbf");
  if (!begins_ms || std::max(*begins_ms, *issued_ms) > now_ms + kSkewMs)
    return not_believed("its time has not begun (nbf, iat)");
  if (*ends_ms - *issued_ms > kTokenMsMax) return not_believed("it is good for over two hours (exp)");
  return {};
}

Result<Caller> Provider::caller_by(const Json& claims, bool by_scope) const {
  const std::string user = std::string(kOfProvider) + text_in(claims, config_.name_claim);
  if (!is_id(user) || user.size() == kOfProvider.size())
    return not_believed(config_.name_claim + " is no name for a user here: at most 60 of letters, digits and . _ : -");
  std::set<std::string> words = words_in(claim_at(claims, config_.roles_claim));
  if (by_scope) {
    const std::string scope = text_in(claims, "scope");
    for (const std::string_view each : split(scope, ' ')) words.emplace(each);
  }
  std::set<Role> roles;
  for (const std::string& word : words)
    if (const auto found = config_.roles.find(word); found != config_.roles.end()) roles.insert(found->second);
  if (roles.empty()) return Error{Code::kDenied, user + " has no role at this node"};
  if (roles.size() > 1) return Error{Code::kDenied, user + " has several roles at this node: a person has one"};
  const Role role = *roles.begin();
  if (needs_second_factor(role) && !has_second_factor(claims, config_.second_factor))
    return Error{Code::kDenied, user + " decides about others, and showed the provider no second factor"};
  Caller out{user, role};
  const std::string last_day = text_in(claims, config_.certified_claim);
  if (const auto day = day_of(last_day); day && role == Role::kExaminer) out.certified_until_ms = *day + kDayMs;
  return out;
}

namespace {

struct Kept {
  std::string state, nonce, verifier;
};
Result<Kept> kept_in(const SecretKey& key, const std::string& cookie, std::int64_t now_ms) {
  const auto sealed = from_base64url(cookie);
  const auto plain = sealed.ok() ? open(key, *sealed, kCookieContext) : Result<Bytes>(sealed.error());
  const auto kept = plain.ok() ? parse_json(text(*plain)) : Result<Json>(plain.error());
  if (!kept.ok()) return not_believed("it was not begun in this browser, or before the node's start");
  const std::int64_t* const until_ms = (*kept)["until"].as_integer();
  if (until_ms == nullptr || now_ms >= *until_ms) return not_believed("it took too long: begin again");
  return Kept{text_in(*kept, "state"), text_in(*kept, "nonce"), text_in(*kept, "verifier")};
}

}  // namespace

Result<Provider::Vouched> Provider::finish(const Back& back) {
  ASSIGN_OR_RETURN(const Kept kept, kept_in(cookies_, back.cookie, clock_.now_ms()));
  if (!same_bytes(view(back.state), view(kept.state))) return not_believed("it belongs to another try");
  if (!back.issuer.empty() && back.issuer != config_.issuer) return not_believed("another answers (iss)");
  std::string token_address;
  {
    const MutexLock lock(mutex_);
    if (!found_) return not_reached("try again in some seconds");
    token_address = found_->token;
  }
  ASSIGN_OR_RETURN(const Json answer, exchanged(token_address, back.code, kept.verifier));
  auto token = opened(text_in(answer, "id_token"));
  if (!token.ok() && token.error().code == Code::kUnavailable) {  // here the network may be asked
    refresh();
    token = opened(text_in(answer, "id_token"));
  }
  if (!token.ok()) return token.error();
  if (!same_bytes(view(text_in(token->claims, "nonce")), view(kept.nonce)))
    return not_believed("it belongs to another try (nonce)");
  return remembered(*token);
}

Result<Provider::Vouched> Provider::remembered(const Token& token) {
  const Json& claims = token.claims;
  if (!token.type.empty() && token.type != "jwt") return not_believed("this is no token about a person (typ)");
  TRY(check(claims, config_.client_id));
  const std::string made_for = text_in(claims, "azp");
  if ((words_in(claims["aud"]).size() > 1 || !made_for.empty()) && made_for != config_.client_id)
    return not_believed("it was made for another (azp)");
  ASSIGN_OR_RETURN(Caller caller, caller_by(claims, false));
  caller.by_session = true;
  const std::int64_t now_ms = clock_.now_ms();
  Vouched out{{caller, "", "", {}}, has_second_factor(claims, config_.second_factor)};
  out.account.stamp =
      sha256(view(std::to_string(static_cast<int>(caller.role)) + " " + std::to_string(caller.certified_until_ms)));
  const MutexLock lock(mutex_);
  if (is_of_before(caller.user, claims, 0, 0)) return not_believed("their sessions were ended at this moment");
  if (known_.size() >= kPeopleMax && !known_.contains(caller.user))
    return Error{Code::kUnavailable, "many sign in at this moment: try again later"};
  known_[caller.user] = {out.account, now_ms + Desk::kSessionMs};
  return out;
}

// Tokens say seconds; and by a clock that may be so much ahead of ours.
bool Provider::is_of_before(const std::string& user, const Json& claims, std::int64_t since_ms,
                            std::int64_t ahead_ms) const {
  const auto ended = ended_ms_.find(user);
  const std::int64_t from_ms = std::max(since_ms, ended == ended_ms_.end() ? 0 : ended->second + ahead_ms) + 1'000;
  return seconds_in(claims, "iat").value_or(0) + 999 < from_ms;
}

Result<Caller> Provider::caller_of(std::string_view token) {
  if (config_.audience.empty()) return not_believed("no tokens for the API are taken here");
  ASSIGN_OR_RETURN(const Token read, opened(token));
  if (!read.type.empty() && read.type != "jwt" && read.type != "at+jwt")
    return not_believed("this is no token for an API (typ)");
  TRY(check(read.claims, config_.audience));
  ASSIGN_OR_RETURN(Caller caller, caller_by(read.claims, true));
  const MutexLock lock(mutex_);
  if (is_of_before(caller.user, read.claims, born_ms_, kSkewMs))
    return not_believed("it is of before their sessions were ended, or the node's start: get a new one");
  return caller;
}

std::optional<Account> Provider::account(const std::string& user) const {
  const std::int64_t now_ms = clock_.now_ms();
  const MutexLock lock(mutex_);
  const auto found = known_.find(user);
  if (found == known_.end() || found->second.until_ms <= now_ms) return std::nullopt;
  return found->second.account;
}

std::vector<Caller> Provider::people() const {
  const std::int64_t now_ms = clock_.now_ms();
  const MutexLock lock(mutex_);
  std::vector<Caller> out;
  for (const auto& [user, known] : known_)
    if (known.until_ms > now_ms) out.push_back(known.account.caller);
  return out;
}

void Provider::end(const std::string& user) {
  const MutexLock lock(mutex_);
  known_.erase(user);
  ended_ms_[user] = clock_.now_ms();
}

}  // namespace puente::signin
