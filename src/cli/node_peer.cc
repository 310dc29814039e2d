// puente node peer add | list | remove: whom this node knows, in node.toml.
#include <cstdio>

#include "cli/node.h"
#include "cli/options.h"
#include "home/home.h"

namespace puente::cli {
namespace {

using Kind = home::Introduction::Kind;

struct PeerOptions {
  std::string data, kind = "partner", name, url, certificate, vkey;
  bool json = false, replace = false;
};

Kind kind_of(const PeerOptions& options) {
  return options.kind == "partner"    ? Kind::kPartner
         : options.kind == "log"      ? Kind::kLog
         : options.kind == "callback" ? Kind::kCallback
                                      : Kind::kOverseer;
}

Result<int> peer_done(const PeerOptions& options, const char* what) {
  if (options.json) {
    print_json(Json::object({{"kind", options.kind}, {"name", options.name}}));
  } else {
    std::printf("%s %s %s in %s/node.toml; a running node knows it after its next start\n", what, options.kind.c_str(),
                options.name.c_str(), options.data.c_str());
  }
  return 0;
}

Result<int> add_peer(const PeerOptions& options) {
  home::Introduction peer{kind_of(options), options.name, options.url, "", "", options.replace};
  if (!options.certificate.empty()) {
    ASSIGN_OR_RETURN(peer.certificate_pem, read_line(options.certificate));
  }
  if (!options.vkey.empty()) {
    ASSIGN_OR_RETURN(peer.vkey, read_line(options.vkey));
  }
  ASSIGN_OR_RETURN(const std::vector<std::string> odd, of_words(home::add_peer(options.data, peer)));
  say_odd(odd);
  return peer_done(options, "wrote");
}

Result<int> remove_peer(const PeerOptions& options) {
  TRY(home::remove_peer(options.data, kind_of(options), options.name));
  return peer_done(options, "took out");
}

Result<int> list_peers(const PeerOptions& options) {
  ASSIGN_OR_RETURN(const home::Directory directory, home::read_directory(options.data));
  Json::Array rows;
  const auto show = [&](const char* kind, const std::vector<home::PeerAddress>& peers) {
    for (const home::PeerAddress& peer : peers) {
      Json row = Json::object({{"kind", kind}, {"name", peer.name}, {"url", peer.url}});
      if (!peer.certificate_sha256.empty()) row.set("certificate_sha256", peer.certificate_sha256);
      if (!peer.vkey.empty()) row.set("vkey", peer.vkey);
      rows.push_back(std::move(row));
      if (!options.json)
        std::printf("%-8s  %-16s  %s\n", kind, peer.name.c_str(), (peer.url.empty() ? peer.vkey : peer.url).c_str());
    }
  };
  show("partner", directory.partners);
  show("overseer", directory.overseers);
  show("log", directory.logs);
  show("callback", directory.callbacks);
  if (options.json) print_json(Json::object({{"peers", Json(std::move(rows))}}));
  return 0;
}

using DoPeer = Result<int> (*)(const PeerOptions&);

}  // namespace

void add_node_peer(Command& node, Run& run) {
  auto options = std::make_shared<PeerOptions>();
  auto* peer =
      node.add_subcommand("peer", "Where partners, overseers and (for an overseer) logs are: add, list, remove");
  peer->footer(
      "Examples: puente node peer add --data /var/lib/puente --kind partner --name USA --url "
      "https://node.example:9443\n"
      "          puente node peer list --data /var/lib/puente\n"
      "Without a word after `peer` one is added. Of a peer that is known, what is given is changed.");
  const auto needs = [options](bool named) {
    if (options->data.empty()) missing("--data");
    if (named && options->name.empty()) missing("--name");
  };
  const auto common = [&](Command* command, bool named) {
    command->add_option("--data", options->data, "data directory");
    command->add_flag("--json", options->json, "for programs");
    if (!named) return;
    command
        ->add_option("--kind", options->kind, "partner, overseer, log, or callback: whom tasks may tell of their end")
        ->check(one_of({"partner", "overseer", "log", "callback"}))
        ->capture_default_str();
    command->add_option("--name", options->name, "country, or an overseer's name");
  };
  const auto where = [&](Command* command) {
    command->add_option("--url", options->url, "https://host:port");
    command->add_option("--certificate", options->certificate,
                        "of an overseer or callback: its keys/tls.crt (a partner's is pinned in the agreement)");
    command->add_option("--vkey", options->vkey, "of an overseer or log: its keys/log.vkey");
    command->add_flag("--replace", options->replace, "put this key in the place of another that the name has");
  };
  const auto command = [&](const char* name, const char* what, DoPeer act, bool named) {
    auto* made = peer->add_subcommand(name, what);
    common(made, named);
    made->footer(std::string("Example: puente node peer ") + name + " --data /var/lib/puente" +
                 (named ? " --kind partner --name USA" : ""));
    made->callback([options, needs, act, named, &run] {
      needs(named);
      run = [options, act] { return act(*options); };
    });
    return made;
  };
  common(peer, true);
  where(peer);
  where(command("add", "Add a peer, or change what is given of a known one", add_peer, true));
  command("list", "Whom this node knows", list_peers, false);
  command("remove", "Take a peer out of node.toml", remove_peer, true);
  peer->callback([options, needs, peer, &run] {
    if (peer->calls_a_subcommand()) return;
    needs(true);
    run = [options] { return add_peer(*options); };
  });
}

}  // namespace puente::cli
