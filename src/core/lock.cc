#include "core/lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <thread>

namespace puente {
namespace {

constexpr std::chrono::milliseconds kLookEvery{20};

Error refused(const std::string& path) {
  const Code code = errno == ENOENT                      ? Code::kNotFound
                    : errno == ENOSPC || errno == EDQUOT ? Code::kStorageFull
                                                         : Code::kUnavailable;
  return {code, path + ": " + std::strerror(errno)};
}

// "process 812", as /proc/locks has it; empty where it does not say.
std::string holder_of(int descriptor) {
  struct stat facts {};
  if (::fstat(descriptor, &facts) != 0) return "";
  std::ifstream locks("/proc/locks");
  for (std::string line; std::getline(locks, line);) {
    std::istringstream words(line);
    std::string number, kind, advisory, access, process, file;
    words >> number >> kind >> advisory >> access >> process >> file;
    const std::size_t last = file.rfind(':');
    if (kind != "FLOCK" || last == std::string::npos || process == "0") continue;
    if (file.substr(last + 1) == std::to_string(facts.st_ino)) return "process " + process;
  }
  return "";
}

}  // namespace

Result<Lock> Lock::take(const std::string& path, Of what, std::chrono::milliseconds patience) {
  const int flags = what == Of::kFolder ? O_RDONLY | O_DIRECTORY : O_RDWR | O_CREAT;
  Lock out(::open(path.c_str(), flags | O_CLOEXEC, 0600));
  if (out.descriptor_ < 0) return refused(path);
  const auto until = std::chrono::steady_clock::now() + patience;
  while (::flock(out.descriptor_, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) return refused(path);
    if (std::chrono::steady_clock::now() >= until) {
      const std::string holder = holder_of(out.descriptor_);
      return Error{Code::kConflict, holder.empty() ? "another process" : holder};
    }
    std::this_thread::sleep_for(kLookEvery);
  }
  return out;
}

Lock::~Lock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace puente
