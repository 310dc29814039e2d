// place.json: where this directory's database lies, and how far its log was when this program last looked. By it a
// directory knows that it was copied, or restored: until an operator has decided, it answers nobody.
#include <fcntl.h>
#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "audit/audit.h"
#include "core/entry.h"
#include "core/files.h"
#include "core/text.h"
#include "home/keys.h"

namespace puente::home {
namespace {

constexpr const char* kMarks[] = {"place.a", "place.b"};

struct Place {
  std::string machine;               // of systemd; empty where there is none
  std::int64_t inode = 0, born = 0;  // of the database file; born in nanoseconds, 0 where the file system does not say
  std::int64_t entries = 0;          // of the log; of an overseer, that it has cosigned, of all logs together
  std::string root;                  // of the log at that size, in hexadecimal
  std::string mark;                  // an empty file beside this one; none: written by an older version
  std::int64_t marked = 0;           // when the system last changed it, in milliseconds; nobody can set that
};

std::string file_of(const Directory& directory) {
  return directory.path + "/place.json";
}

Result<Place> here(const Directory& directory) {
  Place out;
  if (const auto machine = read_text("/etc/machine-id"); machine.ok()) out.machine = without_white_end(*machine);
  struct statx facts {};
  const std::string database = directory.path + "/puente.db";
  if (::statx(AT_FDCWD, database.c_str(), 0, STATX_INO | STATX_BTIME, &facts) != 0)
    return Error{Code::kNotFound, "no database in " + directory.path};
  out.inode = static_cast<std::int64_t>(facts.stx_ino & 0x1fffffffffffff);  // JSON's integers
  if ((facts.stx_mask & STATX_BTIME) != 0)
    out.born = facts.stx_btime.tv_sec * 1000 + facts.stx_btime.tv_nsec / 1'000'000;
  return out;
}

Result<std::optional<Place>> written(const Directory& directory) {
  const auto content = read_text(file_of(directory));
  if (!content.ok() && content.error().code == Code::kNotFound) return std::optional<Place>();
  if (!content.ok()) return content.error();
  constexpr std::int64_t kMost = std::int64_t{1} << 53;
  ASSIGN_OR_RETURN(const Json json, parse_json(*content));
  JsonReader reader(json, "place.json");
  Place out;
  out.machine = reader.string("machine");
  out.inode = reader.integer("inode", 0, kMost);
  out.born = reader.integer("born", -kMost, kMost);
  out.entries = reader.integer("entries", 0, kMost);
  out.root = reader.string("root");
  out.mark = reader.string_or("mark", "");
  out.marked = reader.integer_or("marked", 0, -kMost, kMost);
  TRY(reader.finish());
  return std::optional(std::move(out));
}

// The entry that the log ended with when it had so many.
Result<LogRow> last_of(const Directory& directory, std::int64_t entries) {
  ASSIGN_OR_RETURN(const auto log, open_log(directory.path));
  ASSIGN_OR_RETURN(std::vector<LogRow> rows, log->log_rows(static_cast<std::uint64_t>(entries - 1), 1));
  if (rows.empty()) return Error{Code::kCorrupt, fmt::format("log entry {} is missing", entries - 1)};
  return std::move(rows.front());
}

Result<std::string> root_at(const Directory& directory, std::int64_t entries) {
  ASSIGN_OR_RETURN(const LogRow last, last_of(directory, entries));
  ASSIGN_OR_RETURN(const audit::Checkpoint checkpoint, audit::parse_checkpoint(last.checkpoint));
  return to_hex(checkpoint.root);
}

// Of a directory without the file: one that this version has run in always has it.
Result<std::string> why_without(const Directory& directory, std::int64_t entries) {
  const std::string missing = "there is no place.json beside the database";
  if (entries == 0) return std::string();
  if (directory.role != "node") return missing;
  ASSIGN_OR_RETURN(const LogRow last, last_of(directory, entries));
  return rows_in(text(last.leaf)).empty() ? std::string() : missing;
}

// When the system last changed a file itself, whatever its other dates were set to.
Result<std::int64_t> changed_at(const std::string& file) {
  struct statx facts {};
  if (::statx(AT_FDCWD, file.c_str(), 0, STATX_CTIME, &facts) != 0) return Error{Code::kNotFound, "no " + file};
  return facts.stx_ctime.tv_sec * 1000 + facts.stx_ctime.tv_nsec / 1'000'000;
}

// A backup that was copied over the directory, file into file, brings a place.json that fits its database. Its mark is
// gone, or came with the copy: either way it is not the one that this was written beside.
bool has_its_mark(const Place& place, const Directory& directory) {
  if (place.mark.empty()) return true;
  const auto changed = changed_at(directory.path + "/" + place.mark);
  return changed.ok() && *changed == place.marked;
}

// Another mark than the last one, which stays until place.json names this one: a crash between leaves one that fits.
Status mark_anew(const Directory& directory, Place& place) {
  const auto before = written(directory);
  const bool first = !before.ok() || !*before || (*before)->mark != kMarks[0];
  place.mark = kMarks[first ? 0 : 1];
  TRY(write_ours(directory.path + "/" + place.mark, {}, Readers::kByUmask));
  ASSIGN_OR_RETURN(place.marked, changed_at(directory.path + "/" + place.mark));
  return {};
}

Result<std::string> why_by(const Place& place, const Directory& directory, std::int64_t entries) {
  ASSIGN_OR_RETURN(const Place now, here(directory));
  if (place.machine != now.machine) return std::string("it was made on another machine");
  if (place.inode != now.inode || place.born != now.born)
    return std::string("the database file is not the one that was here");
  if (!has_its_mark(place, directory))
    return place.mark + " is not as place.json names it: a backup was copied over, or its owner or mode was changed";
  const bool node = directory.role == "node";
  if (entries < place.entries)
    return fmt::format("it {} {} entries, and {} before", node ? "has a log of" : "has cosigned", entries,
                       place.entries);
  if (!node || place.entries == 0) return std::string();
  ASSIGN_OR_RETURN(const std::string root, root_at(directory, place.entries));
  return std::string(root == place.root ? "" : "its log has another history than before");
}

}  // namespace

Result<std::uint64_t> entries_of_node(const Directory& directory) {
  ASSIGN_OR_RETURN(const auto log, open_log(directory.path));
  return log->log_size();
}

namespace {

Result<std::string> judge(const Directory& directory, std::uint64_t entries) {
  ASSIGN_OR_RETURN(const std::optional<Place> place, written(directory));
  const auto count = static_cast<std::int64_t>(entries);
  return place ? why_by(*place, directory, count) : why_without(directory, count);
}

Status write_place(const Directory& directory, std::uint64_t entries) {
  ASSIGN_OR_RETURN(Place place, here(directory));
  place.entries = static_cast<std::int64_t>(entries);
  TRY(mark_anew(directory, place));
  if (directory.role == "node" && entries > 0) {
    ASSIGN_OR_RETURN(place.root, root_at(directory, place.entries));
  }
  TRY(write_ours(file_of(directory),
                 view(pretty(Json::object({{"machine", place.machine},
                                           {"inode", place.inode},
                                           {"born", place.born},
                                           {"entries", place.entries},
                                           {"root", place.root},
                                           {"mark", place.mark},
                                           {"marked", place.marked}})) +
                      "\n"),
                 Readers::kByUmask));
  for (const char* mark : kMarks)
    if (mark != place.mark) ::unlink((directory.path + "/" + mark).c_str());
  return {};
}

}  // namespace

// One process at a time looks or writes, and counts while it has its turn: of several commands given at once, or beside
// a node that runs, each would take another's mark, or an older count, for a copy's.
Result<std::string> why_a_copy(const Directory& directory, const CountEntries& count) {
  ASSIGN_OR_RETURN(const Turn turn, Turn::take(directory.path));
  ASSIGN_OR_RETURN(const std::uint64_t entries, count());
  return judge(directory, entries);
}

Status settle(const Directory& directory, const CountEntries& count) {
  ASSIGN_OR_RETURN(const Turn turn, Turn::take(directory.path));
  ASSIGN_OR_RETURN(const std::uint64_t entries, count());
  return write_place(directory, entries);
}

Result<std::string> come_home(const Directory& directory, const CountEntries& count) {
  ASSIGN_OR_RETURN(const Turn turn, Turn::take(directory.path));
  ASSIGN_OR_RETURN(const std::uint64_t entries, count());
  ASSIGN_OR_RETURN(std::string why, judge(directory, entries));
  if (why.empty()) TRY(write_place(directory, entries));
  return why;
}

Error is_a_copy(const Directory& directory, const std::string& why) {
  return {
      Code::kConflict,
      fmt::format("{} is a copy or was restored: {}. It answers nobody until you decide. It is the node now: puente "
                  "node restored --data {} --reasons \"…\". Only to look: puente node serve --data {} --drill",
                  directory.path, why, directory.path, directory.path)};
}

Status require_place(const Directory& directory) {
  ASSIGN_OR_RETURN(const std::string why, come_home(directory, [&] { return entries_of_node(directory); }));
  return why.empty() ? Status() : Status(is_a_copy(directory, why));
}

std::string drill_mark(const Directory& directory) {
  return directory.path + "/drill";
}

bool was_drilled(const Directory& directory) {
  std::error_code error;
  return std::filesystem::exists(drill_mark(directory), error);
}

// An overseer that was restored has forgotten what it signed: its old key must not sign again.
Status renew_overseer_key(const Directory& directory) {
  SystemRandom random;
  const SigningKey key = SigningKey::generate(random);
  TRY(write_secret_file(directory.path + "/keys/log.key", key_line(key.seed())));
  return write_file(directory.path + "/keys/log.vkey", view(vkey_line(directory, key.public_key())));
}

}  // namespace puente::home
