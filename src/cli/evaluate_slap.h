// Inside cli/: puente evaluate slap.
#pragma once
#include "cli/cli.h"

namespace puente::cli {

void add_evaluate_slap(CLI::App& evaluate, Run& run);

}  // namespace puente::cli
