#include "service/mention.h"

#include <algorithm>

namespace puente::service {
namespace {

bool is_letter_or_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}
bool is_of_an_id(char c) {
  return is_letter_or_digit(c) || c == '.' || c == '_' || c == ':' || c == '-';
}
// Letters of other alphabets are several bytes, all of them above ASCII.
bool is_of_a_name(char c) {
  return is_letter_or_digit(c) || (static_cast<unsigned char>(c) & 0x80) != 0;
}

template <typename Is>
std::vector<std::string> words(std::string_view text, Is is) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!is(text[at])) continue;
    const std::size_t begin = at;
    while (at < text.size() && is(text[at])) ++at;
    out.emplace_back(text.substr(begin, at - begin));
  }
  return out;
}

std::string small(std::string word) {
  for (char& c : word)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return word;
}

std::vector<std::string> names_in(std::string_view text) {
  std::vector<std::string> out = words(text, is_of_a_name);
  std::transform(out.begin(), out.end(), out.begin(), small);
  return out;
}

// Stand in half of all names, and in every sentence.
bool is_particle(std::string_view word) {
  static constexpr std::string_view kParticles[] = {"da", "das", "de",  "del", "di",  "do",  "dos",
                                                    "el", "la",  "las", "los", "san", "van", "von"};
  return std::ranges::count(kParticles, word) > 0;
}

void add_names(const BiographicData& data, DataElement element, std::set<std::string>& out) {
  const auto stated = data.find(element);
  if (stated == data.end()) return;
  for (std::string& each : names_in(stated->second))
    if (each.size() >= 2 && !is_particle(each)) out.insert(std::move(each));  // an initial is nobody's name
}

bool is_mark(std::string_view document_number) {
  constexpr std::size_t kMarkMin = 5;
  return document_number.size() >= kMarkMin &&
         std::any_of(document_number.begin(), document_number.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

void know(Named& person, const BiographicData& data) {
  const auto document = data.find(DataElement::kDocumentNumber);
  if (document != data.end() && is_mark(document->second)) person.ids.insert(document->second);
  add_names(data, DataElement::kFamilyName, person.family_names);
  add_names(data, DataElement::kGivenNames, person.given_names);
}

std::vector<std::string> ids_in(std::string_view text) {
  std::vector<std::string> out;
  for (std::string& each : words(text, is_of_an_id)) {
    while (!each.empty() && !is_letter_or_digit(each.back())) each.pop_back();  // "p-1."
    const bool is_a_word =
        std::all_of(each.begin(), each.end(), [](char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; });
    if (!is_a_word && is_id(each)) out.push_back(std::move(each));
  }
  return out;
}

bool mentions(std::string_view text, const Named& person) {
  std::vector<std::string> all = words(text, is_of_an_id);
  for (std::string& each : all) {
    if (person.ids.contains(each)) return true;
    while (!each.empty() && !is_letter_or_digit(each.back())) each.pop_back();
    if (person.ids.contains(each)) return true;
  }
  std::vector<std::string> names = names_in(text);
  std::erase_if(names, is_particle);
  constexpr std::size_t kApart = 2;  // "Ana María Ruiz", "Ruiz Pérez, Ana": at most one word between the two
  for (std::size_t family = 0; family < names.size(); ++family) {
    if (!person.family_names.contains(names[family])) continue;
    for (std::size_t given = family < kApart ? 0 : family - kApart; given < names.size() && given <= family + kApart;
         ++given)
      if (given != family && person.given_names.contains(names[given])) return true;
  }
  return false;
}

bool forget(std::string& words, const Named& person) {
  if (!mentions(words, person)) return false;
  words = kErasedWords;
  return true;
}

void each_text(const Json& details, const std::function<void(std::string_view name, const std::string& text)>& take) {
  if (const Json::Array* items = details.as_array()) {
    for (const Json& each : *items) each_text(each, take);
  }
  if (const Json::Object* members = details.as_object()) {
    for (const auto& [name, value] : *members) {
      const std::string* const text = value.as_string();
      if (text == nullptr) each_text(value, take);
      if (text != nullptr) take(name, *text);
    }
  }
}

bool is_prose(std::string_view name) {
  return std::ranges::count(kProse, name) > 0;
}

bool prose_mentions(const Json& details, const Named& person) {
  bool out = false;
  each_text(details, [&](std::string_view name, const std::string& text) {
    out = out || (is_prose(name) && mentions(text, person));
  });
  return out;
}

}  // namespace puente::service
