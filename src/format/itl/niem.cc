#include "format/itl/itl.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <iterator>
#include <optional>
#include <unordered_set>

#include "core/limits.h"
#include "format/itl/niem_map.h"
#include "format/xml/xml.h"

namespace puente::format::niem {
namespace {

using itl::Field;
using itl::Record;
using xml::Element;

constexpr char kRecordSeparator = '\x1e', kUnitSeparator = '\x1f';
constexpr std::string_view kPackage = "NISTBiometricInformationExchangePackage", kIdentification = "Identification",
                           kUserDefined = "UserDefinedDescriptiveDetail";
constexpr std::size_t kFindingsMax = 50, kItemsMax = 100'000, kFieldsMax = 10'000;
constexpr int kFieldNumberMax = 999'999'999;  // as the traditional encoding writes it

// ---- the table's words ----------------------------------------------------------------------------------------------

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t at; (at = text.find(separator)) != std::string_view::npos; text.remove_prefix(at + 1))
    parts.push_back(text.substr(0, at));
  parts.push_back(text);
  return parts;
}

std::string joined(const std::vector<std::string>& parts, char separator) {
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i) out += (i ? std::string(1, separator) : "") + parts[i];
  return out;
}

// "5+,=Path(A,B)" taken apart.
struct Token {
  std::size_t item = 0;  // 0 is the first
  char part = 0;         // m n h l x y t
  bool repeats = false, pairs = false, polygon = false;
  std::string_view path;
  std::vector<std::string_view> group;
};
Token parse_token(std::string_view text) {
  Token token;
  const std::size_t equals = text.find('=');
  for (const char c : text.substr(0, equals)) {
    if (c >= '0' && c <= '9') token.item = token.item * 10 + static_cast<std::size_t>(c - '0');
    if (c >= 'a' && c <= 'z') token.part = c;
    token.repeats |= c == '+';
    token.pairs |= c == ',';
    token.polygon |= c == '~';
  }
  --token.item;
  token.path = text.substr(equals + 1);
  if (const std::size_t open = token.path.find('('); open != std::string_view::npos) {
    token.group = split(token.path.substr(open + 1, token.path.size() - open - 2), ',');
    token.path = token.path.substr(0, open);
  }
  return token;
}

struct Container {
  std::string_view path, last;  // of a repeated one: its parent's path and its own name
  bool repeats = false;
  std::size_t from = 0;  // subfield
};
Container parse_container(std::string_view text) {
  Container container;
  if (text.ends_with("*2")) {
    container.from = 1;
    text.remove_suffix(1);
  }
  container.repeats = text.ends_with('*');
  if (!container.repeats) {
    container.path = text;
    return container;
  }
  text.remove_suffix(1);
  const std::size_t slash = text.rfind('/');
  container.last = slash == std::string_view::npos ? text : text.substr(slash + 1);
  container.path = slash == std::string_view::npos ? std::string_view() : text.substr(0, slash);
  return container;
}

std::string_view local(std::string_view name) {
  const std::size_t colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}
std::string_view space_of(std::string_view name) {
  return name.starts_with("nc:") ? kCoreSpace : name.starts_with("itl:") ? kItlSpace : kBiomSpace;
}

// ---- what elements say and what items say ---------------------------------------------------------------------------

// "false" and "true" as fields have them.
std::pair<std::string_view, std::string_view> words_of_indicator(std::string_view name) {
  if (name == "MinutiaeFormatNISTStandardIndicator") return {"U", "S"};
  if (name == "MinutiaeRidgeCountIndicator") return {"0", "1"};
  return {"", "Y"};
}

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

// What could not be taken over as the field wants it.
struct Doubts {
  bool base64 = false;
  std::vector<const Element*> times;
};

// Lines of base64 as one.
std::string without_blanks(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text)
    if (c != ' ' && c != '\n' && c != '\r' && c != '\t') out += c;
  return out;
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

// The part of an item that a letter stands for.
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

