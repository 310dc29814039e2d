// The parts of `puente node`, a file each. Inside cli/.
#pragma once
#include "cli/cli.h"

namespace puente::cli {

void add_node_user(CLI::App& node, Run& run);
void add_node_peer(CLI::App& node, Run& run);
void add_node_renew(CLI::App& node, Run& run);
void add_node_check(CLI::App& node, Run& run);

void say_odd(const std::vector<std::string>& lines);  // what was done all the same, on standard error

}  // namespace puente::cli
