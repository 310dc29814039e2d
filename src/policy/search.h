// Searching: an officer of this country compares somebody's fingers with whom it knows, be it with all of them or with
// one. No agreement is asked; a file is (R1, misuse story 14).
#pragma once
#include <cstddef>
#include <optional>
#include <string_view>

#include "core/clock.h"
#include "policy/decision.h"

namespace puente::policy {

// What a search goes by that cannot wait for a file (R28): done at once, and looked at afterwards.
struct UrgentSearch {
  std::string_view reasons;
  std::size_t unreviewed = 0;  // of this user's, by nobody yet
  bool overdue = false;        // one of them for longer than kUrgentReviewMs
};
inline constexpr std::size_t kUrgentUnreviewedMax = 3;
inline constexpr std::int64_t kUrgentReviewMs = kDayMs;

// kDenied: no search, of many or of one, without the number of the file that it belongs to; or, where it is urgent,
// without saying why, or while what the same user did so before waits for somebody who looks at it.
Decision may_search(std::string_view case_reference, const std::optional<UrgentSearch>& urgency = {});
// The number that a node gives to a search without a file: no file's, however it is written.
inline constexpr std::string_view kUrgentNumber = "URGENT-";
bool is_urgent_number(std::string_view text);
// Why this names no file, "case_reference_missing" or "case_reference_malformed"; null: it does.
const char* why_no_file(std::string_view case_reference);

// So many different people looked for under one file within a day are no case any more: a supervisor is told.
inline constexpr std::size_t kPeopleOfAFileMany = 10;
// Searches by names of one user within 24 hours, under whatever files, of which a supervisor is told: a node is no
// directory.
inline constexpr std::size_t kNamesOfAUserMany = 50;

}  // namespace puente::policy