// Parts put together again, numbers with as many zeros before them as the field wants.
std::string join_parts(const std::vector<std::pair<char, std::string>>& parts) {
  constexpr std::string_view kOrder = "mnhlxyt";
  std::size_t coordinate = 4;
  for (const auto& [part, text] : parts)
    if (part != 't' && part != 'm' && part != 'n') coordinate = std::max(coordinate, text.size());
  std::string out;
  for (const char wanted : kOrder) {
    for (const auto& [part, text] : parts) {
      if (part != wanted) continue;
      const std::size_t width = part == 't' ? 3 : part == 'm' || part == 'n' ? 2 : coordinate;
      out += std::string(width > text.size() ? width - text.size() : 0, '0') + text;
    }
  }
  return out;
}

// ---- places in a tree -----------------------------------------------------------------------------------------------

bool is_named(const Element& element, std::string_view alternatives) {
  for (std::size_t at = 0; at <= alternatives.size();) {
    const std::size_t end = std::min(alternatives.find('|', at), alternatives.size());
    std::string_view name = local(alternatives.substr(at, end - at));
    if (name.ends_with('#')) {
      name.remove_suffix(1);
      if (element.name.size() == name.size() + kIdentification.size() && element.name.starts_with(name) &&
          element.name.ends_with(kIdentification))
        return true;
    } else if (element.name == name) {
      return true;
    }
    at = end + 1;
  }
  return false;
}

// Of "Foo[2]": "Foo", and the second of its elements is meant; the first where nothing is said.
std::pair<std::string_view, int> ordinal(std::string_view step) {
  if (!step.ends_with(']')) return {step, 1};
  return {step.substr(0, step.size() - 3), step[step.size() - 2] - '0'};
}

const Element* child_of(const Element& parent, std::string_view step) {
  auto [alternatives, left] = ordinal(step);
  for (const Element& child : parent.children) {
    if (!is_named(child, alternatives) || --left > 0) continue;
    const bool identification =
        child.name.ends_with(kIdentification) && alternatives.find('#') != std::string_view::npos;
    return identification ? child.find("IdentificationID") : &child;
  }
  return nullptr;
}

