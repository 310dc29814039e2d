// The notation of the layout tables (layout.h), taken apart by the compiler: "…"_items is an ItemLayouts of static
// storage, one for every text, and a mistake in a text does not compile.
#pragma once
#include <array>

#include "format/itl/layout.h"
#include "format/itl/literal.h"

namespace puente::format::itl {

// A text's items and choices before they have places of their own; an item's choices are those after the item before.
struct LayoutDraft {
  std::array<ItemLayout, 16> items{};
  std::array<std::size_t, 16> choices_of{};  // how many
  std::array<Choice, 48> choices{};
  std::size_t item_count = 0, choice_count = 0, repeat_from = 0;
};

constexpr bool is_whole_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  bool digits = !text.empty();
  for (const char letter : text) digits = digits && letter >= '0' && letter <= '9';
  return digits;
}
constexpr long whole_number(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  return negative ? -take_digits(text) : take_digits(text);
}

// "GRAY", "16" or "1..10".
consteval Choice choice_of(std::string_view text) {
  if (text.empty()) wrong_in_a_table("a value is empty");
  std::string_view to = text;
  const std::string_view from = take_until(to, "..");
  Choice choice{text, is_whole_number(from)};
  if (!choice.numeric && holds(text, "..")) wrong_in_a_table("a range is of whole numbers");
  if (!choice.numeric) return choice;
  if (!to.empty() && !is_whole_number(to)) wrong_in_a_table("a range ends with a whole number");
  choice.from = whole_number(from);
  choice.to = to.empty() ? choice.from : whole_number(to);
  if (choice.from > choice.to) wrong_in_a_table("a range's end is before its beginning");
  return choice;
}

// "NAME:LETTERSmin-max", without its values.
consteval ItemLayout item_of(std::string_view text) {
  ItemLayout item;
  if (holds(text, ':')) item.name = take_until(text, ":");
  if (text.empty() || !holds(kItemLetters, text[0])) wrong_in_a_table("no such LETTERS");
  item.letters = text[0];
  text.remove_prefix(1);
  item.shortest = static_cast<std::size_t>(take_digits(text));
  item.longest = item.shortest;
  if (text.starts_with('-')) {
    text.remove_prefix(1);
    item.longest = static_cast<std::size_t>(take_digits(text));
    if (item.longest > 0 && item.longest < item.shortest) wrong_in_a_table("a length's end is before its beginning");
  }
  if (!text.empty()) wrong_in_a_table("something stands after an item's length");
  return item;
}

consteval LayoutDraft layout_draft(std::string_view text) {
  LayoutDraft out;
  bool repeats = false;
  while (!text.empty()) {
    std::string_view part = take_until(text, " / ");
    if (part.starts_with('*')) {
      if (repeats) wrong_in_a_table("items repeat from two places");
      repeats = true;
      out.repeat_from = out.item_count;
      part.remove_prefix(1);
    }
    const bool optional = part.ends_with('?');
    if (optional) part.remove_suffix(1);
    const bool listed = holds(part, '=');
    ItemLayout& item = out.items[out.item_count] = item_of(take_until(part, "="));
    item.optional = optional;
    item.values = part;
    if (listed && part.empty()) wrong_in_a_table("no values after the =");
    for (; !part.empty(); ++out.choices_of[out.item_count])
      out.choices[out.choice_count++] = choice_of(take_until(part, ","));
    ++out.item_count;
  }
  if (!repeats) out.repeat_from = out.item_count;
  return out;
}

template <Literal kText>
constexpr LayoutDraft kLayoutDraft = layout_draft(kText.view());

template <Literal kText>
constexpr auto kChoices = [] {
  std::array<Choice, kLayoutDraft<kText>.choice_count> out{};
  std::copy_n(kLayoutDraft<kText>.choices.begin(), out.size(), out.begin());
  return out;
}();

template <Literal kText>
constexpr auto kItems = [] {
  std::array<ItemLayout, kLayoutDraft<kText>.item_count> out{};
  std::span<const Choice> rest = kChoices<kText>;
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = kLayoutDraft<kText>.items[i];
    out[i].choices = rest.first(kLayoutDraft<kText>.choices_of[i]);
    rest = rest.subspan(out[i].choices.size());
  }
  return out;
}();

template <Literal kText>
consteval ItemLayouts operator""_items() {
  return {kItems<kText>, kLayoutDraft<kText>.repeat_from};
}

}  // namespace puente::format::itl
