// puente node: make a node, tell it whom to trust, run it.
#include <CLI/CLI.hpp>
#include <cstdio>

#include "cli/cli.h"
#include "core/files.h"
#include "core/limits.h"
#include "core/text.h"
#include "home/home.h"

namespace puente::cli {
namespace {

using Kind = home::Introduction::Kind;

struct NodeOptions {
  home::Directory directory;
  std::string data, name, role = "officer", kind = "partner", url, certificate, vkey, agreement;
  bool json = false, verbose = false;
};

Result<int> init(const NodeOptions& options) {
  SystemRandom random;
  const home::Directory& wanted = options.directory;
  TRY(home::make_directory(wanted, options.name, random));
  if (options.json) {
    print_json(Json::object({{"data", wanted.path}, {"role", wanted.role}, {"country", wanted.country}}));
    return 0;
  }
  std::printf(
      "made %s\nkeep %s/keys to yourself and back it up: without node.key nothing in the database can be read\n",
      wanted.path.c_str(), wanted.path.c_str());
  if (wanted.role == "node") std::printf("give %s/party.json to the partner for the agreement\n", wanted.path.c_str());
  return 0;
}

Result<int> add_user(const NodeOptions& options) {
  SystemRandom random;
  ASSIGN_OR_RETURN(const Role role, parse_role(options.role));
  ASSIGN_OR_RETURN(const std::string token, home::add_user(options.data, options.name, role, random));
  if (options.json) {
    print_json(Json::object({{"name", options.name}, {"role", options.role}, {"token", token}}));
  } else {
    std::printf("%s\n", token.c_str());
    std::fprintf(stderr, "this token is shown once; a running node knows it after its next start\n");
  }
  return 0;
}

Result<int> add_peer(const NodeOptions& options) {
  home::Introduction peer;
  peer.kind = options.kind == "partner"    ? Kind::kPartner
              : options.kind == "log"      ? Kind::kLog
              : options.kind == "callback" ? Kind::kCallback
                                           : Kind::kOverseer;
  peer.name = options.name;
  peer.url = options.url;
  if (!options.certificate.empty()) {
    ASSIGN_OR_RETURN(peer.certificate_pem, read_line(options.certificate));
  }
  if (!options.vkey.empty()) {
    ASSIGN_OR_RETURN(peer.vkey, read_line(options.vkey));
  }
  TRY(home::add_peer(options.data, peer));
  return 0;
}

Result<int> accept_agreement(const NodeOptions& options) {
  ASSIGN_OR_RETURN(const Bytes document, read_file(options.agreement, limits::kAgreementBytesMax));
  TRY(home::accept_agreement(options.data, document));
  return 0;
}

Result<int> serve(const NodeOptions& options) {
  TRY(home::serve(options.data, options.verbose, [](const home::Ready& ready) {
    Json json = Json::object({{"ready", ready.country}, {"api", ready.api_url}});
    if (!ready.partner_url.empty()) json.set("partner", ready.partner_url);
    print_json(json);
    std::fflush(stdout);
  }));
  return 0;
}

}  // namespace

void add_node(CLI::App& app, Run& run) {
  auto options = std::make_shared<NodeOptions>();
  auto* node = app.add_subcommand("node", "Make, equip and run a node or an overseer");
  node->require_subcommand(1);

  auto* init_command = node->add_subcommand("init", "Make a data directory with its keys, certificate and database");
  init_command->add_option("--data", options->directory.path, "a new directory")->required();
  init_command->add_option("--country", options->directory.country, "ISO 3166-1 alpha-3 code; of an overseer its name")
      ->required();
  init_command->add_option("--name", options->name, "in words, for the agreement");
  init_command->add_option("--role", options->directory.role, "node or overseer")
      ->check(CLI::IsMember({"node", "overseer"}));
  init_command->add_option("--api-port", options->directory.api_port, "own API; 0 takes any free port at each start");
  init_command->add_option("--partner-port", options->directory.partner_port, "partners' listener, likewise");
  init_command->add_flag("--json", options->json, "for programs");
  init_command->footer("Example: puente node init --data /var/lib/puente --country COL --name \"Migración\"");
  init_command->callback([options, &run] { run = [options] { return init(*options); }; });

  auto* user = node->add_subcommand("user", "Add a user and print the token");
  user->add_option("--data", options->data, "data directory")->required();
  user->add_option("--name", options->name, "user id, as it stands in cases")->required();
  user->add_option("--role", options->role, "officer, examiner, supervisor or auditor");
  user->add_flag("--json", options->json, "for programs");
  user->footer("Example: puente node user --data /var/lib/puente --name ana.ruiz --role examiner");
  user->callback([options, &run] { run = [options] { return add_user(*options); }; });

  auto* peer = node->add_subcommand("peer", "Say where a partner, an overseer or (for an overseer) a log is");
  peer->add_option("--data", options->data, "data directory")->required();
  peer->add_option("--kind", options->kind, "partner, overseer, log, or callback: whom tasks may tell of their end")
      ->check(CLI::IsMember({"partner", "overseer", "log", "callback"}));
  peer->add_option("--name", options->name, "country, or an overseer's name")->required();
  peer->add_option("--url", options->url, "https://host:port");
  peer->add_option("--certificate", options->certificate,
                   "overseer: its keys/tls.crt (a partner's is pinned in the agreement)");
  peer->add_option("--vkey", options->vkey, "overseer or log: its keys/log.vkey");
  peer->footer(
      "Example: puente node peer --data /var/lib/puente --kind partner --name USA --url https://node.example:9443");
  peer->callback([options, &run] { run = [options] { return add_peer(*options); }; });

  auto* accept = node->add_subcommand("accept", "Take an agreement into use at the next start, if both signatures fit");
  accept->add_option("--data", options->data, "data directory")->required();
  accept->add_option("agreement", options->agreement, "the signed document")->required();
  accept->footer("Example: puente node accept --data /var/lib/puente agreement.json");
  accept->callback([options, &run] { run = [options] { return accept_agreement(*options); }; });

  auto* serve_command =
      node->add_subcommand("serve", "Run until SIGTERM; says {\"ready\":…} with its addresses when it is");
  serve_command->add_option("--data", options->data, "data directory")->required();
  serve_command->add_flag("--verbose", options->verbose, "log every request (method, path, status, time) as well");
  serve_command->footer("Example: puente node serve --data /var/lib/puente");
  serve_command->callback([options, &run] { run = [options] { return serve(*options); }; });
}

}  // namespace puente::cli
