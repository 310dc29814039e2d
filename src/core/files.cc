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

Error system_error(const char* what, const std::string& path) {  // what could not be done, from errno
  const int number = errno;
  Code code = Code::kUnavailable;
  if (number == ENOENT || number == ENOTDIR) code = Code::kNotFound;
  if (number == ENOSPC || number == EDQUOT) code = Code::kStorageFull;
  if (number == EEXIST) code = Code::kAlreadyExists;
  if (number == EISDIR) code = Code::kInvalidInput;
  return {code, fmt::format("cannot {} {}: {}", what, path, std::strerror(number))};
}

Error reading_error(const std::string& path) {
  const bool forbidden = errno == EACCES;
  Error error = system_error("read", path);
  if (forbidden) error.code = Code::kInvalidInput;  // another day is no help
  return error;
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

mode_t mode_of(Readers readers) {
  return readers == Readers::kOwner ? 0600 : 0666;
}

// What takes a file's place is its owner's, and no easier to read than it was.
void take_rights_of(const struct stat& replaced, int descriptor, Readers readers) {
  [[maybe_unused]] const int given = ::fchown(descriptor, replaced.st_uid, replaced.st_gid);
  if (readers == Readers::kByUmask) ::fchmod(descriptor, replaced.st_mode & 0777);
}

Status write_and_sync(const std::string& temporary, const Part& part, const std::string& path, Readers readers) {
  const Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode_of(readers)));
  if (!file.open()) return system_error("write", path);
  struct stat replaced {};
  if (::stat(path.c_str(), &replaced) == 0) take_rights_of(replaced, file.number(), readers);
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

Status replace_file(const std::string& path, const Part& part, Readers readers) {
  static std::atomic<unsigned> count{0};
  const std::string temporary = fmt::format("{}.{}-{}.new", path, ::getpid(), count++);
  Status status = write_and_sync(temporary, part, path, readers);
  if (status.ok() && ::rename(temporary.c_str(), path.c_str()) != 0) status = system_error("write", path);
  if (!status.ok()) {
    ::unlink(temporary.c_str());
    return status;
  }
  return sync_folder_of(path);
}

// Of an open file, as long as it is.
Status overwrite(const Descriptor& file, const std::string& path) {
  struct stat facts {};
  if (::fstat(file.number(), &facts) != 0) return system_error("overwrite", path);
  const Bytes zeroes(64u << 10);
  for (auto left = static_cast<std::size_t>(facts.st_size); left > 0;) {
    const std::size_t count = std::min(left, zeroes.size());
    TRY(write_all(file.number(), ByteView(zeroes).first(count), path));
    left -= count;
  }
  if (::fsync(file.number()) != 0) return system_error("overwrite", path);
  return {};
}

}  // namespace

Result<Bytes> read_file(const std::string& path, std::size_t bytes_max) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.open()) return reading_error(path);
  struct stat facts {};
  if (::fstat(file.number(), &facts) != 0) return reading_error(path);
  const Error too_large{Code::kTooLarge, fmt::format("{} is larger than the limit of {} bytes", path, bytes_max)};
  const bool regular = S_ISREG(facts.st_mode);
  if (regular && static_cast<std::size_t>(facts.st_size) > bytes_max) return too_large;

  Bytes bytes;
  if (regular) bytes.reserve(static_cast<std::size_t>(facts.st_size));
  std::uint8_t block[64 << 10];
  while (true) {
    const ssize_t got = ::read(file.number(), block, sizeof block);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return reading_error(path);
    if (got == 0) return bytes;
    if (bytes.size() + static_cast<std::size_t>(got) > bytes_max) return too_large;
    bytes.insert(bytes.end(), block, block + got);
  }
}

Status write_file(const std::string& path, ByteView bytes, Readers readers) {
  struct stat facts {};
  if (::stat(path.c_str(), &facts) == 0 && !S_ISREG(facts.st_mode)) {
    const Descriptor device(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (!device.open()) return system_error("write", path);
    return write_all(device.number(), bytes, path);
  }
  const Part whole = [bytes](std::size_t number) -> Result<Bytes> {
    return number == 0 ? Bytes(bytes.begin(), bytes.end()) : Bytes();
  };
  return replace_file(path, whole, readers);
}

Status write_file_in_parts(const std::string& path, const Part& part) {
  return replace_file(path, part, Readers::kByUmask);
}

Status create_file(const std::string& path, ByteView bytes, Readers readers) {
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode_of(readers)));
  if (!file.open()) return system_error("write", path);
  Status status = write_all(file.number(), bytes, path);
  if (status.ok() && ::fsync(file.number()) != 0) status = system_error("write", path);
  if (!status.ok()) {
    ::unlink(path.c_str());  // ours, and a half
    return status;
  }
  return sync_folder_of(path);
}

Status write_secret_file(const std::string& path, ByteView bytes) {
  const Descriptor before(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW));
  TRY(replace_file(
      path,
      [bytes](std::size_t number) -> Result<Bytes> {
        return number == 0 ? Bytes(bytes.begin(), bytes.end()) : Bytes();
      },
      Readers::kOwner));
  struct stat facts {};
  const bool ours = before.open() && ::fstat(before.number(), &facts) == 0 && S_ISREG(facts.st_mode);
  return ours && facts.st_nlink == 0 ? overwrite(before, path) : Status();
}

Status destroy_file(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file.open()) return errno == ENOENT ? Status() : Status(system_error("delete", path));
  TRY(overwrite(file, path));
  if (::unlink(path.c_str()) != 0) return system_error("delete", path);
  return sync_folder_of(path);
}

Result<MappedFile> MappedFile::open(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.open()) return reading_error(path);
  struct stat facts {};
  if (::fstat(file.number(), &facts) != 0) return reading_error(path);
  if (!S_ISREG(facts.st_mode)) return {Code::kInvalidInput, fmt::format("{} is no file", path)};
  if (facts.st_size == 0) return MappedFile(ByteView());
  const auto size = static_cast<std::size_t>(facts.st_size);
  void* const start = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.number(), 0);
  if (start == MAP_FAILED) return reading_error(path);
  return MappedFile({static_cast<const std::uint8_t*>(start), size});
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) ::munmap(const_cast<std::uint8_t*>(bytes_.data()), bytes_.size());
}

MappedFile::MappedFile(MappedFile&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}

}  // namespace puente
