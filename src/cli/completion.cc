#include "cli/completion.h"

#include <CLI/CLI.hpp>
#include <algorithm>

namespace puente::cli {
namespace {

std::vector<std::string> long_names(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* each : command.get_options())
    for (const std::string& name : each->get_lnames()) names.push_back("--" + name);
  return names;
}

// "TEXT:{people,fvc}", as the help has it, is people and fvc.
std::vector<std::string> words_of(const CLI::Option& option) {
  const std::string kind = option.get_type_name();
  const std::size_t from = kind.find('{'), to = kind.find('}');
  if (from == std::string::npos || to == std::string::npos) return {};
  return CLI::detail::split(kind.substr(from + 1, to - from - 1), ',');
}

}  // namespace

std::vector<const CLI::App*> commands_of(const CLI::App& group) {
  return group.get_subcommands([](const CLI::App*) { return true; });
}

const CLI::App* command_of(const CLI::App& group, const std::string& name) {
  for (const CLI::App* each : commands_of(group))
    if (each->get_name() == name) return each;
  return nullptr;
}

std::vector<std::string> completions(const CLI::App& app, std::string_view line) {
  const std::size_t last = line.find_last_of(' ') + 1;  // npos + 1 is 0
  const std::string begun(line.substr(last));
  std::vector<std::string> words = CLI::detail::split(std::string(line.substr(0, last)), ' ');
  std::erase(words, "");
  const CLI::App* at = &app;
  for (const std::string& word : words)
    if (const CLI::App* below = command_of(*at, word)) at = below;
  std::vector<std::string> found;
  const CLI::Option* before =
      words.empty() || !words.back().starts_with("--") ? nullptr : at->get_option_no_throw(words.back());
  if (before != nullptr && before->get_items_expected_max() > 0)
    found = words_of(*before);
  else if (begun.starts_with("-"))
    found = long_names(*at);
  else
    for (const CLI::App* each : commands_of(*at)) found.push_back(each->get_name());
  std::erase_if(found, [&](const std::string& each) { return !each.starts_with(begun); });
  std::ranges::sort(found);
  return found;
}

}  // namespace puente::cli
