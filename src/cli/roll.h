// A roll: people to be enrolled in bulk, as a list or a folder names them; and the journal of how far that has come.
// docs/formats/roll.md. Inside cli/.
#pragma once
#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/json.h"
#include "core/mutex.h"
#include "core/person.h"

namespace puente::cli {

struct RollFile {
  FingerCapture position = FingerCapture::kUnknown;  // unknown: the file says it, a transaction for instance
  std::string path;
};

struct Enrollee {
  std::string where;                    // "people.csv line 3", or the file or folder
  std::string person_id, encounter_id;  // the latter may be empty: made of what is enrolled
  BiographicData biographic;
  std::vector<std::string> withheld_from;
  std::string of_class, guardian;  // of whom is hidden, of a child
  std::vector<RollFile> files;
  std::string problem;  // why this one cannot be taken; empty: nothing is known against it
};

struct Roll {
  std::vector<Enrollee> people;
  std::vector<std::string> left_out;  // files of a folder that are of nobody, a line each
};

// A folder, or a list as CSV, JSON lines or a JSON array, told by its content; "-" is a list on standard input. Files
// are named relative to the list. An error where nothing of it can be used; what is wrong with one line is that one's
// problem.
Result<Roll> read_roll(const std::string& path);

// What became of each, a JSON line each, durable when note() returns. A line that was cut short is as if it had never
// been.
class ImportJournal {
 public:
  struct Line {
    std::string person_id, encounter_id, outcome, reason;
  };
  // Makes it, or goes on with one of the same node; kConflict: it is another node's.
  static Result<std::unique_ptr<ImportJournal>> open(const std::string& path, const std::string& node);
  ~ImportJournal();

  const Line* find(const std::string& person_id, const std::string& encounter_id) const;  // of earlier runs
  const Line* last_enrolled() const {
    return last_enrolled_ < 0 ? nullptr : &lines_[static_cast<std::size_t>(last_enrolled_)];
  }
  Status note(const Line& line);  // any thread

 private:
  explicit ImportJournal(std::string path) : path_(std::move(path)) {}
  Status read(ByteView bytes, const std::string& node);
  Status append(std::string_view left);  // whole lines

  std::string path_;
  std::vector<Line> lines_;
  std::map<std::pair<std::string, std::string>, std::size_t> by_ids_;
  std::ptrdiff_t last_enrolled_ = -1;
  Mutex mutex_;
  int file_ = -1;
};

}  // namespace puente::cli
