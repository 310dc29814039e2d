// One of a closed list by its name, where values count from 0 and to_string names each.
#pragma once
#include <string>
#include <string_view>

#include "core/result.h"

namespace puente {

template <typename Enum>
Result<Enum> parse_named(std::string_view name, std::string_view what, int count) {
  std::string known;
  for (int i = 0; i < count; ++i) {
    const auto each = static_cast<Enum>(i);
    if (name == to_string(each)) return each;
    known += std::string(known.empty() ? "" : ", ") + to_string(each);
  }
  return Error{Code::kInvalidInput, "unknown " + std::string(what) + ": use one of " + known};
}

}  // namespace puente
