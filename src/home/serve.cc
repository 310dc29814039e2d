// A node or an overseer at work: its servers, its background, and one place that waits for the end.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <pwd.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <map>
#include <stop_token>
#include <thread>

#include "core/files.h"
#include "core/json.h"
#include "core/mutex.h"
#include "home/check.h"
#include "home/keys.h"
#include "home/users.h"
#include "home/vouching.h"
#include "identify/identify.h"
#include "modality/finger/finger.h"

namespace puente::home {

// A directory opened by hand, or for a drill, reaches nobody.
class NoTransport final : public Transport {
 public:
  Result<Reply> post_when_reached(const std::string&, const std::string&, const Body&, std::int64_t) override {
    return Error{Code::kUnavailable, "this command sends nothing"};
  }
};

namespace {

constexpr auto kStopWithin = std::chrono::milliseconds(4'500);  // docs/operations.md says five seconds

// Blocks the signals that mean us in this thread and all that it starts, so that one place waits for them.
sigset_t block_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return set;
}

constexpr time_t kSettleEverySeconds = 30;

// Whether a signal that ends us comes within these seconds; SIGHUP asks to read again what may be read while we run.
bool ends_within(
    const sigset_t& signals, time_t seconds, const std::function<void()>& read_again = [] {}) {
  const timespec wait{seconds, 0};
  const int signal = sigtimedwait(&signals, nullptr, &wait);
  if (signal == SIGHUP) read_again();
  return signal > 0 && signal != SIGHUP;
}

void log_to_stderr(bool verbose) {
  if (spdlog::get("puente") == nullptr) spdlog::set_default_logger(spdlog::stderr_logger_mt("puente"));
  spdlog::set_level(verbose ? spdlog::level::info : spdlog::level::warn);
  spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%e%z [%l] %v");
}

// What belongs in the log of every start and stop, verbose or not.
void say(const std::string& line) {
  auto logger = spdlog::default_logger()->clone("start");
  logger->set_level(spdlog::level::info);
  logger->info(line);
}

std::string url_of(const std::string& address, const net::Server& server) {
  return "https://" + address + ":" + std::to_string(server.port());
}

net::ServerOptions listening_at(const std::string& address, std::uint16_t port, const net::Identity& identity) {
  net::ServerOptions out;
  out.address = address;
  out.port = port;
  out.identity = identity;
  return out;
}

net::ServerOptions listening_to_partners(const Directory& directory, const net::Identity& identity) {
  net::ServerOptions out = listening_at(directory.partner_address, directory.partner_port, identity);
  out.mutual = true;
  out.threads = limits::kPartnerWorkers;
  out.running_per_key_max = 1;
  return out;
}

// Ends the process when what is to end by itself has not: whatever hangs, a supervisor of services is not kept waiting.
// All that was acknowledged is durable, and the next start finds it.
class LastResort {
 public:
  explicit LastResort(std::chrono::milliseconds patience)
      : watching_([patience](const std::stop_token& ended) {
          Mutex mutex;
          Condition never;
          const auto end = std::chrono::steady_clock::now() + patience;
          const std::stop_callback wake(ended, [&] {
            const MutexLock lock(mutex);
            never.notify_all();
          });
          const MutexLock lock(mutex);
          while (!ended.stop_requested() && std::chrono::steady_clock::now() < end) never.wait_until(mutex, end);
          if (ended.stop_requested()) return;
          spdlog::warn("something did not end in time and was cut off");
          std::_Exit(0);
        }) {}

