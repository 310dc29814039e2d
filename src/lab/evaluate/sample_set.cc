#include "lab/evaluate/sample_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <ctime>
#include <filesystem>
#include <iterator>
#include <sstream>

#include "core/files.h"
#include "core/limits.h"
#include "core/mutex.h"
#include "core/parallel.h"
#include "core/text.h"
#include "format/image/image.h"
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

// By its name or by how it begins: a damaged image is a failure to be counted, not a file to be left aside.
bool is_image_file(const fs::path& path) {
  static constexpr const char* kExtensions[] = {".png", ".jpg", ".jpeg", ".wsq",  ".jp2", ".j2k", ".j2c",
                                                ".jpc", ".bmp", ".tif",  ".tiff", ".pgm", ".pnm", ".ppm"};
  std::string extension = path.extension().string();
  for (char& letter : extension) letter = letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter;
  if (std::ranges::find(kExtensions, extension) != std::end(kExtensions)) return true;
  const auto bytes = read_file(path.string(), limits::kImageBytesMax);
  return bytes.ok() && format::is_image(*bytes);
}

// The person by the finger's number: the only digits that the finger's name may have.
std::optional<std::int64_t> only_number(std::string_view name) {
  const std::size_t begin = name.find_first_of("0123456789");
  if (begin == std::string_view::npos) return std::nullopt;
  const std::size_t end = std::min(name.find_first_not_of("0123456789", begin), name.size());
  if (name.find_first_of("0123456789", end) != std::string_view::npos) return std::nullopt;
  return to_number<std::int64_t>(name.substr(begin, end - begin));
}

// Which finger of whom an image is, by its file's name.
Result<Sample> named(const fs::path& image, const Options& options) {
  Sample sample;
  sample.stem = image.stem().string();
  const std::size_t underscore = sample.stem.rfind('_');
  if (options.each_another) {
    sample.subject = sample.stem;
  } else if (underscore == std::string::npos || underscore == 0 || underscore + 1 == sample.stem.size()) {
    return {Code::kInvalidInput,
            fmt::format("{}: want names like 101_1.png, <subject>_<impression>, or --strangers where each image is of "
                        "another finger",
                        image.string())};
  } else {
    sample.subject = sample.stem.substr(0, underscore);
  }
  const SamePerson& rule = options.same_person;
  if (rule.every > 0) {
    const auto number = only_number(sample.subject);
    if (!number || *number < 1) {
      return {Code::kInvalidInput,
              fmt::format("{}: {} is no number from 1 up, by which to tell whose finger it is (--same-person every:{})",
                          image.string(), sample.subject, rule.every)};
    }
    sample.person = std::to_string((*number - 1) / rule.every);
  } else if (!rule.until.empty()) {
    const std::size_t at = sample.subject.find(rule.until);
    if (at == std::string::npos) {
      return {Code::kInvalidInput, fmt::format("{}: {} has no {} that ends the person's name (--same-person until:{})",
                                               image.string(), sample.subject, rule.until, rule.until)};
    }
    sample.person = sample.subject.substr(0, at);
  }
  return sample;
}

void extract_sample(SampleSet& set, std::size_t item, const Options& options, double& milliseconds) {
  Sample& sample = set.database.samples[item];
  const auto bytes = read_file(set.paths[item], limits::kImageBytesMax);
  auto image = bytes.ok() ? intake::read_image(*bytes, set.ppi) : Result<Image>(bytes.error());
  if (image.ok() && options.image_through) image = options.image_through(*image);
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
  for (finger::Extraction& other : extraction->beside) {
    if (options.through) other.features = options.through(other.features);
    set.beside[item] = finger::prepare(other.features);
  }
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

Result<SamePerson> parse_same_person(std::string_view rule) {
  if (rule == "none") return SamePerson{};
  if (rule.starts_with("every:")) {
    const auto every = to_number<int>(rule.substr(6));
    if (every && *every >= 1 && *every <= 1000) return SamePerson{.every = *every, .until = {}};
  } else if (rule.starts_with("until:") && rule.size() > 6) {
    return SamePerson{.every = 0, .until = std::string(rule.substr(6))};
  }
  return Error{Code::kInvalidInput,
               fmt::format("--same-person {}: want every:N, such as every:10 where fingers 1 to 10 "
                           "are one person's, until:TEXT, or none",
                           rule)};
}

Result<SampleSet> list_directory(const std::string& directory, const Options& options) {
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
    if (!entry.is_regular_file(failed)) continue;
    if (is_image_file(entry.path()))
      images.push_back(entry.path());
    else if (const std::string name = entry.path().filename(); name != "dpi.txt" && name != "people.json")
      set.database.left_aside.push_back(name);
  }
  std::sort(set.database.left_aside.begin(), set.database.left_aside.end());
  std::sort(images.begin(), images.end(),
            [](const fs::path& a, const fs::path& b) { return by_number(a.stem().string(), b.stem().string()); });
  for (const fs::path& image : images) {
    ASSIGN_OR_RETURN(Sample sample, named(image, options));
    if (!set.database.samples.empty() && set.database.samples.back().stem == sample.stem) {
      return {Code::kInvalidInput,
              fmt::format("{} and {} have one name: keep one of them", set.paths.back(), image.filename().string())};
    }
    set.database.samples.push_back(std::move(sample));
    set.paths.push_back(image.string());
  }
  return set;
}

double extract_all(std::vector<SampleSet>& all, const Options& options) {
  std::vector<std::pair<SampleSet*, std::size_t>> work;
  for (SampleSet& set : all) {
    set.prepared.resize(set.paths.size());
    set.templates.resize(set.paths.size());
    set.beside.resize(set.paths.size());
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
