// Asking: a question as both nodes judge it, the asking one before it leaves, the answering one before it looks.
#pragma once
#include <set>

#include "core/grounds.h"
#include "policy/decision.h"

namespace puente::policy {

struct Ask {
  std::string asking;  // countries
  std::string answering;
  Purpose purpose = Purpose::kBorderIdentification;
  std::vector<Modality> modalities;
  std::set<Modality> compared_here{Modality::kFinger};  // what the judging node can compare at all
  std::string case_reference;    // the asking side's file number: 3–64 printable ASCII characters, a digit among them
  std::int64_t asked_today = 0;  // questions of `asking` for this purpose in the clause's day, quota_hours(), by the
                                 // judging node's count, this one not counted; a retry of an exchange is not a new one
  std::int64_t answer_within_ms = 0;  // from now on, while an answer is of use; below 0: it is not any more
  std::int64_t now_ms = 0;
  Grounds grounds{};
  bool operator==(const Ask&) const = default;
};
// docs/formats/question.md: what the log's details have of each decision, and what `puente agreement explain` reads.
// Of what a person writes compared_here (finger), asked_today (0), answer_within_ms (0) and at (`now_ms`) may be left
// out.
Json ask_document(const Ask& ask);
Result<Ask> read_ask(const Json& document, std::int64_t now_ms);  // kInvalidInput

// Null: there is no agreement. All that speaks against it is listed, not only the first reason.
Decision may_ask(const AcceptedAgreement* agreement, const Ask& ask);
// Of a clause that needs one, when it is asked and as long as anything may come of it. Valid from its date to its last
// day, UTC.
void judge_order(const std::optional<CourtOrder>& order, std::int64_t now_ms, std::vector<std::string>& against);
// Over how many hours the questions of this purpose count, the present one the last: 24; by a clause with conditions
// the asked country's civil day so far (R23).
std::int64_t quota_hours(const Agreement& agreement, Purpose purpose, std::string_view answering, std::int64_t now_ms);
std::int64_t day_began_ms(const Agreement& agreement, std::string_view answering, std::int64_t now_ms);

// The asking side alone, before a question is put and again when it leaves: by asking, a country tells the other that
// the person is with it (R2). `withheld_from`: all from whom anybody is hidden whose fingers these may be, in doubt
// too. The reason says nothing of that, since the log's leaves are public.
Decision may_ask_about(const std::set<std::string>& withheld_from, std::string_view answering);

}  // namespace puente::policy
