// A string that a template takes: how the tables' notations reach the compiler.
#pragma once
#include <algorithm>
#include <cstddef>
#include <string_view>

namespace puente::format::itl {

template <std::size_t kSize>
struct Literal {
  char text[kSize]{};

  consteval Literal(const char (&from)[kSize]) { std::copy_n(from, kSize, text); }
  constexpr std::string_view view() const { return {text, kSize - 1}; }
};

// Declared, and nowhere defined: a constant expression that comes to it is none, and the compiler shows the words.
void wrong_in_a_table(const char* why);

// Where a word begins in a text; the text's size where it does not. As string_view's find, which g++ 12 cannot evaluate
// at compile time in a build with the undefined-behaviour sanitizer (GCC bug 71962).
constexpr std::size_t place_of(std::string_view text, std::string_view word) {
  for (std::size_t at = 0; at + word.size() <= text.size(); ++at) {
    std::size_t same = 0;
    while (same < word.size() && text[at + same] == word[same]) ++same;
    if (same == word.size()) return at;
  }
  return text.size();
}
constexpr bool holds(std::string_view text, std::string_view word) {
  return place_of(text, word) + word.size() <= text.size();
}
constexpr bool holds(std::string_view text, char letter) {
  return holds(text, std::string_view(&letter, 1));
}

// The part of `text` before a separator; text is what follows it.
constexpr std::string_view take_until(std::string_view& text, std::string_view separator) {
  const std::size_t end = place_of(text, separator);
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(end + separator.size(), text.size()));
  return part;
}

// Digits at the beginning of a text, as a number that they are taken off for; 0 where there are none.
constexpr long take_digits(std::string_view& text) {
  long value = 0;
  for (; !text.empty() && text[0] >= '0' && text[0] <= '9'; text.remove_prefix(1)) value = value * 10 + (text[0] - '0');
  return value;
}

}  // namespace puente::format::itl
