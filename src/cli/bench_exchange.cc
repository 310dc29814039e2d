// puente bench exchange: what a node bears while others search. puente bench decide: what deciding a question costs.
#include <cstdio>
#include <map>
#include <memory>

#include "cli/cli.h"
#include "cli/options.h"
#include "lab/load/load.h"

namespace puente::cli {
namespace {

Result<int> bench_exchange(load::Options options, bool json) {
  std::map<std::string, std::unique_ptr<Progress>> progress;
  options.progress = [&](const char* what, std::size_t done, std::size_t total) {
    auto& one = progress[what];
    if (!one) one = std::make_unique<Progress>(what);
    one->update(done, total);
  };
  ASSIGN_OR_RETURN(const load::Report report, load::run(options));
  progress.clear();
  if (json) {
    print_json(load::to_json(report));
  } else {
    std::fputs(load::to_text(report).c_str(), stdout);
  }
  return 0;
}

Result<int> bench_decide(const load::DecideOptions& options, bool json) {
  ASSIGN_OR_RETURN(const load::Deciding deciding, load::measure_deciding(options));
  if (json) {
    print_json(load::to_json(deciding));
  } else {
    std::fputs(load::to_text(deciding).c_str(), stdout);
  }
  return 0;
}

}  // namespace

void add_bench_decide(Command& app, Run& run) {
  auto options = std::make_shared<load::DecideOptions>();
  auto json = std::make_shared<bool>(false);
  Command* decide = app.get_subcommand("bench")->add_subcommand("decide", "the rules that a question meets, alone");
  decide->footer(
      "Example: puente bench decide --partners 100\n"
      "Each question is judged as both nodes judge it, under an agreement that has every condition there is, from\n"
      "which agreement it goes by to what may leave. Nothing is compared, written or sent.");
  decide->add_option("--partners", options->partners, "each with an agreement of its own")
      ->check(within(1, 200))
      ->capture_default_str();
  decide->add_option("--questions", options->questions, "one after the other")
      ->check(within(1, 10'000'000))
      ->capture_default_str();
  decide->add_flag("--json", *json, "answer as JSON");
  decide->callback([options, json, &run] { run = [options, json] { return bench_decide(*options, *json); }; });
}

void add_bench_exchange(Command& app, Run& run) {
  auto options = std::make_shared<load::Options>();
  auto json = std::make_shared<bool>(false);
  Command* exchange = app.get_subcommand("bench")->add_subcommand(
      "exchange", "enrolments and partners' questions beside searches, in this process");
  exchange->footer(
      "Example: puente bench exchange --gallery 100000 --seconds 10\n"
      "A node and its partners run in this process, in a directory below TMPDIR that is deleted afterwards; it takes\n"
      "some 8 KB a finger there and as much memory. The measurements take eight times --seconds, filling about five\n"
      "minutes a million fingers.");
  exchange->add_option("--gallery", options->people, "people in the gallery")
      ->check(within(1, 2'000'000))
      ->capture_default_str();
  exchange->add_option("--fingers", options->fingers_per_person, "of each of them")
      ->check(within(1, 10))
      ->capture_default_str();
  exchange->add_option("--searchers", options->searchers, "that search the whole gallery at once")
      ->check(within(2, 256))
      ->capture_default_str();
  exchange->add_option("--seconds", options->seconds, "of each measurement")
      ->check(between(0.01, 3600))
      ->capture_default_str();
  exchange->add_flag("--questions-alone", options->questions_alone, "measure a partner's questions and nothing else");
  exchange->add_flag("--json", *json, "answer as JSON");
  exchange->callback([options, json, &run] { run = [options, json] { return bench_exchange(*options, *json); }; });
}

}  // namespace puente::cli
