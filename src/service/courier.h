// Courier: what waits to leave. The outbox's items to their peers, again with growing pauses while these are out of
// reach; our newest checkpoint to the overseers. Inside service only. work() by one thread at a time, the rest by any.
#pragma once
#include <atomic>
#include <functional>
#include <map>

#include "core/mutex.h"
#include "exchange/exchange.h"
#include "service/journal.h"

namespace puente::service {

class Courier {
 public:
  using Deliver = std::function<Status(const store::OutboxItem&)>;

  Courier(const Config& config, Seams seams, store::Store& store);
  void carries(const std::string& kind, Deliver deliver);  // before work() is first called
  void work(const Journal& journal);

  // One attempt; what comes back is opened and must be the reply to `sent`. The caller has sealed.
  Result<exchange::Message> send(std::span<const AcceptedAgreement> agreements, const exchange::Header& sent,
                                 ByteView sealed);

  void wake();
  void wait(std::int64_t wait_ms_max);  // returns early when woken

  std::uint64_t cosigned_size() const { return cosigned_size_; }
  std::uint64_t deliveries_failed() const { return deliveries_failed_; }
  std::uint64_t cosignatures_failed() const { return cosignatures_failed_; }

 private:
  void deliver_due();
  Status deliver(const store::OutboxItem& item) const;
  void drop(const store::OutboxItem& item);
  void cosign(const Journal& journal, const VerifierKey& overseer);
  Result<std::uint64_t> show(const Journal::Growth& growth, const VerifierKey& overseer);

  const Config& config_;
  const Seams seams_;
  store::Store& store_;
  std::map<std::string, Deliver> carried_;         // by kind
  std::map<std::string, std::uint64_t> shown_to_;  // by overseer, the size it has seen; work() only
  std::atomic<std::uint64_t> cosigned_size_{0}, deliveries_failed_{0}, cosignatures_failed_{0};

  Mutex mutex_;
  Condition ready_;
  bool queued_ GUARDED_BY(mutex_) = false;
};

}  // namespace puente::service
