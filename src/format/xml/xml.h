// XML documents of other people, as a small tree of elements, and back. What a document may do to us is little: UTF-8
// only, no document type, no entities of its own, nothing is fetched, depth and counts are bounded (core/limits.h).
// Comments and processing instructions are dropped. Plain values; pure functions; any thread. XML 1.0 with Namespaces.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.h"
#include "core/result.h"

namespace puente::format::xml {

struct Attribute {
  std::string space;  // the namespace's URI; empty for most attributes
  std::string name;   // without a prefix
  std::string value;
};

struct Element {
  std::string space, name;  // namespace URI, local name
  std::string text;         // its own, all pieces joined; empty when only white space lies between its children
  std::vector<Attribute> attributes;
  std::vector<Element> children;
  std::size_t offset = 0;  // of its "<" in the file it was read from
  int line = 0;            // likewise, 1 is the first

  // The first child of that local name, in any namespace unless one is given; null when there is none.
  const Element* find(std::string_view child, std::string_view child_space = {}) const;
  std::string_view value(std::string_view child) const;       // the child's text without white space around it
  std::string_view attribute(std::string_view wanted) const;  // by local name; empty when there is none
  Element& add(std::string_view child, std::string_view child_text = {});  // in this element's namespace
};

std::string_view trimmed(std::string_view text);  // without the white space around it

// Whether the bytes begin as XML does: after a byte order mark and white space, "<" and no NUL in the first 512 bytes.
bool looks_like_xml(ByteView bytes);

// The document's root. kInvalidInput: not well-formed, not UTF-8, has a document type, with the line. kTooLarge: over a
// limit.
Result<Element> read(ByteView bytes);

// A prefix for a namespace; an empty one is the default. Namespaces without one are given ns1, ns2, …
struct Prefix {
  std::string prefix, space;
};
// UTF-8, two spaces a level, prefixes declared at the root. kInvalidInput: text that XML cannot carry (control
// characters, not UTF-8), with the element's name.
Result<Bytes> write(const Element& root, std::span<const Prefix> prefixes);

}  // namespace puente::format::xml
