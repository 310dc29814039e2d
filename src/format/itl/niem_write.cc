#include <fmt/format.h>

#include <algorithm>

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

bool is_data(const Row& row) {
  return !row.items[0].path.empty() && row.items[0].path.back().names[0].local == "BinaryBase64Object";
}

// Where a step says nc:Date|nc:DateTime, the one that fits the item.
Step dated(Step step, std::string_view item) {
  constexpr std::size_t kMoment = 15;  // characters of a date and time
  if (step.names.size() != 2 || !step.names[0].local.starts_with("Date")) return step;
  const std::string_view wanted = item.size() == kMoment ? "DateTime" : "Date";
  step.names = step.names.subspan(step.names[0].local == wanted ? 0 : 1, 1);
  return step;
}

Name image_of(const Record& record, const RecordMap& map) {
  if (map.images.empty()) return {};
  return map.images[map.type == 10 && record.value(3) != "FACE" ? 1 : 0];
}

// Fields go into elements by the rows of the table, and what does not come back so into elements of our own.
class RecordWriter {
 public:
  RecordWriter(const Record& record, const RecordMap& map)
      : record_(record), map_(map), image_(image_of(record, map)), vectors_(map.type == 8 && record.integer(4) == 2) {}

  Element write() {
    Element element;
    element.space = kItlSpace;
    element.name = map_.package;
    add_named(element, {kBiomSpace, "RecordCategoryCode"}).text = fmt::format("{:02}", map_.type);
    for (const auto& block : map_.blocks)
      for (const Row& row : block)
        if (const Field* field = row.only_read ? nullptr : record_.find(row.field)) write_row(element, row, *field);
    if (vectors_ && !record_.value(8).empty()) write_vectors(element);
    for (const Element& foreign : record_.foreign) element.children.push_back(foreign);
    write_what_is_left(element);
    return element;
  }

 private:
  void write_row(Element& element, const Row& row, const Field& field) {
    std::string_view value = field.value;
    if (value.empty() || (vectors_ && row.field == 8) || (!is_data(row) && !items_travel(value))) return;
    if (map_.type >= 3 && map_.type <= 6 && row.field == 4)
      while (
          value.ends_with("\x1f"
                          "255"))
        value.remove_suffix(4);
    const auto& [path, repeats, first] = row.container;
    if (is_data(row)) {
      make_path(make_path(element, path, image_), row.items[0].path, image_).text = to_base64(view(value));
      return;
    }
    const auto subfields = split(value, kRecordSeparator);
    if (!repeats) {
      write_subfield(make_path(element, path, image_), row.items, subfields[0]);
      return;
    }
    Element& parent = make_path(element, path.first(path.size() - 1), image_);
    const Name& name = path.back().names[0];
    // fields that share their containers go into those that are there
    const auto old = std::count_if(parent.children.begin(), parent.children.end(),
                                   [&](const Element& child) { return child.name == name.local; });
    std::size_t next = 0;
    for (std::size_t i = first; i < subfields.size(); ++i) {
      if (static_cast<std::ptrdiff_t>(i - first) < old) {
        while (parent.children[next].name != name.local) ++next;
        write_subfield(parent.children[next++], row.items, subfields[i]);
      } else {
        write_subfield(add_named(parent, name), row.items, subfields[i]);
      }
    }
  }

  void write_subfield(Element& element, std::span<const Item> wanted, std::string_view subfield) {
    const auto items = split(subfield, kUnitSeparator);
    for (const Item& item : wanted) {
      if (item.number >= items.size()) continue;
      const std::string_view value = items[item.number];
      if (item.shape == Item::Shape::kRepeats || item.shape == Item::Shape::kPairs) {
        write_repeated(element, item, std::span(items).subspan(item.number));
      } else if (!value.empty() && item.shape == Item::Shape::kPolygon) {
        write_polygon(element, item, value);
      } else if (!value.empty() && has_place(element, item.path, map_.images)) {  // else write_what_is_left has it
        Element& leaf = make_leaf(element, item.path, value);
        leaf.text = to_element(leaf.name, item.part ? part_of(value, item.part) : value);
      }
    }
  }

  Element& make_leaf(Element& element, Path path, std::string_view item) {
    if (path.empty()) return element;
    const Step last = dated(path.back(), item);
    return make_path(make_path(element, path.first(path.size() - 1), image_), {&last, 1}, image_);
  }

  // One more of the elements that an item repeats.
  Element& add_repeated(Element& element, Path path) {
    return add_named(make_path(element, path.first(path.size() - 1), image_), path.back().names[0]);
  }

  void write_polygon(Element& element, const Item& item, std::string_view points) {
    for (const std::string_view point : split(points, '-'))
      write_group(add_repeated(element, item.path), item, split(point, ','));
  }

  void write_repeated(Element& element, const Item& item, std::span<const std::string_view> values) {
    const bool pairs = item.shape == Item::Shape::kPairs;
    const std::size_t step = item.group.empty() || pairs ? 1 : item.group.size();
    for (std::size_t i = 0; i < values.size(); i += step) {
      Element& child = add_repeated(element, item.path);
      if (item.group.empty()) child.text = to_element(child.name, values[i]);
      if (pairs) write_group(child, item, split(values[i], ','));
      if (!pairs) write_group(child, item, values.subspan(i));
    }
  }

  void write_group(Element& element, const Item& item, std::span<const std::string_view> values) {
    for (std::size_t k = 0; k < item.group.size() && k < values.size(); ++k)
      if (!values[k].empty()) make_path(element, item.group.subspan(k, 1), image_).text = values[k];
  }

  void write_vectors(Element& element) {
    ByteReader in(view(record_.value(8)));
    Element& list = make_path(element, "@/SignatureImageVectorRepresentation"_at.path, image_);
    const auto add = [](Element& vector, std::string_view name, int value) {
      add_named(vector, {kBiomSpace, name}).text = std::to_string(value);
    };
    while (in.left() >= 5) {
      const int x = in.u16(), y = in.u16(), pressure = in.u8();
      Element& vector = add_named(list, {kBiomSpace, "SignatureImageVector"});
      add(vector, "VectorPenPressureValue", pressure);
      add(vector, "VectorPositionVerticalCoordinateValue", y);
      add(vector, "VectorPositionHorizontalCoordinateValue", x);
    }
  }

  // Every field that reading the element would not give back as it is goes along in one of our own.
  void write_what_is_left(Element& element) {
    const Result<Record> back = read_without_data(element, map_);  // images are exact
    const int data = itl::is_binary(map_.type) ? map_.type == 8 ? 8 : 9 : 999;
    Element* parent = &element;
    for (const Field& field : record_.fields) {
      if (field.number == 1 || (field.number == data && !map_.images.empty() && !vectors_ && !field.value.empty()))
        continue;
      const Field* again = back.ok() ? back->find(field.number) : nullptr;
      if (again && again->value == field.value) continue;
      if (map_.type == 2 && parent == &element) {
        parent = &make_path(element, "itl:UserDefinedDescriptiveDetail"_at.path, image_);
        parent = &parent->add("DomainDefinedDescriptiveDetail");
        parent->space = kOwnSpace;
      }
      write_own_field(*parent, field);
    }
  }

  static void write_own_field(Element& parent, const Field& field) {
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

  const Record& record_;
  const RecordMap& map_;
  const Name image_;
  const bool vectors_;
};

}  // namespace

Element write_record(const Record& record, const RecordMap& map) {
  return RecordWriter(record, map).write();
}

}  // namespace puente::format::niem
