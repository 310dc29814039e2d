// The agreements of a node as its own state: accepted, suspended, resumed, terminated, and which of them a question
// goes by.
#pragma once
#include <span>

#include "policy/decision.h"

namespace puente::policy {

// A step of somebody at this node. Each needs a user and at least kReasonsMin characters of reasons (kInvalidInput).
// What a state does not allow is kConflict; terminated is for ever.
struct Step {
  std::string user;
  std::string reasons;
  std::int64_t now_ms = 0;
};
// Takes a document that both signed into force; `kept` are all that this node has, terminated ones too. Errors of
// read_agreement; kInvalidInput: not between us and another, or replaces one with somebody else, or one that is not
// kept while others between the two are (a slip of the pen would leave both in force); kAlreadyExists: the same is
// kept; kConflict: its id stands for another text.
Result<AgreementRecord> accept_agreement(std::string document, std::string_view own_country,
                                         std::span<const AgreementRecord> kept, const Step& step);
Result<AgreementRecord> suspend_agreement(AgreementRecord record, const Step& step);    // nothing is asked or released
Result<AgreementRecord> resume_agreement(AgreementRecord record, const Step& step);     // as if never suspended
Result<AgreementRecord> terminate_agreement(AgreementRecord record, const Step& step);  // nor ever again

// What a node has of its own: keys and certificates, the present ones and those made to follow.
struct Holdings {
  std::vector<SigningPublicKey> signing;
  std::vector<SealingPublicKey> sealing;
  std::vector<Digest> certificates;  // none: not looked at
};
// Which of the things that the agreement names in our place are not ours, in words; empty: all are. Under one that
// names another's nothing can ever be exchanged.
std::vector<std::string> not_ours(const Agreement& agreement, std::string_view own_country, const Holdings& own);

// The store's rows, read, checked and set beside each other. Errors of read_agreement, with the agreement's id.
// One that another replaces is replaced from the day that one came into force and was accepted here, whatever becomes
// of that one later; one that was terminated before its first day replaces nothing.
Result<std::vector<AcceptedAgreement>> read_records(std::span<const AgreementRecord> records);

// By which of the agreements a new question is judged: of those in force that let `asking` ask `answering` for this
// purpose the newest. When there is none, the one whose reasons say best why not; null: none between the two.
const AcceptedAgreement* for_question(std::span<const AcceptedAgreement> all, std::string_view asking,
                                      std::string_view answering, Purpose purpose, std::int64_t now_ms);

// Which of those in force stands in the place of an older one, as its text says or the text of one between: what was
// exchanged under the older one lives on by it. Null: none.
const AcceptedAgreement* successor_of(std::span<const AcceptedAgreement> all, const Agreement& older,
                                      std::int64_t now_ms);

// How it stands: "in_force", "begins_later", "ended", "replaced", "suspended" or "terminated". One that was replaced is
// asked by no more; what was asked by it is still answered and released until it ends.
const char* standing_of(const AcceptedAgreement& agreement, std::int64_t now_ms);

// For the moments: reasons of a denial, none when in force; and the name of a permit by a clause.
std::vector<const char*> why_not_in_force(const AcceptedAgreement& agreement, std::int64_t now_ms);
std::string clause(const PurposeTerms& terms);

}  // namespace puente::policy
