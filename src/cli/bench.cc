// puente bench identify: how fast, how small and how faithful the search of a large gallery is on this machine.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "cli/cli.h"
#include "identify/identify.h"
#include "lab/evaluate/evaluate.h"
#include "lab/synth/synth.h"
#include "modality/finger/finger.h"

namespace puente::cli {
namespace {

constexpr std::uint64_t kSeed = 20'260'101;
constexpr int kChangesPerSecond = 100;
const int kCores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));

struct Options {
  std::size_t gallery = 0, people = 0;
  int distinct = 100, mates = 20, threads = kCores;
  std::size_t searches = 1'000'000;
  std::vector<std::string> probes;
  bool curve = false, json = false;
  int fingers_per_person() const { return people > 0 ? 10 : 1; }
};

// So many impressions of each of `count` synthetic fingers; without those that gave no template.
std::vector<evaluate::MatedFinger> grow(int first, int count, std::uint32_t impressions) {
  std::vector<evaluate::MatedFinger> fingers(static_cast<std::size_t>(count));
  std::atomic<int> next{0}, done{0};
  std::mutex mutex;
  Progress progress("synthetic fingers");
  const auto work = [&] {
    for (int number; (number = next++) < count;) {
      const auto position = static_cast<Finger>(1 + number % 10);
      const synth::GrownFinger finger = synth::grow_finger(kSeed, static_cast<std::uint32_t>(first + number), position);
      evaluate::MatedFinger& made = fingers[static_cast<std::size_t>(number)];
      for (std::uint32_t impression = 0; impression < impressions; ++impression) {
        auto extraction = finger::extract(synth::capture(finger, impression));
        if (!extraction.ok()) continue;
        if (made.enrolled.minutiae.empty()) {
          made.enrolled = std::move(extraction->features);
        } else {
          made.probes.push_back(std::move(extraction->features));
        }
      }
      const std::lock_guard lock(mutex);
      progress.update(static_cast<std::size_t>(++done), static_cast<std::size_t>(count));
    }
  };
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kCores; ++i) threads.emplace_back(work);
  }
  std::erase_if(fingers, [](const auto& finger) { return finger.enrolled.minutiae.empty(); });
  return fingers;
}

Result<std::vector<evaluate::MatedFinger>> mates_for(const Options& options) {
  if (!options.probes.empty()) return evaluate::mated_fingers(options.probes, {.threads = kCores, .progress = {}});
  std::vector<evaluate::MatedFinger> mates = grow(options.distinct, options.mates * options.fingers_per_person(), 3);
  std::erase_if(mates, [](const auto& finger) { return finger.probes.empty(); });
  return mates;
}

double rounded(double value, double step) {
  return std::round(value / step) * step;
}

Json to_json(const evaluate::SearchMeasured& m, const Options& options) {
  return Json::object({{"fingers", m.fingers},
                       {"people", m.people},
                       {"threads", options.threads},
                       {"searches", m.searches},
                       {"fingers_per_second", std::round(m.fingers_per_second)},
                       {"latency_ms", rounded(m.latency_ms, 0.01)},
                       {"latency_ms_max", rounded(m.latency_ms_max, 0.01)},
                       {"stream_ms", rounded(m.stream_ms, 0.01)},
                       {"check_ms", rounded(m.check_ms, 0.01)},
                       {"exact_ms", rounded(m.exact_ms, 0.01)},
                       {"bytes_per_finger", std::round(m.bytes_per_finger)},
                       {"threshold", rounded(m.threshold, 0.01)},
                       {"misses", rounded(m.misses, 1e-5)},
                       {"added_misses", rounded(m.added_misses, 1e-5)},
                       {"misses_claimed", rounded(m.misses_claimed, 1e-5)},
                       {"added_misses_claimed", rounded(m.added_misses_claimed, 1e-5)},
                       {"read_bytes_per_second", std::round(m.read_bytes_per_second)},
                       {"bandwidth_share", rounded(m.bandwidth_share, 1e-4)}});
}

