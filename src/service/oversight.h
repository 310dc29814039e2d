// Oversight: our newest checkpoint shown to the overseers, and what they answer. Each has its own pauses; what goes
// wrong is said once, in words. Inside service only. work() by one thread at a time, the rest by any.
#pragma once
#include <atomic>
#include <map>

#include "core/mutex.h"
#include "service/journal.h"

namespace puente::service {

// States: until all overseers cosign what came of it; and what overseers have said that nobody has decided about yet.
inline constexpr const char* kAdopted = "copy-adopted";
inline constexpr const char* kOtherHistories = "other-histories";

class Oversight {
 public:
  Oversight(const Config& config, Seams seams, store::Store& store);
  Status open();  // what was cosigned before, and what they said
  void work(const Journal& journal);

  // An overseer has seen more of this log than there is here, or another history: this is a copy of the node, or was
  // restored from one. Empty when none says so.
  std::string other_history() const;
  bool must_be_silent() const { return !adopted_ && !other_history().empty(); }  // until an operator decides
  Status adopt(store::Transaction& transaction, std::uint64_t log_size);         // an operator has decided,
  void adopted() { adopted_ = true; }                                            // and that is durable
  // An overseer cosigned at a time that is not ours: one of the two clocks is wrong.
  bool clock_differs() const;
  // Entries have been without any overseer's line for longer than the operator allows.
  bool unseen_too_long() const { return unseen_too_long_; }

  std::uint64_t cosigned_size() const { return cosigned_size_; }
  std::uint64_t failures() const { return failures_; }

 private:
  struct Overseer {  // work() only
    std::uint64_t seen = 0;
    bool cosigns = false;          // did so the last time
    int failed = 0;                // times in a row
    std::int64_t next_try_ms = 0;  // steady
    std::string told;              // what was said last of what went wrong
  };
  void cosign(const Journal& journal, const VerifierKey& key, Overseer& overseer);
  struct Answered {
    std::uint64_t seen = 0;  // entries, by the overseer
    bool cosigned = false;   // these are ours
  };
  Result<Answered> show(const Journal::Growth& growth, const VerifierKey& overseer);
  void compare_clocks(const std::string& cosigned, const VerifierKey& overseer);
  Status read_cosigned_size();
  bool all_cosign() const;
  Status write_down_what_they_say();
  void note(const std::string& overseer, const std::string& sentence);
  void complain(const Error& error, const VerifierKey& key, Overseer& overseer);
  void look_how_long(const Journal& journal);

  const Config& config_;
  const Seams seams_;
  store::Store& store_;
  std::map<std::string, Overseer> overseers_;  // work() only
  std::atomic<std::uint64_t> cosigned_size_{0}, failures_{0};
  std::atomic<bool> unseen_too_long_{false}, adopted_{false};
  std::uint64_t oldest_unseen_ = 0;                  // work() only: an entry,
  std::int64_t oldest_unseen_since_ms_ = INT64_MAX;  // and when it was noticed
  mutable Mutex mutex_;
  std::map<std::string, std::string> other_histories_ GUARDED_BY(mutex_);   // by overseer, its sentence
  std::map<std::string, std::int64_t> clocks_ahead_ms_ GUARDED_BY(mutex_);  // of overseers whose clock is not as ours
};

}  // namespace puente::service
