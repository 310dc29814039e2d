// Inside the NIEM encoding: the places in a tree of elements that the tables (niem_map.h) name. `images` and `image`
// are the names that a record's image element may have, and the one that it is written with.
#pragma once
#include <span>
#include <string_view>

#include "format/itl/niem_map.h"
#include "format/xml/xml.h"

namespace puente::format::niem {

// Whether it is called so, in whatever namespace.
bool is_named(const xml::Element& element, const Step& step, std::span<const Name> images);

// The element at a path, or null.
const xml::Element* at_path(const xml::Element& from, Path path, std::span<const Name> images);

xml::Element& add_named(xml::Element& parent, const Name& name);

// The element at a path, made where it is missing.
xml::Element& make_path(xml::Element& from, Path path, const Name& image);

// Whether those before it are there: the second of a name can't be written without the first.
bool has_place(const xml::Element& from, Path path, std::span<const Name> images);

}  // namespace puente::format::niem
