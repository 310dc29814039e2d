// What may stand next in a command that is being typed: for shells, which ask by `complete -C 'puente complete'
// puente`.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace puente::cli {

// The commands right below a group; and the one of that name, or none.
std::vector<const CLI::App*> commands_of(const CLI::App& group);
const CLI::App* command_of(const CLI::App& group, const std::string& name);

// Of a line as far as it is typed, "puente case l": the commands, the options, or where an option has but certain words
// these, that its last word begins. Nothing where a file or somebody's own words belong: the shell offers files then.
std::vector<std::string> completions(const CLI::App& app, std::string_view line);

}  // namespace puente::cli
