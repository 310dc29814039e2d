// Whole files in and out. The only file access that modules share; what must survive a crash is written with
// write_file.
#pragma once
#include <cstddef>
#include <functional>
#include <string>

#include "core/bytes.h"
#include "core/result.h"

namespace puente {

// All bytes of a file (or pipe). kNotFound when it is not there, kTooLarge over bytes_max (never reads further than
// that), kInvalidInput for a folder, kUnavailable for what the system refuses. Any thread.
Result<Bytes> read_file(const std::string& path, std::size_t bytes_max);

enum class Readers {
  kByUmask,  // of a file that is new; one that is replaced keeps its rights
  kOwner,    // secrets and biometrics: 0600, from the first byte on
};

// Replaces path by exactly these bytes or leaves it as it was: a temporary file beside it, fsync, rename, fsync of the
// folder. The owner of what is replaced stays the owner, where the system lets us. A device or pipe is simply written
// to. kStorageFull when the disk is full. Any thread.
Status write_file(const std::string& path, ByteView bytes, Readers readers = Readers::kByUmask);

// Makes a file. kAlreadyExists when there is anything of that name, be it a link to nowhere: then nothing is changed.
Status create_file(const std::string& path, ByteView bytes, Readers readers = Readers::kByUmask);

// The same for what nobody else may read: for its owner alone from its first byte, and what it replaces is overwritten
// with zeroes before its blocks go back (not when the old file has another name as well: a copy that somebody keeps).
Status write_secret_file(const std::string& path, ByteView bytes);

// Overwrites a file with zeroes, syncs and deletes it. No error when it is not there. What that cannot promise (flash,
// copy-on-write file systems): docs/operations.md.
Status destroy_file(const std::string& path);

// The same for a file that is made piece by piece: part(0), part(1), … until an empty one. Stops at the first error.
Status write_file_in_parts(const std::string& path, const std::function<Result<Bytes>(std::size_t)>& part);

// A file's bytes as they lie in the system's cache, read when touched; for files that are only ever replaced whole (a
// file cut short under it ends the program). Errors as read_file.
class MappedFile {
 public:
  static Result<MappedFile> open(const std::string& path);
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&&) = delete;
  ByteView bytes() const { return bytes_; }

 private:
  explicit MappedFile(ByteView bytes) : bytes_(bytes) {}
  ByteView bytes_;
};

}  // namespace puente
