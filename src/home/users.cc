// users.json: names, roles, last days, examiners' certificates, SHA-256 of tokens, Argon2id of passwords, and the
// secrets of authenticators.
#include "home/users.h"

#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include <algorithm>
#include <cctype>

#include "core/biographic.h"
#include "core/files.h"
#include "core/json.h"
#include "core/text.h"
#include "core/user.h"

namespace puente::home {
namespace {

Status check_certificate(const std::string& name, Role role, std::int64_t until_ms) {
  if (until_ms == kNotCertified || role == Role::kExaminer) return {};
  return Error{Code::kInvalidInput,
               name + " is not examiner but " + to_string(role) + ": only an examiner has a certificate of competence"};
}

// A machine may ask and read; who judges, or decides about others, is a person.
Status check_machine(const std::string& name, Role role) {
  if (role != Role::kExaminer && role != Role::kSupervisor && role != Role::kAdministrator) return {};
  return Error{Code::kDenied,
               name + " is " + to_string(role) + ": that is a person, and shows no machine's certificate"};
}

Result<api::User> read_user(const Json& json) {
  JsonReader reader(json, "user");
  api::User user;
  user.name = reader.string("name");
  const auto role = parse_role(reader.string("role"));
  const auto token = from_hex(reader.string("token_sha256"));
  const std::string expires = reader.string_or("expires", "");
  if (!is_id(user.name)) reader.complain(std::string("member \"name\" must be ") + kIdInWords);
  if (is_reserved_name(user.name))
    reader.complain("no user may be named " + user.name + ": the log means others by it");
  if (!role.ok()) reader.complain(user.name + ": " + role.error().message);
  if (!token.ok() || token->size() != 32) reader.complain(user.name + ": token_sha256 must be 64 hexadecimal digits");
  if (!expires.empty()) {
    const auto until = parse_iso8601(expires);
    if (!until.ok()) reader.complain(user.name + ": expires: " + until.error().message);
    user.expires_ms = until.ok() ? *until : 0;
  }
  const std::string certified = reader.string_or("certified_until", "");
  if (!certified.empty()) {
    const auto until = end_of_certificate(certified);
    if (!until.ok()) reader.complain(user.name + ": certified_until: " + until.error().message);
    user.certified_until_ms = until.ok() ? *until : kNotCertified;
  }
  user.password_hash = reader.string_or("password", "");
  user.authenticator = reader.string_or("authenticator", "");
  if (!user.authenticator.empty() && !signin::is_authenticator(user.authenticator))
    reader.complain(user.name + ": authenticator must be 16 to 64 letters of base32");
  if (!user.password_hash.empty() && !user.password_hash.starts_with("$argon2id$"))
    reader.complain(user.name + ": password must be a hash that `puente node user password` made");
  const std::string certificate = reader.string_or("certificate_sha256", "");
  const std::string ends = reader.string_or("certificate_until", "");
  const auto digest = from_hex(certificate);
  if (!certificate.empty() && (!digest.ok() || digest->size() != 32))
    reader.complain(user.name + ": certificate_sha256 must be 64 hexadecimal digits");
  if (user.name.starts_with(signin::kOfProvider))
    reader.complain(user.name + ": users whom a provider vouches for are named so");
  TRY(reader.finish());
  user.role = *role;
  TRY(check_certificate(user.name, user.role, user.certified_until_ms));
  if (!certificate.empty()) {
    TRY(check_machine(user.name, user.role));
    user.certificate_sha256 = *fixed<32>(*digest);
  }
  if (!ends.empty()) {
    ASSIGN_OR_RETURN(user.certificate_until_ms, parse_iso8601(ends));
  }
  user.token_sha256 = *fixed<32>(*token);
  return user;
}

Json to_json(const api::User& user) {
  Json out =
      Json::object({{"name", user.name}, {"role", to_string(user.role)}, {"token_sha256", to_hex(user.token_sha256)}});
  if (user.expires_ms != kNeverExpires) out.set("expires", to_iso8601(user.expires_ms));
  if (user.certified_until_ms != kNotCertified)
    out.set("certified_until", last_day_of_certificate(user.certified_until_ms));
  if (!user.password_hash.empty()) out.set("password", user.password_hash);
  if (!user.authenticator.empty()) out.set("authenticator", user.authenticator);
  if (user.certificate_sha256) out.set("certificate_sha256", to_hex(*user.certificate_sha256));
  if (user.certificate_until_ms != kNeverExpires) out.set("certificate_until", to_iso8601(user.certificate_until_ms));
  return out;
}

Result<std::vector<api::User>> read_list(const std::string& content) {
  ASSIGN_OR_RETURN(const Json json, parse_json(content));
  JsonReader file(json, "the whole");
  std::vector<api::User> out;
  for (const Json& each : file.array("users")) {
    ASSIGN_OR_RETURN(api::User user, read_user(each));
    for (const api::User& other : out) {
      if (other.name == user.name) return Error{Code::kInvalidInput, user.name + " stands there twice"};
      if (other.token_sha256 == user.token_sha256)
        return Error{Code::kInvalidInput, user.name + " and " + other.name + " have one token"};
      if (user.certificate_sha256 && other.certificate_sha256 == user.certificate_sha256)
        return Error{Code::kInvalidInput, user.name + " and " + other.name + " have one certificate"};
    }
    out.push_back(std::move(user));
  }
  TRY(file.finish());
  return out;
}

using Change = std::function<Status(std::vector<api::User>&)>;

Status change(const std::string& path, const Change& how) {
  ASSIGN_OR_RETURN(const Directory directory, read_directory(path));
  if (directory.role != "node") return Error{Code::kInvalidInput, path + ": this is an overseer, which has no users"};
  ASSIGN_OR_RETURN(const Turn turn, Turn::take(path));
  ASSIGN_OR_RETURN(std::vector<api::User> users, read_users(path));
  TRY(how(users));
  Json::Array all;
  for (const api::User& user : users) all.push_back(to_json(user));
  return write_ours(path + "/users.json", view(pretty(Json::object({{"users", Json(std::move(all))}})) + "\n"),
                    Readers::kOwner);
}

Status change_one(const std::string& path, const std::string& name,
                  const std::function<Status(std::vector<api::User>&, std::vector<api::User>::iterator)>& how) {
  return change(path, [&](std::vector<api::User>& users) -> Status {
    const auto user = std::find_if(users.begin(), users.end(), [&](const auto& each) { return each.name == name; });
    if (user == users.end()) return Error{Code::kNotFound, "there is no user " + name};
    return how(users, user);
  });
}

}  // namespace

Result<std::vector<api::User>> read_users(const std::string& path) {
  const std::string file = path + "/users.json";
  const auto content = read_text(file);
  if (!content.ok() && content.error().code == Code::kNotFound) return std::vector<api::User>();
  if (!content.ok()) return content.error();
  return about(file, read_list(*content));
}

Result<std::int64_t> end_of_certificate(const std::string& last_day) {
  const auto day = day_of(last_day);
  if (!day) return Error{Code::kInvalidInput, "write the last day of a certificate as 2027-06-30"};
  return *day + kDayMs;
}

std::string last_day_of_certificate(std::int64_t until_ms) {
  return to_iso8601(until_ms - 1).substr(0, 10);
}

Result<std::string> add_user(const std::string& path, const std::string& name, Role role, Random& random,
                             std::int64_t expires_ms, std::int64_t certified_until_ms) {
  TRY(check_certificate(name, role, certified_until_ms));
  if (!is_id(name)) return Error{Code::kInvalidInput, std::string("--name: ") + kIdInWords};
  const auto directory = read_directory(path);
  if (!directory.ok()) return directory.error();
  for (const auto* peers : {&directory->overseers, &directory->callbacks}) {
    for (const PeerAddress& peer : *peers) {
      if (peer.name == name) return Error{Code::kInvalidInput, "--name: " + name + " is a peer of this node"};
    }
  }
  const bool is_signs_alone =
      std::ranges::none_of(name, [](char c) { return std::isalnum(static_cast<unsigned char>(c)); });
  if (is_reserved_name(name) || is_vouched_for(name) || is_signs_alone)
    return Error{Code::kInvalidInput, "--name: no user may be named " + name + ": the log means others by it"};
  const std::string token = random.id("") + random.id("");
  TRY(change(path, [&](std::vector<api::User>& users) -> Status {
    for (const api::User& user : users) {
      if (user.name == name) return Error{Code::kAlreadyExists, "there is a user " + name + " already"};
      if (same_user(user.name, name))
        return Error{Code::kAlreadyExists, "--name: " + name + " and " + user.name +
                                               " are one name in two spellings: each person has one, and each name is "
                                               "another person's"};
    }
    users.push_back({name, role, sha256(view(token)), expires_ms, certified_until_ms, "", "", {}});
    return {};
  }));
  return token;
}

Result<std::string> rotate_user(const std::string& path, const std::string& name, Random& random) {
  const std::string token = random.id("") + random.id("");
  TRY(change_one(path, name, [&](auto&, auto user) {
    user->token_sha256 = sha256(view(token));
    return Status();
  }));
  return token;
}

Status set_password(const std::string& path, const std::string& name, const std::string& password) {
  if (!password.empty()) TRY(signin::check_password(password, name));
  const std::string hash = password.empty() ? "" : hash_password(password);
  return change_one(path, name, [&](auto&, auto user) {
    user->password_hash = hash;
    return Status();
  });
}

std::string code_of(const std::string& address, std::int64_t now_ms) {
  constexpr std::string_view kSecret = "?secret=";
  const std::size_t begin = address.find(kSecret);
  if (begin == std::string::npos) return "";
  const std::string rest = address.substr(begin + kSecret.size());
  return signin::code_at(rest.substr(0, rest.find('&')), now_ms);
}

Status remove_authenticator(const std::string& path, const std::string& name) {
  return change_one(path, name, [](auto&, auto user) {
    user->authenticator.clear();
    return Status();
  });
}

Result<std::string> set_authenticator(const std::string& path, const std::string& name, Random& random) {
  const std::string secret = signin::new_authenticator(random);
  ASSIGN_OR_RETURN(const Directory directory, read_directory(path));
  TRY(change_one(path, name, [&](auto&, auto user) {
    user->authenticator = secret;
    return Status();
  }));
  return signin::address_of(secret, directory.country, name);
}

Status set_certificate(const std::string& path, const std::string& name, const std::string& certificate_pem) {
  std::optional<Digest> digest;
  std::int64_t until_ms = kNeverExpires;
  if (!certificate_pem.empty()) {
    ASSIGN_OR_RETURN(digest, net::certificate_sha256(certificate_pem));
    ASSIGN_OR_RETURN(const net::CertificateDates dates, net::certificate_dates(certificate_pem));
    until_ms = dates.until_ms;
    if (until_ms <= SystemClock().now_ms())
      return Error{Code::kInvalidInput, "this certificate has ended, and would let nobody in: make another"};
  }
  return change_one(path, name, [&](std::vector<api::User>& users, auto user) -> Status {
    if (digest) TRY(check_machine(name, user->role));
    for (const api::User& other : users) {
      if (digest && other.name != name && other.certificate_sha256 == digest)
        return Error{Code::kAlreadyExists, "this certificate is that of " + other.name};
    }
    user->certificate_sha256 = digest;
    user->certificate_until_ms = until_ms;
    return {};
  });
}

Status expire_user(const std::string& path, const std::string& name, std::int64_t expires_ms) {
  return change_one(path, name, [&](auto&, auto user) {
    user->expires_ms = expires_ms;
    return Status();
  });
}

Status certify_user(const std::string& path, const std::string& name, std::int64_t certified_until_ms) {
  return change_one(path, name, [&](auto&, auto user) {
    user->certified_until_ms = certified_until_ms;
    return check_certificate(name, user->role, certified_until_ms);
  });
}

Status remove_user(const std::string& path, const std::string& name) {
  return change_one(path, name, [](auto& users, auto user) {
    users.erase(user);
    return Status();
  });
}

Result<std::vector<UserLine>> list_users(const std::string& path) {
  TRY(read_directory(path));
  ASSIGN_OR_RETURN(const std::vector<api::User> users, read_users(path));
  std::vector<UserLine> out;
  for (const api::User& user : users)
    out.push_back({user.name, user.role, user.expires_ms, user.certified_until_ms, !user.password_hash.empty(),
                   !user.authenticator.empty(), signin::needs_second_factor(user.role),
                   user.certificate_sha256.has_value()});
  return out;
}

namespace {

std::string shown(const Digest& token_sha256) {
  return to_hex(sha256(token_sha256)).substr(0, 16);
}

// Of all that somebody gets in by.
std::vector<std::string> marks_of(const api::User& user) {
  std::vector<std::string> out = {shown(user.token_sha256)};
  if (!user.password_hash.empty()) out.push_back(shown(sha256(view(user.password_hash))));
  if (!user.authenticator.empty()) out.push_back(shown(sha256(view(user.authenticator))));
  if (user.certificate_sha256) out.push_back(shown(*user.certificate_sha256));
  return out;
}

}  // namespace

Json told_of(const std::vector<api::User>& users) {
  Json out{Json::Object()};
  for (const api::User& user : users) {
    Json one = Json::object({{"role", to_string(user.role)}, {"token", shown(user.token_sha256)}});
    if (user.expires_ms != kNeverExpires) one.set("expires", to_iso8601(user.expires_ms));
    if (!user.password_hash.empty()) one.set("password", shown(sha256(view(user.password_hash))));
    if (!user.authenticator.empty()) one.set("authenticator", shown(sha256(view(user.authenticator))));
    if (user.certificate_sha256) one.set("certificate", shown(*user.certificate_sha256));
    if (user.role == Role::kExaminer)
      one.set("certified_until",
              user.certified_until_ms == kNotCertified ? "none" : last_day_of_certificate(user.certified_until_ms));
    out.set(user.name, std::move(one));
  }
  return out;
}

bool LiveUsers::Seen::operator==(const Seen& other) const {
  const auto same = [](const timespec& a, const timespec& b) { return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec; };
  return there == other.there && inode == other.inode && size == other.size && same(modified, other.modified) &&
         same(changed, other.changed);
}

void LiveUsers::refresh() {
  struct stat facts {};
  Seen now;
  if (::stat((path_ + "/users.json").c_str(), &facts) == 0) {
    now = {true, facts.st_ino, facts.st_size, facts.st_mtim, facts.st_ctim};
  }
  if (settled_ && now == seen_) return;
  // A file changed this very second may be changed once more without looking another: then it is read again next time.
  const std::time_t second = std::time(nullptr);
  settled_ = now.changed.tv_sec + 1 < second || now.changed.tv_sec > second;
  seen_ = now;
  auto read = read_users(path_);
  const std::string problem = read.ok() ? "" : read.error().message;
  if (!problem.empty() && problem != problem_) spdlog::error("nobody is let in: {}", problem);
  problem_ = problem;
  std::vector<api::User> users = read.ok() ? *std::move(read) : std::vector<api::User>();
  if (told_of(users) != told_of(users_)) untold_ = true;
  users_ = std::move(users);
}

std::optional<Caller> LiveUsers::find(const Digest& token_sha256) {
  constexpr std::int64_t kTellEveryMs = kMinuteMs;
  const std::int64_t now_ms = clock_.now_ms();
  const MutexLock lock(mutex_);
  refresh();
  const auto user =
      std::find_if(users_.begin(), users_.end(), [&](const auto& each) { return each.token_sha256 == token_sha256; });
  const bool gone = gone_.contains(shown(token_sha256));
  if (user != users_.end() && !gone && now_ms < user->expires_ms) {
    return Caller{user->name, user->role, false, user->certified_until_ms};
  }
  ++refused_;
  if (now_ms - refused_told_ms_ >= kTellEveryMs || now_ms < refused_told_ms_) {
    spdlog::warn("requests refused since the last such line, with a token that is nobody's or has ended: {}", refused_);
    refused_ = 0;
    refused_told_ms_ = now_ms;
  }
  return std::nullopt;
}

// An older file that is put back brings back what was taken away: each by its own mark.
const api::User* LiveUsers::present(const std::string& name) {
  refresh();
  const auto user = std::find_if(users_.begin(), users_.end(), [&](const auto& each) { return each.name == name; });
  if (user == users_.end() || clock_.now_ms() >= user->expires_ms) return nullptr;
  for (const std::string& mark : marks_of(*user))
    if (gone_.contains(mark)) return nullptr;
  return &*user;
}

std::optional<signin::Account> LiveUsers::account(const std::string& name) {
  const MutexLock lock(mutex_);
  const api::User* const user = present(name);
  if (user == nullptr) return std::nullopt;
  signin::Account out{
      {user->name, user->role, false, user->certified_until_ms}, user->password_hash, user->authenticator, {}};
  const Json all = to_json(*user);
  out.stamp = sha256(view(canonical(all)));
  return out;
}

std::optional<Caller> LiveUsers::machine(const std::string& name) {
  const MutexLock lock(mutex_);
  const api::User* const user = present(name);
  if (user == nullptr || !user->certificate_sha256) return std::nullopt;
  if (clock_.now_ms() >= user->certificate_until_ms) return std::nullopt;
  return Caller{user->name, user->role};
}

std::vector<api::User> LiveUsers::all() {
  const MutexLock lock(mutex_);
  refresh();
  return users_;
}

std::optional<std::vector<api::User>> LiveUsers::changed() {
  const MutexLock lock(mutex_);
  refresh();
  if (!untold_ || !problem_.empty()) return std::nullopt;
  untold_ = false;
  return users_;
}

void LiveUsers::refuse(std::set<std::string> gone) {
  const MutexLock lock(mutex_);
  gone_ = std::move(gone);
}

void LiveUsers::look_again() {
  const MutexLock lock(mutex_);
  settled_ = false;
  refresh();
}

}  // namespace puente::home
