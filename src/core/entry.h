// Entry: one line of the node's log. The leaf holds no personal data: who is a keyed pseudonym, what is a commitment.
// Format and meaning: docs/formats/log.md.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "core/crypto.h"
#include "core/json.h"

namespace puente {

// Names are in the log for ever: never rename, only append.
enum class Event {
  kNodeStarted,
  kEnrolled,
  kVerified,
  kIdentified,
  kErased,
  kAgreementAccepted,
  kAsked,
  kAskRefused,  // our own question left, or our own policy forbade it
  kAnsweredNoHit,
  kAnsweredReference,
  kAnswerRefused,  // a partner's question
  kReplyReceived,  // the partner's answer to ours
  kCaseViewed,
  kCaseConfirmed,  // with kCaseRejected and kCaseInconclusive, earlier: what kCaseDecided says now
  kCaseRejected,
  kCaseExpired,
  kReleased,
  kReleaseReceived,
  kProbeDestroyed,
  kReleasedDataErased,
  kMessageRefused,
  kEnrolRefused,         // somebody already known under another id
  kReleaseRefused,       // confirmed, but the agreement no longer permits the release
  kReleaseAcknowledged,  // the partner has it
  kQuestionExpired,
  kEncounterRead,
  kQuestionExported,  // a question that waits, or what came back of it, left as a transaction
  kAgreementSuspended,
  kAgreementResumed,
  kAgreementTerminated,
  kReleasedRead,         // somebody looked at what a partner released
  kReleaseHeldBack,      // earlier: what kNothingReleased says now
  kVerdictAcknowledged,  // the partner has it that nothing is confirmed
  kCaseInconclusive,
  kCaseErased,
  kQuestionErased,
  kDetailsErased,  // of log entries: past their date, or of a person who was erased
  kLogRead,        // somebody opened details of this log
  kAccessRefused,  // a user tried what the role may not; counted, not one for each try
  kCasesListed,
  kMessagesRefused,  // a partner's, of one minute, counted
  kAnsweredAgain,    // the same question once more, and the same answer
  kProtected,        // hidden from a country's questions from now on
  kProtectionLiftProposed,
  kProtectionLifted,  // by a second person
  kSupervisorTold,
  kClockDoubted,  // nothing is erased for the sake of this clock
  kClockConfirmed,
  kCopyAdopted,  // an operator decided that this copy is the node now
  kUsersChanged,
  kKeyRenewed,
  kVerdictDropped,    // the partner could not be told in time
  kAnswersForgotten,  // what partners were answered, and were counted, long ago
  // Of whatever verdict: a partner who reads the log must not tell somebody hidden from somebody rejected.
  kCaseDecided,
  kNothingReleased,  // rejected, undecided, hidden, erased or no longer permitted: its details say
  // A second person's, or nobody's in time. Its leaf names no exchange: a partner who reads the log must not learn that
  // a hit was confirmed of which nothing leaves.
  kReleaseDecided,
  kVerdictGiven,  // an examiner's that does not settle its case yet; its leaf names no exchange, its details no verdict
  kProbeLocked,   // an examiner has marked what the question's prints show; its leaf names no exchange either
  // Of watchlists. No leaf names a subject: whoever reads leaves, or has enrolled somebody, would know who is on one.
  // That somebody was met has no entry of its own, since the act beside it would say who (docs/decisions/0110).
  kWatchlistEntered,  // proposed
  kWatchlistRefused,  // before it was an entry
  kWatchlistDecided,  // by a second person, whichever way
  kWatchlistRemoved,  // by somebody, by its date, or with the person; alerts past theirs too
  kWatchlistRead,     // entries, or an owner their alerts: those that were shown stand in the details
  // Of seeded cases, whatever it was: its details say. Whoever reads leaves must not tell such a case from a hit, nor
  // whose verdicts are suspended.
  kPractice,
  kQuestionsListed,
  kSignedIn,        // somebody, by a password
  kSessionsEnded,   // of a user, by somebody else
  kUrgentReviewed,  // a search that could not wait for a file, by a supervisor
  kNamesSearched,   // somebody was looked for by name, day of birth or papers
};
inline constexpr int kEventCount = static_cast<int>(Event::kNamesSearched) + 1;
const char* to_string(Event event);  // "enrolled", "asked", …
bool is_event(std::string_view name);

struct Entry {
  Event event = Event::kNodeStarted;
  std::int64_t time_ms = 0;
  std::string actor;                 // a pseudonym: pseudonym(log key, user id)
  std::string subject;               // a pseudonym of the person id; may be empty
  std::string exchange_id;           // may be empty
  std::string agreement_id;          // may be empty
  std::string purpose;               // may be empty
  std::vector<std::string> reasons;  // of a refusal or decision; written by policy, no personal data
  Digest details{};     // SHA-256(salt, canonical details): the details stand aside, sealed, and can be erased
  std::string by, of;   // who actor and subject are: not in the leaf, but members of the details
  std::string came;     // likewise: how a user came, by "token" or with the "keys"; empty: it was none
  std::string whose{};  // nowhere written: of what one user's screen shows, whose
  std::string rows;     // a keyed digest of all that the database holds with this entry; of a transaction's last one
};

// The leaf's bytes: canonical JSON. The log hashes exactly these.
Bytes leaf_of(const Entry& entry);
// What a leaf says of itself; empty when it does not.
std::string_view time_in(std::string_view leaf);
std::string_view rows_in(std::string_view leaf);
std::string pseudonym(const SecretKey& log_key, std::string_view id);  // 16 bytes of HMAC-SHA-256, hexadecimal

}  // namespace puente
