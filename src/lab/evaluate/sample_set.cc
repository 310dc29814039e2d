#include "lab/evaluate/sample_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <ctime>
#include <filesystem>
#include <sstream>

#include "core/files.h"
#include "core/limits.h"
#include "core/mutex.h"
#include "core/parallel.h"
#include "intake/intake.h"

namespace puente::evaluate {
namespace {

namespace fs = std::filesystem;

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

void extract_sample(SampleSet& set, std::size_t item, const Options& options, double& milliseconds) {
  Sample& sample = set.database.samples[item];
  const auto bytes = read_file(set.paths[item], limits::kImageBytesMax);
  const auto image = bytes.ok() ? intake::read_image(*bytes, set.ppi) : Result<Image>(bytes.error());
  if (!image.ok()) {
    sample.failure = image.error().message;
    return;
  }
  const double started = thread_seconds();
  auto extraction = finger::extract(*image);
  milliseconds = 1e3 * (thread_seconds() - started);
  if (!extraction.ok()) {
    sample.failure = extraction.error().message;
    return;
  }
  sample.quality = extraction->quality.score;
  sample.reasons = extraction->quality.reasons;
  if (options.through) extraction->features = options.through(extraction->features);
  set.prepared[item] = finger::prepare(extraction->features);
  set.templates[item] = std::move(extraction->features);
}

}  // namespace

double thread_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

void in_parallel(int threads, std::size_t items, const char* what, const Options& options,
                 const std::function<void(int thread, std::size_t item)>& work) {
  std::atomic<std::size_t> done{0};
  Mutex speaking;
  puente::in_parallel(threads, items, [&](int thread, std::size_t item) {
    work(thread, item);
    const std::size_t so_far = ++done;
    if (!options.progress || (so_far % 16 != 0 && so_far != items)) return;
    const MutexLock lock(speaking);
    options.progress(what, so_far, items);
  });
}

Result<SampleSet> list_directory(const std::string& directory) {
  std::error_code failed;
  const fs::path path = fs::weakly_canonical(directory, failed);
  if (failed || !fs::is_directory(path, failed)) return {Code::kNotFound, fmt::format("{} is no directory", directory)};
  SampleSet set;
  set.database.name = path.filename().string();
  ASSIGN_OR_RETURN(set.ppi, listed_ppi(path / "dpi.txt", set.database.name));
  if (set.ppi == 0) {
    ASSIGN_OR_RETURN(set.ppi, listed_ppi(path.parent_path() / "dpi.txt", set.database.name));
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
    set.database.samples.push_back({stem, stem.substr(0, underscore), 0, {}, ""});
    set.paths.push_back(image.string());
  }
  return set;
}

double extract_all(std::vector<SampleSet>& all, const Options& options) {
  std::vector<std::pair<SampleSet*, std::size_t>> work;
  for (SampleSet& set : all) {
    set.prepared.resize(set.paths.size());
    set.templates.resize(set.paths.size());
    for (std::size_t item = 0; item < set.paths.size(); ++item) work.emplace_back(&set, item);
  }
  std::vector<double> milliseconds(work.size(), 0);
  in_parallel(options.threads, work.size(), "images", options, [&](int, std::size_t item) {
    extract_sample(*work[item].first, work[item].second, options, milliseconds[item]);
  });
  std::erase(milliseconds, 0);  // not read at all
  if (milliseconds.empty()) return 0;
  const auto middle = milliseconds.begin() + static_cast<std::ptrdiff_t>(milliseconds.size() / 2);
  std::nth_element(milliseconds.begin(), middle, milliseconds.end());
  return *middle;
}

}  // namespace puente::evaluate
