// Inside format/: markers, segments of a stated length and coded values up to the next marker, as JPEG and WSQ have
// them (ITU-T T.81, annex B; IAFIS-IC-0110), and the chunks of a PNG file. Bounded; pure functions.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/bytes.h"

namespace puente::format {

struct Found {
  std::uint8_t marker = 0;
  std::size_t begin = 0, end = 0;  // of its bytes, those that fill before it among them
};
// The next marker among coded values: bytes 0xff with a zero behind are values.
std::optional<Found> next_marker(ByteView bytes, std::size_t at);

// The segment behind a marker, its length not in it.
std::optional<ByteView> segment_at(ByteView bytes, std::size_t at);

// Where coded values end: the first marker that ends them (restarts do not, nor what else a decoder passes over), or
// the file's end.
std::size_t past_values(ByteView bytes, std::size_t at, bool (*ends)(int marker));

inline constexpr int kJpegEnd = 0xd9, kJpegScan = 0xda;
inline bool is_jpeg_restart(int marker) {
  return marker >= 0xd0 && marker <= 0xd7;
}
inline bool ends_jpeg_values(int marker) {
  return marker >= 0xc0 && !is_jpeg_restart(marker);
}

struct Chunk {
  std::string_view type;
  ByteView contents, checksum;
};
// The chunk of a PNG file that the reader stands at; nullopt: none that is whole. IEND counts however it goes on.
std::optional<Chunk> next_chunk(ByteReader& in);

}  // namespace puente::format
