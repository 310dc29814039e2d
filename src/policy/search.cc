#include "policy/search.h"

#include "core/case.h"

namespace puente::policy {

const char* why_no_file(std::string_view case_reference) {
  if (case_reference.empty()) return "case_reference_missing";
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
