// puente: one program, every role.
#include <CLI/CLI.hpp>
#include <cstdio>

#include "cli/cli.h"
#include "home/home.h"

int main(int argc, char** argv) {
  CLI::App app{"puente: a biometric identification node, and the governed exchange between two of them"};
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string("puente ") + puente::home::version());
  app.footer(
      "Each command explains itself: puente COMMAND --help. Exit code: 0 done, 1 refused or not found, 2 wrong use.");

  puente::cli::Run run;
  puente::cli::add_extract(app, run);
  puente::cli::add_verify(app, run);
  puente::cli::add_image(app, run);
  puente::cli::add_record(app, run);
  puente::cli::add_evaluate(app, run);
  puente::cli::add_slap(app, run);
  puente::cli::add_bench(app, run);
  puente::cli::add_bench_exchange(app, run);
  puente::cli::add_synth(app, run);
  puente::cli::add_node(app, run);
  puente::cli::add_person(app, run);
  puente::cli::add_protection(app, run);
  puente::cli::add_case(app, run);
  puente::cli::add_agreement(app, run);
  puente::cli::add_log(app, run);
  puente::cli::add_demo(app, run);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return run ? puente::cli::finish(app, run) : 2;
}
