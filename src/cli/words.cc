#include "cli/words.h"

#include <cstdlib>
#include <optional>
#include <vector>

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

std::string filled(std::string_view pattern, const std::vector<std::string_view>& parts) {
  std::string out;
  for (const std::string_view part : parts) {
    const std::size_t hole = pattern.find("{}");
    out += std::string(pattern.substr(0, hole)) + in_language(part);
    pattern.remove_prefix(hole + 2);
  }
  return out + std::string(pattern);
}

std::optional<std::string> found(std::string_view english) {
  for (const Translation& each : kCatalogue)
    if (english == each.english) return each.spanish;
  for (const Translation& each : kCatalogue) {
    if (std::string_view(each.english).starts_with("{}")) continue;  // would be anything
    if (const auto parts = match(each.english, english)) return filled(each.spanish, *parts);
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
  if (const std::size_t colon = english.find(": "); colon != std::string_view::npos) {
    const std::string rest = in_language(english.substr(colon + 2));
    return in_language(english.substr(0, colon)) + ": " + rest;
  }
  if (const std::size_t semicolon = english.find("; "); semicolon != std::string_view::npos)
    return in_language(english.substr(0, semicolon)) + "; " + in_language(english.substr(semicolon + 2));
  return std::string(english);
}

bool is_in_catalogue(std::string_view english) {
  for (const Translation& each : kCatalogue)
    if (english == each.english) return true;
  return false;
}

}  // namespace puente::cli
