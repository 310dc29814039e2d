// puente bench identify: how fast, how small and how faithful the search of a large gallery is on this machine.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <memory>

#include "cli/cli.h"
#include "cli/options.h"
#include "core/parallel.h"
#include "lab/evaluate/evaluate.h"
#include "modality/finger/finger.h"

namespace puente::cli {
namespace {

constexpr std::uint64_t kBenchSeed = 20'260'101;
constexpr int kChangesPerSecond = 100;
const int kCores = cores();

struct BenchOptions {
  std::size_t gallery = 0, people = 0;
  int distinct = 100, mates = 20, threads = kCores;
  std::size_t searches = 1'000'000;
  std::vector<std::string> probes;
  bool curve = false, json = false;
  std::string scope = "own";

  int fingers_per_person() const { return people > 0 ? 10 : 1; }
};

std::vector<evaluate::MatedFinger> grow(int first, int count, std::uint32_t impressions) {
  Progress progress("synthetic fingers");
  return evaluate::grown_fingers({.seed = kBenchSeed, .first = first, .count = count, .impressions = impressions},
                                 {.threads = kCores, .progress = [&](const char*, std::size_t done, std::size_t total) {
                                    progress.update(done, total);
                                  }});
}

Result<std::vector<evaluate::MatedFinger>> mates_for(const BenchOptions& options) {
  if (!options.probes.empty()) return evaluate::mated_fingers(options.probes, {.threads = kCores, .progress = {}});
  std::vector<evaluate::MatedFinger> mates = grow(options.distinct, options.mates * options.fingers_per_person(), 3);
  std::erase_if(mates, [](const auto& finger) { return finger.probes.empty(); });
  return mates;
}

Result<int> bench_identify(const BenchOptions& options) {
  std::vector<finger::Template> grown;
  for (evaluate::MatedFinger& finger : grow(0, options.distinct, 1)) grown.push_back(std::move(finger.enrolled));
  if (grown.empty()) return Error{Code::kNoFeatures, "no synthetic finger could be read"};
  ASSIGN_OR_RETURN(const std::vector<evaluate::MatedFinger> mates, mates_for(options));
  if (mates.size() < static_cast<std::size_t>(options.fingers_per_person())) {
    return Error{Code::kInvalidInput, "too few fingers with two impressions to search for"};
  }
  std::map<std::string, std::unique_ptr<Progress>> progress;
  evaluate::SearchBench bench(std::move(grown), mates,
                              {.fingers_per_person = options.fingers_per_person(),
                               .threads = options.threads,
                               .searches_max = options.searches,
                               .seed = kBenchSeed,
                               .scope = options.scope == "own" ? Scope::own() : Scope::partner("COL"),
                               .progress = [&](const char* what, std::size_t done, std::size_t total) {
                                 auto& one = progress[what];
                                 if (!one || done == 1) one = std::make_unique<Progress>(what);
                                 one->update(done, total);
                               }});
  const std::size_t people = options.people > 0 ? options.people : options.gallery;
  Json::Array points;
  if (options.curve) {
    for (std::size_t size = 10'000, step = 0; size < people; size = step++ % 2 == 0 ? size * 3 : size / 3 * 10) {
      bench.grow_to(size);
      const evaluate::SearchMeasured measured = bench.measure();
      points.push_back(evaluate::to_json(measured));
      if (!options.json) std::fputs(evaluate::to_text(measured).c_str(), stdout);
    }
  }
  bench.grow_to(people);
  const evaluate::SearchMeasured measured = bench.measure();
  const double slowed = bench.slowed_by_changes(kChangesPerSecond);
  if (!options.json) {
    std::fputs(evaluate::to_text(measured).c_str(), stdout);
    std::printf("          %d changes a second make a search %.1f %% slower\n", kChangesPerSecond, 100 * slowed);
    return 0;
  }
  Json out = evaluate::to_json(measured);
  points.push_back(out);
  out.set("gallery", measured.fingers);
  out.set("slowed_by_changes", std::round(slowed / 1e-3) * 1e-3);
  if (options.curve) out.set("curve", Json(std::move(points)));
  print_json(out);
  return 0;
}

}  // namespace

void add_bench(Command& app, Run& run) {
  auto options = std::make_shared<BenchOptions>();
  Command* bench = app.add_subcommand("bench", "how fast this machine is");
  bench->require_subcommand(1);
  Command* identify = bench->add_subcommand("identify", "1:N search of a large gallery of synthetic fingers");
  identify->footer(
      "Examples: puente bench identify --gallery 1000000 --threads 1 --json\n"
      "          puente bench identify --people 100000 --probes shared/fvc/DB1_B shared/fvc/DB2_B\n"
      "The gallery is filler, bent from --distinct grown fingers, and the mates of the probes: directories of\n"
      "<subject>_<impression>.png, the first impression enrolled, or else other grown fingers. Filling takes about\n"
      "five minutes a million fingers.");
  Option* gallery = identify->add_option("--gallery", options->gallery, "fingers in the gallery, one a person")
                        ->check(within(100, 10'000'000));
  identify->add_option("--people", options->people, "people of ten fingers instead")
      ->check(within(100, 1'000'000))
      ->excludes(gallery);
  identify->add_option("--probes", options->probes, "directories of real prints to search for");
  identify->add_option("--distinct", options->distinct, "grown fingers that the filler is bent from")
      ->check(within(1, 100'000))
      ->capture_default_str();
  identify->add_option("--mates", options->mates, "grown people to search for, without --probes")
      ->check(within(1, 10'000))
      ->capture_default_str();
  identify->add_option("--searches", options->searches, "at most so many");
  identify->add_option("--threads", options->threads, "threads of a search")
      ->check(within(1, 256))
      ->capture_default_str();
  identify->add_option("--scope", options->scope, "on whose behalf: our own, or a partner's")
      ->check(one_of({"own", "partner"}))
      ->capture_default_str();
  identify->add_flag("--curve", options->curve, "also at 10,000, 30,000, 100,000 … fingers or people");
  identify->add_flag("--json", options->json, "answer as JSON");
  identify->callback([options, &run] {
    if (options->gallery == 0 && options->people == 0) missing("--gallery or --people");
    run = [options] { return bench_identify(*options); };
  });
}

}  // namespace puente::cli
