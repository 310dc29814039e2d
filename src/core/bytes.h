// Bytes and their spellings: hex, base64, big-endian numbers. Readers are bounded: past the end is an error, never a
// read.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace puente {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

inline ByteView view(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline Bytes to_bytes(std::string_view text) {
  return {text.begin(), text.end()};
}

// How many bytes the letter has that text begins with in UTF-8 (RFC 3629), 1 to 4; 0 when it begins with none.
std::size_t utf8_letter(std::string_view text);

std::string to_hex(ByteView bytes);
Result<Bytes> from_hex(std::string_view text);
std::string to_base64(ByteView bytes);             // standard alphabet, padded
Result<Bytes> from_base64(std::string_view text);  // strict: no white space, canonical padding

// Writes big-endian numbers and counted byte strings.
class ByteWriter {
 public:
  ByteWriter& u8(std::uint8_t value) {
    out_.push_back(value);
    return *this;
  }
  ByteWriter& u16(std::uint16_t value) { return number(value, 2); }
  ByteWriter& u32(std::uint32_t value) { return number(value, 4); }
  ByteWriter& u64(std::uint64_t value) { return number(value, 8); }
  ByteWriter& raw(ByteView bytes) {
    out_.insert(out_.end(), bytes.begin(), bytes.end());
    return *this;
  }
  ByteWriter& counted(ByteView bytes) { return u32(static_cast<std::uint32_t>(bytes.size())).raw(bytes); }
  Bytes take() { return std::move(out_); }

 private:
  ByteWriter& number(std::uint64_t value, int size) {
    for (int shift = 8 * (size - 1); shift >= 0; shift -= 8) out_.push_back(static_cast<std::uint8_t>(value >> shift));
    return *this;
  }
  Bytes out_;
};

// Reads what ByteWriter wrote. After any read past the end, ok() is false and every further read gives zero or nothing.
class ByteReader {
 public:
  explicit ByteReader(ByteView bytes) : bytes_(bytes) {}
  std::uint8_t u8() { return static_cast<std::uint8_t>(number(1)); }
  std::uint16_t u16() { return static_cast<std::uint16_t>(number(2)); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
  std::uint64_t u64() { return number(8); }
  ByteView raw(std::size_t size);
  ByteView counted() { return raw(u32()); }
  bool ok() const { return ok_; }
  bool done() const { return ok_ && bytes_.empty(); }  // all read, nothing left over
  std::size_t left() const { return bytes_.size(); }

 private:
  std::uint64_t number(std::size_t size);
  ByteView bytes_;
  bool ok_ = true;
};

}  // namespace puente
