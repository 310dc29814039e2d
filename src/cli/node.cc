// puente node: make a node, tell it whom to trust, run it.
#include "cli/node.h"

#include <cstdio>

#include "cli/options.h"
#include "core/files.h"
#include "core/limits.h"
#include "core/text.h"
#include "home/home.h"

namespace puente::cli {
namespace {

struct NodeOptions {
  home::Directory directory;
  std::string data, name, agreement;
  std::vector<std::string> hosts;
  bool json = false, verbose = false, drill = false;
};

Result<int> init(const NodeOptions& options) {
  SystemRandom random;
  const home::Directory& wanted = options.directory;
  TRY(of_words(home::make_directory(wanted, options.name, random, options.hosts)));
  std::string fingerprint;
  if (wanted.role == "node") {
    ASSIGN_OR_RETURN(fingerprint, home::own_fingerprint(wanted.path));
  }
  if (options.json) {
    Json made = Json::object({{"data", wanted.path}, {"role", wanted.role}, {"country", wanted.country}});
    if (!fingerprint.empty()) made.set("fingerprint", fingerprint);
    print_json(made);
    return 0;
  }
  std::printf(
      "made %s\nkeep %s/keys to yourself and back it up: without node.key nothing in the database can be read\n",
      wanted.path.c_str(), wanted.path.c_str());
  if (!fingerprint.empty()) {
    std::printf("give %s/party.json to the partner for the agreement, and compare by voice its\nfingerprint %s\n",
                wanted.path.c_str(), fingerprint.c_str());
  }
  return 0;
}

Result<int> accept_agreement(const NodeOptions& options) {
  ASSIGN_OR_RETURN(const Bytes document, read_file(options.agreement, limits::kAgreementBytesMax));
  ASSIGN_OR_RETURN(const std::vector<std::string> odd,
                   about(options.agreement, home::accept_agreement(options.data, document)));
  say_odd(odd);
  if (!options.json) std::printf("%s is taken into force at the next start\n", options.agreement.c_str());
  if (options.json) print_json(Json::object({{"file", options.agreement}, {"odd", strings(odd)}}));
  return 0;
}

Result<int> serve(const NodeOptions& options) {
  TRY(of_node(home::serve(
      options.data, options.verbose,
      [](const home::Ready& ready) {
        Json json = Json::object({{"ready", ready.country}, {"api", ready.api_url}});
        if (!ready.partner_url.empty()) json.set("partner", ready.partner_url);
        if (!ready.machines_url.empty()) json.set("machines", ready.machines_url);
        print_json(json);
        std::fflush(stdout);
      },
      options.drill)));
  return 0;
}

void add_init(Command& node, const std::shared_ptr<NodeOptions>& options, Run& run) {
  auto* command = node.add_subcommand("init", "Make a data directory with its keys, certificate and database");
  command->add_option("--data", options->directory.path, "a new or empty directory")->required();
  command->add_option("--country", options->directory.country, "ISO 3166-1 alpha-3 code; of an overseer its name")
      ->required();
  command->add_option("--name", options->name, "in words, for the agreement");
  command->add_option("--role", options->directory.role, "node or overseer")
      ->check(one_of({"node", "overseer"}))
      ->capture_default_str();
  command->add_option("--host", options->hosts,
                      "a host name or address by which it is called, for its certificate; repeat it");
  command->add_option("--api-port", options->directory.api_port, "own API; 0 takes any free port at each start")
      ->capture_default_str();
  command->add_option("--partner-port", options->directory.partner_port, "partners' listener, likewise")
      ->capture_default_str();
  command->add_flag("--json", options->json, "for programs");
  command->footer(
      "Example: puente node init --data /var/lib/puente --country COL --name \"Migración\" --host node.example");
  command->callback([options, &run] { run = [options] { return init(*options); }; });
}

}  // namespace

void say_odd(const std::vector<std::string>& lines) {
  for (const std::string& line : lines) std::fprintf(stderr, "puente: note: %s\n", line.c_str());
}

void add_node(Command& app, Run& run) {
  auto options = std::make_shared<NodeOptions>();
  auto* node = app.add_subcommand("node", "Make, equip and run a node or an overseer");
  node->require_subcommand(1);
  add_init(*node, options, run);
  add_node_user(*node, run);
  add_node_peer(*node, run);

  auto* accept = node->add_subcommand("accept", "Take an agreement into use at the next start, if both signatures fit");
  accept->add_option("--data", options->data, "data directory")->required();
  accept->add_option("agreement", options->agreement, "the signed document")->required();
  accept->add_flag("--json", options->json, "for programs");
  accept->footer("Example: puente node accept --data /var/lib/puente agreement.json");
  accept->callback([options, &run] { run = [options] { return accept_agreement(*options); }; });

  add_node_check(*node, run);
  add_node_renew(*node, run);

  auto* serve_command =
      node->add_subcommand("serve", "Run until SIGTERM; says {\"ready\":…} with its addresses when it is");
  serve_command->add_option("--data", options->data, "data directory")->required();
  serve_command->add_flag("--verbose", options->verbose, "log every request (method, route, status, time) as well");
  serve_command->add_flag("--drill", options->drill,
                          "a copy, to look at and to try: nothing leaves, no partner is answered");
  serve_command->footer("Example: puente node serve --data /var/lib/puente");
  serve_command->callback([options, &run] { run = [options] { return serve(*options); }; });

  add_restore(*node, run);
}

}  // namespace puente::cli
