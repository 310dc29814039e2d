#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <unordered_set>

#include "core/bytes.h"
#include "core/text.h"
#include "format/itl/niem_record.h"
#include "format/itl/niem_text.h"
#include "format/itl/niem_tree.h"
#include "format/itl/niem_values.h"

namespace puente::format::niem {
namespace {

using itl::Field;
using itl::Record;
using xml::Element;

constexpr std::size_t kItemsMax = 100'000, kFieldsMax = 10'000;
constexpr int kFieldNumberMax = 999'999'999;  // as the traditional encoding writes it

std::string joined(const std::vector<std::string>& parts, char separator) {
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i) out += (i ? std::string(1, separator) : "") + parts[i];
  return out;
}

void drop_empty_end(std::vector<std::string>& parts) {
  while (!parts.empty() && parts.back().empty()) parts.pop_back();
}

// ---- what is taken of an element, and what is left ------------------------------------------------------------------

class Taken {
 public:
  explicit Taken(bool with_data) : with_data_(with_data) {}

  // An element's text as an item; empty for none.
  std::string item(const Element* element) {
    if (!element || (!with_data_ && element->name == "BinaryBase64Object")) return {};
    mark(*element);
    if (first_offset_ == 0) first_offset_ = element->offset;
    ++items_;
    return from_element(*element, doubts);
  }
  void mark(const Element& element) { used_.insert(&element); }

  // Of a field: where its first element is.
  void begin_field() { first_offset_ = 0; }
  std::size_t first_offset() const { return first_offset_; }

  bool too_many() const { return items_ > kItemsMax; }

  std::vector<Unused> unused_in(const Element& parent) const {
    std::vector<Unused> out;
    for (const Element& child : parent.children) add_unused({&child, &parent}, out);
    return out;
  }

  Doubts doubts;

 private:
  // Whether any of it was asked for. Of a branch that was not, the branch itself is listed if there is text in it.
  bool add_unused(const Unused& one, std::vector<Unused>& out) const {
    const Element& element = *one.element;
    const std::size_t before = out.size();
    bool any = used_.contains(&element);
    const bool whole = any;  // a field of our own is taken with all that is in it
    for (const Element& child : element.children) any |= !whole && add_unused({&child, &element}, out);
    if (any) return true;
    const bool text = out.size() > before || (element.children.empty() && !xml::trimmed(element.text).empty());
    out.resize(before);
    if (text) out.push_back(one);
    return false;
  }

  bool with_data_;
  std::unordered_set<const Element*> used_;
  std::size_t first_offset_ = 0, items_ = 0;
};

// ---- fields by the tables -------------------------------------------------------------------------------------------

class RowReader {
 public:
  RowReader(const Element& element, std::span<const Name> images, Taken& taken)
      : element_(element), images_(images), taken_(taken) {}

  // A field's value, or what a row says of it; empty when there is none.
  std::string read(const Row& row) {
    taken_.begin_field();
    const auto& [path, repeats, first] = row.container;
    const Element* parent = at_path(element_, repeats ? path.first(path.size() - 1) : path, images_);
    if (!parent) return {};
    if (!repeats) return subfield(*parent, row.items);
    std::vector<std::string> subfields;
    for (const Element& child : parent->children)
      if (is_named(child, path.back(), images_)) subfields.push_back(subfield(child, row.items));
    drop_empty_end(subfields);
    return joined(subfields, kRecordSeparator);
  }

 private:
  std::string subfield(const Element& element, std::span<const Item> wanted) {
    std::vector<std::string> items;
    const auto put = [&](std::size_t at, std::string text) {
      if (items.size() <= at) items.resize(at + 1);
      items[at] = std::move(text);
    };
    std::vector<std::pair<char, std::string>> parts;
    std::size_t parts_of = 0;
    for (const Item& item : wanted) {
      if (item.shape == Item::Shape::kPolygon) {
        if (std::string points = polygon(element, item); !points.empty()) put(item.number, std::move(points));
      } else if (item.shape != Item::Shape::kOne) {
        add_repeated(element, item, items);
      } else if (const Element* found = at_path(element, item.path, images_); found && item.part) {
        parts.emplace_back(item.part, taken_.item(found));
        parts_of = item.number;
      } else if (found) {
        put(item.number, taken_.item(found));
      }
    }
    if (!parts.empty()) put(parts_of, join_parts(parts));
    drop_empty_end(items);
    return joined(items, kUnitSeparator);
  }

