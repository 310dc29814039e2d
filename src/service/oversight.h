// Oversight: our newest checkpoint shown to the overseers, and what they answer. Each has its own pauses; what goes
// wrong is said once, in words. Inside service only. work() by one thread at a time, the rest by any.
#pragma once
#include <atomic>
#include <map>

#include "core/mutex.h"
#include "service/journal.h"

namespace puente::service {

inline constexpr const char* kAdopted = "copy-adopted";  // a state: until an overseer cosigns what came of it

class Oversight {
 public:
  Oversight(const Config& config, Seams seams, store::Store& store);
  Status open();  // what was cosigned before
  void work(const Journal& journal);

  // An overseer has seen more of this log than there is here, or another history: this is a copy of the node, or was
  // restored from one. Empty when none says so.
  std::string other_history() const;
  // Entries have been without any overseer's line for longer than the operator allows.
  bool unseen_too_long() const { return unseen_too_long_; }

  std::uint64_t cosigned_size() const { return cosigned_size_; }
  std::uint64_t failures() const { return failures_; }

 private:
  struct Overseer {  // work() only
    std::uint64_t seen = 0;
    int failed = 0;                // times in a row
    std::int64_t next_try_ms = 0;  // steady
    std::string told;              // what was said last of what went wrong
  };
  void cosign(const Journal& journal, const VerifierKey& key, Overseer& overseer);
  Result<std::uint64_t> show(const Journal::Growth& growth, const VerifierKey& overseer);
  void complain(const Error& error, const VerifierKey& key, Overseer& overseer);
  void look_how_long(const Journal& journal);

  const Config& config_;
  const Seams seams_;
  store::Store& store_;
  std::map<std::string, Overseer> overseers_;  // work() only
  std::atomic<std::uint64_t> cosigned_size_{0}, failures_{0};
  std::atomic<bool> unseen_too_long_{false};
  mutable Mutex mutex_;
  std::map<std::string, std::string> other_histories_ GUARDED_BY(mutex_);  // by overseer, its sentence
};

}  // namespace puente::service
