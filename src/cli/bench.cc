// puente bench identify: how fast a gallery of synthetic fingers is searched.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "cli/cli.h"
#include "identify/identify.h"
#include "lab/synth/synth.h"
#include "modality/finger/finger.h"

namespace puente::cli {
namespace {

constexpr std::uint64_t kSeed = 20'260'101;
const int kCores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));

struct Options {
  int gallery = 0, distinct = 100, probes = 20, threads = kCores;
  bool json = false;
};

struct Grown {  // one finger: what is enrolled and what is searched for
  std::optional<finger::Template> enrolled;
  std::optional<finger::Prepared> probe;
};

std::optional<finger::Template> extracted(const synth::Finger& grown, std::uint32_t impression) {
  auto extraction = finger::extract(synth::capture(grown, impression));
  if (!extraction.ok()) return std::nullopt;
  return std::move(extraction->features);
}

// Growing a finger takes longer than searching thousands, so a few are grown and each is stored many times.
std::vector<Grown> grow(const Options& options) {
  const int count = std::min(options.distinct, options.gallery);
  std::vector<Grown> fingers(static_cast<std::size_t>(count));
  std::atomic<int> next{0}, done{0};
  std::mutex mutex;
  Progress progress("synthetic fingers");
  const auto work = [&] {
    for (int number; (number = next++) < count;) {
      const auto position = static_cast<FingerPosition>(1 + number % 10);
      const synth::Finger finger = synth::grow_finger(kSeed, static_cast<std::uint32_t>(number), position);
      fingers[number].enrolled = extracted(finger, 0);
      const auto probe = number < options.probes ? extracted(finger, 1) : std::nullopt;
      if (probe) fingers[number].probe = finger::prepare(*probe);
      const std::lock_guard lock(mutex);
      progress.update(static_cast<std::size_t>(++done), static_cast<std::size_t>(count));
    }
  };
  std::vector<std::jthread> threads;
  for (int i = 0; i < kCores; ++i) threads.emplace_back(work);
  threads.clear();
  std::erase_if(fingers, [](const Grown& finger) { return !finger.enrolled; });
  return fingers;
}

// Everybody has one finger, of the same position, in memory of its own: the search reads the whole gallery.
Status fill(identify::Gallery& gallery, const std::vector<Grown>& fingers, int count) {
  std::size_t bytes = 0;
  for (const Grown& finger : fingers) bytes += finger::prepare(*finger.enrolled).memory_bytes();
  const double wanted = static_cast<double>(bytes) / static_cast<double>(fingers.size()) * count;
  const double there = static_cast<double>(sysconf(_SC_AVPHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
  if (wanted > 0.9 * there) {
    return {Code::kTooLarge, "this gallery needs " + std::to_string(static_cast<long>(wanted / 1e6)) +
                                 " MB, more than is free; give a smaller --gallery"};
  }
  Progress progress("gallery");
  for (int i = 0; i < count; ++i) {
    const std::size_t which = static_cast<std::size_t>(i) % fingers.size();
    gallery.add(std::to_string(which) + "/" + std::to_string(i), "E", FingerPosition::kRightIndex,
                finger::prepare(*fingers[which].enrolled));
    progress.update(static_cast<std::size_t>(i), static_cast<std::size_t>(count));
  }
  return {};
}

struct Timed {
  std::vector<double> latency_ms;  // sorted
  int found = 0;                   // searches whose first candidate is the probe's finger
};

Timed search_all(const identify::Gallery& gallery, const std::vector<Grown>& fingers, const Options& options) {
  Timed timed;
  Progress progress("searches");
  for (std::size_t which = 0; which < fingers.size(); ++which) {
    if (!fingers[which].probe) continue;
    const identify::ProbeFinger probe[] = {{FingerPosition::kRightIndex, &*fingers[which].probe}};
    const auto started = std::chrono::steady_clock::now();
    const auto candidates = gallery.search(probe, {.threads = options.threads, .eligible = {}});
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - started;
    timed.latency_ms.push_back(took.count());
    timed.found += !candidates.empty() && candidates[0].person_id.starts_with(std::to_string(which) + "/");
    progress.update(timed.latency_ms.size(), static_cast<std::size_t>(options.probes));
  }
  std::sort(timed.latency_ms.begin(), timed.latency_ms.end());
  return timed;
}

int bench_identify(const Options& options) {
  const std::vector<Grown> fingers = grow(options);
  if (fingers.empty()) return fail({Code::kNoFeatures, "no synthetic finger could be read"}, options.json);
  identify::Gallery gallery;
  const Status filled = fill(gallery, fingers, options.gallery);
  if (!filled.ok()) return fail(filled.error(), options.json);
  const Timed timed = search_all(gallery, fingers, options);
  if (timed.latency_ms.empty()) return fail({Code::kNoFeatures, "no probe could be read"}, options.json);

  const std::size_t searches = timed.latency_ms.size();
  double total_ms = 0;
  for (const double one : timed.latency_ms) total_ms += one;
  const double per_second = 1e3 * options.gallery * static_cast<double>(searches) / total_ms;
  const double median = timed.latency_ms[searches / 2], slowest = timed.latency_ms.back();
  const std::size_t bytes = gallery.memory_bytes() / gallery.fingers();
  if (options.json) {
    print_json(Json::object({{"gallery", options.gallery},
                             {"distinct", fingers.size()},
                             {"threads", options.threads},
                             {"searches", searches},
                             {"found", timed.found},
                             {"fingers_per_second", std::round(per_second)},
                             {"latency_ms", std::round(100 * median) / 100},
                             {"latency_ms_max", std::round(100 * slowest) / 100},
                             {"bytes_per_finger", bytes}}));
    return 0;
  }
  std::printf(
      "gallery of %d fingers (%zu different ones), %d threads: %.0f fingers/s, %.1f ms a search (median; slowest "
      "%.1f), "
      "%zu bytes a finger; %d of %zu probes found first\n",
      options.gallery, fingers.size(), options.threads, per_second, median, slowest, bytes, timed.found, searches);
  return 0;
}

}  // namespace

void add_bench(CLI::App& app, Run& run) {
  auto options = std::make_shared<Options>();
  CLI::App* bench = app.add_subcommand("bench", "how fast this machine is");
  bench->require_subcommand(1);
  CLI::App* identify = bench->add_subcommand("identify", "1:N search of a gallery of synthetic fingers");
  identify->footer(
      "Example: puente bench identify --gallery 10000 --threads 1 --json\n"
      "Synthetic fingers are enrolled from one impression and searched for by another. A few different ones are "
      "stored\n"
      "many times: right for time and memory, not for error rates (puente evaluate identify).");
  identify->add_option("--gallery", options->gallery, "fingers in the gallery, one a person")
      ->required()
      ->check(CLI::Range(1, 10'000'000));
  identify->add_option("--distinct", options->distinct, "different fingers among them")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  identify->add_option("--probes", options->probes, "searches to time")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  identify->add_option("--threads", options->threads, "threads of a search")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  identify->add_flag("--json", options->json, "answer as JSON");
  identify->callback([options, &run] { run = [options] { return bench_identify(*options); }; });
}

}  // namespace puente::cli
