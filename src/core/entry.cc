#include "core/entry.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace puente {

namespace {

struct Named {
  Event event;
  const char* name;
};
constexpr std::array<Named, kEventCount> kNames{{
    {Event::kNodeStarted, "node_started"},
    {Event::kEnrolled, "enrolled"},
    {Event::kVerified, "verified"},
    {Event::kIdentified, "identified"},
    {Event::kErased, "erased"},
    {Event::kAgreementAccepted, "agreement_accepted"},
    {Event::kAsked, "asked"},
    {Event::kAskRefused, "ask_refused"},
    {Event::kAnsweredNoHit, "answered_no_hit"},
    {Event::kAnsweredReference, "answered_reference"},
    {Event::kAnswerRefused, "answer_refused"},
    {Event::kReplyReceived, "reply_received"},
    {Event::kCaseViewed, "case_viewed"},
    {Event::kCaseConfirmed, "case_confirmed"},
    {Event::kCaseRejected, "case_rejected"},
    {Event::kCaseExpired, "case_expired"},
    {Event::kReleased, "released"},
    {Event::kReleaseReceived, "release_received"},
    {Event::kProbeDestroyed, "probe_destroyed"},
    {Event::kReleasedDataErased, "released_data_erased"},
    {Event::kMessageRefused, "message_refused"},
    {Event::kEnrolRefused, "enrol_refused"},
    {Event::kReleaseRefused, "release_refused"},
    {Event::kReleaseAcknowledged, "release_acknowledged"},
    {Event::kQuestionExpired, "question_expired"},
    {Event::kEncounterRead, "encounter_read"},
    {Event::kQuestionExported, "question_exported"},
    {Event::kAgreementSuspended, "agreement_suspended"},
    {Event::kAgreementResumed, "agreement_resumed"},
    {Event::kAgreementTerminated, "agreement_terminated"},
    {Event::kReleasedRead, "released_read"},
    {Event::kReleaseHeldBack, "release_held_back"},
    {Event::kVerdictAcknowledged, "verdict_acknowledged"},
    {Event::kCaseInconclusive, "case_inconclusive"},
    {Event::kCaseErased, "case_erased"},
    {Event::kQuestionErased, "question_erased"},
    {Event::kDetailsErased, "details_erased"},
    {Event::kLogRead, "log_read"},
    {Event::kAccessRefused, "access_refused"},
    {Event::kCasesListed, "cases_listed"},
    {Event::kMessagesRefused, "messages_refused"},
    {Event::kAnsweredAgain, "answered_again"},
    {Event::kProtected, "protected"},
    {Event::kProtectionLiftProposed, "protection_lift_proposed"},
    {Event::kProtectionLifted, "protection_lifted"},
    {Event::kSupervisorTold, "supervisor_told"},
    {Event::kClockDoubted, "clock_doubted"},
    {Event::kClockConfirmed, "clock_confirmed"},
    {Event::kCopyAdopted, "copy_adopted"},
    {Event::kUsersChanged, "users_changed"},
    {Event::kKeyRenewed, "key_renewed"},
    {Event::kVerdictDropped, "verdict_dropped"},
    {Event::kAnswersForgotten, "answers_forgotten"},
    {Event::kCaseDecided, "case_decided"},
    {Event::kNothingReleased, "nothing_released"},
    {Event::kReleaseDecided, "release_decided"},
    {Event::kVerdictGiven, "verdict_given"},
    {Event::kProbeLocked, "probe_locked"},
    {Event::kWatchlistEntered, "watchlist_entered"},
    {Event::kWatchlistRefused, "watchlist_refused"},
    {Event::kWatchlistDecided, "watchlist_decided"},
    {Event::kWatchlistRemoved, "watchlist_removed"},
    {Event::kWatchlistRead, "watchlist_read"},
    {Event::kPractice, "practice"},
    {Event::kQuestionsListed, "questions_listed"},
    {Event::kSignedIn, "signed_in"},
    {Event::kSessionsEnded, "sessions_ended"},
    {Event::kUrgentReviewed, "urgent_reviewed"},
    {Event::kNamesSearched, "names_searched"},
}};
constexpr bool each_at_its_place() {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i].event != static_cast<Event>(i) || kNames[i].name == nullptr) return false;
  }
  return true;
}
static_assert(each_at_its_place());

}  // namespace

bool is_event(std::string_view name) {
  return std::ranges::any_of(kNames, [&](const Named& each) { return name == each.name; });
}

const char* to_string(Event event) {
  const auto at = static_cast<std::size_t>(event);
  return at < kNames.size() ? kNames[at].name : "unknown";
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
  set("rows", entry.rows);
  if (!entry.reasons.empty()) json.set("reasons", Json::strings(entry.reasons));
  return to_bytes(canonical(json));
}

// Canonical JSON, its members sorted: after these two comes nothing that a person or a partner has chosen.
static std::string_view member_near_the_end(std::string_view leaf, std::string_view member) {
  const std::size_t at = leaf.rfind(member);
  if (at == std::string_view::npos) return {};
  const std::string_view value = leaf.substr(at + member.size());
  return value.substr(0, std::min(value.find('"'), value.size()));
}

std::string_view time_in(std::string_view leaf) {
  return member_near_the_end(leaf, "\"time\":\"");
}
std::string_view rows_in(std::string_view leaf) {
  return member_near_the_end(leaf, ",\"rows\":\"");
}

std::string pseudonym(const SecretKey& log_key, std::string_view id) {
  return to_hex(ByteView(keyed_hash(log_key, view(id))).first(16));
}

}  // namespace puente
