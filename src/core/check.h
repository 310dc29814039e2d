// CHECK: our own bugs stop the program, in release as well. Never for bad input: that is a Result.
#pragma once

namespace puente {
[[noreturn]] void check_failed(const char* condition, const char* file, int line);
}

#define CHECK(condition) \
  (static_cast<bool>(condition) ? static_cast<void>(0) : ::puente::check_failed(#condition, __FILE__, __LINE__))
