// The protocol: directories of images to comparisons with scores, on several threads, each timed by its own CPU clock.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <ctime>
#include <filesystem>
#include <map>
#include <mutex>
#include <sstream>
#include <thread>

#include "core/files.h"
#include "core/limits.h"
#include "format/format.h"
#include "lab/evaluate/evaluate.h"
#include "modality/finger/finger.h"

namespace puente::evaluate {
namespace {

namespace fs = std::filesystem;

struct Listed {
  Database database;
  std::vector<std::string> paths;                         // of the samples
  double ppi = 0;                                         // from dpi.txt; 0: the images' own
  std::vector<std::optional<finger::Prepared>> prepared;  // of the samples; none where extraction failed
};

double thread_seconds() {  // of the processor, by this thread alone: others on the machine do not count
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

// Runs work(thread, item) for every item, handing out the next one to whoever is free.
void in_parallel(int threads, std::size_t items, const char* what, const Options& options,
                 const std::function<void(int thread, std::size_t item)>& work) {
  std::atomic<std::size_t> next{0}, done{0};
  std::mutex progress_mutex;
  const auto run = [&](int thread) {
    for (std::size_t item; (item = next++) < items;) {
      work(thread, item);
      const std::size_t so_far = ++done;
      if (!options.progress || (so_far % 16 != 0 && so_far != items)) continue;
      const std::lock_guard lock(progress_mutex);
      options.progress(what, so_far, items);
    }
  };
  std::vector<std::jthread> others;
  for (int thread = 1; thread < threads; ++thread) others.emplace_back(run, thread);
  run(0);
}

// The line "<name> <dpi>" of a dpi.txt, 0 when there is none.
Result<double> listed_ppi(const fs::path& file, const std::string& name) {
  const auto bytes = read_file(file.string(), limits::kTemplateBytesMax);
  if (!bytes.ok() && bytes.error().code == Code::kNotFound) return 0.0;
  if (!bytes.ok()) return bytes.error();
  std::istringstream lines{std::string(text(*bytes))};
  std::string database;
  double ppi = 0;
  while (lines >> database >> ppi) {
    if (database != name) continue;
    if (ppi >= limits::kPpiMin && ppi <= limits::kPpiMax) return ppi;
    return {Code::kInvalidInput, fmt::format("{}: resolution {} of {} is not {} to {} dpi", file.string(), ppi, name,
                                             limits::kPpiMin, limits::kPpiMax)};
  }
  if (lines.eof()) return 0.0;
  return {Code::kInvalidInput, fmt::format("{}: want lines of a directory name and a resolution", file.string())};
}

// Orders 101_2 before 101_10 and 101 before 1000, as people count.
bool by_number(const std::string& a, const std::string& b) {
  return std::pair(a.size(), a) < std::pair(b.size(), b);
}

Result<Listed> list_directory(const std::string& directory) {
  std::error_code failed;
  const fs::path path = fs::weakly_canonical(directory, failed);
  if (failed || !fs::is_directory(path, failed)) return {Code::kNotFound, fmt::format("{} is no directory", directory)};
  Listed listed;
  listed.database.name = path.filename().string();
  ASSIGN_OR_RETURN(listed.ppi, listed_ppi(path / "dpi.txt", listed.database.name));
  if (listed.ppi == 0) {
    ASSIGN_OR_RETURN(listed.ppi, listed_ppi(path.parent_path() / "dpi.txt", listed.database.name));
  }
  std::vector<fs::path> images;
  for (const fs::directory_entry& entry : fs::directory_iterator(path, failed)) {
    const std::string extension = entry.path().extension().string();
    if (extension == ".png" || extension == ".jpg" || extension == ".jpeg") images.push_back(entry.path());
  }
  std::sort(images.begin(), images.end(),
            [](const fs::path& a, const fs::path& b) { return by_number(a.stem().string(), b.stem().string()); });
  for (const fs::path& image : images) {
    const std::string stem = image.stem().string();
    const std::size_t underscore = stem.rfind('_');
    if (underscore == std::string::npos || underscore == 0 || underscore + 1 == stem.size()) {
      return {Code::kInvalidInput,
              fmt::format("{}: want names like 101_1.png, <subject>_<impression>", image.string())};
    }
    listed.database.samples.push_back({stem, stem.substr(0, underscore), 0, ""});
    listed.paths.push_back(image.string());
  }
  return listed;
}

void extract_sample(Listed& listed, std::size_t item, double& milliseconds) {
  Sample& sample = listed.database.samples[item];
  const auto bytes = read_file(listed.paths[item], limits::kImageBytesMax);
  const auto image = bytes.ok() ? format::decode_image(*bytes) : Result<Image>(bytes.error());
  if (!image.ok()) {
    sample.failure = image.error().message;
    return;
  }
  const double started = thread_seconds();
  const auto extraction = finger::extract(*image, {.ppi = listed.ppi});
  milliseconds = 1e3 * (thread_seconds() - started);
  if (!extraction.ok()) {
    sample.failure = extraction.error().message;
    return;
  }
  sample.quality = extraction->quality.score;
  listed.prepared[item] = finger::prepare(extraction->features);
}

// All samples of all databases; returns the median of their times.
double extract_all(std::vector<Listed>& all, const Options& options) {
  std::vector<std::pair<Listed*, std::size_t>> work;
  for (Listed& listed : all) {
    listed.prepared.resize(listed.paths.size());
    for (std::size_t item = 0; item < listed.paths.size(); ++item) work.emplace_back(&listed, item);
  }
  std::vector<double> milliseconds(work.size(), 0);
  in_parallel(options.threads, work.size(), "images", options,
              [&](int, std::size_t item) { extract_sample(*work[item].first, work[item].second, milliseconds[item]); });
  std::erase(milliseconds, 0);  // not read at all
  if (milliseconds.empty()) return 0;
  const auto middle = milliseconds.begin() + static_cast<std::ptrdiff_t>(milliseconds.size() / 2);
  std::nth_element(milliseconds.begin(), middle, milliseconds.end());
  return *middle;
}

Status pair_up(Listed& listed) {
  Database& database = listed.database;
  for (int a = 0; a < static_cast<int>(database.samples.size()); ++a) {
    if (!listed.prepared[a]) ++database.failures;
    for (int b = a + 1; b < static_cast<int>(database.samples.size()); ++b) {
      const bool genuine = database.samples[a].subject == database.samples[b].subject;
      ++(genuine ? database.genuine : database.impostor);
      database.comparisons.push_back({genuine, a, b, kFailedScore});
    }
  }
  if (database.genuine > 0 && database.impostor > 0) return {};
  return {
      Code::kInvalidInput,
      fmt::format("{} has {} images; want two fingers or more, named <subject>_<impression>.png, one of them with two",
                  database.name, database.samples.size())};
}

// All comparisons, a thousand at a time; returns comparisons a second of one thread.
double compare_all(std::vector<Listed>& all, const Options& options) {
  constexpr std::size_t kTurn = 1000;
  struct Turn {
    Listed* listed;
    std::size_t begin, end;
  };
  std::vector<Turn> turns;
  for (Listed& listed : all) {
    const std::size_t count = listed.database.comparisons.size();
    for (std::size_t begin = 0; begin < count; begin += kTurn) {
      turns.push_back({&listed, begin, std::min(begin + kTurn, count)});
    }
  }
  std::vector<finger::Scratch> scratch(static_cast<std::size_t>(options.threads));
  std::atomic<std::size_t> compared{0};
  std::vector<double> seconds(static_cast<std::size_t>(options.threads), 0);
  in_parallel(options.threads, turns.size(), "thousand comparisons", options, [&](int thread, std::size_t item) {
    const auto& [listed, begin, end] = turns[item];
    std::size_t counted = 0;
    const double started = thread_seconds();
    for (std::size_t i = begin; i < end; ++i) {
      Comparison& comparison = listed->database.comparisons[i];
      const auto &a = listed->prepared[comparison.a], &b = listed->prepared[comparison.b];
      if (!a || !b) continue;
      comparison.score = finger::compare_score(*a, *b, scratch[thread]);
      ++counted;
    }
    seconds[thread] += thread_seconds() - started;
    compared += counted;
  });
  double total = 0;
  for (const double one : seconds) total += one;
  return total > 0 ? static_cast<double>(compared) / total : 0;
}

}  // namespace

Result<Evaluation> evaluate_finger(std::span<const std::string> directories, const Options& options) {
  if (directories.empty()) return {Code::kInvalidInput, "name at least one directory of images"};
  std::vector<Listed> all;
  for (const std::string& directory : directories) {
    ASSIGN_OR_RETURN(Listed listed, list_directory(directory));
    all.push_back(std::move(listed));
  }
  Evaluation evaluation;
  evaluation.extract_ms_median = extract_all(all, options);
  for (Listed& listed : all) TRY(pair_up(listed));
  evaluation.comparisons_per_second = compare_all(all, options);
  for (Listed& listed : all) evaluation.databases.push_back(std::move(listed.database));
  rate(evaluation, options.bootstrap_rounds);
  return evaluation;
}

}  // namespace puente::evaluate
