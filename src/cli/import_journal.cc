#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "cli/cli.h"
#include "cli/roll.h"
#include "core/files.h"
#include "core/text.h"

namespace puente::cli {
namespace {

constexpr std::size_t kJournalBytesMax = 1u << 30;
constexpr const char* kFormat = "puente-import/1";

}  // namespace

Result<std::unique_ptr<ImportJournal>> ImportJournal::open(const std::string& path, const std::string& node) {
  std::unique_ptr<ImportJournal> out(new ImportJournal(path));
  const auto bytes = read_file(path, kJournalBytesMax);
  if (!bytes.ok() && bytes.error().code != Code::kNotFound) return bytes.error();
  const std::string heading = canonical(Json::object({{"format", kFormat}, {"node", node}})) + "\n";
  const bool fresh = !bytes.ok() || (bytes->size() < heading.size() && heading.starts_with(text(*bytes)));  // cut short
  if (!fresh) TRY(out->read(*bytes, node));
  out->file_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (out->file_ < 0) return Error{Code::kUnavailable, "cannot write " + path + ": " + std::strerror(errno)};
  if (::fchmod(out->file_, 0600) != 0 || (fresh && ::ftruncate(out->file_, 0) != 0))
    return Error{Code::kUnavailable, "cannot write " + path + ": " + std::strerror(errno)};
  if (fresh) TRY(out->append(heading));
  if (!fresh && bytes->back() != '\n') TRY(out->append("\n"));  // ends a line that was cut short
  return out;
}

ImportJournal::~ImportJournal() {
  if (file_ >= 0) ::close(file_);
}

Status ImportJournal::read(ByteView bytes, const std::string& node) {
  bool first = true;
  for (const std::string_view line : split(text(bytes), '\n')) {
    const auto json = parse_json(line);
    if (first && (!json.ok() || (*json)["format"] != Json(kFormat)))
      return Error{Code::kAlreadyExists, path_ + ": no journal of an import; name another file with --journal"};
    if (first && text_of((*json)["node"]) != node)
      return Error{Code::kConflict, path_ + ": tells of an import into " + text_of((*json)["node"]) +
                                        "; name another file with --journal"};
    const bool heading = first;
    first = false;
    if (heading || !json.ok() || !json->is_object()) continue;
    lines_.push_back({text_of((*json)["person_id"]), text_of((*json)["encounter_id"]), text_of((*json)["outcome"]),
                      text_of((*json)["reason"])});
    by_ids_[{lines_.back().person_id, lines_.back().encounter_id}] = lines_.size() - 1;
    if (lines_.back().outcome == "enrolled") last_enrolled_ = static_cast<std::ptrdiff_t>(lines_.size()) - 1;
  }
  return {};
}

const ImportJournal::Line* ImportJournal::find(const std::string& person_id, const std::string& encounter_id) const {
  const auto found = by_ids_.find({person_id, encounter_id});
  return found == by_ids_.end() ? nullptr : &lines_[found->second];
}

Status ImportJournal::note(const Line& line) {
  Json json =
      Json::object({{"person_id", line.person_id}, {"encounter_id", line.encounter_id}, {"outcome", line.outcome}});
  if (!line.reason.empty()) json.set("reason", line.reason);
  const MutexLock lock(mutex_);
  return append(canonical(json) + "\n");
}

Status ImportJournal::append(std::string_view left) {
  while (!left.empty()) {
    const ssize_t written = ::write(file_, left.data(), left.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0)
      return Error{errno == ENOSPC ? Code::kStorageFull : Code::kUnavailable,
                   "cannot write " + path_ + ": " + std::strerror(errno)};
    left.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fdatasync(file_) != 0 && errno != EINVAL && errno != EROFS)
    return Error{Code::kUnavailable, "cannot write " + path_ + ": " + std::strerror(errno)};
  return {};
}

}  // namespace puente::cli
