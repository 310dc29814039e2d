#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iterator>
#include <optional>

#include "core/files.h"
#include "core/json.h"
#include "core/mutex.h"
#include "core/parallel.h"
#include "format/image/image.h"
#include "lab/synth/exact.h"
#include "lab/synth/synth.h"

namespace puente::synth {
namespace {

struct Task {  // one finger and its impressions
  std::uint32_t person;
  Finger position;
  std::string stem;  // file name up to the impression's number
};

std::string image_name(const Task& task, int impression) {
  return fmt::format("{}_{}.png", task.stem, impression);
}

std::vector<Finger> chosen_fingers(const WriteOptions& options) {
  if (!options.fingers.empty()) return options.fingers;
  std::vector<Finger> all;
  for (int code = 1; code <= 10; ++code) all.push_back(static_cast<Finger>(code));
  return all;
}

std::vector<Task> plan(const WriteOptions& options) {
  const std::vector<Finger> fingers = chosen_fingers(options);
  std::vector<Task> tasks;
  if (options.layout == Layout::kFvc) {
    for (std::uint32_t i = 0; i < options.count; ++i)
      tasks.push_back(
          {static_cast<std::uint32_t>(1 + i / fingers.size()), fingers[i % fingers.size()], std::to_string(101 + i)});
    return tasks;
  }
  for (std::uint32_t number = 1; number <= options.count; ++number)
    for (const Finger position : fingers)
      tasks.push_back({number, position, fmt::format("{:06}_{}", number, to_string(position))});
  return tasks;
}

format::PngText label_of(std::uint64_t seed, std::uint32_t person) {
  return {"Puente-Synthetic", fmt::format("synthetic person, seed {}, person {}", seed, person)};
}

Status write_finger(const WriteOptions& options, const Task& task) {
  const GrownFinger finger = grow_finger(options.seed, task.person, task.position);
  const format::PngText label = label_of(options.seed, task.person);
  for (int impression = 1; impression <= options.impressions; ++impression) {
    const Image image = capture(finger, static_cast<std::uint32_t>(impression), options.capture);
    ASSIGN_OR_RETURN(const Bytes png, format::encode_png(image, {&label, 1}));
    TRY(write_file(options.directory + "/" + image_name(task, impression), png));
  }
  return {};
}

Json to_json(const BiographicData& data) {
  Json json = Json::object({});
  for (const auto& [element, value] : data) json.set(to_string(element), value);
  return json;
}

Status write_index(const WriteOptions& options) {
  const std::vector<Finger> fingers = chosen_fingers(options);
  const std::vector<Task> tasks = plan(options);
  Json::Array people;
  for (std::uint32_t number = 1; number <= options.count; ++number) {
    const Person person = make_person(options.seed, number);
    Json::Array images;
    for (std::size_t i = 0; i < fingers.size(); ++i) {
      const Task& task = tasks[(number - 1) * fingers.size() + i];
      for (int impression = 1; impression <= options.impressions; ++impression)
        images.push_back(Json::object({{"file", image_name(task, impression)},
                                       {"position", to_string(task.position)},
                                       {"impression", impression},
                                       {"pattern", to_string(pattern_class(options.seed, number, task.position))}}));
    }
    Json& one =
        people.emplace_back(Json::object({{"synthetic", true},
                                          {"seed", std::to_string(options.seed)},  // 64 bits do not fit a JSON number
                                          {"number", static_cast<std::int64_t>(number)},
                                          {"biography", to_json(person.biography)},
                                          {"alias", to_json(person.alias)},
                                          {"images", std::move(images)}}));
    if (!person.guardian.empty()) one.set("guardian", person.guardian);
  }
  return write_file(options.directory + "/people.json", view(pretty(Json(std::move(people)))));
}

Status prepare_directory(const std::string& directory, bool overwrite) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (directory.empty()) return {Code::kInvalidInput, "give a directory to write the synthetic people to"};
  fs::create_directories(directory, error);
  if (error || !fs::is_directory(directory, error))
    return {Code::kInvalidInput, "cannot make the directory " + directory};
  const bool empty = fs::is_empty(directory, error);
  if (error) return {Code::kInvalidInput, "cannot read the directory " + directory};
  if (!empty && !overwrite)
    return {Code::kConflict, directory + " is not empty: choose another directory, or add --force"};
  return {};
}

bool within(double value, double most) {  // no NaN is
  return value >= 0 && value <= most;
}

// images: of each person, or of each finger that is numbered by itself.
template <typename Options>
Status check_numbers(const Options& options, std::size_t images) {
  constexpr std::uint32_t kCountMax = 1'000'000;
  constexpr std::uint64_t kImagesMax = 100'000'000;
  if (options.count < 1 || options.count > kCountMax) return {Code::kInvalidInput, "count must be 1 to 1000000"};
  if (options.impressions < 1 || options.impressions > 1000)
    return {Code::kInvalidInput, "impressions must be 1 to 1000"};
  if (std::uint64_t{options.count} * images * static_cast<std::uint64_t>(options.impressions) > kImagesMax)
    return {Code::kInvalidInput, "at most 100000000 images are made at once: fewer people, fingers or impressions"};
  if (options.threads < 1 || options.threads > 256) return {Code::kInvalidInput, "threads must be 1 to 256"};
  if (!within(options.capture.difficulty, 4)) return {Code::kInvalidInput, "difficulty must be 0 to 4"};
  return {};
}

Status check(const WriteOptions& options) {
  TRY(check_numbers(options, options.layout == Layout::kFvc ? 1 : chosen_fingers(options).size()));
  if (!within(options.capture.bend, kBendMax))
    return {Code::kInvalidInput, fmt::format("bend must be 0 to {:g} pixels", kBendMax)};
  for (std::size_t i = 0; i < options.fingers.size(); ++i) {
    const int code = static_cast<int>(options.fingers[i]);
    if (code < 1 || code > 10) return {Code::kInvalidInput, "fingers must be 1 to 10"};
    if (std::count(options.fingers.begin(), options.fingers.end(), options.fingers[i]) > 1)
      return {Code::kInvalidInput, "each finger may be named once"};
  }
  return {};
}

// How far the writing has come, and why it stopped.
class Course {
 public:
  Course(int images, const std::function<void(int done, int total)>& progress) : images_(images), progress_(progress) {}