 private:
  std::jthread watching_;
};

std::string metrics_of(const net::Server* own, const net::Server* partner) {
  std::string out;
  const auto family = [&](const char* name, const char* help, std::uint64_t net::ServerCounts::*count) {
    out += fmt::format("# HELP puente_{0} {1}\n# TYPE puente_{0} counter\n", name, help);
    for (const auto& [listener, server] : {std::pair("own", own), std::pair("partners", partner)}) {
      if (server != nullptr)
        out += fmt::format("puente_{}{{listener=\"{}\"}} {}\n", name, listener, server->counts().*count);
    }
  };
  using Counts = net::ServerCounts;
  family("requests_total", "Requests answered.", &Counts::requests);
  family("strangers_refused_total", "Requests without a token or certificate that is known.",
         &Counts::strangers_refused);
  family("requests_too_many_total", "Requests whose caller had too many waiting, or that waited too long.",
         &Counts::requests_too_many);
  family("handshakes_refused_total", "TLS handshakes that failed.", &Counts::handshakes_refused);
  family("connections_refused_total", "Connections of callers whose places were all busy.",
         &Counts::connections_refused);
  family("connections_cut_total", "Idle connections that made room, strangers' mostly.", &Counts::connections_cut);
  return out;
}

// Of a copy: that it is one, and nothing else. No store is open, nothing is written.
Status serve_nothing(const Directory& directory, const net::Identity& identity, const std::string& why,
                     const std::function<void(const Ready&)>& ready) {
  const Error what = is_a_copy(directory, why);
  spdlog::error("{}", what.message);
  const Json said =
      Json::object({{"status", "copy"},
                    {"country", directory.country},
                    {"attention", Json::array({"copy"})},
                    {"error", Json::object({{"code", to_string(what.code)}, {"message", what.message}})}});
  const sigset_t signals = block_signals();
  ASSIGN_OR_RETURN(const auto server,
                   net::Server::start(listening_at(directory.api_address, directory.api_port, identity),
                                      [&said](const net::Request& request) {
                                        const bool asked = request.method == "GET" && request.target == "/v1/health";
                                        net::Response out;
                                        out.status = asked ? 200 : 503;
                                        out.body = to_bytes(canonical(said));
                                        return out;
                                      }));
  ready({directory.country, url_of(directory.api_address, *server), "", ""});
  while (!ends_within(signals, kSettleEverySeconds)) {
  }
  return {};
}

// RFC 9110: who has a clock says what it shows; partners and `node check` compare.
void put_date(net::Response& response) {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  char text[40];
  if (::gmtime_r(&now, &parts) != nullptr && std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts) > 0)
    response.headers["date"] = text;
}

// Addresses that name nobody are called by their names in the process log.
net::Handler dated(net::Handler handler) {
  return [handler = std::move(handler)](const net::Request& request) {
    net::Response response = handler(request);
    const bool names_nobody = request.target == "/partner/v1/messages" || request.target == "/add-checkpoint";
    if (response.route.empty() && names_nobody) response.route = request.target;
    put_date(response);
    return response;
  };
}

// What is refused by its head alone is an answer too.
net::Admit dated(net::Admit admit) {
  return [admit = std::move(admit)](const net::Request& head) {
    net::Admission out = admit(head);
    if (out.refusal) put_date(*out.refusal);
    return out;
  };
}

constexpr std::int64_t kWarnEverySeconds = 24 * 3600;

// At the start and once a day: who runs a node for two years reads its process log, not its certificate.
void warn_of_ends(const Directory& directory) {
  for (const std::string& line : what_ends_soon(directory, SystemClock().now_ms())) spdlog::warn("{}", line);
}

Status serve_overseer(const Directory& directory, const std::function<void(const Ready&)>& ready) {
  SystemClock clock;
  SystemRandom random;
  ASSIGN_OR_RETURN(service::OverseerConfig config, overseer_config(directory));
  TRY(check_before_serving(directory, clock.now_ms()));
  ASSIGN_OR_RETURN(const net::Identity identity, identity_to_show(directory, {}, clock.now_ms()));
  ASSIGN_OR_RETURN(const auto overseer, service::Overseer::open(std::move(config), clock, random));
  const auto count = [&overseer] { return overseer->witnessed_entries(); };
  ASSIGN_OR_RETURN(std::uint64_t entries, count());
  ASSIGN_OR_RETURN(const std::string why, come_home(directory, count));
  if (!why.empty()) return serve_nothing(directory, identity, why, ready);
  TRY(keep_vkey(directory));
  const sigset_t signals = block_signals();
  ASSIGN_OR_RETURN(const auto server,
                   net::Server::start(listening_at(directory.api_address, directory.api_port, identity),
                                      dated(api::overseer_api(*overseer))));
  say(fmt::format("puente {}: overseer {} for {} logs; {}", version(), directory.country, directory.logs.size(),
                  url_of(directory.api_address, *server)));
  ready({directory.country, url_of(directory.api_address, *server), "", ""});
  const auto remember = [&] {
    const auto now = count();
    if (!now.ok() || *now == std::exchange(entries, *now)) return;
    if (const Status settled = settle(directory, count); !settled.ok()) spdlog::error("{}", settled.error().message);
  };
  for (std::int64_t seconds = 0; !ends_within(signals, kSettleEverySeconds); seconds += kSettleEverySeconds) {
    if (seconds % kWarnEverySeconds == 0) warn_of_ends(directory);
    remember();
  }
  say("stopping");
  remember();
  const LastResort cut_off(kStopWithin);
  server->stop();
  return {};
}

// Where overseers and callbacks are.
Status set_others(const Directory& directory, net::PinnedTransport& transport) {
  for (const auto* addresses : {&directory.overseers, &directory.callbacks}) {
    for (const PeerAddress& address : *addresses) {
      ASSIGN_OR_RETURN(const HostPort at, parse_url(address.url));
      ASSIGN_OR_RETURN(const Bytes digest, from_hex(address.certificate_sha256));
      ASSIGN_OR_RETURN(const Digest certificate, fixed<32>(digest));
      transport.set_peer(address.name, {at.host, at.port, "", certificate});
    }
  }
  return {};
}

// Which certificates partners show, here and there: the listener and the line follow what the node says.
class Gate final : public PartnerGate {
 public:
  static Result<std::unique_ptr<Gate>> make(const Directory& directory, net::PinnedTransport& transport) {
    std::unique_ptr<Gate> out(new Gate(transport));
    for (const PeerAddress& partner : directory.partners) {
      if (partner.url.empty()) continue;
      ASSIGN_OR_RETURN(out->partners_[partner.name], parse_url(partner.url));
    }
    return out;
  }
  void admit(const std::vector<std::pair<std::string, Digest>>& certificates) override {
    const MutexLock lock(mutex_);
    certificates_ = certificates;
    for (const auto& [country, at] : partners_) {  // any that an agreement names, in whatever order they were read
      net::Peer peer{at.host, at.port, "", {}};
      for (const auto& [named, certificate] : certificates) {
        if (named == country) peer.further_certificates.push_back(certificate);
      }
      if (peer.further_certificates.empty()) continue;
      peer.certificate_sha256 = peer.further_certificates.front();
      transport_.set_peer(country, std::move(peer));
    }
    if (listener_ != nullptr) listener_->set_pinned_peers(certificates);
  }
  void open(net::Server& listener) {
    const MutexLock lock(mutex_);
    listener_ = &listener;
    listener.set_pinned_peers(certificates_);
  }