void print(const evaluate::SearchMeasured& m) {
  std::printf(
      "%9zu fingers of %zu people: %.1f M fingers/s, %.1f ms a search (median; slowest %.1f; stages %.1f + %.1f + "
      "%.1f), %.0f bytes a finger\n          at FPIR 1 %%: %.2f %% missed, %.2f %% more by the coarse stage (at the "
      "claimed limit %.2f, %.2f); %.0f %% of %.1f GB/s read\n",
      m.fingers, m.people, m.fingers_per_second / 1e6, m.latency_ms, m.latency_ms_max, m.stream_ms, m.check_ms,
      m.exact_ms, m.bytes_per_finger, 100 * m.misses, 100 * m.added_misses, 100 * m.misses_claimed,
      100 * m.added_misses_claimed, 100 * m.bandwidth_share, m.read_bytes_per_second / 1e9);
}

int bench_identify(const Options& options) {
  std::vector<finger::Template> grown;
  for (evaluate::MatedFinger& finger : grow(0, options.distinct, 1)) grown.push_back(std::move(finger.enrolled));
  if (grown.empty()) return fail({Code::kNoFeatures, "no synthetic finger could be read"}, options.json);
  const auto mates = mates_for(options);
  if (!mates.ok()) return fail(mates.error(), options.json);
  if (mates->size() < static_cast<std::size_t>(options.fingers_per_person())) {
    return fail({Code::kInvalidInput, "too few fingers with two impressions to search for"}, options.json);
  }
  std::map<std::string, std::unique_ptr<Progress>> progress;
  evaluate::SearchBench bench(std::move(grown), *mates,
                              {.fingers_per_person = options.fingers_per_person(),
                               .threads = options.threads,
                               .searches_max = options.searches,
                               .seed = kSeed,
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
      points.push_back(to_json(measured, options));
      if (!options.json) print(measured);
    }
  }
  bench.grow_to(people);
  const evaluate::SearchMeasured measured = bench.measure();
  const double slowed = bench.slowed_by_changes(kChangesPerSecond);
  if (!options.json) {
    print(measured);
    std::printf("          %d changes a second make a search %.1f %% slower\n", kChangesPerSecond, 100 * slowed);
    return 0;
  }
  Json out = to_json(measured, options);
  points.push_back(out);
  out.set("gallery", measured.fingers);
  out.set("slowed_by_changes", rounded(slowed, 1e-3));
  if (options.curve) out.set("curve", Json(std::move(points)));
  print_json(out);
  return 0;
}

}  // namespace

void add_bench(CLI::App& app, Run& run) {
  auto options = std::make_shared<Options>();
  CLI::App* bench = app.add_subcommand("bench", "how fast this machine is");
  bench->require_subcommand(1);
  CLI::App* identify = bench->add_subcommand("identify", "1:N search of a large gallery of synthetic fingers");
  identify->footer(
      "Examples: puente bench identify --gallery 1000000 --threads 1 --json\n"
      "          puente bench identify --people 100000 --probes shared/fvc/DB1_B shared/fvc/DB2_B\n"
      "The gallery is filler, bent from --distinct grown fingers, and the mates of the probes: directories of\n"
      "<subject>_<impression>.png, the first impression enrolled, or else other grown fingers. Filling takes about\n"
      "five minutes a million fingers.");
  CLI::Option* gallery = identify->add_option("--gallery", options->gallery, "fingers in the gallery, one a person")
                             ->check(CLI::Range(100, 10'000'000));
  identify->add_option("--people", options->people, "people of ten fingers instead")
      ->check(CLI::Range(100, 1'000'000))
      ->excludes(gallery);
  identify->add_option("--probes", options->probes, "directories of real prints to search for");
  identify->add_option("--distinct", options->distinct, "grown fingers that the filler is bent from")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  identify->add_option("--mates", options->mates, "grown people to search for, without --probes")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  identify->add_option("--searches", options->searches, "at most so many");
  identify->add_option("--threads", options->threads, "threads of a search")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  identify->add_flag("--curve", options->curve, "also at 10,000, 30,000, 100,000 … fingers or people");
  identify->add_flag("--json", options->json, "answer as JSON");
  identify->callback([options, &run] {
    if (options->gallery == 0 && options->people == 0) throw CLI::RequiredError("--gallery or --people");
    run = [options] { return bench_identify(*options); };
  });
}

}  // namespace puente::cli
