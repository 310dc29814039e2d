// Which element of the NIEM-conformant encoding (ANSI/NIST-ITL 1-2011 Update:2015, Annex C) says what a field says: a
// table, a row a field, in the order of the schema. Plain tables, which the compiler reads; any thread.
#pragma once
#include <cstddef>
#include <span>
#include <string_view>

namespace puente::format::niem {

inline constexpr std::string_view kItlSpace = "http://biometrics.nist.gov/standard/2011",
                                  kBiomSpace = "http://niem.gov/niem/biometrics/1.0",
                                  kCoreSpace = "http://niem.gov/niem/niem-core/2.0", kOwnSpace = "urn:puente:itl:1";

struct Name {
  std::string_view space, local;
};

// An element within another: any of these names, whatever its namespace; the first name is the one that is written.
struct Step {
  std::span<const Name> names;  // none: the record's image element
  int nth = 1;                  // of those that are so named
  bool identification = false;  // what is meant is FooIdentification/nc:IdentificationID; the name is Foo
};
using Path = std::span<const Step>;  // empty: the element itself

// Where an item of a subfield is, below the row's container.
struct Item {
  std::size_t number = 0;  // 0 is the first
  char part = 0;           // what the element has of the item, one of kParts; 0: all of it
  enum class Shape {
    kOne,      // an element for the item
    kRepeats,  // an element for this item and each after it; with a group: an element for as many items as that has
    kPairs,    // likewise, each item being "a,b", its parts in the group's elements
    kPolygon,  // the item is "a,b-a,b-…", an element for each pair
  } shape = Shape::kOne;
  Path path;   // of other shapes: its last step is repeated
  Path group;  // elements within each that is repeated, a step each
};
// m and n: an item's first and last two characters; h and l: its halves; x, y and t: the parts of a minutia's position
// and angle.
inline constexpr std::string_view kParts = "mnhlxyt";

// Where the field's items are, below the record.
struct Container {
  Path path;
  bool repeats = false;   // there is an element of the last step's for each subfield
  std::size_t first = 0;  // from this subfield on
};

struct Row {
  int field;
  Container container;
  std::span<const Item> items;
  bool only_read = false;  // an older place
};

struct RecordMap {
  int type;
  std::string_view package;      // the record's element, in itl
  std::span<const Name> images;  // names of its image element, the one to write first
  std::span<const std::span<const Row>> blocks;
};
const RecordMap* map_of(int type);  // null: none
const RecordMap* map_of(std::string_view package);

}  // namespace puente::format::niem
