// Mutexes that clang's -Wthread-safety can follow: what is GUARDED_BY one is touched only under it, and a build of CI
// fails where it is not. g++ reads past the words. Semantics are those of the standard library's mutexes beneath.
#pragma once
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <shared_mutex>

#if defined(__clang__)
#define PUENTE_THREAD_WORD(word) __attribute__((word))
#else
#define PUENTE_THREAD_WORD(word)
#endif
#define CAPABILITY(name) PUENTE_THREAD_WORD(capability(name))
#define SCOPED_CAPABILITY PUENTE_THREAD_WORD(scoped_lockable)
#define GUARDED_BY(mutex) PUENTE_THREAD_WORD(guarded_by(mutex))
#define PT_GUARDED_BY(mutex) PUENTE_THREAD_WORD(pt_guarded_by(mutex))
#define REQUIRES(...) PUENTE_THREAD_WORD(requires_capability(__VA_ARGS__))
#define REQUIRES_SHARED(...) PUENTE_THREAD_WORD(requires_shared_capability(__VA_ARGS__))
#define ACQUIRE(...) PUENTE_THREAD_WORD(acquire_capability(__VA_ARGS__))
#define ACQUIRE_SHARED(...) PUENTE_THREAD_WORD(acquire_shared_capability(__VA_ARGS__))
#define RELEASE(...) PUENTE_THREAD_WORD(release_capability(__VA_ARGS__))
#define RELEASE_SHARED(...) PUENTE_THREAD_WORD(release_shared_capability(__VA_ARGS__))
#define RELEASE_GENERIC(...) PUENTE_THREAD_WORD(release_generic_capability(__VA_ARGS__))
#define TRY_ACQUIRE(...) PUENTE_THREAD_WORD(try_acquire_capability(__VA_ARGS__))
#define EXCLUDES(...) PUENTE_THREAD_WORD(locks_excluded(__VA_ARGS__))
#define NO_THREAD_SAFETY_ANALYSIS PUENTE_THREAD_WORD(no_thread_safety_analysis)

namespace puente {

class CAPABILITY("mutex") Mutex {
 public:
  void lock() ACQUIRE() { mutex_.lock(); }
  void unlock() RELEASE() { mutex_.unlock(); }
  bool try_lock() TRY_ACQUIRE(true) { return mutex_.try_lock(); }

 private:
  std::mutex mutex_;
};

class CAPABILITY("shared_mutex") SharedMutex {
 public:
  void lock() ACQUIRE() { mutex_.lock(); }
  void unlock() RELEASE() { mutex_.unlock(); }
  void lock_shared() ACQUIRE_SHARED() { mutex_.lock_shared(); }
  void unlock_shared() RELEASE_SHARED() { mutex_.unlock_shared(); }

 private:
  std::shared_mutex mutex_;
};

class SCOPED_CAPABILITY MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) ACQUIRE(mutex) : mutex_(mutex) { mutex_.lock(); }
  ~MutexLock() RELEASE() { mutex_.unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

class SCOPED_CAPABILITY ReaderLock {
 public:
  explicit ReaderLock(SharedMutex& mutex) ACQUIRE_SHARED(mutex) : mutex_(mutex) { mutex_.lock_shared(); }
  ~ReaderLock() RELEASE() { mutex_.unlock_shared(); }
  ReaderLock(const ReaderLock&) = delete;
  ReaderLock& operator=(const ReaderLock&) = delete;

 private:
  SharedMutex& mutex_;
};

class SCOPED_CAPABILITY WriterLock {
 public:
  explicit WriterLock(SharedMutex& mutex) ACQUIRE(mutex) : mutex_(mutex) { mutex_.lock(); }
  ~WriterLock() RELEASE() { mutex_.unlock(); }
  WriterLock(const WriterLock&) = delete;
  WriterLock& operator=(const WriterLock&) = delete;

 private:
  SharedMutex& mutex_;
};

// Waits beside a Mutex; the caller loops over its own condition, as a wait may end early.
class Condition {
 public:
  void notify_one() { ready_.notify_one(); }
  void notify_all() { ready_.notify_all(); }
  void wait(Mutex& mutex) REQUIRES(mutex) { ready_.wait(mutex); }
  std::cv_status wait_until(Mutex& mutex, std::chrono::steady_clock::time_point end) REQUIRES(mutex) {
    return ready_.wait_until(mutex, end);
  }

 private:
  std::condition_variable_any ready_;
};

}  // namespace puente