 private:
  explicit Gate(net::PinnedTransport& transport) : transport_(transport) {}
  net::PinnedTransport& transport_;  // has a lock of its own
  std::map<std::string, HostPort> partners_;
  Mutex mutex_;
  std::vector<std::pair<std::string, Digest>> certificates_ GUARDED_BY(mutex_);
  net::Server* listener_ GUARDED_BY(mutex_) = nullptr;
};

Result<std::unique_ptr<net::Server>> started_at_own(const Directory& directory, const net::Identity& identity,
                                                    api::Api own_api) {
  net::ServerOptions options = listening_at(directory.api_address, directory.api_port, identity);
  options.admit = dated(std::move(own_api.admit));
  return net::Server::start(std::move(options), dated(std::move(own_api.handle)));
}

// A copy at work by itself: our own applications may look and try; nothing leaves, and nobody else is listened to.
Status serve_drill(const Directory& directory, const std::function<void(const Ready&)>& ready) {
  ASSIGN_OR_RETURN(const std::string why, why_a_copy(directory, [&] { return entries_of_node(directory); }));
  if (why.empty() && !was_drilled(directory))
    return Error{Code::kConflict, directory.path + " is the node itself: make a copy of it, and drill with that"};
  TRY(write_file(drill_mark(directory), view("used for a drill: not to be adopted\n")));
  SystemClock clock;
  SystemRandom random;
  NoTransport transport;
  ASSIGN_OR_RETURN(service::Config config, node_config(directory));
  config.overseers.clear();
  ASSIGN_OR_RETURN(const net::Identity identity, identity_to_show(directory, {}, clock.now_ms()));
  ASSIGN_OR_RETURN(std::vector<api::User> users, read_users(directory.path));
  ASSIGN_OR_RETURN(const auto node, service::Node::open(std::move(config), {clock, random, transport}));
  const sigset_t signals = block_signals();
  api::Api own_api = api::own_api(*node, std::move(users));
  ASSIGN_OR_RETURN(const auto own, started_at_own(directory, identity, std::move(own_api)));
  ready({directory.country, url_of(directory.api_address, *own), "", ""});
  while (!ends_within(signals, 1)) node->work();
  own->stop();
  return {};
}

void complain_of(const Status& status) {
  if (!status.ok()) spdlog::error("{}", status.error().message);
}

// A token that was taken away stays so, whatever file is put back.
Status note_changed_users(service::Node& node, LiveUsers& users) {
  const auto changed = users.changed();
  if (!changed) return {};
  ASSIGN_OR_RETURN(std::set<std::string> gone, node.note_users(told_of(*changed)));
  users.refuse(std::move(gone));
  return {};
}

// Users and keys are files that people change, perhaps while no node ran.
Status note_what_people_change(const Directory& directory, service::Node& node, LiveUsers& users) {
  TRY(note_changed_users(node, users));
  ASSIGN_OR_RETURN(const Json keys, told_of_keys(directory));
  return node.note_keys(keys);
}

// A renewal ends by itself when no agreement needs what was before.
void finish_renewal_if_due(const std::string& path) {
  const Status done = finish_renewal(path);
  if (done.ok()) say("the next keys or certificate have taken their places; the older ones are destroyed");
  const bool not_due = !done.ok() && (done.error().code == Code::kNotFound || done.error().code == Code::kConflict);
  if (!done.ok() && !not_due) spdlog::warn("a renewal waits to be finished: {}", done.error().message);
}

void say_hello(const Directory& directory, const service::Node& node, std::span<const AcceptedAgreement> agreements,
               const net::CertificateDates& dates) {
  const auto day = [](std::int64_t ms) { return to_iso8601(ms).substr(0, 10); };
  const service::Health health = node.health();
  std::vector<std::string> names;
  for (const PeerAddress& partner : directory.partners) names.push_back(partner.name);
  say(fmt::format("puente {}: node {}, {} people, log of {} entries; certificate until {}; partners: {}", version(),
                  directory.country, health.people, health.log_size, day(dates.until_ms), fmt::join(names, ", ")));
  for (const AcceptedAgreement& each : agreements) {
    const std::string partner = each.partner_of(directory.country)->country;
    say(fmt::format("agreement {} with {}: {}, {} until {}", each.id, partner, to_string(each.state),
                    day(each.valid_from_ms), day(each.valid_until_ms)));
  }
}

api::SignIn sign_in_at(signin::Desk& desk, LiveUsers& users, const std::string& path, Vouching* vouching) {
  return {&desk,
          [&users] { return users.all(); },
          [path](const std::string& name, const std::string& password) { return set_password(path, name, password); },
          vouching == nullptr ? nullptr : &vouching->provider(),
          [&users](const std::string& name) { return users.machine(name); },
          [](const std::string& address, const Error& why) {
            spdlog::warn("sign-in by the provider, from {}: {}", address, why.message);
          }};
}

std::optional<signin::Account> account_of(LiveUsers& users, Vouching* vouching, const std::string& name) {
  if (!name.starts_with(signin::kOfProvider)) return users.account(name);
  return vouching == nullptr ? std::nullopt : vouching->provider().account(name);
}

// Where our own systems show certificates: the same API, to whom users.json names by one.
Result<std::unique_ptr<net::Server>> started_for_machines(const Directory& directory, const net::Identity& identity,
                                                          api::Api own_api) {
  if (directory.machines_address.empty()) return std::unique_ptr<net::Server>();
  net::ServerOptions options = listening_at(directory.machines_address, directory.machines_port, identity);
  options.mutual = true;
  options.admit = dated(std::move(own_api.admit));
  return net::Server::start(std::move(options), dated(std::move(own_api.handle)));
}

void pin_machines(net::Server* machines, LiveUsers& users) {
  if (machines == nullptr) return;
  std::vector<std::pair<std::string, Digest>> pins;
  for (const api::User& user : users.all())
    if (user.certificate_sha256) pins.emplace_back(user.name, *user.certificate_sha256);
  machines->set_pinned_peers(pins);
}

// Beside the program, as built or as installed: its pages are of the same make as its answers.
std::string console_directory() {
  std::error_code failed;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", failed);
  for (const char* const beside : {"../share/puente/console", "../console"}) {
    const auto found = (program.parent_path() / beside).lexically_normal();
    if (!failed && std::filesystem::is_regular_file(found / "index.html", failed)) return found.string();
    failed.clear();
  }
  return "";
}

Result<api::Api> with_pages(api::Api own) {
  const std::string pages = console_directory();
  if (!pages.empty()) return api::with_console(std::move(own), pages);
  say("no console: its pages are not beside the program (script/build makes them)");
  return own;
}

// Side by side: each may wait for what it still does.
void stop_all(std::initializer_list<net::Server*> servers) {
  std::vector<std::jthread> stopping;
  for (net::Server* const each : servers)
    if (each != nullptr) stopping.emplace_back([each] { each->stop(); });
}

Result<std::unique_ptr<net::Server>> started_for_partners(const Directory& directory, const net::Identity& identity,
                                                          api::Api partner_api) {
  net::ServerOptions options = listening_to_partners(directory, identity);
  options.admit = dated(std::move(partner_api.admit));
  return net::Server::start(std::move(options), dated(std::move(partner_api.handle)));
}

Status serve_node(const Directory& directory, const std::function<void(const Ready&)>& ready) {
  TRY(finger::self_test());
  TRY(identify::self_test());
  SystemClock clock;
  SystemRandom random;
  finish_renewal_if_due(directory.path);
  TRY(check_before_serving(directory, clock.now_ms()));
  ASSIGN_OR_RETURN(service::Config config, node_config(directory));
  ASSIGN_OR_RETURN(const std::vector<AcceptedAgreement> agreements, agreements_now(directory));
  ASSIGN_OR_RETURN(const net::Identity identity, identity_to_show(directory, agreements, clock.now_ms()));
  ASSIGN_OR_RETURN(const net::CertificateDates dates, net::certificate_dates(identity.certificate_pem));
  config.certificate_until_ms = dates.until_ms;
  const auto count = [&directory] { return entries_of_node(directory); };
  ASSIGN_OR_RETURN(const std::string why, come_home(directory, count));
  if (!why.empty()) return serve_nothing(directory, identity, why, ready);
  TRY(keep_vkey(directory));
  TRY(read_users(directory.path));  // a file that lets nobody in is said before anything is opened
  LiveUsers users(directory.path, clock);
  net::PinnedTransport transport(identity);
  TRY(set_others(directory, transport));
  ASSIGN_OR_RETURN(const auto gate, Gate::make(directory, transport));
  ASSIGN_OR_RETURN(auto node, service::Node::open(std::move(config), {clock, random, transport, gate.get()}));
  ASSIGN_OR_RETURN(const bool adopted, node->is_adopted_copy());
  if (const std::string seen = node->ask_overseers(); !seen.empty() && !adopted) {
    node.reset();
    return serve_nothing(directory, identity, seen, ready);
  }
  TRY(note_what_people_change(directory, *node, users));

  const sigset_t signals = block_signals();
  std::atomic<const net::Server*> own_server{nullptr}, partner_server{nullptr};
  ASSIGN_OR_RETURN(const auto vouching, Vouching::start(directory, clock, random));
  signin::Desk desk([&](const std::string& name) { return account_of(users, vouching.get(), name); }, clock, random);
  const api::Api own_api = api::own_api(
      *node, [&users](const Digest& token) { return users.find(token); },
      [&] { return metrics_of(own_server, partner_server); }, sign_in_at(desk, users, directory.path, vouching.get()));
  ASSIGN_OR_RETURN(api::Api with_console, with_pages(own_api));
  ASSIGN_OR_RETURN(const auto own, started_at_own(directory, identity, std::move(with_console)));
  own_server = own.get();
  ASSIGN_OR_RETURN(const auto machines, started_for_machines(directory, identity, own_api));
  pin_machines(machines.get(), users);
  ASSIGN_OR_RETURN(const auto partner, started_for_partners(directory, identity, api::partner_api(*node)));
  partner_server = partner.get();
  gate->open(*partner);
  node->start();
  auto remember = [&directory, count, last = std::uint64_t{0}]() mutable {
    const auto now = count();
    if (now.ok() && *now == std::exchange(last, *now)) return;
    const Status settled = now.ok() ? settle(directory, count) : Status(now.error());
    if (!settled.ok()) spdlog::error("{}", settled.error().message);
  };
  say_hello(directory, *node, agreements, dates);
  ready({directory.country, url_of(directory.api_address, *own), url_of(directory.partner_address, *partner),
         machines ? url_of(directory.machines_address, *machines) : ""});
  for (std::int64_t seconds = 0; !ends_within(signals, 1, [&] { users.look_again(); }); ++seconds) {
    complain_of(note_changed_users(*node, users));
    pin_machines(machines.get(), users);
    if (seconds % kSettleEverySeconds == 0) remember();
    if (seconds % kWarnEverySeconds == 0) warn_of_ends(directory);
  }
  say("stopping");
  const LastResort cut_off(kStopWithin);
  node->stop();  // first: a handler may wait for what it ends
  stop_all({own.get(), partner.get(), machines.get()});
  remember();
  say("stopped");
  return {};
}

}  // namespace