  // Calls with each of the elements that an item repeats.
  template <typename Call>
  void each_repeated(const Element& element, Path path, Call&& call) {
    const Element* parent = at_path(element, path.first(path.size() - 1), images_);
    if (!parent) return;
    for (const Element& child : parent->children)
      if (is_named(child, path.back(), images_)) call(child);
  }

  // "a,b", of the two elements of a group.
  std::string pair(const Element& element, Path group) {
    std::string out = grouped(element, group, 0);
    return out + "," + grouped(element, group, 1);
  }
  std::string grouped(const Element& element, Path group, std::size_t index) {
    return taken_.item(at_path(element, group.subspan(index, 1), images_));
  }

  std::string polygon(const Element& element, const Item& item) {
    std::string out;
    each_repeated(element, item.path,
                  [&](const Element& child) { out += (out.empty() ? "" : "-") + pair(child, item.group); });
    return out;
  }

  void add_repeated(const Element& element, const Item& item, std::vector<std::string>& items) {
    each_repeated(element, item.path, [&](const Element& child) {
      if (items.size() < item.number) items.resize(item.number);
      if (item.shape == Item::Shape::kPairs) {
        items.push_back(pair(child, item.group));
      } else if (item.group.empty()) {
        items.push_back(taken_.item(&child));
      } else {
        for (std::size_t i = 0; i < item.group.size(); ++i) items.push_back(grouped(child, item.group, i));
      }
    });
  }

