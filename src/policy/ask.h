// Asking: a question as both nodes judge it, the asking one before it leaves, the answering one before it looks.
#pragma once
#include <set>

#include "policy/decision.h"

namespace puente::policy {

struct Ask {
  std::string asking;  // countries
  std::string answering;
  Purpose purpose = Purpose::kBorderIdentification;
  std::vector<Modality> modalities;
  std::set<Modality> compared_here{Modality::kFinger};  // what the judging node can compare at all
  std::string case_reference;    // the asking side's file number: 3–64 printable ASCII characters, a digit among them
  std::int64_t asked_today = 0;  // questions of `asking` for this purpose in the last 24 hours by the judging node's
                                 // count, this one not counted; a retry of the same exchange is not a new one
  std::int64_t answer_within_ms = 0;  // from now on, while an answer is of use; below 0: it is not any more
  std::int64_t now_ms = 0;
};
// Null: there is no agreement. All that speaks against it is listed, not only the first reason.
Decision may_ask(const AcceptedAgreement* agreement, const Ask& ask);

// The asking side alone, before a question is put and again when it leaves: by asking, a country tells the other that
// the person is with it (R2). `withheld_from`: all from whom anybody is hidden whose fingers these may be, in doubt
// too. The reason says nothing of that, since the log's leaves are public.
Decision may_ask_about(const std::set<std::string>& withheld_from, std::string_view answering);

}  // namespace puente::policy
