#include "cli/words.h"

#include <cstdlib>
#include <optional>
#include <span>
#include <vector>

#include "cli/spanish_alarms.h"
#include "cli/spanish_errors.h"
#include "cli/spanish_help.h"
#include "cli/spanish_searches.h"
#include "cli/spanish_sign_in.h"

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

// What was put in stays as it is: files, names and commands to be typed. But for what stands at a {word}, and for what
// follows a colon at the end, which is another sentence.
std::string filled(const Translation& both, const std::vector<std::string_view>& parts) {
  constexpr std::string_view kVerbatim = "{}", kWord = "{word}";
  const bool ends_with_a_sentence = std::string_view(both.english).ends_with(": {}");
  std::string_view pattern = both.spanish;
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::size_t hole = pattern.find('{');
    const bool is_word = pattern.substr(hole).starts_with(kWord);
    const bool translated = is_word || (i + 1 == parts.size() && ends_with_a_sentence);
    out += std::string(pattern.substr(0, hole)) + (translated ? in_language(parts[i]) : std::string(parts[i]));
    pattern.remove_prefix(hole + (is_word ? kWord : kVerbatim).size());
  }
  return out + std::string(pattern);
}

bool begins_with_a_hole(const Translation& each) {
  return std::string_view(each.english).starts_with("{}");
}

// Too little besides its holes, and it would be found in anything.
bool is_telling(const Translation& each) {
  constexpr std::size_t kLetters = 10;
  std::string_view rest = each.english;
  std::size_t letters = rest.size();
  for (std::size_t hole; (hole = rest.find("{}")) != std::string_view::npos; rest.remove_prefix(hole + 2)) letters -= 2;
  return letters >= kLetters;
}

constexpr std::span<const Translation> kParts[] = {kCatalogue, kHelp, kErrors, kAlarms, kSearches, kSignIns};

std::optional<std::string> found(std::string_view english) {
  for (const auto part : kParts)
    for (const Translation& each : part)
      if (english == each.english) return each.spanish;
  for (const bool with_a_hole : {false, true}) {  // these last: they fit more
    for (const auto part : kParts) {
      for (const Translation& each : part) {
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
  if (const std::size_t see = english.rfind("; see "); see != std::string_view::npos)  // where there is more
    return in_language(english.substr(0, see)) + "; " + in_language(english.substr(see + 2));
  const std::size_t colon = english.find(": "), semicolon = english.find("; ");
  if (colon < semicolon) {
    const std::string_view before = english.substr(0, colon);  // a word alone is a file's or a member's name
    const bool is_sentence = before.find(' ') != std::string_view::npos;
    return (is_sentence ? in_language(before) : std::string(before)) + ": " + in_language(english.substr(colon + 2));
  }
  if (semicolon != std::string_view::npos)
    return in_language(english.substr(0, semicolon)) + "; " + in_language(english.substr(semicolon + 2));
  for (const std::string_view place : {" line ", " item "}) {  // "people.csv line 3"
    const std::size_t at = english.rfind(place);
    if (at == std::string_view::npos) continue;
    const std::string_view number = english.substr(at + place.size());
    if (!number.empty() && number.find_first_not_of("0123456789") == std::string_view::npos)
      return std::string(english.substr(0, at)) + in_language(english.substr(at));
  }
  return std::string(english);
}

bool is_in_catalogue(std::string_view english) {
  return found(english).has_value();
}

}  // namespace puente::cli
