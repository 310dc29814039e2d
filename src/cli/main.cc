// puente: one program, every role.
#include "cli/cli.h"

int main(int argc, char** argv) {
  return puente::cli::run_command_line({argv + 1, argv + argc});
}
