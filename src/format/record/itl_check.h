// Findings while a transaction is checked: shared by the layout tables' part and the rules that look at several fields.
#pragma once
#include <string>
#include <vector>

#include "format/format.h"
#include "format/record/itl.h"

namespace puente::format::itl {

class Findings {
 public:
  explicit Findings(const Reading& reading);

  const Transaction& transaction() const { return transaction_; }
  int version() const { return version_; }  // 1.002 as a number: 502; 502 where it is not one
  bool whole() const { return whole_; }     // every record that was announced could be read

  // About a field (number 0: the record) and, counted from 1, its subfield and item.
  void add(std::size_t record, int field, std::string rule, Severity severity = Severity::kError,
           std::size_t subfield = 0, std::size_t item = 0);
  std::vector<Finding> take() { return std::move(findings_); }

 private:
  const Transaction& transaction_;
  int version_ = 502;
  bool whole_;
  std::size_t last_record_ = 0, in_field_ = 0;
  int last_field_ = -1;
  std::vector<Finding> findings_;
};

// A compression's code in table 15. JP2L is what was compressed without loss.
std::string_view code_of(const ImageHeader& header);

// Text as a finding may quote it: short, printable.
std::string quoted(std::string_view text);

// Rules across fields and records; a rule a function, all called in this order.
void check_rules(Findings& findings);

}  // namespace puente::format::itl
