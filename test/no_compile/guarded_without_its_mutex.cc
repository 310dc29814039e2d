// What a mutex guards is not touched without it. Only clang reads the words of core/mutex.h.
#include "core/mutex.h"

class Counter {
 public:
  void count() {
#ifndef WRONG
    const puente::MutexLock lock(mutex_);
#endif
    ++count_;
  }

 private:
  puente::Mutex mutex_;
  int count_ GUARDED_BY(mutex_) = 0;
};

void count_once() {
  Counter().count();
}
