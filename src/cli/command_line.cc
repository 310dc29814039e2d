// The program as a whole: its commands, its words that are no command's, and how it ends.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <numeric>

#include "cli/cli.h"
#include "cli/completion.h"
#include "cli/help.h"
#include "cli/options.h"
#include "cli/words.h"
#include "core/text.h"
#include "home/home.h"

namespace puente::cli {
namespace {

using Arguments = std::vector<std::string>;

// How many letters apart two words are (Levenshtein).
std::size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

std::string nearest_command(const CLI::App& group, const std::string& word) {
  std::string nearest;
  std::size_t least = 3;
  for (const CLI::App* each : commands_of(group)) {
    const std::size_t apart = distance(word, each->get_name());
    if (apart < least) least = apart, nearest = each->get_name();
  }
  return nearest;
}

// The words up to the first option must name a command; CLI11 says only that one is missing.
Status check_commands(const CLI::App& app, const Arguments& words) {
  const CLI::App* at = &app;
  std::string path = "puente";
  for (const std::string& word : words) {
    if (word.starts_with("-")) return {};
    if (commands_of(*at).empty()) return {};
    const CLI::App* named = command_of(*at, word);
    if (named == nullptr) {
      const std::string nearest = nearest_command(*at, word);
      const Error unknown{kWrongUse,
                          "there is no command " + word +
                              (nearest.empty() ? "; see " + path + " --help" : "; did you mean " + nearest + "?")};
      return at == &app ? unknown : Error{kWrongUse, path + ": " + unknown.message};
    }
    at = named;
    path += " " + word;
  }
  return {};
}

// The command that was given, which is the deepest.
const CLI::App& given(const CLI::App& app) {
  const auto commands = app.get_subcommands();
  return commands.empty() ? app : given(*commands.back());
}

std::string command_path(const CLI::App& command) {
  return command.get_parent() == nullptr ? command.get_name()
                                         : command_path(*command.get_parent()) + " " + command.get_name();
}

int end_with(const Error& error, bool json) {
  if (json) print_json(Json::object({{"error", error_json(error)}}));
  complain(error);
  return exit_code_of(error.code);
}

// That what there is to print has left: on a full disk a script must not take it for done.
int flushed(int exit_code) {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return exit_code;
  complain({Code::kUnavailable, exit_code == kYes
                                    ? "it is done, but what there is to print could not be written to standard output"
                                    : "what there is to print could not be written to standard output"});
  return kUnreachable;
}

// --language anywhere among the words, and taken out of them: it is not one command's.
Result<Language> take_language(Arguments& words) {
  constexpr std::string_view kName = "--language", kWith = "--language=";
  std::string wanted;
  for (auto each = words.begin(); each != words.end();) {
    const bool apart = *each == kName, joined = each->starts_with(kWith);
    if (!apart && !joined) {
      ++each;
      continue;
    }
    if (apart && each + 1 == words.end()) return Error{kWrongUse, "--language: en or es"};
    wanted = joined ? each->substr(kWith.size()) : *(each + 1);
    if (wanted != "en" && wanted != "es") return Error{kWrongUse, "--language: en or es"};
    each = words.erase(each, each + (apart ? 2 : 1));
  }
  return language_of(wanted);
}

int parse_and_run(CLI::App& app, const Run& run, Arguments words) {
  const bool json = std::find(words.begin(), words.end(), "--json") != words.end();
  if (!words.empty() && words[0] == "help") {
    words.erase(words.begin());
    words.emplace_back("--help");
  }
  if (const Status known = check_commands(app, words); !known.ok()) return end_with(known.error(), json);
  try {
    std::reverse(words.begin(), words.end());  // as CLI11 wants them
    app.parse(std::move(words));
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
    return end_with({kWrongUse, std::string(error.what()) + "; see " + command_path(given(app)) + " --help"}, json);
  }
  if (!run) return kMisused;
  const Result<int> done = run();
  return done.ok() ? *done : end_with(done.error(), json);
}

// A shell asks what may stand next: it gives the line and how far it is typed.
int complete(const CLI::App& app) {
  const char* line = std::getenv("COMP_LINE");
  const char* point = std::getenv("COMP_POINT");
  if (line == nullptr)
    return end_with({kWrongUse, "complete is for shells: complete -o default -C 'puente complete' puente"}, false);
  std::string_view typed = line;
  if (point != nullptr) typed = typed.substr(0, to_number<std::size_t>(point).value_or(typed.size()));
  for (const std::string& each : completions(app, typed)) std::printf("%s\n", each.c_str());
  return kYes;
}

std::string version_in_words() {
  const std::string commit = home::commit();
  return std::string("puente ") + home::version() + (commit.empty() ? "" : " (commit " + commit + ")");
}

}  // namespace

void add_commands(Command& app, Run& run) {
  app.require_subcommand(1);
  app.version("--version", version_in_words());
  app.add_option("--language",
                 "In which language to answer, en or es; with any command. Without it LC_ALL, "
                 "LC_MESSAGES or LANG says");
  app.footer(std::string("Each command explains itself: puente COMMAND --help, or puente help COMMAND.\n") +
             kExitCodesInWords);
  add_extract(app, run);
  add_verify(app, run);
  add_image(app, run);
  add_record(app, run);
  add_evaluate(app, run);
  add_slap(app, run);
  add_bench(app, run);
  add_bench_exchange(app, run);
  add_bench_decide(app, run);
  add_synth(app, run);
  add_node(app, run);
  add_person(app, run);
  add_import(app, run);
  add_protection(app, run);
  add_watchlist(app, run);
  add_case(app, run);
  add_practice(app, run);
  add_agreement(app, run);
  add_log(app, run);
  add_demo(app, run);
  give_one_voice(app.inner());
}

int run_command_line(const std::vector<std::string>& arguments) {
  Command app{"puente: a biometric identification node, and the governed exchange between two of them", "puente"};
  Run run;
  add_commands(app, run);
  Arguments words = arguments;
  const Result<Language> language = take_language(words);
  if (!language.ok()) return end_with(language.error(), std::find(words.begin(), words.end(), "--json") != words.end());
  use_language(*language);
  if (*language != Language::kEnglish) translate_help(app.inner());
  if (!words.empty() && words[0] == "complete") return flushed(complete(app.inner()));
  return flushed(parse_and_run(app.inner(), run, std::move(words)));
}

}  // namespace puente::cli
