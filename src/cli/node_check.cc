// puente node check and puente node renew: what keeps a node well over the years.
#include <cstdio>

#include "cli/node.h"
#include "cli/options.h"
#include "core/clock.h"
#include "home/home.h"

namespace puente::cli {
namespace {

using Weight = home::Finding::Weight;

struct CheckOptions {
  std::string data;
  bool json = false, offline = false;
};

const char* word_of(Weight weight) {
  switch (weight) {
    case Weight::kWell:
      return "well";
    case Weight::kOdd:
      return "odd";
    case Weight::kWrong:
      return "WRONG";
  }
  return "WRONG";
}

std::string plain(const Json& value) {
  return value.as_string() != nullptr ? *value.as_string() : canonical(value);
}

Result<int> check_node(const CheckOptions& options) {
  ASSIGN_OR_RETURN(const home::CheckReport report, home::check_node(options.data, !options.offline));
  if (options.json) {
    Json::Array findings;
    for (const home::Finding& each : report.findings) {
      findings.push_back(
          Json::object({{"weight", word_of(each.weight)}, {"about", each.about}, {"words", each.words}}));
    }
    print_json(Json::object(
        {{"well", report.well()}, {"configuration", report.configuration}, {"findings", Json(std::move(findings))}}));
    return report.well() ? kYes : kNo;
  }
  for (const auto& [name, value] : *report.configuration.as_object())
    std::printf("%-28s %s\n", name.c_str(), plain(value).c_str());
  std::printf("\n");
  for (const home::Finding& each : report.findings)
    std::printf("%-5s  %s: %s\n", word_of(each.weight), each.about.c_str(), each.words.c_str());
  std::printf("%s\n", report.well() ? "all is well" : "not well: see WRONG above");
  return report.well() ? kYes : kNo;
}

struct RenewOptions {
  std::string data, name;
  std::vector<std::string> hosts;
  bool certificate = false, signing = false, sealing = false, finish = false, party = false, json = false;
};

Result<int> say(const RenewOptions& options, const std::string& fingerprint, const std::string& words) {
  if (options.json) {
    print_json(Json::object({{"data", options.data}, {"fingerprint", fingerprint}}));
  } else {
    std::printf("%s\n", words.c_str());
    if (!fingerprint.empty()) std::printf("fingerprint %s\n", fingerprint.c_str());
  }
  return 0;
}

Result<int> renew_node(const RenewOptions& options) {
  if (options.finish) {
    TRY(home::finish_renewal(options.data));
    return say(options, "", "the next ones have taken their places; the older ones are destroyed");
  }
  if (options.party) {
    TRY(home::write_party(options.data, options.name));
    ASSIGN_OR_RETURN(const std::string fingerprint, home::own_fingerprint(options.data));
    return say(options, fingerprint, "wrote " + options.data + "/party.json");
  }
  std::vector<home::Renewable> what;
  if (options.certificate) what.push_back(home::Renewable::kCertificate);
  if (options.signing) what.push_back(home::Renewable::kSigning);
  if (options.sealing) what.push_back(home::Renewable::kSealing);
  if (what.empty()) return Error{kWrongUse, "say what: --certificate, --signing or --sealing"};
  SystemRandom random;
  ASSIGN_OR_RETURN(const std::string fingerprint, home::renew(options.data, what, random, options.hosts));
  if (fingerprint.empty())
    return say(options, "", "made: give keys/tls.next.crt to each node, then puente node renew --finish");
  return say(options, fingerprint,
             "made beside the present ones: draft a new agreement with " + options.data +
                 "/party.next.json that replaces the present one; docs/operations.md, Renewals");
}

}  // namespace

void add_node_check(Command& node, Run& run) {
  auto options = std::make_shared<CheckOptions>();
  auto* command = node.add_subcommand(
      "check", "Configuration in effect, keys against agreements, days left, rights, clock, disk, reach, users");
  command->add_option("--data", options->data, "data directory; its node may be running")->required();
  command->add_flag("--offline", options->offline, "ask neither partners nor overseers whether they answer");
  command->add_flag("--json", options->json, "for programs");
  command->footer("Example: puente node check --data /var/lib/puente\nThe exit code is 1 when something is wrong.");
  command->callback([options, &run] { run = [options] { return check_node(*options); }; });
}

void add_node_renew(Command& node, Run& run) {
  auto options = std::make_shared<RenewOptions>();
  auto* command = node.add_subcommand("renew", "Make the next certificate or key beside the present one; or finish");
  command->add_option("--data", options->data, "data directory")->required();
  command->add_flag("--certificate", options->certificate, "TLS key and certificate, for 825 days");
  command->add_flag("--signing", options->signing, "the key that signs messages and agreements");
  command->add_flag("--sealing", options->sealing, "the key that messages to us are sealed to");
  command->add_option("--host", options->hosts, "a host name or address for the certificate; repeat it");
  command->add_flag("--finish", options->finish,
                    "put the next ones in their places and destroy the older ones, when no agreement needs those");
  command->add_flag("--party", options->party, "write party.json once more, where it was lost");
  command->add_option("--name", options->name, "with --party: in words, for the agreement");
  command->add_flag("--json", options->json, "for programs");
  command->footer("Example: puente node renew --data /var/lib/puente --certificate --host node.migracion.example");
  command->callback([options, &run] { run = [options] { return renew_node(*options); }; });
}

}  // namespace puente::cli