// The element at a path, or null. The image element "@" is any of `images`.
const Element* at_path(const Element& from, std::string_view path, std::string_view images) {
  const Element* element = &from;
  while (element && !path.empty() && path != ".") {
    const std::size_t slash = std::min(path.find('/'), path.size());
    const std::string_view step = path.substr(0, slash);
    element = child_of(*element, step == "@" ? images : step);
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return element;
}

Element& add_named(Element& parent, std::string_view name) {
  Element& child = parent.add(local(name));
  child.space = space_of(name);
  return child;
}

// Whether those before it are there: the second of a name can't be written without the first.
bool has_place(const Element& from, std::string_view step) {
  const auto [names, nth] = ordinal(step);
  return nth == 1 || child_of(from, std::string(names) + (nth == 2 ? "" : fmt::format("[{}]", nth - 1))) != nullptr;
}

// The same, made where it is missing.
Element& make_path(Element& from, std::string_view path, std::string_view image) {
  Element* element = &from;
  while (!path.empty() && path != ".") {
    const std::size_t slash = std::min(path.find('/'), path.size());
    std::string_view step = path.substr(0, slash);
    path.remove_prefix(std::min(slash + 1, path.size()));
    const auto [names, nth] = ordinal(step);
    step = names == "@" ? image : names.substr(0, names.find('|'));
    const bool identification = step.ends_with('#');
    const std::string name = identification
                                 ? std::string(step.substr(0, step.size() - 1)) + std::string(kIdentification)
                                 : std::string(step);
    Element* found = nullptr;
    int left = nth;
    for (Element& child : element->children)
      if (child.name == local(name) && --left == 0) found = &child;
    element = found ? found : &add_named(*element, name);
    if (identification && element->children.empty()) add_named(*element, "nc:IdentificationID");
    if (identification) element = &element->children[0];
  }
  return *element;
}

// ---- reading --------------------------------------------------------------------------------------------------------

struct Unused {
  const Element *element = nullptr, *parent = nullptr;
};

class RecordReader {
 public:
  RecordReader(const Element& element, const RecordMap& map, bool with_data = true)
      : element_(element), map_(map), with_data_(with_data) {}

  Result<Record> read() {
    Record record{map_.type, {}, element_.offset, 0};
    if (const Element* category = element_.find("RecordCategoryCode")) used_.insert(category);
    record.set(1, "0");
    for (const auto& block : map_.blocks)
      for (const Row& row : block) {
        std::string value = read_row(row);
        if (value.empty() || (row.only_read && record.find(row.field))) continue;
        const Field* before = record.find(row.field);
        set(record, row.field, before ? before->value + kRecordSeparator + value : std::move(value));
      }
    if (map_.type >= 3 && map_.type <= 6) pad_positions(record);
    if (map_.type == 9) pad_ridge_counts(record);
    own_fields(element_);  // these as they stand
    if (own_.size() > kFieldsMax)
      return {Code::kTooLarge, fmt::format("line {}: a record of more than {} fields", element_.line, kFieldsMax)};
    take_own_fields(record);
    if (map_.type == 8) signature_vectors(record);
    if (doubts_.base64) return {Code::kInvalidInput, fmt::format("line {}: an image is not in base64", element_.line)};
    if (items_ > kItemsMax)
      return {Code::kTooLarge, fmt::format("line {}: a record has too many items", element_.line)};
    return record;
  }

  const std::vector<const Element*>& doubtful_times() const { return doubts_.times; }

  // Elements with text that nothing asked for.
  std::vector<Unused> unused() const {
    std::vector<Unused> out;
    for (const Element& child : element_.children) unused({&child, &element_}, out);
    return out;
  }

 private:
  void set(Record& record, int number, std::string value) {
    record.set(number, std::move(value));
    for (Field& field : record.fields) {
      if (field.number != number) continue;
      field.digits = 0;
      field.offset = first_offset_;
    }
  }

  // Whether any of it was asked for. Of a branch that was not, the branch itself is listed if there is text in it.
  bool unused(const Unused& one, std::vector<Unused>& out) const {
    const Element& element = *one.element;
    const std::size_t before = out.size();
    bool any = used_.contains(&element);
    const bool whole = any;  // a field of our own is taken with all that is in it
    for (const Element& child : element.children) any |= !whole && unused({&child, &element}, out);
    if (any) return true;
    const bool text = out.size() > before || (element.children.empty() && !xml::trimmed(element.text).empty());
    out.resize(before);
    if (text) out.push_back(one);
    return false;
  }

  std::string leaf(const Element* element) {
    if (!element || (!with_data_ && element->name == "BinaryBase64Object")) return {};
    used_.insert(element);
    if (first_offset_ == 0) first_offset_ = element->offset;
    ++items_;
    return from_element(*element, doubts_);
  }

  std::string read_row(const Row& row) {
    first_offset_ = 0;
    const Container container = parse_container(row.container);
    const Element* parent = at_path(element_, container.path, map_.images);
    if (!parent) return {};
    std::vector<Token> tokens;
    for (const std::string_view token : split(row.items, ' ')) tokens.push_back(parse_token(token));
    if (!container.repeats) return read_subfield(*parent, tokens);
    std::vector<std::string> subfields;
    for (const Element& child : parent->children)
      if (is_named(child, container.last)) subfields.push_back(read_subfield(child, tokens));
    while (!subfields.empty() && subfields.back().empty()) subfields.pop_back();
    return joined(subfields, kRecordSeparator);
  }

  std::string read_subfield(const Element& element, const std::vector<Token>& tokens) {
    std::vector<std::string> items;
    const auto item = [&](std::size_t at) -> std::string& {
      if (items.size() <= at) items.resize(at + 1);
      return items[at];
    };
    std::vector<std::pair<char, std::string>> parts;
    std::size_t parts_of = 0;
    for (const Token& token : tokens) {
      if (token.repeats) {
        read_repeated(element, token, items);
      } else if (token.polygon) {
        if (std::string points = read_polygon(element, token); !points.empty()) item(token.item) = std::move(points);
      } else if (token.part) {
        const Element* found = at_path(element, token.path, map_.images);
        if (found) parts.emplace_back(token.part, leaf(found));
        parts_of = token.item;
      } else if (const Element* found = at_path(element, token.path, map_.images)) {
        item(token.item) = leaf(found);
      }
    }
    if (!parts.empty()) item(parts_of) = join_parts(parts);
    while (!items.empty() && items.back().empty()) items.pop_back();
    return joined(items, kUnitSeparator);
  }

  // The parent and the name of elements that a token repeats.
  std::pair<const Element*, std::string_view> repeated(const Element& element, std::string_view path) const {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string_view::npos) return {&element, path};
    return {at_path(element, path.substr(0, slash), map_.images), path.substr(slash + 1)};
  }

  std::string read_polygon(const Element& element, const Token& token) {
    const auto [parent, name] = repeated(element, token.path);
    std::string out;
    if (!parent) return out;
    for (const Element& child : parent->children) {
      if (!is_named(child, name)) continue;
      const std::string a = leaf(at_path(child, token.group[0], map_.images));
      out += (out.empty() ? "" : "-") + a + "," + leaf(at_path(child, token.group[1], map_.images));
    }
    return out;
  }

  void read_repeated(const Element& element, const Token& token, std::vector<std::string>& items) {
    const auto [parent, name] = repeated(element, token.path);
    if (!parent) return;
    for (const Element& child : parent->children) {
      if (!is_named(child, name)) continue;
      if (items.size() < token.item) items.resize(token.item);
      if (token.group.empty()) items.push_back(leaf(&child));
      std::string pair;
      for (std::size_t i = 0; i < token.group.size(); ++i) {
        std::string text = leaf(at_path(child, token.group[i], map_.images));
        if (!token.pairs)
          items.push_back(std::move(text));
        else
          pair += (i ? "," : "") + text;
      }
      if (token.pairs) items.push_back(std::move(pair));
    }
  }

  // puente:Field number="201" of a Type-14 record: as it stands in the traditional encoding.
  void own_fields(const Element& element) {
    for (const Element& child : element.children) {
      if (child.name == kUserDefined || child.name == "DomainDefinedDescriptiveDetail") own_fields(child);
      if (child.space != kOwnSpace || child.name != "Field" || own_.size() > kFieldsMax) continue;
      int number = 0;
      const std::string_view digits = child.attribute("number");
      const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), number);
      if (parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size()) number = 0;
      if (number > kFieldNumberMax) number = 0;
      used_.insert(&child);
      if (number < 2) continue;
      std::string value;
      if (child.attribute("encoding") == "base64") {
        const auto bytes = from_base64(xml::trimmed(child.text));
        doubts_.base64 |= !bytes.ok();
        if (bytes.ok()) value = text(*bytes);
      }
      for (std::size_t s = 0; s < child.children.size(); ++s) {
        if (s) value += kRecordSeparator;
        for (std::size_t i = 0; i < child.children[s].children.size(); ++i)
          value += (i ? std::string(1, kUnitSeparator) : "") + child.children[s].children[i].text;
      }
      own_.push_back({number, 0, std::move(value), child.offset});
    }
  }

  // They stand in the order of numbers; of those with the same number the last counts.
  void take_own_fields(Record& record) {
    std::move(own_.begin(), own_.end(), std::back_inserter(record.fields));
    std::stable_sort(record.fields.begin(), record.fields.end(),
                     [](const Field& a, const Field& b) { return a.number < b.number; });
    const auto kept = std::unique(record.fields.rbegin(), record.fields.rend(),
                                  [](const Field& a, const Field& b) { return a.number == b.number; });
    record.fields.erase(record.fields.begin(), kept.base());
  }

  // 8.8.8: a vector is X, Y, two bytes each, and the pen's pressure.
  void signature_vectors(Record& record) {
    const Element* list = at_path(element_, "@/SignatureImageVectorRepresentation", map_.images);
    if (!list || record.find(8)) return;
    first_offset_ = list->offset;
    ByteWriter out;
    for (const Element& vector : list->children) {
      if (vector.name != "SignatureImageVector") continue;
      const auto number = [&](std::string_view name) {
        const std::string text = leaf(vector.find(name));
        int value = 0;
        for (const char c : text) value = c >= '0' && c <= '9' && value < 100'000 ? value * 10 + (c - '0') : 0;
        return value;
      };
      out.u16(static_cast<std::uint16_t>(number("VectorPositionHorizontalCoordinateValue")));
      out.u16(static_cast<std::uint16_t>(number("VectorPositionVerticalCoordinateValue")));
      out.u8(static_cast<std::uint8_t>(number("VectorPenPressureValue")));
    }
    const Bytes bytes = out.take();
    if (!bytes.empty()) set(record, 8, std::string(text(bytes)));
  }

  // 7.7.4.2: six positions, those that are not needed 255.
  static void pad_positions(Record& record) {
    for (Field& field : record.fields) {
      if (field.number != 4) continue;
      for (auto count = std::count(field.value.begin(), field.value.end(), kUnitSeparator); count < 5; ++count)
        field.value += std::string(1, kUnitSeparator) + "255";
    }
  }

  // 8.9.5.13: the first subfield has the method alone, and two fillers to be as long as the others.
  static void pad_ridge_counts(Record& record) {
    for (Field& field : record.fields) {
      if (field.number != 138) continue;
      const std::size_t end = std::min(field.value.find(kRecordSeparator), field.value.size());
      if (field.value.substr(0, end).find(kUnitSeparator) == std::string::npos)
        field.value.insert(end, {kUnitSeparator, '0', kUnitSeparator, '0'});
    }
  }

  const Element& element_;
  const RecordMap& map_;
  std::unordered_set<const Element*> used_;
  std::vector<Field> own_;
  std::size_t first_offset_ = 0, items_ = 0;
  Doubts doubts_;
  bool with_data_;
};

