// puente node check, and what serve refuses.
#include "home/check.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <filesystem>

#include "core/text.h"
#include "home/keys.h"
#include "home/vouching.h"
#include "store/store.h"

namespace puente::home {
namespace {

using Weight = Finding::Weight;

constexpr std::int64_t kClockOffMsMax = limits::kClockSkewMsMax / 4;  // beyond it messages are soon refused
constexpr std::int64_t kReachMsMax = 5'000;
constexpr std::uint64_t kFreeBytesMin = 256u << 20;  // below it a commit may soon fail
constexpr std::size_t kAlarmsLookedAt = 1'000'000;
constexpr std::uint64_t kFreePartMin = 10;  // one tenth

std::string day_in_words(std::int64_t ms) {
  return to_iso8601(ms).substr(0, 10);
}

// Some systems stop writing to a disk that fails, and say of it what they said before.
bool takes_a_file(const std::string& directory) {
  const std::string path = directory + "/.check-" + std::to_string(::getpid());
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return errno != EROFS && errno != EIO;
  ::close(file);
  return ::unlink(path.c_str()) == 0;
}

}  // namespace

Finding judge_disk(const Disk& disk) {
  if (disk.is_read_only)
    return {Weight::kWrong, "disk",
            disk.path +
                " lies on a disk that can only be read: the node cannot write, and does not start. Mount it for "
                "writing; a system mounts it so by itself when the disk fails: look at its messages first"};
  const Weight weight = disk.free_bytes < kFreeBytesMin                   ? Weight::kWrong
                        : disk.free_bytes < disk.all_bytes / kFreePartMin ? Weight::kOdd
                                                                          : Weight::kWell;
  return {weight, "disk", fmt::format("{} MiB free of {} MiB", disk.free_bytes >> 20, disk.all_bytes >> 20)};
}

namespace {

class Check {
 public:
  Check(const Directory& directory, std::int64_t now_ms) : directory_(directory), now_ms_(now_ms) {}

  void rights();
  void keys();
  void certificate();
  void party();
  void agreements();
  void clock();
  void place();
  void restored();
  void renewal();
  void disk();
  void provider();
  void users();
  void examiners();
  void logs();
  void reach();
  std::vector<Finding> take() { return std::move(out_); }

 private:
  void say(Weight weight, std::string about, std::string words) {
    out_.push_back({weight, std::move(about), std::move(words)});
  }
  template <typename T>
  bool usable(const std::string& about, const Result<T>& result) {
    if (!result.ok()) say(Weight::kWrong, about, result.error().message);
    return result.ok();
  }
  void private_to_owner(const std::string& file);
  void days_left(const std::string& about, std::int64_t until_ms);
  void agreement(const AcceptedAgreement& each, const policy::Holdings& own);
  void answer_of(const std::string& about, const Result<net::Response>& answer);
  Result<net::Response> ask_partner(const PeerAddress& partner, const net::Identity& identity);