Status serve(const std::string& path, bool verbose, const std::function<void(const Ready&)>& ready, bool drill) {
  log_to_stderr(verbose);
  ASSIGN_OR_RETURN(const Directory directory, read_directory(path));
  if (drill && directory.role != "node") return Error{Code::kInvalidInput, "only a node can be drilled with"};
  if (drill) return serve_drill(directory, ready);
  for (const std::string& line : loose_rights(directory)) spdlog::warn("{}", line);
  return directory.role == "overseer" ? serve_overseer(directory, ready) : serve_node(directory, ready);
}

namespace {

// Of a node without users: an officer by the name that the operating system has, with a blank, as no user's has.
Result<Caller> first_visitor(const std::string& role) {
  if (!role.empty() && role != to_string(Role::kOfficer))
    return Error{Code::kDenied, "this node has no users: a " + role + " is one, see puente node user add"};
  const passwd* const found = ::getpwuid(::geteuid());
  const std::string name = found != nullptr ? found->pw_name : std::to_string(::geteuid());
  return Caller{"operator " + name, Role::kOfficer, true};
}

// Whoever may read the keys may do anything with this directory; what is done stands in the log under somebody's name.
Result<Caller> visitor(const Directory& directory, const std::string& name, const std::string& role,
                       std::int64_t now_ms) {
  ASSIGN_OR_RETURN(const std::vector<api::User> users, read_users(directory.path));
  if (name.empty() && users.empty()) return first_visitor(role);
  if (name.empty())
    return Error{Code::kInvalidInput,
                 "say who you are: --user NAME, one of `puente node user list --data " + directory.path + "`"};
  for (const api::User& user : users) {
    if (user.name != name) continue;
    if (now_ms >= user.expires_ms)
      return Error{Code::kDenied, name + " is no longer a user: since " + to_iso8601(user.expires_ms)};
    if (!role.empty() && role != to_string(user.role))
      return Error{Code::kDenied, name + " is not " + role + " here but " + to_string(user.role)};
    return Caller{user.name, user.role, true, user.certified_until_ms};
  }
  return Error{Code::kDenied, "there is no user " + name + " here: puente node user add --data " + directory.path};
}

}  // namespace

