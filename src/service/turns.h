// Turns: the cores, given out to what keeps them busy for long: one to an extraction, all to a search, which uses them
// all. First come first served, and never inside a transaction: so whoever holds the store's lock finds a core. Any
// thread. Inside service only.
#pragma once
#include <cstdint>

#include "core/mutex.h"

namespace puente::service {

class Turns {
 public:
  explicit Turns(int cores) : cores_(cores), left_(cores) {}

  class Turn {
   public:
    ~Turn() { turns_.give_back(places_); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    friend class Turns;
    Turn(Turns& turns, int places) : turns_(turns), places_(places) { turns_.take(places_); }
    Turns& turns_;
    const int places_;
  };
  Turn one() { return {*this, 1}; }
  Turn all() { return {*this, cores_}; }

 private:
  void take(int places) {
    const MutexLock lock(mutex_);
    const std::uint64_t mine = asked_++;
    while (mine != served_ || left_ < places) changed_.wait(mutex_);
    ++served_;
    left_ -= places;
    changed_.notify_all();  // the next one may find a place too
  }
  void give_back(int places) {
    const MutexLock lock(mutex_);
    left_ += places;
    changed_.notify_all();
  }

  const int cores_;
  Mutex mutex_;
  Condition changed_;
  int left_ GUARDED_BY(mutex_);
  std::uint64_t asked_ GUARDED_BY(mutex_) = 0, served_ GUARDED_BY(mutex_) = 0;
};

}  // namespace puente::service
