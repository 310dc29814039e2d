#include "service/mention.h"

#include <algorithm>
#include <utility>

#include "core/bytes.h"
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

// Runs of one to four words, as numbers of documents are written apart: each plain, with where it stands.
std::vector<Word> plain_runs(std::string_view text) {
  constexpr std::size_t kParts = 4;
  std::vector<Word> parts = words(text, is_of_a_name);
  for (Word& each : parts) each.text = plain_number(each.text);
  std::vector<Word> out;
  for (std::size_t first = 0; first < parts.size(); ++first) {
    Word run{parts[first].begin, 0, {}};
    for (std::size_t last = first; last < std::min(parts.size(), first + kParts); ++last) {
      run.text += parts[last].text;
      run.end = parts[last].end;
      out.push_back(run);
    }
  }
  return out;
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
  if (!person.numbers.empty())
    for (const Word& each : plain_runs(text))
      if (person.numbers.contains(each.text)) out.emplace(each.begin, each.end);
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
  if (document != data.end())
    if (std::string plain = plain_number(document->second); is_mark(plain)) person.numbers.insert(std::move(plain));
  add_names(data, DataElement::kFamilyName, person.family_names);
  add_names(data, DataElement::kGivenNames, person.given_names);
}

namespace {

// Cyrillic and Greek capitals and small ones that nobody can tell from a letter of ASCII.
constexpr std::pair<std::string_view, char> kLookAlikes[] = {
    {"\u0410", 'A'}, {"\u0412", 'B'}, {"\u0415", 'E'}, {"\u041a", 'K'}, {"\u041c", 'M'}, {"\u041d", 'H'},
    {"\u041e", 'O'}, {"\u0420", 'P'}, {"\u0421", 'C'}, {"\u0422", 'T'}, {"\u0423", 'Y'}, {"\u0425", 'X'},
    {"\u0405", 'S'}, {"\u0406", 'I'}, {"\u0408", 'J'}, {"\u0430", 'A'}, {"\u0435", 'E'}, {"\u043e", 'O'},
    {"\u0440", 'P'}, {"\u0441", 'C'}, {"\u0443", 'Y'}, {"\u0445", 'X'}, {"\u0455", 'S'}, {"\u0456", 'I'},
    {"\u0458", 'J'}, {"\u0391", 'A'}, {"\u0392", 'B'}, {"\u0395", 'E'}, {"\u0396", 'Z'}, {"\u0397", 'H'},
    {"\u0399", 'I'}, {"\u039a", 'K'}, {"\u039c", 'M'}, {"\u039d", 'N'}, {"\u039f", 'O'}, {"\u03a1", 'P'},
    {"\u03a4", 'T'}, {"\u03a5", 'Y'}, {"\u03a7", 'X'}, {"\u03bf", 'O'}};

// The letter or digit of ASCII that a letter stands for; 0: none.
char plain_letter(std::string_view letter) {
  char c = letter.size() == 1 ? letter.front() : '\0';
  if (letter.size() == 3 && (letter.starts_with("\xef\xbc") || letter.starts_with("\xef\xbd"))) {
    // U+FF01 to U+FF5E are U+0021 to U+007E, as wide as a Chinese letter
    c = static_cast<char>((static_cast<unsigned char>(letter[1]) - 0xbc) * 0x40 +
                          (static_cast<unsigned char>(letter[2]) - 0x80) + 0x20);
  }
  for (const auto& [other, ascii] : kLookAlikes)
    if (letter == other) c = ascii;
  if (!is_letter_or_digit(c)) return '\0';
  return c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
}

// Letter after letter; bytes that are no UTF-8 stand for nothing.
template <typename Take>
void each_letter(std::string_view text, Take take) {
  while (!text.empty()) {
    const std::size_t size = std::clamp<std::size_t>(utf8_letter(text), 1, text.size());
    take(text.substr(0, size));
    text.remove_prefix(size);
  }
}

}  // namespace

std::string plain_number(std::string_view number) {
  std::string plain;
  each_letter(number, [&](std::string_view letter) {
    if (const char c = plain_letter(letter); c != '\0') plain += c;
  });
  return plain;
}

bool is_plain_number(std::string_view number) {
  bool all = true;
  each_letter(number, [&](std::string_view letter) {
    const bool is_sign = (letter.front() & 0x80) == 0 || letter.starts_with("\xc2") || letter.starts_with("\xe2\x80");
    all = all && (is_sign || plain_letter(letter) != '\0');  // as a dash and the sign of "number" are
  });
  return all;
}

std::string plain_file(std::string_view number) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  std::string plain;
  bool parted = false;
  each_letter(number, [&](std::string_view letter) {
    const char c = plain_letter(letter);
    if (c != '\0' && parted && is_digit(c) && !plain.empty() && is_digit(plain.back())) plain += '-';
    if (c != '\0') plain += c;
    parted = c == '\0';
  });
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

std::vector<std::string> numbers_in(std::string_view text) {
  std::vector<std::string> out;
  for (Word& each : plain_runs(text))
    if (is_mark(each.text)) out.push_back(std::move(each.text));
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
