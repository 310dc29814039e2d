// Which element of the NIEM-conformant encoding (ANSI/NIST-ITL 1-2011 Update:2015, Annex C) says what a field says: a
// table, a row a field, in the order of the schema. Plain tables; any thread.
#pragma once
#include <span>
#include <string_view>
#include <vector>

namespace puente::format::niem {

inline constexpr std::string_view kItlSpace = "http://biometrics.nist.gov/standard/2011",
                                  kBiomSpace = "http://niem.gov/niem/biometrics/1.0",
                                  kCoreSpace = "http://niem.gov/niem/niem-core/2.0", kOwnSpace = "urn:puente:itl:1";

// Names are in the namespace biom, or as the prefix says: nc:, itl:. "A|B": A is written, either is read, whatever its
// namespace. "Foo#" is FooIdentification/nc:IdentificationID, "Foo[2]" the second Foo. "@" is the record's image
// element.
struct Row {
  int field;
  // Where the field's items are, below the record. With a "*" at the end: an element for each subfield, from the
  // second subfield on if "*2".
  std::string_view container;
  // "1=Path 2=Path …", each an item and its element; "." is the container itself. "2+=Path": item 2 and all after it,
  // an element each; "3+=Path(A,B)": in groups, A and B within Path; "5+,=Path(A,B)": each item is "a,b";
  // "2~=Path(A,B)": the item is "a,b-a,b-…". A letter after the number takes a part of the item: m and n its first and
  // last two characters, h and l its halves, x, y and t the parts of a minutia's position and angle.
  std::string_view items;
  bool only_read = false;  // an older place
};

struct RecordMap {
  int type;
  std::string_view package;  // the record's element, in itl
  std::string_view images;   // names of "@", the one to write first
  std::vector<std::span<const Row>> blocks;
};
const RecordMap* map_of(int type);  // null: none
const RecordMap* map_of(std::string_view package);

}  // namespace puente::format::niem
