// Inside format/: what a JPEG 2000 file says before a sample is decoded (ISO/IEC 15444-1, annexes A and I). The library
// that decodes takes a header at its word, and a hundred bytes may ask for gigabytes and minutes.
#pragma once
#include <cstddef>
#include <optional>
#include <string_view>

#include "core/bytes.h"
#include "core/result.h"

namespace puente::format::jpeg2000 {

inline constexpr int kComponentsMax = 4, kBitsMax = 16;

struct Box {
  std::string_view type;
  ByteView contents;
  std::size_t size = 0;  // with its header; a box that runs beyond the file ends with it
};
std::optional<Box> first_box(ByteView boxes);
// The first box of that type among those that lie side by side.
std::optional<Box> find_box(ByteView boxes, std::string_view type);

// Of a JP2 file its codestream box's contents, of a bare codestream all. Empty: it has none.
ByteView codestream_of(ByteView file);

// The part of a codestream that is to be decoded. Whole but for its last marker, it passes: some writers leave it out.
struct Codestream {
  ByteView bytes;
  bool ended = false;
};
// Walks all markers. kInvalidInput: damaged, a tile or a part of one is missing. kTooLarge: over a limit of
// core/limits.h, or it asks for more work than its size and its pixels can explain. kUnsupported: more or deeper
// components than we read, markers of the standard's other parts.
Result<Codestream> check_codestream(ByteView codestream);

// The same for the palettes of a JP2 file: each makes so many components out of one.
Status check_palettes(ByteView file);

}  // namespace puente::format::jpeg2000
