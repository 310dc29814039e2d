#include "core/fold.h"

#include <utility>

namespace puente {

namespace {

// A capital letter of Latin's further part, Greek or Cyrillic, two bytes of UTF-8: the small one without its accent,
// and what has none as it is. By the order of Unicode's tables.
char32_t small_of(char32_t c) {
  if (c >= 0x0100 && c <= 0x017f) {  // pairs, a capital before its small letter; the order turns at two places
    const bool odd_is_capital = (c >= 0x0139 && c <= 0x0148) || (c >= 0x0179 && c <= 0x017e);
    const bool is_capital = odd_is_capital ? c % 2 == 1 : c % 2 == 0;
    if (c == 0x0130 || c == 0x0131) return U'i';
    if (c == 0x0138 || c == 0x0149 || c == 0x017f || c == 0x0178) return c == 0x0178 ? U'y' : c;
    return is_capital ? c + 1 : c;
  }
  static constexpr std::pair<char32_t, char32_t> kGreek[] = {
      {0x0386, 0x03b1}, {0x0388, 0x03b5}, {0x0389, 0x03b7}, {0x038a, 0x03b9}, {0x038c, 0x03bf}, {0x038e, 0x03c5},
      {0x038f, 0x03c9}, {0x03ac, 0x03b1}, {0x03ad, 0x03b5}, {0x03ae, 0x03b7}, {0x03af, 0x03b9}, {0x03cc, 0x03bf},
      {0x03cd, 0x03c5}, {0x03ce, 0x03c9}, {0x03ca, 0x03b9}, {0x03cb, 0x03c5}, {0x03c2, 0x03c3}};  // the last at an end
  for (const auto& [written, plain] : kGreek)
    if (c == written) return plain;
  if (c >= 0x0391 && c <= 0x03a9) return c + 32;
  if (c >= 0x0410 && c <= 0x042f) c += 32;
  if (c >= 0x0400 && c <= 0x040f) c += 80;
  if (c == 0x0451 || c == 0x0450) return 0x0435;  // as passports and people write it
  if (c == 0x0439 || c == 0x045d) return 0x0438;
  return c;
}

// Of Latin's further part by its small letter: what stands below the accent, 0: a letter of its own.
char below_accent(char32_t c) {
  static constexpr std::string_view kBelow =
      "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii__jjkk_llllllllllnnnnnn___oooooo__"
      "rrrrrrssssssssttttttuuuuuuuuuuuu"
      "wwyyyzzzzzz_";  // of U+0100 to U+017F
  const char out = c >= 0x0100 && c <= 0x017f ? kBelow[c - 0x0100] : '_';
  return out == '_' ? '\0' : out;
}

}  // namespace

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
    } else if (byte >= 0xc4 && byte <= 0xd1 && next >= 0x80 && next <= 0xbf) {
      const char32_t small = small_of((char32_t{byte} & 0x1f) << 6 | (next & 0x3f));
      if (const char plain = below_accent(small); plain != '\0') {
        out += plain;
      } else if (small < 0x80) {
        out += static_cast<char>(small);
      } else {
        out += {static_cast<char>(0xc0 | small >> 6), static_cast<char>(0x80 | (small & 0x3f))};
      }
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
