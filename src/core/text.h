// Text that machines write: numbers in decimal, lists with a separator. std::from_chars alone is happy with "12abc".
#pragma once
#include <charconv>
#include <optional>
#include <string_view>
#include <vector>

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

}  // namespace puente
