// Help texts of all commands, made alike in one place rather than by everybody's care. Inside cli/.
#pragma once

namespace CLI {
class App;
}

namespace puente::cli {

// Each text begins with a capital, --json and --force say the same everywhere, defaults are shown. After all commands
// have been added, and before translate_help.
void give_one_voice(CLI::App& app);

// Into the language in use; a text that the catalogue lacks stays English.
void translate_help(CLI::App& app);

}  // namespace puente::cli
