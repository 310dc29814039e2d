// Whole files in and out. The only file access that modules share; what must survive a crash is written with
// write_file.
#pragma once
#include <cstddef>
#include <string>

#include "core/bytes.h"
#include "core/result.h"

namespace puente {

// All bytes of a file (or pipe). kNotFound when it is not there, kTooLarge over bytes_max (never reads further than
// that), kInvalidInput for a folder, kUnavailable for what the system refuses. Any thread.
Result<Bytes> read_file(const std::string& path, std::size_t bytes_max);

// Replaces path by exactly these bytes or leaves it as it was: a temporary file beside it, fsync, rename, fsync of the
// folder. A device or pipe (/dev/stdout) is simply written to. kStorageFull when the disk is full. Any thread.
Status write_file(const std::string& path, ByteView bytes);

}  // namespace puente