struct Visit::State {
  SystemClock clock;
  SystemRandom random;
  NoTransport transport;
  std::unique_ptr<service::Node> node;
  std::string token;
  net::Handler handler;
};

Visit::Visit(std::unique_ptr<State> state) : state_(std::move(state)) {}
Visit::Visit(Visit&&) noexcept = default;
Visit& Visit::operator=(Visit&&) noexcept = default;
Visit::~Visit() = default;

Result<Visit> Visit::begin(const std::string& path, const std::string& user, const std::string& role) {
  auto state = std::make_unique<State>();
  log_to_stderr(false);  // standard output is the command's answer
  ASSIGN_OR_RETURN(const Directory directory, read_directory(path));
  TRY(require_place(directory));
  ASSIGN_OR_RETURN(service::Config config, node_config(directory));
  ASSIGN_OR_RETURN(const Caller caller, visitor(directory, user, role, state->clock.now_ms()));
  ASSIGN_OR_RETURN(state->node,
                   service::Node::open(std::move(config), {state->clock, state->random, state->transport}));
  state->token = state->random.id("");
  state->handler = api::own_api(*state->node, [caller, known = sha256(view(state->token))](const Digest& token) {
                     return token == known ? std::optional(caller) : std::nullopt;
                   }).handle;
  LiveUsers users(path, state->clock);
  TRY(note_what_people_change(directory, *state->node, users));
  return Visit(std::move(state));
}

