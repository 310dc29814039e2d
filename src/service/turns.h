// Turns: the cores, given out to what keeps them busy for long: one to an extraction, to a search as many as are free,
// one at least. First come first served, and never inside a transaction: so whoever holds the store's lock finds a
// core. Any thread. Inside service only.
#pragma once
#include <algorithm>
#include <cstdint>
#include <utility>

#include "core/mutex.h"

namespace puente::service {

class Turns {
 public:
  class Favour;
  explicit Turns(int cores) : cores_(cores), left_(cores) {}

  class Turn {
   public:
    ~Turn() {
      end();
      turns_.give_back_spare(spare_);
      if (favour_ != nullptr) favour_->turn_ = nullptr;
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    int threads() const { return threads_; }  // that it may use

   private:
    friend class Turns;
    Turn(Turns& turns, int most, Favour* favour) : turns_(turns), favour_(favour) {
      if (favour_ != nullptr && favour_->is_lost_) {
        threads_ = spare_ = turns_.take_spare(most);
        return;
      }
      threads_ = places_ = turns_.take(most);
      if (favour_ != nullptr) favour_->turn_ = this;
    }
    void end() { turns_.give_back(std::exchange(places_, 0)); }

    Turns& turns_;
    Favour* const favour_;
    int places_ = 0, threads_ = 1, spare_ = 0;
  };
  Turn one() { return {*this, 1, nullptr}; }
  Turn some() { return {*this, cores_, nullptr}; }

  std::uint64_t waiting() const {
    const MutexLock lock(mutex_);
    return asked_ - served_;
  }

  // The turns of one piece of work, one after another, until they are lost, the one that it has as well. From then on
  // it goes on without: one thread, or as many as there are cores that nobody has, waits for or works on so when it
  // begins. It keeps none of them from anybody, and has to give way to all others by itself.
  class Favour {
   public:
    explicit Favour(Turns& turns) : turns_(turns) {}
    Turn one() { return {turns_, 1, this}; }
    Turn some() { return {turns_, turns_.cores_, this}; }
    void lose() {  // by the thread whose turn it is, or one that works for it
      is_lost_ = true;
      if (turn_ != nullptr) turn_->end();
    }

   private:
    friend class Turns::Turn;
    Turns& turns_;
    Turn* turn_ = nullptr;
    bool is_lost_ = false;
  };

 private:
  int take(int most) {
    const MutexLock lock(mutex_);
    const std::uint64_t mine = asked_++;
    while (mine != served_ || left_ == 0) changed_.wait(mutex_);
    ++served_;
    const int taken = std::min(most, left_);
    left_ -= taken;
    changed_.notify_all();  // the next one may find a place too
    return taken;
  }
  int take_spare(int most) {
    const MutexLock lock(mutex_);
    const int idle = asked_ == served_ ? left_ - spare_ : 0;
    const int taken = std::clamp(idle, 1, most);
    spare_ += taken;
    return taken;
  }
  void give_back_spare(int taken) {
    const MutexLock lock(mutex_);
    spare_ -= taken;
  }
  void give_back(int places) {
    if (places == 0) return;
    const MutexLock lock(mutex_);
    left_ += places;
    changed_.notify_all();
  }

  const int cores_;
  mutable Mutex mutex_;
  Condition changed_;
  int left_ GUARDED_BY(mutex_), spare_ GUARDED_BY(mutex_) = 0;
  std::uint64_t asked_ GUARDED_BY(mutex_) = 0, served_ GUARDED_BY(mutex_) = 0;
};

}  // namespace puente::service
