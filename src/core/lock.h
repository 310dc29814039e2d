// A lock on a file or folder that one process holds at a time (flock). It ends with its owner, and with the process,
// however that ends.
#pragma once
#include <chrono>
#include <string>
#include <utility>

#include "core/result.h"

namespace puente {

class Lock {
 public:
  enum class Of { kFolder, kFile };  // a file is made where there is none
  // Whoever holds it is waited for so long. kConflict: then it is still held, and the message says by which process, as
  // far as the system tells; kNotFound; kStorageFull; kUnavailable. Any thread.
  static Result<Lock> take(const std::string& path, Of what, std::chrono::milliseconds patience);
  Lock() = default;  // of nothing
  Lock(Lock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  Lock& operator=(Lock&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~Lock();

 private:
  explicit Lock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_ = -1;
};

}  // namespace puente
