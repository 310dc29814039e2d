// Texts in UTF-16, which are read nowhere here, told from bytes that only begin like one.
#pragma once
#include "core/bytes.h"

namespace puente {

// By its mark or without one: an even number of bytes, all of them letters that are printed, and some of these ASCII.
// Near-white pixels begin as the mark does.
bool is_utf16(ByteView bytes);

}  // namespace puente
