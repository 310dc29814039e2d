// Courier: what waits to leave. The outbox's items to their peers, again with growing pauses while these are out of
// reach. Each peer has its own turn: one that is slow, silent or full delays
// nobody else's, and after a failure of its line nothing more is tried there until its pause is over. What fails by
// itself waits by itself. Inside service only.
//
// Threads: work() is one step on the caller's thread, for tests; dispatch() and deliver_next() are the same on threads
// of a node at work (background.cc), never beside work().
#pragma once
#include <atomic>
#include <deque>
#include <functional>
#include <map>

#include "core/mutex.h"
#include "exchange/exchange.h"
#include "service/journal.h"

namespace puente::service {

class Courier {
 public:
  // One attempt's way to the peer of an item.
  class Line {
   public:
    Line(const Courier& courier, std::string peer) : courier_(courier), peer_(std::move(peer)) {}
    // kUnavailable: also when it answers that it has no room just now.
    Result<Reply> post(const std::string& path, const Transport::Body& body);
    // What comes back is opened and must be the reply to `sent`. `seal` is called once the peer is on the line.
    Result<exchange::Message> send(std::span<const AcceptedAgreement> agreements, const exchange::Header& sent,
                                   const Transport::Body& seal);
    bool is_down() const { return down_; }  // the line failed, not what was sent

   private:
    const Courier& courier_;
    const std::string peer_;
    bool down_ = false;
  };
  using Deliver = std::function<Status(const store::OutboxItem&, Line&)>;

  Courier(const Config& config, Seams seams, store::Store& store);
  void carries(const std::string& kind, Deliver deliver);  // before anything else is called

  void work();                           // a turn for each peer that something is due for
  void dispatch();                       // queues these turns, for deliver_next
  void deliver_next();                   // takes the turn that was queued first; waits for one
  void hasten(const std::string& peer);  // its pause is over

  void wake();
  // Returns early when woken since `seen` was last given, or stopped. Any thread, each with a `seen` of its own.
  void wait(std::int64_t wait_ms_max, std::uint64_t& seen);
  void pause(std::int64_t wait_ms);  // by any thread; only stop() ends it early
  void stop();                       // for good: posts under way end, whoever waits returns
  bool is_stopped() const { return stopped_; }

  std::uint64_t deliveries_failed() const { return deliveries_failed_; }

  static constexpr int kThreads = 8;  // that call deliver_next: they wait more than they work

 private:
  struct Peer {
    bool has_turn = false;
    int failures = 0;  // of its line, one after the other
    std::int64_t rests_until_ms = 0;
  };

  std::vector<std::string> due_peers();
  bool begin_turn(const std::string& peer);
  void take_turn(const std::string& peer);
  bool serve(const std::string& peer);          // false: its line failed
  bool attempt(const store::OutboxHead& head);  // likewise
  Status deliver(const store::OutboxHead& head, Line& line) const;

  const Config& config_;
  const Seams seams_;
  store::Store& store_;
  std::map<std::string, Deliver> carried_;  // by kind
  std::atomic<std::uint64_t> deliveries_failed_{0};
  std::atomic<bool> stopped_{false};

  Mutex mutex_;
  Condition ready_, over_;
  std::uint64_t wakes_ GUARDED_BY(mutex_) = 0;
  std::map<std::string, Peer> peers_ GUARDED_BY(mutex_);
  std::deque<std::string> turns_ GUARDED_BY(mutex_);
};

}  // namespace puente::service
