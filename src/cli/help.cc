#include "cli/help.h"

#include <CLI/CLI.hpp>
#include <cctype>
#include <functional>
#include <string>

#include "cli/words.h"

namespace puente::cli {
namespace {

void each_command(CLI::App& app, const std::function<void(CLI::App&)>& act) {
  act(app);
  for (CLI::App* below : app.get_subcommands([](CLI::App*) { return true; })) each_command(*below, act);
}

std::string with_capital(std::string text) {
  const bool is_name = text.find("://") < text.find(' ') || text.find('=') < text.find(' ');
  if (!text.empty() && !is_name) text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  return text;
}

// Line by line, until what is left stands in the catalogue as a whole: first examples, whose commands are typed as they
// stand, then what else is to be said.
std::string footer_in_language(std::string_view footer) {
  const bool is_example = footer.starts_with("Example") || footer.starts_with(' ');
  const std::size_t end = !is_example && is_in_catalogue(footer) ? std::string_view::npos : footer.find('\n');
  if (end == std::string_view::npos) return in_language(footer);
  return in_language(footer.substr(0, end)) + '\n' + footer_in_language(footer.substr(end + 1));
}

bool says_something(const std::string& value) {  // as a default: not "", 0 or a flag's false
  return value.find_first_not_of("0.[]\"") != std::string::npos && value != "false";
}

void give_one_voice(CLI::Option& option) {
  const std::string name = option.get_name(false, true);
  option.description(with_capital(option.get_description()));
  if (name.find("--json") != std::string::npos) option.description("Answer as JSON, for programs");
  if (name.find("--help") != std::string::npos) option.description("Explain this command");
  if (option.get_type_size() == 0 || option.get_required() || !option.get_default_str().empty()) return;
  option.capture_default_str();
  if (!says_something(option.get_default_str())) option.default_str("");
}

}  // namespace

void give_one_voice(CLI::App& app) {
  each_command(app, [](CLI::App& command) {
    command.description(with_capital(command.get_description()));
    for (CLI::Option* option : command.get_options()) give_one_voice(*option);
  });
}

void translate_help(CLI::App& app) {
  each_command(app, [](CLI::App& command) {
    const auto formatter = std::make_shared<CLI::Formatter>();
    for (const char* label : {"Usage", "OPTIONS", "SUBCOMMAND", "Positionals", "REQUIRED", "Excludes", "Needs"})
      formatter->label(label, in_language(label));
    command.formatter(formatter);
    command.description(in_language(command.get_description()));
    command.footer(footer_in_language(command.get_footer()));
    if (command.get_parent() != nullptr) command.group(in_language("Subcommands"));
    for (CLI::Option* option : command.get_options()) {
      option->description(in_language(option->get_description()));
      if (!option->get_positional()) option->group(in_language("Options"));
    }
  });
}

}  // namespace puente::cli
