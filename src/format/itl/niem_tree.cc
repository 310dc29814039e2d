#include "format/itl/niem_tree.h"

#include <algorithm>
#include <string>

namespace puente::format::niem {
namespace {

using xml::Element;

constexpr std::string_view kIdentification = "Identification";
constexpr Name kIdentificationId{kCoreSpace, "IdentificationID"};

const Element* child_of(const Element& parent, const Step& step, std::span<const Name> images) {
  int left = step.nth;
  for (const Element& child : parent.children)
    if (is_named(child, step, images) && --left == 0)
      return step.identification ? child.find(kIdentificationId.local) : &child;
  return nullptr;
}

Element& make_step(Element& parent, const Step& step, const Name& image) {
  const Name& name = step.names.empty() ? image : step.names[0];
  const std::string local = std::string(name.local) + std::string(step.identification ? kIdentification : "");
  Element* element = nullptr;
  int left = step.nth;
  for (Element& child : parent.children)
    if (child.name == local && --left == 0) element = &child;
  if (!element) element = &add_named(parent, {name.space, local});
  if (!step.identification) return *element;
  return element->children.empty() ? add_named(*element, kIdentificationId) : element->children[0];
}

}  // namespace

bool is_named(const Element& element, const Step& step, std::span<const Name> images) {
  std::string_view local = element.name;
  if (step.identification) {
    if (!local.ends_with(kIdentification)) return false;
    local.remove_suffix(kIdentification.size());
  }
  const std::span<const Name> names = step.names.empty() ? images : step.names;
  return std::any_of(names.begin(), names.end(), [&](const Name& name) { return name.local == local; });
}

const Element* at_path(const Element& from, Path path, std::span<const Name> images) {
  const Element* element = &from;
  for (std::size_t i = 0; element && i < path.size(); ++i) element = child_of(*element, path[i], images);
  return element;
}

Element& add_named(Element& parent, const Name& name) {
  Element& child = parent.add(name.local);
  child.space = name.space;
  return child;
}

Element& make_path(Element& from, Path path, const Name& image) {
  Element* element = &from;
  for (const Step& step : path) element = &make_step(*element, step, image);
  return *element;
}

bool has_place(const Element& from, Path path, std::span<const Name> images) {
  if (path.empty() || path.back().nth == 1) return true;
  const Element* parent = at_path(from, path.first(path.size() - 1), images);
  Step before = path.back();
  --before.nth;
  return parent && child_of(*parent, before, images);
}

}  // namespace puente::format::niem
