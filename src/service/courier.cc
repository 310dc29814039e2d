#include "service/courier.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "core/limits.h"

namespace puente::service {
namespace {

constexpr std::size_t kBatch = 100;
constexpr const char* kMessagesPath = "/partner/v1/messages";

std::int64_t backoff_ms(int attempts) {
  const int doublings = std::min(attempts, 20);
  return std::min(limits::kOutboxBackoffMsMax, limits::kOutboxBackoffMsMin << doublings);
}

}  // namespace

Courier::Courier(const Config& config, Seams seams, store::Store& store)
    : config_(config), seams_(seams), store_(store) {}

void Courier::carries(const std::string& kind, Deliver deliver) {
  carried_[kind] = std::move(deliver);
}

void Courier::work(const Journal& journal) {
  deliver_due();
  for (const VerifierKey& overseer : config_.overseers) cosign(journal, overseer);
}

Status Courier::deliver(const store::OutboxItem& item) const {
  const auto known = carried_.find(item.kind);
  if (known != carried_.end()) return known->second(item);
  return {Code::kUnsupported, "nobody here knows how to deliver this: it was queued by another version"};
}

void Courier::deliver_due() {
  const auto due = store_.outbox_due(seams_.clock.now_ms(), kBatch);
  if (!due.ok()) {
    spdlog::error("the outbox cannot be read: {}", due.error().message);
    return;
  }
  for (const store::OutboxItem& item : *due) {
    const std::int64_t now_ms = seams_.clock.now_ms();
    if (item.expires_ms <= now_ms) {
      if (item.kind != "question") drop(item);  // a question ends its own, with an entry
      continue;
    }
    const Status delivered = deliver(item);
    if (delivered.ok()) continue;
    ++deliveries_failed_;
    spdlog::warn("a {} for {} waits: {}", item.kind, item.peer, delivered.error().message);
    const auto transaction = store_.begin();
    Status kept = transaction->reschedule(item.id, now_ms + backoff_ms(item.attempts));
    if (kept.ok()) kept = transaction->commit(store::Housekeeping::kDelivery);
    if (!kept.ok()) spdlog::error("the outbox cannot be written: {}", kept.error().message);
  }
}

// What nobody took in time: no queue holds anything for ever.
void Courier::drop(const store::OutboxItem& item) {
  spdlog::warn("a {} for {} was not delivered in time and is dropped", item.kind, item.peer);
  const auto transaction = store_.begin();
  Status dropped = transaction->remove_outbox(item.id);
  if (dropped.ok()) dropped = transaction->commit(store::Housekeeping::kDelivery);
  if (!dropped.ok()) spdlog::error("the outbox cannot be written: {}", dropped.error().message);
}

Result<exchange::Message> Courier::send(std::span<const AcceptedAgreement> agreements, const exchange::Header& sent,
                                        ByteView sealed) {
  ASSIGN_OR_RETURN(const Reply reply, seams_.transport.post(sent.to, kMessagesPath, sealed, limits::kAskDeadlineMs));
  if (reply.status != 200) {
    return Error{Code::kUnavailable, "the partner's node answered with status " + std::to_string(reply.status)};
  }
  ASSIGN_OR_RETURN(exchange::Message message,
                   exchange::open(reply.body, agreements, config_.country, config_.sealing_key, seams_.clock.now_ms()));
  TRY(exchange::check_reply(sent, message.header));
  return message;
}

// Shows the overseer our newest checkpoint and keeps its cosignature.
void Courier::cosign(const Journal& journal, const VerifierKey& overseer) {
  std::uint64_t& seen = shown_to_[overseer.name];
  for (int tries = 0; tries < 2; ++tries) {  // a second one when it corrects what we thought it had seen
    const auto growth = journal.growth_since(seen);
    if (!growth) return;
    const Result<std::uint64_t> now_seen = show(*growth, overseer);
    if (!now_seen.ok()) {
      ++cosignatures_failed_;
      spdlog::warn("no cosignature: {}", now_seen.error().message);
      return;
    }
    seen = *now_seen;
    if (seen == growth->size) return;
  }
}

// How much of the log the overseer has seen now: all of it, and its cosignature is kept; or what its 409 says.
Result<std::uint64_t> Courier::show(const Journal::Growth& growth, const VerifierKey& overseer) {
  ASSIGN_OR_RETURN(const Reply reply, seams_.transport.post(overseer.name, audit::kAddCheckpointPath,
                                                            view(growth.request), limits::kAskDeadlineMs));
  if (reply.status == 409) {
    ASSIGN_OR_RETURN(const std::uint64_t known, audit::parse_tree_size(text(reply.body)));
    if (known <= growth.size) return known;
  }
  if (reply.status != 200) {
    return Error{Code::kUnavailable, fmt::format("overseer {} answered with status {}", overseer.name, reply.status)};
  }
  ASSIGN_OR_RETURN(const std::string cosigned,
                   audit::with_cosignatures(growth.note, text(reply.body), std::span(&overseer, 1)));
  const auto transaction = store_.begin();
  TRY(transaction->add_cosigned_checkpoint(cosigned));
  TRY(transaction->commit(store::Housekeeping::kCosignature));
  cosigned_size_ = growth.size;
  return growth.size;
}

void Courier::wake() {
  {
    const MutexLock lock(mutex_);
    queued_ = true;
  }
  ready_.notify_all();
}

void Courier::wait(std::int64_t wait_ms_max) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(wait_ms_max);
  const MutexLock lock(mutex_);
  while (!queued_) {
    if (ready_.wait_until(mutex_, end) == std::cv_status::timeout) break;
  }
  queued_ = false;
}

}  // namespace puente::service
