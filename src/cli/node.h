// The parts of `puente node`, a file each. Inside cli/.
#pragma once
#include "cli/cli.h"
#include "cli/options.h"

namespace puente::cli {

void add_node_user(Command& node, Run& run);
void add_node_peer(Command& node, Run& run);
void add_node_renew(Command& node, Run& run);
void add_node_check(Command& node, Run& run);

void say_odd(const std::vector<std::string>& lines);  // what was done all the same, on standard error

}  // namespace puente::cli
