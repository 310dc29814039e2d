#include "service/courier.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "core/limits.h"
#include "service/own_keys.h"

namespace puente::service {
namespace {

constexpr const char* kMessagesPath = "/partner/v1/messages";

std::int64_t backoff_ms(int attempts) {
  const int doublings = std::min(attempts, 20);
  return std::min(limits::kOutboxBackoffMsMax, limits::kOutboxBackoffMsMin << doublings);
}

}  // namespace

// ---- one attempt

Result<Reply> Courier::Line::post(const std::string& path, const Transport::Body& body) {
  Status made;
  const Transport::Body make = [&] {
    Result<Bytes> bytes = body();
    if (!bytes.ok()) made = Status(bytes.error());
    return bytes;
  };
  Result<Reply> reply = courier_.seams_.transport.post_when_reached(peer_, path, make, limits::kAskDeadlineMs);
  down_ = !reply.ok() && made.ok();
  if (!reply.ok()) return reply;
  if (reply->status == 429 || reply->status == 503) {
    down_ = true;
    return Error{Code::kUnavailable, fmt::format("{} has no room now (status {})", peer_, reply->status)};
  }
  return reply;
}

Result<exchange::Message> Courier::Line::send(std::span<const AcceptedAgreement> agreements,
                                              const exchange::Header& sent, const Transport::Body& seal) {
  ASSIGN_OR_RETURN(const Reply reply, post(kMessagesPath, seal));
  if (reply.status == 409) {
    return Error{Code::kReplayed,
                 "the partner's node refused it (status 409): made outside its clock's window, or out of order"};
  }
  if (reply.status == 401) {
    return Error{Code::kUnauthenticated,
                 fmt::format("the partner's node answered with status 401: it knows no agreement {} of this very text "
                             "that is in force, or not this node's keys. Has it accepted the text?",
                             sent.agreement_id)};
  }
  if (reply.status != 200) {
    return Error{Code::kUnavailable, fmt::format("the partner's node answered with status {}", reply.status)};
  }
  ASSIGN_OR_RETURN(exchange::Message message,
                   open_message(courier_.config_, reply.body, agreements, courier_.seams_.clock.now_ms(), sent.to));
  TRY(exchange::check_reply(sent, message.header));
  return message;
}

// ---- turns

Courier::Courier(const Config& config, Seams seams, store::Store& store)
    : config_(config), seams_(seams), store_(store) {}

void Courier::carries(const std::string& kind, Deliver deliver) {
  carried_[kind] = std::move(deliver);
}

void Courier::work() {
  for (const std::string& peer : due_peers()) {
    if (begin_turn(peer)) take_turn(peer);
  }
}

void Courier::dispatch() {
  for (const std::string& peer : due_peers()) {
    if (!begin_turn(peer)) continue;
    {
      const MutexLock lock(mutex_);
      turns_.push_back(peer);
    }
    ready_.notify_all();
  }
}

void Courier::deliver_next() {
  std::string peer;
  {
    const MutexLock lock(mutex_);
    while (turns_.empty() && !stopped_) ready_.wait(mutex_);
    if (stopped_) return;
    peer = std::move(turns_.front());
    turns_.pop_front();
  }
  take_turn(peer);
  wake();  // what came for it meanwhile
}

std::vector<std::string> Courier::due_peers() {
  std::vector<std::string> out;
  if (auto peers = store_.outbox_peers(seams_.clock.now_ms()); peers.ok()) {
    out = *std::move(peers);
  } else {
    spdlog::error("the outbox cannot be read: {}", peers.error().message);
  }
  return out;
}

// One at a time, when its pause is over. Those whose line failed last keep half of the threads free for the others.
bool Courier::begin_turn(const std::string& name) {
  const std::int64_t now_ms = seams_.clock.now_ms();
  const MutexLock lock(mutex_);
  Peer& peer = peers_[name];
  const bool rests = now_ms < peer.rests_until_ms && peer.rests_until_ms - now_ms <= limits::kOutboxBackoffMsMax;
  if (peer.has_turn || rests) return false;
  if (peer.failures > 0) {
    const auto tried_again = std::count_if(peers_.begin(), peers_.end(), [](const auto& each) {
      return each.second.has_turn && each.second.failures > 0;
    });
    if (tried_again >= kThreads / 2) return false;
  }
  peer.has_turn = true;
  return true;
}

void Courier::take_turn(const std::string& name) {
  bool served = false;
  try {
    served = serve(name);
  } catch (const std::exception& problem) {  // memory, most likely: the others go on
    spdlog::error("what waits for {} could not be delivered: {}", name, problem.what());
  }
  const MutexLock lock(mutex_);
  Peer& peer = peers_[name];
  peer.has_turn = false;
  peer.rests_until_ms = served ? 0 : seams_.clock.now_ms() + backoff_ms(peer.failures);
  peer.failures = served ? 0 : peer.failures + 1;
}

void Courier::hasten(const std::string& peer) {
  {
    const MutexLock lock(mutex_);
    peers_[peer].rests_until_ms = 0;
  }
  wake();
}

bool Courier::serve(const std::string& peer) {
  const auto due = store_.outbox_due(peer, seams_.clock.now_ms(), limits::kDeliveriesATurnMax);
  if (!due.ok()) {
    spdlog::error("the outbox cannot be read: {}", due.error().message);
    return false;
  }
  for (const store::OutboxHead& head : *due) {
    if (stopped_) return true;
    if (!attempt(head)) return false;
  }
  return true;
}

Status Courier::deliver(const store::OutboxHead& head, Line& line) const {
  const auto known = carried_.find(head.kind);
  if (known == carried_.end())
    return {Code::kUnsupported, "nobody here knows how to deliver this: it was queued by another version"};
  ASSIGN_OR_RETURN(const store::OutboxItem item, store_.outbox_item(head.id));
  return known->second(item, line);
}

bool Courier::attempt(const store::OutboxHead& head) {
  const std::int64_t now_ms = seams_.clock.now_ms();
  if (head.expires_ms <= now_ms) return true;  // the sweep ends it, with an entry
  Line line(*this, head.peer);
  const Status delivered = deliver(head, line);
  if (delivered.ok() || stopped_) return true;
  ++deliveries_failed_;
  spdlog::warn("a {} for {} waits: {}", head.kind, head.peer, delivered.error().message);
  const auto transaction = store_.begin();
  Status kept = transaction->reschedule(head.id, now_ms + backoff_ms(head.attempts));
  if (!kept.ok() && kept.error().code == Code::kNotFound) return !line.is_down();  // ended meanwhile
  if (kept.ok()) kept = transaction->commit(store::Housekeeping::kDelivery);
  if (kept.ok()) return !line.is_down();
  spdlog::error("the outbox cannot be written: {}", kept.error().message);
  return false;
}

// ---- waiting

void Courier::wake() {
  {
    const MutexLock lock(mutex_);
    ++wakes_;
  }
  ready_.notify_all();
}

void Courier::wait(std::int64_t wait_ms_max, std::uint64_t& seen) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(wait_ms_max);
  const MutexLock lock(mutex_);
  while (wakes_ == seen && !stopped_) {
    if (ready_.wait_until(mutex_, end) == std::cv_status::timeout) break;
  }
  seen = wakes_;
}

void Courier::pause(std::int64_t wait_ms) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(wait_ms);
  const MutexLock lock(mutex_);
  while (!stopped_) {
    if (over_.wait_until(mutex_, end) == std::cv_status::timeout) break;
  }
}

void Courier::stop() {
  seams_.transport.stop();
  {
    const MutexLock lock(mutex_);
    stopped_ = true;
  }
  ready_.notify_all();
  over_.notify_all();
}

}  // namespace puente::service
