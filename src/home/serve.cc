// A node or an overseer at work: its servers, its background, and one place that waits for the end.
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <csignal>
#include <map>
#include <thread>

#include "core/mutex.h"
#include "home/inside.h"
#include "identify/identify.h"
#include "modality/finger/finger.h"

namespace puente::home {
namespace {

constexpr std::int64_t kWorkEveryMs = 500;

// Blocks the signals that end us in this thread and all that it starts, so that one place waits for them.
sigset_t block_end_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return set;
}

void wait_for(const sigset_t& signals) {
  int signal = 0;
  sigwait(&signals, &signal);
}

void log_to_stderr(bool verbose) {
  if (spdlog::get("puente") == nullptr) spdlog::set_default_logger(spdlog::stderr_logger_mt("puente"));
  spdlog::set_level(verbose ? spdlog::level::info : spdlog::level::warn);
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

Status serve_overseer(const Directory& directory, const std::function<void(const Ready&)>& ready) {
  SystemClock clock;
  SystemRandom random;
  ASSIGN_OR_RETURN(service::OverseerConfig config, overseer_config(directory));
  ASSIGN_OR_RETURN(const net::Identity identity, tls_identity(directory));
  ASSIGN_OR_RETURN(const auto overseer, service::Overseer::open(std::move(config), clock, random));
  const sigset_t signals = block_end_signals();
  ASSIGN_OR_RETURN(const auto server,
                   net::Server::start(listening_at(directory.api_address, directory.api_port, identity),
                                      api::overseer_api(*overseer)));
  ready({directory.country, url_of(directory.api_address, *server), ""});
  wait_for(signals);
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
    for (const auto& [country, certificate] : certificates) {
      if (const auto at = partners_.find(country); at != partners_.end())
        transport_.set_peer(country, {at->second.host, at->second.port, "", certificate});
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

Status serve_node(const Directory& directory, const std::function<void(const Ready&)>& ready) {
  TRY(finger::self_test());
  TRY(identify::self_test());
  SystemClock clock;
  SystemRandom random;
  ASSIGN_OR_RETURN(service::Config config, node_config(directory));
  ASSIGN_OR_RETURN(const net::Identity identity, tls_identity(directory));
  ASSIGN_OR_RETURN(std::vector<api::User> users, read_users(directory.path));
  net::PinnedTransport transport(identity);
  TRY(set_others(directory, transport));
  ASSIGN_OR_RETURN(const auto gate, Gate::make(directory, transport));
  ASSIGN_OR_RETURN(const auto node, service::Node::open(std::move(config), {clock, random, transport, gate.get()}));

  const sigset_t signals = block_end_signals();
  ASSIGN_OR_RETURN(const auto own, net::Server::start(listening_at(directory.api_address, directory.api_port, identity),
                                                      api::own_api(*node, std::move(users))));
  net::ServerOptions partner_options = listening_at(directory.partner_address, directory.partner_port, identity);
  partner_options.mutual = true;
  ASSIGN_OR_RETURN(const auto partner, net::Server::start(std::move(partner_options), api::partner_api(*node)));
  gate->open(*partner);
  std::atomic<bool> stopping{false};
  std::thread background([&] {
    while (!stopping) {
      node->work();
      node->wait_for_work(kWorkEveryMs);
    }
  });
  ready({directory.country, url_of(directory.api_address, *own), url_of(directory.partner_address, *partner)});
  wait_for(signals);
  own->stop();
  partner->stop();
  stopping = true;
  background.join();
  return {};
}

// A directory opened by hand reaches nobody.
class NoTransport final : public Transport {
 public:
  Result<Reply> post(const std::string&, const std::string&, ByteView, std::int64_t) override {
    return Error{Code::kUnavailable, "this command sends nothing"};
  }
};

}  // namespace

Status serve(const std::string& path, bool verbose, const std::function<void(const Ready&)>& ready) {
  log_to_stderr(verbose);
  ASSIGN_OR_RETURN(const Directory directory, read_directory(path));
  return directory.role == "overseer" ? serve_overseer(directory, ready) : serve_node(directory, ready);
}

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

Result<Visit> Visit::begin(const std::string& path, Role role) {
  auto state = std::make_unique<State>();
  log_to_stderr(false);  // standard output is the command's answer
  ASSIGN_OR_RETURN(const Directory directory, read_directory(path));
  ASSIGN_OR_RETURN(service::Config config, node_config(directory));
  ASSIGN_OR_RETURN(state->node,
                   service::Node::open(std::move(config), {state->clock, state->random, state->transport}));
  state->token = state->random.id("");
  state->handler = api::own_api(*state->node, {{"local", role, sha256(view(state->token))}});
  return Visit(std::move(state));
}

net::Response Visit::call(net::Request request) {
  request.headers["authorization"] = "Bearer " + state_->token;
  return state_->handler(request);
}

}  // namespace puente::home
