// What a decided case sets going: the partner is told, and given what the agreement lists, until it acknowledges.
// Nothing is decided for good by the two who decide but that they did: what leaves is read, judged and redacted anew at
// each attempt, and the log says what left, not what was meant to.
#include <spdlog/spdlog.h>

#include "core/limits.h"
#include "service/card.h"
#include "service/protection.h"

namespace puente::service {
namespace {

constexpr const char* kTold = "verdict";
constexpr const char* kRefused = "refused_verdict";  // queued by an older version: nothing may leave any more
constexpr const char* kSuspended = "agreement_suspended";
constexpr const char* kAnother = "card_not_seen";

// What the outbox remembers of a verdict between attempts, so that the log says each thing once.
struct Progress {
  std::string released;  // SHA-256 of what left last; empty: nothing has
  std::string held;      // why nothing leaves, as the log has it; empty: it does not say so
  // The partner was told, perhaps without having heard it, that nothing is confirmed: that stands, whoever is shown,
  // enrolled or permitted again since.
  bool told_no() const { return !held.empty() && held != kSuspended; }
};

Bytes encode(const Progress& progress) {
  return to_bytes(canonical(Json::object({{"released", progress.released}, {"held", progress.held}})));
}

Result<Progress> decode(ByteView payload) {
  Progress out;
  if (payload.empty()) return out;
  ASSIGN_OR_RETURN(const Json json, parse_json(text(payload)));
  JsonReader reader(json, "a queued verdict");
  out.released = reader.string("released");
  out.held = reader.string("held");
  TRY(reader.finish());
  return out;
}

Entry about_release(const Node::Inside& in, const Case& decided, Event event, const Actor& actor) {
  Entry out = in.journal.about(decided, event, actor);
  out.of = decided.person_id;
  return out;
}

// What of a confirmed case may leave now; or why nothing, in `against`.
Result<std::optional<policy::Disclosure>> disclose(const Node::Inside& in, const AcceptedAgreement& agreement,
                                                   const Case& decided, SameHand& hand,
                                                   std::vector<std::string>& against) {
  const policy::Decision decision = policy::may_release(agreement, decided, in.now_ms());
  against = decision.permitted ? std::vector<std::string>() : decision.reasons;
  judge_person(in, decided, &hand, against);
  if (!against.empty()) return std::optional<policy::Disclosure>();
  ASSIGN_OR_RETURN(const BiographicData known, known_of(in, decided));
  ASSIGN_OR_RETURN(policy::Disclosure out, policy::redact(agreement, decided, known, in.now_ms()));
  return std::optional(std::move(out));
}

// One attempt to tell the partner.
class Telling {
 public:
  Telling(Node::Inside& in, const store::OutboxItem& item, Case decided, SameHand& hand)
      : in_(in), item_(item), decided_(std::move(decided)), hand_(hand) {}

  // What would leave is not what the second person was shown: nothing does, and somebody decides anew. What left once
  // may have arrived: it does not leave again, and no other takes its place. True: there is nothing to tell.
  Result<bool> undo_if_another() {
    const auto transaction = in_.store->begin();
    TRY(read_again());
    if (decided_.state != CaseState::kCleared || progress_.told_no() || item_.kind == kRefused) return false;
    ASSIGN_OR_RETURN(const ReleaseCard card, card_of(in_, decided_, hand_));
    if (!card.against.empty() || card.digest == decided_.card) return false;
    std::vector<Written> entries;
    TRY(tell_of_another(*transaction, entries));
    const bool had_left = !progress_.released.empty();
    if (had_left) {
      progress_.held = kAnother;
      TRY(transaction->rewrite_payload(item_.id, encode(progress_)));
      entries.push_back({about_release(in_, decided_, Event::kNothingReleased, kItself), held_details({kAnother})});
    } else {
      ASSIGN_OR_RETURN(decided_, casework::reopen(decided_, in_.now_ms()));
      TRY(transaction->update_case(decided_));
      TRY(transaction->remove_outbox(item_.id));
      Entry entry = in_.journal.entry(Event::kReleaseDecided, kItself);
      entry.of = decided_.person_id;
      entries.push_back({std::move(entry), Json::object({{"case_id", decided_.case_id},
                                                         {"why", "what would leave is not what was shown"}})});
    }
    TRY(in_.journal.commit(*transaction, std::move(entries)));
    return !had_left;
  }

