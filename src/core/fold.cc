#include "core/fold.h"

#include <utility>

namespace puente {

std::string folded(std::string_view word) {
  static constexpr std::string_view kPlain = "aaaaaaaceeeeiiiidnooooo_ouuuuyts";  // of U+00C0 to U+00DF, and 32 on
  std::string out;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const auto byte = static_cast<unsigned char>(word[i]);
    const auto next = i + 1 < word.size() ? static_cast<unsigned char>(word[i + 1]) : 0;
    const bool combines = (byte == 0xcc && next >= 0x80) || (byte == 0xcd && next >= 0x80 && next <= 0xaf);
    if (byte == 0xc3 && next >= 0x80) {
      out += kPlain[(next - 0x80) % 32];
      ++i;
    } else if (combines) {  // an accent of its own, behind its letter
      ++i;
    } else {
      out += byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : word[i];
    }
  }
  return out;
}

std::set<std::string> folded_words(std::string_view text) {
  const auto is_of_a_word = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (static_cast<unsigned char>(c) & 0x80) != 0;
  };
  std::set<std::string> out;
  std::string word;
  for (const char c : folded(text) + " ") {
    if (is_of_a_word(c)) word += c;
    if (!is_of_a_word(c) && !word.empty()) out.insert(std::exchange(word, {}));
  }
  return out;
}

}  // namespace puente
