// What has passed its date: cases nobody decided, questions nobody answered, messages nobody took, data, records and
// details kept long enough. One transaction each: small, and each logged. What fails stands in nobody's way.
#include <spdlog/spdlog.h>

#include <chrono>
#include <optional>

#include "core/limits.h"
#include "service/inside.h"
#include "service/practice.h"
#include "service/protection.h"
#include "service/search.h"
#include "service/watchlist.h"

namespace puente::service {
namespace {

constexpr std::size_t kExpiredAtOnce = 10'000;   // of a kind in one sweep
constexpr std::chrono::seconds kTimeOfAKind{5};  // then the other kinds have their turn

// Nobody decided: an open case expires, a confirmed one that no second person looked at is withdrawn.
Status expire_case(Node::Inside& in, const std::string& case_id) {
  const auto transaction = in.store->begin();
  ASSIGN_OR_RETURN(const Case open, in.store->case_record(case_id));
  ASSIGN_OR_RETURN(const Case expired, casework::expire(open, in.now_ms()));
  TRY(transaction->update_case(expired));
  if (open.state == CaseState::kConfirmed) {
    TRY(enqueue_verdict(in, *transaction, expired));
    Entry entry = in.journal.entry(Event::kReleaseDecided, kItself);
    entry.of = open.person_id;
    TRY(in.journal.commit(*transaction, std::move(entry),
                          Json::object({{"case_id", case_id}, {"why", "nobody decided in time"}})));
    return {};
  }
  TRY(transaction->destroy_case_exhibit(case_id));
  TRY(enqueue_verdict(in, *transaction, expired));
  std::vector<Written> entries;
  for (const Event event : {Event::kCaseExpired, Event::kProbeDestroyed}) {
    Json details = Json::object({{"case_id", case_id}});
    if (event == Event::kCaseExpired && !open.verdicts.empty()) set_verdicts(details, open);
    entries.push_back({in.journal.about(open, event, kItself), std::move(details)});
  }
  TRY(in.journal.commit(*transaction, std::move(entries)));
  return {};
}

Status expire_question(Node::Inside& in, const std::string& exchange_id) {
  const auto transaction = in.store->begin();
  ASSIGN_OR_RETURN(const Question question, in.store->question(exchange_id));
  if (!casework::is_due(question, in.now_ms())) return {};  // answered meanwhile
  ASSIGN_OR_RETURN(const Question expired, casework::expire(question, in.now_ms()));
  TRY(transaction->update_question(expired));
  TRY(transaction->remove_outbox(exchange_id));
  TRY(in.journal.commit(*transaction, in.journal.about(question, Event::kQuestionExpired, kItself)));
  return {};
}

// A message of any kind that nobody took in time. Questions are ended by their own state before this.
Status drop_message(Node::Inside& in, const store::OutboxHead& head) {
  spdlog::warn("a {} for {} was not delivered in time and is dropped", head.kind, head.peer);
  if (head.kind.ends_with("verdict")) return drop_verdict(in, head.id);
  const auto transaction = in.store->begin();
  TRY(transaction->remove_outbox(head.id));
  return transaction->commit(store::Housekeeping::kDelivery);
}

Status erase_released(Node::Inside& in, const std::string& exchange_id) {
  const auto transaction = in.store->begin();
  ASSIGN_OR_RETURN(const Question question, in.store->question(exchange_id));
  ASSIGN_OR_RETURN(const Question erased, casework::erase_released(question, in.now_ms()));
  TRY(transaction->update_question(erased));
  TRY(transaction->erase_released(exchange_id));
  std::vector<Written> entries;
  entries.push_back({in.journal.about(question, Event::kReleasedDataErased, kItself), Json()});
  TRY(end_entries_made_of(in, *transaction, exchange_id, entries));
  TRY(in.journal.commit(*transaction, std::move(entries)));
  return {};
}

Status erase_encounter(Node::Inside& in, const store::EncounterId& id) {
  std::optional<Traces> traces;
  ASSIGN_OR_RETURN(std::vector<std::string> all, in.store->encounter_ids(id.person_id));
  if (all.size() <= 1) {
    ASSIGN_OR_RETURN(traces, look_for_traces(in, id.person_id));
  }
  const auto transaction = in.store->begin();
  ASSIGN_OR_RETURN(all, in.store->encounter_ids(id.person_id));
  const bool last = all.size() <= 1;  // with it the person goes, what hid them, and their name everywhere
  if (last && !traces) {              // another encounter went meanwhile
    ASSIGN_OR_RETURN(traces, look_for_traces(in, id.person_id));
  }
  Entry logged = in.journal.entry(Event::kErased, kItself, id.person_id);
  logged.reasons = {"retention_over"};
  const std::set<std::string> hidden_from = in.roster.withheld_from(id.person_id);
  Json details = Json::object({{"encounter_id", id.encounter_id}});
  std::set<std::string> numbers;
  if (last) {
    ASSIGN_OR_RETURN(numbers, erase_protection(in, *transaction, details, id.person_id));
  }
  TRY(transaction->erase_encounter(id.person_id, id.encounter_id));
  std::vector<Written> entries;
  entries.push_back({std::move(logged), std::move(details)});
  if (last) TRY(erase_traces(in, *transaction, *std::move(traces), entries));
  if (last && !hidden_from.empty()) {
    Alarm alarm;  // no name: the person is erased
    alarm.kind = "protection_over";
    alarm.sentence = "the last data of somebody are past their date and erased, who was hidden from";
    for (const std::string& country : hidden_from) alarm.sentence += " " + country;
    alarm.sentence += ": enrolled again, they are hidden from nobody until somebody says so";
    TRY(tell_supervisor(in, *transaction, std::move(alarm), entries));
  }
  TRY(in.journal.commit(*transaction, std::move(entries)));
  in.roster.remove_encounter(id.person_id, id.encounter_id);
  if (last) in.roster.remove_person(id.person_id);
  for (const std::string& each : numbers) in.roster.remove_person(each);
  return {};
}

Status erase_case(Node::Inside& in, const std::string& case_id) {
  const auto transaction = in.store->begin();
  ASSIGN_OR_RETURN(const Case ended, in.store->case_record(case_id));
  TRY(transaction->erase_case(case_id));
  TRY(in.journal.commit(*transaction, in.journal.about(ended, Event::kCaseErased, kItself),
                        Json::object({{"case_id", case_id}})));
  return {};
}

Status erase_question(Node::Inside& in, const std::string& exchange_id) {
  const auto transaction = in.store->begin();
  ASSIGN_OR_RETURN(const Question ended, in.store->question(exchange_id));
  TRY(transaction->erase_question(exchange_id));
  std::vector<Written> entries;
  entries.push_back({in.journal.about(ended, Event::kQuestionErased, kItself), Json()});
  TRY(end_entries_made_of(in, *transaction, exchange_id, entries));
  TRY(in.journal.commit(*transaction, std::move(entries)));
  return {};
}

Status erase_task(Node::Inside& in, const std::string& task_id) {
  const auto transaction = in.store->begin();
  TRY(transaction->erase_task(task_id));
  return transaction->commit(store::Housekeeping::kTask);
}

Status forget_messages(Node::Inside& in) {
  const auto transaction = in.store->begin();
  TRY(transaction->forget_messages(in.now_ms()));
  TRY(transaction->forget_once(in.now_ms()));
  return transaction->commit(store::Housekeeping::kForgetting);
}

Status forget_answers(Node::Inside& in) {
  const std::int64_t day = in.now_ms() / kDayMs;
  if (day == in.forgot_day) return {};
  const auto transaction = in.store->begin();
  ASSIGN_OR_RETURN(const std::int64_t forgotten, transaction->forget_answers(in.now_ms()));
  if (forgotten > 0)
    TRY(in.journal.commit(*transaction, in.journal.entry(Event::kAnswersForgotten, kItself),
                          Json::object({{"count", forgotten}})));
  in.forgot_day = day;
  return {};
}

// A text ends by itself, and then what was owed under it.
Status load_treaties(Node::Inside& in) {
  const auto transaction = in.store->begin();  // so that nobody changes an agreement meanwhile
  return in.treaties.load();
}

void report(const Status& status) {
  if (!status.ok()) spdlog::error("what has passed its date could not be ended: {}", status.error().message);
}

template <typename T>
void end_each(Node::Inside& in, const Result<std::vector<T>>& found, Status (*end)(Node::Inside&, const T&)) {
  if (!found.ok()) return report(found.error());
  const auto until = std::chrono::steady_clock::now() + kTimeOfAKind;
  for (const T& item : *found) {
    if (in.courier.is_stopped() || std::chrono::steady_clock::now() > until) return;
    report(end(in, item));
  }
}

}  // namespace

void sweep(Node::Inside& in) {
  if (in.watch.doubt()) return;  // nothing ends by a clock that may be wrong
  const std::int64_t now_ms = in.now_ms();
  const std::int64_t record_ms = now_ms - in.config.record_days * kDayMs;
  const store::Store& kept = *in.store;
  end_each(in, kept.undecided_cases_past(now_ms, kExpiredAtOnce), expire_case);
  end_each(in, kept.questions_past_deadline(QuestionState::kQueued, now_ms, kExpiredAtOnce), expire_question);
  end_each(in, kept.questions_past_deadline(QuestionState::kHit, now_ms - limits::kHitDaysMax * kDayMs, kExpiredAtOnce),
           expire_question);
  end_each(in, kept.outbox_past(now_ms, kExpiredAtOnce), drop_message);
  end_each(in, kept.questions_past_retention(now_ms, kExpiredAtOnce), erase_released);
  end_each(in, encounters_to_erase(in, kExpiredAtOnce), erase_encounter);
  end_each(in, kept.ended_cases_past(record_ms, kExpiredAtOnce), erase_case);
  end_each(in, kept.ended_questions_past(record_ms, kExpiredAtOnce), erase_question);
  end_each(in, kept.tasks_past(now_ms, kExpiredAtOnce), erase_task);
  end_each(in, kept.watchlist_past(now_ms, kExpiredAtOnce), end_watchlist_entry);
  report(end_entries_without_source(in));
  end_practice(in);
  report(erase_alerts_past(in));
  report(erase_details_past(in));
  report(forget_messages(in));
  const bool is_new_day = now_ms / kDayMs != in.forgot_day;
  report(forget_answers(in));
  if (is_new_day) report(load_treaties(in));
  report(in.refusals.write_down_rest());
  report(look_for_overdue_reviews(in));
}

}  // namespace puente::service