net::Response Visit::call(net::Request request) {
  request.headers["authorization"] = "Bearer " + state_->token;
  return state_->handler(request);
}

namespace {

Result<std::unique_ptr<service::Overseer>> open_overseer(const Directory& directory, Clock& clock, Random& random) {
  ASSIGN_OR_RETURN(service::OverseerConfig config, overseer_config(directory));
  return service::Overseer::open(std::move(config), clock, random);
}

// Refused before anything is opened: to open a node writes into its log.
Status adopt_node(const Directory& directory, const std::string& reasons) {
  if (policy::written(reasons) < policy::kReasonsMin)
    return Error{Code::kInvalidInput,
                 "reasons: say in two words or more (ten characters, five different) why this copy is the node now"};
  if (was_drilled(directory))
    return Error{Code::kConflict, "this copy was used for a drill, and its log tells of it: restore a fresh one"};
  SystemClock clock;
  SystemRandom random;
  NoTransport transport;
  ASSIGN_OR_RETURN(service::Config config, node_config(directory));
  ASSIGN_OR_RETURN(const auto node, service::Node::open(std::move(config), {clock, random, transport}));
  TRY(node->adopt_copy({"an operator", Role::kSupervisor, true}, reasons));  // no user's name has a blank in it
  return settle(directory, [&] { return entries_of_node(directory); });
}

}  // namespace

