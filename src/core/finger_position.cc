#include "core/finger_position.h"

namespace puente {
namespace {
constexpr const char* kNames[] = {"UNKNOWN",     "RIGHT_THUMB",  "RIGHT_INDEX", "RIGHT_MIDDLE",
                                  "RIGHT_RING",  "RIGHT_LITTLE", "LEFT_THUMB",  "LEFT_INDEX",
                                  "LEFT_MIDDLE", "LEFT_RING",    "LEFT_LITTLE"};
}

const char* to_string(FingerPosition position) {
  return kNames[static_cast<int>(position)];
}

Result<FingerPosition> parse_finger_position(std::string_view name) {
  for (int code = 0; code <= 10; ++code) {
    if (name == kNames[code] || name == std::to_string(code)) return static_cast<FingerPosition>(code);
  }
  return Error{Code::kInvalidInput, "unknown finger position: use a name such as RIGHT_INDEX or a number from 0 to 10"};
}

}  // namespace puente