  // Nothing leaves and nobody is told, now or ever.
  Status give_up(std::vector<std::string> against) {
    ASSIGN_OR_RETURN(progress_, decode(item_.payload));
    const auto transaction = in_.store->begin();
    TRY(transaction->remove_outbox(item_.id));
    return hold_back(*transaction, std::move(against));
  }

  // Says once that nothing leaves for now.
  Status wait(std::string why) {
    ASSIGN_OR_RETURN(progress_, decode(item_.payload));
    if (progress_.held != why) {
      const auto transaction = in_.store->begin();
      progress_.held = why;
      TRY(transaction->rewrite_payload(item_.id, encode(progress_)));
      TRY(in_.journal.commit(*transaction, about_release(in_, decided_, Event::kNothingReleased, kItself),
                             held_details({why})));
    }
    return {Code::kUnavailable, "the agreement of a decided case is suspended"};
  }

  Status tell(const AcceptedAgreement& agreement, Courier::Line& line) {
    sent_ = exchange::new_header(agreement, in_.config.country, in_.seams.random.id("m-"), decided_.exchange_id,
                                 in_.now_ms());
    ASSIGN_OR_RETURN(const exchange::Message reply, line.send(std::span(&agreement, 1), sent_, [&] { return seal(); }));
    if (!std::holds_alternative<exchange::AcknowledgementBody>(reply.body))
      return {Code::kUnavailable, "the partner did not acknowledge a verdict"};
    return acknowledged();
  }

 private:
  Status read_again() {
    ASSIGN_OR_RETURN(decided_, in_.store->case_record(item_.id));
    ASSIGN_OR_RETURN(const store::OutboxItem item, in_.store->outbox_item(item_.id));
    ASSIGN_OR_RETURN(progress_, decode(item.payload));
    return {};
  }

  Status tell_of_another(store::Transaction& transaction, std::vector<Written>& entries) const {
    Alarm alarm;
    alarm.kind = "release_undone";
    alarm.person_id = decided_.person_id;
    alarm.sentence = "what would leave of case " + decided_.case_id + " is not what its second person was shown: ";
    alarm.sentence += progress_.released.empty() ? "nothing left, and it is decided anew"
                                                 : "it left once and may have arrived, and does not leave again";
    return tell_supervisor(in_, transaction, std::move(alarm), entries);
  }

  Json held_details(const std::vector<std::string>& against) const {
    Json out =
        Json::object({{"case_id", decided_.case_id}, {"partner", decided_.partner}, {"why", Json::strings(against)}});
    if (!progress_.released.empty()) out.set("sent_before", progress_.released);  // and perhaps not received
    return out;
  }

  // The same entry at the same moment whatever the verdict was: who reads the log, and knows the exchange, must not
  // tell somebody hidden from somebody rejected.
  Status hold_back(store::Transaction& transaction, std::vector<std::string> against) {
    if (decided_.state == CaseState::kCleared && progress_.released.empty()) {
      ASSIGN_OR_RETURN(decided_, casework::withdraw(decided_));
      TRY(transaction.update_case(decided_));
    }
    TRY(in_.journal.commit(transaction, about_release(in_, decided_, Event::kNothingReleased, kItself),
                           held_details(std::move(against))));
    return {};
  }

  // The partner is on the line: what leaves is decided and written down in one transaction, so that nobody is hidden,
  // erased or suspended between.
  Result<Bytes> seal() {
    const auto transaction = in_.store->begin();
    TRY(read_again());
    const Treaties::Held agreement = in_.treaties.of(decided_);
    if (agreement == nullptr || agreement->state != AgreementState::kAccepted)
      return Error{Code::kUnavailable, "the agreement of a decided case was ended or suspended a moment ago"};
    const SealingPublicKey& to = agreement->party(decided_.partner)->sealing_key;
    std::vector<std::string> against{to_string(decided_.state)};
    if (progress_.told_no()) {
      against = {progress_.held};
    } else if (item_.kind == kRefused) {
      against = {"refused_at_the_verdict"};
    } else if (decided_.state == CaseState::kCleared) {
      TRY(not_over_by_the_clock(in_, decided_));
      ASSIGN_OR_RETURN(const auto release, disclose(in_, *agreement, decided_, hand_, against));
      if (release) {
        ASSIGN_OR_RETURN(const ReleaseCard card, card_of(in_, decided_, hand_));
        if (card.digest != decided_.card)
          return Error{Code::kUnavailable, "what would leave is another since a moment ago"};
        TRY(write_down(*transaction, *release));
        sent_.kind = exchange::Kind::kRelease;
        return exchange::seal(sent_, *release, in_.config.signing_key_for(*agreement), to);
      }
    }
    const std::string held = join(against);
    if (progress_.held != held) {
      progress_.held = held;
      TRY(transaction->rewrite_payload(item_.id, encode(progress_)));
      TRY(hold_back(*transaction, std::move(against)));
    }
    sent_.kind = exchange::Kind::kNotConfirmed;
    return exchange::seal(sent_, exchange::NotConfirmedBody{decided_.case_id}, in_.config.signing_key_for(*agreement),
                          to);
  }

