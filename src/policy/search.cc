#include "policy/search.h"

#include "core/case.h"

namespace puente::policy {

bool is_urgent_number(std::string_view text) {
  std::string letters;  // "urgent_7…" and "U-R-G-E-N-T 7…" are read as one by people
  for (const char each : text) {
    if (each >= 'a' && each <= 'z') letters += static_cast<char>(each - 'a' + 'A');
    if ((each >= 'A' && each <= 'Z') || (each >= '0' && each <= '9')) letters += each;
  }
  return letters.starts_with(kUrgentNumber.substr(0, kUrgentNumber.size() - 1));
}

const char* why_no_file(std::string_view case_reference) {
  if (case_reference.empty()) return "case_reference_missing";
  if (is_urgent_number(case_reference)) return "case_reference_malformed";
  return is_case_reference(case_reference) ? nullptr : "case_reference_malformed";
}

Decision may_search(std::string_view case_reference, const std::optional<UrgentSearch>& urgency) {
  if (urgency && case_reference.empty()) {
    if (written(urgency->reasons) < kReasonsMin) return Decision::deny({"urgent_reasons_too_short"});
    if (urgency->overdue || urgency->unreviewed >= kUrgentUnreviewedMax) return Decision::deny({"urgent_unreviewed"});
    return Decision::permit("search_is_urgent");
  }
  if (const char* why = why_no_file(case_reference)) return Decision::deny({why});
  return Decision::permit("search_has_a_file");
}

}  // namespace puente::policy
