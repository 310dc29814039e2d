// How much memory a reader of foreign bytes holds at its worst, against what it may: a bound of its own and forty bytes
// a byte read (pixels are bounded apart). For fuzz targets alone: it counts through the sanitizer's hooks.
// One at a time, on one thread.
#pragma once
#include <sanitizer/allocator_interface.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "core/check.h"

namespace puente {

class FuzzMemory {
 public:
  // Counts from here to check().
  explicit FuzzMemory(std::size_t input) : allowed_(static_cast<std::int64_t>(kFixed + kPerByte * input)) {
    static const bool installed = __sanitizer_install_malloc_and_free_hooks(&note_taken, &note_given_back) != 0;
    CHECK(installed);
    held_ = peak_ = 0;
  }
  void check() const { CHECK(peak_ <= allowed_); }

 private:
  // An eighth of what a reader is promised to keep to, so that small inputs find what large ones would exceed.
  static constexpr std::size_t kFixed = std::size_t{8} << 20;
  static constexpr std::size_t kPerByte = 40;

  static void note_taken(const volatile void*, std::size_t size) {
    held_ += static_cast<std::int64_t>(size);
    peak_ = std::max(peak_, held_);
  }
  static void note_given_back(const volatile void* place) {
    if (place != nullptr)
      held_ -= static_cast<std::int64_t>(__sanitizer_get_allocated_size(const_cast<const void*>(place)));
  }

  static inline std::int64_t held_ = 0;
  static inline std::int64_t peak_ = 0;
  std::int64_t allowed_;
};

}  // namespace puente