// ---- writing --------------------------------------------------------------------------------------------------------

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

bool items_travel(std::string_view value) {
  for (const std::string_view subfield : split(value, kRecordSeparator))
    for (const std::string_view item : split(subfield, kUnitSeparator))
      if (!travels(item)) return false;
  return true;
}

void write_own_field(Element& parent, const Field& field) {
  Element& own = parent.add("Field");
  own.space = kOwnSpace;
  own.attributes.push_back({"", "number", std::to_string(field.number)});
  if (field.value.empty() || !items_travel(field.value)) {
    own.attributes.push_back({"", "encoding", "base64"});
    own.text = to_base64(view(field.value));
    return;
  }
  for (const auto& subfield : field.subfields()) {
    Element& element = own.add("Subfield");
    for (const std::string_view item : subfield) element.add("Item", item);
  }
}

class RecordWriter {
 public:
  RecordWriter(const Record& record, const RecordMap& map) : record_(record), map_(map) {
    const std::string_view first = map.images.substr(0, map.images.find('|'));
    image_ = map.type == 10 && record.value(3) != "FACE" ? "PhysicalFeatureImage" : first;
  }

  Element write() {
    Element element;
    element.space = kItlSpace;
    element.name = map_.package;
    add_named(element, "RecordCategoryCode").text = fmt::format("{:02}", map_.type);
    for (const auto& block : map_.blocks)
      for (const Row& row : block)
        if (const Field* field = row.only_read ? nullptr : record_.find(row.field)) write_row(element, row, *field);
    if (map_.type == 8 && record_.integer(4) == 2 && !record_.value(8).empty()) write_vectors(element);
    for (const Element& foreign : record_.foreign) element.children.push_back(foreign);
    write_what_is_left(element);
    return element;
  }

