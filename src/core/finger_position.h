// Finger positions by ANSI/NIST-ITL FGP code (1–10; 0 unknown; 13–15 several fingers at once), named as OSIA names
// them. Templates, candidates and the gallery know single fingers only.
#pragma once
#include <string_view>

#include "core/result.h"

namespace puente {

enum class FingerPosition : unsigned char {  // the numbers are stored and on the wire
  kUnknown = 0,
  kRightThumb = 1,
  kRightIndex = 2,
  kRightMiddle = 3,
  kRightRing = 4,
  kRightLittle = 5,
  kLeftThumb = 6,
  kLeftIndex = 7,
  kLeftMiddle = 8,
  kLeftRing = 9,
  kLeftLittle = 10,
  kPlainRightFour = 13,  // slaps: index to little finger of one hand, or both thumbs
  kPlainLeftFour = 14,
  kPlainThumbs = 15,
};
bool is_slap(FingerPosition position);
const char* to_string(FingerPosition position);                       // "RIGHT_THUMB", … "UNKNOWN"
Result<FingerPosition> parse_finger_position(std::string_view name);  // OSIA's name, or the number

}  // namespace puente