  const Element& element_;
  std::span<const Name> images_;
  Taken& taken_;
};

// ---- fields of our own ----------------------------------------------------------------------------------------------

// puente:Field number="201" of a Type-14 record: as it stands in the traditional encoding.
Field own_field(const Element& element, Taken& taken) {
  const int number = to_number<int>(element.attribute("number")).value_or(0);
  taken.mark(element);
  if (number < 2 || number > kFieldNumberMax) return {};
  std::string value;
  if (element.attribute("encoding") == "base64") {
    const auto bytes = from_base64(xml::trimmed(element.text));
    taken.doubts.base64 |= !bytes.ok();
    if (bytes.ok()) value = text(*bytes);
  }
  for (std::size_t s = 0; s < element.children.size(); ++s) {
    if (s) value += kRecordSeparator;
    const std::vector<Element>& items = element.children[s].children;
    for (std::size_t i = 0; i < items.size(); ++i) value += (i ? std::string(1, kUnitSeparator) : "") + items[i].text;
  }
  return {number, 0, std::move(value), element.offset};
}

void find_own_fields(const Element& element, Taken& taken, std::vector<Field>& out) {
  for (const Element& child : element.children) {
    if (child.name == kUserDefined || child.name == "DomainDefinedDescriptiveDetail")
      find_own_fields(child, taken, out);
    if (child.space != kOwnSpace || child.name != "Field" || out.size() > kFieldsMax) continue;
    if (Field field = own_field(child, taken); field.number > 0) out.push_back(std::move(field));
  }
}

// They stand in the order of numbers; of those with the same number the last counts.
void take_own_fields(std::vector<Field> own, Record& record) {
  std::move(own.begin(), own.end(), std::back_inserter(record.fields));
  std::stable_sort(record.fields.begin(), record.fields.end(),
                   [](const Field& a, const Field& b) { return a.number < b.number; });
  const auto kept = std::unique(record.fields.rbegin(), record.fields.rend(),
                                [](const Field& a, const Field& b) { return a.number == b.number; });
  record.fields.erase(record.fields.begin(), kept.base());
}

// ---- what some types have of their own ------------------------------------------------------------------------------

void set_field(Record& record, int number, std::string value, std::size_t offset) {
  record.set(number, std::move(value));
  for (Field& field : record.fields) {
    if (field.number != number) continue;
    field.digits = 0;
    field.offset = offset;
  }
}

// 8.8.8: a vector is X, Y, two bytes each, and the pen's pressure.
void take_signature_vectors(const Element& element, std::span<const Name> images, Taken& taken, Record& record) {
  const Element* list = at_path(element, "@/SignatureImageVectorRepresentation"_at.path, images);
  if (!list || record.find(8)) return;
  ByteWriter out;
  for (const Element& vector : list->children) {
    if (vector.name != "SignatureImageVector") continue;
    const auto number = [&](std::string_view name) {
      const std::string text = taken.item(vector.find(name));
      int value = 0;
      for (const char c : text) value = c >= '0' && c <= '9' && value < 100'000 ? value * 10 + (c - '0') : 0;
      return value;
    };
    out.u16(static_cast<std::uint16_t>(number("VectorPositionHorizontalCoordinateValue")));
    out.u16(static_cast<std::uint16_t>(number("VectorPositionVerticalCoordinateValue")));
    out.u8(static_cast<std::uint8_t>(number("VectorPenPressureValue")));
  }
  const Bytes bytes = out.take();
  if (!bytes.empty()) set_field(record, 8, std::string(text(bytes)), list->offset);
}

// 7.7.4.2: six positions, those that are not needed 255.
void pad_positions(Record& record) {
  for (Field& field : record.fields) {
    if (field.number != 4) continue;
    for (auto count = std::count(field.value.begin(), field.value.end(), kUnitSeparator); count < 5; ++count)
      field.value += std::string(1, kUnitSeparator) + "255";
  }
}

// 8.9.5.13: the first subfield has the method alone, and two fillers to be as long as the others.
void pad_ridge_counts(Record& record) {
  for (Field& field : record.fields) {
    if (field.number != 138) continue;
    const std::size_t end = std::min(field.value.find(kRecordSeparator), field.value.size());
    if (field.value.substr(0, end).find(kUnitSeparator) == std::string::npos)
      field.value.insert(end, {kUnitSeparator, '0', kUnitSeparator, '0'});
  }
}

Result<Record> read_fields(const Element& element, const RecordMap& map, Taken& taken) {
  Record record{map.type, {}, element.offset, 0};
  if (const Element* category = element.find("RecordCategoryCode")) taken.mark(*category);
  record.set(1, "0");
  RowReader rows(element, map.images, taken);
  for (const auto& block : map.blocks)
    for (const Row& row : block) {
      std::string value = rows.read(row);
      const Field* before = record.find(row.field);
      if (value.empty() || (row.only_read && before)) continue;
      if (before) value = before->value + kRecordSeparator + value;
      set_field(record, row.field, std::move(value), taken.first_offset());
    }
  if (map.type >= 3 && map.type <= 6) pad_positions(record);
  if (map.type == 9) pad_ridge_counts(record);
  std::vector<Field> own;
  find_own_fields(element, taken, own);
  if (own.size() > kFieldsMax)
    return {Code::kTooLarge, fmt::format("line {}: a record of more than {} fields", element.line, kFieldsMax)};
  take_own_fields(std::move(own), record);
  if (map.type == 8) take_signature_vectors(element, map.images, taken, record);
  if (taken.doubts.base64)
    return {Code::kInvalidInput, fmt::format("line {}: an image is not in base64", element.line)};
  if (taken.too_many()) return {Code::kTooLarge, fmt::format("line {}: a record has too many items", element.line)};
  return record;
}

}  // namespace

Result<RecordRead> read_record(const Element& element, const RecordMap& map) {
  Taken taken(true);
  ASSIGN_OR_RETURN(Record record, read_fields(element, map, taken));
  return RecordRead{std::move(record), std::move(taken.doubts.times), taken.unused_in(element)};
}

Result<Record> read_without_data(const Element& element, const RecordMap& map) {
  Taken taken(false);
  return read_fields(element, map, taken);
}

}  // namespace puente::format::niem