 private:
  static bool is_data(const Row& row) { return row.items.find("BinaryBase64Object") != std::string_view::npos; }

  void write_row(Element& element, const Row& row, const Field& field) {
    std::string_view value = field.value;
    const bool vectors = map_.type == 8 && row.field == 8 && record_.integer(4) == 2;
    if (value.empty() || vectors || (!is_data(row) && !items_travel(value))) return;
    if (map_.type >= 3 && map_.type <= 6 && row.field == 4)
      while (
          value.ends_with("\x1f"
                          "255"))
        value.remove_suffix(4);
    std::vector<Token> tokens;
    for (const std::string_view token : split(row.items, ' ')) tokens.push_back(parse_token(token));
    const Container container = parse_container(row.container);
    if (is_data(row)) {
      make_path(make_path(element, container.path, image_), tokens[0].path, image_).text = to_base64(view(value));
      return;
    }
    const auto subfields = split(value, kRecordSeparator);
    if (!container.repeats) {
      write_subfield(make_path(element, container.path, image_), tokens, subfields[0]);
      return;
    }
    Element& parent = make_path(element, container.path, image_);
    const std::string_view name = container.last.substr(0, container.last.find('|'));
    // fields that share their containers go into those that are there
    const auto old = std::count_if(parent.children.begin(), parent.children.end(),
                                   [&](const Element& child) { return child.name == local(name); });
    std::size_t next = 0;
    for (std::size_t i = container.from; i < subfields.size(); ++i) {
      if (static_cast<std::ptrdiff_t>(i - container.from) < old) {
        while (parent.children[next].name != local(name)) ++next;
        write_subfield(parent.children[next++], tokens, subfields[i]);
      } else {
        write_subfield(add_named(parent, name), tokens, subfields[i]);
      }
    }
  }

