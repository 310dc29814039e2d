#include "home/toml_text.h"

#include <fmt/format.h>

#include <toml++/toml.h>
#include <algorithm>

#include "core/text.h"

namespace puente::home {
namespace {

// Lines with their ends, so that joined they are the text again.
std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
    lines.push_back(text.substr(at, end - at));
    at = end;
  }
  return lines;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += line;
  return out;
}

Error by_hand(std::size_t line) {
  return {Code::kConflict, fmt::format("node.toml line {}: written in a way that only you should change", line)};
}

// Where a table with a header of its own stands; lines are counted from 1.
struct TextPlace {
  std::size_t header = 0, last = 0;
  std::vector<std::pair<std::string, std::size_t>> members;  // name, line
};

Result<TextPlace> place_of(const std::vector<std::string>& lines, const toml::table& table) {
  TextPlace out;
  out.header = out.last = table.source().begin.line;
  if (out.header == 0 || out.header > lines.size() || !std::string_view(lines[out.header - 1]).starts_with('['))
    return by_hand(out.header);
  for (const auto& [key, value] : table) {
    const auto& source = value.source();
    out.members.emplace_back(std::string(key.str()), source.begin.line);
    out.last = std::max<std::size_t>(out.last, source.end.line);
  }
  return out;
}

// A member's line with another value: what stands before it and behind it stays.
Result<std::string> with_value(const std::string& line, std::size_t number, const std::string& value) {
  const std::size_t begin = line.find_first_of("\"'", line.find('='));
  if (begin == std::string::npos || line.compare(begin, 3, "\"\"\"") == 0 || line.compare(begin, 3, "'''") == 0)
    return by_hand(number);
  std::size_t end = begin + 1;
  while (end < line.size() && line[end] != line[begin]) end += line[begin] == '"' && line[end] == '\\' ? 2 : 1;
  if (end >= line.size()) return by_hand(number);
  return line.substr(0, begin) + "\"" + value + "\"" + line.substr(end + 1);
}

const toml::table* find(const toml::table& file, std::string_view section, std::string_view name) {
  const toml::table* outer = file[section].as_table();
  return outer == nullptr ? nullptr : (*outer)[name].as_table();
}

Result<toml::table> parse(const std::string& text) {
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& problem) {
    return Error{Code::kInvalidInput,
                 fmt::format("node.toml line {}: {}", problem.source().begin.line, problem.description())};
  }
}

std::string new_table(std::string_view section, std::string_view name, const Members& members) {
  std::string out = fmt::format("\n[{}.\"{}\"]\n", section, name);
  for (const auto& [key, value] : members) out += fmt::format("{} = \"{}\"\n", key, value);
  return out;
}

Status change_text(std::vector<std::string>& lines, const TextPlace& place, const Members& members) {
  std::string added;
  for (const auto& [key, value] : members) {
    const auto known = std::find_if(place.members.begin(), place.members.end(),
                                    [&key = key](const auto& each) { return each.first == key; });
    if (known == place.members.end()) {
      added += fmt::format("{} = \"{}\"\n", key, value);
      continue;
    }
    ASSIGN_OR_RETURN(lines[known->second - 1], with_value(lines[known->second - 1], known->second, value));
  }
  std::string& header = lines[place.header - 1];
  if (!header.ends_with('\n')) header += '\n';
  header += added;
  return {};
}

}  // namespace

Result<std::string> with_members(const std::string& text, std::string_view section, std::string_view name,
                                 const Members& members) {
  ASSIGN_OR_RETURN(const toml::table file, parse(text));
  std::vector<std::string> lines = lines_of(text);
  if (!lines.empty() && !lines.back().ends_with('\n')) lines.back() += '\n';
  if (const toml::table* table = find(file, section, name)) {
    ASSIGN_OR_RETURN(const TextPlace place, place_of(lines, *table));
    TRY(change_text(lines, place, members));
  } else {
    lines.push_back(new_table(section, name, members));
  }
  std::string out = joined(lines);
  ASSIGN_OR_RETURN(const toml::table made, parse(out));
  const toml::table* table = find(made, section, name);
  for (const auto& [key, value] : members) {  // what we did is what we meant, however the file was written
    if (table == nullptr || (*table)[key].value_or(std::string()) != value) return by_hand(lines.size());
  }
  return out;
}

Result<std::string> without_table(const std::string& text, std::string_view section, std::string_view name) {
  ASSIGN_OR_RETURN(const toml::table file, parse(text));
  const toml::table* table = find(file, section, name);
  if (table == nullptr) return Error{Code::kNotFound, fmt::format("node.toml: there is no [{}.\"{}\"]", section, name)};
  std::vector<std::string> lines = lines_of(text);
  ASSIGN_OR_RETURN(const TextPlace place, place_of(lines, *table));
  std::size_t first = place.header;
  if (first > 1 && without_white_end(lines[first - 2]).empty()) --first;  // the blank line that we put before it
  lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(first - 1),
              lines.begin() + static_cast<std::ptrdiff_t>(place.last));
  std::string out = joined(lines);
  ASSIGN_OR_RETURN(const toml::table made, parse(out));
  if (find(made, section, name) != nullptr) return by_hand(place.header);
  return out;
}

}  // namespace puente::home