Status adopt_copy(const std::string& path, const std::string& reasons) {
  log_to_stderr(false);
  ASSIGN_OR_RETURN(const Directory directory, read_directory(path));
  if (directory.role == "node") return adopt_node(directory, reasons);
  SystemClock clock;
  SystemRandom random;
  ASSIGN_OR_RETURN(const auto overseer, open_overseer(directory, clock, random));
  TRY(renew_overseer_key(directory));
  return settle(directory, [&] { return overseer->witnessed_entries(); });
}

Result<std::map<std::string, std::vector<Shown>>> shown_to_overseer(const std::string& path) {
  ASSIGN_OR_RETURN(const Directory directory, read_directory(path));
  SystemClock clock;
  SystemRandom random;
  ASSIGN_OR_RETURN(const auto overseer, open_overseer(directory, clock, random));
  return overseer->shown();
}

Status restart_log(const std::string& path, const std::string& origin) {
  ASSIGN_OR_RETURN(const Directory directory, read_directory(path));
  SystemClock clock;
  SystemRandom random;
  ASSIGN_OR_RETURN(const auto overseer, open_overseer(directory, clock, random));
  TRY(overseer->restart_log(origin));
  return settle(directory, [&] { return overseer->witnessed_entries(); });
}

}  // namespace puente::home
