// What has passed its date: cases nobody decided, questions nobody answered, data kept long enough. One transaction
// each: small, and each logged.
#include <spdlog/spdlog.h>

#include "core/limits.h"
#include "service/inside.h"

namespace puente::service {
namespace {

constexpr std::size_t kBatch = 100;

Status expire_case(Node::Inside& in, const Case& open) {
  const auto transaction = in.store->begin();
  ASSIGN_OR_RETURN(const Case expired, casework::expire(open, in.now_ms()));
  TRY(transaction->update_case(expired));
  TRY(transaction->destroy_case_exhibit(open.case_id));
  TRY(enqueue_verdict(in, *transaction, expired));
  std::vector<Written> entries;
  for (const Event event : {Event::kCaseExpired, Event::kProbeDestroyed}) {
    entries.push_back({in.journal.about(open, event, "node"), Json::object({{"case_id", open.case_id}})});
  }
  TRY(in.journal.commit(*transaction, std::move(entries)));
  return {};
}

Status expire_question(Node::Inside& in, const Question& question) {
  if (!casework::is_due(question, in.now_ms())) return {};  // with the partner's examiner: still to come
  const auto transaction = in.store->begin();
  ASSIGN_OR_RETURN(const Question expired, casework::expire(question, in.now_ms()));
  TRY(transaction->update_question(expired));
  TRY(transaction->remove_outbox(question.exchange_id));
  TRY(in.journal.commit(*transaction, in.journal.about(question, Event::kQuestionExpired, "node")));
  return {};
}

Status erase_released(Node::Inside& in, const Question& question) {
  const auto transaction = in.store->begin();
  ASSIGN_OR_RETURN(const Question erased, casework::erase_released(question, in.now_ms()));
  TRY(transaction->update_question(erased));
  TRY(transaction->erase_released(question.exchange_id));
  TRY(in.journal.commit(*transaction, in.journal.about(question, Event::kReleasedDataErased, "node")));
  return {};
}

Status erase_encounter(Node::Inside& in, const store::EncounterId& id) {
  const auto transaction = in.store->begin();
  TRY(transaction->erase_encounter(id.person_id, id.encounter_id));
  Entry logged = in.journal.entry(Event::kErased, "node", id.person_id);
  logged.reasons = {"retention_over"};
  TRY(in.journal.commit(*transaction, std::move(logged), Json::object({{"encounter_id", id.encounter_id}})));
  in.roster.remove_encounter(id.person_id, id.encounter_id);
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
  return transaction->commit(store::Housekeeping::kForgetting);
}

void report(const Status& status) {
  if (!status.ok()) spdlog::error("what has passed its date could not be ended: {}", status.error().message);
}

template <typename T>
void end_each(Node::Inside& in, const Result<std::vector<T>>& found, Status (*end)(Node::Inside&, const T&)) {
  if (!found.ok()) return report(found.error());
  for (const T& item : *found) report(end(in, item));
}

}  // namespace

void sweep(Node::Inside& in) {
  const std::int64_t now_ms = in.now_ms();
  end_each(in, in.store->open_cases_past(now_ms, kBatch), expire_case);
  end_each(in, in.store->questions_past_deadline(now_ms, kBatch), expire_question);
  end_each(in, in.store->questions_past_retention(now_ms, kBatch), erase_released);
  end_each(in, in.store->encounters_past_retention(now_ms, kBatch), erase_encounter);
  end_each(in, in.store->tasks_past(now_ms, kBatch), erase_task);
  report(forget_messages(in));
}

}  // namespace puente::service
