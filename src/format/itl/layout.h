// What each record of an ANSI/NIST-ITL transaction consists of: the layout tables of ANSI/NIST-ITL 1-2011 Update:2015,
// clause 8, a row a field, with what older versions had otherwise. Plain tables; any thread.
#pragma once
#include <cstddef>
#include <span>
#include <string_view>

#include "format/itl/itl.h"

namespace puente::format::itl {

// One of the values that an item may have: a word, or, where numeric, the whole numbers from … to.
struct Choice {
  std::string_view text;
  bool numeric = false;
  long from = 0, to = 0;
};

inline constexpr std::string_view kItemLetters = "NSRPAXHTUDGB";

struct ItemLayout {
  std::string_view name;                  // empty: the field's mnemonic
  char letters = 'U';                     // of kItemLetters
  std::size_t shortest = 0, longest = 0;  // characters; longest 0: any
  std::string_view values;                // the choices as the table has them
  std::span<const Choice> choices;        // none: any value
  bool optional = false;
};
struct ItemLayouts {
  std::span<const ItemLayout> items;
  std::size_t repeat_from = 0;  // == items.size(): none repeat
};

struct FieldLayout {
  int number;
  std::string_view mnemonic, name;
  int since;      // the version (1.002) that brought it; 0: all that are read here
  char presence;  // M mandatory, O optional, D another rule says (rules.cc)
  int most;       // subfields; 0: any number
  // Its items, which the compiler reads (layout_text.h): divided by " / ", each "NAME:LETTERSmin-max=values", the name
  // left out where there is but one. LETTERS: N digits, S a whole number with or without sign, R a number with a point,
  // P such a number without sign, A letters, X letters and digits, H hexadecimal digits, T printable ASCII, U any text,
  // D a date, G a moment in UTC, B bytes. No max: any length; values: "GRAY,RGB" or "1..10,16". A "?" at the end: may
  // be left out. "*" before a name: the items from here on repeat. Empty: the domain's or an examiner's own, not
  // checked.
  ItemLayouts items;
};

struct RecordLayout {
  int type;
  std::string_view name;
  int since;
  std::span<const std::span<const FieldLayout>> blocks;  // an earlier block's row goes before a later one's
  int user_from = 0, user_to = 0;                        // fields whose meaning is the domain's
  bool partly = false;                                   // or the standard's, and they have no rows here
};
const RecordLayout* layout_of_record(int type);  // null when the standard has no such record

// The row of a field: the newest that the version knows, else the oldest. Null when the standard has no such field.
const FieldLayout* layout_of_field(const RecordLayout& record, int field, int version);

}  // namespace puente::format::itl
