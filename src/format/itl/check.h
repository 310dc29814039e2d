// Findings while a transaction is checked: shared by the layout tables' part and the rules that look at several fields.
#pragma once
#include <array>
#include <string>
#include <vector>

#include "format/image/image.h"
#include "format/itl/itl.h"

namespace puente::format::itl {

// What bytes text may have: 1.015 (DCS) says it of the whole transaction. kOther: not checked.
enum class Characters { kAscii, kUtf8, kLatin1, kOther };

class Findings {
 public:
  explicit Findings(const Reading& reading);

  const Transaction& transaction() const { return transaction_; }
  int version() const { return version_; }  // 1.002 as a number: 502; 502 where it is not one
  bool whole() const { return whole_; }     // every record that was announced could be read
  Characters characters() const { return characters_; }

  // About a field (number 0: the record) and, counted from 1, its subfield and item.
  void add(std::size_t record, int field, std::string rule, Severity severity = Severity::kError,
           std::size_t subfield = 0, std::size_t item = 0);
  std::vector<Finding> take() { return std::move(findings_); }

 private:
  const Transaction& transaction_;
  int version_ = 502;
  bool whole_;
  Characters characters_ = Characters::kAscii;
  std::size_t last_record_ = 0, in_field_ = 0;
  int last_field_ = -1;
  std::vector<Finding> findings_;
};

// The next piece of `rest` up to a separator; nothing is copied, so that fields of a million subfields cost nothing.
std::string_view take_piece(std::string_view& rest, char separator, bool& more);

// Calls with each of a field's subfields, counted from 1, and its first items, empty where there are none.
template <typename Call>
void each_subfield(const Field& field, Call&& call) {
  std::string_view rest = field.value;
  bool more = true;
  for (std::size_t i = 1; more; ++i) {
    std::string_view subfield = take_piece(rest, '\x1e', more);
    std::array<std::string_view, 6> items;
    bool more_items = true;
    for (std::size_t k = 0; k < items.size() && more_items; ++k) items[k] = take_piece(subfield, '\x1f', more_items);
    call(i, items);
  }
}

// Of digits, nine at most; else -1.
int number(std::string_view text);

// Which fingers a position of table 8 shows, finger 1 as bit 1; 0: no fingers, or not said which.
unsigned fingers_of(int position);

// Rules about what a record shows and where: positions, missing fingers, coordinates.
void check_places(Findings& findings, std::size_t record);

// Rules across fields and records; a rule a function, all called in this order.
void check_rules(Findings& findings);

}  // namespace puente::format::itl
