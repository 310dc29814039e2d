#include "format/itl/niem_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>

#include "core/bytes.h"
#include "core/text.h"
#include "format/itl/niem_map.h"

namespace puente::format::niem {
namespace {

using xml::Element;

// "false" and "true" as fields have them.
std::pair<std::string_view, std::string_view> words_of_indicator(std::string_view name) {
  if (name == "MinutiaeFormatNISTStandardIndicator") return {"U", "S"};
  if (name == "MinutiaeRidgeCountIndicator") return {"0", "1"};
  return {"", "Y"};
}

// Whether text has a digit for every 'd' and all else as it stands.
bool is_like(std::string_view text, std::string_view pattern) {
  return std::equal(text.begin(), text.end(), pattern.begin(), pattern.end(),
                    [](char c, char p) { return p == 'd' ? c >= '0' && c <= '9' : c == p; });
}

// A date and time of XML Schema (part 2, 3.2.7) with its zone as a field has it: UTC, whole seconds. Nothing for one
// without a zone: when that was is not known.
std::optional<std::string> utc_of(std::string_view text) {
  namespace time = std::chrono;
  constexpr std::string_view kDateTime = "dddd-dd-ddTdd:dd:dd";
  if (!is_like(text.substr(0, kDateTime.size()), kDateTime)) return std::nullopt;
  const auto number = [&](std::size_t at, std::size_t size) {
    int value = 0;
    for (const char c : text.substr(at, size)) value = 10 * value + (c - '0');
    return value;
  };
  std::size_t zone = kDateTime.size();
  if (text.substr(zone).starts_with('.')) zone = std::min(text.find_first_not_of("0123456789", zone + 1), text.size());
  int ahead_min = 0;
  if (is_like(text.substr(zone), "+dd:dd") || is_like(text.substr(zone), "-dd:dd")) {
    ahead_min = 60 * number(zone + 1, 2) + number(zone + 4, 2);
    if (ahead_min > 14 * 60 || number(zone + 4, 2) > 59) return std::nullopt;
    if (text[zone] == '-') ahead_min = -ahead_min;
  } else if (text.substr(zone) != "Z") {
    return std::nullopt;
  }
  const time::year_month_day date(time::year(number(0, 4)), time::month(static_cast<unsigned>(number(5, 2))),
                                  time::day(static_cast<unsigned>(number(8, 2))));
  const int hour = number(11, 2), minute = number(14, 2), second = number(17, 2);
  if (!date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  const auto at = time::sys_days(date) + time::minutes(60 * hour + minute - ahead_min);
  const auto day = time::floor<time::days>(at);
  const time::year_month_day utc(day);
  if (int{utc.year()} < 0 || int{utc.year()} > 9999) return std::nullopt;
  const auto minutes = (at - day).count();
  return fmt::format("{:04}{:02}{:02}{:02}{:02}{:02}Z", int{utc.year()}, unsigned{utc.month()}, unsigned{utc.day()},
                     minutes / 60, minutes % 60, second);
}

// Lines of base64 as one.
std::string without_blanks(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text)
    if (c != ' ' && c != '\n' && c != '\r' && c != '\t') out += c;
  return out;
}

// Text that comes back from an element as it was: UTF-8 that XML may carry, no white space around it, none but spaces
// in it.
bool travels(std::string_view text) {
  if (!text.empty() && (text.front() == ' ' || text.back() == ' ')) return false;
  for (std::size_t i = 0, size = 0; i < text.size(); i += size) {
    const auto byte = static_cast<unsigned char>(text[i]);
    size = utf8_letter(text.substr(i));
    if (size == 0 || byte < ' ' || byte == 0x7f) return false;
    if (byte == 0xc2 || byte == 0xe0 || byte >= 0xed) return false;  // rarer letters go as base64
  }
  return true;
}

}  // namespace

std::string to_element(std::string_view name, std::string_view item) {
  if (name == "BinaryBase64Object") return to_base64(view(item));
  if (name == "Date" && item.size() == 8)
    return fmt::format("{}-{}-{}", item.substr(0, 4), item.substr(4, 2), item.substr(6, 2));
  if (name == "DateTime" && item.size() == 15)
    return fmt::format("{}-{}-{}T{}:{}:{}{}", item.substr(0, 4), item.substr(4, 2), item.substr(6, 2),
                       item.substr(8, 2), item.substr(10, 2), item.substr(12, 2), item.substr(14));
  if (name.ends_with("Indicator")) {
    const auto [no, yes] = words_of_indicator(name);
    if (item == yes) return "true";
    if (item == no) return "false";
  }
  return std::string(item);
}

std::string from_element(const Element& element, Doubts& doubts) {
  const std::string_view text = xml::trimmed(element.text);
  if (element.name.ends_with("BinaryObject")) return without_blanks(text);
  if (element.name == "BinaryBase64Object") {
    const auto bytes = from_base64(without_blanks(text));
    doubts.base64 |= !bytes.ok();
    return bytes.ok() ? std::string(puente::text(*bytes)) : std::string();
  }
  if ((element.name == "Date" || element.name == "DateTime") && text.size() >= 10 && text[4] == '-' && text[7] == '-') {
    if (element.name == "Date" || text.size() == 10)
      return fmt::format("{}{}{}", text.substr(0, 4), text.substr(5, 2), text.substr(8, 2));
    if (auto utc = utc_of(text)) return *std::move(utc);
    if (doubts.times.size() < kFindingsMax) doubts.times.push_back(&element);
  }
  if (element.name.ends_with("Indicator")) {
    const auto [no, yes] = words_of_indicator(element.name);
    if (text == "true" || text == "1") return std::string(yes);
    if (text == "false" || text == "0") return std::string(no);
  }
  return std::string(text);
}

std::string_view part_of(std::string_view item, char part) {
  const std::size_t size = item.size(), angle = size < 3 ? size : size - 3;
  switch (part) {
    case 'm':
      return item.substr(0, std::min<std::size_t>(2, size));
    case 'n':
      return item.substr(std::min<std::size_t>(2, size));
    case 'h':
      return item.substr(0, size / 2);
    case 'l':
      return item.substr(size / 2);
    case 'x':
      return item.substr(0, angle / 2);
    case 'y':
      return item.substr(angle / 2, angle - angle / 2);
    case 't':
      return item.substr(angle);
    default:
      return item;
  }
}

std::string join_parts(const std::vector<std::pair<char, std::string>>& parts) {
  std::size_t coordinate = 4;
  for (const auto& [part, text] : parts)
    if (part != 't' && part != 'm' && part != 'n') coordinate = std::max(coordinate, text.size());
  std::string out;
  for (const char wanted : kParts) {
    for (const auto& [part, text] : parts) {
      if (part != wanted) continue;
      const std::size_t width = part == 't' ? 3 : part == 'm' || part == 'n' ? 2 : coordinate;
      out += std::string(width > text.size() ? width - text.size() : 0, '0') + text;
    }
  }
  return out;
}

bool items_travel(std::string_view value) {
  for (const std::string_view subfield : split(value, kRecordSeparator))
    for (const std::string_view item : split(subfield, kUnitSeparator))
      if (!travels(item)) return false;
  return true;
}

}  // namespace puente::format::niem
