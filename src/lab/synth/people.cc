#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include "core/files.h"
#include "core/json.h"
#include "core/mutex.h"
#include "core/parallel.h"
#include "format/image/image.h"
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

Status write_finger(const WriteOptions& options, const Task& task) {
  const GrownFinger finger = grow_finger(options.seed, task.person, task.position);
  const format::PngText label{"Puente-Synthetic",
                              fmt::format("synthetic person, seed {}, person {}", options.seed, task.person)};
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
    people.push_back(Json::object({{"synthetic", true},
                                   {"seed", std::to_string(options.seed)},  // 64 bits do not fit a JSON number
                                   {"number", static_cast<std::int64_t>(number)},
                                   {"biography", to_json(person.biography)},
                                   {"alias", to_json(person.alias)},
                                   {"images", std::move(images)}}));
  }
  return write_file(options.directory + "/people.json", view(pretty(Json(std::move(people)))));
}

Status prepare_directory(const WriteOptions& options) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (options.directory.empty()) return {Code::kInvalidInput, "give a directory to write the synthetic people to"};
  fs::create_directories(options.directory, error);
  if (error || !fs::is_directory(options.directory, error))
    return {Code::kInvalidInput, "cannot make the directory " + options.directory};
  const bool empty = fs::is_empty(options.directory, error);
  if (error) return {Code::kInvalidInput, "cannot read the directory " + options.directory};
  if (!empty && !options.overwrite)
    return {Code::kConflict, options.directory + " is not empty: choose another directory, or add --force"};
  return {};
}

Status check(const WriteOptions& options) {
  constexpr std::uint32_t kCountMax = 1'000'000;
  if (options.count < 1 || options.count > kCountMax) return {Code::kInvalidInput, "count must be 1 to 1000000"};
  if (options.impressions < 1 || options.impressions > 1000)
    return {Code::kInvalidInput, "impressions must be 1 to 1000"};
  if (options.threads < 1 || options.threads > 256) return {Code::kInvalidInput, "threads must be 1 to 256"};
  if (options.capture.difficulty < 0 || options.capture.difficulty > 4)
    return {Code::kInvalidInput, "difficulty must be 0 to 4"};
  for (std::size_t i = 0; i < options.fingers.size(); ++i) {
    if (options.fingers[i] == Finger::kUnknown) return {Code::kInvalidInput, "fingers must be 1 to 10"};
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

}  // namespace

Result<void> write_people(const WriteOptions& options, std::function<void(int done, int total)> progress) {
  TRY(check(options));
  TRY(prepare_directory(options));
  const std::vector<Task> tasks = plan(options);
  Course course(static_cast<int>(tasks.size()) * options.impressions, progress);
  in_parallel(options.threads, tasks.size(), [&](int, std::size_t item) {
    if (!course.failure()) course.note(write_finger(options, tasks[item]), options.impressions);
  });
  if (const auto failure = course.failure()) return *failure;
  return options.layout == Layout::kPeople ? write_index(options) : Status{};
}

}  // namespace puente::synth
