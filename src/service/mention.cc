#include "service/mention.h"

#include <algorithm>
#include <utility>

#include "core/fold.h"

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

struct Word {
  std::size_t begin = 0, end = 0;  // in the text
  std::string text;
};

template <typename Is>
std::vector<Word> words(std::string_view text, Is is) {
  std::vector<Word> out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!is(text[at])) continue;
    const std::size_t begin = at;
    while (at < text.size() && is(text[at])) ++at;
    out.push_back({begin, at, std::string(text.substr(begin, at - begin))});
  }
  return out;
}

std::string in_case(std::string word, char first, char other_first) {
  for (char& c : word)
    if (c >= first && c <= first + 25) c = static_cast<char>(c - first + other_first);
  return word;
}

std::vector<Word> names_in(std::string_view text) {
  std::vector<Word> out = words(text, is_of_a_name);
  for (Word& each : out) each.text = folded(each.text);
  return out;
}

void trim(Word& id) {  // "p-1."
  for (; !id.text.empty() && !is_letter_or_digit(id.text.back()); --id.end) id.text.pop_back();
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
  for (Word& each : names_in(stated->second))
    if (each.text.size() >= 2 && !is_particle(each.text)) out.insert(std::move(each.text));  // an initial is nobody's
}

bool is_mark(std::string_view document_number) {
  constexpr std::size_t kMarkMin = 5;
  return document_number.size() >= kMarkMin &&
         std::any_of(document_number.begin(), document_number.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Where the text names the person: by an id, or by both names, at most two words between them ("Ana María Ruiz",
// "Ruiz Pérez, Ana").
std::set<std::pair<std::size_t, std::size_t>> named_at(std::string_view text, const Named& person) {
  std::set<std::pair<std::size_t, std::size_t>> out;
  for (Word& each : words(text, is_of_an_id)) {
    if (!person.ids.contains(each.text)) trim(each);
    if (person.ids.contains(each.text)) out.emplace(each.begin, each.end);
  }
  std::vector<Word> names = names_in(text);
  std::erase_if(names, [](const Word& each) { return is_particle(each.text); });
  constexpr std::size_t kApart = 3;
  for (std::size_t family = 0; family < names.size(); ++family) {
    if (!person.family_names.contains(names[family].text)) continue;
    for (std::size_t given = family < kApart ? 0 : family - kApart; given < names.size() && given <= family + kApart;
         ++given) {
      if (given == family || !person.given_names.contains(names[given].text)) continue;
      const auto [first, last] = std::minmax(family, given);
      out.emplace(names[first].begin,
                  names[last].end);  // with what stands between: a second name, in another spelling
    }
  }
  return out;
}

}  // namespace

void know(Named& person, const BiographicData& data) {
  const auto document = data.find(DataElement::kDocumentNumber);
  if (document != data.end() && is_mark(document->second))
    person.ids.insert({document->second, in_case(document->second, 'a', 'A'), in_case(document->second, 'A', 'a')});
  add_names(data, DataElement::kFamilyName, person.family_names);
  add_names(data, DataElement::kGivenNames, person.given_names);
}

std::string plain_number(std::string_view number) {
  constexpr std::string_view kWideFirst = "\xef\xbc", kWideSecond = "\xef\xbd";
  std::string plain;
  for (std::size_t at = 0; at < number.size(); ++at) {
    char c = number[at];
    if (number.substr(at).starts_with(kWideFirst) || number.substr(at).starts_with(kWideSecond)) {
      // U+FF01 to U+FF5E are U+0021 to U+007E, as wide as a Chinese letter
      if (at + 2 >= number.size()) break;
      c = static_cast<char>((static_cast<unsigned char>(number[at + 1]) - 0xbc) * 0x40 +
                            (static_cast<unsigned char>(number[at + 2]) - 0x80) + 0x20);
      at += 2;
    }
    const bool is_small = c >= 'a' && c <= 'z';
    if (is_small || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
      plain += is_small ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return plain;
}

std::vector<std::string> ids_in(std::string_view text) {
  std::vector<std::string> out;
  for (Word& each : words(text, is_of_an_id)) {
    trim(each);
    const bool is_a_word =
        std::all_of(each.text.begin(), each.text.end(), [](char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; });
    if (!is_a_word && is_id(each.text)) out.push_back(std::move(each.text));
  }
  return out;
}

bool mentions(std::string_view text, const Named& person) {
  return !named_at(text, person).empty();
}

bool blank(std::string& text, const Named& person) {
  std::string out;
  std::size_t at = 0;  // what is before it is in `out`, or blanked
  for (const auto& [begin, end] : named_at(text, person)) {
    if (begin >= at) out.append(text, at, begin - at).append(kBlanked);
    at = std::max(at, end);
  }
  const bool any = at > 0;
  text = out.append(text, at);
  return any;
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
