// Whether words that people wrote name somebody: by id, by the number of a document, or by a family name and a given
// one. So that an erasure reaches what stands in other people's records. Inside service only. Plain functions; any
// thread.
#pragma once
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.h"
#include "core/person.h"

namespace puente::service {

struct Named {
  std::set<std::string> ids{};                          // of person and documents
  std::set<std::string> numbers{};                      // of documents, plain_number
  std::set<std::string> family_names{}, given_names{};  // each word of them, small letters
  std::set<std::string> asked_by{};                     // what searches by names were made by (service/names.h)
  bool operator==(const Named&) const = default;
};
// Adds what an encounter knows the person by: names without regard to capitals and accents, documents to capitals. The
// number of a document is a mark of somebody only where it is one that no other word is likely to be: of five
// characters at least, a digit among them. "12" is a file, a day, an order.
void know(Named& person, const BiographicData& data);
bool mentions(std::string_view text, const Named& person);
// Takes the person out of it, and leaves the other words: "sister of [erased], file 12". True: they were in it.
bool blank(std::string& text, const Named& person);
inline constexpr const char* kBlanked = "[erased]";

// Members of an entry's details that people write in words of their own, or that are sentences about people.
inline constexpr std::string_view kProse[] = {"court",   "facts",    "guardian", "legal_basis", "number",
                                              "offence", "overrule", "reasons",  "sentence"};
// Each text of an entry's details, however deep, with its member's name.
void each_text(const Json& details, const std::function<void(std::string_view name, const std::string& text)>& take);
bool is_prose(std::string_view name);
bool prose_mentions(const Json& details, const Named& person);
// A document's number, the same for "AX 12-34", "ax1234", what is written as wide as Chinese letters, and letters of
// other alphabets that look like one of ASCII: capital letters and digits of ASCII; all else is left out.
std::string plain_number(std::string_view number);
// No letter of another alphabet would be left out.
bool is_plain_number(std::string_view number);
// Each that may be a document's number in a text, plain: of one word, or of some beside each other ("AB-12 34/5").
std::vector<std::string> numbers_in(std::string_view text);
// A file's, where what stands between two digits parts two numbers: MIA-1-12 is not MIA-11-2.
std::string plain_file(std::string_view number);
// The words of a text that may be somebody's id: those with a digit or a sign in them.
std::vector<std::string> ids_in(std::string_view text);

}  // namespace puente::service
