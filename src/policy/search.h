// Searching: an officer of this country compares somebody's fingers with whom it knows, be it with all of them or with
// one. No agreement is asked; a file is (R1, misuse story 14).
#pragma once
#include <cstddef>
#include <string_view>

#include "policy/decision.h"

namespace puente::policy {

// kDenied: no search, of many or of one, without the number of the file that it belongs to.
Decision may_search(std::string_view case_reference);
// Why this names no file, "case_reference_missing" or "case_reference_malformed"; null: it does.
const char* why_no_file(std::string_view case_reference);

// So many different people looked for under one file within a day are no case any more: a supervisor is told.
inline constexpr std::size_t kPeopleOfAFileMany = 10;

}  // namespace puente::policy
