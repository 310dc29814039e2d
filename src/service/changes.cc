// That what somebody's screen shows is another now, and nothing else. Who may not see a thing in a list is not told by
// this that it is there: of cases no examiner hears, whose seeded ones come and go by other entries than hits, nor of a
// colleague's verdict; of alarms nobody, who may be what one is about; of questions who asked them, and supervisors.
#include "service/inside.h"

namespace puente::service {
namespace {

std::uint64_t sum_of(const Journal& journal, std::initializer_list<Event> events) {
  std::uint64_t out = 0;
  for (const Event each : events) out += journal.count_of(each);
  return out;
}

}  // namespace

std::map<std::string, std::uint64_t> Node::changes(const Caller& caller) const {
  using enum Event;
  const Journal& journal = inside_->journal;
  std::map<std::string, std::uint64_t> out;
  if (may(caller, Action::kListAgreements).ok())
    out["agreements"] =
        sum_of(journal, {kAgreementAccepted, kAgreementSuspended, kAgreementResumed, kAgreementTerminated});
  if (may(caller, Action::kViewQuestion).ok()) out["questions"] = journal.count_of_whose(caller.user);
  if (caller.role != Role::kSupervisor) return out;
  out["cases"] =
      sum_of(journal, {kAnsweredReference, kVerdictGiven, kCaseDecided, kCaseExpired, kReleaseDecided, kReleased,
                       kNothingReleased, kReleaseRefused, kReleaseAcknowledged, kVerdictAcknowledged, kCaseErased});
  out["watchlist"] = sum_of(journal, {kWatchlistEntered, kWatchlistDecided, kWatchlistRemoved});
  out["questions"] = sum_of(journal, {kAsked, kAskRefused, kReplyReceived, kReleaseReceived, kQuestionExpired,
                                      kReleasedDataErased, kQuestionErased});
  return out;
}

}  // namespace puente::service
