#include "cli/words.h"

#include <cstdlib>
#include <optional>
#include <span>
#include <vector>

#include "cli/spanish_errors.h"

namespace puente::cli {
namespace {

Language current = Language::kEnglish;

// What stands at each {} of a pattern; nullopt: the text is another one.
std::optional<std::vector<std::string_view>> match(std::string_view pattern, std::string_view text) {
  std::vector<std::string_view> parts;
  for (std::size_t hole; (hole = pattern.find("{}")) != std::string_view::npos;) {
    const std::string_view before = pattern.substr(0, hole);
    if (!text.starts_with(before)) return std::nullopt;
    text.remove_prefix(before.size());
    pattern.remove_prefix(hole + 2);
    const std::string_view after = pattern.substr(0, pattern.find("{}"));
    const std::size_t end = after.empty() ? text.size() : text.find(after);
    if (end == std::string_view::npos) return std::nullopt;
    parts.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  if (pattern != text) return std::nullopt;
  return parts;
}

// What was put in stays as it is: files, names and commands to be typed. But for what follows a colon at the end, which
// is another sentence, for roles and what they may do, and for what a file is or lacks.
std::string filled(const Translation& both, const std::vector<std::string_view>& parts) {
  const std::string_view english = both.english;
  const auto begins = [&](const char* words) { return english.starts_with(words); };
  const bool of_words = begins("the role of ") || begins("it looks like ") || begins("no finger, face or iris in ");
  std::string_view pattern = both.spanish;
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const bool sentence = of_words || (i + 1 == parts.size() && english.ends_with(": {}"));
    const std::size_t hole = pattern.find("{}");
    out += std::string(pattern.substr(0, hole)) + (sentence ? in_language(parts[i]) : std::string(parts[i]));
    pattern.remove_prefix(hole + 2);
  }
  return out + std::string(pattern);
}

bool begins_with_a_hole(const Translation& each) {
  return std::string_view(each.english).starts_with("{}");
}

// Too little besides its holes, and it would be found in anything.
bool is_telling(const Translation& each) {
  constexpr std::size_t kLetters = 12;
  std::string_view rest = each.english;
  std::size_t letters = rest.size();
  for (std::size_t hole; (hole = rest.find("{}")) != std::string_view::npos; rest.remove_prefix(hole + 2)) letters -= 2;
  return letters >= kLetters;
}

constexpr std::span<const Translation> kHalves[] = {kCatalogue, kErrors};

std::optional<std::string> found(std::string_view english) {
  for (const auto half : kHalves)
    for (const Translation& each : half)
      if (english == each.english) return each.spanish;
  for (const bool with_a_hole : {false, true}) {  // these last: they fit more
    for (const auto half : kHalves) {
      for (const Translation& each : half) {
        if (begins_with_a_hole(each) != with_a_hole || (with_a_hole && !is_telling(each))) continue;
        if (const auto parts = match(each.english, english)) return filled(each, *parts);
      }
    }
  }
  return std::nullopt;
}

}  // namespace

Language language_of(std::string_view wanted) {
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    if (!wanted.empty()) break;
    if (const char* value = std::getenv(name)) wanted = value;
  }
  const bool spanish =
      wanted == "es" || wanted.starts_with("es_") || wanted.starts_with("es.") || wanted.starts_with("es-");
  return spanish ? Language::kSpanish : Language::kEnglish;
}

void use_language(Language wanted) {
  current = wanted;
}

Language language() {
  return current;
}

std::string in_language(std::string_view english) {
  if (current == Language::kEnglish) return std::string(english);
  if (const auto whole = found(english)) return *whole;
  const std::size_t colon = english.find(": "), semicolon = english.find("; ");
  if (colon < semicolon) {
    const std::string_view before = english.substr(0, colon);  // a word alone is a file's or a member's name
    const bool is_sentence = before.find(' ') != std::string_view::npos;
    return (is_sentence ? in_language(before) : std::string(before)) + ": " + in_language(english.substr(colon + 2));
  }
  if (semicolon != std::string_view::npos)
    return in_language(english.substr(0, semicolon)) + "; " + in_language(english.substr(semicolon + 2));
  return std::string(english);
}

bool is_in_catalogue(std::string_view english) {
  for (const auto half : kHalves)
    for (const Translation& each : half)
      if (english == each.english) return true;
  return false;
}

}  // namespace puente::cli
