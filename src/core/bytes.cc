#include "core/bytes.h"

#include <sodium.h>

#include <algorithm>

namespace puente {

std::size_t utf8_letter(std::string_view text) {
  const auto byte = [&](std::size_t at) { return at < text.size() ? static_cast<unsigned char>(text[at]) : 0u; };
  const unsigned first = byte(0), second = byte(1);
  if (text.empty() || (first >= 0x80 && first < 0xc2) || first > 0xf4) return 0;
  const std::size_t size = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  // spelt longer than need be, a surrogate, beyond U+10FFFF
  if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second >= 0xa0) || (first == 0xf0 && second < 0x90) ||
      (first == 0xf4 && second >= 0x90)) {
    return 0;
  }
  return size;
}

std::string to_hex(ByteView bytes) {
  std::string out(bytes.size() * 2 + 1, '\0');
  sodium_bin2hex(out.data(), out.size(), bytes.data(), bytes.size());
  out.pop_back();
  return out;
}

Result<Bytes> from_hex(std::string_view text) {
  if (text.empty()) return Bytes();  // libsodium must not be given a null pointer
  Bytes out(text.size() / 2);
  std::size_t size = 0;
  const char* end = nullptr;
  if (text.size() % 2 != 0 ||
      sodium_hex2bin(out.data(), out.size(), text.data(), text.size(), nullptr, &size, &end) != 0 ||
      end != text.data() + text.size() || size != out.size()) {
    return Error{Code::kInvalidInput, "not a hexadecimal string"};
  }
  return out;
}

std::string to_base64(ByteView bytes) {
  std::string out(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(out.data(), out.size(), bytes.data(), bytes.size(), sodium_base64_VARIANT_ORIGINAL);
  out.pop_back();
  return out;
}

Result<Bytes> from_base64(std::string_view text) {
  const auto is_ascii = [](char c) { return (c & 0x80) == 0; };  // libsodium 1.0.18 takes all others for letters
  if (!std::all_of(text.begin(), text.end(), is_ascii)) return Error{Code::kInvalidInput, "not a base64 string"};
  Bytes out(text.size() / 4 * 3 + 3);
  std::size_t size = 0;
  const char* end = nullptr;
  if (sodium_base642bin(out.data(), out.size(), text.data(), text.size(), nullptr, &size, &end,
                        sodium_base64_VARIANT_ORIGINAL) != 0 ||
      end != text.data() + text.size()) {
    return Error{Code::kInvalidInput, "not a base64 string"};
  }
  out.resize(size);
  return out;
}

ByteView ByteReader::raw(std::size_t size) {
  if (!ok_ || size > bytes_.size()) {
    ok_ = false;
    bytes_ = {};
    return {};
  }
  ByteView out = bytes_.first(size);
  bytes_ = bytes_.subspan(size);
  return out;
}

std::uint64_t ByteReader::number(std::size_t size) {
  std::uint64_t value = 0;
  for (std::uint8_t byte : raw(size)) value = value << 8 | byte;
  return value;
}

}  // namespace puente
