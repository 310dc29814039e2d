// The clock, judged: what is written down when it is doubted, and who says that it is right after all.
#include <spdlog/spdlog.h>

#include <algorithm>

#include "core/json.h"
#include "core/limits.h"
#include "service/protection.h"

namespace puente::service {
namespace {

constexpr const char* kConfirmed = "clock-confirmed";
constexpr const char* kDoubted = "clock_doubted";  // an alarm

Json said_of_clock(const Watch::Doubt& doubt) {
  return Json::object({{"clock", to_iso8601(doubt.clock_ms)}, {"trusted", to_iso8601(doubt.trusted_ms)}});
}

// A clock that was set back and confirmed is behind its own log until it has caught up: that is no reason to doubt it
// again at the next start.
struct Confirmation {
  std::int64_t clock_ms = 0, newest_ms = 0;  // what it said, and the time of the newest entry then
};

Result<std::optional<Confirmation>> read_confirmation(const store::Store& store) {
  ASSIGN_OR_RETURN(const std::optional<Bytes> kept, store.state(kConfirmed));
  if (!kept) return std::optional<Confirmation>();
  ByteReader reader(*kept);
  Confirmation out;
  out.clock_ms = static_cast<std::int64_t>(reader.u64());
  out.newest_ms = static_cast<std::int64_t>(reader.u64());
  if (!reader.done()) return Error{Code::kCorrupt, "what was confirmed of the clock is not as this version writes it"};
  return std::optional(out);
}

// The newest entry's time; or the clock's, where it was confirmed and no entry has a later time since.
std::int64_t held_against(const std::optional<Confirmation>& confirmation, std::int64_t newest_ms) {
  return confirmation && confirmation->newest_ms >= newest_ms ? confirmation->clock_ms : newest_ms;
}

Status put_confirmation(store::Transaction& transaction, const Confirmation& confirmation) {
  ByteWriter out;
  out.u64(static_cast<std::uint64_t>(confirmation.clock_ms)).u64(static_cast<std::uint64_t>(confirmation.newest_ms));
  return transaction.put_state(kConfirmed, out.take());
}

Written about_clock(const Node::Inside& in, Event event, Json details, std::vector<std::string> reasons) {
  Entry entry = in.journal.entry(event, kItself);
  entry.reasons = std::move(reasons);
  return {std::move(entry), std::move(details)};
}

Status write_down_clock(Node::Inside& in, Event event, Json details, std::vector<std::string> reasons) {
  const auto transaction = in.store->begin();
  TRY(in.journal.commit(*transaction, {about_clock(in, event, std::move(details), std::move(reasons))}));
  return {};
}

// Supervisors are told of it too, once until one has looked, however often the node starts meanwhile.
Status write_down_doubt(Node::Inside& in, const Watch::Doubt& doubt) {
  const auto transaction = in.store->begin();
  std::vector<Written> entries{about_clock(in, Event::kClockDoubted, said_of_clock(doubt), {"clock_out_of_step"})};
  ASSIGN_OR_RETURN(const std::vector<Alarm> unseen, in.store->alarms(true, kAllAlarms));
  if (std::ranges::none_of(unseen, [](const Alarm& each) { return each.kind == kDoubted; })) {
    Alarm alarm;
    alarm.kind = kDoubted;
    alarm.sentence = "the clock says " + to_iso8601(doubt.clock_ms) +
                     ", which is not believed: by this node's log it is " + to_iso8601(doubt.trusted_ms) +
                     ". Nothing is erased until the clock is right or a supervisor confirms it, and what was permitted "
                     "until a day between the two is not any more";
    TRY(tell_supervisor(in, *transaction, std::move(alarm), entries));
  }
  TRY(in.journal.commit(*transaction, std::move(entries)));
  return {};
}

}  // namespace

Status start_watch(Node::Inside& in) {
  if (in.journal.size() == 0) {
    in.watch.confirm();  // there is nothing yet that it could contradict
    return {};
  }
  ASSIGN_OR_RETURN(const std::optional<Confirmation> confirmation, read_confirmation(*in.store));
  if (confirmation) in.erasures_confirmed_ms = confirmation->clock_ms;
  in.watch.start_after(held_against(confirmation, in.journal.newest_ms()));
  return {};
}

Result<std::int64_t> clock_is_held_against(const std::string& directory, const SecretKey& node_key,
                                           std::int64_t newest_ms) {
  SystemRandom random;
  ASSIGN_OR_RETURN(SecretKey key, SecretKey::from_bytes(node_key.bytes()));
  ASSIGN_OR_RETURN(const auto store, store::open(directory, store::Mode::kReadOnly, std::move(key), random));
  ASSIGN_OR_RETURN(const std::optional<Confirmation> confirmation, read_confirmation(*store));
  return held_against(confirmation, newest_ms);
}

void watch_clock(Node::Inside& in) {
  const std::optional<Watch::Doubt> doubt = in.watch.doubt();
  if (doubt.has_value() == in.told_of_doubt) return;
  if (doubt) {
    spdlog::error(
        "the clock says {}, which is not believed: by this node's log it is {}. Nothing is erased and nothing expires "
        "until the clock is right, or a supervisor confirms it: puente node clock --confirm",
        to_iso8601(doubt->clock_ms), to_iso8601(doubt->trusted_ms));
  } else {
    spdlog::warn("the clock is believed again: {}", to_iso8601(in.now_ms()));
  }
  const Status written = doubt
                             ? write_down_doubt(in, *doubt)
                             : write_down_clock(in, Event::kClockConfirmed, Json(Json::Object()), {"clock_came_back"});
  if (written.ok()) in.told_of_doubt = doubt.has_value();
  if (!written.ok()) spdlog::error("the doubt about the clock cannot be written down: {}", written.error().message);
}

Result<std::vector<store::EncounterId>> encounters_to_erase(Node::Inside& in, std::size_t batch) {
  const std::size_t expected = std::max(limits::kErasuresUnaskedMin, in.roster.people() / limits::kErasuresUnaskedPart);
  const std::int64_t now_ms = in.now_ms();
  ASSIGN_OR_RETURN(std::vector<store::EncounterId> due, in.store->encounters_past_retention(now_ms, expected + 1));
  const bool many = due.size() > expected;
  if (many) {
    const std::int64_t until_ms = std::min<std::int64_t>(now_ms, in.erasures_confirmed_ms);
    ASSIGN_OR_RETURN(due, in.store->encounters_past_retention(until_ms, batch));
  }
  if (due.size() > batch) due.resize(batch);
  const bool hold = many && due.empty();
  if (in.erasures_held.exchange(hold) || !hold) return due;
  spdlog::error(
      "more than {} encounters are past their date at once: none is erased until a supervisor confirms that this is "
      "right: puente node clock --confirm",
      expected);
  TRY(write_down_clock(in, Event::kClockDoubted, Json::object({{"expected", expected}}), {"many_erasures"}));
  return due;
}

// Whoever confirms the clock has looked.
static Status answer_doubt(const Node::Inside& in, store::Transaction& transaction, const Caller& caller) {
  ASSIGN_OR_RETURN(const std::vector<Alarm> unseen, in.store->alarms(true, kAllAlarms));
  for (Alarm each : unseen) {
    each.seen_by = caller.user;
    if (each.kind == kDoubted) TRY(transaction.update_alarm(each));
  }
  return {};
}

Result<Receipt> Node::confirm_clock(const Caller& caller, const std::string& reasons, const Once<Receipt>& once) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kConfirmClock));
  if (policy::written(reasons) < policy::kReasonsMin)
    return Error{
        Code::kInvalidInput,
        "reasons: say in two words or more (ten characters, five different) how you know that the clock is right"};
  const auto transaction = in.store->begin();
  const std::optional<Watch::Doubt> doubt = in.watch.doubt();
  if (!doubt && !in.erasures_held)
    return Error{Code::kConflict, "the clock is not doubted, and no erasures wait: there is nothing to confirm"};
  const std::int64_t clock_ms = doubt ? doubt->clock_ms : in.now_ms();
  Entry entry = in.journal.entry(Event::kClockConfirmed, caller);
  entry.time_ms = clock_ms;
  const std::int64_t newest_ms = std::max(clock_ms, in.journal.newest_ms());
  TRY(put_confirmation(*transaction, {clock_ms, newest_ms}));
  TRY(answer_doubt(in, *transaction, caller));
  if (once.claim != nullptr)  // for a day of the time that is right from here on
    TRY(in.claims.keep(*transaction, *once.claim, once.said(in.journal.receipt_of(1)), {}, newest_ms));
  ASSIGN_OR_RETURN(const Receipt receipt,
                   in.journal.commit(*transaction, std::move(entry),
                                     Json::object({{"clock", to_iso8601(clock_ms)}, {"reasons", reasons}})));
  in.watch.confirm();
  in.told_of_doubt = false;
  in.erasures_confirmed_ms = clock_ms;
  in.erasures_held = false;
  return receipt;
}

}  // namespace puente::service