  // What leaves is in the log before it does: its elements and its digest. Sent again unchanged, it is there already.
  Status write_down(store::Transaction& transaction, const policy::Disclosure& release) {
    const std::string digest = to_hex(exchange::digest_of(release));
    if (progress_.released == digest && progress_.held.empty()) return {};
    progress_ = {digest, ""};
    Json::Array elements;
    for (const auto& [element, value] : release.elements()) elements.emplace_back(to_string(element));
    TRY(transaction.rewrite_payload(item_.id, encode(progress_)));
    TRY(in_.journal.commit(transaction, about_release(in_, decided_, Event::kReleased, decided_.releaser),
                           Json::object({{"case_id", decided_.case_id},
                                         {"partner", decided_.partner},
                                         {"elements", Json(std::move(elements))},
                                         {"sha256", digest}})));
    return {};
  }

  Status acknowledged() {
    const auto transaction = in_.store->begin();
    const bool released = sent_.kind == exchange::Kind::kRelease;
    ASSIGN_OR_RETURN(const Case now, in_.store->case_record(item_.id));
    const Result<Case> next = released ? casework::release(now) : casework::withdraw(now);
    if (next.ok()) TRY(transaction->update_case(*next));  // rejected and expired ones stay what they are
    TRY(transaction->remove_outbox(item_.id));
    Json details = Json::object({{"case_id", now.case_id}});
    if (released) details.set("sha256", progress_.released);
    const Event event = released ? Event::kReleaseAcknowledged : Event::kVerdictAcknowledged;
    TRY(in_.journal.commit(*transaction, about_release(in_, now, event, as_partner(now.partner)), std::move(details)));
    return {};
  }

  static std::string join(const std::vector<std::string>& reasons) {
    std::string out;
    for (const std::string& reason : reasons) out += (out.empty() ? "" : " ") + reason;
    return out;
  }