  const Directory& directory_;
  const std::int64_t now_ms_;
  std::vector<AcceptedAgreement> agreements_;
  std::vector<Finding> out_;
};

void Check::private_to_owner(const std::string& file) {
  struct stat facts {};
  if (::stat(file.c_str(), &facts) != 0) return;
  if ((facts.st_mode & 0077) != 0)
    say(Weight::kWrong, "rights",
        fmt::format("{} can be read by others (mode {:o}): chmod go= {}", file, facts.st_mode & 0777u, file));
  if (facts.st_uid != ::geteuid() && ::geteuid() != 0)
    say(Weight::kOdd, "rights", file + " belongs to another user than the one who checks");
  if ((facts.st_mode & 0200) == 0)
    say(Weight::kWrong, "rights", file + " cannot be written by its owner: chmod u+w " + file);
}

void Check::rights() {
  const std::size_t before = out_.size();
  for (const char* file : {"", "/keys", "/puente.db", "/users.json"}) private_to_owner(directory_.path + file);
  std::error_code error;
  for (const auto& file : std::filesystem::directory_iterator(directory_.path + "/keys", error)) {
    if (file.path().extension() == ".key") private_to_owner(file.path().string());
  }
  if (error) say(Weight::kWrong, "rights", directory_.path + "/keys: " + error.message());
  if (out_.size() == before) say(Weight::kWell, "rights", "keys, users and database are their owner's alone");
}

void Check::keys() {
  if (directory_.role == "node") {
    const auto config = node_config(directory_);
    if (usable("keys", config)) say(Weight::kWell, "keys", "each is there and can be read");
  } else {
    const auto config = overseer_config(directory_);
    if (usable("keys", config)) say(Weight::kWell, "keys", "each is there and can be read");
  }
  const auto vkey = wrong_with_vkey(directory_);
  if (usable("log.vkey", vkey) && !vkey->empty()) say(Weight::kWrong, "log.vkey", *vkey);
}

void Check::days_left(const std::string& about, std::int64_t until_ms) {
  const std::int64_t days = (until_ms - now_ms_) / kDayMs;
  if (now_ms_ >= until_ms) return say(Weight::kWrong, about, "ended on " + day_in_words(until_ms));
  say(days < bounds::kDaysLeftMin ? Weight::kOdd : Weight::kWell, about,
      fmt::format("ends on {}: {} days left", day_in_words(until_ms), days));
}

void Check::certificate() {
  for (const Generation each : {Generation::kPresent, Generation::kNext}) {
    if (each == Generation::kNext && !is_there(certificate_file(directory_.path, each))) continue;
    const char* about = each == Generation::kNext ? "next certificate" : "certificate";
    const auto identity = read_identity(directory_, each);
    if (!usable(about, identity)) continue;
    const auto dates = net::certificate_dates(identity->certificate_pem);
    if (!usable(about, dates)) continue;
    if (now_ms_ < dates->from_ms)
      say(Weight::kWrong, about, "begins only on " + day_in_words(dates->from_ms) + ": is the clock right?");
    days_left(about, dates->until_ms);
  }
}

void Check::party() {
  for (const Generation each : {Generation::kPresent, Generation::kNext}) {
    const std::string file = party_file(directory_.path, each);
    if (each == Generation::kNext && !is_there(file)) continue;
    const auto found = read_own_party(directory_.path, each);
    const auto parts = own_parts(directory_, each);
    if (!usable("party.json", found) || !usable("party.json", parts)) continue;
    const Party made = party_of(directory_, found->name, *parts);
    if (found->country != made.country || policy::fingerprint(*found) != policy::fingerprint(made)) {
      say(Weight::kWrong, "party.json",
          file + " is not made from the keys that lie here: an agreement drafted from it could never be used");
      continue;
    }
    say(Weight::kWell, "party.json",
        fmt::format("{}: fingerprint {}", each == Generation::kNext ? "next" : "present", policy::fingerprint(*found)));
  }
}

void Check::agreement(const AcceptedAgreement& each, const policy::Holdings& own) {
  const std::string partner = each.partner_of(directory_.country)->country;
  const std::string about = "agreement " + each.id + " with " + partner;
  if (each.state != AgreementState::kAccepted || now_ms_ >= each.replaced_ms) {
    const char* why = each.state != AgreementState::kAccepted ? to_string(each.state) : "replaced by a newer text";
    return say(Weight::kWell, about, why);
  }
  if (now_ms_ < each.valid_from_ms) {
    say(Weight::kOdd, about, "in force only from " + day_in_words(each.valid_from_ms));
  } else if (now_ms_ >= each.valid_until_ms) {
    return say(Weight::kWell, about, "ended on " + day_in_words(each.valid_until_ms));
  } else {
    days_left(about, each.valid_until_ms);
  }
  for (const std::string& what : policy::not_ours(each, directory_.country, own)) {
    say(Weight::kWrong, about,
        what + " that it names for " + directory_.country + " is not in " + directory_.path + "/keys");
  }
  if (policy::not_ours(each, partner, own).size() < 3)
    say(Weight::kWrong, about, "a key or the certificate of " + partner + " lies in " + directory_.path + "/keys");
}

void Check::agreements() {
  auto all = agreements_now(directory_);
  const auto own = holdings_of(directory_);
  if (!usable("agreements", all) || !own.ok()) return;
  agreements_ = *std::move(all);
  for (const AcceptedAgreement& each : agreements_) agreement(each, *own);
  if (agreements_.empty()) say(Weight::kOdd, "agreements", "none: nothing can be exchanged");
  for (const PeerAddress& partner : directory_.partners) {
    const auto with = [&](const AcceptedAgreement& each) {
      return each.party(partner.name) != nullptr && policy::why_not_in_force(each, now_ms_).empty();
    };
    if (std::none_of(agreements_.begin(), agreements_.end(), with))
      say(Weight::kOdd, "partner " + partner.name, "no agreement with it is in force");
  }
}

void Check::clock() {
  const auto last = newest_entry_ms(directory_.path);
  if (!usable("clock", last)) return;
  if (!*last) return say(Weight::kWell, "clock", to_iso8601(now_ms_) + "; the log is empty");
  const std::int64_t last_ms = **last;
  std::int64_t against_ms = last_ms;
  if (const auto key = node_key(directory_.path); key.ok()) {
    const auto against = service::clock_is_held_against(directory_.path, *key, last_ms);
    if (against.ok()) against_ms = *against;
  }
  std::string words = fmt::format("{}; the log's last entry is of {}", to_iso8601(now_ms_), to_iso8601(last_ms));
  if (against_ms != last_ms) words += ", and the clock was confirmed at " + to_iso8601(against_ms);
  if (now_ms_ + kMinuteMs < against_ms) return say(Weight::kWrong, "clock", words + ": the clock is behind the log");
  if (now_ms_ > against_ms + limits::kClockAheadMsMax)
    return say(Weight::kOdd, "clock",
               words + ": a start will doubt the clock, until a supervisor confirms it: puente node clock --confirm");
  say(Weight::kWell, "clock", words);
}

// A copy answers nobody: said here before somebody wonders why.
void Check::place() {
  if (directory_.role != "node") return;
  const auto entries = entries_of_node(directory_);
  if (!usable("place", entries)) return;
  const auto why = why_a_copy(directory_, [this] { return entries_of_node(directory_); });
  if (!usable("place", why)) return;
  if (!why->empty()) return say(Weight::kWrong, "place", is_a_copy(directory_, *why).message);
  say(Weight::kWell, "place", fmt::format("a log of {} entries, where it was", *entries));
}

// And so does what was restored, until a supervisor has looked. Of an older version's database its first start says it.
void Check::restored() {
  const auto key = node_key(directory_.path);
  if (directory_.role != "node" || !key.ok()) return;
  SystemRandom random;
  const auto store = store::open(directory_.path, store::Mode::kReadOnly, *SecretKey::from_bytes(key->bytes()), random);
  if (!store.ok() && store.error().code == Code::kUnsupported) return;
  if (!usable("restored", store)) return;
  const auto unseen = (*store)->alarms(true, kAlarmsLookedAt);
  if (!usable("restored", unseen)) return;
  auto alarm = unseen->rbegin();  // the newest
  while (alarm != unseen->rend() && alarm->kind != "copy_adopted") ++alarm;
  if (alarm == unseen->rend()) return;
  say(Weight::kOdd, "restored",
      "no partner is answered until a supervisor has answered the alarm copy_adopted: " + alarm->sentence);
}

// What waits to take the place of the present key or certificate.
void Check::renewal() {
  std::vector<std::string> waiting;
  if (is_there(certificate_file(directory_.path, Generation::kNext))) waiting.emplace_back("certificate");
  if (is_there(directory_.path + "/keys/signing.next.key")) waiting.emplace_back("signing key");
  if (is_there(directory_.path + "/keys/sealing.next.key")) waiting.emplace_back("sealing key");
  if (waiting.empty()) return;
  say(Weight::kOdd, "renewal",
      fmt::format(
          "the next {} beside the present: until no agreement names those (docs/operations.md, Renewals)",
          waiting.size() == 1 ? waiting.front() + " lies" : fmt::format("{} lie", fmt::join(waiting, " and "))));
}

void Check::disk() {
  struct statvfs facts {};
  if (::statvfs(directory_.path.c_str(), &facts) != 0)
    return say(Weight::kWrong, "disk", directory_.path + " cannot be looked at");
  const std::uint64_t free = std::uint64_t{facts.f_bavail} * facts.f_frsize,
                      all = std::uint64_t{facts.f_blocks} * facts.f_frsize;
  out_.push_back(
      judge_disk({directory_.path, (facts.f_flag & ST_RDONLY) != 0 || !takes_a_file(directory_.path), free, all}));
}

void Check::provider() {
  if (!directory_.provider) return;
  const std::string file = authorities_file(directory_);
  const auto read = read_text(file);
  if (read.ok() && read->find("BEGIN CERTIFICATE") == std::string::npos)
    say(Weight::kWrong, "[provider] authorities", file + ": holds no certificate (PEM)");
  else if (usable("[provider] authorities", read))
    say(Weight::kWell, "[provider] authorities", file);
}

void Check::users() {
  const auto all = read_users(directory_.path);
  if (!usable("users", all)) return;
  if (all->empty()) say(Weight::kOdd, "users", "none: nobody can log in. puente node user add");
  for (const api::User& user : *all) {
    const std::string about = "user " + user.name;
    if (user.expires_ms == kNeverExpires) {
      say(Weight::kWell, about, to_string(user.role));
    } else {
      const bool over = now_ms_ >= user.expires_ms;
      say(over ? Weight::kOdd : Weight::kWell, about,
          fmt::format("{}, {} {}", to_string(user.role), over ? "no longer since" : "until",
                      to_iso8601(user.expires_ms)));
    }
    if (user.certificate_until_ms != kNeverExpires)
      days_left("machine certificate of " + user.name, user.certificate_until_ms);
  }
}

// A verdict is given by who is certified that day (R7).
void Check::examiners() {
  const auto all = read_users(directory_.path);
  if (!all.ok()) return;  // users() says so
  for (const api::User& user : *all) {
    if (user.role != Role::kExaminer || now_ms_ >= user.expires_ms) continue;
    const std::string about = "certificate of " + user.name;
    if (user.certified_until_ms == kNotCertified) {
      say(Weight::kOdd, about, "none: this examiner gives no verdict. puente node user certify");
      continue;
    }
    const std::string last = last_day_of_certificate(user.certified_until_ms);
    const std::int64_t days = (user.certified_until_ms - now_ms_) / kDayMs;
    if (now_ms_ >= user.certified_until_ms) {
      say(Weight::kOdd, about, "over since " + last + ": this examiner gives no verdict. puente node user certify");
    } else {
      say(days < bounds::kDaysLeftMin ? Weight::kOdd : Weight::kWell, about,
          fmt::format("good until {}: {} days left", last, days));
    }
  }
}

void Check::logs() {
  if (directory_.logs.empty())
    return say(Weight::kOdd, "logs", "none is watched: puente node peer add --kind log --name COUNTRY --vkey FILE");
  for (const PeerAddress& log : directory_.logs) say(Weight::kWell, "log " + log.name, log.vkey);
}

// What a server says of its own clock (RFC 9110's Date).
std::optional<std::int64_t> date_of(const net::Response& response) {
  const auto header = response.headers.find("date");
  std::tm parts{};
  if (header == response.headers.end()) return std::nullopt;
  if (::strptime(header->second.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts) == nullptr) return std::nullopt;
  return std::int64_t{timegm(&parts)} * 1000;
}

void Check::answer_of(const std::string& about, const Result<net::Response>& answer) {
  if (!usable(about, answer)) return;
  const auto theirs_ms = date_of(*answer);
  if (!theirs_ms) return say(Weight::kOdd, about, "answers, and does not say what its clock shows");
  const std::int64_t off_ms = SystemClock().now_ms() - *theirs_ms;
  if (std::abs(off_ms) <= kClockOffMsMax) return say(Weight::kWell, about, "answers");
  say(Weight::kWrong, about,
      fmt::format("answers, and its clock is {} s {} ours: messages are refused beyond {} s", std::abs(off_ms) / 1000,
                  off_ms > 0 ? "behind" : "ahead of", limits::kClockSkewMsMax / 1000));
}

// With each certificate that an agreement names for it, for it may show any.
Result<net::Response> Check::ask_partner(const PeerAddress& partner, const net::Identity& identity) {
  Result<net::Response> last = Error{Code::kDenied, "no agreement names its certificate"};
  for (const AcceptedAgreement& each : agreements_) {
    const Party* party = each.party(partner.name);
    if (party == nullptr || each.state == AgreementState::kTerminated) continue;
    net::ClientOptions options;
    options.url = partner.url;
    options.certificate_sha256 = party->certificate_sha256;
    options.identity = identity;
    options.wait_ms_max = kReachMsMax;
    last = net::request(options, "GET", "/", "", {});
    if (last.ok()) return last;
  }
  return last;
}

void Check::reach() {
  const auto identity = identity_to_show(directory_, agreements_, now_ms_);
  if (!identity.ok()) return;
  if (directory_.partners.empty()) say(Weight::kOdd, "partners", "none has an address: nobody is asked");
  if (directory_.overseers.empty())
    say(Weight::kOdd, "overseers", "none: nobody but this node vouches that its log only grows");
  for (const PeerAddress& partner : directory_.partners) {
    const Result<net::Response> answer = ask_partner(partner, *identity);
    answer_of("partner " + partner.name, answer);
    if (!answer.ok()) continue;
    if (answer->status == 401)
      say(Weight::kWrong, "partner " + partner.name,
          "it does not accept this node's certificate: has it accepted the text that names it?");
    const auto told = answer->headers.find("puente-texts");
    if (told == answer->headers.end()) continue;
    for (const std::string& each : not_accepted_there(agreements_, partner.name, told->second, now_ms_))
      say(Weight::kWrong, "agreement " + each + " with " + partner.name,
          "accepted here alone: until the partner accepts this very text, nothing gets through under it");
  }
  for (const PeerAddress& overseer : directory_.overseers) {
    net::ClientOptions options;
    options.url = overseer.url;
    if (const auto digest = from_hex(overseer.certificate_sha256); digest.ok())
      options.certificate_sha256 = *fixed<32>(*digest);
    options.wait_ms_max = kReachMsMax;
    answer_of("overseer " + overseer.name, net::request(options, "GET", "/v1/health", "", {}));
  }
}

Json configuration_of(const Directory& directory) {
  const auto peers = [](const std::vector<PeerAddress>& all) {
    Json out{Json::Object()};
    for (const PeerAddress& each : all) out.set(each.name, each.url);
    return out;
  };
  Json out = Json::object({{"version", version()},
                           {"data", directory.path},
                           {"role", directory.role},
                           {"country", directory.country},
                           {"api.address", directory.api_address},
                           {"api.port", std::int64_t{directory.api_port}}});
  if (directory.role != "node") return out.set("logs", peers(directory.logs));
  return out.set("partner.address", directory.partner_address)
      .set("partner.port", std::int64_t{directory.partner_port})
      .set("limits.expected_false_max", directory.expected_false_max)
      .set("limits.false_match_rate_max", directory.false_match_rate_max)
      .set("limits.retention_days", directory.retention_days)
      .set("limits.case_days", directory.case_days)
      .set("limits.question_hours", directory.question_hours)
      .set("samples.fingers", directory.fingers_as_wsq ? "wsq" : "captured")
      .set("limits.record_days", directory.record_days)
      .set("limits.details_days", directory.details_days)
      .set("limits.uncosigned_hours", directory.uncosigned_hours)
      .set("partners", peers(directory.partners))
      .set("overseers", peers(directory.overseers))
      .set("callbacks", peers(directory.callbacks));
}

}  // namespace

std::vector<std::string> not_accepted_there(const std::vector<AcceptedAgreement>& all, const std::string& partner,
                                            std::string_view told, std::int64_t now_ms) {
  std::vector<std::string> out;
  for (const AcceptedAgreement& each : all)
    if (each.party(partner) != nullptr && now_ms < each.replaced_ms && policy::why_not_in_force(each, now_ms).empty() &&
        told.find(to_hex(each.digest)) == std::string_view::npos)
      out.push_back(each.id);
  return out;
}

bool CheckReport::well() const {
  return std::none_of(findings.begin(), findings.end(),
                      [](const Finding& each) { return each.weight == Weight::kWrong; });
}

Result<CheckReport> check_node(const std::string& path, bool reach) {
  ASSIGN_OR_RETURN(const Directory directory, read_directory(path));
  Check check(directory, SystemClock().now_ms());
  check.rights();
  check.keys();
  check.certificate();
  check.place();
  check.restored();
  check.clock();
  check.disk();
  if (directory.role != "node") check.logs();
  if (directory.role == "node") {
    check.party();
    check.renewal();
    check.agreements();
    check.provider();
    check.users();
    check.examiners();
    if (reach) check.reach();
  }
  return CheckReport{configuration_of(directory), check.take()};
}

std::vector<std::string> loose_rights(const Directory& directory) {
  Check check(directory, 0);
  check.rights();
  std::vector<std::string> out;
  for (const Finding& each : check.take()) {
    if (each.weight == Weight::kWrong) out.push_back(each.words);
  }
  return out;
}

Result<std::vector<AcceptedAgreement>> agreements_now(const Directory& directory) {
  const auto known = known_agreements(directory);
  if (!known.ok() && known.error().code == Code::kUnsupported) return std::vector<AcceptedAgreement>();
  if (!known.ok()) return known.error();
  return policy::read_records(*known);
}

std::vector<std::string> what_ends_soon(const Directory& directory, std::int64_t now_ms) {
  Check check(directory, now_ms);
  check.certificate();
  if (directory.role == "node") check.agreements();
  if (directory.role == "node") check.examiners();
  std::vector<std::string> out;
  for (const Finding& each : check.take()) {
    if (each.weight != Weight::kWell) out.push_back(each.about + ": " + each.words);
  }
  return out;
}

Status check_before_serving(const Directory& directory, std::int64_t now_ms) {
  std::vector<AcceptedAgreement> agreements;
  policy::Holdings own;
  if (directory.role == "node") {
    ASSIGN_OR_RETURN(agreements, agreements_now(directory));
    ASSIGN_OR_RETURN(own, holdings_of(directory));
  }
  for (const AcceptedAgreement& each : agreements) {
    if (now_ms >= each.replaced_ms || !policy::why_not_in_force(each, now_ms).empty()) continue;
    const auto foreign = policy::not_ours(each, directory.country, own);
    if (foreign.empty()) continue;
    return Error{Code::kConflict, fmt::format("{}/keys: {} is not the one that the agreement {} names: put it back, or "
                                              "suspend or terminate that agreement",
                                              directory.path, foreign.front(), each.id)};
  }
  ASSIGN_OR_RETURN(const net::Identity identity, identity_to_show(directory, agreements, now_ms));
  ASSIGN_OR_RETURN(const net::CertificateDates dates, net::certificate_dates(identity.certificate_pem));
  if (now_ms < dates.until_ms) return {};
  return Error{Code::kConflict,
               fmt::format("{}/keys/tls.crt ended on {}, and the clock says {}: is that so? Then nobody would connect; "
                           "make another with: puente node renew --data {} --certificate",
                           directory.path, day_in_words(dates.until_ms), day_in_words(now_ms), directory.path)};
}

}  // namespace puente::home
