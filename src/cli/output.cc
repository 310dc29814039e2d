#include "cli/output.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "cli/options.h"

namespace puente::cli {

void add_force(Command& command, bool& force) {
  command.add_flag("--force", force, "overwrite files that exist");
}

bool is_standard_output(const std::string& path) {
  return path == "-" || path == "/dev/stdout" || path == "/dev/fd/1" || path == "/proc/self/fd/1";
}

Status check_output(const std::string& path, bool force) {
  struct stat facts {};
  if (force || path.empty() || is_standard_output(path) || ::lstat(path.c_str(), &facts) != 0) return {};
  if (::stat(path.c_str(), &facts) == 0 && !S_ISREG(facts.st_mode) && !S_ISDIR(facts.st_mode)) return {};  // a device
  return Error{Code::kAlreadyExists, path + " exists: nothing was written; give another name, or --force"};
}

Status write_output(const std::string& path, ByteView bytes, bool force, Readers readers) {
  if (is_standard_output(path)) {
    const bool written = std::fwrite(bytes.data(), 1, bytes.size(), stdout) == bytes.size() && std::fflush(stdout) == 0;
    return written ? Status() : Status(Code::kUnavailable, std::string("standard output: ") + std::strerror(errno));
  }
  TRY(check_output(path, force));
  struct stat facts {};
  if (force || ::lstat(path.c_str(), &facts) == 0) return write_file(path, bytes, readers);  // lstat: a device
  return create_file(path, bytes, readers);
}

Status make_private_folder(const std::string& path) {
  std::error_code error;
  const std::filesystem::path folder(path);
  if (std::filesystem::is_directory(folder, error)) return {};
  error.clear();  // that nothing is there yet is no error
  if (folder.has_parent_path()) std::filesystem::create_directories(folder.parent_path(), error);
  if (!error && ::mkdir(path.c_str(), 0700) == 0) return {};
  const int number = error ? error.value() : errno;
  if (!error && number == EEXIST && std::filesystem::is_directory(folder)) return {};
  return Error{Code::kUnavailable, "cannot make " + path + ": " + std::strerror(number)};
}

}  // namespace puente::cli
