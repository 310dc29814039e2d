#include "core/finger_position.h"

#include <utility>

namespace puente {
namespace {
constexpr std::pair<FingerPosition, const char*> kNames[] = {
    {FingerPosition::kUnknown, "UNKNOWN"},
    {FingerPosition::kRightThumb, "RIGHT_THUMB"},
    {FingerPosition::kRightIndex, "RIGHT_INDEX"},
    {FingerPosition::kRightMiddle, "RIGHT_MIDDLE"},
    {FingerPosition::kRightRing, "RIGHT_RING"},
    {FingerPosition::kRightLittle, "RIGHT_LITTLE"},
    {FingerPosition::kLeftThumb, "LEFT_THUMB"},
    {FingerPosition::kLeftIndex, "LEFT_INDEX"},
    {FingerPosition::kLeftMiddle, "LEFT_MIDDLE"},
    {FingerPosition::kLeftRing, "LEFT_RING"},
    {FingerPosition::kLeftLittle, "LEFT_LITTLE"},
    {FingerPosition::kPlainRightFour, "PLAIN_RIGHT_FOUR_FINGERS"},
    {FingerPosition::kPlainLeftFour, "PLAIN_LEFT_FOUR_FINGERS"},
    {FingerPosition::kPlainThumbs, "PLAIN_THUMBS"}};
}

bool is_slap(FingerPosition position) {
  return position >= FingerPosition::kPlainRightFour && position <= FingerPosition::kPlainThumbs;
}

const char* to_string(FingerPosition position) {
  for (const auto& [each, name] : kNames) {
    if (each == position) return name;
  }
  return "UNKNOWN";
}

Result<FingerPosition> parse_finger_position(std::string_view name) {
  for (const auto& [each, known] : kNames) {
    if (name == known || name == std::to_string(static_cast<int>(each))) return each;
  }
  return Error{
      Code::kInvalidInput,
      "unknown finger position: use a name such as RIGHT_INDEX or PLAIN_THUMBS, or its number, 0 to 10 or 13 to 15"};
}

}  // namespace puente