  Node::Inside& in_;
  const store::OutboxItem& item_;
  Case decided_;
  SameHand& hand_;
  exchange::Header sent_;
  Progress progress_;
};

}  // namespace

Status judge_release(const Node::Inside& in, store::Transaction& transaction, Case& decided, Json& details,
                     SameHand* hand) {
  if (decided.state != CaseState::kConfirmed && decided.state != CaseState::kCleared) return {};
  const std::vector<std::string> against = against_release(in, decided, hand);
  if (against.empty()) return {};
  ASSIGN_OR_RETURN(decided, casework::withdraw(decided));
  TRY(transaction.update_case(decided));
  details.set("why", Json::strings(against));
  return {};
}

Status enqueue_verdict(const Node::Inside& in, store::Transaction& transaction, const Case& decided) {
  store::OutboxItem item;
  item.id = decided.case_id;
  item.peer = decided.partner;
  item.kind = kTold;
  item.created_ms = item.next_try_ms = in.now_ms();
  item.expires_ms = item.created_ms + limits::kVerdictDeliveryDays * kDayMs;
  item.whatever_waits = true;  // an exhibit is destroyed in time, whatever the partner takes
  return transaction.enqueue(item);
}

Result<std::string> hold_back_verdict(const Node::Inside& in, store::Transaction& transaction, const Case& decided) {
  const Result<store::OutboxItem> item = in.store->outbox_item(decided.case_id);
  if (!item.ok() && item.error().code == Code::kNotFound)
    return Error{Code::kConflict, "it has left, and nobody acknowledged it in time: there is nothing to hold back"};
  TRY(item);
  ASSIGN_OR_RETURN(Progress progress, decode(item->payload));
  if (progress.released.empty()) return std::string();
  progress.held = "held_back";
  TRY(transaction.rewrite_payload(item->id, encode(progress)));
  return progress.released;
}

Status deliver_verdict(Node::Inside& in, const store::OutboxItem& item, Courier::Line& line) {
  ASSIGN_OR_RETURN(Case decided, in.store->case_record(item.id));
  const Treaties::Held agreement = in.treaties.of(decided);
  const bool may_leave = decided.state == CaseState::kCleared;
  const Status by_the_clock = may_leave ? not_over_by_the_clock(in, decided) : Status();
  SameHand hand(in, may_leave ? decided.person_id : "");
  Telling telling(in, item, std::move(decided), hand);
  if (agreement == nullptr) return telling.give_up({"agreement_of_the_case_is_gone"});
  if (agreement->state == AgreementState::kTerminated) return telling.give_up({"agreement_terminated"});
  if (agreement->state == AgreementState::kSuspended) return telling.wait(kSuspended);
  TRY(by_the_clock);  // no entry: it would tell that the case was confirmed
  ASSIGN_OR_RETURN(const bool undone, telling.undo_if_another());
  return undone ? Status() : telling.tell(*agreement, line);
}

namespace {

// What is to be told already, or cannot be read, becomes no release by a second act: it stays as it was.
Status await_second_act_of(Node::Inside& in, const std::string& case_id) {
  const auto item = in.store->outbox_item(case_id);
  if (!item.ok() && item.error().code == Code::kNotFound) return {};  // it waits already
  const auto progress = item.ok() ? decode(item->payload) : Result<Progress>(item.error());
  const auto transaction = in.store->begin();
  ASSIGN_OR_RETURN(Case waiting, in.store->case_record(case_id));
  Json details = Json::object({{"case_id", case_id}});
  if (!progress.ok() || item->kind == kRefused || progress->told_no()) {
    ASSIGN_OR_RETURN(waiting, casework::withdraw(std::move(waiting)));
    details.set("why", "the partner is told that nothing is confirmed, as was decided before");
  } else {
    waiting.expires_ms = in.now_ms() + (waiting.expires_ms - waiting.opened_ms);
    TRY(transaction->remove_outbox(case_id));
    details.set("why", "it waits for a second person now");
  }
  if (progress.ok() && !progress->released.empty()) details.set("sent_before", progress->released);
  TRY(transaction->update_case(waiting));
  Entry entry = in.journal.entry(Event::kReleaseDecided, kItself);
  entry.of = waiting.person_id;
  TRY(in.journal.commit(*transaction, std::move(entry), std::move(details)));
  return {};
}

}  // namespace

Status await_second_act(Node::Inside& in) {
  ASSIGN_OR_RETURN(const std::vector<store::CaseHead> all, in.store->cases_since(0));
  for (const store::CaseHead& head : all) {
    if (head.state != CaseState::kConfirmed) continue;
    const Result<Case> readable = in.store->case_record(head.case_id);
    ASSIGN_OR_RETURN(const bool is_whole, is_readable(in, readable, head.case_id));
    if (is_whole) TRY(await_second_act_of(in, head.case_id));
  }
  return {};
}

Status drop_verdict(Node::Inside& in, const std::string& case_id) {
  const auto transaction = in.store->begin();
  TRY(transaction->remove_outbox(case_id));
  const auto read = in.store->case_record(case_id);
  const auto item = in.store->outbox_item(case_id);
  const auto progress = item.ok() ? decode(item->payload) : Result<Progress>(item.error());
  if (!read.ok() || !progress.ok()) {
    spdlog::error("the verdict of case {} is damaged in the outbox, and is dropped", case_id);
    return transaction->commit(store::Housekeeping::kDelivery);
  }
  const Result<Case> withdrawn = casework::withdraw(*read);
  if (withdrawn.ok() && progress->released.empty()) TRY(transaction->update_case(*withdrawn));
  Json details = Json::object({{"case_id", case_id}, {"partner", read->partner}});
  if (!progress->released.empty()) details.set("sent_before", progress->released);
  TRY(in.journal.commit(*transaction, about_release(in, *read, Event::kVerdictDropped, kItself), std::move(details)));
  return {};
}

}  // namespace puente::service
