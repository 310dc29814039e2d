// What people read, in English or Spanish. Every sentence that goes through Words has its Spanish in cli/spanish.h, or
// it does not compile. JSON, names of options, states and positions stay as they are: programs read them.
#pragma once
#include <fmt/format.h>

#include <cstdio>
#include <string>
#include <string_view>

#include "cli/spanish.h"

namespace puente::cli {

enum class Language { kEnglish, kSpanish };

// LC_ALL, LC_MESSAGES or LANG, the first of them that is set; `wanted` before all, unless it is empty.
Language language_of(std::string_view wanted);
void use_language(Language language);  // before anything is said; one for the whole program
Language language();

// A sentence of the catalogue, with {} where something is put in.
class Words {
 public:
  template <std::size_t size>
  consteval Words(const char (&english)[size]) : place_(place_of(english)) {  // NOLINT: to be written as a plain string
    if (place_ == std::size(kCatalogue)) throw "cli/spanish.h has no Spanish for this";
  }
  const char* text() const {
    const Translation& both = kCatalogue[place_];
    return language() == Language::kSpanish ? both.spanish : both.english;
  }

 private:
  static consteval std::size_t place_of(std::string_view english) {
    std::size_t place = 0;
    while (place < std::size(kCatalogue) && kCatalogue[place].english != english) ++place;
    return place;
  }
  std::size_t place_;
};

template <typename... Parts>
std::string in_words(Words words, const Parts&... parts) {
  return fmt::format(fmt::runtime(words.text()), parts...);
}
template <typename... Parts>
void say(Words words, const Parts&... parts) {  // on standard output; the line ends where the sentence says so
  std::fputs(in_words(words, parts...).c_str(), stdout);
}

// A sentence that was made elsewhere: an error, a reason, a help text. Found in the catalogue word by word, or as a
// pattern of it whose {} is what was put in; after "file: " the rest is looked for. What the catalogue lacks stays
// English.
std::string in_language(std::string_view english);
bool is_in_catalogue(std::string_view english);  // as a whole: word by word, or by a pattern

}  // namespace puente::cli