  void write_subfield(Element& element, const std::vector<Token>& tokens, std::string_view subfield) {
    const auto items = split(subfield, kUnitSeparator);
    for (const Token& token : tokens) {
      if (token.repeats) {
        write_repeated(element, token, items);
        continue;
      }
      if (token.item >= items.size() || items[token.item].empty()) continue;
      if (token.polygon) {
        write_polygon(element, token, items[token.item]);
        continue;
      }
      if (!has_place(element, token.path)) continue;  // write_what_is_left has it
      Element& leaf = make_path(element, leaf_path(token.path, items[token.item]), image_);
      leaf.text = to_element(leaf.name, token.part ? part_of(items[token.item], token.part) : items[token.item]);
    }
  }

  // Of "nc:Date|nc:DateTime", what fits the item.
  static std::string_view leaf_path(std::string_view path, std::string_view item) {
    if (path == "nc:Date|nc:DateTime" || path == "nc:DateTime|nc:Date")
      return item.size() == 15 ? std::string_view("nc:DateTime") : std::string_view("nc:Date");
    return path;
  }

  void write_polygon(Element& element, const Token& token, std::string_view points) {
    const std::size_t slash = token.path.rfind('/');
    Element& parent =
        slash == std::string_view::npos ? element : make_path(element, token.path.substr(0, slash), image_);
    const std::string_view name = slash == std::string_view::npos ? token.path : token.path.substr(slash + 1);
    for (const std::string_view point : split(points, '-')) {
      Element& vertex = add_named(parent, name);
      const auto values = split(point, ',');
      for (std::size_t k = 0; k < values.size() && k < token.group.size(); ++k)
        add_named(vertex, token.group[k]).text = values[k];
    }
  }

  void write_repeated(Element& element, const Token& token, const std::vector<std::string_view>& items) {
    const std::size_t slash = token.path.rfind('/');
    const std::string_view name = slash == std::string_view::npos ? token.path : token.path.substr(slash + 1);
    const std::size_t step = token.group.empty() || token.pairs ? 1 : token.group.size();
    for (std::size_t i = token.item; i < items.size(); i += step) {
      Element& parent =
          slash == std::string_view::npos ? element : make_path(element, token.path.substr(0, slash), image_);
      Element& child = add_named(parent, name);
      if (token.group.empty()) child.text = to_element(child.name, items[i]);
      const auto values =
          token.pairs ? split(items[i], ',') : std::vector(items.begin() + static_cast<std::ptrdiff_t>(i), items.end());
      for (std::size_t k = 0; k < token.group.size() && k < values.size(); ++k)
        if (!values[k].empty()) make_path(child, token.group[k], image_).text = values[k];
    }
  }

  void write_vectors(Element& element) {
    ByteReader in(view(record_.value(8)));
    Element& list = make_path(element, "@/SignatureImageVectorRepresentation", image_);
    while (in.left() >= 5) {
      const int x = in.u16(), y = in.u16(), pressure = in.u8();
      Element& vector = add_named(list, "SignatureImageVector");
      add_named(vector, "VectorPenPressureValue").text = std::to_string(pressure);
      add_named(vector, "VectorPositionVerticalCoordinateValue").text = std::to_string(y);
      add_named(vector, "VectorPositionHorizontalCoordinateValue").text = std::to_string(x);
    }
  }

  // Every field that reading the element would not give back as it is goes along in one of our own.
  void write_what_is_left(Element& element) {
    const Result<Record> back = RecordReader(element, map_, false).read();  // images are exact
    const int data = itl::is_binary(map_.type) ? map_.type == 8 ? 8 : 9 : 999;
    const bool vectors = map_.type == 8 && record_.integer(4) == 2;
    Element* parent = &element;
    for (const Field& field : record_.fields) {
      if (field.number == 1 || (field.number == data && !map_.images.empty() && !vectors && !field.value.empty()))
        continue;
      const Field* again = back.ok() ? back->find(field.number) : nullptr;
      if (again && again->value == field.value) continue;
      if (map_.type == 2 && parent == &element) {
        parent = &make_path(element, "itl:UserDefinedDescriptiveDetail", image_);
        parent = &parent->add("DomainDefinedDescriptiveDetail");
        parent->space = kOwnSpace;
      }
      write_own_field(*parent, field);
    }
  }