  std::optional<Error> failure() const {
    const MutexLock lock(mutex_);
    return failure_;
  }
  void note(const Status& written, int images) {
    const MutexLock lock(mutex_);
    if (!written && !failure_) failure_ = written.error();
    if (failure_) return;
    done_ += images;
    if (progress_) progress_(done_, images_);
  }

 private:
  const int images_;
  const std::function<void(int done, int total)>& progress_;
  mutable Mutex mutex_;
  std::optional<Error> failure_ GUARDED_BY(mutex_);
  int done_ GUARDED_BY(mutex_) = 0;
};

double rounded(double value) {
  return std::round(100 * value) / 100;
}

Json to_json(const std::string& file, std::uint32_t person, SlapKind kind, const SlapCapture& slap) {
  Json::Array fingers;
  for (const SlapTruth& truth : slap.fingers) {
    fingers.push_back(Json::object({{"position", to_string(truth.finger)},
                                    {"left", rounded(truth.left)},
                                    {"right", rounded(truth.right)},
                                    {"top", rounded(truth.top)},
                                    {"bottom", rounded(truth.bottom)},
                                    {"box", Json::object({{"x", rounded(truth.x)},
                                                          {"y", rounded(truth.y)},
                                                          {"width", rounded(truth.width)},
                                                          {"height", rounded(truth.height)},
                                                          {"angle_degrees", rounded(truth.angle * 180 / kPi)}})}}));
  }
  return Json::object({{"synthetic", true},
                       {"file", file},
                       {"person", static_cast<std::int64_t>(person)},
                       {"position", to_string(position_of(kind))},
                       {"fingers", std::move(fingers)}});
}

// All slaps of one person, appended to `index`.
Status write_person(const WriteSlapsOptions& options, std::uint32_t person, const std::vector<SlapKind>& kinds,
                    Json::Array& index) {
  const format::PngText label = label_of(options.seed, person);
  for (const SlapKind kind : kinds) {
    std::vector<std::optional<GrownFinger>> fingers;
    for (const Finger position : fingers_of(kind)) fingers.push_back(grow_finger(options.seed, person, position));
    for (int impression = 1; impression <= options.impressions; ++impression) {
      const SlapCapture slap = capture_slap(kind, fingers, static_cast<std::uint32_t>(impression), options.capture);
      const std::string file = fmt::format("{:06}_{}_{}.png", person, to_string(position_of(kind)), impression);
      ASSIGN_OR_RETURN(const Bytes png, format::encode_png(slap.image, {&label, 1}));
      TRY(write_file(options.directory + "/" + file, png));
      index.push_back(to_json(file, person, kind, slap));
    }
  }
  return {};
}

}  // namespace

FingerCapture position_of(SlapKind kind) {
  switch (kind) {
    case SlapKind::kRightFour:
      return FingerCapture::kPlainRightFour;
    case SlapKind::kLeftFour:
      return FingerCapture::kPlainLeftFour;
    case SlapKind::kThumbs:
      break;
  }
  return FingerCapture::kPlainThumbs;
}

Result<void> write_slaps(const WriteSlapsOptions& options, std::function<void(int done, int total)> progress) {
  std::vector<SlapKind> kinds = options.kinds;
  if (kinds.empty()) kinds = {SlapKind::kRightFour, SlapKind::kLeftFour, SlapKind::kThumbs};
  TRY(check_numbers(options, kinds.size()));
  TRY(prepare_directory(options.directory, options.overwrite));
  const int images = static_cast<int>(kinds.size()) * options.impressions;
  Course course(static_cast<int>(options.count) * images, progress);
  std::vector<Json::Array> indices(options.count);
  in_parallel(options.threads, options.count, [&](int, std::size_t item) {
    const auto person = static_cast<std::uint32_t>(item + 1);
    if (!course.failure()) course.note(write_person(options, person, kinds, indices[item]), images);
  });
  if (const auto failure = course.failure()) return *failure;
  Json::Array all;
  for (Json::Array& index : indices) std::ranges::move(index, std::back_inserter(all));
  return write_file(options.directory + "/slaps.json", view(pretty(Json(std::move(all)))));
}

Result<void> write_people(const WriteOptions& options, std::function<void(int done, int total)> progress) {
  TRY(check(options));
  TRY(prepare_directory(options.directory, options.overwrite));
  const std::vector<Task> tasks = plan(options);
  Course course(static_cast<int>(tasks.size()) * options.impressions, progress);
  in_parallel(options.threads, tasks.size(), [&](int, std::size_t item) {
    if (!course.failure()) course.note(write_finger(options, tasks[item]), options.impressions);
  });
  if (const auto failure = course.failure()) return *failure;
  return options.layout == Layout::kPeople ? write_index(options) : Status{};
}

}  // namespace puente::synth
