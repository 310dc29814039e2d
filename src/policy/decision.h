// What every moment answers with.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/agreement.h"

namespace puente::policy {

struct Decision {
  bool permitted = false;
  Code code = Code::kDenied;          // of a denial: kDenied, kQuotaExceeded, kInvalidInput, kConflict
  std::vector<std::string> reasons;   // never empty; stable snake_case names, no personal data: they go into the log
  std::optional<PurposeTerms> terms;  // of a permitted ask or release: the clause that permits it

  static Decision permit(std::string reason, std::optional<PurposeTerms> terms = {});
  static Decision deny(std::vector<std::string> reasons, Code code = Code::kDenied);
  std::string explanation() const;  // the reasons as sentences for a person
  Status status() const;            // ok, or the code with the explanation
};

// What whoever decides about a person or an agreement must at least write, in characters as `written` counts them.
inline constexpr std::size_t kReasonsMin = 10;
// Characters of UTF-8 that are neither blank nor control; none where nothing is said: one word, or fewer than five
// different letters again and again. Whoever is refused by it is told so: "in two words or more (ten characters, five
// different)".
std::size_t written(std::string_view text);
Status check_reasons(std::string_view reasons);  // kInvalidInput, with what to write

}  // namespace puente::policy
