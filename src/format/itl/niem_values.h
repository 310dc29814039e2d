// Inside the NIEM encoding: what an element says as its field's item has it, and back.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "format/xml/xml.h"

namespace puente::format::niem {

inline constexpr char kRecordSeparator = '\x1e', kUnitSeparator = '\x1f';
inline constexpr std::string_view kUserDefined = "UserDefinedDescriptiveDetail";
inline constexpr std::size_t kFindingsMax = 50;

// What could not be taken over as the field wants it.
struct Doubts {
  bool base64 = false;
  std::vector<const xml::Element*> times;  // at most kFindingsMax
};
std::string from_element(const xml::Element& element, Doubts& doubts);

// The text of an element of that local name for an item.
std::string to_element(std::string_view name, std::string_view item);

// The part of an item that a letter of kParts stands for.
std::string_view part_of(std::string_view item, char part);
// Parts put together again, numbers with as many zeros before them as the field wants.
std::string join_parts(const std::vector<std::pair<char, std::string>>& parts);

// Whether all items of a value come back from elements as they were.
bool items_travel(std::string_view value);

}  // namespace puente::format::niem
