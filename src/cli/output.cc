#include "cli/output.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "cli/options.h"
#include "core/biographic.h"

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

std::string shown(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t size = utf8_letter(text);
    const std::string_view letter = text.substr(0, std::max<std::size_t>(size, 1));
    if (is_plain_text(letter)) {
      out += letter;
    } else {
      const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(letter[at]); };
      std::uint32_t number = size < 2 ? byte(0) : byte(0) & (0x7fu >> size);
      for (std::size_t at = 1; at < letter.size(); ++at) number = number << 6 | (byte(at) & 0x3fu);
      out += fmt::format("\\{}{{{:x}}}", size == 0 ? 'x' : 'u', number);
    }
    text.remove_prefix(letter.size());
  }
  return out;
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