  const Record& record_;
  const RecordMap& map_;
  std::string_view image_;
};

Element* find_in(Element& parent, std::string_view name) {
  const auto found = std::find_if(parent.children.begin(), parent.children.end(),
                                  [&](const Element& child) { return child.name == name; });
  return found == parent.children.end() ? nullptr : &*found;
}

// What nothing asked for goes with its record, for the XML that may be written of it: parts of the record, and of what
// users define in it. Parts of other parts are lost. Says so of each.
void take_foreign(Element& element, const std::vector<Unused>& unused, itl::Reading& reading, Record& record) {
  Element* const user_defined = find_in(element, kUserDefined);
  Element kept;
  kept.space = kItlSpace;
  kept.name = kUserDefined;
  std::size_t findings = 0;
  for (const Unused& one : unused) {
    Element* const parent = one.parent == &element ? &element : one.parent == user_defined ? user_defined : nullptr;
    if (findings++ < kFindingsMax)
      reading.findings.push_back(
          {reading.transaction.records.size(), record.type, 0, one.element->offset,
           fmt::format("line {}: no field here is for the element {}; it is {}", one.element->line, one.element->name,
                       parent ? "kept in XML alone" : "not kept"),
           false, itl::Severity::kWarning});
    if (!parent) continue;
    std::vector<Element>& to = parent == &element ? record.foreign : kept.children;
    to.push_back(std::move(parent->children[static_cast<std::size_t>(one.element - &parent->children.front())]));
  }
  if (!kept.children.empty()) record.foreign.push_back(std::move(kept));
}

}  // namespace

Result<itl::Reading> read(ByteView bytes) {
  ASSIGN_OR_RETURN(Element root, xml::read(bytes));
  Element* const package = root.name == kPackage ? &root : find_in(root, kPackage);
  if (!package)
    return {Code::kInvalidInput,
            fmt::format("no transaction: its element is itl:{}, here stands {}", kPackage, root.name)};
  itl::Reading reading;
  for (Element& element : package->children) {
    const RecordMap* map = map_of(std::string_view(element.name));
    if (!map) {
      reading.findings.push_back({reading.transaction.records.size(), 0, 0, element.offset,
                                  fmt::format("the element {} is no record and is not kept", element.name), false,
                                  itl::Severity::kWarning});
      continue;
    }
    if (reading.transaction.records.empty() && map->type != 1)
      return {Code::kInvalidInput,
              fmt::format("line {}: a transaction begins with its PackageInformationRecord", element.line)};
    RecordReader reader(element, *map);
    ASSIGN_OR_RETURN(Record record, reader.read());
    for (const Element* doubtful : reader.doubtful_times())
      reading.findings.push_back({reading.transaction.records.size(), map->type, 0, doubtful->offset,
                                  fmt::format("line {}: {} is no date and time with a zone; it is kept as it stands",
                                              doubtful->line, doubtful->name),
                                  false, itl::Severity::kWarning});
    take_foreign(element, reader.unused(), reading, record);
    reading.transaction.records.push_back(std::move(record));
  }
  if (reading.transaction.records.empty())
    return {Code::kInvalidInput, "a transaction begins with its PackageInformationRecord; there is none"};
  return reading;
}

Result<Bytes> write(const itl::Transaction& transaction) {
  Element root;
  root.space = kItlSpace;
  root.name = kPackage;
  for (const Record& record : transaction.records) {
    const RecordMap* map = map_of(record.type);
    if (!map) return {Code::kInvalidInput, fmt::format("the standard has no Type-{} record", record.type)};
    root.children.push_back(RecordWriter(record, *map).write());
  }
  constexpr auto text = [](std::string_view view) { return std::string(view); };
  const xml::Prefix prefixes[] = {
      {"itl", text(kItlSpace)}, {"biom", text(kBiomSpace)}, {"nc", text(kCoreSpace)}, {"puente", text(kOwnSpace)}};
  return xml::write(root, prefixes);
}

}  // namespace puente::format::niem
