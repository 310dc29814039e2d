// What goes on without anybody asking: deliveries, overseers' cosignatures, dates that pass. And figures about it.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "core/limits.h"
#include "service/counters.h"
#include "service/service.h"

namespace puente::service {
namespace {

constexpr std::int64_t kSweepEveryMs = 5'000;
constexpr std::size_t kBatch = 100;

std::int64_t backoff_ms(int attempts) {
  const int doublings = std::min(attempts, 20);
  return std::min(limits::kOutboxBackoffMsMax, limits::kOutboxBackoffMsMin << doublings);
}

}  // namespace

void Node::work() {
  deliver_due();
  const std::int64_t now_ms = seams_.clock.now_ms();
  if (now_ms - swept_ms_ >= kSweepEveryMs || now_ms < swept_ms_) {
    swept_ms_ = now_ms;
    sweep();
    keep_snapshot();
  }
  cosign();
}

Status Node::deliver(const store::OutboxItem& item) {
  if (item.kind == "question") return deliver_question(item);
  CHECK(item.kind == "verdict");
  return deliver_verdict(item);
}

void Node::deliver_due() {
  const auto due = store_->outbox_due(seams_.clock.now_ms(), kBatch);
  if (!due.ok()) {
    spdlog::error("the outbox cannot be read: {}", due.error().message);
    return;
  }
  for (const store::OutboxItem& item : *due) {
    const std::int64_t now_ms = seams_.clock.now_ms();
    if (item.expires_ms <= now_ms) continue;  // sweep() ends it
    const Status delivered = deliver(item);
    if (delivered.ok()) continue;
    counters_->deliveries_failed.fetch_add(1);
    spdlog::warn("a {} for {} waits: {}", item.kind, item.peer, delivered.error().message);
    store::Transaction transaction = store_->begin();
    Status kept = transaction.reschedule(item.id, now_ms + backoff_ms(item.attempts));
    if (kept.ok()) kept = transaction.commit();
    if (!kept.ok()) spdlog::error("the outbox cannot be written: {}", kept.error().message);
  }
}

// Shows each overseer our newest checkpoint and keeps its cosignature.
void Node::cosign() {
  for (const audit::VerifierKey& overseer : config_.overseers) {
    std::uint64_t& seen = cosigned_by_[overseer.name];
    for (int tries = 0; tries < 2; ++tries) {  // a second one when it corrects what we thought it had seen
      std::string note, body;
      std::uint64_t size = 0;
      {
        std::shared_lock lock(log_mutex_);
        size = log_->size();
        if (size <= seen) break;
        note = log_->checkpoint();
        body = log_->add_checkpoint_request(seen);
      }
      const auto reply =
          seams_.transport.post(overseer.name, audit::kAddCheckpointPath, view(body), limits::kAskDeadlineMs);
      if (reply.ok() && reply->status == 409) {
        const auto known = audit::parse_tree_size(text(reply->body));
        if (known.ok() && *known <= size) {
          seen = *known;
          continue;
        }
      }
      Status kept = !reply.ok() ? Status(reply.error())
                                : Status(Code::kUnavailable, fmt::format("overseer {} answered with status {}",
                                                                         overseer.name, reply->status));
      if (reply.ok() && reply->status == 200) {
        const auto cosigned = audit::with_cosignatures(note, text(reply->body), std::span(&overseer, 1));
        kept = cosigned.ok() ? Status() : Status(cosigned.error());
        if (cosigned.ok()) {
          store::Transaction transaction = store_->begin();
          kept = transaction.add_cosigned_checkpoint(*cosigned);
          if (kept.ok()) kept = transaction.commit();
        }
      }
      if (kept.ok()) {
        seen = size;
        cosigned_size_ = size;
      } else {
        counters_->cosignatures_failed.fetch_add(1);
        spdlog::warn("no cosignature: {}", kept.error().message);
      }
      break;
    }
  }
}

// Cases nobody decided, questions nobody answered, data kept long enough. One transaction each: small, and each logged.
void Node::sweep() {
  const std::int64_t now_ms = seams_.clock.now_ms();
  const auto report = [](const Status& status) {
    if (!status.ok()) spdlog::error("what has passed its date could not be ended: {}", status.error().message);
  };
  const auto committed = [&](store::Transaction& transaction, std::vector<Written> entries) -> Status {
    const auto receipt = commit(transaction, std::move(entries));
    return receipt.ok() ? Status() : Status(receipt.error());
  };
  const auto expire_case = [&](const Case& open) -> Status {
    store::Transaction transaction = store_->begin();
    ASSIGN_OR_RETURN(const Case expired, casework::expire(open, now_ms));
    TRY(transaction.update_case(expired));
    TRY(transaction.destroy_case_probe(open.case_id));
    TRY(enqueue_verdict(transaction, expired));
    std::vector<Written> entries;
    for (Event event : {Event::kCaseExpired, Event::kProbeDestroyed}) {
      entries.push_back({exchange_entry(event, "node", open.exchange_id, open.agreement_id, open.purpose),
                         Json::object({{"case_id", open.case_id}})});
    }
    return committed(transaction, std::move(entries));
  };
  const auto expire_question = [&](const Question& question) -> Status {
    if (!casework::is_due(question, now_ms)) return {};  // with the partner's examiner: still to come
    store::Transaction transaction = store_->begin();
    ASSIGN_OR_RETURN(const Question expired, casework::expire(question, now_ms));
    TRY(transaction.update_question(expired));
    TRY(transaction.remove_outbox(question.exchange_id));
    return committed(transaction, {{exchange_entry(Event::kQuestionExpired, "node", question.exchange_id,
                                                   question.agreement_id, question.purpose),
                                    {}}});
  };
  const auto erase_released = [&](const Question& question) -> Status {
    store::Transaction transaction = store_->begin();
    ASSIGN_OR_RETURN(const Question erased, casework::erase_released(question, now_ms));
    TRY(transaction.update_question(erased));
    TRY(transaction.erase_released(question.exchange_id));
    return committed(transaction, {{exchange_entry(Event::kReleasedDataErased, "node", question.exchange_id,
                                                   question.agreement_id, question.purpose),
                                    {}}});
  };
  const auto erase_encounter = [&](const store::EncounterId& id) -> Status {
    store::Transaction transaction = store_->begin();
    TRY(transaction.erase_encounter(id.person_id, id.encounter_id));
    Entry logged = entry(Event::kErased, "node", id.person_id);
    logged.reasons = {"retention_over"};
    TRY(committed(transaction, {{std::move(logged), Json::object({{"encounter_id", id.encounter_id}})}}));
    gallery_.remove_encounter(id.person_id, id.encounter_id);
    drop_snapshot();
    return {};
  };
  const auto each = [&](const auto& found, const auto& end) {
    if (!found.ok()) return report(found.error());
    for (const auto& item : *found) report(end(item));
  };
  each(store_->open_cases_past(now_ms, kBatch), expire_case);
  each(store_->questions_past_deadline(now_ms, kBatch), expire_question);
  each(store_->questions_past_retention(now_ms, kBatch), erase_released);
  each(store_->encounters_past_retention(now_ms, kBatch), erase_encounter);
  store::Transaction transaction = store_->begin();
  Status forgotten = transaction.forget_messages(now_ms);
  if (forgotten.ok()) forgotten = transaction.commit();
  report(forgotten);
}

Health Node::health() const {
  Health out;
  out.people = gallery_.people();
  out.fingers = gallery_.fingers();
  if (const auto size = store_->outbox_size(); size.ok()) out.outbox = *size;
  if (const auto open = store_->cases(CaseState::kOpen, 100'000); open.ok()) out.cases_open = open->size();
  std::shared_lock lock(log_mutex_);
  out.log_size = log_->size();
  out.cosigned_size = cosigned_size_;
  return out;
}

std::string Node::metrics() const {
  const Health now = health();
  std::string out;
  const auto metric = [&](const char* name, const char* type, const char* help, auto value) {
    out += fmt::format("# HELP puente_{0} {1}\n# TYPE puente_{0} {2}\npuente_{0} {3}\n", name, help, type, value);
  };
  metric("people", "gauge", "People in the gallery.", now.people);
  metric("fingers", "gauge", "Fingers in the gallery.", now.fingers);
  metric("outbox", "gauge", "Messages that wait for a partner.", now.outbox);
  metric("cases_open", "gauge", "Hits that wait for an examiner.", now.cases_open);
  metric("log_entries", "counter", "Entries of the log.", now.log_size);
  metric("log_cosigned_entries", "gauge", "Entries that an overseer has cosigned.", now.cosigned_size);
  metric("deliveries_failed_total", "counter", "Attempts to reach a partner that failed.",
         counters_->deliveries_failed.load());
  metric("cosignatures_failed_total", "counter", "Attempts to reach an overseer that failed.",
         counters_->cosignatures_failed.load());
  out += "# HELP puente_events_total What was logged since the start.\n# TYPE puente_events_total counter\n";
  for (int i = 0; i < kEventCount; ++i) {
    const std::uint64_t count = counters_->events[static_cast<std::size_t>(i)].load();
    out += fmt::format("puente_events_total{{event=\"{}\"}} {}\n", to_string(static_cast<Event>(i)), count);
  }
  return out;
}

}  // namespace puente::service
