#include "core/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>

namespace puente {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  bool open() const { return number_ >= 0; }
  int number() const { return number_; }

 private:
  int number_;
};

Error system_error(const char* what, const std::string& path) {
  const int number = errno;
  Code code = Code::kUnavailable;
  if (number == ENOENT || number == ENOTDIR) code = Code::kNotFound;
  if (number == ENOSPC || number == EDQUOT) code = Code::kStorageFull;
  if (number == EISDIR) code = Code::kInvalidInput;
  return {code, fmt::format("cannot {} {}: {}", what, path, std::strerror(number))};
}

Status write_all(int descriptor, ByteView bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return system_error("write", path);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

using Part = std::function<Result<Bytes>(std::size_t)>;

Status write_and_sync(const std::string& temporary, const Part& part, const std::string& path) {
  const Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (!file.open()) return system_error("write", path);
  for (std::size_t number = 0;; ++number) {
    ASSIGN_OR_RETURN(const Bytes bytes, part(number));
    if (bytes.empty()) break;
    TRY(write_all(file.number(), bytes, path));
  }
  if (::fsync(file.number()) != 0) return system_error("write", path);
  return {};
}

Status sync_folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened.open() || ::fsync(opened.number()) != 0) return system_error("write", folder);
  return {};
}

}  // namespace

Result<Bytes> read_file(const std::string& path, std::size_t bytes_max) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.open()) return system_error("read", path);
  struct stat facts {};
  if (::fstat(file.number(), &facts) != 0) return system_error("read", path);
  const Error too_large{Code::kTooLarge, fmt::format("{} is larger than the limit of {} bytes", path, bytes_max)};
  const bool regular = S_ISREG(facts.st_mode);
  if (regular && static_cast<std::size_t>(facts.st_size) > bytes_max) return too_large;

  Bytes bytes;
  if (regular) bytes.reserve(static_cast<std::size_t>(facts.st_size));
  std::uint8_t block[64 << 10];
  while (true) {
    const ssize_t got = ::read(file.number(), block, sizeof block);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error("read", path);
    if (got == 0) return bytes;
    if (bytes.size() + static_cast<std::size_t>(got) > bytes_max) return too_large;
    bytes.insert(bytes.end(), block, block + got);
  }
}

Status write_file(const std::string& path, ByteView bytes) {
  struct stat facts {};
  if (::stat(path.c_str(), &facts) == 0 && !S_ISREG(facts.st_mode)) {
    const Descriptor device(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (!device.open()) return system_error("write", path);
    return write_all(device.number(), bytes, path);
  }
  return write_file_in_parts(path, [bytes](std::size_t number) -> Result<Bytes> {
    return number == 0 ? Bytes(bytes.begin(), bytes.end()) : Bytes();
  });
}

Status write_file_in_parts(const std::string& path, const Part& part) {
  static std::atomic<unsigned> count{0};
  const std::string temporary = fmt::format("{}.{}-{}.new", path, ::getpid(), count++);
  Status status = write_and_sync(temporary, part, path);
  if (status.ok() && ::rename(temporary.c_str(), path.c_str()) != 0) status = system_error("write", path);
  if (!status.ok()) {
    ::unlink(temporary.c_str());
    return status;
  }
  return sync_folder_of(path);
}

Result<MappedFile> MappedFile::open(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.open()) return system_error("read", path);
  struct stat facts {};
  if (::fstat(file.number(), &facts) != 0) return system_error("read", path);
  if (!S_ISREG(facts.st_mode)) return {Code::kInvalidInput, fmt::format("{} is no file", path)};
  if (facts.st_size == 0) return MappedFile(ByteView());
  const auto size = static_cast<std::size_t>(facts.st_size);
  void* const start = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.number(), 0);
  if (start == MAP_FAILED) return system_error("read", path);
  return MappedFile({static_cast<const std::uint8_t*>(start), size});
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) ::munmap(const_cast<std::uint8_t*>(bytes_.data()), bytes_.size());
}

MappedFile::MappedFile(MappedFile&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}

}  // namespace puente
