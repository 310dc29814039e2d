// puente node restored, clock, evidence, restart-log: what an operator decides when a node or an overseer will not by
// itself.
#include <cstdio>

#include "cli/call.h"
#include "cli/options.h"
#include "home/home.h"

namespace puente::cli {
namespace {

struct Decision {
  std::string data, reasons, name;
  bool json = false;
};

Result<int> restored(const Decision& decision) {
  ASSIGN_OR_RETURN(const home::Directory directory, home::read_directory(decision.data));
  TRY(of_words(home::adopt_copy(decision.data, decision.reasons)));
  if (directory.role == "node") {
    std::printf("%s is the node now\n", decision.data.c_str());
  } else {
    std::printf("%s is the overseer now, with a new key: give each node keys/log.vkey again\n", decision.data.c_str());
  }
  return 0;
}

struct ClockOptions {
  CallOptions call;
  std::string reasons;
  bool confirm = false;
};

Result<int> clock(const ClockOptions& options) {
  ASSIGN_OR_RETURN(NodeCall node, NodeCall::open(options.call));
  Json answer;
  if (options.confirm) {
    ASSIGN_OR_RETURN(answer, node.call("POST", "/v1/clock/confirm", Json::object({{"reasons", options.reasons}})));
    if (!options.call.json) std::printf("confirmed\n");
  } else {
    ASSIGN_OR_RETURN(answer, node.call("GET", "/v1/health"));
    const Json::Array* attention = answer["attention"].as_array();
    if (!options.call.json && (attention == nullptr || attention->empty())) std::printf("nothing to confirm\n");
    if (!options.call.json && attention != nullptr) {
      for (const Json& each : *attention) std::printf("%s\n", each.as_string()->c_str());
    }
  }
  if (options.call.json) print_json(answer);
  return 0;
}

Result<int> evidence(const Decision& decision) {
  ASSIGN_OR_RETURN(const auto kept, home::shown_to_overseer(decision.data));
  Json::Array all;
  for (const auto& [origin, each_shown] : kept) {
    for (const Shown& each : each_shown) {
      if (!decision.json)
        std::printf("%s: %llu entries, %s\n%s\n", origin.c_str(), static_cast<unsigned long long>(each.size),
                    each.proven ? "two histories: another root was cosigned for this size"
                                : "does not follow from what was cosigned; proves nothing by itself",
                    each.checkpoint.c_str());
      all.push_back(Json::object({{"log", origin},
                                  {"size", static_cast<std::size_t>(each.size)},
                                  {"proven", each.proven},
                                  {"checkpoint", each.checkpoint}}));
    }
  }
  if (decision.json) print_json(Json::object({{"shown", Json(std::move(all))}}));
  return 0;
}

Result<int> restart_log(const Decision& decision) {
  TRY(home::restart_log(decision.data, decision.name));
  std::printf("%s may begin anew here; what was cosigned of it is kept: puente node evidence\n", decision.name.c_str());
  return 0;
}

}  // namespace

void add_restore(Command& node, Run& run) {
  auto decision = std::make_shared<Decision>();
  auto* restored_command =
      node.add_subcommand("restored", "Decide that this copy, or what was restored, is the node now");
  restored_command->add_option("--data", decision->data, "data directory of the copy")->required();
  restored_command
      ->add_option("--reasons", decision->reasons, "two words or more (ten characters, five different), for the log")
      ->required();
  restored_command->footer(
      "Example: puente node restored --data /var/lib/puente --reasons \"disk failed, copy of 3 May\"");
  restored_command->callback([decision, &run] { run = [decision] { return restored(*decision); }; });

  auto options = std::make_shared<ClockOptions>();
  auto* clock_command = node.add_subcommand("clock", "Say that the clock is right although the node doubts it");
  add_call_options(*clock_command, options->call);
  clock_command->add_flag("--confirm", options->confirm, "without it: only what waits for a decision");
  clock_command->add_option("--reasons", options->reasons,
                            "with --confirm: two words or more (ten characters, five different), for the log");
  clock_command->footer(
      "Example: puente node clock --data /var/lib/puente --user eva.paz --confirm --reasons \"compared with the "
      "radio\"");
  clock_command->callback([options, &run] { run = [options] { return clock(*options); }; });

  auto* evidence_command =
      node.add_subcommand("evidence", "Of an overseer: checkpoints that do not follow from what it cosigned");
  evidence_command->add_option("--data", decision->data, "data directory of an overseer that does not run")->required();
  evidence_command->add_flag("--json", decision->json, "for programs");
  evidence_command->footer("Example: puente node evidence --data /var/lib/overseer");
  evidence_command->callback([decision, &run] { run = [decision] { return evidence(*decision); }; });

  auto* restart = node.add_subcommand("restart-log", "Of an overseer: a log goes on from a restored copy");
  restart->add_option("--data", decision->data, "data directory of an overseer that does not run")->required();
  restart->add_option("--name", decision->name, "the log's name, as in its vkey: puente/COL")->required();
  restart->footer("Example: puente node restart-log --data /var/lib/overseer --name puente/COL");
  restart->callback([decision, &run] { run = [decision] { return restart_log(*decision); }; });
}

}  // namespace puente::cli
