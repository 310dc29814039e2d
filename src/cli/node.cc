// puente node: make a node, tell it whom to trust, run it.
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <CLI/CLI.hpp>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <thread>

#include "api/api.h"
#include "audit/audit.h"
#include "cli/cli.h"
#include "cli/config.h"
#include "core/files.h"
#include "identify/identify.h"
#include "modality/finger/finger.h"
#include "policy/policy.h"

namespace puente::cli {
namespace {

constexpr std::size_t kSmallFileMax = 1u << 20;
constexpr std::int64_t kWorkEveryMs = 500;

struct NodeOptions {
  InitOptions init;
  std::string data, name, role = "officer", kind = "partner", url, certificate, vkey, agreement;
  bool json = false, verbose = false;
};

int init(const NodeOptions& options) {
  SystemRandom random;
  if (const Status made = init_directory(options.init, random); !made.ok()) return fail(made.error(), options.json);
  if (options.json) {
    print_json(
        Json::object({{"data", options.init.path}, {"role", options.init.role}, {"country", options.init.country}}));
  } else {
    std::printf(
        "made %s\nkeep %s/keys to yourself and back it up: without node.key nothing in the database can be read\n",
        options.init.path.c_str(), options.init.path.c_str());
    if (options.init.role == "node")
      std::printf("give %s/party.json to the partner for the agreement\n", options.init.path.c_str());
  }
  return 0;
}

int add_user_to(const NodeOptions& options) {
  SystemRandom random;
  const auto directory = read_directory(options.data);
  if (!directory.ok()) return fail(directory.error(), options.json);
  const auto role = parse_role(options.role);
  if (!role.ok()) return fail(role.error(), options.json);
  const auto token = add_user(*directory, options.name, *role, random);
  if (!token.ok()) return fail(token.error(), options.json);
  if (options.json) {
    print_json(Json::object({{"name", options.name}, {"role", options.role}, {"token", *token}}));
  } else {
    std::printf("%s\n", token->c_str());
    std::fprintf(stderr, "this token is shown once; a running node knows it after its next start\n");
  }
  return 0;
}

Result<std::string> trimmed_file(const std::string& path) {
  ASSIGN_OR_RETURN(const Bytes bytes, read_file(path, kSmallFileMax));
  std::string out(text(bytes));
  while (!out.empty() && (out.back() == '\n' || out.back() == ' ')) out.pop_back();
  return out;
}

Status add_peer_to(const NodeOptions& options) {
  ASSIGN_OR_RETURN(Directory directory, read_directory(options.data));
  PeerAddress peer;
  peer.name = options.name;
  peer.url = options.url;
  if (!peer.url.empty())
    TRY([&]() -> Status {
      const auto parsed = parse_url(peer.url);
      return parsed.ok() ? Status() : Status(parsed.error());
    }());
  if (!options.certificate.empty()) {
    ASSIGN_OR_RETURN(const std::string pem, trimmed_file(options.certificate));
    ASSIGN_OR_RETURN(const Digest digest, net::certificate_sha256(pem));
    peer.certificate_sha256 = to_hex(digest);
  }
  if (!options.vkey.empty()) {
    ASSIGN_OR_RETURN(peer.vkey, trimmed_file(options.vkey));
    ASSIGN_OR_RETURN([[maybe_unused]] const audit::VerifierKey key, audit::parse_vkey(peer.vkey));
  }
  auto& list = options.kind == "partner" ? directory.partners
               : options.kind == "log"   ? directory.logs
                                         : directory.overseers;
  std::erase_if(list, [&](const PeerAddress& each) { return each.name == peer.name; });
  list.push_back(std::move(peer));
  return write_toml(directory);
}

Status accept_agreement(const NodeOptions& options) {
  ASSIGN_OR_RETURN(const Directory directory, read_directory(options.data));
  ASSIGN_OR_RETURN(const Bytes bytes, read_file(options.agreement, kSmallFileMax));
  ASSIGN_OR_RETURN(const Agreement agreement, policy::read_agreement(text(bytes)));
  if (agreement.party(directory.country) == nullptr) {
    return Error{Code::kInvalidInput, directory.country + " is not a party of this agreement"};
  }
  return write_file(directory.path + "/agreements/" + to_hex(agreement.digest).substr(0, 16) + ".json", bytes);
}

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

void say_ready(const Directory& directory, std::uint16_t api_port, std::uint16_t partner_port) {
  Json json = Json::object(
      {{"ready", directory.country}, {"api", "https://" + directory.api_address + ":" + std::to_string(api_port)}});
  if (partner_port != 0)
    json.set("partner", "https://" + directory.partner_address + ":" + std::to_string(partner_port));
  print_json(json);
  std::fflush(stdout);
}

int serve_overseer(const Directory& directory) {
  SystemClock clock;
  SystemRandom random;
  auto config = overseer_config(directory);
  if (!config.ok()) return fail(config.error());
  auto identity = tls_identity(directory);
  if (!identity.ok()) return fail(identity.error());
  const auto overseer = service::Overseer::open(*std::move(config), clock, random);
  if (!overseer.ok()) return fail(overseer.error());
  const sigset_t signals = block_end_signals();
  net::ServerOptions options;
  options.address = directory.api_address;
  options.port = directory.api_port;
  options.identity = *std::move(identity);
  const auto server = net::Server::start(std::move(options), api::overseer_api(**overseer));
  if (!server.ok()) return fail(server.error());
  say_ready(directory, (*server)->port(), 0);
  int signal = 0;
  sigwait(&signals, &signal);
  return 0;
}

Status set_peers(const Directory& directory, const service::Config& config, net::PinnedTransport& transport,
                 std::vector<std::pair<std::string, Digest>>& pinned) {
  for (const Agreement& agreement : config.agreements) {
    const Party* partner = agreement.partner_of(config.country);
    pinned.emplace_back(partner->country, partner->certificate_sha256);
    for (const PeerAddress& address : directory.partners) {
      if (address.name != partner->country || address.url.empty()) continue;
      ASSIGN_OR_RETURN(const HostPort at, parse_url(address.url));
      transport.set_peer(partner->country, {at.host, at.port, "", partner->certificate_sha256});
    }
  }
  for (const PeerAddress& address : directory.overseers) {
    ASSIGN_OR_RETURN(const HostPort at, parse_url(address.url));
    ASSIGN_OR_RETURN(const Bytes digest, from_hex(address.certificate_sha256));
    ASSIGN_OR_RETURN(const Digest certificate, fixed<32>(digest));
    transport.set_peer(address.name, {at.host, at.port, "", certificate});
  }
  return {};
}

int serve_node(const Directory& directory) {
  if (const Status sound = finger::self_test(); !sound.ok()) return fail(sound.error());
  if (const Status sound = index::self_test(); !sound.ok()) return fail(sound.error());
  SystemClock clock;
  SystemRandom random;
  auto config = node_config(directory);
  if (!config.ok()) return fail(config.error());
  const auto identity = tls_identity(directory);
  if (!identity.ok()) return fail(identity.error());
  auto users = read_users(directory);
  if (!users.ok()) return fail(users.error());
  net::PinnedTransport transport(*identity);
  net::ServerOptions partner_options;
  if (const Status set = set_peers(directory, *config, transport, partner_options.pinned_peers); !set.ok()) {
    return fail(set.error());
  }
  const auto node = service::Node::open(*std::move(config), {clock, random, transport});
  if (!node.ok()) return fail(node.error());

  const sigset_t signals = block_end_signals();
  net::ServerOptions api_options;
  api_options.address = directory.api_address;
  api_options.port = directory.api_port;
  api_options.identity = *identity;
  const auto own = net::Server::start(std::move(api_options), api::own_api(**node, *std::move(users)));
  if (!own.ok()) return fail(own.error());
  partner_options.address = directory.partner_address;
  partner_options.port = directory.partner_port;
  partner_options.identity = *identity;
  partner_options.mutual = true;
  const auto partner = net::Server::start(std::move(partner_options), api::partner_api(**node));
  if (!partner.ok()) return fail(partner.error());

  std::atomic<bool> stopping{false};
  std::thread background([&] {
    while (!stopping) {
      (*node)->work();
      (*node)->wait_for_work(kWorkEveryMs);
    }
  });
  say_ready(directory, (*own)->port(), (*partner)->port());
  int signal = 0;
  sigwait(&signals, &signal);
  (*own)->stop();
  (*partner)->stop();
  stopping = true;
  background.join();
  return 0;
}

// Standard output is for the one line that says where we listen. Requests are logged only when asked for: their paths
// carry ids of persons.
void log_to_stderr(bool verbose) {
  spdlog::set_default_logger(spdlog::stderr_logger_mt("puente"));
  spdlog::set_level(verbose ? spdlog::level::info : spdlog::level::warn);
}

int serve(const NodeOptions& options) {
  log_to_stderr(options.verbose);
  const auto directory = read_directory(options.data);
  if (!directory.ok()) return fail(directory.error());
  return directory->role == "overseer" ? serve_overseer(*directory) : serve_node(*directory);
}

int done(const Status& status, const NodeOptions& options) {
  return status.ok() ? 0 : fail(status.error(), options.json);
}

}  // namespace

void add_node(CLI::App& app, Run& run) {
  auto options = std::make_shared<NodeOptions>();
  auto* node = app.add_subcommand("node", "Make, equip and run a node or an overseer");
  node->require_subcommand(1);

  auto* init_command = node->add_subcommand("init", "Make a data directory with its keys, certificate and database");
  init_command->add_option("--data", options->init.path, "a new directory")->required();
  init_command->add_option("--country", options->init.country, "ISO 3166-1 alpha-3 code; of an overseer its name")
      ->required();
  init_command->add_option("--name", options->init.name, "in words, for the agreement");
  init_command->add_option("--role", options->init.role, "node or overseer")
      ->check(CLI::IsMember({"node", "overseer"}));
  init_command->add_option("--api-port", options->init.api_port, "own API; 0 takes any free port at each start");
  init_command->add_option("--partner-port", options->init.partner_port, "partners' listener, likewise");
  init_command->add_flag("--json", options->json, "for programs");
  init_command->footer("Example: puente node init --data /var/lib/puente --country COL --name \"Migración\"");
  init_command->callback([options, &run] { run = [options] { return init(*options); }; });

  auto* user = node->add_subcommand("user", "Add a user and print the token");
  user->add_option("--data", options->data, "data directory")->required();
  user->add_option("--name", options->name, "user id, as it stands in cases")->required();
  user->add_option("--role", options->role, "officer, examiner, supervisor or auditor");
  user->add_flag("--json", options->json, "for programs");
  user->footer("Example: puente node user --data /var/lib/puente --name ana.ruiz --role examiner");
  user->callback([options, &run] { run = [options] { return add_user_to(*options); }; });

  auto* peer = node->add_subcommand("peer", "Say where a partner, an overseer or (for an overseer) a log is");
  peer->add_option("--data", options->data, "data directory")->required();
  peer->add_option("--kind", options->kind, "partner, overseer or log")
      ->check(CLI::IsMember({"partner", "overseer", "log"}));
  peer->add_option("--name", options->name, "country, or an overseer's name")->required();
  peer->add_option("--url", options->url, "https://host:port");
  peer->add_option("--certificate", options->certificate,
                   "overseer: its keys/tls.crt (a partner's is pinned in the agreement)");
  peer->add_option("--vkey", options->vkey, "overseer or log: its keys/log.vkey");
  peer->footer(
      "Example: puente node peer --data /var/lib/puente --kind partner --name USA --url https://node.example:9443");
  peer->callback([options, &run] { run = [options] { return done(add_peer_to(*options), *options); }; });

  auto* accept = node->add_subcommand("accept", "Take an agreement into use at the next start, if both signatures fit");
  accept->add_option("--data", options->data, "data directory")->required();
  accept->add_option("agreement", options->agreement, "the signed document")->required();
  accept->footer("Example: puente node accept --data /var/lib/puente agreement.json");
  accept->callback([options, &run] { run = [options] { return done(accept_agreement(*options), *options); }; });

  auto* serve_command =
      node->add_subcommand("serve", "Run until SIGTERM; says {\"ready\":…} with its addresses when it is");
  serve_command->add_option("--data", options->data, "data directory")->required();
  serve_command->add_flag("--verbose", options->verbose, "log every request (method, path, status, time) as well");
  serve_command->footer("Example: puente node serve --data /var/lib/puente");
  serve_command->callback([options, &run] { run = [options] { return serve(*options); }; });
}

}  // namespace puente::cli
