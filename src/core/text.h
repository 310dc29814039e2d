// Text that machines write: numbers in decimal, lists with a separator, letters; and what an error is about.
// std::from_chars alone is happy with "12abc".
#pragma once
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.h"
#include "core/result.h"

namespace puente {

// The whole of text as a number that T can hold; of an unsigned T digits alone, of a signed one perhaps a minus first.
template <typename T>
std::optional<T> to_number(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// What stands between the separators: one part more than these, parts may be empty.
inline std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t at; (at = text.find(separator)) != std::string_view::npos; text.remove_prefix(at + 1))
    parts.push_back(text.substr(0, at));
  parts.push_back(text);
  return parts;
}

inline bool is_blank(char c) {  // as C's isspace, of whatever locale
  return c == ' ' || (c >= '\t' && c <= '\r');
}

inline bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t size = utf8_letter(text);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

// What is_id (core/person.h) takes, for whoever gave something else.
inline constexpr char kIdInWords[] = "1 to 64 of letters, digits and . _ : -";

inline std::string_view without_white_end(std::string_view text) {  // of a key or token in a file of its own
  return text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
}

// The result, or its error with what it is about before the message: "agreement.json: …".
template <typename T>
Result<T> about(std::string_view what, Result<T> result) {
  if (result.ok()) return result;
  return Error{result.error().code, std::string(what) + ": " + result.error().message, result.error().reasons};
}

}  // namespace puente
