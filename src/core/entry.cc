#include "core/entry.h"

#include <algorithm>
#include <iterator>

namespace puente {

const char* to_string(Event event) {
  switch (event) {
    case Event::kNodeStarted:
      return "node_started";
    case Event::kEnrolled:
      return "enrolled";
    case Event::kVerified:
      return "verified";
    case Event::kIdentified:
      return "identified";
    case Event::kErased:
      return "erased";
    case Event::kAgreementAccepted:
      return "agreement_accepted";
    case Event::kAsked:
      return "asked";
    case Event::kAskRefused:
      return "ask_refused";
    case Event::kAnsweredNoHit:
      return "answered_no_hit";
    case Event::kAnsweredReference:
      return "answered_reference";
    case Event::kAnswerRefused:
      return "answer_refused";
    case Event::kReplyReceived:
      return "reply_received";
    case Event::kCaseViewed:
      return "case_viewed";
    case Event::kCaseConfirmed:
      return "case_confirmed";
    case Event::kCaseRejected:
      return "case_rejected";
    case Event::kCaseExpired:
      return "case_expired";
    case Event::kReleased:
      return "released";
    case Event::kReleaseReceived:
      return "release_received";
    case Event::kProbeDestroyed:
      return "probe_destroyed";
    case Event::kReleasedDataErased:
      return "released_data_erased";
    case Event::kMessageRefused:
      return "message_refused";
    case Event::kEnrolRefused:
      return "enrol_refused";
    case Event::kReleaseRefused:
      return "release_refused";
    case Event::kReleaseAcknowledged:
      return "release_acknowledged";
    case Event::kQuestionExpired:
      return "question_expired";
    case Event::kEncounterRead:
      return "encounter_read";
    case Event::kQuestionExported:
      return "question_exported";
    case Event::kAgreementSuspended:
      return "agreement_suspended";
    case Event::kAgreementResumed:
      return "agreement_resumed";
    case Event::kAgreementTerminated:
      return "agreement_terminated";
    case Event::kReleasedRead:
      return "released_read";
    case Event::kReleaseHeldBack:
      return "release_held_back";
    case Event::kVerdictAcknowledged:
      return "verdict_acknowledged";
    case Event::kCaseInconclusive:
      return "case_inconclusive";
    case Event::kCaseErased:
      return "case_erased";
    case Event::kQuestionErased:
      return "question_erased";
    case Event::kDetailsErased:
      return "details_erased";
    case Event::kLogRead:
      return "log_read";
    case Event::kAccessRefused:
      return "access_refused";
    case Event::kCasesListed:
      return "cases_listed";
    case Event::kMessagesRefused:
      return "messages_refused";
    case Event::kAnsweredAgain:
      return "answered_again";
    case Event::kProtected:
      return "protected";
    case Event::kProtectionLiftProposed:
      return "protection_lift_proposed";
    case Event::kProtectionLifted:
      return "protection_lifted";
    case Event::kSupervisorTold:
      return "supervisor_told";
    case Event::kClockDoubted:
      return "clock_doubted";
    case Event::kClockConfirmed:
      return "clock_confirmed";
    case Event::kCopyAdopted:
      return "copy_adopted";
    case Event::kUsersChanged:
      return "users_changed";
    case Event::kKeyRenewed:
      return "key_renewed";
  }
  return "unknown";
}

Bytes leaf_of(const Entry& entry) {
  Json json = Json::object({{"v", 1},
                            {"event", to_string(entry.event)},
                            {"time", to_iso8601(entry.time_ms)},
                            {"actor", entry.actor},
                            {"details", to_hex(entry.details)}});
  const auto set = [&](const char* key, const std::string& value) {
    if (!value.empty()) json.set(key, value);
  };
  set("subject", entry.subject);
  set("exchange", entry.exchange_id);
  set("agreement", entry.agreement_id);
  set("purpose", entry.purpose);
  if (!entry.reasons.empty()) json.set("reasons", Json::strings(entry.reasons));
  return to_bytes(canonical(json));
}

std::string pseudonym(const SecretKey& log_key, std::string_view id) {
  return to_hex(ByteView(keyed_hash(log_key, view(id))).first(16));
}

}  // namespace puente
