// The notation of the NIEM tables (niem_map.h), taken apart by the compiler; a mistake in a text does not compile.
//
// "A/B/C"_at is a Container. Names are in the namespace biom, or as the prefix says: nc:, itl:. "A|B" are names of one
// element, "@" is the record's image element, "Foo#" FooIdentification/nc:IdentificationID, "Foo[2]" the second Foo. A
// "*" at the end: an element for each subfield, from the second subfield on if "*2".
//
// "1=Path 2=Path"_items are Items, each a number and its element; "." is the container itself. "2+=Path": item 2 and
// all after it, an element each; "3+=Path(A,B)": in groups, A and B within Path; "5+,=Path(A,B)": each item is "a,b";
// "2~=Path(A,B)": the item is "a,b-a,b-…". A letter after the number takes a part of the item: one of kParts.
//
// "A|B"_names are Names.
#pragma once
#include <array>

#include "format/itl/literal.h"
#include "format/itl/niem_map.h"

namespace puente::format::niem {

using itl::Literal;
using itl::take_until;
using itl::wrong_in_a_table;

// What a text says before its parts have places of their own; each names how many of the next smaller ones it has.
struct Draft {
  struct DraftStep {
    std::size_t names = 0;
    int nth = 1;
    bool identification = false;
  };
  struct DraftItem {
    Item item;
    std::size_t path = 0, group = 0;
  };
  std::array<Name, 80> names{};
  std::array<DraftStep, 80> steps{};
  std::array<DraftItem, 16> items{};
  std::size_t name_count = 0, step_count = 0, item_count = 0;
  bool repeats = false;
  std::size_t first = 0;

  consteval void name(std::string_view text) {
    std::string_view local = text;
    const bool prefixed = itl::holds(text, ':');
    const std::string_view prefix = prefixed ? take_until(local, ":") : "";
    if (prefixed && prefix != "nc" && prefix != "itl") wrong_in_a_table("a prefix is nc: or itl:");
    if (local.empty()) wrong_in_a_table("this is no element's name");
    for (const char letter : local) {
      if (itl::holds(":@#*=+~,.()[]/ ", letter)) wrong_in_a_table("this is no element's name");
    }
    names[name_count++] = {prefix == "nc" ? kCoreSpace : prefix == "itl" ? kItlSpace : kBiomSpace, local};
  }

  consteval void step(std::string_view text) {
    DraftStep& out = steps[step_count++];
    if (text == "@") return;
    if (text.ends_with(']')) {
      std::string_view names_alone = text;
      text = take_until(names_alone, "[");
      if (names_alone.size() != 2 || names_alone[0] < '2' || names_alone[0] > '9') wrong_in_a_table("[2] to [9]");
      out.nth = names_alone[0] - '0';
    }
    out.identification = text.ends_with('#');
    do {
      std::string_view each = take_until(text, "|");
      if (each.ends_with('#') != out.identification) wrong_in_a_table("all names of an element end in #, or none");
      if (out.identification) each.remove_suffix(1);
      name(each);
      ++out.names;
    } while (!text.empty());
  }

  consteval std::size_t path(std::string_view text) {
    const std::size_t before = step_count;
    while (!text.empty()) step(take_until(text, "/"));
    return step_count - before;
  }

  // "5+,=Path(A,B)"
  consteval void item(std::string_view text) {
    DraftItem& out = items[item_count++];
    std::string_view mark = take_until(text, "=");
    out.item.number = static_cast<std::size_t>(itl::take_digits(mark));
    if (out.item.number-- == 0) wrong_in_a_table("items are counted from 1");
    if (!mark.empty() && itl::holds(kParts, mark[0])) {
      out.item.part = mark[0];
      mark.remove_prefix(1);
    }
    using Shape = Item::Shape;
    if (mark == "+") out.item.shape = Shape::kRepeats;
    if (mark == "+,") out.item.shape = Shape::kPairs;
    if (mark == "~") out.item.shape = Shape::kPolygon;
    if (out.item.shape == Shape::kOne && !mark.empty()) wrong_in_a_table("no such mark after an item's number");
    if (text.empty()) wrong_in_a_table("an item without a path");
    if (text == ".") return;
    const bool grouped = text.ends_with(')');
    if (grouped) text.remove_suffix(1);
    out.path = path(take_until(text, "("));
    if (grouped && text.empty()) wrong_in_a_table("a group without names");
    for (; !text.empty(); ++out.group) step(take_until(text, ","));
    const bool wanted = out.item.shape == Shape::kPairs || out.item.shape == Shape::kPolygon;
    if (wanted ? out.group != 2 : out.group > 0 && out.item.shape != Shape::kRepeats)
      wrong_in_a_table("pairs and polygons have groups of two; single items have none");
  }
};

consteval Draft draft_of_names(std::string_view text) {
  Draft out;
  while (!text.empty()) out.name(take_until(text, "|"));
  return out;
}

consteval Draft draft_of_container(std::string_view text) {
  Draft out;
  if (text.ends_with("*2")) {
    out.first = 1;
    text.remove_suffix(1);
  }
  out.repeats = text.ends_with('*');
  if (out.repeats) text.remove_suffix(1);
  if (out.path(text) == 0 && out.repeats) wrong_in_a_table("what repeats has a name");
  return out;
}

consteval Draft draft_of_items(std::string_view text) {
  Draft out;
  if (text.empty()) wrong_in_a_table("a row without items");
  while (!text.empty()) out.item(take_until(text, " "));
  return out;
}

template <const Draft& kDraft>
constexpr auto kNames = [] {
  std::array<Name, kDraft.name_count> out{};
  std::copy_n(kDraft.names.begin(), out.size(), out.begin());
  return out;
}();

template <const Draft& kDraft>
constexpr auto kSteps = [] {
  std::array<Step, kDraft.step_count> out{};
  std::span<const Name> names = kNames<kDraft>;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto& [count, nth, identification] = kDraft.steps[i];
    out[i] = {names.first(count), nth, identification};
    names = names.subspan(count);
  }
  return out;
}();

template <const Draft& kDraft>
constexpr auto kItems = [] {
  std::array<Item, kDraft.item_count> out{};
  Path steps = kSteps<kDraft>;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto& [item, path, group] = kDraft.items[i];
    out[i] = item;
    out[i].path = steps.first(path);
    out[i].group = steps.subspan(path, group);
    steps = steps.subspan(path + group);
  }
  return out;
}();

template <Literal kText>
constexpr Draft kNamesDraft = draft_of_names(kText.view());
template <Literal kText>
constexpr Draft kContainerDraft = draft_of_container(kText.view());
template <Literal kText>
constexpr Draft kItemsDraft = draft_of_items(kText.view());

template <Literal kText>
consteval std::span<const Name> operator""_names() {
  return kNames<kNamesDraft<kText>>;
}
template <Literal kText>
consteval Container operator""_at() {
  return {kSteps<kContainerDraft<kText>>, kContainerDraft<kText>.repeats, kContainerDraft<kText>.first};
}
template <Literal kText>
consteval std::span<const Item> operator""_items() {
  return kItems<kItemsDraft<kText>>;
}

}  // namespace puente::format::niem
