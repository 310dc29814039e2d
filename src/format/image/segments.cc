#include "format/image/segments.h"

#include <algorithm>

namespace puente::format {

std::optional<Found> next_marker(ByteView bytes, std::size_t at) {
  while (at < bytes.size()) {
    if (bytes[at] != 0xff) {
      ++at;
      continue;
    }
    Found found{.begin = at};
    while (at < bytes.size() && bytes[at] == 0xff) ++at;
    if (at == bytes.size()) break;
    found.marker = bytes[at++];
    found.end = at;
    if (found.marker != 0) return found;
  }
  return std::nullopt;
}

std::optional<ByteView> segment_at(ByteView bytes, std::size_t at) {
  ByteReader in(bytes.subspan(at));
  const std::size_t length = in.u16();
  const ByteView segment = in.raw(std::max<std::size_t>(length, 2) - 2);
  if (!in.ok() || length < 2) return std::nullopt;
  return segment;
}

std::size_t past_values(ByteView bytes, std::size_t at, bool (*ends)(int marker)) {
  while (const auto found = next_marker(bytes, at)) {
    if (ends(found->marker)) return found->begin;
    at = found->end;
  }
  return bytes.size();
}

std::optional<Chunk> next_chunk(ByteReader& in) {
  if (in.left() < 12) return std::nullopt;
  Chunk chunk;
  const std::size_t length = in.u32();
  chunk.type = text(in.raw(4));
  if (chunk.type == "IEND") {
    chunk.checksum = in.raw(4);
    return chunk;
  }
  if (length > in.left() || in.left() - length < 4) return std::nullopt;
  chunk.contents = in.raw(length);
  chunk.checksum = in.raw(4);
  return chunk;
}

}  // namespace puente::format
