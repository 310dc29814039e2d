// puente agreement explain | compare | what-if: what a text means, before anybody signs it.
#pragma once
#include "cli/cli.h"

namespace puente::cli {

void add_agreement_judge(Command& agreement, Run& run);

}  // namespace puente::cli
