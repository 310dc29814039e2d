#include "core/utf16.h"

#include <algorithm>
#include <cstdint>

namespace puente {
namespace {

// Neither a control character, nor one of private use, nor none at all.
bool is_printed(std::uint32_t letter) {
  if (letter < 0x20) return letter == '\t' || letter == '\n' || letter == '\r';
  if (letter >= 0x7f && letter < 0xa0) return false;
  return !(letter >= 0xe000 && letter < 0xf900) && !(letter >= 0xfdd0 && letter < 0xfdf0) && letter < 0xfff0;
}

}  // namespace

bool is_utf16(ByteView bytes) {
  if (bytes.size() < 4 || bytes.size() % 2 != 0) return false;
  const bool marked =
      bytes[0] + bytes[1] == 0xff + 0xfe && bytes[0] != bytes[1] && std::min(bytes[0], bytes[1]) == 0xfe;
  const bool little = marked ? bytes[0] == 0xff : bytes[1] == 0;
  std::size_t letters = 0, ascii = 0;
  std::uint32_t high = 0;  // the first of a pair
  for (std::size_t i = marked ? 2 : 0; i < bytes.size(); i += 2) {
    const std::uint32_t unit = little ? bytes[i] | bytes[i + 1] << 8 : bytes[i] << 8 | bytes[i + 1];
    const bool is_high = unit >= 0xd800 && unit < 0xdc00, is_low = unit >= 0xdc00 && unit < 0xe000;
    if (is_low != (high != 0)) return false;
    high = is_high ? unit : 0;
    if (!is_high && !is_low && !is_printed(unit)) return false;
    ++letters;
    ascii += unit < 0x7f;
  }
  // Blanks and digits at least; where no mark says so, chance must not write it.
  return ascii * (marked ? 16 : 2) >= letters;
}

}  // namespace puente
